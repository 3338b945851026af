//! eConduit's messages to bytes and back. Writing keeps to the reference; reading is lenient as it asks for (3.4): numbers
//! or texts, null or absent, unknown members ignored. What is about money and says two things at once is an error.

mod calls;
mod line;
mod members;
mod responses;
mod scrubbing;
#[cfg(test)]
mod tests;

use crate::protocols::json::JsonError;

pub use calls::{body, query, received};
pub use line::{cloud_line, encode_command, encode_heartbeat, encode_registration, encode_status, terminal_line};
pub use responses::{
    batch, batch_json, document, pairing, pairing_json, prompt_json, response, response_json, response_of,
};
pub use scrubbing::scrubbed;

/// Why bytes are not a message. The text carries nothing of what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error(transparent)]
    NotJson(#[from] JsonError),
    #[error("the answer is no JSON object")]
    NoObject,
    #[error("{member} cannot be read")]
    Unreadable { member: String },
    #[error("{member} says two things at once")]
    Disagrees { member: String },
    #[error("{method} is no method, or {parameter} is no text")]
    NoCall { method: String, parameter: String },
}
