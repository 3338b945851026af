//! The simulator driven with XML as a till would send it, on a pretend clock.

use std::collections::BTreeMap;

use jiff::tz::Offset;
use serde_json::Value;

use super::*;
use crate::domain::Operation;
use crate::protocols::simulator::{LedgerEntry, LedgerState, Scenario};

const FULL: &str =
    "CashierStatus CashierError CashierDisplay POIReplication CustomerAssistance CashierInput PrinterReceipt";
const LIGHT: &str = "PrinterReceipt";

/// What came back on a line.
#[derive(Debug, Clone, PartialEq)]
enum Got {
    Response(HttpResponse),
    Cut,
}

/// How the till answers the signature question.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cashier {
    Says(bool),
    Silent,
    Unreachable,
    TalksNonsense,
}

struct Bench {
    terminal: Box<dyn Simulator>,
    at: Instant,
    lines: u64,
    service_id: u64,
    got: BTreeMap<Line, Got>,
    in_pieces: bool,
    ledger: Vec<LedgerEntry>,
    complaints: Vec<String>,
    asked: Vec<Message>,
    cashier: Cashier,
}

impl Bench {
    fn new(memory: Option<Value>, speed: u32) -> Self {
        Bench {
            terminal: create(&SimulatorSetup {
                seed: 7,
                speed,
                memory,
                currency: Currency::SEK,
                options: BTreeMap::new(),
            }),
            at: Instant::ORIGIN,
            lines: 0,
            service_id: 100,
            got: BTreeMap::new(),
            in_pieces: false,
            ledger: Vec::new(),
            complaints: Vec::new(),
            asked: Vec::new(),
            cashier: Cashier::Says(true),
        }
    }

    /// Logged in and settled.
    fn ready(capabilities: &str) -> Self {
        let mut bench = Bench::new(None, 1);
        bench.login(capabilities);
        bench
    }

    fn full() -> Self {
        Bench::ready(FULL)
    }

    fn light() -> Self {
        Bench::ready(LIGHT)
    }

    fn now(&self) -> Now {
        let wall: jiff::Timestamp = "2026-03-14T09:42:00Z".parse().unwrap();
        let wall = wall.checked_add(jiff::SignedDuration::try_from(self.at.since_origin()).unwrap()).unwrap();
        Now { at: self.at, wall, offset: Offset::constant(1) }
    }

    fn step(&mut self, input: SimulatorInput) {
        let effects = self.terminal.step(self.now(), input);
        for effect in effects {
            match effect {
                SimulatorEffect::Send(line, Frame::Response(response)) => self.gets(line, Got::Response(response)),
                SimulatorEffect::SendInPieces(line, Frame::Response(response)) => {
                    self.in_pieces = true;
                    self.gets(line, Got::Response(response));
                }
                SimulatorEffect::Cut(line) => self.gets(line, Got::Cut),
                SimulatorEffect::Post(post, request) => self.posted(post, &request),
                SimulatorEffect::Ledger(entry) => self.ledger.push(entry),
                SimulatorEffect::Complaint(text) => self.complaints.push(text),
                other => panic!("{other:?}"),
            }
        }
    }

    fn gets(&mut self, line: Line, got: Got) {
        assert_eq!(self.got.insert(line, got), None, "two answers on {line:?}");
    }

    fn posted(&mut self, post: Post, request: &HttpRequest) {
        let message = codec::decode(&request.body).unwrap();
        self.asked.push(message.clone());
        let answer = self.till_answers(&message);
        if let Some(answer) = answer {
            self.step(SimulatorInput::Answered(post, answer));
        }
    }

    /// `None`: the question stays open.
    fn till_answers(&self, message: &Message) -> Option<Option<HttpResponse>> {
        let body = match &message.body {
            Body::DisplayRequest(outputs) if outputs[0].response_required == Some(true) => {
                Body::DisplayResponse(vec![OutputResult {
                    device: outputs[0].device.clone(),
                    info_qualify: outputs[0].info_qualify.clone(),
                    response: Response::success(),
                }])
            }
            Body::PrintRequest(print) if print.response_mode != "NotRequired" => {
                Body::PrintResponse { qualifier: print.qualifier.clone(), response: Response::success() }
            }
            Body::InputRequest(input) => {
                let confirmed = match self.cashier {
                    Cashier::Says(word) => word,
                    Cashier::Silent => return None,
                    Cashier::Unreachable => return Some(None),
                    Cashier::TalksNonsense => return Some(Some(HttpResponse::ok("", b"<html/>".to_vec()))),
                };
                Body::InputResponse(InputResponse {
                    output: None,
                    device: input.device.clone(),
                    info_qualify: input.info_qualify.clone(),
                    response: Response::success(),
                    command: input.command.clone(),
                    confirmed: Some(confirmed),
                })
            }
            _ => return Some(Some(HttpResponse::empty(204))),
        };
        let header = Header { kind: Kind::Response, ..message.header.clone() };
        Some(Some(HttpResponse::ok(CONTENT_TYPE, codec::encode(&Message { header, body }))))
    }

    /// Lets time pass, tick by tick.
    fn pass(&mut self, seconds: f64) {
        let end = self.at + Duration::from_secs_f64(seconds);
        while let Some(deadline) = self.terminal.deadline().filter(|deadline| *deadline <= end) {
            self.at = self.at.max(deadline);
            self.step(SimulatorInput::Tick);
            assert_ne!(self.terminal.deadline(), Some(deadline), "the deadline did not move");
        }
        self.at = end;
    }

