//! Reading the journal: the history, one payment, what belongs to it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde_json::Value;

use crate::domain::{Clue, Ending, Operation, PaymentId, PaymentRecord, Receipt};

use super::chain::{self, StoredLink, class};
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, SELECT, from_json, number_in, timestamp};
use super::schema::{approved_states, open_states};
use super::search;
use super::search_rebuild;
use super::stretch::Stretch;

/// Which payments the history shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// At most so many.
    pub limit: usize,
    /// Only payments older than this one: the last of the page before.
    pub before: Option<PaymentId>,
    /// Only payments newer than this one, those next to it: the first of the page after.
    pub after: Option<PaymentId>,
    /// Only payments that fit at least one of these; none: all of them.
    pub search: Vec<Clue>,
    /// Only payments on this terminal.
    pub terminal: Option<String>,
    pub operation: Option<Operation>,
    pub ending: Option<Ending>,
    /// Only training, or only real money.
    pub training: Option<bool>,
    /// Only payments that began at or after this time; to the second.
    pub since: Option<Timestamp>,
    /// Only payments that began before this time; to the second.
    pub until: Option<Timestamp>,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        HistoryQuery {
            limit: 100,
            before: None,
            after: None,
            search: Vec::new(),
            terminal: None,
            operation: None,
            ending: None,
            training: None,
            since: None,
            until: None,
        }
    }
}

impl HistoryQuery {
    /// Whether every payment fits.
    fn takes_all(&self) -> bool {
        let nothing = HistoryQuery { limit: self.limit, before: None, after: None, ..HistoryQuery::default() };
        let pageless = HistoryQuery { before: None, after: None, ..self.clone() };
        pageless == nothing
    }
}

/// One event of a payment, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEvent {
    /// Its place in the chain.
    pub number: i64,
    /// `recorded`, a lifecycle event, `reference`, `receipt`, the kind of a note, or the word of an operator's event.
    pub kind: String,
    pub body: Value,
    /// It contradicted what was known, and changed nothing.
    pub forbidden: bool,
    /// Whose doing it was, where somebody was signed in or named.
    pub operator: Option<String>,
    pub at: jiff::Timestamp,
}

/// A raw protocol message, scrubbed of secrets and card data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    pub terminal: String,
    pub channel: String,
    /// From the till to the terminal.
    pub sent: bool,
    pub body: String,
    pub at: jiff::Timestamp,
}

impl Journal {
    /// Every payment that has not ended, oldest first; of one terminal, or of all.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of them cannot be believed.
    pub fn open_payments(&self, terminal: Option<&str>) -> Result<Vec<PaymentRecord>, JournalError> {
        const WHERE: &str = concat!(
            "INDEXED BY payments_open WHERE (?1 IS NULL OR p.terminal = ?1) AND p.state IN ",
            open_states!(),
            " ORDER BY p.seq"
        );
        self.records(WHERE, params![terminal])
    }

    /// One payment, by `K7M2-42` or by the bare `42`.
    ///
    /// # Errors
    /// The disk's; `Damaged` when it cannot be believed.
    pub fn payment(&self, id: &PaymentId) -> Result<Option<PaymentRecord>, JournalError> {
        let Some(seq) = number_in(&self.till, id) else { return Ok(None) };
        PaymentRow::load(&self.connection, seq)?.map(|row| row.into_record(&self.till)).transpose()
    }

    /// Every payment about this one (voids, captures, tip adjustments, refunds), ended or not, oldest first.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of them cannot be believed.
    pub fn payments_about(&self, id: &PaymentId) -> Result<Vec<PaymentRecord>, JournalError> {
        let Some(seq) = number_in(&self.till, id) else { return Ok(Vec::new()) };
        self.records("INDEXED BY payments_about WHERE p.of_seq = ?1 ORDER BY p.seq", params![seq])
    }

