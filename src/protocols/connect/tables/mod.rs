//! Card machines that are carried to the tables (PAT, reference section 6): they ask the till for its tables, lock one, have its
//! bill printed, and tell what was paid. This driver starts no payment; it hands their questions on as commissions and reports
//! what they took.
//!
//! The line (`ground.rs`) and what is owed on it (`desk.rs`, `releases.rs`) are apart: a line that is lost changes nothing about
//! what the till was asked, and what was asked on one line is answered on that line or not at all.

mod answers;
mod desk;
mod ground;
mod pauses;
mod releases;
mod takings;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayReport, DayVerdict, Instant, Now, OpenPayment, Outcome, TableTask, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, Report, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError, FieldProblem};
use crate::protocols::recovery::without_reference;
use crate::protocols::words::stranger;

use super::codec::{self, CodecError};
use super::day_ends;
use super::messages::*;
use super::settings::ConnectSettings;
use answers::Kind;
use desk::{Desk, Owed, Place, reply};
use ground::{Effects, Ground};
use releases::not_unlocked;

/// The registry's constructor, for the kind `pat`.
///
/// # Errors
/// The field that is wrong or missing.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = ConnectSettings::from_fields(&setup.fields)?;
    let key = setup.secrets.secret("api_key").filter(|key| !key.reveal().is_empty());
    let key = key.ok_or_else(|| FieldError::new("api_key", FieldProblem::Missing))?;
    Ok(Box::new(TablesDriver { ground: Ground::new(settings, key.clone(), setup.seed), desk: Desk::default() }))
}

struct TablesDriver {
    ground: Ground,
    desk: Desk,
}

impl Driver for TablesDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => {
                self.ground.on_tick(now, &mut out);
                self.desk.on_tick(now, &self.ground, &mut out);
            }
        }
        // A line that is not to be held any longer ends once nothing is owed on it.
        let owes = self.ground.is_up() && self.desk.owes();
        if !self.ground.holding && !owes {
            self.ground.disconnect(&mut out);
        }
        out
    }

    fn deadline(&self) -> Option<Instant> {
        self.ground.deadline().into_iter().chain(self.desk.deadline()).min()
    }

    /// No payment is at hand here.
    fn stopping(&self) -> Stopping {
        Stopping::Possible
    }

    fn has_parting_words(&self) -> bool {
        self.desk.has_parting_words()
    }
}

