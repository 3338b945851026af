//! Bytes to messages and back: one JSON-RPC message in each frame, text or binary (1.2), liberal in what it takes (3.5).
//! Whatever looks like a card number is masked before anybody else sees it (rule 8).

mod envelope;
mod members;
mod reading;
mod scrubbing;
mod tables;
#[cfg(test)]
mod tests;

pub use envelope::{asked_id, decode, encode, rpc_error};
pub use members::Members;
pub use reading::{notification, receipt_lines, report, signature_request, terminal_details, terminals, transaction};
pub use scrubbing::scrubbed;
pub use tables::*;

/// What keeps a message from being read. Names the member, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("not JSON")]
    NotJson,
    #[error("no JSON-RPC message: {0}")]
    NotRpc(&'static str),
    #[error("{0} has the wrong type")]
    WrongType(String),
}
