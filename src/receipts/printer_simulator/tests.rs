#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn printer() -> PrinterSimulator {
    PrinterSimulator::new(PaperWidth::Narrow)
}

/// What it answers, and what it tells.
fn told(printer: &mut PrinterSimulator, bytes: &[u8]) -> (Vec<u8>, Vec<PrinterNews>) {
    printer.receive(bytes);
    printer.work(None);
    (printer.take_answers(), printer.take_news())
}

fn lines(news: &[PrinterNews]) -> Vec<Vec<String>> {
    let sheet = |news: &PrinterNews| match news {
        PrinterNews::Sheet(sheet) => Some(sheet.lines.clone()),
        _ => None,
    };
    news.iter().filter_map(sheet).collect()
}

#[test]
fn what_is_cut_is_a_sheet_with_the_letters_of_the_chosen_code_page() {
    let mut printer = printer();
    let (_, news) = told(&mut printer, b"\x1b@\x1bt\x13K\x94p 1\xd5\nmore\n\x1dVB\x00\x1bt\x00\x94\n\x1bd\x02\x1di");
    assert_eq!(lines(&news), [["Köp 1€", "more"]]);
    assert_eq!(news[1..], [PrinterNews::Complaint("unknown command [1d, 69]".to_owned())]);
    assert_eq!(printer.unfinished().lines, ["ö", "", ""]);
    printer.tear_off();
    assert_eq!(lines(&printer.take_news()).len(), 1);
    printer.tear_off();
    assert_eq!(printer.take_news(), []);
}

#[test]
fn it_does_not_matter_in_what_pieces_the_bytes_come() {
    let job = b"\x1b@\x1bE\x01\x1d!\x11Big\n\x1d!\x00\x1dv0\x00\x02\x00\x02\x00\xff\x00\x00\xff\x1bp\x00\x19\xfa\x1dk\x49\x05{BK7M\x1dV\x01";
    let whole = told(&mut printer(), job);
    let mut slowly = printer();
    job.iter().for_each(|byte| slowly.receive(&[*byte]));
    assert_eq!(told(&mut slowly, &[]), whole);
    assert_eq!(lines(&whole.1), [["Big", "[picture 16×2]", "K7M"]]);
    assert!(whole.1.contains(&PrinterNews::DrawerOpened));
}

#[test]
fn letters_are_as_large_as_they_were_told_to_be() {
    let mut printer = printer();
    let (_, news) = told(&mut printer, b"\x1b!\x38W\x1b!\x00w\n\x1b!\x00w\n\x1dV\x00");
    let [PrinterNews::Sheet(sheet)] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!(sheet.picture.height(), 48 + 30);
    assert!((24..36).any(|x| (0..24).any(|y| sheet.picture.is_black(x, y))));
}

#[test]
fn it_says_what_is_wrong_with_it_in_every_way_it_can_be_asked() {
    let mut printer = printer();
    let questions = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04";
    assert_eq!(told(&mut printer, questions).0, [0x12, 0x12, 0x12, 0x12]);
    assert_eq!(told(&mut printer, b"\x1dr\x01").0, [0]);
    assert_eq!(told(&mut printer, b"\x1da\xff").0, [0x10, 0, 0, 0]);
    printer.set_paper(PaperLeft::Out);
    assert_eq!(printer.take_answers(), [0x18, 0, 0x0f, 0]);
    assert_eq!(told(&mut printer, questions).0, [0x1a, 0x32, 0x12, 0x7e]);
    printer.set_paper(PaperLeft::Plenty);
    printer.set_cover(true);
    assert_eq!(printer.take_answers(), [0x10, 0, 0, 0, 0x38, 0, 0, 0]);
    assert_eq!(told(&mut printer, questions).0, [0x1a, 0x16, 0x12, 0x12]);
    printer.set_mute(true);
    printer.set_cover(false);
    assert!(told(&mut printer, questions).0.is_empty());
}

