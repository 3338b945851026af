//! Paymentsense Connect at the counter.

use std::time::Duration;

use checkstand::domain::{Answer, DayReport, DayVerdict, Operation, Secret, Verdict};
use checkstand::protocols;
use checkstand::protocols::driver::{Command, Departure, Effect, Input, LinkEvent, LossCause, Report, Session};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Secrets};
use checkstand::terminal::Signal;
use serde_json::{Value, json};

use super::desk::connect_cloud::{Paying, TID, TODAY, desk, lets_in, one_terminal, result, with};
use super::desk::{Desk, SECRET};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn at(time: &str, result: Value) -> Value {
    with(result, "transactionTime", json!(format!("{TODAY}{time}")))
}

fn details(status: &str) -> Value {
    json!({ "result": { "tid": TID, "status": status, "currency": "GBP" } })
}

/// Nobody can be reached for so long.
fn is_away(desk: &mut Desk, time: Duration) {
    let until = desk.now.at + time;
    while desk.now.at < until {
        if let Some(line) = desk.line("cloud") {
            desk.ends(line, Departure::SurelyNot, LossCause::Refused);
        }
        desk.pass(SECOND);
    }
}

/// The next payment on the same terminal, whose line is lost before any word of it.
fn lost_after(first: Paying, minor: i64) -> Paying {
    let next = first.desk.request(Operation::Sale, minor);
    let mut sale = first.again(next);
    sale.desk.loses(sale.line);
    sale
}

/// A payment that was seen idle twice while its answer was waited for.
fn missed() -> Paying {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    for _ in 0..2 {
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &details("AVAILABLE"));
    }
    assert!(sale.desk.has_sought(&sale.id));
    sale
}

// Rule 10, DESIGN section 6: what nobody waits for must not take the next customer's card.
#[test]
fn a_payment_decided_not_paid_while_the_terminal_is_seen_at_work_is_stopped_there() {
    for holding in [false, true] {
        let mut desk = desk(&[]);
        if holding {
            desk.command(Command::Connect);
        }
        let request = desk.request(Operation::Sale, 1_000);
        let mut sale = Paying::of(desk, request);
        sale.is_notified("PRESENT_CARD");
        sale.desk.loses(sale.line);
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &details("BUSY"));
        sale.desk.decides_not_paid(&sale.id);
        sale.desk.pass(2 * SECOND);
        if sale.sent_of("cancelTransaction").is_empty() {
            lets_in(&mut sale.desk, &one_terminal("BUSY"));
        }
        assert_eq!(sale.sent_of("cancelTransaction").len(), 1, "holding: {holding}");
        assert!(!sale.desk.station.has_parting_words(), "holding: {holding}");
    }
}

// Rule 4
#[test]
fn an_answer_that_comes_while_the_till_already_asks_about_it_decides() {
    for (word, books) in [("SUCCESSFUL", (Verdict::Approved, Some(1_000))), ("DECLINED", (Verdict::Declined, None))] {
        let mut asking = missed();
        asking.responds(&result(word, 1_000, "0042"));
        assert_eq!(asking.desk.books(&asking.id), books, "a question is out");

        let mut waiting = missed();
        waiting.is_asked_and_says(&json!({ "error": { "code": -32_006, "message": "NO_LAST_TRANSACTION" } }));
        assert!(waiting.desk.conclusions.is_empty());
        waiting.responds(&result(word, 1_000, "0042"));
        assert_eq!(waiting.desk.books(&waiting.id), books, "the next question is waited for");
        assert_eq!(waiting.desk.conclusions.len(), 1);
    }
}

#[test]
fn an_answer_that_settles_nothing_does_not_begin_the_asking_anew() {
    let mut sale = Paying::sale(1_000);
    sale.responds(&json!({ "transactionResult": "TIMED_OUT" }));
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "error": { "code": -32_006, "message": "NO_LAST_TRANSACTION" } }));
        sale.responds(&json!({ "transactionResult": "TIMED_OUT" }));
        sale.fails(-32_002, "TERMINAL_BUSY");
    }
    sale.desk.pass(6 * SECOND);
    assert_eq!((sale.desk.books(&sale.id).0, sale.desk.conclusions.len()), (Verdict::InDoubt, 1));
}

