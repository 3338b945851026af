//! A bill: lines rung up, not yet (fully) paid. Parked at a table it can be paid at the table.
//!
//! * A bill is what its [`BillChange`]s add up to (`change.rs`); the journal keeps them, and applies each inside the
//!   transaction that writes it.
//! * What it comes to is [`BillSum`] (`sum.rs`): lines, discounts and taxes add up to the last minor unit.
//! * What of it is paid is [`Settlement`] (`settlement.rs`), read from the payments in the journal and from nothing else, so
//!   that no step of a payment can be forgotten here: `paid + pending + due` is the total, always.

mod account;
mod change;
mod error;
mod id;
mod largest_remainder;
mod line;
mod settlement;
mod split;
mod sum;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use account::BillAccount;
pub use change::BillChange;
pub use error::BillError;
pub use id::{BillId, TableName, TableNameError};
pub use largest_remainder::share_out;
pub use line::{Discount, Line, LineName, NewLine, Quantity, QuantityError};
pub use settlement::{Settlement, applied};
pub use split::split_evenly;
pub use sum::{BillSum, LineSum, TaxSum};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::card::mask_card_numbers;
use super::money::Currency;
use super::tax_rate::TaxMode;

/// Lines of one bill, voided ones included.
pub const LINES_AT_MOST: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    pub id: BillId,
    pub currency: Currency,
    /// No real money: it can be paid in training only, and no real bill can.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub training: bool,
    #[serde(default)]
    pub tax_mode: TaxMode,
    /// Where it is parked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiter: Option<String>,
    /// In the order in which they were rung up.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Of the whole bill, after the lines' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// In minor units, on top of the lines.
    #[serde(default)]
    pub tip_minor: i64,
    pub stage: BillStage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Hold>,
    /// Bills whose lines and payments became this one's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<BillId>,
    /// What it came to when it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Closing>,
    pub opened_at: Timestamp,
}

/// What a day's totals count of a bill. All in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub total_minor: i64,
    pub tip_minor: i64,
    pub discount_minor: i64,
    pub taxes: Vec<TaxSum>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillStage {
    Open,
    /// Paid.
    Closed,
    /// Given up by a person.
    Removed,
    /// What was on it is on another bill.
    MergedInto(BillId),
}

impl BillStage {
    /// The word of the journal.
    pub fn word(&self) -> &'static str {
        match self {
            BillStage::Open => "open",
            BillStage::Closed => "closed",
            BillStage::Removed => "removed",
            BillStage::MergedInto(_) => "merged",
        }
    }
}

/// Who has the bill in hand, so that nobody else changes or pays it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// On the till's screen.
    Till,
    /// Locked by a card machine at the table.
    Machine(TableLock),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLock {
    /// The machine's own number; may be empty where it does not tell.
    pub machine: String,
    /// The terminal's name in the settings.
    pub terminal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiter: Option<String>,
    pub since: Timestamp,
}

impl TableLock {
    /// Whether it can be this machine's: one that does not tell its number may be.
    pub fn is_of(&self, machine: &str) -> bool {
        self.machine == machine || self.machine.is_empty() || machine.is_empty()
    }

    /// Whether it is this machine's and can be nobody else's.
    pub fn is_surely_of(&self, machine: &str, terminal: &str) -> bool {
        !machine.is_empty() && self.machine == machine && self.terminal == terminal
    }

    /// What a person is told: the machine's number, or the terminal's name.
    pub fn shown(&self) -> &str {
        if self.machine.is_empty() { &self.terminal } else { &self.machine }
    }
}

/// A bill about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBill {
    pub currency: Currency,
    pub training: bool,
    pub tax_mode: TaxMode,
    pub table: Option<TableName>,
    pub waiter: Option<String>,
    /// On the till's screen from its first moment.
    pub held: bool,
    pub lines: Vec<NewLine>,
}

impl NewBill {
    pub fn new(currency: Currency) -> NewBill {
        NewBill {
            currency,
            training: false,
            tax_mode: TaxMode::default(),
            table: None,
            waiter: None,
            held: false,
            lines: Vec::new(),
        }
    }
}

impl Bill {
    /// # Errors
    /// A line that cannot be rung up.
    pub fn open(id: BillId, new: NewBill, at: Timestamp) -> Result<Bill, BillError> {
        let bill = Bill {
            id,
            currency: new.currency,
            training: new.training,
            tax_mode: new.tax_mode,
            table: new.table,
            waiter: new.waiter.as_deref().map(mask_card_numbers),
            lines: Vec::new(),
            discount: None,
            tip_minor: 0,
            stage: BillStage::Open,
            held: new.held.then_some(Hold::Till),
            absorbed: Vec::new(),
            closing: None,
            opened_at: at,
        };
        new.lines.into_iter().try_fold(bill, |bill, line| bill.apply(&BillChange::LineAdded { line }, 0))
    }

    pub fn sum(&self) -> BillSum {
        BillSum::of(self)
    }

    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// Lines that count.
    pub fn standing_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.voided)
    }

    pub fn lock(&self) -> Option<&TableLock> {
        match &self.held {
            Some(Hold::Machine(lock)) => Some(lock),
            _ => None,
        }
    }

    pub(crate) fn closing_now(&self) -> Closing {
        let sum = self.sum();
        Closing {
            total_minor: sum.total_minor,
            tip_minor: sum.tip_minor,
            discount_minor: sum.lines.iter().map(|line| line.discount_minor).sum(),
            taxes: sum.taxes,
        }
    }

    pub fn is_open(&self) -> bool {
        self.stage == BillStage::Open
    }
}