    /// A page of the history, newest first. Found by indexes alone, however many payments there are and however few fit.
    ///
    /// # Errors
    /// `Unknown` when `before` or `after` is no number of this journal; otherwise the disk's.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<PaymentRecord>, JournalError> {
        let stretch = self.stretch(query)?;
        let snapshot = self.snapshot()?;
        let mut page = if query.takes_all() {
            self.page(stretch)?
        } else {
            let found = search::search(&snapshot, &self.till, query, stretch)?;
            found.into_iter().map(|seq| self.found(&snapshot, seq)).collect::<Result<_, _>>()?
        };
        if stretch.oldest_first {
            page.reverse();
        }
        Ok(page)
    }

    fn stretch(&self, query: &HistoryQuery) -> Result<Stretch, JournalError> {
        let number = |id: &Option<PaymentId>, otherwise: i64| match id {
            None => Ok(otherwise),
            Some(id) => number_in(&self.till, id).ok_or_else(|| JournalError::Unknown(id.clone())),
        };
        Ok(Stretch {
            after: number(&query.after, 0)?,
            before: number(&query.before, i64::MAX)?,
            oldest_first: query.after.is_some() && query.before.is_none(),
            limit: i64::try_from(query.limit).unwrap_or(i64::MAX),
        })
    }

    fn page(&self, stretch: Stretch) -> Result<Vec<PaymentRecord>, JournalError> {
        const NEWEST: &str = "WHERE p.seq > ?1 AND p.seq < ?2 ORDER BY p.seq DESC LIMIT ?3";
        const OLDEST: &str = "WHERE p.seq > ?1 AND p.seq < ?2 ORDER BY p.seq LIMIT ?3";
        let clauses = if stretch.oldest_first { OLDEST } else { NEWEST };
        self.records(clauses, params![stretch.after, stretch.before, stretch.limit])
    }

    fn found(&self, connection: &Connection, seq: i64) -> Result<PaymentRecord, JournalError> {
        let row = PaymentRow::load(connection, seq)?;
        row.ok_or_else(|| JournalError::damaged(format!("payment {seq} is gone")))?.into_record(&self.till)
    }

    /// Makes the index of the history again from the payments. Nothing but searching depends on it.
    ///
    /// # Errors
    /// The disk's; the index is then as it was.
    pub fn rebuild_search(&mut self) -> Result<(), JournalError> {
        self.write(|writing| search_rebuild::rebuild(writing.connection, &mut |_| ()))
    }

    /// The newest payment on that terminal that was approved, or decided as paid; voids and refunds too, so that "the
    /// last one only" can be told from it.
    ///
    /// # Errors
    /// The disk's.
    pub fn last_approved(&self, terminal: &str) -> Result<Option<PaymentRecord>, JournalError> {
        const WHERE: &str = concat!(
            "INDEXED BY payments_approved WHERE p.terminal = ?1 AND p.state IN ",
            approved_states!(),
            " ORDER BY p.seq DESC LIMIT 1"
        );
        Ok(self.records(WHERE, params![terminal])?.pop())
    }

    /// The receipts of a payment, in the order they came.
    ///
    /// # Errors
    /// `Unknown`; otherwise the disk's.
    pub fn receipts(&self, id: &PaymentId) -> Result<Vec<Receipt>, JournalError> {
        let links = self.links(id)?;
        links.iter().filter(|link| link.class == class::RECEIPT).map(|link| from_json(&link.body)).collect()
    }

    /// Everything that happened to a payment, in the order it was written.
    ///
    /// # Errors
    /// `Unknown`; otherwise the disk's.
    pub fn events(&self, id: &PaymentId) -> Result<Vec<JournalEvent>, JournalError> {
        self.links(id)?.into_iter().map(event).collect()
    }

    /// The scrubbed raw messages of a payment, in the order they were written.
    ///
    /// # Errors
    /// `Unknown`; otherwise the disk's.
    pub fn messages(&self, id: &PaymentId) -> Result<Vec<RawMessage>, JournalError> {
        self.newest_messages(id, usize::MAX)
    }

    /// The newest of them, at most so many, in the order they were written.
    ///
    /// # Errors
    /// `Unknown`; otherwise the disk's.
    pub fn newest_messages(&self, id: &PaymentId, limit: usize) -> Result<Vec<RawMessage>, JournalError> {
        let seq = self.number_of(id)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT terminal, channel, sent, body, at FROM messages WHERE payment = ?1 ORDER BY number DESC LIMIT ?2",
        )?;
        let mut rows = statement.query(params![seq, i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut messages = Vec::new();
        while let Some(row) = rows.next()? {
            let at: String = row.get(4)?;
            messages.push(RawMessage {
                terminal: row.get(0)?,
                channel: row.get(1)?,
                sent: row.get(2)?,
                body: row.get(3)?,
                at: timestamp(&at)?,
            });
        }
        messages.reverse();
        Ok(messages)
    }

    /// What the driver of that terminal asked to be remembered.
    ///
    /// # Errors
    /// The disk's.
    pub fn memory(&self, terminal: &str) -> Result<Option<Value>, JournalError> {
        let text: Option<String> = self
            .connection
            .prepare_cached("SELECT memory FROM memories WHERE terminal = ?1")?
            .query_row([terminal], |row| row.get(0))
            .optional()?;
        text.as_deref().map(from_json).transpose()
    }

    /// Reads payments; `clauses` is our own text, never anybody's input.
    pub(super) fn records(&self, clauses: &str, values: &[&dyn ToSql]) -> Result<Vec<PaymentRecord>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} {clauses}"))?;
        let mut rows = statement.query(values)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(PaymentRow::read(row)?.into_record(&self.till)?);
        }
        Ok(records)
    }

    /// The events of a payment, each checked against the one before it in the chain.
    fn links(&self, id: &PaymentId) -> Result<Vec<StoredLink>, JournalError> {
        let seq = self.number_of(id)?;
        let snapshot = self.snapshot()?;
        let links = chain::links_of(&snapshot, seq)?;
        for link in &links {
            link.check(&chain::hash_of(&snapshot, link.number - 1)?)?;
        }
        Ok(links)
    }

    fn number_of(&self, id: &PaymentId) -> Result<i64, JournalError> {
        let found = self.payment(id)?;
        found.and_then(|record| number_in(&self.till, &record.id)).ok_or_else(|| JournalError::Unknown(id.clone()))
    }
}

fn event(link: StoredLink) -> Result<JournalEvent, JournalError> {
    let body: Value = from_json(&link.body)?;
    let forbidden = link.class == class::LIFE && body.get("forbidden") == Some(&Value::Bool(true));
    let (number, kind, operator, at) = (link.number, link.kind, link.operator, timestamp(&link.at)?);
    Ok(JournalEvent { number, kind, body, forbidden, operator, at })
}
