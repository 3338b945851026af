//! Lists, bills, ids, and what nobody understands (3.2, 3.5, 6.0 to 6.3, 6.7).

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::{Currency, Fulfilment, PrintedLine, TableAnswer, TableAsker, TableTask};
use crate::protocols::driver::LossCause;

fn tables(names: &[&str]) -> Fulfilment {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Fulfilment::AtTable(TableAnswer::Tables(names, Currency::GBP))
}

#[test]
fn the_tables_are_listed_as_the_till_says_and_in_the_references_words() {
    let mut bench = Bench::ready();
    bench.list(501);
    assert!(bench.says_nothing());
    let task = bench.does(tables(&["4", "12", "BAR 2"]));
    let asker = TableAsker { machine: TID.to_owned(), waiter: Some("7".to_owned()) };
    assert_eq!(task, TableTask::List { asker });
    let expected =
        json!({ "jsonrpc": "2.0", "id": 501, "result": { "tables": ["4", "12", "BAR 2"], "currency": "GBP" } });
    assert_eq!(bench.said(), expected);
    bench.list(502);
    bench.does(tables(&[]));
    assert_eq!(bench.said()["result"], json!({ "tables": [] }));
}

#[test]
fn an_id_is_given_back_with_the_type_it_came_with_and_ids_may_collide() {
    let mut bench = Bench::ready();
    let ids = [json!(1), json!("1"), json!(1), json!("a-7"), json!(1.5), json!(-3), json!({ "n": 1 })];
    for id in &ids {
        bench.asks(id, "tableListRequest", &json!({}));
    }
    let asked: Vec<_> = bench.commissions.drain(..).map(|commission| commission.id).collect();
    assert_eq!(asked.len(), ids.len());
    // in whatever order the till answers
    for (place, id) in asked.iter().enumerate().rev() {
        bench.fulfils(*id, tables(&[&place.to_string()]));
    }
    for (place, id) in ids.iter().enumerate().rev() {
        let said = bench.sent.remove(0).0;
        assert_eq!((&said["id"], &said["result"]["tables"]), (id, &json!([place.to_string()])));
    }
}

#[test]
fn a_machine_of_the_older_interface_is_known_by_its_older_name() {
    let mut bench = Bench::ready();
    bench.asks(&json!(1), "TABLELISTREQUEST", &json!({ "tpi": "22400017" }));
    let (_, task) = bench.task();
    assert_eq!(task, TableTask::List { asker: TableAsker { machine: "22400017".to_owned(), waiter: None } });
}

#[test]
fn every_question_is_answered_exactly_once() {
    let mut bench = Bench::ready();
    bench.list(1);
    let (id, _) = bench.task();
    bench.seconds(5);
    assert_eq!(bench.said()["result"]["tables"], json!([]));
    bench.fulfils(id, tables(&["4"]));
    bench.fulfils(id, tables(&["4"]));
    bench.seconds(60);
    assert!(bench.says_nothing());
}

#[test]
fn what_has_no_id_is_not_answered() {
    let mut bench = Bench::ready();
    for method in
        ["tableListRequest", "tableLockRequest", "posReceiptRequest", "finalPOSReceiptRequest", "somethingElse"]
    {
        bench.tells(method, &json!({ "tid": TID, "tableId": "12" }));
        bench.hears(&json!({ "jsonrpc": "2.0", "id": null, "method": method, "params": { "tableId": "12" } }));
    }
    assert!(bench.says_nothing() && bench.commissions.is_empty());
}

