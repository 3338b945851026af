//! eConduit Cloud, the till as a POS.

use std::time::Duration;

use checkstand::domain::{DayReport, DayVerdict, InputKind, Operation, PaymentId, Prompt, PromptAnswer, Verdict};
use checkstand::links::{Pacing, exchange};
use checkstand::protocols::driver::{Command, Departure, Endpoint, LossCause, Session};

use checkstand::terminal::{Earlier, ErrandEnd, Sending};

use serde_json::{Value, json};

use super::desk::Desk;
use super::desk::econduit_cloud::{Sent, desk, features, not_final, not_found};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn begun(fields: &[(&str, &str)], operation: Operation, minor: i64) -> Sent {
    let desk = desk(fields);
    let request = desk.request(operation, minor);
    Sent::begun(desk, request)
}

// 3.6: a limit whose name the links do not take is a question that never leaves
#[tokio::test]
async fn a_question_gets_its_turn_and_leaves() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/services/api.asmx/", nobody.local_addr().unwrap());
    drop(nobody);
    let mut desk = desk(&[("url", &url)]);
    let request = desk.request(Operation::Sale, 1_840);
    desk.start(request);
    let line = desk.line("payment").unwrap();
    desk.loses(line);
    desk.pass(6 * SECOND);
    let question: Endpoint = desk.endpoint(desk.line("status").unwrap()).clone();
    let folder = tempfile::tempdir().unwrap();
    let loss = exchange(question, Pacing::in_folder(folder.path())).await.unwrap_err();
    assert_eq!(loss.cause, LossCause::Refused, "{loss:?}");
}

/// A tip adjustment of that sale, completed from the journal as the till does it.
fn tips(mut desk: Desk, sale: &PaymentId, minor: i64) -> Sent {
    let mut request = desk.request(Operation::Tip, minor);
    request.of = Some(desk.original(sale));
    let earlier = Earlier::read(&desk.journal, sale).unwrap().unwrap();
    let request = earlier.complete(request, &desk.station.view().abilities).unwrap();
    desk.conclusions.clear();
    Sent::begun(desk, request)
}

// Rule 5: a later tip replaces an earlier one
#[test]
fn a_second_tip_is_not_added_to_the_first() {
    for (on_terminal, meaning) in [("18.40", "tip"), ("18.40", "total"), ("19.40", "tip"), ("19.40", "total")] {
        let sale = begun(&[("tip_adjust", meaning)], Operation::Sale, 1_840);
        let (told, first) = (sale.approval(on_terminal), sale.id.clone());
        let mut sale = sale;
        sale.desk.is_told("payment", &told);
        let mut tip = tips(sale.desk, &first, 300);
        let told = tip.told("Approved");
        tip.desk.is_told("payment", &told);
        assert_eq!(tip.desk.books(&tip.id), (Verdict::Approved, Some(2_140)), "{on_terminal} {meaning}");
        let mut tip = tips(tip.desk, &first, 500);
        let expected = if meaning == "tip" { "5.00" } else { "23.40" };
        assert_eq!(tip.desk.asked("payment").1.text("amount"), expected, "{on_terminal} {meaning}");
        let told = tip.approval("23.40");
        tip.desk.is_told("payment", &told);
        assert_eq!(tip.desk.books(&tip.id), (Verdict::Approved, Some(2_340)), "{on_terminal} {meaning}");
    }
}

/// The sale's line is lost, the program is started with other settings, and the terminal says it is well all the time.
fn asked_with_other_settings(fields: &[(&str, &str)], told: &Value) -> Sent {
    let mut sale = begun(&[], Operation::Sale, 1_840);
    sale.loses_its_line();
    sale.desk.restart_as(fields);
    let id = sale.id.clone();
    sale.desk.takes_up(&id);
    for _ in 0..300 {
        sale.desk.pass(SECOND);
        if sale.desk.line("status").is_some() {
            sale.desk.is_told("status", told);
        }
        if sale.desk.line("features").is_some() {
            sale.desk.is_told("features", &features());
        }
    }
    sale
}

