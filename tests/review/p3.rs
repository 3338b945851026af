//! PayProtocol P3.

use std::time::Duration;

use checkstand::domain::{Operation, PaymentId, PaymentRequest, Verdict};
use checkstand::protocols::driver::{Command, Departure, LossCause};
use serde_json::{Value, json};

use super::desk::payserver::{IDENTIFIER, READER, Sale, desk, lets_in};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_payment_decided_not_paid_while_the_line_is_down_is_stopped_when_the_line_is_up_again() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.loses(sale.line);
    sale.desk.decides_not_paid(&sale.id);
    assert!(sale.aborts().is_empty());
    assert!(sale.desk.station.has_parting_words());
    let line = sale.desk.line("payserver").unwrap();
    sale.desk.ends(line, Departure::SurelyNot, LossCause::Refused);
    sale.desk.pass(2 * SECOND);
    sale.bring_line_up();
    assert_abort_of(&sale);
    assert!(!sale.desk.station.has_parting_words());
}

#[test]
fn a_payment_decided_not_paid_on_an_open_line_is_stopped_on_a_new_one() {
    let mut sale = Sale::under_way(1_000);
    sale.is_updated(false);
    sale.desk.decides_not_paid(&sale.id);
    sale.desk.pass(2 * SECOND);
    sale.bring_line_up();
    assert_abort_of(&sale);
}

#[test]
fn what_is_to_be_stopped_is_stopped_before_the_next_payment_is_sent() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.loses(sale.line);
    sale.desk.decides_not_paid(&sale.id);
    sale.desk.start(sale.desk.request(Operation::Sale, 700));
    sale.bring_line_up();
    assert_abort_of(&sale);
    let kinds: Vec<String> =
        sale.desk.sent.iter().map(|sent| sent.json()["type"].as_str().unwrap().to_owned()).collect();
    assert!(
        kinds.ends_with(&["ABORT_OPERATION_REQUEST".to_owned(), "EXECUTE_TRANSACTION_REQUEST".to_owned()]),
        "{kinds:?}"
    );
}

fn assert_abort_of(sale: &Sale) {
    let aborts = sale.aborts();
    assert_eq!(aborts.len(), 1);
    assert_eq!(aborts[0]["referenceTag"], sale.tag.as_str());
}

#[test]
fn a_server_that_stays_away_is_tried_a_bounded_number_of_times_for_an_abort() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.loses(sale.line);
    sale.desk.decides_not_paid(&sale.id);
    for _ in 0..600 {
        if let Some(line) = sale.desk.line("payserver") {
            sale.desk.ends(line, Departure::SurelyNot, LossCause::Refused);
        }
        sale.desk.pass(SECOND);
    }
    let tried = sale.desk.times_wanted("payserver") - 1;
    assert!((3..=25).contains(&tried), "{tried}");
    assert!(!sale.desk.station.has_parting_words());
    assert_eq!(sale.desk.station.deadline(), None);
}

/// An amendment that is at the server, beside the sale it is about.
struct Amendment {
    original: PaymentId,
    sale: Sale,
}

impl Amendment {
    fn sent(operation: Operation, minor: i64) -> Amendment {
        let first = if operation == Operation::Capture { Operation::Preauth } else { Operation::Sale };
        let mut desk = desk(&[("tip_adjustable", "true")]);
        let original = desk.start(desk.request(first, 1_000));
        let line = lets_in(&mut desk, READER);
        let tag = desk.sent.last().unwrap().json()["tag"].as_str().unwrap().to_owned();
        let mut sale = Sale::known(desk, original.clone(), line, tag);
        sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
        assert_eq!(sale.desk.books(&original), (Verdict::Approved, Some(1_000)));
        let about = sale.desk.original(&original);
        sale.id = sale.desk.start(PaymentRequest { of: Some(about), ..sale.desk.request(operation, minor) });
        sale.bring_line_up();
        let request = sale.sent_of("AMEND_TRANSACTION_REQUEST").pop().unwrap();
        sale.tag = request["tag"].as_str().unwrap().to_owned();
        Amendment { original, sale }
    }

