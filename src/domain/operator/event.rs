//! What operators do, as the journal keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::name::OperatorName;
use super::rights::{Right, Rights, Role};

/// Why somebody is not signed in any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedOut {
    /// They pressed the key.
    Key,
    /// Nobody did anything for too long.
    Idle,
    /// The window was closed.
    Close,
    /// Somebody else removed them, or changed what they are.
    Removed,
}

/// One thing that an operator did, or that was done about one. Holds no digit of a PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorEvent {
    SignedIn {
        role: Role,
    },
    SignedOut {
        why: SignedOut,
    },
    /// At this operator's tile; `right` is what it was to allow, where it was for one action.
    WrongPin {
        right: Option<Right>,
    },
    /// Wanted what they have no right to.
    Refused {
        right: Right,
        what: String,
    },
    /// Allowed it to somebody who has no right to it, this one time.
    Allowed {
        right: Right,
        what: String,
        to: OperatorName,
    },
    /// Asked the terminal to stop.
    Cancelled {
        terminal: String,
    },
    /// Answered a terminal's question.
    Answered {
        terminal: String,
        question: u64,
        answer: Value,
    },
    /// Had a terminal end its day, or make a report of it.
    DayAsked {
        terminal: String,
        report: String,
    },
    PricesImported {
        source: String,
    },
    Added {
        role: Role,
    },
    Removed,
    PinSet,
    /// What cashiers may from now on. About nobody in particular.
    RightsSet {
        cashiers: Rights,
        idle_minutes: u32,
    },
}

impl OperatorEvent {
    /// The word of the journal.
    pub fn word(&self) -> &'static str {
        match self {
            OperatorEvent::SignedIn { .. } => "signed_in",
            OperatorEvent::SignedOut { .. } => "signed_out",
            OperatorEvent::WrongPin { .. } => "wrong_pin",
            OperatorEvent::Refused { .. } => "refused",
            OperatorEvent::Allowed { .. } => "allowed",
            OperatorEvent::Cancelled { .. } => "cancelled",
            OperatorEvent::Answered { .. } => "answered",
            OperatorEvent::DayAsked { .. } => "day_asked",
            OperatorEvent::PricesImported { .. } => "prices_imported",
            OperatorEvent::Added { .. } => "added",
            OperatorEvent::Removed => "removed",
            OperatorEvent::PinSet => "pin_set",
            OperatorEvent::RightsSet { .. } => "rights_set",
        }
    }
}
