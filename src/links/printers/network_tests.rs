//! Printers of a few lines, behind real sockets.

#![allow(clippy::unwrap_used)]

use tokio::net::TcpListener;

use super::super::DocumentFormat;
use super::*;
use crate::domain::PaperWidth;
use crate::links::PrinterDoor;
use crate::receipts::printer_simulator::{PaperLeft, PrinterNews, PrinterSimulator};

fn document(bytes: &[u8]) -> Document {
    Document { bytes: bytes.into(), format: DocumentFormat::Raw, title: String::new() }
}

async fn printer() -> (TcpListener, NetworkPrinter) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let printer = NetworkPrinter::new(&listener.local_addr().unwrap().to_string(), Arc::default());
    (listener, printer)
}

/// Answers the three questions, then takes what comes until `until`.
async fn answering(listener: &TcpListener, answers: [u8; 3], until: &[u8]) -> (Vec<u8>, TcpStream) {
    let (mut stream, _) = listener.accept().await.unwrap();
    for (ask, answer) in Ask::ALL.into_iter().zip(answers) {
        let mut asked = [0; 3];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(asked, ask.bytes());
        stream.write_u8(answer).await.unwrap();
        if ask.fault(answer).is_some() {
            return (Vec::new(), stream);
        }
    }
    let mut taken = Vec::new();
    while !taken.ends_with(until) {
        taken.push(stream.read_u8().await.unwrap());
    }
    (taken, stream)
}

#[tokio::test]
async fn a_document_is_printed_when_the_printer_says_that_it_is_done() {
    let (listener, printer) = printer().await;
    let play = async {
        let (taken, mut stream) = answering(&listener, [0x12; 3], &WHEN_DONE).await;
        stream.write_u8(0).await.unwrap();
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "the till takes leave in good order");
        taken
    };
    let (printed, taken) = tokio::join!(printer.print(document(b"slip")), play);
    printed.unwrap();
    assert_eq!(taken, [b"slip".as_slice(), &WHEN_DONE].concat());
}

#[tokio::test]
async fn nothing_is_sent_to_a_printer_without_paper_or_with_its_cover_open() {
    for (answers, fault) in
        [([0x16, 0x12, 0x12], PrinterFault::CoverOpen), ([0x12, 0x72, 0x12], PrinterFault::PaperOut)]
    {
        let (listener, printer) = printer().await;
        let play = async {
            let (_, mut stream) = answering(&listener, answers, b"").await;
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            rest
        };
        let (printed, rest) = tokio::join!(printer.print(document(b"slip")), play);
        assert_eq!((printed, rest), (Err(fault), Vec::new()));
    }
}

#[tokio::test]
async fn a_printer_that_says_nothing_is_believed_to_be_fine() {
    let (listener, printer) = printer().await;
    let play = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut taken = Vec::new();
        stream.read_to_end(&mut taken).await.unwrap();
        taken
    };
    let (printed, taken) = tokio::join!(printer.print(document(b"slip")), play);
    printed.unwrap();
    assert_eq!(taken, [Ask::Cause.bytes().as_slice(), b"slip"].concat());
}

#[tokio::test]
async fn a_line_that_breaks_before_the_printer_is_done_leaves_a_doubt() {
    let (listener, printer) = printer().await;
    let play = async { drop(answering(&listener, [0x12; 3], b"slip").await) };
    let (printed, ()) = tokio::join!(printer.print(document(b"slip")), play);
    assert!(matches!(printed, Err(PrinterFault::Interrupted(_))), "{printed:?}");
}

