//! The lines that stand between till and simulator, and the ways by which answers reach them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::oneshot;

use crate::links::locked;
use crate::links::outgoing::Outgoing;
use crate::links::simulator_task::Answer;
use crate::protocols::simulator::Line;

/// The lines that the simulator can answer. Who removes one has the say about its end.
#[derive(Default)]
pub(super) struct Lines {
    open: Mutex<HashMap<Line, Way>>,
    last: AtomicU64,
}

/// The way of an answer to its line's connection.
pub(super) enum Way {
    /// Of an HTTP exchange, which takes one answer.
    Exchange(oneshot::Sender<Answer>),
    /// Of a byte stream or WebSocket.
    Standing(Outgoing<Answer>),
}

impl Way {
    pub(super) fn give(self, answer: Answer) {
        match self {
            // fails only when the till goes away in this very moment; to both sides the answer is lost on the way
            Way::Exchange(waiting) => drop(waiting.send(answer)),
            Way::Standing(outgoing) => outgoing.hand_over(answer),
        }
    }
}

impl Lines {
    pub(super) fn add(&self, way: Way) -> Line {
        let line = Line(self.last.fetch_add(1, Ordering::Relaxed) + 1);
        locked(&self.open).insert(line, way);
        line
    }

    /// True when the line's end was still open.
    pub(super) fn remove(&self, line: Line) -> bool {
        locked(&self.open).remove(&line).is_some()
    }

    /// The way of this answer, which is the last where the answer ends the line.
    pub(super) fn way_of(&self, line: Line, answer: &Answer) -> Option<Way> {
        let mut open = locked(&self.open);
        match open.get(&line) {
            Some(Way::Standing(outgoing)) if !answer.ends_standing_line() => Some(Way::Standing(outgoing.clone())),
            _ => open.remove(&line),
        }
    }

    pub(super) fn clear(&self) {
        locked(&self.open).clear();
    }
}
