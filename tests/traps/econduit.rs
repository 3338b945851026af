//! eConduit Cloud, the till as a POS.

use std::time::Duration;

use checkstand::domain::{
    DayReport, DayVerdict, InputKind, Money, Operation, Prompt, PromptAnswer, ShownLine, Verdict,
};
use checkstand::protocols::driver::{Command, Departure, Endpoint, LossCause, Session, Tls};
use checkstand::terminal::{ErrandEnd, Sending, Signal};
use serde_json::{Value, json};

use super::desk::Desk;
use super::desk::econduit_cloud::{Sent, desk, features, not_final, not_found};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn every_parameter_is_there_and_the_amount_has_its_decimal_point() {
    let sent = Sent::sale(1_840);
    let (_, call) = sent.desk.asked("payment");
    assert_eq!(call.missing(), None);
    assert_eq!((call.text("command"), call.text("amount")), ("Sale", "18.40"));
    assert!(sent.ref_id.starts_with(sent.id.as_str()) && sent.ref_id.len() <= 32, "{}", sent.ref_id);
    assert!(sent.ref_id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let sent = Sent::sale(5);
    assert_eq!(sent.desk.asked("payment").1.text("amount"), "0.05");
}

#[test]
fn two_tills_of_one_account_never_use_one_name() {
    let name = |seed: u64| {
        let mut desk = desk(&[]);
        desk.restart_with(seed);
        Sent::begun(desk, checkstand::domain::PaymentRequest::new(Operation::Sale, Money::new(100, usd()))).ref_id
    };
    assert_ne!(name(1), name(2));
}

fn usd() -> checkstand::domain::Currency {
    checkstand::domain::Currency::USD
}

#[test]
fn the_name_is_durable_before_anything_leaves_and_the_wire_is_encrypted() {
    let sent = Sent::sale(1_840);
    assert_eq!(sent.desk.number(&sent.id).as_deref(), Some(sent.ref_id.as_str()));
    let channel = sent.desk.line("payment").unwrap();
    let Endpoint::Http { tls, answer_within, pace, .. } = sent.desk.endpoint(channel) else { panic!() };
    assert_eq!((tls, *answer_within), (&Tls::Yes { ca_file: None }, Duration::from_secs(190)));
    assert_eq!(pace, &None);
}

#[test]
fn an_answer_that_says_it_is_not_final_is_asked_about_until_it_is() {
    let mut sent = Sent::sale(1_840);
    sent.desk.is_told("payment", &not_final());
    assert!(sent.desk.has_sought(&sent.id));
    sent.questions_are_told(&not_final(), MINUTE * 2);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt);
    assert!(sent.desk.station.at_hand().is_some(), "the machine goes on");
    sent.desk.conclusions.clear();
    let told = sent.approval("18.40");
    sent.questions_are_told(&told, MINUTE);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
}

#[test]
fn questions_keep_to_the_vendors_limit_for_minutes_and_hours() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    let lost_at = sent.desk.now.at;
    let mut asked = Vec::new();
    while sent.desk.now.at - lost_at < MINUTE * 90 {
        if sent.desk.line("status").is_some() {
            asked.push(sent.desk.now.at);
            sent.desk.is_told("status", &not_final());
        }
        sent.desk.pass(SECOND);
    }
    for pair in asked.windows(2) {
        let (since, pause) = (pair[0] - lost_at, pair[1] - pair[0]);
        let least = if pair[1] - lost_at <= MINUTE * 3 { 5 } else { 30 };
        assert!(pause >= Duration::from_secs(least), "{pause:?} after {since:?}");
        assert!(pause <= Duration::from_secs(if since < MINUTE * 59 { 31 } else { 61 }), "{pause:?} after {since:?}");
    }
    assert!(asked.len() > 150, "{}", asked.len());
}

#[test]
fn questions_share_the_limit_of_their_account_and_do_not_tell_its_key() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.desk.pass(SECOND * 6);
    let pace = sent.desk.pace("status").unwrap();
    assert!(pace.least >= Duration::from_secs(5));
    assert!(pace.shared_by.starts_with("econduit") && !pace.shared_by.contains(super::desk::SECRET));
}

