//! Paymentsense Connect: the surprising points of section 7.3, in their order, and what sections 1 to 5 warn of besides.

use std::time::Duration;

use checkstand::domain::{Answer, DayReport, DayVerdict, Operation, Verdict};
use checkstand::protocols::driver::{Command, Endpoint, Session, Tls};
use checkstand::terminal::Signal;
use serde_json::{Value, json};

use super::desk::connect_cloud::{Paying, TID, TODAY, desk, lets_in, one_terminal, result, with};
use super::desk::{Desk, SECRET};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn session(desk: &Desk) -> Session {
    desk.station.view().session.clone().unwrap()
}

fn key_of(session: &Session) -> &str {
    match session {
        Session::Offline(why) | Session::Refused(why) => &why.key,
        other => panic!("{other:?}"),
    }
}

// 7.3, point 1
#[test]
fn a_socket_that_opens_and_stays_mute_is_noticed_before_money_goes_over_it() {
    let mut desk = desk(&[]);
    let id = desk.start(desk.request(Operation::Sale, 1_000));
    let line = desk.line("cloud").unwrap();
    desk.opened(line);
    desk.pass(11 * SECOND);
    assert_eq!((desk.books(&id).0, desk.reason(&id).as_str()), (Verdict::NotCharged, "explain-connect-mute"));
    let methods: Vec<Value> = desk.sent.iter().map(|sent| sent.json()["method"].clone()).collect();
    assert_eq!(methods, ["connectedTerminals"]);
}

#[test]
fn the_credentials_go_into_the_query_and_are_shown_nowhere() {
    let mut desk = desk(&[]);
    desk.start(desk.request(Operation::Sale, 1_000));
    let Endpoint::WebSocket { target, tls, .. } = desk.endpoint(desk.line("cloud").unwrap()) else { panic!() };
    assert!(target.reveal().reveal().contains(&format!("token={SECRET}&api-version=v1")));
    assert!(!format!("{target:?}").contains(SECRET));
    assert_eq!(*tls, Tls::Yes { ca_file: None });
}

// 7.3, point 2
#[test]
fn only_the_response_to_the_sale_decides_and_approved_is_a_notification() {
    let mut sale = Paying::sale(1_000);
    for value in ["TRANSACTION_STARTED", "PRESENT_CARD", "APPROVED", "TRANSACTION_FINISHED"] {
        sale.is_notified(value);
    }
    assert!(sale.desk.conclusions.is_empty());
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt);
    sale.responds(&result("DECLINED", 1_000, "0042"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
}

// 7.3, point 3
#[test]
fn a_decline_is_a_result_and_an_error_is_a_request_that_was_not_carried_out() {
    let words = [
        ("DECLINED", Verdict::Declined),
        ("VOID", Verdict::NotCharged),
        ("UNSUCCESSFUL", Verdict::NotCharged),
        ("CANCELLED", Verdict::Cancelled),
    ];
    for (word, verdict) in words {
        let mut sale = Paying::sale(1_000);
        sale.responds(&result(word, 1_000, "0042"));
        assert_eq!(sale.desk.books(&sale.id), (verdict, None), "{word}");
    }
    let mut busy = Paying::sale(1_000);
    busy.fails(-32_002, "TERMINAL_BUSY");
    assert_eq!(busy.desk.reason(&busy.id), "explain-terminal-busy");
}

#[test]
fn an_error_whose_number_is_not_the_projects_own_word_settles_nothing() {
    for (code, message) in [(-32_002, "Something else"), (-32_603, "INTERNAL_ERROR"), (-1, ""), (-32_602, "Bad params")]
    {
        let mut sale = Paying::sale(1_000);
        sale.fails(code, message);
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt);
        sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)), "{message}");
    }
}

#[test]
fn an_unknown_word_is_neither_paid_nor_declined() {
    for word in ["PARTIAL", "", "successful"] {
        let mut sale = Paying::sale(1_000);
        sale.responds(&result(word, 1_000, "0042"));
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt, "{word}");
        assert!(sale.desk.conclusions.is_empty());
    }
}

fn signature_request(id: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "signatureVerificationRequest",
            "params": { "tid": TID, "receiptLines": { "MERCHANT": [{ "value": "SIGNATURE: ......" }] } } })
}

