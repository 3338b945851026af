//! Cutting byte streams into messages. Whatever the network does to the pieces, the messages are the same, and no peer makes
//! a buffer grow past its bound.

pub mod json_objects;
pub mod length_prefix;

/// A stream that cannot be cut any further. The line is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    #[error("a message is larger than {at_most} bytes")]
    TooLarge { at_most: usize },
    #[error("a message of no bytes")]
    Empty,
}
