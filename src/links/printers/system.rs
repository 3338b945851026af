//! The printers that the system knows, where CUPS prints with them: on Linux and macOS.

use std::time::Duration;

use ipp::attribute::{IppAttribute, IppAttributeGroup};
use ipp::model::{Operation, PrinterState};
use ipp::value::IppValue;
use tokio::time::{Instant, sleep};

use super::fault::{PrinterFault, Unreachability};
use super::ipp::{Answer, Question, is_true, number, text, texts};
use super::{Document, DocumentFormat, PrinterLink, PrinterWork, SystemPrinter};

/// Where CUPS listens, if `CUPS_SERVER` names nobody else.
const USUAL_SERVER: &str = "localhost:631";
const USER: &str = "checkstand";
/// How long a job of the system's is followed.
const FINISHED_WITHIN: Duration = Duration::from_secs(60);
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(400);
/// So long a printer may take to be connected to, and to say that it is not as ill as it seemed.
const FAULT_HOLDS: Duration = Duration::from_secs(8);
const STATE: [&str; 3] =
    [IppAttribute::PRINTER_STATE, IppAttribute::PRINTER_STATE_REASONS, IppAttribute::PRINTER_IS_ACCEPTING_JOBS];

pub(super) struct QueuePrinter {
    queue: String,
    server: String,
}

/// What the system says of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobState {
    /// Nothing of it has been sent to the printer.
    Waiting,
    Sending,
    Completed,
    /// Somebody or something has ended it.
    Ended,
}

impl QueuePrinter {
    pub(super) fn new(queue: &str) -> QueuePrinter {
        QueuePrinter { queue: queue.to_owned(), server: server() }
    }

    fn question(&self, operation: Operation) -> Result<Question, PrinterFault> {
        Ok(Question::of(operation, &self.queue)?.with(IppAttribute::REQUESTING_USER_NAME, name(USER)))
    }

    async fn state(&self) -> Result<Answer, PrinterFault> {
        let question = self.question(Operation::GetPrinterAttributes)?.wanting(&STATE);
        only_asked(question.ask(&self.server).await)
    }

    /// The number of the job.
    async fn hand_over(&self, document: Document) -> Result<i32, PrinterFault> {
        let format = match document.format {
            DocumentFormat::Raw => "application/vnd.cups-raw",
            DocumentFormat::Pdf => "application/pdf",
        };
        let format = IppValue::new_mime_media_type(format).map_err(|error| PrinterFault::NotMade(error.to_string()))?;
        let question = self.question(Operation::PrintJob)?.with(IppAttribute::JOB_NAME, name(&document.title));
        let question = question.with(IppAttribute::DOCUMENT_FORMAT, format).carrying(document.bytes.to_vec());
        let answer = question.ask(&self.server).await?;
        let id = answer.job().and_then(|job| number(job, IppAttribute::JOB_ID));
        id.ok_or_else(|| PrinterFault::Interrupted("no job-id".to_owned()))
    }

    /// Until the system has printed it, or says why it does not. What it has not begun is taken back.
    async fn follow(&self, job: i32) -> Result<(), PrinterFault> {
        let until = Instant::now() + FINISHED_WITHIN;
        let mut ill_since: Option<Instant> = None;
        loop {
            let (state, said) = self.job_state(job).await?;
            match state {
                JobState::Completed => return Ok(()),
                JobState::Ended => return Err(PrinterFault::Interrupted(said)),
                JobState::Waiting | JobState::Sending => {}
            }
            let ill = illness(&self.state().await.map_err(|fault| perhaps(&fault))?, state);
            ill_since = ill.as_ref().map(|_| ill_since.unwrap_or_else(Instant::now));
            let holds = ill_since.is_some_and(|since| since.elapsed() >= FAULT_HOLDS);
            if holds || Instant::now() >= until {
                return Err(self.take_back(job, state, ill).await);
            }
            sleep(LOOKS_AGAIN_AFTER).await;
        }
    }

    async fn job_state(&self, job: i32) -> Result<(JobState, String), PrinterFault> {
        let wanted = [IppAttribute::JOB_STATE, IppAttribute::JOB_STATE_REASONS];
        let question = self.question(Operation::GetJobAttributes)?.with(IppAttribute::JOB_ID, IppValue::Integer(job));
        let answer = question.wanting(&wanted).ask(&self.server).await.map_err(|fault| perhaps(&fault))?;
        let job = answer.job().ok_or_else(|| PrinterFault::Interrupted("the job is gone".to_owned()))?;
        let said = texts(job, IppAttribute::JOB_STATE_REASONS).join(", ");
        let state = match number(job, IppAttribute::JOB_STATE) {
            Some(3 | 4) => JobState::Waiting,
            Some(9) => JobState::Completed,
            Some(7 | 8) => JobState::Ended,
            _ => JobState::Sending,
        };
        Ok((state, said))
    }

    /// So that it is not printed twice when it is tried again.
    async fn take_back(&self, job: i32, state: JobState, ill: Option<PrinterFault>) -> PrinterFault {
        let ill = ill.unwrap_or_else(|| PrinterFault::Offline("no end".to_owned()));
        let question = self.question(Operation::CancelJob);
        let question = question.map(|question| question.with(IppAttribute::JOB_ID, IppValue::Integer(job)));
        let cancelled = match question {
            Ok(question) => question.ask(&self.server).await.is_ok(),
            Err(_) => false,
        };
        let untouched = state == JobState::Waiting || matches!(ill, PrinterFault::Unreachable { .. });
        if cancelled && untouched { ill } else { perhaps(&ill) }
    }
}

