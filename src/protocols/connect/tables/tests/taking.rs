//! What was paid at a table (6.4, 6.8): booked before it is acknowledged, never acknowledged without being understood.

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::{DayReport, DayVerdict, Money, Verdict};

const FIRST: &str = "8d0f6f52-41a9-4c2b-9a57-6e1c0b7ad301";
const SECOND: &str = "c2a1d6b0-0b1e-4f7d-8f5e-2e9a44e0c7a2";

fn tells(bench: &mut Bench, params: &Value) -> Value {
    bench.asks(&json!(506), "transactionResponse", params);
    assert_eq!(bench.sent.len(), 1, "{:?}", bench.sent);
    let (said, waited) = bench.sent.remove(0);
    assert!(waited, "it must not leave before the disk has it");
    said
}

fn told(params: &Value) -> (Bench, Value) {
    let mut bench = Bench::ready();
    let said = tells(&mut bench, params);
    (bench, said)
}

fn accepted(said: &Value) -> bool {
    *said == json!({ "jsonrpc": "2.0", "id": 506, "result": { "accepted": true } })
}

fn refused(said: &Value) -> bool {
    said["error"]["code"] == -32_602 && said["id"] == 506
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn each_payment_of_a_split_bill_is_a_payment_and_the_bill_is_reduced_by_what_is_no_tip() {
    let (bench, said) = told(&outcome(&[payment(FIRST, 3_240, 400), payment(SECOND, 3_240, 250)]));
    assert!(accepted(&said) && bench.alarms.is_empty());
    assert_eq!(bench.takings.len(), 2);
    let taking = &bench.takings[0];
    assert_eq!((&*taking.table, &*taking.reference, taking.amount), ("12", FIRST, pounds(3_240)));
    assert_eq!((&*taking.asker.machine, taking.asker.waiter.as_deref()), (TID, Some("7")));
    let taken = taking.outcome.taken.unwrap();
    assert_eq!((taking.outcome.verdict, taken.total, taken.tip_minor), (Verdict::Approved, pounds(3_640), 400));
    assert_eq!((taken.cashback_minor, taken.surcharge_minor), (0, 0));
    let card = taking.outcome.card.as_ref().unwrap();
    assert_eq!((&*card.last4, &*card.brand), ("0026", "MASTERCARD"));
    assert_eq!(taking.outcome.auth_code.as_deref(), Some("110934"));
    assert_eq!(taking.outcome.terminal_reference.as_deref(), Some(FIRST));
}

#[test]
fn cashback_is_on_top() {
    let paid = with(payment(FIRST, 3_000, 300), "amountCashback", json!(2_000));
    let (bench, _) = told(&outcome(&[paid]));
    let taken = bench.takings[0].outcome.taken.unwrap();
    assert_eq!((taken.total, taken.tip_minor, taken.cashback_minor), (pounds(5_300), 300, 2_000));
    assert_eq!(bench.takings[0].amount, pounds(3_000));
}

#[test]
fn a_message_told_twice_is_reported_twice_under_the_same_reference() {
    let mut bench = Bench::ready();
    let params = outcome(&[payment(FIRST, 6_480, 0)]);
    assert!(accepted(&tells(&mut bench, &params)));
    assert!(accepted(&tells(&mut bench, &params)));
    assert_eq!(bench.takings.len(), 2);
    assert_eq!(bench.takings[0], bench.takings[1]);
}

#[test]
fn without_an_id_it_is_booked_and_not_acknowledged() {
    let mut bench = Bench::ready();
    bench.tells("TransactionResponse", &outcome(&[payment(FIRST, 6_480, 0)]));
    assert!(bench.says_nothing());
    assert_eq!(bench.takings.len(), 1);
}

#[test]
fn what_cannot_be_written_is_not_acknowledged_and_the_cloud_may_tell_it_again() {
    let mut bench = Bench::ready();
    bench.is_full = true;
    bench.asks(&json!(506), "transactionResponse", &outcome(&[payment(FIRST, 6_480, 0)]));
    assert!(bench.says_nothing());
    assert_eq!((bench.why(), bench.ended.clone()), ("explain-not-durable", vec!["abandoned"]));
    bench.is_full = false;
    bench.seconds(2);
    bench.opens();
    assert!(accepted(&tells(&mut bench, &outcome(&[payment(FIRST, 6_480, 0)]))));
}

#[test]
fn words_that_say_not_paid_are_not_booked_and_an_absent_one_is_paid() {
    for (word, reported) in [
        (json!("SUCCESSFUL"), true),
        (json!(""), true),
        (Value::Null, true),
        (json!("DECLINED"), false),
        (json!("VOID"), false),
        (json!("UNSUCCESSFUL"), false),
        (json!("CANCELLED"), false),
    ] {
        let (bench, said) = told(&outcome(&[with(payment(FIRST, 6_480, 0), "transactionResult", word.clone())]));
        assert!(accepted(&said));
        assert_eq!(bench.takings.len(), usize::from(reported), "{word}");
        assert!(bench.takings.iter().all(|taking| taking.outcome.verdict == Verdict::Approved));
    }
    let (bench, said) = told(&outcome(&[without(payment(FIRST, 6_480, 0), "transactionResult")]));
    assert!(accepted(&said) && bench.takings.len() == 1);
}

#[test]
fn whatever_is_not_clear_is_in_doubt() {
    for (member, word) in [
        ("transactionResult", "TIMED_OUT"),
        ("transactionResult", "PARTLY"),
        ("transactionResult", "successful"),
        ("transactionType", "REFUND"),
        ("transactionType", "SALE_REVERSAL"),
        ("transactionType", "TOP_UP"),
    ] {
        let (bench, said) = told(&outcome(&[with(payment(FIRST, 6_480, 500), member, json!(word))]));
        assert!(accepted(&said));
        let taking = &bench.takings[0];
        assert_eq!((taking.outcome.verdict, taking.outcome.taken), (Verdict::InDoubt, None), "{word}");
        assert_eq!((taking.amount, &*taking.reference), (pounds(6_480), FIRST));
        let why = taking.outcome.explanation.as_ref().unwrap();
        assert_eq!(why.key, "explain-table-in-doubt");
        assert!(why.detail.as_deref().unwrap().contains(word));
        assert!(bench.alarms.is_empty(), "{:?}", bench.alarms);
    }
}

#[test]
fn what_the_whole_message_says_holds_for_payments_that_say_nothing() {
    let silent = || outcome(&[without(payment(FIRST, 6_480, 0), "transactionResult")]);
    let (bench, _) = told(&with(silent(), "transactionResult", json!("TIMED_OUT")));
    assert_eq!(bench.takings[0].outcome.verdict, Verdict::InDoubt);
    let (bench, _) = told(&with(silent(), "transactionResult", json!(7)));
    assert_eq!(bench.takings[0].outcome.verdict, Verdict::InDoubt);
    let (bench, said) = told(&with(silent(), "transactionResult", json!("DECLINED")));
    assert!(accepted(&said) && bench.takings.is_empty());
}

#[test]
fn a_payment_that_cannot_be_read_is_not_acknowledged_and_the_others_are_booked() {
    let good = || payment(SECOND, 1_000, 0);
    for broken in [
        without(payment(FIRST, 3_240, 0), "paymentId"),
        with(payment(FIRST, 3_240, 0), "paymentId", json!("x".repeat(200))),
        without(payment(FIRST, 3_240, 0), "amountPaid"),
        with(payment(FIRST, 3_240, 0), "amountPaid", json!(32.4)),
        with(payment(FIRST, 3_240, 0), "amountPaid", json!("3240")),
        with(payment(FIRST, 3_240, 0), "amountPaid", json!(-1)),
        with(payment(FIRST, 3_240, 0), "amountPaid", json!(100_000_000)),
        with(payment(FIRST, 3_240, 0), "amountGratuity", json!(-5)),
        with(payment(FIRST, 3_240, 0), "amountCashback", json!([5])),
        with(payment(FIRST, 3_240, 0), "currency", json!("USD")),
        with(payment(FIRST, 3_240, 0), "currency", json!(826)),
        with(payment(FIRST, 3_240, 0), "transactionResult", json!({ "ok": true })),
        with(payment(FIRST, 3_240, 0), "transactionResult", json!(true)),
        payment(FIRST, 0, 0),
        json!("paid"),
        Value::Null,
        payment(SECOND, 2_000, 0),
    ] {
        let (mut bench, said) = told(&outcome(&[good(), broken.clone()]));
        assert!(refused(&said), "{broken}");
        assert_eq!(bench.takings.len(), 1, "{broken}");
        assert_eq!(bench.takings[0].reference, SECOND);
        assert_eq!(bench.alarm(), "explain-table-unreadable", "{broken}");
    }
}

#[test]
fn money_without_payments_is_not_acknowledged() {
    let bare = || without(outcome(&[payment(FIRST, 6_480, 0)]), "payments");
    for params in [
        bare(),
        with(bare(), "payments", json!([])),
        with(bare(), "payments", json!({})),
        with(bare(), "payments", json!("none")),
        json!({ "tid": TID, "tableId": "12", "transactionResult": "SUCCESSFUL" }),
        json!({ "tid": TID, "tableId": "12", "transactionResult": "TIMED_OUT" }),
        json!({ "tid": TID, "tableId": "12", "amountPaid": "64.80" }),
    ] {
        let (mut bench, said) = told(&params);
        assert!(refused(&said) && bench.takings.is_empty(), "{params}");
        assert_eq!(bench.alarm(), "explain-table-unreadable");
    }
    let (mut bench, _) = told(&bare());
    assert!(bench.alarms.remove(0).detail.unwrap().contains("12, 64.80 GBP"));
}

#[test]
fn a_message_that_is_itself_the_payment_is_understood() {
    let flat = with(payment(FIRST, 6_480, 0), "tableId", json!("12"));
    let (bench, said) = told(&flat);
    assert!(accepted(&said) && bench.alarms.is_empty());
    assert_eq!((&*bench.takings[0].table, bench.takings[0].amount), ("12", pounds(6_480)));
}

#[test]
fn nothing_taken_is_acknowledged() {
    for params in [
        outcome(&[]),
        json!({ "tid": TID, "tableId": "12", "payments": [] }),
        json!({ "tid": TID, "tableId": "12", "transactionResult": "DECLINED", "amountPaid": 6_480 }),
    ] {
        let (bench, said) = told(&params);
        assert!(accepted(&said) && bench.takings.is_empty() && bench.alarms.is_empty(), "{params}");
    }
}

#[test]
fn totals_that_differ_from_the_payments_are_for_somebody_to_look_at_and_the_payments_count() {
    for (member, minor) in [("amountPaid", 9_999), ("amountGratuity", 1), ("amountCashback", 1)] {
        let (mut bench, said) = told(&with(outcome(&[payment(FIRST, 6_480, 0)]), member, json!(minor)));
        assert!(accepted(&said));
        assert_eq!((bench.takings.len(), bench.alarm()), (1, "explain-table-totals-differ".to_owned()));
    }
    // what was declined is in no total
    let declined = with(payment(SECOND, 3_240, 0), "transactionResult", json!("DECLINED"));
    let params = with(outcome(&[payment(FIRST, 3_240, 0), declined]), "amountPaid", json!(3_240));
    assert!(told(&params).0.alarms.is_empty());
    // a total that cannot be read
    let (mut bench, said) = told(&with(outcome(&[payment(FIRST, 6_480, 0)]), "amountPaid", json!("6480")));
    assert!(refused(&said));
    assert_eq!((bench.takings.len(), bench.alarm()), (1, "explain-table-unreadable".to_owned()));
}

#[test]
fn more_than_was_due_is_booked_as_it_was_taken() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    bench.does(locked(6_480));
    bench.said();
    tells(&mut bench, &outcome(&[payment(FIRST, 7_000, 0)]));
    assert_eq!(bench.takings[0].amount, pounds(7_000));
}