#[test]
fn a_late_refusal_of_what_the_terminal_was_seen_at_does_not_begin_the_asking_anew() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    for _ in 0..2 {
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &details("AVAILABLE"));
    }
    let asked = sale.until_asked();
    let sent = sale.desk.sent.len();
    sale.fails(-32_001, "TERMINAL_UNAVAILABLE");
    sale.desk.pass(SECOND);
    assert_eq!((sale.desk.sent.len(), sale.desk.conclusions.len()), (sent, 0));
    sale.answers(&asked["id"], &details("AVAILABLE"));
    assert_eq!(sale.until_asked()["method"], "duplicate");
}

// 3.2
#[test]
fn after_a_restart_no_question_has_the_number_of_the_payment_in_doubt() {
    let mut sale = Paying::sale(1_000);
    let rpc = sale.rpc.as_i64().unwrap();
    sale.desk.restart();
    sale.desk.takes_up(&sale.id);
    for _ in 0..5 {
        let asked = sale.until_asked();
        assert!(asked["id"].as_i64().unwrap() > rpc, "{asked}");
        sale.answers(&asked["id"], &details("BUSY"));
    }
    sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

// 5.8, step 4: what lies before our start time is not ours
#[test]
fn a_payment_a_person_decided_about_is_not_taken_for_the_next_of_the_same_amount() {
    let mut first = Paying::sale(700);
    first.responds(&at("10:00:00", result("SUCCESSFUL", 700, "0041")));
    let mut decided = lost_after(first, 1_000);
    is_away(&mut decided.desk, MINUTE);
    decided.desk.decides_not_paid(&decided.id);
    let next = decided.desk.request(Operation::Sale, 1_000);
    let mut sale = decided.again(next);
    sale.desk.loses(sale.line);
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "result": at("10:00:20", result("SUCCESSFUL", 1_000, "0042")) }));
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert_eq!(sale.desk.reason(&sale.id), "explain-connect-look-at-terminal");
}

// DESIGN section 4: another till used the terminal meanwhile
#[test]
fn a_payment_made_long_after_ours_can_have_been_under_way_is_not_taken_for_it() {
    let mut first = Paying::sale(700);
    first.responds(&at("10:00:00", result("SUCCESSFUL", 700, "0041")));
    let mut sale = lost_after(first, 1_000);
    is_away(&mut sale.desk, 60 * MINUTE);
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "result": at("10:50:00", result("SUCCESSFUL", 1_000, "0042")) }));
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
}

#[test]
fn a_terminal_that_finished_late_is_believed_however_late_the_till_comes_back() {
    let mut first = Paying::sale(700);
    first.responds(&at("10:00:00", result("SUCCESSFUL", 700, "0041")));
    let mut sale = lost_after(first, 1_000);
    is_away(&mut sale.desk, 60 * MINUTE);
    sale.is_asked_and_says(&json!({ "result": at("10:03:50", result("SUCCESSFUL", 1_000, "0042")) }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

/// Ends the day on whatever line is wanted, with this result.
fn ends_the_day(desk: &mut Desk, line: Option<checkstand::protocols::frame::Channel>, end: &Value) {
    desk.command(Command::EndDay(DayReport::EndOfDay));
    let line = match line.filter(|line| desk.line("cloud") == Some(*line)) {
        Some(line) => line,
        None => lets_in(desk, &one_terminal("AVAILABLE")),
    };
    desk.pass(SECOND);
    let asked = desk.sent.last().unwrap().json();
    assert_eq!(asked["method"], "reportEndOfDay");
    let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": end });
    desk.hears(line, answer.to_string().as_bytes());
}

// Rule 3
#[test]
fn the_last_payment_before_the_end_of_the_day_is_known_again_after_it() {
    let newest = at("10:00:00", result("SUCCESSFUL", 1_000, "0041"));
    let mut first = Paying::sale(1_000);
    first.responds(&newest);
    ends_the_day(&mut first.desk, None, &json!({ "tid": TID, "reportType": "END_OF_DAY", "reportResult": "COMPLETE" }));
    first.desk.pass(30 * SECOND);
    let mut sale = lost_after(first, 1_000);
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "result": newest }));
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
    assert_eq!(sale.desk.reason(&sale.id), "explain-not-performed");
}

