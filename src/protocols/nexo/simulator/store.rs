//! What survives a power cut: the transactions and the counters (16.1).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards::Card;
use crate::domain::Operation;
use crate::protocols::nexo::messages::{Category, Header, MessageReference, TransactionId};
use crate::protocols::simulator::{Dice, LedgerEntry, LedgerState};

/// The whole memory is looked at after every step and written after every payment: a training terminal that runs all day must
/// not become slower, or larger, with each sale.
const TRANSACTIONS_AT_MOST: usize = 100;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Store {
    /// Six digits; the acquirer's number of this terminal.
    pub terminal_id: String,
    /// Four digits of the next `POITransactionID`.
    counter: u32,
    /// Turns the formats of amounts (16.1).
    pub formats: u64,
    /// Oldest first.
    transactions: VecDeque<Transaction>,
    /// What the terminal took and gave, by currency.
    sums: BTreeMap<String, Sums>,
    /// POIIDs this hardware has fetched its parameters for.
    pub known: BTreeSet<String>,
    /// An update waits for the next logout that allows maintenance.
    pub update_waits: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Sums {
    sales_minor: i64,
    refunds_minor: i64,
    reversed_minor: i64,
}

/// One stored response with what later requests ask about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub poi_id: String,
    pub sale_id: String,
    pub service_id: String,
    /// `Payment` or `Reversal`.
    pub category: String,
    /// The whole response as XML.
    pub response: String,
    /// The terminal's number and UTC time.
    pub poi_transaction: TransactionId,
    pub till_reference: String,
    pub operation: Operation,
    pub amount_minor: i64,
    pub currency: String,
    pub card: Card,
    pub approved: bool,
    pub reversed: bool,
    /// Scenario 74: no question finds it any more.
    pub lost: bool,
}

impl Transaction {
    pub fn ledger_entry(&self, state: LedgerState) -> LedgerEntry {
        LedgerEntry {
            terminal_reference: self.poi_transaction.id.clone(),
            till_reference: self.till_reference.clone(),
            operation: self.operation,
            amount_minor: self.amount_minor,
            currency: self.currency.clone(),
            state,
        }
    }
}

impl Store {
    /// What the terminal remembers; an unreadable memory is an empty one.
    pub fn restored(memory: Option<&Value>, dice: &mut Dice) -> Self {
        let terminal_id = format!("4{}", dice.digits(5));
        memory.and_then(|memory| serde_json::from_value(memory.clone()).ok()).unwrap_or(Store {
            terminal_id,
            counter: 0,
            formats: 0,
            transactions: VecDeque::new(),
            sums: BTreeMap::new(),
            known: BTreeSet::new(),
            update_waits: false,
        })
    }

    pub fn to_memory(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Six digits of the terminal and four of the counter.
    pub fn next_transaction_id(&mut self) -> String {
        self.counter = self.counter % 9999 + 1;
        format!("{}{:04}", self.terminal_id, self.counter)
    }

    /// Keeps a response. An approval is booked.
    pub fn keep(&mut self, transaction: Transaction) {
        if transaction.approved && transaction.category == Category::Payment.name() {
            let sums = self.sums.entry(transaction.currency.clone()).or_default();
            match transaction.operation {
                Operation::Refund => add(&mut sums.refunds_minor, transaction.amount_minor),
                _ => add(&mut sums.sales_minor, transaction.amount_minor),
            }
        }
        self.transactions.push_back(transaction);
        while self.transactions.len() > TRANSACTIONS_AT_MOST {
            self.transactions.pop_front();
        }
    }

    /// The newest payment, whatever became of it (5.4).
    pub fn last_payment(&mut self) -> Option<&mut Transaction> {
        self.transactions.iter_mut().rev().find(|transaction| transaction.category == Category::Payment.name())
    }

    /// Marks the newest payment as taken back.
    pub fn reverse_last(&mut self) -> Option<Transaction> {
        let last = self.last_payment()?;
        last.reversed = true;
        let last = last.clone();
        add(&mut self.sums.entry(last.currency.clone()).or_default().reversed_minor, last.amount_minor);
        Some(last)
    }

    /// The newest stored response of the asking POIID and SaleID that meets every criterion given (5.3).
    pub fn newest(&self, asking: &Header, reference: Option<&MessageReference>) -> Option<&Transaction> {
        let meets = |criterion: Option<&String>, value: &str| criterion.is_none_or(|wanted| wanted == value);
        self.transactions.iter().rev().find(|found| {
            found.poi_id == asking.poi_id
                && found.sale_id == asking.sale_id
                && reference.is_none_or(|wanted| {
                    meets(wanted.category.as_ref(), &found.category)
                        && meets(wanted.service_id.as_ref(), &found.service_id)
                        && meets(wanted.sale_id.as_ref(), &found.sale_id)
                        && meets(wanted.poi_id.as_ref(), &found.poi_id)
                })
        })
    }

    /// The newest approval of another sale.
    pub fn another_approval(&self, not: &str) -> Option<&Transaction> {
        let payments = self.transactions.iter().rev().filter(|found| found.category == Category::Payment.name());
        payments.filter(|found| found.approved && !found.reversed && !found.lost).find(|found| found.service_id != not)
    }
}

fn add(sum: &mut i64, amount: i64) {
    *sum = sum.saturating_add(amount);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sale(number: usize) -> Transaction {
        Transaction {
            poi_id: "SHOP7-K2".to_owned(),
            sale_id: "till-1".to_owned(),
            service_id: number.to_string(),
            category: Category::Payment.name().to_owned(),
            // what a response with its receipts has
            response: "x".repeat(4_500),
            poi_transaction: TransactionId { id: number.to_string(), time: "2026-03-14T12:41:07Z".to_owned() },
            till_reference: number.to_string(),
            operation: Operation::Sale,
            amount_minor: 1250,
            currency: "SEK".to_owned(),
            card: Card::draw(&mut Dice::new(1)),
            approved: true,
            reversed: false,
            lost: false,
        }
    }

    #[test]
    fn what_a_terminal_remembers_does_not_grow_with_the_day_and_its_sums_are_of_all_of_it() {
        let mut store = Store::restored(None, &mut Dice::new(1));
        for number in 0..2_000 {
            store.keep(sale(number));
        }
        assert!(store.to_memory().to_string().len() < 800_000);
        assert_eq!(store.last_payment().unwrap().service_id, "1999");
        assert_eq!(store.sums["SEK"].sales_minor, 2_000 * 1250);
    }
}
