//! What the reference's own list has besides (8.3).

use serde_json::json;

use super::bench::*;
use crate::domain::Operation;

#[test]
fn eighty_is_contactless_and_has_no_slip_for_the_customer() {
    let mut bench = Bench::ready();
    let result = bench.sold(2380);
    assert_eq!(result["paymentMethod"], "CONTACTLESS");
    assert_eq!(result["cardHolderVerificationMethod"], "NONE");
    assert_eq!(result["receiptLines"]["CUSTOMER"], json!([]));
    assert!(!bench.has_shown("PIN_ENTRY"));
}

#[test]
fn eighty_one_adds_a_tenth_to_a_sale_and_nothing_to_a_refund() {
    let mut bench = Bench::ready();
    let result = bench.sold(2381);
    assert_eq!((&result["amountGratuity"], &result["amountTotal"]), (&json!(238), &json!(2619)));
    let refund = bench.ask("refund", sale(TID, 2381));
    bench.pass(20);
    assert_eq!(bench.result(refund)["amountTotal"], 2381);
    assert_eq!(bench.booked(), [approved(2619, Operation::Sale), approved(2381, Operation::Refund)]);
}

#[test]
fn eighty_two_refuses_the_cashback_and_says_so() {
    let mut bench = Bench::ready();
    let id = bench.ask("sale", json!({ "tid": TID, "currency": "GBP", "amount": 2382, "amountCashback": 2000 }));
    bench.pass(20);
    let result = bench.result(id);
    assert_eq!((&result["amountCashback"], &result["amountTotal"]), (&json!(0), &json!(2382)));
    assert!(result["userMessage"].is_string());
    assert_eq!(bench.booked(), [approved(2382, Operation::Sale)]);
    assert_eq!(bench.sold(2382).get("userMessage"), None);
}

#[test]
fn eighty_three_misreads_the_card_before_it_is_read() {
    let mut bench = Bench::ready();
    assert_eq!(bench.sold(2383)["transactionResult"], "SUCCESSFUL");
    let shown = bench.shown();
    let at = shown.iter().position(|value| value == "RE_PRESENT_CARD").unwrap();
    assert_eq!(shown[at..at + 3], ["RE_PRESENT_CARD", "BAD_SWIPE", "INSERT_CARD"]);
}

#[test]
fn eighty_four_runs_out_of_paper_and_v0_is_not_told() {
    let mut bench = Bench::ready();
    bench.sold(2384);
    assert!(bench.has_shown("REPLACE_PAPER"));
    bench.open(V0);
    let id = bench.ask("sale", json!({ "tpi": TID, "currency": "GBP", "amount": 2384 }));
    bench.pass(20);
    assert_eq!(bench.result(id)["tpi"], TID);
    assert!(!bench.has_shown("REPLACE_PAPER"));
}

#[test]
fn eighty_five_wants_a_signature_of_a_refund_with_chip() {
    let mut bench = Bench::ready();
    let id = bench.ask("refund", sale(TID, 2385));
    bench.pass(10);
    bench.sign(false);
    bench.pass(5);
    let result = bench.result(id);
    assert_eq!((&result["transactionType"], &result["paymentMethod"]), (&json!("REFUND_REVERSAL"), &json!("ICC_CHIP")));
    assert_eq!(bench.booked(), [approved(2385, Operation::Refund), reversed(2385, Operation::Refund)]);
}

#[test]
fn eighty_six_to_eighty_nine_take_no_money() {
    for (amount, word, shown) in [
        (2386, "CANCELLED", "TRANSACTION_FINISHED"),
        (2387, "DECLINED", "DECLINED"),
        (2388, "DECLINED", "DECLINED_BY_CARD"),
        (2389, "UNSUCCESSFUL", "PROCESSING_ERROR"),
    ] {
        let mut bench = Bench::ready();
        assert_eq!(bench.sold(amount)["transactionResult"], word, "{amount}");
        assert!(bench.has_shown(shown), "{amount}");
        assert_eq!(bench.booked(), []);
    }
}

