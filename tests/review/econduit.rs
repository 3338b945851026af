//! eConduit Cloud, the till as a POS.

use std::time::Duration;

use checkstand::domain::{Operation, PaymentId, Verdict};
use checkstand::links::{Pacing, exchange};
use checkstand::protocols::driver::{Endpoint, LossCause};

use checkstand::terminal::Earlier;

use serde_json::Value;

use super::desk::Desk;
use super::desk::econduit_cloud::{Sent, desk, features, not_found};

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