#[test]
fn after_the_end_of_the_day_numbers_begin_anew_over_a_restart() {
    let mut first = Paying::sale(700);
    first.responds(&at("10:00:00", result("SUCCESSFUL", 700, "0041")));
    ends_the_day(&mut first.desk, None, &json!({ "tid": TID, "reportType": "END_OF_DAY", "reportResult": "COMPLETE" }));
    first.desk.restart();
    let next = first.desk.request(Operation::Sale, 1_000);
    let mut sale = Paying::of(first.desk, next);
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&json!({ "result": at("10:00:05", result("SUCCESSFUL", 1_000, "0001")) }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

fn day_end(desk: &Desk) -> DayVerdict {
    let mut ends = desk.signals.iter().filter_map(|signal| match signal {
        Signal::DayEnd(end) => Some(end.verdict),
        _ => None,
    });
    ends.next_back().unwrap()
}

// Rule 3
#[test]
fn a_report_of_another_kind_or_of_another_terminal_closes_no_day() {
    for (end, verdict) in [
        (json!({ "reportResult": "COMPLETE" }), DayVerdict::Closed),
        (json!({ "reportResult": "COMPLETE", "reportType": "X_BALANCE" }), DayVerdict::Unknown),
        (json!({ "reportResult": "COMPLETE", "reportType": "END_OF_DAY", "tid": "70031196" }), DayVerdict::Unknown),
        (json!({ "reportResult": "DONE", "reportType": "END_OF_DAY" }), DayVerdict::Unknown),
    ] {
        let mut desk = desk(&[]);
        ends_the_day(&mut desk, None, &end);
        assert_eq!(day_end(&desk), verdict, "{end}");
    }
}

// Rule 10: arithmetic has bounds as well
#[test]
fn a_number_beyond_all_numbers_stops_no_till() {
    for number in ["4294967295", "4294967294", "10000"] {
        let mut first = Paying::sale(700);
        first.responds(&at("10:00:00", result("SUCCESSFUL", 700, number)));
        let mut sale = lost_after(first, 1_000);
        for _ in 0..2 {
            sale.is_asked_and_says(&json!({ "result": at("10:00:20", result("SUCCESSFUL", 1_000, "0042")) }));
        }
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt, "{number}");
    }
}

// Rule 8 blanks what is told; what is judged stays as it came
#[test]
fn a_key_that_stands_in_a_terminals_number_changes_nothing_that_is_judged() {
    let protocol = protocols::find("connect").unwrap();
    let mut given = FieldValues::default();
    given.set("host", "10.0.0.7");
    given.set("terminal_id", TID);
    let mut secrets = Secrets::default();
    secrets.set("api_key", Secret::new(&TID[..4]));
    let fields = protocol.checked(&given).unwrap();
    let mut driver = (protocol.driver)(&DriverSetup { fields, secrets, memory: None, seed: 1 }).unwrap();
    let now = desk(&[]).now;
    driver.step(now, Input::Command(Command::Connect));
    let line = Channel::new("cloud", 1);
    driver.step(now, Input::Link(line, LinkEvent::Opened));
    let list = json!({ "jsonrpc": "2.0", "id": 1, "result": one_terminal("AVAILABLE") });
    let told = driver.step(now, Input::Link(line, LinkEvent::Received(Frame::Bytes(list.to_string().into_bytes()))));
    let ready = Effect::Report(Report::Session(Session::Ready(vec![format!("{TID} AVAILABLE GBP")])));
    assert_eq!(told.last(), Some(&ready));
}

// Rule 10
#[test]
fn a_cloud_that_answers_and_drops_the_line_every_time_gets_no_endless_tries() {
    let mut desk = desk(&[]);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    for _ in 0..20 {
        if desk.line("cloud").is_none() {
            break;
        }
        let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
        desk.loses(line);
    }
    assert_eq!(desk.books(&id), (Verdict::NotCharged, None));
    assert!(desk.times_wanted("cloud") <= 3, "{}", desk.times_wanted("cloud"));
    assert_eq!(desk.station.deadline(), None);
}

fn signature_request(id: i64, more: Value) -> Value {
    let mut params = json!({ "tid": TID, "receiptLines": { "MERCHANT": [{ "value": "SIGNATURE: ......" }] } });
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": "signatureVerificationRequest", "params": params })
}

fn has_question(sale: &Paying) -> bool {
    sale.desk.station.view().payment.as_ref().is_some_and(|payment| payment.question.is_some())
}

// 4.12: whoever asks again has not got the answer; the cashier has given it
#[test]
fn a_signature_asked_for_again_after_the_answer_gets_the_same_answer_and_no_second_look() {
    let mut sale = Paying::sale(1_000);
    sale.hears(&signature_request(7, json!({})));
    sale.desk.answer(Answer::Reject);
    let sent = sale.desk.sent.len();
    sale.hears(&signature_request(7, json!({})));
    assert!(!has_question(&sale));
    assert_eq!(sale.desk.sent.len(), sent + 1);
    assert_eq!(sale.desk.sent.last().unwrap().json()["result"]["accepted"], false);
    sale.hears(&signature_request(8, json!({})));
    assert!(has_question(&sale), "another question is another question");
}

// 3.5; silence counts as accepted (4.12), so that a cashier who is not asked accepts
#[test]
fn a_signature_is_asked_for_whatever_else_stands_in_the_question() {
    for more in [json!({ "amountTotal": "10.00" }), json!({ "amountTotal": 10.0 }), json!({ "amountBase": {} })] {
        let mut sale = Paying::sale(1_000);
        sale.hears(&signature_request(7, more.clone()));
        assert!(has_question(&sale), "{more}");
    }
}

#[test]
fn a_look_that_was_out_on_a_lost_line_is_not_missed_on_the_next_one() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(61 * SECOND);
    assert_eq!(desk.sent.len(), 2, "a look is out");
    desk.loses(line);
    desk.pass(2 * SECOND);
    let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(20 * SECOND);
    assert_eq!(desk.line("cloud"), Some(line), "the new line is good");
}

