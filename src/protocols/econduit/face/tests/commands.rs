use serde_json::{Value, json};

use super::bench::{SERIAL, dollars};
use super::*;
use crate::domain::{Operation, Task, Tender};

/// What is answered at once to a command.
fn answered(command: &str) -> Value {
    let mut bench = Bench::registered();
    bench.asks(command);
    assert!(bench.commissions.is_empty(), "{command}");
    bench.answer()
}

/// A sale with one member in place of the usual one; `null` leaves it empty.
fn sale_with(member: &str, value: Value) -> String {
    let mut command = json!({ "Command": "Sale", "TerminalID": SERIAL, "RefID": "a1-1", "Amount": "18.40",
        "InvoiceNumber": "117", "MerchantID": "", "Token": "", "ExpDate": "" });
    command[member] = value;
    command.to_string()
}

fn commissioned(command: &str) -> Task {
    let mut bench = Bench::registered();
    bench.asks(command);
    assert!(bench.sent.is_empty(), "{command}: {:?}", bench.sent);
    bench.task().1
}

fn pay(reference: &str, operation: Operation, minor: i64, tender: Option<Tender>) -> Task {
    let (reference, invoice) = (reference.to_owned(), Some("117".to_owned()));
    Task::Pay { reference, operation, amount: dollars(minor), tender, invoice }
}

#[test]
fn every_command_about_money_is_one_operation() {
    for (word, operation, tender) in [
        ("Sale", Operation::Sale, None),
        ("Refund", Operation::Refund, None),
        ("Auth", Operation::Preauth, None),
        ("Capture", Operation::Capture, None),
        ("Void", Operation::Void, None),
        ("TipAdjust", Operation::Tip, None),
        ("GiftSale", Operation::Sale, Some(Tender::Gift)),
        ("GiftRefund", Operation::Refund, Some(Tender::Gift)),
        ("GiftActivate", Operation::Activation, None),
        ("GiftAddValue", Operation::Reload, None),
        ("GiftVoid", Operation::Void, None),
    ] {
        let mut bench = Bench::registered();
        bench.asks_for(word, "a1-000117", "18.40");
        assert_eq!(bench.task().1, pay("a1-000117", operation, 1_840, tender), "{word}");
        assert!(bench.sent.is_empty());
    }
    for (word, operation) in [("GiftBalance", Operation::Balance), ("GiftDeactivate", Operation::Deactivation)] {
        for amount in ["0.00", "", "5.00"] {
            let mut bench = Bench::registered();
            bench.asks_for(word, "a1-1", amount);
            assert_eq!(bench.task().1, pay("a1-1", operation, 0, None), "{word}");
        }
    }
}