// 3.5: terminals are paired again, with other numbers, to other accounts
#[test]
fn whoever_never_had_the_payment_cannot_say_that_there_is_none() {
    for fields in [
        &[("terminal_id", "3055")][..],
        &[("url", "https://velox360.com/services/api.asmx/")],
        &[("flavour", "json")],
        &[("merchant_id", "7")],
    ] {
        let sale = asked_with_other_settings(fields, &not_found());
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt, "{fields:?}");
        let approved = sale.approval("18.40");
        let sale = asked_with_other_settings(fields, &approved);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_840)), "{fields:?}");
    }
    let sale = asked_with_other_settings(&[], &not_found());
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::NotCharged);
}

#[test]
fn a_payment_is_asked_about_under_the_number_it_was_sent_to() {
    let mut sale = begun(&[], Operation::Sale, 1_840);
    sale.loses_its_line();
    sale.desk.restart_as(&[("terminal_id", "3055")]);
    sale.desk.takes_up(&sale.id.clone());
    assert_eq!(sale.desk.asked("status").1.text("terminalId"), "2044");
}

fn without(mut told: Value, names: &[&str]) -> Value {
    names.iter().for_each(|name| drop(told.as_object_mut().unwrap().remove(*name)));
    told
}

fn with(mut told: Value, name: &str, value: impl Into<Value>) -> Value {
    told[name] = value.into();
    told
}

// 3.4: follow-ups share the RefID of their original
#[test]
fn an_answer_that_does_not_name_the_follow_up_may_be_the_originals() {
    for (operation, minor) in [(Operation::Void, 1_840), (Operation::Capture, 1_840), (Operation::Tip, 300)] {
        for told in ["Approved", "Declined", "Error"] {
            for spelled in [None, Some("Credit Sale")] {
                let mut sent = Sent::about(operation, minor);
                sent.loses_its_line();
                let told = with(sent.told(told), "AmountString", "18.40");
                let told = match spelled {
                    Some(spelled) => with(told, "TransType", spelled),
                    None => without(told, &["TransType"]),
                };
                sent.questions_are_told(&told, 2 * MINUTE);
                sent.desk.conclusions.clear();
                sent.questions_are_told(&told, MINUTE);
                assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "{told}");
            }
        }
    }
}

#[test]
fn an_earlier_tip_is_not_the_answer_to_a_later_one() {
    let mut sale = begun(&[], Operation::Sale, 1_840);
    let (told, first) = (sale.approval("18.40"), sale.id.clone());
    sale.desk.is_told("payment", &told);
    let mut tip = tips(sale.desk, &first, 300);
    let earlier = tip.approval("3.00");
    tip.desk.is_told("payment", &earlier);
    let mut tip = tips(tip.desk, &first, 500);
    tip.loses_its_line();
    for told in [earlier.clone(), with(earlier.clone(), "AmountString", "0.00"), without(earlier, &["AmountString"])] {
        tip.questions_are_told(&told, 70 * SECOND);
        tip.desk.conclusions.clear();
        assert_eq!(tip.desk.books(&tip.id).0, Verdict::InDoubt, "{told}");
    }
    let told = tip.approval("23.40");
    tip.questions_are_told(&told, MINUTE);
    assert_eq!(tip.desk.books(&tip.id), (Verdict::Approved, Some(2_340)));
}

// 3.6: some terminals can be asked afterwards
#[test]
fn that_a_question_ran_out_of_time_says_nothing_of_the_payment() {
    for (code, left_out) in [
        ("Timeout", &["TransType"][..]),
        ("Timeout", &["RefID"]),
        ("Cancelled", &["TransType"]),
        ("Declined", &["TransType", "RefID"]),
    ] {
        let mut sent = Sent::sale(1_840);
        sent.loses_its_line();
        let told = without(sent.told(code), left_out);
        sent.questions_are_told(&told, MINUTE);
        assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "{told}");
        sent.desk.conclusions.clear();
        let told = sent.approval("18.40");
        sent.questions_are_told(&told, MINUTE);
        assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
    }
}

fn refused(sent: &Sent, message: &str) -> Value {
    with(sent.told("Error"), "Message", message)
}

