//! Valor Connect.

use std::time::Duration;

use checkstand::domain::{DayReport, Operation, PaymentRequest, Tender, Verdict};
use checkstand::protocols;
use checkstand::protocols::driver::{Command, Endpoint};
use checkstand::protocols::framing::Framing;
use checkstand::protocols::simulator::Scenario;
use checkstand::terminal::Earlier;
use serde_json::Value;

use super::desk::Desk;
use super::desk::valor_terminal::{ACCEPTED, ACCEPTED_WITHOUT_STAN, ACK, Sale, id_of, result};
use super::world::{Cashier, World};

const TRANSPORTS: [&str; 2] = ["tcp", "websocket"];
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn the_accepted_message_with_state_0_is_no_approval() {
    let mut sale = Sale::accepted(1_250);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert!(sale.desk.station.view().is_paying());
    sale.loses_its_line();
    sale.desk.pass(MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
}

#[test]
fn stx_framing_is_never_sent_in_any_scenario() {
    for transport in TRANSPORTS {
        for (cents, scenario) in Scenario::TABLE {
            for operation in [Operation::Sale, Operation::Refund, Operation::Preauth, Operation::Activation] {
                let mut world = world_of_bytes(transport);
                let cancel_after = match scenario {
                    Scenario::CancelAcknowledgedApproved
                    | Scenario::CancelRefusedApproved
                    | Scenario::WaitsUntilCancelled => Some(Duration::from_secs(3)),
                    _ => None,
                };
                let request = PaymentRequest::new(operation, world.money(10_000 + cents));
                world.pay(request, &Cashier { cancel_after, ..Cashier::default() });
                assert_bare_objects_left(&world);
            }
        }
    }
}

#[test]
fn stx_framing_is_never_sent_in_any_operation() {
    for transport in TRANSPORTS {
        let mut world = world_of_bytes(transport);
        let sale = world.sale(10_000, &Cashier::default());
        let held = world.pay(PaymentRequest::new(Operation::Preauth, world.money(20_000)), &Cashier::default());
        for (operation, of, minor) in
            [(Operation::Tip, &sale, 500), (Operation::Capture, &held, 20_000), (Operation::Void, &sale, 10_500)]
        {
            let earlier = Earlier::read(&world.till().journal, &of.id).unwrap().unwrap();
            let request = PaymentRequest::new(operation, world.money(minor));
            let request = earlier.complete(request, &world.abilities()).unwrap();
            assert_eq!(world.pay(request, &Cashier::default()).verdict(), Verdict::Approved, "{}", world.transcript);
        }
        for tender in [Tender::Debit, Tender::EbtFood, Tender::EbtCash, Tender::Gift] {
            let mut request = PaymentRequest::new(Operation::Sale, world.money(1_000));
            request.tender = Some(tender);
            world.pay(request, &Cashier::default());
        }
        world.inquire(&sale.id);
        world.command(Command::EndDay(DayReport::EndOfDay));
        world.run_for(MINUTE);
        world.command(Command::Connect);
        world.run_for(MINUTE);
        for operation in [r#"\"90\""#, r#"\"96\""#, r#"TRAN_CODE\":\"9\""#, r#"TRAN_CODE\":\"20\""#] {
            assert!(world.transcript.to_string().contains(operation), "{operation} was not sent");
        }
        assert_bare_objects_left(&world);
    }
}

/// A world that writes down every byte.
fn world_of_bytes(transport: &str) -> World {
    let fields = [
        ("host", "10.0.0.7"),
        ("currency", "SEK"),
        ("transport", transport),
        ("gift", "true"),
        ("ebt", "true"),
        ("tip_on_terminal", "true"),
    ];
    World::calm(protocols::find("valor").unwrap(), &fields, |bytes| bytes.escape_ascii().to_string())
}

fn assert_bare_objects_left(world: &World) {
    let story = world.transcript.to_string();
    let sent: Vec<&str> =
        story.lines().filter_map(|line| line.split_once("till → terminal  ")).map(|at| at.1).collect();
    assert!(!sent.is_empty());
    for message in sent {
        assert!(message.starts_with('{') && message.ends_with('}'), "{message}");
        assert!(!message.contains(r"\x") && !message.contains("STX") && !message.contains("ETX"), "{message}");
    }
}

#[test]
fn nothing_is_put_around_an_object_on_its_way_into_the_socket() {
    let sale = Sale::sent(1_250);
    let Endpoint::Tcp { framing, .. } = sale.desk.endpoint(sale.line) else { panic!("TCP was set up") };
    assert!(matches!(framing, Framing::JsonObjects { .. }));
    let bytes = sale.desk.sent[0].bytes.clone();
    assert_eq!(framing.framed(bytes.clone()).unwrap(), bytes);
}

#[test]
fn an_approval_without_evidence_is_asked_about() {
    let mut sale = Sale::accepted(1_250);
    sale.hears(&sale.result("0", r#""AUTH_RSP_TEXT":"APPROVAL SIM042","AMOUNT":"1250","TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&sale.approval(r#""AMOUNT":"1250","TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
    assert_eq!(sale.times_sent(), 1);
}

#[test]
fn the_cancels_answer_on_its_own_line_is_no_outcome() {
    for (state, words) in [
        ("-2", "TRANSACTION CLEARED SUCCESSFULLY"),
        ("-1", "TRANSACTION CLEARED SUCCESSFULLY"),
        ("-1", "No Transaction To Cancel"),
        ("-1", "Transaction Timeout/Cancelled"),
        ("0", "TRANSACTION CLEARED SUCCESSFULLY"),
    ] {
        let mut sale = Sale::accepted(1_250);
        sale.desk.cancel();
        let line = sale.desk.line("cancel").unwrap();
        sale.desk.opened(line);
        let asked = sale.desk.sent.last().unwrap();
        assert_eq!(asked.text(), format!(r#"{{"TRAN_MODE":"99","REQ_TXN_ID":"{}"}}"#, sale.attempt));
        let answer = sale.result(state, &format!(r#""ERROR_MSG":"{words}""#));
        sale.desk.hears(line, answer.as_bytes());
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{state} {words}");
        assert!(sale.desk.station.view().is_paying());

        sale.hears(&sale.result("-1", r#""ERROR_MSG":"Transaction Timeout/Cancelled""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Cancelled, None));
    }
}

#[test]
fn the_cancels_answer_on_the_status_line_is_no_outcome() {
    for state in ["-2", "-1"] {
        let mut sale = Sale::accepted(1_250);
        sale.loses_its_line();
        let cleared = format!(
            r#"{{"STATE":"{state}","ERROR_MSG":"TRANSACTION CLEARED SUCCESSFULLY","MER_TXN_ID":"{}"}}"#,
            sale.attempt
        );
        sale.is_asked_and_says(&cleared);
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{state}");
        sale.is_asked_and_says(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)), "{state}");
    }
}

#[test]
fn the_cancels_answer_on_the_sales_own_line_is_no_outcome() {
    for state in ["-2", "-1"] {
        let mut sale = Sale::accepted(1_250);
        sale.desk.cancel();
        sale.hears(&sale.result(state, r#""ERROR_MSG":"TRANSACTION CLEARED SUCCESSFULLY""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "{state}");
        sale.is_asked_and_says(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)), "{state}");
    }
}

#[test]
fn a_credit_sale_that_comes_back_as_cash_is_booked_as_cash_without_a_card() {
    let mut sale = Sale::accepted(500);
    sale.hears(&sale.result(
        "0",
        r#""TRAN_TYPE":"Cash","TRAN_METHOD":"Sale","AMOUNT":"500","TOTAL_AMOUNT":"500","TRAN_NO":"10","STAN_ID":"118""#,
    ));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(500)));
    assert_eq!(sale.desk.reason(&sale.id), "explain-paid-in-cash");
    assert_eq!(sale.desk.record(&sale.id).outcome.unwrap().card, None);
}

#[test]
fn the_total_with_tip_fee_and_tax_is_booked() {
    let mut sale = Sale::accepted(2_000);
    sale.hears(&sale.approval(
        r#""AMOUNT":"2000","TIP_AMOUNT":"300","SURCHARGE_AMOUNT":"80","STATE_TAX":"100","TAXES":{"STATE_TAX":{"RATE":"5.000","AMOUNT":"100","TAXABLE_AMOUNT":"2000"},"TOTAL_TAXES":"100","TOTAL_WITH_TAX":"2100"},"TOTAL_AMOUNT":"2480""#,
    ));
    let taken = sale.desk.record(&sale.id).outcome.unwrap().taken.unwrap();
    assert_eq!((taken.total.minor(), taken.tip_minor, taken.surcharge_minor), (2_480, 300, 180));
}

#[test]
fn a_part_is_booked_as_a_part() {
    let mut sale = Sale::accepted(1_250);
    sale.hears(&sale.approval(r#""AMOUNT":"800","TOTAL_AMOUNT":"800","PARTIAL":"1""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(800)));
    assert_eq!(sale.desk.reason(&sale.id), "explain-approved-in-part");
}

#[test]
fn state_minus_2_is_in_doubt_and_is_asked_about_by_its_stan() {
    let mut sale = Sale::accepted(1_250);
    sale.hears(&sale.result("-2", r#""ERROR_MSG":"In Progress""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(r#"{"STATE":"-2","ERROR_MSG":"Transaction In Progress","STAN_NO":"118"}"#);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&sale.result("-1", r#""ERROR_MSG":"DECLINED","STAN_ID":"118""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
}

#[test]
fn the_result_of_another_request_is_ignored() {
    for state in ["0", "-1"] {
        let mut sale = Sale::accepted(1_250);
        let card = r#""TRAN_TYPE":"Credit","MASKED_PAN":"4000 **** **** 0044","RRN":"1","TRAN_NO":"3","TOTAL_AMOUNT":"9900","ERROR_MSG":"DECLINED""#;
        sale.hears(&result(state, "STALE0001", card));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
        assert!(sale.desk.station.view().is_paying());
        sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
        assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
    }
}

#[test]
fn an_acceptance_without_a_stan_can_still_be_approved() {
    let mut sale = Sale::sent(1_250);
    sale.hears(ACK);
    sale.hears(ACCEPTED_WITHOUT_STAN);
    assert_eq!(sale.desk.number(&sale.id), None);
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn a_lost_line_without_a_stan_is_for_a_person_and_nothing_is_sent_again() {
    let mut sale = Sale::sent(1_250);
    sale.hears(ACK);
    sale.hears(ACCEPTED_WITHOUT_STAN);
    sale.loses_its_line();
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert_eq!(sale.desk.reason(&sale.id), "explain-no-terminal-number");
    assert_eq!(sale.times_sent(), 1);
    let refusal = sale.desk.station.check(&sale.desk.request(Operation::Sale, 100));
    assert!(refusal.is_err(), "no other payment while this one is in doubt");
}

#[test]
fn the_stan_is_durable_as_soon_as_it_is_heard() {
    let sale = Sale::accepted(1_250);
    assert_eq!(sale.desk.number(&sale.id).as_deref(), Some("118"));
    let before = Sale::sent(1_250);
    assert_eq!(before.desk.record(&before.id).reference.unwrap()["req_txn_id"], before.attempt.as_str());
}

#[test]
fn a_stale_result_before_the_acknowledgement_is_ignored() {
    let mut sale = Sale::sent(1_250);
    let stale =
        r#""TRAN_TYPE":"Credit","MASKED_PAN":"4000 **** **** 0044","RRN":"1","TRAN_NO":"3","TOTAL_AMOUNT":"1250""#;
    sale.hears(&result("0", "STALE0001", stale));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.hears(ACK);
    sale.hears(ACCEPTED);
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"DECLINED","STAN_ID":"118""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
}

#[test]
fn an_approval_after_a_cancel_is_an_approval_and_says_so() {
    let mut sale = Sale::accepted(1_250);
    sale.desk.cancel();
    let line = sale.desk.line("cancel").unwrap();
    sale.desk.opened(line);
    let cleared = sale.result("-2", r#""ERROR_MSG":"TRANSACTION CLEARED SUCCESSFULLY""#);
    sale.desk.hears(line, cleared.as_bytes());
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
    assert!(sale.desk.station.view().payment.as_ref().unwrap().approved_after_cancel());
}

#[test]
fn no_record_found_after_a_loss_is_never_not_charged() {
    let mut sale = Sale::accepted(1_250);
    sale.loses_its_line();
    let unknown = [
        r#"{"STATE":"-1","ERROR_MSG":"No Record Found!"}"#.to_owned(),
        sale.result("-1", r#""ERROR_MSG":"No Record Found!","STAN_ID":"118""#),
    ];
    for answer in unknown.iter().cycle().take(60) {
        assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
        sale.is_asked_and_says(answer);
    }
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert_eq!(sale.times_sent(), 1);
}

#[test]
fn no_record_found_as_the_direct_result_of_a_sale_is_never_not_charged() {
    let mut sale = Sale::accepted(1_250);
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"No Record Found!""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    sale.is_asked_and_says(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn a_result_split_into_single_bytes_with_noise_around_it_is_read() {
    let mut sale = Sale::accepted(1_250);
    let noisy = format!("\x06\n\x02{}\x03", sale.approval(r#""TOTAL_AMOUNT":"1250","NOTE":"a } in {text""#));
    for byte in noisy.as_bytes() {
        sale.desk.hears(sale.line, &[*byte]);
    }
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn every_message_of_one_read_is_taken() {
    let mut sale = Sale::sent(1_250);
    let all = format!("{ACK}{ACCEPTED}{}", sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    sale.hears(&all);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
    assert_eq!(sale.desk.sent.last().unwrap().text(), ACK, "S4 closes the conversation");
}

#[test]
fn a_retry_after_processing_error_has_a_new_req_txn_id() {
    let mut sale = Sale::sent(1_250);
    sale.hears(ACK);
    sale.hears(&sale.result("-1", r#""ERROR_MSG":"PROCESSING ERROR""#));
    sale.desk.pass(Duration::from_secs(2));
    let line = sale.desk.line("payment").unwrap();
    assert_ne!(line, sale.line);
    sale.desk.opened(line);
    let second = id_of(&sale.desk.sent.last().unwrap().json());
    assert_ne!(second, sale.attempt);
    assert_eq!(sale.desk.record(&sale.id).reference.unwrap()["req_txn_id"], second.as_str());

    sale.line = line;
    sale.hears(ACK);
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None), "the first attempt's name is nobody's any more");
    sale.attempt = second;
    sale.hears(&sale.approval(r#""TOTAL_AMOUNT":"1250""#));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_250)));
}

#[test]
fn a_request_nobody_acknowledges_is_not_sent_again() {
    let mut sale = Sale::sent(1_250);
    sale.desk.pass(10 * MINUTE);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    assert_eq!(sale.times_sent(), 1);
}

#[test]
fn a_lost_settlement_is_not_repeated() {
    let mut desk = Desk::new("valor", &[("host", "10.0.0.7")]);
    desk.command(Command::EndDay(DayReport::EndOfDay));
    let line = desk.line("settlement").unwrap();
    desk.opened(line);
    desk.loses(line);
    desk.pass(10 * MINUTE);
    assert_eq!(desk.sent.len(), 1);
    assert!(desk.signals.iter().any(|signal| format!("{signal:?}").contains("Unknown")), "{:?}", desk.signals);
}

/// The set that one integrator found to be required (section 5), and the bytes of the cancel and the question.
#[test]
fn a_sale_carries_every_member_of_the_references_example() {
    let sale = Sale::sent(1_250);
    let example: Value = serde_json::from_slice(include_bytes!("../vectors/valor/7.1-sale-request.json")).unwrap();
    let sent = sale.desk.sent[0].json();
    for name in example.as_object().unwrap().keys() {
        assert!(sent[name].is_string(), "{name} in {sent}");
    }
    for name in ["TRAN_MODE", "TRAN_CODE", "AMOUNT", "TIP_ENTRY", "SIGNATURE", "MOBILE_ENTRY"] {
        assert_eq!(sent[name], example[name], "{name}");
    }
    assert!(sale.attempt.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{}", sale.attempt);
}
