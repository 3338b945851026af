//! What survives a power cut: each terminal's last transaction, its totals, its session and its pre-authorisations.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards::Card;
use super::totals::Book;
use crate::domain::Operation;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::{LedgerEntry, LedgerState};

/// Terminals of which anything is remembered, besides those on the list.
const TERMINALS_AT_MOST: usize = 64;
const PREAUTHS_AT_MOST: usize = 200;
/// (4.9) A number has four digits.
const LARGEST_NUMBER: u32 = 9999;
/// Where the terminals' own numbers begin.
const FIRST_IDENTIFIER: u64 = 2_200_000;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Store {
    terminals: BTreeMap<String, Memory>,
    /// Of the machines at the tables.
    #[serde(default)]
    pub tables: TableMemory,
    /// How many identifiers were given out: the next one must be new, also after a restart.
    identifiers: u64,
}

/// What the machines at the tables remember.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TableMemory {
    /// Payments that the till has not acknowledged.
    pub untold: Vec<Record>,
    /// The table that each machine has.
    pub held: BTreeMap<String, String>,
    /// Tables that no machine goes to again: they may be paid, although the till does not know.
    pub lost: BTreeSet<String>,
}

/// What one terminal remembers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The newest one that reached the acquirer.
    pub last: Option<Record>,
    /// Since the last Z balance or end of day.
    pub balances: Book,
    /// When that was; `None` since installation.
    pub since: Option<String>,
    pub session: Session,
    pub previous: Session,
    /// Oldest first.
    preauths: VecDeque<Preauth>,
}

/// From one end of day to the next.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Session {
    pub book: Book,
    /// The newest transaction's number; zero when there is none.
    pub number: u32,
}

impl Session {
    pub fn next_number(&mut self) -> u32 {
        self.number = if self.number >= LARGEST_NUMBER { 1 } else { self.number + 1 };
        self.number
    }

    /// First and last number.
    pub fn numbers(&self) -> [String; 2] {
        [self.number.min(1), self.number].map(|number| format!("{number:04}"))
    }
}

/// What a completion may go back to (4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preauth {
    pub auth_code: String,
    /// In minor units.
    pub amount: i64,
    pub card: Option<Card>,
    pub completed: bool,
}

/// One transaction. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub tid: String,
    /// For the ledger: terminal and the id of the till's request, which has no reference of its own (4.3).
    pub till_reference: String,
    pub result: ResultWord,
    pub kind: TransactionKind,
    pub base: i64,
    pub cashback: i64,
    pub gratuity: i64,
    pub currency: String,
    pub auth_code: Option<String>,
    pub card: Option<Card>,
    pub entry: PaymentMethod,
    pub verification: Verification,
    /// Empty until the acquirer has decided; so are number and time.
    pub identifier: String,
    pub number: String,
    pub time: String,
    pub user_message: Option<String>,
}

impl Record {
    pub fn total(&self) -> i64 {
        self.base.saturating_add(self.cashback).saturating_add(self.gratuity)
    }

    pub fn reached_host(&self) -> bool {
        !self.identifier.is_empty()
    }

    /// What was asked for, also when it is a reversal by now.
    pub fn asked_as(&self) -> TransactionKind {
        match &self.kind {
            TransactionKind::SaleReversal => TransactionKind::Sale,
            TransactionKind::RefundReversal => TransactionKind::Refund,
            kind => kind.clone(),
        }
    }

    /// The type of what takes it back. Only sales and refunds have one of their own.
    pub fn reverse(&mut self, why: &str) {
        self.kind = match &self.kind {
            TransactionKind::Sale | TransactionKind::Completion => TransactionKind::SaleReversal,
            TransactionKind::Refund => TransactionKind::RefundReversal,
            kind => kind.clone(),
        };
        self.result = ResultWord::Void;
        self.user_message = Some(why.to_owned());
    }

    /// `None` where it moves no money. Asked before it is reversed.
    pub fn ledger_entry(&self, state: LedgerState) -> Option<LedgerEntry> {
        let operation = match self.kind {
            TransactionKind::Sale => Operation::Sale,
            TransactionKind::Refund => Operation::Refund,
            TransactionKind::PreAuth => Operation::Preauth,
            TransactionKind::Completion => Operation::Capture,
            _ => return None,
        };
        Some(LedgerEntry {
            terminal_reference: self.identifier.clone(),
            till_reference: self.till_reference.clone(),
            operation,
            amount_minor: self.total(),
            currency: self.currency.clone(),
            state,
        })
    }
}

impl Store {
    /// What the terminals remember; an unreadable memory is an empty one.
    pub fn restored(memory: Option<&Value>) -> Store {
        memory.and_then(|memory| serde_json::from_value(memory.clone()).ok()).unwrap_or_default()
    }

    pub fn to_memory(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Whether there is room for what this terminal would remember.
    pub fn has_room_for(&self, tid: &str) -> bool {
        self.terminals.contains_key(tid) || self.terminals.len() < TERMINALS_AT_MOST
    }

    pub fn memory(&self, tid: &str) -> Option<&Memory> {
        self.terminals.get(tid)
    }

    pub fn memory_mut(&mut self, tid: &str) -> &mut Memory {
        self.terminals.entry(tid.to_owned()).or_default()
    }

    /// One that no transaction had before.
    pub fn new_identifier(&mut self) -> u64 {
        self.identifiers += 1;
        FIRST_IDENTIFIER + self.identifiers
    }
}

impl Memory {
    /// One that can be completed.
    pub fn preauth(&self, auth_code: &str) -> Option<&Preauth> {
        self.preauths.iter().rev().find(|preauth| preauth.auth_code == auth_code && !preauth.completed)
    }

    /// It was completed, or its completion was taken back.
    pub fn set_completed(&mut self, auth_code: &str, completed: bool) {
        if let Some(found) = self.preauths.iter_mut().rev().find(|preauth| preauth.auth_code == auth_code) {
            found.completed = completed;
        }
    }

    pub fn keep_preauth(&mut self, preauth: Preauth) {
        self.preauths.push_back(preauth);
        if self.preauths.len() > PREAUTHS_AT_MOST {
            self.preauths.pop_front();
        }
    }

    pub fn forget_preauth(&mut self, auth_code: &str) {
        self.preauths.retain(|preauth| preauth.auth_code != auth_code);
    }

    /// Opens a new session (4.13).
    pub fn end_day(&mut self) {
        self.previous = std::mem::take(&mut self.session);
    }
}
