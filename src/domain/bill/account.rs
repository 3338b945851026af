//! A bill with what it comes to and what was paid of it.

use std::collections::BTreeSet;

use super::{Bill, BillError, BillId, BillSum, Line, Settlement};
use crate::domain::money::Money;
use crate::domain::outcome::Verdict;
use crate::domain::payment::PaymentRecord;
use crate::domain::request::Operation;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillAccount {
    pub bill: Bill,
    pub sum: BillSum,
    pub settlement: Settlement,
    /// Everything terminals were asked about it and cash, oldest first.
    pub payments: Vec<PaymentRecord>,
}

impl BillAccount {
    pub fn new(bill: Bill, payments: Vec<PaymentRecord>) -> BillAccount {
        let sum = bill.sum();
        let settlement = Settlement::of(sum.total_minor, &payments);
        BillAccount { bill, sum, settlement, payments }
    }

    pub fn total(&self) -> Money {
        self.money(self.settlement.total_minor)
    }

    pub fn paid(&self) -> Money {
        self.money(self.settlement.paid_minor)
    }

    /// Below zero where more was paid.
    pub fn due(&self) -> Money {
        self.money(self.settlement.due_minor)
    }

    pub fn pending(&self) -> Money {
        self.money(self.settlement.pending_minor)
    }

    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.bill.currency)
    }

    /// Lines that somebody has paid, or may have, as theirs.
    pub fn lines_spoken_for(&self) -> BTreeSet<u32> {
        let counts = |payment: &&PaymentRecord| {
            payment.request.operation == Operation::Sale
                && payment.voided_by.is_none()
                && matches!(payment.verdict(), Verdict::Approved | Verdict::InDoubt)
        };
        let parts: Vec<_> =
            self.payments.iter().filter(counts).filter_map(|payment| payment.request.bill.as_ref()).collect();
        let names =
            |bill: &BillId, number: u32| parts.iter().any(|part| part.bill == *bill && part.lines.contains(&number));
        let is_spoken_for = |line: &&Line| {
            names(&self.bill.id, line.number) || line.was.iter().any(|name| names(&name.bill, name.number))
        };
        self.bill.lines.iter().filter(is_spoken_for).map(|line| line.number).collect()
    }

    /// What somebody pays who pays these lines, in minor units: never more than is due, and all of it when no other line is
    /// left, so that tip and what was paid besides come out even.
    ///
    /// # Errors
    /// A line that is not there, or is paid.
    pub fn part_of(&self, lines: &[u32]) -> Result<i64, BillError> {
        let spoken_for = self.lines_spoken_for();
        let open: BTreeSet<u32> =
            self.sum.lines.iter().map(|line| line.number).filter(|number| !spoken_for.contains(number)).collect();
        let chosen: BTreeSet<u32> = lines.iter().copied().collect();
        if let Some(strange) = chosen.iter().find(|number| !open.contains(number)) {
            return Err(BillError::NoSuchLine(*strange));
        }
        let due = self.settlement.due_minor.max(0);
        if chosen == open {
            return Ok(due);
        }
        let theirs = self.sum.lines.iter().filter(|line| chosen.contains(&line.number));
        Ok(theirs.map(|line| line.total_minor).sum::<i64>().min(due))
    }

    /// Whether so much may be collected for it now.
    ///
    /// # Errors
    /// Why not.
    pub fn check_payment(&self, amount: Money, training: bool) -> Result<(), BillError> {
        if !self.bill.is_open() {
            return Err(BillError::NotOpen);
        }
        if let Some(lock) = self.bill.lock() {
            return Err(BillError::Locked(lock.shown().to_owned()));
        }
        if amount.currency() != self.bill.currency {
            return Err(BillError::OtherCurrency);
        }
        if training != self.bill.training {
            return Err(BillError::Training);
        }
        match (self.settlement.due_minor, amount.minor()) {
            (due, _) if due <= 0 => Err(BillError::NothingDue),
            (_, asked) if asked <= 0 => Err(BillError::NegativeAmount),
            (due, asked) if asked > due => Err(BillError::MoreThanDue),
            _ => Ok(()),
        }
    }
}
