//! What somebody outside asks the till to do as if it were a terminal, and what is answered.

use super::day_end::DayEnd;
use super::money::Money;
use super::outcome::Explanation;
use super::payment::PaymentRecord;
use super::receipt::Receipt;
use super::request::{Operation, Tender};
use super::table::{TableAnswer, TableTask};

/// Names one commission of one driver; never used twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommissionId(pub u64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    pub id: CommissionId,
    pub task: Task,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// `reference` is theirs: of a payment of its own a new one, of what is about an earlier payment that payment's. What
    /// was asked before under it, with the same operation, is the same payment.
    Pay {
        reference: String,
        operation: Operation,
        amount: Money,
        tender: Option<Tender>,
        invoice: Option<String>,
    },
    /// What became of the payment they call so; the newest about it where they do not say which operation they mean.
    Status {
        reference: String,
        operation: Option<Operation>,
    },
    CloseDay,
    /// Stop what is under way for them under this reference, if it is. What was asked first is answered in its own time.
    Cancel {
        reference: String,
    },
    /// Of a terminal that serves tables.
    AtTable(TableTask),
}

/// What became of a commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fulfilment {
    /// How the payment stands in the journal, which may be that nobody knows yet; and its receipts.
    Payment(Box<PaymentRecord>, Vec<Receipt>),
    /// No payment was ever made under this reference.
    NotKnown,
    /// The terminal works for somebody else, or has something to settle first. Nothing was done.
    Busy(Explanation),
    /// The terminal cannot or may not do it. Nothing was done.
    Refused(Explanation),
    /// Nobody can say, because the till's own books cannot be read now.
    Unknown(Explanation),
    DayEnd(DayEnd),
    /// A [`Task::Cancel`] has been passed on; it decides nothing.
    PassedOn,
    AtTable(TableAnswer),
}