// 7.3, point 4
#[test]
fn a_request_of_the_cloud_under_the_number_of_our_sale_is_answered_and_is_not_its_response() {
    let numbers = [None, Some(json!("abc")), Some(json!(0)), Some(json!(7.5))];
    for number in numbers {
        let mut sale = Paying::sale(1_000);
        let number = number.unwrap_or_else(|| sale.rpc.clone());
        sale.hears(&signature_request(&number));
        sale.desk.answer(Answer::Accept);
        let answer = sale.desk.sent.last().unwrap().json();
        assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": number, "result": { "accepted": true } }));
        assert!(sale.desk.conclusions.is_empty());
        sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    }
}

#[test]
fn an_unknown_method_is_answered_and_an_unknown_notification_is_ignored() {
    let mut sale = Paying::sale(1_000);
    sale.hears(&json!({ "jsonrpc": "2.0", "id": "x", "method": "askSomething", "params": {} }));
    let answer = sale.desk.sent.last().unwrap().json();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!("x"), &json!(-32_601)));
    let sent = sale.desk.sent.len();
    sale.hears(&json!({ "jsonrpc": "2.0", "method": "somethingNew" }));
    sale.is_notified("NEVER_HEARD_OF");
    assert_eq!(sale.desk.sent.len(), sent);
    assert_eq!(sale.desk.displays().last(), Some(&"NEVER_HEARD_OF"));
}

#[test]
fn a_signature_of_another_terminal_is_not_answered_for_it() {
    let mut sale = Paying::sale(1_000);
    let mut foreign = signature_request(&json!(5));
    foreign["params"]["tid"] = json!("70031196");
    sale.hears(&foreign);
    assert!(sale.desk.station.view().payment.as_ref().unwrap().question.is_none());
    assert!(sale.desk.sent.last().unwrap().json()["error"].is_object());
}

// 7.3, point 5
#[test]
fn a_signature_nobody_answers_is_closed_after_eighty_seconds_and_the_response_decides() {
    let mut sale = Paying::sale(1_000);
    sale.hears(&signature_request(&json!(1)));
    let question = sale.desk.station.view().payment.as_ref().unwrap().question.clone().unwrap();
    let left = question.until.unwrap().duration_since(sale.desk.now.wall);
    assert_eq!(left.as_secs(), 80);
    let sent = sale.desk.sent.len();
    for _ in 0..81 {
        sale.desk.pass(SECOND);
        sale.is_notified("SIGNATURE_VERIFICATION_IN_PROGRESS");
    }
    assert!(sale.desk.station.view().payment.as_ref().unwrap().question.is_none());
    assert_eq!(sale.desk.sent.len(), sent, "silence is not an answer");
    let slow = with(result("SUCCESSFUL", 1_000, "0042"), "userMessage", json!("Signature was not checked in time"));
    sale.responds(&slow);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.desk.reason(&sale.id), "explain-terminal-says");
}

#[test]
fn a_rejected_signature_is_not_charged_when_it_is_undone_and_paid_when_it_is_not() {
    for (word, books, reason) in [
        ("VOID", (Verdict::NotCharged, None), "explain-signature-rejected"),
        ("SUCCESSFUL", (Verdict::Approved, Some(1_000)), "explain-signature-not-undone"),
    ] {
        let mut sale = Paying::sale(1_000);
        sale.hears(&signature_request(&json!(1)));
        sale.desk.answer(Answer::Reject);
        assert_eq!(sale.desk.sent.last().unwrap().json()["result"]["accepted"], false);
        let mut end = result(word, 1_000, "0042");
        if word == "VOID" {
            end["transactionType"] = json!("SALE_REVERSAL");
        }
        sale.responds(&end);
        assert_eq!((sale.desk.books(&sale.id), &*sale.desk.reason(&sale.id)), (books, reason));
    }
}

