//! What runs on the terminals: steps performed one after the other, each when its time has come (8.4).

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use super::conduct::{Conduct, Plan};
use super::lines::About;
use super::requests::Asker;
use super::script::{Manner, Step};
use super::store::Record;
use super::validation::Completes;
use super::{Cloud, oddities, results};
use crate::domain::{Instant, Now};
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::Line;

/// (4.14) v0 does not know them.
const ONLY_V1: [&str; 5] = ["REPLACE_PAPER", "ENTER_CASHBACK", "ATTEMPTING_CANCEL", "CANCELLING", "UNABLE_TO_CANCEL"];
/// What nobody has in the shop.
const FOREIGN_TERMINAL: &str = "70039123";

/// One request on one terminal, from its beginning until the terminal is free again.
#[derive(Debug)]
pub struct Running {
    pub tid: String,
    /// `None` once the till is gone.
    pub line: Option<Line>,
    /// Of the till's request.
    id: Value,
    version: Version,
    pub steps: VecDeque<Step>,
    pub wake: Instant,
    /// Stands still for a signature, asked for under this id; the till may be gone.
    pub signs: Option<Option<Value>>,
    pub is_card_read: bool,
    pub is_cancelling: bool,
    /// The till hears nothing of it any more.
    is_silent: bool,
    is_answered: bool,
    pub work: Work,
}

#[derive(Debug)]
pub enum Work {
    Transaction(Box<Payment>),
    Report(ReportKind, Option<Value>),
}

/// A transaction of any type.
#[derive(Debug)]
pub struct Payment {
    pub record: Record,
    pub plan: Plan,
    pub completes: Option<Completes>,
}

impl Running {
    pub fn new(now: &Now, asker: &Asker, tid: &str, work: Work, steps: VecDeque<Step>) -> Running {
        Running {
            tid: tid.to_owned(),
            line: Some(asker.line),
            id: asker.id.clone(),
            version: asker.version,
            steps,
            wake: now.at,
            signs: None,
            is_card_read: false,
            is_cancelling: false,
            is_silent: false,
            is_answered: false,
            work,
        }
    }

    /// Whether this id is in flight on this line.
    pub fn waits_for_answer(&self, asker: &Asker) -> bool {
        !self.is_answered && self.line == Some(asker.line) && self.id == asker.id
    }

    pub fn payment(&self) -> Option<&Payment> {
        match &self.work {
            Work::Transaction(payment) => Some(payment),
            Work::Report(..) => None,
        }
    }

    pub fn payment_mut(&mut self) -> Option<&mut Payment> {
        match &mut self.work {
            Work::Transaction(payment) => Some(payment),
            Work::Report(..) => None,
        }
    }

    pub fn goes_on_with(&mut self, steps: VecDeque<Step>, at: Instant) {
        self.steps = steps;
        self.wake = at;
        self.signs = None;
    }

    fn is(&self, conduct: Conduct) -> bool {
        self.payment().is_some_and(|payment| payment.plan.conduct == conduct)
    }
}

impl Cloud {
    pub(super) fn start(&mut self, now: &Now, running: Running) {
        self.running.push(running);
        self.perform_due(now);
    }

    /// Performs every step whose time has come, the oldest first.
    pub(super) fn perform_due(&mut self, now: &Now) {
        loop {
            let due = self.running.iter().enumerate().filter(|(_, running)| running.wake <= now.at);
            let Some((place, _)) = due.min_by_key(|(place, running)| (running.wake, *place)) else { return };
            let mut running = self.running.remove(place);
            if running.signs.is_some() {
                self.nobody_signed(now, &mut running);
            }
            if let Some(step) = running.steps.pop_front() {
                self.perform(now, &mut running, step);
                // a line that was cut while it was out of the list
                running.line = running.line.filter(|line| self.clients.contains_key(line));
                self.running.insert(place.min(self.running.len()), running);
            }
        }
    }