    fn post_raw(&mut self, method: &str, path: &str, body: &str) -> Line {
        self.lines += 1;
        let line = Line(self.lines);
        let mut request = HttpRequest::post(path, CONTENT_TYPE, body.as_bytes().to_vec());
        request.method = method.to_owned();
        self.step(SimulatorInput::Received(line, Frame::Request(request)));
        line
    }

    fn post(&mut self, xml: &str) -> Line {
        self.post_raw("POST", PATH, xml)
    }

    fn next_id(&mut self) -> String {
        self.service_id += 1;
        self.service_id.to_string()
    }

    fn login_as(&mut self, poi_id: &str, capabilities: &str) -> Message {
        let id = self.next_id();
        let line = self.post(&login_xml(&id, poi_id, capabilities));
        self.message(line)
    }

    fn login(&mut self, capabilities: &str) {
        let answer = self.login_as("BUTIK7-K2", capabilities);
        assert!(matches!(answer.body, Body::LoginResponse(answer) if answer.response.is_success()));
        self.pass(0.5);
    }

    fn logout(&mut self, maintenance: bool) -> Response {
        let id = self.next_id();
        let body = format!("<LogoutRequest MaintenanceAllowed=\"{maintenance}\"/>");
        let line = self.post(&envelope("Logout", &id, &body));
        response_of(&self.message(line))
    }

    /// Sends a payment and waits for what comes; the ServiceID and the line.
    fn start(&mut self, amount: &str) -> (String, Line) {
        let id = self.next_id();
        let line = self.post(&payment_xml(&id, amount, None, "Normal"));
        (id, line)
    }

    fn pay(&mut self, amount: &str) -> PaymentResponse {
        let (_, line) = self.start(amount);
        self.pass(60.0);
        payment_of(&self.message(line))
    }

    fn abort(&mut self, service_id: &str) {
        let id = self.next_id();
        let body = format!(
            "<AbortRequest><MessageReference MessageCategory=\"Payment\" ServiceID=\"{service_id}\" SaleID=\"KASSA2\" \
             POIID=\"BUTIK7-K2\"/><AbortReason>Cashier</AbortReason></AbortRequest>"
        );
        let line = self.post(&envelope("Abort", &id, &body));
        assert_eq!(self.got[&line], Got::Response(HttpResponse::empty(204)));
    }

    fn status_line(&mut self, service_id: Option<&str>) -> Line {
        let id = self.next_id();
        let reference = service_id.map(|id| {
            format!(
                "<MessageReference MessageCategory=\"Payment\" ServiceID=\"{id}\" SaleID=\"KASSA2\" POIID=\"BUTIK7-K2\"/>"
            )
        });
        let body = format!("<TransactionStatusRequest>{}</TransactionStatusRequest>", reference.unwrap_or_default());
        self.post(&envelope("TransactionStatus", &id, &body))
    }

    fn status(&mut self, service_id: Option<&str>) -> TransactionStatusResponse {
        let line = self.status_line(service_id);
        match self.message(line) {
            Message { header, body: Body::TransactionStatusResponse(answer) } => {
                assert!(header.protocol_version);
                *answer
            }
            other => panic!("{other:?}"),
        }
    }

    fn found(&mut self, service_id: &str) -> PaymentResponse {
        let repeated = self.status(Some(service_id)).repeated.unwrap();
        assert_eq!(repeated.header.service_id.as_deref(), Some(service_id));
        payment_of(&repeated)
    }

    fn reverse(&mut self, transaction: &TransactionId) -> ReversalResponse {
        let id = self.next_id();
        let body = format!(
            "<ReversalRequest ReversalReason=\"MerchantCancel\"><OriginalPOITransaction SaleID=\"KASSA2\" \
             POIID=\"BUTIK7-K2\"><POITransactionID TransactionID=\"{}\" TimeStamp=\"{}\"/></OriginalPOITransaction>\
             </ReversalRequest>",
            transaction.id, transaction.time
        );
        let line = self.post(&envelope("Reversal", &id, &body));
        self.pass(2.0);
        match self.message(line).body {
            Body::ReversalResponse(answer) => *answer,
            other => panic!("{other:?}"),
        }
    }

    fn message(&self, line: Line) -> Message {
        match &self.got[&line] {
            Got::Response(response) => {
                assert_eq!(response.status, 200);
                codec::decode(&response.body).unwrap()
            }
            Got::Cut => panic!("the line was cut"),
        }
    }

    fn texts(&self) -> Vec<String> {
        let texts = self.asked.iter().filter_map(|message| match &message.body {
            Body::DisplayRequest(outputs) => Some(outputs[0].text.replace('"', "")),
            _ => None,
        });
        texts.map(|text| text.rsplit_once(',').map_or(text.clone(), |(_, words)| words.to_owned())).collect()
    }

    fn events(&self) -> Vec<String> {
        let events = self.asked.iter().filter_map(|message| match &message.body {
            Body::EventNotification(event) => Some(event.event.clone()),
            _ => None,
        });
        events.collect()
    }

    fn booked(&self) -> Vec<(i64, Operation, LedgerState)> {
        self.ledger.iter().map(|entry| (entry.amount_minor, entry.operation, entry.state)).collect()
    }
}

fn envelope(category: &str, id: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SaleToPOIRequest><MessageHeader ProtocolVersion=\"3.1\" \
         MessageClass=\"Service\" MessageCategory=\"{category}\" MessageType=\"Request\" ServiceID=\"{id}\" \
         SaleID=\"KASSA2\" POIID=\"BUTIK7-K2\"/>{body}</SaleToPOIRequest>"
    )
}

