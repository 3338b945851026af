//! The shop's days: which payments and bills belong to which, and what they add up to.
//!
//! A payment belongs to the day in which its end stands in the chain of events, by the event's number and never by a clock. So
//! no payment is in two days or in none, whatever was in doubt when a day was closed. Only the events of the day are read, by
//! their own index.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::domain::bill::BillId;
use crate::domain::movement::Ended;
use crate::domain::{BillChange, DayTotals, Money, OpenDay, Operation, PaymentRecord};

use super::bill_events;
use super::chain::{self, COLUMNS, StoredLink};
use super::day_closes;
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, from_json, number_in};
use super::schema::{open_states, taking_kinds};
use super::standing::LifeBody;

const TAKINGS: &str = concat!(
    "FROM events INDEXED BY events_takings WHERE class = 'life' AND kind IN ",
    taking_kinds!(),
    " AND number > ?1 AND number <= ?2 AND (?3 IS NULL OR terminal = ?3) ORDER BY number LIMIT ?4"
);

const CLOSINGS: &str = "FROM events INDEXED BY events_closings WHERE class = 'bill' AND kind IN ('closed', 'reopened')
    AND number > ?1 AND number <= ?2 ORDER BY number";

/// All that could be the end of one payment, oldest first.
const ENDS: &str = concat!(
    "SELECT number, body FROM events INDEXED BY events_payment WHERE payment = ?1 AND class = 'life' AND kind IN ",
    taking_kinds!(),
    " ORDER BY number"
);

const OPEN: &str = concat!("INDEXED BY payments_open WHERE p.state IN ", open_states!(), " ORDER BY p.seq");

/// A part of the chain: the events after `after`, up to and with `until`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub after: i64,
    pub until: i64,
}

impl Journal {
    /// What the shop's day adds up to so far.
    ///
    /// # Errors
    /// The disk's; `Damaged` when a part of it cannot be believed.
    pub fn day_totals(&self) -> Result<OpenDay, JournalError> {
        open_day(&*self.snapshot()?, &self.till)
    }
}

/// The day since the last close, whole.
pub(super) fn open_day(connection: &Connection, till: &str) -> Result<OpenDay, JournalError> {
    let last = day_closes::newest(connection)?;
    let (number, since): (i64, Option<Timestamp>) = match &last {
        Some((_, close)) => (close.number + 1, Some(close.at)),
        None => (1, None),
    };
    let after = match last {
        Some((place, _)) => place,
        None => first_day_begins(connection)?,
    };
    let span = Span { after, until: chain::head(connection)?.0 };
    let mut totals = DayTotals::default();
    for ended in takings(connection, till, span, None, i64::MAX)? {
        totals.count(&ended?);
    }
    count_bills(connection, span, &mut totals)?;
    count_doubts(connection, till, &mut totals)?;
    Ok(OpenDay { number, since, totals })
}

/// The payments that ended with money in a span, oldest first, at most so many; of one terminal, or of all.
pub(super) fn takings<'a>(
    connection: &'a Connection,
    till: &'a str,
    span: Span,
    terminal: Option<&str>,
    at_most: i64,
) -> Result<impl Iterator<Item = Result<Ended, JournalError>> + use<'a>, JournalError> {
    let mut statement = connection.prepare_cached(&format!("SELECT number {TAKINGS}"))?;
    let numbers = statement.query_map(params![span.after, span.until, terminal, at_most], |row| row.get(0))?;
    let numbers: Vec<i64> = numbers.collect::<Result<_, _>>()?;
    let ended = numbers.into_iter().map(move |number| ended(connection, till, number));
    Ok(ended.filter_map(Result::transpose))
}

/// The payment that ended with this event; `None` where the event only repeats, or contradicts, an earlier end.
fn ended(connection: &Connection, till: &str, number: i64) -> Result<Option<Ended>, JournalError> {
    let Some(seq) = checked(connection, number)?.payment else { return Ok(None) };
    if end_of(connection, seq)? != Some(number) {
        return Ok(None);
    }
    let payment = load(connection, till, seq)?;
    let original = payment.request.of.as_ref().and_then(|of| number_in(till, &of.payment));
    let (original, tipped) = match original {
        Some(seq) => (Some(load(connection, till, seq)?), tipped_before(connection, till, seq, number)?),
        None => (None, None),
    };
    Ok(Some(Ended { payment, original, tipped }))
}