// 3.6: the terminal may be busy with this very payment
#[test]
fn what_a_question_hears_of_the_terminal_is_no_refusal_of_the_payment() {
    for message in ["Terminal Is Busy", "Terminal Is Offline"] {
        let mut sent = Sent::sale(1_840);
        sent.loses_its_line();
        let told = refused(&sent, message);
        sent.questions_are_told(&told, 20 * SECOND);
        assert_eq!(sent.desk.books(&sent.id).0, Verdict::InDoubt, "{message}");
        let told = sent.approval("18.40");
        sent.questions_are_told(&told, MINUTE);
        assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));

        let mut sent = Sent::sale(1_840);
        sent.loses_its_line();
        let told = refused(&sent, message);
        sent.questions_are_told(&told, 66 * SECOND);
        sent.desk.conclusions.clear();
        sent.questions_are_told(&told, 6 * SECOND);
        sent.desk.is_told("features", &features());
        assert_eq!(sent.desk.books(&sent.id).0, Verdict::NotCharged, "at rest, and a minute later");
    }
}

#[test]
fn a_request_that_is_open_is_not_given_up_for_an_error() {
    for message in ["Terminal Is Busy", "Terminal Is Offline", "Please Settle", "In progress"] {
        let mut sent = Sent::sale(1_840);
        sent.desk.pass(61 * SECOND);
        let told = refused(&sent, message);
        sent.desk.is_told("status", &told);
        assert!(sent.desk.line("payment").is_some(), "{message}");
        let told = sent.approval("18.40");
        sent.desk.is_told("payment", &told);
        assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)), "{message}");
    }
}

// 3.6: not found means not paid when a minute has passed
#[test]
fn not_found_tells_how_it_was_when_the_question_was_asked() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.questions_are_told(&not_found(), 50 * SECOND);
    while sent.desk.line("status").is_none() {
        sent.desk.pass(SECOND);
    }
    assert!(sent.desk.now.at < checkstand::domain::Instant::ORIGIN + 58 * SECOND);
    sent.desk.pass(10 * SECOND);
    sent.desk.is_told("status", &not_found());
    assert!(sent.desk.line("features").is_none(), "asked before the minute was over");

    // five minutes before midnight in Chicago
    let mut desk = desk(&[]);
    desk.now.wall = "2026-01-20T05:55:00Z".parse().unwrap();
    let request = desk.request(Operation::Sale, 1_840);
    let mut sent = Sent::begun(desk, request);
    sent.loses_its_line();
    let mut days = std::collections::BTreeSet::new();
    for _ in 0..90 {
        sent.desk.pass(SECOND);
        if sent.desk.line("features").is_some() {
            break;
        }
        if sent.desk.line("status").is_some() {
            if sent.desk.now.at >= checkstand::domain::Instant::ORIGIN + MINUTE {
                days.insert(sent.desk.asked("status").1.text("date").to_owned());
            }
            sent.desk.is_told("status", &not_found());
        }
    }
    assert_eq!(days.len(), 2, "both days after the minute");
}

#[test]
fn a_follow_up_that_is_open_is_not_given_up_for_an_earlier_refusal() {
    let mut sent = Sent::about(Operation::Void, 1_840);
    sent.desk.pass(61 * SECOND);
    let earlier = sent.told("Declined");
    sent.desk.is_told("status", &earlier);
    assert!(sent.desk.line("payment").is_some());
    let told = sent.approval("18.40");
    sent.desk.is_told("payment", &told);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
}

/// The moments of the questions within that time; every other one leaves after so long, and their answers decide nothing.
fn questions(sent: &mut Sent, time: Duration, turn: Duration) -> Vec<Duration> {
    let (begun, mut asked) = (sent.desk.now.at, Vec::new());
    while sent.desk.now.at - begun < time {
        if let Some(line) = sent.desk.line("status") {
            sent.desk.pass(if asked.len() % 2 == 0 { turn } else { Duration::ZERO });
            sent.desk.opened(line);
            asked.push(sent.desk.now.at - begun);
            sent.desk.responds(line, 200, &not_final().to_string());
        }
        sent.desk.pass(Duration::from_millis(200));
        let id = sent.id.clone();
        sent.desk.inquire(&id);
    }
    asked
}

// 3.6: 5 s for three minutes, then 30 s
#[test]
fn a_clock_that_is_set_back_does_not_bring_the_first_minutes_again() {
    for restarts in [false, true] {
        let mut sent = Sent::sale(1_840);
        sent.loses_its_line();
        questions(&mut sent, 4 * MINUTE, Duration::ZERO);
        sent.desk.now.wall -= jiff::SignedDuration::from_hours(2);
        if restarts {
            sent.desk.restart();
            sent.desk.takes_up(&sent.id.clone());
        }
        let asked = questions(&mut sent, 10 * MINUTE, Duration::ZERO);
        assert!(asked.windows(2).all(|pair| pair[1] - pair[0] >= 30 * SECOND), "{restarts}: {asked:?}");
        assert!(asked.len() >= 15, "{restarts}: {asked:?}");
    }
}

