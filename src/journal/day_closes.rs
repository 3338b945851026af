//! The closes of the shop's days: each an event of the chain, written in one transaction with everything it adds up.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use crate::domain::card::mask_card_numbers;
use crate::domain::day_close::{Held, has_ended};
use crate::domain::movement::Movement;
use crate::domain::{DayClose, DayEnd, DayReport, DayVerdict, Difference, Money, OpenDay, TerminalAnswer, TerminalDay};

use super::apply::Writing;
use super::chain::{self, COLUMNS, StoredLink};
use super::days::{self, Span};
use super::error::JournalError;
use super::journal::Journal;
use super::row::from_json;

/// Nobody's terminal in particular.
const WHOLE_SHOP: &str = "";
const KIND: &str = "shop-day-closed";
/// Payments that are looked through for one terminal's day; a terminal that has more of them is not compared.
const LOOKED_THROUGH: usize = 20_000;

/// The kind stands in the text and is no value: the partial index needs that.
const CLOSES: &str = "FROM events INDEXED BY events_shop_days WHERE class = 'note' AND kind = 'shop-day-closed'";

/// What terminals told of their days, newest first.
const ENDS: &str = "FROM events INDEXED BY events_day_ends WHERE kind = 'day-end' AND terminal = ?1 AND number < ?2
    ORDER BY number DESC";

impl Journal {
    /// Closes the shop's day: its totals, what the terminals said, and where they differ, all written at once.
    ///
    /// # Errors
    /// `EmptyDay` when nothing has happened since the day before was closed; otherwise as [`Journal::day_totals`].
    pub fn close_shop_day(
        &mut self,
        by: Option<&str>,
        answers: Vec<TerminalAnswer>,
        at: Timestamp,
    ) -> Result<DayClose, JournalError> {
        let operator = self.operator.clone().or_else(|| by.map(str::to_owned));
        self.write_as(operator.as_deref(), |writing| {
            let OpenDay { number, totals, .. } = days::open_day(writing.connection, writing.till)?;
            if totals.is_empty() {
                return Err(JournalError::EmptyDay);
            }
            let terminals = answers.into_iter().map(|answer| writing.compared(answer)).collect::<Result<_, _>>()?;
            let by = by.map(str::trim).filter(|by| !by.is_empty()).map(mask_card_numbers);
            let close = DayClose { number, at, by, totals, terminals };
            writing.note(WHOLE_SHOP, None, KIND, &json!(close), at)?;
            Ok(close)
        })
    }

    /// The newest closes, newest first.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of them does not fit the chain.
    pub fn day_closes(&self, limit: usize) -> Result<Vec<DayClose>, JournalError> {
        let snapshot = self.snapshot()?;
        let sql = format!("SELECT {COLUMNS} {CLOSES} ORDER BY number DESC LIMIT ?1");
        let mut statement = snapshot.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let links: Vec<StoredLink> = statement.query_map([limit], StoredLink::from_row)?.collect::<Result<_, _>>()?;
        links.iter().map(|link| read(&snapshot, link)).collect()
    }

    /// The day with this number.
    ///
    /// # Errors
    /// As [`Journal::day_closes`].
    pub fn day_close(&self, number: i64) -> Result<Option<DayClose>, JournalError> {
        let Some(before) = number.checked_sub(1).filter(|before| *before >= 0) else { return Ok(None) };
        let snapshot = self.snapshot()?;
        let sql = format!("SELECT {COLUMNS} {CLOSES} ORDER BY number LIMIT 1 OFFSET ?1");
        let mut statement = snapshot.prepare_cached(&sql)?;
        let link = statement.query_row([before], StoredLink::from_row).optional()?;
        let close = link.map(|link| read(&snapshot, &link)).transpose()?;
        match close {
            Some(close) if close.number != number => Err(JournalError::damaged(format!("day {number} is missing"))),
            close => Ok(close),
        }
    }
}

/// The last close, and its place in the chain.
pub(super) fn newest(connection: &Connection) -> Result<Option<(i64, DayClose)>, JournalError> {
    let sql = format!("SELECT {COLUMNS} {CLOSES} ORDER BY number DESC LIMIT 1");
    let link = connection.prepare_cached(&sql)?.query_row([], StoredLink::from_row).optional()?;
    link.map(|link| Ok((link.number, read(connection, &link)?))).transpose()
}