// 7.3, point 6
#[test]
fn timed_out_is_unknown_and_the_terminal_may_have_gone_on() {
    let mut sale = Paying::sale(1_000);
    sale.responds(&json!({ "tid": TID, "transactionResult": "TIMED_OUT" }));
    assert_eq!(
        (sale.desk.books(&sale.id).0, &*sale.desk.reason(&sale.id)),
        (Verdict::InDoubt, "explain-connect-timed-out")
    );
    assert!(sale.desk.conclusions.is_empty());
    for _ in 0..5 {
        let asked = sale.until_asked();
        assert_eq!(asked["method"], "terminalDetails");
        sale.answers(&asked["id"], &json!({ "result": { "tid": TID, "status": "BUSY" } }));
    }
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
}

#[test]
fn timed_out_with_nothing_new_on_the_terminal_is_for_a_person() {
    let mut first = Paying::sale(700);
    first.responds(&result("SUCCESSFUL", 700, "0041"));
    let next = first.desk.request(Operation::Sale, 1_000);
    let mut sale = first.again(next);
    sale.responds(&json!({ "transactionResult": "TIMED_OUT" }));
    for _ in 0..2 {
        sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 700, "0041") }));
    }
    let books = (sale.desk.books(&sale.id).0, sale.desk.reason(&sale.id));
    assert_eq!(books, (Verdict::InDoubt, "explain-connect-look-at-terminal".to_owned()));
    assert_eq!(sale.desk.conclusions.len(), 2);
}

// 7.3, point 7
#[test]
fn a_sale_whose_answer_was_lost_is_never_sent_again() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.sent_of("sale").len(), 1);
    assert_eq!(sale.desk.number(&sale.id).as_deref(), Some("220450042"));
}

#[test]
fn the_last_transaction_is_ours_by_kind_amount_time_and_number_or_it_is_not_booked() {
    let ours = || result("SUCCESSFUL", 1_000, "0042");
    let odd = [
        with(ours(), "amountBase", json!(999)),
        with(ours(), "transactionType", json!("REFUND")),
        with(ours(), "transactionTime", json!(format!("{TODAY}09:30:00"))),
        with(ours(), "currency", json!("EUR")),
        with(ours(), "tid", json!("70031196")),
        with(ours(), "transactionNumber", json!("0044")),
        with(ours(), "transactionResult", json!("WELL")),
    ];
    for last in odd {
        let mut first = Paying::sale(700);
        first.responds(&result("SUCCESSFUL", 700, "0041"));
        let next = first.desk.request(Operation::Sale, 1_000);
        let mut sale = first.again(next);
        sale.desk.loses(sale.line);
        for _ in 0..2 {
            sale.is_asked_and_says(&json!({ "result": last }));
        }
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt, "{last}");
        assert_eq!(sale.desk.reason(&sale.id), "explain-connect-look-at-terminal", "{last}");
    }
}

#[test]
fn a_terminal_that_recorded_nothing_since_did_not_perform_it_once_nothing_can_be_on_its_way() {
    let mut first = Paying::sale(700);
    first.responds(&result("SUCCESSFUL", 700, "0041"));
    let next = first.desk.request(Operation::Sale, 1_000);
    let mut sale = first.again(next);
    let lost_at = sale.desk.now.at;
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 700, "0041") }));
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt);
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 700, "0041") }));
    assert_eq!(
        (sale.desk.books(&sale.id).0, &*sale.desk.reason(&sale.id)),
        (Verdict::NotCharged, "explain-not-performed")
    );
    assert!(sale.desk.now.at - lost_at >= 30 * SECOND);
}

#[test]
fn a_terminal_without_any_transaction_did_not_perform_it_and_one_that_forgot_what_it_had_tells_nothing() {
    let none = json!({ "error": { "code": -32_006, "message": "NO_LAST_TRANSACTION" } });
    let mut sale = Paying::sale(1_000);
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&none);
    sale.is_asked_and_says(&none);
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::NotCharged);
    let mut first = Paying::sale(700);
    first.responds(&result("SUCCESSFUL", 700, "0041"));
    let next = first.desk.request(Operation::Sale, 1_000);
    let mut sale = first.again(next);
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&none);
    sale.is_asked_and_says(&none);
    assert_eq!(sale.desk.reason(&sale.id), "explain-connect-look-at-terminal");
}

