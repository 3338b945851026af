//! The lines of the tills, and how requests are cut out of them (2.1, 10.2).

use std::collections::BTreeMap;

use crate::protocols::framing::json_objects::JsonObjects;
use crate::protocols::simulator::{Door, Line};
use crate::protocols::valor::codec::OBJECT_AT_MOST;

const STX: u8 = 0x02;

/// What a till sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    Object(Vec<u8>),
    /// Between STX and ETX, which a real terminal acknowledges and does not act on.
    Framed,
}

#[derive(Debug)]
struct Pipe {
    door: &'static str,
    reader: JsonObjects,
    stx: bool,
}

#[derive(Debug, Default)]
pub struct Lines(BTreeMap<Line, Pipe>);

impl Lines {
    pub fn opened(&mut self, line: Line, door: Door) {
        let reader = JsonObjects::new(OBJECT_AT_MOST);
        self.0.insert(line, Pipe { door: door.name, reader, stx: false });
    }

    pub fn closed(&mut self, line: Line) {
        self.0.remove(&line);
    }

    /// The name of the door it came in by.
    pub fn door(&self, line: Line) -> Option<&'static str> {
        Some(self.0.get(&line)?.door)
    }

    /// All lines break.
    pub fn drain(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.0).into_keys().collect()
    }

    /// What the piece completes; `None` for a line that is of no more use.
    pub fn push(&mut self, line: Line, piece: &[u8]) -> Option<Vec<Sent>> {
        let pipe = self.0.get_mut(&line)?;
        pipe.stx |= piece.contains(&STX);
        let objects = pipe.reader.push(piece).ok()?;
        let framed = pipe.stx;
        if !objects.is_empty() {
            pipe.stx = false;
        }
        Some(objects.into_iter().map(|object| if framed { Sent::Framed } else { Sent::Object(object) }).collect())
    }
}
