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
use super::history::HistoryQuery;
use super::journal::Journal;
use super::scrub;
use super::searcher::Searcher;

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
    searcher: Option<Searcher>,
    changes: watch::Receiver<u64>,
    dropped: Arc<AtomicU64>,
}

type Reply<T> = oneshot::Sender<Result<T, JournalError>>;
type Reading = Box<dyn FnOnce(&Journal) + Send>;
/// Says whether something was written.
type Change = Box<dyn FnOnce(&mut Journal) -> bool + Send>;

enum Order {
    Record(Box<NewPayment>, Reply<Recorded<StartPayment>>),
    Commit(Vec<Entry>, Reply<Vec<Contradiction>>),
    /// All of them can wait; nobody waits for an answer.
    Later(Vec<Entry>),
    Decide(PaymentId, Decision, Reply<PaymentRecord>),
    /// As this operator's doing.
    Change(Option<String>, Change),
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
        let searching = journal.path.as_deref().and_then(|path| Journal::open_reading(path).ok());
        let searcher = searching.and_then(Searcher::start);
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
        JournalHandle { writer, reader, searcher, changes, dropped }
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

    /// A page of the history, as [`Journal::history`], on a thread of its own. A newer call breaks an older one off, which is
    /// then answered with `None`: there is one list of payments to a window.
    ///
    /// # Errors
    /// As there, and `Closed`.
    pub async fn search(&self, query: HistoryQuery) -> Result<Option<Vec<PaymentRecord>>, JournalError> {
        match &self.searcher {
            Some(searcher) => searcher.search(query).await,
            None => self.read(move |journal| journal.history(&query).map(Some)).await?,
        }
    }

    /// As [`Journal::decide`].
    ///
    /// # Errors
    /// As there, and `Closed`.
    pub async fn decide(&self, id: PaymentId, decision: Decision) -> Result<PaymentRecord, JournalError> {
        self.ask(|reply| Order::Decide(id, decision, reply)).await
    }

    /// Lets `f` write: bills, cash. What `f` does is one transaction, by the journal's own methods.
    ///
    /// # Errors
    /// What `f` says, and `Closed`.
    pub async fn change<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.change_as(None, f).await
    }

    /// The same; what `f` writes is this operator's doing.
    ///
    /// # Errors
    /// As [`JournalHandle::change`].
    pub async fn change_as<T: Send + 'static>(
        &self,
        operator: Option<String>,
        f: impl FnOnce(&mut Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.ask(|reply| {
            let change: Change = Box::new(move |journal| {
                let done = f(journal);
                let written = done.is_ok();
                // Whoever asked may have gone; what is written stays.
                let _ = reply.send(done);
                written
            });
            Order::Change(operator, change)
        })
        .await
    }

    /// A number that grows whenever something was written that could not wait, here or by another program.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// How many waiting entries were lost: too many of them, or a disk that took them not.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// As [`Journal::limit_pages`], on the writer's connection: what a full disk does, for tests.
    ///
    /// # Errors
    /// As there, and `Closed`.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: u32) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        let limit: Reading = Box::new(move |journal| {
            let _ = reply.send(journal.limit_pages(pages));
        });
        self.writer.send(Order::Read(limit)).await.map_err(|_| JournalError::Closed)?;
        answer.await.map_err(|_| JournalError::Closed)?
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

