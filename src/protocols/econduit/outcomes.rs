//! What an answer of the cloud means for the money (reference 3.9). The only place that turns answers into outcomes:
//! approved needs an amount, not approved a code with a name, everything else stays unknown (rule 3).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    CardSummary, Currency, DayEnd, DayVerdict, Money, Operation, Outcome, PaymentRequest, Taken, Tender, Verdict,
};
use crate::protocols::json::Amount;

use super::messages::{BatchPart, BatchResponse, BatchResult, CommandWord, Obstacle, Response, ResultCode};

/// In a sale's reference: what it took without any tip, in minor units.
pub const BASE: &str = "base_minor";

/// What to do about an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Approved, declined, cancelled or not charged.
    Ended(Box<Outcome>),
    /// The cloud does not know such a transaction (3.6).
    NotFound,
    /// It has not ended, or no named sentence of the reference covers the answer: ask.
    Unknown(Explanation),
    /// Nobody is told anything until somebody changes the settings.
    Refused(Explanation),
}

/// Whose answer it has to be.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub request: &'a PaymentRequest,
    pub command: &'a CommandWord,
    pub ref_id: &'a str,
    pub terminal_id: &'a str,
}

/// What was asked about an earlier payment cannot be done about it.
const FOLLOW_UP: &str = "explain-econduit-follow-up";

/// How an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// To the request itself.
    Direct,
    /// To checkStatus, which may also speak of itself: that the terminal is offline now says nothing about the payment.
    Repeated,
}

/// What is asked for (3.4); `None` for what the family does not have.
pub fn command_of(request: &PaymentRequest) -> Option<CommandWord> {
    let gift = is_gift(request);
    Some(match request.operation {
        Operation::Sale if gift => CommandWord::GiftSale,
        Operation::Refund if gift => CommandWord::GiftRefund,
        Operation::Void if gift => CommandWord::GiftVoid,
        Operation::Sale => CommandWord::Sale,
        Operation::Refund => CommandWord::Refund,
        Operation::Void => CommandWord::Void,
        Operation::Preauth => CommandWord::Auth,
        Operation::Capture => CommandWord::Capture,
        Operation::Tip => CommandWord::TipAdjust,
        Operation::Activation => CommandWord::GiftActivate,
        Operation::Reload => CommandWord::GiftAddValue,
        Operation::Balance => CommandWord::GiftBalance,
        Operation::Deactivation => CommandWord::GiftDeactivate,
        Operation::CardCheck => return None,
    })
}

fn is_gift(request: &PaymentRequest) -> bool {
    let of_gift = |operation| matches!(operation, Operation::Activation | Operation::Reload);
    let original = request.of.as_ref();
    request.tender == Some(Tender::Gift)
        || original.is_some_and(|of| {
            let told = of.reference.as_ref().and_then(|reference| reference.get("command")?.as_str());
            of_gift(of.operation) || told.is_some_and(|word| word.starts_with("Gift"))
        })
}

/// The five steps of 3.9, after the first: the answer could be read.
pub fn judge(response: &Response, asked: Asked, source: Source) -> Judgement {
    if !is_ours(response, asked) {
        return Judgement::Unknown(explain("explain-foreign-answer", Fault::Terminal, response));
    }
    if response.result_final == Some(false) {
        return Judgement::Unknown(explain("explain-econduit-not-final", Fault::Link, response));
    }
    let Some(code) = &response.result_code else {
        return Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, response));
    };
    if source == Source::Repeated && !names_the_transaction(response, code, asked) {
        return Judgement::Unknown(explain("explain-foreign-answer", Fault::Terminal, response));
    }
    match code {
        ResultCode::Approved => judge_approval(response, asked.request),
        ResultCode::Declined => {
            ended(Verdict::Declined, explain("explain-declined", Fault::Nobody, response), response)
        }
        ResultCode::Cancelled | ResultCode::Timeout => {
            ended(Verdict::Cancelled, explain("explain-cancelled-by-customer", Fault::Nobody, response), response)
        }
        ResultCode::Error | ResultCode::Failed => judge_error(response, asked, source),
        ResultCode::Success | ResultCode::Other(_) => {
            Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, response))
        }
    }
}

