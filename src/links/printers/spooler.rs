//! The print spooler of Windows: what it is asked, and what its answers mean. `windows_spooler.rs` asks it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::fault::PrinterFault;
use super::{Document, DocumentFormat, PrinterLink, PrinterWork, SystemPrinter};

/// So long the spooler may take to answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);
/// How long a job of its is followed.
const FINISHED_WITHIN: Duration = Duration::from_secs(60);
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(400);
/// So long a printer may take to say that it is not as ill as it seemed.
const FAULT_HOLDS: Duration = Duration::from_secs(8);

/// A spooler. Everything asked of it blocks.
pub(super) trait Spooler: Send + Sync + 'static {
    fn printers(&self) -> Vec<SpoolerPrinter>;

    /// Gives it bytes that are for the printer as they are. The job's number, or the spooler's words.
    fn hand_in(&self, queue: &str, title: &str, bytes: &[u8]) -> Result<u64, String>;

    /// `None`: it has no such job any more, as with those that are printed.
    fn job(&self, queue: &str, job: u64) -> Option<SpoolerJob>;

    /// Whether it let go of the job.
    fn take_back(&self, queue: &str, job: u64) -> bool;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SpoolerPrinter {
    pub printer: SystemPrinter,
    /// What it says of itself, in the spooler's words.
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpoolerJob {
    /// Nothing of it has been sent to the printer.
    Waiting,
    Sending,
    Printed,
    /// Somebody or something has ended it.
    Ended,
}

/// One of the spooler's printers.
pub(super) struct SpoolerQueue<S> {
    spooler: Arc<S>,
    queue: String,
}

impl<S: Spooler> SpoolerQueue<S> {
    pub(super) fn new(spooler: S, queue: &str) -> SpoolerQueue<S> {
        SpoolerQueue { spooler: Arc::new(spooler), queue: queue.to_owned() }
    }

    /// What keeps it from printing.
    async fn illness(&self) -> Result<Option<PrinterFault>, PrinterFault> {
        let printers = asked(&self.spooler, Spooler::printers).await?;
        let printer = printers.into_iter().find(|known| known.printer.queue == self.queue);
        let printer = printer.ok_or_else(|| PrinterFault::NotFound(self.queue.clone()))?;
        Ok(printer.reasons.iter().find_map(|said| fault_of_reason(said)))
    }

    async fn hand_in(&self, document: Document) -> Result<u64, PrinterFault> {
        let queue = self.queue.clone();
        let handed_in = asked(&self.spooler, move |spooler| spooler.hand_in(&queue, &document.title, &document.bytes));
        // Whoever does not answer may have taken it.
        let handed_in = handed_in.await.map_err(|fault| PrinterFault::Interrupted(fault.code().to_owned()))?;
        handed_in.map_err(PrinterFault::Refused)
    }

    /// Until it is printed, or the spooler says why it is not. What has not begun is taken back.
    async fn follow(&self, job: u64) -> Result<(), PrinterFault> {
        let until = Instant::now() + FINISHED_WITHIN;
        let mut ill_since: Option<Instant> = None;
        loop {
            let queue = self.queue.clone();
            let state = asked(&self.spooler, move |spooler| spooler.job(&queue, job)).await.map_err(perhaps)?;
            // An ill printer, or one that is gone, has not printed what the spooler does not know any more.
            let ill = self.illness().await.map_err(perhaps)?;
            match (state, &ill) {
                (Some(SpoolerJob::Printed), _) | (None, None) => return Ok(()),
                (Some(SpoolerJob::Ended), _) => return Err(PrinterFault::Interrupted("ended".to_owned())),
                (None, Some(fault)) => return Err(perhaps(fault.clone())),
                (Some(SpoolerJob::Waiting | SpoolerJob::Sending), _) => {}
            }
            ill_since = ill.as_ref().map(|_| ill_since.unwrap_or_else(Instant::now));
            let holds = ill_since.is_some_and(|since| since.elapsed() >= FAULT_HOLDS);
            if holds || Instant::now() >= until {
                return Err(self.take_back(job, state, ill).await);
            }
            sleep(LOOKS_AGAIN_AFTER).await;
        }
    }

    /// So that it is not printed twice when it is tried again.
    async fn take_back(&self, job: u64, state: Option<SpoolerJob>, ill: Option<PrinterFault>) -> PrinterFault {
        let ill = ill.unwrap_or_else(|| PrinterFault::Offline("no end".to_owned()));
        let queue = self.queue.clone();
        let taken_back = asked(&self.spooler, move |spooler| spooler.take_back(&queue, job)).await;
        let untouched = state == Some(SpoolerJob::Waiting) && taken_back == Ok(true);
        if untouched { ill } else { perhaps(ill) }
    }
}

impl<S: Spooler> PrinterLink for SpoolerQueue<S> {
    fn print(&self, document: Document) -> PrinterWork<'_, ()> {
        Box::pin(async move {
            // It hands bytes on, and makes nothing of pages.
            if document.format == DocumentFormat::Pdf {
                return Err(PrinterFault::NotMade("PDF".to_owned()));
            }
            self.illness().await?.map_or(Ok(()), Err)?;
            let job = self.hand_in(document).await?;
            self.follow(job).await
        })
    }

    fn ask(&self) -> PrinterWork<'_, bool> {
        Box::pin(async move { self.illness().await?.map_or(Ok(true), Err) })
    }
}

/// The printers there are, by name.
pub(super) async fn spooled_printers(spooler: impl Spooler) -> Result<Vec<SystemPrinter>, PrinterFault> {
    let printers = asked(&Arc::new(spooler), Spooler::printers).await?;
    Ok(printers.into_iter().map(|known| known.printer).collect())
}

async fn asked<S: Spooler, T: Send + 'static>(
    spooler: &Arc<S>,
    question: impl FnOnce(&S) -> T + Send + 'static,
) -> Result<T, PrinterFault> {
    let spooler = spooler.clone();
    let answer = timeout(ANSWERED_WITHIN, tokio::task::spawn_blocking(move || question(&spooler))).await;
    let answer = answer.map_err(|_| PrinterFault::System("no answer".to_owned()))?;
    answer.map_err(|error| PrinterFault::System(error.to_string()))
}

/// A job that was handed in may be printed, whatever becomes of our questions about it.
fn perhaps(fault: PrinterFault) -> PrinterFault {
    let detail = if fault.detail().is_empty() { fault.code() } else { fault.detail() };
    PrinterFault::Interrupted(detail.to_owned())
}

/// A reason of the spooler's.
fn fault_of_reason(said: &str) -> Option<PrinterFault> {
    match said {
        "paper_out" => Some(PrinterFault::PaperOut),
        "door_open" => Some(PrinterFault::CoverOpen),
        "paused" | "error" | "pending_deletion" | "paper_jam" | "paper_problem" | "offline" | "output_bin_full"
        | "not_available" | "user_intervention" | "out_of_memory" | "server_unknown" => {
            Some(PrinterFault::Offline(said.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "spooler_tests.rs"]
mod tests;
