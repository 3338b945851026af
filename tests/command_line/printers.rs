//! Receipt printers that are set up, tried and printed on: behind a socket, and at a device that is a plain file.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use serde_json::{Value, json};

use checkstand::domain::PaperWidth;
use checkstand::printing::{JobTitle, NewJob, Printing};
use checkstand::receipts::Slip;
use checkstand::receipts::printer_simulator::{PrinterNews, PrinterSimulator};

use super::harness::{Brand, Shop};

/// A file that takes everything, as a printer's device does.
fn with_device(shop: &Shop) -> PathBuf {
    let device = shop.path().join("lp0");
    fs::write(&device, "").unwrap();
    shop.run(&["printer", "add", "bar", "--device", device.to_str().unwrap(), "--paper", "32"]).ended_with(0);
    device
}

/// What a printer with paper of so many columns makes of it, by the simulator.
pub fn on_paper(bytes: &[u8], paper: PaperWidth) -> String {
    let mut printer = PrinterSimulator::new(paper);
    printer.receive(bytes);
    printer.work(None);
    printer.tear_off();
    let mut sheets = String::new();
    for news in printer.take_news() {
        match news {
            PrinterNews::Sheet(sheet) => sheets.push_str(&(sheet.lines.join("\n") + "\n")),
            PrinterNews::DrawerOpened => {}
            PrinterNews::Complaint(words) => panic!("{words}"),
        }
    }
    sheets
}

/// Answers each question for its state so, and takes one document.
fn play(listener: &TcpListener, answer: u8) -> Vec<u8> {
    let mut taken = Vec::new();
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        taken.extend(until_it_hangs_up(&mut stream, answer));
        if answer != 0x12 || !taken.is_empty() {
            return taken;
        }
    }
}

fn until_it_hangs_up(stream: &mut TcpStream, answer: u8) -> Vec<u8> {
    let mut taken = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).is_ok_and(|read| read == 1) {
        taken.push(byte[0]);
        match taken.as_slice() {
            [before @ .., 0x10, 0x04, _] => {
                taken.truncate(before.len());
                let _ = stream.write_all(&[answer]);
            }
            [before @ .., 0x1d, b'r', 1] => {
                taken.truncate(before.len());
                let _ = stream.write_all(&[0]);
            }
            _ => {}
        }
    }
    taken
}

#[test]
fn printers_are_set_up_listed_changed_and_forgotten() {
    let shop = Shop::of_training();
    shop.json(&["printer", "list"]).ended_with(0);
    shop.run(&["printer", "add", "bar", "--network", "10.0.0.9", "--drawer", "--default"]).ended_with(0);
    let kitchen = ["printer", "add", "kitchen", "--system", "Receipt", "--pdf", "--no-cut", "--code-page", "pc437"];
    shop.run(&kitchen).ended_with(0);
    shop.run(&["printer", "add", "bar", "--network", "10.0.0.9:9101", "--paper", "42"]).ended_with(0);
    let listed = shop.json(&["printer", "list"]).ended_with(0).events_of("printer");
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["connection"], json!({"kind": "network", "address": "10.0.0.9:9101"}));
    assert_eq!(
        (&listed[0]["paper"], &listed[0]["drawer"], &listed[0]["default"]),
        (&json!(42), &json!(false), &json!(true))
    );
    assert_eq!(listed[1]["connection"], json!({"kind": "system", "queue": "Receipt", "document": "pdf"}));
    assert_eq!((&listed[1]["cuts"], &listed[1]["code_page"]), (&json!(false), &json!("pc437")));
    shop.run(&["printer", "remove", "bar"]).ended_with(0);
    assert_eq!(shop.json(&["printer", "remove", "bar"]).ended_with(2).refusal(), "no-such-printer");
    let settings: Value = serde_json::from_slice(&fs::read(shop.path().join("settings.json")).unwrap()).unwrap();
    assert_eq!(settings.pointer("/receipts/printer"), None);
    for wrong in [
        &["printer", "add", "bar"][..],
        &["printer", "add", "bar", "--network", "h", "--device", "/dev/lp"],
        &["printer", "add", "bar", "--network", "h", "--paper", "40"],
        &["printer", "add", "bar", "--network", "h", "--code-page", "klingon"],
        &["printer", "add", "bar", "--network", "h", "--pdf"],
        &["printer", "add", "bar", "--network", " "],
        &["printer", "add", " bar", "--network", "h"],
    ] {
        shop.json(wrong).ended_with(2);
    }
}