#[test]
fn a_till_that_was_started_again_and_a_hand_that_presses_keep_to_the_limit() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.desk.pass(SECOND * 6);
    assert_eq!(sent.desk.times_wanted("status"), 1);
    sent.desk.restart();
    sent.desk.takes_up(&sent.id.clone());
    assert_eq!(sent.desk.times_wanted("status"), 1, "asked at once after a restart");
    sent.desk.pass(SECOND * 6);
    assert_eq!(sent.desk.times_wanted("status"), 2);
    for _ in 0..20 {
        sent.desk.inquire(&sent.id.clone());
    }
    assert_eq!(sent.desk.times_wanted("status"), 2);
}

#[test]
fn not_found_means_not_paid_after_a_minute_and_with_the_terminal_online() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.questions_are_told(&not_found(), SECOND * 58);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt);
    sent.questions_are_told(&not_found(), SECOND * 8);
    sent.desk.conclusions.clear();
    sent.questions_are_told(&not_found(), SECOND * 8);
    assert!(sent.desk.line("features").is_some(), "the terminal is asked for");
    sent.desk.is_told("features", &json!({ "ResultCode": "Error", "Message": "Terminal Is Offline" }));
    sent.questions_are_told(&not_found(), SECOND * 8);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "offline, so that nobody knows");
    sent.desk.is_told("features", &features());
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::NotCharged);
    assert_eq!(sent.desk.reason(&sent.id), "explain-not-performed");
}

#[test]
fn not_found_is_believed_on_both_days_around_midnight() {
    let mut desk = desk(&[]);
    // five minutes before midnight in Chicago
    desk.now.wall = "2026-01-20T05:55:00Z".parse().unwrap();
    let request = desk.request(Operation::Sale, 1_840);
    let mut sent = Sent::begun(desk, request);
    sent.loses_its_line();
    let mut days = Vec::new();
    for _ in 0..6 {
        sent.desk.pass(SECOND * 6);
        if sent.desk.line("status").is_some() {
            days.push(sent.desk.asked("status").1.text("date").to_owned());
            sent.desk.is_told("status", &not_found());
        }
    }
    assert!(days.len() >= 4, "{days:?}");
    assert_eq!(days[..4], ["01192026", "01202026", "01192026", "01202026"]);
}

#[test]
fn nothing_but_a_named_code_ends_a_payment() {
    for body in [
        r#"{"ResultCode":"Perhaps","ResultFinal":true}"#,
        r#"{"ResultCode":"Approved","ResultFinal":true}"#,
        r#"{"ResultCode":"Approved","AmountString":"18.40","Amount":1.84}"#,
        r#"{"ResultCode":"Approved","AmountString":"18.40","RefID":"another"}"#,
        r#"{"ResultCode":"Approved","AmountString":"18.40","TerminalID":"9"}"#,
        "<html>Service Unavailable</html>",
        "{",
        "",
    ] {
        let mut sent = Sent::sale(1_840);
        let channel = sent.desk.line("payment").unwrap();
        sent.desk.responds(channel, 200, body);
        assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "{body}");
        assert!(sent.desk.has_sought(&sent.id), "{body}");
        let told = sent.approval("18.40");
        sent.questions_are_told(&told, MINUTE);
        assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)), "{body}");
    }
}

#[test]
fn a_servers_trouble_is_asked_about_and_a_wrong_address_is_not_paid() {
    for status in [500, 502, 503, 408, 429, 301] {
        let mut sent = Sent::sale(1_840);
        let channel = sent.desk.line("payment").unwrap();
        sent.desk.responds(channel, status, "<html/>");
        assert!(sent.desk.has_sought(&sent.id), "{status}");
    }
    for status in [400, 401, 403, 404, 405] {
        let mut sent = Sent::sale(1_840);
        let channel = sent.desk.line("payment").unwrap();
        sent.desk.responds(channel, status, "no");
        assert_eq!(sent.desk.books(&sent.id).0, Verdict::NotCharged, "{status}");
    }
}

#[test]
fn an_approval_behind_a_servers_trouble_is_found() {
    let mut sent = Sent::sale(1_840);
    let channel = sent.desk.line("payment").unwrap();
    sent.desk.responds(channel, 500, "<html>Runtime Error</html>");
    let told = sent.approval("18.40");
    sent.questions_are_told(&told, MINUTE);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
    assert_eq!(sent.desk.times_wanted("payment"), 1, "never sent again");
}

#[test]
fn credentials_that_are_revoked_meanwhile_decide_nothing() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.questions_are_told(
        &json!({ "ResultCode": "Error", "ResultFinal": true, "Message": "Invalid credentials" }),
        MINUTE * 3,
    );
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt);
    assert!(sent.desk.station.at_hand().is_some());
    assert!(matches!(sent.desk.station.view().session, Some(Session::Refused(_))));
}

