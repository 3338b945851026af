//! The task that has everything printed: it keeps the jobs on disk, starts what the desk says, and shows how it goes.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::desk::Desk;
use super::job::{JobId, PrintJob};
use super::now::print_on;
use super::queue::{Kept, KeptJob, QueueFolder};
use super::service::Order;
use super::view::{PrintView, QueueTrouble};
use crate::links::printers::{PrinterFault, PrinterHabits};
use crate::receipts::Slip;
use crate::settings::PrinterSettings;

/// What is on its way when the program ends may end too.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

type End = (JobId, Result<(), PrinterFault>);

pub(super) struct Service {
    folder: Arc<QueueFolder>,
    printers: HashMap<String, PrinterSettings>,
    desk: Desk,
    sending: JoinSet<End>,
    tasks: HashMap<Id, (JobId, AbortHandle)>,
    habits: Arc<PrinterHabits>,
    /// Jobs that are in memory only, and what the disk said last.
    unkept: BTreeSet<JobId>,
    disk: Option<String>,
    unreadable: usize,
    count: Arc<AtomicUsize>,
    view: watch::Sender<PrintView>,
}

impl Service {
    pub(super) fn new(folder: Arc<QueueFolder>, printers: &[PrinterSettings]) -> Service {
        Service {
            folder,
            printers: by_name(printers),
            desk: Desk::default(),
            sending: JoinSet::new(),
            tasks: HashMap::new(),
            habits: Arc::default(),
            unkept: BTreeSet::new(),
            disk: None,
            unreadable: 0,
            count: Arc::new(AtomicUsize::new(0)),
            view: watch::Sender::new(PrintView::default()),
        }
    }

    /// How many jobs are not printed.
    pub(super) fn count(&self) -> Arc<AtomicUsize> {
        self.count.clone()
    }

    pub(super) fn view(&self) -> watch::Receiver<PrintView> {
        self.view.subscribe()
    }

    /// The first number that is free.
    pub(super) fn take_up(&mut self, read: io::Result<(Vec<KeptJob>, usize, u64)>) -> u64 {
        match read {
            Ok((jobs, unreadable, next)) => {
                self.unreadable = unreadable;
                self.count.store(jobs.len(), Ordering::Relaxed);
                let now = Instant::now();
                jobs.into_iter().for_each(|kept| self.desk.add(kept.job, kept.kept, now));
                next
            }
            Err(error) => {
                tracing::warn!(%error, "the print jobs of an earlier run cannot be read");
                self.disk = Some(error.to_string());
                // Larger than all numbers that may be in a folder nobody can look into.
                u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(1)
            }
        }
    }

