//! Answers the card machines that are carried to the tables: which tables have something to pay, what a bill says, and whose it is
//! while somebody pays. Everything is read from and written to the journal, one question after the other; what is taken does
//! not come this way (see `Report::TakenAtTable`).

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::domain::bill::{Hold, TableLock};
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Bill, BillAccount, BillError, Commission, Currency, Fulfilment, PrintedLine, TableAnswer, TableAsker, TableName,
    TableTask, Task,
};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::links::SystemClock;

use super::handle::TerminalHandle;

/// Tables that a machine is offered at once: more are no choice on a small screen.
const OFFERED_AT_MOST: usize = 200;

/// How a bill is laid out for a card machine's printer; `true` once it has been paid.
pub type PrintBill = Arc<dyn Fn(&BillAccount, bool) -> Vec<PrintedLine> + Send + Sync>;

/// What is answered, from the journal alone.
#[derive(Clone)]
pub struct TableDesk {
    /// The terminal's name in the settings.
    pub terminal: String,
    pub currency: Currency,
    pub print: PrintBill,
}

pub struct TableService {
    pub terminal: TerminalHandle,
    pub journal: JournalHandle,
    pub desk: TableDesk,
}

impl TableService {
    /// Until nobody asks any more.
    pub async fn serve(self, mut commissions: mpsc::Receiver<Commission>) {
        while let Some(Commission { id, task }) = commissions.recv().await {
            let fulfilment = match task {
                Task::AtTable(task) => self.answer(task).await,
                // Such a terminal is nobody's face.
                _ => Fulfilment::NotKnown,
            };
            self.terminal.fulfil(id, fulfilment).await;
        }
    }

    async fn answer(&self, task: TableTask) -> Fulfilment {
        let desk = self.desk.clone();
        let answered = match task {
            TableTask::List { .. } | TableTask::Print { .. } => {
                self.journal.read(move |journal| desk.tell(journal, task)).await
            }
            TableTask::Lock { .. } | TableTask::Unlock { .. } => {
                let at = SystemClock::new().now().wall;
                self.journal.change(move |journal| Ok(desk.answer(journal, task, at))).await
            }
        };
        answered.unwrap_or_else(|error| refused(&error))
    }
}

impl TableDesk {
    /// Locks and unlocks are durable when this comes back.
    pub fn answer(&self, journal: &mut Journal, task: TableTask, at: Timestamp) -> Fulfilment {
        let answered = match task {
            TableTask::Lock { asker, table } => self.lock(journal, asker, &table, at),
            TableTask::Unlock { asker, table } => unlock(journal, &asker, &table, at),
            reading => return self.tell(journal, reading),
        };
        fulfilment(answered)
    }

    /// What changes nothing.
    fn tell(&self, journal: &Journal, task: TableTask) -> Fulfilment {
        fulfilment(match task {
            TableTask::List { asker } => self.list(journal, &asker),
            TableTask::Print { asker, table, paid } => self.print(journal, &asker, &table, paid),
            TableTask::Lock { table, .. } | TableTask::Unlock { table, .. } => Err(BillError::Unknown(table).into()),
        })
    }

    fn list(&self, journal: &Journal, asker: &TableAsker) -> Result<TableAnswer, JournalError> {
        let open = journal.open_bills()?;
        let offered = open.iter().filter(|account| is_offered(account, asker, self.currency, &self.terminal));
        let names = offered.filter_map(|account| account.bill.table.as_ref()).map(TableName::to_string);
        Ok(TableAnswer::Tables(names.take(OFFERED_AT_MOST).collect(), self.currency))
    }

    fn lock(
        &self,
        journal: &mut Journal,
        asker: TableAsker,
        table: &str,
        at: Timestamp,
    ) -> Result<TableAnswer, JournalError> {
        let name = named(table)?;
        let machine = asker.machine.clone();
        let lock =
            TableLock { machine: asker.machine, terminal: self.terminal.clone(), waiter: asker.waiter, since: at };
        let account = journal.lock_table(&name, lock, self.currency, at)?;
        if account.settlement.due_minor > 0 {
            return Ok(TableAnswer::Locked(account.due()));
        }
        // It has paid already, and asks once more: then it is done.
        journal.unlock_table(&name, &machine, at)?;
        Err(BillError::NothingDue.into())
    }

    fn print(
        &self,
        journal: &Journal,
        asker: &TableAsker,
        table: &str,
        paid: bool,
    ) -> Result<TableAnswer, JournalError> {
        let account = journal.find_bill(named(table)?.as_str())?;
        match account.bill.lock() {
            Some(lock) if lock.is_of(&asker.machine) => Ok(TableAnswer::Printed((self.print)(&account, paid))),
            Some(lock) => Err(BillError::Locked(lock.shown().to_owned()).into()),
            None => Err(BillError::NotLocked.into()),
        }
    }
}

fn unlock(journal: &mut Journal, asker: &TableAsker, table: &str, at: Timestamp) -> Result<TableAnswer, JournalError> {
    match journal.unlock_table(&named(table)?, &asker.machine, at) {
        // Lifted by a person, or told twice.
        Err(JournalError::Bill(_)) | Ok(_) => Ok(TableAnswer::Unlocked),
        Err(error) => Err(error),
    }
}

fn fulfilment(answered: Result<TableAnswer, JournalError>) -> Fulfilment {
    match answered {
        Ok(answer) => Fulfilment::AtTable(answer),
        Err(error) => refused(&error),
    }
}

fn named(table: &str) -> Result<TableName, JournalError> {
    table.parse().map_err(|_| BillError::Unknown(table.to_owned()).into())
}

/// Something is due there, and nobody else has it in hand.
fn is_offered(account: &BillAccount, asker: &TableAsker, currency: Currency, terminal: &str) -> bool {
    let bill = &account.bill;
    let is_free = match &bill.held {
        None => true,
        Some(Hold::Till) => false,
        Some(Hold::Machine(lock)) => lock.is_surely_of(&asker.machine, terminal),
    };
    is_free
        && bill.currency == currency
        && !bill.training
        && account.settlement.due_minor > 0
        && is_of_waiter(bill, asker.waiter.as_deref())
}

/// Card machines know waiters by number. A bill of a waiter who has a name and no number is anybody's.
fn is_of_waiter(bill: &Bill, asking: Option<&str>) -> bool {
    let is_number = |waiter: &&str| !waiter.is_empty() && waiter.bytes().all(|byte| byte.is_ascii_digit());
    match (bill.waiter.as_deref().filter(is_number), asking.filter(is_number)) {
        (Some(theirs), Some(asking)) => theirs == asking,
        _ => true,
    }
}

/// In English too, for the small screen of the machine.
fn refused(error: &JournalError) -> Fulfilment {
    let why = |fault| Explanation::new(error.key(), fault).with_detail(&error.to_string());
    match error {
        JournalError::Bill(BillError::Unknown(_)) => Fulfilment::NotKnown,
        JournalError::Bill(BillError::Locked(_) | BillError::TakenUp) => Fulfilment::Busy(why(Fault::Nobody)),
        JournalError::Bill(_) => Fulfilment::Refused(why(Fault::Nobody)),
        _ => Fulfilment::Unknown(why(Fault::Program)),
    }
}
