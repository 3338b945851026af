//! Paymentsense Connect: the line to the cloud, its refusals, and what the interface's parts carry (sections 1, 4 and 5).

use std::time::Duration;

use checkstand::domain::{Operation, PaymentRequest, Verdict};
use checkstand::protocols::driver::{Command, Departure, Endpoint, LossCause, Session};
use serde_json::{Value, json};

use super::desk::Desk;
use super::desk::connect_cloud::{Paying, TID, desk, lets_in, one_terminal, result, with};

const SECOND: Duration = Duration::from_secs(1);

fn session(desk: &Desk) -> Session {
    desk.station.view().session.clone().unwrap()
}

// 1.4
#[test]
fn each_refusal_has_its_own_text_and_begins_no_payment() {
    let refusals = [
        ("", 401, "explain-api-key-wrong"),
        ("", 403, "explain-api-key-wrong"),
        ("", 404, "explain-connect-not-found"),
        ("", 422, "explain-partner-ids-refused"),
        ("software_house_id", 422, "explain-software-house-id-missing"),
        ("installer_id", 422, "explain-installer-id-missing"),
        ("", 500, "explain-connect-unwell"),
        ("", 503, "explain-connect-unwell"),
        ("", 418, "explain-connect-refused"),
    ];
    for (missing, status, key) in refusals {
        let without = [(missing, "")];
        let mut desk = desk(if missing.is_empty() { &[] } else { &without });
        let id = desk.start(desk.request(Operation::Sale, 1_000));
        desk.ends(desk.line("cloud").unwrap(), Departure::SurelyNot, LossCause::Upgrade(status));
        assert_eq!((desk.books(&id).0, &*desk.reason(&id)), (Verdict::NotCharged, key), "{status}");
        assert!(desk.sent.is_empty());
    }
}

#[test]
fn a_refused_key_is_not_tried_again_within_a_minute_and_a_cloud_that_is_unwell_is() {
    for (status, within) in [(401, 60), (503, 1)] {
        let mut desk = desk(&[]);
        desk.command(Command::Connect);
        desk.ends(desk.line("cloud").unwrap(), Departure::SurelyNot, LossCause::Upgrade(status));
        desk.pass((within - 1) * SECOND);
        assert_eq!(desk.times_wanted("cloud"), 1, "{status}");
        desk.pass(2 * SECOND);
        assert_eq!(desk.times_wanted("cloud"), 2, "{status}");
    }
}

// 1.6
#[test]
fn two_requests_leave_a_tenth_of_a_second_apart_and_a_cancel_need_not_wait() {
    let mut desk = desk(&[]);
    desk.start(desk.request(Operation::Sale, 1_000));
    lets_in(&mut desk, &one_terminal("AVAILABLE"));
    assert_eq!(desk.sent.len(), 1);
    desk.pass(Duration::from_millis(99));
    assert_eq!(desk.sent.len(), 1);
    desk.pass(Duration::from_millis(1));
    assert_eq!(desk.sent.last().unwrap().json()["method"], "sale");
    desk.cancel();
    assert_eq!(desk.sent.last().unwrap().json()["method"], "cancelTransaction");
}

// 5.1, step 1
#[test]
fn a_line_that_has_stood_for_a_while_is_tried_before_money_goes_over_it() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(30 * SECOND);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    assert_eq!(desk.sent.last().unwrap().json()["method"], "terminalDetails");
    desk.pass(10 * SECOND);
    assert_ne!(desk.line("cloud"), Some(line), "the dead line is given up");
    lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(SECOND);
    assert_eq!(desk.sent.last().unwrap().json()["method"], "sale");
    assert!(desk.conclusions.is_empty());
    assert_eq!(desk.books(&id).0, Verdict::InDoubt);
}

#[test]
fn an_idle_line_is_tried_now_and_then_and_opened_anew_when_nobody_answers() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    lets_in(&mut desk, &one_terminal("AVAILABLE"));
    assert_eq!(session(&desk), Session::Ready(vec![format!("{TID} AVAILABLE GBP")]));
    desk.pass(61 * SECOND);
    assert_eq!(desk.sent.len(), 2);
    desk.pass(12 * SECOND);
    assert_eq!(desk.times_wanted("cloud"), 2);
}

// 1.5
#[test]
fn notifications_of_another_terminal_are_none_of_ours() {
    let mut sale = Paying::sale(1_000);
    sale.hears(&json!({ "jsonrpc": "2.0", "method": "terminalNotification",
                        "params": { "tid": "70031196", "notificationValue": "APPROVED" } }));
    assert!(sale.desk.displays().is_empty());
}