fn login_xml(id: &str, poi_id: &str, capabilities: &str) -> String {
    let body = format!(
        "<LoginRequest OperatorLanguage=\"sv\"><DateTime>2026-03-14T10:42:00+01:00</DateTime><SaleSoftware \
         ProviderIdentification=\"P\" ApplicationName=\"A\" SoftwareVersion=\"1\"/><SaleTerminalData \
         TerminalEnvironment=\"Attended\"><SaleCapabilities>{capabilities}</SaleCapabilities></SaleTerminalData>\
         </LoginRequest>"
    );
    envelope("Login", id, &body).replace("BUTIK7-K2", poi_id)
}

fn payment_xml(id: &str, amount: &str, cash_back: Option<&str>, kind: &str) -> String {
    let cash_back = cash_back.map(|amount| format!(" CashBackAmount=\"{amount}\"")).unwrap_or_default();
    let body = format!(
        "<PaymentRequest><SaleData><SaleTransactionID TransactionID=\"K2-{id}\" \
         TimeStamp=\"2026-03-14T10:42:31+01:00\"/></SaleData><PaymentTransaction><AmountsReq Currency=\"SEK\" \
         RequestedAmount=\"{amount}\"{cash_back}/></PaymentTransaction><PaymentData PaymentType=\"{kind}\"/>\
         </PaymentRequest>"
    );
    envelope("Payment", id, &body)
}

fn payment_of(message: &Message) -> PaymentResponse {
    match &message.body {
        Body::PaymentResponse(answer) => (**answer).clone(),
        other => panic!("{other:?}"),
    }
}

fn response_of(message: &Message) -> Response {
    match &message.body {
        Body::LoginResponse(answer) => answer.response.clone(),
        Body::LogoutResponse(response) => response.clone(),
        Body::PaymentResponse(answer) => answer.response.clone(),
        Body::ReversalResponse(answer) => answer.response.clone(),
        Body::TransactionStatusResponse(answer) => answer.response.clone(),
        Body::Other { response: Some(response), .. } => response.clone(),
        other => panic!("{other:?}"),
    }
}

fn authorized(answer: &PaymentResponse) -> i64 {
    let amounts = answer.result.as_ref().unwrap().amounts.as_ref().unwrap();
    crate::domain::Money::parse(&amounts.authorized, Currency::SEK).unwrap().minor()
}

fn receipt_json(receipt: &PaymentReceipt) -> Value {
    serde_json::from_slice(&receipt.content).unwrap()
}

const SALE: fn(i64) -> (i64, Operation, LedgerState) = |amount| (amount, Operation::Sale, LedgerState::Approved);

#[test]
fn chip_and_pin_approves_with_displays_events_and_both_receipts() {
    let mut bench = Bench::full();
    let answer = bench.pay("249.00");
    assert!(answer.response.is_success());
    assert_eq!(answer.sale_transaction.as_ref().unwrap().id, "K2-102");
    let expected = [
        "Vänta",
        "Välkommen",
        "Sätt i/visa kort",
        "Ange PIN",
        "Ange PIN: *",
        "Ange PIN: **",
        "Ange PIN: ***",
        "Ange PIN: ****",
        "Auktoriserar",
        "Godkänt",
        "Välkommen",
    ];
    assert_eq!(bench.texts(), expected);
    assert_eq!(bench.events(), ["CardInserted", "CardRemoved"]);
    assert_eq!(bench.booked(), [SALE(24_900)]);
    assert_eq!(bench.ledger[0].till_reference, "K2-102");
    assert_eq!(bench.ledger[0].terminal_reference, answer.poi_transaction.unwrap().id);
    assert_eq!(bench.complaints, [""; 0]);

    let result = answer.result.unwrap();
    let card = result.card.unwrap();
    assert_eq!((card.entry_mode.as_str(), card.masked_pan.len()), ("ICC", 16));
    let [merchant, customer] = answer.receipts.as_slice() else { panic!("two receipts") };
    assert_eq!(merchant.qualifier, "CashierReceipt");
    let pan = |json: &Value, root: &str| json[root]["Mandatory"]["CardDetails"]["PrimaryAccountNumber"].clone();
    assert_eq!(pan(&receipt_json(merchant), "Merchant"), card.masked_pan.as_str());
    assert_eq!(pan(&receipt_json(customer), "Cardholder"), format!("************{}", &card.masked_pan[12..]).as_str());
    assert_eq!(receipt_json(customer)["Cardholder"]["Mandatory"]["Payment"]["TotalAmount"], "249,00");
    for receipt in [merchant, customer] {
        let found = crate::protocols::nexo::receipts::receipt_of(receipt);
        assert!(found.lines.iter().any(|line| line.contains("TRAINING")), "{:?}", found.lines);
        assert_eq!(found.approval_code, result.approval_code);
    }
}

#[test]
fn a_light_till_is_never_called_whatever_the_scenario() {
    for (cents, scenario) in Scenario::TABLE {
        let mut bench = Bench::light();
        let (id, _) = bench.start(&format!("100.{cents:02}"));
        bench.pass(3.0);
        bench.abort(&id);
        bench.pass(1000.0);
        assert_eq!(bench.asked, [], "{scenario:?}");
        assert_eq!(bench.complaints, [""; 0], "{scenario:?}");
    }
}

#[test]
fn contactless_shows_nothing_of_a_pin() {
    let mut bench = Bench::full();
    let answer = bench.pay("100.50");
    assert_eq!(answer.result.unwrap().card.unwrap().entry_mode, "Contactless");
    assert!(bench.texts().iter().all(|text| !text.contains("PIN")));
    assert_eq!(bench.events(), [""; 0]);
}

