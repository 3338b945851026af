//! What a Valor result means for the money (reference sections 3.3, 6 and 8.2). The only place that turns answers into
//! outcomes: approved needs evidence, not approved a named sentence, everything else stays unknown (rule 3).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    CardSummary, Currency, DayEnd, DayVerdict, Money, Operation, Outcome, PaymentRequest, Taken, Verdict,
};

use super::messages::{self, Members, Whose, name, state, text};

/// What to do about a result that is ours.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Approved, declined, cancelled or not charged.
    Ended(Box<Outcome>),
    /// It was done to another transaction than was meant: only a person can put that right.
    Misdirected(Explanation),
    /// The terminal was occupied and did not start it.
    Busy(Explanation),
    /// It is still working on it.
    InProgress(Explanation),
    /// The terminal has no record of it, which proves nothing (8.2).
    NotKnown(Explanation),
    /// No named sentence of the reference covers it.
    Unknown(Explanation),
}

/// Reasons by the text of a failed result, first match first (6.3).
const REASONS: [(&str, Verdict, &str, Fault); 7] = [
    ("CANCEL", Verdict::Cancelled, "explain-cancelled-by-customer", Fault::Nobody),
    (text::INVALID_AMOUNT, Verdict::NotCharged, "explain-terminal-did-not-understand", Fault::Program),
    (text::INVALID_FORMAT, Verdict::NotCharged, "explain-terminal-did-not-understand", Fault::Program),
    (text::NO_REFERENCE, Verdict::NotCharged, "explain-terminal-did-not-understand", Fault::Program),
    (text::HOST_UNREACHABLE, Verdict::NotCharged, "explain-host-unreachable", Fault::Terminal),
    ("PAPER", Verdict::NotCharged, "explain-terminal-not-ready", Fault::Terminal),
    ("NOT READY", Verdict::NotCharged, "explain-terminal-not-ready", Fault::Terminal),
];

/// Judges the result of a request, direct or repeated (3.3, 6.1).
pub fn judge(result: &Members, request: &PaymentRequest) -> Judgement {
    match result.text(name::STATE) {
        Some(state::SUCCESS) => judge_success(result, request),
        Some(state::FAILED) => judge_failure(result, request.operation),
        Some(state::CLEARED) => Judgement::InProgress(explain("explain-in-progress", Fault::Terminal, result)),
        _ => Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, result)),
    }
}

/// `STATE` 0 alone is no approval: it needs a card, or a reference of the host, or the word cash (3.3).
fn has_evidence(result: &Members) -> bool {
    let has = |name: &str| result.text(name).is_some();
    has(name::MASKED_PAN) || (has(name::RRN) && has(name::TRAN_NO)) || is_cash(result)
}

fn is_cash(result: &Members) -> bool {
    result.text(name::TRAN_TYPE).is_some_and(|kind| kind.eq_ignore_ascii_case(messages::CASH))
}

fn judge_success(result: &Members, request: &PaymentRequest) -> Judgement {
    let unknown = || Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, result));
    if !has_evidence(result) || !is_of_kind(result, request.operation) {
        return unknown();
    }
    if let Some(why) = misdirection(result, request) {
        return Judgement::Misdirected(why);
    }
    let Some(taken) = taken_of(result, request) else { return unknown() };
    let explanation = if is_cash(result) {
        Some(Explanation::new("explain-paid-in-cash", Fault::Nobody))
    } else {
        explain_difference(result, &taken, request)
    };
    Judgement::Ended(Box::new(Outcome {
        explanation,
        card: card_of(result),
        auth_code: result.text(name::AUTH_CODE).map(str::to_owned),
        terminal_reference: reference_of(result),
        ..Outcome::approved(taken)
    }))
}

/// A void, ticket or tip adjustment names its original by a number that begins anew with each batch (6.2): an answer about
/// another batch or another card was about another customer.
fn misdirection(result: &Members, request: &PaymentRequest) -> Option<Explanation> {
    let original = request.of.as_ref().filter(|_| request.operation.is_follow_up())?;
    let kept = original.reference.as_ref()?;
    let differs =
        |told: Option<&str>, kept: Option<&str>| matches!((told, kept), (Some(told), Some(kept)) if told != kept);
    let text = |name: &str| kept.get(name).and_then(serde_json::Value::as_str);
    let last4 = card_of(result).map(|card| card.last4);
    let batch = differs(result.text(name::BATCH_NO), text("batch_no"));
    let card = differs(last4.as_deref(), text("last4"));
    (batch || card).then(|| explain("explain-other-transaction", Fault::Terminal, result))
}

