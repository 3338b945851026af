//! Valor Connect.

use std::time::Duration;

use checkstand::domain::{DayReport, Operation, Verdict};
use checkstand::protocols::driver::{Command, Departure, Endpoint, LossCause};
use checkstand::protocols::frame::Channel;
use checkstand::terminal::Signal;

use super::desk::Desk;
use super::desk::valor_terminal::{ACCEPTED, ACCEPTED_WITHOUT_STAN, ACK, Sale, desk, id_of, result};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const ABOUT_AN_EARLIER_ONE: [Operation; 3] = [Operation::Void, Operation::Tip, Operation::Capture];

/// Approved in batch 56 with number 7, by the card 0077.
fn approved(desk: Desk) -> Sale {
    let request = desk.request(Operation::Sale, 1_250);
    let mut sale = Sale::begun(desk, request);
    sale.hears(ACK);
    sale.hears(ACCEPTED);
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
    sale
}

/// The till closes its batch 56.
fn closes_its_batch(desk: &mut Desk) {
    desk.command(Command::EndDay(DayReport::EndOfDay));
    let line = desk.line("settlement").unwrap();
    desk.opened(line);
    let id = id_of(&desk.sent.last().unwrap().json());
    let closed = r#""BATCH_NO":"56","AMOUNT":"1250","TOTAL_TRAN_COUNT":"1""#;
    desk.hears(line, result("0", &id, closed).as_bytes());
    assert_eq!(day_ends(desk).len(), 1);
}

fn day_ends(desk: &Desk) -> Vec<String> {
    let end = |signal: &Signal| match signal {
        Signal::DayEnd(end) => Some(format!("{:?}", end.verdict)),
        _ => None,
    };
    desk.signals.iter().filter_map(end).collect()
}

/// Starts it, and sees that it ends without a word to the terminal.
fn assert_nothing_leaves(sale: &mut Sale, operation: Operation) {
    let words = sale.desk.sent.len();
    let request = sale.about_it(operation, 300);
    let id = sale.desk.start(request);
    if let Some(line) = sale.desk.line("payment") {
        sale.desk.opened(line);
    }
    assert_eq!(sale.desk.sent.len(), words, "{operation:?}: {}", sale.desk.sent.last().unwrap().text());
    assert_eq!(sale.desk.books(&id), (Verdict::NotCharged, None), "{operation:?}");
    assert_eq!(sale.desk.reason(&id), "explain-reversal-not-possible");
}

#[test]
fn nothing_is_sent_about_a_sale_of_a_batch_that_this_till_has_closed() {
    let mut sale = approved(desk(&[]));
    closes_its_batch(&mut sale.desk);
    ABOUT_AN_EARLIER_ONE.into_iter().for_each(|operation| assert_nothing_leaves(&mut sale, operation));
}

#[test]
fn nothing_is_sent_about_a_sale_of_an_older_batch_than_the_newest_one_seen() {
    let older = approved(desk(&[]));
    let request = older.desk.request(Operation::Sale, 500);
    let Sale { desk, id, .. } = older;
    let mut newer = Sale::begun(desk, request);
    newer.hears(ACK);
    newer.hears(&newer.result(
        "0",
        r#""TRAN_TYPE":"Credit","MASKED_PAN":"4000 **** **** 0044","RRN":"2","TRAN_NO":"1","BATCH_NO":"57","TOTAL_AMOUNT":"500""#,
    ));
    assert_eq!(newer.desk.books(&newer.id), (Verdict::Approved, Some(500)));
    newer.id = id;
    ABOUT_AN_EARLIER_ONE.into_iter().for_each(|operation| assert_nothing_leaves(&mut newer, operation));
}

#[test]
fn the_batch_is_remembered_over_a_restart() {
    let mut sale = approved(desk(&[]));
    closes_its_batch(&mut sale.desk);
    sale.desk.restart();
    ABOUT_AN_EARLIER_ONE.into_iter().for_each(|operation| assert_nothing_leaves(&mut sale, operation));
}

#[test]
fn a_sale_of_the_open_batch_is_still_voided_after_a_restart() {
    let mut sale = approved(desk(&[]));
    sale.desk.restart();
    let request = sale.about_it(Operation::Void, 1_250);
    let void = Sale::begun(sale.desk, request);
    assert_eq!(void.desk.sent.last().unwrap().json()["TRAN_NO"], "7");
}

