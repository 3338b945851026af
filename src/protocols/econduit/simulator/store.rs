//! What survives a power cut: accounts, transactions, batches, the gift card (reference, part 3 HTTP 3 to 7).

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::accounts::{Account, Accounts};
use super::cards::{Card, Entry, GiftCard};
use crate::domain::Operation;
use crate::protocols::econduit::messages::{CommandWord, ResultCode};
use crate::protocols::simulator::{LedgerEntry, LedgerState};

const RECORDS_AT_MOST: usize = 2_000;
const FIRST_BATCH: u64 = 58;

/// By what a transaction is asked for (part 3 HTTP 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub account: Account,
    pub command: CommandWord,
    pub ref_id: String,
    /// In US Central time, `MMddyyyy`.
    pub day: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Running,
    /// No money, or what it did lives on in what it changed.
    Ended,
    Approved,
    /// An Auth that nobody has captured.
    Held,
    Captured,
    Voided,
}

/// One transaction on a virtual terminal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The cloud's own; never used twice.
    pub number: u64,
    pub key: Key,
    pub terminal: u32,
    pub serial: String,
    pub batch: u64,
    pub currency: String,
    /// What was asked for, in minor units.
    pub asked_minor: i64,
    /// What the answer says was approved.
    pub amount_minor: i64,
    /// Part of it.
    pub cash_back_minor: i64,
    /// What has become of it: after captures and tips.
    pub total_minor: i64,
    /// Part of the total.
    pub tip_minor: i64,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    pub invoice: String,
    pub status: Status,
    pub code: ResultCode,
    pub message: String,
    pub auth_code: String,
    /// Unknown until it was read.
    pub card: Option<Card>,
    pub entry: Entry,
    pub is_signed: bool,
    /// Of the gift card, afterwards.
    pub gift_minor: Option<i64>,
    /// The number of the capture that took what was held.
    pub captured_by: Option<u64>,
    /// No check ever says how it ended.
    pub is_lost: bool,
}

impl Record {
    pub fn is_approved(&self) -> bool {
        self.code == ResultCode::Approved && self.status != Status::Running
    }

    pub fn is_gift(&self) -> bool {
        use CommandWord::*;
        matches!(
            self.key.command,
            GiftActivate | GiftSale | GiftRefund | GiftAddValue | GiftBalance | GiftDeactivate | GiftVoid
        )
    }

    /// In the books, with what has become of it. An approved capture, tip or void lives on in what it changed.
    pub fn is_booked(&self) -> bool {
        matches!(self.status, Status::Approved | Status::Captured)
    }

    /// What it does to the batch's total, in minor units.
    pub fn signed_minor(&self) -> i64 {
        match self.key.command {
            CommandWord::Refund | CommandWord::GiftRefund => -self.total_minor,
            _ => self.total_minor,
        }
    }

    /// The entry of this transaction; `None` where it moves no money.
    pub fn ledger_entry(&self, amount_minor: i64, state: LedgerState) -> Option<LedgerEntry> {
        let operation = operation(&self.key.command)?;
        Some(LedgerEntry {
            terminal_reference: reference(self.number),
            till_reference: till_reference(&self.key),
            operation,
            amount_minor,
            currency: self.currency.clone(),
            state,
        })
    }

    /// The entry that takes back what has become of it; of an Auth that was captured, the capture's.
    pub fn reversal(&self) -> Option<LedgerEntry> {
        let mut entry = self.ledger_entry(self.total_minor, LedgerState::Reversed)?;
        if let Some(capture) = self.captured_by {
            entry.terminal_reference = reference(capture);
            entry.till_reference = till_reference(&Key { command: CommandWord::Capture, ..self.key.clone() });
            entry.operation = Operation::Capture;
        }
        Some(entry)
    }
}

fn reference(number: u64) -> String {
    format!("{number:08}")
}

/// The RefID; a capture and a tip share that of their original, and bear their command behind it.
fn till_reference(key: &Key) -> String {
    match key.command {
        CommandWord::Capture | CommandWord::TipAdjust => format!("{}/{}", key.ref_id, key.command.word()),
        _ => key.ref_id.clone(),
    }
}

fn operation(command: &CommandWord) -> Option<Operation> {
    Some(match command {
        CommandWord::Sale | CommandWord::GiftSale => Operation::Sale,
        CommandWord::Refund | CommandWord::GiftRefund => Operation::Refund,
        CommandWord::Auth => Operation::Preauth,
        CommandWord::Capture => Operation::Capture,
        CommandWord::TipAdjust => Operation::Tip,
        CommandWord::GiftActivate => Operation::Activation,
        CommandWord::GiftAddValue => Operation::Reload,
        _ => return None,
    })
}

/// A transaction that a real terminal was told to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relayed {
    pub key: Key,
    pub serial: String,
    /// The terminal's last word, as it goes to the till; `None` while there is none.
    pub answer: Option<String>,
}

/// What a virtual terminal keeps of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Device {
    pub batch: u64,
    /// Takes no cards until its batch is closed.
    pub must_settle: bool,
    pub configuration: BTreeMap<String, String>,
}

impl Default for Device {
    fn default() -> Device {
        Device { batch: FIRST_BATCH, must_settle: false, configuration: BTreeMap::new() }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Store {
    pub accounts: Accounts,
    numbers: u64,
    /// Oldest first.
    records: VecDeque<Record>,
    relayed: VecDeque<Relayed>,
    /// By serial number.
    devices: BTreeMap<String, Device>,
    pub gift_card: GiftCard,
}

impl Store {
    /// What the cloud remembers; an unreadable memory is an empty one.
    pub fn restored(memory: Option<&Value>) -> Store {
        let known = memory.and_then(|memory| serde_json::from_value::<Store>(memory.clone()).ok());
        let mut store = known.unwrap_or_else(|| Store {
            accounts: Accounts::new(),
            numbers: 0,
            records: VecDeque::new(),
            relayed: VecDeque::new(),
            devices: BTreeMap::new(),
            gift_card: GiftCard::default(),
        });
        store.accounts = std::mem::replace(&mut store.accounts, Accounts::new()).indexed();
        store.forget_running();
        store
    }

    pub fn to_memory(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// After a power cut: what was not decided has not happened.
    pub fn forget_running(&mut self) {
        self.records.retain(|record| record.status != Status::Running);
    }

    /// Given out once.
    pub fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub fn keep(&mut self, record: Record) {
        self.records.push_back(record);
        while self.records.len() > RECORDS_AT_MOST {
            self.records.pop_front();
        }
    }

    /// The newest of this name.
    pub fn of_key(&self, key: &Key) -> Option<&Record> {
        self.records.iter().rev().find(|record| record.key == *key)
    }

    pub fn by_number(&mut self, number: u64) -> Option<&mut Record> {
        self.records.iter_mut().rev().find(|record| record.number == number)
    }

    /// Newest first.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().rev()
    }

    pub fn keep_relayed(&mut self, relayed: Relayed) {
        self.relayed.push_back(relayed);
        while self.relayed.len() > RECORDS_AT_MOST {
            self.relayed.pop_front();
        }
    }

    pub fn relayed(&mut self, key: &Key) -> Option<&mut Relayed> {
        self.relayed.iter_mut().rev().find(|relayed| relayed.key == *key)
    }

    pub fn device(&mut self, serial: &str) -> &mut Device {
        self.devices.entry(serial.to_owned()).or_default()
    }
}
