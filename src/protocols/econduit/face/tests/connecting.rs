use std::time::Duration;

use super::*;
use crate::protocols::driver::{Command, LossCause, Session};

const SECOND: Duration = Duration::from_secs(1);

/// Gaps between the tries of the primary, in milliseconds, and the names of all tries.
fn tries(bench: &Bench) -> (Vec<&'static str>, Vec<u64>) {
    let primary: Vec<u64> = bench.opened.iter().filter(|(name, _)| *name == "primary").map(|(_, at)| *at).collect();
    let names = bench.opened.iter().map(|(name, _)| *name).collect();
    (names, primary.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn the_first_message_registers_the_till_and_the_right_answer_puts_it_online() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    assert_eq!(bench.sessions, [Session::Connecting]);
    bench.opens();
    let said = bench.answer();
    let version = concat!("Checkstand ", env!("CARGO_PKG_VERSION"));
    let expected = serde_json::json!({
        "Command": "Register", "TerminalType": "Checkstand", "TerminalModel": "Till", "TerminalID": bench::SERIAL,
        "SoftwareVersion": version, "AckHeartbeat": "true",
    });
    assert_eq!(said, expected);
    bench.hears(OK);
    assert_eq!(bench.sessions.last(), Some(&Session::Ready(Vec::new())));
}

#[test]
fn a_registration_answer_in_single_bytes_counts() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.opens();
    OK.chars().for_each(|letter| bench.hears(&letter.to_string()));
    assert!(bench.is_online());
}

#[test]
fn a_primary_that_cannot_be_reached_is_followed_by_the_secondary_at_once() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.loses(LossCause::Refused);
    assert_eq!(bench.opened, [("primary", 0), ("secondary", 0)]);
    assert_eq!(bench.why(), "explain-face-unreachable");
    bench.lets_in();
    // After a loss always the primary first, and at once.
    bench.pass(30 * SECOND);
    bench.loses(LossCause::Broken);
    assert_eq!(bench.why(), "explain-face-line-lost");
    assert_eq!(bench.opened.last(), Some(&("primary", 30_000)));
    bench.lets_in();
}

#[test]
fn endpoints_that_never_open_or_never_answer_are_given_up_after_five_and_ten_seconds() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.pass(5 * SECOND);
    assert_eq!(bench.opened.last(), Some(&("secondary", 5_000)));
    bench.opens();
    bench.pass(10 * SECOND - Duration::from_millis(1));
    assert_eq!(bench.ended, ["abandoned"]);
    bench.pass(Duration::from_millis(1));
    assert_eq!((bench.ended.as_slice(), bench.why()), (&["abandoned", "abandoned"][..], "explain-face-mute"));
}

#[test]
fn while_both_fail_the_pauses_are_one_two_four_eight_and_ten_seconds() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    let mut waits = Vec::new();
    for _ in 0..6 {
        bench.loses(LossCause::Unreachable);
        bench.loses(LossCause::Unreachable);
        let from = bench.millis();
        while bench.channel().is_none() {
            bench.pass(Duration::from_millis(10));
        }
        waits.push(bench.opened.last().unwrap().1 - from);
    }
    let (names, _) = tries(&bench);
    assert!(names.chunks(2).all(|pair| pair[0] == "primary"), "{names:?}");
    for (wait, usual) in waits.iter().zip([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
        assert!((usual * 80 / 100..=usual * 120 / 100).contains(wait), "{waits:?}");
    }
}

#[test]
fn a_refused_registration_is_tried_again_after_ten_thirty_and_sixty_seconds() {
    for refusal in ["FAILED-REGISTRATION", "OK-REGISTRATION-LATER", "<html>no</html>", "ok-registration", "{}"] {
        let mut bench = Bench::new();
        bench.command(Command::Connect);
        for _ in 0..4 {
            bench.opens();
            bench.hears(&format!("{refusal}\u{4}\u{4}"));
            assert_eq!(bench.why(), "explain-face-registration-failed", "{refusal}");
            while bench.channel().is_none() {
                bench.pass(SECOND);
            }
        }
        let (names, gaps) = tries(&bench);
        assert_eq!((names, gaps), (vec!["primary"; 5], vec![10_000, 30_000, 60_000, 60_000]), "{refusal}");
        assert_eq!(bench.ended, ["closed"; 4]);
        bench.lets_in();
    }
}

#[test]
fn an_unknown_terminal_type_is_a_fault_of_the_settings_and_tried_every_five_minutes() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.opens();
    bench.hears("FAILED-INVALID-TERMINAL-TYPE\u{4}\u{4}");
    assert!(matches!(bench.sessions.last(), Some(Session::Refused(_))));
    assert_eq!(bench.why(), "explain-face-terminal-type");
    bench.pass(299 * SECOND);
    assert_eq!(bench.opened.len(), 1);
    bench.pass(SECOND);
    assert_eq!(bench.opened.last(), Some(&("primary", 300_000)));
}

#[test]
fn a_command_before_the_registration_is_done_is_not_taken() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.opens();
    bench.sent.clear();
    bench.asks_for("Sale", "a1-1", "18.40");
    assert!(bench.commissions.is_empty() && bench.sent.is_empty());
    assert_eq!(bench.why(), "explain-face-registration-failed");
}

#[test]
fn a_place_that_is_taken_again_and_again_is_not_fought_for_without_a_pause() {
    let mut bench = Bench::registered();
    for _ in 0..100 {
        if bench.channel().is_none() {
            bench.pass(SECOND);
            continue;
        }
        bench.loses(LossCause::Broken);
        if bench.channel().is_some() {
            bench.lets_in();
        }
    }
    assert!(bench.millis() > 50_000, "{}", bench.millis());
}

#[test]
fn a_disconnect_closes_the_line_in_order_and_it_stays_closed() {
    let mut bench = Bench::registered();
    bench.command(Command::Disconnect);
    assert_eq!((bench.ended.as_slice(), bench.sessions.last()), (&["closed"][..], Some(&Session::Maintenance)));
    bench.pass(600 * SECOND);
    assert_eq!(bench.opened.len(), 1);
    bench.command(Command::Connect);
    bench.lets_in();
    // … in any state
    bench.loses(LossCause::Broken);
    bench.command(Command::Disconnect);
    assert_eq!(bench.sessions.last(), Some(&Session::Maintenance));
    bench.pass(600 * SECOND);
    assert_eq!(bench.channel(), None);
}

#[test]
fn late_events_of_a_line_that_was_given_up_mean_nothing() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    let first = bench.channel().unwrap();
    bench.pass(5 * SECOND);
    let before = bench.sessions.len();
    bench.step(crate::protocols::driver::Input::Link(first, crate::protocols::driver::LinkEvent::Opened));
    assert_eq!((bench.sessions.len(), bench.sent.len()), (before, 0));
}