#[test]
fn what_surely_never_left_is_not_charged() {
    let mut sent = Sent::sale(1_840);
    let channel = sent.desk.line("payment").unwrap();
    sent.desk.ends(channel, Departure::SurelyNot, LossCause::Refused);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::NotCharged);
    assert_eq!(sent.desk.times_wanted("status"), 0);
}

#[test]
fn there_is_no_abort_and_who_presses_twice_is_not_waiting_any_more() {
    let mut sent = Sent::sale(1_840);
    sent.desk.pass(SECOND * 10);
    sent.desk.cancel();
    assert_eq!(sent.desk.notices(), ["explain-press-red-key"]);
    assert!(sent.desk.line("payment").is_some(), "the request stays open");
    assert!(sent.desk.conclusions.is_empty());
    sent.desk.is_told("status", &not_final());
    sent.desk.cancel();
    assert_eq!(sent.desk.conclusions.len(), 1);
    assert_eq!(sent.desk.conclusions[0].verdict, Verdict::InDoubt);
    let told = sent.told("Cancelled");
    sent.desk.is_told("payment", &told);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::Cancelled);
}

#[test]
fn an_approval_after_the_wish_to_cancel_is_an_approval() {
    let mut sent = Sent::sale(1_840);
    sent.desk.cancel();
    let told = sent.approval("18.40");
    sent.desk.is_told("payment", &told);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
}

#[test]
fn a_request_that_is_silent_for_a_minute_is_asked_about_beside_itself() {
    let mut sent = Sent::sale(1_840);
    sent.desk.pass(SECOND * 61);
    sent.desk.is_told("status", &not_found());
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "the cloud may note it only at its end");
    sent.desk.pass(SECOND * 61);
    let told = sent.approval("18.40");
    sent.desk.is_told("status", &told);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
    assert!(sent.desk.line("payment").is_none());
}

#[test]
fn a_follow_up_goes_under_the_originals_name() {
    for (operation, command, minor) in
        [(Operation::Void, "Void", 1_840), (Operation::Tip, "TipAdjust", 300), (Operation::Capture, "Capture", 1_840)]
    {
        let sent = Sent::about(operation, minor);
        let (_, call) = sent.desk.asked("payment");
        assert_eq!(call.text("command"), command);
        let original = sent.desk.record(&sent.id).request.of.unwrap().reference.unwrap();
        assert_eq!(original["shown"], sent.ref_id.as_str());
    }
}

#[test]
fn an_older_refusal_under_the_same_name_is_not_the_answer_to_a_second_try() {
    let mut sent = Sent::about(Operation::Void, 1_840);
    sent.loses_its_line();
    let older = sent.told("Declined");
    sent.questions_are_told(&older, SECOND * 30);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt);
    let told = sent.approval("18.40");
    sent.questions_are_told(&told, SECOND * 10);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::Approved);

    let mut sent = Sent::about(Operation::Void, 1_840);
    sent.loses_its_line();
    let older = sent.told("Declined");
    sent.questions_are_told(&older, SECOND * 70);
    sent.desk.conclusions.clear();
    sent.questions_are_told(&older, SECOND * 10);
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::Declined, "nothing of it can be on its way any more");
}

#[test]
fn a_terminal_that_wants_to_be_settled_says_so_and_one_that_is_offline_is_shown_so() {
    let mut sent = Sent::sale(1_840);
    sent.desk.is_told("payment", &json!({ "ResultCode": "Error", "Message": "Please Settle", "ResultFinal": true }));
    assert_eq!(
        (sent.desk.books(&sent.id).0, sent.desk.reason(&sent.id).as_str()),
        (Verdict::NotCharged, "explain-please-settle")
    );
    let mut sent = Sent::sale(1_840);
    sent.desk
        .is_told("payment", &json!({ "ResultCode": "Error", "Message": "Terminal Is Offline", "ResultFinal": true }));
    assert!(matches!(sent.desk.station.view().session, Some(Session::Offline(_))));
}