#[test]
fn another_currency_is_booked_as_it_is_and_somebody_is_told() {
    let euro = with(payment(FIRST, 6_480, 0), "currency", json!("eur"));
    let (mut bench, said) = told(&outcome(&[euro]));
    assert!(accepted(&said));
    assert_eq!(bench.takings[0].amount, Money::new(6_480, "EUR".parse().unwrap()));
    assert_eq!(bench.alarm(), "explain-table-other-currency");
    // said of the whole message
    let params = with(outcome(&[without(payment(FIRST, 6_480, 0), "currency")]), "currency", json!("EUR"));
    assert_eq!(told(&params).0.takings[0].amount.currency().code(), "EUR");
    // or not at all
    let params = without(outcome(&[without(payment(FIRST, 6_480, 0), "currency")]), "currency");
    assert_eq!(told(&params).0.takings[0].amount, pounds(6_480));
}

#[test]
fn a_payment_at_no_table_is_booked_all_the_same() {
    let (mut bench, said) = told(&without(outcome(&[payment(FIRST, 6_480, 0)]), "tableId"));
    assert!(accepted(&said));
    assert_eq!(bench.takings[0].table, "");
    assert_eq!(bench.alarm(), "explain-table-unnamed");
}

#[test]
fn what_was_not_paid_by_card_says_so() {
    let other = without(with(payment(FIRST, 6_480, 0), "paymentMethod", json!("UNKNOWN")), "primaryAccountNumber");
    let (bench, _) = told(&outcome(&[other]));
    let outcome = &bench.takings[0].outcome;
    assert_eq!(outcome.verdict, Verdict::Approved);
    assert_eq!(outcome.explanation.as_ref().unwrap().key, "explain-table-no-card");
}

