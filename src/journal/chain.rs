//! The chain of hashes over the events: each row's hash covers the row and the hash of the row before, so that an
//! edited, inserted or removed row shows. It is no signature: who rewrites every row after it, and the head, and the
//! payments, is not noticed.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::error::JournalError;

pub(super) type Hash = [u8; 32];

/// How many of the newest rows are looked at when the journal is opened.
const RECENT: i64 = 64;

/// What kind of event a row is; kept apart from `kind`, which is the protocol's or program's own word.
pub(super) mod class {
    /// Moves the payment through its lifecycle (or tries to).
    pub const LIFE: &str = "life";
    pub const REFERENCE: &str = "reference";
    pub const RECEIPT: &str = "receipt";
    pub const NOTE: &str = "note";
    /// Something happened to a bill. `terminal` is then the bill's name.
    pub const BILL: &str = "bill";
    /// An operator signed in, or something about one. `terminal` is then the operator's name.
    pub const OPERATOR: &str = "operator";
}

/// An event about to be appended.
pub(super) struct Link<'a> {
    /// The payment's number; `None` for what concerns the terminal only.
    pub payment: Option<i64>,
    pub terminal: &'a str,
    pub class: &'a str,
    pub kind: &'a str,
    /// JSON.
    pub body: &'a str,
    /// RFC 3339.
    pub at: &'a str,
    /// Whose doing it is, where somebody is known.
    pub operator: Option<&'a str>,
}

/// An event as it is stored.
pub(super) struct StoredLink {
    pub number: i64,
    pub payment: Option<i64>,
    pub terminal: String,
    pub class: String,
    pub kind: String,
    pub body: String,
    pub at: String,
    pub operator: Option<String>,
    hash: Vec<u8>,
}

/// The columns [`StoredLink::from_row`] reads.
pub(super) const COLUMNS: &str = "number, payment, terminal, class, kind, body, at, hash, operator";

impl StoredLink {
    pub fn from_row(row: &Row) -> rusqlite::Result<Self> {
        Ok(StoredLink {
            number: row.get(0)?,
            payment: row.get(1)?,
            terminal: row.get(2)?,
            class: row.get(3)?,
            kind: row.get(4)?,
            body: row.get(5)?,
            at: row.get(6)?,
            hash: row.get(7)?,
            operator: row.get(8)?,
        })
    }

    /// Refuses a row whose hash does not follow from the row before.
    pub fn check(&self, before: &[u8]) -> Result<(), JournalError> {
        let link = Link {
            payment: self.payment,
            terminal: &self.terminal,
            class: &self.class,
            kind: &self.kind,
            body: &self.body,
            at: &self.at,
            operator: self.operator.as_deref(),
        };
        if hash(before, self.number, &link).as_slice() == self.hash.as_slice() {
            Ok(())
        } else {
            Err(misfit(self.number))
        }
    }
}

/// Appends an event. The caller holds the write lock, so that nobody comes between reading the head and moving it.
pub(super) fn append(connection: &Connection, link: &Link) -> Result<i64, JournalError> {
    let (last, before) = head(connection)?;
    let number = last + 1;
    let hash = hash(&before, number, link);
    connection
        .prepare_cached(
            "INSERT INTO events (number, payment, terminal, class, kind, body, at, hash, operator)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            number,
            link.payment,
            link.terminal,
            link.class,
            link.kind,
            link.body,
            link.at,
            hash,
            link.operator
        ])?;
    connection.prepare_cached("UPDATE chain_head SET number = ?1, hash = ?2")?.execute(params![number, hash])?;
    Ok(number)
}

/// The number and hash of the newest row.
pub(super) fn head(connection: &Connection) -> Result<(i64, Vec<u8>), JournalError> {
    Ok(connection
        .prepare_cached("SELECT number, hash FROM chain_head WHERE id = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The hash of a row by its number; zeros before the first.
pub(super) fn hash_of(connection: &Connection, number: i64) -> Result<Vec<u8>, JournalError> {
    if number == 0 {
        return Ok(Hash::default().to_vec());
    }
    connection
        .prepare_cached("SELECT hash FROM events WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?
        .ok_or_else(|| misfit(number))
}

/// Looks at the newest rows only: cheap however long the journal is.
pub(super) fn check_recent(connection: &Connection) -> Result<(), JournalError> {
    let (last, _) = head(connection)?;
    match walk(connection, (last - RECENT).max(0))?.misfit {
        None => Ok(()),
        Some(number) => Err(misfit(number)),
    }
}

/// What a walk along the chain saw.
pub(super) struct Walk {
    /// How many rows fit.
    pub rows: i64,
    /// The first row that does not fit.
    pub misfit: Option<i64>,
}

/// Checks every row after `start` and compares the end with the head. The caller holds a snapshot.
pub(super) fn walk(connection: &Connection, start: i64) -> Result<Walk, JournalError> {
    let mut before = hash_of(connection, start)?;
    let mut number = start;
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE number > ?1 ORDER BY number"))?;
    let mut rows = statement.query([start])?;
    while let Some(row) = rows.next()? {
        let link = StoredLink::from_row(row)?;
        if link.number != number + 1 || link.check(&before).is_err() {
            return Ok(Walk { rows: number - start, misfit: Some(number + 1) });
        }
        number = link.number;
        before = link.hash;
    }
    let (last, hash) = head(connection)?;
    let misfit = (last != number || hash != before).then_some(number + 1);
    Ok(Walk { rows: number - start, misfit })
}

/// The error that names a row.
pub(super) fn misfit(number: i64) -> JournalError {
    JournalError::damaged(format!("event {number} does not fit the chain"))
}

fn hash(before: &[u8], number: i64, link: &Link) -> Hash {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(number.to_le_bytes());
    digest.update(link.payment.unwrap_or(0).to_le_bytes());
    // Events of nobody in particular have the hash they had before there were operators.
    for field in [link.terminal, link.class, link.kind, link.body, link.at].into_iter().chain(link.operator) {
        // The length first: no two different rows read the same.
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    digest.finalize().into()
}

/// The events of one payment, oldest first, not checked yet.
pub(super) fn links_of(connection: &Connection, payment: i64) -> Result<Vec<StoredLink>, JournalError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE payment = ?1 ORDER BY number"))?;
    let links = statement.query_map([payment], StoredLink::from_row)?.collect::<Result<_, _>>()?;
    Ok(links)
}
