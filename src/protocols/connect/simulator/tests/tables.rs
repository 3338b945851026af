//! Machines at the tables, and what they dislike (6, 8.7). Their whole stories stand beside the driver (`connect/tables`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bench::*;
use crate::protocols::connect::simulator::Options;
use crate::protocols::simulator::{Line, Simulator, SimulatorInput};

const TABLES: &str = "/pat?token=k&api-version=v1&software-house-id=LUMEN07&installer-id=LUMEN07";

fn open(options: &[(&str, &str)]) -> Bench {
    let words: BTreeMap<String, String> =
        options.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect();
    let mut bench = Bench::with("GBP", 1, None, Options::chosen(&words));
    bench.open(TABLES);
    bench
}

/// The newest question, after some time.
fn asked(bench: &mut Bench, method: &str) -> Value {
    for _ in 0..100 {
        if let Some(question) = bench.question().filter(|question| question["method"] == method) {
            return question;
        }
        bench.pass_millis(100);
    }
    panic!("{method} was not asked: {:?}", bench.received());
}

fn answer(bench: &mut Bench, question: &Value, result: &Value) {
    bench.say(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }).to_string());
}

/// The machine has this table.
fn locked(bench: &mut Bench, table: &str, due: i64) {
    let list = asked(bench, "tableListRequest");
    answer(bench, &list, &json!({ "tables": [table], "currency": "GBP" }));
    let lock = asked(bench, "tableLockRequest");
    assert_eq!(lock["params"], json!({ "tid": "70031204", "tableId": table }));
    answer(bench, &lock, &json!({ "confirmed": true, "amount": due, "currency": "GBP" }));
}