#[test]
fn unknown_members_and_words_that_decide_nothing_are_put_up_with() {
    let mut odd = with(payment(FIRST, 6_480, 0), "newInNextRelease", json!([null, { "amountPaid": 1 }]));
    odd = with(odd, "paymentMethod", json!("WRIST_IMPLANT"));
    odd = with(odd, "authCode", json!(""));
    odd = with(odd, "amountCashback", Value::Null);
    let (bench, said) = told(&with(outcome(&[odd]), "location", json!("")));
    assert!(accepted(&said) && bench.alarms.is_empty());
    assert_eq!(bench.takings[0].outcome.auth_code, None);
}

#[test]
fn no_card_number_is_handed_on_whatever_member_it_comes_in() {
    const CARD: &str = "4929123123123127";
    let params = json!({
        "tid": TID, "waiterId": CARD, "tableId": CARD, "currency": "GBP", "amountPaid": 6_480,
        "payments": [with(with(with(with(with(payment(CARD, 6_480, 0), "primaryAccountNumber", json!(CARD)),
            "authCode", json!(CARD)), "cardSchemeName", json!(format!("VISA {CARD}"))), "time", json!(CARD)),
            "transactionResult", json!(CARD))],
    });
    let (mut bench, _) = told(&params);
    bench.asks(&json!(1), CARD, &json!({}));
    bench.asks(&json!(2), "tableLockRequest", &json!({ "tid": CARD, "tableId": CARD }));
    bench.hears(&json!({ "jsonrpc": "2.0", "id": null, "error": { "code": 1, "message": CARD } }));
    let everything = format!("{:?} {:?} {:?} {:?}", bench.takings, bench.alarms, bench.notices, bench.commissions);
    assert!(!everything.contains("49291231"), "{everything}");
    assert!(everything.contains("3127"));
    assert_eq!(bench.takings.len(), 1);
}

