use std::time::Duration;

use serde_json::json;

use super::bench::approved;
use super::*;
use crate::domain::Operation;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn an_idle_till_sends_a_heartbeat_a_minute_while_it_is_answered() {
    let mut bench = Bench::registered();
    for _ in 0..5 {
        bench.pass(59 * SECOND);
        assert!(bench.sent.is_empty());
        bench.pass(SECOND);
        assert_eq!(bench.answer(), json!({ "Command": "TerminalHeartbeat" }));
        bench.asks(r#"{"Status":"OK"}"#);
    }
    assert!(bench.is_online() && bench.alarms.is_empty());
}

#[test]
fn a_half_open_line_is_found_after_fifteen_seconds_and_replaced_at_once() {
    let mut bench = Bench::registered();
    bench.pass(60 * SECOND);
    bench.pass(Duration::from_millis(14_999));
    assert!(bench.is_online());
    bench.pass(Duration::from_millis(1));
    assert_eq!((bench.why(), bench.ended.as_slice()), ("explain-face-mute", &["abandoned"][..]));
    assert_eq!(bench.opened.last(), Some(&("primary", 75_000)));
    bench.lets_in();
}

#[test]
fn no_heartbeat_leaves_while_a_command_is_worked_on_and_the_next_one_comes_after_it() {
    let mut bench = Bench::registered();
    bench.pass(50 * SECOND);
    bench.asks_for("Sale", "a1-1", "18.40");
    let (id, _) = bench.task();
    bench.pass(600 * SECOND);
    assert!(bench.sent.is_empty() && bench.is_online());
    bench.fulfils(id, approved(Operation::Sale, 1_840));
    bench.answer();
    bench.pass(59 * SECOND);
    assert!(bench.sent.is_empty());
    bench.pass(SECOND);
    assert_eq!(bench.answer()["Command"], "TerminalHeartbeat");
}

#[test]
fn a_command_in_place_of_the_heartbeats_answer_shows_that_the_line_is_alive() {
    let mut bench = Bench::registered();
    bench.pass(60 * SECOND);
    bench.sent.clear();
    bench.asks_for("Sale", "a1-1", "18.40");
    bench.pass(200 * SECOND);
    assert!(bench.is_online() && bench.ended.is_empty());
    let (id, _) = bench.task();
    bench.fulfils(id, approved(Operation::Sale, 1_840));
    assert_eq!(bench.answer()["ResultCode"], "Approved");
}

#[test]
fn a_message_that_never_ends_does_not_keep_the_line_alive_and_has_a_bound() {
    let mut bench = Bench::registered();
    for _ in 0..78 {
        bench.pass(SECOND);
        if bench.ended.is_empty() {
            bench.hears(r#"{"Command":"#);
        }
    }
    assert_eq!(bench.ended, ["abandoned"]);

    let mut bench = Bench::registered();
    for _ in 0..17 {
        if bench.opened.len() == 1 {
            bench.hears(&"x".repeat(65_536));
        }
    }
    assert_eq!(bench.why(), "explain-face-not-cloud");
    assert!(bench.commissions.is_empty());
}