/// (6.2) Only `Sale` is documented; a result that names another of the known operations contradicts the request, every other
/// spelling contradicts nothing.
const METHODS: [(&str, &[Operation]); 4] = [
    ("Sale", &[Operation::Sale, Operation::Tip]),
    ("Void", &[Operation::Void]),
    ("Refund", &[Operation::Refund]),
    ("Ticket", &[Operation::Capture]),
];

fn is_of_kind(result: &Members, operation: Operation) -> bool {
    let Some(method) = result.text(name::TRAN_METHOD) else { return true };
    let known = METHODS.iter().find(|(word, _)| method.eq_ignore_ascii_case(word));
    known.is_none_or(|(word, operations)| {
        // What a pre-authorisation and the gift operations are called is not published.
        let unpublished = matches!(operation, Operation::Preauth | Operation::Activation | Operation::Reload);
        operations.contains(&operation) || (unpublished && *word == "Sale")
    })
}

/// Books `TOTAL_AMOUNT` (7.2); where it is missing, the sum of its parts.
fn taken_of(result: &Members, request: &PaymentRequest) -> Option<Taken> {
    let currency = request.amount.currency();
    let part = |name: &str| result.text(name).map_or(Some(0), cents);
    let tip_minor = part(name::TIP_AMOUNT)?;
    let taxes = if result.text(name::TOTAL_TAXES).is_some() { name::TOTAL_TAXES } else { name::STATE_TAX };
    let surcharge_minor = part(name::SURCHARGE_AMOUNT)?.checked_add(part(taxes)?)?;
    let total = match (result.text(name::TOTAL_AMOUNT), result.text(name::AMOUNT)) {
        (Some(total), _) => cents(total)?,
        (None, Some(base)) => cents(base)?.checked_add(tip_minor)?.checked_add(surcharge_minor)?,
        // A void gives back what was taken; some terminals do not repeat how much that was.
        (None, None) if request.operation == Operation::Void => request.amount.minor(),
        (None, None) => return None,
    };
    Some(Taken { total: Money::new(total, currency), tip_minor, cashback_minor: 0, surcharge_minor })
}

/// (5) Whole cents without separator; anything else is not understood.
fn cents(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A tip, a fee or a tax explains an amount that is not the asked one.
fn explain_difference(result: &Members, taken: &Taken, request: &PaymentRequest) -> Option<Explanation> {
    if matches!(request.operation, Operation::Void | Operation::Tip) {
        return None;
    }
    let asked = request.amount.minor().checked_add(taken.tip_minor)?.checked_add(taken.surcharge_minor)?;
    match taken.total.minor().cmp(&asked) {
        _ if result.is(name::PARTIAL, "1") => Some(Explanation::new("explain-approved-in-part", Fault::Nobody)),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Explanation::new("explain-approved-in-part", Fault::Nobody)),
        std::cmp::Ordering::Greater => Some(Explanation::new("explain-amount-differs", Fault::Terminal)),
    }
}

fn card_of(result: &Members) -> Option<CardSummary> {
    let number = result.text(name::MASKED_PAN)?;
    let brand = result.text(name::ISSUER).or_else(|| result.text(name::CARD_BRAND)).unwrap_or_default();
    Some(CardSummary::from_masked(number, brand))
}

/// The number on the slip, with its batch: what a person asks about.
fn reference_of(result: &Members) -> Option<String> {
    let number = result.text(name::TRAN_NO)?;
    Some(result.text(name::BATCH_NO).map_or(number.to_owned(), |batch| format!("{batch}/{number}")))
}

