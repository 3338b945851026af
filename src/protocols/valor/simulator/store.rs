//! What survives a power cut: the open batch, the counters, and the result of every transaction (10.4).

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards::Card;
use crate::domain::Operation;
use crate::protocols::simulator::{Dice, LedgerEntry, LedgerState};

const TRANSACTIONS_AT_MOST: usize = 1000;
/// (10.4)
const HIGHEST_STAN: u64 = 999_999;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Store {
    pub epi: String,
    pub serial_no: String,
    stan: u64,
    tran_no: u64,
    pub batch_no: u64,
    /// Turns the host's numbers.
    host: u64,
    /// Oldest first.
    transactions: VecDeque<Transaction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Accepted; its result is not decided yet.
    Running,
    Ended,
    /// Ended with money in the open batch.
    Approved,
    /// A pre-authorisation that nobody has captured.
    Held,
    Captured,
    Voided,
}

/// One transaction with what later requests ask about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub stan: u64,
    pub tran_no: Option<u64>,
    pub batch_no: u64,
    pub req_txn_id: String,
    pub till_reference: String,
    pub operation: Operation,
    /// What was taken in all, in minor units.
    pub total_minor: i64,
    pub tip_minor: i64,
    pub card: Card,
    pub currency: String,
    pub status: Status,
    /// S3 as it was or would have been sent.
    pub result: Option<String>,
    /// Scenario 74: no question finds it any more.
    pub lost: bool,
}

impl Transaction {
    pub fn ledger_entry(&self, state: LedgerState) -> LedgerEntry {
        LedgerEntry {
            terminal_reference: self.stan.to_string(),
            till_reference: self.till_reference.clone(),
            operation: self.operation,
            amount_minor: self.total_minor,
            currency: self.currency.clone(),
            state,
        }
    }
}

impl Store {
    /// What the terminal remembers; an unreadable memory is an empty one.
    pub fn restored(memory: Option<&Value>, dice: &mut Dice) -> Self {
        let fresh = Store {
            epi: format!("2{}", dice.digits(9)),
            serial_no: format!("88{}", dice.digits(10)),
            stan: 100 + dice.roll(800),
            tran_no: 0,
            batch_no: 1 + dice.roll(90),
            host: dice.roll(1_000_000),
            transactions: VecDeque::new(),
        };
        memory.and_then(|memory| serde_json::from_value(memory.clone()).ok()).unwrap_or(fresh)
    }

    pub fn to_memory(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    pub fn next_stan(&mut self) -> u64 {
        self.stan = self.stan % HIGHEST_STAN + 1;
        self.stan
    }

    pub fn next_tran_no(&mut self) -> u64 {
        self.tran_no += 1;
        self.tran_no
    }

    /// Twelve digits of the host.
    pub fn next_host_number(&mut self) -> String {
        self.host += 1;
        format!("{:012}", 629_114_000_000 + self.host % 1_000_000)
    }

    pub fn keep(&mut self, transaction: Transaction) {
        self.transactions.push_back(transaction);
        while self.transactions.len() > TRANSACTIONS_AT_MOST {
            self.transactions.pop_front();
        }
    }

    /// The newest with this STAN.
    pub fn by_stan(&mut self, stan: u64) -> Option<&mut Transaction> {
        self.transactions.iter_mut().rev().find(|found| found.stan == stan)
    }

    /// What a void, ticket or tip adjustment names, in the open batch (5): by number, or the newest of a card.
    pub fn referenced(&mut self, tran_no: Option<u64>, last_four: Option<&str>) -> Option<&mut Transaction> {
        let batch = self.batch_no;
        self.transactions.iter_mut().rev().find(|found| {
            found.batch_no == batch
                && found.tran_no.is_some()
                && matches!(found.status, Status::Approved | Status::Held | Status::Captured)
                && match (tran_no, last_four) {
                    (Some(number), _) => found.tran_no == Some(number),
                    (None, Some(tail)) => found.card.masked.ends_with(tail),
                    (None, None) => false,
                }
        })
    }

    /// The result of another approved one.
    pub fn another_result(&self, not: u64) -> Option<String> {
        let approved = |found: &&Transaction| matches!(found.status, Status::Approved | Status::Held);
        self.transactions.iter().rev().filter(approved).find(|found| found.stan != not)?.result.clone()
    }

    /// Closes the batch: how many and how much; `None` when there is nothing to close (10.4).
    pub fn settle(&mut self) -> Option<(u64, u64, i64)> {
        let batch = self.batch_no;
        let counted = |found: &&Transaction| {
            found.batch_no == batch && matches!(found.status, Status::Approved | Status::Captured)
        };
        let count = self.transactions.iter().filter(counted).count() as u64;
        if count == 0 {
            return None;
        }
        let sum = self.transactions.iter().filter(counted).map(|found| match found.operation {
            Operation::Refund => -found.total_minor,
            _ => found.total_minor,
        });
        let total = sum.sum();
        self.batch_no += 1;
        self.tran_no = 0;
        Some((batch, count, total))
    }
}
