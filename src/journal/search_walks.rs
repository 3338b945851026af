//! The walks of a search: along the index of words, one for each class, and through the index of parts.

use rusqlite::{Connection, params};

use super::error::JournalError;
use super::search::Search;
use super::search_index::{Kind, class_word};
use super::stretch::{Stretch, Times, as_written, dated};

/// Brands that a text may be a part of.
const BRANDS_AT_MOST: i64 = 64;

impl Search<'_> {
    pub(super) fn walk_all(&mut self, kind: Kind, term: &str, times: Times) -> Result<(), JournalError> {
        let classes: Vec<i64> = self.classes.iter().map(|class| class.number).collect();
        classes.into_iter().try_for_each(|class| self.walk(kind, term, class, times))
    }

    pub(super) fn walk(&mut self, kind: Kind, term: &str, class: i64, times: Times) -> Result<(), JournalError> {
        let Some(Stretch { after, before, limit, .. }) = self.stretch.between(self.connection, times)? else {
            return Ok(());
        };
        let mut statement = self.connection.prepare_cached(&walk(times, self.stretch))?;
        let (since, until) = as_written(times);
        let found = match times {
            (None, None) => {
                let values = params![kind as i64, term, class, after, before, limit];
                statement.query_map(values, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
            }
            _ => {
                let values = params![kind as i64, term, class, after, before, limit, since, until];
                statement.query_map(values, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
            }
        };
        self.found.extend(found);
        Ok(())
    }

    /// In the index of all parts of three characters, of which the text's own are looked for in a row.
    pub(super) fn look_for_parts(&mut self, text: &str) -> Result<(), JournalError> {
        let Some(Stretch { after, before, limit, .. }) = self.stretch.between(self.connection, self.times())? else {
            return Ok(());
        };
        if self.classes.is_empty() {
            return Ok(());
        }
        let mut wanted = format!("words : {}", quoted(text));
        if self.narrow {
            let classes: Vec<String> = self.classes.iter().map(|class| quoted(&class_word(class.number))).collect();
            wanted = format!("{wanted} AND class : ({})", classes.join(" OR "));
        }
        let mut statement = self.connection.prepare_cached(&walk_of_parts(self.times(), self.stretch))?;
        let (since, until) = as_written(self.times());
        let found = match self.times() {
            (None, None) => {
                let values = params![wanted, after, before, limit];
                statement.query_map(values, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
            }
            _ => {
                let values = params![wanted, after, before, limit, since, until];
                statement.query_map(values, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?
            }
        };
        self.found.extend(found);
        Ok(())
    }
}

/// Along the numbers of one word of one class, as SQL.
fn walk(times: Times, stretch: Stretch) -> String {
    format!(
        "SELECT i.seq FROM payment_index i WHERE i.kind = ?1 AND i.term = ?2 AND i.class = ?3 AND i.seq > ?4 AND i.seq < ?5
         {} ORDER BY i.seq {} LIMIT ?6",
        dated(times, "i.seq", ["?7", "?8"]),
        stretch.direction()
    )
}

/// Along the numbers of what has the wanted parts, as SQL.
fn walk_of_parts(times: Times, stretch: Stretch) -> String {
    format!(
        "SELECT rowid FROM payment_words WHERE payment_words MATCH ?1 AND rowid > ?2 AND rowid < ?3 {}
         ORDER BY rowid {} LIMIT ?4",
        dated(times, "payment_words.rowid", ["?5", "?6"]),
        stretch.direction()
    )
}

const BRANDS: &str = "WITH RECURSIVE brand (term) AS (
        SELECT min(term) FROM payment_index WHERE kind = ?1
        UNION ALL
        SELECT (SELECT min(i.term) FROM payment_index i WHERE i.kind = ?1 AND i.term > brand.term)
        FROM brand WHERE brand.term IS NOT NULL LIMIT 4096)
    SELECT term FROM brand WHERE instr(term, ?2) > 0 LIMIT ?3";

/// The brands with this text in them; each is looked up by the one before it.
pub(super) fn brands(connection: &Connection, text: &str) -> Result<Vec<String>, JournalError> {
    let mut statement = connection.prepare_cached(BRANDS)?;
    let found = statement.query_map(params![Kind::Brand as i64, text, BRANDS_AT_MOST], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::journal::Journal;
    use super::super::query_plan::plan;
    use super::*;

    fn stretches() -> [Stretch; 2] {
        [true, false].map(|oldest_first| Stretch { after: 0, before: i64::MAX, oldest_first, limit: 100 })
    }

    fn times() -> [Times; 2] {
        let since = Timestamp::UNIX_EPOCH;
        [(None, None), (Some(since), Some(since + jiff::SignedDuration::from_hours(7 * 24)))]
    }

    #[test]
    fn every_walk_is_along_the_index_in_either_direction_and_needs_no_sorting() {
        let journal = Journal::open_in_memory().expect("a journal");
        for (stretch, times) in stretches().into_iter().flat_map(|stretch| times().map(|times| (stretch, times))) {
            let along = plan(&journal, &walk(times, stretch));
            assert!(along.contains("PRIMARY KEY (kind=? AND term=? AND class=? AND seq>? AND seq<?)"), "{along}");
            let parts = plan(&journal, &walk_of_parts(times, stretch));
            // SQLite calls every walk of such a table a scan; this one is by the words (`M`) and between two numbers.
            assert!(parts.contains("SCAN payment_words VIRTUAL TABLE INDEX") && parts.contains(":M2><"), "{parts}");
            for plan in [&along, &parts] {
                assert!(!plan.contains("TEMP"), "{plan}");
                let looks_at_days = plan.contains("SEARCH p ") && plan.contains("INTEGER PRIMARY KEY (rowid=?)");
                assert_eq!(looks_at_days, times.0.is_some(), "{plan}");
            }
        }
    }

    #[test]
    fn brands_are_found_one_by_the_other() {
        let journal = Journal::open_in_memory().expect("a journal");
        let plan = plan(&journal, BRANDS);
        assert!(plan.contains("PRIMARY KEY (kind=? AND term>?)") && !plan.contains("SCAN i"), "{plan}");
    }
}