#[test]
fn a_question_that_waited_for_its_turn_is_counted_from_when_it_left() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    let asked = questions(&mut sent, 10 * MINUTE, 20 * SECOND);
    let later = asked.windows(2).filter(|pair| pair[0] > 3 * MINUTE);
    assert!(later.clone().count() > 5 && later.clone().all(|pair| pair[1] - pair[0] >= 30 * SECOND), "{asked:?}");
}

#[test]
fn a_question_whose_answer_is_lost_is_counted_from_when_it_left() {
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.desk.pass(5 * MINUTE);
    while sent.desk.line("status").is_none() {
        sent.desk.pass(SECOND);
    }
    let line = sent.desk.line("status").unwrap();
    sent.desk.pass(25 * SECOND);
    sent.desk.opened(line);
    sent.desk.loses(line);
    sent.desk.restart();
    sent.desk.takes_up(&sent.id.clone());
    sent.desk.pass(29 * SECOND);
    assert!(sent.desk.line("status").is_none());
    sent.desk.pass(2 * SECOND);
    assert!(sent.desk.line("status").is_some());
}

// rule 10: several tills of one account
#[test]
fn a_question_that_got_no_turn_makes_nothing_doubtful() {
    for cause in [LossCause::Paced, LossCause::NotDurable] {
        let mut sent = Sent::sale(1_840);
        sent.desk.pass(61 * SECOND);
        let question = sent.desk.line("status").unwrap();
        sent.desk.ends(question, Departure::SurelyNot, cause);
        assert!(!sent.desk.has_sought(&sent.id), "{cause:?}");
        assert_eq!(sent.desk.station.view().session, None, "{cause:?}");
        sent.desk.pass(61 * SECOND);
        assert!(sent.desk.line("status").is_some(), "it is asked again");
    }
    let mut sent = Sent::sale(1_840);
    sent.loses_its_line();
    sent.desk.pass(6 * SECOND);
    let question = sent.desk.line("status").unwrap();
    sent.desk.ends(question, Departure::SurelyNot, LossCause::Paced);
    assert_eq!(sent.desk.station.view().session, None);
    let told = sent.approval("18.40");
    sent.questions_are_told(&told, MINUTE);
    assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)));
}

// 3.9: HTTP 4xx
#[test]
fn only_a_status_that_is_said_before_anything_is_done_means_not_paid() {
    let told = |status: u16| {
        let mut sent = Sent::sale(1_840);
        let line = sent.desk.line("payment").unwrap();
        sent.desk.responds(line, status, "<html>no</html>");
        sent.desk.books(&sent.id).0
    };
    for status in
        [200, 204, 302, 402, 406, 408, 409, 410, 412, 418, 422, 425, 429, 444, 451, 460, 499, 500, 504, 511, 520]
    {
        assert_eq!(told(status), Verdict::InDoubt, "{status}");
    }
    for status in [400, 401, 403, 404, 405, 407, 411, 413, 414, 415, 417, 421, 426, 431] {
        assert_eq!(told(status), Verdict::NotCharged, "{status}");
    }
}

// 3.4: what Amount is beside CashBack is not said
#[test]
fn an_approval_that_can_be_read_in_two_ways_is_not_booked() {
    for (amount, cash, taken) in [
        ("38.40", "20.00", Some(3_840)),
        ("41.40", "20.00", Some(4_140)),
        ("18.40", "20.00", Some(3_840)),
        ("18.40", "0.00", Some(1_840)),
        ("29.20", "20.00", None),
        ("9.20", "20.00", None),
        ("18.40", "-20.00", None),
        ("18.40", "many", None),
        ("92233720368547758.07", "0.00", Some(i64::MAX)),
        ("92233720368547758.08", "0.00", None),
        ("18.40", "92233720368547758.07", None),
        ("1.84e1", "0", Some(1_840)),
        ("1.840e3", "0", Some(184_000)),
        ("18.405", "0", None),
        ("-18.40", "0", None),
    ] {
        let mut sent = Sent::sale(1_840);
        let told = with(sent.approval(amount), "CashBackString", cash);
        sent.desk.is_told("payment", &told);
        let verdict = if taken.is_some() { Verdict::Approved } else { Verdict::InDoubt };
        assert_eq!(sent.desk.books(&sent.id), (verdict, taken), "{amount} {cash}");
    }
}

