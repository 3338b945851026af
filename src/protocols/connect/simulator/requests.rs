//! From bytes to what is done about them (3, 4.14, 8.1).

use serde_json::Value;

use super::inventory::{self, Nature, Terminal};
use super::lines::About;
use super::validation::{self, Asked, Filter, Refusal};
use super::{Cloud, oddities, profile, results, texts};
use crate::domain::Now;
use crate::protocols::connect::codec::{CodecError, decode};
use crate::protocols::connect::messages::*;
use crate::protocols::frame::Frame;
use crate::protocols::simulator::Line;

/// Who asked, and under which id.
#[derive(Debug, Clone)]
pub struct Asker {
    pub line: Line,
    pub id: Value,
    pub version: Version,
}

impl Cloud {
    pub(super) fn received(&mut self, now: &Now, line: Line, frame: Frame) {
        let Some(client) = self.clients.get(&line) else { return };
        if client.is_mute {
            return;
        }
        let (version, serves_tables) = (client.version, client.serves_tables);
        let bytes = match frame {
            Frame::Bytes(bytes) if bytes.len() <= MESSAGE_AT_MOST => bytes,
            _ => {
                self.complain("something on a line that no message of JSON-RPC is");
                return self.cut(line);
            }
        };
        match decode(&bytes) {
            Ok(Message::Request { id, .. }) if serves_tables => {
                let refusal =
                    Refusal::fault(ErrorCode::MethodNotFound, "a till for the tables is asked, and asks nothing");
                self.refuse(&Asker { line, id, version }, &refusal);
            }
            Ok(Message::Request { id, method, params }) => {
                let asker = Asker { line, id, version };
                match self.taken(now, &asker, &bytes, &method, &params) {
                    Ok(asked) => self.dispatch(now, asker, asked),
                    Err(refusal) => self.refuse(&asker, &refusal),
                }
            }
            Ok(Message::Response { id, answer }) => self.answered(now, line, &id, answer),
            Ok(Message::Notification { .. }) => self.complain("a request without an id; it is not answered"),
            Err(error) => self.unreadable(line, version, &bytes, &error),
        }
    }

    /// (3.6) Answered under its id where that can be read.
    fn unreadable(&mut self, line: Line, version: Version, bytes: &[u8], error: &CodecError) {
        let code = match error {
            CodecError::NotJson => ErrorCode::ParseError,
            CodecError::WrongType(member) if member == "params" => ErrorCode::InvalidParams,
            _ => ErrorCode::InvalidRequest,
        };
        let message = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
        let id = message.get("id").filter(|id| validation::id_fault(id).is_none()).cloned().unwrap_or_default();
        self.refuse(&Asker { line, id, version }, &Refusal::fault(code, error.to_string()));
    }

    pub(super) fn refuse(&mut self, asker: &Asker, refusal: &Refusal) {
        if refusal.is_tills_fault {
            self.complain(&format!("{}: {}", refusal.code.word(), refusal.why));
        }
        // Under an id in flight it would be taken for the answer to what runs.
        let id = if self.is_in_flight(asker) { Value::Null } else { asker.id.clone() };
        self.answer(asker.line, &id, Err(refusal.error()));
    }

    fn is_in_flight(&self, asker: &Asker) -> bool {
        self.running.iter().any(|running| running.waits_for_answer(asker))
    }

    /// What is asked for, if it may be asked at this moment.
    fn taken(
        &mut self,
        now: &Now,
        asker: &Asker,
        bytes: &[u8],
        method: &str,
        params: &Params,
    ) -> Result<Asked, Refusal> {
        let is_strict = !self.is_lenient();
        let invalid = |why: &str| Refusal::fault(ErrorCode::InvalidRequest, why);
        if is_strict {
            if let Some(fault) = envelope_fault(bytes).or_else(|| validation::id_fault(&asker.id)) {
                return Err(invalid(fault));
            }
            if self.is_in_flight(asker) {
                return Err(invalid("id of a request in flight"));
            }
        }
        if method != method::CANCEL_TRANSACTION {
            self.in_its_time(now, asker.line)?;
        }
        validation::asked(method, params, asker.version, is_strict)
    }

    /// (1.6)
    fn in_its_time(&mut self, now: &Now, line: Line) -> Result<(), Refusal> {
        let spacing = self.scaled(profile::SPACING - profile::SQUEEZED);
        let is_strict = !self.is_lenient();
        let Some(client) = self.clients.get_mut(&line) else { return Ok(()) };
        if is_strict && client.last_request.is_some_and(|last| now.at - last < spacing) {
            let why = "sooner than 100 ms after the request before".to_owned();
            let user_message = Some(texts::TOO_FAST);
            return Err(Refusal { code: ErrorCode::TooManyRequests, why, user_message, is_tills_fault: true });
        }
        client.last_request = Some(now.at);
        Ok(())
    }

