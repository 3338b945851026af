//! Entries into rows, inside a transaction somebody else holds.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::domain::card::mask_card_numbers;
use crate::domain::{Decision, Outcome, PaymentEvent, PaymentId, Receipt};

use super::chain::{self, Link, class};
use super::entry::{Contradiction, Entry, NewPayment};
use super::error::JournalError;
use super::row::{self, PaymentRow, number_in, to_json, word};
use super::scrub::scrub;

/// How many raw messages are kept; some gigabytes at the very most, and months of trade in practice.
const MESSAGES_KEPT: i64 = 200_000;
/// How many come before the oldest are looked for.
const SWEPT_EVERY: i64 = 256;

/// The journal's own four characters and the transaction everything goes into.
pub(super) struct Writing<'a> {
    pub till: &'a str,
    pub connection: &'a Connection,
    /// Whose doing it is.
    pub operator: Option<&'a str>,
}

impl Writing<'_> {
    /// Adds a payment to its table and to the chain.
    pub fn record(&self, new: &NewPayment) -> Result<PaymentRow, JournalError> {
        let row = row::insert(self.connection, self.till, new)?;
        let body = json!({ "protocol": new.protocol, "training": new.training, "request": new.request });
        self.append(&row, class::LIFE, "recorded", &to_json(&body)?, &row.at)?;
        Ok(row)
    }

    /// Writes one entry; a contradiction is written too, and handed back.
    pub fn apply(&self, entry: &Entry) -> Result<Option<Contradiction>, JournalError> {
        match entry {
            Entry::Payment { id, event, outcome, at } => return self.happened(id, *event, outcome.clone(), *at),
            Entry::Reference { id, reference, at } => self.reference(id, reference, *at)?,
            Entry::Receipt { id, receipt, at } => self.receipt(id, receipt, *at)?,
            Entry::Memory { terminal, memory } => self.memory(terminal, memory)?,
            Entry::TakenAtTable { terminal, protocol, taking, at } => {
                return self.taken_at_table(terminal, protocol, taking, *at);
            }
            Entry::Note { terminal, payment, kind, body, at } => {
                self.note(terminal, payment.as_ref(), kind, body, *at)?;
            }
            Entry::Message { terminal, payment, channel, sent, body, at } => {
                let payment = payment.as_ref().map(|id| self.number(id)).transpose()?;
                self.message(terminal, payment, channel, *sent, body, *at)?;
            }
        }
        Ok(None)
    }

    /// Something happened to a payment.
    pub fn happened(
        &self,
        id: &PaymentId,
        event: PaymentEvent,
        outcome: Option<Outcome>,
        at: jiff::Timestamp,
    ) -> Result<Option<Contradiction>, JournalError> {
        let mut row = self.load(id)?;
        self.step(&mut row, event, outcome, None, &at.to_string())
    }

    /// Takes a row through one event of its life.
    pub fn step(
        &self,
        row: &mut PaymentRow,
        event: PaymentEvent,
        outcome: Option<Outcome>,
        decision: Option<Decision>,
        at: &str,
    ) -> Result<Option<Contradiction>, JournalError> {
        let mut body = row.standing.meet(event, outcome);
        body.decision = decision;
        self.append(row, class::LIFE, &word(event)?, &to_json(&body)?, at)?;
        let before = row.standing.clone();
        row.standing.take(&body);
        if row.standing != before {
            row.update(self.connection)?;
            if let Some(part) = &row.request.bill {
                self.settle(&part.bill, row::timestamp(at)?)?;
            }
        }
        let payment = PaymentId::new(self.till, row.seq);
        Ok(body.forbidden.then_some(Contradiction { payment, state: row.standing.state, event }))
    }

    pub fn load(&self, id: &PaymentId) -> Result<PaymentRow, JournalError> {
        let unknown = || JournalError::Unknown(id.clone());
        let seq = number_in(self.till, id).ok_or_else(unknown)?;
        PaymentRow::load(self.connection, seq)?.ok_or_else(unknown)
    }

    fn reference(&self, id: &PaymentId, reference: &Value, at: jiff::Timestamp) -> Result<(), JournalError> {
        let mut row = self.load(id)?;
        self.append(&row, class::REFERENCE, "reference", &to_json(reference)?, &at.to_string())?;
        row.standing.reference = Some(reference.clone());
        row.update(self.connection)
    }

    fn receipt(&self, id: &PaymentId, receipt: &Receipt, at: jiff::Timestamp) -> Result<(), JournalError> {
        let row = self.load(id)?;
        let mut masked = receipt.clone();
        masked.lines = receipt.lines.iter().map(|line| mask_card_numbers(line)).collect();
        masked.code = receipt.code.as_deref().map(mask_card_numbers);
        self.append(&row, class::RECEIPT, "receipt", &to_json(&masked)?, &at.to_string())
    }

    fn memory(&self, terminal: &str, memory: &Value) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(
                "INSERT INTO memories (terminal, memory) VALUES (?1, ?2)
                 ON CONFLICT (terminal) DO UPDATE SET memory = excluded.memory",
            )?
            .execute(params![terminal, to_json(memory)?])?;
        Ok(())
    }

    pub fn note(
        &self,
        terminal: &str,
        payment: Option<&PaymentId>,
        kind: &str,
        body: &Value,
        at: jiff::Timestamp,
    ) -> Result<(), JournalError> {
        let payment = payment.map(|id| self.number(id)).transpose()?;
        let body = to_json(&masked(body))?;
        let at = at.to_string();
        let operator = self.operator;
        let link = Link { payment, terminal, class: class::NOTE, kind, body: &body, at: &at, operator };
        chain::append(self.connection, &link)?;
        Ok(())
    }

    fn message(
        &self,
        terminal: &str,
        payment: Option<i64>,
        channel: &str,
        sent: bool,
        body: &[u8],
        at: jiff::Timestamp,
    ) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(
                "INSERT INTO messages (payment, terminal, channel, sent, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![payment, terminal, channel, sent, scrub(body), at.to_string()])?;
        let newest = self.connection.last_insert_rowid();
        if newest % SWEPT_EVERY == 0 {
            let mut sweep = self.connection.prepare_cached("DELETE FROM messages WHERE number <= ?1")?;
            sweep.execute([newest - MESSAGES_KEPT])?;
        }
        Ok(())
    }

    /// The number of a payment that exists.
    pub fn number(&self, id: &PaymentId) -> Result<i64, JournalError> {
        let seq = number_in(self.till, id).ok_or_else(|| JournalError::Unknown(id.clone()))?;
        if row::exists(self.connection, seq)? { Ok(seq) } else { Err(JournalError::Unknown(id.clone())) }
    }

    fn append(&self, row: &PaymentRow, class: &str, kind: &str, body: &str, at: &str) -> Result<(), JournalError> {
        let operator = self.operator;
        let link = Link { payment: Some(row.seq), terminal: &row.terminal, class, kind, body, at, operator };
        chain::append(self.connection, &link)?;
        Ok(())
    }
}

/// The same value with every clear card number in its texts masked.
pub(super) fn masked(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask_card_numbers(text)),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), masked(field))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