/// An answer that names another transaction, another terminal or another command is another's.
fn is_ours(response: &Response, asked: Asked) -> bool {
    let agrees = |told: Option<&str>, ours: &str| told.is_none_or(|told| told.eq_ignore_ascii_case(ours));
    let command = response.trans_type.as_ref().is_none_or(|told| told == asked.command || !told.is_transaction());
    agrees(response.ref_id.as_deref(), asked.ref_id)
        && agrees(response.terminal_id.as_deref(), asked.terminal_id)
        && command
}

/// What the answer to a question says of money it says of a transaction. Under the RefID of a follow-up there are others, its
/// original and earlier tries, so it has to be told by its command, and a tip by its amount as well; that the customer or the
/// terminal did not react may be said of the question.
fn names_the_transaction(response: &Response, code: &ResultCode, asked: Asked) -> bool {
    let (ref_id, told) = (response.ref_id.is_some(), response.trans_type.as_ref());
    match code {
        ResultCode::Success | ResultCode::Error | ResultCode::Failed | ResultCode::Other(_) => true,
        ResultCode::Approved if *asked.command == CommandWord::TipAdjust => {
            let amount = response.amount.as_ref().and_then(|amount| amount.money(asked.request.amount.currency()).ok());
            told == Some(asked.command) && amount.is_some_and(Money::is_positive)
        }
        _ if asked.command.is_follow_up() => told == Some(asked.command),
        ResultCode::Approved => true,
        ResultCode::Declined => ref_id || told.is_some(),
        ResultCode::Cancelled | ResultCode::Timeout => ref_id && told.is_some(),
    }
}

/// Approved without an amount is no approval the till can book, but for what moves none.
fn judge_approval(response: &Response, request: &PaymentRequest) -> Judgement {
    let unknown = || Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, response));
    let Some(taken) = taken_of(response, request) else { return unknown() };
    let currency = request.amount.currency();
    let balance = response.gift_balance.as_ref().and_then(|balance| balance.money(currency).ok());
    Judgement::Ended(Box::new(Outcome {
        explanation: explain_difference(&taken, request),
        card_balance: balance.filter(|_| is_gift(request) || request.operation.is_of_gift_cards()),
        ..with_particulars(Outcome::approved(taken), response)
    }))
}

/// What was really approved (3.4), never what was asked (rule 5).
fn taken_of(response: &Response, request: &PaymentRequest) -> Option<Taken> {
    let currency = request.amount.currency();
    let money = |amount: &Amount| amount.money(currency).ok().filter(|money| money.minor() >= 0);
    let told = response.amount.as_ref().map(|amount| money(amount).ok_or(())).transpose().ok()?;
    let positive = told.filter(|money| money.is_positive());
    match request.operation {
        Operation::Balance | Operation::Deactivation => Some(Taken::exactly(Money::zero(currency))),
        // Whether a void repeats how much it gave back is not said.
        Operation::Void => Some(Taken::exactly(positive.unwrap_or(request.amount))),
        Operation::Tip => with_tip(positive, request),
        _ => with_extras(positive?, response, request),
    }
}

/// The answer to a TipAdjust tells the tip or the new total (3.4: unknown); anything that is neither is not understood.
fn with_tip(told: Option<Money>, request: &PaymentRequest) -> Option<Taken> {
    let tip = request.amount;
    let total = original_without_tip(request)?.checked_add(tip).ok()?;
    let fits = told.is_none_or(|told| told == tip || told == total);
    fits.then_some(Taken { tip_minor: tip.minor(), ..Taken::exactly(total) })
}

/// What the original took before any tip was added to it: a later tip replaces an earlier one.
pub fn original_without_tip(request: &PaymentRequest) -> Option<Money> {
    let of = request.of.as_ref()?;
    let base = of.reference.as_ref().and_then(|reference| reference.get(BASE)?.as_i64());
    Some(base.map_or(of.taken, |minor| Money::new(minor, of.taken.currency())))
}