#[test]
fn declines_take_no_money_and_say_why_on_the_receipt() {
    for (amount, code, copies) in [("100.51", "05", 1), ("100.52", "51", 2)] {
        let mut bench = Bench::full();
        let answer = bench.pay(amount);
        assert!(answer.response.failed_with(&[ErrorCondition::Refusal]));
        assert_eq!(answer.receipts.len(), copies);
        let found = crate::protocols::nexo::receipts::receipt_of(answer.receipts.last().unwrap());
        assert_eq!((found.copy, found.response_code.as_deref()), (crate::domain::Copy::Customer, Some(code)));
        assert_eq!(found.approval_code, None);
        assert_eq!(answer.result.unwrap().amounts, None);
        assert_eq!(bench.ledger, []);
        assert!(bench.texts().contains(&"Nekat".to_owned()));
    }
}

#[test]
fn a_customer_who_cancels_and_one_who_never_comes_end_with_cancel() {
    for (amount, wait) in [("100.53", 2.0), ("100.54", 30.5)] {
        let mut bench = Bench::full();
        let (_, line) = bench.start(amount);
        bench.pass(wait - 1.0);
        assert_eq!(bench.got.get(&line), None);
        bench.pass(1.5);
        let answer = payment_of(&bench.message(line));
        assert!(answer.response.failed_with(&[ErrorCondition::Cancel]));
        assert_eq!((answer.receipts.len(), bench.ledger.len()), (0, 0));
        assert!(bench.texts().contains(&"Avbrutet".to_owned()));
    }
}

