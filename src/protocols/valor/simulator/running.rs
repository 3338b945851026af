//! A running transaction: steps performed one after the other.

use std::collections::VecDeque;
use std::time::Duration;

use super::Terminal;
use super::cards::Card;
use super::responses::{self, Charged, Host};
use super::script::{self, Manner, Step};
use super::store::{Status, Store, Transaction};
use crate::domain::{Instant, Now, Operation};
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Charge, LedgerState, Line, Scenario, SimulatorEffect};
use crate::protocols::valor::codec;
use crate::protocols::valor::messages::{Members, name, text};

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub operation: Operation,
    pub amount: i64,
    pub tip: i64,
    /// STAN of what it is about.
    pub of: Option<u64>,
    pub scenario: Scenario,
}

pub struct Running {
    /// `None` once the till closed it.
    line: Option<Line>,
    req_txn_id: String,
    till_reference: String,
    target: Target,
    card: Card,
    card_read: bool,
    deaf: bool,
    stan: Option<u64>,
    result: Option<Members>,
    steps: VecDeque<Step>,
    wake: Instant,
}

impl Running {
    pub fn new(
        line: Line,
        request: &Members,
        target: Target,
        card: Card,
        steps: VecDeque<Step>,
        now: Instant,
    ) -> Running {
        let text = |name: &str| request.text(name).unwrap_or_default().to_owned();
        let req_txn_id = text(name::REQ_TXN_ID);
        let invoice = text(name::INVOICE);
        let till_reference = if invoice.is_empty() { req_txn_id.clone() } else { invoice };
        Running {
            line: Some(line),
            req_txn_id,
            till_reference,
            target,
            card,
            card_read: false,
            deaf: false,
            stan: None,
            result: None,
            steps,
            wake: now,
        }
    }

    pub fn wake(&self) -> Instant {
        self.wake
    }

    pub fn is(&self, stan: u64) -> bool {
        self.stan == Some(stan) && self.result.is_none()
    }

    pub fn leave(&mut self, line: Line) {
        if self.line == Some(line) {
            self.line = None;
        }
    }

    /// Whether the cancel was acknowledged.
    pub fn cancel(&mut self, req_txn_id: &str, now: Instant) -> bool {
        let ours = req_txn_id.is_empty() || req_txn_id == self.req_txn_id;
        if !ours || self.card_read {
            return false;
        }
        if self.deaf {
            return self.target.scenario == Scenario::CancelAcknowledgedApproved;
        }
        if self.stan.is_none() {
            return false;
        }
        self.steps = script::cancelled();
        self.wake = now;
        true
    }

    /// The plug is pulled.
    pub fn cut_short(self, store: &mut Store) {
        let (Some(stan), None) = (self.stan, &self.result) else { return };
        let failure = responses::failure(store, &self.req_txn_id, Some(stan), text::CANCELLED);
        if let Some(kept) = store.by_stan(stan) {
            kept.status = Status::Ended;
            kept.result = Some(String::from_utf8_lossy(&codec::encode(&failure)).into_owned());
        }
    }

    fn charged(&self, charge: Charge) -> Charged {
        let Target { amount, tip, .. } = self.target;
        match charge {
            Charge::AsAsked => Charged { base: amount, tip, fee: 0, partial: false },
            Charge::Half => Charged { base: amount / 2, tip: 0, fee: 0, partial: true },
            Charge::WithTip => Charged { base: amount, tip: tip + amount / 10, fee: 0, partial: false },
            Charge::WithFees => Charged { base: amount, tip, fee: amount / 25, partial: false },
        }
    }
}

impl Terminal {
    pub(super) fn perform_due(&mut self, now: &Now) {
        while self.running.as_ref().is_some_and(|running| now.at >= running.wake) {
            let Some(mut running) = self.running.take() else { return };
            if let Some(step) = running.steps.pop_front() {
                self.perform(now, &mut running, step);
                self.running = Some(running);
            }
        }
    }

    fn perform(&mut self, now: &Now, running: &mut Running, step: Step) {
        match step {
            Step::Acknowledge => self.tell(running, &responses::acknowledgement()),
            Step::Accept => self.accept(running),
            Step::Pause(wait) => running.wake = running.wake.max(now.at) + Duration::from_millis(wait) / self.speed,
            Step::CardRead => running.card_read = true,
            Step::TurnDeaf => running.deaf = true,
            Step::Approve(charge) => self.approve(now, running, charge),
            Step::Fail(words) => self.fail(running, words),
            Step::Answer(manner) => self.answer(running, manner),
        }
    }

    fn tell(&mut self, running: &Running, message: &Members) {
        if let Some(line) = running.line {
            self.say(line, message);
        }
    }

