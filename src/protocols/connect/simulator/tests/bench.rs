//! A cloud with tills that speak raw bytes to it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::Offset;
use serde_json::{Value, json};

use crate::domain::{Currency, Instant, Now, Operation, Secret};
use crate::protocols::connect::DOORS;
use crate::protocols::connect::simulator::{Cloud, Options};
use crate::protocols::frame::{Frame, HttpResponse};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{LedgerEntry, LedgerState, Line, Simulator, SimulatorEffect, SimulatorInput};

pub const TID: &str = "70031188";
pub const V1: &str = "/pac?token=k&api-version=v1&software-house-id=LUMEN07&installer-id=LUMEN07";
pub const V0: &str = "/pac?token=k&api-version=v0";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Cut,
    Closed,
}

/// The till's end of a line.
#[derive(Default)]
struct Wire {
    received: Vec<Value>,
    end: Option<End>,
}

pub struct Bench {
    pub cloud: Cloud,
    pub at: Instant,
    wires: BTreeMap<Line, Wire>,
    lines: u64,
    ids: i64,
    /// Where requests go.
    pub line: Line,
    pub refused: Vec<HttpResponse>,
    pub in_pieces: usize,
    pub ledger: Vec<LedgerEntry>,
    pub complaints: Vec<String>,
    /// In the order in which they came: `ledger`, and the kind of what was sent.
    pub order: Vec<String>,
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

impl Bench {
    pub fn with(code: &str, speed: u32, memory: Option<Value>, options: Options) -> Bench {
        let setup = SimulatorSetup { seed: 7, speed, memory, currency: currency(code), options: BTreeMap::new() };
        Bench {
            cloud: Cloud::new(&setup, options),
            at: Instant::ORIGIN,
            wires: BTreeMap::new(),
            lines: 0,
            ids: 0,
            line: Line(0),
            refused: Vec::new(),
            in_pieces: 0,
            ledger: Vec::new(),
            complaints: Vec::new(),
            order: Vec::new(),
        }
    }

    /// With one till of v1.
    pub fn ready() -> Bench {
        Bench::set_up(Options::default())
    }

    pub fn set_up(options: Options) -> Bench {
        let mut bench = Bench::with("GBP", 1, None, options);
        bench.open(V1);
        bench
    }

    /// The cloud again, with what it remembered.
    pub fn restarted(&self) -> Bench {
        let mut bench = Bench::with("GBP", 1, Some(self.cloud.memory()), Options::default());
        bench.at = self.at;
        bench.ids = self.ids;
        bench.open(V1);
        bench
    }

    fn now(&self) -> Now {
        let wall: jiff::Timestamp = "2026-03-14T12:41:07Z".parse().unwrap();
        let wall = wall.checked_add(jiff::SignedDuration::try_from(self.at.since_origin()).unwrap()).unwrap();
        Now { at: self.at, wall, offset: Offset::constant(1) }
    }

    pub fn step(&mut self, input: SimulatorInput) {
        for effect in self.cloud.step(self.now(), input) {
            match effect {
                SimulatorEffect::Admit(line) => drop(self.wires.insert(line, Wire::default())),
                SimulatorEffect::Refuse(_, response) => self.refused.push(response),
                SimulatorEffect::Send(line, frame) => self.arrives(line, &frame),
                SimulatorEffect::SendInPieces(line, frame) => {
                    self.in_pieces += 1;
                    self.arrives(line, &frame);
                }
                SimulatorEffect::Cut(line) => self.ends(line, End::Cut),
                SimulatorEffect::Close(line) => self.ends(line, End::Closed),
                SimulatorEffect::Ledger(entry) => {
                    self.order.push("ledger".to_owned());
                    self.ledger.push(entry);
                }
                SimulatorEffect::Complaint(text) => self.complaints.push(text),
                other => panic!("{other:?}"),
            }
        }
    }

    fn arrives(&mut self, line: Line, frame: &Frame) {
        let message: Value = serde_json::from_slice(frame.body()).unwrap();
        assert_eq!(message["jsonrpc"], "2.0");
        let kind = message
            .get("params")
            .map_or("response", |params| params["notificationValue"].as_str().unwrap_or("question"));
        self.order.push(kind.to_owned());
        let wire = self.wires.get_mut(&line).unwrap();
        assert_eq!(wire.end, None, "something on a line that has ended");
        wire.received.push(message);
    }

    fn ends(&mut self, line: Line, end: End) {
        self.order.push(format!("{end:?}"));
        assert_eq!(self.wires.entry(line).or_default().end.replace(end), None);
    }

    /// Knocks; requests go to the new line from now on.
    pub fn open(&mut self, target: &str) -> Line {
        self.lines += 1;
        self.line = Line(self.lines);
        self.step(SimulatorInput::Knocked(self.line, DOORS[0], Secret::new(target)));
        self.line
    }

