//! What a P3 transaction means for the money (reference sections 5.3, 5.4 and 6). The only place that turns answers into
//! outcomes: `transaction.status` decides, whatever else an answer says; everything it does not settle stays unknown (rule 3).

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{CardSummary, Money, Operation, Outcome, PaymentRequest, Taken, Verdict};

use super::messages::{Amount, Error, ErrorType, Scheme, StatusCode, Transaction, TransactionStatus, TransactionType};

/// What to do about an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Approved, declined, cancelled or not charged.
    Ended(Box<Outcome>),
    /// INITIALIZED or PENDING.
    InProgress(Explanation),
    /// The server does not let us in.
    NotLoggedIn(Explanation),
    /// The server knows no such transaction.
    NotKnown(Explanation),
    /// Nothing that settles it: ask.
    Unknown(Explanation),
}

/// Codes of a transaction with status ERROR that leave open whether money moved (5.4; the status alone would say "not paid",
/// which is inferred).
const UNSETTLED: [StatusCode; 5] = [
    StatusCode::ErrorProcessorFailedInconsistentStateUnresolved,
    StatusCode::ErrorAutoreversalError,
    StatusCode::ErrorApprovedOffline,
    StatusCode::ErrorTransactionPendingManualReview,
    StatusCode::ErrorProcessorConnectionNoResponse,
];

/// Judges a transaction that is ours.
pub fn judge(transaction: &Transaction, request: &PaymentRequest) -> Judgement {
    match &transaction.status {
        Some(TransactionStatus::Approved) => judge_approval(transaction, request, None),
        Some(TransactionStatus::Accepted) => {
            let offline = Explanation::new("explain-accepted-offline", Fault::Nobody);
            judge_approval(transaction, request, Some(offline))
        }
        Some(TransactionStatus::Declined) => {
            ended(transaction, Verdict::Declined, reason(transaction, "explain-declined"))
        }
        Some(TransactionStatus::Aborted) => ended(transaction, Verdict::Cancelled, why_aborted(transaction)),
        Some(TransactionStatus::Error) => judge_error(transaction),
        Some(TransactionStatus::Initialized | TransactionStatus::Pending) => {
            Judgement::InProgress(reason(transaction, "explain-in-progress"))
        }
        _ => Judgement::Unknown(reason(transaction, "explain-unknown-answer")),
    }
}

fn judge_approval(transaction: &Transaction, request: &PaymentRequest, note: Option<Explanation>) -> Judgement {
    let unknown = || Judgement::Unknown(reason(transaction, "explain-unknown-answer"));
    if !is_of_kind(transaction, request.operation) {
        return unknown();
    }
    let currency = request.amount.currency();
    if transaction.currency.as_deref().is_some_and(|code| !code.trim().eq_ignore_ascii_case(currency.code())) {
        let detail = transaction.currency.as_deref().unwrap_or_default();
        return Judgement::Unknown(Explanation::new("explain-other-currency", Fault::Terminal).with_detail(detail));
    }
    let positive = |amount: &Amount| amount.money(currency).ok().filter(|money| money.minor() >= 0);
    let Some(total) = transaction.amount.as_ref().and_then(positive) else { return unknown() };
    let included = transaction.details.as_ref().and_then(|details| details.included_tip_amount.as_ref());
    let Some(tip) = included.map_or(Some(Money::zero(currency)), positive) else { return unknown() };
    let taken = Taken { total, tip_minor: tip.minor(), cashback_minor: 0, surcharge_minor: 0 };
    let explanation = note.or_else(|| explain_difference(transaction, &taken, request));
    Judgement::Ended(Box::new(Outcome { explanation, ..with_particulars(Outcome::approved(taken), transaction) }))
}

/// (4.8) What a request becomes; what is missing or unheard of contradicts nothing.
fn is_of_kind(transaction: &Transaction, operation: Operation) -> bool {
    let refund = matches!(operation, Operation::Refund | Operation::Void);
    match &transaction.kind {
        Some(TransactionType::Refund | TransactionType::Credit) => refund,
        Some(TransactionType::Charge | TransactionType::Preauthorize) => !refund,
        _ => true,
    }
}

/// Only a tip explains an amount that is not the asked one (4.4).
fn explain_difference(transaction: &Transaction, taken: &Taken, request: &PaymentRequest) -> Option<Explanation> {
    if matches!(request.operation, Operation::Void | Operation::Tip) {
        return None;
    }
    let code = transaction.status_details.as_ref().and_then(|details| details.code.as_ref());
    let asked = request.amount.minor().checked_add(taken.tip_minor)?;
    match taken.total.minor().cmp(&asked) {
        _ if code == Some(&StatusCode::ApprovedPartially) => {
            Some(Explanation::new("explain-approved-in-part", Fault::Nobody))
        }
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some(Explanation::new("explain-approved-in-part", Fault::Nobody)),
        std::cmp::Ordering::Greater => Some(Explanation::new("explain-amount-differs", Fault::Terminal)),
    }
}