#[test]
fn ninety_is_approved_and_reversed_by_the_terminal() {
    let mut bench = Bench::ready();
    let result = bench.sold(2390);
    assert_eq!((&result["transactionResult"], &result["transactionType"]), (&json!("VOID"), &json!("SALE_REVERSAL")));
    assert_eq!(bench.booked(), [approved(2390, Operation::Sale), reversed(2390, Operation::Sale)]);
    assert_eq!(bench.duplicate(), result);
}

#[test]
fn ninety_one_times_out_and_the_record_says_successful_once_the_terminal_is_free() {
    let mut bench = Bench::ready();
    let id = bench.sale(2391);
    bench.pass(199);
    assert_eq!(bench.answers(id).len(), 0);
    bench.pass(2);
    assert_eq!(bench.result(id)["transactionResult"], "TIMED_OUT");
    assert_eq!(bench.status(), "BUSY");
    assert_eq!(bench.refusal("duplicate", json!({ "tid": TID })), -32002);
    bench.pass(30);
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.duplicate()["transactionResult"], "SUCCESSFUL");
    assert_eq!(bench.booked(), [approved(2391, Operation::Sale)]);
}

#[test]
fn ninety_two_times_out_and_leaves_the_record_as_it_was() {
    let mut bench = Bench::ready();
    let before = bench.sold(1000);
    let id = bench.sale(2392);
    bench.pass(201);
    let result = bench.result(id);
    assert_eq!(result["transactionResult"], "TIMED_OUT");
    assert_eq!(result.get("transactionNumber"), None);
    assert_eq!(bench.duplicate(), before);
    assert_eq!(bench.sold(1000)["transactionNumber"], "0002");
}

#[test]
fn ninety_three_drops_the_line_after_the_pin() {
    let mut bench = Bench::ready();
    bench.sale(2393);
    bench.pass(20);
    assert_eq!(bench.shown().last().map(String::as_str), Some("PIN_ENTRY"));
    bench.open(V1);
    assert_eq!(bench.duplicate()["amountTotal"], 2393);
}

#[test]
fn ninety_four_drops_the_line_before_a_card_and_nothing_is_taken() {
    let mut bench = Bench::ready();
    let before = bench.sold(1000);
    bench.sale(2394);
    bench.pass(20);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    assert_eq!(bench.shown().last().map(String::as_str), Some("PRESENT_CARD"));
    bench.open(V1);
    assert_eq!(bench.duplicate(), before);
}

#[test]
fn ninety_five_drops_the_line_between_approval_and_response() {
    let mut bench = Bench::ready();
    let id = bench.sale(2395);
    bench.pass(20);
    assert!(bench.has_shown("APPROVED") && bench.answers(id).is_empty());
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    bench.open(V1);
    assert_eq!(bench.duplicate()["transactionResult"], "SUCCESSFUL");
}

#[test]
fn ninety_six_and_ninety_seven_approve_whatever_is_cancelled() {
    let mut bench = Bench::ready();
    let refused = bench.sale(2396);
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
    bench.pass(20);
    assert_eq!(bench.result(refused)["transactionResult"], "SUCCESSFUL");
    let ignored = bench.sale(2397);
    let cancel = bench.cancel();
    assert_eq!(bench.result(cancel), json!({ "cancelling": true }));
    bench.pass(20);
    assert_eq!(bench.result(ignored)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn ninety_eight_fails_at_once() {
    let mut bench = Bench::ready();
    assert_eq!(bench.refusal("sale", sale(TID, 2398)), -32603);
    assert_eq!(bench.status(), "AVAILABLE");
}

#[test]
fn ninety_nine_mixes_in_what_nobody_knows() {
    let mut bench = Bench::ready();
    let result = bench.sold(2399);
    assert_eq!(result["transactionResult"], "SUCCESSFUL");
    assert!(result.get("newInNextRelease").is_some());
    assert!(bench.has_shown("POLISHING_CHIP"));
    assert_eq!(bench.in_pieces, 0);
}
