//! The reference's own table (part 3), which is an option.

use super::bench::*;

fn bench() -> Bench {
    Bench::with(&[("cents", "vendor")])
}

#[test]
fn the_vendors_amounts_end_as_the_reference_says() {
    for (asked, result, words, taken, seconds) in [
        ("100.00", "Approved", "APPROVED", 10_000, 3),
        ("100.51", "Approved", "APPROVED", 10_051, 3),
        ("100.11", "Declined", "DECLINED", 0, 3),
        ("100.12", "Declined", "INSUFFICIENT FUNDS", 0, 3),
        ("100.13", "Cancelled", "CANCELLED BY CUSTOMER", 0, 4),
        ("100.14", "Timeout", "NO CARD PRESENTED", 0, 60),
        ("100.15", "Approved", "APPROVED", 5_007, 3),
        ("100.16", "Approved", "APPROVED", 10_216, 3),
        ("100.17", "Approved", "APPROVED", 12_017, 3),
        ("100.18", "Approved", "APPROVED", 10_018, 3),
        ("100.21", "Error", "Terminal Is Busy", 0, 0),
        ("100.22", "Error", "Terminal Is Offline", 0, 0),
        ("100.23", "Error", "Please Settle", 0, 0),
        ("100.24", "Error", "Dup Transaction", 0, 3),
        ("100.25", "Error", "Receive Error", 0, 3),
        ("100.41", "Approved", "APPROVED", 10_041, 3),
    ] {
        let mut bench = bench();
        let line = bench.run("Sale", "a1-1", asked);
        bench.pass(seconds);
        let answer = bench.answer(line);
        assert_eq!((code(&answer), message(&answer)), (result, words), "{asked}");
        assert_eq!(minor(answer.amount.as_ref().or(Some(&zero()))), taken, "{asked}");
        assert_eq!(bench.in_pieces, usize::from(asked == "100.41"));
    }
}

fn zero() -> crate::protocols::json::Amount {
    crate::protocols::json::Amount::from_number("0").unwrap()
}

#[test]
fn the_vendors_losses_are_known_as_the_reference_says() {
    for (asked, known) in [
        ("100.31", Some("Approved")),
        ("100.32", Some("Declined")),
        ("100.33", Some("Error")),
        ("100.34", Some("Approved")),
        ("100.35", Some("Declined")),
        ("100.36", None),
        ("100.38", Some("Approved")),
    ] {
        let mut bench = bench();
        bench.run("Sale", "a1-1", asked);
        bench.pass(30);
        let answer = bench.check("Sale", "a1-1");
        assert_eq!(answer.result_final, Some(known.is_some()), "{asked}");
        assert!(known.is_none_or(|known| code(&answer) == known), "{asked}");
    }
}

#[test]
fn what_is_decided_too_late_is_not_known_before() {
    let mut bench = bench();
    let line = bench.run("Sale", "a1-1", "100.37");
    bench.pass(195);
    assert_eq!(bench.check("Sale", "a1-1").result_final, Some(false));
    bench.close_till(line);
    bench.pass(10);
    assert_eq!(code(&bench.check("Sale", "a1-1")), "Approved");
    assert_eq!(bench.ledger.len(), 1);
}

#[test]
fn the_tip_on_the_terminal_can_be_adjusted() {
    let mut bench = bench();
    bench.done("Sale", "a1-1", "100.16");
    assert_eq!(minor(bench.done("TipAdjust", "a1-1", "5.00").amount.as_ref()), 10_516);
}
