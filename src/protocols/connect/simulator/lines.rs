//! Lines: what is known of each till, and how messages leave (1.5, 3.2).

use std::collections::VecDeque;

use serde_json::Value;

use super::{Cloud, oddities};
use crate::domain::Instant;
use crate::protocols::connect::codec::encode;
use crate::protocols::connect::messages::*;
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Line, SimulatorEffect};

/// Questions a line remembers, so that a late answer to one is known.
const QUESTIONS_AT_MOST: usize = 16;

/// One till's line.
#[derive(Debug)]
pub struct Client {
    pub version: Version,
    /// Admitted with a wrong token, and never answered (1.1).
    pub is_mute: bool,
    /// Had the oddly spelled scenario, and hears odd spellings ever after.
    pub is_odd: bool,
    /// Asked by the machines at the tables; asks nothing itself.
    pub serves_tables: bool,
    /// (1.1) Wants to be asked for the paid bill.
    pub wants_final_receipt: bool,
    /// When the last request was taken.
    pub last_request: Option<Instant>,
    /// How many questions it was asked.
    asked: u64,
    questions: VecDeque<Question>,
}

/// Something the till was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: Value,
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// On this terminal.
    Signature { tid: String, is_open: bool },
    /// A method that no till knows.
    Strange,
    /// For this machine at a table.
    Table { tid: String, is_open: bool },
}

impl Client {
    pub fn new(version: Version, is_mute: bool) -> Client {
        Client {
            version,
            is_mute,
            is_odd: false,
            serves_tables: false,
            wants_final_receipt: false,
            last_request: None,
            asked: 0,
            questions: VecDeque::new(),
        }
    }

    /// What was asked under this id, with the type it had.
    pub fn question(&self, id: &Value) -> Option<&Question> {
        self.questions.iter().rev().find(|question| question.id == *id)
    }

    /// Whoever answers it now is late.
    pub fn close_question(&mut self, id: &Value) {
        for question in self.questions.iter_mut().filter(|question| question.id == *id) {
            if let About::Signature { is_open, .. } | About::Table { is_open, .. } = &mut question.about {
                *is_open = false;
            }
        }
    }
}

impl Cloud {
    /// Asks the till something; the id of the question.
    pub(super) fn ask(&mut self, line: Line, method: &str, params: Params, about: About) -> Option<Value> {
        let random = self.options.random_ids;
        let client = self.clients.get_mut(&line)?;
        client.asked += 1;
        let id = if random || client.is_odd { Value::from(self.dice.hex(12)) } else { Value::from(client.asked) };
        client.questions.push_back(Question { id: id.clone(), about });
        if client.questions.len() > QUESTIONS_AT_MOST {
            client.questions.pop_front();
        }
        self.send(line, &Message::Request { id: id.clone(), method: method.to_owned(), params });
        Some(id)
    }

    pub(super) fn send(&mut self, line: Line, message: &Message) {
        let is_odd = self.clients.get(&line).is_some_and(|client| client.is_odd);
        let bytes = encode(message);
        self.effects.push(if is_odd {
            SimulatorEffect::SendInPieces(line, Frame::Bytes(oddities::spelled_oddly(&bytes)))
        } else {
            SimulatorEffect::Send(line, Frame::Bytes(bytes))
        });
    }

    pub(super) fn answer(&mut self, line: Line, id: &Value, answer: Result<Value, RpcError>) {
        self.send(line, &Message::Response { id: id.clone(), answer });
    }

    /// The line breaks; what it started goes on behind it.
    pub(super) fn cut(&mut self, line: Line) {
        if self.clients.remove(&line).is_some() {
            self.effects.push(SimulatorEffect::Cut(line));
        }
        self.orphan(line);
    }

    pub(super) fn closed(&mut self, line: Line) {
        self.clients.remove(&line);
        self.orphan(line);
    }

    fn orphan(&mut self, line: Line) {
        self.tables_line_lost(line);
        for running in self.running.iter_mut().filter(|running| running.line == Some(line)) {
            running.line = None;
        }
    }
}
