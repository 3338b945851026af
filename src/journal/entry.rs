//! What is written to the journal.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{Outcome, PaymentEvent, PaymentId, PaymentRequest, PaymentState, Receipt, TableTaking};

/// A payment the cashier has just asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// The terminal's name in the settings.
    pub terminal: String,
    /// The protocol's id.
    pub protocol: String,
    /// No real money.
    pub training: bool,
    pub request: PaymentRequest,
    pub at: Timestamp,
}

/// One thing to be made durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// Something happened to a payment; the lifecycle says what that means.
    Payment {
        id: PaymentId,
        event: PaymentEvent,
        outcome: Option<Outcome>,
        at: Timestamp,
    },
    /// What the driver needs to ask about the payment later; replaces the one before.
    Reference {
        id: PaymentId,
        reference: Value,
        at: Timestamp,
    },
    Receipt {
        id: PaymentId,
        receipt: Receipt,
        at: Timestamp,
    },
    /// The driver's own memory for a terminal; replaces the one before.
    Memory {
        terminal: String,
        memory: Value,
    },
    /// Display texts (`display`), questions, answers, notices, alarms.
    Note {
        terminal: String,
        payment: Option<PaymentId>,
        kind: String,
        body: Value,
        at: Timestamp,
    },
    /// A payment that a card machine took at a table, told once or more often.
    TakenAtTable {
        terminal: String,
        protocol: String,
        taking: TableTaking,
        at: Timestamp,
    },
    /// A raw protocol message; scrubbed before it is written.
    Message {
        terminal: String,
        payment: Option<PaymentId>,
        channel: String,
        /// From the till to the terminal.
        sent: bool,
        body: Vec<u8>,
        at: Timestamp,
    },
}

impl Entry {
    /// May be written later, together with the next entry that cannot wait. Losing it in a power cut loses no money.
    pub fn can_wait(&self) -> bool {
        match self {
            Entry::Message { .. } => true,
            Entry::Note { kind, .. } => kind == "display",
            Entry::Payment { .. }
            | Entry::Reference { .. }
            | Entry::Receipt { .. }
            | Entry::Memory { .. }
            | Entry::TakenAtTable { .. } => false,
        }
    }
}

/// An event that does not fit what is known of the payment. It is in the journal, the payment stands as it stood, and
/// somebody has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub payment: PaymentId,
    /// How the payment stands.
    pub state: PaymentState,
    /// What was said all the same.
    pub event: PaymentEvent,
}
