//! The table of DESIGN section 6, on a terminal that does what the amount says.

use serde_json::json;

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::connect::simulator::Options;
use crate::protocols::connect::simulator::profile::STEP;

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
fn a_terminal_that_floods_the_till_shows_two_thousand_notifications_in_ten_seconds_and_approves() {
    let mut bench = Bench::set_up(Options { floods: true, ..Options::default() });
    let sale = bench.sale(2300);
    bench.pass_millis(2 * STEP);
    let before = bench.shown().len();
    bench.pass(1);
    assert_eq!(bench.shown().len() - before, 200);
    bench.pass(9);
    assert_eq!(bench.shown().len() - before, 2000);
    bench.pass(20);
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
    assert_eq!(bench.booked(), [approved(2300, Operation::Sale)]);
}

#[test]
fn a_terminal_that_floods_the_till_can_be_cancelled() {
    let mut bench = Bench::set_up(Options { floods: true, ..Options::default() });
    let sale = bench.sale(2300);
    bench.pass(5);
    bench.cancel();
    bench.pass(1);
    assert_eq!(bench.result(sale)["transactionResult"], "CANCELLED");
    assert_eq!(bench.booked(), []);
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

#[test]
fn contactless_is_read_without_a_pin() {
    let mut bench = Bench::ready();
    assert_eq!(bench.sold(2350)["paymentMethod"], "CONTACTLESS");
}

#[test]
fn a_decline_for_funds_says_why() {
    let mut bench = Bench::ready();
    let result = bench.sold(2352);
    assert_eq!(result["transactionResult"], "DECLINED");
    assert!(result["userMessage"].is_string());
}

#[test]
fn nobody_presents_a_card_and_the_terminal_gives_up() {
    let mut bench = Bench::ready();
    let id = bench.sale(2354);
    bench.pass(29);
    assert_eq!(bench.status(), "BUSY");
    bench.pass(5);
    assert_eq!(bench.result(id)["transactionResult"], "CANCELLED");
    assert_eq!(bench.sold(1000)["transactionNumber"], "0001");
}

#[test]
fn a_tip_of_a_tenth_is_added() {
    let mut bench = Bench::ready();
    let result = bench.sold(2357);
    let amounts = ["amountBase", "amountCashback", "amountGratuity", "amountTotal"].map(|name| result[name].clone());
    assert_eq!(amounts, [2357, 0, 235, 2592]);
    assert_eq!(bench.booked(), [approved(2592, Operation::Sale)]);
}

#[test]
fn what_this_protocol_does_not_have_approves_whole() {
    for amount in [2356, 2358, 2375, 2359, 2376] {
        let mut bench = Bench::ready();
        assert_eq!(bench.sold(amount)["amountTotal"], amount);
        assert_eq!(bench.booked(), [approved(amount, Operation::Sale)]);
    }
}

#[test]
fn behind_a_line_that_drops_the_sale_is_declined_and_the_duplicate_tells() {
    let mut bench = Bench::ready();
    bench.sale(2362);
    bench.pass(20);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    bench.open(V1);
    assert_eq!(bench.duplicate()["transactionResult"], "DECLINED");
    assert_eq!(bench.booked(), []);
}

#[test]
fn a_cancel_is_acknowledged_and_the_sale_approved_all_the_same() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2365);
    bench.pass(1);
    let cancel = bench.cancel();
    assert_eq!(bench.result(cancel), json!({ "cancelling": true }));
    bench.pass(20);
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn a_cancel_is_refused_and_the_sale_approved() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2366);
    bench.pass(1);
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
    bench.pass(20);
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn a_terminal_that_is_not_ready_is_unavailable_for_this_sale() {
    let mut bench = Bench::ready();
    let id = bench.sale(2368);
    assert_eq!(bench.error(id), -32001);
    assert!(bench.answer(id)["error"]["userMessage"].is_string());
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn an_unreachable_host_takes_no_money() {
    let mut bench = Bench::ready();
    let result = bench.sold(2369);
    assert_eq!(result["transactionResult"], "UNSUCCESSFUL");
    assert!(result["userMessage"].is_string());
    assert_eq!(bench.booked(), []);
}

#[test]
fn a_sale_that_waits_until_it_is_cancelled_is_cancelled() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2370);
    bench.pass(100);
    assert_eq!(bench.answers(sale).len(), 0);
    bench.cancel();
    bench.pass(2);
    assert_eq!(bench.result(sale)["transactionResult"], "CANCELLED");
}