#[test]
fn the_credentials_stand_in_no_record() {
    let mut sent = Sent::sale(1_840);
    let told = sent.approval("18.40");
    sent.desk.is_told("payment", &told);
    let messages = sent.desk.journal.messages(&sent.id).unwrap();
    let texts: Vec<String> = messages.iter().map(|message| format!("{message:?}")).collect();
    assert!(
        texts.iter().any(|text| text.contains("runTransaction2?command=Sale&key=***&password=***&amount=18.40")),
        "{texts:?}"
    );
    assert!(texts.iter().all(|text| !text.contains(super::desk::SECRET)));
}

fn errand(desk: &mut Desk, sending: Sending) {
    desk.station.check_errand(sending.errand()).unwrap();
    let turn = desk.station.begin_errand(desk.now, sending);
    desk.carries_out(turn);
}

fn day_end(desk: &Desk) -> Option<DayVerdict> {
    desk.signals.iter().rev().find_map(|signal| match signal {
        Signal::DayEnd(end) => Some(end.verdict),
        _ => None,
    })
}

#[test]
fn a_close_whose_answer_is_lost_is_unknown_and_one_that_never_left_is_not_closed() {
    let closing = || {
        let mut desk = desk(&[]);
        errand(&mut desk, Sending::EndDay(DayReport::EndOfDay));
        let (channel, call) = desk.asked("batch");
        assert_eq!(call.missing(), None);
        (desk, channel)
    };
    let (mut lost, channel) = closing();
    lost.loses(channel);
    assert_eq!(day_end(&lost), Some(DayVerdict::Unknown));
    let (mut refused, channel) = closing();
    refused.ends(channel, Departure::SurelyNot, LossCause::Refused);
    assert_eq!(day_end(&refused), Some(DayVerdict::NotClosed));
    let (mut unwell, channel) = closing();
    unwell.responds(channel, 500, "<html/>");
    assert_eq!(day_end(&unwell), Some(DayVerdict::Unknown));
    let (mut closed, channel) = closing();
    closed.responds(
        channel,
        200,
        r#"{"ResultCodeCredit":"1","ResultCodeGift":"-1","BatchNumCredit":"58","TransCntTotal":2,"AmtTotal":20.5}"#,
    );
    assert_eq!(day_end(&closed), Some(DayVerdict::Closed));
}

#[test]
fn the_customer_is_asked_and_what_comes_back_is_read_for_what_it_is() {
    let asking = |prompt: Prompt, told: &Value| {
        let mut desk = desk(&[]);
        errand(&mut desk, Sending::Prompt(prompt));
        let (channel, call) = desk.asked("prompt");
        assert_eq!(call.missing(), None);
        let ends = desk.responds_to_errand(channel, &told.to_string());
        (ends, call)
    };
    let input = |kind| Prompt::Input { title: "Telephone".to_owned(), kind, longest: 10 };
    let typed = json!({ "UserInput": "350", "ResultCode": "Success", "Message": "Success" });
    let (end, call) = asking(input(InputKind::Amount), &typed);
    assert_eq!((call.text("type"), call.text("maxLength")), ("c", "10"));
    assert_eq!(end, Some(ErrandEnd::Prompted(Ok(PromptAnswer::TypedAmount(Money::new(350, usd()))))));
    let (end, call) = asking(input(InputKind::LettersAndDigits), &typed);
    assert_eq!((call.text("type"), end), ("an", Some(ErrandEnd::Prompted(Ok(PromptAnswer::Typed("350".to_owned()))))));
    let choice = Prompt::Choice { title: "Size".to_owned(), options: vec!["Small".to_owned(), "Large".to_owned()] };
    let (end, call) = asking(choice, &json!({ "UserInput": "Large", "ResultCode": "Success" }));
    assert_eq!(call.texts("options"), ["Small", "Large"]);
    assert_eq!(end, Some(ErrandEnd::Prompted(Ok(PromptAnswer::Chosen("Large".to_owned())))));
    let (end, _) = asking(Prompt::Signature, &json!({ "ResultCode": "Cancelled" }));
    assert!(matches!(end, Some(ErrandEnd::Prompted(Err(why))) if why.key == "explain-prompt-cancelled"));
}

