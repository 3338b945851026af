//! Bills: durable like payments. Each change is applied inside the transaction that writes it, by the rules of
//! `domain::bill`, whoever asks; so no two programs, screens or card machines come between looking and changing.

use jiff::Timestamp;

use crate::domain::bill::{Hold, TableLock};
use crate::domain::{Bill, BillAccount, BillChange, BillError, BillId, NewBill, TableName};

use super::apply::Writing;
use super::bill_accounts;
use super::bill_row;
use super::chain::{self, Link, class};
use super::error::JournalError;
use super::journal::Journal;
use super::row::to_json;

impl Journal {
    /// Opens a bill, with its first lines where there are some.
    ///
    /// # Errors
    /// `Bill` when the table has one already or a line cannot be rung up; otherwise the disk's.
    pub fn open_bill(&mut self, new: NewBill, at: Timestamp) -> Result<BillAccount, JournalError> {
        self.write(|writing| {
            if let Some(table) = &new.table {
                writing.is_free(table)?;
            }
            let seq = bill_row::next_number(writing.connection)?;
            let bill = Bill::open(BillId::new(writing.till, seq), new, at)?;
            bill_row::insert(writing.connection, seq, &bill)?;
            writing.append_bill(&bill.id, "opened", &to_json(&bill)?, at)?;
            Ok(BillAccount::new(bill, Vec::new()))
        })
    }

    /// Changes a bill, by all of the changes or none of them.
    ///
    /// # Errors
    /// `Bill` with why it stays as it is; otherwise the disk's.
    pub fn change_bill(
        &mut self,
        id: &BillId,
        changes: &[BillChange],
        at: Timestamp,
    ) -> Result<BillAccount, JournalError> {
        self.write(|writing| writing.change_bill(id, changes, at))
    }

    /// Closes a bill of which nothing is due, though nobody paid anything.
    ///
    /// # Errors
    /// `Bill(StillDue)`; otherwise as [`Journal::change_bill`].
    pub fn close_bill(&mut self, id: &BillId, at: Timestamp) -> Result<BillAccount, JournalError> {
        self.write(|writing| {
            let account = writing.account(id)?;
            if !account.settlement.is_settled() || account.bill.lock().is_some() {
                return Err(BillError::StillDue.into());
            }
            let closing = account.bill.closing_now();
            writing.change_bill(id, &[BillChange::Closed { closing }], at)
        })
    }

    /// Puts what is on one bill on another, with its payments.
    ///
    /// # Errors
    /// As [`Journal::change_bill`].
    pub fn merge_bills(&mut self, from: &BillId, into: &BillId, at: Timestamp) -> Result<BillAccount, JournalError> {
        self.write(|writing| {
            let (_, given) = bill_row::load(writing.connection, writing.till, from)?;
            let (_, taking) = bill_row::load(writing.connection, writing.till, into)?;
            taking.check_merge(&given)?;
            let gone = BillChange::MergedInto { bill: into.clone() };
            writing.apply_to_bill(from, &gone, 0, at)?;
            writing.apply_to_bill(into, &given.as_absorbed(), 0, at)?;
            writing.settle(into, at)?;
            writing.account(into)
        })
    }

    /// Locks the bill at a table for a card machine.
    ///
    /// # Errors
    /// `Bill` when there is none, somebody else has it, nothing is due, or it is in another currency.
    pub fn lock_table(
        &mut self,
        table: &TableName,
        lock: TableLock,
        currency: crate::domain::Currency,
        at: Timestamp,
    ) -> Result<BillAccount, JournalError> {
        self.write(|writing| {
            let id = writing.at_table(table)?;
            let account = writing.account(&id)?;
            if account.bill.currency != currency {
                return Err(BillError::OtherCurrency.into());
            }
            if account.bill.training {
                return Err(BillError::Training.into());
            }
            let before = account.bill.lock().cloned();
            let is_as_it_was =
                |held: &TableLock| held.is_surely_of(&lock.machine, &lock.terminal) && held.waiter == lock.waiter;
            if before.as_ref().is_some_and(is_as_it_was) {
                return Ok(account);
            }
            if before.is_none() && account.settlement.due_minor <= 0 {
                return Err(BillError::NothingDue.into());
            }
            writing.change_bill(&id, &[BillChange::Locked { lock }], at)
        })
    }

    /// The machine has finished with the table. One that does not hold it changes nothing.
    ///
    /// # Errors
    /// `Bill`, with why; otherwise the disk's.
    pub fn unlock_table(
        &mut self,
        table: &TableName,
        machine: &str,
        at: Timestamp,
    ) -> Result<BillAccount, JournalError> {
        self.write(|writing| {
            let id = writing.at_table(table)?;
            writing.change_bill(&id, &[BillChange::Unlocked { machine: machine.to_owned() }], at)
        })
    }

    /// Parks every bill that an earlier run of the program had on its screen.
    ///
    /// # Errors
    /// The disk's.
    pub fn put_back_bills(&mut self, at: Timestamp) -> Result<(), JournalError> {
        self.write(|writing| {
            for bill in bill_row::open(writing.connection)?.into_iter().filter_map(Result::ok) {
                if bill.held == Some(Hold::Till) {
                    writing.change_bill(&bill.id, &[BillChange::PutBack], at)?;
                }
            }
            Ok(())
        })
    }
}

impl Writing<'_> {
    fn is_free(&self, table: &TableName) -> Result<(), JournalError> {
        match bill_row::at_table(self.connection, table)? {
            Some(_) => Err(BillError::TableTaken(table.to_string()).into()),
            None => Ok(()),
        }
    }

    fn at_table(&self, table: &TableName) -> Result<BillId, JournalError> {
        let found = bill_row::at_table(self.connection, table)?;
        Ok(found.ok_or_else(|| BillError::Unknown(table.to_string()))?.1.id)
    }

    pub(super) fn account(&self, id: &BillId) -> Result<BillAccount, JournalError> {
        bill_accounts::account(self.connection, self.till, id)
    }

    fn change_bill(&self, id: &BillId, changes: &[BillChange], at: Timestamp) -> Result<BillAccount, JournalError> {
        let spoken_for = self.account(id)?.settlement.spoken_for_minor();
        for change in changes {
            self.apply_to_bill(id, change, spoken_for, at)?;
        }
        self.settle(id, at)?;
        self.account(id)
    }

    pub(super) fn apply_to_bill(
        &self,
        id: &BillId,
        change: &BillChange,
        spoken_for_minor: i64,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let (seq, bill) = bill_row::load(self.connection, self.till, id)?;
        let change = &change.clone().masked();
        let changed = bill.apply(change, spoken_for_minor)?;
        if let BillChange::Seated { table: Some(table) } = change
            && bill.table.as_ref().map(TableName::key) != Some(table.key())
        {
            self.is_free(table)?;
        }
        bill_row::update(self.connection, seq, &changed)?;
        self.append_bill(id, change.word(), &to_json(change)?, at)
    }

    fn append_bill(&self, id: &BillId, kind: &str, body: &str, at: Timestamp) -> Result<(), JournalError> {
        let at = at.to_string();
        let operator = self.operator;
        let link = Link { payment: None, terminal: id.as_str(), class: class::BILL, kind, body, at: &at, operator };
        chain::append(self.connection, &link)?;
        Ok(())
    }
}
