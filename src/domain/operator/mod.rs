//! Who works at the till, and what they may do. Pure: times are arguments, PINs are compared elsewhere.

mod book;
mod error;
mod event;
mod name;
mod pin;
mod pin_guard;
mod presence;
mod rights;

pub use book::{IDLE_MINUTES, KeptOperator, OPERATORS_AT_MOST, OperatorBook, PinHash};
pub use error::OperatorError;
pub use event::{OperatorEvent, SignedOut, TerminalDeed};
pub use name::OperatorName;
pub use pin::Pin;
pub use pin_guard::{FREE_TRIES, PinGuard, WAIT_AT_MOST, WrongPins, wait_after};
pub use presence::Presence;
pub use rights::{Right, Rights, Role};

use serde::{Deserialize, Serialize};

/// A person who signs in at the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub name: OperatorName,
    pub role: Role,
}
