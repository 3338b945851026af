//! Cutting byte streams into messages. Whatever the network does to the pieces, the messages are the same, and no peer makes
//! a buffer grow past its bound.

pub mod end_mark;
pub mod json_objects;
pub mod length_prefix;
mod nesting;

use crate::domain::Instant;

use end_mark::EndMark;
use json_objects::JsonObjects;
use length_prefix::LengthPrefix;

/// How a byte stream is cut into messages. Sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    JsonObjects {
        at_most: usize,
    },
    LengthPrefix {
        at_most: usize,
    },
    /// `keywords` are the texts that may come without their mark.
    EndMark {
        at_most: usize,
        keywords: &'static [&'static str],
    },
}

impl Framing {
    /// Cuts one stream, from its beginning.
    pub fn cutter(self) -> Cutter {
        match self {
            Framing::JsonObjects { at_most } => Cutter::JsonObjects(JsonObjects::new(at_most)),
            Framing::LengthPrefix { at_most } => Cutter::LengthPrefix(LengthPrefix::new(at_most)),
            Framing::EndMark { at_most, keywords } => Cutter::EndMark(EndMark::new(at_most, keywords)),
        }
    }

    /// The message as it travels.
    ///
    /// # Errors
    /// See [`length_prefix::framed`] and [`end_mark::framed`].
    pub fn framed(self, message: Vec<u8>) -> Result<Vec<u8>, FramingError> {
        match self {
            Framing::JsonObjects { .. } => Ok(message),
            Framing::LengthPrefix { .. } => length_prefix::framed(&message),
            Framing::EndMark { .. } => end_mark::framed(message),
        }
    }
}

/// What has arrived of a stream and is no whole message yet.
#[derive(Debug)]
pub enum Cutter {
    JsonObjects(JsonObjects),
    LengthPrefix(LengthPrefix),
    EndMark(EndMark),
}

impl Cutter {
    /// The messages that `bytes` completes, in their order.
    ///
    /// # Errors
    /// The stream is of no more use; what was complete before the fault is lost with it.
    pub fn push(&mut self, now: Instant, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        match self {
            Cutter::JsonObjects(cutter) => cutter.push(bytes),
            Cutter::LengthPrefix(cutter) => cutter.push(bytes),
            Cutter::EndMark(cutter) => cutter.push(now, bytes),
        }
    }

    /// When silence completes a message.
    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Cutter::JsonObjects(_) | Cutter::LengthPrefix(_) => None,
            Cutter::EndMark(cutter) => cutter.deadline(),
        }
    }

    /// The message that silence has completed. There is no deadline at or before `now` afterwards.
    pub fn tick(&mut self, now: Instant) -> Option<Vec<u8>> {
        match self {
            Cutter::JsonObjects(_) | Cutter::LengthPrefix(_) => None,
            Cutter::EndMark(cutter) => cutter.tick(now),
        }
    }

    /// The message that the end of the line completes.
    pub fn close(&mut self) -> Option<Vec<u8>> {
        match self {
            Cutter::JsonObjects(_) | Cutter::LengthPrefix(_) => None,
            Cutter::EndMark(cutter) => cutter.close(),
        }
    }
}

/// A stream that cannot be cut any further. The line is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    #[error("a message is larger than {at_most} bytes")]
    TooLarge { at_most: usize },
    #[error("a message of no bytes")]
    Empty,
    #[error("a message that holds its own end mark")]
    HoldsMark,
}
