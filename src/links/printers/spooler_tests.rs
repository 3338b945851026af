//! A spooler that is played, as the documentation of Windows' own has it: a printed job is gone from its list.

#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use super::*;
use crate::links::locked;

/// What it says, one look after the other; the last answer stays.
#[derive(Clone, Default)]
struct Played {
    reasons: &'static [&'static [&'static str]],
    jobs: &'static [Option<SpoolerJob>],
    lets_go: bool,
    looks: Arc<Mutex<(usize, usize)>>,
    taken: Arc<Mutex<Vec<Vec<u8>>>>,
}

fn at<T: Copy>(all: &'static [T], look: &mut usize) -> Option<T> {
    let answer = all.get(*look).or(all.last()).copied();
    *look += 1;
    answer
}

impl Spooler for Played {
    fn printers(&self) -> Vec<SpoolerPrinter> {
        let said = at(self.reasons, &mut locked(&self.looks).0).unwrap_or(&["ready"]);
        let printer = SystemPrinter { queue: "Bon".to_owned(), description: String::new() };
        vec![SpoolerPrinter { printer, reasons: said.iter().map(|reason| (*reason).to_owned()).collect() }]
    }

    fn hand_in(&self, _queue: &str, title: &str, bytes: &[u8]) -> Result<u64, String> {
        if title == "refused" {
            return Err("StartDocPrinter".to_owned());
        }
        locked(&self.taken).push(bytes.to_vec());
        Ok(7)
    }

    fn job(&self, queue: &str, job: u64) -> Option<SpoolerJob> {
        assert_eq!((queue, job), ("Bon", 7));
        at(self.jobs, &mut locked(&self.looks).1).flatten()
    }

    fn take_back(&self, _queue: &str, _job: u64) -> bool {
        self.lets_go
    }
}

fn document(title: &str, format: DocumentFormat) -> Document {
    Document { bytes: b"slip".to_vec().into(), format, title: title.to_owned() }
}

async fn printed(played: &Played) -> Result<(), PrinterFault> {
    SpoolerQueue::new(played.clone(), "Bon").print(document("Receipt", DocumentFormat::Raw)).await
}

#[tokio::test(start_paused = true)]
async fn a_job_that_has_gone_from_a_printer_that_is_well_is_printed() {
    let played = Played { jobs: &[Some(SpoolerJob::Waiting), Some(SpoolerJob::Sending), None], ..Played::default() };
    assert_eq!(printed(&played).await, Ok(()));
    assert_eq!(*locked(&played.taken), [b"slip".to_vec()]);
    assert_eq!(printed(&Played { jobs: &[Some(SpoolerJob::Printed)], ..Played::default() }).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_handed_in_where_the_printer_cannot_print() {
    for (said, fault) in [
        (&["paper_out"][..], PrinterFault::PaperOut),
        (&["printing", "door_open"], PrinterFault::CoverOpen),
        (&["offline"], PrinterFault::Offline("offline".to_owned())),
    ] {
        let played = Played { reasons: Box::leak(Box::new([said])), ..Played::default() };
        assert_eq!(printed(&played).await, Err(fault.clone()));
        assert_eq!(SpoolerQueue::new(played.clone(), "Bon").ask().await, Err(fault));
        assert!(locked(&played.taken).is_empty());
    }
    let nobody = SpoolerQueue::new(Played::default(), "Gone").ask().await;
    assert_eq!(nobody, Err(PrinterFault::NotFound("Gone".to_owned())));
    let refused = SpoolerQueue::new(Played::default(), "Bon").print(document("refused", DocumentFormat::Raw)).await;
    assert_eq!(refused, Err(PrinterFault::Refused("StartDocPrinter".to_owned())));
    let pages = SpoolerQueue::new(Played::default(), "Bon").print(document("Receipt", DocumentFormat::Pdf)).await;
    assert_eq!(pages, Err(PrinterFault::NotMade("PDF".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_paper_is_taken_back_and_what_has_begun_is_a_doubt() {
    let out = |jobs, lets_go| Played { reasons: &[&["ready"], &["paper_out"]], jobs, lets_go, ..Played::default() };
    assert_eq!(printed(&out(&[Some(SpoolerJob::Waiting)], true)).await, Err(PrinterFault::PaperOut));
    for (jobs, lets_go) in [
        (&[Some(SpoolerJob::Waiting)], false),
        (&[Some(SpoolerJob::Sending)], true),
        (&[Some(SpoolerJob::Ended)], true),
        (&[None], true),
    ] {
        let fault = printed(&out(jobs, lets_go)).await.unwrap_err();
        assert!(matches!(fault, PrinterFault::Interrupted(_)), "{jobs:?}: {fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_spoolers_printers_are_listed() {
    let listed = spooled_printers(Played::default()).await.unwrap();
    assert_eq!(listed, [SystemPrinter { queue: "Bon".to_owned(), description: String::new() }]);
}
