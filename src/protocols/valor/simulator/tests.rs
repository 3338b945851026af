#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::tz::Offset;

use super::*;
use crate::protocols::simulator::{Door, LedgerEntry, LedgerState};
use crate::protocols::valor::messages::text;
use crate::protocols::valor::{CANCEL_DOOR, MAIN_DOOR};

struct Bench {
    terminal: Terminal,
    now: Now,
    lines: u64,
    said: Vec<(Line, Members)>,
    ledger: Vec<LedgerEntry>,
    complaints: usize,
}

impl Bench {
    fn new() -> Bench {
        let setup =
            SimulatorSetup { seed: 7, speed: 1, memory: None, currency: Currency::USD, options: BTreeMap::new() };
        let now = Now { at: Instant::ORIGIN, wall: "2026-10-14T13:00:00Z".parse().unwrap(), offset: Offset::UTC };
        Bench { terminal: Terminal::new(&setup), now, lines: 0, said: Vec::new(), ledger: Vec::new(), complaints: 0 }
    }

    fn open(&mut self, door: &'static str) -> Line {
        self.lines += 1;
        let line = Line(self.lines);
        self.input(SimulatorInput::Opened(line, Door::new(door, Carrier::Tcp)));
        line
    }

    fn input(&mut self, input: SimulatorInput) {
        for effect in self.terminal.step(self.now, input) {
            match effect {
                SimulatorEffect::Send(line, frame) | SimulatorEffect::SendInPieces(line, frame) => {
                    let text = String::from_utf8_lossy(frame.body()).into_owned();
                    let object = &text[text.find('{').unwrap()..=text.rfind('}').unwrap()];
                    self.said.push((line, codec::decode(object.as_bytes()).unwrap()));
                }
                SimulatorEffect::Ledger(entry) => self.ledger.push(entry),
                SimulatorEffect::Complaint(_) => self.complaints += 1,
                _ => {}
            }
        }
    }

    fn send(&mut self, line: Line, json: &str) {
        self.input(SimulatorInput::Received(line, Frame::Bytes(json.as_bytes().to_vec())));
    }

    fn pass(&mut self, millis: u64) {
        let until = self.now.at + std::time::Duration::from_millis(millis);
        while let Some(at) = self.terminal.deadline().filter(|at| *at <= until) {
            self.now.at = at.max(self.now.at);
            self.input(SimulatorInput::Tick);
        }
        self.now.at = until;
    }

    /// Sends and waits; the last thing said.
    fn ask(&mut self, json: &str) -> Members {
        let line = self.open(MAIN_DOOR);
        self.send(line, json);
        self.pass(5_000);
        self.said.last().unwrap().1.clone()
    }
}

