//! The order in which things are printed, without a printer.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;

use super::super::job::{JobTitle, NewJob};
use super::*;
use crate::receipts::Slip;

fn add(desk: &mut Desk, id: u64, printer: &str, now: Instant) {
    let (printer, title, slip) = (printer.to_owned(), JobTitle::Test, Slip::default());
    let new = NewJob { printer, title, slip, made_at: Timestamp::UNIX_EPOCH, open_drawer: false };
    desk.add(new.numbered(JobId(id)), Kept::Waiting, now);
}

fn due(desk: &Desk, now: Instant) -> Vec<u64> {
    desk.due(now).iter().map(|job| job.id.0).collect()
}

fn state(desk: &Desk, id: u64) -> JobState {
    desk.view(None).job(JobId(id)).unwrap().state.clone()
}

#[test]
fn each_printer_has_its_own_order_and_a_fault_stops_only_its_own() {
    let now = Instant::now();
    let mut desk = Desk::default();
    for (id, printer) in [(1, "bar"), (2, "bar"), (3, "kitchen")] {
        add(&mut desk, id, printer, now);
    }
    assert_eq!(due(&desk, now), [1, 3]);
    desk.begin(JobId(1));
    assert_eq!(due(&desk, now), [3]);
    assert_eq!(desk.ended(JobId(1), Err(PrinterFault::PaperOut), now), Some(Kept::Waiting));
    assert_eq!(due(&desk, now), [3]);
    assert_eq!(desk.next_at(), Some(now + TRIED_AGAIN_AFTER));
    assert_eq!(due(&desk, now + TRIED_AGAIN_AFTER), [1, 3]);
    desk.elsewhere(JobId(1), "kitchen").unwrap();
    assert_eq!(due(&desk, now), [1, 2]);
}

#[test]
fn what_passes_by_itself_is_tried_for_half_an_hour_and_then_when_a_person_says_so() {
    let begun = Instant::now();
    let mut desk = Desk::default();
    add(&mut desk, 1, "bar", begun);
    let mut now = begun;
    let mut tries = 0;
    while due(&desk, now) == [1] {
        desk.begin(JobId(1));
        desk.ended(JobId(1), Err(PrinterFault::PaperOut), now);
        tries += 1;
        now += TRIED_AGAIN_AFTER;
    }
    assert_eq!(tries, 181);
    assert_eq!(state(&desk, 1), JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: false });
    desk.again(JobId(1)).unwrap();
    assert_eq!(due(&desk, now), [1]);
    desk.begin(JobId(1));
    assert_eq!(desk.ended(JobId(1), Ok(()), now), None);
    assert_eq!(state(&desk, 1), JobState::Printed);
}

#[test]
fn what_is_printed_perhaps_is_never_tried_again_by_itself() {
    let now = Instant::now();
    let mut desk = Desk::default();
    add(&mut desk, 1, "bar", now);
    desk.begin(JobId(1));
    let fault = PrinterFault::Interrupted("line".to_owned());
    assert_eq!(desk.ended(JobId(1), Err(fault), now), Some(Kept::Interrupted));
    desk.printers_changed(now);
    assert_eq!((due(&desk, now + TRIED_FOR), desk.next_at()), (Vec::new(), None));
    assert!(desk.remove(JobId(1)) && !desk.remove(JobId(1)));
}

#[test]
fn a_fault_is_shown_while_it_is_tried_again_and_nothing_is_moved_under_way() {
    let now = Instant::now();
    let mut desk = Desk::default();
    add(&mut desk, 1, "bar", now);
    desk.begin(JobId(1));
    assert_eq!(state(&desk, 1), JobState::Printing);
    assert!(desk.again(JobId(1)).is_none() && desk.elsewhere(JobId(1), "kitchen").is_none());
    desk.ended(JobId(1), Err(PrinterFault::Busy), now);
    desk.begin(JobId(1));
    assert_eq!(state(&desk, 1), JobState::Faulty { fault: PrinterFault::Busy, tries_again: true });
}

#[test]
fn what_was_on_its_way_when_the_printers_changed_is_tried_with_the_new_ones_unless_it_may_be_on_paper() {
    let now = Instant::now();
    for (fault, again) in
        [(PrinterFault::NoSuchPrinter("bar".to_owned()), &[1][..]), (PrinterFault::Interrupted(String::new()), &[])]
    {
        let mut desk = Desk::default();
        add(&mut desk, 1, "bar", now);
        desk.begin(JobId(1));
        desk.printers_changed(now);
        desk.ended(JobId(1), Err(fault.clone()), now);
        assert_eq!(due(&desk, now), again);
        desk.begin(JobId(1));
        desk.ended(JobId(1), Err(fault), now);
        assert!(due(&desk, now).is_empty(), "that is no news");
    }
}

#[test]
fn twenty_of_those_that_are_printed_are_shown() {
    let now = Instant::now();
    let mut desk = Desk::default();
    for id in 1..=25 {
        add(&mut desk, id, "bar", now);
        desk.ended(JobId(id), Ok(()), now);
    }
    let shown: Vec<u64> = desk.view(None).jobs.iter().map(|job| job.id.0).collect();
    assert_eq!(shown, (6..=25).collect::<Vec<_>>());
}
