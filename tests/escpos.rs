//! Slips as bytes, compared with `tests/golden/escpos`, and a simulated printer behind a real socket.
//! `CHECKSTAND_PICTURES=new cargo test --test escpos` makes the picture anew.
#![allow(clippy::unwrap_used)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use checkstand::domain::{CodePage, PaperWidth};
use checkstand::links::PrinterDoor;
use checkstand::receipts::printer_simulator::{PaperLeft, PrinterNews, PrinterSimulator};
use checkstand::receipts::{EscPosPrinter, Slip, Weight, bitmap_of_png, draw, escpos, lay_out};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

const PRINTER: EscPosPrinter =
    EscPosPrinter { paper: PaperWidth::Wide, code_page: CodePage::Pc858, cuts: true, drawer: true };
/// Nothing here takes as long, on any machine.
const AT_MOST: Duration = Duration::from_secs(60);

fn receipt() -> Slip {
    let mut slip = Slip::default();
    slip.centred("Kvarterets café", Weight::Tall);
    slip.centred("Storgatan 1, Malmö", Weight::Plain);
    slip.feed();
    slip.centred("DUPLICATE", Weight::Large);
    slip.row("Smörgås med allt som hör till", "129,00", Weight::Plain);
    slip.detail("10 % rabatt", "-12,90");
    slip.rule(true);
    slip.row("Att betala", "116,10 SEK", Weight::Bold);
    slip.centred("Кофе – tack!", Weight::Plain);
    slip.block(["VISA     ************4321".to_owned(), "AUTH             123456".to_owned()]);
    slip.barcode("K7M2-41");
    slip.open_drawer();
    slip.cut();
    slip
}

fn job(slip: &Slip, printer: &EscPosPrinter) -> Vec<u8> {
    escpos(&lay_out(slip, printer.paper.columns()), printer)
}

fn one_line(text: &str) -> Vec<u8> {
    let mut slip = Slip::default();
    slip.centred(text, Weight::Plain);
    job(&slip, &PRINTER)
}

#[test]
fn a_receipt_has_the_same_bytes_as_ever_on_every_paper() {
    for paper in PaperWidth::ALL {
        let printer = EscPosPrinter { paper, ..PRINTER };
        let bytes = job(&receipt(), &printer);
        let mut simulator = PrinterSimulator::new(paper);
        simulator.receive(&bytes);
        simulator.work(None);
        let mut golden = String::new();
        for news in simulator.take_news() {
            match news {
                PrinterNews::Sheet(sheet) => golden += &(sheet.lines.join("\n") + "\n--- cut\n"),
                PrinterNews::DrawerOpened => golden += "--- drawer\n",
                PrinterNews::Complaint(complaint) => panic!("{complaint}"),
            }
        }
        for row in bytes.chunks(32) {
            golden += &(row.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n");
        }
        insta::with_settings!({ snapshot_path => "golden/escpos", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("receipt_{}", paper.columns()), golden);
        });
    }
}

#[test]
fn a_receipt_looks_as_ever() {
    let mut slip = receipt();
    slip.qr_code("https://shop.example/r/K7M2-41");
    let drawn = draw(&lay_out(&slip, PaperWidth::Narrow.columns()), PaperWidth::Narrow);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/escpos/receipt_32.png");
    if std::env::var_os("CHECKSTAND_PICTURES").is_some() {
        std::fs::write(&file, drawn.png()).unwrap();
    }
    let golden = bitmap_of_png(&std::fs::read(&file).unwrap(), usize::MAX).unwrap();
    assert!(golden == drawn, "the receipt looks different from {}", file.display());
}

/// A printer at a free port, and what it tells.
async fn printer(paper: PaperLeft, speed: Option<u32>) -> (PrinterDoor, Receiver<PrinterNews>) {
    let mut simulator = PrinterSimulator::new(PRINTER.paper);
    simulator.set_paper(paper);
    let (sender, news) = channel(64);
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let door = PrinterDoor::open(any_port, simulator, speed, move |news| drop(sender.try_send(news))).await.unwrap();
    (door, news)
}

async fn sheet(news: &mut Receiver<PrinterNews>) -> Vec<String> {
    match timeout(AT_MOST, news.recv()).await.unwrap().unwrap() {
        PrinterNews::Sheet(sheet) => sheet.lines.iter().map(|line| line.trim().to_owned()).collect(),
        other => panic!("{other:?}"),
    }
}