#[test]
fn what_is_not_about_a_payment_has_its_own_task() {
    let of = |word: &str| format!(r#"{{"Command":"{word}","TerminalID":"{SERIAL}","RefID":"a1-1"}}"#);
    assert_eq!(commissioned(&of("CloseBatch")), Task::CloseDay);
    let status = |operation| Task::Status { reference: "a1-1".to_owned(), operation };
    assert_eq!(commissioned(&of("CheckStatus")), status(None));
    for (kind, operation) in [("Void", Operation::Void), ("auth", Operation::Preauth), ("GiftSale", Operation::Sale)] {
        let asked = of("CheckStatus").replace('}', &format!(r#","TransType":"{kind}"}}"#));
        assert_eq!(commissioned(&asked), status(Some(operation)));
    }
}

#[test]
fn numbers_and_texts_that_say_the_same_clearly_are_taken() {
    for (member, value) in [("Amount", json!(18.40)), ("TerminalID", json!(77_031_594)), ("Token", json!(null))] {
        let command = sale_with(member, value).replace("18.4,", "18.40,");
        assert_eq!(commissioned(&command), pay("a1-1", Operation::Sale, 1_840, None), "{command}");
    }
    assert_eq!(commissioned(&sale_with("RefID", json!(17))), pay("17", Operation::Sale, 1_840, None));
}

#[test]
fn an_amount_that_is_not_clear_or_not_positive_moves_nothing() {
    let unclear =
        ["", "1840", "18.4", "18,40", "18.400", "0.00", "-18.40", "1.84e1", "18.40 USD", "99999999999999999.99"];
    let texts = unclear.iter().map(|text| json!(text));
    for amount in texts.chain([json!(1840), json!(null), json!(["18.40"]), json!(true), json!(18.4)]) {
        let told = answered(&sale_with("Amount", amount.clone()));
        assert_eq!((&told["Message"], &told["ResultCode"]), (&json!("Invalid amount"), &json!("Error")), "{amount}");
        assert_eq!((&told["ResultFinal"], &told["RefID"]), (&json!(true), &json!("a1-1")));
    }
}

#[test]
fn what_could_not_be_asked_about_later_is_not_begun() {
    let long = "a".repeat(33);
    for reference in [json!(""), json!(null), json!(long), json!("a1_1"), json!("å"), json!("a 1"), json!(["a1"])] {
        let told = answered_or_ignored(&sale_with("RefID", reference.clone()));
        let Some(told) = told else { continue };
        assert_eq!((&told["Message"], &told["ResultFinal"]), (&json!("Invalid RefID"), &json!(true)), "{reference}");
    }
    assert_eq!(answered(&sale_with("RefID", json!("4111111111111111")))["Message"], "Invalid RefID");
    commissioned(&sale_with("RefID", json!("a".repeat(32))));
}

/// A RefID that is no text at all makes the whole message unreadable.
fn answered_or_ignored(command: &str) -> Option<Value> {
    let mut bench = Bench::registered();
    bench.asks(command);
    assert!(bench.commissions.is_empty(), "{command}");
    if bench.sent.is_empty() {
        assert_eq!(bench.alarms, ["explain-face-unreadable"]);
        return None;
    }
    Some(bench.answer())
}

#[test]
fn a_card_that_is_not_here_is_not_asked_for_at_the_counter() {
    assert_eq!(answered(&sale_with("Token", json!("tok-1")))["Message"], "Not supported");
}

#[test]
fn a_command_for_another_terminal_is_answered_with_an_error_and_nothing_is_done() {
    for id in [json!("77031595"), json!(""), json!(null), json!(" 7703 1594")] {
        let told = answered(&sale_with("TerminalID", id));
        assert_eq!((&told["Message"], &told["ResultFinal"]), (&json!("Wrong TerminalID"), &json!(true)));
        assert_eq!((&told["TerminalID"], &told["RefID"]), (&json!(SERIAL), &json!("a1-1")));
    }
}

#[test]
fn unknown_commands_and_what_a_till_cannot_do_are_answered_with_errors() {
    for word in ["Steal", "sale", "SALE", "Register"] {
        let told = answered(&sale_with("Command", json!(word)));
        assert_eq!((&told["Message"], &told["ResultCode"]), (&json!("Unknown command"), &json!("Error")), "{word}");
    }
    for word in ["GetSignature", "GetSwipe", "GetUserInput", "GetUserSelection", "ShowLineItems", "ShowUrl"] {
        assert_eq!(answered(&sale_with("Command", json!(word)))["Message"], "Not supported", "{word}");
    }
    for word in ["GetTerminalConfiguration", "SetTerminalConfiguration"] {
        assert_eq!(answered(&sale_with("Command", json!(word)))["Message"], "Not supported", "{word}");
    }
    let features = answered(&format!(r#"{{"Command":"GetTerminalFeatures","TerminalID":"{SERIAL}","RefID":"C1"}}"#));
    assert_eq!((&features["ResultCode"], &features["Features"]), (&json!("Success"), &json!([])));
    // what is not about money is known again by its RefID as well
    assert_eq!(features["RefID"], json!("C1"));
    assert_eq!(answered(&sale_with("Command", json!("GetUserInput")))["RefID"], json!("a1-1"));
}

#[test]
fn a_flood_of_what_cannot_be_read_is_one_alarm_a_minute_and_ends_nothing() {
    let mut bench = Bench::registered();
    for junk in ["<html>Service Unavailable</html>", "{", "[]", r#"{"Command":["Sale"]}"#, "OK-REGISTRATION", "{}"] {
        (0..50).for_each(|_| bench.asks(junk));
    }
    assert_eq!(bench.alarms, ["explain-face-unreadable"]);
    assert!(bench.is_online() && bench.sent.is_empty() && bench.commissions.is_empty());
    bench.asks_for("Sale", "a1-1", "18.40");
    assert_eq!(bench.commissions.len(), 1);
    bench.pass(std::time::Duration::from_secs(60));
    bench.asks("<html>");
    assert_eq!(bench.alarms.len(), 2);
}

#[test]
fn a_message_that_says_two_things_at_once_is_not_believed() {
    let twice = sale_with("RefID", json!("a1-1")).replace(r#""Amount""#, r#""Amount":"99.00","amount""#);
    assert_eq!(answered(&twice)["Message"], "Invalid amount");
}