#[test]
fn an_accepted_signature_is_an_approval() {
    let mut bench = Bench::full();
    let answer = bench.pay("100.55");
    assert!(answer.response.is_success());
    let device = |category: Category| bench.asked.iter().position(|message| message.header.category == category);
    let (print, input) = (device(Category::Print).unwrap(), device(Category::Input).unwrap());
    assert!(print < input);
    let Body::PrintRequest(request) = &bench.asked[print].body else { panic!("a print request") };
    let json: Value = serde_json::from_slice(&request.content).unwrap();
    assert_eq!(json["Merchant"]["Mandatory"]["Payment"]["SignatureBlock"], true);
    assert_eq!(bench.booked(), [SALE(10_055)]);
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_refused_or_unanswered_signature_is_reversed() {
    for (cashier, condition) in [
        (Cashier::Says(false), ErrorCondition::Refusal),
        (Cashier::Silent, ErrorCondition::Cancel),
        (Cashier::Unreachable, ErrorCondition::Cancel),
        (Cashier::TalksNonsense, ErrorCondition::Cancel),
    ] {
        let mut bench = Bench::full();
        bench.cashier = cashier;
        let (id, line) = bench.start("100.55");
        bench.pass(5.0);
        if cashier == Cashier::Silent {
            assert_eq!(bench.got.get(&line), None);
            assert!(bench.status(Some(&id)).response.failed_with(&[ErrorCondition::Busy]));
            bench.pass(120.0);
        }
        let answer = payment_of(&bench.message(line));
        assert!(answer.response.failed_with(std::slice::from_ref(&condition)), "{cashier:?}");
        let reversed = (10_055, Operation::Sale, LedgerState::Reversed);
        assert_eq!(bench.booked(), [SALE(10_055), reversed], "{cashier:?}");
        assert_eq!(bench.ledger[0].terminal_reference, bench.ledger[1].terminal_reference);
        assert_eq!(bench.complaints.len(), usize::from(cashier == Cashier::TalksNonsense));
        bench.pass(1.0);
        assert_eq!(bench.found(&id), answer);
        let again = bench.reverse(&answer.poi_transaction.unwrap());
        assert!(again.response.failed_with(&[ErrorCondition::Refusal]));
    }
}

#[test]
fn a_light_signature_is_a_success_that_the_till_can_reverse() {
    let mut bench = Bench::light();
    let answer = bench.pay("100.55");
    assert!(answer.response.is_success());
    let merchant = crate::protocols::nexo::receipts::receipt_of(&answer.receipts[0]);
    assert_eq!(merchant.signature_block, Some(true));
    let reversed = bench.reverse(&answer.poi_transaction.unwrap());
    assert!(reversed.response.is_success());
    assert_eq!(bench.ledger.len(), 2);
}

#[test]
fn what_is_charged_may_differ_from_what_was_asked() {
    for (amount, charged) in [("100.56", 5_028), ("100.57", 11_062), ("100.58", 10_460)] {
        let mut bench = Bench::full();
        let answer = bench.pay(amount);
        assert_eq!((authorized(&answer), bench.booked()), (charged, vec![SALE(charged)]), "{amount}");
        let amounts = answer.result.unwrap().amounts.unwrap();
        assert_eq!(amounts.tip.is_some(), amount == "100.57");
        assert_eq!(amounts.total_fees.is_some(), amount == "100.58");
    }
}

#[test]
fn the_purchase_without_the_cashback_chooses_the_scenario() {
    let mut bench = Bench::full();
    let id = bench.next_id();
    let line = bench.post(&payment_xml(&id, "300.51", Some("200.51"), "Normal"));
    bench.pass(10.0);
    let answer = payment_of(&bench.message(line));
    assert!(answer.response.is_success());
    assert_eq!(answer.result.unwrap().amounts.unwrap().cash_back.as_deref(), Some("200.51"));
    assert_eq!(bench.booked(), [SALE(30_051)]);
}

#[test]
fn refunds_play_the_same_table() {
    for (amount, approved) in [("100.00", true), ("100.51", false)] {
        let mut bench = Bench::full();
        let id = bench.next_id();
        let line = bench.post(&payment_xml(&id, amount, None, "Refund"));
        bench.pass(10.0);
        let answer = payment_of(&bench.message(line));
        assert_eq!(answer.response.is_success(), approved);
        assert_eq!(answer.result.unwrap().payment_type, "Refund");
        let booked = [(10_000, Operation::Refund, LedgerState::Approved)];
        assert_eq!(bench.booked(), if approved { booked.to_vec() } else { Vec::new() });
    }
}

#[test]
fn behind_a_dropped_line_the_payment_is_decided_and_can_be_asked_for() {
    for (amount, approved) in [("100.61", true), ("100.62", false)] {
        let mut bench = Bench::full();
        let (id, line) = bench.start(amount);
        assert!(bench.status(Some(&id)).response.failed_with(&[ErrorCondition::Busy]));
        bench.pass(10.0);
        assert_eq!(bench.got[&line], Got::Cut);
        assert_eq!(bench.found(&id).response.is_success(), approved);
        let short = bench.status(None).repeated.unwrap();
        assert_eq!(short.header.service_id.as_deref(), Some(id.as_str()));
        assert_eq!(bench.ledger.len(), usize::from(approved));
    }
}

#[test]
fn a_request_that_never_arrived_leaves_no_trace() {
    let mut bench = Bench::full();
    let (id, line) = bench.start("100.63");
    assert_eq!(bench.got[&line], Got::Cut);
    assert!(bench.status(Some(&id)).response.failed_with(&[ErrorCondition::NotFound]));
    assert!(bench.status(None).response.failed_with(&[ErrorCondition::NotFound]));
    assert_eq!((bench.ledger.len(), bench.texts()), (0, vec!["Vänta".to_owned(), "Välkommen".to_owned()]));
}

#[test]
fn a_terminal_that_never_answers_says_approved_when_asked() {
    let mut bench = Bench::full();
    let (id, line) = bench.start("100.64");
    bench.pass(600.0);
    assert_eq!(bench.got.get(&line), None);
    assert!(bench.found(&id).response.is_success());
    assert_eq!(bench.booked(), [SALE(10_064)]);
}

#[test]
fn some_cancels_come_to_nothing() {
    for (amount, events) in [("100.65", &[][..]), ("100.66", &["Reject"][..])] {
        let mut bench = Bench::full();
        let (id, line) = bench.start(amount);
        bench.pass(1.0);
        bench.abort(&id);
        bench.pass(10.0);
        assert!(payment_of(&bench.message(line)).response.is_success());
        assert_eq!(bench.events(), events);
        let mut without = Bench::full();
        assert!(without.pay(amount).response.is_success());
    }
}

#[test]
fn busy_not_ready_and_unreachable_take_no_money() {
    for (amount, condition) in [
        ("100.67", ErrorCondition::Busy),
        ("100.68", ErrorCondition::UnavailableDevice),
        ("100.69", ErrorCondition::UnreachableHost),
    ] {
        let mut bench = Bench::full();
        let answer = bench.pay(amount);
        assert!(answer.response.failed_with(&[condition]));
        assert!(answer.sale_transaction.is_some());
        assert_eq!(bench.ledger, []);
    }
}

#[test]
fn a_terminal_may_wait_for_the_card_until_it_is_aborted() {
    let mut bench = Bench::full();
    let (id, line) = bench.start("100.70");
    bench.pass(700.0);
    assert_eq!(bench.got.get(&line), None);
    bench.abort(&id);
    assert!(payment_of(&bench.message(line)).response.failed_with(&[ErrorCondition::Aborted]));
    assert!(bench.texts().contains(&"Avbrutet".to_owned()));
    bench.abort(&id);
    assert_eq!(bench.events(), ["Completed"]);
}

#[test]
fn a_slow_payment_takes_sixty_seconds_and_keeps_showing_texts() {
    let mut bench = Bench::full();
    let (_, line) = bench.start("100.71");
    bench.pass(59.0);
    assert_eq!(bench.got.get(&line), None);
    assert!(bench.texts().len() > 10);
    bench.pass(2.0);
    assert!(payment_of(&bench.message(line)).response.is_success());
}

#[test]
fn speed_divides_the_waits() {
    let mut bench = Bench::new(None, 20);
    bench.login(FULL);
    let (_, line) = bench.start("100.71");
    bench.pass(3.1);
    assert!(payment_of(&bench.message(line)).response.is_success());
    assert!(Bench::new(None, 0).pay("1.00").response.failed_with(&[ErrorCondition::NotAllowed]));
}

#[test]
fn a_foreign_answer_has_other_ids_and_the_own_one_can_be_asked_for() {
    let mut bench = Bench::full();
    for earlier in [None, Some("100.00")] {
        let expected = earlier.map(|amount| bench.pay(amount));
        let (id, line) = bench.start("100.72");
        bench.pass(10.0);
        let message = bench.message(line);
        assert_ne!(message.header.service_id.as_deref(), Some(id.as_str()));
        let foreign = payment_of(&message);
        assert_ne!(foreign.sale_transaction.as_ref().unwrap().id, format!("K2-{id}"));
        if let Some(expected) = expected {
            assert_eq!(foreign, expected);
        }
        assert_eq!(bench.found(&id).sale_transaction.unwrap().id, format!("K2-{id}"));
    }
}

#[test]
fn odd_spellings_in_single_bytes_say_the_same() {
    let mut bench = Bench::full();
    let (id, line) = bench.start("100.73");
    bench.pass(10.0);
    assert!(bench.in_pieces);
    let Got::Response(response) = bench.got[&line].clone() else { panic!("a response") };
    let text = String::from_utf8(response.body).unwrap();
    assert!(text.starts_with("<?xml version='1.0'") && text.contains("PaymentAquirerData") && text.contains("<!--"));
    assert_eq!(payment_of(&bench.message(line)), bench.found(&id));
}

#[test]
fn a_payment_lost_for_good_is_booked_and_never_found() {
    let mut bench = Bench::full();
    assert!(bench.pay("100.00").response.is_success());
    let (id, line) = bench.start("100.74");
    bench.pass(10.0);
    assert_eq!(bench.got[&line], Got::Cut);
    assert!(bench.status(Some(&id)).response.failed_with(&[ErrorCondition::NotFound]));
    assert!(bench.status(None).response.failed_with(&[ErrorCondition::NotFound]));
    assert_eq!(bench.booked(), [SALE(10_000), SALE(10_074)]);

    let mut light = Bench::light();
    let (id, _) = light.start("100.74");
    light.pass(10.0);
    for asked in [Some(id.as_str()), None] {
        let line = light.status_line(asked);
        assert_eq!(light.got[&line], Got::Cut);
    }
    assert!(light.status(Some("999")).response.failed_with(&[ErrorCondition::NotFound]));
}

#[test]
fn maintenance_is_asked_for_and_done_at_the_next_logout_that_allows_it() {
    let mut bench = Bench::full();
    assert!(bench.pay("100.75").response.is_success());
    let asked = bench.asked.iter().any(
        |message| matches!(&message.body, Body::EventNotification(event) if event.event == "SaleAdmin" && event.maintenance_required),
    );
    assert!(asked);
    assert!(bench.logout(false).is_success());
    assert!(!bench.events().contains(&"BeginMaintenance".to_owned()));
    bench.login(FULL);
    assert!(bench.logout(true).is_success());
    assert!(response_of(&bench.login_as("BUTIK7-K2", FULL)).failed_with(&[ErrorCondition::Busy]));
    bench.pass(6.0);
    assert_eq!(bench.events()[3..], ["BeginMaintenance", "EndMaintenance"]);
    bench.login(FULL);
    assert!(bench.logout(true).is_success());
    bench.pass(6.0);
    assert_eq!(bench.events().len(), 5);
}

#[test]
fn an_abort_works_while_card_or_pin_are_awaited_and_not_later() {
    for (wait, aborted) in [(1.0, true), (2.5, true), (3.8, false)] {
        let mut bench = Bench::full();
        let (id, line) = bench.start("100.00");
        bench.pass(wait);
        bench.abort(&id);
        bench.pass(10.0);
        let answer = payment_of(&bench.message(line));
        assert_eq!(answer.response.failed_with(&[ErrorCondition::Aborted]), aborted, "{wait}");
        assert_eq!(bench.ledger.len(), usize::from(!aborted));
    }
}

#[test]
fn an_abort_with_wrong_ids_is_rejected_and_changes_nothing() {
    let mut bench = Bench::full();
    let (_, line) = bench.start("100.00");
    bench.abort("999");
    bench.pass(10.0);
    assert!(payment_of(&bench.message(line)).response.is_success());
    let rejected = bench.asked.iter().find_map(|message| match &message.body {
        Body::EventNotification(event) if event.event == "Reject" => event.rejected.clone(),
        _ => None,
    });
    assert!(String::from_utf8(rejected.unwrap()).unwrap().contains("AbortRequest"));
}

#[test]
fn only_the_very_last_approved_payment_can_be_reversed() {
    let mut bench = Bench::full();
    let first = bench.pay("100.00").poi_transaction.unwrap();
    let second = bench.pay("200.00").poi_transaction.unwrap();
    assert!(bench.reverse(&first).response.failed_with(&[ErrorCondition::NotFound]));
    let mut wrong_time = second.clone();
    wrong_time.time = first.time.clone();
    assert!(bench.reverse(&wrong_time).response.failed_with(&[ErrorCondition::NotFound]));
    let reversed = bench.reverse(&second);
    assert!(reversed.response.is_success());
    assert_eq!(reversed.poi_transaction.as_ref(), Some(&second));
    assert_eq!(reversed.receipts[0].qualifier, "CustomerReceipt");
    let json = receipt_json(&reversed.receipts[0]);
    assert_eq!(json["Cardholder"]["Mandatory"]["Outcome"]["DebitStatus"], "91");
    assert!(json["Cardholder"]["Optional"]["ReceiptString"].as_array().unwrap().contains(&"Makulering".into()));
    bench.pass(1.0);
    assert!(bench.reverse(&second).response.failed_with(&[ErrorCondition::Refusal]));
    let last = bench.status(None).repeated.unwrap();
    assert!(matches!(last.body, Body::ReversalResponse(answer) if answer == reversed.into()));
    let states: Vec<LedgerState> = bench.ledger.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [LedgerState::Approved, LedgerState::Approved, LedgerState::Reversed]);
    assert_eq!(bench.ledger[2].terminal_reference, second.id);
    let declined = bench.pay("100.51").poi_transaction.unwrap();
    assert!(bench.reverse(&declined).response.failed_with(&[ErrorCondition::Refusal]));
}

