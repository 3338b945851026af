//! What survives, and what does not.

use super::bench::*;
use crate::protocols::econduit::DOORS;
use crate::protocols::econduit::messages::*;
use crate::protocols::simulator::{Simulator, SimulatorInput};

fn restarted(bench: &Bench) -> Bench {
    let memory = serde_json::from_str(&bench.cloud.memory().to_string()).unwrap();
    Bench::set_up(&[], 1, Some(memory))
}

#[test]
fn what_was_decided_survives_and_what_ran_has_not_happened() {
    let mut bench = Bench::new();
    let first = bench.done("Sale", "a1-1", "100.55");
    let line = bench.run("Sale", "a1-2", "100.00");
    let prompt = bench.call(&Method::GetSwipe, &[(parameter::TERMINAL_ID, "2045")]);
    let terminal = bench.terminal("77031594");
    bench.pass(1);
    bench.step(SimulatorInput::PowerCut);
    for line in [line, prompt, terminal] {
        assert_eq!(bench.end_of(line), Some(End::Cut));
    }
    assert_eq!(bench.cloud.deadline(), None);
    let mut again = restarted(&bench);
    for bench in [&mut bench, &mut again] {
        assert_eq!(bench.check("Sale", "a1-1"), first);
        assert_eq!(message(&bench.check("Sale", "a1-2")), "Transaction not found");
        assert_eq!(code(&bench.done("Void", "a1-1", "")), "Approved");
        assert_eq!(code(&bench.done("Sale", "a1-2", "5.00")), "Approved");
    }
    let numbers: Vec<_> = bench.ledger.iter().map(|entry| &entry.terminal_reference).collect();
    assert_eq!((numbers[0], numbers.len()), (numbers[1], 3));
    assert_ne!(numbers[0], numbers[2]);
}

#[test]
fn what_was_approved_before_the_answer_left_survives() {
    let mut bench = Bench::new();
    bench.run("Sale", "a1-1", "100.64");
    bench.pass(10);
    bench.step(SimulatorInput::PowerCut);
    assert_eq!(code(&restarted(&bench).check("Sale", "a1-1")), "Approved");
}

#[test]
fn pairings_batches_and_the_gift_card_survive() {
    let mut bench = Bench::new();
    let line = bench.call(
        &Method::PairTerminal,
        &[(parameter::REFERENCE_ID, "CAFE"), (parameter::TERMINAL_SERIAL_NUMBER, "77002046")],
    );
    let paired = bench.text(line);
    bench.done("GiftSale", "g-1", "10.00");
    bench.call(&Method::CloseBatch, &[]);
    bench.pass(1);
    let balance = bench.done("GiftBalance", "g-2", "").gift_balance;
    let mut again = restarted(&bench);
    assert_eq!(again.done("GiftBalance", "g-3", "").gift_balance, balance);
    assert_eq!(message(&again.done("GiftVoid", "g-1", "")), "Batch is closed");
    let line = again.call(
        &Method::PairTerminal,
        &[(parameter::REFERENCE_ID, "CAFE"), (parameter::TERMINAL_SERIAL_NUMBER, "77002046")],
    );
    assert_eq!(again.text(line), paired);
}

#[test]
fn an_unreadable_memory_is_an_empty_one() {
    let mut bench = Bench::set_up(&[], 1, Some(serde_json::json!({ "records": 7 })));
    assert_eq!(code(&bench.done("Sale", "a1-1", "5.00")), "Approved");
    let strange = bench.connect(DOORS[2]);
    assert_eq!(bench.end_of(strange), Some(End::Cut));
}