    /// The original, as the platform has it after the amendment.
    fn original(&self, more: Value) -> Value {
        let mut transaction = json!({
            "identifier": IDENTIFIER, "customIdentifier": self.original.as_str(), "type": "CHARGE", "status": "APPROVED",
            "statusDetails": { "code": "APPROVED", "description": "Approved" }, "mode": "ONLINE", "amount": 10.00,
            "currency": "EUR",
        });
        for (name, value) in more.as_object().unwrap() {
            transaction[name] = value.clone();
        }
        transaction
    }

    fn responds(&mut self, transaction: &Value) {
        let data = json!({ "state": "APPROVED", "stateDetails": "APPROVED", "information": ["Payment", "Approved"],
                           "transaction": transaction });
        self.sale.hears(&json!({ "type": "AMEND_TRANSACTION_RESPONSE", "tag": self.sale.tag, "status": "OK",
                                 "amendTransactionResponse": data }));
    }

    /// Nothing is known and nothing runs, far longer than anything can be on its way.
    fn is_not_found_for_a_while(&mut self, what: &str) {
        for _ in 0..15 {
            let aborts = self.sale.aborts().len();
            finds_nothing(&mut self.sale);
            if self.sale.aborts().len() > aborts {
                self.sale.answers_abort("NOTHING_TO_ABORT");
            }
            assert_eq!(self.books(), (Verdict::InDoubt, None), "{what}");
            assert!(self.sale.desk.station.at_hand().is_some(), "{what}");
        }
    }

    fn books(&self) -> (Verdict, Option<i64>) {
        self.sale.desk.books(&self.sale.id)
    }
}

#[test]
fn a_refund_without_any_update_is_asked_about_on_the_same_line() {
    let mut refund = Amendment::sent(Operation::Refund, 400);
    let lines = refund.sale.desk.times_wanted("payserver");
    for _ in 0..4 {
        refund.sale.is_asked_and_says(&[]);
        assert_eq!(refund.books(), (Verdict::InDoubt, None));
    }
    assert_eq!(refund.sale.desk.times_wanted("payserver"), lines, "something is heard on it");
    assert!(!refund.sale.desk.has_sought(&refund.sale.id));
    let mut done = refund.original(json!({ "type": "REFUND", "amount": 4.00, "identifier": "0f0f" }));
    done["customIdentifier"] = json!(refund.sale.id.as_str());
    refund.responds(&done);
    assert_eq!(refund.books(), (Verdict::Approved, Some(400)));
    assert_eq!(refund.sale.sent_of("AMEND_TRANSACTION_REQUEST").len(), 1);
}

#[test]
fn a_refund_is_not_done_only_when_nothing_runs_forty_seconds_after_the_last_word() {
    let mut refund = Amendment::sent(Operation::Refund, 400);
    refund.sale.is_asked_and_says(&[]);
    let lost_at = refund.sale.desk.now.at;
    refund.sale.desk.loses(refund.sale.line);
    let mut asked_at = lost_at;
    while refund.books().0 == Verdict::InDoubt {
        let aborts = refund.sale.aborts().len();
        refund.sale.is_asked_and_says(&[]);
        if refund.sale.aborts().len() > aborts {
            asked_at = refund.sale.desk.now.at;
            refund.sale.answers_abort("NOTHING_TO_ABORT");
        }
        assert!(refund.sale.desk.now.at - lost_at < 2 * MINUTE, "no end");
    }
    assert_eq!(refund.books(), (Verdict::NotCharged, None));
    assert_eq!(refund.sale.desk.reason(&refund.sale.id), "explain-reversal-not-done");
    assert!(refund.sale.desk.now.at - lost_at >= 40 * SECOND);
    assert!(asked_at - lost_at >= 40 * SECOND, "the abort that counts was asked after that");
}

#[test]
fn a_refund_is_never_not_done_while_no_abort_is_answered() {
    let mut refund = Amendment::sent(Operation::Refund, 400);
    refund.sale.desk.loses(refund.sale.line);
    for _ in 0..30 {
        refund.sale.is_asked_and_says(&[]);
        assert_eq!(refund.books(), (Verdict::InDoubt, None));
    }
}

