//! What payments are found by, apart from the payments: tables of short words, written in the transaction that ends a payment.
//!
//! What is final never changes, so that nothing in here is ever changed either; the few payments that have not ended are looked
//! at themselves. Nothing depends on these tables but searching: they can be made again from the payments, and are, where they
//! are damaged or of an older form.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::Ending;
use crate::domain::clue::{fold, plain_amount};

use super::error::JournalError;
use super::row::{PaymentRow, timestamp};
use super::search_rebuild::rebuild;
use super::upgrading::Upgrading;

/// A class is what filters ask for: terminal, operation, ending, training. Every row of the index begins with a word and a
/// class, so that any search is a walk along some stretches of it, newest first, however rare the hits are. `payment_words` has
/// all parts of longer references and codes; its second column is the class as three characters, of which that index is made.
pub(super) const TABLES: &str = "
DROP TABLE IF EXISTS payment_words;
DROP TABLE IF EXISTS payment_index;
DROP TABLE IF EXISTS payment_classes;
DROP TABLE IF EXISTS payment_days;
CREATE TABLE payment_classes (
    class     INTEGER PRIMARY KEY,
    terminal  TEXT NOT NULL,
    operation TEXT NOT NULL,
    ending    TEXT NOT NULL,
    training  INTEGER NOT NULL,
    UNIQUE (terminal, operation, ending, training)
);
CREATE TABLE payment_index (
    kind  INTEGER NOT NULL,
    term  TEXT NOT NULL,
    class INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (kind, term, class, seq)
) WITHOUT ROWID;
-- Between which numbers the payments of a day (of UTC, counted from 1970) lie.
CREATE TABLE payment_days (
    day   INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
);
CREATE VIRTUAL TABLE payment_words USING fts5 (
    words, class, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);";

/// Parts of a word are indexed from this length on; a shorter word is found as a whole.
pub(super) const PART_AT_LEAST: usize = 3;
/// Three digits of base 36; so many kinds of payments no shop has.
const CLASSES_AT_MOST: i64 = 36 * 36 * 36;

/// What a word of the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Kind {
    /// Every payment, under the empty word.
    Any = 0,
    Amount = 1,
    Card = 2,
    Brand = 3,
    /// A whole reference or code that is too short to have parts.
    Short = 4,
}

/// What a payment is found by.
pub(super) struct Facts {
    pub terms: Vec<(Kind, String)>,
    /// References and codes, one a line.
    pub words: String,
}

impl Facts {
    pub fn of(row: &PaymentRow) -> Facts {
        let outcome = row.standing.outcome.as_ref();
        let mut terms = vec![(Kind::Any, String::new())];
        if row.request.operation.has_amount() {
            let taken = outcome.and_then(|outcome| outcome.taken).map(|taken| taken.total);
            let amounts = [Some(row.request.amount), taken].into_iter().flatten();
            terms.extend(amounts.map(|money| (Kind::Amount, plain_amount(&money.to_decimal()))));
        }
        if let Some(card) = outcome.and_then(|outcome| outcome.card.as_ref()) {
            terms.push((Kind::Card, card.last4.clone()));
            terms.push((Kind::Brand, fold(&card.brand)));
        }
        let origin = row.request.origin.as_ref().map(|origin| &origin.reference);
        let codes = outcome.map(|outcome| [outcome.auth_code.as_ref(), outcome.terminal_reference.as_ref()]);
        let words = [row.request.reference.as_ref(), origin].into_iter().chain(codes.into_iter().flatten());
        let words: Vec<String> = words.flatten().map(|word| fold(word)).collect();
        let (long, short): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| has_parts(word));
        terms.extend(short.into_iter().map(|word| (Kind::Short, word)));
        terms.retain(|(kind, term)| *kind == Kind::Any || !term.is_empty());
        terms.dedup();
        Facts { terms, words: long.join("\n") }
    }
}

pub(super) fn has_parts(word: &str) -> bool {
    word.chars().nth(PART_AT_LEAST - 1).is_some()
}

