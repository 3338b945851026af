//! Totals, sessions and reports (4.13); what survives a power cut.

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::simulator::{Simulator, SimulatorInput};

fn reported(bench: &mut Bench, method: &str) -> Value {
    let id = bench.ask(method, json!({ "tid": TID }));
    bench.pass(5);
    bench.result(id)
}

/// A sale with tip, one with cashback, a refund, a decline.
fn traded() -> Bench {
    let mut bench = Bench::ready();
    bench.sold(2357);
    let cashback = bench.ask("sale", json!({ "tid": TID, "currency": "GBP", "amount": 1000, "amountCashback": 500 }));
    bench.pass(20);
    bench.result(cashback);
    bench.ask("refund", sale(TID, 940));
    bench.pass(20);
    bench.sold(2351);
    bench
}

#[test]
fn an_x_balance_counts_and_changes_nothing() {
    let mut bench = traded();
    let first = reported(&mut bench, "reportXBalance");
    assert_eq!((&first["reportType"], &first["reportResult"]), (&json!("X_BALANCE"), &json!("COMPLETE")));
    let balances = &first["balances"];
    for (name, value) in [
        ("totalSalesAmount", 2592 + 1500),
        ("totalSalesCount", 2),
        ("totalRefundsAmount", 940),
        ("totalRefundsCount", 1),
        ("totalAmount", 2592 + 1500 - 940),
        ("totalCashbackAmount", 500),
        ("totalCashbackCount", 1),
        ("totalGratuityAmount", 235),
        ("totalGratuityCount", 1),
    ] {
        assert_eq!(balances[name], value, "{name}");
    }
    assert_eq!(balances["totalsSince"], "INSTALLATION");
    let issuers = balances["issuerTotals"].as_object().unwrap();
    let sum: i64 = issuers.values().map(|totals| totals["totalAmount"].as_i64().unwrap()).sum();
    assert_eq!(balances["totalAmount"], sum);
    assert_eq!(first.get("banking"), None);
    assert_eq!(reported(&mut bench, "reportXBalance")["balances"], *balances);
}

#[test]
fn a_z_balance_begins_anew_and_leaves_the_session() {
    let mut bench = traded();
    let first = reported(&mut bench, "reportZBalance");
    assert_eq!(first["balances"]["totalSalesCount"], 2);
    let second = reported(&mut bench, "reportZBalance");
    assert_eq!(second["balances"]["totalSalesCount"], 0);
    assert_eq!(second["balances"]["totalsSince"], first["reportTime"]);
    let banking = reported(&mut bench, "reportBanking");
    assert_eq!(banking.get("balances"), None);
    let acquirer = banking["banking"].as_object().unwrap().values().next().unwrap();
    assert_eq!(acquirer["currentSessionTotals"]["totalSalesCount"], 2);
    assert_eq!(acquirer["currentSessionTransactionNumbers"], json!(["0001", "0004"]));
    assert_eq!(acquirer["previousSessionTransactionNumbers"], json!(["0000", "0000"]));
    assert_eq!(bench.sold(1000)["transactionNumber"], "0005");
}