fn with_extras(amount: Money, response: &Response, request: &PaymentRequest) -> Option<Taken> {
    let cash = response.cash_back.as_ref().map(|cash| cash.money(amount.currency()));
    let cash = cash.transpose().ok()?.unwrap_or(Money::zero(amount.currency()));
    let total = with_cash_back(amount, cash, request.amount)?;
    let tip_minor = (total.minor() - request.amount.minor() - cash.minor()).max(0);
    Some(Taken { tip_minor, cashback_minor: cash.minor(), ..Taken::exactly(total) })
}

/// Whether `Amount` holds the cash that was handed out as well is not said (3.4). Where it is large enough it does, as in EMV;
/// where it is what was asked for the cash stands beside it; anything between may be either.
fn with_cash_back(amount: Money, cash: Money, asked: Money) -> Option<Money> {
    let beyond = amount.minor() - asked.minor();
    match cash.minor() {
        ..0 => None,
        0 => Some(amount),
        cash if cash <= beyond => Some(amount),
        _ if beyond == 0 => amount.checked_add(cash).ok(),
        _ => None,
    }
}

fn explain_difference(taken: &Taken, request: &PaymentRequest) -> Option<Explanation> {
    let of_its_own = !matches!(request.operation, Operation::Void | Operation::Tip) && request.operation.has_amount();
    let less = taken.total.minor() - taken.cashback_minor < request.amount.minor();
    if of_its_own && less {
        return Some(Explanation::new("explain-approved-in-part", Fault::Nobody));
    }
    (taken.cashback_minor > 0).then(|| Explanation::new("explain-more-cashback", Fault::Nobody))
}

/// `Error` and `Failed`: it could not be run. A text that speaks of the terminal or of the credentials answers a request
/// about itself; in the answer to checkStatus it may be about the question (3.6).
fn judge_error(response: &Response, asked: Asked, source: Source) -> Judgement {
    let obstacle = response.obstacle();
    let told = response.trans_type.as_ref();
    let named = if asked.command.is_follow_up() { told == Some(asked.command) } else { told.is_some() };
    let stored = response.ref_id.is_some() && named && response.result_final == Some(true);
    match obstacle {
        Some(Obstacle::NotFound) if source == Source::Repeated => Judgement::NotFound,
        // What a question is told; of a request it says nothing that could be believed at once.
        Some(Obstacle::NotFound) => Judgement::Unknown(explain("explain-still-unknown", Fault::Terminal, response)),
        Some(Obstacle::InvalidCredentials) if source == Source::Repeated => {
            Judgement::Refused(explain("explain-econduit-credentials", Fault::Settings, response))
        }
        _ if source == Source::Repeated && !stored => {
            Judgement::Unknown(explain("explain-still-unknown", Fault::Terminal, response))
        }
        obstacle => {
            let (key, fault) = reason(obstacle, asked.request.operation);
            let verdict = if key == FOLLOW_UP { Verdict::Declined } else { Verdict::NotCharged };
            ended(verdict, explain(key, fault, response), response)
        }
    }
}

/// What to do about what stands in the way (3.9).
fn reason(obstacle: Option<Obstacle>, operation: Operation) -> (&'static str, Fault) {
    match obstacle {
        Some(Obstacle::PleaseSettle) => ("explain-please-settle", Fault::Terminal),
        Some(Obstacle::TerminalBusy) => ("explain-econduit-busy", Fault::Terminal),
        Some(Obstacle::TerminalOffline) => ("explain-econduit-offline", Fault::Terminal),
        Some(Obstacle::ReceiveError) => ("explain-econduit-receive-error", Fault::Settings),
        Some(Obstacle::DupTransaction) => ("explain-econduit-duplicate", Fault::Nobody),
        Some(Obstacle::InvalidCredentials) => ("explain-econduit-credentials", Fault::Settings),
        None | Some(Obstacle::NotFound) if operation.is_follow_up() => (FOLLOW_UP, Fault::Nobody),
        None | Some(Obstacle::NotFound) => ("explain-unsuccessful", Fault::Terminal),
    }
}

