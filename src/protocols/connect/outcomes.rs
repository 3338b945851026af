//! What a result of Connect means for the money (reference 4.9, 3.4). The only place that turns answers into outcomes; what is
//! not named here stays unknown (rule 3).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{CardSummary, Currency, Money, Operation, Outcome, PaymentRequest, Taken, Verdict};

use super::messages::{
    CURRENCIES, ErrorCode, LARGEST_AMOUNT, PaymentMethod, ResultWord, RpcError, TablePayment, Transaction,
    TransactionKind, table_member,
};

/// What to do about an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Approved, declined, cancelled or not charged.
    Ended(Box<Outcome>),
    /// Connect itself does not know (5.7).
    TimedOut(Explanation),
    /// Nothing that settles it: ask.
    Unknown(Explanation),
}

/// Judges a result that answers our own request, or a duplicate that is ours.
pub fn judge(transaction: &Transaction, request: &PaymentRequest) -> Judgement {
    if is_of_another_amount(transaction, request) {
        return Judgement::Unknown(reason(transaction, "explain-foreign-answer"));
    }
    match &transaction.result {
        Some(ResultWord::Successful) => judge_success(transaction, request),
        Some(ResultWord::Declined) => ended(transaction, Verdict::Declined, "explain-declined"),
        Some(ResultWord::Void) => ended(transaction, Verdict::NotCharged, "explain-voided-at-terminal"),
        Some(ResultWord::Unsuccessful) => ended(transaction, Verdict::NotCharged, "explain-unsuccessful"),
        Some(ResultWord::Cancelled) => ended(transaction, Verdict::Cancelled, "explain-cancelled-by-customer"),
        Some(ResultWord::TimedOut) => Judgement::TimedOut(reason(transaction, "explain-connect-timed-out")),
        Some(ResultWord::Other(_)) | None => Judgement::Unknown(reason(transaction, "explain-unknown-answer")),
    }
}

/// An answer that tells of another amount was meant for somebody else, whatever its number says. One that tells of none says
/// nothing about that.
fn is_of_another_amount(transaction: &Transaction, request: &PaymentRequest) -> bool {
    transaction.amount_base.is_some_and(|base| base != 0 && base != request.amount.minor())
}

fn judge_success(transaction: &Transaction, request: &PaymentRequest) -> Judgement {
    if transaction.kind.as_ref().is_some_and(|kind| *kind != kind_of(request.operation)) {
        return Judgement::Unknown(reason(transaction, "explain-unknown-answer"));
    }
    let currency = request.amount.currency();
    if let Some(other) = transaction.currency.as_deref().filter(|code| !code.eq_ignore_ascii_case(currency.code())) {
        return Judgement::Unknown(Explanation::new("explain-other-currency", Fault::Terminal).with_detail(other));
    }
    let Some(taken) = taken(transaction, request) else {
        return Judgement::Unknown(reason(transaction, "explain-unknown-answer"));
    };
    let explanation = explain_difference(transaction, &taken, request);
    Judgement::Ended(Box::new(Outcome { explanation, ..with_particulars(Outcome::approved(taken), transaction) }))
}

/// What a request becomes at the terminal (4.9).
pub fn kind_of(operation: Operation) -> TransactionKind {
    match operation {
        Operation::Refund => TransactionKind::Refund,
        Operation::Preauth => TransactionKind::PreAuth,
        Operation::Capture => TransactionKind::Completion,
        Operation::CardCheck => TransactionKind::AccountVerification,
        _ => TransactionKind::Sale,
    }
}

