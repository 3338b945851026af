//! Where the window meets the bills of the till: what it wants done with them, and what the journal said to it. The part of
//! `till_link` that is about bills.

use std::collections::BTreeSet;

use iced::Task;

use super::app::Message;
use super::problem::Problem;
use super::{bill_desk, desk};
use crate::domain::{BillAccount, BillChange, BillId, NewBill};
use crate::journal::JournalError;
use crate::terminal::{Bills, CashPart, Till};

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
    /// The window has just opened; these are open.
    PutBack(Result<Vec<BillAccount>, Problem>),
    Tables(Vec<String>),
}

/// Carries out what is to be done with the bills of the till.
pub fn carry_out(till: &Till, by: By, order: BillOrder) -> Task<Message> {
    let bills = till.bills();
    match order {
        BillOrder::Open(new) => done(by, async move { bills.open(new).await }),
        BillOrder::Change(bill, changes) => done(by, async move { bills.change(&bill, changes).await }),
        BillOrder::Cash { part, training } => done(by, take_cash(bills, part, training)),
        BillOrder::Close(bill) => done(by, async move { bills.close(&bill).await }),
        BillOrder::Merge { from, into } => done(by, async move { bills.merge(&from, &into).await }),
        BillOrder::Read(bill, number) => news(async move {
            let account = bills.account(&bill).await;
            News::Read(number, account.map(Box::new).map_err(|error| Problem::from(&error)))
        }),
        BillOrder::ReadOpen => {
            news(async move { News::Open(bills.all_open().await.map_err(|error| Problem::from(&error))) })
        }
        BillOrder::PutBackAll => {
            news(async move { News::PutBack(put_back(bills).await.map_err(|error| Problem::from(&error))) })
        }
        BillOrder::ReadTables => {
            let journal = till.journal().clone();
            news(async move {
                let newest = journal.read(|journal| journal.newest_bills(REMEMBERED)).await.and_then(|inner| inner);
                // Names to choose from are a help; without them a name is typed.
                News::Tables(newest.map(|newest| tables_of(&newest)).unwrap_or_default())
            })
        }
    }
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

fn done(by: By, work: impl Future<Output = Result<BillAccount, JournalError>> + Send + 'static) -> Task<Message> {
    news(async move { News::Done(by, work.await.map(Box::new).map_err(|error| Problem::from(&error))) })
}

fn news(work: impl Future<Output = News> + Send + 'static) -> Task<Message> {
    Task::perform(work, |news| Message::Desk(desk::Message::Bills(bill_desk::Message::News(news))))
}