// 4.11: a cancel stops whatever runs; Connect gives ours up after 200 s (5.7)
#[test]
fn no_cancel_is_sent_to_a_terminal_at_work_when_our_payment_cannot_be_what_it_is_at() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    sale.desk.loses(sale.line);
    is_away(&mut sale.desk, 30 * MINUTE);
    sale.desk.cancel();
    let asked = sale.until_asked();
    sale.answers(&asked["id"], &details("BUSY"));
    sale.desk.decides_not_paid(&sale.id);
    sale.desk.pass(12 * SECOND);
    if let Some(line) = sale.desk.line("cloud").filter(|line| *line != sale.line) {
        sale.line = line;
        lets_in(&mut sale.desk, &one_terminal("BUSY"));
    }
    assert!(sale.sent_of("cancelTransaction").is_empty());
    assert!(!sale.desk.station.has_parting_words());
}

// Rule 8
#[test]
fn an_api_key_that_somebody_repeats_is_kept_nowhere() {
    let words = format!("token {SECRET} refused");
    let mut sales = Vec::new();
    for answer in [
        json!({ "error": { "code": -32_001, "message": "TERMINAL_UNAVAILABLE", "data": { "userMessage": words } } }),
        json!({ "error": { "code": -32_603, "message": words } }),
        json!({ "result": with(result("DECLINED", 1_000, "0042"), "userMessage", json!(words)) }),
        json!({ "result": with(result("TIMED_OUT", 1_000, "0042"), "userMessage", json!(words)) }),
        json!({ "result": with(result(&words, 1_000, "0042"), "receiptLines", json!({ "MERCHANT": [words] })) }),
    ] {
        let mut sale = Paying::sale(1_000);
        sale.is_notified(&words);
        let rpc = sale.rpc.clone();
        sale.answers(&rpc, &answer);
        sales.push(sale);
    }
    for sale in sales {
        let told = format!("{:?} {:?} {:?}", sale.desk.signals, sale.desk.record(&sale.id), sale.desk.station.view());
        assert!(!told.contains(SECRET), "{told}");
        let memory = format!("{:?}", sale.desk.journal.memory("terminal").unwrap());
        assert!(!memory.contains(SECRET));
    }
}

