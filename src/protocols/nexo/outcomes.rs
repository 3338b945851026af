//! What a nexo answer means for the money (reference sections 9, 11 and 13). The only place that turns answers into
//! outcomes: approved and not approved need a named sentence of the reference, everything else stays unknown (rule 3).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{CardSummary, Money, Operation, Outcome, PaymentRequest, Taken, Verdict};

use super::messages::{self, Amounts, ErrorCondition, PaymentResponse, PaymentResult, Response, ResultCode};

/// What to do about an answer whose ids are ours.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Approved, declined, cancelled or not charged.
    Ended(Outcome),
    /// The terminal was occupied and did not start it.
    Busy(Explanation),
    /// No login session; the terminal did not start it.
    NotLoggedIn(Explanation),
    /// No named sentence of the reference covers it.
    Unknown(Explanation),
}

/// Judges a `PaymentResponse`, direct or repeated (9, rules 1 and 2).
pub fn judge_payment(answer: &PaymentResponse, request: &PaymentRequest) -> Judgement {
    match answer.response.result {
        ResultCode::Success => judge_approval(answer, request),
        ResultCode::Failure => judge_failure(&answer.response, answer),
        ResultCode::Other(_) => Judgement::Unknown(unknown_answer(&answer.response)),
    }
}

/// Judges a `ReversalResponse`: success undoes all of what the original took (5.4).
pub fn judge_reversal(answer: &Response, original_total: Money) -> Judgement {
    let refused = [ErrorCondition::NotFound, ErrorCondition::Refusal];
    match answer.result {
        ResultCode::Success => Judgement::Ended(Outcome::approved(Taken::exactly(original_total))),
        ResultCode::Failure if answer.failed_with(&refused) => Judgement::Ended(Outcome::without_money(
            Verdict::Declined,
            explain("explain-reversal-not-possible", Fault::Nobody, answer),
        )),
        ResultCode::Failure => judge_plain_failure(answer),
        ResultCode::Other(_) => Judgement::Unknown(unknown_answer(answer)),
    }
}

fn judge_approval(answer: &PaymentResponse, request: &PaymentRequest) -> Judgement {
    let result = answer.result.clone().unwrap_or_default();
    if !is_of_kind(&result, request.operation) {
        return Judgement::Unknown(unknown_answer(&answer.response).with_detail(&result.payment_type));
    }
    let taken = match result.amounts.as_ref().map(|amounts| taken_of(amounts, request)) {
        Some(Ok(taken)) => taken,
        Some(Err(explanation)) => return Judgement::Unknown(explanation),
        None => return Judgement::Unknown(unknown_answer(&answer.response)),
    };
    Judgement::Ended(Outcome {
        explanation: explain_difference(&taken, request),
        ..with_particulars(Outcome::approved(taken), &result, answer)
    })
}

/// A refund may not answer a purchase, nor the other way round; silence is no contradiction.
fn is_of_kind(result: &PaymentResult, operation: Operation) -> bool {
    let expected = match operation {
        Operation::Refund => "Refund",
        _ => "Normal",
    };
    result.payment_type.is_empty() || result.payment_type.eq_ignore_ascii_case(expected)
}

fn taken_of(amounts: &Amounts, request: &PaymentRequest) -> Result<Taken, Explanation> {
    let currency = request.amount.currency();
    if amounts.currency.as_deref().is_some_and(|code| !code.trim().eq_ignore_ascii_case(currency.code())) {
        let detail = amounts.currency.as_deref().unwrap_or_default();
        return Err(Explanation::new("explain-other-currency", Fault::Terminal).with_detail(detail));
    }
    let read = |text: &str| {
        Money::parse(text, currency)
            .ok()
            .filter(|money| money.minor() >= 0)
            .ok_or_else(|| Explanation::new("explain-unknown-answer", Fault::Terminal).with_detail(text))
    };
    let part = |text: &Option<String>| text.as_deref().map_or(Ok(0), |text| read(text).map(Money::minor));
    Ok(Taken {
        total: read(&amounts.authorized)?,
        tip_minor: part(&amounts.tip)?,
        cashback_minor: part(&amounts.cash_back)?,
        surcharge_minor: part(&amounts.total_fees)?,
    })
}

/// Only a tip or a fee explains an amount that is not the asked one (13).
fn explain_difference(taken: &Taken, request: &PaymentRequest) -> Option<Explanation> {
    let asked = asked_total(request)?;
    let expected = asked.minor().checked_add(taken.tip_minor)?.checked_add(taken.surcharge_minor)?;
    match taken.total.minor().cmp(&expected) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Explanation::new("explain-approved-in-part", Fault::Nobody)),
        std::cmp::Ordering::Greater => Some(Explanation::new("explain-amount-differs", Fault::Terminal)),
    }
}

