//! Where the window meets the bills of the till: what it wants done with them, and what the journal said to it. The part of
//! `till_link` that is about bills.

use std::collections::BTreeSet;

use iced::Task;

use super::app::Message;
use super::problem::Problem;
use super::{bill_desk, desk};
use crate::domain::{BillAccount, BillChange, BillId, NewBill};
use crate::journal::{JournalError, JournalHandle};
use crate::terminal::{Author, Bills, CashPart, Till};

/// Bills whose tables are remembered.
const REMEMBERED: usize = 200;
/// Tables that are offered to park at.
const TABLES_AT_MOST: usize = 60;

/// Which side of the window asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Counter,
    Tables,
}

/// What is to be done in the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum BillOrder {
    Open(NewBill),
    /// All of them, or none.
    Change(BillId, Vec<BillChange>),
    Cash {
        part: CashPart,
        training: bool,
    },
    /// Nothing is due, and nobody paid anything.
    Close(BillId),
    Merge {
        from: BillId,
        into: BillId,
    },
    /// The bill at the counter as it is now; the number comes back with it.
    Read(BillId, u64),
    ReadOpen,
    /// How many bills wait at tables; they themselves are not read.
    CountParked,
    /// Names of tables that were used lately.
    ReadTables,
    /// Park what an earlier run of the window left on its screen.
    PutBackAll,
}

/// What the journal said.
#[derive(Debug, Clone)]
pub enum News {
    Done(By, Result<Box<BillAccount>, Problem>),
    Read(u64, Result<Box<BillAccount>, Problem>),
    /// Oldest first.
    Open(Result<Vec<BillAccount>, Problem>),
    Parked(Result<usize, Problem>),
    /// The window has just opened; these are open.
    PutBack(Result<Vec<BillAccount>, Problem>),
    Tables(Vec<String>),
}

/// Carries out what is to be done with the bills of the till.
pub fn carry_out(till: &Till, by: By, order: BillOrder, author: Author) -> Task<Message> {
    let answer = answer(till.bills().on_behalf(author.operator), till.journal().clone(), by, order);
    Task::perform(answer, |news| Message::Desk(desk::Message::Bills(bill_desk::Message::News(news))))
}

/// The same without the window: does it, and tells what the window hears of it.
pub async fn answer(bills: Bills, journal: JournalHandle, by: By, order: BillOrder) -> News {
    let done = match order {
        BillOrder::Open(new) => bills.open(new).await,
        BillOrder::Change(bill, changes) => bills.change(&bill, changes).await,
        BillOrder::Cash { part, training } => take_cash(bills, part, training).await,
        BillOrder::Close(bill) => bills.close(&bill).await,
        BillOrder::Merge { from, into } => bills.merge(&from, &into).await,
        BillOrder::Read(bill, number) => return News::Read(number, told(bills.account(&bill).await.map(Box::new))),
        BillOrder::ReadOpen => return News::Open(told(bills.all_open().await)),
        BillOrder::CountParked => return News::Parked(told(bills.parked().await)),
        BillOrder::PutBackAll => return News::PutBack(told(put_back(bills).await)),
        BillOrder::ReadTables => {
            let newest = journal.read(|journal| journal.newest_bills(REMEMBERED)).await.and_then(|inner| inner);
            // Names to choose from are a help; without them a name is typed.
            return News::Tables(newest.map(|newest| tables_of(&newest)).unwrap_or_default());
        }
    };
    News::Done(by, told(done.map(Box::new)))
}

fn told<T>(result: Result<T, JournalError>) -> Result<T, Problem> {
    result.map_err(|error| Problem::from(&error))
}

async fn take_cash(bills: Bills, part: CashPart, training: bool) -> Result<BillAccount, JournalError> {
    let bill = part.bill.clone();
    bills.take_cash(part, training).await?;
    bills.account(&bill).await
}

async fn put_back(bills: Bills) -> Result<Vec<BillAccount>, JournalError> {
    bills.put_back_all().await?;
    bills.all_open().await
}

/// In the order in which people count: 2 before 10.
fn tables_of(bills: &[BillAccount]) -> Vec<String> {
    let names: BTreeSet<(usize, String)> = bills
        .iter()
        .filter_map(|account| account.bill.table.as_ref())
        .map(|table| (table.as_str().chars().count(), table.to_string()))
        .collect();
    names.into_iter().map(|(_, name)| name).take(TABLES_AT_MOST).collect()
}