#[tokio::test]
async fn a_printer_that_another_till_holds_is_waited_for() {
    let (listener, printer) = printer().await;
    let play = async {
        drop(listener.accept().await.unwrap());
        let (_, mut stream) = answering(&listener, [0x12; 3], &WHEN_DONE).await;
        stream.write_u8(0).await.unwrap();
    };
    let (printed, ()) = tokio::join!(printer.print(document(b"slip")), play);
    printed.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_not_there_is_unreachable_and_named() {
    let (listener, printer) = printer().await;
    let shown = printer.shown();
    drop(listener);
    let fault = PrinterFault::Unreachable { why: Unreachability::Refused, detail: shown };
    assert_eq!(printer.print(document(b"slip")).await, Err(fault));
}

/// A simulated printer, and the way to it. From its first sheet on the clock is nobody's but that of the waits.
async fn simulated(simulator: PrinterSimulator, lines_a_second: Option<u32>) -> (PrinterDoor, NetworkPrinter) {
    let told = |news| {
        if matches!(news, PrinterNews::Sheet(_)) {
            tokio::time::pause();
        }
    };
    let here = "127.0.0.1:0".parse().unwrap();
    let door = PrinterDoor::open(here, simulator, lines_a_second, told).await.unwrap();
    let printer = NetworkPrinter::new(&door.address().to_string(), Arc::default());
    (door, printer)
}

const THREE_LINES: &[u8] = b"one\ntwo\nthree\n\x1dVB\0";

#[tokio::test]
async fn a_printer_that_never_says_when_it_is_done_is_waited_for_once() {
    let mut simulator = PrinterSimulator::new(PaperWidth::Wide);
    simulator.set_says_done(false);
    let (door, printer) = simulated(simulator, None).await;
    for at_most in [DONE_WITHIN, Duration::ZERO, Duration::ZERO] {
        let begun = Instant::now();
        printer.print(document(THREE_LINES)).await.unwrap();
        let took = begun.elapsed();
        assert!(took < at_most + ANSWERED_WITHIN + CLOSED_WITHIN, "{took:?}");
        tokio::time::resume();
    }
    door.close().await;
}

#[tokio::test]
async fn a_printer_that_never_says_when_it_is_done_still_says_what_happened() {
    let mut simulator = PrinterSimulator::new(PaperWidth::Wide);
    simulator.set_says_done(false);
    let (door, printer) = simulated(simulator, None).await;
    printer.print(document(THREE_LINES)).await.unwrap();
    tokio::time::resume();
    door.leave_paper_for(2);
    let fault = printer.print(document(THREE_LINES)).await.unwrap_err();
    assert_eq!(fault, PrinterFault::Interrupted("paper-out".to_owned()));
}

/// Prints on a slow printer; when so many lines are on paper the clock runs ahead.
async fn printed_slowly(simulator: PrinterSimulator, lines: usize) -> Result<(), PrinterFault> {
    let here = "127.0.0.1:0".parse().unwrap();
    let door = PrinterDoor::open(here, simulator, Some(2), |_| {}).await.unwrap();
    let printer = NetworkPrinter::new(&door.address().to_string(), Arc::default());
    let watched = async {
        while door.unfinished_lines().len() < lines {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
    };
    tokio::join!(printer.print(document(THREE_LINES)), watched).0
}

#[tokio::test]
async fn what_is_printed_before_the_paper_ends_is_printed_for_certain_where_the_printer_says_so() {
    let mut simulator = PrinterSimulator::new(PaperWidth::Wide);
    simulator.set_paper(PaperLeft::Lines(1));
    // It is asked how it is while it prints on the rest of the roll.
    simulator.set_tail(5);
    assert_eq!(printed_slowly(simulator, 1).await, Ok(()));
}

#[tokio::test]
async fn paper_that_ends_in_the_middle_leaves_a_doubt() {
    let mut simulator = PrinterSimulator::new(PaperWidth::Wide);
    simulator.set_paper(PaperLeft::Lines(1));
    let fault = printed_slowly(simulator, 1).await.unwrap_err();
    assert_eq!(fault, PrinterFault::Interrupted("paper-out".to_owned()));
}

#[tokio::test]
async fn a_printer_that_falls_silent_with_the_slip_in_it_leaves_a_doubt() {
    let (listener, printer) = printer().await;
    let play = async {
        let (_, stream) = answering(&listener, [0x12; 3], &WHEN_DONE).await;
        tokio::time::pause();
        stream
    };
    let (printed, _stream) = tokio::join!(printer.print(document(b"slip")), play);
    assert_eq!(printed, Err(PrinterFault::Interrupted("no answer".to_owned())));
}

#[tokio::test]
async fn silence_leaves_a_doubt_also_where_a_printer_never_says_when_it_is_done() {
    let (listener, printer) = printer().await;
    printer.habits.did_not_say_done(printer.shown());
    let play = async {
        let (_, stream) = answering(&listener, [0x12; 3], b"slip").await;
        tokio::time::pause();
        stream
    };
    let (printed, _stream) = tokio::join!(printer.print(document(b"slip")), play);
    assert_eq!(printed, Err(PrinterFault::Interrupted("no answer".to_owned())));
}

#[test]
fn the_port_is_the_usual_one_unless_it_is_given() {
    assert_eq!(host_and_port("10.0.0.9"), ("10.0.0.9".to_owned(), 9100));
    assert_eq!(host_and_port("bar:9101"), ("bar".to_owned(), 9101));
    assert_eq!(host_and_port("[::1]:9101"), ("::1".to_owned(), 9101));
    assert_eq!(host_and_port("fe80::1"), ("fe80::1".to_owned(), 9100));
}