/// The class as the index of parts has it.
pub(super) fn class_word(class: i64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let digit = |place: i64| char::from(DIGITS[(class / place).rem_euclid(36) as usize]);
    [digit(36 * 36), digit(36), digit(1)].iter().collect()
}

/// Marks the index as one that is to be made again, as SQL.
macro_rules! mark_stale {
    () => {
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('search', 'stale');"
    };
}
pub(super) use mark_stale;

/// Whether the index holds everything that has ended.
pub(super) fn is_whole(connection: &Connection) -> Result<bool, JournalError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = 'search'")?;
    let value: Option<String> = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(value.as_deref() == Some("whole"))
}

/// Adds a payment that has ended. A damaged index keeps no payment from being written: it is made again at the next start.
pub(super) fn add(connection: &Connection, row: &PaymentRow) -> Result<(), JournalError> {
    apart(connection, || insert(connection, row))
}

/// Makes an index that is stale again, where that is possible: payments are taken all the same where it is not.
pub(super) fn refresh(connection: &Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    if is_whole(connection)? { Ok(()) } else { apart(connection, || rebuild(connection, tell)) }
}

/// Does something about the index, or leaves it as it is and marks it as stale. Only the disk's own trouble ends the
/// transaction.
fn apart(connection: &Connection, work: impl FnOnce() -> Result<(), JournalError>) -> Result<(), JournalError> {
    connection.execute_batch("SAVEPOINT search")?;
    match work() {
        Ok(()) => connection.execute_batch("RELEASE search")?,
        Err(error @ (JournalError::Damaged { .. } | JournalError::Sqlite { .. })) => {
            tracing::warn!(%error, "the index of the history is damaged");
            connection.execute_batch("ROLLBACK TO search; RELEASE search;")?;
            connection.execute_batch(mark_stale!())?;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn insert(connection: &Connection, row: &PaymentRow) -> Result<(), JournalError> {
    let class = class_of(connection, row)?;
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO payment_index (kind, term, class, seq) VALUES (?1, ?2, ?3, ?4)")?;
    let facts = Facts::of(row);
    for (place, (kind, term)) in facts.terms.iter().enumerate() {
        let added = statement.execute(params![*kind as i64, term, class, row.seq])?;
        // The first is there for every payment: this one was added before.
        if place == 0 && added == 0 {
            return Ok(());
        }
    }
    insert_words(connection, row.seq, &facts.words, class)?;
    let day = timestamp(&row.at)?.as_second().div_euclid(SECONDS_A_DAY);
    connection
        .prepare_cached(
            "INSERT INTO payment_days (day, first, last) VALUES (?1, ?2, ?2)
             ON CONFLICT (day) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
        )?
        .execute(params![day, row.seq])?;
    Ok(())
}

pub(super) fn insert_words(connection: &Connection, seq: i64, words: &str, class: i64) -> Result<(), JournalError> {
    if !words.is_empty() {
        connection
            .prepare_cached("INSERT INTO payment_words (rowid, words, class) VALUES (?1, ?2, ?3)")?
            .execute(params![seq, words, class_word(class)])?;
    }
    Ok(())
}

pub(super) const SECONDS_A_DAY: i64 = 86_400;

/// The number of the payment's class; a new one where there is none.
pub(super) fn class_of(connection: &Connection, row: &PaymentRow) -> Result<i64, JournalError> {
    let ending = Ending::from(row.standing.state).word();
    let values = params![row.terminal, row.request.operation.word(), ending, row.training];
    let found = connection
        .prepare_cached(
            "SELECT class FROM payment_classes WHERE terminal = ?1 AND operation = ?2 AND ending = ?3 AND training = ?4",
        )?
        .query_row(values, |row| row.get(0))
        .optional()?;
    if let Some(class) = found {
        return Ok(class);
    }
    connection
        .prepare_cached("INSERT INTO payment_classes (terminal, operation, ending, training) VALUES (?1, ?2, ?3, ?4)")?
        .execute(values)?;
    let class = connection.last_insert_rowid();
    if class < CLASSES_AT_MOST { Ok(class) } else { Err(JournalError::damaged("there are too many kinds of payments")) }
}
