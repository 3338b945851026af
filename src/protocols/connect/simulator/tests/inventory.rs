//! The site's terminals (4.1, 4.2, 8.2).

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::connect::simulator::Options;

fn sold_on(bench: &mut Bench, tid: &str, amount: i64) -> Value {
    let id = bench.ask("sale", sale(tid, amount));
    bench.pass(300);
    bench.result(id)
}

#[test]
fn virtual_terminals_do_what_their_id_says_whatever_the_amount() {
    for (tid, result, method, verification) in [
        ("VCMDEMOSIP0", "SUCCESSFUL", "ICC_CHIP", "PIN"),
        ("VCMDEMODIP0", "DECLINED", "ICC_CHIP", "PIN"),
        ("VCMDEMOSCD0", "SUCCESSFUL", "CONTACTLESS", "DEVICE"),
        ("VCM1234SWN7", "SUCCESSFUL", "SWIPED", "NONE"),
        ("VCMABCDSKN1", "SUCCESSFUL", "KEYED", "NONE"),
        ("VCMABCDVIP1", "VOID", "ICC_CHIP", "PIN"),
    ] {
        for amount in [2300, 2351, 2367] {
            let result_here = sold_on(&mut Bench::ready(), tid, amount);
            assert_eq!(result_here["transactionResult"], result, "{tid}");
            assert_eq!(result_here["paymentMethod"], method, "{tid}");
            assert_eq!(result_here["cardHolderVerificationMethod"], verification, "{tid}");
        }
    }
}

#[test]
fn virtual_terminals_fail_as_their_id_says() {
    for (tid, result) in [("VCMDEMOUIP0", "UNSUCCESSFUL"), ("VCMDEMOTIP0", "TIMED_OUT"), ("VCMDEMOXIP0", "CANCELLED")] {
        let mut bench = Bench::ready();
        assert_eq!(sold_on(&mut bench, tid, 2300)["transactionResult"], result, "{tid}");
        assert_eq!(bench.booked(), []);
        assert_eq!(bench.refusal("duplicate", json!({ "tid": tid })), -32006);
    }
}

