//! What terminals told of their days: every day end the journal was told of is kept, with its lines and figures.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::DayEnd;

use super::chain::{self, COLUMNS, StoredLink};
use super::error::JournalError;
use super::journal::Journal;
use super::row::{from_json, timestamp};

/// One report as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDayEnd {
    /// The terminal's name in the settings.
    pub terminal: String,
    pub at: Timestamp,
    pub end: DayEnd,
}

/// The newest ones, by their own index. The kind stands in the text and is no value: the partial index needs that.
const NEWEST: &str = "FROM events INDEXED BY events_day_ends
    WHERE kind = 'day-end' AND (?1 IS NULL OR terminal = ?1) ORDER BY number DESC LIMIT ?2";

impl Journal {
    /// The newest day ends, newest first; of one terminal, or of all.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of them does not fit the chain.
    pub fn day_ends(&self, terminal: Option<&str>, limit: usize) -> Result<Vec<KeptDayEnd>, JournalError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let snapshot = self.snapshot()?;
        let mut statement = snapshot.prepare_cached(&format!("SELECT {COLUMNS} {NEWEST}"))?;
        let links: Vec<StoredLink> =
            statement.query_map(params![terminal, limit], StoredLink::from_row)?.collect::<Result<_, _>>()?;
        links
            .into_iter()
            .map(|link| {
                link.check(&chain::hash_of(&snapshot, link.number - 1)?)?;
                Ok(KeptDayEnd { end: from_json(&link.body)?, at: timestamp(&link.at)?, terminal: link.terminal })
            })
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn day_ends_are_found_by_their_index_and_need_no_sorting() {
        let journal = Journal::open_in_memory().unwrap();
        let sql = format!("EXPLAIN QUERY PLAN SELECT {COLUMNS} {NEWEST}");
        let mut statement = journal.connection.prepare(&sql).unwrap();
        let lines = statement.query_map(params![None::<&str>, 20], |row| row.get::<_, String>(3)).unwrap();
        let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
        assert!(plan.contains("events_day_ends") && !plan.contains("TEMP"), "{plan}");
    }
}
