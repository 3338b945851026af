//! Searching the history by its index: as many short walks as there are ways to understand what was typed and classes that the
//! filters let through, and their newest hits put together. No search reads payments from end to end.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::domain::{Clue, Ending, PaymentId};

use super::error::JournalError;
use super::history::HistoryQuery;
use super::row::{PaymentRow, SELECT, number_in, timestamp};
use super::schema::open_states;
use super::search_index::{self, Facts, Kind, SECONDS_A_DAY, class_word, has_parts};

/// Brands that a text may be a part of.
const BRANDS_AT_MOST: i64 = 64;

/// Where in the journal is looked: between two numbers, neither of them included, and from the newest or from the oldest on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub after: i64,
    pub before: i64,
    pub oldest_first: bool,
    pub limit: i64,
}

/// A time from which and until which payments began; to the second.
type Times = (Option<Timestamp>, Option<Timestamp>);

struct Search<'a> {
    connection: &'a Connection,
    till: &'a str,
    query: &'a HistoryQuery,
    stretch: Stretch,
    classes: Vec<Class>,
    /// The filters let some classes through, and others not.
    narrow: bool,
    found: Vec<i64>,
}

struct Class {
    number: i64,
    terminal: String,
    ending: String,
}

/// The numbers of the payments that fit, in the stretch's order, at most as many as it says.
pub(super) fn search(
    connection: &Connection,
    till: &str,
    query: &HistoryQuery,
    stretch: Stretch,
) -> Result<Vec<i64>, JournalError> {
    if !search_index::is_whole(connection)? {
        return Err(JournalError::damaged("the index of the history; it is made again when the program starts"));
    }
    let (classes, narrow) = classes(connection, query)?;
    let mut search = Search { connection, till, query, stretch, classes, narrow, found: Vec::new() };
    search.look_at_open()?;
    if query.search.is_empty() {
        search.walk_all(Kind::Any, "", search.times())?;
    }
    for clue in &query.search {
        search.follow(clue)?;
    }
    let mut found = search.found;
    found.sort_unstable();
    found.dedup();
    if !stretch.oldest_first {
        found.reverse();
    }
    found.truncate(usize::try_from(stretch.limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The classes the filters let through, and whether there are others.
fn classes(connection: &Connection, query: &HistoryQuery) -> Result<(Vec<Class>, bool), JournalError> {
    let mut statement =
        connection.prepare_cached("SELECT class, terminal, operation, ending, training FROM payment_classes")?;
    let mut rows = statement.query([])?;
    let (mut classes, mut narrow) = (Vec::new(), false);
    while let Some(row) = rows.next()? {
        let (terminal, operation, ending): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let training: bool = row.get(4)?;
        let fits = query.terminal.as_ref().is_none_or(|wanted| *wanted == terminal)
            && query.operation.is_none_or(|wanted| wanted.word() == operation)
            && query.ending.is_none_or(|wanted| wanted.word() == ending)
            && query.training.is_none_or(|wanted| wanted == training);
        if fits {
            classes.push(Class { number: row.get(0)?, terminal, ending });
        }
        narrow |= !fits;
    }
    Ok((classes, narrow))
}

impl Search<'_> {
    fn times(&self) -> Times {
        (self.query.since, self.query.until)
    }

    fn follow(&mut self, clue: &Clue) -> Result<(), JournalError> {
        match clue {
            Clue::Amount(amount) => self.walk_all(Kind::Amount, amount, self.times()),
            Clue::Card(last4) => self.walk_all(Kind::Card, last4, self.times()),
            Clue::Payment(id) => self.look_up(id),
            Clue::Day { from, until } => {
                let since = self.query.since.map_or(*from, |since| since.max(*from));
                let until = self.query.until.map_or(*until, |end| end.min(*until));
                self.walk_all(Kind::Any, "", (Some(since), Some(until)))
            }
            Clue::Text(text) => self.look_for_text(text),
        }
    }

    /// The name of a terminal and the word of a verdict belong to classes, the brand to a few words.
    fn look_for_text(&mut self, text: &str) -> Result<(), JournalError> {
        let named = |class: &Class| class.ending == *text || class.terminal.to_lowercase().contains(text);
        let named: Vec<i64> = self.classes.iter().filter(|class| named(class)).map(|class| class.number).collect();
        for class in named {
            self.walk(Kind::Any, "", class, self.times())?;
        }
        if is_till(self.till, text) {
            self.walk_all(Kind::Any, "", self.times())?;
        }
        if !has_parts(text) {
            return self.walk_all(Kind::Short, text, self.times());
        }
        for brand in brands(self.connection, text)? {
            self.walk_all(Kind::Brand, &brand, self.times())?;
        }
        self.look_for_parts(text)
    }

    fn walk_all(&mut self, kind: Kind, term: &str, times: Times) -> Result<(), JournalError> {
        let classes: Vec<i64> = self.classes.iter().map(|class| class.number).collect();
        classes.into_iter().try_for_each(|class| self.walk(kind, term, class, times))
    }

    fn walk(&mut self, kind: Kind, term: &str, class: i64, times: Times) -> Result<(), JournalError> {
        let Some(Stretch { after, before, limit, .. }) = self.between(times)? else { return Ok(()) };
        let sql = format!(
            "SELECT i.seq FROM payment_index i WHERE i.kind = ?1 AND i.term = ?2 AND i.class = ?3 AND i.seq > ?4 AND i.seq < ?5
             {} ORDER BY i.seq {} LIMIT ?6",
            dated(times, "i.seq", ["?7", "?8"]),
            self.direction()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
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
    fn look_for_parts(&mut self, text: &str) -> Result<(), JournalError> {
        let Some(Stretch { after, before, limit, .. }) = self.between(self.times())? else { return Ok(()) };
        if self.classes.is_empty() {
            return Ok(());
        }
        let mut wanted = format!("words : {}", quoted(text));
        if self.narrow {
            let classes: Vec<String> = self.classes.iter().map(|class| quoted(&class_word(class.number))).collect();
            wanted = format!("{wanted} AND class : ({})", classes.join(" OR "));
        }
        let sql = format!(
            "SELECT rowid FROM payment_words WHERE payment_words MATCH ?1 AND rowid > ?2 AND rowid < ?3 {}
             ORDER BY rowid {} LIMIT ?4",
            dated(self.times(), "payment_words.rowid", ["?5", "?6"]),
            self.direction()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
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

    fn look_up(&mut self, id: &PaymentId) -> Result<(), JournalError> {
        let Some(seq) = number_in(self.till, id) else { return Ok(()) };
        if let Some(row) = PaymentRow::load(self.connection, seq)?
            && self.lets_through(&row)?
        {
            self.found.push(seq);
        }
        Ok(())
    }

    /// Payments that have not ended are in no index, and there is one to a terminal.
    fn look_at_open(&mut self) -> Result<(), JournalError> {
        const OPEN: &str = concat!("INDEXED BY payments_open WHERE p.state IN ", open_states!(), " ORDER BY p.seq");
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} {OPEN}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let row = PaymentRow::read(row)?;
            if self.lets_through(&row)? && self.is_meant(&row)? {
                self.found.push(row.seq);
            }
        }
        Ok(())
    }

    /// Whether a payment lies in the stretch and passes the filters.
    fn lets_through(&self, row: &PaymentRow) -> Result<bool, JournalError> {
        let query = self.query;
        let at = timestamp(&row.at)?;
        Ok(row.seq > self.stretch.after
            && row.seq < self.stretch.before
            && query.terminal.as_ref().is_none_or(|wanted| *wanted == row.terminal)
            && query.operation.is_none_or(|wanted| wanted == row.request.operation)
            && query.ending.is_none_or(|wanted| wanted == Ending::from(row.standing.state))
            && query.training.is_none_or(|wanted| wanted == row.training)
            && query.since.is_none_or(|since| at >= since)
            && query.until.is_none_or(|until| at < until))
    }

    fn is_meant(&self, row: &PaymentRow) -> Result<bool, JournalError> {
        let (facts, at) = (Facts::of(row), timestamp(&row.at)?);
        let has = |kind, term: &str| facts.terms.iter().any(|(other, word)| *other == kind && word == term);
        let is = |clue: &Clue| match clue {
            Clue::Amount(amount) => has(Kind::Amount, amount),
            Clue::Card(last4) => has(Kind::Card, last4),
            Clue::Payment(id) => number_in(self.till, id) == Some(row.seq),
            Clue::Day { from, until } => at >= *from && at < *until,
            Clue::Text(text) => {
                let brand = |(kind, word): &(Kind, String)| *kind == Kind::Brand && word.contains(text.as_str());
                Ending::from(row.standing.state).word() == *text
                    || row.terminal.to_lowercase().contains(text)
                    || is_till(self.till, text)
                    || has(Kind::Short, text)
                    || (has_parts(text) && (facts.words.contains(text) || facts.terms.iter().any(brand)))
            }
        };
        Ok(self.query.search.is_empty() || self.query.search.iter().any(is))
    }

    /// The stretch, cut to the days; `None` where nothing ended on any of them. A clock that went back widens it, no more.
    fn between(&self, (since, until): Times) -> Result<Option<Stretch>, JournalError> {
        if since.is_none() && until.is_none() {
            return Ok(Some(self.stretch));
        }
        let day = |time: Timestamp| time.as_second().div_euclid(SECONDS_A_DAY);
        let (from, to) = (since.map_or(i64::MIN, day), until.map_or(i64::MAX, day));
        let mut statement = self
            .connection
            .prepare_cached("SELECT min(first), max(last) FROM payment_days WHERE day BETWEEN ?1 AND ?2")?;
        let (first, last): (Option<i64>, Option<i64>) =
            statement.query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(first.zip(last).map(|(first, last)| Stretch {
            after: self.stretch.after.max(first.saturating_sub(1)),
            before: self.stretch.before.min(last.saturating_add(1)),
            ..self.stretch
        }))
    }

    fn direction(&self) -> &'static str {
        if self.stretch.oldest_first { "ASC" } else { "DESC" }
    }
}

/// The till's own four characters alone: every payment's number begins with them.
fn is_till(till: &str, text: &str) -> bool {
    text.trim_end_matches('-').eq_ignore_ascii_case(till)
}

/// The times as the journal writes them, to the second. Where one is missing, what is before or after everything.
fn as_written((since, until): Times) -> (String, String) {
    let written = |time: Timestamp| time.to_string().chars().take(19).collect::<String>();
    (since.map_or(String::new(), written), until.map_or("~".to_owned(), written))
}

/// The stretch has whole days of UTC; the hours at its ends are looked at.
fn dated((since, until): Times, seq: &str, [from, to]: [&str; 2]) -> String {
    if since.is_none() && until.is_none() {
        return String::new();
    }
    format!(
        "AND EXISTS (SELECT 1 FROM payments p WHERE p.seq = {seq} AND substr(p.at, 1, 19) >= {from}
                     AND substr(p.at, 1, 19) < {to})"
    )
}

/// The brands with this text in them; each is looked up by the one before it.
fn brands(connection: &Connection, text: &str) -> Result<Vec<String>, JournalError> {
    const BRANDS: &str = "WITH RECURSIVE brand (term) AS (
            SELECT min(term) FROM payment_index WHERE kind = ?1
            UNION ALL
            SELECT (SELECT min(i.term) FROM payment_index i WHERE i.kind = ?1 AND i.term > brand.term)
            FROM brand WHERE brand.term IS NOT NULL LIMIT 4096)
        SELECT term FROM brand WHERE instr(term, ?2) > 0 LIMIT ?3";
    let mut statement = connection.prepare_cached(BRANDS)?;
    let found = statement.query_map(params![Kind::Brand as i64, text, BRANDS_AT_MOST], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::journal::Journal;

    #[test]
    fn every_walk_is_along_the_index_and_needs_no_sorting() {
        let journal = Journal::open_in_memory().unwrap();
        for (sql, wanted) in [
            (
                "SELECT i.seq FROM payment_index i WHERE i.kind = 1 AND i.term = 'a' AND i.class = 1 AND i.seq > 1 AND i.seq < 9
                 ORDER BY i.seq DESC LIMIT 5",
                "PRIMARY KEY (kind=? AND term=? AND class=? AND seq>? AND seq<?)",
            ),
            ("SELECT min(term) FROM payment_index WHERE kind = 3 AND term > 'a'", "PRIMARY KEY (kind=? AND term>?)"),
            ("SELECT min(first), max(last) FROM payment_days WHERE day BETWEEN 1 AND 2", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ] {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(wanted) && !plan.contains("TEMP") && !plan.contains("SCAN"), "{plan}");
        }
    }
}
