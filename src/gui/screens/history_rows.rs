//! The stretch of the history that is in memory, and what of it is drawn. Pure. A list of a million payments is a few hundred
//! rows here: what was scrolled past is forgotten and read again on the way back, and only the rows in sight are built.

use std::ops::Range;

use super::history::{Edge, PAGE};
use crate::domain::{PaymentId, PaymentRecord};

/// Rows kept in memory at most.
pub const KEPT: usize = 6 * PAGE;
/// The height of a row and the gap under it, in pixels.
pub const ROW: f32 = 56.0;
/// Rows before the end of what is kept at which more is read.
const AHEAD: usize = 20;
/// Rows built above and below what is in sight.
const BESIDE: usize = 6;
/// What is assumed above where nobody knows how many there are.
const UNKNOWN_ABOVE: usize = 20 * PAGE;
/// From so many rows in between it is not read page by page, but from the newest on.
const TOO_FAR: usize = 100 * PAGE;
/// Rows in sight before the list was first drawn, in pixels of height.
const UNSEEN: f32 = 900.0;

#[derive(Debug, Clone)]
pub struct Rows {
    rows: Vec<PaymentRecord>,
    /// Rows above the first one kept: as many as were seen, or as many as are assumed.
    above: usize,
    assumed: bool,
    at_newest: bool,
    at_oldest: bool,
    /// Where the list is scrolled to, and how much of it is in sight, in pixels.
    top: f32,
    height: f32,
    /// The list was told to go somewhere: that it begins at its top is no word of the cashier's.
    going: bool,
    cursor: Option<PaymentId>,
}

impl Default for Rows {
    fn default() -> Self {
        Rows {
            rows: Vec::new(),
            above: 0,
            assumed: false,
            at_newest: true,
            at_oldest: true,
            top: 0.0,
            height: UNSEEN,
            going: false,
            cursor: None,
        }
    }
}

impl Rows {
    pub fn all(&self) -> &[PaymentRecord] {
        &self.rows
    }

    pub fn find(&self, payment: &PaymentId) -> Option<&PaymentRecord> {
        self.rows.iter().find(|record| record.id == *payment)
    }

    pub fn cursor(&self) -> Option<&PaymentRecord> {
        self.cursor.as_ref().and_then(|cursor| self.find(cursor))
    }

    pub fn top(&self) -> f32 {
        self.top
    }

    /// Whether the newest payment is in sight: then the list follows what happens.
    pub fn is_at_top(&self) -> bool {
        self.at_newest && self.top < ROW
    }

    /// From the beginning, as if nothing had been scrolled or chosen.
    pub fn reset(&mut self) {
        (self.top, self.cursor) = (0.0, None);
    }

    /// Takes in a page that was read. Answers with the place to scroll to where the rows in sight have moved.
    pub fn take(&mut self, edge: &Edge, page: Vec<PaymentRecord>) -> Option<f32> {
        let whole = page.len() < PAGE;
        match edge {
            Edge::Newest => self.refresh(page, whole),
            Edge::Oldest => return Some(self.end(page, whole)),
            Edge::Before(id) if self.rows.last().is_some_and(|last| last.id == *id) => {
                self.rows.extend(page);
                self.at_oldest = whole;
                let surplus = self.rows.len().saturating_sub(KEPT);
                if surplus > 0 {
                    self.rows.drain(..surplus);
                    (self.above, self.at_newest) = (self.above + surplus, false);
                }
            }
            Edge::After(id) if self.rows.first().is_some_and(|first| first.id == *id) => {
                return self.prepend(page, whole);
            }
            // The list was begun anew meanwhile.
            Edge::Before(_) | Edge::After(_) => {}
        }
        None
    }

    /// The newest page again; what was kept behind it stays where it fits on.
    fn refresh(&mut self, page: Vec<PaymentRecord>, whole: bool) {
        let behind = page.last().and_then(|last| self.rows.iter().position(|record| record.id == last.id));
        let kept = match behind {
            Some(place) if self.at_newest && !whole => self.rows.split_off(place + 1),
            _ => {
                self.at_oldest = whole;
                Vec::new()
            }
        };
        self.rows = page;
        self.rows.extend(kept);
        if self.rows.len() > KEPT {
            self.rows.truncate(KEPT);
            self.at_oldest = false;
        }
        (self.above, self.assumed, self.at_newest) = (0, false, true);
    }