fn judge_failure(result: &Members, operation: Operation) -> Judgement {
    if result.text(name::ERROR_MSG).is_some_and(|words| words.eq_ignore_ascii_case(text::BUSY)) {
        return Judgement::Busy(explain("explain-terminal-busy", Fault::Terminal, result));
    }
    if says(result, text::NO_RECORD) {
        return if operation.is_follow_up() {
            let why = explain("explain-reversal-not-possible", Fault::Nobody, result);
            Judgement::Ended(Box::new(Outcome::without_money(Verdict::Declined, why)))
        } else {
            Judgement::NotKnown(explain("explain-still-unknown", Fault::Terminal, result))
        };
    }
    if says_cancelled_and_is_no_result(result) {
        return Judgement::Unknown(explain("explain-unknown-answer", Fault::Terminal, result));
    }
    let reason = REASONS.iter().find(|(words, ..)| says(result, words));
    let (verdict, key, fault) = reason
        .map_or((Verdict::Declined, "explain-declined", Fault::Nobody), |(_, verdict, key, fault)| {
            (*verdict, *key, *fault)
        });
    let outcome = Outcome::without_money(verdict, explain(key, fault, result));
    Judgement::Ended(Box::new(Outcome { card: card_of(result), ..outcome }))
}

/// The answer to a cancel speaks of cancelling too, and is never an outcome (7.16). A result names its terminal (7.1).
fn says_cancelled_and_is_no_result(result: &Members) -> bool {
    let names_terminal = result.text(name::EPI).or_else(|| result.text(name::SERIAL_NO)).is_some();
    let about_a_cancel = says(result, text::NOTHING_TO_CANCEL) || says(result, text::CLEARED);
    about_a_cancel || (says(result, "CANCEL") && !names_terminal)
}

fn says(result: &Members, words: &str) -> bool {
    result.says(name::ERROR_MSG, words)
}

/// Texts by which a terminal says that it cannot answer a question (8.2: that proves nothing).
const NO_ANSWER: [&str; 3] = ["NO RECORD", "NOT FOUND", "INVALID"];

/// Judges what mode 90 told about a payment (7.15). A failure must carry the payment's own id, or it is about the question;
/// and "no record" is the result of a void whose original was gone only where it does.
pub fn judge_status(result: &Members, request: &PaymentRequest, whose: Whose) -> Judgement {
    let unknown = || Judgement::NotKnown(explain("explain-still-unknown", Fault::Terminal, result));
    let cannot_answer = NO_ANSWER.iter().any(|words| says(result, words)) || result.text(name::ERROR_MSG).is_none();
    let failed = result.is(name::STATE, state::FAILED);
    let own_result = whose == Whose::Ours && request.operation.is_follow_up();
    if failed && cannot_answer && !own_result {
        return unknown();
    }
    match (judge(result, request), whose) {
        (Judgement::Ended(outcome), Whose::OursByNumber) if outcome.verdict != Verdict::Approved => unknown(),
        (Judgement::Ended(_), Whose::Anothers | Whose::Unclear) => unknown(),
        (judgement, _) => judgement,
    }
}

/// Whether a result can be that of a settlement: it carries our id, or the count of what was closed and no card (7.9).
pub fn is_of_settlement(result: &Members, whose: Whose) -> bool {
    let counted = result.text(name::TRANSACTIONS).is_some() && result.text(name::MASKED_PAN).is_none();
    whose == Whose::Ours || (whose == Whose::Unclear && (counted || says(result, text::NOTHING_TO_SETTLE)))
}

/// What a settlement answered (7.9).
pub fn judge_settlement(result: &Members, currency: Currency) -> DayEnd {
    match result.text(name::STATE) {
        Some(state::SUCCESS) => DayEnd {
            batch: result.text(name::BATCH_NO).map(str::to_owned),
            transactions: result.text(name::TRANSACTIONS).and_then(|count| count.parse().ok()),
            total: result.text(name::AMOUNT).and_then(cents).map(|minor| Money::new(minor, currency)),
            ..DayEnd::bare(DayVerdict::Closed)
        },
        Some(state::FAILED) if says(result, text::NOTHING_TO_SETTLE) => DayEnd {
            transactions: Some(0),
            total: Some(Money::zero(currency)),
            explanation: Some(explain("explain-batch-empty", Fault::Nobody, result)),
            ..DayEnd::bare(DayVerdict::NothingToClose)
        },
        Some(state::FAILED) => {
            let key = if says(result, text::BUSY) { "explain-terminal-busy" } else { "explain-day-end-refused" };
            DayEnd::without_figures(DayVerdict::NotClosed, explain(key, Fault::Terminal, result))
        }
        _ => DayEnd::without_figures(DayVerdict::Unknown, explain("explain-day-end-lost", Fault::Terminal, result)),
    }
}

