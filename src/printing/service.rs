//! What window and command line hold of everything that is printed: orders in, a picture out. `worker.rs` carries them out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::{mpsc, oneshot, watch};

use super::job::{JobId, NewJob, PrintJob};
use super::queue::{JOBS_AT_MOST, QueueFolder};
use super::view::PrintView;
use super::worker::Service;
use crate::settings::PrinterSettings;

/// Orders that have not been looked at; each job is one, and a few keys besides.
const ORDERS: usize = 2 * JOBS_AT_MOST;

/// Why something was not ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSubmitted {
    /// So many jobs wait that a person has to look after the printers first.
    #[error("too many jobs wait")]
    Full,
    /// The program ends.
    #[error("nothing is printed any more")]
    Gone,
}

impl NotSubmitted {
    /// The Fluent id of what happened and what to do.
    pub fn key(self) -> &'static str {
        match self {
            NotSubmitted::Full => "printer-queue-full",
            NotSubmitted::Gone => "printer-queue-gone",
        }
    }
}

/// The way to everything that is printed. When the last of them is dropped, what is on its way is given up.
#[derive(Clone)]
pub struct Printing {
    orders: mpsc::Sender<Order>,
    view: watch::Receiver<PrintView>,
    next: Arc<AtomicU64>,
    jobs: Arc<AtomicUsize>,
}

pub(super) enum Order {
    Print(Box<PrintJob>),
    Again(JobId),
    Elsewhere(JobId, String),
    GiveUp(JobId),
    Printers(Vec<PrinterSettings>),
    Close(oneshot::Sender<()>),
}

impl Printing {
    /// Takes up what an earlier run has left in the folder, and begins. One program at a time may have a folder: whoever holds the
    /// data folder.
    pub async fn open(folder: &Path, printers: &[PrinterSettings]) -> Printing {
        let folder = Arc::new(QueueFolder::new(folder));
        let reading = folder.clone();
        let read =
            tokio::task::spawn_blocking(move || reading.take_up()).await.unwrap_or_else(|error| Err(error.into()));
        let mut service = Service::new(folder, printers);
        let next = service.take_up(read);
        let (next, jobs) = (Arc::new(AtomicU64::new(next)), service.count());
        let (orders, taken) = mpsc::channel(ORDERS);
        // Whoever looks at once sees what waits already.
        service.publish();
        let view = service.view();
        tokio::spawn(service.run(taken));
        Printing { orders, view, next, jobs }
    }

    /// What is shown of it.
    pub fn view(&self) -> watch::Receiver<PrintView> {
        self.view.clone()
    }

    /// Has it printed, in its turn. Never waits.
    ///
    /// # Errors
    /// [`NotSubmitted`].
    pub fn submit(&self, new: NewJob) -> Result<JobId, NotSubmitted> {
        if self.jobs.fetch_add(1, Ordering::Relaxed) >= JOBS_AT_MOST {
            self.jobs.fetch_sub(1, Ordering::Relaxed);
            return Err(NotSubmitted::Full);
        }
        let id = JobId(self.next.fetch_add(1, Ordering::Relaxed));
        let ordered = self.order(Order::Print(Box::new(new.numbered(id))));
        ordered.inspect_err(|_| {
            self.jobs.fetch_sub(1, Ordering::Relaxed);
        })?;
        Ok(id)
    }

    /// Prints what has a fault once more.
    ///
    /// # Errors
    /// [`NotSubmitted`].
    pub fn again(&self, id: JobId) -> Result<(), NotSubmitted> {
        self.order(Order::Again(id))
    }

    /// The same on another printer.
    ///
    /// # Errors
    /// [`NotSubmitted`].
    pub fn elsewhere(&self, id: JobId, printer: &str) -> Result<(), NotSubmitted> {
        self.order(Order::Elsewhere(id, printer.to_owned()))
    }

    /// Goes on without it.
    ///
    /// # Errors
    /// [`NotSubmitted`].
    pub fn give_up(&self, id: JobId) -> Result<(), NotSubmitted> {
        self.order(Order::GiveUp(id))
    }

    /// From here on the printers are these.
    ///
    /// # Errors
    /// [`NotSubmitted`].
    pub fn settings_changed(&self, printers: &[PrinterSettings]) -> Result<(), NotSubmitted> {
        self.order(Order::Printers(printers.to_vec()))
    }

    /// Begins nothing more, and waits a few seconds for what is on its way.
    pub async fn close(self) {
        let (closed, done) = oneshot::channel();
        if self.order(Order::Close(closed)).is_ok() {
            let _ = done.await;
        }
    }

    fn order(&self, order: Order) -> Result<(), NotSubmitted> {
        self.orders.try_send(order).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotSubmitted::Full,
            mpsc::error::TrySendError::Closed(_) => NotSubmitted::Gone,
        })
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
