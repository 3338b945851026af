//! One row of the payments table: read, written, sealed.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::{PaymentId, PaymentRecord, PaymentRequest};

use super::entry::NewPayment;
use super::error::JournalError;
use super::schema::{approved_states, open_states};
use super::search_index;
use super::standing::Standing;

/// How many of the newest payments are looked at when the journal is opened.
const RECENT: u32 = 256;

/// A payment as it is stored. `seal` fits the rest, or the row does not get this far.
pub(super) struct PaymentRow {
    pub seq: i64,
    pub terminal: String,
    pub protocol: String,
    pub training: bool,
    pub request: PaymentRequest,
    pub standing: Standing,
    pub at: String,
    pub voided_by: Option<i64>,
}

/// What [`stored`] reads, from a table or index `p`.
pub(super) const SELECT: &str = concat!(
    "SELECT p.seq, p.terminal, p.protocol, p.training, p.request, p.state, p.outcome, p.reference, p.decision, p.at,
            p.seal,
            (SELECT v.seq FROM payments v
              WHERE v.of_seq = p.seq AND v.operation = 'void' AND v.state IN ",
    approved_states!(),
    " LIMIT 1) FROM payments p "
);

/// The same without what was done about it since, for reading a great many.
pub(super) const SELECT_ALONE: &str =
    "SELECT p.seq, p.terminal, p.protocol, p.training, p.request, p.state, p.outcome, p.reference,
            p.decision, p.at, p.seal, NULL FROM payments p";

/// The fields as the table has them, before anything is believed.
struct Stored {
    seq: i64,
    terminal: String,
    protocol: String,
    training: bool,
    request: String,
    state: String,
    outcome: Option<String>,
    reference: Option<String>,
    decision: Option<String>,
    at: String,
}

impl PaymentRow {
    /// Reads what [`SELECT`] selects. A row that does not fit its seal is damaged, and is not read.
    pub fn read(row: &Row) -> Result<Self, JournalError> {
        let stored = stored(row)?;
        let seal: Vec<u8> = row.get(10)?;
        if seal != stored.seal() {
            return Err(JournalError::damaged(format!("payment {} does not fit its seal", stored.seq)));
        }
        Ok(PaymentRow {
            seq: stored.seq,
            terminal: stored.terminal,
            protocol: stored.protocol,
            training: stored.training,
            request: from_json(&stored.request)?,
            standing: Standing {
                state: from_word(stored.state)?,
                outcome: stored.outcome.as_deref().map(from_json).transpose()?,
                reference: stored.reference.as_deref().map(from_json).transpose()?,
                decision: stored.decision.as_deref().map(from_json).transpose()?,
            },
            at: stored.at,
            voided_by: row.get(11)?,
        })
    }

    pub fn load(connection: &Connection, seq: i64) -> Result<Option<Self>, JournalError> {
        let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE p.seq = ?1"))?;
        let mut rows = statement.query([seq])?;
        rows.next()?.map(PaymentRow::read).transpose()
    }

    pub fn into_record(self, till: &str) -> Result<PaymentRecord, JournalError> {
        Ok(PaymentRecord {
            id: PaymentId::new(till, self.seq),
            terminal: self.terminal,
            protocol: self.protocol,
            training: self.training,
            request: self.request,
            state: self.standing.state,
            outcome: self.standing.outcome,
            reference: self.standing.reference,
            at: timestamp(&self.at)?,
            decision: self.standing.decision,
            voided_by: self.voided_by.map(|seq| PaymentId::new(till, seq)),
        })
    }

    /// Writes the standing, with a new seal; what has ended can be searched for from then on.
    pub fn update(&self, connection: &Connection) -> Result<(), JournalError> {
        let stored = self.to_stored()?;
        connection
            .prepare_cached(
                "UPDATE payments SET state = ?2, outcome = ?3, reference = ?4, decision = ?5, seal = ?6 WHERE seq = ?1",
            )?
            .execute(params![
                stored.seq,
                stored.state,
                stored.outcome,
                stored.reference,
                stored.decision,
                stored.seal()
            ])?;
        if self.standing.state.is_final() { search_index::add(connection, self) } else { Ok(()) }
    }

    fn insert(&self, connection: &Connection, till: &str) -> Result<(), JournalError> {
        let stored = self.to_stored()?;
        let of = self.request.of.as_ref().and_then(|original| number_in(till, &original.payment));
        connection
            .prepare_cached(
                "INSERT INTO payments (seq, terminal, protocol, training, operation, of_seq, state, request,
                                       at, seal)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                stored.seq,
                stored.terminal,
                stored.protocol,
                stored.training,
                self.request.operation.word(),
                of,
                stored.state,
                stored.request,
                stored.at,
                stored.seal()
            ])?;
        Ok(())
    }

    fn to_stored(&self) -> Result<Stored, JournalError> {
        Ok(Stored {
            seq: self.seq,
            terminal: self.terminal.clone(),
            protocol: self.protocol.clone(),
            training: self.training,
            request: to_json(&self.request)?,
            state: word(self.standing.state)?,
            outcome: self.standing.outcome.as_ref().map(to_json).transpose()?,
            reference: self.standing.reference.as_ref().map(to_json).transpose()?,
            decision: self.standing.decision.as_ref().map(to_json).transpose()?,
            at: self.at.clone(),
        })
    }
}

