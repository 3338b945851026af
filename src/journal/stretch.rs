//! Where in the journal a search looks: between two payments, and between two times.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::JournalError;
use super::search_index::SECONDS_A_DAY;

/// Where in the journal is looked: between two numbers, neither of them included, and from the newest or from the oldest on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub after: i64,
    pub before: i64,
    pub oldest_first: bool,
    pub limit: i64,
}

/// A time from which and until which payments began; to the second.
pub(super) type Times = (Option<Timestamp>, Option<Timestamp>);

const SPAN: &str = "SELECT min(first), max(last) FROM payment_days WHERE day BETWEEN ?1 AND ?2";

impl Stretch {
    /// The stretch, cut to the days; `None` where nothing ended on any of them. A clock that went back widens it, no more.
    pub fn between(self, connection: &Connection, (since, until): Times) -> Result<Option<Stretch>, JournalError> {
        if since.is_none() && until.is_none() {
            return Ok(Some(self));
        }
        let day = |time: Timestamp| time.as_second().div_euclid(SECONDS_A_DAY);
        let (from, to) = (since.map_or(i64::MIN, day), until.map_or(i64::MAX, day));
        let mut statement = connection.prepare_cached(SPAN)?;
        let (first, last): (Option<i64>, Option<i64>) =
            statement.query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(first.zip(last).map(|(first, last)| Stretch {
            after: self.after.max(first.saturating_sub(1)),
            before: self.before.min(last.saturating_add(1)),
            ..self
        }))
    }

    /// As SQL.
    pub fn direction(self) -> &'static str {
        if self.oldest_first { "ASC" } else { "DESC" }
    }
}

/// The times as the journal writes them, to the second. Where one is missing, what is before or after everything.
pub(super) fn as_written((since, until): Times) -> (String, String) {
    let written = |time: Timestamp| time.to_string().chars().take(19).collect::<String>();
    (since.map_or(String::new(), written), until.map_or("~".to_owned(), written))
}

/// The stretch has whole days of UTC; the hours at its ends are looked at.
pub(super) fn dated((since, until): Times, seq: &str, [from, to]: [&str; 2]) -> String {
    if since.is_none() && until.is_none() {
        return String::new();
    }
    format!(
        "AND EXISTS (SELECT 1 FROM payments p WHERE p.seq = {seq} AND substr(p.at, 1, 19) >= {from}
                     AND substr(p.at, 1, 19) < {to})"
    )
}

#[cfg(test)]
mod tests {
    use super::super::journal::Journal;
    use super::super::query_plan::plan;
    use super::*;

    #[test]
    fn the_numbers_of_a_span_of_days_are_found_by_the_days() {
        let journal = Journal::open_in_memory().expect("a journal");
        let plan = plan(&journal, SPAN);
        assert!(plan.contains("INTEGER PRIMARY KEY (rowid>? AND rowid<?)") && !plan.contains("SCAN"), "{plan}");
    }
}
