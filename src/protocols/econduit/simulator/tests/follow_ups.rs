//! Capture, Void, TipAdjust (reference 3.4, part 3 HTTP 5).

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::econduit::messages::*;

fn refusal(bench: &mut Bench, command: &str, ref_id: &str, amount: &str) -> String {
    let before = bench.ledger.len();
    let answer = bench.done(command, ref_id, amount);
    assert_eq!((code(&answer), answer.result_final), ("Error", Some(true)));
    assert_eq!(bench.ledger.len(), before);
    message(&answer).to_owned()
}

#[test]
fn a_sale_or_refund_can_be_voided_once() {
    for (command, operation) in [("Sale", Operation::Sale), ("Refund", Operation::Refund)] {
        let mut bench = Bench::new();
        let original = bench.done(command, "a1-1", "100.57");
        let void = bench.done("Void", "a1-1", "100.57");
        assert_eq!((code(&void), minor(void.amount.as_ref())), ("Approved", 11_062));
        assert_eq!((void.trans_type, void.last4), (Some(CommandWord::Void), original.last4));
        assert_eq!(bench.booked(), [approved("a1-1", 11_062, operation), reversed("a1-1", 11_062, operation)]);
        assert_eq!(bench.ledger[0].terminal_reference, bench.ledger[1].terminal_reference);
        assert_eq!(refusal(&mut bench, "Void", "a1-1", ""), "Transaction is already voided");
        assert_eq!(refusal(&mut bench, "TipAdjust", "a1-1", "1.00"), "Transaction is in the wrong state");
    }
}

#[test]
fn a_reservation_is_captured_for_up_to_a_fifth_more() {
    let mut bench = Bench::new();
    bench.done("Auth", "a1-1", "100.00");
    assert_eq!(refusal(&mut bench, "Capture", "a1-1", "120.01"), "Amount exceeds the authorization");
    assert_eq!(refusal(&mut bench, "TipAdjust", "a1-1", "1.00"), "Transaction is in the wrong state");
    assert_eq!(minor(bench.done("Capture", "a1-1", "120.00").amount.as_ref()), 12_000);
    assert_eq!(refusal(&mut bench, "Capture", "a1-1", "1.00"), "Transaction is in the wrong state");
    assert_eq!(minor(bench.check("Auth", "a1-1").amount.as_ref()), 10_000);
    assert_eq!(minor(bench.done("TipAdjust", "a1-1", "5.00").amount.as_ref()), 12_500);
    bench.done("Void", "a1-1", "");
    assert_eq!(
        bench.booked(),
        [
            approved("a1-1", 10_000, Operation::Preauth),
            approved("a1-1/Capture", 12_000, Operation::Capture),
            approved("a1-1/TipAdjust", 12_500, Operation::Tip),
            reversed("a1-1/Capture", 12_500, Operation::Capture),
        ]
    );
}

#[test]
fn a_reservation_can_be_voided_instead() {
    let mut bench = Bench::new();
    bench.done("Auth", "a1-1", "100.00");
    bench.done("Void", "a1-1", "100.00");
    assert_eq!(bench.booked()[1], reversed("a1-1", 10_000, Operation::Preauth));
    assert_eq!(refusal(&mut bench, "Capture", "a1-1", "100.00"), "Transaction is in the wrong state");
}

#[test]
fn a_tip_replaces_the_one_before() {
    for (mode, amounts) in [("tip", ["2.00", "3.00"]), ("total", ["102.00", "103.00"])] {
        let mut bench = Bench::with(&[("tip_adjust", mode)]);
        bench.done("Sale", "a1-1", "100.00");
        assert_eq!(minor(bench.done("TipAdjust", "a1-1", amounts[0]).amount.as_ref()), 10_200);
        assert_eq!(minor(bench.done("TipAdjust", "a1-1", amounts[1]).amount.as_ref()), 10_300);
        assert_eq!(minor(bench.check("TipAdjust", "a1-1").amount.as_ref()), 10_300);
    }
    let mut bench = Bench::with(&[("tip_adjust", "total")]);
    bench.done("Sale", "a1-1", "100.00");
    assert_eq!(refusal(&mut bench, "TipAdjust", "a1-1", "99.00"), "Invalid amount");
}

#[test]
fn a_tip_replaces_whatever_the_terminal_added_and_no_cash_back() {
    for (asked, total) in [("100.57", 10_557), ("100.58", 10_558), ("100.56", 5_528), ("100.82", 12_582)] {
        let mut bench = Bench::new();
        bench.done("Sale", "a1-1", asked);
        assert_eq!(minor(bench.done("TipAdjust", "a1-1", "5.00").amount.as_ref()), total, "{asked}");
    }
}

#[test]
fn what_does_not_exist_or_was_not_approved_cannot_be_changed() {
    let mut bench = Bench::new();
    bench.done("Sale", "a1-1", "100.51");
    bench.done("Refund", "a1-2", "100.00");
    for command in ["Void", "Capture", "TipAdjust"] {
        assert_eq!(refusal(&mut bench, command, "a1-1", "1.00"), "Transaction not found");
        assert_eq!(refusal(&mut bench, command, "a1-9", "1.00"), "Transaction not found");
    }
    assert_eq!(refusal(&mut bench, "TipAdjust", "a1-2", "1.00"), "Transaction is in the wrong state");
    let elsewhere = bench.run_on("2045", "Void", "a1-2", "1.00");
    bench.pass(1);
    assert_eq!(message(&bench.answer(elsewhere)), "Transaction not found");
}

#[test]
fn after_its_batch_is_closed_a_transaction_cannot_be_changed() {
    let mut bench = Bench::new();
    bench.done("Sale", "a1-1", "100.00");
    bench.done("Auth", "a1-2", "100.00");
    bench.call(&Method::CloseBatch, &[]);
    bench.pass(1);
    for (command, ref_id) in [("Void", "a1-1"), ("TipAdjust", "a1-1"), ("Capture", "a1-2"), ("Void", "a1-2")] {
        assert_eq!(refusal(&mut bench, command, ref_id, "1.00"), "Batch is closed");
    }
}

#[test]
fn a_refused_follow_up_can_be_asked_for_as_well() {
    let mut bench = Bench::new();
    bench.done("Void", "a1-1", "1.00");
    let known = bench.check("Void", "a1-1");
    assert_eq!((code(&known), message(&known)), ("Error", "Transaction not found"));
    assert_eq!(known.trans_type, Some(CommandWord::Void));
}