#[test]
fn two_payments_named_by_numbers_that_look_like_cards_stay_two() {
    let (bench, said) = told(&outcome(&[
        payment("4929123123123127", 1_000, 0),
        with(payment("4929000000003127", 1_000, 0), "authCode", json!("77Z0Q1")),
    ]));
    assert!(accepted(&said), "{said}");
    assert_ne!(bench.takings[0].reference, bench.takings[1].reference);
}

// 6.8
#[test]
fn what_a_machine_tells_of_its_day_is_kept() {
    let report = json!({ "tid": TID, "reportType": "END_OF_DAY", "reportResult": "COMPLETE",
        "reportTime": "2026-03-14T22:58:31", "reportLines": [{ "type": "TEXT", "format": [], "value": "END OF DAY" }],
        "balances": { "currency": "GBP", "totalAmount": 48_210, "totalSalesCount": 21, "totalRefundsCount": 1 } });
    let mut bench = Bench::ready();
    bench.tells("endOfDayReport", &report);
    assert!(bench.says_nothing());
    let day = &bench.days[0];
    assert_eq!((day.report, day.verdict), (DayReport::EndOfDay, DayVerdict::Closed));
    assert_eq!((day.total, day.transactions), (Some(pounds(48_210)), Some(22)));
    assert_eq!(day.lines, ["END OF DAY"]);
    bench.asks(&json!(9), "endOfDayReport", &with(report.clone(), "reportType", json!("BANKING")));
    assert_eq!(bench.days[1].report, DayReport::Banking);
    assert_eq!((&bench.sent[0].0["result"], bench.sent[0].1), (&json!({ "accepted": true }), true));
    bench.tells("endOfDayReport", &with(report, "reportResult", json!("TIMED_OUT")));
    assert_eq!(bench.days[2].verdict, DayVerdict::Unknown);
}