#[test]
fn line_items_are_json_inside_a_text() {
    let mut desk = desk(&[("flavour", "json")]);
    let lines = vec![ShownLine { text: "2 x Espresso".to_owned(), amount: Some(Money::new(640, usd())) }];
    errand(
        &mut desk,
        Sending::Prompt(Prompt::Lines { title: "Corner \"Cafe\"".to_owned(), lines, total: Money::new(640, usd()) }),
    );
    let (channel, call) = desk.asked("prompt");
    let data: Value = serde_json::from_str(call.text("data")).unwrap();
    assert_eq!(data["body"]["rows"][0]["amt"], "6.40");
    assert_eq!(data["header"]["rows"][0]["text"], "Corner \"Cafe\"");
    let end = desk.responds_to_errand(channel, r#"{"ResultCode":"Success","Message":"Success"}"#);
    assert_eq!(end, Some(ErrandEnd::Prompted(Ok(PromptAnswer::Shown))));
}

#[test]
fn who_connects_is_told_what_answers() {
    for (status, body, expected) in [
        (200, features().to_string(), "ready"),
        (200, json!({ "ResultCode": "Error", "Message": "Terminal Is Busy" }).to_string(), "ready"),
        (
            200,
            json!({ "ResultCode": "Error", "Message": "Terminal Is Offline" }).to_string(),
            "explain-econduit-offline",
        ),
        (
            200,
            json!({ "ResultCode": "Error", "Message": "Invalid credentials" }).to_string(),
            "explain-econduit-credentials",
        ),
        (200, "<html><body>Welcome</body></html>".to_owned(), "explain-not-econduit"),
        (404, "no".to_owned(), "explain-not-econduit"),
        (401, "no".to_owned(), "explain-econduit-credentials"),
        (503, "<html/>".to_owned(), "explain-econduit-unwell"),
    ] {
        let mut desk = desk(&[]);
        desk.command(Command::Connect);
        let (channel, call) = desk.asked("features");
        assert_eq!(call.missing(), None);
        desk.responds(channel, status, &body);
        let told = match desk.station.view().session.clone() {
            Some(Session::Ready(_)) => "ready".to_owned(),
            Some(Session::Offline(why) | Session::Refused(why)) => why.key,
            other => panic!("{other:?}"),
        };
        assert_eq!(told, expected, "{status} {body}");
    }
}

/// The days asked about, while the cloud says by its own clock that it knows nothing.
fn days_asked(sent: &mut Sent, ahead: jiff::SignedDuration, within: Duration) -> Vec<String> {
    let until = sent.desk.now.at + within;
    let mut days = Vec::new();
    while sent.desk.now.at < until {
        if sent.desk.line("status").is_some() {
            let (channel, call) = sent.desk.asked("status");
            days.push(call.text("date").to_owned());
            let date = Some(sent.desk.now.wall + ahead);
            sent.desk.responds_at(channel, 200, &not_found().to_string(), date);
        }
        if sent.desk.line("features").is_some() {
            return days;
        }
        sent.desk.pass(Duration::from_millis(500));
    }
    days
}

#[test]
fn a_till_whose_clock_is_wrong_asks_about_the_clouds_day() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    // it is the first of April
    let days = days_asked(&mut sent, jiff::SignedDuration::from_hours(18 * 24), SECOND * 70);
    assert_eq!(days[0], "03142026");
    assert!(days[1..].contains(&"04012026".to_owned()), "{days:?}");
    assert!(sent.desk.line("features").is_some(), "not before both days were looked at, and a minute has passed");
}

#[test]
fn a_clock_that_is_put_right_meanwhile_changes_the_day_that_is_asked_about() {
    let mut sent = Sent::sale(1_840);
    sent.desk.pass(SECOND * 10);
    sent.desk.now.wall += jiff::SignedDuration::from_hours(18 * 24);
    sent.loses_its_line();
    let days = days_asked(&mut sent, jiff::SignedDuration::ZERO, SECOND * 70);
    assert_eq!(days[0], "04012026");
    assert!(days.contains(&"03142026".to_owned()), "{days:?}");
}

#[test]
fn a_till_that_is_asked_once_more_need_not_wait_for_the_whole_minute_again() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.questions_are_told(&not_found(), SECOND * 58);
    sent.desk.restart();
    sent.desk.conclusions.clear();
    sent.desk.takes_up(&sent.id.clone());
    let began = sent.desk.now.at;
    while sent.desk.line("features").is_none() && sent.desk.now.at - began < MINUTE {
        sent.questions_are_told(&not_found(), SECOND);
    }
    let waited = sent.desk.now.at - began;
    assert!((SECOND * 30..SECOND * 45).contains(&waited), "{waited:?}");
    sent.desk.is_told("features", &features());
    assert_eq!(sent.desk.books(&sent.id).0, Verdict::NotCharged);
}