fn judge_error(transaction: &Transaction) -> Judgement {
    let code = code_of(transaction);
    if code.is_some_and(|code| UNSETTLED.contains(code)) {
        return Judgement::Unknown(reason(transaction, "explain-unknown-answer"));
    }
    let (verdict, key, fault) = match code {
        Some(StatusCode::ErrorServerUnavailable | StatusCode::ErrorServerTimeout) => {
            (Verdict::NotCharged, "explain-host-unreachable", Fault::Terminal)
        }
        Some(StatusCode::ErrorServerInvalidRefundAmount | StatusCode::ErrorServerInvalidTransactionStatus) => {
            (Verdict::Declined, "explain-reversal-not-possible", Fault::Nobody)
        }
        _ => (Verdict::NotCharged, "explain-terminal-error", Fault::Terminal),
    };
    ended(transaction, verdict, Explanation { fault, ..reason(transaction, key) })
}

fn why_aborted(transaction: &Transaction) -> Explanation {
    let key = match code_of(transaction) {
        Some(StatusCode::AbortedMerchantAborted) => "explain-cancelled-by-cashier",
        _ => "explain-cancelled-by-customer",
    };
    reason(transaction, key)
}

fn ended(transaction: &Transaction, verdict: Verdict, why: Explanation) -> Judgement {
    Judgement::Ended(Box::new(with_particulars(Outcome::without_money(verdict, why), transaction)))
}

fn with_particulars(outcome: Outcome, transaction: &Transaction) -> Outcome {
    let auth_code = transaction.merchant_receipt.as_ref().and_then(|receipt| {
        Some(receipt.line("CLEARING_DETAILS_AUTHORIZATION_CODE")?.value.clone()).filter(|code| !code.is_empty())
    });
    Outcome { card: card_of(transaction), auth_code, terminal_reference: transaction.identifier.clone(), ..outcome }
}

fn card_of(transaction: &Transaction) -> Option<CardSummary> {
    let details = transaction.payment_details.as_ref()?;
    let number = details.masked_account_number.as_deref()?;
    let brand = match details.scheme.as_ref() {
        None | Some(Scheme::Unknown) => String::new(),
        Some(scheme) => scheme.word().replace('_', " "),
    };
    Some(CardSummary::from_masked(number, &brand))
}

fn code_of(transaction: &Transaction) -> Option<&StatusCode> {
    transaction.status_details.as_ref()?.code.as_ref()
}

/// With the server's own words.
fn reason(transaction: &Transaction, key: &str) -> Explanation {
    let details = transaction.status_details.as_ref();
    let words = details.and_then(|details| details.description.as_deref());
    let code = code_of(transaction).map(StatusCode::word);
    Explanation::new(key, Fault::Nobody).with_detail(words.or(code).unwrap_or_default())
}

/// Judges a response that failed and carries no transaction (section 6). What a group of errors means is proposed there;
/// it stands here and nowhere else.
pub fn judge_failure(error: &Error, operation: Operation) -> Judgement {
    use ErrorType as E;
    let say = |key: &str, fault: Fault| Explanation::new(key, fault).with_detail(&error.message);
    let not_charged = |key: &str, fault: Fault| {
        Judgement::Ended(Box::new(Outcome::without_money(Verdict::NotCharged, say(key, fault))))
    };
    match &error.kind {
        E::PosParameterMissing
        | E::PosParameterInvalid
        | E::PayserverMessageProcessing
        | E::PayserverMessageValidation => not_charged("explain-terminal-did-not-understand", Fault::Program),
        E::PosAccessoryBusy | E::PosTransactionBusy => not_charged("explain-terminal-busy", Fault::Terminal),
        E::PosTransactionReferenceNotFound | E::PosTransactionInvalid if is_amendment(operation) => {
            let why = say("explain-reversal-not-possible", Fault::Nobody);
            Judgement::Ended(Box::new(Outcome::without_money(Verdict::Declined, why)))
        }
        E::PosTransactionReferenceNotFound => Judgement::NotKnown(say("explain-still-unknown", Fault::Terminal)),
        E::PosTransactionDeclined => {
            let why = say("explain-declined", Fault::Nobody);
            Judgement::Ended(Box::new(Outcome::without_money(Verdict::Declined, why)))
        }
        E::PosTransactionAborted => {
            let why = say("explain-cancelled-by-customer", Fault::Nobody);
            Judgement::Ended(Box::new(Outcome::without_money(Verdict::Cancelled, why)))
        }
        E::PosServerAuthenticationFailed | E::PosServerUnknownUsername | E::PosServerPinningWithRemoteFailed => {
            Judgement::NotLoggedIn(say("explain-secret-wrong", Fault::Settings))
        }
        kind if is_about_the_reader(kind) => not_charged("explain-terminal-not-ready", Fault::Terminal),
        _ => Judgement::Unknown(say("explain-unknown-answer", Fault::Terminal)),
    }
}

/// Linked to an earlier transaction, without a reader (4.3).
pub fn is_amendment(operation: Operation) -> bool {
    matches!(operation, Operation::Void | Operation::Capture | Operation::Tip)
}

