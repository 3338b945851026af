//! The lines of real terminals (reference 2.1, 2.3).

use std::collections::BTreeMap;

use super::pieces::{Pieces, TooLarge};
use crate::protocols::simulator::Line;

/// One line. Thousands of them stand, so it holds next to nothing.
#[derive(Debug, Default)]
struct Pipe {
    pieces: Pieces,
    /// The serial number, once it is registered.
    serial: Option<Box<str>>,
    /// Heartbeats are answered.
    acknowledges: bool,
}

#[derive(Debug, Default)]
pub struct Lines {
    pipes: BTreeMap<Line, Pipe>,
    online: BTreeMap<Box<str>, Line>,
}

impl Lines {
    pub fn open(&mut self, line: Line) {
        self.pipes.insert(line, Pipe::default());
    }

    /// Whether it was one of them.
    pub fn close(&mut self, line: Line) -> bool {
        let Some(pipe) = self.pipes.remove(&line) else { return false };
        if let Some(serial) = pipe.serial {
            self.go_offline(&serial, line);
        }
        true
    }

    fn go_offline(&mut self, serial: &str, line: Line) {
        if self.online.get(serial) == Some(&line) {
            self.online.remove(serial);
        }
    }

    pub fn stands(&self, line: Line) -> bool {
        self.pipes.contains_key(&line)
    }

    pub fn push(&mut self, line: Line, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLarge> {
        self.pipes.get_mut(&line).map_or(Ok(Vec::new()), |pipe| pipe.pieces.push(piece))
    }

    /// The line on which the same terminal was before, if that is another one.
    pub fn register(&mut self, line: Line, serial: &str, acknowledges: bool) -> Option<Line> {
        let pipe = self.pipes.get_mut(&line)?;
        pipe.acknowledges = acknowledges;
        if let Some(before) = pipe.serial.replace(serial.into()).filter(|before| **before != *serial) {
            self.go_offline(&before, line);
        }
        self.online.insert(serial.into(), line).filter(|before| *before != line)
    }

    /// The serial number of the terminal on this line, once it is registered.
    pub fn serial(&self, line: Line) -> Option<&str> {
        self.pipes.get(&line)?.serial.as_deref()
    }

    pub fn acknowledges(&self, line: Line) -> bool {
        self.pipes.get(&line).is_some_and(|pipe| pipe.acknowledges)
    }

    /// Where this terminal is.
    pub fn of_serial(&self, serial: &str) -> Option<Line> {
        self.online.get(serial).copied()
    }

    /// All lines break.
    pub fn drain(&mut self) -> Vec<Line> {
        self.online.clear();
        std::mem::take(&mut self.pipes).into_keys().collect()
    }
}
