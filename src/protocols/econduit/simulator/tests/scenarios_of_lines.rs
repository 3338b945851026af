//! The rows of DESIGN section 6 in which the answer does not reach the till as it should.

use super::bench::*;
use crate::domain::Operation;

#[test]
fn a_connection_that_closes_after_the_card_leaves_the_answer_in_the_store() {
    for (asked, result, taken) in [("100.61", "Approved", 10_061), ("100.62", "Declined", 0)] {
        let mut bench = Bench::new();
        let line = bench.run("Sale", "a1-1", asked);
        bench.pass_millis(1_999);
        assert_eq!(bench.end_of(line), None);
        bench.pass_millis(1);
        assert_eq!(bench.end_of(line), Some(End::Cut));
        assert_eq!(bench.check("Sale", "a1-1").result_final, Some(false));
        bench.pass(5);
        let known = bench.check("Sale", "a1-1");
        assert_eq!((code(&known), minor(known.amount.as_ref())), (result, taken));
        assert_eq!(bench.booked().len(), usize::from(taken > 0));
    }
}

#[test]
fn a_connection_that_closes_at_once_leaves_nothing() {
    let mut bench = Bench::new();
    let line = bench.run("Sale", "a1-1", "100.63");
    assert_eq!(bench.end_of(line), Some(End::Cut));
    bench.pass(60);
    let known = bench.check("Sale", "a1-1");
    assert_eq!((message(&known), known.result_final), ("Transaction not found", Some(true)));
    assert_eq!(known.ref_id.as_deref(), Some("a1-1"));
    assert_eq!(code(&bench.done("Sale", "a1-2", "5.00")), "Approved");
}

#[test]
fn an_answer_that_comes_too_late_is_in_the_store_long_before() {
    let mut bench = Bench::set_up(&[], 20, None);
    let line = bench.run("Sale", "a1-1", "100.64");
    bench.pass(5);
    assert_eq!(code(&bench.check("Sale", "a1-1")), "Approved");
    assert_eq!(code(&bench.done("Sale", "a1-2", "5.00")), "Approved");
    bench.pass(185);
    assert_eq!(bench.response(line), None);
    bench.pass(15);
    assert_eq!(bench.answer(line).ref_id.as_deref(), Some("a1-1"));
}

#[test]
fn nobody_is_told_too_late_who_has_gone_away() {
    let mut bench = Bench::new();
    let line = bench.run("Sale", "a1-1", "100.64");
    bench.pass(5);
    bench.close_till(line);
    bench.pass(300);
    assert_eq!((bench.response(line), bench.end_of(line)), (None, None));
}

#[test]
fn another_payments_answer_comes_in_place_of_its_own() {
    let mut bench = Bench::new();
    let stale = bench.done("Sale", "a1-1", "100.72");
    assert_eq!((code(&stale), stale.result_final), ("Approved", Some(true)));
    assert_ne!((stale.ref_id.as_deref(), minor(stale.amount.as_ref())), (Some("a1-1"), 10_072));
    assert_eq!(minor(bench.check("Sale", "a1-1").amount.as_ref()), 10_072);
    bench.done("Sale", "a1-2", "30.00");
    let other = bench.done("Refund", "a1-3", "100.72");
    assert_eq!((other.ref_id.as_deref(), minor(other.amount.as_ref())), (Some("a1-2"), 3_000));
    assert_eq!(bench.ledger.len(), 3);
}

#[test]
fn what_is_lost_for_good_is_taken_and_never_final() {
    let mut bench = Bench::new();
    let line = bench.run("Sale", "a1-1", "100.74");
    bench.pass(60);
    assert_eq!(bench.end_of(line), Some(End::Cut));
    assert_eq!(bench.booked(), [approved("a1-1", 10_074, Operation::Sale)]);
    for _ in 0..3 {
        bench.pass(30);
        assert_eq!(bench.check("Sale", "a1-1").result_final, Some(false));
    }
}

#[test]
fn pages_come_in_place_of_answers() {
    for (asked, status, result) in [("100.81", 500, "Approved"), ("100.83", 200, "Declined")] {
        let mut bench = Bench::new();
        let line = bench.run("Sale", "a1-1", asked);
        bench.pass(3);
        let page = bench.response(line).unwrap();
        assert_eq!((page.status, page.content_type), (status, "text/html"));
        assert!(crate::protocols::econduit::codec::response(&page.body).is_err());
        assert_eq!(code(&bench.check("Sale", "a1-1")), result);
        assert_eq!(bench.ledger.len(), usize::from(result == "Approved"));
    }
}

#[test]
fn a_till_that_goes_away_changes_nothing() {
    for asked in ["100.00", "100.55", "100.72", "100.73", "100.79", "100.81"] {
        let mut bench = Bench::new();
        let line = bench.run("Sale", "a1-1", asked);
        bench.pass(1);
        bench.close_till(line);
        bench.pass(30);
        assert_eq!((bench.response(line), bench.end_of(line)), (None, None), "{asked}");
        assert_eq!(code(&bench.check("Sale", "a1-1")), "Approved", "{asked}");
        assert_eq!(bench.ledger.len(), 1);
    }
}

#[test]
fn a_captures_own_amount_chooses_what_becomes_of_its_line() {
    for (asked, result) in [("100.61", "Approved"), ("100.62", "Declined"), ("100.64", "Approved")] {
        let mut bench = Bench::new();
        bench.done("Auth", "a1-1", "100.00");
        let line = bench.run("Capture", "a1-1", asked);
        bench.pass(5);
        assert_eq!(bench.response(line), None);
        assert_eq!(code(&bench.check("Capture", "a1-1")), result, "{asked}");
        assert_eq!(bench.ledger.len(), if result == "Approved" { 2 } else { 1 });
    }
    let mut bench = Bench::new();
    bench.done("Auth", "a1-1", "100.00");
    let cut = bench.run("Capture", "a1-1", "100.63");
    assert_eq!(bench.end_of(cut), Some(End::Cut));
    assert_eq!(message(&bench.check("Capture", "a1-1")), "Transaction not found");
    bench.run("Capture", "a1-1", "100.74");
    bench.pass(5);
    assert_eq!(bench.check("Capture", "a1-1").result_final, Some(false));
    assert_eq!(bench.booked()[1], approved("a1-1/Capture", 10_074, Operation::Capture));
}

#[test]
fn a_void_answers_plainly_whatever_its_original_played() {
    for asked in ["100.61", "100.64", "100.73", "100.74"] {
        let mut bench = Bench::new();
        bench.run("Sale", "a1-1", asked);
        bench.pass(5);
        assert_eq!(code(&bench.done("Void", "a1-1", asked)), "Approved", "{asked}");
    }
}
