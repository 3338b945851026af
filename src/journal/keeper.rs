//! The one writer of a running program: a thread that owns the journal, and the handle everybody else holds.
//!
//! Reading goes to a second thread with a connection of its own, so that a search through years of payments does not
//! keep a payment waiting.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::{Decision, PaymentEvent, PaymentId, PaymentRecord, Recorded, StartPayment};

use super::entry::{Contradiction, Entry, NewPayment};
use super::error::JournalError;
use super::journal::Journal;

/// Orders that may wait for a thread.
const QUEUE: usize = 256;

/// Entries that may wait to be written; beyond that the oldest are dropped.
const WAITING: usize = 2_000;

/// How long entries wait at most, and how often the writer looks whether another program has written.
const PERIOD: Duration = Duration::from_secs(1);

/// The way to the writer. Cloned freely; the thread ends, and writes what waits, when the last one is dropped.
#[derive(Debug, Clone)]
pub struct JournalHandle {
    writer: mpsc::Sender<Order>,
    /// The writer's own queue where the journal is in memory.
    reader: Option<mpsc::Sender<Reading>>,
    changes: watch::Receiver<u64>,
    dropped: Arc<AtomicU64>,
}

type Reply<T> = oneshot::Sender<Result<T, JournalError>>;
type Reading = Box<dyn FnOnce(&Journal) + Send>;

enum Order {
    Record(Box<NewPayment>, Reply<Recorded<StartPayment>>),
    Commit(Vec<Entry>, Reply<Vec<Contradiction>>),
    /// All of them can wait; nobody waits for an answer.
    Later(Vec<Entry>),
    Decide(PaymentId, Decision, Reply<PaymentRecord>),
    Read(Reading),
    Flush(oneshot::Sender<()>),
}

impl JournalHandle {
    /// Starts the writer. Should the system have no thread left, every call says `Closed`.
    pub fn start(journal: Journal) -> JournalHandle {
        JournalHandle::start_with(journal, PERIOD)
    }

    pub(super) fn start_with(journal: Journal, period: Duration) -> JournalHandle {
        let (writer, orders) = mpsc::channel(QUEUE);
        let (changed, changes) = watch::channel(0);
        let dropped = Arc::new(AtomicU64::new(0));
        let reader = journal.path.as_deref().and_then(|path| Journal::open_reading(path).ok()).and_then(start_reader);
        let seen = journal.version().unwrap_or(0);
        let keeper = Keeper {
            journal,
            waiting: VecDeque::new(),
            changed,
            seen,
            dropped: dropped.clone(),
            period,
            looked: Instant::now(),
        };
        if let Err(error) = std::thread::Builder::new().name("journal".to_owned()).spawn(move || keeper.run(orders)) {
            tracing::error!(%error, "the journal's thread cannot be started");
        }
        JournalHandle { writer, reader, changes, dropped }
    }

    /// As [`Journal::record`].
    ///
    /// # Errors
    /// As there, and `Closed`.
    pub async fn record(&self, new: NewPayment) -> Result<Recorded<StartPayment>, JournalError> {
        self.ask(|reply| Order::Record(Box::new(new), reply)).await
    }

    /// As [`Journal::commit`]. Entries that can all wait are answered at once and written within about a second.
    ///
    /// # Errors
    /// As there, and `Closed`.
    pub async fn commit(&self, entries: Vec<Entry>) -> Result<Vec<Contradiction>, JournalError> {
        if entries.iter().all(Entry::can_wait) {
            self.writer.send(Order::Later(entries)).await.map_err(|_| JournalError::Closed)?;
            return Ok(Vec::new());
        }
        self.ask(|reply| Order::Commit(entries, reply)).await
    }

    /// Reads, beside the writer. Sees everything that was committed before the call, but not what still waits.
    ///
    /// # Errors
    /// `Closed`, also when `f` panics.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Journal) -> T + Send + 'static,
    ) -> Result<T, JournalError> {
        let (reply, answer) = oneshot::channel();
        let reading: Reading = Box::new(move |journal| {
            let _ = reply.send(f(journal));
        });
        let sent = match &self.reader {
            Some(reader) => reader.send(reading).await.is_ok(),
            None => self.writer.send(Order::Read(reading)).await.is_ok(),
        };
        if !sent {
            return Err(JournalError::Closed);
        }
        answer.await.map_err(|_| JournalError::Closed)
    }

    /// As [`Journal::decide`].
    ///
    /// # Errors
    /// As there, and `Closed`.
    pub async fn decide(&self, id: PaymentId, decision: Decision) -> Result<PaymentRecord, JournalError> {
        self.ask(|reply| Order::Decide(id, decision, reply)).await
    }

    /// A number that grows whenever something was written that could not wait, here or by another program.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// How many waiting entries were lost: too many of them, or a disk that took them not.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Writes what waits.
    pub async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.writer.send(Order::Flush(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }

    async fn ask<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, JournalError> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(order(reply)).await.map_err(|_| JournalError::Closed)?;
        answer.await.map_err(|_| JournalError::Closed)?
    }
}

