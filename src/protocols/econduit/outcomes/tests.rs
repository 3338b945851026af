#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::domain::{Original, PaymentRequest};
use crate::protocols::econduit::codec;

const REF_ID: &str = "K7M2-1-0003e8";

fn request(operation: Operation, minor: i64) -> PaymentRequest {
    PaymentRequest::new(operation, Money::new(minor, Currency::USD))
}

fn about(operation: Operation, minor: i64, taken: i64, reference: Value) -> PaymentRequest {
    let of = Original {
        payment: "K7M2-1".parse().unwrap(),
        operation: Operation::Sale,
        taken: Money::new(taken, Currency::USD),
        reference: Some(reference),
    };
    PaymentRequest { of: Some(of), ..request(operation, minor) }
}

fn judged(request: &PaymentRequest, told: &Value, source: Source) -> Judgement {
    let response = codec::response(told.to_string().as_bytes()).unwrap();
    let command = command_of(request).unwrap();
    judge(&response, Asked { request, command: &command, ref_id: REF_ID, terminal_id: "2044" }, source)
}

fn sale(told: &Value) -> Judgement {
    judged(&request(Operation::Sale, 1_840), told, Source::Direct)
}

fn outcome(judgement: Judgement) -> Outcome {
    match judgement {
        Judgement::Ended(outcome) => *outcome,
        other => panic!("{other:?}"),
    }
}

fn approval(amount: &str) -> Value {
    json!({ "ResultCode": "Approved", "ResultFinal": true, "RefID": REF_ID, "TerminalID": 2044, "TransType": "Sale",
        "AmountString": amount, "CardType": "Visa", "Last4": "4242", "AuthCode": "08B2F1" })
}

fn with(mut told: Value, name: &str, value: impl Into<Value>) -> Value {
    told[name] = value.into();
    told
}

fn error(message: &str) -> Value {
    json!({ "ResultCode": "Error", "Message": message, "ResultFinal": true })
}

#[test]
fn what_was_approved_is_booked_and_not_what_was_asked() {
    for (amount, total, tip, key) in [
        ("18.40", 1_840, 0, None),
        ("20.40", 2_040, 200, None),
        ("9.20", 920, 0, Some("explain-approved-in-part")),
        ("18.4", 1_840, 0, None),
    ] {
        let outcome = outcome(sale(&approval(amount)));
        let taken = outcome.taken.unwrap();
        assert_eq!((taken.total.minor(), taken.tip_minor), (total, tip), "{amount}");
        assert_eq!(outcome.explanation.map(|why| why.key).as_deref(), key);
        assert_eq!(outcome.card.unwrap().last4, "4242");
    }
    let cash = outcome(sale(&with(approval("38.40"), "CashBackString", "20.00")));
    let taken = cash.taken.unwrap();
    assert_eq!((taken.total.minor(), taken.cashback_minor, taken.tip_minor), (3_840, 2_000, 0));
    let beside = outcome(sale(&with(approval("18.40"), "CashBackString", "20.00"))).taken.unwrap();
    assert_eq!((beside.total.minor(), beside.cashback_minor), (3_840, 2_000));
}

#[test]
fn an_approval_that_cannot_be_booked_is_asked_about() {
    for told in [
        with(approval("18.40"), "AmountString", Value::Null),
        with(approval("18.40"), "AmountString", "0.00"),
        with(approval("18.40"), "AmountString", "-18.40"),
        with(approval("18.40"), "AmountString", "18.405"),
        with(approval("18.40"), "RefID", "a1-000117"),
        with(approval("18.40"), "TerminalID", "2045"),
        with(approval("18.40"), "TransType", "Refund"),
        with(approval("18.40"), "ResultFinal", false),
        with(approval("18.40"), "ResultCode", "Perhaps"),
        with(approval("18.40"), "ResultCode", Value::Null),
        with(approval("18.40"), "ResultCode", "Success"),
    ] {
        assert!(matches!(sale(&told), Judgement::Unknown(_)), "{told}");
    }
}

#[test]
fn only_codes_with_a_name_end_a_payment_without_money() {
    for (code, verdict) in [
        ("Declined", Verdict::Declined),
        ("DECLINED", Verdict::Declined),
        ("Cancelled", Verdict::Cancelled),
        ("Timeout", Verdict::Cancelled),
        ("Error", Verdict::NotCharged),
        ("Failed", Verdict::NotCharged),
    ] {
        let told = json!({ "ResultCode": code, "Message": "NO", "RefID": REF_ID });
        let outcome = outcome(sale(&told));
        assert_eq!((outcome.verdict, outcome.taken), (verdict, None), "{code}");
    }
}

#[test]
fn a_request_that_is_told_what_questions_are_told_is_asked_about() {
    let told = with(with(error("Transaction not found"), "RefID", REF_ID), "TransType", "Sale");
    assert!(matches!(sale(&told), Judgement::Unknown(_)));
}

#[test]
fn what_stands_in_the_way_says_what_to_do() {
    for (message, key) in [
        ("Please Settle", "explain-please-settle"),
        ("error: terminal is busy", "explain-econduit-busy"),
        ("Terminal Is Offline", "explain-econduit-offline"),
        ("Receive Error", "explain-econduit-receive-error"),
        ("Dup Transaction", "explain-econduit-duplicate"),
        ("Invalid credentials", "explain-econduit-credentials"),
        ("Something else", "explain-unsuccessful"),
    ] {
        let outcome = outcome(sale(&error(message)));
        assert_eq!(outcome.verdict, Verdict::NotCharged);
        assert_eq!(outcome.explanation.unwrap().key, key, "{message}");
    }
}