fn read(connection: &Connection, link: &StoredLink) -> Result<DayClose, JournalError> {
    link.check(&chain::hash_of(connection, link.number - 1)?)?;
    from_json(&link.body)
}

impl Writing<'_> {
    fn compared(&self, answer: TerminalAnswer) -> Result<TerminalDay, JournalError> {
        let span = self.day_of(&answer)?;
        let held = self.held(&answer.terminal, span)?;
        Ok(TerminalDay { difference: Difference::between(&answer.end, held.as_deref()), answer })
    }

    /// What the terminal's own day was, in the chain: from its last end up to the one it has told just now.
    fn day_of(&self, answer: &TerminalAnswer) -> Result<Span, JournalError> {
        let mut until = chain::head(self.connection)?.0;
        let mut last = self.end_before(&answer.terminal, i64::MAX)?;
        if let Some((number, end)) = &last
            && has_ended(answer.end.verdict)
            && is_the_same(end, &answer.end)
        {
            until = *number;
            last = self.end_before(&answer.terminal, until)?;
        }
        Ok(Span { after: last.map_or(0, |(number, _)| number), until })
    }

    /// The newest end of a terminal's day before an event.
    fn end_before(&self, terminal: &str, number: i64) -> Result<Option<(i64, DayEnd)>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} {ENDS}"))?;
        let mut rows = statement.query(params![terminal, number])?;
        while let Some(row) = rows.next()? {
            let link = StoredLink::from_row(row)?;
            link.check(&chain::hash_of(self.connection, link.number - 1)?)?;
            let end: DayEnd = from_json(&link.body)?;
            if begins_anew(&end) {
                return Ok(Some((link.number, end)));
            }
        }
        Ok(None)
    }

    /// What the journal has of a terminal in a span, by currency; `None` where there is too much to look through.
    fn held(&self, terminal: &str, span: Span) -> Result<Option<Vec<Held>>, JournalError> {
        let at_most = i64::try_from(LOOKED_THROUGH).unwrap_or(i64::MAX).saturating_add(1);
        let mut sums: Vec<Held> = Vec::new();
        for (place, ended) in days::takings(self.connection, self.till, span, Some(terminal), at_most)?.enumerate() {
            if place >= LOOKED_THROUGH {
                return Ok(None);
            }
            if let Some(movement) = ended?.movement() {
                add(&mut sums, &movement);
            }
        }
        Ok(Some(sums))
    }
}

fn add(sums: &mut Vec<Held>, movement: &Movement) {
    let currency = movement.currency;
    let place = sums.iter().position(|held| held.net.currency() == currency).unwrap_or_else(|| {
        sums.push(Held { net: Money::zero(currency), standing: 0 });
        sums.len() - 1
    });
    let held = &mut sums[place];
    held.net = Money::new(held.net.minor().saturating_add(movement.takings.net_minor()), currency);
    held.standing = held.standing.saturating_add(movement.standing);
}

/// A Z report has begun the terminal's totals anew too.
fn begins_anew(end: &DayEnd) -> bool {
    match end.report {
        DayReport::EndOfDay => has_ended(end.verdict),
        DayReport::Z => end.verdict == DayVerdict::Reported,
        DayReport::X | DayReport::Banking => false,
    }
}

/// Texts may have been masked on their way to the disk.
fn is_the_same(kept: &DayEnd, told: &DayEnd) -> bool {
    kept.verdict == told.verdict
        && kept.report == told.report
        && kept.total == told.total
        && kept.transactions == told.transactions
        && kept.batch == told.batch
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn closes_and_the_ends_of_terminals_days_are_found_by_their_indexes() {
        let journal = Journal::open_in_memory().unwrap();
        for (sql, index) in [
            (format!("SELECT {COLUMNS} {CLOSES} ORDER BY number DESC LIMIT 1"), "events_shop_days"),
            (format!("SELECT {COLUMNS} {ENDS}"), "events_day_ends"),
        ] {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let nothing = vec![""; statement.parameter_count()];
            let lines =
                statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
            let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(index) && !plan.contains("TEMP"), "{plan}");
        }
    }
}
