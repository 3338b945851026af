//! A tiny terminal whose behaviour is the text it is asked with.

use std::time::Duration;

use checkstand::domain::{Instant, Now, Operation};
use checkstand::protocols::frame::{Frame, HttpRequest, HttpResponse};
use checkstand::protocols::simulator::{
    LedgerEntry, LedgerState, Line, Post, Simulator, SimulatorEffect, SimulatorInput,
};
use serde_json::{Value, json};

pub const ANSWER: &[u8] = b"<answer/>";

/// Remembers everything that happened to it.
#[derive(Default)]
pub struct Tiny {
    taken: u64,
    heard: Vec<String>,
    asked_till: Option<Line>,
    slow: Option<(Instant, Line)>,
}

impl Tiny {
    fn received(&mut self, now: Now, line: Line, frame: &Frame) -> Vec<SimulatorEffect> {
        let answer = match frame {
            Frame::Bytes(_) => Frame::Bytes(ANSWER.to_vec()),
            _ => Frame::Response(HttpResponse::ok("application/xml; charset=utf-8", ANSWER.to_vec())),
        };
        match frame.body() {
            b"pay" => vec![SimulatorEffect::Send(line, answer), self.take()],
            b"pieces" => vec![SimulatorEffect::SendInPieces(line, answer)],
            b"half" => vec![SimulatorEffect::SendHalf(line, answer)],
            b"twice" => vec![SimulatorEffect::Send(line, answer.clone()), SimulatorEffect::Send(line, answer)],
            b"close" => vec![SimulatorEffect::Send(line, answer), SimulatorEffect::Close(line)],
            b"flood" => (0..200).map(|_| SimulatorEffect::Send(line, Frame::Bytes(vec![b'x'; 1024 * 1024]))).collect(),
            b"cut" => vec![SimulatorEffect::Cut(line)],
            b"complain" => vec![SimulatorEffect::Complaint("bad".to_owned()), SimulatorEffect::Send(line, answer)],
            b"slow" => {
                self.slow = Some((now.at + Duration::from_millis(20), line));
                Vec::new()
            }
            b"ask the till" => {
                self.asked_till = Some(line);
                vec![SimulatorEffect::Post(Post(7), HttpRequest::post("/till", "", b"sign?".to_vec()))]
            }
            // mute
            _ => Vec::new(),
        }
    }

    fn take(&mut self) -> SimulatorEffect {
        self.taken += 1;
        SimulatorEffect::Ledger(entry())
    }
}

/// What is said at a guarded door depends on the path.
fn knocked(line: Line, target: &str) -> Vec<SimulatorEffect> {
    let answer = SimulatorEffect::Send(line, Frame::Bytes(ANSWER.to_vec()));
    match target.split_once('?').map_or(target, |(path, _)| path) {
        "/refuse" => vec![SimulatorEffect::Refuse(line, refusal())],
        "/eager" => vec![SimulatorEffect::Admit(line), answer],
        "/hasty" => vec![answer, SimulatorEffect::Admit(line)],
        "/cut" => vec![SimulatorEffect::Cut(line)],
        "/close" => vec![SimulatorEffect::Close(line)],
        "/mute" => Vec::new(),
        _ => vec![SimulatorEffect::Admit(line)],
    }
}

pub fn refusal() -> HttpResponse {
    let body = br#"{"userMessage":"no such key"}"#.to_vec();
    HttpResponse::new(401, "application/json", body)
}

impl Simulator for Tiny {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        match input {
            SimulatorInput::Received(line, frame) => self.received(now, line, &frame),
            SimulatorInput::Knocked(line, door, target) => {
                self.heard.push(format!("knocked {} {}", door.name, target.reveal()));
                knocked(line, target.reveal())
            }
            SimulatorInput::Opened(_, door) => {
                self.heard.push(format!("opened {} {:?}", door.name, door.carries));
                Vec::new()
            }
            SimulatorInput::Answered(_, response) => {
                let body = response.map_or(b"nobody".to_vec(), |response| response.body);
                let answer = |line| SimulatorEffect::Send(line, Frame::Response(HttpResponse::ok("", body.clone())));
                self.asked_till.take().map(answer).into_iter().collect()
            }
            SimulatorInput::Closed(_) => {
                self.heard.push("closed".to_owned());
                Vec::new()
            }
            SimulatorInput::PowerCut => {
                self.heard.push("power cut".to_owned());
                Vec::new()
            }
            SimulatorInput::Tick => match self.slow.take() {
                Some((at, line)) if now.at >= at => {
                    vec![SimulatorEffect::Send(line, Frame::Response(HttpResponse::empty(204)))]
                }
                earlier => {
                    self.slow = earlier;
                    Vec::new()
                }
            },
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.slow.map(|(at, _)| at)
    }

    fn memory(&self) -> Value {
        json!({ "taken": self.taken, "heard": self.heard })
    }
}

pub fn entry() -> LedgerEntry {
    LedgerEntry {
        terminal_reference: "T1".to_owned(),
        till_reference: "R1".to_owned(),
        operation: Operation::Sale,
        amount_minor: 100,
        currency: "SEK".to_owned(),
        state: LedgerState::Approved,
    }
}
