//! Who may call, and for which terminals: merchants by the POS maker's own id of them (reference 3.5, part 3 HTTP 7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::profile::{self, FIRST_NUMBER, VIRTUAL};

const MERCHANTS_AT_MOST: usize = 1_000;
const TERMINALS_AT_MOST: usize = 10_000;

/// Names one merchant. They stay for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(usize);

#[derive(Serialize, Deserialize)]
struct Merchant {
    reference_id: String,
    key: String,
    password: String,
}

/// A terminal with a number towards tills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    pub number: u32,
    pub serial: String,
    pub account: Account,
}

#[derive(Serialize, Deserialize)]
pub struct Accounts {
    merchants: Vec<Merchant>,
    /// By number.
    terminals: BTreeMap<u32, Terminal>,
    #[serde(skip)]
    by_serial: BTreeMap<String, u32>,
    next_number: u32,
}

/// Why a terminal is not paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unpairable {
    PairedElsewhere,
    Full,
}

impl Accounts {
    pub fn new() -> Accounts {
        let first = Account(0);
        let mut accounts = Accounts {
            merchants: vec![Merchant {
                reference_id: profile::REFERENCE_ID.to_owned(),
                key: profile::KEY.to_owned(),
                password: profile::PASSWORD.to_owned(),
            }],
            terminals: BTreeMap::new(),
            by_serial: BTreeMap::new(),
            next_number: FIRST_NUMBER,
        };
        for terminal in VIRTUAL {
            if let Some(number) = terminal.number {
                accounts.add(Terminal { number, serial: terminal.serial.to_owned(), account: first });
            }
        }
        accounts
    }

    /// After they came back from a memory, which leaves out what follows from the rest.
    pub fn indexed(mut self) -> Accounts {
        self.by_serial = self.terminals.values().map(|terminal| (terminal.serial.clone(), terminal.number)).collect();
        self
    }

    /// A terminal of the first account, in place of whatever had its number or its serial.
    pub fn add_to_first(&mut self, number: u32, serial: &str) {
        self.remove(number);
        if let Some(known) = self.by_serial.get(serial).copied() {
            self.remove(known);
        }
        self.add(Terminal { number, serial: serial.to_owned(), account: Account(0) });
    }

    pub fn give_first(&mut self, key: &str, password: &str) {
        if let Some(first) = self.merchants.first_mut() {
            (first.key, first.password) = (key.to_owned(), password.to_owned());
        }
    }

    fn add(&mut self, terminal: Terminal) {
        self.by_serial.insert(terminal.serial.clone(), terminal.number);
        self.terminals.insert(terminal.number, terminal);
    }

    pub fn remove(&mut self, number: u32) {
        if let Some(terminal) = self.terminals.remove(&number) {
            self.by_serial.remove(&terminal.serial);
        }
    }

    pub fn of_credentials(&self, key: &str, password: &str) -> Option<Account> {
        let fits = |merchant: &Merchant| merchant.key == key && merchant.password == password;
        self.merchants.iter().position(fits).map(Account)
    }

    /// Key and password.
    pub fn credentials(&self, account: Account) -> Option<(&str, &str)> {
        self.merchants.get(account.0).map(|merchant| (merchant.key.as_str(), merchant.password.as_str()))
    }

    /// A terminal of this account, by the number in a call.
    pub fn terminal(&self, account: Account, number: &str) -> Option<&Terminal> {
        let terminal = self.terminals.get(&number.trim().parse::<u32>().ok()?)?;
        (terminal.account == account).then_some(terminal)
    }

    pub fn serial_of(&self, number: u32) -> Option<String> {
        self.terminals.get(&number).map(|terminal| terminal.serial.clone())
    }

    pub fn of_serial(&self, serial: &str) -> Option<&Terminal> {
        self.terminals.get(self.by_serial.get(serial)?)
    }

    /// The number of the terminal with this serial, for the merchant of this reference; `key` makes the credentials of a
    /// merchant who is new. What is paired to the merchant already keeps its number: its answer may have been lost.
    pub fn pair(
        &mut self,
        reference_id: &str,
        serial: &str,
        key: impl FnOnce(usize) -> (String, String),
    ) -> Result<(u32, Account), Unpairable> {
        let known = self.merchants.iter().position(|merchant| merchant.reference_id == reference_id).map(Account);
        if let Some(paired) = self.of_serial(serial) {
            return if known == Some(paired.account) {
                Ok((paired.number, paired.account))
            } else {
                Err(Unpairable::PairedElsewhere)
            };
        }
        let is_full = known.is_none() && self.merchants.len() >= MERCHANTS_AT_MOST;
        if is_full || self.terminals.len() >= TERMINALS_AT_MOST {
            return Err(Unpairable::Full);
        }
        let account = known.unwrap_or_else(|| {
            let (key, password) = key(self.merchants.len());
            self.merchants.push(Merchant { reference_id: reference_id.to_owned(), key, password });
            Account(self.merchants.len() - 1)
        });
        while self.terminals.contains_key(&self.next_number) {
            self.next_number += 1;
        }
        let number = self.next_number;
        self.next_number += 1;
        self.add(Terminal { number, serial: serial.to_owned(), account });
        Ok((number, account))
    }
}