fn sale(amount: i64, id: &str) -> String {
    format!(r#"{{"TRAN_MODE":"1","TRAN_CODE":"1","AMOUNT":"{amount}","REQ_TXN_ID":"{id}"}}"#)
}

#[test]
fn a_sale_is_acknowledged_accepted_and_approved_in_that_order() {
    let mut bench = Bench::new();
    let result = bench.ask(&sale(1_000, "A7F3K2000042"));
    let said: Vec<Option<&str>> = bench.said.iter().map(|(_, message)| message.text(name::MSG)).collect();
    assert_eq!(said, [Some("ACK"), Some("Payload Request Received"), None]);
    assert_eq!(result.text(name::MER_TXN_ID), Some("A7F3K2000042"));
    assert_eq!(result.text(name::TOTAL_AMOUNT), Some("1000"));
    assert_eq!(bench.said[1].1.stan(), result.stan());
    assert_eq!(bench.ledger.len(), 1);
    assert_eq!(bench.complaints, 0);
}

#[test]
fn a_request_between_stx_and_etx_is_acknowledged_and_never_acted_on() {
    let mut bench = Bench::new();
    let line = bench.open(MAIN_DOOR);
    bench.send(line, &format!("\u{2}{}\u{3}", sale(1_000, "A7F3K2000042")));
    bench.pass(600_000);
    assert_eq!(bench.said.len(), 1);
    assert!(bench.ledger.is_empty());
    assert_eq!(bench.complaints, 1);
}

#[test]
fn a_transaction_is_found_by_its_stan_while_it_runs_afterwards_and_after_a_power_cut() {
    let mut bench = Bench::new();
    let line = bench.open(MAIN_DOOR);
    bench.send(line, &sale(1_000, "A7F3K2000042"));
    bench.pass(100);
    let stan = bench.said[1].1.stan().unwrap().to_owned();
    let question = format!(r#"{{"TRAN_MODE":"90","STAN_NO":"{stan}"}}"#);
    let other = bench.open(MAIN_DOOR);
    bench.send(other, &question);
    assert!(bench.said.last().unwrap().1.is(name::STATE, "-2"));
    bench.input(SimulatorInput::Closed(line));
    bench.pass(5_000);
    assert!(bench.ask(&question).is(name::TOTAL_AMOUNT, "1000"));
    let line = bench.open(MAIN_DOOR);
    bench.send(line, &sale(1_000, "A7F3K2000043"));
    bench.pass(100);
    let second = bench.said.last().unwrap().1.stan().unwrap().to_owned();
    bench.input(SimulatorInput::PowerCut);
    let after = bench.ask(&format!(r#"{{"TRAN_MODE":"90","STAN_NO":"{second}"}}"#));
    assert_eq!(after.text(name::ERROR_MSG), Some(text::CANCELLED));
    assert_eq!(bench.ledger.len(), 1);
    assert_eq!(bench.ask(r#"{"TRAN_MODE":"90","STAN_NO":"999"}"#).text(name::ERROR_MSG), Some(text::NO_RECORD));
}

#[test]
fn a_cancel_works_until_the_card_is_read() {
    for (after, cleared) in [(1_000, true), (1_600, false)] {
        let mut bench = Bench::new();
        let line = bench.open(MAIN_DOOR);
        bench.send(line, &sale(1_000, "A7F3K2000042"));
        bench.pass(after);
        let cancel = bench.open(CANCEL_DOOR);
        bench.send(cancel, r#"{"TRAN_MODE":"99","REQ_TXN_ID":"A7F3K2000042"}"#);
        let answer = bench.said.iter().rev().find(|(line, _)| *line == cancel).unwrap();
        assert_eq!(answer.1.says(name::ERROR_MSG, text::CLEARED), cleared);
        bench.pass(5_000);
        assert_eq!(bench.ledger.is_empty(), cleared);
        assert_eq!(bench.said.last().unwrap().1.is(name::STATE, "-1"), cleared);
    }
}

#[test]
fn voids_captures_and_tips_work_in_the_open_batch_and_not_after_it() {
    let mut bench = Bench::new();
    let sold = bench.ask(&sale(1_000, "SALE01"));
    let number = sold.text(name::TRAN_NO).unwrap();
    let tip = format!(
        r#"{{"TRAN_MODE":"0","TRAN_CODE":"20","TIP_AMOUNT":"150","TRAN_NO":"{number}","REQ_TXN_ID":"TIP001"}}"#
    );
    assert!(bench.ask(&tip).is(name::TOTAL_AMOUNT, "1150"));
    let void =
        format!(r#"{{"TRAN_MODE":"0","TRAN_CODE":"2","AMOUNT":"1150","TRAN_NO":"{number}","REQ_TXN_ID":"VOID01"}}"#);
    assert!(bench.ask(&void).is(name::STATE, "0"));
    assert_eq!(
        bench.ledger.last().map(|entry| (entry.state, entry.amount_minor)),
        Some((LedgerState::Reversed, 1_150))
    );
    assert_eq!(bench.ask(&void).text(name::ERROR_MSG), Some(text::NO_RECORD));

    let held = bench.ask(r#"{"TRAN_MODE":"1","TRAN_CODE":"3","AMOUNT":"10000","REQ_TXN_ID":"HOLD01"}"#);
    let number = held.text(name::TRAN_NO).unwrap();
    let capture =
        format!(r#"{{"TRAN_MODE":"0","TRAN_CODE":"4","AMOUNT":"11500","TRAN_NO":"{number}","REQ_TXN_ID":"TICK01"}}"#);
    assert!(bench.ask(&capture).is(name::TOTAL_AMOUNT, "11500"));
    assert_eq!(bench.ask(&capture).text(name::ERROR_MSG), Some(text::NO_RECORD));

    let settle = r#"{"TRAN_MODE":"0","TRAN_CODE":"9","REQ_TXN_ID":"SETTLE1"}"#;
    let closed = bench.ask(settle);
    assert_eq!((closed.text(name::TRANSACTIONS), closed.text(name::AMOUNT)), (Some("1"), Some("11500")));
    assert_eq!(bench.ask(settle).text(name::ERROR_MSG), Some(text::NOTHING_TO_SETTLE));
    let late =
        format!(r#"{{"TRAN_MODE":"0","TRAN_CODE":"2","AMOUNT":"11500","TRAN_NO":"{number}","REQ_TXN_ID":"VOID02"}}"#);
    assert_eq!(bench.ask(&late).text(name::ERROR_MSG), Some(text::NO_RECORD));
}

#[test]
fn what_no_terminal_takes_is_refused_with_the_words_of_the_reference() {
    let mut bench = Bench::new();
    let words = |bench: &mut Bench, json: &str| bench.ask(json).text(name::ERROR_MSG).unwrap_or_default().to_owned();
    assert_eq!(words(&mut bench, &sale(0, "ZERO01")), text::INVALID_AMOUNT);
    assert_eq!(
        words(&mut bench, r#"{"TRAN_MODE":"1","TRAN_CODE":"1","AMOUNT":"12.50","REQ_TXN_ID":"X0001"}"#),
        text::INVALID_FORMAT
    );
    assert_eq!(words(&mut bench, r#"{"TRAN_MODE":"01","TRAN_CODE":"1","AMOUNT":"1250"}"#), text::INVALID_FORMAT);
    assert_eq!(words(&mut bench, r#"{"TRAN_MODE":"0","TRAN_CODE":"2","AMOUNT":"1250"}"#), text::NO_REFERENCE);
    assert!(bench.ledger.is_empty());
}

#[test]
fn a_second_till_is_told_that_the_terminal_is_busy_and_the_first_is_not_disturbed() {
    let mut bench = Bench::new();
    let first = bench.open(MAIN_DOOR);
    bench.send(first, &sale(1_000, "FIRST1"));
    bench.pass(100);
    let second = bench.open(MAIN_DOOR);
    bench.send(second, &sale(2_000, "OTHER1"));
    let answer = bench.said.last().unwrap().clone();
    assert_eq!((answer.0, answer.1.text(name::ERROR_MSG)), (second, Some(text::BUSY)));
    assert_eq!(answer.1.text(name::MER_TXN_ID), Some("OTHER1"));
    bench.pass(5_000);
    assert_eq!(bench.ledger.len(), 1);
}
