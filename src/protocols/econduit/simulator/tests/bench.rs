//! A cloud with tills that speak HTTP to it, and terminals that speak raw bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::Offset;
use serde_json::Value as Told;

use crate::domain::{Currency, Instant, Now, Operation};
use crate::protocols::econduit::DOORS;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::*;
use crate::protocols::econduit::simulator::Cloud;
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Door, LedgerEntry, LedgerState, Line, Simulator, SimulatorEffect, SimulatorInput};

pub const DAY: &str = "03142026";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Cut,
    Closed,
}

/// What came on a line, and how it ended.
#[derive(Debug, Default)]
struct Wire {
    responses: Vec<HttpResponse>,
    packets: Vec<Vec<u8>>,
    end: Option<End>,
}

pub struct Bench {
    pub cloud: Cloud,
    pub at: Instant,
    pub wall: jiff::Timestamp,
    pub flavour: Flavour,
    /// Key and password of the calls.
    pub credentials: (String, String),
    wires: BTreeMap<Line, Wire>,
    lines: u64,
    pub in_pieces: usize,
    pub ledger: Vec<LedgerEntry>,
    pub complaints: Vec<String>,
}

pub type Given<'a> = &'a [(&'static str, &'a str)];

impl Bench {
    pub fn new() -> Bench {
        Bench::with(&[])
    }

    pub fn with(options: &[(&str, &str)]) -> Bench {
        Bench::set_up(options, 1, None)
    }

    pub fn set_up(options: &[(&str, &str)], speed: u32, memory: Option<Told>) -> Bench {
        let options = options.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect();
        let setup = SimulatorSetup { seed: 7, speed, memory, currency: Currency::USD, options };
        Bench {
            cloud: Cloud::new(&setup),
            at: Instant::ORIGIN,
            wall: "2026-03-14T12:41:07Z".parse().unwrap(),
            flavour: Flavour::Classic,
            credentials: ("K-17".to_owned(), "P-17".to_owned()),
            wires: BTreeMap::new(),
            lines: 0,
            in_pieces: 0,
            ledger: Vec::new(),
            complaints: Vec::new(),
        }
    }

    fn now(&self) -> Now {
        let wall = self.wall.checked_add(jiff::SignedDuration::try_from(self.at.since_origin()).unwrap()).unwrap();
        Now { at: self.at, wall, offset: Offset::constant(1) }
    }

    pub fn step(&mut self, input: SimulatorInput) {
        for effect in self.cloud.step(self.now(), input) {
            match effect {
                SimulatorEffect::Send(line, frame) => self.arrives(line, frame),
                SimulatorEffect::SendInPieces(line, frame) => {
                    self.in_pieces += 1;
                    self.arrives(line, frame);
                }
                SimulatorEffect::Cut(line) => self.ends(line, End::Cut),
                SimulatorEffect::Close(line) => self.ends(line, End::Closed),
                SimulatorEffect::Ledger(entry) => self.ledger.push(entry),
                SimulatorEffect::Complaint(text) => self.complaints.push(text),
                other => panic!("{other:?}"),
            }
        }
    }

    fn arrives(&mut self, line: Line, frame: Frame) {
        let wire = self.wires.get_mut(&line).unwrap();
        assert_eq!(wire.end, None, "something on a line that has ended");
        match frame {
            Frame::Response(response) => {
                assert!(wire.responses.is_empty(), "a second answer");
                wire.responses.push(response);
            }
            Frame::Bytes(bytes) => wire.packets.push(bytes),
            Frame::Request(request) => panic!("{request:?}"),
        }
    }

    fn ends(&mut self, line: Line, end: End) {
        let wire = self.wires.get_mut(&line).unwrap();
        assert!(wire.responses.is_empty(), "answered and closed");
        assert_eq!(wire.end.replace(end), None);
    }

    fn next_line(&mut self) -> Line {
        self.lines += 1;
        let line = Line(self.lines);
        self.wires.insert(line, Wire::default());
        line
    }

    /// Lets time pass, tick by tick; how many ticks it took.
    pub fn pass_millis(&mut self, millis: u64) -> usize {
        let end = self.at + Duration::from_millis(millis);
        let mut ticks = 0;
        while let Some(deadline) = self.cloud.deadline().filter(|deadline| *deadline <= end) {
            self.at = self.at.max(deadline);
            self.step(SimulatorInput::Tick);
            assert_ne!(self.cloud.deadline(), Some(deadline), "the deadline did not move");
            ticks += 1;
        }
        self.at = end;
        ticks
    }

    pub fn pass(&mut self, seconds: u64) {
        self.pass_millis(seconds * 1000);
    }

    // --- tills

    pub fn request(&mut self, request: HttpRequest) -> Line {
        let line = self.next_line();
        self.step(SimulatorInput::Received(line, Frame::Request(request)));
        line
    }

