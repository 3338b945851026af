//! The queue of a bill: one step after the other goes to the journal, and the next one when it is written.

use std::collections::VecDeque;

use super::Action;
use crate::domain::{Bill, BillAccount, BillChange, BillId, BillPart, NewBill, NewLine};
use crate::gui::bill_link::{BillOrder, By};
use crate::gui::problem::Problem;
use crate::terminal::CashPart;

/// Steps that wait; nobody types further ahead of a disk that works.
const WAITING_AT_MOST: usize = 64;

#[derive(Debug, Clone)]
pub enum Step {
    /// Opens the bill where there is none.
    Ring {
        line: NewLine,
        new: Box<NewBill>,
    },
    Change(BillChange),
    /// All that is due where no amount is named.
    Card {
        asked_minor: Option<i64>,
        lines: Vec<u32>,
        training: bool,
    },
    Cash {
        amount_minor: i64,
        given_minor: Option<i64>,
        lines: Vec<u32>,
    },
    /// Off the counter.
    Leave(Vec<BillChange>),
    Close,
}

/// How new a picture of the bill is.
pub enum Age {
    Newest,
    /// The bill has been changed since it was asked for.
    Older,
    /// Of another bill than the one on the counter.
    Other,
}

#[derive(Debug, Default)]
pub struct Steps {
    /// As the journal has it.
    current: Option<BillAccount>,
    /// As it will be when all steps are done.
    shown: Option<BillAccount>,
    queue: VecDeque<Step>,
    /// The first of the queue is at the journal.
    waiting: bool,
    /// How many steps the journal has answered.
    answered: u64,
    /// A picture came too late; another one is asked for when no step is at the journal.
    stale: bool,
}

impl Steps {
    pub fn current(&self) -> Option<&BillAccount> {
        self.current.as_ref()
    }

    pub fn shown(&self) -> Option<&BillAccount> {
        self.shown.as_ref()
    }

    pub fn holds(&self, bill: &BillId) -> bool {
        self.current.as_ref().is_some_and(|account| account.bill.id == *bill)
    }

    pub fn set(&mut self, account: Option<BillAccount>) {
        self.current = account;
        self.show();
    }

    /// The bill is not on the counter any more.
    pub fn leave(&mut self, bill: &BillId) {
        if self.holds(bill) {
            self.current = None;
        }
        self.show();
    }

    /// A second press on what is about money or the end of the bill changes nothing.
    pub fn push(&mut self, step: Step) -> Vec<Action> {
        if !step.is_of_lines() && self.queue.iter().any(|waiting| !waiting.is_of_lines()) {
            return Vec::new();
        }
        if self.queue.len() >= WAITING_AT_MOST {
            return vec![Action::Problem(Problem::new("window-bill-busy"))];
        }
        self.queue.push_back(step);
        self.go_on()
    }

    /// The next step, unless one is at the journal.
    pub fn go_on(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        while !self.waiting
            && let Some(step) = self.queue.front()
        {
            let action = match (step.clone(), &self.current) {
                (Step::Card { asked_minor, lines, training }, Some(account)) => {
                    actions.push(card(account, asked_minor, lines, training));
                    None
                }
                (step, current) => order(step, current.as_ref()),
            };
            match action {
                Some(order) => {
                    self.waiting = true;
                    actions.push(Action::Order(By::Counter, order));
                }
                None => drop(self.queue.pop_front()),
            }
        }
        if !self.waiting && std::mem::take(&mut self.stale) {
            actions.extend(self.read());
        }
        self.show();
        actions
    }

    /// The picture that came is older than what is known.
    pub fn read_again(&mut self) -> Vec<Action> {
        self.stale = true;
        self.go_on()
    }

    /// The step that the journal has written.
    pub fn take_done(&mut self) -> Option<Step> {
        self.waiting = false;
        self.answered += 1;
        self.queue.pop_front()
    }

