//! What is to be done about a commission, decided from what the journal holds under its reference. Pure: the journal is read
//! before.
//!
//! What was asked for before under the same face, reference and operation is the same payment, and is never made again: it is
//! told of as it stands. Only a follow-up that took no effect may be tried once more. The journal holds the same rule where it
//! records (`journal/origins.rs`), so that no two tasks come between looking and making.

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Fulfilment, Money, Operation, Origin, Original, PaymentId, PaymentRecord, PaymentRequest, PaymentState, Tender,
    Verdict, Whence,
};
use crate::journal::{JournalError, JournalEvent};

use super::super::order::Refusal;

/// A `Task::Pay`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub reference: String,
    pub operation: Operation,
    pub amount: Money,
    pub tender: Option<Tender>,
    pub invoice: Option<String>,
}

/// The till's own name for the terminal that was asked, and the outside's.
#[derive(Debug, Clone, Copy)]
pub struct Face<'a> {
    pub name: &'a str,
    pub number: &'a str,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Was made before: how it stands in the journal is the answer.
    Tell(PaymentId),
    /// Was made before, and the terminal works on it: its outcome is the answer.
    Await(PaymentId),
    /// An order for the terminal.
    Make(Box<PaymentRequest>),
    /// Nothing is to be done.
    Answer(Fulfilment),
}

/// `known` is every payment of this face and reference, oldest first; `at_hand` what the terminal works on.
pub fn pay(face: Face<'_>, asked: Asked, known: &[PaymentRecord], at_hand: Option<&PaymentId>) -> Plan {
    if let Some(made) = made_before(asked.operation, known) {
        return again(made, at_hand);
    }
    let of = match original(asked.operation, known) {
        Ok(of) => of,
        Err(NoOriginal::NotKnown) => return Plan::Answer(Fulfilment::NotKnown),
        Err(NoOriginal::Several) => return Plan::Answer(Fulfilment::Refused(several())),
    };
    let origin = Origin {
        from: Whence::Cloud,
        face: face.name.to_owned(),
        number: face.number.to_owned(),
        reference: asked.reference,
    };
    Plan::Make(Box::new(PaymentRequest {
        of,
        tender: asked.tender,
        reference: asked.invoice,
        origin: Some(Box::new(origin)),
        ..PaymentRequest::new(asked.operation, asked.amount)
    }))
}

/// The newest payment that is asked about.
pub fn status(operation: Option<Operation>, known: &[PaymentRecord]) -> Option<&PaymentRecord> {
    known.iter().rev().find(|record| operation.is_none_or(|asked| record.request.operation == asked))
}

/// Whether what was asked for under one reference has ended differently, operation by operation. Who does not say which is
/// meant would take the end of the one for that of the other.
pub fn is_ambiguous(known: &[PaymentRecord]) -> bool {
    let newest = known.iter().filter_map(|record| status(Some(record.request.operation), known));
    let mut verdicts = newest.map(PaymentRecord::verdict);
    verdicts.next().is_some_and(|first| verdicts.any(|other| other != first))
}

pub fn which_one() -> Fulfilment {
    Fulfilment::Unknown(several())
}

/// Whether the terminal has said about money that was taken the contrary of what the journal holds: then a person has to look,
/// and nobody outside is told either as the end of it.
pub fn is_disputed(record: &PaymentRecord, events: &[JournalEvent]) -> bool {
    let about_money = |event: &&JournalEvent| match event.kind.as_str() {
        "approved" => true,
        "declined" | "cancelled" | "not_charged" => record.verdict() == Verdict::Approved,
        _ => false,
    };
    events.iter().filter(|event| event.forbidden).any(|event| about_money(&event))
}

/// What the terminal did not take on.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// Somebody came before us with the very same order.
    Made(PaymentId),
    Fulfilment(Fulfilment),
}

