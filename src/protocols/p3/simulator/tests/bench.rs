//! A PayServer with clients that speak raw bytes to it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::Offset;
use serde_json::Value;

use crate::domain::{Currency, Instant, Now, Operation};
use crate::protocols::frame::Frame;
use crate::protocols::framing::length_prefix::{LengthPrefix, framed};
use crate::protocols::p3::DOORS;
use crate::protocols::p3::codec;
use crate::protocols::p3::messages::*;
use crate::protocols::p3::simulator::{Options, PayServer};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Door, LedgerEntry, LedgerState, Line, Simulator, SimulatorEffect, SimulatorInput};

pub const READER: &str = "devices/mock1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Cut,
    Closed,
}

/// The client's end of a line.
struct Wire {
    cutter: Option<LengthPrefix>,
    received: Vec<Message>,
    end: Option<End>,
}

pub struct Bench {
    pub server: PayServer,
    pub at: Instant,
    door: Door,
    wires: BTreeMap<Line, Wire>,
    lines: u64,
    tags: u64,
    /// Where requests go.
    pub line: Line,
    pub in_pieces: bool,
    pub ledger: Vec<LedgerEntry>,
    pub complaints: Vec<String>,
}

/// Runs a test once over each door, with a client that is logged in.
pub fn on_both_doors(test: impl Fn(Bench)) {
    DOORS.iter().for_each(|door| test(Bench::ready(*door)));
}

impl Bench {
    pub fn new(door: Door, memory: Option<Value>, options: Options) -> Bench {
        let setup = SimulatorSetup { seed: 7, speed: 1, memory, currency: Currency::EUR, options: BTreeMap::new() };
        let mut bench = Bench {
            server: PayServer::new(&setup, options),
            at: Instant::ORIGIN,
            door,
            wires: BTreeMap::new(),
            lines: 0,
            tags: 0,
            line: Line(0),
            in_pieces: false,
            ledger: Vec::new(),
            complaints: Vec::new(),
        };
        bench.open();
        bench
    }

    pub fn ready(door: Door) -> Bench {
        let mut bench = Bench::new(door, None, Options::default());
        bench.login();
        bench
    }

    /// The server again, with what it remembered.
    pub fn restarted(&self) -> Bench {
        let mut bench = Bench::new(self.door, Some(self.server.memory()), Options::default());
        bench.tags = self.tags;
        bench.login();
        bench
    }

    fn now(&self) -> Now {
        let wall: jiff::Timestamp = "2026-03-14T09:42:00Z".parse().unwrap();
        let wall = wall.checked_add(jiff::SignedDuration::try_from(self.at.since_origin()).unwrap()).unwrap();
        Now { at: self.at, wall, offset: Offset::constant(1) }
    }

    pub fn step(&mut self, input: SimulatorInput) {
        for effect in self.server.step(self.now(), input) {
            match effect {
                SimulatorEffect::Send(line, frame) => self.arrives(line, &frame),
                SimulatorEffect::SendInPieces(line, frame) => {
                    self.in_pieces = true;
                    self.arrives(line, &frame);
                }
                SimulatorEffect::Cut(line) => self.ends(line, End::Cut),
                SimulatorEffect::Close(line) => self.ends(line, End::Closed),
                SimulatorEffect::Ledger(entry) => self.ledger.push(entry),
                SimulatorEffect::Complaint(text) => self.complaints.push(text),
                other => panic!("{other:?}"),
            }
        }
    }

    fn arrives(&mut self, line: Line, frame: &Frame) {
        let wire = self.wires.get_mut(&line).unwrap();
        assert_eq!(wire.end, None, "something on a line that has ended");
        let Frame::Bytes(bytes) = frame else { panic!("{frame:?}") };
        let messages = match &mut wire.cutter {
            Some(cutter) => cutter.push(bytes).unwrap(),
            None => vec![bytes.clone()],
        };
        for message in messages {
            let message = codec::decode(&message).unwrap();
            wire.received.push(message);
        }
    }

    fn ends(&mut self, line: Line, end: End) {
        let wire = self.wires.get_mut(&line).unwrap();
        assert_eq!(wire.end.replace(end), None);
    }

