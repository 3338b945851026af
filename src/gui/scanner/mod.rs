//! A barcode scanner types like a keyboard, only faster. Tells its bursts from what a person types, so that a code never
//! becomes an amount and the Enter at its end never starts a payment.
//!
//! Keys are held back until it is clear whose they are: for [`PAUSE`] after the last one, which nobody sees, instead of
//! being passed on at once and taken back. Nothing that was typed could be taken back for certain: not from a field with
//! a cursor, not from an amount that took only the first nine digits, not from a screen that has moved on.

use std::time::{Duration, Instant};

use crate::domain::price_list::CODE_AT_MOST;

/// Keys less than this apart are a burst. The quickest typists press two keys so fast, by chance, and not four in a row.
pub const PAUSE: Duration = Duration::from_millis(30);
/// A burst of so many characters is a code, with its Enter or without: the digits of an EAN-8 are one.
pub const CODE_AT_LEAST: usize = 8;
/// No person types so many characters and Enter in a burst: its Enter is a machine's, and starts nothing.
pub const MACHINE_AT_LEAST: usize = 3;
/// An Enter so long after a code that had none is its own: it starts nothing.
pub const LATE_ENTER: Duration = Duration::from_millis(500);
/// While the till draws, the keys of a burst wait in a queue, and the clock shows a pause between them that there was not.
/// A pause counts only when the till has looked twice and found no key (see [`Scanner::tick`]), or when it is longer than
/// this.
const LONGEST_STALL: Duration = Duration::from_millis(500);
/// What goes along with held keys, such as the keys' releases: no code has more of it.
const HELD_AT_MOST: usize = 8 * CODE_AT_MOST;

/// What a key is to a scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// Anything that can be in a code.
    Character(char),
    Enter,
    /// Any other key: no code has it inside.
    Other,
}

/// What came of a key or of a pause, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<T> {
    /// This was typed.
    Typed(T),
    /// This was scanned. Its keys are gone, and its Enter.
    Scan(String),
    /// A machine has typed so much as a code has, and something came in between: its characters are gone.
    Broken,
    /// A machine has typed more than [`CODE_AT_MOST`] characters; they are gone.
    TooLong,
}

/// Takes each key with its time; `T` is the key itself, whatever that is to the caller.
#[derive(Debug)]
pub struct Scanner<T> {
    held: Vec<Held<T>>,
    /// Characters of the burst, those that are not held any more included.
    characters: usize,
    burst: Burst,
    /// The last key of the burst; none after a pause.
    last: Option<Instant>,
    /// The first look at which the pause was over.
    looked: Option<Instant>,
    /// Until then an Enter belongs to the code before it.
    late_until: Option<Instant>,
}

#[derive(Debug)]
struct Held<T> {
    /// None for what keeps its place among them.
    character: Option<char>,
    item: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Burst {
    /// May become a code.
    Open,
    /// Something came in between: what follows is no whole code.
    Broken,
    TooLong,
    /// Its Enter has come. Scanners that end codes with two send another.
    Ended,
}

impl<T> Default for Scanner<T> {
    fn default() -> Self {
        Scanner { held: Vec::new(), characters: 0, burst: Burst::Open, last: None, looked: None, late_until: None }
    }
}

impl<T> Scanner<T> {
    /// A key that was pressed now.
    pub fn key(&mut self, now: Instant, stroke: Stroke, item: T) -> Vec<Told<T>> {
        let mut told = match self.last {
            Some(last) if now.saturating_duration_since(last) < LONGEST_STALL => Vec::new(),
            _ => self.pause(),
        };
        (self.last, self.looked) = (Some(now), None);
        let late = self.late_until.take().is_some_and(|until| now < until);
        match stroke {
            Stroke::Character(character) => self.character(character, item, &mut told),
            Stroke::Enter if late => self.burst = Burst::Ended,
            Stroke::Enter => self.enter(item, &mut told),
            Stroke::Other => self.other(item, &mut told),
        }
        told
    }

    /// What must keep its place among the keys and is none: a release, a modifier.
    pub fn beside(&mut self, item: T) -> Option<T> {
        if self.held.is_empty() || self.held.len() >= HELD_AT_MOST {
            return Some(item);
        }
        self.held.push(Held { character: None, item });
        None
    }