fn start_reader(journal: Journal) -> Option<mpsc::Sender<Reading>> {
    let (reader, mut readings) = mpsc::channel::<Reading>(QUEUE);
    let work = move || {
        while let Some(reading) = readings.blocking_recv() {
            read(&journal, reading);
        }
    };
    std::thread::Builder::new().name("journal-reader".to_owned()).spawn(work).ok().map(|_| reader)
}

/// A reading that panics gets no answer; the thread lives on.
fn read(journal: &Journal, reading: Reading) {
    if catch_unwind(AssertUnwindSafe(|| reading(journal))).is_err() {
        tracing::error!("a reading of the journal panicked");
    }
}

/// The writer's side.
struct Keeper {
    journal: Journal,
    waiting: VecDeque<Entry>,
    changed: watch::Sender<u64>,
    /// The newest `data_version`.
    seen: i64,
    dropped: Arc<AtomicU64>,
    period: Duration,
    /// When waiting entries were last written and other programs last looked for.
    looked: Instant,
}

impl Keeper {
    /// Until the last handle is gone. A small runtime of its own is the one way to wait for an order or for a moment.
    fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime.block_on(self.serve(&mut orders)),
            Err(error) => tracing::error!(%error, "the journal's thread has no timer"),
        }
        self.flush();
    }

    async fn serve(&mut self, orders: &mut mpsc::Receiver<Order>) {
        loop {
            let left = self.period.saturating_sub(self.looked.elapsed());
            match tokio::time::timeout(left, orders.recv()).await {
                Ok(Some(order)) => self.carry_out(order),
                Ok(None) => return,
                Err(_) => {}
            }
            if self.looked.elapsed() >= self.period {
                self.look();
            }
        }
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Record(new, reply) => self.record(*new, reply),
            Order::Commit(entries, reply) => {
                let done = self.commit(entries);
                let _ = reply.send(done);
            }
            Order::Later(entries) => self.put_off(entries),
            Order::Decide(id, decision, reply) => {
                self.flush();
                let done = self.journal.decide(&id, decision);
                self.bump_if(done.is_ok());
                let _ = reply.send(done);
            }
            Order::Read(reading) => read(&self.journal, reading),
            Order::Flush(reply) => {
                self.flush();
                let _ = reply.send(());
            }
        }
    }

    fn record(&mut self, new: NewPayment, reply: Reply<Recorded<StartPayment>>) {
        let at = new.at;
        let done = self.journal.record(new);
        self.bump_if(done.is_ok());
        // Whoever asked has gone: nothing can leave for this payment any more, and it must not bar the terminal.
        if let Err(Ok(recorded)) = reply.send(done) {
            let event = PaymentEvent::NotCharged;
            let _ = self.journal.commit(&[Entry::Payment { id: recorded.id.clone(), event, outcome: None, at }]);
        }
    }

    /// What waits goes first, in the same transaction. Where that does not work, what is urgent goes alone: a display
    /// text never stands in the way of an outcome.
    fn commit(&mut self, urgent: Vec<Entry>) -> Result<Vec<Contradiction>, JournalError> {
        let mut all: Vec<Entry> = self.waiting.drain(..).collect();
        let waited = all.len();
        all.extend(urgent);
        let mut done = self.journal.commit(&all);
        if done.is_err() && waited > 0 {
            let urgent = all.split_off(waited);
            done = self.journal.commit(&urgent);
            match &done {
                Ok(_) => self.lose(waited),
                Err(_) => self.waiting = all.into(),
            }
        }
        self.bump_if(done.is_ok());
        done
    }

    fn put_off(&mut self, entries: Vec<Entry>) {
        self.waiting.extend(entries);
        let surplus = self.waiting.len().saturating_sub(WAITING);
        self.waiting.drain(..surplus);
        self.lose(surplus);
    }

    fn look(&mut self) {
        self.looked = Instant::now();
        self.flush();
        if let Ok(version) = self.journal.version()
            && version != self.seen
        {
            self.seen = version;
            self.bump_if(true);
        }
    }

    /// Writes what waits. What the disk does not take now, it may take later; what the journal refuses is let go.
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let all: Vec<Entry> = self.waiting.drain(..).collect();
        match self.journal.commit(&all) {
            Ok(_) => {}
            Err(JournalError::Unknown(_) | JournalError::Unfit { .. }) => self.flush_singly(all),
            Err(error) => {
                tracing::warn!(%error, entries = all.len(), "the journal does not take what can wait");
                self.waiting = all.into();
            }
        }
    }

    fn flush_singly(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            if self.journal.commit(std::slice::from_ref(&entry)).is_err() {
                self.lose(1);
            }
        }
    }

    fn lose(&self, entries: usize) {
        if entries > 0 {
            self.dropped.fetch_add(entries as u64, Ordering::Relaxed);
            tracing::warn!(entries, "display texts or raw messages were not journalled");
        }
    }

    fn bump_if(&self, written: bool) {
        if written {
            self.changed.send_modify(|count| *count += 1);
        }
    }
}