/// The purchase and its cashback: what `RequestedAmount` says (5.1).
pub fn asked_total(request: &PaymentRequest) -> Option<Money> {
    match request.cashback {
        Some(cashback) => request.amount.checked_add(cashback).ok(),
        None => Some(request.amount),
    }
}

fn judge_failure(response: &Response, answer: &PaymentResponse) -> Judgement {
    match judge_plain_failure(response) {
        Judgement::Ended(outcome) => {
            let result = answer.result.clone().unwrap_or_default();
            // Approval codes and amounts in a failed answer mean nothing (5.1.5).
            let bare = PaymentResult { approval_code: None, amounts: None, ..result };
            Judgement::Ended(with_particulars(outcome, &bare, answer))
        }
        other => other,
    }
}

fn judge_plain_failure(response: &Response) -> Judgement {
    let condition = response.condition.as_ref();
    match (messages::verdict_of_failure(condition), condition) {
        (Some(_), Some(ErrorCondition::Busy)) => {
            Judgement::Busy(explain("explain-terminal-busy", Fault::Terminal, response))
        }
        (Some(_), Some(ErrorCondition::NotAllowed | ErrorCondition::LoggedOut)) => {
            Judgement::NotLoggedIn(explain("explain-not-logged-in", Fault::Terminal, response))
        }
        (Some(verdict), Some(condition)) => {
            let (key, fault) = reason_of(condition);
            Judgement::Ended(Outcome::without_money(verdict, explain(key, fault, response)))
        }
        _ => Judgement::Unknown(unknown_answer(response)),
    }
}

fn reason_of(condition: &ErrorCondition) -> (&'static str, Fault) {
    match condition {
        ErrorCondition::PaymentRestriction => ("explain-declined-restriction", Fault::Nobody),
        ErrorCondition::InvalidCard => ("explain-invalid-card", Fault::Nobody),
        ErrorCondition::WrongPin => ("explain-wrong-pin", Fault::Nobody),
        ErrorCondition::Aborted => ("explain-cancelled-by-cashier", Fault::Nobody),
        ErrorCondition::Cancel => ("explain-cancelled-by-customer", Fault::Nobody),
        ErrorCondition::UnreachableHost => ("explain-host-unreachable", Fault::Terminal),
        ErrorCondition::MessageFormat => ("explain-terminal-did-not-understand", Fault::Program),
        ErrorCondition::UnavailableService
        | ErrorCondition::UnavailableDevice
        | ErrorCondition::DeviceOut
        | ErrorCondition::InsertedCard => ("explain-terminal-not-ready", Fault::Terminal),
        _ => ("explain-declined", Fault::Nobody),
    }
}

fn with_particulars(outcome: Outcome, result: &PaymentResult, answer: &PaymentResponse) -> Outcome {
    let card = result.card.as_ref().map(|card| CardSummary::from_masked(&card.masked_pan, product_of(&card.brand)));
    Outcome {
        card: card.filter(|card| !card.last4.is_empty() || !card.brand.is_empty()),
        auth_code: result.approval_code.clone().filter(|code| !code.is_empty()),
        terminal_reference: answer.poi_transaction.as_ref().map(|transaction| transaction.id.clone()),
        ..outcome
    }
}

/// `PaymentBrand` is `"<type>,<product>"` (5.1.1).
fn product_of(brand: &str) -> &str {
    match brand.split_once(',') {
        Some((kind, product)) if kind.bytes().all(|byte| byte.is_ascii_digit()) => product,
        _ => brand,
    }
}

fn unknown_answer(response: &Response) -> Explanation {
    let result = match &response.result {
        ResultCode::Other(word) => word.as_str(),
        _ => "",
    };
    let words = [
        result,
        response.condition.as_ref().map_or("", ErrorCondition::name),
        response.additional.as_deref().unwrap_or_default(),
    ];
    let detail: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    Explanation::new("explain-unknown-answer", Fault::Terminal).with_detail(&detail.join(": "))
}

