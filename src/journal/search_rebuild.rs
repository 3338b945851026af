//! The index of the history made again from the payments: for a journal of an older format, and where it is damaged. Each payment
//! is read once, and its words are written in the order of their table, so that a million payments take seconds.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Statement, params};

use crate::domain::Ending;

use super::error::JournalError;
use super::row::{PaymentRow, SELECT_ALONE, timestamp};
use super::schema::pragma;
use super::search_index::{Facts, SECONDS_A_DAY, TABLES, class_of, insert_words};
use super::upgrading::{TOLD_EVERY, Upgrading};

/// Payments whose words are in memory before they are written: some tens of megabytes.
const AT_A_TIME: u64 = 500_000;
/// Of the file, in memory meanwhile.
const CACHE_KIB: i64 = 64 * 1024;

/// Makes the index, inside a transaction somebody else holds. What it cannot read of the payments is left out.
pub(super) fn rebuild(connection: &Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    let before = pragma(connection, "cache_size")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let made = make(connection, tell);
    connection.pragma_update(None, "cache_size", before)?;
    made
}

fn make(connection: &Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    connection.execute_batch(TABLES)?;
    let mut making = Making::begin(connection)?;
    let of = connection.query_row("SELECT count(*) FROM payments", [], |row| row.get::<_, i64>(0))?;
    let of = u64::try_from(of).unwrap_or_default();
    let mut statement = connection.prepare(&format!("{SELECT_ALONE} ORDER BY p.seq"))?;
    let mut rows = statement.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        match PaymentRow::read(row) {
            Ok(row) if row.standing.state.is_final() => making.add(&row)?,
            // A damaged row is found out where it is read.
            Ok(_) | Err(JournalError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
        done += 1;
        if done % AT_A_TIME == 0 {
            making.write_terms()?;
        }
        if done % TOLD_EVERY == 0 {
            tell(Upgrading { done, of });
        }
    }
    making.write_terms()?;
    making.write_days()?;
    connection.execute_batch("INSERT OR REPLACE INTO meta (key, value) VALUES ('search', 'whole');")?;
    Ok(())
}

/// A word of a kind, and the class of the payments that have it: what the rows of the index begin with.
type Term = (i64, String, i64);

struct Making<'a> {
    connection: &'a Connection,
    term: Statement<'a>,
    classes: HashMap<(String, &'static str, &'static str, bool), i64>,
    /// The numbers of the payments that have it, in their order; not written yet.
    terms: HashMap<Term, Vec<i64>>,
    days: BTreeMap<i64, (i64, i64)>,
}

impl<'a> Making<'a> {
    fn begin(connection: &'a Connection) -> Result<Making<'a>, JournalError> {
        const TERM: &str = "INSERT OR IGNORE INTO payment_index (kind, term, class, seq) VALUES (?1, ?2, ?3, ?4)";
        let term = connection.prepare(TERM)?;
        Ok(Making { connection, term, classes: HashMap::new(), terms: HashMap::new(), days: BTreeMap::new() })
    }

    fn add(&mut self, row: &PaymentRow) -> Result<(), JournalError> {
        let Ok(at) = timestamp(&row.at) else { return Ok(()) };
        let class = self.class(row)?;
        let facts = Facts::of(row);
        for (kind, term) in facts.terms {
            self.terms.entry((kind as i64, term, class)).or_default().push(row.seq);
        }
        insert_words(self.connection, row.seq, &facts.words, class)?;
        let span = self.days.entry(at.as_second().div_euclid(SECONDS_A_DAY)).or_insert((row.seq, row.seq));
        *span = (span.0.min(row.seq), span.1.max(row.seq));
        Ok(())
    }

    fn class(&mut self, row: &PaymentRow) -> Result<i64, JournalError> {
        let ending = Ending::from(row.standing.state).word();
        let key = (row.terminal.clone(), row.request.operation.word(), ending, row.training);
        if let Some(class) = self.classes.get(&key) {
            return Ok(*class);
        }
        let class = class_of(self.connection, row)?;
        self.classes.insert(key, class);
        Ok(class)
    }

    /// In the order of the table, which is then written from its beginning to its end.
    fn write_terms(&mut self) -> Result<(), JournalError> {
        let mut terms: Vec<(Term, Vec<i64>)> = self.terms.drain().collect();
        terms.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for ((kind, term, class), numbers) in &terms {
            for number in numbers {
                self.term.execute(params![kind, term, class, number])?;
            }
        }
        Ok(())
    }

    fn write_days(&self) -> Result<(), JournalError> {
        let mut day = self.connection.prepare("INSERT INTO payment_days (day, first, last) VALUES (?1, ?2, ?3)")?;
        for (number, (first, last)) in &self.days {
            day.execute(params![number, first, last])?;
        }
        Ok(())
    }
}