    fn end(&mut self, page: Vec<PaymentRecord>, whole: bool) -> f32 {
        self.rows = page;
        self.above = if whole { 0 } else { UNKNOWN_ABOVE };
        (self.assumed, self.at_newest, self.at_oldest) = (!whole, whole, true);
        self.cursor = self.rows.last().map(|record| record.id.clone());
        self.top = (self.length() - self.height).max(0.0);
        self.go()
    }

    fn prepend(&mut self, page: Vec<PaymentRecord>, whole: bool) -> Option<f32> {
        let before = self.above;
        let added = page.len();
        self.rows.splice(0..0, page);
        self.above = before.saturating_sub(added);
        (self.at_newest, self.above) = match (whole, self.above) {
            (true, _) => (true, 0),
            // There are more of them than was assumed.
            (false, 0) if self.assumed => (false, PAGE),
            (false, 0) => (true, 0),
            (false, above) => (false, above),
        };
        if self.rows.len() > KEPT {
            self.rows.truncate(KEPT);
            self.at_oldest = false;
        }
        let moved = (self.above + added) as f32 - before as f32;
        (moved != 0.0).then(|| {
            self.top = (self.top + moved * ROW).max(0.0);
            self.go()
        })
    }

    /// What has to be read so that there is something to see a little further on, too.
    pub fn wanted(&self) -> Option<Edge> {
        let (first, last) = (self.rows.first()?, self.rows.last()?);
        let (top, bottom) = (self.top, self.top + self.height);
        let begins = self.above as f32 * ROW;
        let ends = (self.above + self.rows.len()) as f32 * ROW;
        if !self.at_newest && (top <= 0.0 || begins - bottom > TOO_FAR as f32 * ROW) {
            return Some(Edge::Newest);
        }
        if !self.at_newest && top < begins + AHEAD as f32 * ROW {
            return Some(Edge::After(first.id.clone()));
        }
        (!self.at_oldest && bottom > ends - AHEAD as f32 * ROW).then(|| Edge::Before(last.id.clone()))
    }

    pub fn scrolled(&mut self, top: f32, height: f32) {
        self.height = height.max(ROW);
        let begins = std::mem::take(&mut self.going) && top <= 0.0;
        if !begins {
            self.top = top.max(0.0);
        }
    }

    /// The list is told to go where it was. A list that is drawn anew begins at its top, and says so before it goes.
    pub fn go(&mut self) -> f32 {
        self.going = self.top > 0.0;
        self.top
    }

    /// Moves the chosen row by so many. Answers with the place to scroll to where it is out of sight.
    pub fn step(&mut self, by: isize) -> Option<f32> {
        let last = self.rows.len().checked_sub(1)?;
        let here = self.cursor.as_ref().and_then(|cursor| self.rows.iter().position(|record| record.id == *cursor));
        let next = match here {
            Some(place) => place.saturating_add_signed(by).min(last),
            // The first one in sight.
            None => (((self.top / ROW).ceil() as usize).saturating_sub(self.above)).min(last),
        };
        self.cursor = Some(self.rows[next].id.clone());
        let y = (self.above + next) as f32 * ROW;
        if y < self.top {
            self.top = y;
        } else if y + ROW > self.top + self.height {
            self.top = y + ROW - self.height;
        } else {
            return None;
        }
        Some(self.go())
    }

    /// Rows that a page of the screen has.
    pub fn page(&self) -> isize {
        ((self.height / ROW) as isize - 1).max(1)
    }

    pub fn choose(&mut self, payment: PaymentId) {
        self.cursor = Some(payment);
    }

    /// The newer state of a payment that is kept.
    pub fn renew(&mut self, record: &PaymentRecord) {
        if let Some(kept) = self.rows.iter_mut().find(|kept| kept.id == record.id) {
            *kept = record.clone();
        }
    }

    /// The rows to build, and the room above and below them in pixels.
    pub fn in_sight(&self) -> (f32, Range<usize>, f32) {
        let row = |y: f32| ((y / ROW).max(0.0) as usize).saturating_sub(self.above);
        let from = row(self.top).saturating_sub(BESIDE).min(self.rows.len());
        let to = (row(self.top + self.height) + 1 + BESIDE).clamp(from, self.rows.len());
        let before = (self.above + from) as f32 * ROW;
        (before, from..to, (self.rows.len() - to) as f32 * ROW)
    }

    fn length(&self) -> f32 {
        (self.above + self.rows.len()) as f32 * ROW
    }
}
