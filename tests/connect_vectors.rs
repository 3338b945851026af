//! The reference's own examples (paymentsense-connect sections 3.6, 4 and 6), as files in `tests/vectors/connect`: the codec
//! says of them what the reference says, and the simulated cloud takes the requests and answers with the same members.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use checkstand::domain::{Currency, Instant, Now, Secret, TableAsker};
use checkstand::protocols::connect::codec::{self, decode, encode, scrubbed};
use checkstand::protocols::connect::messages::*;
use checkstand::protocols::connect::{DOORS, simulator};
use checkstand::protocols::frame::Frame;
use checkstand::protocols::protocol::SimulatorSetup;
use checkstand::protocols::simulator::{Line, Simulator, SimulatorEffect, SimulatorInput};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/connect")
}

fn vector(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.json"))).unwrap()
}

fn names() -> BTreeSet<String> {
    let name = |entry: fs::DirEntry| entry.path().file_stem().unwrap().to_string_lossy().into_owned();
    fs::read_dir(folder()).unwrap().map(|entry| name(entry.unwrap())).collect()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// What stands in a response.
fn result(name: &str) -> Value {
    match decode(&vector(name)).unwrap() {
        Message::Response { answer: Ok(result), .. } => result,
        other => panic!("{name}: {other:?}"),
    }
}

/// Id, method and parameters.
fn request(name: &str) -> (Value, String, Params) {
    match decode(&vector(name)).unwrap() {
        Message::Request { id, method, params } => (id, method, params),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_example_is_written_as_it_was_read() {
    for name in names() {
        let bytes = vector(&name);
        assert_eq!(json(&encode(&decode(&bytes).unwrap())), json(&bytes), "{name}");
    }
    assert_eq!(names().len(), 32);
}

#[test]
fn requests_name_their_method() {
    for (name, id, expected) in [
        ("4.1-connected-terminals-request", 11, method::CONNECTED_TERMINALS),
        ("4.1-connected-terminals-filtered-request", 12, method::CONNECTED_TERMINALS),
        ("4.2-terminal-details-request", 13, Version::V1.terminal_details()),
        ("4.3-sale-request", 41, method::SALE),
        ("4.3-sale-with-cashback-request", 42, method::SALE),
        ("4.4-refund-request", 43, method::REFUND),
        ("4.5-duplicate-request", 44, method::DUPLICATE),
        ("4.6-pre-auth-request", 45, method::PRE_AUTH),
        ("4.6-completion-request", 46, method::COMPLETION),
        ("4.7-account-verification-request", 47, method::ACCOUNT_VERIFICATION),
        ("4.11-cancel-request", 48, method::CANCEL_TRANSACTION),
        ("4.12-signature-question", 7, method::SIGNATURE_VERIFICATION_REQUEST),
        ("4.13-end-of-day-request", 60, method::REPORT_END_OF_DAY),
    ] {
        let (found, method, _) = request(name);
        assert_eq!((found, method.as_str()), (Value::from(id), expected), "{name}");
    }
}

#[test]
fn the_list_of_terminals_and_one_terminals_details_are_read() {
    let list = codec::terminals(&result("4.1-connected-terminals-response")).unwrap();
    let tids: Vec<_> = list.iter().map(|terminal| terminal.tid.as_str()).collect();
    assert_eq!(tids, ["70031188", "70031196"]);
    assert!(list.iter().all(TerminalInfo::is_available));
    let details = codec::terminal_details(&result("4.2-terminal-details-response"), "70031188").unwrap();
    assert_eq!(details.status, Some(TerminalStatus::Busy));
    assert_eq!(details.currency.as_deref(), Some("GBP"));
}

#[test]
fn the_sale_is_read_as_the_reference_tells_it() {
    let sale = codec::transaction(&result("4.9-sale-response")).unwrap();
    assert_eq!((sale.result, sale.kind), (Some(ResultWord::Successful), Some(TransactionKind::Sale)));
    let amounts = [sale.amount_base, sale.amount_cashback, sale.amount_gratuity, sale.amount_total];
    assert_eq!(amounts, [2375, 0, 240, 2615].map(Some));
    assert_eq!((sale.verification, sale.payment_method), (Some(Verification::Pin), Some(PaymentMethod::IccChip)));
    assert_eq!(sale.primary_account_number.as_deref(), Some("************4417"));
    assert_eq!(sale.transaction_number.as_deref(), Some("0042"));
    assert_eq!(sale.transaction_time.as_deref(), Some("2026-03-14T12:41:07"));
    let kinds: Vec<_> = sale.receipt_lines.customer.iter().map(|line| line.kind.clone()).collect();
    assert_eq!(kinds, [LineKind::Text, LineKind::LineSeparatorSingle, LineKind::Text, LineKind::TicketFeed]);
    assert_eq!(sale.receipt_lines.customer[0].format, [Format::Bold, Format::DoubleWidth]);
    assert_eq!(sale.receipt_lines.merchant[1].value, "SALE            GBP 26.15");
}

#[test]
fn no_date_of_a_card_is_kept() {
    let shown = scrubbed(&vector("4.9-sale-response"));
    assert!(!shown.contains("08/29") && !shown.contains("09/25"), "{shown}");
    assert!(shown.contains("************4417"));
}

#[test]
fn a_notification_and_an_error_without_an_id_are_read() {
    let Message::Notification { params, .. } = decode(&vector("4.8-notification")).unwrap() else { panic!() };
    let notification = codec::notification(&params).unwrap();
    assert_eq!((notification.tid.as_deref(), notification.value.as_str()), (Some("70031188"), "PRESENT_CARD"));
    let Message::Response { id, answer: Err(error) } = decode(&vector("3.6-discontinued")).unwrap() else { panic!() };
    assert_eq!((id, error.known()), (Value::Null, Some(ErrorCode::ConnectionDiscontinued)));
    assert_eq!(error.words(), "Another POS has taken over the tables of this site.");
}

#[test]
fn the_question_about_a_signature_and_its_answer_share_an_id() {
    let (id, _, params) = request("4.12-signature-question");
    let asked = codec::signature_request(&params).unwrap();
    assert_eq!((asked.amount_total, asked.payment_method), (Some(2375), Some(PaymentMethod::Swiped)));
    assert_eq!(asked.receipt_lines.merchant[0].value, "SIGNATURE: ...............");
    let Message::Response { id: answered, answer } = decode(&vector("4.12-signature-answer")).unwrap() else {
        panic!()
    };
    assert_eq!((answered, answer.unwrap()["accepted"].as_bool()), (id, Some(true)));
    assert_eq!(result("4.11-cancel-response")[Version::V1.cancelling()], true);
}

#[test]
fn the_end_of_day_is_read_as_the_reference_tells_it() {
    let report = codec::report(&result("4.13-end-of-day-response")).unwrap();
    assert_eq!((report.kind, report.result), (Some(ReportKind::EndOfDay), Some(ReportResult::Complete)));
    assert_eq!(report.time.as_deref(), Some("2026-03-14T22:58:31"));
    assert_eq!((report.lines.len(), report.lines[0].value.as_str()), (2, "END OF DAY"));
    assert_eq!(report.balances.unwrap()["totalAmount"], 48_210);
    let numbers = &report.banking.unwrap()["NORTHBANK"]["currentSessionTransactionNumbers"];
    assert_eq!(*numbers, serde_json::json!(["0001", "0042"]));
}

/// Of one of the machines' questions.
fn asked(name: &str) -> (TableMethod, TableQuestion) {
    let (_, method, params) = request(name);
    (TableMethod::of_name(&method).unwrap(), codec::table_question(&params))
}

#[test]
fn a_machines_questions_name_it_its_waiter_and_the_table() {
    let machine = || "70031204".to_owned();
    let by = |waiter: Option<&str>| TableAsker { machine: machine(), waiter: waiter.map(str::to_owned) };
    let about = |asker, table: Option<&str>| TableQuestion { asker, table: table.map(str::to_owned) };
    for (name, method, question) in [
        ("6.1-table-list-request", TableMethod::List, about(by(Some("7")), None)),
        ("6.2-table-lock-request", TableMethod::Lock, about(by(Some("7")), Some("12"))),
        ("6.3-pos-receipt-request", TableMethod::Receipt, about(by(None), Some("12"))),
        ("6.4-transaction-response", TableMethod::Taken, about(by(Some("7")), Some("12"))),
    ] {
        assert_eq!(asked(name), (method, question.clone()), "{name}");
        let (_, written, params) = request(name);
        assert_eq!(written, method.name());
        if method != TableMethod::Taken {
            assert_eq!(codec::table_question_params(&question, Version::V1), params);
        }
    }
    let Message::Notification { method, params } = decode(&vector("6.6-table-unlock")).unwrap() else { panic!() };
    assert_eq!(TableMethod::of_name(&method), Some(TableMethod::Unlock));
    assert_eq!(codec::table_question(&params), about(by(None), Some("12")));
}

#[test]
fn what_a_machine_is_answered_is_read_and_written_as_the_reference_tells_it() {
    for name in ["6.1-table-list-response", "6.1-no-tables-response"] {
        let list = codec::table_list(&result(name)).unwrap();
        assert_eq!(codec::table_list_result(&list), result(name));
    }
    let list = codec::table_list(&result("6.1-table-list-response")).unwrap();
    assert_eq!(
        (list.tables, list.currency.as_deref()),
        (["4", "12", "BAR 2"].map(str::to_owned).to_vec(), Some("GBP"))
    );
    let lock = codec::table_lock(&result("6.2-table-lock-response")).unwrap();
    assert_eq!((lock.confirmed, lock.amount, lock.currency.as_deref()), (true, Some(6_480), Some("GBP")));
    assert_eq!(codec::table_lock_result(&lock), result("6.2-table-lock-response"));
    let refused = codec::table_lock(&result("6.2-table-lock-refused")).unwrap();
    assert_eq!((refused.confirmed, refused.amount), (false, None));
    assert_eq!(codec::table_lock_result(&refused), result("6.2-table-lock-refused"));
    let print = codec::table_print(&result("6.3-pos-receipt-response")).unwrap();
    assert_eq!((print.len(), print[1].value.as_str()), (9, "Table 12"));
    assert!(print.iter().all(|line| !matches!(line.kind, LineKind::Other(_))));
    assert_eq!(codec::table_print_result(&print), result("6.3-pos-receipt-response"));
    assert_eq!(codec::table_accepted(), result("6.4-transaction-acknowledged"));
}

#[test]
fn what_was_taken_at_a_table_is_read_and_written_as_the_reference_tells_it() {
    let (_, _, params) = request("6.4-transaction-response");
    let takings = codec::takings(&params).unwrap();
    let PaidAmounts { paid, cashback, gratuity } = takings.totals.clone().unwrap();
    assert_eq!([paid, cashback, gratuity], [6_480, 0, 650].map(Some));
    let [first, second] = takings.payments.as_slice() else { panic!() };
    let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
    assert_eq!(first.id.as_deref(), Some("8d0f6f52-41a9-4c2b-9a57-6e1c0b7ad301"));
    assert_eq!((first.amounts.paid, first.amounts.gratuity), (Some(3_240), Some(400)));
    assert_eq!((&first.method, &first.result), (&Some(PaymentMethod::Contactless), &Some(ResultWord::Successful)));
    assert_eq!(first.card_number.as_deref(), Some("************0026"));
    assert_eq!((second.card_number.as_deref(), second.auth_code.as_deref()), (None, Some("77Z0Q1")));
    assert_eq!(codec::takings_params(&takings, Version::V1), params);
}

/// A simulated cloud, and everything it has said.
struct Cloud {
    simulator: Box<dyn Simulator>,
    at: Instant,
    said: Vec<Value>,
    complaints: Vec<String>,
}

impl Cloud {
    fn new() -> Cloud {
        let setup =
            SimulatorSetup { seed: 1, speed: 1, memory: None, currency: Currency::SEK, options: BTreeMap::new() };
        let simulator = simulator::create(&setup);
        let mut cloud = Cloud { simulator, at: Instant::ORIGIN, said: Vec::new(), complaints: Vec::new() };
        let target = "/pac?token=k&api-version=v1&software-house-id=LUMEN07&installer-id=LUMEN07";
        cloud.step(SimulatorInput::Knocked(Line(1), DOORS[0], Secret::new(target)));
        cloud
    }

    fn step(&mut self, input: SimulatorInput) {
        let now = Now { at: self.at, wall: jiff::Timestamp::UNIX_EPOCH, offset: jiff::tz::Offset::UTC };
        for effect in self.simulator.step(now, input) {
            match effect {
                SimulatorEffect::Send(_, frame) => self.said.push(json(frame.body())),
                SimulatorEffect::Complaint(text) => self.complaints.push(text),
                _ => {}
            }
        }
    }

    /// An example of the reference, word for word, and all that comes of it.
    fn hears(&mut self, name: &str) {
        self.at = self.at + Duration::from_secs(1);
        self.step(SimulatorInput::Received(Line(1), Frame::Bytes(vector(name))));
        while let Some(deadline) = self.simulator.deadline() {
            self.at = self.at.max(deadline);
            self.step(SimulatorInput::Tick);
        }
    }

    fn answer_to(&self, name: &str) -> &Value {
        let id = request(name).0;
        let is_answer = |message: &&Value| message["id"] == id && message.get("method").is_none();
        self.said.iter().find(is_answer).unwrap_or_else(|| panic!("{name} was not answered"))
    }
}

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_simulated_cloud_takes_every_request_of_the_reference() {
    // Those of section 6 are asked of the till.
    let of_the_till = |name: &&String| name.ends_with("-request") && name.starts_with("4.");
    for name in names().iter().filter(of_the_till) {
        let mut cloud = Cloud::new();
        cloud.hears(name);
        assert_eq!(cloud.complaints, [""; 0], "{name}");
        let code = &cloud.answer_to(name)["error"]["code"];
        // There is nothing to repeat and nothing to cancel.
        let expected = match name.as_str() {
            "4.5-duplicate-request" => Value::from(ErrorCode::NoLastTransaction.number()),
            "4.11-cancel-request" => Value::from(ErrorCode::UnableToCancel.number()),
            _ => Value::Null,
        };
        assert_eq!(*code, expected, "{name}");
    }
}

#[test]
fn the_simulated_cloud_answers_with_the_members_of_the_reference() {
    let mut cloud = Cloud::new();
    cloud.hears("4.3-sale-request");
    let sale = &cloud.answer_to("4.3-sale-request")["result"];
    assert_eq!(members(sale), members(&result("4.9-sale-response")));
    cloud.hears("4.13-end-of-day-request");
    let day = &cloud.answer_to("4.13-end-of-day-request")["result"];
    let expected = result("4.13-end-of-day-response");
    assert_eq!(members(day), members(&expected));
    assert_eq!(members(&day["balances"]), members(&expected["balances"]));
    let acquirer = |day: &Value| day["banking"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(members(&acquirer(day)), members(&acquirer(&expected)));
    let issuer = |day: &Value| day["balances"]["issuerTotals"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(members(&issuer(day)), members(&issuer(&expected)));
}
