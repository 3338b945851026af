//! The journal's bills, opened for writing beside a running program.

use crate::domain::bill::Hold;
use crate::domain::{BillAccount, BillChange, BillError};
use crate::journal::{DataLock, JournalError, JournalHandle, LockError};
use crate::terminal::Bills;

use super::super::context::{Context, Failure};

pub struct Desk<'a> {
    context: &'a Context,
    bills: Bills,
    journal: JournalHandle,
}

impl<'a> Desk<'a> {
    /// # Errors
    /// The journal's.
    pub fn open(context: &'a Context) -> Result<Desk<'a>, Failure> {
        let journal = context.journal_for_writing().map_err(|error| context.journal_failed(&error))?;
        let journal = JournalHandle::start(journal);
        let bills = Bills::new(journal.clone()).on_behalf(context.operator.clone());
        Ok(Desk { context, bills, journal })
    }

    pub fn bills(&self) -> &Bills {
        &self.bills
    }

    /// What came of it; nothing is under way any more.
    ///
    /// # Errors
    /// The journal's, and the bill's.
    pub async fn done<T>(self, result: Result<T, JournalError>) -> Result<T, Failure> {
        self.journal.close().await;
        result.map_err(|error| self.context.journal_failed(&error))
    }

    /// The bill, if nobody has it on a screen. What a program that is gone left on its screen is put back.
    ///
    /// # Errors
    /// `taken-up`; the journal's.
    pub async fn take(&self, table_or_name: &str) -> Result<Taken, Failure> {
        let failed = |error| self.context.journal_failed(&error);
        let account = self.bills.find(table_or_name).await.map_err(failed)?;
        if account.bill.held != Some(Hold::Till) {
            return Ok(Taken { account, _alone: None });
        }
        let alone = match DataLock::acquire(self.context.places.data()) {
            Ok(alone) => alone,
            Err(LockError::Held { .. }) => return Err(self.context.bill_refused(&BillError::TakenUp)),
            Err(LockError::Io(error)) => return Err(failed(error.into())),
        };
        let account = self.bills.change(&account.bill.id, vec![BillChange::PutBack]).await.map_err(failed)?;
        Ok(Taken { account, _alone: Some(alone) })
    }
}

/// A bill that may be changed.
pub struct Taken {
    pub account: BillAccount,
    /// Keeps a window from starting meanwhile, where the bill was left on one's screen.
    _alone: Option<DataLock>,
}
