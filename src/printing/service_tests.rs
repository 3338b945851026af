//! Jobs on their way to printers of a few lines, and programs that end in the middle.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::job::JobTitle;
use super::super::queue::Kept;
use super::super::view::{JobState, QueueTrouble};
use super::*;
use crate::domain::PaperWidth;
use crate::links::printers::PrinterFault;
use crate::receipts::Slip;
use crate::receipts::Weight;
use crate::receipts::printer_simulator::{PrinterNews, PrinterSimulator};
use crate::settings::PrinterConnection;

const DONE: [u8; 3] = [0x1d, b'r', 1];

struct Bar {
    listener: TcpListener,
    printers: Vec<PrinterSettings>,
    folder: tempfile::TempDir,
}

impl Bar {
    async fn new() -> Bar {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let printers = vec![PrinterSettings::new("bar", PrinterConnection::Network { address })];
        Bar { listener, printers, folder: tempfile::tempdir().unwrap() }
    }

    async fn open(&self) -> Printing {
        Printing::open(&self.queue(), &self.printers).await
    }

    fn queue(&self) -> std::path::PathBuf {
        self.folder.path().join("print-queue")
    }

    /// A line on which the three questions are answered so.
    async fn line(&self, answers: [u8; 3]) -> TcpStream {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        for answer in answers {
            stream.read_exact(&mut [0; 3]).await.unwrap();
            stream.write_u8(answer).await.unwrap();
            if answer != 0x12 {
                break;
            }
        }
        stream
    }

    /// Prints one document.
    async fn prints(&self) -> String {
        let mut stream = self.line([0x12; 3]).await;
        let mut taken = Vec::new();
        while !taken.ends_with(&DONE) {
            taken.push(stream.read_u8().await.unwrap());
        }
        stream.write_u8(0).await.unwrap();
        on_paper(&taken[..taken.len() - DONE.len()])
    }
}

/// What a printer makes of it.
fn on_paper(bytes: &[u8]) -> String {
    let mut printer = PrinterSimulator::new(PaperWidth::Wide);
    printer.receive(bytes);
    printer.work(None);
    printer.tear_off();
    let sheets = printer.take_news().into_iter().filter_map(|news| match news {
        PrinterNews::Sheet(sheet) => Some(sheet.lines.join("\n")),
        _ => None,
    });
    sheets.collect()
}

fn new(word: &str) -> NewJob {
    let mut slip = Slip::default();
    slip.centred(word, Weight::Plain);
    let (printer, title) = ("bar".to_owned(), JobTitle::Test);
    NewJob { printer, title, slip, made_at: Timestamp::UNIX_EPOCH, open_drawer: false }
}

async fn until_shown(printing: &Printing, id: JobId, wanted: impl Fn(&JobState) -> bool) {
    let mut view = printing.view();
    view.wait_for(|view| view.job(id).is_some_and(|job| wanted(&job.state))).await.unwrap();
}

fn files(bar: &Bar) -> Vec<Kept> {
    let (jobs, unreadable) = super::super::queue::kept_jobs(&bar.queue()).unwrap();
    assert_eq!(unreadable, 0);
    jobs.into_iter().map(|kept| kept.kept).collect()
}

#[tokio::test]
async fn jobs_are_printed_in_their_order_and_leave_no_file() {
    let bar = Bar::new().await;
    let printing = bar.open().await;
    let ids = ["one", "two"].map(|word| printing.submit(new(word)).unwrap());
    for word in ["one", "two"] {
        assert_eq!(bar.prints().await.trim(), word);
    }
    until_shown(&printing, ids[1], |state| *state == JobState::Printed).await;
    printing.close().await;
    assert_eq!(files(&bar), []);
}

#[tokio::test]
async fn paper_that_is_put_in_is_enough() {
    let bar = Bar::new().await;
    let printing = bar.open().await;
    let id = printing.submit(new("one")).unwrap();
    drop(bar.line([0x12, 0x72, 0x12]).await);
    let empty = JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: true };
    until_shown(&printing, id, |state| *state == empty).await;
    // The next try is of the clock's making.
    tokio::time::pause();
    let printed = bar.prints().await;
    tokio::time::resume();
    assert_eq!(printed.trim(), "one");
    until_shown(&printing, id, |state| *state == JobState::Printed).await;
}

