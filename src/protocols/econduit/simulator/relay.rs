//! Real terminals told to do what tills ask, and their answers handed back (reference 2.6, part 3 TCP 6).

use std::collections::BTreeMap;

use super::Cloud;
use super::calls::{Asked, as_json};
use super::deadlines::Alarm;
use super::profile::{COMMAND_WITHIN, SILENCE};
use super::responses;
use super::status;
use super::store::{Key, Relayed};
use super::texts;
use crate::domain::Now;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{CONTENT_TYPE, CommandWord, Obstacle, Response, member, parameter};
use crate::protocols::frame::HttpResponse;
use crate::protocols::json::Json;
use crate::protocols::simulator::{Line, SimulatorEffect};

/// What a terminal was told to do, and for whom.
struct Errand {
    /// The till's; `None` once it went away.
    till: Option<Line>,
    number: u32,
    ref_id: String,
    kind: Kind,
}

enum Kind {
    Transaction(Key),
    /// What became of one.
    Question(Key),
    /// What is not kept.
    Other(CommandWord),
}

impl Kind {
    fn key(&self) -> Option<&Key> {
        match self {
            Kind::Transaction(key) | Kind::Question(key) => Some(key),
            Kind::Other(_) => None,
        }
    }
}

/// One at a time on each terminal.
#[derive(Default)]
pub struct Errands {
    /// By the terminal's line.
    open: BTreeMap<Line, Errand>,
    /// By the terminal's number.
    busy: BTreeMap<u32, Line>,
    /// Given up; its answer may still come.
    overdue: BTreeMap<Line, Errand>,
}

impl Errands {
    pub fn is_busy(&self, number: u32) -> bool {
        self.busy.contains_key(&number)
    }

    pub fn is_on(&self, line: Line) -> bool {
        self.open.contains_key(&line)
    }

    pub fn leave(&mut self, number: u32, till: Line) {
        let errand = self.busy.get(&number).and_then(|line| self.open.get_mut(line));
        if let Some(errand) = errand.filter(|errand| errand.till == Some(till)) {
            errand.till = None;
        }
    }

    fn take(&mut self, line: Line) -> Option<Errand> {
        let errand = self.open.remove(&line)?;
        self.busy.remove(&errand.number);
        Some(errand)
    }
}

impl Cloud {
    pub(super) fn on_real(&mut self, now: &Now, asked: &Asked, key: Key) {
        let is_first = key.command.is_first_transaction();
        let is_busy = self.is_busy(asked.terminal.number);
        let number = asked.number();
        if let Some(known) = self.store.relayed(&key).filter(|_| is_first) {
            return match known.answer.clone() {
                Some(answer) => self.respond(asked.line, HttpResponse::ok(CONTENT_TYPE, answer.into_bytes())),
                None if is_busy => self.answer(asked.line, &responses::obstacle(&number, Obstacle::TerminalBusy)),
                None => self.answer(asked.line, &lost(&number, &key)),
            };
        }
        let Some(line) = self.free_terminal(asked) else { return };
        let text = |name: &str| Json::text(asked.call.text(name));
        let members = vec![
            (member::AMOUNT, text(parameter::AMOUNT)),
            (member::INVOICE_NUMBER, text(parameter::INVOICE_NUMBER)),
            (member::MERCHANT_ID, text(parameter::MERCHANT_ID)),
            (member::TOKEN, text(parameter::TOKEN)),
            (member::EXP_DATE, text(parameter::EXP_DATE)),
        ];
        let serial = asked.terminal.serial.clone();
        self.store.keep_relayed(Relayed { key: key.clone(), serial, answer: None });
        let (command, ref_id) = (key.command.clone(), key.ref_id.clone());
        self.tell_terminal(now, asked, line, (&command, ref_id, Kind::Transaction(key)), members);
    }

