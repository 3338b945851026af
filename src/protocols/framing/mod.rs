//! Cutting byte streams into messages. Whatever the network does to the pieces, the messages are the same, and no peer makes
//! a buffer grow past its bound.

pub mod json_objects;
pub mod length_prefix;

use json_objects::JsonObjects;
use length_prefix::LengthPrefix;

/// How a byte stream is cut into messages. Sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    JsonObjects { at_most: usize },
    LengthPrefix { at_most: usize },
}

impl Framing {
    /// Cuts one stream, from its beginning.
    pub fn cutter(self) -> Cutter {
        match self {
            Framing::JsonObjects { at_most } => Cutter::JsonObjects(JsonObjects::new(at_most)),
            Framing::LengthPrefix { at_most } => Cutter::LengthPrefix(LengthPrefix::new(at_most)),
        }
    }

    /// The message as it travels.
    ///
    /// # Errors
    /// See [`length_prefix::framed`].
    pub fn framed(self, message: Vec<u8>) -> Result<Vec<u8>, FramingError> {
        match self {
            Framing::JsonObjects { .. } => Ok(message),
            Framing::LengthPrefix { .. } => length_prefix::framed(&message),
        }
    }
}

/// What has arrived of a stream and is no whole message yet.
#[derive(Debug)]
pub enum Cutter {
    JsonObjects(JsonObjects),
    LengthPrefix(LengthPrefix),
}

impl Cutter {
    /// The messages that `bytes` completes, in their order.
    ///
    /// # Errors
    /// The stream is of no more use; what was complete before the fault is lost with it.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
        match self {
            Cutter::JsonObjects(cutter) => cutter.push(bytes),
            Cutter::LengthPrefix(cutter) => cutter.push(bytes),
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
}
