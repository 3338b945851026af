//! What is refused, and what a lenient cloud forgives (3.2, 3.4, 4, 8.1).

use serde_json::{Value, json};

use super::bench::*;
use crate::protocols::connect::simulator::{Mode, Options};

fn lenient() -> Bench {
    Bench::set_up(Options { mode: Mode::Lenient, ..Options::default() })
}

/// Code and id of the answer to these bytes.
fn answered(bench: &mut Bench, bytes: &str) -> (Value, Value) {
    bench.pass_millis(100);
    bench.say(bytes);
    let answer = bench.received().last().unwrap().clone();
    (answer["error"]["code"].clone(), answer["id"].clone())
}

#[test]
fn what_is_no_request_of_json_rpc_is_refused() {
    for (bytes, code, id) in [
        ("{", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        ("7", -32600, Value::Null),
        (r#"{"id":5}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":7}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"sale","params":[1]}"#, -32602, json!(5)),
        (r#"{"jsonrpc":"1.0","id":5,"method":"connectedTerminals"}"#, -32600, json!(5)),
        (r#"{"id":5,"method":"connectedTerminals"}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"connectedTerminals","x":1}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":0,"method":"connectedTerminals"}"#, -32600, json!(0)),
        (r#"{"jsonrpc":"2.0","id":1000000,"method":"connectedTerminals"}"#, -32600, json!(1_000_000)),
        (r#"{"jsonrpc":"2.0","id":"5","method":"connectedTerminals"}"#, -32600, json!("5")),
        (r#"{"jsonrpc":"2.0","id":5.5,"method":"connectedTerminals"}"#, -32600, json!(5.5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"pour"}"#, -32601, json!(5)),
    ] {
        let mut bench = Bench::ready();
        assert_eq!(answered(&mut bench, bytes), (json!(code), id), "{bytes}");
        assert_eq!(bench.complaints.len(), 1, "{bytes}");
    }
}

#[test]
fn params_may_be_left_out_where_there_are_none() {
    let mut bench = Bench::ready();
    bench.say(r#"{"jsonrpc":"2.0","id":11,"method":"connectedTerminals"}"#);
    assert!(bench.result(11).is_array());
}

#[test]
fn a_request_without_an_id_is_disliked_and_not_answered() {
    let mut bench = Bench::ready();
    bench.say(r#"{"jsonrpc":"2.0","method":"connectedTerminals"}"#);
    assert_eq!((bench.received().len(), bench.complaints.len()), (0, 1));
}

#[test]
fn what_no_message_can_be_breaks_the_line() {
    let mut bench = Bench::ready();
    bench.say(&" ".repeat(1024 * 1024 + 1));
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
}

#[test]
fn an_id_in_flight_is_refused_under_no_id_at_all() {
    let mut bench = Bench::ready();
    let id = bench.sale(2300);
    let request = json!({ "jsonrpc": "2.0", "id": id, "method": "connectedTerminals" }).to_string();
    assert_eq!(answered(&mut bench, &request), (json!(-32600), Value::Null));
    bench.pass(20);
    assert_eq!(bench.result(id)["transactionResult"], "SUCCESSFUL");
    bench.say(&request);
    assert_eq!(bench.answers(id).len(), 2);
}

#[test]
fn parameters_are_held_to_the_reference() {
    for (method, params) in [
        ("sale", json!({ "currency": "GBP", "amount": 100 })),
        ("sale", json!({ "tid": TID, "amount": 100 })),
        ("sale", json!({ "tid": TID, "currency": "GBP" })),
        ("sale", json!({ "tid": 70_031_188, "currency": "GBP", "amount": 100 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 0 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": -1 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100_000_000 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 12.5 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 1.0 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": "100" })),
        ("sale", json!({ "tid": TID, "currency": "EUR", "amount": 100 })),
        ("sale", json!({ "tid": TID, "currency": "gbp", "amount": 100 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100, "amountCashback": 10_001 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100, "amountGratuity": 1 })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100, "authCode": "A" })),
        ("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100, "cardholderNotPresent": "yes" })),
        ("refund", json!({ "tid": TID, "currency": "GBP", "amount": 100, "amountCashback": 1 })),
        ("preAuth", json!({ "tid": TID, "currency": "GBP", "amount": 100, "amountPreAuthorisedTotal": 100 })),
        ("completion", json!({ "tid": TID, "currency": "GBP", "amount": 100, "authCode": "A" })),
        ("completion", json!({ "tid": TID, "currency": "GBP", "amount": 100, "amountPreAuthorisedTotal": 100 })),
        ("accountVerification", json!({ "tid": TID, "currency": "GBP", "amount": 100 })),
        ("accountVerification", json!({ "tid": TID })),
        ("duplicate", json!({ "tid": TID, "amount": 100 })),
        ("duplicate", json!({ "tid": TID, "cardholderNotPresent": false })),
        ("cancelTransaction", json!({})),
        ("cancelTransaction", json!({ "tid": TID, "id": 4 })),
        ("reportXBalance", json!({ "tid": TID, "currency": "GBP" })),
        ("connectedTerminals", json!({ "status": "OFFLINE" })),
        ("connectedTerminals", json!({ "capabilities": [] })),
        ("terminalDetails", json!({ "tpi": TID })),
    ] {
        let mut bench = Bench::ready();
        assert_eq!(bench.refusal(method, params.clone()), -32602, "{method} {params}");
        assert_eq!(bench.complaints.len(), 1);
        assert_eq!(bench.status(), "AVAILABLE");
    }
}

#[test]
fn the_limits_themselves_are_taken() {
    let mut bench = Bench::ready();
    for params in [
        json!({ "tid": TID, "currency": "GBP", "amount": 99_999_900, "amountCashback": 10_000 }),
        json!({ "tid": TID, "currency": "GBP", "amount": 1, "amountCashback": 0, "cardholderNotPresent": false }),
    ] {
        let id = bench.ask("sale", params);
        bench.pass(20);
        assert_eq!(bench.result(id)["transactionResult"], "SUCCESSFUL");
    }
    bench.told("duplicate", json!({ "tid": TID, "currency": "GBP" }));
}

#[test]
fn each_version_has_its_methods() {
    let mut bench = Bench::ready();
    assert_eq!(bench.refusal("terminalsDetails", json!({ "tpis": [TID] })), -32601);
    assert_eq!(bench.refusal("tableListRequest", json!({})), -32601);
    bench.open(V0);
    for method in ["preAuth", "completion", "accountVerification", "terminalDetails"] {
        assert_eq!(bench.refusal(method, json!({ "tpi": TID })), -32601, "{method}");
    }
    for extra in ["amountCashback", "cardholderNotPresent", "tid"] {
        let mut params = json!({ "tpi": TID, "currency": "GBP", "amount": 100 });
        params[extra] = json!(1);
        assert_eq!(bench.refusal("sale", params), -32602, "{extra}");
    }
    for tpis in [json!(TID), json!([1])] {
        assert_eq!(bench.refusal("terminalsDetails", json!({ "tpis": tpis })), -32602);
    }
}

#[test]
fn haste_is_refused_but_not_that_of_a_cancel() {
    let mut bench = Bench::ready();
    let sale = bench.sale(2370);
    let cancel = bench.ask_at_once("cancelTransaction", json!({ "tid": TID }));
    assert_eq!(bench.result(cancel), json!({ "cancelling": true }));
    bench.pass_millis(50);
    let hasty = bench.ask_at_once("connectedTerminals", json!({}));
    assert_eq!(bench.error(hasty), -32005);
    bench.pass_millis(50);
    let timely = bench.ask_at_once("connectedTerminals", json!({}));
    assert!(bench.result(timely).is_array());
    bench.pass(2);
    assert_eq!(bench.result(sale)["transactionResult"], "CANCELLED");
}

#[test]
fn another_line_has_its_own_time() {
    let mut bench = Bench::ready();
    bench.told("connectedTerminals", json!({}));
    bench.open(V1);
    let id = bench.ask_at_once("connectedTerminals", json!({}));
    assert!(bench.result(id).is_array());
}

#[test]
fn a_lenient_cloud_forgives_ids_strangers_and_haste() {
    let mut bench = lenient();
    bench.say(r#"{"id":"a","method":"connectedTerminals","params":{"colour":"red"},"x":1}"#);
    bench.say(r#"{"jsonrpc":"2.0","id":7000000,"method":"connectedTerminals"}"#);
    let ids: Vec<_> = bench.received().iter().map(|message| message["id"].clone()).collect();
    assert_eq!(ids, [json!("a"), json!(7_000_000)]);
    assert!(bench.received().iter().all(|message| message["result"].is_array()));
    let params = json!({ "tid": TID, "currency": "GBP", "amount": 2300, "amountGratuity": 9 });
    let id = bench.ask_at_once("sale", params);
    bench.pass(20);
    assert_eq!(bench.result(id)["amountTotal"], 2300);
    let amount = json!({ "tid": TID, "currency": "GBP", "amount": "2300" });
    assert_eq!(bench.refusal("sale", amount), -32602);
}

#[test]
fn a_complaint_shows_no_card_number() {
    let mut bench = Bench::ready();
    bench.refusal("sale", json!({ "tid": TID, "currency": "GBP", "amount": 100, "4111111111111111": 1 }));
    bench.refusal("4111111111111111", json!({}));
    assert_eq!(bench.complaints.len(), 2);
    assert!(!bench.complaints.iter().any(|text| text.contains("4111111111111111")), "{:?}", bench.complaints);
}

#[test]
fn a_complaint_is_short_whatever_the_till_sends() {
    let mut bench = Bench::ready();
    bench.refusal(&"m".repeat(10_000), json!({}));
    bench.refusal("sale", json!({ "n".repeat(10_000): 1 }));
    bench.open(V0);
    assert_eq!(bench.refusal("terminalsDetails", json!({ "tpis": vec![TID; 101] })), -32602);
    assert!(bench.complaints.iter().all(|text| text.len() < 300));
}
