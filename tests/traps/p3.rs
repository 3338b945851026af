//! PayProtocol P3.

use std::time::Duration;

use checkstand::domain::{Answer, Display, Operation, PaymentRequest, Verdict};
use checkstand::protocols;
use checkstand::protocols::simulator::Scenario;
use checkstand::terminal::Signal;
use serde_json::json;

use super::desk::payserver::{IDENTIFIER, READER, Sale, desk, lets_in, response};
use super::desk::{Desk, SECRET};
use super::world::{Cashier, OURS, World};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn an_error_answer_that_carries_an_approved_transaction_is_an_approval() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("ERROR", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn an_error_answer_that_carries_an_error_transaction_is_not_charged() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("ERROR", &sale.transaction("ERROR", "ERROR_TERMINAL_ERROR", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
}

#[test]
fn an_error_answer_that_carries_a_pending_transaction_is_asked_about() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("ERROR", &sale.transaction("PENDING", "PENDING_WAITING_FOR_PROCESSOR", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&[sale.transaction("APPROVED", "APPROVED", "10.00")]);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn an_approval_after_an_abort_answered_ok_is_an_approval_and_says_so() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.cancel();
    sale.answers_abort("OK");
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "an abort that was taken is no outcome");
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert!(sale.desk.station.view().payment.as_ref().unwrap().approved_after_cancel());
}

#[test]
fn inconclusive_stays_in_doubt_and_is_asked_for_until_it_is_approved() {
    let mut sale = Sale::under_way(1_000);
    let inconclusive = sale.transaction("INCONCLUSIVE", "UNKNOWN", "10.00");
    sale.responds("OK", &inconclusive);
    for _ in 0..5 {
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
        sale.is_asked_and_says(std::slice::from_ref(&inconclusive));
    }
    sale.is_asked_and_says(&[sale.transaction("APPROVED", "APPROVED", "10.00")]);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.sent_of("EXECUTE_TRANSACTION_REQUEST").len(), 1);
}

#[test]
fn what_stays_inconclusive_is_left_to_a_person() {
    let mut sale = Sale::under_way(1_000);
    let inconclusive = sale.transaction("INCONCLUSIVE", "UNKNOWN", "10.00");
    sale.responds("OK", &inconclusive);
    for _ in 0..60 {
        sale.is_asked_and_says(std::slice::from_ref(&inconclusive));
    }
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert!(sale.desk.station.at_hand().is_none(), "nobody asks any more");
}

#[test]
fn approved_partially_books_the_part() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED_PARTIALLY", "5.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(500)));
    assert_eq!(sale.desk.reason(&sale.id), "explain-approved-in-part");
}

#[test]
fn accepted_offline_is_paid_and_says_that_it_has_to_be_submitted() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("OK", &sale.transaction("ACCEPTED", "ACCEPTED_WAITING_FOR_SUBMISSION", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.desk.reason(&sale.id), "explain-accepted-offline");
}

#[test]
fn an_abort_pressed_too_early_is_sent_when_the_server_takes_it() {
    let mut sale = Sale::sent(1_000);
    sale.desk.cancel();
    assert!(sale.aborts().is_empty(), "no update has said that it can be aborted");
    sale.is_updated(false);
    assert!(sale.aborts().is_empty());
    sale.is_updated(true);
    let aborts = sale.aborts();
    assert_eq!(aborts.len(), 1);
    assert_eq!(aborts[0]["referenceTag"], sale.tag.as_str());
    assert_ne!(aborts[0]["tag"], sale.tag.as_str());
    sale.is_updated(true);
    assert_eq!(sale.aborts().len(), 1, "and once");
}

#[test]
fn an_abort_is_never_sent_while_the_last_update_forbids_it() {
    let mut sale = Sale::under_way(1_000);
    sale.is_updated(false);
    for _ in 0..3 {
        sale.desk.cancel();
    }
    sale.is_updated(false);
    sale.desk.pass(20 * SECOND);
    assert!(sale.aborts().is_empty());
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn an_update_without_a_word_about_aborting_forbids_it() {
    let mut sale = Sale::under_way(1_000);
    sale.hears(&json!({ "type": "EXECUTE_TRANSACTION_UPDATE", "tag": sale.tag, "status": "OK",
                        "executeTransactionUpdate": { "state": "PROCESSING", "information": ["a", "b"] } }));
    sale.desk.cancel();
    assert!(sale.aborts().is_empty());
}

#[test]
fn a_refused_abort_ends_nothing() {
    for status in ["NOTHING_TO_ABORT", "CANNOT_BE_ABORTED", "ERROR", "WHATEVER"] {
        let mut sale = Sale::under_way(1_000);
        sale.desk.cancel();
        sale.answers_abort(status);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{status}");
        sale.responds("OK", &sale.transaction("ABORTED", "ABORTED_MERCHANT_ABORTED", "10.00"));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Cancelled, None), "{status}");
    }
}