#[test]
fn rows_of_a_query_without_our_own_key_are_not_ours() {
    let mut sale = Sale::sent(1_000);
    sale.desk.loses(sale.line);
    let mut foreign = sale.transaction("APPROVED", "APPROVED", "10.00");
    foreign.as_object_mut().unwrap().remove("customIdentifier");
    let mut declined = sale.transaction("DECLINED", "DECLINED_PROCESSOR", "10.00");
    declined["customIdentifier"] = Value::Null;
    for row in [foreign, declined] {
        sale.is_asked_and_says(&[row]);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
        assert!(sale.desk.station.at_hand().is_some());
    }
    sale.is_asked_and_says(&[sale.transaction("APPROVED", "APPROVED", "10.00")]);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn an_error_without_data_for_a_transaction_that_has_its_name_is_asked_about() {
    for kind in [
        "POS_TRANSACTION_DECLINED",
        "POS_TRANSACTION_ABORTED",
        "POS_TRANSACTION_BUSY",
        "POS_TRANSACTION_REFERENCE_NOT_FOUND",
        "POS_ACCESSORY_BUSY",
        "POS_ACCESSORY_NOT_CONNECTED",
        "POS_PARAMETER_INVALID",
        "POS_SERVER_AUTHENTICATION_FAILED",
        "PAYSERVER_MESSAGE_PROCESSING",
        "SOMETHING_NEW",
    ] {
        let mut sale = Sale::under_way(1_000);
        sale.hears(&failed(&sale.tag, "EXECUTE_TRANSACTION_RESPONSE", kind));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{kind}");
        assert_eq!(sale.until_asked()["type"], "GET_TRANSACTION_REQUEST", "{kind}");
        let approved = sale.transaction("APPROVED", "APPROVED", "10.00");
        let tag = sale.desk.sent.last().unwrap().json()["tag"].clone();
        sale.hears(&json!({ "type": "GET_TRANSACTION_RESPONSE", "tag": tag, "status": "OK",
                            "getTransactionResponse": { "transaction": approved } }));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)), "{kind}");
    }
}

fn failed(tag: &str, message: &str, kind: &str) -> Value {
    json!({ "type": message, "tag": tag, "status": "ERROR",
            "error": { "type": kind, "message": "Something failed", "developerMessage": "?" } })
}

#[test]
fn a_capture_answered_with_the_captured_original_is_approved() {
    let mut capture = Amendment::sent(Operation::Capture, 1_000);
    let captured = capture.original(json!({ "captured": true }));
    capture.responds(&captured);
    assert_eq!(capture.books(), (Verdict::Approved, Some(1_000)));
}

#[test]
fn a_tip_answered_with_the_adjusted_original_is_approved() {
    let mut tip = Amendment::sent(Operation::Tip, 200);
    let details = json!({ "tipAdjustStatus": "ADJUSTED", "includedTipAmount": 2.00 });
    let adjusted = tip.original(json!({ "captured": true, "amount": 12.00, "details": details }));
    tip.responds(&adjusted);
    assert_eq!(tip.books(), (Verdict::Approved, Some(1_200)));
}

#[test]
fn an_original_that_was_not_changed_approves_nothing() {
    let mut capture = Amendment::sent(Operation::Capture, 1_000);
    let untouched = capture.original(json!({ "captured": false }));
    capture.responds(&untouched);
    assert_eq!(capture.books(), (Verdict::InDoubt, None));

    let mut tip = Amendment::sent(Operation::Tip, 200);
    let untouched = tip.original(json!({ "captured": true, "details": { "tipAdjustStatus": "ADJUSTABLE" } }));
    tip.responds(&untouched);
    assert_eq!(tip.books(), (Verdict::InDoubt, None));
}

