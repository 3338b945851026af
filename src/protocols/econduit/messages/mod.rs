//! eConduit's messages as till and simulated cloud understand them (reference parts 1 and 2).
//!
//! What the reference marks as inferred, proposed or unknown about the wire stands in this folder: the words of
//! `words.rs`, the names of `call.rs` and of profile EC-T1 in `line.rs`, and the constants below.

mod call;
mod central_day;
mod line;
mod response;
mod words;

pub use call::{Call, Flavour, Method, ReceivedCall, Value, parameter};
pub use central_day::{central_day, central_time};
pub use line::{AmountText, CloudLine, Registration, TerminalCommand, TerminalLine, member};
pub use response::{BatchPart, BatchResponse, PairingResponse, Response};
pub use words::{BatchResult, CommandWord, KEYWORDS, Obstacle, RegistrationAnswer, ResultCode};

/// Bound of a message and of a response, in bytes (2.2, proposed).
pub const AT_MOST: usize = 1024 * 1024;
/// (3.4) The longest `refID`, in characters.
pub const LONGEST_REF_ID: usize = 32;
pub const CONTENT_TYPE: &str = "application/json";
