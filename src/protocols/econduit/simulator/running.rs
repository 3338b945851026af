//! What a virtual terminal does, step by step.

use std::collections::VecDeque;
use std::time::Duration;

use super::Cloud;
use super::calls::as_json;
use super::conduct::Conduct;
use super::deadlines::Alarm;
use super::oddities;
use super::profile::TOO_LONG;
use super::responses;
use super::script::{Manner, Step};
use super::store::{Record, Status};
use super::texts;
use crate::domain::Now;
use crate::protocols::econduit::messages::{CommandWord, ResultCode};
use crate::protocols::json::Json;
use crate::protocols::simulator::{LedgerState, Line, SimulatorEffect};

pub enum Work {
    /// By the number of its record.
    Transaction(u64),
    Batch {
        ref_id: String,
    },
    /// What it answers.
    Prompt(Json),
}

pub struct Running {
    /// `None` once the till went away, or was answered.
    line: Option<Line>,
    work: Work,
    conduct: Conduct,
    steps: VecDeque<Step>,
}

impl Running {
    pub fn new(line: Line, work: Work, conduct: Conduct, steps: VecDeque<Step>) -> Running {
        Running { line: Some(line), work, conduct, steps }
    }

    pub fn leave(&mut self, line: Line) {
        if self.line == Some(line) {
            self.line = None;
        }
    }
}

impl Cloud {
    pub(super) fn start(&mut self, now: &Now, number: u32, running: Running) {
        if let Some(line) = running.line {
            self.waiting.insert(line, number);
        }
        self.running.insert(number, running);
        self.carry_on(now, number);
    }

    pub(super) fn carry_on(&mut self, now: &Now, number: u32) {
        let Some(mut running) = self.running.remove(&number) else { return };
        while let Some(step) = running.steps.pop_front() {
            let wait = match &step {
                Step::Pause(wait) => Duration::from_millis(*wait) / self.speed,
                Step::Hang(wait) => *wait,
                _ => Duration::ZERO,
            };
            if !wait.is_zero() {
                self.deadlines.set(Alarm::Step(number), now.at + wait);
                self.running.insert(number, running);
                return;
            }
            self.perform(now, number, &mut running, step);
        }
    }

    fn perform(&mut self, now: &Now, terminal: u32, running: &mut Running, step: Step) {
        match (step, &running.work) {
            (Step::Approve, Work::Transaction(number)) => self.approve(*number, running.conduct),
            (Step::Approve, Work::Batch { ref_id }) => {
                let answer = self.batch_closed(terminal, ref_id);
                running.work = Work::Prompt(answer);
            }
            (Step::Fail(code, words), Work::Transaction(number)) => self.fail(*number, code, words),
            (Step::Answer(manner), _) => self.tell(now, running, manner),
            (Step::AnswerNotFinal, Work::Transaction(number)) => {
                let known = self.store.by_number(*number).map(|record| responses::as_known(record));
                if let Some((line, known)) = running.line.take().zip(known) {
                    self.answer(line, &known);
                }
            }
            (Step::Cut, _) => {
                if let Some(line) = running.line.take() {
                    self.cut(line);
                }
            }
            _ => {}
        }
    }

    fn tell(&mut self, now: &Now, running: &mut Running, manner: Manner) {
        let Some(line) = running.line.take() else { return };
        let number = match &running.work {
            Work::Transaction(number) => *number,
            Work::Prompt(answer) => return self.respond_with(line, answer),
            Work::Batch { .. } => return self.cut(line),
        };
        let Some(record) = self.store.by_number(number).cloned() else { return self.cut(line) };
        let answer = responses::body(&responses::as_ended(&record));
        match manner {
            Manner::Plainly => self.respond_with(line, &answer),
            Manner::Foreign => {
                let foreign = oddities::foreign(&self.store, &record);
                self.answer(line, &foreign);
            }
            Manner::Oddly => self.respond_in_pieces(line, oddities::spelled_oddly(answer)),
            Manner::Page(status) => self.respond(line, oddities::page(status)),
            Manner::TooLate => {
                self.waiting.remove(&line);
                self.too_late.insert(line, as_json(&answer));
                self.deadlines.set(Alarm::TooLate(line), now.at + TOO_LONG);
            }
        }
    }

    fn fail(&mut self, number: u64, code: ResultCode, words: &'static str) {
        let Some(record) = self.store.by_number(number).cloned() else { return };
        let was_read = matches!(code, ResultCode::Declined | ResultCode::Error) && !record.key.command.is_follow_up();
        let card = was_read.then(|| self.card_for(&record));
        if let Some(record) = self.store.by_number(number) {
            (record.status, record.code, record.message) = (Status::Ended, code, words.to_owned());
            record.card = card;
        }
    }

    fn approve(&mut self, number: u64, conduct: Conduct) {
        let Some(record) = self.store.by_number(number).cloned() else { return };
        let decided = if record.key.command.is_follow_up() {
            self.follow_up(&record)
        } else {
            self.first_transaction(&record, conduct)
        };
        let decided = decided.unwrap_or_else(|(code, words)| {
            let card = record.card.clone();
            Record { status: Status::Ended, code, message: words.to_owned(), card, ..record }
        });
        if let Some(kept) = self.store.by_number(number) {
            *kept = decided;
        }
    }

    /// An approved first transaction as it is from now on.
    fn first_transaction(&mut self, record: &Record, conduct: Conduct) -> Result<Record, (ResultCode, &'static str)> {
        let (amount, cash_back) = conduct.charge(record.asked_minor);
        let mut approved = Record { amount_minor: amount, cash_back_minor: cash_back, ..record.clone() };
        if record.is_gift() {
            let balance = self.on_gift_card(&record.key.command, amount).map_err(|why| (ResultCode::Declined, why))?;
            approved.gift_minor = Some(balance);
        }
        approved.total_minor = amount;
        // On the wire nothing tells a tip from a surcharge: what was added is what a TipAdjust replaces.
        approved.tip_minor = amount.saturating_sub(record.asked_minor).saturating_sub(cash_back).max(0);
        approved.card = Some(self.card_for(record));
        approved.status = match record.key.command {
            CommandWord::Auth => Status::Held,
            CommandWord::GiftBalance | CommandWord::GiftDeactivate => Status::Ended,
            _ => Status::Approved,
        };
        let entry = approved.ledger_entry(amount, LedgerState::Approved);
        self.effects.extend(entry.map(SimulatorEffect::Ledger));
        Ok(self.with_approval(approved))
    }

    pub(super) fn with_approval(&mut self, record: Record) -> Record {
        let auth_code = self.dice.hex(6).to_uppercase();
        Record { code: ResultCode::Approved, message: texts::APPROVED.to_owned(), auth_code, ..record }
    }
}