#[test]
fn a_sale_that_nobody_cancels_times_out_after_two_hundred_seconds() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2370);
    bench.pass(199);
    assert_eq!(bench.answers(sale).len(), 0);
    bench.pass(2);
    assert_eq!(bench.result(sale)["transactionResult"], "TIMED_OUT");
    assert_eq!(bench.status(), "AVAILABLE");
}

#[test]
fn a_slow_sale_takes_a_minute_and_keeps_talking() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2371);
    bench.pass(59);
    assert_eq!(bench.answers(sale).len(), 0);
    assert!(bench.shown().len() > 12);
    bench.pass(5);
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn anothers_answer_comes_first_under_an_id_of_nobody() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2372);
    bench.pass(20);
    let responses: Vec<_> = bench.received().iter().filter(|message| message.get("method").is_none()).collect();
    let [foreign, own] = responses[..] else { panic!("{responses:?}") };
    assert_ne!(foreign["id"], sale);
    assert_eq!(foreign["result"]["amountTotal"], 2372 + 1111);
    assert_eq!((&own["id"], &own["result"]["amountTotal"]), (&json!(sale), &json!(2372)));
    let is_foreign = |message: &&serde_json::Value| message["params"]["tid"].as_str().is_some_and(|tid| tid != TID);
    assert_eq!(bench.received().iter().filter(is_foreign).count(), 1);
    assert_eq!(bench.booked(), [approved(2372, Operation::Sale)]);
}

#[test]
fn odd_spellings_mean_the_same() {
    let mut bench = Bench::ready();
    let id = bench.sale(2373);
    bench.pass(3);
    bench.pass(20);
    let result = bench.result(id);
    let read = crate::protocols::connect::codec::transaction(&result).unwrap();
    assert_eq!(read.amount_total, Some(2373));
    assert_eq!(read.result, Some(crate::protocols::connect::messages::ResultWord::Successful));
    assert!(read.verification.is_some() && result.get("cardHolderVerificationMethod").is_none());
    assert!(result["receiptLines"]["MERCHANT"].as_array().unwrap().iter().any(serde_json::Value::is_string));
    assert!(bench.in_pieces > 5 && bench.has_shown("WARMING_UP_FLUX_CAPACITOR"));
    let list = bench.told("connectedTerminals", json!({}));
    assert!(list["terminals"].is_array());
}

#[test]
fn a_method_nobody_knows_has_to_be_refused_under_its_id_of_text() {
    let mut bench = Bench::ready();
    bench.sale(2373);
    bench.pass(20);
    let question = bench.question().unwrap();
    assert!(question["id"].is_string());
    let answer = |code: i64| json!({ "jsonrpc": "2.0", "id": question["id"], "error": { "code": code, "message": "METHOD_NOT_FOUND" } });
    bench.say(&answer(-32601).to_string());
    assert_eq!(bench.complaints, [""; 0]);
    bench.say(&answer(-1).to_string());
    assert_eq!(bench.complaints.len(), 1);
}

#[test]
fn what_is_lost_for_good_is_approved_and_found_by_no_question() {
    let mut bench = Bench::ready();
    bench.sale(2374);
    bench.pass(20);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    assert_eq!(bench.booked(), [approved(2374, Operation::Sale)]);
    bench.open(V1);
    assert_eq!(bench.refusal("duplicate", json!({ "tid": TID })), -32006);
    let known = bench.sold(1000);
    bench.sale(2374);
    bench.pass(20);
    bench.open(V1);
    assert_eq!(bench.duplicate(), known);
}