    /// S2: the STAN is given, and the transaction is kept under it from now on (10.4).
    fn accept(&mut self, running: &mut Running) {
        let stan = self.store.next_stan();
        running.stan = Some(stan);
        self.store.keep(Transaction {
            stan,
            tran_no: None,
            batch_no: self.store.batch_no,
            req_txn_id: running.req_txn_id.clone(),
            till_reference: running.till_reference.clone(),
            operation: running.target.operation,
            total_minor: 0,
            tip_minor: 0,
            card: running.card.clone(),
            currency: self.currency.code().to_owned(),
            status: Status::Running,
            result: None,
            lost: false,
        });
        let acceptance = responses::acceptance(&self.store, stan);
        self.tell(running, &acceptance);
    }

    fn fail(&mut self, running: &mut Running, words: &'static str) {
        let failure = responses::failure(&self.store, &running.req_txn_id, running.stan, words);
        self.keep_result(running, failure, Status::Ended);
    }

    fn keep_result(&mut self, running: &mut Running, result: Members, status: Status) {
        if let Some(kept) = running.stan.and_then(|stan| self.store.by_stan(stan)) {
            kept.status = status;
            kept.result = Some(String::from_utf8_lossy(&codec::encode(&result)).into_owned());
        }
        running.result = Some(result);
    }

    fn approve(&mut self, now: &Now, running: &mut Running, charge: Charge) {
        let Some(stan) = running.stan else { return };
        let mut charged = running.charged(charge);
        let original = running.target.of.and_then(|of| self.store.by_stan(of)).cloned();
        if let Some(original) = &original {
            charged = self.on_original(running.target, original);
        }
        let tran_no = match &original {
            Some(original) => original.tran_no,
            None => Some(self.store.next_tran_no()),
        };
        let host = Host { number: self.store.next_host_number(), code: format!("SIM{:03}", self.dice.roll(1000)) };
        let Some(kept) = self.store.by_stan(stan) else { return };
        kept.tran_no = tran_no;
        kept.total_minor = charged.total();
        kept.tip_minor = charged.tip;
        kept.lost = matches!(running.steps.front(), Some(Step::Answer(Manner::CutForGood)));
        let kept = kept.clone();
        let contactless = running.target.scenario == Scenario::Contactless;
        let result = responses::approval(&self.store, &kept, charged, &host, now, contactless);
        let status = match running.target.operation {
            Operation::Preauth => Status::Held,
            Operation::Capture => Status::Captured,
            // They live on in what they changed.
            Operation::Void | Operation::Tip => Status::Ended,
            _ => Status::Approved,
        };
        self.keep_result(running, result, status);
        self.book(running.target.operation, &kept, original.as_ref());
    }

    /// What a void gives back, a ticket takes, a tip adjustment makes of it.
    fn on_original(&mut self, target: Target, original: &Transaction) -> Charged {
        let (stan, base) = (original.stan, original.total_minor - original.tip_minor);
        let charged = match target.operation {
            Operation::Capture => Charged { base: target.amount, tip: target.tip, fee: 0, partial: false },
            Operation::Tip => Charged { base, tip: target.tip, fee: 0, partial: false },
            _ => Charged { base, tip: original.tip_minor, fee: 0, partial: false },
        };
        if let Some(changed) = self.store.by_stan(stan) {
            match target.operation {
                // It lives on in its capture.
                Operation::Capture => changed.status = Status::Ended,
                Operation::Tip => {}
                _ => changed.status = Status::Voided,
            }
            if target.operation == Operation::Tip {
                (changed.total_minor, changed.tip_minor) = (charged.total(), charged.tip);
            }
        }
        charged
    }

    fn book(&mut self, operation: Operation, kept: &Transaction, original: Option<&Transaction>) {
        let entry = match original.filter(|_| operation == Operation::Void) {
            Some(original) => original.ledger_entry(LedgerState::Reversed),
            None => kept.ledger_entry(LedgerState::Approved),
        };
        self.effects.push(SimulatorEffect::Ledger(entry));
    }

    fn answer(&mut self, running: &mut Running, manner: Manner) {
        let Some(line) = running.line else { return };
        let Some(result) = running.result.clone() else { return };
        match manner {
            Manner::Plainly => self.say(line, &result),
            Manner::Cut | Manner::CutForGood => {
                self.lines.closed(line);
                self.effects.push(SimulatorEffect::Cut(line));
            }
            Manner::Never => {}
            Manner::ForeignFirst => {
                let another = self.store.another_result(running.stan.unwrap_or_default());
                let stale = responses::stale(&self.store, another.as_deref());
                self.effects.push(SimulatorEffect::Send(line, Frame::Bytes(stale)));
                self.say(line, &result);
            }
            Manner::Oddly => {
                let odd = Frame::Bytes(responses::oddly(&result));
                self.effects.push(SimulatorEffect::SendInPieces(line, odd));
            }
        }
    }
}