#[test]
fn a_till_that_does_not_answer_keeps_no_machine_waiting_for_more_than_five_seconds() {
    let mut bench = Bench::ready();
    bench.list(1);
    bench.lock(2, "12");
    bench.asks(&json!(3), "posReceiptRequest", &json!({ "tableId": "12" }));
    bench.asks(&json!(4), "finalPosReceiptRequest", &json!({ "tableId": "12" }));
    bench.asks(&json!(5), "tableUnlock", &json!({ "tableId": "13" }));
    bench.pass(std::time::Duration::from_millis(4_999));
    assert!(bench.says_nothing());
    bench.pass(std::time::Duration::from_millis(1));
    let said: Vec<Value> = bench.sent.drain(..).map(|(said, _)| said).collect();
    assert_eq!(said.len(), 5);
    let of = |id: i64| said.iter().find(|said| said["id"] == id).unwrap();
    assert_eq!(of(1)["result"]["tables"], json!([]));
    assert_eq!(of(2)["result"]["confirmed"], false);
    assert!(of(2)["result"]["userMessage"].is_string());
    for receipt in [3, 4, 5] {
        assert_eq!(of(receipt)["error"]["code"], -32_603);
    }
}

#[test]
fn a_bill_is_printed_line_by_line() {
    let mut bench = Bench::ready();
    let text = |text: &str, bold, tall, centred| PrintedLine::Text { text: text.to_owned(), bold, tall, centred };
    bench.asks(&json!(505), "posReceiptRequest", &json!({ "tid": TID, "tableId": "12" }));
    let task = bench.does(Fulfilment::AtTable(TableAnswer::Printed(vec![
        text("Table 12", true, true, true),
        PrintedLine::Rule { double: false },
        PrintedLine::plain("2 x Plaice         37.00"),
        PrintedLine::Rule { double: true },
        PrintedLine::Barcode("T12-000981".to_owned()),
        PrintedLine::Feed,
    ])));
    assert_eq!(task, TableTask::Print { asker: asker(), table: "12".to_owned(), paid: false });
    let line = |kind: &str, format: &[&str], value: &str| json!({ "type": kind, "format": format, "value": value });
    assert_eq!(
        bench.said()["result"]["receiptLines"],
        json!([
            line("TEXT", &["BOLD", "DOUBLE_HEIGHT"], "        Table 12"),
            line("LINE_SEPARATOR_SINGLE", &[], ""),
            line("TEXT", &[], "2 x Plaice         37.00"),
            line("LINE_SEPARATOR_DOUBLE", &[], ""),
            line("BARCODE_CODE128", &[], "T12-000981"),
            line("TICKET_FEED", &[], ""),
        ])
    );
}

#[test]
fn both_spellings_of_the_final_receipt_ask_for_the_paid_bill() {
    let mut bench = Bench::ready();
    for (id, name) in [(1, "finalPOSReceiptRequest"), (2, "finalPosReceiptRequest")] {
        bench.asks(&json!(id), name, &json!({ "tid": TID, "tableId": "12" }));
        let task = bench.does(Fulfilment::AtTable(TableAnswer::Printed(Vec::new())));
        assert_eq!(task, TableTask::Print { asker: asker(), table: "12".to_owned(), paid: true });
        assert_eq!(bench.said()["id"], id);
    }
}

#[test]
fn what_the_till_refuses_is_told_in_its_own_words_with_the_profiles_codes() {
    let refused = |fulfilment: Fulfilment, method: &str| {
        let mut bench = Bench::ready();
        bench.asks(&json!(1), method, &json!({ "tid": TID, "tableId": "12" }));
        bench.does(fulfilment);
        bench.said()
    };
    let busy = || Fulfilment::Busy(why("Table 12 is being edited at till 1"));
    let said = refused(busy(), "tableLockRequest");
    assert_eq!(said["result"], json!({ "confirmed": false, "userMessage": "Table 12 is being edited at till 1" }));
    assert_eq!(refused(busy(), "posReceiptRequest")["error"]["userMessage"], "Table 12 is being edited at till 1");
    for (fulfilment, code) in [
        (Fulfilment::NotKnown, -32_020),
        (busy(), -32_021),
        (Fulfilment::Refused(why("")), -32_022),
        (Fulfilment::Unknown(why("")), -32_603),
    ] {
        assert_eq!(refused(fulfilment.clone(), "posReceiptRequest")["error"]["code"], code);
        let lock = refused(fulfilment.clone(), "tableLockRequest");
        assert_eq!(lock["result"]["confirmed"], false);
        assert!(!lock["result"]["userMessage"].as_str().unwrap().is_empty());
        let list = refused(fulfilment, "tableListRequest");
        assert!(list["result"]["tables"] == json!([]) || list["error"]["code"] == -32_023, "{list}");
    }
}

