//! Reading the journal: the history, one payment, what belongs to it.

use rusqlite::{OptionalExtension, ToSql, params};
use serde_json::Value;

use crate::domain::{PaymentId, PaymentRecord, Receipt};

use super::chain::{self, StoredLink, class};
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, SELECT, from_json, number_in, timestamp};
use super::schema::{approved_states, open_states};

/// Which payments the history shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// At most so many.
    pub limit: usize,
    /// Only payments older than this one: the last of the page before.
    pub before: Option<PaymentId>,
    /// Only payments with this text in their number, reference, terminal, card, brand, amount, codes or verdict.
    pub search: Option<String>,
    /// Only payments on this terminal.
    pub terminal: Option<String>,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        HistoryQuery { limit: 100, before: None, search: None, terminal: None }
    }
}

/// A page of the history.
const PAGE: &str = "WHERE p.seq < ?1 AND (?3 IS NULL OR p.terminal = ?3) ORDER BY p.seq DESC LIMIT ?2";

/// A page of what was found; only the table of words is read from end to end.
const FOUND: &str = "WHERE p.seq IN (
        SELECT s.seq FROM search s
        WHERE s.seq < ?1 AND instr(s.words, ?4) > 0
          AND (?3 IS NULL OR EXISTS (SELECT 1 FROM payments t WHERE t.seq = s.seq AND t.terminal = ?3))
        ORDER BY s.seq DESC LIMIT ?2)
    ORDER BY p.seq DESC";

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

    /// A page of the history, newest first.
    ///
    /// # Errors
    /// `Unknown` when `before` is no number of this journal; otherwise the disk's.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<PaymentRecord>, JournalError> {
        let before = match &query.before {
            None => i64::MAX,
            Some(id) => number_in(&self.till, id).ok_or_else(|| JournalError::Unknown(id.clone()))?,
        };
        let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
        match search_words(query.search.as_deref().unwrap_or("")) {
            None => self.records(PAGE, params![before, limit, query.terminal]),
            Some(words) => self.records(FOUND, params![before, limit, query.terminal, words]),
        }
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
        let seq = self.number_of(id)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT terminal, channel, sent, body, at FROM messages WHERE payment = ?1 ORDER BY number",
        )?;
        let mut rows = statement.query([seq])?;
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

/// The text as the search column has it: lower case, and a decimal point in what looks like an amount.
fn search_words(typed: &str) -> Option<String> {
    let text = typed.trim().to_lowercase();
    let amount = text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || c == ',');
    (!text.is_empty()).then(|| if amount { text.replace(',', ".") } else { text })
}