    fn dispatch(&mut self, now: &Now, asker: Asker, asked: Asked) {
        let done = match asked {
            Asked::Terminals(filter) => {
                let list = self.listed(&filter, asker.version);
                let is_odd = self.clients.get(&asker.line).is_some_and(|client| client.is_odd);
                Ok(Some(if is_odd { oddities::wrapped(list) } else { Value::Array(list) }))
            }
            Asked::Details(tids) => self.details(&tids, asker.version).map(Some),
            Asked::Duplicate(tid) => self.duplicate(&tid, asker.version).map(Some),
            Asked::Cancel(tid) => self.cancel(now, &asker, &tid),
            Asked::Transaction(asked) => self.start_transaction(now, &asker, asked).map(|()| None),
            Asked::Report(tid, kind) => self.start_report(now, &asker, &tid, kind).map(|()| None),
        };
        match done {
            Ok(Some(result)) => self.answer(asker.line, &asker.id, Ok(result)),
            Ok(None) => {}
            Err(refusal) => self.refuse(&asker, &refusal),
        }
    }

    /// The terminal, if it is there.
    pub(super) fn terminal(&self, tid: &str) -> Result<Terminal, Refusal> {
        let has_room = inventory::is_listed(tid) || self.store.has_room_for(tid);
        let found = inventory::find(tid, self.currency).filter(|_| has_room);
        found.ok_or_else(Refusal::unavailable)
    }

    /// The terminal, if it is free.
    pub(super) fn free_terminal(&self, tid: &str) -> Result<Terminal, Refusal> {
        let terminal = self.terminal(tid)?;
        match self.status(tid, &terminal) {
            TerminalStatus::Available => Ok(terminal),
            _ => Err(Refusal::busy()),
        }
    }

    fn status(&self, tid: &str, terminal: &Terminal) -> TerminalStatus {
        let is_busy = terminal.nature == Nature::AlwaysBusy || self.running.iter().any(|running| running.tid == tid);
        if is_busy { TerminalStatus::Busy } else { TerminalStatus::Available }
    }

    /// (4.1)
    fn listed(&self, filter: &Filter, version: Version) -> Vec<Value> {
        let is_wanted = |terminal: &Terminal, status: &TerminalStatus| {
            let capabilities = results::capabilities(terminal);
            filter.status.as_ref().is_none_or(|wanted| wanted == status)
                && filter.currency.as_ref().is_none_or(|wanted| wanted == terminal.currency)
                && filter.capabilities.iter().all(|wanted| capabilities.contains(&wanted.as_str()))
        };
        inventory::listed(self.currency)
            .map(|(tid, terminal)| (tid, self.status(tid, &terminal), terminal))
            .filter(|(_, status, terminal)| is_wanted(terminal, status))
            .map(|(tid, status, terminal)| results::terminal(tid, &terminal, &status, version))
            .collect()
    }

    /// (4.2) Of v1 one, of v0 a list.
    fn details(&self, tids: &[String], version: Version) -> Result<Value, Refusal> {
        let mut found = Vec::new();
        for tid in tids {
            let terminal = self.terminal(tid)?;
            found.push(results::terminal(tid, &terminal, &self.status(tid, &terminal), version));
        }
        if version.is_full() { found.pop().ok_or_else(Refusal::unavailable) } else { Ok(Value::Array(found)) }
    }

    /// (4.5)
    fn duplicate(&self, tid: &str, version: Version) -> Result<Value, Refusal> {
        let not_supported = Refusal::ordinary(ErrorCode::NotSupported, texts::NOT_SUPPORTED);
        if !self.terminal(tid)?.is_ingenico {
            return Err(not_supported);
        }
        self.free_terminal(tid)?;
        let last = self.store.memory(tid).and_then(|memory| memory.last.as_ref());
        let none = || Refusal::ordinary(ErrorCode::NoLastTransaction, texts::NO_LAST_TRANSACTION);
        last.map(|record| results::transaction(record, version)).ok_or_else(none)
    }

    /// What the till says to a question of ours.
    fn answered(&mut self, now: &Now, line: Line, id: &Value, answer: Result<Value, RpcError>) {
        let question = self.clients.get(&line).and_then(|client| client.question(id)).cloned();
        match question.map(|question| question.about) {
            Some(About::Signature { tid, is_open }) => self.signature_answered(now, line, id, &tid, is_open, answer),
            Some(About::Table { tid, is_open }) => self.table_answered(now, line, id, &tid, is_open, answer),
            Some(About::Strange) => {
                let is_refused = answer.is_err_and(|error| error.code == Some(ErrorCode::MethodNotFound.number()));
                if !is_refused {
                    self.complain("a method nobody knows was not answered with -32601");
                }
            }
            None => self.complain("an answer to nothing that was asked"),
        }
    }
}

/// What JSON-RPC asks of a request besides what the codec reads.
fn envelope_fault(bytes: &[u8]) -> Option<&'static str> {
    let message = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let is_known = |name: &String| ["jsonrpc", "id", "method", "params"].contains(&name.as_str());
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Some("jsonrpc is not 2.0");
    }
    let has_strangers = message.as_object().is_some_and(|members| !members.keys().all(is_known));
    has_strangers.then_some("a member that no request has")
}