/// The event by which a payment ended with money: the first of its kind that did not contradict what was known.
fn end_of(connection: &Connection, seq: i64) -> Result<Option<i64>, JournalError> {
    let mut statement = connection.prepare_cached(ENDS)?;
    let mut rows = statement.query([seq])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        if !from_json::<LifeBody>(&body)?.forbidden {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// The total that the last tip adjustment before an event has made of a payment's.
fn tipped_before(connection: &Connection, till: &str, seq: i64, number: i64) -> Result<Option<Money>, JournalError> {
    const TIPS: &str = "SELECT seq FROM payments INDEXED BY payments_about WHERE of_seq = ?1 AND operation = ?2";
    let mut statement = connection.prepare_cached(TIPS)?;
    let tips = statement.query_map(params![seq, Operation::Tip.word()], |row| row.get(0))?;
    let tips: Vec<i64> = tips.collect::<Result<_, _>>()?;
    let mut newest: Option<(i64, Money)> = None;
    for tip in tips {
        let Some(end) = end_of(connection, tip)?.filter(|end| *end < number) else { continue };
        let taken = load(connection, till, tip)?.outcome.and_then(|outcome| outcome.taken);
        if let Some(taken) = taken.filter(|_| newest.is_none_or(|(newest, _)| newest < end)) {
            newest = Some((end, taken.total));
        }
    }
    Ok(newest.map(|(_, total)| total))
}

fn count_bills(connection: &Connection, span: Span, totals: &mut DayTotals) -> Result<(), JournalError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} {CLOSINGS}"))?;
    let links = statement.query_map(params![span.after, span.until], StoredLink::from_row)?;
    let links: Vec<StoredLink> = links.collect::<Result<_, _>>()?;
    for link in links {
        link.check(&chain::hash_of(connection, link.number - 1)?)?;
        let id: BillId = link.terminal.parse().unwrap_or_else(|never| match never {});
        let bill = bill_events::as_opened(connection, &id)?;
        match from_json(&link.body)? {
            _ if bill.training => {}
            BillChange::Closed { closing } => totals.bill_closed(bill.currency, &closing),
            BillChange::Reopened { closing } => totals.bill_reopened(bill.currency, &closing),
            _ => return Err(chain::misfit(link.number)),
        }
    }
    Ok(())
}

fn count_doubts(connection: &Connection, till: &str, totals: &mut DayTotals) -> Result<(), JournalError> {
    let mut statement = connection.prepare_cached(&format!("{} {OPEN}", super::row::SELECT))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        totals.doubt(&PaymentRow::read(row)?.into_record(till)?);
    }
    Ok(())
}

/// An event by its number, held against the one before it.
fn checked(connection: &Connection, number: i64) -> Result<StoredLink, JournalError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events WHERE number = ?1"))?;
    let link = statement.query_row([number], StoredLink::from_row)?;
    link.check(&chain::hash_of(connection, number - 1)?)?;
    Ok(link)
}

fn load(connection: &Connection, till: &str, seq: i64) -> Result<PaymentRecord, JournalError> {
    let row = PaymentRow::load(connection, seq)?;
    row.ok_or_else(|| JournalError::damaged(format!("payment {seq} is gone")))?.into_record(till)
}

/// After this event: what an older program wrote is in no day.
fn first_day_begins(connection: &Connection) -> Result<i64, JournalError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = 'days_after'")?;
    let number: String = statement.query_row([], |row| row.get(0))?;
    number.parse().map_err(|_| JournalError::damaged("nobody knows where the first day begins"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_by_its_indexes_and_needs_no_sorting() {
        let journal = Journal::open_in_memory().unwrap();
        for (sql, index) in [
            (format!("SELECT number {TAKINGS}"), "events_takings (number>? AND number<?)"),
            (format!("SELECT {COLUMNS} {CLOSINGS}"), "events_closings (number>? AND number<?)"),
            (ENDS.to_owned(), "events_payment (payment=?)"),
            (format!("{} {OPEN}", super::super::row::SELECT), "payments_open"),
        ] {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let nothing = vec![""; statement.parameter_count()];
            let lines =
                statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
            let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(index), "{plan}");
            assert!(index == "payments_open" || !plan.contains("TEMP"), "{plan}");
        }
    }
}
