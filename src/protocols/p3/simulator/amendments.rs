//! AMEND: linked refunds, captures, tip adjustments (7.7, 10.8). No reader, no card.

use super::PayServer;
use super::profile;
use super::running::{Amendment, Running, Work};
use super::script::{self, Decision};
use super::store::{Record, Refund};
use super::validation::{self, Refusal};
use crate::domain::{Money, Now, Operation};
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{LedgerState, Line, Scenario, SimulatorEffect};

const RESPONSE: MessageType = MessageType::AmendTransactionResponse;

/// What the platform answers to an amendment that cannot be.
type Impossible = (TransactionStatus, StatusCode, Option<ErrorType>);

impl PayServer {
    pub(super) fn amend_request(&mut self, now: &Now, line: Line, header: Header, request: &AmendTransactionRequest) {
        let parameters = &request.transaction_parameters;
        let (referenced, asked) = match validation::amend(request) {
            Ok(checked) => checked,
            Err(refusal) => return self.refuse(line, &header, &RESPONSE, &refusal),
        };
        let Some(original) = self.store.original_of(referenced).cloned() else {
            let refusal = Refusal::ordinary(ErrorType::PosTransactionReferenceNotFound, "No such transaction");
            return self.refuse(line, &header, &RESPONSE, &refusal);
        };
        if asked.amount.is_some_and(|amount| amount.currency() != original.known_currency()) {
            let refusal = Refusal::fault(ErrorType::PosParameterInvalid, "currency is not the transaction's");
            return self.refuse(line, &header, &RESPONSE, &refusal);
        }
        self.note_carelessness(parameters, &asked);
        let scenario = asked.amount.map_or(Scenario::ChipAndPin, |amount| Scenario::of_amount(amount.minor()));
        if scenario == Scenario::LineDropsBeforeRequest {
            return self.cut(line);
        }
        let mut record = self.new_record(now, parameters, &asked, false);
        record.kind = profile::amendment_is(&parameters.kind);
        record.operation = Some(operation_of(&parameters.kind));
        record.currency = original.currency.clone();
        record.referenced = Some(original.identifier.clone());
        record.tip_adjust = TipAdjustStatus::NotAdjustable;
        record.amount_minor = asked.amount.map_or_else(|| whole(&parameters.kind, &original), Money::minor);
        let kind = parameters.kind.clone();
        let work = Work::Amendment(Box::new(Amendment { record, kind, original: original.identifier, asked }));
        self.start(now, Running::new(line, header, None, scenario, work, script::amendment(scenario), now.at));
    }

    /// The platform's word, as things stand now; the error of the response, where there is one.
    pub(super) fn decide_amendment(
        &mut self,
        now: &Now,
        amendment: &mut Amendment,
        decision: Decision,
    ) -> Option<ErrorType> {
        if let Decision::Decline(code) = decision {
            amendment.record.ended(TransactionStatus::Declined, code);
            return None;
        }
        let Some(original) = self.store.find_mut(&amendment.original) else {
            amendment.record.ended(TransactionStatus::Error, StatusCode::ErrorServerInvalidTransaction);
            return Some(ErrorType::PosTransactionReferenceNotFound);
        };
        if let Some((status, code, error)) = impossible(amendment, original) {
            amendment.record.ended(status, code);
            return error;
        }
        apply(now, amendment, original);
        amendment.record.ended(TransactionStatus::Approved, StatusCode::Approved);
        amendment.record.approval_code = Some(self.dice.digits(6));
        // Of a tip adjustment the new total.
        let entry = amendment.record.ledger_entry(amendment.record.amount_minor, LedgerState::Approved);
        self.effects.extend(entry.map(SimulatorEffect::Ledger));
        None
    }
}

fn operation_of(kind: &RequestType) -> Operation {
    match kind {
        RequestType::Capture => Operation::Capture,
        RequestType::TipAdjust => Operation::Tip,
        _ => Operation::Refund,
    }
}

/// What is meant when no amount is given.
fn whole(kind: &RequestType, original: &Record) -> i64 {
    match kind {
        RequestType::Refund => original.remaining_minor(),
        _ => original.amount_minor,
    }
}

/// (10.8)
fn impossible(amendment: &Amendment, original: &Record) -> Option<Impossible> {
    let wrong_status = (
        TransactionStatus::Error,
        StatusCode::ErrorServerInvalidTransactionStatus,
        Some(ErrorType::PosTransactionInvalid),
    );
    let fits = match amendment.kind {
        RequestType::Refund => original.refund_status() == RefundStatus::RefundablePartialAndFull,
        RequestType::Capture => is_untouched(original) && original.kind == profile::PREAUTH_IS && !original.captured,
        _ => is_untouched(original) && original.tip_adjust == TipAdjustStatus::Adjustable,
    };
    if !fits {
        return Some(wrong_status);
    }
    let asked = amendment.record.amount_minor;
    match amendment.kind {
        RequestType::Refund if asked > original.remaining_minor() => {
            let code = StatusCode::ErrorServerInvalidRefundAmount;
            Some((TransactionStatus::Error, code, Some(ErrorType::PosTransactionError)))
        }
        // no more than was authorised
        RequestType::Capture if asked > original.amount_minor => {
            Some((TransactionStatus::Declined, StatusCode::DeclinedInvalidAmount, None))
        }
        RequestType::TipAdjust if tip_of(amendment, original) < 0 => {
            Some((TransactionStatus::Declined, StatusCode::DeclinedInvalidAmount, None))
        }
        _ => None,
    }
}

fn is_untouched(original: &Record) -> bool {
    original.is_approved() && original.refunds.is_empty()
}

fn tip_of(amendment: &Amendment, original: &Record) -> i64 {
    let asked = amendment.asked.amount.map_or(0, Money::minor);
    match TIP_ADJUST_CARRIES {
        TipAdjustCarries::Tip => asked,
        TipAdjustCarries::NewTotal => asked.saturating_sub(original.amount_minor.saturating_sub(original.tip_minor)),
    }
}

/// Changes the original, and gives the amendment its card and its amounts.
fn apply(now: &Now, amendment: &mut Amendment, original: &mut Record) {
    match amendment.kind {
        RequestType::Capture => {
            original.captured = true;
            original.amount_minor = amendment.record.amount_minor;
            amendment.record.captured = true;
        }
        RequestType::TipAdjust => {
            let tip = tip_of(amendment, original);
            let without = original.amount_minor.saturating_sub(original.tip_minor);
            original.tip_minor = tip;
            original.amount_minor = without.saturating_add(tip);
            original.tip_adjust = TipAdjustStatus::Adjusted;
            let record = &mut amendment.record;
            (record.tip_minor, record.amount_minor) = (tip, original.amount_minor);
            (record.captured, record.tip_adjust) = (true, TipAdjustStatus::Adjusted);
        }
        _ => original.refunds.push(Refund {
            identifier: amendment.record.identifier.clone(),
            created: now.wall.as_millisecond(),
            amount_minor: amendment.record.amount_minor,
        }),
    }
    amendment.record.card = original.card.clone();
    amendment.record.source = original.source.clone();
    amendment.record.verification = CustomerVerification::None;
}