#[test]
fn a_terminal_that_read_a_card_and_recorded_nothing_is_for_a_person() {
    let none = json!({ "error": { "code": -32_006, "message": "NO_LAST_TRANSACTION" } });
    for (value, verdict) in [("PRESENT_CARD", Verdict::NotCharged), ("PIN_ENTRY", Verdict::InDoubt)] {
        let mut sale = Paying::sale(1_000);
        sale.is_notified(value);
        sale.desk.loses(sale.line);
        sale.is_asked_and_says(&none);
        sale.is_asked_and_says(&none);
        assert_eq!((sale.desk.books(&sale.id).0, sale.desk.conclusions.len()), (verdict, 1), "{value}");
    }
}

#[test]
fn a_terminal_that_knows_no_duplicate_is_for_a_person() {
    let mut sale = Paying::sale(1_000);
    sale.desk.loses(sale.line);
    sale.is_asked_and_says(&json!({ "error": { "code": -32_004, "message": "NOT_SUPPORTED" } }));
    assert_eq!(
        (sale.desk.books(&sale.id).0, &*sale.desk.reason(&sale.id)),
        (Verdict::InDoubt, "explain-connect-no-duplicate")
    );
}

#[test]
fn a_terminal_that_stays_at_work_or_away_is_shown_with_the_vendors_procedure_and_asked_on() {
    let mut sale = Paying::sale(1_000);
    sale.desk.loses(sale.line);
    for _ in 0..130 {
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &json!({ "result": { "tid": TID, "status": "BUSY" } }));
    }
    assert_eq!(sale.desk.reason(&sale.id), "explain-connect-still-at-work");
    for _ in 0..7 {
        let asked = sale.until_asked();
        sale.answers(&asked["id"], &json!({ "error": { "code": -32_001, "message": "TERMINAL_UNAVAILABLE" } }));
    }
    assert_eq!(sale.desk.reason(&sale.id), "explain-connect-terminal-gone");
    sale.is_asked_and_says(&json!({ "error": { "code": -32_004, "message": "NOT_SUPPORTED" } }));
    assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt);
}