pub fn refused(refusal: Refusal) -> Refused {
    let fulfilment = match refusal {
        Refusal::Journal(JournalError::Repeated { payment }) => return Refused::Made(payment),
        Refusal::Journal(error) => unreadable(&error),
        // The order may have been taken before the task ended.
        Refusal::Gone => Fulfilment::Unknown(explained(&Refusal::Gone, Fault::Program)),
        busy @ (Refusal::Running | Refusal::InDoubt(_)) => Fulfilment::Busy(explained(&busy, Fault::Nobody)),
        Refusal::UnknownPayment(_) => Fulfilment::NotKnown,
        other @ (Refusal::WrongCurrency { .. } | Refusal::NotAble(_) | Refusal::NoListener(_)) => {
            Fulfilment::Refused(explained(&other, Fault::Settings))
        }
        other => Fulfilment::Refused(explained(&other, Fault::Nobody)),
    };
    Refused::Fulfilment(fulfilment)
}

/// The till's own books cannot be read.
pub fn unreadable(error: &JournalError) -> Fulfilment {
    Fulfilment::Unknown(Explanation::new(error.key(), Fault::Program).with_detail(&error.to_string()))
}

fn explained(refusal: &Refusal, fault: Fault) -> Explanation {
    Explanation::new(&format!("refusal-{}", refusal.code()), fault).with_detail(&refusal.to_string())
}

fn made_before(operation: Operation, known: &[PaymentRecord]) -> Option<&PaymentRecord> {
    let may_have_worked = |record: &PaymentRecord| matches!(record.verdict(), Verdict::Approved | Verdict::InDoubt);
    let mut same = known.iter().rev().filter(|record| record.request.operation == operation);
    same.find(|record| !operation.is_follow_up() || may_have_worked(record))
}

fn again(made: &PaymentRecord, at_hand: Option<&PaymentId>) -> Plan {
    let is_under_way =
        matches!(made.state, PaymentState::Recorded | PaymentState::AtTerminal | PaymentState::Cancelling);
    match is_under_way && at_hand == Some(&made.id) {
        true => Plan::Await(made.id.clone()),
        false => Plan::Tell(made.id.clone()),
    }
}

enum NoOriginal {
    NotKnown,
    /// Nobody can say which is meant.
    Several,
}

/// The payment that a follow-up is about: the transaction of the same reference. Whether it can still be done is for the
/// terminal's desk to say (`terminal/earlier.rs`).
///
/// # Errors
/// None is known, or several stand.
fn original(operation: Operation, known: &[PaymentRecord]) -> Result<Option<Original>, NoOriginal> {
    if !operation.is_follow_up() {
        return Ok(None);
    }
    let candidates: Vec<&PaymentRecord> =
        known.iter().filter(|record| may_be_about(operation, record.request.operation)).collect();
    let stands = |record: &&&PaymentRecord| record.verdict() == Verdict::Approved && record.voided_by.is_none();
    let standing: Vec<&PaymentRecord> = candidates.iter().filter(stands).copied().collect();
    let meant = match standing.as_slice() {
        [] => candidates.first().copied(),
        [only] => Some(*only),
        // what was captured is held by the capture
        [reserved, captured] if is_captured_by(reserved, captured) => Some(*captured),
        _ => return Err(NoOriginal::Several),
    };
    meant.map(|record| Some(of(record))).ok_or(NoOriginal::NotKnown)
}

/// In English too, for the staff behind the cloud.
fn several() -> Explanation {
    Explanation::new("explain-face-ambiguous", Fault::Nobody).with_detail("Several transactions have this RefID")
}

fn may_be_about(operation: Operation, earlier: Operation) -> bool {
    match operation {
        Operation::Capture => earlier == Operation::Preauth,
        Operation::Tip => earlier == Operation::Sale,
        _ => earlier.is_voidable(),
    }
}

fn is_captured_by(reserved: &PaymentRecord, captured: &PaymentRecord) -> bool {
    captured.request.operation == Operation::Capture
        && captured.request.of.as_ref().is_some_and(|of| of.payment == reserved.id)
}

fn of(record: &PaymentRecord) -> Original {
    let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    Original {
        payment: record.id.clone(),
        operation: record.request.operation,
        taken: taken.unwrap_or(record.request.amount),
        reference: None,
    }
}