/// The amounts, where they make sense together; a card check takes nothing.
fn taken(transaction: &Transaction, request: &PaymentRequest) -> Option<Taken> {
    let currency = request.amount.currency();
    if request.operation == Operation::CardCheck {
        let nothing = transaction.amount_total.unwrap_or(0) == 0;
        return nothing.then(|| Taken::exactly(Money::zero(currency)));
    }
    let cashback_minor = transaction.amount_cashback.unwrap_or(0);
    let tip_minor = transaction.amount_gratuity.unwrap_or(0);
    let sum = |base: i64| base.checked_add(cashback_minor)?.checked_add(tip_minor);
    let total = match (transaction.amount_base, transaction.amount_total) {
        (Some(base), Some(total)) => (sum(base)? == total).then_some(total)?,
        (Some(base), None) => sum(base)?,
        (None, Some(total)) => total,
        (None, None) => return None,
    };
    // There is no approval in part here: another base is another payment's (4.9).
    let base = total.checked_sub(cashback_minor.checked_add(tip_minor)?)?;
    let sensible = cashback_minor >= 0 && tip_minor >= 0 && base == request.amount.minor();
    let total = Money::new(total, currency);
    sensible.then_some(Taken { total, tip_minor, cashback_minor, surcharge_minor: 0 })
}

/// (5.13, 7.3) Less cashback than asked for, and whatever the terminal wants the cashier to read.
fn explain_difference(transaction: &Transaction, taken: &Taken, request: &PaymentRequest) -> Option<Explanation> {
    let words = transaction.user_message.as_deref().unwrap_or_default();
    let say = |key: &str| Some(Explanation::new(key, Fault::Nobody).with_detail(words));
    let cashback = request.cashback.map_or(0, Money::minor);
    match taken.cashback_minor.cmp(&cashback) {
        std::cmp::Ordering::Less => say("explain-less-cashback"),
        std::cmp::Ordering::Greater => say("explain-more-cashback"),
        std::cmp::Ordering::Equal if !words.trim().is_empty() => say("explain-terminal-says"),
        std::cmp::Ordering::Equal => None,
    }
}

fn ended(transaction: &Transaction, verdict: Verdict, key: &str) -> Judgement {
    let outcome = Outcome::without_money(verdict, reason(transaction, key));
    Judgement::Ended(Box::new(with_particulars(outcome, transaction)))
}

fn with_particulars(outcome: Outcome, transaction: &Transaction) -> Outcome {
    let reference = transaction.transaction_id.clone().or_else(|| transaction.transaction_number.clone());
    Outcome {
        card: card_of(transaction),
        auth_code: transaction.auth_code.clone(),
        terminal_reference: reference,
        ..outcome
    }
}

fn card_of(transaction: &Transaction) -> Option<CardSummary> {
    let number = transaction.primary_account_number.as_deref()?;
    let brand = transaction.card_scheme_name.as_deref().or(transaction.application_label.as_deref());
    Some(CardSummary::from_masked(number, brand.unwrap_or_default()))
}

/// With the terminal's own words.
fn reason(transaction: &Transaction, key: &str) -> Explanation {
    Explanation::new(key, Fault::Nobody).with_detail(transaction.user_message.as_deref().unwrap_or_default())
}

/// Judges an error that answers a request about money (3.4): the request was not carried out, or Connect failed. Only what says
/// by number and by word that nothing was begun is believed.
pub fn judge_error(error: &RpcError) -> Judgement {
    let say = |key: &str, fault: Fault| Explanation::new(key, fault).with_detail(error.words());
    let not_charged = |key: &str, fault: Fault| {
        Judgement::Ended(Box::new(Outcome::without_money(Verdict::NotCharged, say(key, fault))))
    };
    match error.known() {
        Some(ErrorCode::TerminalBusy) => not_charged("explain-terminal-busy", Fault::Terminal),
        Some(ErrorCode::TerminalUnavailable) => not_charged("explain-terminal-unavailable", Fault::Terminal),
        Some(ErrorCode::NotSupported) => not_charged("explain-terminal-lacks-function", Fault::Terminal),
        Some(ErrorCode::TooManyRequests) => not_charged("explain-too-many-requests", Fault::Program),
        Some(
            ErrorCode::ParseError | ErrorCode::InvalidRequest | ErrorCode::MethodNotFound | ErrorCode::InvalidParams,
        ) => not_charged("explain-terminal-did-not-understand", Fault::Program),
        _ => Judgement::Unknown(say("explain-request-failed", Fault::Terminal)),
    }
}