#[test]
fn a_machine_asks_a_second_after_a_till_has_come_and_again_while_there_is_nothing() {
    let mut bench = open(&[]);
    bench.pass_millis(999);
    assert!(bench.received().is_empty());
    bench.pass_millis(1);
    let question = bench.question().unwrap();
    assert_eq!((&question["method"], &question["params"]), (&json!("tableListRequest"), &json!({ "tid": "70031204" })));
    for _ in 0..5 {
        let list = bench.question().unwrap();
        answer(&mut bench, &list, &json!({ "tables": [] }));
        bench.pass(7);
    }
    assert!(bench.received().len() > 4);
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn nobody_asks_while_there_is_no_till_for_the_tables() {
    let mut bench = Bench::ready();
    bench.pass(3_600);
    assert!(bench.received().is_empty());
    assert_eq!(bench.cloud.deadline(), None);
}

#[test]
fn the_whole_visit_is_in_the_references_words() {
    let mut bench = open(&[]);
    locked(&mut bench, "12", 6_400);
    let bill = asked(&mut bench, "posReceiptRequest");
    answer(&mut bench, &bill, &json!({ "receiptLines": [{ "type": "TEXT", "format": ["BOLD"], "value": "x" }] }));
    let told = asked(&mut bench, "transactionResponse");
    assert_eq!(bench.ledger.len(), 1, "the card was charged before anybody hears of it");
    let entry = &bench.ledger[0];
    assert_eq!((entry.amount_minor, &*entry.till_reference), (6_400, "12"));
    let params = &told["params"];
    assert_eq!(
        (&params["tableId"], &params["amountPaid"], &params["currency"]),
        (&json!("12"), &json!(6_400), &json!("GBP"))
    );
    let payment = &params["payments"][0];
    assert_eq!(payment["paymentId"], *entry.terminal_reference);
    assert_eq!((&payment["amountPaid"], &payment["transactionResult"]), (&json!(6_400), &json!("SUCCESSFUL")));
    assert!(payment["primaryAccountNumber"].as_str().unwrap().starts_with("************"));
    answer(&mut bench, &told, &json!({ "accepted": true }));
    bench.pass(1);
    let last = bench.received().last().unwrap();
    assert_eq!((&last["method"], last.get("id")), (&json!("tableUnlock"), None));
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn an_answer_that_does_not_come_is_complained_of_after_ten_seconds_and_one_that_comes_then_is_late() {
    let mut bench = open(&[]);
    let list = asked(&mut bench, "tableListRequest");
    bench.pass_millis(9_900);
    assert_eq!(bench.complaints, [""; 0]);
    bench.pass(1);
    assert_eq!(bench.complaints, ["tableListRequest was not answered within 10 s"]);
    answer(&mut bench, &list, &json!({ "tables": [] }));
    assert_eq!(bench.complaints.len(), 2);
    bench.pass(8);
    let list = asked(&mut bench, "tableListRequest");
    answer(&mut bench, &list, &json!({ "tables": [] }));
    answer(&mut bench, &list, &json!({ "tables": [] }));
    assert_eq!(bench.complaints.len(), 3, "{:?}", bench.complaints);
}

#[test]
fn what_is_wrong_with_an_answer_is_said() {
    for list in [
        json!({ "tables": ["12"] }),
        json!({ "tables": ["12", "12"], "currency": "GBP" }),
        json!({ "tables": ["the table by the window"], "currency": "GBP" }),
        json!({ "tables": [12], "currency": "GBP" }),
        json!([]),
    ] {
        let mut bench = open(&[]);
        let question = asked(&mut bench, "tableListRequest");
        answer(&mut bench, &question, &list);
        assert_eq!(bench.complaints.len(), 1, "{list}");
    }
    for lock in [
        json!({ "confirmed": true }),
        json!({ "confirmed": true, "amount": 6_480 }),
        json!({ "confirmed": true, "currency": "GBP" }),
        json!({ "confirmed": true, "amount": 64.8, "currency": "GBP" }),
        json!({ "confirmed": true, "amount": 6_480, "currency": "EUR" }),
        json!({ "confirmed": "yes" }),
    ] {
        let mut bench = open(&[]);
        let question = asked(&mut bench, "tableListRequest");
        answer(&mut bench, &question, &json!({ "tables": ["12"], "currency": "GBP" }));
        let question = asked(&mut bench, "tableLockRequest");
        answer(&mut bench, &question, &lock);
        assert_eq!(bench.complaints.len(), 1, "{lock}");
    }
    for print in [json!({}), json!({ "receiptLines": [{ "type": "BOX_VOID", "value": "" }] })] {
        let mut bench = open(&[]);
        locked(&mut bench, "12", 6_400);
        let question = asked(&mut bench, "posReceiptRequest");
        answer(&mut bench, &question, &print);
        assert_eq!(bench.complaints.len(), 1, "{print}");
    }
}

#[test]
fn a_list_that_offers_what_another_machine_has_is_complained_of() {
    let mut bench = open(&[("machines", "2")]);
    locked(&mut bench, "12", 6_400);
    let other = loop {
        match bench.question().filter(|question| question["params"]["tid"] == "70031212") {
            Some(question) => break question,
            None => bench.pass_millis(100),
        }
    };
    answer(&mut bench, &other, &json!({ "tables": ["12"], "currency": "GBP" }));
    assert_eq!(bench.complaints, ["a list offers a table that another machine has"]);
}

#[test]
fn the_newest_till_has_the_tables_and_the_older_one_is_told_so() {
    let mut bench = open(&[]);
    asked(&mut bench, "tableListRequest");
    let older = bench.line;
    bench.open(V1);
    assert_eq!(bench.end_of(older), None, "tills at the counter take nothing over");
    let newer = bench.open(TABLES);
    let farewell = bench.received_on(older).last().unwrap();
    assert_eq!((&farewell["id"], &farewell["error"]["code"]), (&Value::Null, &json!(-32_010)));
    assert_eq!(bench.end_of(older), Some(End::Closed));
    bench.pass(2);
    assert_eq!(bench.received_on(newer)[0]["method"], "tableListRequest");
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_till_for_the_tables_asks_nothing() {
    let mut bench = open(&[]);
    let id = bench.ask("connectedTerminals", json!({}));
    assert_eq!(bench.error(id), -32_601);
    assert_eq!(bench.complaints.len(), 1);
    // and one at the counter is asked nothing of theirs
    let mut bench = Bench::ready();
    assert!(bench.told("connectedTerminals", json!({})).is_array());
}

#[test]
fn a_mute_line_is_asked_nothing() {
    let words = BTreeMap::from([("mode".to_owned(), "mute".to_owned())]);
    let mut bench = Bench::with("GBP", 1, None, Options::chosen(&words));
    bench.open(&TABLES.replace("token=k", "token=wrong"));
    bench.pass(60);
    assert!(bench.is_admitted() && bench.received().is_empty());
}

#[test]
fn what_the_till_does_not_take_is_complained_of_and_not_told_again() {
    let mut bench = open(&[]);
    locked(&mut bench, "12", 6_400);
    let bill = asked(&mut bench, "posReceiptRequest");
    answer(&mut bench, &bill, &json!({ "receiptLines": [] }));
    let told = asked(&mut bench, "transactionResponse");
    bench.say(&json!({ "jsonrpc": "2.0", "id": told["id"], "error": { "code": -32_602, "message": "x" } }).to_string());
    assert_eq!(bench.complaints, ["what was taken was not accepted: x"]);
    asked(&mut bench, "tableListRequest");
    assert_eq!(bench.ledger.len(), 1);
}

#[test]
fn what_is_not_acknowledged_is_told_again_under_the_same_name() {
    let mut bench = open(&[]);
    locked(&mut bench, "12", 6_400);
    let bill = asked(&mut bench, "posReceiptRequest");
    answer(&mut bench, &bill, &json!({ "receiptLines": [] }));
    let first = asked(&mut bench, "transactionResponse");
    bench.step(SimulatorInput::Closed(bench.line));
    bench.open(TABLES);
    assert_ne!(bench.line, Line(1));
    bench.pass(2);
    let again = bench.question().unwrap();
    assert_eq!(again["params"], first["params"]);
    assert_eq!(bench.ledger.len(), 1);
}

#[test]
fn the_same_seed_asks_the_same() {
    let played = || {
        let mut bench = open(&[("machines", "2")]);
        for _ in 0..20 {
            if let Some(list) = bench.question().filter(|question| question["method"] == "tableListRequest") {
                answer(&mut bench, &list, &json!({ "tables": [] }));
            }
            bench.pass(3);
        }
        bench.received().to_vec()
    };
    assert_eq!(played(), played());
}