#[test]
fn without_paper_the_rest_waits_and_real_time_questions_do_not() {
    let mut printer = printer();
    printer.set_paper(PaperLeft::Lines(2));
    let (_, news) = told(&mut printer, b"one\ntwo\nthree\n\x1dV\x00");
    assert_eq!(news, []);
    assert_eq!(printer.unfinished().lines, ["one", "two"]);
    assert!(!printer.is_busy());
    assert_eq!(told(&mut printer, b"\x10\x04\x04").0, [0x7e]);
    // What is to be asked in its turn has to wait.
    assert!(told(&mut printer, b"\x1dr\x01").0.is_empty());
    printer.set_paper(PaperLeft::Plenty);
    let (answers, news) = told(&mut printer, &[]);
    assert_eq!((answers, lines(&news)), (vec![0], vec![vec!["one".to_owned(), "two".to_owned(), "three".to_owned()]]));
}

#[test]
fn it_prints_as_many_lines_as_it_has_time_for() {
    let mut printer = printer();
    printer.receive(b"one\ntwo\nthree\n");
    printer.work(Some(1));
    assert_eq!(printer.unfinished().lines, ["one"]);
    assert!(printer.is_busy());
    printer.work(Some(2));
    assert_eq!(printer.unfinished().lines.len(), 3);
    assert!(!printer.is_busy());
}

#[test]
fn what_is_too_wide_is_complained_about_and_goes_on_below() {
    let mut printer = printer();
    let (_, news) = told(&mut printer, &[&[b'x'; 33][..], b"\n\x1dV\x00"].concat());
    assert_eq!(news[0], PrinterNews::Complaint("a line is wider than the paper".to_owned()));
    assert_eq!(lines(&news), [["x".repeat(32), "x".to_owned()]]);
}

#[test]
fn who_hangs_up_in_the_middle_of_a_command_leaves_no_half_of_it() {
    let mut printer = printer();
    told(&mut printer, b"one\n\x1dv0\x00\x30\x00\x10\x00abc");
    printer.hung_up();
    let (_, news) = told(&mut printer, b"\x1b@two\n\x1dV\x00");
    assert_eq!(news[0], PrinterNews::Complaint("the connection ended within a command".to_owned()));
    assert_eq!(lines(&news), [["one", "two"]]);
}

#[test]
fn who_never_stops_is_made_to_wait() {
    let mut printer = printer();
    printer.set_cover(true);
    let mut taken = 0;
    while printer.has_room() {
        printer.receive(&[b'\n'; 4096]);
        taken += 4096;
    }
    assert_eq!(taken, ROOM);
    printer.set_cover(false);
    printer.work(None);
    assert!(printer.has_room());
}

proptest! {
    #[test]
    fn no_bytes_bring_it_to_a_stop(bytes in proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(0x1b), Just(0x1d), Just(0x10), Just(b'v'), Just(b'k'), Just(b'('), Just(b'0')], 0..600)
    ) {
        let mut printer = printer();
        printer.receive(&bytes);
        printer.work(None);
        printer.hung_up();
        printer.tear_off();
        prop_assert!(!printer.is_busy());
    }
}

#[test]
fn a_printer_may_print_on_behind_the_place_where_it_sees_the_end_of_the_paper() {
    let mut printer = printer();
    printer.set_paper(PaperLeft::Lines(1));
    printer.set_tail(2);
    let (answers, news) = told(&mut printer, b"one\ntwo\n\x10\x04\x04\x1dr\x01\x1dVB\x00");
    assert_eq!((answers, lines(&news)), (vec![0x12, 0x0f], vec![vec!["one".to_owned(), "two".to_owned()]]));
    let (answers, _) = told(&mut printer, b"three\nfour\n\x10\x04\x04\x1dr\x01");
    assert_eq!((answers, printer.unfinished().lines.as_slice()), (vec![0x7e], ["three".to_owned()].as_slice()));
}

#[test]
fn a_printer_may_answer_how_it_is_and_not_when_it_is_done() {
    let mut printer = printer();
    printer.set_says_done(false);
    assert_eq!(told(&mut printer, b"one\n\x1dr\x01\x10\x04\x04").0, [0x12]);
}
