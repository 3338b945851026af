//! The journal itself: opened, written, decided.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::domain::card::mask_card_numbers;
use crate::domain::{Decision, Outcome, PaymentEvent, PaymentId, PaymentRecord, Recorded, StartPayment};

use super::apply::Writing;
use super::entry::{Contradiction, Entry, NewPayment};
use super::error::JournalError;
use super::upgrading::Upgrading;
use super::{chain, creation, decision, origins, row, schema, search_index};

/// More than there are different ones, so that none is parsed twice.
const STATEMENTS: usize = 64;

/// What must survive a power cut. See the module for what it holds.
#[derive(Debug)]
pub struct Journal {
    pub(super) connection: Connection,
    pub(super) till: String,
    pub(super) path: Option<PathBuf>,
    /// Whose doing it is what is written.
    pub(super) operator: Option<String>,
}

impl Journal {
    /// Opens the journal for writing; makes it where there is none, and brings an older one up to date. `path` is the
    /// file, or the data directory it lies in. Looks only at the newest events, so that it is quick however long the
    /// journal is; [`Journal::verify`] looks at everything.
    ///
    /// # Errors
    /// `Damaged`, `Newer`, `ReadOnly`, `DiskFull`, `Locked`, `Io`: then no payment may be started.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        Journal::open_telling(path, &mut |_| ())
    }

    /// The same; `tell` hears how far a long journal of an older format is brought up to date, which takes seconds. Until
    /// everything is, the file is as it was, and nobody can write to it.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_telling(path: &Path, tell: &mut dyn FnMut(Upgrading)) -> Result<Journal, JournalError> {
        let path = creation::file_in(path);
        open_file(&path, tell).map_err(|error| creation::blame(error, &path))
    }

    /// A journal that is gone when it is dropped, for training and tests.
    ///
    /// # Errors
    /// Only what SQLite says when memory runs out.
    pub fn open_in_memory() -> Result<Journal, JournalError> {
        Journal::open_in_memory_as(&new_till())
    }

    /// The same under a given till's four characters, so that a story told twice names its payments alike.
    ///
    /// # Errors
    /// As [`Journal::open`]; `Damaged` when the four characters are none.
    pub fn open_in_memory_as(till: &str) -> Result<Journal, JournalError> {
        let mut connection = creation::connect_memory()?;
        creation::found(&mut connection, till)?;
        Journal::checked(connection, None)
    }

    /// Opens the journal for reading, beside a program that writes to it. Where there is no journal yet, an empty one.
    ///
    /// # Errors
    /// As [`Journal::open`]; every writing call on it is refused with `ReadOnly`.
    pub fn open_reading(path: &Path) -> Result<Journal, JournalError> {
        Journal::open_reading_telling(path, &mut |_| ())
    }

    /// The same; `tell` is told as by [`Journal::open_telling`].
    ///
    /// # Errors
    /// As [`Journal::open_reading`].
    pub fn open_reading_telling(path: &Path, tell: &mut dyn FnMut(Upgrading)) -> Result<Journal, JournalError> {
        let path = creation::file_in(path);
        if !creation::exists(&path)? {
            return Journal::empty_reading();
        }
        let connection = creation::connect_reading(&path)?;
        if schema::format(&connection)? < schema::KNOWN {
            drop(connection);
            open_file(&path, tell)?;
            return Journal::open_reading(&path);
        }
        Journal::checked(connection, Some(path))
    }

    /// The journal's own four characters: the first part of every [`PaymentId`] it gives.
    pub fn till(&self) -> &str {
        &self.till
    }

    /// How many payments this journal has ever numbered.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn payments_ever(&self) -> Result<u64, JournalError> {
        Ok(u64::try_from(row::next_number(&self.connection)? - 1).unwrap_or_default())
    }

    /// Makes a payment durable, before any byte of it may leave.
    ///
    /// # Errors
    /// `Repeated` when somebody outside asked for it before (see [`origins`]). `Occupied` while an earlier payment on that
    /// terminal has not ended (rule 6), in whichever program it began; `Bill` when the bill it is for does not allow it. After any error nothing may be sent.
    pub fn record(&mut self, new: NewPayment) -> Result<Recorded<StartPayment>, JournalError> {
        decision::asked(&new.request)?;
        let operator = self.operator.clone().or_else(|| new.request.operator.clone());
        let id = self.write_as(operator.as_deref(), |writing| {
            if let Some(made) = origins::made_before(writing.connection, &new.request)? {
                return Err(JournalError::Repeated { payment: PaymentId::new(writing.till, made) });
            }
            if let Some(occupant) = row::occupant(writing.connection, &new.terminal)? {
                return Err(JournalError::Occupied { payment: PaymentId::new(writing.till, occupant) });
            }
            writing.check_bill(&new)?;
            Ok(PaymentId::new(writing.till, writing.record(&new)?.seq))
        })?;
        Ok(Recorded::vouch(StartPayment { id, request: new.request }))
    }

    /// Writes the entries in their order, all of them or none. What contradicts the journal is written as such, changes
    /// nothing, and is returned.
    ///
    /// # Errors
    /// `Unknown` for a payment that is not in this journal; otherwise the disk's.
    pub fn commit(&mut self, entries: &[Entry]) -> Result<Vec<Contradiction>, JournalError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.write(|writing| {
            let met: Result<Vec<_>, _> = entries.iter().map(|entry| writing.apply(entry)).collect();
            Ok(met?.into_iter().flatten().collect())
        })
    }

    /// Ends a payment in doubt as a person says, by name and with a reason. A payment still at the terminal is put in
    /// doubt first: whoever calls this knows that no program is working on it.
    ///
    /// # Errors
    /// `NotInDoubt` for what has ended or never left; `Unknown`; otherwise the disk's.
    pub fn decide(&mut self, id: &PaymentId, decision: Decision) -> Result<PaymentRecord, JournalError> {
        let by = self.operator.clone().unwrap_or_else(|| decision.by.clone());
        let row = self.write_as(Some(&by), |writing| decision::decide(writing, id, decision))?;
        row.into_record(&self.till)
    }

    /// Changes whenever another program (or another connection) has written.
    ///
    /// # Errors
    /// The disk's.
    pub fn version(&self) -> Result<i64, JournalError> {
        schema::pragma(&self.connection, "data_version")
    }

    /// Lets the journal grow to so many pages of 4 KiB and no further, as a full disk would; for tests.
    ///
    /// # Errors
    /// The disk's.
    pub fn limit_pages(&self, pages: u32) -> Result<(), JournalError> {
        Ok(self.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    }

    /// Writes many payments in one transaction, each with what happened to it; for benchmarks of long journals.
    ///
    /// # Errors
    /// The disk's.
    #[doc(hidden)]
    pub fn fill(
        &mut self,
        payments: impl IntoIterator<Item = (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>)>,
    ) -> Result<(), JournalError> {
        self.write(|writing| {
            for (new, events) in payments {
                let mut row = writing.record(&new)?;
                for (event, outcome) in events {
                    writing.step(&mut row, event, outcome, None, &new.at.to_string())?;
                }
            }
            Ok(())
        })
    }

    /// One transaction that holds the write lock from its first moment, so that no other program comes between looking
    /// and writing. It is on disk when this returns.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Writing) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let operator = self.operator.clone();
        self.write_as(operator.as_deref(), work)
    }

    /// The same with everything written as this operator's doing.
    pub(super) fn write_as<T>(
        &mut self,
        operator: Option<&str>,
        work: impl FnOnce(&Writing) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let operator = operator.map(str::trim).filter(|name| !name.is_empty()).map(mask_card_numbers);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&Writing { till: &self.till, connection: &transaction, operator: operator.as_deref() })?;
        transaction.commit()?;
        Ok(done)
    }

    /// One moment of the journal, whatever others write meanwhile.
    pub(super) fn snapshot(&self) -> Result<Transaction<'_>, JournalError> {
        Ok(self.connection.unchecked_transaction()?)
    }

    fn empty_reading() -> Result<Journal, JournalError> {
        let journal = Journal::open_in_memory()?;
        journal.connection.pragma_update(None, "query_only", true)?;
        Ok(journal)
    }

    /// Believes an open connection once its till and its newest payments and events can be read.
    fn checked(connection: Connection, path: Option<PathBuf>) -> Result<Journal, JournalError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let till = connection
            .query_row("SELECT value FROM meta WHERE key = 'till'", [], |row| row.get::<_, String>(0))
            .optional()?
            .filter(|till| is_till(till))
            .ok_or_else(|| JournalError::damaged("the journal has lost its name"))?;
        let journal = Journal { connection, till, path, operator: None };
        let snapshot = journal.snapshot()?;
        chain::check_recent(&snapshot)?;
        row::check_recent(&snapshot)?;
        drop(snapshot);
        Ok(journal)
    }
}

