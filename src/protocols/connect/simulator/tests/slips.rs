//! Slips (4.10, 8.8).

use serde_json::{Value, json};

use super::bench::*;

fn lines(result: &Value, copy: &str) -> Vec<(String, String)> {
    let line = |line: &Value| (line["type"].as_str().unwrap().to_owned(), line["value"].as_str().unwrap().to_owned());
    result["receiptLines"][copy].as_array().unwrap().iter().map(line).collect()
}

fn has(lines: &[(String, String)], part: &str) -> bool {
    lines.iter().any(|(_, value)| value.contains(part))
}

#[test]
fn both_slips_say_what_was_paid_and_how() {
    let mut bench = Bench::ready();
    let result = bench.sold(2357);
    for copy in ["MERCHANT", "CUSTOMER"] {
        let lines = lines(&result, copy);
        let code = result["authCode"].as_str().unwrap();
        let number = result["primaryAccountNumber"].as_str().unwrap();
        for part in ["GBP 23.57", "GBP 2.35", "GBP 25.92", "PIN VERIFIED", copy, code, number] {
            assert!(has(&lines, part), "{copy}: {part}");
        }
        assert_eq!(lines.last().unwrap().0, "TICKET_FEED");
        assert!(has(&lines, result["applicationId"].as_str().unwrap()));
    }
}

#[test]
fn no_line_is_wider_than_the_paper() {
    for amount in [2300, 2351, 2355, 2357, 2380, 2390, 99_999_900] {
        let mut bench = Bench::ready();
        let params = json!({ "tid": TID, "currency": "GBP", "amount": amount, "amountCashback": 10_000 });
        let id = bench.ask("sale", params);
        bench.pass(120);
        for copy in ["MERCHANT", "CUSTOMER"] {
            for (_, value) in lines(&bench.result(id), copy) {
                assert!(value.chars().count() <= 24, "{value}");
            }
        }
    }
}

#[test]
fn a_decline_is_boxed_and_has_no_auth_code() {
    let mut bench = Bench::ready();
    let result = bench.sold(2351);
    let lines = lines(&result, "CUSTOMER");
    assert!(lines.iter().any(|(kind, _)| kind == "BOX_DECLINE"));
    assert!(!has(&lines, "AUTH CODE"));
    assert_eq!(result.get("authCode"), None);
}

#[test]
fn only_the_merchants_slip_has_a_line_to_sign_on() {
    let mut bench = Bench::ready();
    let id = bench.sale(2355);
    bench.pass(10);
    bench.sign(true);
    bench.pass(5);
    let result = bench.result(id);
    assert!(has(&lines(&result, "MERCHANT"), "SIGNATURE: ...") && !has(&lines(&result, "CUSTOMER"), "SIGNATURE: ..."));
}

#[test]
fn what_never_reached_the_bank_has_no_slips_and_no_number() {
    let mut bench = Bench::ready();
    for amount in [2353, 2369] {
        let result = bench.sold(amount);
        assert_eq!(result.get("receiptLines"), None);
        assert_eq!(result.get("transactionId"), None);
    }
}

#[test]
fn no_slip_and_no_memory_knows_when_a_card_expires() {
    let mut bench = Bench::ready();
    let result = bench.sold(2300);
    assert_eq!(result["dateOfExpiry"], "12/31");
    let memory = crate::protocols::simulator::Simulator::memory(&bench.cloud).to_string();
    assert!(!result["receiptLines"].to_string().contains("12/31") && !memory.contains("12/31"));
}
