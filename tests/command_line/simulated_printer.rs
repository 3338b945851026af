//! The simulated printer as another program uses it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::harness::Shop;

/// No machine is slower.
const AT_MOST: Duration = Duration::from_secs(60);

#[cfg(unix)]
#[test]
fn a_simulated_printer_tells_of_its_sheets_and_keeps_them() {
    let shop = Shop::of_training();
    let papers = shop.path().join("papers");
    let mut printer = shop.start_json(&[
        "simulate",
        "printer",
        "--listen",
        "127.0.0.1:0",
        "--option",
        "width=32",
        "--papers",
        papers.to_str().unwrap(),
    ]);
    let address = printer.event("listening")["address"].as_str().unwrap().to_owned();
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(AT_MOST)).unwrap();
    line.write_all(b"\x1b@\x1bt\x13K\x94p\n\x1bp\x00\x19\xfa\x1dVB\x00\x10\x04\x04").unwrap();
    let mut answer = [0];
    line.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x12]);
    assert_eq!(printer.event("drawer"), json!({ "event": "drawer" }));
    assert_eq!(printer.event("sheet"), json!({ "event": "sheet", "number": 1, "lines": ["Köp"] }));
    line.write_all(b"not cut\n\x10\x04\x04").unwrap();
    line.read_exact(&mut answer).unwrap();
    printer.interrupt();
    let ended = printer.end();
    assert_eq!(ended.ended_with(0).events_of("sheet").last().unwrap()["lines"], json!(["not cut"]));
    assert_eq!(std::fs::read_to_string(papers.join("sheet-1.txt")).unwrap(), "Köp\n");
    assert!(std::fs::read(papers.join("sheet-2.png")).unwrap().starts_with(b"\x89PNG"));
}

#[cfg(unix)]
#[test]
fn a_simulated_printer_has_the_faults_it_is_told_to_have() {
    let shop = Shop::of_training();
    let simulate = ["simulate", "printer", "--listen", "127.0.0.1:0"];
    let faults = ["--option", "paper=after:1", "--option", "cover=open"];
    let mut printer = shop.start_json(&[&simulate[..], &faults].concat());
    let address = printer.event("listening")["address"].as_str().unwrap().to_owned();
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(AT_MOST)).unwrap();
    line.write_all(b"\x10\x04\x02").unwrap();
    let mut answer = [0];
    line.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x16]);
    printer.interrupt();
    printer.end().ended_with(0);
}

#[test]
fn an_option_that_no_printer_has_is_refused() {
    let shop = Shop::of_training();
    for option in ["paper=none", "paper=after:x", "tail=x", "done=no", "speed=0", "width=40", "colour=red"] {
        let refused = shop.json(&["simulate", "printer", "--listen", "127.0.0.1:0", "--option", option]);
        assert_eq!(refused.ended_with(2).refusal(), "no-such-option", "{option}");
    }
    let refused = shop.json(&["simulate", "nexo", "--listen", "127.0.0.1:0", "--papers", "papers"]);
    assert_eq!(refused.ended_with(2).refusal(), "no-such-option");
}
