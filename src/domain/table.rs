//! A bill paid at the table: who asks for it there, what was taken there, and how the bill is printed there.

use serde::{Deserialize, Serialize};

use super::money::{Currency, Money};
use super::outcome::Outcome;

/// A card machine that waiters carry to the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableAsker {
    /// The machine's own number; empty where it does not tell.
    pub machine: String,
    /// The waiter's number, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiter: Option<String>,
}

/// What a card machine asks of the till. Tables are called as the till called them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableTask {
    /// Which tables have something to pay?
    List { asker: TableAsker },
    /// Keep everybody else off this table, and tell what is due. Asked again by the same machine, it is the same lock.
    Lock { asker: TableAsker, table: String },
    /// The table's bill, to be printed by the machine; `paid` after the payment.
    Print { asker: TableAsker, table: String, paid: bool },
    /// The machine has finished with the table.
    Unlock { asker: TableAsker, table: String },
}

/// What it is told when nothing is in the way; otherwise `Fulfilment::{NotKnown, Busy, Refused, Unknown}`: there is no such
/// table, another one has it, it cannot be paid so, the till's books cannot be read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableAnswer {
    /// The tables that this machine may lock now, as they are called; and what they are paid in.
    Tables(Vec<String>, Currency),
    /// The table is this machine's, and so much is due.
    Locked(Money),
    /// Line by line.
    Printed(Vec<PrintedLine>),
    /// The table is free again, or was.
    Unlocked,
}

/// One payment that a card machine took at a table before the till heard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTaking {
    pub asker: TableAsker,
    /// As the machine calls it.
    pub table: String,
    /// Names the payment; told twice, it is the same one.
    pub reference: String,
    /// How much of the bill it pays. What the card was charged besides is in the outcome.
    pub amount: Money,
    /// Approved, or in doubt where nobody here understood what the machine said.
    pub outcome: Outcome,
}

/// One line of a bill on a card machine's paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrintedLine {
    Text {
        text: String,
        bold: bool,
        /// Twice as high.
        tall: bool,
        centred: bool,
    },
    /// A single or a double rule.
    Rule { double: bool },
    /// Code 128.
    Barcode(String),
    /// Out of the machine.
    Feed,
}

impl PrintedLine {
    pub fn plain(text: impl Into<String>) -> PrintedLine {
        PrintedLine::Text { text: text.into(), bold: false, tall: false, centred: false }
    }
}