#[test]
fn before_a_login_everything_but_login_is_not_allowed() {
    let mut bench = Bench::new(None, 1);
    assert!(bench.pay("100.00").response.failed_with(&[ErrorCondition::NotAllowed]));
    assert!(bench.status(None).response.failed_with(&[ErrorCondition::NotAllowed]));
    assert!(bench.logout(true).failed_with(&[ErrorCondition::NotAllowed]));
    bench.abort("1");
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn logins_are_refused_or_put_off_by_poi_id() {
    let mut bench = Bench::new(None, 1);
    let condition = |message: Message| response_of(&message).condition;
    assert_eq!(condition(bench.login_as("REF-1", FULL)), Some(ErrorCondition::Refusal));
    assert_eq!(condition(bench.login_as("NEW-1", FULL)), Some(ErrorCondition::Busy));
    bench.pass(9.0);
    assert_eq!(condition(bench.login_as("NEW-1", FULL)), Some(ErrorCondition::Busy));
    bench.pass(2.0);
    assert_eq!(condition(bench.login_as("NEW-1", FULL)), None);
    assert_eq!(condition(bench.login_as("BUTIK7-K2", FULL)), Some(ErrorCondition::NotAllowed));
    let mut again = Bench::new(Some(bench.terminal.memory()), 1);
    assert_eq!(condition(again.login_as("NEW-1", FULL)), None);
    let message = again.login_as("NEW-1", FULL);
    let Body::LoginResponse(answer) = message.body else { panic!("a login response") };
    assert_eq!(answer.system.unwrap().date_time, "2026-03-14T09:42:00.000Z");
}

#[test]
fn right_after_login_and_payment_the_terminal_is_busy_for_a_moment() {
    let mut bench = Bench::new(None, 1);
    bench.login_as("BUTIK7-K2", FULL);
    let (_, line) = bench.start("100.00");
    assert!(payment_of(&bench.message(line)).response.failed_with(&[ErrorCondition::Busy]));
    assert!(bench.status(None).response.failed_with(&[ErrorCondition::NotFound]));
    bench.pass(0.3);
    let (_, line) = bench.start("100.00");
    bench.pass(4.6);
    assert!(payment_of(&bench.message(line)).response.is_success());
    let (_, line) = bench.start("100.00");
    assert!(payment_of(&bench.message(line)).response.failed_with(&[ErrorCondition::Busy]));
    assert_eq!(bench.complaints, [""; 0]);
}

#[test]
fn a_login_ends_what_runs() {
    for (wait, approved) in [(1.0, false), (3.8, true)] {
        let mut bench = Bench::full();
        let (id, line) = bench.start("100.00");
        bench.pass(wait);
        bench.login(FULL);
        assert_eq!(payment_of(&bench.message(line)).response.is_success(), approved);
        assert_eq!(bench.found(&id).response.is_success(), approved);
        assert_eq!(bench.ledger.len(), usize::from(approved));
    }
    let mut asking = Bench::full();
    asking.cashier = Cashier::Silent;
    let (_, line) = asking.start("100.55");
    asking.pass(10.0);
    asking.login(FULL);
    assert!(payment_of(&asking.message(line)).response.failed_with(&[ErrorCondition::Cancel]));
    assert_eq!(asking.ledger.len(), 2);
}

#[test]
fn a_payment_goes_on_when_the_till_closes_the_line() {
    let mut bench = Bench::full();
    let (id, line) = bench.start("100.00");
    bench.step(SimulatorInput::Closed(line));
    bench.pass(10.0);
    assert_eq!(bench.got.get(&line), None);
    assert!(bench.found(&id).response.is_success());
}

#[test]
fn a_power_cut_loses_what_was_not_authorized_and_keeps_what_was() {
    for (wait, approved) in [(3.8, false), (4.7, true)] {
        let mut bench = Bench::full();
        let (id, line) = bench.start(if approved { "100.64" } else { "100.00" });
        bench.pass(wait);
        bench.step(SimulatorInput::PowerCut);
        assert_eq!(bench.got[&line], Got::Cut);
        assert!(bench.status(Some(&id)).response.failed_with(&[ErrorCondition::NotAllowed]));
        bench.login(FULL);
        let status = bench.status(Some(&id));
        assert_eq!(status.response.is_success(), approved);
        assert_eq!(bench.ledger.len(), usize::from(approved));
    }
}

#[test]
fn the_memory_brings_back_transactions_and_counter() {
    let mut before = Bench::full();
    let answer = before.pay("100.00");
    let (id, _) = before.start("100.61");
    before.pass(10.0);
    let memory: Value = serde_json::from_str(&before.terminal.memory().to_string()).unwrap();
    let mut after = Bench::new(Some(memory), 1);
    after.service_id = 200;
    after.login(FULL);
    assert!(after.found(&id).response.is_success());
    let next = after.pay("100.00").poi_transaction.unwrap().id;
    let first = answer.poi_transaction.unwrap().id;
    assert_eq!(first[..6], next[..6]);
    assert_eq!(next[6..], *"0003");
    assert!(Bench::new(Some(Value::Bool(true)), 1).pay("1.00").response.failed_with(&[ErrorCondition::NotAllowed]));
}

#[test]
fn the_till_is_told_what_it_does_wrong() {
    let mut bench = Bench::full();
    let line = bench.post_raw("POST", "/elsewhere", "");
    assert_eq!(bench.got[&line], Got::Response(HttpResponse::empty(404)));
    let line = bench.post_raw("GET", PATH, "");
    assert_eq!(bench.got[&line], Got::Response(HttpResponse::empty(405)));
    let line = bench.post("no XML");
    assert_eq!(bench.got[&line], Got::Response(HttpResponse::empty(400)));
    assert_eq!(bench.complaints.len(), 3);
}

#[test]
fn wrong_messages_are_answered_with_message_format_and_the_elements_name() {
    let good = payment_xml("900", "100.00", None, "Normal");
    let cases = [
        (good.replace("<PaymentData PaymentType=\"Normal\"/>", "<PaymentData Odd=\"1\"/>"), "PaymentData"),
        (good.replace("Currency=\"SEK\"", "Currency=\"USD\""), "AmountsReq"),
        (good.replace("RequestedAmount=\"100.00\"", ""), "AmountsReq"),
        (good.replace("\"100.00\"", "\"0.00\""), "AmountsReq"),
        (good.replace("\"100.00\"", "\"-1.00\""), "AmountsReq"),
        (good.replace("\"100.00\"", "\"1,00\""), "AmountsReq"),
        (payment_xml("900", "100.00", Some("100.01"), "Normal"), "AmountsReq"),
        (good.replace("PaymentType=\"Normal\"", "PaymentType=\"Instalment\""), "PaymentData"),
    ];
    for (xml, element) in cases {
        let mut bench = Bench::full();
        let line = bench.post(&xml);
        let answer = payment_of(&bench.message(line));
        assert!(answer.response.failed_with(&[ErrorCondition::MessageFormat]), "{xml}");
        assert!(answer.response.additional.unwrap().contains(element), "{xml}");
        assert_eq!(answer.sale_transaction.unwrap().id, "K2-900");
        assert_eq!((bench.complaints.len(), bench.ledger.len()), (1, 0), "{xml}");
    }
}

#[test]
fn repeated_and_parallel_requests_are_refused_with_a_complaint() {
    let mut bench = Bench::full();
    let line = bench.post(&payment_xml("900", "100.00", None, "Normal"));
    bench.pass(1.0);
    let (_, parallel) = bench.start("100.00");
    assert!(payment_of(&bench.message(parallel)).response.failed_with(&[ErrorCondition::Busy]));
    bench.pass(10.0);
    assert!(payment_of(&bench.message(line)).response.is_success());
    let again = bench.post(&payment_xml("900", "100.00", None, "Normal"));
    assert!(payment_of(&bench.message(again)).response.failed_with(&[ErrorCondition::MessageFormat]));
    assert_eq!(bench.complaints.len(), 2);
    assert_eq!(bench.ledger.len(), 1);
}

#[test]
fn categories_outside_the_integration_are_unavailable() {
    let mut bench = Bench::full();
    let line = bench.post(&envelope("Diagnosis", "900", "<DiagnosisRequest HostDiagnosisFlag=\"false\"/>"));
    let message = bench.message(line);
    assert!(matches!(&message.body, Body::Other { element, .. } if element == "DiagnosisResponse"));
    assert!(response_of(&message).failed_with(&[ErrorCondition::UnavailableService]));
    let line = bench.post(&envelope("Admin", "901", "<AdminRequest/>"));
    assert!(response_of(&bench.message(line)).failed_with(&[ErrorCondition::UnavailableService]));
}

#[test]
fn only_the_asking_poi_id_and_sale_id_find_their_transactions() {
    let mut bench = Bench::full();
    let (id, _) = bench.start("100.61");
    bench.pass(10.0);
    bench.logout(false);
    let answer = bench.login_as("OTHER", FULL);
    assert!(response_of(&answer).is_success());
    bench.pass(1.0);
    let xml = envelope("TransactionStatus", "900", "<TransactionStatusRequest/>").replace("BUTIK7-K2", "OTHER");
    let line = bench.post(&xml);
    assert!(response_of(&bench.message(line)).failed_with(&[ErrorCondition::NotFound]));
    bench.logout(false);
    bench.step(SimulatorInput::PowerCut);
    bench.login(FULL);
    assert!(bench.found(&id).response.is_success());
}

#[test]
fn the_tills_answers_are_looked_at() {
    let mut bench = Bench::new(None, 1);
    bench.lines += 1;
    let line = Line(bench.lines);
    let request = HttpRequest::post(PATH, CONTENT_TYPE, login_xml("1", "P", FULL).into_bytes());
    let effects = bench.terminal.step(bench.now(), SimulatorInput::Received(line, Frame::Request(request)));
    let post = effects.iter().find_map(|effect| match effect {
        SimulatorEffect::Post(post, _) => Some(*post),
        _ => None,
    });
    let wrong = SimulatorInput::Answered(post.unwrap(), Some(HttpResponse::empty(500)));
    let effects = bench.terminal.step(bench.now(), wrong);
    assert!(matches!(&effects[..], [SimulatorEffect::Complaint(text)] if text.contains("Display")));
}

#[test]
fn a_till_that_does_not_listen_stops_nothing() {
    let mut bench = Bench::new(None, 1);
    bench.login_as("BUTIK7-K2", FULL);
    bench.at = bench.at + Duration::from_secs(1);
    // nobody ever answers the posts from here on: only what is sent on the lines counts
    let request = HttpRequest::post(PATH, CONTENT_TYPE, payment_xml("900", "100.00", None, "Normal").into_bytes());
    let mut answered = false;
    let mut input = SimulatorInput::Received(Line(50), Frame::Request(request));
    for _ in 0..600 {
        let effects = bench.terminal.step(bench.now(), std::mem::replace(&mut input, SimulatorInput::Tick));
        answered |= effects.iter().any(|effect| matches!(effect, SimulatorEffect::Send(Line(50), _)));
        bench.at = bench.at + Duration::from_millis(100);
    }
    assert!(answered);
}

proptest::proptest! {
    #[test]
    fn no_request_makes_it_panic(body in ".{0,200}", place in 0_usize..400, byte: u8) {
        let mut bench = Bench::full();
        bench.post(&body);
        let mut damaged = payment_xml("900", "100.00", Some("1"), "Normal").into_bytes();
        let place = place.min(damaged.len() - 1);
        damaged[place] = byte;
        let request = HttpRequest::post(PATH, CONTENT_TYPE, damaged);
        let _ = bench.terminal.step(bench.now(), SimulatorInput::Received(Line(90), Frame::Request(request)));
        bench.pass(5.0);
    }
}