#[test]
fn an_answer_to_a_question_that_is_about_the_question_says_nothing_of_the_payment() {
    let asked = |told: &Value| judged(&request(Operation::Sale, 1_840), told, Source::Repeated);
    for message in ["Terminal Is Offline", "Terminal Is Busy", "Please Settle", "whatever"] {
        assert!(matches!(asked(&error(message)), Judgement::Unknown(_)), "{message}");
    }
    assert_eq!(asked(&error("Transaction not found")), Judgement::NotFound);
    assert!(matches!(asked(&error("Invalid credentials")), Judgement::Refused(_)));
    let stored = with(with(error("Terminal Is Offline"), "RefID", REF_ID), "TransType", "Sale");
    assert_eq!(outcome(asked(&stored)).verdict, Verdict::NotCharged);
    assert_eq!(outcome(asked(&approval("18.40"))).verdict, Verdict::Approved);
}

#[test]
fn a_void_gives_back_what_was_taken_and_a_capture_takes_what_it_says() {
    let void = about(Operation::Void, 1_840, 1_840, json!({ "shown": REF_ID, "command": "Sale" }));
    for amount in [Value::Null, json!("0.00"), json!("18.40")] {
        let told = with(with(approval(""), "TransType", "Void"), "AmountString", amount);
        assert_eq!(outcome(judged(&void, &told, Source::Direct)).taken.unwrap().total.minor(), 1_840);
    }
    let capture = about(Operation::Capture, 2_000, 1_840, json!({ "shown": REF_ID, "command": "Auth" }));
    let told = with(approval("20.00"), "TransType", "Capture");
    assert_eq!(outcome(judged(&capture, &told, Source::Direct)).taken.unwrap().total.minor(), 2_000);
    // the answer to the original
    assert!(matches!(judged(&void, &approval("18.40"), Source::Repeated), Judgement::Unknown(_)));
}

#[test]
fn a_tip_is_told_as_tip_or_as_new_total_and_replaces_an_earlier_one() {
    let tip = |taken: i64, reference: Value| about(Operation::Tip, 300, taken, reference);
    let told = |amount: &str| with(approval(amount), "TransType", "TipAdjust");
    let plain = json!({ "shown": REF_ID, "command": "Sale" });
    for amount in ["3.00", "21.40"] {
        let taken = outcome(judged(&tip(1_840, plain.clone()), &told(amount), Source::Direct)).taken.unwrap();
        assert_eq!((taken.total.minor(), taken.tip_minor), (2_140, 300), "{amount}");
    }
    let tipped = json!({ "shown": REF_ID, "command": "Sale", "base_minor": 1_840 });
    let taken = outcome(judged(&tip(2_040, tipped), &told("3.00"), Source::Direct)).taken.unwrap();
    assert_eq!(taken.total.minor(), 2_140);
    assert!(matches!(judged(&tip(1_840, plain), &told("4.00"), Source::Direct), Judgement::Unknown(_)));
}

#[test]
fn gift_cards_have_commands_of_their_own() {
    let gift = |operation| PaymentRequest { tender: Some(Tender::Gift), ..request(operation, 500) };
    assert_eq!(command_of(&gift(Operation::Sale)), Some(CommandWord::GiftSale));
    assert_eq!(command_of(&gift(Operation::Refund)), Some(CommandWord::GiftRefund));
    assert_eq!(command_of(&request(Operation::Activation, 500)), Some(CommandWord::GiftActivate));
    let void = about(Operation::Void, 500, 500, json!({ "shown": REF_ID, "command": "GiftSale" }));
    assert_eq!(command_of(&void), Some(CommandWord::GiftVoid));
    let balance = request(Operation::Balance, 0);
    let told =
        json!({ "ResultCode": "Approved", "RefID": REF_ID, "TransType": "GiftBalance", "GiftCardBalance": 12.5 });
    let outcome = outcome(judged(&balance, &told, Source::Direct));
    assert_eq!(outcome.card_balance, Some(Money::new(1_250, Currency::USD)));
    assert_eq!(outcome.taken.unwrap().total.minor(), 0);
}

#[test]
fn a_batch_is_closed_when_one_kind_was_and_none_failed() {
    let close = |credit: &str, gift: &str, count: u32| {
        let told = json!({ "ResultCodeCredit": credit, "ResultCodeGift": gift, "MessageCredit": "M", "MessageGift": "",
            "BatchNumCredit": "58", "TransCntTotal": count, "AmtTotal": 301.15 });
        judge_batch(&codec::batch(told.to_string().as_bytes()).unwrap(), Currency::USD)
    };
    for (credit, gift, count, verdict) in [
        ("1", "-1", 12, DayVerdict::Closed),
        ("Approved", "1", 12, DayVerdict::Closed),
        ("1", "-1", 0, DayVerdict::NothingToClose),
        ("0", "1", 12, DayVerdict::NotClosed),
        ("1", "0", 12, DayVerdict::NotClosed),
        ("-1", "-1", 0, DayVerdict::Unknown),
        ("1", "7", 12, DayVerdict::Unknown),
    ] {
        assert_eq!(close(credit, gift, count).verdict, verdict, "{credit} {gift}");
    }
    let closed = close("1", "-1", 12);
    assert_eq!((closed.batch.as_deref(), closed.total), (Some("58"), Some(Money::new(30_115, Currency::USD))));
    for (told, verdict) in [
        (error("Terminal Is Offline"), DayVerdict::NotClosed),
        (with(error("x"), "ResultFinal", false), DayVerdict::Unknown),
        (json!({ "ResultCode": "Perhaps" }), DayVerdict::Unknown),
    ] {
        let batch = codec::batch(told.to_string().as_bytes()).unwrap();
        assert_eq!(judge_batch(&batch, Currency::USD).verdict, verdict, "{told}");
    }
}