#[test]
fn after_an_error_a_capture_or_tip_that_is_not_found_never_ends_as_not_charged() {
    for operation in [Operation::Capture, Operation::Tip] {
        let mut amendment = Amendment::sent(operation, 200);
        let tag = amendment.sale.tag.clone();
        amendment.sale.hears(&failed(&tag, "AMEND_TRANSACTION_RESPONSE", "PAYSERVER_EXCEPTION"));
        amendment.is_not_found_for_a_while(&format!("{operation:?}"));
    }
}

/// Answers the next question: nothing of the kind is known.
fn finds_nothing(sale: &mut Sale) {
    let asked = sale.until_asked();
    let tag = asked["tag"].as_str().unwrap();
    sale.hears(&if asked["type"] == "GET_TRANSACTION_REQUEST" {
        failed(tag, "GET_TRANSACTION_RESPONSE", "POS_TRANSACTION_REFERENCE_NOT_FOUND")
    } else {
        json!({ "type": "QUERY_TRANSACTIONS_RESPONSE", "tag": tag, "status": "OK",
                "queryTransactionsResponse": { "transactions": [] } })
    });
}

#[test]
fn after_a_direct_answer_an_empty_query_never_ends_as_not_charged() {
    for operation in [Operation::Capture, Operation::Tip, Operation::Refund] {
        for odd in [
            json!({ "captured": true, "status": "INCONCLUSIVE", "details": { "tipAdjustStatus": "ADJUSTED" } }),
            json!({}),
            json!({ "captured": false, "details": { "tipAdjustStatus": "UNKNOWN" } }),
        ] {
            let mut amendment = Amendment::sent(operation, 200);
            let answer = amendment.original(odd.clone());
            amendment.responds(&answer);
            amendment.is_not_found_for_a_while(&format!("{operation:?} {odd}"));
        }
    }
}

/// A capture or tip whose line was lost before any word of it, up to the question about its original.
fn lost_unheard(operation: Operation) -> Amendment {
    let mut amendment = Amendment::sent(operation, 200);
    amendment.sale.desk.loses(amendment.sale.line);
    while amendment.sale.question_out()["type"] != "GET_TRANSACTION_REQUEST" {
        let aborts = amendment.sale.aborts().len();
        amendment.sale.is_asked_and_says(&[]);
        if amendment.sale.aborts().len() > aborts {
            amendment.sale.answers_abort("NOTHING_TO_ABORT");
        }
        assert_eq!(amendment.books(), (Verdict::InDoubt, None));
    }
    amendment
}

/// A platform may keep no row of its own for them.
#[test]
fn an_empty_query_says_nothing_of_a_capture_or_tip_that_the_original_shows() {
    for (operation, more) in [
        (Operation::Capture, json!({ "captured": true })),
        (Operation::Capture, json!({})),
        (Operation::Tip, json!({ "amount": 12.00, "details": { "tipAdjustStatus": "ADJUSTED" } })),
        (Operation::Tip, json!({ "details": { "tipAdjustStatus": "NOT_ADJUSTABLE" } })),
        (Operation::Tip, json!({})),
    ] {
        let mut amendment = lost_unheard(operation);
        let original = amendment.original(more.clone());
        amendment.sale.is_asked_and_says(&[original]);
        assert_eq!(amendment.books(), (Verdict::InDoubt, None), "{operation:?} {more}");
        assert_eq!(amendment.sale.until_asked()["type"], "QUERY_TRANSACTIONS_REQUEST", "{operation:?} {more}");
    }
}

#[test]
fn an_original_that_shows_nothing_of_a_capture_or_tip_is_the_proof() {
    for (operation, more) in [
        (Operation::Capture, json!({ "captured": false })),
        (Operation::Tip, json!({ "captured": true, "details": { "tipAdjustStatus": "ADJUSTABLE" } })),
    ] {
        let mut amendment = lost_unheard(operation);
        let original = amendment.original(more);
        amendment.sale.is_asked_and_says(&[original]);
        assert_eq!(amendment.books(), (Verdict::NotCharged, None), "{operation:?}");
        assert_eq!(amendment.sale.desk.reason(&amendment.sale.id), "explain-reversal-not-done");
    }
}