async fn asked(line: &mut TcpStream, question: &[u8]) -> u8 {
    line.write_all(question).await.unwrap();
    timeout(AT_MOST, line.read_u8()).await.unwrap().unwrap()
}

#[tokio::test]
async fn without_paper_a_job_waits_and_is_printed_when_paper_is_put_in() {
    let (door, mut news) = printer(PaperLeft::Out, None).await;
    let mut line = TcpStream::connect(door.address()).await.unwrap();
    line.write_all(&one_line("one")).await.unwrap();
    assert_eq!(asked(&mut line, b"\x10\x04\x04").await, 0x7e);
    assert!(news.try_recv().is_err());
    door.put_paper_in();
    assert_eq!(sheet(&mut news).await, ["one"]);
    assert_eq!(asked(&mut line, b"\x10\x04\x04").await, 0x12);
    door.open_cover();
    assert_eq!(asked(&mut line, b"\x10\x04\x02").await, 0x16);
}

#[tokio::test]
async fn a_second_peer_waits_until_the_first_has_gone() {
    let (door, mut news) = printer(PaperLeft::Plenty, None).await;
    let mut first = TcpStream::connect(door.address()).await.unwrap();
    assert_eq!(asked(&mut first, b"\x10\x04\x01").await, 0x12);
    let mut second = TcpStream::connect(door.address()).await.unwrap();
    second.write_all(&one_line("second")).await.unwrap();
    first.write_all(&one_line("first")).await.unwrap();
    assert_eq!(sheet(&mut news).await, ["first"]);
    assert!(news.try_recv().is_err());
    drop(first);
    assert_eq!(sheet(&mut news).await, ["second"]);
}

#[tokio::test]
async fn what_was_sent_before_the_line_broke_is_printed() {
    let (door, mut news) = printer(PaperLeft::Out, None).await;
    let mut line = TcpStream::connect(door.address()).await.unwrap();
    line.write_all(&one_line("one")).await.unwrap();
    assert_eq!(asked(&mut line, b"\x10\x04\x04").await, 0x7e);
    drop(line);
    let mut again = TcpStream::connect(door.address()).await.unwrap();
    assert_eq!(asked(&mut again, b"\x10\x04\x04").await, 0x7e);
    door.leave_paper_for(9);
    assert_eq!(sheet(&mut news).await, ["one"]);
}

#[tokio::test]
async fn a_slow_printer_prints_everything_in_the_end() {
    let (door, mut news) = printer(PaperLeft::Plenty, Some(1_000)).await;
    let mut slip = Slip::default();
    (0..20).for_each(|_| slip.rule(false));
    let mut line = TcpStream::connect(door.address()).await.unwrap();
    line.write_all(&job(&slip, &PRINTER)).await.unwrap();
    assert_eq!(asked(&mut line, b"\x10\x04\x01").await, 0x12);
    assert_eq!(sheet(&mut news).await.len(), 20);
}

#[tokio::test]
async fn a_mute_printer_prints_and_says_nothing() {
    let (door, mut news) = printer(PaperLeft::Plenty, None).await;
    door.set_mute(true);
    let mut line = TcpStream::connect(door.address()).await.unwrap();
    line.write_all(b"\x10\x04\x04").await.unwrap();
    line.write_all(&one_line("one")).await.unwrap();
    assert_eq!(sheet(&mut news).await, ["one"]);
    door.set_mute(false);
    // The first byte it says is the answer to this.
    door.open_cover();
    assert_eq!(asked(&mut line, b"\x10\x04\x02").await, 0x16);
}

#[tokio::test]
async fn what_nobody_cut_is_a_sheet_when_it_is_torn_off() {
    let (door, mut news) = printer(PaperLeft::Plenty, None).await;
    let mut line = TcpStream::connect(door.address()).await.unwrap();
    line.write_all(b"one\n").await.unwrap();
    assert_eq!(asked(&mut line, b"\x10\x04\x01").await, 0x12);
    assert_eq!(door.unfinished_lines(), ["one"]);
    door.tear_off();
    assert_eq!(sheet(&mut news).await, ["one"]);
    line.write_all(b"two\n").await.unwrap();
    assert_eq!(asked(&mut line, b"\x10\x04\x01").await, 0x12);
    door.tear_off();
    let mut rest = door.close().await;
    rest.extend(std::iter::from_fn(|| news.try_recv().ok()));
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert!(line.read_u8().await.is_err());
}