#[tokio::test]
async fn what_a_program_was_sending_when_it_died_is_printed_again_by_nobody_but_a_person() {
    let bar = Bar::new().await;
    let printing = bar.open().await;
    let first = printing.submit(new("one")).unwrap();
    let second = printing.submit(new("two")).unwrap();
    let mut line = bar.line([0x12; 3]).await;
    line.read_u8().await.unwrap();
    let mut view = printing.view();
    view.wait_for(|view| view.job(second).is_some()).await.unwrap();
    drop(printing);
    while view.changed().await.is_ok() {}
    drop(line);
    assert_eq!(files(&bar), [Kept::Sending, Kept::Waiting]);

    let printing = bar.open().await;
    until_shown(&printing, first, |state| {
        matches!(state, JobState::Faulty { fault: PrinterFault::Interrupted(_), tries_again: false })
    })
    .await;
    printing.again(first).unwrap();
    for word in ["one", "two"] {
        assert_eq!(bar.prints().await.trim(), word);
    }
    until_shown(&printing, second, |state| *state == JobState::Printed).await;
    assert!(printing.submit(new("three")).unwrap() > second, "no number is used twice");
}

#[tokio::test]
async fn a_job_can_go_elsewhere_and_be_given_up() {
    let bar = Bar::new().await;
    let printing = bar.open().await;
    let lost = |state: &JobState| matches!(state, JobState::Faulty { fault: PrinterFault::NoSuchPrinter(_), .. });
    let [moved, gone] = ["moved", "gone"].map(|word| NewJob { printer: "attic".to_owned(), ..new(word) });
    let [moved, gone] = [moved, gone].map(|job| printing.submit(job).unwrap());
    until_shown(&printing, moved, lost).await;
    printing.elsewhere(moved, "bar").unwrap();
    assert_eq!(bar.prints().await.trim(), "moved");
    until_shown(&printing, moved, |state| *state == JobState::Printed).await;
    until_shown(&printing, gone, lost).await;
    printing.give_up(gone).unwrap();
    let mut view = printing.view();
    view.wait_for(|view| view.job(gone).is_none()).await.unwrap();
    printing.close().await;
    assert_eq!(files(&bar), []);
}

#[tokio::test]
async fn printers_that_are_set_up_meanwhile_print_what_waits() {
    let bar = Bar::new().await;
    let printing = Printing::open(&bar.queue(), &[]).await;
    let id = printing.submit(new("one")).unwrap();
    until_shown(&printing, id, |state| matches!(state, JobState::Faulty { .. })).await;
    printing.settings_changed(&bar.printers).unwrap();
    assert_eq!(bar.prints().await.trim(), "one");
}

#[tokio::test]
async fn what_the_disk_does_not_take_is_printed_from_memory_and_told() {
    let bar = Bar::new().await;
    // Where a folder should be made there is a file.
    std::fs::write(bar.queue(), "").unwrap();
    let printing = bar.open().await;
    let id = printing.submit(new("one")).unwrap();
    let mut view = printing.view();
    view.wait_for(|view| matches!(view.trouble, Some(QueueTrouble::NotKept(_)))).await.unwrap();
    assert_eq!(bar.prints().await.trim(), "one");
    until_shown(&printing, id, |state| *state == JobState::Printed).await;
}

#[tokio::test]
async fn a_disk_that_takes_something_again_gets_what_it_did_not_take() {
    let bar = Bar::new().await;
    std::fs::write(bar.queue(), "").unwrap();
    let printing = bar.open().await;
    let in_attic = |word| NewJob { printer: "attic".to_owned(), ..new(word) };
    let first = printing.submit(in_attic("one")).unwrap();
    until_shown(&printing, first, |state| matches!(state, JobState::Faulty { .. })).await;
    std::fs::remove_file(bar.queue()).unwrap();
    printing.submit(in_attic("two")).unwrap();
    printing.view().wait_for(|view| view.trouble.is_none() && view.jobs.len() == 2).await.unwrap();
    printing.close().await;
    assert_eq!(files(&bar), [Kept::Waiting, Kept::Waiting]);
}

#[tokio::test]
async fn nobody_can_have_more_waiting_than_there_is_room_for() {
    let bar = Bar::new().await;
    let printing = Printing::open(&bar.queue(), &[]).await;
    for _ in 0..JOBS_AT_MOST {
        printing.submit(new("one")).unwrap();
    }
    assert_eq!(printing.submit(new("one")), Err(NotSubmitted::Full));
}