/// Of a message no more waits than is kept: thousands of them may come before the next writing.
fn cut(entry: Entry) -> Entry {
    match entry {
        Entry::Message { terminal, payment, channel, sent, body, at } if body.len() > scrub::AT_MOST => {
            let body = scrub::scrub(&body).into_bytes();
            Entry::Message { terminal, payment, channel, sent, body, at }
        }
        other => other,
    }
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
            Order::Change(operator, change) => {
                self.flush();
                self.journal.on_behalf(operator);
                // One that panics gets no answer; its transaction was rolled back, and the thread lives on.
                let journal = &mut self.journal;
                match catch_unwind(AssertUnwindSafe(|| change(journal))) {
                    Ok(written) => self.bump_if(written),
                    Err(_) => tracing::error!("a change of the journal panicked"),
                }
                self.journal.on_behalf(None);
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
        if let Err(error) = &done
            && waited > 0
        {
            let refused = is_refusal(error);
            done = self.journal.commit(&all.split_off(waited));
            match &done {
                Err(_) => self.waiting = all.into(),
                Ok(_) if refused => self.flush_singly(all),
                Ok(_) => self.lose(waited),
            }
        }
        self.bump_if(done.is_ok());
        done
    }

    fn put_off(&mut self, entries: Vec<Entry>) {
        self.waiting.extend(entries.into_iter().map(cut));
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
            Err(error) if is_refusal(&error) => self.flush_singly(all),
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

/// The entry is to blame, not the disk: writing it again does not help.
fn is_refusal(error: &JournalError) -> bool {
    matches!(error, JournalError::Unknown(_) | JournalError::Unfit { .. })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Currency, Money, Operation, PaymentRequest};

    fn at() -> jiff::Timestamp {
        "2026-03-14T09:42:31Z".parse().unwrap()
    }

    fn sale() -> NewPayment {
        NewPayment {
            terminal: "counter".to_owned(),
            protocol: "nexo".to_owned(),
            training: false,
            request: PaymentRequest::new(Operation::Sale, Money::new(100, Currency::SEK)),
            at: at(),
        }
    }

    fn display(payment: Option<PaymentId>, text: &str) -> Entry {
        let terminal = "counter".to_owned();
        Entry::Note { terminal, payment, kind: "display".to_owned(), body: json!(text), at: at() }
    }

    fn happened(id: &PaymentId, event: PaymentEvent) -> Entry {
        Entry::Payment { id: id.clone(), event, outcome: None, at: at() }
    }

    async fn kinds(handle: &JournalHandle, id: &PaymentId) -> Vec<String> {
        let id = id.clone();
        let events = handle.read(move |journal| journal.events(&id)).await.unwrap().unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    const NEVER: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn what_can_wait_is_written_with_the_next_urgent_entry_and_before_it() {
        let handle = JournalHandle::start_with(Journal::open_in_memory().unwrap(), NEVER);
        let id = handle.record(sale()).await.unwrap().id.clone();
        handle.commit(vec![display(Some(id.clone()), "insert card")]).await.unwrap();
        assert_eq!(kinds(&handle, &id).await, ["recorded"]);
        handle.commit(vec![happened(&id, PaymentEvent::Transmitted)]).await.unwrap();
        assert_eq!(kinds(&handle, &id).await, ["recorded", "display", "transmitted"]);
    }

    #[tokio::test]
    async fn a_newer_search_breaks_an_older_one_off() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let id = journal.record(sale()).unwrap().id.clone();
        let handle = JournalHandle::start(journal);
        let all: Vec<_> = (0..40).map(|_| handle.search(HistoryQuery::default())).collect();
        let answers = futures_util::future::join_all(all).await;
        let newest = answers.last().cloned().unwrap().unwrap().unwrap();
        assert_eq!(newest[0].id, id);
        for answer in answers {
            assert!(answer.unwrap().is_none_or(|page| page == newest), "broken off, or the whole page");
        }
    }

    #[tokio::test]
    async fn closing_writes_what_waits() {
        let dir = tempfile::tempdir().unwrap();
        let handle = JournalHandle::start_with(Journal::open(dir.path()).unwrap(), NEVER);
        let id = handle.record(sale()).await.unwrap().id.clone();
        handle.commit(vec![display(Some(id.clone()), "insert card")]).await.unwrap();
        handle.close().await;
        assert_eq!(Journal::open_reading(dir.path()).unwrap().events(&id).unwrap().len(), 2);
    }

    #[tokio::test]
    async fn what_waits_is_written_by_itself_after_a_while_and_other_programs_notice() {
        let dir = tempfile::tempdir().unwrap();
        let handle = JournalHandle::start_with(Journal::open(dir.path()).unwrap(), Duration::from_millis(5));
        let id = handle.record(sale()).await.unwrap().id.clone();
        let other = JournalHandle::start_with(Journal::open(dir.path()).unwrap(), Duration::from_millis(5));
        let mut changes = other.changes();
        handle.commit(vec![display(Some(id.clone()), "insert card")]).await.unwrap();
        while kinds(&other, &id).await.len() < 2 {
            changes.changed().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_display_text_that_cannot_be_written_does_not_hold_up_an_outcome() {
        let handle = JournalHandle::start_with(Journal::open_in_memory().unwrap(), NEVER);
        let id = handle.record(sale()).await.unwrap().id.clone();
        let nowhere: PaymentId = "9999".parse().unwrap();
        handle.commit(vec![display(Some(nowhere), "lost"), display(Some(id.clone()), "kept")]).await.unwrap();
        handle.commit(vec![happened(&id, PaymentEvent::Transmitted)]).await.unwrap();
        assert_eq!(kinds(&handle, &id).await, ["recorded", "transmitted", "display"]);
        assert_eq!(handle.dropped(), 1);
    }

    #[test]
    fn of_a_long_message_no_more_waits_than_is_kept() {
        let message = |size: usize| Entry::Message {
            terminal: "cloud".to_owned(),
            payment: None,
            channel: "primary".to_owned(),
            sent: false,
            body: vec![b'x'; size],
            at: at(),
        };
        assert_eq!(cut(message(scrub::AT_MOST)), message(scrub::AT_MOST));
        let Entry::Message { body, .. } = cut(message(1 << 20)) else { panic!() };
        assert!(body.len() <= scrub::AT_MOST && body.ends_with(b"(1048576 bytes)"), "{}", body.len());
    }

    #[tokio::test]
    async fn too_many_waiting_entries_lose_the_oldest() {
        let handle = JournalHandle::start_with(Journal::open_in_memory().unwrap(), NEVER);
        let entries = (0..WAITING + 5).map(|number| display(None, &number.to_string())).collect();
        handle.commit(entries).await.unwrap();
        handle.close().await;
        assert_eq!(handle.dropped(), 5);
    }

    #[tokio::test]
    async fn every_urgent_write_is_announced() {
        let handle = JournalHandle::start_with(Journal::open_in_memory().unwrap(), NEVER);
        let changes = handle.changes();
        let id = handle.record(sale()).await.unwrap().id.clone();
        handle.commit(vec![happened(&id, PaymentEvent::Transmitted)]).await.unwrap();
        handle.commit(vec![display(None, "waits")]).await.unwrap();
        let decision = Decision { paid: false, by: "Åsa".to_owned(), reason: "no slip".to_owned(), at: at() };
        handle.decide(id, decision).await.unwrap();
        assert_eq!(*changes.borrow(), 3);
    }

    #[tokio::test]
    async fn a_payment_nobody_waits_for_any_more_does_not_bar_the_terminal() {
        let handle = JournalHandle::start_with(Journal::open_in_memory().unwrap(), NEVER);
        let (reply, answer) = oneshot::channel();
        drop(answer);
        handle.writer.send(Order::Record(Box::new(sale()), reply)).await.unwrap();
        handle.record(sale()).await.unwrap();
    }

    #[tokio::test]
    async fn a_reading_that_panics_ends_nothing_but_itself() {
        let dir = tempfile::tempdir().unwrap();
        for journal in [Journal::open_in_memory().unwrap(), Journal::open(dir.path()).unwrap()] {
            let handle = JournalHandle::start_with(journal, NEVER);
            let panicked: Result<(), _> = handle.read(|_| panic!("on purpose")).await;
            assert_eq!(panicked, Err(JournalError::Closed));
            handle.record(sale()).await.unwrap();
            assert_eq!(handle.read(|journal| journal.open_payments(None)).await.unwrap().unwrap().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_thread_that_is_gone_says_closed() {
        let (writer, orders) = mpsc::channel(1);
        drop(orders);
        let changes = watch::channel(0).1;
        let handle = JournalHandle { writer, reader: None, searcher: None, changes, dropped: Arc::default() };
        assert_eq!(handle.record(sale()).await, Err(JournalError::Closed));
        assert_eq!(handle.commit(vec![display(None, "x")]).await, Err(JournalError::Closed));
        assert_eq!(handle.read(|_| ()).await, Err(JournalError::Closed));
        handle.close().await;
    }
}
