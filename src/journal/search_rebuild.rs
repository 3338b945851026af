//! The index of the history made again from the payments: for a journal of an older format, and where it is damaged. Each payment
//! is read once, by one thread; what it is found by is worked out by another; and the words are written in the order of their
//! table. So a million payments take seconds.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::{Connection, Statement, params};

use super::error::JournalError;
use super::row::{SELECT_ALONE, Unread, timestamp};
use super::schema::pragma;
use super::search_index::{Class, Facts, TABLES, day_of, insert_words, number_of};
use super::upgrading::{TOLD_EVERY, Upgrading};

/// Payments that go from one thread to the other at a time, and how many times.
const BATCH: usize = 1_000;
const UNDER_WAY: usize = 4;
/// Payments whose words are in memory before they are written: some tens of megabytes.
const AT_A_TIME: u64 = 500_000;
/// Of the file, in memory meanwhile.
const CACHE_KIB: i64 = 64 * 1024;
/// What the index of parts gathers before it writes: first as much as is good for a great many, then as ever. In bytes.
const GATHERED: [i64; 2] = [16 << 20, 1 << 20];

/// Makes the index, inside a transaction somebody else holds. What it cannot read of the payments is left out.
pub(super) fn rebuild(connection: &Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    let before = pragma(connection, "cache_size")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let made = make(connection, tell);
    connection.pragma_update(None, "cache_size", before)?;
    made
}

fn make(connection: &Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    connection.execute_batch(TABLES)?;
    gather(connection, GATHERED[0])?;
    let mut making = Making::begin(connection)?;
    std::thread::scope(|scope| {
        let (unread, to_read) = sync_channel(UNDER_WAY);
        let (read, understood) = sync_channel(UNDER_WAY);
        std::thread::Builder::new().spawn_scoped(scope, move || understand(&to_read, &read))?;
        read_all(connection, unread, &understood, &mut making, tell)
    })?;
    making.end()?;
    gather(connection, GATHERED[1])?;
    connection.execute_batch("INSERT OR REPLACE INTO meta (key, value) VALUES ('search', 'whole');")?;
    Ok(())
}

fn gather(connection: &Connection, bytes: i64) -> Result<(), JournalError> {
    connection.execute("INSERT INTO payment_words (payment_words, rank) VALUES ('hashsize', ?1)", [bytes])?;
    Ok(())
}

/// A payment that has ended.
struct Ended {
    seq: i64,
    class: Class,
    day: i64,
    facts: Facts,
}

/// Until there is nothing more to read, or nobody wants it any more.
fn understand(to_read: &Receiver<Vec<Unread>>, read: &SyncSender<Vec<Ended>>) {
    for batch in to_read {
        let ended = batch.into_iter().filter_map(ended).collect();
        if read.send(ended).is_err() {
            return;
        }
    }
}

/// A damaged row is found out where it is read.
fn ended(unread: Unread) -> Option<Ended> {
    let row = unread.read().ok().filter(|row| row.standing.state.is_final())?;
    let day = day_of(timestamp(&row.at).ok()?);
    Some(Ended { seq: row.seq, class: Class::of(&row), day, facts: Facts::of(&row) })
}

fn read_all(
    connection: &Connection,
    unread: SyncSender<Vec<Unread>>,
    understood: &Receiver<Vec<Ended>>,
    making: &mut Making,
    tell: &mut dyn FnMut(Upgrading),
) -> Result<(), JournalError> {
    let of: i64 = connection.query_row("SELECT count(*) FROM payments", [], |row| row.get(0))?;
    let of = u64::try_from(of).unwrap_or_default();
    let mut statement = connection.prepare(&format!("{SELECT_ALONE} ORDER BY p.seq"))?;
    let mut rows = statement.query([])?;
    let (mut done, mut under_way) = (0, 0);
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let row = rows.next()?;
        let is_end = row.is_none();
        if let Some(row) = row {
            match Unread::of(row) {
                Ok(found) => batch.push(found),
                Err(JournalError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
            done += 1;
            if done % TOLD_EVERY == 0 {
                tell(Upgrading { done, of });
            }
        }
        if is_end || batch.len() == BATCH {
            // Whoever understands them has ended only where it has panicked.
            let _ = unread.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            under_way += 1;
        }
        if is_end {
            break;
        }
        if under_way == UNDER_WAY {
            understood.recv().into_iter().try_for_each(|ended| making.add(ended))?;
            under_way -= 1;
        }
    }
    drop(unread);
    understood.iter().try_for_each(|ended| making.add(ended))
}

/// A word of a kind, and the class of the payments that have it: what the rows of the index begin with.
type Term = (i64, String, i64);

struct Making<'a> {
    connection: &'a Connection,
    term: Statement<'a>,
    classes: HashMap<Class, i64>,
    /// The numbers of the payments that have it, in their order; not written yet.
    terms: HashMap<Term, Vec<i64>>,
    /// Payments whose terms are not written yet.
    gathered: u64,
    days: BTreeMap<i64, (i64, i64)>,
}

impl<'a> Making<'a> {
    fn begin(connection: &'a Connection) -> Result<Making<'a>, JournalError> {
        const TERM: &str = "INSERT OR IGNORE INTO payment_index (kind, term, class, seq) VALUES (?1, ?2, ?3, ?4)";
        let term = connection.prepare(TERM)?;
        let (classes, terms, days) = (HashMap::new(), HashMap::new(), BTreeMap::new());
        Ok(Making { connection, term, classes, terms, gathered: 0, days })
    }

    fn add(&mut self, batch: Vec<Ended>) -> Result<(), JournalError> {
        for Ended { seq, class, day, facts } in batch {
            let class = self.number_of(class)?;
            insert_words(self.connection, seq, &facts.words, class)?;
            for (kind, term) in facts.terms {
                self.terms.entry((kind as i64, term, class)).or_default().push(seq);
            }
            let span = self.days.entry(day).or_insert((seq, seq));
            *span = (span.0.min(seq), span.1.max(seq));
            self.gathered += 1;
        }
        if self.gathered >= AT_A_TIME { self.write_terms() } else { Ok(()) }
    }

    fn number_of(&mut self, class: Class) -> Result<i64, JournalError> {
        if let Some(number) = self.classes.get(&class) {
            return Ok(*number);
        }
        let number = number_of(self.connection, &class)?;
        self.classes.insert(class, number);
        Ok(number)
    }

    /// In the order of the table, which is then written from its beginning to its end.
    fn write_terms(&mut self) -> Result<(), JournalError> {
        self.gathered = 0;
        let mut terms: Vec<(Term, Vec<i64>)> = self.terms.drain().collect();
        terms.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for ((kind, term, class), numbers) in &terms {
            for number in numbers {
                self.term.execute(params![kind, term, class, number])?;
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), JournalError> {
        self.write_terms()?;
        let mut day = self.connection.prepare("INSERT INTO payment_days (day, first, last) VALUES (?1, ?2, ?3)")?;
        for (number, (first, last)) in &self.days {
            day.execute(params![number, first, last])?;
        }
        Ok(())
    }
}