    pub(super) async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            self.start_due().await;
            self.publish();
            let wake_at = self.desk.next_at();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Close(closed)) => {
                        let _ = timeout(ENDS_WITHIN, self.finish()).await;
                        let _ = closed.send(());
                        return;
                    }
                    Some(order) => self.obey(order).await,
                    None => return,
                },
                Some(end) = self.sending.join_next_with_id() => self.ended(end).await,
                () = until(wake_at) => {}
            }
        }
    }

    async fn finish(&mut self) {
        while let Some(end) = self.sending.join_next_with_id().await {
            self.ended(end).await;
        }
    }

    async fn start_due(&mut self) {
        for job in self.desk.due(Instant::now()) {
            self.desk.begin(job.id);
            // A power cut from here on leaves a doubt, and no second slip.
            self.keep(&job, Kept::Sending).await;
            let printer = self.printers.get(&job.printer).cloned();
            let (id, habits) = (job.id, self.habits.clone());
            let handle = self.sending.spawn(async move { (id, send(printer, &habits, &job).await) });
            self.tasks.insert(handle.id(), (id, handle));
        }
    }

    async fn obey(&mut self, order: Order) {
        let changed = match order {
            Order::Print(job) => {
                self.desk.add(PrintJob::clone(&job), Kept::Waiting, Instant::now());
                Some((Arc::new(*job), Kept::Waiting))
            }
            Order::Again(id) => self.desk.again(id),
            Order::Elsewhere(id, printer) => self.desk.elsewhere(id, &printer),
            Order::GiveUp(id) => {
                self.tasks.values().filter(|(job, _)| *job == id).for_each(|(_, task)| task.abort());
                if self.desk.remove(id) {
                    self.forget(id).await;
                }
                None
            }
            Order::Printers(printers) => {
                self.printers = by_name(&printers);
                self.desk.printers_changed(Instant::now());
                None
            }
            Order::Close(_) => None,
        };
        if let Some((job, kept)) = changed {
            self.keep(&job, kept).await;
        }
    }

    async fn ended(&mut self, end: Result<(Id, End), JoinError>) {
        let (task, end) = match end {
            Ok((task, (_, end))) => (task, end),
            Err(error) if error.is_cancelled() => {
                self.tasks.remove(&error.id());
                return;
            }
            Err(error) => (error.id(), Err(PrinterFault::Interrupted(error.to_string()))),
        };
        let Some((id, _)) = self.tasks.remove(&task) else { return };
        match &end {
            Ok(()) => tracing::info!(job = id.0, "printed"),
            Err(fault) => tracing::warn!(job = id.0, fault = fault.code(), detail = fault.detail(), "not printed"),
        }
        let job = self.desk.job(id);
        match (self.desk.ended(id, end, Instant::now()), job) {
            (Some(kept), Some(job)) => self.keep(&job, kept).await,
            (None, Some(_)) => self.forget(id).await,
            (_, None) => {}
        }
    }

    /// What the disk does not take is printed all the same, and tried once more when it takes something again.
    async fn keep(&mut self, job: &Arc<PrintJob>, kept: Kept) {
        let mut takes_something = self.has_kept(job, kept).await;
        while takes_something && let Some((job, kept)) = self.unkept.first().and_then(|id| self.desk.to_be_kept(*id)) {
            takes_something = self.has_kept(&job, kept).await;
        }
    }

    async fn has_kept(&mut self, job: &Arc<PrintJob>, kept: Kept) -> bool {
        let (folder, kept_job) = (self.folder.clone(), job.clone());
        let done = on_disk(move || folder.keep(&kept_job, kept)).await;
        match &done {
            Ok(()) => {
                self.unkept.remove(&job.id);
                if self.unkept.is_empty() {
                    self.disk = None;
                }
            }
            Err(error) => {
                tracing::warn!(job = job.id.0, %error, "a print job is in memory only");
                self.unkept.insert(job.id);
                self.disk = Some(error.to_string());
            }
        }
        done.is_ok()
    }

    async fn forget(&mut self, id: JobId) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.unkept.remove(&id);
        if self.unkept.is_empty() {
            self.disk = None;
        }
        let folder = self.folder.clone();
        if let Err(error) = on_disk(move || folder.forget(id)).await {
            tracing::warn!(job = id.0, %error, "the file of a print job cannot be removed");
        }
    }

    pub(super) fn publish(&self) {
        let not_kept = self.disk.clone().map(QueueTrouble::NotKept);
        let unreadable = (self.unreadable > 0).then_some(QueueTrouble::Unreadable(self.unreadable));
        let view = self.desk.view(not_kept.or(unreadable));
        self.view.send_if_modified(|shown| {
            let changed = *shown != view;
            *shown = view;
            changed
        });
    }
}

async fn send(
    printer: Option<PrinterSettings>,
    habits: &Arc<PrinterHabits>,
    job: &PrintJob,
) -> Result<(), PrinterFault> {
    let printer = printer.ok_or_else(|| PrinterFault::NoSuchPrinter(job.printer.clone()))?;
    let mut slip = Slip::default();
    if job.open_drawer {
        slip.open_drawer();
    }
    slip.append(job.slip.clone());
    print_on(&printer, habits, &slip, &job.title).await
}

async fn on_disk(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(error.into()))
}

async fn until(wake_at: Option<Instant>) {
    match wake_at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn by_name(printers: &[PrinterSettings]) -> HashMap<String, PrinterSettings> {
    printers.iter().map(|printer| (printer.name.clone(), printer.clone())).collect()
}
