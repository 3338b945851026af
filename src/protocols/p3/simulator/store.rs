//! What survives a restart (10.9): the transactions, as platform and PayServer know them.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards::Card;
use super::profile;
use crate::domain::{Currency, Money, Operation};
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{LedgerEntry, LedgerState};

const TRANSACTIONS_AT_MOST: usize = 1000;
/// What is on the one gift card there is, in minor units.
const GIFT_BALANCE: i64 = 100_000_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Store {
    /// Oldest first.
    records: VecDeque<Record>,
    /// The configuration has been synchronised (4.7).
    pub offline_enabled: bool,
    pub gift_balance_minor: i64,
    /// How many identifiers were given out: the next one must be new, also after a restart.
    pub identifiers: u64,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub identifier: String,
    pub custom_identifier: Option<String>,
    pub kind: TransactionType,
    /// For the ledger; `None` where no money moves.
    pub operation: Option<Operation>,
    pub status: TransactionStatus,
    pub code: StatusCode,
    pub offline: bool,
    pub currency: String,
    pub amount_minor: i64,
    /// Part of the amount.
    pub tip_minor: i64,
    pub captured: bool,
    pub referenced: Option<String>,
    pub subject: Option<String>,
    pub statement_descriptor: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Milliseconds since the Unix epoch.
    pub created: i64,
    pub zone: String,
    /// Unknown until a card was read.
    pub card: Option<Card>,
    pub source: Source,
    pub verification: CustomerVerification,
    pub signature_line: bool,
    pub approval_code: Option<String>,
    pub tip_adjust: TipAdjustStatus,
    pub refunds: Vec<Refund>,
    /// Balance before and after.
    pub gift: Option<(i64, i64)>,
    /// Scenario 74: no question finds it any more.
    pub lost: bool,
}

/// A linked refund of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub identifier: String,
    pub created: i64,
    pub amount_minor: i64,
}

impl Record {
    pub fn known_currency(&self) -> Currency {
        self.currency.parse().unwrap_or(Currency::EUR)
    }

    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.known_currency())
    }

    pub fn amount(&self) -> Money {
        self.money(self.amount_minor)
    }

    pub fn is_approved(&self) -> bool {
        self.status == TransactionStatus::Approved
    }

    pub fn is_final(&self) -> bool {
        !matches!(self.status, TransactionStatus::Initialized | TransactionStatus::Pending)
    }

    pub fn refunded_minor(&self) -> i64 {
        self.refunds.iter().fold(0, |sum, refund| sum.saturating_add(refund.amount_minor))
    }

    /// What can still be given back.
    pub fn remaining_minor(&self) -> i64 {
        self.amount_minor.saturating_sub(self.refunded_minor())
    }

    /// Whether a linked refund of it may be asked for.
    pub fn refund_status(&self) -> RefundStatus {
        let takes_money =
            matches!(self.kind, TransactionType::Charge | TransactionType::Preauthorize | TransactionType::Activation);
        match () {
            () if !self.is_approved() || !takes_money => RefundStatus::NonRefundable,
            () if self.remaining_minor() <= 0 => RefundStatus::Refunded,
            () => RefundStatus::RefundablePartialAndFull,
        }
    }

    pub fn ended(&mut self, status: TransactionStatus, code: StatusCode) {
        self.status = status;
        self.code = code;
    }

    /// The entry of `minor` moving under this transaction; `None` where it moves no money.
    pub fn ledger_entry(&self, minor: i64, state: LedgerState) -> Option<LedgerEntry> {
        Some(LedgerEntry {
            terminal_reference: self.identifier.clone(),
            till_reference: self.custom_identifier.clone().unwrap_or_default(),
            operation: self.operation?,
            amount_minor: minor,
            currency: self.currency.clone(),
            state,
        })
    }
}

impl Store {
    /// What the server remembers; an unreadable memory is an empty one.
    pub fn restored(memory: Option<&Value>) -> Self {
        let mut store = memory.and_then(|memory| serde_json::from_value(memory.clone()).ok()).unwrap_or(Store {
            records: VecDeque::new(),
            offline_enabled: false,
            gift_balance_minor: GIFT_BALANCE,
            identifiers: 0,
        });
        store.give_up_running();
        store
    }

    pub fn to_memory(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// After a power cut: what was not decided took no money.
    pub fn give_up_running(&mut self) {
        for record in self.records.iter_mut().filter(|record| !record.is_final()) {
            record.ended(TransactionStatus::Error, StatusCode::ErrorTerminalError);
        }
    }

    /// Keeps a transaction, or what has become of it.
    pub fn put(&mut self, record: Record) {
        match self.records.iter_mut().rev().find(|found| found.identifier == record.identifier) {
            Some(found) => *found = record,
            None => self.records.push_back(record),
        }
        while self.records.len() > TRANSACTIONS_AT_MOST {
            self.records.pop_front();
        }
    }

    pub fn find(&self, identifier: &str) -> Option<&Record> {
        self.records.iter().rev().find(|record| record.identifier == identifier && !record.lost)
    }

    pub fn find_mut(&mut self, identifier: &str) -> Option<&mut Record> {
        self.records.iter_mut().rev().find(|record| record.identifier == identifier && !record.lost)
    }

    /// The transaction that an amendment of `identifier` is about: of a capture or tip adjustment, its original.
    pub fn original_of(&self, identifier: &str) -> Option<&Record> {
        let found = self.find(identifier)?;
        match &found.referenced {
            Some(original) if found.kind == profile::amendment_is(&RequestType::Capture) => self.find(original),
            _ => Some(found),
        }
    }

    pub fn knows_custom_identifier(&self, custom_identifier: &str) -> bool {
        self.records.iter().any(|record| record.custom_identifier.as_deref() == Some(custom_identifier))
    }

    /// Newest first. Offline are those that were taken offline, online all but those that wait for submission.
    pub fn in_mode(&self, mode: &Mode) -> impl Iterator<Item = &Record> {
        let offline = *mode == Mode::Offline;
        let waits = |record: &Record| record.offline && record.status == TransactionStatus::Accepted;
        self.records
            .iter()
            .rev()
            .filter(move |record| !record.lost && if offline { record.offline } else { !waits(record) })
    }

    /// Those that wait for submission, oldest first.
    pub fn accepted_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.records.iter_mut().filter(|record| record.offline && record.status == TransactionStatus::Accepted)
    }

    /// Forgets those that wait for submission.
    pub fn take_accepted(&mut self) -> Vec<Record> {
        let waits = |record: &Record| record.offline && record.status == TransactionStatus::Accepted;
        let (taken, kept): (VecDeque<Record>, VecDeque<Record>) =
            std::mem::take(&mut self.records).into_iter().partition(waits);
        self.records = kept;
        taken.into()
    }
}