#[test]
fn the_virtual_terminal_with_a_signature_asks_for_one() {
    let mut bench = Bench::ready();
    let id = bench.ask("sale", sale("VCMDEMOSIS0", 2300));
    bench.pass(10);
    bench.sign(true);
    bench.pass(5);
    assert_eq!(bench.result(id)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn the_euro_terminal_knows_no_duplicate_no_completion_and_no_reports() {
    let mut bench = Bench::ready();
    let euro = |amount: i64| json!({ "tid": "70032007", "currency": "EUR", "amount": amount });
    let id = bench.ask("sale", euro(2300));
    bench.pass(20);
    assert_eq!(bench.result(id)["currency"], "EUR");
    let mut completion = euro(100);
    completion["authCode"] = json!("A");
    completion["amountPreAuthorisedTotal"] = json!(100);
    assert_eq!(bench.refusal("completion", completion), -32004);
    for method in ["duplicate", "reportEndOfDay", "reportBanking", "reportXBalance", "reportZBalance"] {
        assert_eq!(bench.refusal(method, json!({ "tid": "70032007" })), -32004, "{method}");
    }
    assert_eq!(bench.refusal("sale", json!({ "tid": "70032007", "currency": "GBP", "amount": 100 })), -32602);
}

#[test]
fn one_terminal_is_always_busy_and_one_is_not_there() {
    let mut bench = Bench::ready();
    assert_eq!(bench.refusal("sale", sale("70039990", 100)), -32002);
    assert_eq!(bench.told("terminalDetails", json!({ "tid": "70039990" }))["status"], "BUSY");
    assert_eq!(bench.refusal("cancelTransaction", json!({ "tid": "70039990" })), -32003);
    for (method, params) in [
        ("sale", sale("70039999", 100)),
        ("terminalDetails", json!({ "tid": "70039999" })),
        ("duplicate", json!({ "tid": "70039999" })),
        ("cancelTransaction", json!({ "tid": "70039999" })),
        ("reportXBalance", json!({ "tid": "70039999" })),
    ] {
        assert_eq!(bench.refusal(method, params), -32001, "{method}");
    }
}

#[test]
fn the_list_is_filtered_by_status_and_currency() {
    let mut bench = Bench::ready();
    bench.sale(2370);
    let mut of = |params: Value| {
        let list = bench.told("connectedTerminals", params);
        list.as_array().unwrap().iter().map(|terminal| terminal["tid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(json!({})).len(), 10);
    assert_eq!(of(json!({ "status": "BUSY" })), [TID, "70039990"]);
    assert_eq!(of(json!({ "currency": "EUR" })), ["70032007"]);
    assert_eq!(of(json!({ "status": "BUSY", "currency": "EUR" })), [""; 0]);
}

#[test]
fn the_site_takes_pounds_unless_it_is_set_up_for_euros() {
    for (code, expected) in [("SEK", "GBP"), ("GBP", "GBP"), ("EUR", "EUR")] {
        let mut bench = Bench::with(code, 1, None, Options::default());
        bench.open(V1);
        assert_eq!(bench.told("terminalDetails", json!({ "tid": TID }))["currency"], expected);
    }
}

#[test]
fn v0_has_its_own_names_and_tells_what_its_terminals_can() {
    let mut bench = Bench::ready();
    bench.open(V0);
    let list = bench.told("connectedTerminals", json!({ "capabilities": ["DUPLICATE"] }));
    assert_eq!(list.as_array().unwrap().len(), 9);
    assert_eq!(list[0]["tpi"], TID);
    assert!(list[0]["capabilities"].as_array().unwrap().contains(&json!("REPORT_END_OF_DAY")));
    let details = bench.told("terminalsDetails", json!({ "tpis": [TID, "70032007"] }));
    assert_eq!(details.as_array().unwrap().len(), 2);
    let id = bench.ask("sale", json!({ "tpi": TID, "currency": "GBP", "amount": 2370 }));
    assert_eq!(bench.told("cancelTransaction", json!({ "tpi": TID })), json!({ "cancelled": true }));
    bench.pass(2);
    assert_eq!(bench.result(id)["tpi"], TID);
    assert!(!bench.has_shown("CANCELLING"));
}

#[test]
fn a_card_is_checked_without_an_amount_and_without_money() {
    let mut bench = Bench::ready();
    let id = bench.ask("accountVerification", json!({ "tid": TID, "currency": "GBP" }));
    bench.pass(20);
    let result = bench.result(id);
    assert_eq!((&result["transactionResult"], &result["amountTotal"]), (&json!("SUCCESSFUL"), &json!(0)));
    assert_eq!(bench.booked(), []);
    assert_eq!(bench.duplicate(), result);
}

#[test]
fn a_keyed_card_is_not_asked_for() {
    let mut bench = Bench::ready();
    let params = json!({ "tid": TID, "currency": "GBP", "amount": 2300, "cardholderNotPresent": true });
    let id = bench.ask("sale", params);
    bench.pass(20);
    assert_eq!(bench.result(id)["paymentMethod"], "KEYED");
    assert!(!bench.has_shown("PRESENT_CARD") && !bench.has_shown("PIN_ENTRY"));
}

#[test]
fn cashback_comes_on_top_and_the_parts_sum_up() {
    let mut bench = Bench::ready();
    let params = json!({ "tid": TID, "currency": "GBP", "amount": 2357, "amountCashback": 2000 });
    let id = bench.ask("sale", params);
    bench.pass(20);
    let result = bench.result(id);
    let amounts = ["amountBase", "amountCashback", "amountGratuity", "amountTotal"].map(|name| result[name].clone());
    assert_eq!(amounts, [2357, 2000, 235, 4592]);
    assert_eq!(bench.booked(), [approved(4592, Operation::Sale)]);
}

#[test]
fn a_terminal_works_on_when_its_till_is_gone() {
    let mut bench = Bench::ready();
    bench.sale(2300);
    bench.close();
    bench.open(V1);
    assert_eq!(bench.status(), "BUSY");
    bench.pass(20);
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.duplicate()["transactionResult"], "SUCCESSFUL");
    assert_eq!(bench.shown(), [""; 0]);
}

#[test]
fn another_till_may_cancel_and_hears_nothing_else() {
    let mut bench = Bench::ready();
    let id = bench.sale(2370);
    bench.open(V1);
    bench.cancel();
    bench.pass(2);
    assert_eq!(bench.result(id)["transactionResult"], "CANCELLED");
    assert_eq!(bench.received().len(), 1);
}

#[test]
fn nothing_can_be_cancelled_where_nothing_runs_or_the_card_was_read() {
    let mut bench = Bench::ready();
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
    bench.sale(2300);
    bench.pass_millis(2500);
    assert!(bench.has_shown("PIN_ENTRY"));
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_second_cancel_changes_nothing() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2370);
    let cancels = [
        bench.ask_at_once("cancelTransaction", json!({ "tid": TID })),
        bench.ask_at_once("cancelTransaction", json!({ "tid": TID })),
    ];
    for cancel in cancels {
        assert_eq!(bench.result(cancel), json!({ "cancelling": true }));
    }
    bench.pass(2);
    assert_eq!(bench.result(sale)["transactionResult"], "CANCELLED");
}

#[test]
fn speed_divides_every_wait() {
    let mut bench = Bench::with("GBP", 20, None, Options::default());
    bench.open(V1);
    let id = bench.sale(2354);
    bench.pass(2);
    assert_eq!(bench.result(id)["transactionResult"], "CANCELLED");
    bench.pass_millis(6);
    let first = bench.ask_at_once("connectedTerminals", json!({}));
    bench.pass_millis(5);
    let second = bench.ask_at_once("connectedTerminals", json!({}));
    assert!(bench.result(first).is_array() && bench.result(second).is_array());
}
