//! Reading bills: each with its payments, which alone say what of it is paid.

use rusqlite::{Connection, params};

use crate::domain::{Bill, BillAccount, BillError, BillId, TableName};

use super::bill_row;
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, SELECT};
use super::schema::payment_bill;

const OF_BILL: &str = concat!(
    "INDEXED BY payments_bill WHERE ",
    payment_bill!(),
    " = ?1 AND ",
    payment_bill!(),
    " IS NOT NULL ORDER BY p.seq"
);

impl Journal {
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

    /// How many open bills wait at tables: those of [`Journal::open_bills`] that have one. None of their payments is read, so that
    /// a bill that can be believed is counted also where a payment of it cannot.
    ///
    /// # Errors
    /// The disk's.
    pub fn parked_bills(&self) -> Result<usize, JournalError> {
        bill_row::count_parked(&self.connection)
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

pub(super) fn account(connection: &Connection, till: &str, id: &BillId) -> Result<BillAccount, JournalError> {
    let (_, bill) = bill_row::load(connection, till, id)?;
    with_payments(connection, till, bill)
}

/// Its own payments, and those of the bills whose lines it took up.
pub(super) fn with_payments(connection: &Connection, till: &str, bill: Bill) -> Result<BillAccount, JournalError> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::query_plan::plan;
    use super::*;

    #[test]
    fn a_bills_payments_are_found_by_their_index() {
        let journal = Journal::open_in_memory().unwrap();
        let plan = plan(&journal, &format!("{SELECT} {}", OF_BILL.replace("?1", "'K7M2-B1'")));
        assert!(plan.contains("SEARCH p USING INDEX payments_bill"), "{plan}");
        assert!(!plan.contains("TEMP") && !plan.contains("SCAN"), "{plan}");
    }
}