// Rule 10
#[test]
fn a_word_without_end_is_cut_before_it_is_shown() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified(&"A".repeat(500_000));
    assert!(sale.desk.displays().iter().all(|word| word.len() <= 200));
}

// Rule 4: the terminal's answer decides, and where it comes too late somebody has to hear of it
#[test]
fn an_approval_after_the_till_was_sure_that_nothing_happened_raises_an_alarm() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let request = desk.request(Operation::Sale, 1_000);
    let mut sale = Paying::of(desk, request);
    for _ in 0..2 {
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &details("AVAILABLE"));
    }
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "error": { "code": -32_006, "message": "NO_LAST_TRANSACTION" } }));
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
    let told = sale.desk.notices().len();
    sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
    assert_eq!(sale.desk.notices().len(), told + 1);
    sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
    assert_eq!(sale.desk.notices().len(), told + 1, "once");
}

#[test]
fn an_answer_that_comes_twice_is_no_alarm() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let request = desk.request(Operation::Sale, 1_000);
    let mut sale = Paying::of(desk, request);
    for _ in 0..3 {
        sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
    }
    assert!(sale.desk.notices().is_empty());
    assert_eq!(sale.desk.conclusions.len(), 1);
}

// Rule 3
#[test]
fn a_line_lost_for_a_reason_of_its_opening_after_money_went_over_it_loses_the_answer() {
    for cause in [LossCause::Upgrade(401), LossCause::CaFile] {
        let mut sale = Paying::sale(1_000);
        sale.desk.ends(sale.line, Departure::Perhaps, cause);
        assert!(sale.desk.has_sought(&sale.id));
        sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    }
}

#[test]
fn what_another_terminal_did_last_is_not_remembered_of_this_one() {
    let mut first = Paying::sale(700);
    first.responds(&at("10:00:00", result("SUCCESSFUL", 700, "0041")));
    let mut sale = lost_after(first, 1_000);
    let foreign = with(at("10:00:20", result("SUCCESSFUL", 300, "0900")), "tid", json!("70031196"));
    sale.is_asked_and_says(&json!({ "result": foreign }));
    let memory = sale.desk.journal.memory("terminal").unwrap().unwrap();
    assert!(!memory.to_string().contains("0900"), "{memory}");
}

// DESIGN section 5: an interrupt while a terminal cannot be reached ends it within 10 s
#[test]
fn a_cancel_while_the_cloud_does_not_let_us_in_ends_the_waiting_within_ten_seconds() {
    let mut sale = Paying::sale(1_000);
    sale.desk.loses(sale.line);
    sale.desk.ends(sale.desk.line("cloud").unwrap(), Departure::SurelyNot, LossCause::Upgrade(401));
    sale.desk.cancel();
    sale.desk.pass(10 * SECOND);
    assert_eq!(sale.desk.conclusions.len(), 1);
}

#[test]
fn an_error_after_the_terminal_asked_for_the_card_is_asked_about() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("TRANSACTION_STARTED");
    sale.is_notified("PRESENT_CARD");
    sale.fails(-32_001, "TERMINAL_UNAVAILABLE");
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt);
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

// Rule 8
#[test]
fn a_key_that_somebody_repeats_is_not_in_the_transcript() {
    let mut sale = Paying::sale(1_000);
    sale.responds(&with(result("DECLINED", 1_000, "0042"), "userMessage", json!(format!("bad key {SECRET}"))));
    let messages = sale.desk.journal.messages(&sale.id).unwrap();
    assert!(messages.iter().all(|message| !message.body.contains(SECRET)));
}
