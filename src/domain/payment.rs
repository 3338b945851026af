//! A payment as the journal knows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cash::CASH;
use super::lifecycle::PaymentState;
use super::outcome::{Outcome, Verdict};
use super::request::{PaymentId, PaymentRequest};

/// A person's decision about a payment nobody could find out about (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub paid: bool,
    pub by: String,
    pub reason: String,
    pub at: Timestamp,
}

/// What a driver is told of a payment it did not see begin: after a restart, or when the cashier asks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPayment {
    pub id: PaymentId,
    pub request: PaymentRequest,
    pub state: PaymentState,
    /// The newest `Report::Reference`; `None` when nothing can have been sent.
    pub reference: Option<Value>,
    pub at: Timestamp,
}

/// One row of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    pub id: PaymentId,
    /// The terminal's name in the settings.
    pub terminal: String,
    pub protocol: String,
    /// No real money.
    pub training: bool,
    pub request: PaymentRequest,
    pub state: PaymentState,
    /// The newest outcome; `None` while the payment runs.
    pub outcome: Option<Outcome>,
    pub reference: Option<Value>,
    /// When the cashier started it.
    pub at: Timestamp,
    pub decision: Option<Decision>,
    /// The approved void of this payment.
    pub voided_by: Option<PaymentId>,
}

impl PaymentRecord {
    /// Whether it went into the drawer or out of it, and no terminal had a part in it.
    pub fn is_cash(&self) -> bool {
        self.terminal == CASH
    }

    /// What the history says: a payment that has not ended is in doubt.
    pub fn verdict(&self) -> Verdict {
        self.state.verdict()
    }

    /// The outcome of a payment that has ended.
    pub fn known(&self) -> Option<Outcome> {
        let verdict = self.verdict();
        let said = self.outcome.clone().filter(|outcome| outcome.verdict == verdict);
        self.state.is_final().then(|| said.unwrap_or_else(|| Outcome::bare(verdict)))
    }

    pub fn open(&self) -> OpenPayment {
        OpenPayment {
            id: self.id.clone(),
            request: self.request.clone(),
            state: self.state,
            reference: self.reference.clone(),
            at: self.at,
        }
    }
}