/// What a payment means that a machine took at a table (6.4).
#[derive(Debug, Clone, PartialEq)]
pub enum AtTable {
    /// Approved, or in doubt. `amount` is what it pays of the bill.
    Told {
        reference: String,
        amount: Money,
        outcome: Box<Outcome>,
    },
    NotTaken,
    /// This member is wrong, or missing.
    Unreadable(String),
}

/// `whole` is what the message says of all its payments. Whatever is not clearly paid or clearly not is in doubt (rule 3).
pub fn judge_at_table(payment: &TablePayment, whole: Option<&ResultWord>, currency: &str) -> AtTable {
    let verdict = match (payment.result.as_ref().or(whole), &payment.kind) {
        (Some(result), _) if is_not_taken(result) => return AtTable::NotTaken,
        (None | Some(ResultWord::Successful), None | Some(TransactionKind::Sale)) => Verdict::Approved,
        _ => Verdict::InDoubt,
    };
    match told_at_table(payment, whole, currency, verdict) {
        Ok(told) => told,
        Err(member) => AtTable::Unreadable(member.to_owned()),
    }
}

fn told_at_table(
    payment: &TablePayment,
    whole: Option<&ResultWord>,
    currency: &str,
    verdict: Verdict,
) -> Result<AtTable, &'static str> {
    let reference = payment.id.clone().ok_or(table_member::PAYMENT_ID)?;
    let currency = table_currency(payment.currency.as_deref().unwrap_or(currency)).ok_or(table_member::CURRENCY)?;
    let amount = |part: Option<i64>, name: &'static str| {
        part.filter(|minor| (0..=LARGEST_AMOUNT).contains(minor)).map(|minor| Money::new(minor, currency)).ok_or(name)
    };
    let paid = amount(payment.amounts.paid, table_member::AMOUNT_PAID)?;
    let cashback = amount(payment.amounts.cashback.or(Some(0)), table_member::AMOUNT_CASHBACK)?;
    let tip = amount(payment.amounts.gratuity.or(Some(0)), table_member::AMOUNT_GRATUITY)?;
    let total = paid.checked_add(cashback).and_then(|sum| sum.checked_add(tip)).ok().filter(|sum| sum.is_positive());
    let total = total.ok_or(table_member::AMOUNT_PAID)?;
    let outcome = match verdict {
        Verdict::Approved => Outcome {
            explanation: by_no_card(payment),
            ..Outcome::approved(Taken {
                total,
                tip_minor: tip.minor(),
                cashback_minor: cashback.minor(),
                surcharge_minor: 0,
            })
        },
        _ => Outcome::without_money(verdict, in_doubt(payment, whole)),
    };
    let is_card = payment.card_number.is_some() || payment.scheme.is_some();
    let [number, brand] = [&payment.card_number, &payment.scheme].map(|text| text.as_deref().unwrap_or_default());
    let outcome = Outcome {
        card: is_card.then(|| CardSummary::from_masked(number, brand)),
        auth_code: payment.auth_code.clone(),
        terminal_reference: Some(reference.clone()),
        ..outcome
    };
    Ok(AtTable::Told { reference, amount: paid, outcome: Box::new(outcome) })
}

/// (2) There are two.
fn table_currency(code: &str) -> Option<Currency> {
    let known = CURRENCIES.into_iter().find(|known| known.eq_ignore_ascii_case(code))?;
    known.parse().ok()
}

/// (6.4) So machines record what was paid otherwise.
fn by_no_card(payment: &TablePayment) -> Option<Explanation> {
    let is_other = payment.method == Some(PaymentMethod::Unknown) && payment.card_number.is_none();
    is_other.then(|| Explanation::new("explain-table-no-card", Fault::Nobody))
}

fn in_doubt(payment: &TablePayment, whole: Option<&ResultWord>) -> Explanation {
    let words =
        [payment.result.as_ref().or(whole).map(ResultWord::word), payment.kind.as_ref().map(TransactionKind::word)];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    Explanation::new("explain-table-in-doubt", Fault::Terminal).with_detail(&words.join(", "))
}

/// Whether a word says that nothing was taken.
pub fn is_not_taken(result: &ResultWord) -> bool {
    matches!(result, ResultWord::Declined | ResultWord::Void | ResultWord::Unsuccessful | ResultWord::Cancelled)
}