fn closing(told: &Value) -> DayVerdict {
    let mut desk = desk(&[]);
    let turn = desk.station.begin_errand(desk.now, Sending::EndDay(DayReport::EndOfDay));
    desk.carries_out(turn);
    let (line, call) = desk.asked("batch");
    let told = told.to_string().replace("OURS", call.text("refId"));
    match desk.responds_to_errand(line, &told) {
        Some(ErrandEnd::DayEnd(end)) => end.verdict,
        other => panic!("{other:?}"),
    }
}

// 3.7
#[test]
fn half_an_answer_or_anothers_closes_no_batch() {
    let whole = json!({ "TerminalID": 2044, "RefID": "OURS", "ResultCodeCredit": "1", "ResultCodeGift": "-1",
        "TransCntTotal": 2, "AmtTotal": 20.5 });
    assert_eq!(closing(&whole), DayVerdict::Closed);
    assert_eq!(closing(&without(whole.clone(), &["RefID", "ResultCodeGift"])), DayVerdict::Closed);
    assert_eq!(closing(&with(whole.clone(), "RefID", "D1-000000")), DayVerdict::Unknown);
    let gift = with(without(whole.clone(), &["ResultCodeCredit"]), "ResultCodeGift", "1");
    assert_eq!(closing(&gift), DayVerdict::Unknown);
    assert_eq!(closing(&with(whole.clone(), "AmtTotal", "20.5 and 3")), DayVerdict::Unknown);
    assert_eq!(closing(&with(whole, "TransCntTotal", -2)), DayVerdict::Unknown);
}

// Rule 8
#[test]
fn nothing_of_a_card_or_a_customer_stays_whatever_the_cloud_sends() {
    let card = "4111111111111111";
    let telling = |sent: &Sent| {
        let mut told = sent.approval("18.40");
        for (name, value) in [
            ("Name", "M MUSTER"),
            ("CardBin", "476173"),
            ("ExpDate", "1228"),
            ("CardToken", "tok-8873"),
            ("GiftPAN", "6006491234"),
            ("Track1", "%B600^LOYALTY^4912?"),
            ("Track2", ";600=4912?"),
            ("Last4", card),
            ("Message", "APPROVED 4111 1111 1111 1111"),
            ("AuthCode", card),
            ("CardType", card),
            ("EMV_AID", card),
            ("receiptTerminal", "VISA 4111111111111111\nAPPROVED"),
        ] {
            told = with(told, name, value);
        }
        told.to_string()
    };
    let secrets =
        ["MUSTER", "476173", "1228", "tok-8873", "6006491234", "LOYALTY", ";600=", "411111111111", "4111 1111 1"];
    let plain = |json: String| json;
    let wrapped = |json: String| format!("<?xml version=\"1.0\"?><string xmlns=\"x\">{json}</string>");
    let escaped = |json: String| wrapped(json.replace('"', "&quot;"));
    let numbered = |json: String| wrapped(json.replace('"', "&#34;"));
    let ways: [&dyn Fn(String) -> String; 4] = [&plain, &wrapped, &escaped, &numbered];
    for (place, way) in ways.iter().enumerate() {
        let mut sent = Sent::sale(1_840);
        let line = sent.desk.line("payment").unwrap();
        let body = way(telling(&sent));
        sent.desk.responds(line, 200, &body);
        assert_eq!(sent.desk.books(&sent.id), (Verdict::Approved, Some(1_840)), "{place}");
        let kept = format!(
            "{:?} {:?} {:?} {:?}",
            sent.desk.journal.messages(&sent.id).unwrap(),
            sent.desk.record(&sent.id),
            sent.desk.signals,
            sent.desk.station.view()
        );
        for secret in secrets {
            assert!(!kept.contains(secret), "{secret} {place}: {kept}");
        }
    }
}