    /// A call with every parameter of its method; those not given are empty, or what they usually are.
    pub fn call(&mut self, method: &Method, given: Given) -> Line {
        let (key, password) = self.credentials.clone();
        let usual = [
            (parameter::KEY, key.as_str()),
            (parameter::PASSWORD, password.as_str()),
            (parameter::TERMINAL_ID, "2044"),
            (parameter::DATE, DAY),
            (parameter::BATCH_REF_ID, "b-1"),
        ];
        let mut all: Vec<(&'static str, Value)> = Vec::new();
        for (name, text) in given.iter().copied().chain(usual) {
            if !all.iter().any(|(known, _)| *known == name) {
                all.push((name, as_value(name, text)));
            }
        }
        let call = Call::new(method.clone(), all);
        let request = match self.flavour {
            Flavour::Classic => HttpRequest::get(&format!("/services/api.asmx/{}", method.word()), codec::query(&call)),
            Flavour::Json => HttpRequest::post(&format!("/1.0/{}", method.word()), CONTENT_TYPE, codec::body(&call)),
        };
        self.request(request)
    }

    pub fn run(&mut self, command: &str, ref_id: &str, amount: &str) -> Line {
        self.run_on("2044", command, ref_id, amount)
    }

    pub fn run_on(&mut self, terminal: &str, command: &str, ref_id: &str, amount: &str) -> Line {
        let given = [
            (parameter::COMMAND, command),
            (parameter::REF_ID, ref_id),
            (parameter::AMOUNT, amount),
            (parameter::TERMINAL_ID, terminal),
        ];
        self.call(&Method::RunTransaction2, &given)
    }

    /// From its beginning to its answer.
    pub fn done(&mut self, command: &str, ref_id: &str, amount: &str) -> Response {
        let line = self.run(command, ref_id, amount);
        self.pass(4);
        self.answer(line)
    }

    pub fn check(&mut self, command: &str, ref_id: &str) -> Response {
        let given = [(parameter::COMMAND, command), (parameter::REF_ID, ref_id)];
        let line = self.call(&Method::CheckStatus, &given);
        self.answer(line)
    }

    pub fn close_till(&mut self, line: Line) {
        self.step(SimulatorInput::Closed(line));
    }

    pub fn response(&self, line: Line) -> Option<&HttpResponse> {
        self.wires[&line].responses.first()
    }

    /// The text of a response that has come.
    pub fn text(&self, line: Line) -> String {
        String::from_utf8(self.response(line).expect("a response").body.clone()).unwrap()
    }

    pub fn json(&self, line: Line) -> Told {
        serde_json::from_str(&self.text(line)).unwrap()
    }

    pub fn answer(&self, line: Line) -> Response {
        let response = self.response(line).expect("a response");
        assert_eq!(response.status, 200);
        codec::response(&response.body).unwrap()
    }

    pub fn end_of(&self, line: Line) -> Option<End> {
        self.wires[&line].end
    }

    pub fn booked(&self) -> Vec<(&str, i64, Operation, LedgerState)> {
        let all = self.ledger.iter();
        all.map(|entry| (entry.till_reference.as_str(), entry.amount_minor, entry.operation, entry.state)).collect()
    }

    // --- terminals

    pub fn connect(&mut self, door: Door) -> Line {
        let line = self.next_line();
        self.step(SimulatorInput::Opened(line, door));
        line
    }

    pub fn bytes(&mut self, line: Line, bytes: &[u8]) {
        self.step(SimulatorInput::Received(line, Frame::Bytes(bytes.to_vec())));
    }

    pub fn say(&mut self, line: Line, text: &str) {
        self.bytes(line, &[text.as_bytes(), b"\x04\x04"].concat());
    }

    /// A terminal that is registered.
    pub fn terminal(&mut self, serial: &str) -> Line {
        let line = self.connect(DOORS[0]);
        self.say(line, &registration(serial));
        line
    }

    pub fn packets(&self, line: Line) -> &[Vec<u8>] {
        &self.wires[&line].packets
    }

    /// What the cloud said on a line, without its end marks.
    pub fn heard(&self, line: Line) -> Vec<String> {
        let all = String::from_utf8(self.packets(line).concat()).unwrap();
        all.split("\x04\x04").filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// The command that a terminal was told last.
    pub fn command(&self, line: Line) -> Told {
        serde_json::from_str(self.heard(line).last().unwrap()).unwrap()
    }
}

/// Options stand behind each other with a bar between them.
fn as_value(name: &str, text: &str) -> Value {
    match name {
        parameter::OPTIONS => Value::Texts(text.split('|').map(str::to_owned).collect()),
        parameter::KEY | parameter::PASSWORD => Value::Hidden(crate::domain::Secret::new(text)),
        _ => Value::from(text),
    }
}

pub fn registration(serial: &str) -> String {
    format!(
        r#"{{"Command":"Register","TerminalType":"AcmePos","TerminalModel":"A80","TerminalID":"{serial}","SoftwareVersion":"AcmePay v2.4","AckHeartbeat":"true"}}"#
    )
}

pub const HEARTBEAT: &str = r#"{"Command":"TerminalHeartbeat"}"#;

pub fn approved(reference: &str, minor: i64, operation: Operation) -> (&str, i64, Operation, LedgerState) {
    (reference, minor, operation, LedgerState::Approved)
}

pub fn reversed(reference: &str, minor: i64, operation: Operation) -> (&str, i64, Operation, LedgerState) {
    (reference, minor, operation, LedgerState::Reversed)
}

/// In minor units.
pub fn minor(amount: Option<&crate::protocols::json::Amount>) -> i64 {
    amount.unwrap().money(Currency::USD).unwrap().minor()
}

pub fn code(answer: &Response) -> &str {
    answer.result_code.as_ref().unwrap().word()
}

pub fn message(answer: &Response) -> &str {
    answer.message.as_deref().unwrap()
}
