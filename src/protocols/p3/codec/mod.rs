//! PayProtocol messages to bytes and back (reference sections 2 to 5): one JSON document, UTF-8.
//!
//! Reading is lenient about what it does not know (members, words, types) and strict about what it does: a member of the
//! wrong type, or one that stands there twice, is an error that names it. Numbers are never floats on their way.

mod decoding;
mod encoding;
mod objects;
mod scrubbing;
#[cfg(test)]
mod tests;

use crate::protocols::json::{JsonError, tree};

use super::messages::{Header, Message, MessageType};

pub use scrubbing::scrubbed;

/// Why bytes are not a message. The text says what is wrong and carries nothing of what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error(transparent)]
    NotJson(#[from] JsonError),
    #[error("the message is no JSON object")]
    NoObject,
    #[error("{member} is missing")]
    Missing { member: String },
    #[error("{member} has the wrong type")]
    WrongType { member: String },
    #[error("{member} stands there more than once")]
    Twice { member: String },
}

/// Members without a value are left out (2.4).
pub fn encode(message: &Message) -> Vec<u8> {
    encoding::document(message).to_text().into_bytes()
}

/// # Errors
/// What is wrong with it, naming the member.
pub fn decode(bytes: &[u8]) -> Result<Message, CodecError> {
    decoding::message(&tree::parse(bytes)?)
}

/// Type and header alone, of a message whose data may be wrong: so that it can be answered, or be known as the answer to
/// a request.
///
/// # Errors
/// When even these cannot be read.
pub fn decode_header(bytes: &[u8]) -> Result<(MessageType, Header), CodecError> {
    decoding::header_of(&tree::parse(bytes)?)
}