impl TablesDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Connect => self.ground.connect(now, out),
            Command::Disconnect => self.ground.holding = false,
            Command::Fulfil(id, fulfilment) => self.desk.fulfil(now, id, fulfilment, &self.ground, out),
            Command::Start(_) => {
                let why = Explanation::new("explain-tables-take-no-payments", Fault::Nobody);
                out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
            }
            Command::Recover(open) => out.push(Effect::Report(Report::Outcome(found_open(&open)))),
            Command::EndDay(report) => out.push(Effect::Report(Report::DayEnd(no_day(report)))),
            Command::Prompt(_) => {
                let unable = Explanation::new("explain-no-prompts", Fault::Nobody);
                out.push(Effect::Report(Report::Prompted(Err(unable))));
            }
            Command::Scan => {
                let unable = Explanation::new("explain-no-scanner", Fault::Nobody);
                out.push(Effect::Report(Report::Scanned(Err(unable))));
            }
            // No payment of its own is ever at hand.
            Command::Cancel | Command::Answer(..) | Command::Sign(..) | Command::Forget => {}
        }
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        // An event of a channel given up earlier.
        if self.ground.channel() != Some(channel) {
            return;
        }
        match event {
            LinkEvent::Opened => self.ground.opened(now, out),
            LinkEvent::Received(frame) if self.ground.is_up() => self.on_frame(now, channel, frame.body(), out),
            LinkEvent::Received(_) => {}
            LinkEvent::Lost(loss) => {
                self.desk.line_lost(out);
                self.ground.lost(now, &loss, out);
            }
        }
    }

    fn on_frame(&mut self, now: Now, channel: Channel, bytes: &[u8], out: &mut Effects) {
        match codec::decode(bytes) {
            Ok(Message::Request { id, method, params }) => {
                self.on_method(now, Some(Owed { channel, id }), &method, &params, out);
            }
            Ok(Message::Notification { method, params }) => self.on_method(now, None, &method, &params, out),
            Ok(Message::Response { answer: Err(error), .. }) => self.on_error(now, &error, out),
            // The till asks nothing.
            Ok(Message::Response { answer: Ok(_), .. }) => {}
            Err(error) => {
                self.ground.alarm(now, Explanation::new("explain-tables-no-message", Fault::Link), out);
                let wrong_params = error == CodecError::WrongType("params".to_owned());
                let code = if wrong_params { ErrorCode::InvalidParams } else { ErrorCode::InvalidRequest };
                self.refuse(codec::asked_id(bytes).map(|id| Owed { channel, id }), code, out);
            }
        }
    }

    /// (3.6) One that answers nothing.
    fn on_error(&mut self, now: Now, error: &RpcError, out: &mut Effects) {
        if error.is_discontinued() {
            self.desk.line_lost(out);
            return self.ground.discontinued(error.words(), out);
        }
        let why = Explanation::new("explain-terminal-says", Fault::Nobody).with_detail(&stranger(error.words()));
        self.ground.notice(now, why, out);
    }

    fn on_method(&mut self, now: Now, owed: Option<Owed>, name: &str, params: &Params, out: &mut Effects) {
        let question = codec::table_question(params);
        match (TableMethod::of_name(name), owed) {
            (Some(TableMethod::Taken), owed) => {
                let answer = takings::take(params, self.ground.settings.currency.code(), out);
                self.acknowledge(owed, answer, out);
            }
            (Some(TableMethod::EndOfDay), owed) => {
                let answer = self.on_day(params, out);
                self.acknowledge(owed, answer, out);
            }
            (Some(TableMethod::Unlock), owed) => self.on_unlock(now, owed, question, out),
            (Some(TableMethod::Error), owed) => {
                self.on_error(now, &codec::rpc_error(&Value::Object(params.clone())), out);
                if let Some(owed) = owed {
                    reply(owed, Ok(codec::table_accepted()), &self.ground, out);
                }
            }
            (Some(method), Some(owed)) => self.on_question(now, method, owed, question, out),
            // Nobody could be answered.
            (Some(_), None) => {}
            (None, owed) => {
                // What it was is among the messages that are kept (6.8).
                let why = Explanation::new("explain-table-unknown-method", Fault::Link).with_detail(&stranger(name));
                self.ground.alarm(now, why, out);
                self.refuse(owed, ErrorCode::MethodNotFound, out);
            }
        }
    }

    fn on_question(&mut self, now: Now, method: TableMethod, owed: Owed, asked: TableQuestion, out: &mut Effects) {
        let TableQuestion { asker, table } = asked;
        let kind = match method {
            TableMethod::List => Kind::List,
            TableMethod::Lock => Kind::Lock,
            _ => Kind::Print,
        };
        let has_room = self.desk.has_room();
        if !has_room || !self.ground.holding {
            let answer = if has_room { answers::too_late(kind) } else { answers::too_many() };
            reply(owed, answer, &self.ground, out);
            if let (Kind::Lock, Some(table)) = (kind, table) {
                self.desk.turn_away(&Place { asker, table }, out);
            }
            return;
        }
        match (kind, table) {
            (Kind::List, _) => self.desk.ask(now, owed, kind, TableTask::List { asker }, out),
            (_, None) => self.refuse(Some(owed), ErrorCode::InvalidParams, out),
            (Kind::Lock, Some(table)) => self.desk.lock(now, owed, Place { asker, table }, &self.ground, out),
            (_, Some(table)) => {
                let task = TableTask::Print { asker, table, paid: method == TableMethod::FinalReceipt };
                self.desk.ask(now, owed, kind, task, out);
            }
        }
    }

    fn on_unlock(&mut self, now: Now, owed: Option<Owed>, asked: TableQuestion, out: &mut Effects) {
        let Some(table) = asked.table else {
            not_unlocked(&asked.asker.machine, out);
            return self.refuse(owed, ErrorCode::InvalidParams, out);
        };
        // What was asked beyond the bound is carried out, but not waited for.
        let (owed, beyond) = if self.desk.has_room() { (owed, None) } else { (None, owed) };
        if let Some(owed) = beyond {
            reply(owed, answers::too_many(), &self.ground, out);
        }
        self.desk.unlock(now, owed, &Place { asker: asked.asker, table }, &self.ground, out);
    }

    /// (6.8) A machine's day was ended at the machine.
    fn on_day(&mut self, params: &Params, out: &mut Effects) -> answers::Answer {
        let Ok(report) = codec::report(&Value::Object(params.clone())) else {
            return Err(RpcError::new(ErrorCode::InvalidParams, None));
        };
        let told = DayReport::ALL.into_iter().find(|day| report.kind.as_ref() == Some(&kind_of_report(*day)));
        let end = day_ends::day_end(told.unwrap_or_default(), &report, true);
        out.push(Effect::Report(Report::DayEnd(end)));
        Ok(codec::table_accepted())
    }

    /// What was reported is durable before the machine hears that the till has it.
    fn acknowledge(&self, owed: Option<Owed>, answer: answers::Answer, out: &mut Effects) {
        if let Some(Owed { id, .. }) = owed {
            self.ground.send_when_durable(codec::encode(&Message::Response { id, answer }), out);
        }
    }

    fn refuse(&self, owed: Option<Owed>, code: ErrorCode, out: &mut Effects) {
        if let Some(owed) = owed {
            reply(owed, Err(RpcError::new(code, None)), &self.ground, out);
        }
    }
}

/// Nothing was ever sent from here; what another kind of terminal under this name sent before, nobody here can ask about.
fn found_open(open: &OpenPayment) -> Outcome {
    // A card was charged at a table, perhaps: only the machine's slip tells.
    if open.request.origin.is_some() {
        return Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-table-in-doubt", Fault::Terminal));
    }
    if open.reference.is_some() {
        return Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-still-unknown", Fault::Settings));
    }
    without_reference(open.state.is_final())
}

fn no_day(report: DayReport) -> DayEnd {
    let why = Explanation::new("explain-table-day-at-machine", Fault::Nobody);
    DayEnd { report, ..DayEnd::without_figures(DayVerdict::NotClosed, why) }
}
