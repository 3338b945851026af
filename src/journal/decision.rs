//! A person's decision about a payment nobody could find out about (rule 6).

use crate::domain::card::mask_card_numbers;
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Decision, Money, MoneyError, Operation, Outcome, PaymentEvent, PaymentId, PaymentRequest, PaymentState, Taken,
    Verdict,
};

use super::apply::Writing;
use super::error::JournalError;
use super::row::PaymentRow;

/// Ends the payment as the person says.
pub(super) fn decide(writing: &Writing, id: &PaymentId, decision: Decision) -> Result<PaymentRow, JournalError> {
    let mut row = writing.load(id)?;
    let at = decision.at.to_string();
    match row.standing.state {
        PaymentState::InDoubt => {}
        // Left open by a program that is gone.
        PaymentState::AtTerminal | PaymentState::Cancelling => {
            writing.step(&mut row, PaymentEvent::Restarted, None, None, &at)?;
        }
        state => return Err(JournalError::NotInDoubt { payment: PaymentId::new(writing.till, row.seq), state }),
    }
    let decision = masked(decision);
    let event = if decision.paid { PaymentEvent::PersonDecidedPaid } else { PaymentEvent::PersonDecidedNotPaid };
    let outcome = if decision.paid { paid(writing, &row)? } else { not_paid() };
    writing.step(&mut row, event, Some(outcome), Some(decision), &at)?;
    Ok(row)
}

/// Everything the cashier asked for, so that totals include it. What the terminal had said of the card stays.
fn paid(writing: &Writing, row: &PaymentRow) -> Result<Outcome, JournalError> {
    let known = row.standing.outcome.clone();
    let (card, auth_code, terminal_reference) =
        known.map_or((None, None, None), |known| (known.card, known.auth_code, known.terminal_reference));
    Ok(Outcome { card, auth_code, terminal_reference, ..Outcome::approved(taken_by(writing, &row.request)?) })
}

/// What was asked; for a tip adjustment the whole original with the new tip, as a terminal would have told it.
fn taken_by(writing: &Writing, request: &PaymentRequest) -> Result<Taken, JournalError> {
    let Some(original) = request.of.as_ref().filter(|_| request.operation == Operation::Tip) else {
        return asked(request);
    };
    let known = writing.load(&original.payment)?.standing.outcome.and_then(|outcome| outcome.taken);
    let before = known.unwrap_or_else(|| Taken::exactly(original.taken));
    with_tip(before, request.amount).map_err(|error| JournalError::Unfit { detail: error.to_string() })
}

fn with_tip(before: Taken, tip: Money) -> Result<Taken, MoneyError> {
    let without = before.total.checked_sub(Money::new(before.tip_minor, before.total.currency()))?;
    Ok(Taken { total: without.checked_add(tip)?, tip_minor: tip.minor(), ..before })
}

fn not_paid() -> Outcome {
    Outcome::without_money(Verdict::NotCharged, Explanation::new("explain-decided-not-paid", Fault::Nobody))
}

/// Amount, cashback and tip as asked. Amounts that cannot be added are refused before anything is sent.
pub(super) fn asked(request: &PaymentRequest) -> Result<Taken, JournalError> {
    let mut total = request.amount;
    for part in [request.cashback, request.tip].into_iter().flatten() {
        total = total.checked_add(part).map_err(|error| JournalError::Unfit { detail: error.to_string() })?;
    }
    Ok(Taken {
        tip_minor: request.tip.map_or(0, Money::minor),
        cashback_minor: request.cashback.map_or(0, Money::minor),
        ..Taken::exactly(total)
    })
}

/// People type what is printed on slips.
fn masked(decision: Decision) -> Decision {
    Decision { by: mask_card_numbers(&decision.by), reason: mask_card_numbers(&decision.reason), ..decision }
}