#[test]
fn an_answer_that_fits_no_question_is_none() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    bench.does(tables(&["12"]));
    assert_eq!(bench.said()["result"]["confirmed"], false);
    bench.list(2);
    bench.does(Fulfilment::PassedOn);
    assert_eq!(bench.said()["result"]["tables"], json!([]));
}

#[test]
fn more_questions_than_the_till_can_think_about_are_refused_at_once() {
    let mut bench = Bench::ready();
    (1..=8).for_each(|id| bench.list(id));
    assert!(bench.says_nothing());
    bench.list(9);
    assert_eq!(bench.said()["error"]["code"], -32_005);
    let (first, _) = { (bench.commissions[0].id, ()) };
    bench.fulfils(first, tables(&[]));
    bench.said();
    bench.list(10);
    assert!(bench.says_nothing());
    // nobody ever says what became of them
    bench.seconds(5);
    bench.sent.clear();
    for round in 0..20 {
        (0..8).for_each(|id| bench.list(100 + round * 8 + id));
        bench.seconds(5);
    }
    assert!(bench.commissions.len() <= 80, "{}", bench.commissions.len());
}

#[test]
fn methods_nobody_knows_are_refused_and_somebody_is_told() {
    let mut bench = Bench::ready();
    bench.asks(&json!(7), "loyaltyCardRequest", &json!({ "tid": TID }));
    assert_eq!(
        (bench.said()["error"]["code"].clone(), bench.alarm()),
        (json!(-32_601), "explain-table-unknown-method".into())
    );
    bench.asks(&json!(8), "loyaltyCardRequest", &json!({ "tid": TID }));
    assert_eq!(bench.said()["error"]["code"], -32_601);
    bench.tells("dailyTotals", &json!({}));
    assert!(bench.says_nothing());
    assert_eq!(bench.alarm(), "explain-table-unknown-method");
    bench.tells("dailyTotals", &json!({}));
    assert!(bench.alarms.is_empty());
}

#[test]
fn what_cannot_be_read_is_refused_under_its_id() {
    let mut bench = Bench::ready();
    for (message, code) in [
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "tableLockRequest", "params": ["12"] }), -32_602),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": 12 }), -32_600),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "tableLockRequest", "params": { "tid": TID } }), -32_602),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "posReceiptRequest" }), -32_602),
    ] {
        bench.hears(&message);
        let said = bench.said();
        assert_eq!((&said["id"], &said["error"]["code"]), (&json!(1), &json!(code)), "{message}");
    }
    for bytes in [&b"what?"[..], b"[]", b"{}", b"\xff\xfe", b"{\"id\":5}"] {
        bench.hears_bytes(bytes);
    }
    assert!(bench.says_nothing() && bench.commissions.is_empty());
    assert_eq!(bench.alarm(), "explain-tables-no-message");
}

#[test]
fn responses_to_nothing_are_ignored_and_errors_are_shown() {
    let mut bench = Bench::ready();
    bench.hears(&json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
    assert!(bench.notices.is_empty());
    bench.hears(
        &json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -1, "message": "x", "userMessage": "Call us" } }),
    );
    assert_eq!(bench.notices[0].detail.as_deref(), Some("Call us"));
    bench.tells("errorMessage", &json!({ "code": -2, "message": "Terminal unavailable" }));
    assert_eq!(bench.notices[1].detail.as_deref(), Some("Terminal unavailable"));
    assert!(bench.says_nothing() && bench.is_online());
}

#[test]
fn what_was_asked_on_one_line_is_answered_on_no_other() {
    let mut bench = Bench::ready();
    bench.list(1);
    let (id, _) = bench.task();
    bench.loses(LossCause::Broken, "reset");
    bench.seconds(2);
    bench.opens();
    bench.fulfils(id, tables(&["4"]));
    bench.seconds(10);
    assert!(bench.says_nothing());
}