    /// Final where the terminal has said so; else it is asked, once it is there (3.6).
    pub(super) fn check_real(&mut self, now: &Now, asked: &Asked, key: Key) {
        let Some(known) = self.store.relayed(&key) else {
            return self.answer(asked.line, &status::not_found(asked, &key));
        };
        if let Some(answer) = known.answer.clone() {
            return self.respond(asked.line, HttpResponse::ok(CONTENT_TYPE, answer.into_bytes()));
        }
        let line = self.lines.of_serial(&asked.terminal.serial);
        let Some(line) = line.filter(|_| !self.is_busy(asked.terminal.number)) else {
            let why = if line.is_some() { texts::IN_PROGRESS } else { texts::TERMINAL_LOST };
            let waits = responses::not_final(&asked.number(), why);
            return self.answer(asked.line, &responses::about(waits, &key.command, &key.ref_id));
        };
        let members = vec![(member::TRANS_TYPE, Json::text(key.command.word()))];
        let ref_id = key.ref_id.clone();
        self.tell_terminal(now, asked, line, (&CommandWord::CheckStatus, ref_id, Kind::Question(key)), members);
    }

    pub(super) fn close_real_batch(&mut self, now: &Now, asked: &Asked, ref_id: String) {
        let members = vec![(member::MERCHANT_ID, Json::text(asked.call.text(parameter::MERCHANT_ID)))];
        self.relay(now, asked, CommandWord::CloseBatch, Some(ref_id), members);
    }

    /// What is answered and not kept. Without a RefID of the till's it travels under one of the cloud's.
    pub(super) fn relay(
        &mut self,
        now: &Now,
        asked: &Asked,
        command: CommandWord,
        ref_id: Option<String>,
        members: Vec<(&str, Json)>,
    ) {
        let Some(line) = self.free_terminal(asked) else { return };
        let ref_id = ref_id.filter(|ref_id| !ref_id.is_empty());
        let ref_id = ref_id.unwrap_or_else(|| format!("C{:08}", self.store.next_number()));
        self.tell_terminal(now, asked, line, (&command, ref_id, Kind::Other(command.clone())), members);
    }

    /// The terminal's line; otherwise the till is told what stands in the way.
    fn free_terminal(&mut self, asked: &Asked) -> Option<Line> {
        let line = self.lines.of_serial(&asked.terminal.serial);
        let obstacle = match line {
            None => Obstacle::TerminalOffline,
            Some(_) if self.is_busy(asked.terminal.number) => Obstacle::TerminalBusy,
            Some(line) => return Some(line),
        };
        self.answer(asked.line, &responses::obstacle(&asked.number(), obstacle));
        None
    }

    fn tell_terminal(
        &mut self,
        now: &Now,
        asked: &Asked,
        line: Line,
        (command, ref_id, kind): (&CommandWord, String, Kind),
        members: Vec<(&str, Json)>,
    ) {
        let number = asked.terminal.number;
        let names = [(member::TERMINAL_ID, Json::text(&asked.terminal.serial)), (member::REF_ID, Json::text(&ref_id))];
        self.say(line, codec::encode_command(command, names.into_iter().chain(members).collect()));
        self.waiting.insert(asked.line, number);
        self.errands.overdue.remove(&line);
        self.errands.busy.insert(number, line);
        self.errands.open.insert(line, Errand { till: Some(asked.line), number, ref_id, kind });
        self.deadlines.set(Alarm::Command(number), now.at + COMMAND_WITHIN);
        self.deadlines.clear(Alarm::Silence(line));
        if std::mem::take(&mut self.options.drops) {
            self.drop_line(line);
            self.effects.push(SimulatorEffect::Close(line));
        }
    }

