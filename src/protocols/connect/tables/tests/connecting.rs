//! The line (1.3 to 1.6, 3.6).

use std::time::Duration;

use serde_json::json;

use super::bench::*;
use crate::domain::{DayReport, DayVerdict, Verdict};
use crate::protocols::driver::{Command, LossCause, Session};

#[test]
fn the_line_leads_to_the_tables_and_stands_with_the_upgrade() {
    let mut bench = Bench::with(&[("final_receipt", "true")]);
    assert!(!bench.has_line());
    bench.command(Command::Connect);
    let expected =
        format!("/pat?token={KEY}&api-version=v1&software-house-id=L&installer-id=L&final-pos-receipt-request");
    assert_eq!(bench.opened, [(expected, 0)]);
    assert_eq!(bench.sessions, [Session::Connecting]);
    bench.opens();
    assert!(bench.is_online() && bench.says_nothing(), "there is nothing to ask");
    bench.seconds(3_600);
    assert_eq!((bench.opened.len(), bench.says_nothing()), (1, true));
    bench.command(Command::Disconnect);
    assert_eq!((bench.ended.clone(), bench.sessions.last()), (vec!["closed"], Some(&Session::Maintenance)));
}

#[test]
fn a_lost_line_is_opened_again_ever_more_slowly_until_one_has_lasted() {
    let mut bench = Bench::ready();
    for least in [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000] {
        let before = u64::try_from(bench.now.at.since_origin().as_millis()).unwrap();
        bench.loses(LossCause::Broken, "reset");
        assert_eq!(bench.why(), "explain-link-broken");
        while !bench.has_line() {
            bench.pass(Duration::from_millis(50));
        }
        let after = bench.opened.last().unwrap().1;
        assert!(after - before >= least && (after - before) * 100 <= least * 120, "{} of {least}", after - before);
        bench.opens();
    }
    bench.seconds(60);
    let before = bench.now.at.since_origin().as_millis();
    bench.loses(LossCause::Broken, "reset");
    bench.seconds(2);
    assert!(u128::from(bench.opened.last().unwrap().1) - before <= 1_200);
}

#[test]
fn each_refusal_at_the_door_has_its_own_text_and_is_tried_again_after_a_minute() {
    for (status, key) in [
        (401, "explain-api-key-wrong"),
        (403, "explain-api-key-wrong"),
        (404, "explain-connect-not-found"),
        (422, "explain-partner-ids-refused"),
        (418, "explain-connect-refused"),
    ] {
        let mut bench = Bench::new();
        bench.command(Command::Connect);
        bench.loses(LossCause::Upgrade(status), "no");
        assert!(bench.is_refused());
        assert_eq!(bench.why(), key);
        bench.command(Command::Connect);
        bench.seconds(59);
        assert_eq!(bench.opened.len(), 1, "{status}");
        bench.seconds(1);
        assert_eq!(bench.opened.len(), 2, "{status}");
    }
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.loses(LossCause::Upgrade(503), "no");
    assert!(!bench.is_refused());
    bench.seconds(2);
    assert_eq!(bench.opened.len(), 2);
}

#[test]
fn a_line_that_does_not_open_is_given_up() {
    let mut bench = Bench::new();
    bench.command(Command::Connect);
    bench.seconds(40);
    assert_eq!(bench.ended, ["abandoned"]);
    assert_eq!(bench.opened.len(), 2);
}

#[test]
fn whoever_connects_by_hand_does_not_wait_for_the_pause() {
    let mut bench = Bench::ready();
    for _ in 0..6 {
        bench.loses(LossCause::Broken, "reset");
        bench.command(Command::Connect);
        bench.opens();
    }
    assert_eq!(bench.opened.last().unwrap().1, 0);
}

/// 3.6 in its profile, and as it might be (the form is unknown).
#[test]
fn a_till_whose_tables_were_taken_over_does_not_take_them_back_by_itself() {
    let words = "Another POS has taken over the tables of this site.";
    let error = json!({ "code": -32_010, "message": "CONNECTION_DISCONTINUED", "userMessage": words });
    for message in [
        json!({ "jsonrpc": "2.0", "id": null, "error": error }),
        json!({ "jsonrpc": "2.0", "error": error }),
        json!({ "jsonrpc": "2.0", "id": 3, "error": { "code": 7, "message": "Connection Discontinued" } }),
        json!({ "jsonrpc": "2.0", "method": "errorMessage", "params": error }),
    ] {
        let mut bench = Bench::ready();
        bench.hears(&message);
        assert!(bench.is_refused() && !bench.has_line(), "{message}");
        assert_eq!((bench.why(), bench.ended.clone()), ("explain-tables-discontinued", vec!["closed"]));
        bench.seconds(24 * 3_600);
        assert_eq!(bench.opened.len(), 1);
        assert!(bench.is_refused());
        bench.command(Command::Connect);
        assert_eq!(bench.opened.len(), 2);
        bench.opens();
        assert!(bench.is_online());
    }
}

#[test]
fn a_close_that_says_discontinued_is_one_also_when_its_message_was_lost() {
    let mut bench = Bench::ready();
    bench.loses(LossCause::Broken, "closed by the peer: 1008 Connection Discontinued");
    assert_eq!(bench.why(), "explain-tables-discontinued");
    bench.seconds(24 * 3_600);
    assert_eq!(bench.opened.len(), 1);
    bench.command(Command::Disconnect);
    assert_eq!(bench.sessions.last(), Some(&Session::Maintenance));
}

#[test]
fn what_happens_on_a_line_that_was_given_up_changes_nothing() {
    let mut bench = Bench::ready();
    bench.hears(&json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32_010, "message": "" } }));
    let lost = crate::protocols::driver::Loss {
        departure: crate::protocols::driver::Departure::Perhaps,
        cause: LossCause::Broken,
        detail: "closed by the peer: 1008".to_owned(),
    };
    let channel = crate::protocols::frame::Channel::new("cloud", 1);
    let event = crate::protocols::driver::LinkEvent::Lost(lost);
    bench.step(crate::protocols::driver::Input::Link(channel, event));
    bench.step(crate::protocols::driver::Input::Tick);
    bench.seconds(3_600);
    assert_eq!((bench.opened.len(), bench.why()), (1, "explain-tables-discontinued"));
}

#[test]
fn nothing_is_started_from_the_till() {
    let mut bench = Bench::ready();
    bench.command(Command::EndDay(DayReport::X));
    assert_eq!((bench.days[0].report, bench.days[0].verdict), (DayReport::X, DayVerdict::NotClosed));
    bench.command(Command::Cancel);
    bench.command(Command::Forget);
    assert!(bench.says_nothing());
    let open = crate::domain::OpenPayment {
        id: crate::domain::PaymentId::new("K7M2", 1),
        request: crate::domain::PaymentRequest::new(crate::domain::Operation::Sale, pounds(1_000)),
        state: crate::domain::PaymentState::InDoubt,
        reference: Some(json!({ "rpc": 1 })),
        at: bench.now.wall,
    };
    bench.command(Command::Recover(open));
    assert_eq!(bench.outcomes[0].verdict, Verdict::InDoubt);
}