// 7.3, point 8
#[test]
fn a_cancel_that_was_taken_promises_nothing() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    sale.desk.cancel();
    let cancel = sale.sent_of("cancelTransaction").pop().unwrap();
    assert_eq!(cancel["params"], json!({ "tid": TID }));
    sale.answers(&cancel["id"], &json!({ "result": { "cancelling": true } }));
    assert!(sale.desk.conclusions.is_empty());
    sale.responds(&result("SUCCESSFUL", 1_000, "0042"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert!(sale.desk.station.view().payment.as_ref().unwrap().approved_after_cancel());
}

#[test]
fn a_cancel_that_is_refused_is_told_and_the_sale_goes_on() {
    for answer in [
        json!({ "error": { "code": -32_003, "message": "UNABLE_TO_CANCEL" } }),
        json!({ "result": { "cancelling": false } }),
    ] {
        let mut sale = Paying::sale(1_000);
        sale.desk.cancel();
        let cancel = sale.sent_of("cancelTransaction").pop().unwrap();
        sale.answers(&cancel["id"], &answer);
        assert_eq!(sale.desk.notices(), ["explain-too-late-to-cancel"]);
        sale.responds(&result("CANCELLED", 1_000, "0042"));
        assert_eq!(
            (sale.desk.books(&sale.id).0, &*sale.desk.reason(&sale.id)),
            (Verdict::Cancelled, "explain-cancelled-by-cashier")
        );
    }
}

// 7.3, point 9
#[test]
fn what_was_taken_is_booked_with_gratuity_and_the_cashback_that_was_really_given() {
    let desk = desk(&[]);
    let mut request = desk.request(Operation::Sale, 2_000);
    request.cashback = Some(desk.request(Operation::Sale, 1_000).amount);
    let mut sale = Paying::of(desk, request);
    assert_eq!(
        sale.sent_of("sale")[0]["params"],
        json!({ "tid": TID, "currency": "GBP", "amount": 2_000, "amountCashback": 1_000 })
    );
    let mut end = result("SUCCESSFUL", 2_000, "0042");
    end["amountCashback"] = json!(0);
    end["amountGratuity"] = json!(240);
    end["amountTotal"] = json!(2_240);
    end["userMessage"] = json!("Cashback not possible");
    sale.responds(&end);
    let outcome = sale.desk.record(&sale.id).outcome.unwrap();
    let taken = outcome.taken.unwrap();
    assert_eq!((taken.total.minor(), taken.tip_minor, taken.cashback_minor), (2_240, 240, 0));
    let why = outcome.explanation.unwrap();
    assert_eq!((why.key.as_str(), why.detail.as_deref()), ("explain-less-cashback", Some("Cashback not possible")));
}

#[test]
fn an_answer_of_another_amount_is_another_payments_whatever_its_number_says() {
    for word in ["SUCCESSFUL", "DECLINED", "CANCELLED"] {
        let mut sale = Paying::sale(1_000);
        sale.responds(&result(word, 90_000, "0042"));
        assert_eq!(
            (sale.desk.books(&sale.id).0, &*sale.desk.reason(&sale.id)),
            (Verdict::InDoubt, "explain-foreign-answer")
        );
        sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0043") }));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)), "{word}");
    }
}

#[test]
fn amounts_that_do_not_add_up_or_are_no_integers_are_not_booked() {
    let ours = || result("SUCCESSFUL", 1_000, "0042");
    let odd = [
        with(ours(), "amountTotal", json!(1_001)),
        with(ours(), "amountTotal", json!(10.00)),
        with(ours(), "amountTotal", json!("1000")),
        with(ours(), "amountCashback", json!(-100)),
        with(ours(), "currency", json!("EUR")),
        with(with(ours(), "amountTotal", Value::Null), "amountBase", Value::Null),
    ];
    for end in odd {
        let mut sale = Paying::sale(1_000);
        sale.responds(&end);
        assert_eq!(sale.desk.books(&sale.id).0, Verdict::InDoubt, "{end}");
        assert!(sale.desk.conclusions.is_empty());
    }
}

// 7.3, point 11; point 10 is of pay at table
#[test]
fn the_end_of_the_day_is_started_by_the_till_and_kept_with_lines_and_totals() {
    let mut desk = desk(&[]);
    desk.command(Command::EndDay(DayReport::EndOfDay));
    let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(SECOND);
    let asked = desk.sent.last().unwrap().json();
    assert_eq!((&asked["method"], &asked["params"]), (&json!("reportEndOfDay"), &json!({ "tid": TID })));
    let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": {
        "tid": TID, "reportType": "END_OF_DAY", "reportResult": "COMPLETE", "reportTime": "2026-03-14T22:58:31",
        "reportLines": [{ "type": "TEXT", "format": ["BOLD"], "value": "END OF DAY" }, { "type": "TICKET_FEED", "value": "" }],
        "balances": { "currency": "GBP", "totalAmount": 48_210, "totalSalesCount": 21, "totalRefundsCount": 1 },
        "banking": { "NORTHBANK": { "currency": "GBP" } } } });
    desk.hears(line, answer.to_string().as_bytes());
    let Some(Signal::DayEnd(end)) = desk.signals.last() else { panic!("{:?}", desk.signals) };
    assert_eq!((end.verdict, end.transactions, end.total.unwrap().minor()), (DayVerdict::Closed, Some(22), 48_210));
    assert_eq!(end.lines, ["END OF DAY"]);
    assert_eq!(end.figures.as_ref().unwrap()["banking"]["NORTHBANK"]["currency"], "GBP");
}

#[test]
fn a_report_whose_answer_is_lost_or_incomplete_is_not_called_closed() {
    for (answer, verdict) in [
        (Some(json!({ "result": { "reportResult": "TIMED_OUT" } })), DayVerdict::Unknown),
        (Some(json!({ "error": { "code": -32_004, "message": "NOT_SUPPORTED" } })), DayVerdict::NotClosed),
        (None, DayVerdict::Unknown),
    ] {
        let mut desk = desk(&[]);
        desk.command(Command::EndDay(DayReport::EndOfDay));
        let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
        desk.pass(SECOND);
        let asked = desk.sent.last().unwrap().json();
        match answer {
            Some(mut answer) => {
                answer["id"] = asked["id"].clone();
                desk.hears(line, answer.to_string().as_bytes());
            }
            None => desk.loses(line),
        }
        let Some(Signal::DayEnd(end)) = desk.signals.iter().rfind(|signal| matches!(signal, Signal::DayEnd(_))) else {
            panic!()
        };
        assert_eq!(end.verdict, verdict);
    }
}