#[test]
fn an_answer_about_another_batch_or_another_card_is_an_alarm_and_in_doubt() {
    for operation in ABOUT_AN_EARLIER_ONE {
        for other in [
            r#""MASKED_PAN":"5413 **** **** 0077","BATCH_NO":"57""#,
            r#""MASKED_PAN":"4000 **** **** 0044","BATCH_NO":"56""#,
        ] {
            let sale = approved(desk(&[]));
            let request = sale.about_it(operation, 1_250);
            let mut void = Sale::begun(sale.desk, request);
            void.hears(ACK);
            void.hears(&void.result("0", &format!(r#""TRAN_NO":"7","RRN":"9","TOTAL_AMOUNT":"1250",{other}"#)));
            assert_misdirected(&void, &format!("{operation:?} {other}"));
        }
    }
}

#[test]
fn an_answer_about_another_card_that_was_asked_for_is_an_alarm_and_in_doubt() {
    let sale = approved(desk(&[]));
    let request = sale.about_it(Operation::Void, 1_250);
    let mut void = Sale::begun(sale.desk, request);
    void.hears(ACK);
    void.hears(ACCEPTED);
    void.loses_its_line();
    void.is_asked_and_says(&void.result(
        "0",
        r#""STAN_ID":"118","TRAN_METHOD":"Void","TRAN_NO":"7","RRN":"9","TOTAL_AMOUNT":"1250","MASKED_PAN":"4000 **** **** 0044""#,
    ));
    assert_misdirected(&void, "asked");
}

fn assert_misdirected(void: &Sale, what: &str) {
    assert_eq!(void.desk.books(&void.id), (Verdict::InDoubt, None), "{what}");
    assert_eq!(void.desk.reason(&void.id), "explain-other-transaction", "{what}");
    assert_eq!(void.desk.notices(), ["explain-other-transaction"], "{what}");
    let events = format!("{:?}", void.desk.journal.events(&void.id).unwrap());
    assert!(events.contains("alarm"), "{what}: {events}");
    assert!(void.desk.station.at_hand().is_none(), "{what}: a person decides");
}

#[test]
fn a_payment_that_a_person_decided_not_paid_is_still_cancelled_at_the_terminal() {
    let mut sale = Sale::accepted(1_250);
    sale.desk.decides_not_paid(&sale.id);
    let line = sale.desk.line("cancel").expect("a line to the cancel port");
    let Endpoint::Tcp { port: 5_001, .. } = sale.desk.endpoint(line) else { panic!("the cancel port") };
    assert!(sale.desk.station.has_parting_words());
    sale.desk.opened(line);
    let sent = sale.desk.sent.last().unwrap();
    assert_eq!(sent.channel, line);
    assert_eq!(sent.text(), format!(r#"{{"TRAN_MODE":"99","REQ_TXN_ID":"{}"}}"#, sale.attempt));
    sale.desk.hears(line, br#"{"STATE":"-2","ERROR_MSG":"TRANSACTION CLEARED SUCCESSFULLY"}"#);
    assert!(!sale.desk.station.has_parting_words());
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
}

#[test]
fn a_payment_decided_not_paid_while_it_is_asked_about_is_cancelled_too() {
    let mut sale = Sale::accepted(1_250);
    sale.loses_its_line();
    sale.desk.decides_not_paid(&sale.id);
    let line = sale.desk.line("cancel").expect("a line to the cancel port");
    sale.desk.opened(line);
    assert_eq!(sale.desk.sent.last().unwrap().json()["TRAN_MODE"], "99");
}

const NOT_PROVEN: [&str; 6] = [
    "Transaction Not Found",
    "No Record Found",
    "Invalid Format",
    "DECLINED",
    "Insufficient Funds",
    "HOST NOT REACHABLE",
];

#[test]
fn an_answer_that_only_repeats_the_number_it_was_asked_by_never_ends_a_payment() {
    for words in NOT_PROVEN {
        for number in ["STAN_NO", "STAN_ID"] {
            let mut sale = Sale::accepted(1_250);
            sale.loses_its_line();
            let answer = format!(
                r#"{{"STATE":"-1","EPI":"2310045678","{number}":"118","ERROR_MSG":"{words}","ERROR_CODE":"0600VI01"}}"#
            );
            for _ in 0..3 {
                sale.is_asked_and_says(&answer);
                assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{words}");
                assert!(sale.desk.station.at_hand().is_some(), "{words}");
            }
            sale.is_asked_and_says(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
            assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)), "{words}");
        }
    }
}

#[test]
fn that_nothing_can_be_told_never_ends_a_payment_even_under_our_id() {
    for words in ["Transaction Not Found", "No Record Found", "Invalid Format"] {
        let mut sale = Sale::accepted(1_250);
        sale.loses_its_line();
        sale.is_asked_and_says(&sale.result("-1", &format!(r#""STAN_ID":"118","ERROR_MSG":"{words}""#)));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{words}");
        assert!(sale.desk.station.at_hand().is_some(), "{words}");
    }
}

#[test]
fn what_is_told_beside_the_open_line_without_our_id_never_ends_a_payment() {
    for words in NOT_PROVEN {
        let mut sale = Sale::accepted(1_250);
        sale.is_asked_and_says(&format!(r#"{{"STATE":"-1","STAN_NO":"118","ERROR_MSG":"{words}"}}"#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{words}");
        sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)), "{words}");
    }
}

#[test]
fn processing_error_after_the_acceptance_is_no_reason_to_send_again() {
    for accepted in [ACCEPTED, ACCEPTED_WITHOUT_STAN] {
        let mut sale = Sale::sent(1_250);
        sale.hears(ACK);
        sale.hears(accepted);
        sale.hears(&sale.result("-1", r#""ERROR_MSG":"PROCESSING ERROR""#));
        sale.desk.pass(MINUTE);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
        assert_eq!((sale.times_sent(), sale.desk.times_wanted("payment")), (1, 1));
    }
}

#[test]
fn processing_error_after_lost_was_told_is_no_reason_to_send_again() {
    let mut sale = Sale::sent(1_250);
    sale.desk.pass(6 * SECOND);
    assert!(sale.desk.has_sought(&sale.id));
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"PROCESSING ERROR""#));
    sale.desk.pass(MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::NotCharged, None));
    assert_eq!((sale.times_sent(), sale.desk.times_wanted("payment")), (1, 1));
}

#[test]
fn host_processing_error_is_an_ordinary_failure() {
    let mut sale = Sale::sent(1_250);
    sale.hears(ACK);
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"HOST PROCESSING ERROR""#));
    sale.desk.pass(MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
    assert_eq!((sale.times_sent(), sale.desk.times_wanted("payment")), (1, 1));
}

/// Refuses the cancel each time it is tried.
fn refuses_cancels(desk: &mut Desk) -> usize {
    let mut refused = 0;
    for _ in 0..30 {
        if let Some(line) = desk.line("cancel") {
            desk.ends(line, Departure::SurelyNot, LossCause::Refused);
            refused += 1;
        }
        desk.pass(SECOND);
    }
    refused
}

#[test]
fn a_cancel_port_that_refuses_does_not_end_the_payments_line() {
    let mut sale = Sale::accepted(1_250);
    sale.desk.cancel();
    assert_eq!(refuses_cancels(&mut sale.desk), 3, "a few tries, and no more");
    assert!(sale.desk.notices().contains(&"explain-cancel-not-confirmed"));
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn a_cancel_port_that_refuses_does_not_touch_the_next_payments_line() {
    let mut earlier = Sale::accepted(1_250);
    earlier.desk.decides_not_paid(&earlier.id);
    let request = earlier.desk.request(Operation::Sale, 900);
    let mut sale = Sale::begun(earlier.desk, request);
    sale.hears(ACK);
    sale.hears(ACCEPTED_WITHOUT_STAN);
    assert_eq!(refuses_cancels(&mut sale.desk), 3);
    assert!(!sale.desk.has_sought(&sale.id), "it is none of this payment's business");
    assert_eq!(sale.desk.notices(), Vec::<&str>::new());
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"900""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(900)));
}

/// A sale over WebSocket whose cancel waits for its line.
fn cancelled_over_websocket() -> (Sale, Channel) {
    let desk = desk(&[("transport", "websocket")]);
    let request = desk.request(Operation::Sale, 1_250);
    let mut sale = Sale::begun(desk, request);
    sale.hears(ACK);
    sale.hears(ACCEPTED);
    sale.desk.cancel();
    let line = sale.desk.line("cancel").unwrap();
    assert!(matches!(sale.desk.endpoint(line), Endpoint::WebSocket { port: 5_001, .. }));
    (sale, line)
}

#[test]
fn a_cancel_port_that_does_not_speak_websocket_is_tried_with_plain_tcp() {
    for cause in [LossCause::TimedOut, LossCause::Broken, LossCause::Garbled, LossCause::Stranger] {
        let (mut sale, line) = cancelled_over_websocket();
        sale.desk.ends(line, Departure::SurelyNot, cause);
        let line = sale.desk.line("cancel").expect("another line at once");
        assert!(matches!(sale.desk.endpoint(line), Endpoint::Tcp { port: 5_001, .. }), "{cause:?}");
        sale.desk.opened(line);
        let sent = sale.desk.sent.last().unwrap();
        assert_eq!((sent.channel, sent.json()["TRAN_MODE"].as_str()), (line, Some("99")), "{cause:?}");
        assert!(!sale.desk.has_sought(&sale.id), "{cause:?}");
    }
}

#[test]
fn an_absent_cancel_port_is_no_matter_of_websocket() {
    let (mut sale, line) = cancelled_over_websocket();
    sale.desk.ends(line, Departure::SurelyNot, LossCause::Refused);
    assert_eq!(sale.desk.line("cancel"), None);
    sale.desk.pass(2 * SECOND);
    let line = sale.desk.line("cancel").unwrap();
    assert!(matches!(sale.desk.endpoint(line), Endpoint::WebSocket { .. }));
}

#[test]
fn an_acknowledgement_alone_means_that_the_cancel_was_heard() {
    let mut sale = Sale::accepted(1_250);
    sale.desk.cancel();
    let line = sale.desk.line("cancel").unwrap();
    sale.desk.opened(line);
    sale.desk.hears(line, ACK.as_bytes());
    sale.desk.loses(line);
    sale.desk.pass(20 * SECOND);
    assert_eq!(sale.desk.times_wanted("cancel"), 1);
    assert_eq!(sale.desk.notices(), Vec::<&str>::new());
    assert!(!sale.desk.has_sought(&sale.id));
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"Transaction Timeout/Cancelled""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Cancelled, None));
}

#[test]
fn a_success_without_evidence_does_not_end_the_line_and_its_number_is_taken() {
    let mut sale = Sale::sent(1_250);
    sale.hears(ACK);
    sale.hears(&sale.result("0", r#""STAN_ID":"121","AUTH_RSP_TEXT":"APPROVAL","TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.number(&sale.id).as_deref(), Some("121"));
    assert_eq!(sale.desk.line("payment"), Some(sale.line));
    assert!(!sale.desk.has_sought(&sale.id));
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn a_message_with_state_and_serial_number_only_does_not_end_the_line_and_its_number_is_taken() {
    for (state, stan) in [("0", Some("118")), ("0", None), ("-1", None)] {
        let mut sale = Sale::sent(1_250);
        sale.hears(ACK);
        let number = stan.map(|stan| format!(r#","STAN_NO":"{stan}""#)).unwrap_or_default();
        sale.hears(&format!(r#"{{"STATE":"{state}","SERIAL_NO":"880012345501"{number}}}"#));
        assert_eq!(sale.desk.number(&sale.id).as_deref(), stan);
        assert_eq!(sale.desk.line("payment"), Some(sale.line), "{state}");
        assert!(!sale.desk.has_sought(&sale.id), "{state}");
        sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)), "{state}");
    }
}

#[test]
fn a_result_with_our_id_and_another_number_is_ours() {
    let card =
        r#""TRAN_TYPE":"Credit","MASKED_PAN":"5413 **** **** 0077","RRN":"1","TRAN_NO":"7","TOTAL_AMOUNT":"1250""#;
    let mut sale = Sale::accepted(1_250);
    sale.hears(&sale.result("0", &format!(r#""STAN_ID":"900117",{card}"#)));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));

    let mut asked = Sale::accepted(1_250);
    asked.loses_its_line();
    asked.is_asked_and_says(&asked.result("-1", r#""STAN_ID":"900117","ERROR_MSG":"DECLINED""#));
    assert_eq!(asked.desk.books(&asked.id), (Verdict::Declined, None));
}

/// A settlement that is under way, its line and its id.
fn settling(mut desk: Desk) -> (Desk, Channel, String) {
    desk.command(Command::EndDay(DayReport::EndOfDay));
    let line = desk.line("settlement").unwrap();
    desk.opened(line);
    let id = id_of(&desk.sent.last().unwrap().json());
    (desk, line, id)
}

const CLOSED: &str = r#""BATCH_NO":"56","AMOUNT":"1250","TOTAL_TRAN_COUNT":"1""#;

#[test]
fn a_settlement_does_not_believe_the_result_of_a_stale_sale() {
    let card = r#""TRAN_TYPE":"Credit","TRAN_METHOD":"Sale","MASKED_PAN":"4000 **** **** 0044","RRN":"1","TRAN_NO":"3","BATCH_NO":"56","TOTAL_AMOUNT":"1250""#;
    for stale in [
        result("0", "STALE0001", card),
        result("-1", "STALE0001", r#""ERROR_MSG":"DECLINED""#),
        format!(r#"{{"STATE":"0","EPI":"2310045678","SERIAL_NO":"880012345501",{card}}}"#),
        r#"{"STATE":"-1","ERROR_MSG":"DECLINED","STAN_ID":"118"}"#.to_owned(),
    ] {
        let (mut desk, line, id) = settling(desk(&[]));
        desk.hears(line, stale.as_bytes());
        assert_eq!(day_ends(&desk), Vec::<String>::new(), "{stale}");
        desk.hears(line, result("0", &id, CLOSED).as_bytes());
        assert_eq!(day_ends(&desk), ["Closed"], "{stale}");
    }
}

#[test]
fn a_settlement_does_not_believe_another_terminal() {
    let (mut desk, line, id) = settling(desk(&[("epi", "2310045678")]));
    desk.hears(line, result("0", &id, CLOSED).replace("2310045678", "2399999999").as_bytes());
    assert_eq!(day_ends(&desk), Vec::<String>::new());
    desk.hears(line, result("0", &id, CLOSED).as_bytes());
    assert_eq!(day_ends(&desk), ["Closed"]);
}
