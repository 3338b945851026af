//! The payment at hand, and what the journal has to know to ask about it later.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{Instant, OpenPayment, Operation, PaymentId, PaymentRequest, Receipt, StartPayment};
use crate::protocols::driver::{Effect, Report};

use super::super::messages::{Category, TransactionId};
use super::ground::Effects;

/// Everything a `TransactionStatusRequest`, an `AbortRequest` or a `ReversalRequest` about this payment needs
/// (reference 11.1). Lies in the journal as the payment's reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The ServiceID, under the name every protocol shows its number by.
    #[serde(rename = "shown")]
    pub service_id: String,
    pub sale_id: String,
    pub poi_id: String,
    pub sale_transaction: TransactionId,
    /// The terminal has shown that it works on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alive: bool,
    /// The terminal has lost its login session since the request went out (11.4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub session_lost: bool,
    /// Needed, verbatim, to reverse it (5.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poi_transaction: Option<TransactionId>,
    /// `Card` or `Mobile`: the latter must not be reversed (5.4).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instrument: String,
    /// ServiceID of the reversal after a rejected signature (12.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// Which of a case's two messages is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The request itself.
    Request,
    /// The reversal that undoes it after a rejected signature.
    Undo,
}

/// One payment from start or recovery to its outcome.
#[derive(Debug)]
pub struct Case {
    pub id: PaymentId,
    pub request: PaymentRequest,
    pub reference: Option<Reference>,
    /// When its newest message left, as far as this run of the program knows.
    pub left_at: Option<Instant>,
    /// Nothing of that message can arrive any more: the terminal has closed its line, or answered on it.
    pub landed: bool,
    /// Begun by an earlier run of the program, which may have taken what the terminal sent meanwhile with it.
    pub recovered: bool,
    /// The journal knows its outcome; somebody asks all the same.
    pub settled: bool,
    pub cancel_requested: bool,
    pub busy_answers: u32,
    pub logged_in_again: bool,
    /// A merchant receipt was sent for printing, so the next question is about a signature (14.4).
    pub receipt_to_sign: bool,
    pub signature_rejected: bool,
    /// How often the reversal of a rejected signature went out again because the terminal did not know it.
    pub undone_again: u32,
    receipts: Vec<Receipt>,
}

impl Case {
    pub fn started(start: StartPayment) -> Case {
        Case::new(start.id, start.request, None, false)
    }

    /// `Err` when the journal holds a reference that is none of ours.
    pub fn found(open: OpenPayment) -> Result<Case, serde_json::Error> {
        let reference = open.reference.map(serde_json::from_value).transpose()?;
        let settled = open.state.is_final();
        Ok(Case { recovered: true, ..Case::new(open.id, open.request, reference, settled) })
    }

    fn new(id: PaymentId, request: PaymentRequest, reference: Option<Reference>, settled: bool) -> Case {
        Case {
            id,
            request,
            reference,
            left_at: None,
            landed: false,
            recovered: false,
            settled,
            cancel_requested: false,
            busy_answers: 0,
            logged_in_again: false,
            receipt_to_sign: false,
            signature_rejected: false,
            undone_again: 0,
            receipts: Vec::new(),
        }
    }

    pub fn is_reversal(&self) -> bool {
        self.request.operation == Operation::Void
    }

    /// The category of the message that is meant.
    pub fn category(&self, target: Target) -> Category {
        if target == Target::Undo || self.is_reversal() { Category::Reversal } else { Category::Payment }
    }

    /// The ServiceID of the message that is meant; `None` before it was sent.
    pub fn service_id(&self, target: Target) -> Option<&str> {
        let reference = self.reference.as_ref()?;
        match target {
            Target::Request => Some(&reference.service_id),
            Target::Undo => reference.undo.as_deref(),
        }
    }

    /// What a reversal has to name: the original of a void, or this payment itself.
    pub fn reversed(&self, target: Target) -> Option<Reference> {
        match target {
            Target::Undo => self.reference.clone(),
            Target::Request => serde_json::from_value(self.request.of.as_ref()?.reference.clone()?).ok(),
        }
    }

    /// The terminal has shown that it works on this payment, which is durable before anything is concluded from it.
    pub fn note_life(&mut self, out: &mut Effects) {
        if let Some(reference) = self.reference.as_mut().filter(|reference| !reference.alive) {
            reference.alive = true;
            self.keep_reference(out);
        }
    }

    /// The same for a session that is gone: a till that is killed now must not take the terminal's silence for a riddle.
    pub fn note_session_lost(&mut self, out: &mut Effects) {
        if let Some(reference) = self.reference.as_mut().filter(|reference| !reference.session_lost) {
            reference.session_lost = true;
            self.keep_reference(out);
        }
    }

    fn keep_reference(&self, out: &mut Effects) {
        if let Some(reference) = self.reference_value() {
            out.push(Effect::Report(Report::Reference(reference)));
        }
    }

    /// The reference as the journal keeps it.
    pub fn reference_value(&self) -> Option<Value> {
        serde_json::to_value(self.reference.as_ref()?).ok()
    }

    /// Whether this receipt is a new one; a repeated response brings the old ones again.
    pub fn is_new_receipt(&mut self, receipt: &Receipt) -> bool {
        let new = !self.receipts.contains(receipt);
        if new {
            self.receipts.push(receipt.clone());
        }
        new
    }
}