#[test]
fn an_end_of_day_opens_a_session_in_which_numbers_begin_anew() {
    let mut bench = traded();
    let day = reported(&mut bench, "reportEndOfDay");
    assert_eq!(day["balances"]["totalSalesCount"], 2);
    let acquirer = |report: &Value| report["banking"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(acquirer(&day)["currentSessionTransactionNumbers"], json!(["0001", "0004"]));
    assert_eq!(bench.sold(1000)["transactionNumber"], "0001");
    let next = reported(&mut bench, "reportEndOfDay");
    assert_eq!(next["balances"]["totalSalesAmount"], 1000);
    assert_eq!(acquirer(&next)["currentSessionTransactionNumbers"], json!(["0001", "0001"]));
    assert_eq!(acquirer(&next)["previousSessionTotals"]["totalSalesCount"], 2);
}

#[test]
fn a_report_is_read_by_the_codec_and_its_lines_fit_the_paper() {
    let mut bench = traded();
    for method in ["reportXBalance", "reportZBalance", "reportBanking", "reportEndOfDay"] {
        let report = crate::protocols::connect::codec::report(&reported(&mut bench, method)).unwrap();
        assert!(report.lines.len() > 8);
        for line in &report.lines {
            assert!(line.value.chars().count() <= 24, "{method}: {}", line.value);
        }
    }
}

#[test]
fn a_terminal_that_reports_is_busy_and_says_when_it_begins_and_ends() {
    let mut bench = Bench::ready();
    let id = bench.ask("reportEndOfDay", json!({ "tid": TID }));
    assert_eq!(bench.status(), "BUSY");
    let cancel = bench.cancel();
    assert_eq!(bench.error(cancel), -32003);
    assert_eq!(bench.refusal("reportXBalance", json!({ "tid": TID })), -32002);
    bench.pass(5);
    assert_eq!(bench.shown(), ["REPORT_STARTED", "REPORT_FINISHED"]);
    assert_eq!(bench.result(id)["tid"], TID);
}

#[test]
fn what_was_reversed_is_counted_no_more() {
    let mut bench = Bench::ready();
    bench.sold(2390);
    let balances = reported(&mut bench, "reportXBalance")["balances"].clone();
    assert_eq!((&balances["totalSalesAmount"], &balances["totalSalesCount"]), (&json!(0), &json!(0)));
}

#[test]
fn a_preauth_is_completed_once_with_its_own_card() {
    let mut bench = Bench::ready();
    let reserve = bench.ask("preAuth", sale(TID, 15_000));
    bench.pass(20);
    let reserved = bench.result(reserve);
    assert_eq!(reserved["transactionType"], "PRE_AUTH");
    let code = reserved["authCode"].clone();
    let completion = |amount: i64, total: i64, code: &Value| json!({ "tid": TID, "currency": "GBP", "amount": amount, "authCode": code, "amountPreAuthorisedTotal": total });
    let mut told = |params: Value| {
        let id = bench.ask("completion", params);
        bench.pass(20);
        bench.result(id)
    };
    for declined in [
        completion(11_800, 15_000, &json!("NONE00")),
        completion(15_100, 15_000, &code),
        completion(11_800, 11_800, &code),
    ] {
        let result = told(declined);
        assert_eq!(result["transactionResult"], "DECLINED");
        assert!(result["userMessage"].is_string());
    }
    let completed = told(completion(11_800, 15_000, &code));
    assert_eq!(completed["transactionResult"], "SUCCESSFUL");
    assert_eq!(completed["primaryAccountNumber"], reserved["primaryAccountNumber"]);
    assert_eq!(told(completion(11_800, 15_000, &code))["transactionResult"], "DECLINED");
    assert_eq!(bench.booked(), [approved(15_000, Operation::Preauth), approved(11_800, Operation::Capture)]);
    let balances = reported(&mut bench, "reportXBalance")["balances"].clone();
    assert_eq!(balances["totalSalesAmount"], 11_800);
}

#[test]
fn a_preauth_can_be_completed_after_a_power_cut() {
    let mut bench = Bench::ready();
    let reserve = bench.ask("preAuth", sale(TID, 15_000));
    bench.pass(20);
    let code = bench.result(reserve)["authCode"].clone();
    let mut again = bench.restarted();
    let params = json!({ "tid": TID, "currency": "GBP", "amount": 15_000, "authCode": code, "amountPreAuthorisedTotal": 15_000 });
    let id = again.ask("completion", params);
    again.pass(20);
    assert_eq!(again.result(id)["transactionResult"], "SUCCESSFUL");
}

#[test]
fn transactions_totals_and_numbers_survive_a_power_cut() {
    let mut bench = traded();
    let last = bench.duplicate();
    let balances = reported(&mut bench, "reportXBalance")["balances"].clone();
    let mut again = bench.restarted();
    assert_eq!(again.duplicate(), last);
    assert_eq!(reported(&mut again, "reportXBalance")["balances"], balances);
    let next = again.sold(1000);
    assert_eq!(next["transactionNumber"], "0005");
    let used: Vec<_> = bench.ledger.iter().map(|entry| json!(entry.terminal_reference)).collect();
    assert!(!used.contains(&next["transactionId"]));
}

#[test]
fn a_power_cut_before_the_approval_takes_no_money() {
    let mut bench = Bench::ready();
    bench.sale(2300);
    bench.pass(2);
    bench.step(SimulatorInput::PowerCut);
    assert_eq!(bench.end_of(bench.line), Some(End::Cut));
    assert_eq!(bench.cloud.deadline(), None);
    bench.pass(20);
    assert_eq!(bench.booked(), []);
    bench.open(V1);
    assert_eq!(bench.status(), "AVAILABLE");
    assert_eq!(bench.refusal("duplicate", json!({ "tid": TID })), -32006);
}

#[test]
fn what_was_approved_is_known_after_a_power_cut_before_the_response() {
    let mut bench = Bench::ready();
    let id = bench.sale(2300);
    while bench.ledger.is_empty() {
        bench.pass_millis(100);
    }
    assert_eq!(bench.answers(id).len(), 0);
    bench.step(SimulatorInput::PowerCut);
    let mut again = bench.restarted();
    assert_eq!(again.duplicate()["amountTotal"], 2300);
}

#[test]
fn the_ledger_is_written_before_any_byte_says_so() {
    for amount in [2300, 2351, 2390, 2395] {
        let mut bench = Bench::ready();
        bench.sale(amount);
        bench.pass(20);
        let place = |what: &str| bench.order.iter().position(|entry| entry == what);
        if let Some(approved) = place("APPROVED") {
            assert!(place("ledger").unwrap() < approved, "{amount}");
        }
    }
}

#[test]
fn an_unreadable_memory_is_an_empty_one() {
    let mut bench = Bench::with(
        "GBP",
        1,
        Some(json!({ "terminals": 7 })),
        crate::protocols::connect::simulator::Options::default(),
    );
    bench.open(V1);
    assert_eq!(bench.sold(1000)["transactionNumber"], "0001");
}

#[test]
fn virtual_terminals_beyond_what_can_be_remembered_are_unavailable_and_those_on_the_list_never() {
    let mut bench = Bench::ready();
    for number in 0..64 {
        bench.ask("sale", sale(&format!("VCM{number:04}SIP0"), 100));
        bench.pass(20);
    }
    assert_eq!(bench.refusal("sale", sale("VCMMORESIP0", 100)), -32001);
    assert!(bench.sold(1000)["tid"].is_string());
}

#[test]
fn a_preauth_whose_completion_was_reversed_can_be_completed_again() {
    let mut bench = Bench::ready();
    let reserve = bench.ask("preAuth", sale(TID, 15_000));
    bench.pass(20);
    let code = bench.result(reserve)["authCode"].clone();
    let mut completed = |amount: i64| {
        let mut params = sale(TID, amount);
        params["authCode"] = code.clone();
        params["amountPreAuthorisedTotal"] = json!(15_000);
        let id = bench.ask("completion", params);
        bench.pass(20);
        bench.result(id)["transactionResult"].clone()
    };
    assert_eq!([completed(11_890), completed(11_800)], ["VOID", "SUCCESSFUL"]);
    assert_eq!(bench.booked().len(), 4);
}
