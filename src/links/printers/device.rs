//! A printer at a device file of this computer, USB or serial. How it is cannot be asked there without system calls of its own; what
//! keeps it from printing shows when it takes no bytes.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::fault::PrinterFault;
use super::{Document, PrinterLink, PrinterWork};

/// Without a byte taken.
const TAKES_WITHIN: Duration = Duration::from_secs(10);
/// For all bytes; a serial line at 9600 baud has a thousand a second.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// No more at once, so that what was taken is known.
const PIECE: usize = 4_096;

pub(super) struct DevicePrinter {
    path: PathBuf,
}

impl DevicePrinter {
    pub(super) fn new(path: &Path) -> DevicePrinter {
        DevicePrinter { path: path.to_owned() }
    }
}

impl PrinterLink for DevicePrinter {
    fn print(&self, document: Document) -> PrinterWork<'_, ()> {
        let path = self.path.clone();
        let given_up = GivesUp::default();
        let seen = given_up.0.clone();
        on_a_thread(given_up, move || write(&mut open(&path)?, &document.bytes, &seen))
    }

    fn ask(&self) -> PrinterWork<'_, bool> {
        let path = self.path.clone();
        on_a_thread(GivesUp::default(), move || open(&path).map(|_| false))
    }
}

/// Tells the thread, when nobody waits for it any more.
#[derive(Default)]
struct GivesUp(Arc<AtomicBool>);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A device whose driver does not come back keeps its thread and nobody else.
fn on_a_thread<T: Send + 'static>(
    given_up: GivesUp,
    work: impl FnOnce() -> Result<T, PrinterFault> + Send + 'static,
) -> PrinterWork<'static, T> {
    Box::pin(async move {
        let _given_up = given_up;
        let ended = timeout(TAKEN_WITHIN + TAKES_WITHIN, tokio::task::spawn_blocking(work)).await;
        let nothing = || PrinterFault::Interrupted("the device does not come back".to_owned());
        ended.map_err(|_| nothing())?.map_err(|_| nothing())?
    })
}

/// Nothing is created, and nobody waits for somebody at the other end.
fn open(path: &Path) -> Result<File, PrinterFault> {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    options.open(path).map_err(|error| not_opened(path, &error))
}

fn not_opened(path: &Path, error: &io::Error) -> PrinterFault {
    let shown = path.display().to_string();
    match error.kind() {
        ErrorKind::NotFound => PrinterFault::NotFound(shown),
        ErrorKind::PermissionDenied => PrinterFault::Forbidden(shown),
        ErrorKind::ResourceBusy => PrinterFault::Busy,
        ErrorKind::IsADirectory => PrinterFault::NotFound(shown),
        _ => PrinterFault::Offline(format!("{shown}: {error}")),
    }
}

fn write(device: &mut File, bytes: &[u8], given_up: &AtomicBool) -> Result<(), PrinterFault> {
    let begun = Instant::now();
    let mut taken = 0;
    let mut last = begun;
    while taken < bytes.len() {
        let piece = &bytes[taken..bytes.len().min(taken + PIECE)];
        match device.write(piece) {
            Ok(0) => return Err(stopped(taken, &ErrorKind::WriteZero.into())),
            Ok(written) => {
                taken += written;
                last = Instant::now();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && last.elapsed() < TAKES_WITHIN => {
                sleep(LOOKS_AGAIN_AFTER);
            }
            Err(error) => return Err(stopped(taken, &error)),
        }
        if given_up.load(Ordering::Relaxed) || begun.elapsed() > TAKEN_WITHIN {
            return Err(stopped(taken, &ErrorKind::TimedOut.into()));
        }
    }
    Ok(())
}

/// Of a document of which not a byte was taken nothing is on paper.
fn stopped(taken: usize, error: &io::Error) -> PrinterFault {
    match error.kind() {
        _ if taken > 0 => PrinterFault::Interrupted(error.to_string()),
        // As the driver of USB printers says it.
        ErrorKind::StorageFull => PrinterFault::PaperOut,
        _ => PrinterFault::Offline(error.to_string()),
    }
}

/// The devices of this computer that may be printers; whoever has several looks at the cable.
pub fn known_devices() -> Vec<PathBuf> {
    let of = |folder: &str, beginnings: &[&str]| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let named = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            beginnings.iter().any(|beginning| name.starts_with(beginning))
        };
        entries.map(|entry| entry.path()).filter(named).collect()
    };
    let mut found = of("/dev/usb", &["lp"]);
    found.extend(of("/dev", &["ttyUSB", "ttyACM"]));
    found.sort();
    found
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn document(bytes: &[u8]) -> Document {
        Document { bytes: bytes.into(), format: super::super::DocumentFormat::Raw, title: String::new() }
    }

    #[tokio::test]
    async fn bytes_go_behind_one_another_into_a_device_and_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lp0");
        let printer = DevicePrinter::new(&path);
        let missing = PrinterFault::NotFound(path.display().to_string());
        assert_eq!(printer.print(document(b"one")).await, Err(missing.clone()));
        assert_eq!(printer.ask().await, Err(missing));
        std::fs::write(&path, "").unwrap();
        printer.print(document(b"one")).await.unwrap();
        printer.print(document(b"two")).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"onetwo");
        assert_eq!(printer.ask().await, Ok(false));
    }

    #[tokio::test]
    async fn a_pipe_that_nobody_reads_is_offline_and_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lp0");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let printer = DevicePrinter::new(&path);
        assert!(matches!(printer.print(document(b"one")).await, Err(PrinterFault::Offline(_))));
    }

    #[test]
    fn what_was_begun_is_printed_perhaps_and_what_was_not_is_not() {
        let full = io::Error::from(ErrorKind::StorageFull);
        assert_eq!(stopped(0, &full), PrinterFault::PaperOut);
        assert!(matches!(stopped(1, &full), PrinterFault::Interrupted(_)));
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(not_opened(Path::new("lp"), &denied), PrinterFault::Forbidden("lp".to_owned()));
        assert_eq!(not_opened(Path::new("lp"), &ErrorKind::ResourceBusy.into()), PrinterFault::Busy);
    }
}