    /// The journal has refused a step. What was pressed behind it counted on it, but for further lines.
    pub fn refused(&mut self) -> Vec<Action> {
        self.take_done();
        self.queue.retain(|step| matches!(step, Step::Ring { .. }));
        let mut actions: Vec<Action> = self.read().into_iter().collect();
        actions.extend(self.go_on());
        actions
    }

    /// The bill as it is now.
    pub fn read(&self) -> Option<Action> {
        let account = self.current.as_ref()?;
        Some(Action::Order(By::Counter, BillOrder::Read(account.bill.id.clone(), self.answered)))
    }

    pub fn is_newest(&self, number: u64, bill: &BillId) -> Age {
        match self.holds(bill) {
            false => Age::Other,
            true if number == self.answered && !self.waiting => Age::Newest,
            // The answer to the step that is at the journal comes first.
            true => Age::Older,
        }
    }

    fn show(&mut self) {
        let (mut bill, payments) = match &self.current {
            Some(account) => (Some(account.bill.clone()), account.payments.clone()),
            None => (None, Vec::new()),
        };
        let spoken_for = self.current.as_ref().map_or(0, |account| account.settlement.spoken_for_minor());
        for step in &self.queue {
            bill = match (step, bill) {
                (Step::Ring { line, new }, None) => opened(new, line),
                (Step::Ring { line, .. }, Some(bill)) => {
                    Some(changed(bill, &BillChange::LineAdded { line: line.clone() }, spoken_for))
                }
                (Step::Change(change), Some(bill)) => Some(changed(bill, change, spoken_for)),
                (_, bill) => bill,
            };
        }
        self.shown = bill.map(|bill| BillAccount::new(bill, payments));
    }
}

impl Step {
    fn is_of_lines(&self) -> bool {
        matches!(self, Step::Ring { .. } | Step::Change(_))
    }
}

fn order(step: Step, current: Option<&BillAccount>) -> Option<BillOrder> {
    let bill = current.map(|account| account.bill.id.clone());
    match (step, bill) {
        (Step::Ring { line, new }, None) => Some(BillOrder::Open(NewBill { lines: vec![line], ..*new })),
        (Step::Ring { line, .. }, Some(bill)) => Some(BillOrder::Change(bill, vec![BillChange::LineAdded { line }])),
        (Step::Change(change), Some(bill)) => Some(BillOrder::Change(bill, vec![change])),
        (Step::Leave(changes), Some(bill)) => Some(BillOrder::Change(bill, changes)),
        (Step::Close, Some(bill)) => Some(BillOrder::Close(bill)),
        (Step::Cash { amount_minor, given_minor, lines }, Some(bill)) => {
            let account = current?;
            let part = CashPart { bill, amount: account.money(amount_minor), given_minor, lines, operator: None };
            Some(BillOrder::Cash { part, training: account.bill.training })
        }
        (_, None) | (Step::Card { .. }, _) => None,
    }
}

fn card(account: &BillAccount, asked_minor: Option<i64>, lines: Vec<u32>, training: bool) -> Action {
    let amount = account.money(asked_minor.unwrap_or(account.settlement.due_minor));
    match account.check_payment(amount, training) {
        Ok(()) => Action::Card { amount, part: BillPart { lines, ..BillPart::of(account.bill.id.clone()) } },
        Err(error) => Action::Problem(Problem::from(&error)),
    }
}

/// What is not written yet has no name and no time.
fn opened(new: &NewBill, line: &NewLine) -> Option<Bill> {
    let new = NewBill { lines: vec![line.clone()], ..new.clone() };
    Bill::open(BillId::new("", 0), new, jiff::Timestamp::UNIX_EPOCH).ok()
}

/// What the journal will refuse changes nothing.
fn changed(bill: Bill, change: &BillChange, spoken_for_minor: i64) -> Bill {
    bill.apply(change, spoken_for_minor).unwrap_or(bill)
}