#[test]
fn the_original_of_somebody_else_proves_nothing() {
    let mut capture = lost_unheard(Operation::Capture);
    let mut other = capture.original(json!({ "captured": false }));
    other["identifier"] = json!("0f0f");
    capture.sale.is_asked_and_says(&[other]);
    assert_eq!(capture.books(), (Verdict::InDoubt, None));
}

#[test]
fn an_abort_that_nobody_answers_does_not_reset_the_line_while_updates_come() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.cancel();
    assert_eq!(sale.aborts().len(), 1);
    for _ in 0..6 {
        sale.desk.pass(2 * SECOND);
        sale.is_updated(false);
    }
    assert_eq!(sale.desk.times_wanted("payserver"), 1);
    assert!(sale.desk.notices().contains(&"explain-cancel-not-confirmed"));
    assert!(!sale.desk.has_sought(&sale.id));
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn an_abort_that_nobody_answers_on_a_mute_line_resets_it() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.cancel();
    sale.desk.pass(6 * SECOND);
    assert_eq!(sale.desk.times_wanted("payserver"), 2);
    assert!(sale.desk.has_sought(&sale.id));
}

#[test]
fn a_question_that_nobody_answers_does_not_reset_the_line_while_updates_come() {
    let mut sale = Sale::under_way(1_000);
    sale.until_asked();
    for _ in 0..5 {
        sale.desk.pass(4 * SECOND);
        sale.is_updated(true);
    }
    assert_eq!(sale.desk.times_wanted("payserver"), 1);
    assert!(!sale.desk.has_sought(&sale.id));
}

#[test]
fn a_server_that_does_not_know_the_question_lives_all_the_same() {
    let mut sale = Sale::under_way(1_000);
    for _ in 0..4 {
        let asked = sale.until_asked();
        sale.hears(&failed(asked["tag"].as_str().unwrap(), "UNKNOWN_RESPONSE", "PAYSERVER_MESSAGE_PROCESSING"));
    }
    assert_eq!(sale.desk.times_wanted("payserver"), 1);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.responds("OK", &sale.transaction("APPROVED", "APPROVED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn a_server_that_forgot_the_login_gets_a_new_line_and_a_new_login() {
    let mut sale = Sale::under_way(1_000);
    sale.desk.loses(sale.line);
    let asked = sale.until_asked();
    let lines = sale.desk.times_wanted("payserver");
    let tag = asked["tag"].as_str().unwrap();
    sale.hears(&failed(tag, "GET_TRANSACTION_RESPONSE", "POS_SERVER_AUTHENTICATION_FAILED"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&[sale.transaction("APPROVED", "APPROVED", "10.00")]);
    assert_eq!(sale.desk.times_wanted("payserver"), lines + 1);
    assert_eq!(sale.sent_of("LOGIN_MERCHANT_REQUEST").len(), lines + 1);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn a_sale_right_after_connect_uses_the_line_that_is_being_opened() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    assert_eq!(desk.times_wanted("payserver"), 1);
    lets_in(&mut desk, READER);
    assert_eq!(desk.sent.last().unwrap().json()["type"], "EXECUTE_TRANSACTION_REQUEST");
    assert_eq!(desk.times_wanted("payserver"), 1);
    assert_eq!(desk.books(&id), (Verdict::InDoubt, None));
}

#[test]
fn a_cancel_while_a_signature_is_asked_for_sends_the_abort_and_closes_the_question() {
    let mut sale = Sale::under_way(1_000);
    sale.is_updated(false);
    sale.hears(&json!({ "type": "EXECUTE_TRANSACTION_ACTION", "tag": sale.tag, "resource": "devices/till2",
                        "status": "OK", "executeTransactionAction": { "type": "SIGNATURE" } }));
    let question = |sale: &Sale| sale.desk.station.view().payment.as_ref().and_then(|payment| payment.question.clone());
    assert!(question(&sale).is_some());
    sale.desk.cancel();
    assert_abort_of(&sale);
    assert_eq!(question(&sale), None);
    sale.answers_abort("OK");
    sale.responds("OK", &sale.transaction("ABORTED", "ABORTED_MERCHANT_ABORTED", "10.00"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Cancelled, None));
}