/// With the terminal's own words: the reason, and the host's text where it says more.
fn explain(key: &str, fault: Fault, result: &Members) -> Explanation {
    let words = [name::ERROR_MSG, name::AUTH_TEXT, name::ERROR_CODE].map(|name| result.text(name));
    let mut detail: Vec<&str> = words.into_iter().flatten().collect();
    detail.dedup();
    Explanation::new(key, fault).with_detail(&detail.join(", "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sale(minor: i64) -> PaymentRequest {
        PaymentRequest::new(Operation::Sale, Money::new(minor, Currency::USD))
    }

    fn approval() -> Members {
        Members::state("0")
            .with(name::TRAN_TYPE, "Credit")
            .with(name::TRAN_METHOD, "Sale")
            .with(name::AMOUNT, "1250")
            .with(name::TOTAL_AMOUNT, "1250")
            .with(name::MASKED_PAN, "**** **** **** 0077")
            .with(name::RRN, "629114000317")
            .with(name::TRAN_NO, "7")
    }

    fn ended(judgement: Judgement) -> Outcome {
        match judgement {
            Judgement::Ended(outcome) => *outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_approval_needs_evidence() {
        let bare = Members::state("0").with(name::AUTH_TEXT, "APPROVAL SIM042").with(name::TOTAL_AMOUNT, "1250");
        assert!(matches!(judge(&bare, &sale(1250)), Judgement::Unknown(_)));
        assert!(matches!(judge(&bare.clone().with(name::RRN, "1"), &sale(1250)), Judgement::Unknown(_)));
        let with_reference = bare.with(name::RRN, "1").with(name::TRAN_NO, "7");
        assert_eq!(ended(judge(&with_reference, &sale(1250))).verdict, Verdict::Approved);
    }

    #[test]
    fn the_total_is_booked_and_not_what_was_asked() {
        let more = approval()
            .with(name::AMOUNT, "2000")
            .with(name::TIP_AMOUNT, "300")
            .with(name::SURCHARGE_AMOUNT, "80")
            .with(name::TOTAL_TAXES, "100")
            .with(name::STATE_TAX, "100")
            .with(name::TOTAL_AMOUNT, "2480");
        let taken = ended(judge(&more, &sale(2000))).taken.unwrap();
        assert_eq!((taken.total.minor(), taken.tip_minor, taken.surcharge_minor), (2480, 300, 180));
    }

    #[test]
    fn a_credit_sale_that_comes_back_as_cash_is_a_cash_tender() {
        let cash = Members::state("0").with(name::TRAN_TYPE, "Cash").with(name::TOTAL_AMOUNT, "500");
        let outcome = ended(judge(&cash, &sale(500)));
        assert_eq!(outcome.verdict, Verdict::Approved);
        assert_eq!(outcome.card, None);
        assert_eq!(outcome.explanation.unwrap().key, "explain-paid-in-cash");
    }

    #[test]
    fn a_part_is_approved_as_a_part() {
        let part = approval().with(name::AMOUNT, "800").with(name::TOTAL_AMOUNT, "800").with(name::PARTIAL, "1");
        let outcome = ended(judge(&part, &sale(1250)));
        assert_eq!(outcome.taken.unwrap().total.minor(), 800);
        assert_eq!(outcome.explanation.unwrap().key, "explain-approved-in-part");
    }

    #[test]
    fn state_minus_2_and_unheard_of_states_decide_nothing() {
        let cleared = Members::state("-2").with(name::ERROR_MSG, text::IN_PROGRESS);
        assert!(matches!(judge(&cleared, &sale(1)), Judgement::InProgress(_)));
        for odd in ["1", "7", "00", "OK"] {
            assert!(matches!(judge(&approval().with(name::STATE, odd), &sale(1250)), Judgement::Unknown(_)), "{odd}");
        }
    }

    #[test]
    fn amounts_that_are_no_whole_cents_are_not_booked() {
        for odd in ["12.50", "-1250", "1e3", "", " ", "99999999999999"] {
            let result = approval().with(name::AMOUNT, odd).with(name::TOTAL_AMOUNT, odd);
            assert!(matches!(judge(&result, &sale(1250)), Judgement::Unknown(_)), "{odd}");
        }
    }

    #[test]
    fn a_failure_is_told_by_its_words() {
        let failed = |words: &str| {
            judge(&Members::state("-1").with(name::EPI, "2310045678").with(name::ERROR_MSG, words), &sale(1250))
        };
        assert_eq!(ended(failed(text::CANCELLED)).verdict, Verdict::Cancelled);
        assert_eq!(ended(failed("INSUFFICIENT FUNDS")).verdict, Verdict::Declined);
        assert_eq!(ended(failed(text::HOST_UNREACHABLE)).verdict, Verdict::NotCharged);
        assert!(matches!(failed("processing error"), Judgement::Busy(_)));
        assert!(matches!(failed(text::NO_RECORD), Judgement::NotKnown(_)));
    }

    #[test]
    fn the_cancels_answer_is_no_outcome() {
        for words in [text::NOTHING_TO_CANCEL, text::CLEARED, text::CANCELLED] {
            let answer = Members::state("-1").with(name::ERROR_MSG, words).with(name::MER_TXN_ID, "K7M242");
            assert!(matches!(judge(&answer, &sale(1250)), Judgement::Unknown(_)), "{words}");
        }
    }

    #[test]
    fn an_answer_that_names_nobody_decides_nothing_about_a_question() {
        let declined = Members::state("-1").with(name::ERROR_MSG, "Invalid Format");
        assert!(matches!(judge_status(&declined, &sale(1), Whose::Unclear), Judgement::NotKnown(_)));
        let declined = declined.with(name::ERROR_MSG, "DECLINED");
        assert!(matches!(judge_status(&declined, &sale(1), Whose::OursByNumber), Judgement::NotKnown(_)));
        assert!(matches!(judge_status(&declined, &sale(1), Whose::Ours), Judgement::Ended(_)));
        for words in ["Transaction Not Found", "No Record Found", "Invalid Format"] {
            let unanswered = declined.clone().with(name::ERROR_MSG, words).with(name::STAN_NO, "118");
            assert!(matches!(judge_status(&unanswered, &sale(1), Whose::Ours), Judgement::NotKnown(_)), "{words}");
        }
    }

    #[test]
    fn no_record_is_the_result_of_a_void_only_where_it_names_the_void() {
        let gone = Members::state("-1").with(name::EPI, "2310045678").with(name::ERROR_MSG, text::NO_RECORD);
        let void = PaymentRequest::new(Operation::Void, Money::new(1_250, Currency::USD));
        assert_eq!(ended(judge_status(&gone, &void, Whose::Ours)).verdict, Verdict::Declined);
        assert!(matches!(judge_status(&gone, &void, Whose::OursByNumber), Judgement::NotKnown(_)));
        assert!(matches!(judge_status(&gone, &sale(1_250), Whose::Ours), Judgement::NotKnown(_)));
    }

    #[test]
    fn a_tip_that_went_to_another_customers_card_is_a_persons_business() {
        let mut tip = PaymentRequest::new(Operation::Tip, Money::new(500, Currency::USD));
        tip.of = Some(crate::domain::Original {
            payment: crate::domain::PaymentId::new("K7M2", 7),
            operation: Operation::Sale,
            taken: Money::new(1_250, Currency::USD),
            reference: Some(serde_json::json!({ "req_txn_id": "K7M27", "batch_no": "56", "last4": "0077" })),
        });
        let fits = approval().with(name::BATCH_NO, "56");
        assert!(matches!(judge(&fits, &tip), Judgement::Ended(_)));
        assert!(matches!(judge(&fits.clone().with(name::BATCH_NO, "57"), &tip), Judgement::Misdirected(_)));
        let other_card = fits.with(name::MASKED_PAN, "**** **** **** 1111");
        assert!(matches!(judge(&other_card, &tip), Judgement::Misdirected(_)));
    }

    #[test]
    fn a_settlement_says_what_it_closed() {
        let closed =
            Members::state("0").with(name::BATCH_NO, "56").with(name::TRANSACTIONS, "5").with(name::AMOUNT, "16130");
        let end = judge_settlement(&closed, Currency::USD);
        assert_eq!((end.verdict, end.transactions), (DayVerdict::Closed, Some(5)));
        assert_eq!(end.total, Some(Money::new(16_130, Currency::USD)));
        let empty = Members::state("-1").with(name::ERROR_MSG, text::NOTHING_TO_SETTLE);
        assert_eq!(judge_settlement(&empty, Currency::USD).verdict, DayVerdict::NothingToClose);
        assert_eq!(judge_settlement(&Members::state("-2"), Currency::USD).verdict, DayVerdict::Unknown);
    }
}
