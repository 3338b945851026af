//! One card machine: where it is, and what it waits for.

use std::collections::VecDeque;

use serde_json::Value;

use super::plan::Deed;
use crate::domain::Instant;
use crate::protocols::connect::simulator::profile;
use crate::protocols::simulator::Line;

#[derive(Debug)]
pub struct Machine {
    pub tid: &'static str,
    pub state: State,
    /// When it goes on; `None` until a till comes.
    pub wake: Option<Instant>,
    pub visit: Option<Visit>,
    /// What was told last, to be told once more.
    pub told_last: Option<(String, Vec<super::super::store::Record>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Does the next thing when it wakes.
    Working,
    /// Waits for the till's answer until it wakes.
    Waiting { line: Line, id: Value, for_what: Asked },
}

/// What the till was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    List,
    Lock(String),
    Bill,
    Final,
    Tell,
    /// Told before, and acknowledged.
    TellAgain,
    Unlock,
    EndOfDay,
    /// Is to be refused.
    Rival,
    Gone,
}

/// A table that the machine has.
#[derive(Debug)]
pub struct Visit {
    pub table: String,
    /// In minor units.
    pub due: i64,
    pub currency: String,
    pub taken: i64,
    pub deeds: VecDeque<Deed>,
}

impl Machine {
    pub fn all(has_two: bool) -> Vec<Machine> {
        let count = if has_two { profile::TABLE_MACHINES.len() } else { 1 };
        profile::TABLE_MACHINES.into_iter().take(count).map(Machine::new).collect()
    }

    fn new(tid: &'static str) -> Machine {
        Machine { tid, state: State::Working, wake: None, visit: None, told_last: None }
    }

    pub fn wake(&self) -> Option<Instant> {
        self.wake
    }

    /// What it has told and not told is in the store.
    pub fn power_cut(&mut self) {
        *self = Machine::new(self.tid);
    }
}