    pub fn is_admitted(&self) -> bool {
        self.wires.contains_key(&self.line)
    }

    pub fn close(&mut self) {
        self.step(SimulatorInput::Closed(self.line));
    }

    /// Bytes as they are.
    pub fn say(&mut self, json: &str) {
        self.step(SimulatorInput::Received(self.line, Frame::Bytes(json.as_bytes().to_vec())));
    }

    /// A request, in time; its id.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.pass_millis(100);
        self.ask_at_once(method, params)
    }

    pub fn ask_at_once(&mut self, method: &str, params: Value) -> i64 {
        self.ids += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": self.ids, "method": method, "params": params }).to_string());
        self.ids
    }

    /// Lets time pass, tick by tick.
    pub fn pass_millis(&mut self, millis: u64) {
        let end = self.at + Duration::from_millis(millis);
        while let Some(deadline) = self.cloud.deadline().filter(|deadline| *deadline <= end) {
            self.at = self.at.max(deadline);
            self.step(SimulatorInput::Tick);
            assert_ne!(self.cloud.deadline(), Some(deadline), "the deadline did not move");
        }
        self.at = end;
    }

    pub fn pass(&mut self, seconds: u64) {
        self.pass_millis(seconds * 1000);
    }

    pub fn end_of(&self, line: Line) -> Option<End> {
        self.wires[&line].end
    }

    /// What came on the line in use.
    pub fn received(&self) -> &[Value] {
        &self.wires[&self.line].received
    }

    pub fn received_on(&self, line: Line) -> &[Value] {
        &self.wires[&line].received
    }

    /// The responses under this id, on whatever line.
    pub fn answers(&self, id: i64) -> Vec<Value> {
        let is_answer = |message: &&Value| message.get("method").is_none() && message["id"] == id;
        self.wires.values().flat_map(|wire| &wire.received).filter(is_answer).cloned().collect()
    }

    /// The one response to a request.
    pub fn answer(&self, id: i64) -> Value {
        let answers = self.answers(id);
        let [answer] = answers.as_slice() else { panic!("{id}: {answers:?}") };
        answer.clone()
    }

    pub fn result(&self, id: i64) -> Value {
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    pub fn error(&self, id: i64) -> i64 {
        self.answer(id)["error"]["code"].as_i64().unwrap()
    }

    /// What a request is answered with at once.
    pub fn told(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.result(id)
    }

    pub fn refusal(&mut self, method: &str, params: Value) -> i64 {
        let id = self.ask(method, params);
        self.error(id)
    }

    /// Every notification on the line in use.
    pub fn shown(&self) -> Vec<String> {
        let value = |message: &Value| message["params"]["notificationValue"].as_str().map(str::to_owned);
        self.received().iter().filter_map(value).collect()
    }

    pub fn has_shown(&self, value: &str) -> bool {
        self.shown().iter().any(|shown| shown == value)
    }

    /// The question of the cloud that came last on the line in use.
    pub fn question(&self) -> Option<Value> {
        let is_question = |message: &&Value| message.get("method").is_some() && message.get("id").is_some();
        self.received().iter().rev().find(is_question).cloned()
    }

    pub fn sale(&mut self, amount: i64) -> i64 {
        self.ask("sale", sale(TID, amount))
    }

    /// A sale from its beginning to its response.
    pub fn sold(&mut self, amount: i64) -> Value {
        let id = self.sale(amount);
        self.pass(20);
        self.result(id)
    }

    pub fn duplicate(&mut self) -> Value {
        self.told("duplicate", json!({ "tid": TID }))
    }

    pub fn cancel(&mut self) -> i64 {
        self.ask("cancelTransaction", json!({ "tid": TID }))
    }

    pub fn status(&mut self) -> String {
        let details = self.told("terminalDetails", json!({ "tid": TID }));
        details["status"].as_str().unwrap().to_owned()
    }

    /// Answers the newest question.
    pub fn sign(&mut self, is_accepted: bool) {
        let id = self.question().unwrap()["id"].clone();
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "result": { "accepted": is_accepted } }).to_string());
    }

    pub fn booked(&self) -> Vec<(i64, Operation, LedgerState)> {
        self.ledger.iter().map(|entry| (entry.amount_minor, entry.operation, entry.state)).collect()
    }
}

pub fn sale(tid: &str, amount: i64) -> Value {
    json!({ "tid": tid, "currency": "GBP", "amount": amount })
}

pub fn approved(minor: i64, operation: Operation) -> (i64, Operation, LedgerState) {
    (minor, operation, LedgerState::Approved)
}

pub fn reversed(minor: i64, operation: Operation) -> (i64, Operation, LedgerState) {
    (minor, operation, LedgerState::Reversed)
}