#[test]
fn an_answer_under_a_foreign_tag_is_ignored() {
    let mut sale = Sale::under_way(1_000);
    let approved = sale.transaction("APPROVED", "APPROVED", "10.00");
    sale.hears(&response("somebody-elses", "OK", &approved));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert!(sale.desk.station.view().is_paying());
    sale.responds("OK", &sale.transaction("DECLINED", "DECLINED_PROCESSOR", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
}

#[test]
fn a_foreign_transaction_under_our_tag_settles_nothing() {
    let mut sale = Sale::under_way(1_000);
    let mut foreign = sale.transaction("APPROVED", "APPROVED", "10.00");
    foreign["customIdentifier"] = json!("ZZZZ-9");
    sale.responds("OK", &foreign);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&[sale.transaction("DECLINED", "DECLINED_PROCESSOR", "10.00")]);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
}

#[test]
fn a_signature_that_is_refused_first_is_asked_for_again() {
    let mut sale = Sale::under_way(1_000);
    sale.hears(&json!({ "type": "EXECUTE_TRANSACTION_ACTION", "tag": sale.tag, "resource": "devices/till2",
                        "status": "OK", "executeTransactionAction": { "type": "SIGNATURE" } }));
    sale.desk.answer(Answer::Accept);
    let submitted = sale.sent_of("SUBMIT_SIGNATURE_REQUEST").pop().unwrap();
    assert_eq!(submitted["referenceTag"], sale.tag.as_str());
    assert_eq!(submitted["submitSignatureRequest"]["type"], "ON_RECEIPT");
    sale.hears(&json!({ "type": "SUBMIT_SIGNATURE_RESPONSE", "tag": submitted["tag"], "referenceTag": sale.tag,
                        "status": "ERROR", "error": { "type": "POS_TRANSACTION_ACTION_ERROR", "message": "no" } }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.desk.answer(Answer::Accept);
    let again = sale.sent_of("SUBMIT_SIGNATURE_REQUEST");
    assert_eq!(again.len(), 2);
    assert_ne!(again[0]["tag"], again[1]["tag"]);
    sale.hears(&json!({ "type": "SUBMIT_SIGNATURE_RESPONSE", "tag": again[1]["tag"], "referenceTag": sale.tag,
                        "status": "OK", "submitSignatureResponse": {} }));
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn both_lines_of_information_are_shown_unchanged() {
    for lines in [["Present card", "EUR 10.00"], ["  Karte bitte ", "10,00 €\u{a0}EUR"], ["", "Bitte PIN"], ["PIN", ""]]
    {
        let mut sale = Sale::sent(1_000);
        sale.is_shown(true, &lines);
        assert_eq!(sale.desk.displays().last(), Some(&lines.join("\n").as_str()));
        let view = sale.desk.station.view().payment.clone().unwrap();
        assert_eq!(view.displays.last().map(|shown| &shown.display), Some(&Display::Words(lines.join("\n"))));
    }
}

#[test]
fn amounts_that_a_float_gets_wrong_travel_exactly() {
    for (minor, text) in
        [(29, "0.29"), (115, "1.15"), (820, "8.20"), (435, "4.35"), (900_719_925_474_099_301, "9007199254740993.01")]
    {
        let sale = Sale::sent(minor);
        let bytes = sale.desk.sent.last().unwrap().text().to_owned();
        assert!(bytes.contains(&format!(r#""amount":{text},"#)), "{bytes}");
    }
}

#[test]
fn amounts_that_a_float_gets_wrong_are_booked_exactly() {
    for (minor, text) in
        [(29, "0.29"), (115, "1.15"), (820, "8.2"), (435, "4.350"), (900_719_925_474_099_301, "9007199254740993.01")]
    {
        let mut sale = Sale::sent(minor);
        let answer = format!(
            r#"{{"type":"EXECUTE_TRANSACTION_RESPONSE","tag":"{}","status":"OK","executeTransactionResponse":{{"state":"APPROVED","information":["a","b"],"transaction":{{"identifier":"{IDENTIFIER}","customIdentifier":"{}","type":"CHARGE","status":"APPROVED","amount":{text},"currency":"EUR"}}}}}}"#,
            sale.tag, sale.id
        );
        sale.desk.hears(sale.line, answer.as_bytes());
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(minor)), "{text}");
    }
}

#[test]
fn the_merchant_secret_is_in_no_journal_row_signal_or_view() {
    for transport in [("websocket", "4245"), ("tcp", "4246")] {
        for (cents, scenario) in Scenario::TABLE {
            // The wire itself is not looked at: the login carries it.
            let mut world = world(transport, |_| String::new());
            let cancel_after = match scenario {
                Scenario::CancelAcknowledgedApproved
                | Scenario::CancelRefusedApproved
                | Scenario::WaitsUntilCancelled => Some(3 * SECOND),
                _ => None,
            };
            let cashier = Cashier { cancel_after, answer: Some(Answer::Accept), ..Cashier::default() };
            let record = world.sale(10_000 + cents, &cashier);
            let (journal, view) = (&world.till().journal, world.till().station.view());
            let messages = journal.messages(&record.id).unwrap();
            assert!(messages.iter().any(|message| message.sent), "{scenario:?}: nothing to look at");
            let all = format!(
                "{record:?} {:?} {messages:?} {:?} {:?} {view:?} {}",
                journal.events(&record.id).unwrap(),
                journal.receipts(&record.id).unwrap(),
                journal.memory("terminal").unwrap(),
                world.transcript
            );
            assert!(!all.contains(super::world::till::SECRET), "{scenario:?}");
        }
    }
}

#[test]
fn the_merchant_secret_is_in_nothing_the_journal_keeps_of_the_login() {
    let sale = Sale::under_way(1_000);
    assert!(sale.desk.sent[0].text().contains(SECRET), "the login carries it");
    let kept = format!("{:?} {:?}", sale.desk.journal.messages(&sale.id).unwrap(), sale.desk.signals);
    assert!(kept.contains("merchantSecret") && !kept.contains(SECRET), "{kept}");
}

fn world((transport, port): (&str, &str), describe: fn(&[u8]) -> String) -> World {
    let fields = [
        ("host", "10.0.0.7"),
        ("port", port),
        ("transport", transport),
        ("currency", "SEK"),
        ("merchant_id", "mer-0815"),
        ("device", "mock1"),
    ];
    World::calm(protocols::find("p3").unwrap(), &fields, describe)
}

#[test]
fn the_identifier_of_the_first_update_is_durable_before_the_next_step() {
    let mut sale = Sale::sent(1_000);
    let reference = sale.desk.record(&sale.id).reference.unwrap();
    assert_eq!(reference["custom_identifier"], sale.id.as_str());
    assert_eq!(reference["tag"], sale.tag.as_str());
    sale.is_updated(true);
    assert_eq!(sale.desk.number(&sale.id).as_deref(), Some(IDENTIFIER));

    sale.desk.loses(sale.line);
    let asked = sale.until_asked();
    assert_eq!(asked["getTransactionRequest"]["transactionIdentifier"], IDENTIFIER);
}

#[test]
fn a_line_lost_before_the_first_update_ends_as_not_charged_only_after_thirty_seconds_and_nothing_runs() {
    let mut sale = Sale::sent(1_000);
    let lost_at = sale.desk.now.at;
    sale.desk.loses(sale.line);
    while sale.desk.books(&sale.id).0 == Verdict::InDoubt {
        sale.is_asked_and_says(&[]);
        if sale.desk.books(&sale.id).0 == Verdict::InDoubt && is_abort_open(&sale) {
            sale.answers_abort("NOTHING_TO_ABORT");
        }
        assert!(sale.desk.now.at - lost_at < 2 * MINUTE, "no end");
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
    assert!(sale.desk.now.at - lost_at >= 30 * SECOND);
    assert!(sale.desk.now.at - lost_at <= MINUTE, "the one who waits is told within a minute");
    assert_eq!(sale.sent_of("EXECUTE_TRANSACTION_REQUEST").len(), 1);
}

/// What was on its way until then may have come to run in the meantime.
#[test]
fn that_nothing_runs_counts_only_when_it_is_asked_after_the_thirty_seconds() {
    let mut sale = Sale::sent(1_000);
    let lost_at = sale.desk.now.at;
    sale.desk.loses(sale.line);
    while sale.desk.now.at - lost_at < 25 * SECOND {
        sale.is_asked_and_says(&[]);
        sale.answers_abort("NOTHING_TO_ABORT");
    }
    while sale.desk.now.at - lost_at < 40 * SECOND {
        sale.is_asked_and_says(&[]);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "nobody has said so since");
    }
    sale.answers_abort("CANNOT_BE_ABORTED");
    sale.is_asked_and_says(&[sale.transaction("APPROVED", "APPROVED", "10.00")]);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn a_query_that_finds_nothing_never_ends_it_while_the_server_says_nothing_about_what_runs() {
    let mut sale = Sale::sent(1_000);
    sale.desk.loses(sale.line);
    for _ in 0..60 {
        sale.is_asked_and_says(&[]);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    }
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
}

#[test]
fn a_transaction_the_server_has_named_is_never_believed_not_to_exist() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.loses(sale.line);
    for _ in 0..60 {
        let asked = sale.until_asked();
        sale.hears(&json!({ "type": "GET_TRANSACTION_RESPONSE", "tag": asked["tag"], "status": "ERROR",
                            "error": { "type": "POS_TRANSACTION_REFERENCE_NOT_FOUND", "message": "unknown" } }));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
        sale.desk.pass(SECOND);
    }
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
}

/// Whether the newest abort waits for its answer on the line that stands.
fn is_abort_open(sale: &Sale) -> bool {
    sale.desk.sent.last().is_some_and(|sent| sent.json()["type"] == "ABORT_OPERATION_REQUEST")
}

#[test]
fn several_devices_and_none_chosen_is_a_clear_refusal_and_nothing_is_sent() {
    let second = r#"{"name":"Till 3","identifier":"till3","resource":"devices/till3","type":"MIURA","comlink":"USB"}"#;
    let mut desk = desk(&[]);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    lets_in(&mut desk, &format!("{READER},{second}"));
    assert_eq!(desk.books(&id), (Verdict::NotCharged, None));
    assert_eq!(desk.reason(&id), "explain-choose-device");
    let detail = desk.record(&id).outcome.unwrap().explanation.unwrap().detail.unwrap();
    assert!(detail.contains("devices/till2") && detail.contains("devices/till3"), "{detail}");
    assert_only_the_login_left(&desk);
}

#[test]
fn a_device_that_is_gone_is_a_clear_refusal_and_nothing_is_sent() {
    let mut desk = desk(&[("device", "till9")]);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    lets_in(&mut desk, READER);
    assert_eq!(desk.books(&id), (Verdict::NotCharged, None));
    assert_eq!(desk.reason(&id), "explain-device-gone");
    assert_only_the_login_left(&desk);
}

fn assert_only_the_login_left(desk: &Desk) {
    assert_eq!(desk.sent.len(), 1);
    assert!(!desk.signals.iter().any(|signal| matches!(signal, Signal::Reference { .. })));
}

#[test]
fn a_refund_of_an_earlier_payment_names_it_and_needs_no_device() {
    let mut sale = Sale::under_way(1_000);
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    let mut request = sale.desk.request(Operation::Refund, 400);
    request.of = Some(sale.desk.original(&sale.id));
    sale.desk.start(request);
    sale.bring_line_up();
    let sent = sale.sent_of("AMEND_TRANSACTION_REQUEST").pop().unwrap();
    let parameters = &sent["amendTransactionRequest"]["transactionParameters"];
    assert_eq!(parameters["referencedTransactionIdentifier"], IDENTIFIER);
    assert!(sale.desk.sent.last().unwrap().text().contains(r#""amount":4.00,"#));
    assert!(sent.get("resource").is_none_or(serde_json::Value::is_null), "{sent}");
}

#[test]
fn a_cable_pulled_before_the_first_update_is_never_charged_twice() {
    let mut world = world(("websocket", "4245"), |_| String::new());
    let id = world.start(PaymentRequest::new(Operation::Sale, world.money(10_000)), &Cashier::default());
    world.run_for(Duration::from_millis(50));
    world.cable_pulled = true;
    world.run_for(20 * SECOND);
    world.cable_pulled = false;
    world.cancel(OURS);
    world.run_for(5 * MINUTE);
    let booked = world.record(&id).outcome.and_then(|outcome| outcome.taken).map_or(0, |taken| taken.total.minor());
    assert!(world.record(&id).state.is_final(), "{}", world.transcript);
    assert_eq!(world.charged(&id), booked);
}
