//! What payments and bills have to do with each other: whether a bill allows a payment, cash, which is over as soon as it is
//! written, and what becomes of a bill when a payment of it ends.
//!
//! What is paid of a bill is read from the payments. A payment that ends closes its bill, or opens it again, in the very
//! transaction that writes its end.

use jiff::Timestamp;

use crate::domain::bill::BillStage;
use crate::domain::{Bill, BillAccount, BillChange, BillError, BillId, Operation, PaymentRecord};

use super::apply::Writing;
use super::bill_accounts::with_payments;
use super::bill_row;
use super::entry::NewPayment;
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, SELECT};
use super::schema::approved_states;

impl Journal {
    /// Writes a payment in cash, which is over as soon as it is written: of a bill, or back to whom it was taken from.
    ///
    /// # Errors
    /// `Bill` when the bill does not allow it; otherwise the disk's.
    pub fn record_cash(&mut self, new: NewPayment) -> Result<PaymentRecord, JournalError> {
        super::decision::asked(&new.request)?;
        let operator = self.operator.clone().or_else(|| new.request.operator.clone());
        self.write_as(operator.as_deref(), |writing| {
            writing.check_bill(&new)?;
            writing.check_given_back(&new)?;
            let mut row = writing.record(&new)?;
            writing.pass(&mut row, new.at)?;
            let seq = row.seq;
            let row = PaymentRow::load(writing.connection, seq)?;
            row.ok_or_else(|| JournalError::damaged("a row that was written is gone"))?.into_record(writing.till)
        })
    }
}

impl Writing<'_> {
    /// Whether the bill of a new payment allows it. What is about an earlier payment was allowed with that, unless it would
    /// make more of the bill due under a card machine that was told how much it is.
    pub(super) fn check_bill(&self, new: &NewPayment) -> Result<(), JournalError> {
        let request = &new.request;
        let Some(part) = &request.bill else { return Ok(()) };
        if request.of.is_some() {
            return self.check_lock(request.operation, &part.bill);
        }
        let account = self.account(&part.bill)?;
        match request.operation {
            Operation::Sale => account.check_payment(request.amount, new.training)?,
            other => {
                return Err(JournalError::Unfit { detail: format!("a {} is not for a bill", other.word()) });
            }
        }
        let spoken_for = account.lines_spoken_for();
        if let Some(line) = part.lines.iter().find(|line| spoken_for.contains(line)) {
            return Err(BillError::NoSuchLine(*line).into());
        }
        if part.given_minor.is_some_and(|given| given < request.amount.minor()) {
            return Err(BillError::GivenTooLittle.into());
        }
        Ok(())
    }

    /// A bill that cannot be believed keeps nobody's money from being given back.
    fn check_lock(&self, operation: Operation, bill: &BillId) -> Result<(), JournalError> {
        if !matches!(operation, Operation::Void | Operation::Refund) {
            return Ok(());
        }
        match bill_row::load_present(self.connection, self.till, bill) {
            Ok((_, bill)) => bill.lock().map_or(Ok(()), |lock| Err(BillError::Locked(lock.shown().to_owned()).into())),
            Err(JournalError::Damaged { .. } | JournalError::Bill(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// No more is given back of an earlier payment in cash than it took.
    fn check_given_back(&self, new: &NewPayment) -> Result<(), JournalError> {
        const GIVEN_BACK: &str =
            concat!("WHERE p.of_seq = ?1 AND p.operation = 'refund' AND p.state IN ", approved_states!());
        let Some(of) = &new.request.of else { return Ok(()) };
        let original = self.load(&of.payment)?;
        if new.request.amount.currency() != original.request.amount.currency() {
            return Err(BillError::OtherCurrency.into());
        }
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} {GIVEN_BACK}"))?;
        let mut rows = statement.query([original.seq])?;
        let mut left = original.request.amount.minor();
        while let Some(row) = rows.next()? {
            left -= PaymentRow::read(row)?.request.amount.minor();
        }
        if new.request.amount.minor() > left { Err(BillError::MoreThanDue.into()) } else { Ok(()) }
    }

    /// A payment of the bill has ended, or the bill was changed: paid, it is closed; with something due again, it is open.
    /// A bill that cannot be believed keeps no outcome from being written.
    pub(super) fn settle(&self, id: &BillId, at: Timestamp) -> Result<(), JournalError> {
        match self.try_to_settle(id, at) {
            Err(error @ (JournalError::Damaged { .. } | JournalError::Bill(_))) => {
                tracing::error!(bill = id.as_str(), %error, "the bill of a payment cannot be settled");
                Ok(())
            }
            done => done,
        }
    }

    fn try_to_settle(&self, id: &BillId, at: Timestamp) -> Result<(), JournalError> {
        let (_, bill) = bill_row::load_present(self.connection, self.till, id)?;
        let id = bill.id.clone();
        let BillAccount { bill, settlement, .. } = with_payments(self.connection, self.till, bill)?;
        let is_paid = settlement.has_payments && settlement.is_settled();
        let change = match (&bill.stage, bill.closing.clone()) {
            (BillStage::Open, _) if is_paid && bill.lock().is_none() => {
                BillChange::Closed { closing: bill.closing_now() }
            }
            (BillStage::Closed, Some(closing)) if !settlement.is_settled() => BillChange::Reopened { closing },
            _ => return Ok(()),
        };
        let spoken_for = settlement.spoken_for_minor();
        if matches!(change, BillChange::Reopened { .. }) && self.has_lost_its_table(&bill)? {
            self.apply_to_bill(&id, &change, spoken_for, at)?;
            return self.apply_to_bill(&id, &BillChange::Seated { table: None }, spoken_for, at);
        }
        self.apply_to_bill(&id, &change, spoken_for, at)
    }

    /// Others have sat down since it was closed: a table has one bill, or card machines would pay the wrong one.
    fn has_lost_its_table(&self, closed: &Bill) -> Result<bool, JournalError> {
        let Some(table) = &closed.table else { return Ok(false) };
        match bill_row::at_table(self.connection, table) {
            Ok(found) => Ok(found.is_some()),
            Err(JournalError::Damaged { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}