#[test]
fn a_card_number_that_a_customer_types_is_masked() {
    let mut desk = desk(&[]);
    let prompt = Prompt::Input { title: "Telephone".to_owned(), kind: InputKind::Digits, longest: 19 };
    let turn = desk.station.begin_errand(desk.now, Sending::Prompt(prompt));
    desk.carries_out(turn);
    let (line, _) = desk.asked("prompt");
    let end = desk.responds_to_errand(line, r#"{"ResultCode":"Success","UserInput":"4111111111111111"}"#);
    assert_eq!(end, Some(ErrandEnd::Prompted(Ok(PromptAnswer::Typed("************1111".to_owned())))));
}

// 3.11
#[test]
fn a_terminal_held_in_sight_is_looked_for_again_whoever_found_it_away() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    desk.is_told("features", &features());
    let request = desk.request(Operation::Sale, 1_840);
    let mut sent = Sent::begun(desk, request);
    let told = refused(&sent, "Terminal Is Offline");
    sent.desk.is_told("payment", &told);
    assert!(matches!(sent.desk.station.view().session, Some(Session::Offline(_))));
    sent.desk.pass(31 * SECOND);
    sent.desk.is_told("features", &features());
    assert!(matches!(sent.desk.station.view().session, Some(Session::Ready(_))));
}

/// The days asked about after the minute, until the till believes that there is no such payment.
fn days_of(sent: &mut Sent) -> Vec<String> {
    let (begun, mut days) = (sent.desk.now.at, std::collections::BTreeSet::new());
    while sent.desk.line("features").is_none() && sent.desk.now.at < begun + 3 * MINUTE {
        sent.desk.pass(SECOND);
        if sent.desk.line("status").is_some() {
            if sent.desk.now.at >= begun + MINUTE {
                days.insert(sent.desk.asked("status").1.text("date").to_owned());
            }
            sent.desk.is_told("status", &not_found());
        }
    }
    days.into_iter().collect()
}

// 3.6: date is the day of the transaction in US Central time
#[test]
fn within_an_hour_of_midnight_both_days_are_asked_about_in_summer_too() {
    for (at, days) in [
        ("2026-01-20T05:10:00Z", &["01192026", "01202026"][..]),
        ("2026-01-20T07:00:00Z", &["01192026", "01202026"]),
        ("2026-07-20T04:10:00Z", &["07192026", "07202026"]),
        ("2026-07-20T06:10:00Z", &["07192026", "07202026"]),
        ("2026-03-08T06:30:00Z", &["03072026", "03082026"]),
        ("2026-03-09T05:30:00Z", &["03082026", "03092026"]),
        ("2026-11-01T05:30:00Z", &["10312026", "11012026"]),
        ("2026-11-02T05:30:00Z", &["11012026", "11022026"]),
        ("2026-07-20T18:00:00Z", &["07202026"]),
    ] {
        let mut desk = desk(&[]);
        desk.now.wall = at.parse().unwrap();
        let request = desk.request(Operation::Sale, 1_840);
        let mut sent = Sent::begun(desk, request);
        sent.loses_its_line();
        assert_eq!(days_of(&mut sent), days, "{at}");
    }
}

#[test]
fn a_follow_up_of_yesterdays_sale_is_asked_about_on_the_sales_day_too() {
    let mut sale = begun(&[], Operation::Sale, 1_840);
    let (told, first) = (sale.approval("18.40"), sale.id.clone());
    sale.desk.is_told("payment", &told);
    sale.desk.now.wall += jiff::SignedDuration::from_hours(31);
    let mut tip = tips(sale.desk, &first, 300);
    tip.loses_its_line();
    assert_eq!(days_of(&mut tip), ["03142026", "03152026"]);
}

#[test]
fn a_choice_without_a_word_is_none() {
    let mut desk = desk(&[]);
    let prompt = Prompt::Choice { title: "Size".to_owned(), options: vec!["S".to_owned(), "L".to_owned()] };
    let turn = desk.station.begin_errand(desk.now, Sending::Prompt(prompt));
    desk.carries_out(turn);
    let (line, _) = desk.asked("prompt");
    let end = desk.responds_to_errand(line, r#"{"ResultCode":"Success","Message":"Success"}"#);
    assert!(matches!(end, Some(ErrandEnd::Prompted(Err(_)))), "{end:?}");
}
