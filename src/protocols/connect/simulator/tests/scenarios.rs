//! The table of DESIGN section 6, on a terminal that does what the amount says.

use serde_json::json;

use super::bench::*;
use crate::domain::Operation;

#[test]
fn a_sale_is_approved_with_chip_and_pin() {
    let mut bench = Bench::ready();
    let result = bench.sold(2300);
    let expected = json!({ "transactionResult": "SUCCESSFUL", "transactionType": "SALE", "paymentMethod": "ICC_CHIP",
        "cardHolderVerificationMethod": "PIN", "amountBase": 2300, "amountTotal": 2300, "tid": TID });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(result[name], *value, "{name}");
    }
    let shown = [
        "REQUEST_SENT",
        "TRANSACTION_STARTED",
        "PRESENT_CARD",
        "PLEASE_WAIT",
        "PIN_ENTRY",
        "CONNECTING",
        "CONNECTION_MADE",
        "APPROVED",
        "REMOVE_CARD",
        "TRANSACTION_FINISHED",
    ];
    assert_eq!(bench.shown(), shown);
    assert_eq!(bench.booked(), [approved(2300, Operation::Sale)]);
    assert_eq!(bench.ledger[0].terminal_reference, result["transactionId"].as_str().unwrap());
    assert_eq!(bench.duplicate(), result);
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_declined_sale_is_a_result_and_the_last_transaction() {
    let mut bench = Bench::ready();
    let result = bench.sold(2351);
    assert_eq!(result["transactionResult"], "DECLINED");
    assert!(bench.has_shown("DECLINED"));
    assert_eq!(bench.booked(), []);
    assert_eq!(bench.duplicate(), result);
}

#[test]
fn a_sale_that_the_customer_cancels_is_in_no_record() {
    let mut bench = Bench::ready();
    assert_eq!(bench.sold(2353)["transactionResult"], "CANCELLED");
    assert_eq!(bench.refusal("duplicate", json!({ "tid": TID })), -32006);
}

#[test]
fn behind_a_line_that_drops_the_sale_is_approved_and_the_duplicate_tells() {
    let mut bench = Bench::ready();
    bench.sale(2361);
    bench.pass(20);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    assert_eq!(bench.order[bench.order.len() - 2..], ["Cut", "ledger"]);
    assert!(bench.has_shown("PIN_ENTRY"));
    bench.open(V1);
    assert_eq!(bench.duplicate()["amountTotal"], 2361);
}

#[test]
fn a_line_that_drops_before_the_request_leaves_nothing_behind() {
    let mut bench = Bench::ready();
    bench.sale(2363);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    bench.open(V1);
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.refusal("duplicate", json!({ "tid": TID })), -32006);
    assert_eq!(bench.booked(), []);
}

#[test]
fn a_sale_that_is_never_answered_is_approved() {
    let mut bench = Bench::ready();
    let id = bench.sale(2364);
    bench.pass(600);
    assert_eq!(bench.answers(id).len(), 0);
    assert!(!bench.has_shown("APPROVED"));
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.duplicate()["transactionResult"], "SUCCESSFUL");
}

#[test]
fn a_sale_is_cancelled_while_a_card_is_waited_for() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2300);
    bench.pass_millis(1000);
    let cancel = bench.cancel();
    assert_eq!(bench.result(cancel), json!({ "cancelling": true }));
    assert_eq!(bench.answers(sale).len(), 0);
    bench.pass(2);
    assert_eq!(bench.result(sale)["transactionResult"], "CANCELLED");
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.booked(), []);
}

#[test]
fn a_terminal_in_use_is_busy_for_everybody() {
    let mut bench = Bench::ready();
    bench.sale(2300);
    bench.open(V1);
    assert_eq!(bench.refusal("sale", sale(TID, 100)), -32002);
    assert_eq!(bench.status(), "BUSY");
    assert_eq!(bench.refusal("sale", sale("70031196", 2367)), -32002);
}