    /// A terminal's answer. Which command it belongs to is said by its RefID alone.
    pub(super) fn answered(&mut self, now: &Now, line: Line, json: Json) {
        let says =
            |errand: &Errand| matches!(json.member(member::REF_ID), Some(Json::Text(id)) if *id == errand.ref_id);
        if self.errands.overdue.get(&line).is_some_and(says) {
            if let Some(errand) = self.errands.overdue.remove(&line) {
                self.keep_answer(&errand, &json);
            }
            return;
        }
        match self.errands.open.get(&line) {
            None => return self.complain("an answer nobody asked for"),
            Some(errand) if !says(errand) => return self.complain("an answer with another RefID than was asked"),
            Some(_) => {}
        }
        let Some(errand) = self.errands.take(line) else { return };
        self.deadlines.clear(Alarm::Command(errand.number));
        self.deadlines.set(Alarm::Silence(line), now.at + SILENCE);
        self.keep_answer(&errand, &json);
        let Some(till) = errand.till else { return };
        if let Kind::Question(key) = &errand.kind
            && obstacle_of(&json) == Some(Obstacle::TerminalBusy)
        {
            // It is about the question, and says nothing of the transaction.
            let busy = responses::not_final(&errand.number.to_string(), texts::IN_PROGRESS);
            return self.answer(till, &responses::about(busy, &key.command, &key.ref_id));
        }
        self.respond(till, as_json(&as_shown(json, &errand)));
    }

    /// What a terminal said last of a transaction is what it is, unless it does not know.
    fn keep_answer(&mut self, errand: &Errand, json: &Json) {
        let Some(key) = errand.kind.key() else { return };
        let Ok(response) = codec::response_of(json) else {
            return self.complain("an answer that says two things at once");
        };
        let knows_nothing = matches!(errand.kind, Kind::Question(_))
            && matches!(obstacle_of(json), Some(Obstacle::NotFound | Obstacle::TerminalBusy));
        if response.result_final == Some(false) || knows_nothing {
            return;
        }
        let text = as_shown(json.clone(), errand).to_text();
        if let Some(relayed) = self.store.relayed(key) {
            relayed.answer = Some(text);
        }
    }

    /// The line broke; what its terminal did may be known later.
    pub(super) fn terminal_is_lost(&mut self, line: Line) {
        self.errands.overdue.remove(&line);
        if let Some(errand) = self.errands.take(line) {
            self.deadlines.clear(Alarm::Command(errand.number));
            self.give_up(&errand);
        }
    }

    pub(super) fn command_is_overdue(&mut self, now: &Now, number: u32) {
        let Some(line) = self.errands.busy.get(&number).copied() else { return };
        let Some(mut errand) = self.errands.take(line) else { return };
        self.give_up(&errand);
        errand.till = None;
        self.errands.overdue.insert(line, errand);
        self.deadlines.set(Alarm::Silence(line), now.at + SILENCE);
    }

    fn give_up(&mut self, errand: &Errand) {
        let Some(till) = errand.till else { return };
        let number = errand.number.to_string();
        let answer = match &errand.kind {
            Kind::Transaction(key) | Kind::Question(key) => lost(&number, key),
            Kind::Other(_) => responses::not_final(&number, texts::TERMINAL_LOST),
        };
        self.answer(till, &answer);
    }
}

/// What an answer says stands in the way.
fn obstacle_of(json: &Json) -> Option<Obstacle> {
    codec::response_of(json).ok()?.obstacle()
}

fn lost(number: &str, key: &Key) -> Response {
    responses::about(responses::not_final(number, texts::TERMINAL_LOST), &key.command, &key.ref_id)
}

/// With the number by which the till knows the terminal, and without a RefID that is only the cloud's.
fn as_shown(json: Json, errand: &Errand) -> Json {
    let Json::Object(mut members) = json else { return json };
    let hidden = matches!(&errand.kind, Kind::Other(command) if *command != CommandWord::CloseBatch);
    members.retain(|(name, _)| name != member::TERMINAL_ID && !(hidden && name == member::REF_ID));
    members.insert(0, (member::TERMINAL_ID.to_owned(), Json::text(&errand.number.to_string())));
    Json::Object(members)
}
