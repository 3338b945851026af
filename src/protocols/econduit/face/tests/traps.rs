use serde_json::json;

use super::bench::{SERIAL, approved};
use super::*;
use crate::domain::{Operation, Task};
use crate::protocols::driver::Session;

#[test]
fn a_cancel_that_names_another_transaction_is_too_late_for_it_and_stops_nothing() {
    let mut bench = Bench::registered();
    bench.asks_for("Sale", "a1-1", "18.40");
    let (first, _) = bench.task();
    bench.fulfils(first, approved(Operation::Sale, 1_840));
    bench.asks_for("Sale", "a1-2", "18.40");
    bench.task();
    bench.asks_for("Cancel", "a1-1", "");
    assert!(bench.commissions.is_empty());
    bench.asks_for("Cancel", "a1-2", "");
    assert!(matches!(bench.task().1, Task::Cancel { reference } if reference == "a1-2"));
}

#[test]
fn a_cancel_while_nothing_is_under_way_stops_nothing() {
    let mut bench = Bench::registered();
    bench.asks_for("Cancel", "a1-1", "");
    assert!(bench.commissions.is_empty() && bench.sent.is_empty());
}

#[test]
fn a_token_is_one_however_its_name_is_spelled() {
    for member in ["Token", "token", "TOKEN"] {
        let mut bench = Bench::registered();
        let mut command = json!({ "Command": "Sale", "TerminalID": SERIAL, "RefID": "a1-1", "Amount": "18.40" });
        command[member] = json!("tok-1");
        bench.asks(&command.to_string());
        assert_eq!(bench.answer()["Message"], "Not supported", "{member}");
        assert!(bench.commissions.is_empty());
    }
}

#[test]
fn what_the_cloud_says_in_place_of_letting_the_till_in_is_told_in_one_short_line() {
    let mut bench = Bench::new();
    bench.command(crate::protocols::driver::Command::Connect);
    bench.opens();
    bench.hears(&format!("NO\n\u{1b}[2J2026-03-14 payment approved\r\n{}\u{4}\u{4}", "x".repeat(100_000)));
    let Some(Session::Offline(why)) = bench.sessions.last() else { panic!("{:?}", bench.sessions) };
    let detail = why.detail.as_deref().unwrap();
    assert!(detail.starts_with("NO") && detail.len() <= 200, "{} bytes", detail.len());
    assert!(!detail.chars().any(char::is_control), "{detail:?}");
}

#[test]
fn a_registration_that_the_cloud_takes_back_is_over() {
    for (word, key) in [
        ("FAILED-REGISTRATION", "explain-face-registration-failed"),
        ("FAILED-INVALID-TERMINAL-TYPE", "explain-face-terminal-type"),
    ] {
        let mut bench = Bench::registered();
        bench.hears(&format!("{word}\u{4}\u{4}"));
        assert_eq!((bench.is_online(), bench.why()), (false, key));
        assert_eq!(bench.opened.len(), 1, "after a pause");
    }
}
