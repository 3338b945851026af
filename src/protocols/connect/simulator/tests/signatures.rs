//! Signatures (4.12, 8.5).

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::connect::simulator::{Options, Unsigned};

/// A cloud that waits for a signature, and the id of the sale.
fn waiting(options: Options) -> (Bench, i64) {
    let mut bench = Bench::set_up(options);
    let id = bench.sale(2355);
    bench.pass(10);
    (bench, id)
}

#[test]
fn the_question_carries_the_merchants_slip_and_an_id_that_meets_the_tills() {
    let (bench, sale) = waiting(Options::default());
    let question = bench.question().unwrap();
    assert_eq!(question["method"], "signatureVerificationRequest");
    assert_eq!(question["id"], sale);
    let lines = question["params"]["receiptLines"]["MERCHANT"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["value"].as_str().unwrap().starts_with("SIGNATURE:")));
    assert_eq!(question["params"]["amountTotal"], 2355);
    assert_eq!(bench.shown()[bench.shown().len() - 1], "SIGNATURE_VERIFICATION_IN_PROGRESS");
}

#[test]
fn an_accepted_signature_is_approved() {
    let (mut bench, sale) = waiting(Options::default());
    bench.sign(true);
    bench.pass(5);
    let result = bench.result(sale);
    assert_eq!(result["transactionResult"], "SUCCESSFUL");
    assert_eq!(result["cardHolderVerificationMethod"], "SIGNATURE");
    assert!(bench.has_shown("SIGNATURE_VERIFICATION_PROCESS_COMPLETED"));
    assert_eq!(bench.booked(), [approved(2355, Operation::Sale)]);
    assert_eq!(bench.duplicate(), result);
}

#[test]
fn a_rejected_signature_is_reversed() {
    let (mut bench, sale) = waiting(Options::default());
    bench.sign(false);
    bench.pass(5);
    let result = bench.result(sale);
    assert_eq!((&result["transactionResult"], &result["transactionType"]), (&json!("VOID"), &json!("SALE_REVERSAL")));
    let lines = result["receiptLines"]["MERCHANT"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["type"] == "BOX_VOID"));
    assert_eq!(bench.booked(), [approved(2355, Operation::Sale), reversed(2355, Operation::Sale)]);
    assert_eq!(bench.duplicate(), result);
}

#[test]
fn a_signature_that_nobody_checks_counts_as_accepted() {
    let (mut bench, sale) = waiting(Options::default());
    bench.pass(90);
    let result = bench.result(sale);
    assert_eq!(result["transactionResult"], "SUCCESSFUL");
    assert!(result["userMessage"].is_string());
    assert!(bench.has_shown("SIGNATURE_VERIFICATION_TIMEOUT"));
}

#[test]
fn a_signature_that_nobody_checks_can_be_reversed() {
    let (mut bench, sale) = waiting(Options { unsigned: Unsigned::Reversed, ..Options::default() });
    bench.pass(90);
    assert_eq!(bench.result(sale)["transactionResult"], "VOID");
    assert_eq!(bench.booked().len(), 2);
}

#[test]
fn a_late_or_second_answer_could_not_be_completed() {
    let (mut bench, sale) = waiting(Options::default());
    bench.sign(true);
    bench.sign(false);
    bench.pass(5);
    assert!(bench.has_shown("SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED"));
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
    let (mut bench, sale) = waiting(Options::default());
    bench.pass(90);
    bench.sign(false);
    assert!(bench.has_shown("SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED"));
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn errors_foreign_ids_and_ids_of_another_type_are_no_answer() {
    let (mut bench, sale) = waiting(Options::default());
    let id = bench.question().unwrap()["id"].as_i64().unwrap();
    let accepted = json!({ "accepted": false });
    bench.say(&json!({ "jsonrpc": "2.0", "id": id + 1, "result": accepted }).to_string());
    bench.say(&json!({ "jsonrpc": "2.0", "id": id.to_string(), "result": accepted }).to_string());
    bench.say(&json!({ "jsonrpc": "2.0", "id": id, "error": { "code": 1, "message": "no" } }).to_string());
    bench.say(&json!({ "jsonrpc": "2.0", "id": id, "result": { "accepted": "no" } }).to_string());
    assert_eq!(bench.complaints.len(), 4);
    bench.pass(90);
    assert_eq!(bench.result(sale)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn a_signature_can_not_be_cancelled_away() {
    let (mut bench, _) = waiting(Options::default());
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
}

#[test]
fn only_the_till_that_sells_is_asked() {
    let mut bench = Bench::ready();
    let first = bench.line;
    let second = bench.open(V1);
    bench.line = first;
    bench.sale(2355);
    bench.pass(10);
    assert_eq!(bench.received_on(second).len(), 0);
    bench.line = second;
    bench.say(&json!({ "jsonrpc": "2.0", "id": 1, "result": { "accepted": false } }).to_string());
    assert_eq!(bench.booked().len(), 1);
}

#[test]
fn a_till_that_is_gone_does_not_sign() {
    let (mut bench, _) = waiting(Options::default());
    bench.close();
    bench.open(V1);
    assert_eq!(bench.status(), "BUSY");
    bench.pass(90);
    assert_eq!(bench.duplicate()["transactionResult"], "SUCCESSFUL");
}

#[test]
fn random_ids_are_texts() {
    let (mut bench, sale) = waiting(Options { random_ids: true, ..Options::default() });
    assert!(bench.question().unwrap()["id"].as_str().is_some_and(|id| id.len() == 12));
    bench.sign(true);
    bench.pass(5);
    assert_eq!(bench.result(sale)["transactionResult"], json!("SUCCESSFUL") as Value);
}
