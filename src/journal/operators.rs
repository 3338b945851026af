//! What operators do, in the chain: signing in and out, wrong PINs, what was refused and allowed. Everything else that
//! somebody does has their name beside it, in the column `operator` of its own event.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::Value;

use crate::domain::PaymentId;
use crate::domain::card::mask_card_numbers;
use crate::domain::operator::{OperatorEvent, WrongPins};

use super::apply::{Writing, masked};
use super::chain::{self, COLUMNS, Link, StoredLink, class};
use super::error::JournalError;
use super::journal::Journal;
use super::row::{from_json, timestamp, to_json};

/// The class stands in the text and is no value: the partial index needs that.
const ABOUT: &str = "FROM events INDEXED BY events_sign_ins WHERE class = 'operator' AND terminal = ?1
    AND kind IN ('wrong_pin', 'signed_in', 'allowed', 'pin_set', 'added') ORDER BY number DESC LIMIT ?2";
const NEWEST: &str = "FROM events INDEXED BY events_operators WHERE operator = ?1 ORDER BY number DESC LIMIT ?2";
/// More wrong PINs in a row make no wait longer.
const COUNTED: i64 = 16;

/// One thing that an operator did, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// Its place in the chain.
    pub number: i64,
    /// `operator` for what [`OperatorEvent`] lists, `life` for payments, `bill`, `note`.
    pub class: String,
    pub kind: String,
    /// The terminal, bill or operator it is about.
    pub about: String,
    pub payment: Option<PaymentId>,
    pub body: Value,
    pub at: Timestamp,
}

impl Journal {
    /// From here on what is written is this operator's doing, until it is said otherwise.
    pub(super) fn on_behalf(&mut self, operator: Option<String>) {
        self.operator = operator.as_deref().map(mask_card_numbers);
    }

    /// Writes what an operator did, or what was done about them. `name` is whose tile it is about.
    ///
    /// # Errors
    /// `Unknown` for a payment that is not in this journal; otherwise the disk's.
    pub fn operator_did(
        &mut self,
        name: &str,
        event: &OperatorEvent,
        payment: Option<&PaymentId>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        self.write(|writing| writing.operator_did(name, event, payment, at))
    }

    /// Wrong PINs of an operator, in a row up to now; `None` where the newest one was right.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of the events does not fit the chain.
    pub fn wrong_pins(&self, name: &str) -> Result<Option<WrongPins>, JournalError> {
        let snapshot = self.snapshot()?;
        let mut statement = snapshot.prepare_cached(&format!("SELECT {COLUMNS} {ABOUT}"))?;
        let mut rows = statement.query(params![name, COUNTED])?;
        let mut found: Option<WrongPins> = None;
        while let Some(row) = rows.next()? {
            let link = StoredLink::from_row(row)?;
            link.check(&chain::hash_of(&snapshot, link.number - 1)?)?;
            if link.kind != "wrong_pin" {
                break;
            }
            let at = timestamp(&link.at)?;
            let before = found.get_or_insert(WrongPins { wrong: 0, last: at });
            before.wrong += 1;
        }
        Ok(found)
    }

    /// What an operator did, newest first.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of the events does not fit the chain.
    pub fn deeds_of(&self, operator: &str, limit: usize) -> Result<Vec<Deed>, JournalError> {
        let snapshot = self.snapshot()?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = snapshot.prepare_cached(&format!("SELECT {COLUMNS} {NEWEST}"))?;
        let links: Vec<StoredLink> =
            statement.query_map(params![operator, limit], StoredLink::from_row)?.collect::<Result<_, _>>()?;
        let deed = |link: StoredLink| {
            link.check(&chain::hash_of(&snapshot, link.number - 1)?)?;
            Ok(Deed {
                number: link.number,
                payment: link.payment.map(|seq| PaymentId::new(&self.till, seq)),
                body: from_json(&link.body)?,
                at: timestamp(&link.at)?,
                class: link.class,
                kind: link.kind,
                about: link.terminal,
            })
        };
        links.into_iter().map(deed).collect()
    }
}

impl Writing<'_> {
    fn operator_did(
        &self,
        name: &str,
        event: &OperatorEvent,
        payment: Option<&PaymentId>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let payment = payment.map(|id| self.number(id)).transpose()?;
        let body = serde_json::to_value(event).map_err(|error| JournalError::Unfit { detail: error.to_string() })?;
        let (body, at) = (to_json(&masked(&body))?, at.to_string());
        let (kind, operator) = (event.word(), self.operator);
        let link = Link { payment, terminal: name, class: class::OPERATOR, kind, body: &body, at: &at, operator };
        chain::append(self.connection, &link)?;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn wrong_pins_and_what_somebody_did_are_found_by_their_indexes() {
        let journal = Journal::open_in_memory().unwrap();
        for (sql, index) in [(ABOUT, "events_sign_ins"), (NEWEST, "events_operators")] {
            let sql = format!("EXPLAIN QUERY PLAN SELECT {COLUMNS} {sql}");
            let mut statement = journal.connection.prepare(&sql).unwrap();
            let lines = statement.query_map(params!["Ada", 20], |row| row.get::<_, String>(3)).unwrap();
            let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(index) && !plan.contains("TEMP"), "{plan}");
        }
    }
}