    /// Something else was done, with the mouse for example: what was typed before it comes before it, and what follows in
    /// this burst is no code any more.
    pub fn interrupt(&mut self) -> Vec<Told<T>> {
        if self.characters == 0 || matches!(self.burst, Burst::TooLong | Burst::Ended) {
            return Vec::new();
        }
        self.burst = Burst::Broken;
        self.resolve()
    }

    /// The till looks: what has been held long enough was typed. Not at the first look, because it may come before keys
    /// that have been waiting for longer; between two looks they are heard.
    pub fn tick(&mut self, now: Instant) -> Vec<Told<T>> {
        match (self.deadline(), self.looked) {
            (Some(deadline), None) if deadline <= now => self.looked = Some(now),
            (Some(_), Some(looked)) if looked < now => return self.pause(),
            _ => {}
        }
        Vec::new()
    }

    /// When to tick; at once where it is past.
    pub fn deadline(&self) -> Option<Instant> {
        self.last.map(|last| last + PAUSE)
    }

    fn character(&mut self, character: char, item: T, told: &mut Vec<Told<T>>) {
        if self.burst == Burst::Ended {
            (self.burst, self.characters) = (Burst::Open, 0);
        }
        self.characters = self.characters.saturating_add(1);
        match self.burst {
            Burst::Open | Burst::Broken if self.characters > CODE_AT_MOST => {
                told.extend(self.drop_characters());
                self.burst = Burst::TooLong;
            }
            Burst::Open | Burst::Broken => self.held.push(Held { character: Some(character), item }),
            Burst::TooLong | Burst::Ended => {}
        }
    }

    /// A key that no code has inside: in front of a burst it is a person's; in the middle of one it waits to be told whether
    /// what stands before it was typed.
    fn other(&mut self, item: T, told: &mut Vec<Told<T>>) {
        if self.characters == 0 || matches!(self.burst, Burst::TooLong | Burst::Ended) {
            told.push(Told::Typed(item));
            return;
        }
        self.burst = Burst::Broken;
        if self.held.len() >= HELD_AT_MOST {
            told.extend(self.resolve());
        }
        self.held.push(Held { character: None, item });
    }

    fn enter(&mut self, item: T, told: &mut Vec<Told<T>>) {
        let by_person = self.characters < MACHINE_AT_LEAST;
        match self.burst {
            Burst::Ended => {}
            Burst::TooLong => told.push(Told::TooLong),
            Burst::Open | Burst::Broken => told.extend(self.resolve()),
        }
        if by_person && matches!(self.burst, Burst::Open | Burst::Broken) {
            told.push(Told::Typed(item));
            (self.burst, self.characters) = (Burst::Open, 0);
        } else {
            (self.burst, self.characters) = (Burst::Ended, 0);
        }
    }

    /// Nothing follows any more. A code that had no Enter may still get it.
    fn pause(&mut self) -> Vec<Told<T>> {
        let by_machine = self.characters >= CODE_AT_LEAST && self.burst != Burst::Ended;
        self.late_until = self.last.filter(|_| by_machine).map(|last| last + LATE_ENTER).or(self.late_until);
        let mut told = self.resolve();
        if self.burst == Burst::TooLong {
            told.push(Told::TooLong);
        }
        (self.burst, self.characters, self.last, self.looked) = (Burst::Open, 0, None, None);
        told
    }

    /// What is held was typed, or is a code, or what is left of one.
    fn resolve(&mut self) -> Vec<Told<T>> {
        match self.burst {
            Burst::Open if self.characters >= CODE_AT_LEAST => {
                let code = self.held.iter().filter_map(|held| held.character).collect();
                let mut told = self.drop_characters();
                told.push(Told::Scan(code));
                told
            }
            Burst::Broken if self.characters >= CODE_AT_LEAST => {
                let mut told = self.drop_characters();
                told.push(Told::Broken);
                told
            }
            _ => self.held.drain(..).map(|held| Told::Typed(held.item)).collect(),
        }
    }

    /// What keeps its place among the characters outlives them.
    fn drop_characters(&mut self) -> Vec<Told<T>> {
        let beside = self.held.drain(..).filter(|held| held.character.is_none());
        beside.map(|held| Told::Typed(held.item)).collect()
    }
}

#[cfg(test)]
mod tests;