fn open_file(path: &Path, tell: &mut dyn FnMut(Upgrading)) -> Result<Journal, JournalError> {
    if !creation::exists(path)? {
        creation::create(path, &new_till())?;
    }
    let mut connection = creation::connect(path)?;
    schema::migrate(&mut connection, tell)?;
    let mut journal = Journal::checked(connection, Some(path.to_owned()))?;
    if !search_index::is_whole(&journal.connection)? {
        journal.write(|writing| search_index::refresh(writing.connection, tell))?;
    }
    Ok(journal)
}

/// Digits and letters that cannot be mistaken for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Four random characters: any two tills have the same ones once in a million.
fn new_till() -> String {
    let random = uuid::Uuid::new_v4();
    random.as_bytes()[..4].iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

fn is_till(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Money, Operation, PaymentRequest};

    fn sale() -> NewPayment {
        NewPayment {
            terminal: "counter".to_owned(),
            protocol: "nexo".to_owned(),
            training: true,
            request: PaymentRequest::new(Operation::Sale, Money::new(100, Currency::SEK)),
            at: "2026-03-14T09:42:31Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_tills_name_is_four_letters_that_cannot_be_mistaken() {
        for _ in 0..200 {
            assert!(is_till(&new_till()));
        }
        assert!(!is_till("K7MO") && !is_till("K7M") && !is_till("k7m2"));
    }

    #[test]
    fn a_journal_that_cannot_be_written_says_so_and_can_be_read() {
        let mut journal = Journal::open_in_memory().unwrap();
        journal.record(sale()).unwrap();
        journal.connection.pragma_update(None, "query_only", true).unwrap();
        let other = NewPayment { terminal: "bar".to_owned(), ..sale() };
        assert_eq!(journal.record(other).unwrap_err(), JournalError::ReadOnly);
        assert_eq!(journal.open_payments(None).unwrap().len(), 1);
    }

    #[test]
    fn every_commit_reaches_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        assert_eq!(schema::pragma(&journal.connection, "synchronous").unwrap(), 2);
        let mode: String = journal.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    #[test]
    fn open_payments_are_found_by_their_index() {
        let journal = Journal::open_in_memory().unwrap();
        let plan = |sql: &str| -> String {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        let history = plan("SELECT * FROM payments p WHERE p.seq < 5 ORDER BY p.seq DESC LIMIT 3");
        assert!(history.contains("USING INTEGER PRIMARY KEY") && !history.contains("TEMP"), "{history}");
        let voids = plan(&format!("{} WHERE p.seq = 1", row::SELECT));
        assert!(voids.contains("payments_voids"), "{voids}");
    }
}