    /// A new line, to which requests go from now on.
    pub fn open(&mut self) -> Line {
        self.lines += 1;
        self.line = Line(self.lines);
        let cutter = (self.door.name == "tcp").then(|| LengthPrefix::new(FRAME_AT_MOST));
        self.wires.insert(self.line, Wire { cutter, received: Vec::new(), end: None });
        self.step(SimulatorInput::Opened(self.line, self.door));
        self.line
    }

    pub fn close(&mut self) {
        self.step(SimulatorInput::Closed(self.line));
    }

    /// A new line, logged in.
    pub fn reconnect(&mut self) {
        self.open();
        self.login();
    }

    /// Bytes as they are.
    pub fn pour(&mut self, bytes: &[u8]) {
        self.step(SimulatorInput::Received(self.line, Frame::Bytes(bytes.to_vec())));
    }

    /// One message, framed as the door wants it.
    pub fn say(&mut self, json: &str) {
        match self.door.name {
            "tcp" => self.pour(&framed(json.as_bytes()).unwrap()),
            _ => self.pour(json.as_bytes()),
        }
    }

    pub fn next_tag(&mut self) -> String {
        self.tags += 1;
        format!("t-{}", self.tags)
    }

    /// A request with its data; the tag.
    pub fn ask(&mut self, message_type: &str, header: &str, data: &str) -> String {
        let tag = self.next_tag();
        let member = MessageType::from_word(message_type).data_member();
        let data = if data.is_empty() { String::new() } else { format!(r#","{member}":{data}"#) };
        self.say(&format!(r#"{{"version":"1.3","type":"{message_type}","tag":"{tag}"{header}{data}}}"#));
        tag
    }

    pub fn login(&mut self) {
        let data = r#"{"providerMode":"TEST","merchantIdentifier":"mer-0815","merchantSecret":"s3cr3t"}"#;
        let tag = self.ask("LOGIN_MERCHANT_REQUEST", "", data);
        assert_eq!(self.answer(&tag).header.status, Some(Status::Ok));
    }

    /// Lets time pass, tick by tick.
    pub fn pass(&mut self, seconds: u64) {
        let end = self.at + Duration::from_secs(seconds);
        while let Some(deadline) = self.server.deadline().filter(|deadline| *deadline <= end) {
            self.at = self.at.max(deadline);
            self.step(SimulatorInput::Tick);
            assert_ne!(self.server.deadline(), Some(deadline), "the deadline did not move");
        }
        self.at = end;
    }

    pub fn end_of(&self, line: Line) -> Option<End> {
        self.wires[&line].end
    }

    /// What came on the line in use.
    pub fn received(&self) -> &[Message] {
        &self.wires[&self.line].received
    }

    fn of_tag<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Message> {
        self.wires.values().flat_map(|wire| &wire.received).filter(move |message| message.header.tag == tag)
    }

    pub fn answers(&self, tag: &str) -> Vec<Message> {
        let is_answer = |message: &&Message| message.body.message_type().word().ends_with("_RESPONSE");
        self.of_tag(tag).filter(is_answer).cloned().collect()
    }

    /// The one response to a request.
    pub fn answer(&self, tag: &str) -> Message {
        let answers = self.answers(tag);
        let [answer] = answers.as_slice() else { panic!("{tag}: {answers:?}") };
        answer.clone()
    }

    pub fn error(&self, tag: &str) -> ErrorType {
        let header = self.answer(tag).header;
        assert_eq!(header.status, Some(Status::Error));
        header.error.unwrap().kind
    }

    pub fn updates(&self, tag: &str) -> Vec<Progress> {
        let update = |message: &Message| match &message.body {
            Body::ExecuteTransactionUpdate(progress) | Body::AmendTransactionUpdate(progress) => {
                Some((**progress).clone())
            }
            _ => None,
        };
        self.of_tag(tag).filter_map(update).collect()
    }

    pub fn asks_signature(&self, tag: &str) -> bool {
        self.of_tag(tag).any(|message| message.body == Body::ExecuteTransactionAction(ActionType::Signature))
    }

    /// The data of the last response.
    pub fn progress(&self, tag: &str) -> Progress {
        match self.answer(tag).body {
            Body::ExecuteTransactionResponse(progress) | Body::AmendTransactionResponse(progress) => *progress,
            other => panic!("{other:?}"),
        }
    }

    pub fn transaction(&self, tag: &str) -> Transaction {
        self.progress(tag).transaction.unwrap()
    }

    pub fn execute_on(&mut self, reader: &str, data: &str) -> String {
        self.ask("EXECUTE_TRANSACTION_REQUEST", &format!(r#","resource":"{reader}""#), data)
    }

    pub fn execute(&mut self, data: &str) -> String {
        self.execute_on(READER, data)
    }

    /// Starts a sale; its tag. Its `customIdentifier` is `sale-` and the tag.
    pub fn start(&mut self, amount: &str) -> String {
        let key = format!("sale-t-{}", self.tags + 1);
        self.execute(&charge(amount, &key))
    }

    /// A sale from end to end; its tag.
    pub fn sell(&mut self, amount: &str) -> String {
        let tag = self.start(amount);
        self.pass(60);
        tag
    }

    pub fn sold(&mut self, amount: &str) -> Transaction {
        let tag = self.sell(amount);
        self.transaction(&tag)
    }

    pub fn amend(&mut self, parameters: &str) -> String {
        let key = format!("amend-t-{}", self.tags + 1);
        let data =
            format!(r#"{{"mode":"ONLINE","transactionParameters":{{{parameters},"customIdentifier":"{key}"}}}}"#);
        let tag = self.ask("AMEND_TRANSACTION_REQUEST", "", &data);
        self.pass(10);
        tag
    }

    pub fn refund(&mut self, of: &str, amount: Option<&str>) -> String {
        let amount = amount.map(|amount| format!(r#","amount":{amount},"currency":"EUR""#)).unwrap_or_default();
        self.amend(&format!(r#""type":"REFUND","referencedTransactionIdentifier":"{of}"{amount}"#))
    }

    pub fn abort(&mut self, of: &str) -> AbortStatus {
        let tag = self.ask("ABORT_OPERATION_REQUEST", &format!(r#","referenceTag":"{of}","resource":"{READER}""#), "");
        let answer = self.answer(&tag);
        assert_eq!(answer.header.reference_tag.as_deref(), Some(of));
        let Body::AbortOperationResponse(Some(status)) = answer.body else { panic!("{answer:?}") };
        status
    }

    pub fn sign(&mut self, of: &str, data: &str) -> String {
        let header = format!(r#","referenceTag":"{of}","resource":"{READER}""#);
        self.ask("SUBMIT_SIGNATURE_REQUEST", &header, data)
    }

    pub fn query(&mut self, key: &str) -> Vec<Transaction> {
        let data = format!(
            r#"{{"filterParameters":{{"customIdentifier":"{key}"}},"includeReceipts":true,"offset":0,"limit":10,"mode":"ONLINE"}}"#
        );
        let tag = self.ask("QUERY_TRANSACTIONS_REQUEST", "", &data);
        let Body::QueryTransactionsResponse(Some(found)) = self.answer(&tag).body else { panic!() };
        found
    }

    /// The tag of a GET.
    pub fn ask_for(&mut self, identifier: &str) -> String {
        let data = format!(r#"{{"transactionIdentifier":"{identifier}","mode":"ONLINE"}}"#);
        self.ask("GET_TRANSACTION_REQUEST", "", &data)
    }

    pub fn found(&mut self, identifier: &str) -> Transaction {
        let tag = self.ask_for(identifier);
        let Body::GetTransactionResponse(Some(found)) = self.answer(&tag).body else { panic!() };
        *found
    }

    pub fn booked(&self) -> Vec<(i64, Operation, LedgerState)> {
        self.ledger.iter().map(|entry| (entry.amount_minor, entry.operation, entry.state)).collect()
    }
}

pub fn charge(amount: &str, key: &str) -> String {
    format!(
        r#"{{"mode":"ONLINE","transactionParameters":{{"type":"CHARGE","amount":{amount},"currency":"EUR","autoCapture":true,"subject":"Receipt 4711","customIdentifier":"{key}"}}}}"#
    )
}

pub fn approved(minor: i64, operation: Operation) -> (i64, Operation, LedgerState) {
    (minor, operation, LedgerState::Approved)
}

pub fn is(transaction: &Transaction, status: &TransactionStatus, code: &StatusCode) -> bool {
    let found = transaction.status_details.as_ref().and_then(|details| details.code.as_ref());
    transaction.status.as_ref() == Some(status) && found == Some(code)
}