fn is_about_the_reader(kind: &ErrorType) -> bool {
    kind.word().starts_with("POS_ACCESSORY_")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use crate::protocols::p3::messages::{StatusDetails, TransactionDetails};

    fn sale(minor: i64) -> PaymentRequest {
        PaymentRequest::new(Operation::Sale, Money::new(minor, Currency::EUR))
    }

    fn transaction(status: TransactionStatus, amount: &str) -> Transaction {
        Transaction {
            kind: Some(TransactionType::Charge),
            status: Some(status),
            amount: Amount::from_number(amount),
            currency: Some("EUR".to_owned()),
            ..Transaction::default()
        }
    }

    fn with_code(code: StatusCode, transaction: Transaction) -> Transaction {
        let details = StatusDetails { code: Some(code), description: None, developer_description: None };
        Transaction { status_details: Some(details), ..transaction }
    }

    fn ended(judgement: Judgement) -> Outcome {
        match judgement {
            Judgement::Ended(outcome) => *outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn approved_books_the_amount_of_the_transaction_with_the_tip_in_it() {
        let details = TransactionDetails { included_tip_amount: Amount::from_number("0.30"), ..Default::default() };
        let tipped = Transaction { details: Some(details), ..transaction(TransactionStatus::Approved, "3.20") };
        let taken = ended(judge(&tipped, &sale(290))).taken.unwrap();
        assert_eq!((taken.total.minor(), taken.tip_minor), (320, 30));
        assert_eq!(ended(judge(&tipped, &sale(290))).explanation, None);
    }

    #[test]
    fn approved_partially_is_paid_in_part() {
        let part = with_code(StatusCode::ApprovedPartially, transaction(TransactionStatus::Approved, "5.00"));
        let outcome = ended(judge(&part, &sale(1_000)));
        assert_eq!(outcome.taken.unwrap().total.minor(), 500);
        assert_eq!(outcome.explanation.unwrap().key, "explain-approved-in-part");
    }

    #[test]
    fn accepted_offline_is_paid_and_says_so() {
        let outcome = ended(judge(&transaction(TransactionStatus::Accepted, "10.00"), &sale(1_000)));
        assert_eq!(outcome.verdict, Verdict::Approved);
        assert_eq!(outcome.explanation.unwrap().key, "explain-accepted-offline");
    }

    #[test]
    fn inconclusive_unknown_and_missing_settle_nothing() {
        for status in
            [TransactionStatus::Inconclusive, TransactionStatus::Unknown, TransactionStatus::from_word("PAID")]
        {
            assert!(matches!(judge(&transaction(status, "10.00"), &sale(1_000)), Judgement::Unknown(_)));
        }
        assert!(matches!(judge(&Transaction::default(), &sale(1_000)), Judgement::Unknown(_)));
        let pending = transaction(TransactionStatus::Pending, "10.00");
        assert!(matches!(judge(&pending, &sale(1_000)), Judgement::InProgress(_)));
    }

    #[test]
    fn an_approval_of_another_currency_kind_or_without_an_exact_amount_is_not_booked() {
        let approved = |amount: &str| transaction(TransactionStatus::Approved, amount);
        let dollars = Transaction { currency: Some("USD".to_owned()), ..approved("10.00") };
        let refund = Transaction { kind: Some(TransactionType::Refund), ..approved("10.00") };
        let none = Transaction { amount: None, ..approved("10.00") };
        for odd in [dollars, refund, none, approved("10.005"), approved("-10.00")] {
            assert!(matches!(judge(&odd, &sale(1_000)), Judgement::Unknown(_)), "{odd:?}");
        }
    }

    #[test]
    fn an_error_that_may_have_moved_money_settles_nothing() {
        for code in UNSETTLED {
            let error = with_code(code, transaction(TransactionStatus::Error, "10.00"));
            assert!(matches!(judge(&error, &sale(1_000)), Judgement::Unknown(_)));
        }
        let plain = with_code(StatusCode::ErrorServerUnavailable, transaction(TransactionStatus::Error, "10.00"));
        assert_eq!(ended(judge(&plain, &sale(1_000))).verdict, Verdict::NotCharged);
    }

    #[test]
    fn errors_of_the_platform_and_of_the_server_settle_nothing() {
        let judged = |kind: ErrorType| judge_failure(&Error::new(kind, "words"), Operation::Sale);
        for kind in [ErrorType::PosServerTimeout, ErrorType::PosServerError, ErrorType::PayserverException] {
            assert!(matches!(judged(kind), Judgement::Unknown(_)));
        }
        assert_eq!(ended(judged(ErrorType::PosAccessoryBusy)).verdict, Verdict::NotCharged);
        assert_eq!(ended(judged(ErrorType::PosAccessoryNotConnected)).verdict, Verdict::NotCharged);
        assert!(matches!(judged(ErrorType::from_word("SOMETHING_NEW")), Judgement::Unknown(_)));
    }
}
