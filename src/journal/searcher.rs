//! The thread that searches the history, with a connection of its own: what somebody types letter by letter keeps no other
//! reading waiting, and a search that nobody wants any more is broken off.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::InterruptHandle;
use tokio::sync::{mpsc, oneshot};

use crate::domain::PaymentRecord;

use super::error::JournalError;
use super::history::HistoryQuery;
use super::journal::Journal;

/// Searches that may wait; all but the newest are dropped as soon as they are looked at.
const QUEUE: usize = 16;

/// The way to the thread.
#[derive(Clone)]
pub(super) struct Searcher {
    jobs: mpsc::Sender<Job>,
    newest: Arc<AtomicU64>,
    interrupt: Arc<InterruptHandle>,
}

struct Job {
    number: u64,
    query: HistoryQuery,
    reply: oneshot::Sender<Result<Option<Vec<PaymentRecord>>, JournalError>>,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Searcher")
    }
}

impl Searcher {
    /// `None` where the system has no thread left.
    pub fn start(journal: Journal) -> Option<Searcher> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let newest = Arc::new(AtomicU64::new(0));
        let interrupt = Arc::new(journal.connection.get_interrupt_handle());
        let wanted = newest.clone();
        let work = move || {
            while let Some(job) = waiting.blocking_recv() {
                let answer = answer(&journal, &job, &wanted);
                let _ = job.reply.send(answer);
            }
        };
        let thread = std::thread::Builder::new().name("journal-search".to_owned()).spawn(work);
        thread.ok().map(|_| Searcher { jobs, newest, interrupt })
    }

    /// The page, or `None` where somebody has asked for another one meanwhile.
    pub async fn search(&self, query: HistoryQuery) -> Result<Option<Vec<PaymentRecord>>, JournalError> {
        let number = self.newest.fetch_add(1, Ordering::SeqCst) + 1;
        self.interrupt.interrupt();
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job { number, query, reply }).await.map_err(|_| JournalError::Closed)?;
        answer.await.map_err(|_| JournalError::Closed)?
    }
}

fn answer(journal: &Journal, job: &Job, newest: &AtomicU64) -> Result<Option<Vec<PaymentRecord>>, JournalError> {
    loop {
        if newest.load(Ordering::SeqCst) != job.number {
            return Ok(None);
        }
        let found = catch_unwind(AssertUnwindSafe(|| journal.history(&job.query)));
        let superseded = newest.load(Ordering::SeqCst) != job.number;
        return match found {
            Ok(_) if superseded => Ok(None),
            // Broken off by one who had asked before this one began.
            Ok(Err(error)) if error.is_interruption() => continue,
            Ok(found) => found.map(Some),
            Err(_) => {
                tracing::error!("a search of the journal panicked");
                Err(JournalError::Closed)
            }
        };
    }
}
