//! Bills: durable like payments. Each change is applied inside the transaction that writes it, by the rules of
//! `domain::bill`, whoever asks; so no two programs, screens or card machines come between looking and changing.
//!
//! What is paid of a bill is read from the payments. A payment that ends closes its bill, or opens it again, in the very
//! transaction that writes its end.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::domain::bill::{BillStage, Hold, TableLock};
use crate::domain::{Bill, BillAccount, BillChange, BillError, BillId, NewBill, Operation, PaymentRecord, TableName};

use super::apply::Writing;
use super::bill_row;
use super::chain::{self, Link, StoredLink, class};
use super::entry::NewPayment;
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, SELECT, from_json, to_json};
use super::schema::{approved_states, payment_bill};

const OF_BILL: &str = concat!(
    "INDEXED BY payments_bill WHERE ",
    payment_bill!(),
    " = ?1 AND ",
    payment_bill!(),
    " IS NOT NULL ORDER BY p.seq"
);

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

    /// # Errors
    /// `Bill(Unknown)`; `Damaged` when it cannot be believed; otherwise the disk's.
    pub fn bill_account(&self, id: &BillId) -> Result<BillAccount, JournalError> {
        account(&*self.snapshot()?, &self.till, id)
    }

    /// The open bill at a table, or the bill of that name.
    ///
    /// # Errors
    /// As [`Journal::bill_account`].
    pub fn find_bill(&self, table_or_name: &str) -> Result<BillAccount, JournalError> {
        let snapshot = self.snapshot()?;
        let table: Option<TableName> = table_or_name.parse().ok();
        let seated = table.map(|table| bill_row::at_table(&snapshot, &table)).transpose()?.flatten();
        match seated {
            Some((_, bill)) => account(&snapshot, &self.till, &bill.id),
            None => match account(&snapshot, &self.till, &table_or_name.parse().unwrap_or_else(|never| match never {}))
            {
                Err(JournalError::Bill(BillError::Unknown(_))) => {
                    Err(BillError::Unknown(table_or_name.trim().to_owned()).into())
                }
                other => other,
            },
        }
    }

    /// Every open bill that can be believed, oldest first; those that cannot be are in [`Journal::damaged_open_bills`].
    ///
    /// # Errors
    /// The disk's.
    pub fn open_bills(&self) -> Result<Vec<BillAccount>, JournalError> {
        let snapshot = self.snapshot()?;
        let mut accounts = Vec::new();
        for bill in bill_row::open(&snapshot)?.into_iter().filter_map(Result::ok) {
            let id = bill.id.clone();
            match with_payments(&snapshot, &self.till, bill) {
                Ok(account) => accounts.push(account),
                Err(error @ JournalError::Damaged { .. }) => {
                    tracing::error!(bill = id.as_str(), %error, "an open bill cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(accounts)
    }

    /// Open bills that are damaged, or one of whose payments is, oldest first.
    ///
    /// # Errors
    /// The disk's.
    pub fn damaged_open_bills(&self) -> Result<Vec<BillId>, JournalError> {
        let snapshot = self.snapshot()?;
        let mut damaged = Vec::new();
        for bill in bill_row::open(&snapshot)? {
            match bill {
                Err(seq) => damaged.push(BillId::new(&self.till, seq)),
                Ok(bill) => {
                    let id = bill.id.clone();
                    match with_payments(&snapshot, &self.till, bill) {
                        Ok(_) => {}
                        Err(JournalError::Damaged { .. }) => damaged.push(id),
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(damaged)
    }

    /// The newest bills, whatever became of them, newest first.
    ///
    /// # Errors
    /// As [`Journal::bill_account`].
    pub fn newest_bills(&self, limit: usize) -> Result<Vec<BillAccount>, JournalError> {
        let snapshot = self.snapshot()?;
        let bills = bill_row::newest(&snapshot, limit)?;
        bills.into_iter().map(|bill| with_payments(&snapshot, &self.till, bill)).collect()
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

    fn account(&self, id: &BillId) -> Result<BillAccount, JournalError> {
        account(self.connection, self.till, id)
    }

    fn change_bill(&self, id: &BillId, changes: &[BillChange], at: Timestamp) -> Result<BillAccount, JournalError> {
        let spoken_for = self.account(id)?.settlement.spoken_for_minor();
        for change in changes {
            self.apply_to_bill(id, change, spoken_for, at)?;
        }
        self.settle(id, at)?;
        self.account(id)
    }

    fn apply_to_bill(
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

fn account(connection: &Connection, till: &str, id: &BillId) -> Result<BillAccount, JournalError> {
    let (_, bill) = bill_row::load(connection, till, id)?;
    with_payments(connection, till, bill)
}

/// Its own payments, and those of the bills whose lines it took up.
fn with_payments(connection: &Connection, till: &str, bill: Bill) -> Result<BillAccount, JournalError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} {OF_BILL}"))?;
    let mut payments = Vec::new();
    for id in [&bill.id].into_iter().chain(&bill.absorbed) {
        let mut rows = statement.query(params![id.as_str()])?;
        while let Some(row) = rows.next()? {
            payments.push(PaymentRow::read(row)?.into_record(till)?);
        }
    }
    payments.sort_by_key(|payment| (payment.at, payment.id.clone()));
    Ok(BillAccount::new(bill, payments))
}

/// Whether the bill with this number is what its events add up to.
pub(super) fn stands_as_told(connection: &Connection, till: &str, seq: i64) -> Result<bool, JournalError> {
    let id = BillId::new(till, seq);
    let bill = match bill_row::load(connection, till, &id) {
        Ok((_, bill)) => bill,
        Err(JournalError::Damaged { .. } | JournalError::Bill(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let links = events(connection, &id)?;
    let Some((first, later)) = links.split_first() else { return Ok(false) };
    if first.kind != "opened" {
        return Ok(false);
    }
    let mut told: Bill = from_json(&first.body)?;
    for link in later {
        let change: BillChange = from_json(&link.body)?;
        // What is paid was looked at when it was written; here only the arithmetic counts.
        match told.apply(&change, 0) {
            Ok(next) => told = next,
            Err(_) => return Ok(false),
        }
    }
    Ok(told == bill)
}

/// The bill as it was when it was opened, of which currency and training never change. What its row says by now is not asked.
pub(super) fn as_opened(connection: &Connection, id: &BillId) -> Result<Bill, JournalError> {
    let mut statement = connection.prepare_cached(&format!("{} LIMIT 1", events_of()))?;
    let mut links = statement.query_map([id.as_str()], StoredLink::from_row)?;
    let link = links.next().transpose()?.filter(|link| link.kind == "opened");
    let link = link.ok_or_else(|| JournalError::damaged(format!("bill {id} was never opened")))?;
    link.check(&chain::hash_of(connection, link.number - 1)?)?;
    from_json(&link.body)
}

fn events(connection: &Connection, id: &BillId) -> Result<Vec<StoredLink>, JournalError> {
    let mut statement = connection.prepare_cached(&events_of())?;
    let links: Result<Vec<StoredLink>, _> = statement.query_map([id.as_str()], StoredLink::from_row)?.collect();
    Ok(links?)
}

fn events_of() -> String {
    let columns = chain::COLUMNS;
    format!(
        "SELECT {columns} FROM events INDEXED BY events_bills WHERE class = 'bill' AND terminal = ?1 ORDER BY number"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_bills_payments_and_events_are_found_by_their_indexes() {
        let journal = Journal::open_in_memory().unwrap();
        let plan = |sql: &str| -> String {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        for (sql, index) in [
            (format!("{SELECT} {}", OF_BILL.replace("?1", "'K7M2-B1'")), "SEARCH p USING INDEX payments_bill"),
            (events_of().replace("?1", "'K7M2-B1'"), "SEARCH events USING INDEX events_bills"),
        ] {
            let plan = plan(&sql);
            assert!(plan.contains(index) && !plan.contains("TEMP") && !plan.contains("SCAN"), "{plan}");
        }
    }
}