#[test]
fn a_response_under_a_number_nobody_used_changes_nothing() {
    let mut sale = Paying::sale(1_000);
    for id in [json!(999_999), json!(sale.rpc.to_string()), Value::Null] {
        sale.answers(&id, &json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    }
    assert!(sale.desk.conclusions.is_empty());
}

// 4.6
#[test]
fn a_completion_carries_the_code_and_the_amount_of_its_reservation() {
    let desk = desk(&[]);
    let request = desk.request(Operation::Preauth, 15_000);
    let mut reservation = Paying::of(desk, request);
    assert_eq!(reservation.sent_of("preAuth").len(), 1);
    reservation.responds(&with(result("SUCCESSFUL", 15_000, "0042"), "transactionType", json!("PRE_AUTH")));
    let mut request = reservation.desk.request(Operation::Capture, 11_840);
    request.of = Some(reservation.desk.original(&reservation.id));
    let capture = reservation.again(request);
    assert_eq!(
        capture.sent_of("completion")[0]["params"],
        json!({ "tid": TID, "currency": "GBP", "amount": 11_840, "authCode": "7K20PD", "amountPreAuthorisedTotal": 15_000 })
    );
}

// 4.7
#[test]
fn a_card_check_sends_no_amount_and_takes_nothing() {
    let desk = desk(&[]);
    let request = PaymentRequest::new(Operation::CardCheck, desk.request(Operation::Sale, 0).amount);
    let mut check = Paying::of(desk, request);
    assert_eq!(check.sent_of("accountVerification")[0]["params"], json!({ "tid": TID, "currency": "GBP" }));
    check.responds(&with(result("SUCCESSFUL", 0, "0042"), "transactionType", json!("ACCOUNT_VERIFICATION")));
    assert_eq!(check.desk.books(&check.id), (Verdict::Approved, Some(0)));
}

// 4.14
#[test]
fn the_older_interface_speaks_its_own_words() {
    let desk = desk(&[("api_version", "v0")]);
    let request = desk.request(Operation::Sale, 1_000);
    let mut sale = Paying::of(desk, request);
    assert_eq!(sale.sent_of("sale")[0]["params"], json!({ "tpi": TID, "currency": "GBP", "amount": 1_000 }));
    sale.desk.cancel();
    let cancel = sale.sent_of("cancelTransaction").pop().unwrap();
    assert_eq!(cancel["params"], json!({ "tpi": TID }));
    sale.answers(&cancel["id"], &json!({ "result": { "cancelled": false } }));
    assert_eq!(sale.desk.notices(), ["explain-too-late-to-cancel"]);
    sale.desk.loses(sale.line);
    let asked = sale.until_asked();
    assert_eq!((&asked["method"], &asked["params"]), (&json!("terminalsDetails"), &json!({ "tpis": [TID] })));
    sale.answers(&asked["id"], &json!({ "result": [{ "tpi": TID, "status": "AVAILABLE" }] }));
    let asked = sale.until_asked();
    assert_eq!((&asked["method"], &asked["params"]), (&json!("duplicate"), &json!({ "tpi": TID })));
    let mut last = result("SUCCESSFUL", 1_000, "0042");
    last["tpi"] = last["tid"].take();
    sale.answers(&asked["id"], &json!({ "result": last }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

// 1.3
#[test]
fn a_half_open_line_is_noticed_within_half_a_minute() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let Endpoint::WebSocket { ping_every, .. } = desk.endpoint(desk.line("cloud").unwrap()) else { panic!() };
    // The links give a line up when two pings stayed unanswered, and the third would be due.
    assert!(ping_every.unwrap() * 3 <= 30 * SECOND);
}

// 1.6
#[test]
fn a_line_that_is_lost_again_and_again_is_opened_with_growing_pauses_and_never_twice_at_once() {
    let mut desk = desk(&[]);
    desk.command(Command::Connect);
    let mut tries = Vec::new();
    for _ in 0..600 {
        if let Some(line) = desk.line("cloud") {
            tries.push(desk.now.at);
            desk.ends(line, Departure::SurelyNot, LossCause::Refused);
            assert!(desk.line("cloud").is_none(), "the next try has its pause");
        }
        desk.pass(Duration::from_millis(100));
    }
    let pauses: Vec<Duration> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses[0] <= SECOND + Duration::from_millis(100), "{pauses:?}");
    assert!(pauses.last().unwrap() >= &(8 * SECOND), "{pauses:?}");
    assert_eq!(desk.times_wanted("cloud"), tries.len());
}