    fn perform(&mut self, now: &Now, running: &mut Running, step: Step) {
        match step {
            Step::Show(value) => self.show(running, &running.tid, value),
            Step::ShowForeign(value) => self.show(running, FOREIGN_TERMINAL, value),
            Step::AskStrangely => self.ask_strangely(running),
            Step::Pause(wait) => running.wake = running.wake + self.scaled(Duration::from_millis(wait)),
            Step::ReadCard => {
                running.is_card_read = true;
                self.read_card(running);
            }
            Step::Decide(decision) => self.decide(now, running, decision),
            Step::AskSignature => self.ask_signature(now, running),
            Step::Reverse(why) => self.reverse(running, why),
            Step::Remark(text) => self.remark(running, text),
            Step::End(result, why) => {
                if let Some(payment) = running.payment_mut() {
                    payment.record.result = result;
                    payment.record.user_message = why.map(str::to_owned);
                }
            }
            Step::Cut => {
                if let Some(line) = running.line.take() {
                    self.cut(line);
                }
            }
            Step::FallSilent => running.is_silent = true,
            Step::Report => self.make_report(now, running),
            Step::Respond(manner) => self.respond(running, manner),
        }
    }

    /// The till that is to hear of it.
    fn hearer(&self, running: &Running) -> Option<Line> {
        running.line.filter(|_| !running.is_silent)
    }

    fn show(&mut self, running: &Running, tid: &str, value: &'static str) {
        if ONLY_V1.contains(&value) && !running.version.is_full() {
            return;
        }
        if let Some(line) = self.hearer(running) {
            self.send(line, &results::notification(tid, value, running.version));
        }
    }

    fn ask_strangely(&mut self, running: &Running) {
        if let Some(line) = self.hearer(running) {
            let mut params = Params::new();
            params.insert(running.version.terminal_id().to_owned(), Value::from(running.tid.as_str()));
            self.ask(line, "loyaltyCardRequest", params, About::Strange);
        }
    }

    fn respond(&mut self, running: &mut Running, manner: Manner) {
        running.is_answered = true;
        let Some(line) = self.hearer(running) else { return };
        let result = match &running.work {
            Work::Report(_, report) => report.clone().unwrap_or_default(),
            Work::Transaction(payment) => results::transaction(&payment.record, running.version),
        };
        if manner == Manner::ForeignFirst {
            let foreign = another(&result);
            self.answer(line, &self.id_of_nobody(line, &running.id), Ok(foreign));
        }
        let result = if running.is(Conduct::Strangers) { with_strangers(result) } else { result };
        self.answer(line, &running.id, Ok(result));
    }

    /// An id that is in flight nowhere on this line.
    fn id_of_nobody(&self, line: Line, id: &Value) -> Value {
        let first = id.as_i64().unwrap_or_default().rem_euclid(LARGEST_ID);
        let is_free = |id: &i64| {
            let in_flight = |running: &Running| running.line == Some(line) && running.id.as_i64() == Some(*id);
            !self.running.iter().any(in_flight)
        };
        let ids = (1..LARGEST_ID).map(|step| (first + 400_000 + step) % LARGEST_ID + 1);
        Value::from(ids.into_iter().find(is_free).unwrap_or(LARGEST_ID))
    }

    fn read_card(&mut self, running: &mut Running) {
        let completed = self.card_of_preauth(running);
        if let Some(payment) = running.payment_mut() {
            payment.record.card = Some(completed.unwrap_or_else(|| super::cards::Card::draw(&mut self.dice)));
        }
    }
}

/// The result of another transaction: of another amount, with another number.
fn another(result: &Value) -> Value {
    let mut other = result.clone();
    for name in ["amountBase", "amountTotal"] {
        if let Some(amount) = other.get(name).and_then(Value::as_i64) {
            other[name] = Value::from(amount.saturating_add(1111));
        }
    }
    other["tid"] = Value::from(FOREIGN_TERMINAL);
    other["transactionId"] = Value::from("1111111");
    other
}

fn with_strangers(mut result: Value) -> Value {
    if let Some(members) = result.as_object_mut() {
        members.extend(oddities::unknown_members());
    }
    result
}
