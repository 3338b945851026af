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
/// A burst of so many characters and Enter is a code: 9 keys, so that the digits of an EAN-8 are one.
pub const CODE_AT_LEAST: usize = 8;
/// No person types so many characters and Enter in a burst: its Enter is a machine's, and starts nothing.
pub const MACHINE_AT_LEAST: usize = 3;
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
    /// This was scanned, with the characters' keys. Its Enter is gone.
    Scan { code: String, keys: Vec<T> },
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
}

#[derive(Debug)]
struct Held<T> {
    /// None for what only goes along.
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
        Scanner { held: Vec::new(), characters: 0, burst: Burst::Open, last: None, looked: None }
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
        match stroke {
            Stroke::Character(character) => self.character(character, item, &mut told),
            Stroke::Enter => self.enter(item, &mut told),
            Stroke::Other => {
                told.extend(self.interrupt());
                told.push(Told::Typed(item));
            }
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
        if self.burst == Burst::Open && self.last.is_some() {
            self.burst = Burst::Broken;
        }
        self.release()
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
            Burst::Open if self.characters > CODE_AT_MOST => {
                let (_, beside) = self.take_apart();
                told.extend(beside);
                self.burst = Burst::TooLong;
            }
            Burst::Open => self.held.push(Held { character: Some(character), item }),
            Burst::TooLong => {}
            Burst::Broken | Burst::Ended => told.push(Told::Typed(item)),
        }
    }

    fn enter(&mut self, item: T, told: &mut Vec<Told<T>>) {
        match self.burst {
            Burst::Ended => {}
            Burst::TooLong => told.push(Told::TooLong),
            Burst::Open if self.characters >= CODE_AT_LEAST => {
                let code = self.held.iter().filter_map(|held| held.character).collect();
                let (keys, beside) = self.take_apart();
                told.extend(beside);
                told.push(Told::Scan { code, keys });
            }
            Burst::Open | Burst::Broken if self.characters >= MACHINE_AT_LEAST => told.extend(self.release()),
            Burst::Open | Burst::Broken => {
                told.extend(self.release());
                told.push(Told::Typed(item));
                (self.burst, self.characters) = (Burst::Open, 0);
                return;
            }
        }
        (self.burst, self.characters) = (Burst::Ended, 0);
    }

    fn pause(&mut self) -> Vec<Told<T>> {
        let mut told = self.release();
        if self.burst == Burst::TooLong {
            told.push(Told::TooLong);
        }
        (self.burst, self.characters, self.last, self.looked) = (Burst::Open, 0, None, None);
        told
    }

    fn release(&mut self) -> Vec<Told<T>> {
        self.held.drain(..).map(|held| Told::Typed(held.item)).collect()
    }

    /// The keys of characters, and what went along with them.
    fn take_apart(&mut self) -> (Vec<T>, Vec<Told<T>>) {
        let (keys, beside): (Vec<_>, Vec<_>) = self.held.drain(..).partition(|held| held.character.is_some());
        (
            keys.into_iter().map(|held| held.item).collect(),
            beside.into_iter().map(|held| Told::Typed(held.item)).collect(),
        )
    }
}

#[cfg(test)]
mod tests;
