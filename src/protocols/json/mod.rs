//! JSON as terminals speak it: numbers keep their own text, so that no float comes near an amount (rule 9).

mod amount;
pub mod tree;

pub use amount::Amount;
pub use tree::Json;

/// Why bytes are not a JSON document of ours. The text says where, and carries nothing of what stood there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("not JSON: {detail}")]
    NotJson { detail: String },
    #[error("the message is nested too deeply")]
    TooDeep,
}