/// Whether there is such a payment.
pub(super) fn exists(connection: &Connection, seq: i64) -> Result<bool, JournalError> {
    Ok(connection.prepare_cached("SELECT 1 FROM payments WHERE seq = ?1")?.exists([seq])?)
}

/// Adds a payment that nothing has happened to yet.
pub(super) fn insert(connection: &Connection, till: &str, new: &NewPayment) -> Result<PaymentRow, JournalError> {
    let row = PaymentRow {
        seq: next_number(connection)?,
        terminal: new.terminal.clone(),
        protocol: new.protocol.clone(),
        training: new.training,
        request: new.request.clone(),
        standing: Standing::new(),
        at: new.at.to_string(),
        voided_by: None,
    };
    row.insert(connection, till)?;
    Ok(row)
}

/// The oldest payment on that terminal that has not ended.
pub(super) fn occupant(connection: &Connection, terminal: &str) -> Result<Option<i64>, JournalError> {
    const OPEN: &str = concat!(
        "SELECT seq FROM payments INDEXED BY payments_open WHERE terminal = ?1 AND state IN ",
        open_states!(),
        " ORDER BY seq LIMIT 1"
    );
    Ok(connection.prepare_cached(OPEN)?.query_row([terminal], |row| row.get(0)).optional()?)
}

/// Reads the newest payments past every index, and asks for those that are open by the index: one that is in doubt
/// must not be forgotten because of a damaged index. Cheap however long the journal is.
pub(super) fn check_recent(connection: &Connection) -> Result<(), JournalError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY p.seq DESC LIMIT {RECENT}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let row = PaymentRow::read(row)?;
        if !row.standing.state.is_final() && occupant(connection, &row.terminal)?.is_none() {
            return Err(JournalError::damaged(format!("payment {} has not ended, and is not listed so", row.seq)));
        }
    }
    Ok(())
}

/// The number a payment has in this till's journal: from `K7M2-42`, or from `42`. Letters in either case, and the
/// letters that are no part of the alphabet read as the digits they look like.
pub(super) fn number_in(till: &str, id: &PaymentId) -> Option<i64> {
    let text = id.as_str().trim();
    let digits = match text.split_once('-') {
        None => text,
        Some((prefix, digits)) if same_till(prefix, till) => digits,
        Some(_) => return None,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn same_till(typed: &str, till: &str) -> bool {
    let read = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().map(read).eq(till.chars())
}

/// Never a number that was used before, even if the newest rows were lost by force.
pub fn next_number(connection: &Connection) -> Result<i64, JournalError> {
    let used: Option<i64> = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'payments'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0) + 1)
}

fn stored(row: &Row) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get(0)?,
        terminal: row.get(1)?,
        protocol: row.get(2)?,
        training: row.get(3)?,
        request: row.get(4)?,
        state: row.get(5)?,
        outcome: row.get(6)?,
        reference: row.get(7)?,
        decision: row.get(8)?,
        at: row.get(9)?,
    })
}

impl Stored {
    /// A checksum over the row. Half a SHA-256 is plenty against damage; tampering is for the chain to notice.
    fn seal(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        digest.update(self.seq.to_le_bytes());
        digest.update([u8::from(self.training)]);
        for field in [&self.terminal, &self.protocol, &self.request, &self.state, &self.at] {
            seal_field(&mut digest, Some(field));
        }
        for field in [&self.outcome, &self.reference, &self.decision] {
            seal_field(&mut digest, field.as_ref());
        }
        digest.finalize()[..16].to_vec()
    }
}

fn seal_field(digest: &mut Sha256, field: Option<&String>) {
    digest.update(field.map_or(u64::MAX, |field| field.len() as u64).to_le_bytes());
    digest.update(field.map_or("", String::as_str));
}

pub(super) fn timestamp(text: &str) -> Result<jiff::Timestamp, JournalError> {
    text.parse().map_err(|_| JournalError::damaged(format!("“{text}” is no time")))
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| JournalError::Unfit { detail: error.to_string() })
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|error| JournalError::damaged(error.to_string()))
}

/// The word a state or event is written as.
pub(super) fn word(value: impl Serialize) -> Result<String, JournalError> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(JournalError::Unfit { detail: "a value without a word".to_owned() }),
    }
}

pub(super) fn from_word<T: DeserializeOwned>(word: String) -> Result<T, JournalError> {
    serde_json::from_value(Value::String(word)).map_err(|error| JournalError::damaged(error.to_string()))
}