fn ended(verdict: Verdict, why: Explanation, response: &Response) -> Judgement {
    Judgement::Ended(Box::new(with_particulars(Outcome::without_money(verdict, why), response)))
}

fn with_particulars(outcome: Outcome, response: &Response) -> Outcome {
    Outcome {
        card: card_of(response),
        auth_code: response.auth_code.clone(),
        terminal_reference: response.ref_id.clone(),
        ..outcome
    }
}

fn card_of(response: &Response) -> Option<CardSummary> {
    let last4 = response.last4.as_deref()?;
    Some(CardSummary::from_masked(last4, response.card_type.as_deref().unwrap_or_default()))
}

/// With the words for staff.
pub fn explain(key: &str, fault: Fault, response: &Response) -> Explanation {
    Explanation::new(key, fault).with_detail(response.message.as_deref().unwrap_or_default())
}

/// (3.9) Statuses by which a server says, before anything is done, that the address, the caller or the form of the call is
/// wrong. What else there is among 4xx may be said afterwards (406), by somebody on the way, or by nobody who knows.
pub fn is_refused_by_status(status: u16) -> bool {
    matches!(status, 400 | 401 | 403..=405 | 407 | 411 | 413..=415 | 417 | 421 | 426 | 431)
}

/// What became of the close (3.7). Both kinds are closed together; a kind that is not supported, or empty, is no fault.
pub fn judge_batch(batch: &BatchResponse, currency: Currency) -> DayEnd {
    if let Some(response) = &batch.refused {
        return judge_refused_close(response);
    }
    let parts = [&batch.credit, &batch.gift];
    let is =
        |part: &BatchPart, results: &[BatchResult]| part.result.as_ref().is_some_and(|told| results.contains(told));
    let closed = parts.iter().any(|part| is(part, &[BatchResult::Success, BatchResult::Approved]));
    let failed = parts.iter().find(|part| is(part, &[BatchResult::Failed]));
    let strange =
        batch.credit.result.is_none() || parts.iter().any(|part| matches!(part.result, Some(BatchResult::Other(_))));
    let words = |part: &BatchPart| part.message.clone().unwrap_or_default();
    let (verdict, explanation) = match failed {
        Some(part) => {
            let why = Explanation::new("explain-day-end-refused", Fault::Terminal).with_detail(&words(part));
            (DayVerdict::NotClosed, Some(why))
        }
        None if strange || !closed => {
            (DayVerdict::Unknown, Some(Explanation::new("explain-day-end-lost", Fault::Terminal)))
        }
        None if batch.count == Some(0) => {
            (DayVerdict::NothingToClose, Some(Explanation::new("explain-batch-empty", Fault::Nobody)))
        }
        None => (DayVerdict::Closed, None),
    };
    DayEnd {
        batch: batch.credit.number.clone().or_else(|| batch.gift.number.clone()),
        transactions: batch.count,
        total: batch.amount.as_ref().and_then(|amount| amount.money(currency).ok()),
        explanation,
        ..DayEnd::bare(verdict)
    }
}

fn judge_refused_close(response: &Response) -> DayEnd {
    let obstacle = response.obstacle();
    let known = matches!(response.result_code, Some(ResultCode::Error | ResultCode::Failed | ResultCode::Declined));
    if response.result_final == Some(false) || !known {
        let why = explain("explain-day-end-lost", Fault::Link, response);
        return DayEnd::without_figures(DayVerdict::Unknown, why);
    }
    let key = match obstacle {
        Some(Obstacle::TerminalBusy | Obstacle::TerminalOffline | Obstacle::InvalidCredentials) => {
            reason(obstacle, Operation::Sale).0
        }
        _ => "explain-day-end-refused",
    };
    DayEnd::without_figures(DayVerdict::NotClosed, explain(key, Fault::Terminal, response))
}

#[cfg(test)]
mod tests;