impl PrinterLink for QueuePrinter {
    fn print(&self, document: Document) -> PrinterWork<'_, ()> {
        Box::pin(async move {
            stopped(&self.state().await?)?;
            let job = self.hand_over(document).await?;
            self.follow(job).await
        })
    }

    fn ask(&self) -> PrinterWork<'_, bool> {
        Box::pin(async move {
            stopped(&self.state().await?)?;
            Ok(true)
        })
    }
}

/// The printers there are, by name.
///
/// # Errors
/// [`PrinterFault::System`] where nobody prints for the programs of this computer.
pub async fn system_printers() -> Result<Vec<SystemPrinter>, PrinterFault> {
    let wanted = [IppAttribute::PRINTER_NAME, IppAttribute::PRINTER_INFO];
    let question = Question::general(Operation::CupsGetPrinters)?.wanting(&wanted);
    let answer = match only_asked(question.ask(&server()).await) {
        // That is how CUPS says that it has none.
        Err(PrinterFault::NotFound(_)) => return Ok(Vec::new()),
        answer => answer?,
    };
    let printer = |group: &IppAttributeGroup| {
        let description = text(group, IppAttribute::PRINTER_INFO).unwrap_or_default();
        Some(SystemPrinter { queue: text(group, IppAttribute::PRINTER_NAME)?, description })
    };
    Ok(answer.printers().filter_map(printer).collect())
}

/// What keeps the system from printing there at all. Reasons of an earlier job stand there until the next one, and count for nothing.
fn stopped(answer: &Answer) -> Result<(), PrinterFault> {
    let Some(printer) = answer.printers().next() else { return Ok(()) };
    if number(printer, IppAttribute::PRINTER_STATE) == Some(PrinterState::Stopped as i32) {
        return Err(reason(printer).unwrap_or_else(|| PrinterFault::Offline("paused".to_owned())));
    }
    match is_true(printer, IppAttribute::PRINTER_IS_ACCEPTING_JOBS) {
        Some(false) => Err(PrinterFault::Refused("not accepting jobs".to_owned())),
        _ => Ok(()),
    }
}

/// What is wrong while a job waits or is sent.
fn illness(answer: &Answer, state: JobState) -> Option<PrinterFault> {
    let printer = answer.printers().next()?;
    let connects =
        texts(printer, IppAttribute::PRINTER_STATE_REASONS).iter().any(|said| said == "connecting-to-device");
    if connects && state == JobState::Sending {
        let (why, detail) = (Unreachability::NoAnswer, "connecting-to-device".to_owned());
        return Some(PrinterFault::Unreachable { why, detail });
    }
    stopped(answer).err().or_else(|| reason(printer))
}

fn reason(printer: &IppAttributeGroup) -> Option<PrinterFault> {
    texts(printer, IppAttribute::PRINTER_STATE_REASONS).iter().find_map(|said| fault_of_reason(said))
}

/// A reason of the system's, without how bad it thinks that is.
fn fault_of_reason(said: &str) -> Option<PrinterFault> {
    let bare = ["-error", "-warning", "-report"].into_iter().find_map(|end| said.strip_suffix(end)).unwrap_or(said);
    match bare {
        "media-empty" | "media-needed" => Some(PrinterFault::PaperOut),
        "cover-open" | "door-open" | "interlock-open" => Some(PrinterFault::CoverOpen),
        "offline" | "shutdown" | "paused" | "stopped-partly" | "timed-out" => {
            Some(PrinterFault::Offline(bare.to_owned()))
        }
        _ => None,
    }
}

/// A job that is there may be printed, whatever becomes of our questions about it.
fn perhaps(fault: &PrinterFault) -> PrinterFault {
    let detail = if fault.detail().is_empty() { fault.code() } else { fault.detail() };
    PrinterFault::Interrupted(detail.to_owned())
}

/// A question that moves nothing and has no answer is no doubt about paper.
fn only_asked(answer: Result<Answer, PrinterFault>) -> Result<Answer, PrinterFault> {
    answer.map_err(|fault| match fault {
        PrinterFault::Interrupted(detail) => PrinterFault::System(detail),
        other => other,
    })
}

fn name(text: &str) -> IppValue {
    let shown: String = text.chars().take(60).collect();
    IppValue::new_name_without_language(shown).unwrap_or_else(|_| IppValue::new_no_value())
}

/// `CUPS_SERVER` may name a socket file or a version besides; only `host:port` and `host` are understood.
fn server() -> String {
    let named = std::env::var("CUPS_SERVER").unwrap_or_default();
    let named = named.split('/').next().unwrap_or_default().trim();
    match named {
        "" => USUAL_SERVER.to_owned(),
        with_port if with_port.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
            with_port.to_owned()
        }
        host => format!("{host}:631"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_the_system_are_the_same_faults_as_those_of_a_printer() {
        assert_eq!(fault_of_reason("media-empty-error"), Some(PrinterFault::PaperOut));
        assert_eq!(fault_of_reason("cover-open"), Some(PrinterFault::CoverOpen));
        assert_eq!(fault_of_reason("offline-report"), Some(PrinterFault::Offline("offline".to_owned())));
        assert_eq!(fault_of_reason("media-low-warning"), None);
        assert_eq!(fault_of_reason("none"), None);
    }
}
