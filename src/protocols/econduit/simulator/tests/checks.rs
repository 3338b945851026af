//! checkStatus and its rate (reference 3.6).

use super::bench::*;
use crate::protocols::econduit::messages::*;

#[test]
fn a_transaction_is_found_by_its_day_in_us_central_alone() {
    let mut bench = Bench::new();
    bench.wall = "2026-03-15T04:59:30Z".parse().unwrap();
    bench.done("Sale", "a1-1", "10.00");
    assert_eq!(code(&bench.check("Sale", "a1-1")), "Approved");
    bench.pass(60);
    for (method, day, result) in
        [(Method::CheckStatus, "03152026", "Error"), (Method::CheckStatus2, "03142026", "Approved")]
    {
        bench.pass(6);
        let given = [(parameter::COMMAND, "Sale"), (parameter::REF_ID, "a1-1"), (parameter::DATE, day)];
        let line = bench.call(&method, &given);
        assert_eq!(code(&bench.answer(line)), result, "{day}");
    }
    assert!(bench.complaints.is_empty(), "{:?}", bench.complaints);
    bench.pass(6);
    bench.call(&Method::CheckStatus, &[(parameter::REF_ID, "a1-1"), (parameter::DATE, "2026-03-14")]);
    assert_eq!(bench.complaints.len(), 1);
}

#[test]
fn a_transaction_is_found_by_its_command_alone() {
    let mut bench = Bench::new();
    bench.done("Auth", "a1-1", "10.00");
    assert_eq!(message(&bench.check("Sale", "a1-1")), "Transaction not found");
    bench.pass(6);
    assert_eq!(code(&bench.check("AUTH", "a1-1")), "Approved");
}

#[test]
fn a_transaction_that_runs_is_not_final() {
    let mut bench = Bench::new();
    bench.run("Sale", "a1-1", "10.00");
    let known = bench.check("Sale", "a1-1");
    assert_eq!((known.result_final, known.ref_id.as_deref()), (Some(false), Some("a1-1")));
}

#[test]
fn a_list_holds_what_is_asked_for() {
    let mut bench = Bench::new();
    for (ref_id, amount) in [("a1-1", "10.00"), ("a1-2", "100.51")] {
        bench.done("Sale", ref_id, amount);
    }
    bench.done("Refund", "a1-3", "10.00");
    for (ref_id, count) in [("", 2), ("a1-2", 1), ("a1-3", 0)] {
        let given = [(parameter::COMMAND, "Sale"), (parameter::REF_ID, ref_id)];
        let line = bench.call(&Method::CheckStatusList, &given);
        assert_eq!(bench.json(line).as_array().unwrap().len(), count);
    }
}

/// Checks one after the other, with pauses in milliseconds between them; how many complaints that makes.
fn complaints(pauses: &[u64]) -> usize {
    let mut bench = Bench::new();
    bench.check("Sale", "a1-1");
    for pause in pauses {
        bench.pass_millis(*pause);
        bench.call(&Method::CheckStatus, &[(parameter::COMMAND, "Sale"), (parameter::REF_ID, "a1-1")]);
    }
    bench.complaints.len()
}

#[test]
fn checks_may_come_every_five_seconds_for_three_minutes_and_then_every_thirty() {
    assert_eq!(complaints(&[5_000; 36]), 0);
    assert_eq!(complaints(&[4_950; 36]), 0);
    assert_eq!(complaints(&[4_949, 5_000, 4_000]), 2);
    let at_first = [5_000; 36];
    assert_eq!(complaints(&[&at_first[..], &[30_000, 29_950, 30_000]].concat()), 0);
    assert_eq!(complaints(&[&at_first[..], &[29_949, 5_000]].concat()), 2);
    assert_eq!(complaints(&[200_000, 30_000, 29_000]), 1);
}

#[test]
fn each_transaction_has_its_own_rate() {
    let mut bench = Bench::new();
    for ref_id in ["a1-1", "a1-2", "a1-3"] {
        bench.check("Sale", ref_id);
    }
    assert!(bench.complaints.is_empty());
}

#[test]
fn ten_checks_that_come_too_fast_revoke_the_credentials_until_the_cloud_is_reset() {
    let mut bench = Bench::new();
    for count in 0..10 {
        assert_eq!(message(&bench.check("Sale", "a1-1")), "Transaction not found", "{count}");
    }
    assert_eq!(message(&bench.check("Sale", "a1-1")), "Invalid credentials");
    assert_eq!(bench.complaints.len(), 10);
    bench.pass(600);
    assert_eq!(message(&bench.done("Sale", "a1-2", "1.00")), "Invalid credentials");
    bench.step(crate::protocols::simulator::SimulatorInput::PowerCut);
    assert_eq!(code(&bench.done("Sale", "a1-2", "1.00")), "Approved");
}
