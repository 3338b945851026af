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

/// What was done about a terminal in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TerminalDeed {
    Added,
    Changed,
    Removed,
    /// It is the one meant when none is named.
    MadeDefault,
    Paired,
    Unpaired,
    /// It was found at another address.
    FoundAgain,
}

impl TerminalDeed {
    /// The word of journal and log.
    pub fn word(self) -> &'static str {
        match self {
            TerminalDeed::Added => "added",
            TerminalDeed::Changed => "changed",
            TerminalDeed::Removed => "removed",
            TerminalDeed::MadeDefault => "made-default",
            TerminalDeed::Paired => "paired",
            TerminalDeed::Unpaired => "unpaired",
            TerminalDeed::FoundAgain => "found-again",
        }
    }
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
    /// Set a terminal up, changed it or took it away. `fields` are the names of what was changed, never what stands in it.
    TerminalSetUp {
        terminal: String,
        deed: TerminalDeed,
        fields: Vec<String>,
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
            OperatorEvent::TerminalSetUp { .. } => "terminal_set_up",
            OperatorEvent::Added { .. } => "added",
            OperatorEvent::Removed => "removed",
            OperatorEvent::PinSet => "pin_set",
            OperatorEvent::RightsSet { .. } => "rights_set",
        }
    }
}