fn explain(key: &str, fault: Fault, response: &Response) -> Explanation {
    Explanation::new(key, fault).with_detail(response.additional.as_deref().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::messages::{CardData, TransactionId};
    use super::*;
    use crate::domain::Currency;

    fn sale(minor: i64) -> PaymentRequest {
        PaymentRequest::new(Operation::Sale, Money::new(minor, Currency::SEK))
    }

    fn answer(response: Response, authorized: &str) -> PaymentResponse {
        PaymentResponse {
            response,
            sale_transaction: None,
            poi_transaction: Some(TransactionId { id: "4312070041".into(), time: "2026-03-14T09:42:33.208Z".into() }),
            result: Some(PaymentResult {
                payment_type: "Normal".into(),
                instrument: "Card".into(),
                card: Some(CardData {
                    brand: "01,Visa Debit".into(),
                    masked_pan: "499999******4321".into(),
                    entry_mode: "ICC".into(),
                }),
                amounts: Some(Amounts {
                    currency: Some("SEK".into()),
                    authorized: authorized.into(),
                    ..Amounts::default()
                }),
                approval_code: Some("502871".into()),
                ..PaymentResult::default()
            }),
            receipts: Vec::new(),
        }
    }

    fn ended(judgement: Judgement) -> Outcome {
        match judgement {
            Judgement::Ended(outcome) => outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_taken_is_booked_not_what_was_asked() {
        let outcome = ended(judge_payment(&answer(Response::success(), "50"), &sale(10_000)));
        assert_eq!(outcome.taken.unwrap().total.minor(), 5_000);
        assert_eq!(outcome.explanation.unwrap().key, "explain-approved-in-part");
        assert_eq!(outcome.card.unwrap().brand, "Visa Debit");
    }

    #[test]
    fn a_tip_explains_a_higher_amount_and_nothing_else_does() {
        let mut with_tip = answer(Response::success(), "110.00");
        with_tip.result.as_mut().unwrap().amounts.as_mut().unwrap().tip = Some("10.00".into());
        assert_eq!(ended(judge_payment(&with_tip, &sale(10_000))).explanation, None);
        let without = ended(judge_payment(&answer(Response::success(), "110.00"), &sale(10_000)));
        assert_eq!(without.explanation.unwrap().key, "explain-amount-differs");
    }

    #[test]
    fn an_approval_code_in_a_failed_answer_means_nothing() {
        let response = Response::failure(ErrorCondition::PaymentRestriction, "Some products cannot be paid");
        let outcome = ended(judge_payment(&answer(response, "100.00"), &sale(10_000)));
        assert_eq!((outcome.verdict, outcome.taken, outcome.auth_code), (Verdict::Declined, None, None));
    }

    #[test]
    fn unknown_words_are_neither_approved_nor_declined() {
        let partial = Response { result: ResultCode::Other("Partial".into()), condition: None, additional: None };
        let strange = Response::failure(ErrorCondition::Other("Martian".into()), "");
        let none = Response { result: ResultCode::Failure, condition: None, additional: None };
        for response in [partial, strange, none] {
            assert!(matches!(judge_payment(&answer(response, "100"), &sale(10_000)), Judgement::Unknown(_)));
        }
    }

    #[test]
    fn another_currency_or_an_unreadable_amount_is_not_booked() {
        let mut euro = answer(Response::success(), "100.00");
        euro.result.as_mut().unwrap().amounts.as_mut().unwrap().currency = Some("EUR".into());
        assert!(matches!(judge_payment(&euro, &sale(10_000)), Judgement::Unknown(_)));
        for text in ["", "1e2", "-5", "100.001", "lots"] {
            assert!(matches!(judge_payment(&answer(Response::success(), text), &sale(10_000)), Judgement::Unknown(_)));
        }
    }

    #[test]
    fn a_purchase_is_not_settled_by_the_answer_of_a_refund() {
        let mut refund = answer(Response::success(), "100.00");
        refund.result.as_mut().unwrap().payment_type = "Refund".into();
        assert!(matches!(judge_payment(&refund, &sale(10_000)), Judgement::Unknown(_)));
    }

    #[test]
    fn busy_and_not_allowed_mean_that_it_was_not_started() {
        let busy = answer(Response::failure(ErrorCondition::Busy, ""), "");
        assert!(matches!(judge_payment(&busy, &sale(1)), Judgement::Busy(_)));
        let out = answer(Response::failure(ErrorCondition::NotAllowed, ""), "");
        assert!(matches!(judge_payment(&out, &sale(1)), Judgement::NotLoggedIn(_)));
    }

    #[test]
    fn a_refused_reversal_sends_the_cashier_to_a_refund() {
        let refused = Response::failure(ErrorCondition::NotFound, "");
        let outcome = ended(judge_reversal(&refused, Money::new(100, Currency::SEK)));
        assert_eq!(outcome.explanation.unwrap().key, "explain-reversal-not-possible");
    }
}