// 7.3, point 13; point 12 is held by the links
#[test]
fn an_empty_list_of_terminals_is_an_ordinary_answer() {
    for list in [json!([]), json!({ "terminals": [] })] {
        let mut desk = desk(&[("terminal_id", "")]);
        desk.command(Command::Connect);
        lets_in(&mut desk, &list);
        assert_eq!(key_of(&session(&desk)), "explain-no-terminal-listed");
        assert_eq!(desk.times_wanted("cloud"), 1, "the line is good");
    }
}

#[test]
fn the_only_terminal_of_the_site_is_taken_and_of_several_one_is_to_be_chosen() {
    let mut only = desk(&[("terminal_id", "")]);
    only.start(only.request(Operation::Sale, 1_000));
    lets_in(&mut only, &json!({ "terminals": [{ "tpi": "VCMDEMOSIP0", "status": "AVAILABLE" }] }));
    only.pass(SECOND);
    assert_eq!(only.sent.last().unwrap().json()["params"]["tid"], "VCMDEMOSIP0");
    let mut several = desk(&[("terminal_id", "")]);
    let id = several.start(several.request(Operation::Sale, 1_000));
    lets_in(&mut several, &json!([{ "tid": "A1", "status": "AVAILABLE" }, { "tid": "B2", "status": "BUSY" }]));
    several.pass(SECOND);
    assert_eq!((several.books(&id).0, &*several.reason(&id)), (Verdict::NotCharged, "explain-choose-terminal"));
    assert!(several.sent.iter().all(|sent| sent.json()["method"] != "sale"));
}

// 7.3, point 14
#[test]
fn amounts_travel_as_integers_of_minor_units() {
    for (minor, text) in [(1_250, "\"amount\":1250"), (5, "\"amount\":5"), (99_999_999, "\"amount\":99999999")] {
        let sale = Paying::sale(minor);
        let sent = sale.desk.sent.iter().map(|sent| sent.text().to_owned()).collect::<String>();
        assert!(sent.contains(text), "{sent}");
    }
    let mut desk = desk(&[]);
    let id = desk.start(desk.request(Operation::Sale, 100_000_000));
    lets_in(&mut desk, &one_terminal("AVAILABLE"));
    desk.pass(SECOND);
    assert_eq!((desk.books(&id).0, &*desk.reason(&id)), (Verdict::NotCharged, "explain-amount-too-large"));
}

// 5.9
#[test]
fn a_till_that_was_started_again_knows_what_it_knew_before() {
    let mut first = Paying::sale(700);
    first.responds(&result("SUCCESSFUL", 700, "0041"));
    let next = first.desk.request(Operation::Sale, 1_000);
    let mut sale = first.again(next);
    sale.desk.restart();
    sale.desk.takes_up(&sale.id);
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.sent_of("sale").len(), 2);
}

#[test]
fn an_answer_that_never_comes_is_missed_when_the_terminal_is_seen_idle() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("APPROVED");
    for _ in 0..2 {
        let asked = sale.until_asked();
        assert_eq!(asked["method"], "terminalDetails");
        sale.answers(&asked["id"], &json!({ "result": { "tid": TID, "status": "AVAILABLE" } }));
    }
    sale.is_asked_and_says(&json!({ "result": result("SUCCESSFUL", 1_000, "0042") }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert!(sale.desk.now.at.since_origin() < 2 * MINUTE);
}

#[test]
fn a_payment_a_person_called_off_is_stopped_at_a_terminal_that_is_still_at_it() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified("PRESENT_CARD");
    sale.desk.loses(sale.line);
    sale.desk.decides_not_paid(&sale.id);
    assert!(sale.desk.station.has_parting_words());
    if sale.desk.line("cloud").is_none() {
        sale.desk.pass(2 * SECOND);
    }
    lets_in(&mut sale.desk, &one_terminal("BUSY"));
    assert_eq!(sale.sent_of("cancelTransaction").len(), 1);
    assert!(!sale.desk.station.has_parting_words());
}