#[test]
fn a_printer_is_tried_with_everything_receipts_need() {
    let shop = Shop::of_training();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    shop.run(&["printer", "add", "bar", "--network", &address]).ended_with(0);
    let player = std::thread::spawn(move || (play(&listener, 0x12), listener));
    let tried = shop.json(&["printer", "test", "bar"]);
    assert_eq!(tried.ended_with(0).event("printed")["printer"], "bar");
    let (taken, listener) = player.join().unwrap();
    let printed = on_paper(&taken, PaperWidth::Wide);
    assert!(printed.contains("bar") && printed.contains("ÅÄÖ"), "{printed}");

    let player = std::thread::spawn(move || play(&listener, 0x72));
    assert_eq!(shop.json(&["printer", "test", "bar"]).ended_with(1).refusal(), "paper-out");
    assert_eq!(player.join().unwrap(), Vec::<u8>::new(), "nothing is sent to a printer without paper");
}

#[test]
fn what_is_not_there_is_the_settings_fault() {
    let shop = Shop::of_training();
    shop.run(&["printer", "add", "bar", "--device", shop.path().join("nowhere").to_str().unwrap()]).ended_with(0);
    assert_eq!(shop.json(&["printer", "test", "bar"]).ended_with(2).refusal(), "not-found");
    assert_eq!(shop.json(&["printer", "test", "attic"]).ended_with(2).refusal(), "no-such-printer");
}

#[test]
fn receipts_bills_and_days_are_printed_and_a_receipt_is_marked() {
    let shop = Shop::of_training();
    let sale = shop.json(&["sale", "12.40"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let print = ["receipt", payment, "--copy", "customer", "--print"];
    assert_eq!(shop.json(&print).ended_with(2).refusal(), "printer-none");
    let device = with_device(&shop);
    assert_eq!(shop.json(&print).ended_with(0).events_of("printed").len(), 1);
    let printed = on_paper(&fs::read(&device).unwrap(), PaperWidth::Narrow);
    assert!(printed.contains("DUPLICATE") && printed.contains("12,40"), "{printed}");

    shop.run(&["bill", "open", "7", "--line", "Soup=6.50"]).ended_with(0);
    shop.run(&["bill", "show", "7", "--print", "--printer", "bar"]).ended_with(0);
    assert!(on_paper(&fs::read(&device).unwrap(), PaperWidth::Narrow).contains("Soup"));
    shop.run(&["printer", "add", "attic", "--device", "/nowhere/lp0"]).ended_with(0);
    assert_eq!(shop.json(&["bill", "show", "7", "--print"]).ended_with(2).refusal(), "printer-which");
    assert_eq!(shop.json(&["bill", "show", "7", "--print", "--printer", "cellar"]).refusal(), "no-such-printer");
}

#[test]
fn a_day_that_was_closed_is_printed() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    shop.json(&["sale", "100.00"]).ended_with(0);
    shop.json(&["day", "z"]).ended_with(0);
    let device = with_device(&shop);
    let printed = shop.json(&["day", "show", "1", "--print"]);
    assert_eq!(printed.ended_with(0).events_of("printed").len(), 1);
    assert!(on_paper(&fs::read(&device).unwrap(), PaperWidth::Narrow).contains("100.00"));
}

#[test]
fn what_waits_for_a_printer_is_listed_beside_a_running_program() {
    let shop = Shop::of_training();
    assert_eq!(shop.json(&["printer", "queue"]).ended_with(0).events_of("print_job"), Vec::<Value>::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let printing = Printing::open(&shop.path().join("print-queue"), &[]).await;
        let (printer, title) = ("bar".to_owned(), JobTitle::Day { number: Some(4) });
        let made_at = jiff::Timestamp::UNIX_EPOCH;
        let new = NewJob { printer, title, slip: Slip::default(), made_at, open_drawer: false };
        let id = printing.submit(new).unwrap();
        printing.view().wait_for(|view| view.job(id).is_some()).await.unwrap();
        printing.close().await;
    });
    let job = shop.json(&["printer", "queue"]).ended_with(0).event("print_job");
    assert_eq!((&job["printer"], &job["state"], &job["id"]), (&json!("bar"), &json!("waiting"), &json!(1)));
}

#[test]
fn wrong_printers_are_told_with_their_place_and_keep_no_payment_from_being_taken() {
    let shop = Shop::of_training();
    let wrong = r#"{"printers": [
  {"name": "bar", "connection": {"kind": "network", "address": ""}},
  {"name": "bar", "connection": {"kind": "network", "address": "h"}},
  {"name": "", "connection": {"kind": "network", "address": "h"}}],
 "receipts": {"printer": "attic",
  "terminals": {"front": {"printer": "cellar"}}}}"#;
    fs::write(shop.path().join("settings.json"), wrong).unwrap();
    let checked = shop.json(&["config", "check"]);
    let faults = checked.ended_with(2).events_of("config_fault");
    let told: Vec<_> =
        faults.iter().map(|fault| (fault["line"].as_u64().unwrap(), fault["code"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            (2, "no-way-to-printer"),
            (3, "same-printer"),
            (4, "unusable-printer-name"),
            (5, "no-such-printer"),
            (6, "no-such-printer"),
        ]
    );
    shop.json(&["sale", "10.00"]).ended_with(0);
}
