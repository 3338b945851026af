//! Searching the history by its index: as many short walks as there are ways to understand what was typed and classes that the
//! filters let through, and their newest hits put together. No search reads payments from end to end.

use rusqlite::Connection;

use crate::domain::{Clue, PaymentId};

use super::error::JournalError;
use super::history::HistoryQuery;
use super::row::{PaymentRow, number_in};
use super::search_index::{self, Kind, has_parts};
use super::search_walks::brands;
use super::stretch::{Stretch, Times};

pub(super) struct Search<'a> {
    pub connection: &'a Connection,
    pub till: &'a str,
    pub query: &'a HistoryQuery,
    pub stretch: Stretch,
    pub classes: Vec<Class>,
    /// The filters let some classes through, and others not.
    pub narrow: bool,
    pub found: Vec<i64>,
}

pub(super) struct Class {
    pub number: i64,
    pub terminal: String,
    pub ending: String,
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
    pub(super) fn times(&self) -> Times {
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

    fn look_up(&mut self, id: &PaymentId) -> Result<(), JournalError> {
        let Some(seq) = number_in(self.till, id) else { return Ok(()) };
        if let Some(row) = PaymentRow::load(self.connection, seq)?
            && self.lets_through(&row)?
        {
            self.found.push(seq);
        }
        Ok(())
    }
}

/// The till's own four characters alone: every payment's number begins with them.
pub(super) fn is_till(till: &str, text: &str) -> bool {
    text.trim_end_matches('-').eq_ignore_ascii_case(till)
}
