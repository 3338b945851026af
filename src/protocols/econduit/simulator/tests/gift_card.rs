//! The gift card (reference 3.4).

use super::bench::*;
use crate::domain::Operation;

fn balance(answer: &crate::protocols::econduit::messages::Response) -> i64 {
    assert_eq!(code(answer), "Approved");
    minor(answer.gift_balance.as_ref())
}

#[test]
fn a_gift_card_keeps_its_balance() {
    let mut bench = Bench::new();
    bench.done("GiftDeactivate", "g-0", "0.00");
    let answer = bench.done("GiftBalance", "g-1", "0.00");
    assert_eq!((code(&answer), message(&answer)), ("Declined", "CARD NOT ACTIVE"));
    assert_eq!(balance(&bench.done("GiftActivate", "g-2", "50.00")), 5_000);
    assert_eq!(balance(&bench.done("GiftAddValue", "g-3", "25.00")), 7_500);
    assert_eq!(balance(&bench.done("GiftSale", "g-4", "70.00")), 500);
    assert_eq!(message(&bench.done("GiftSale", "g-5", "5.01")), "INSUFFICIENT FUNDS");
    assert_eq!(balance(&bench.done("GiftRefund", "g-6", "10.00")), 1_500);
    assert_eq!(balance(&bench.done("GiftBalance", "g-7", "")), 1_500);
    assert_eq!(balance(&bench.done("GiftVoid", "g-4", "70.00")), 8_500);
    assert_eq!(balance(&bench.done("GiftVoid", "g-3", "")), 6_000);
    assert_eq!(message(&bench.done("GiftVoid", "g-3", "")), "Transaction is already voided");
    assert_eq!(balance(&bench.done("GiftDeactivate", "g-8", "0.00")), 0);
    assert_eq!(
        bench.booked(),
        [
            approved("g-2", 5_000, Operation::Activation),
            approved("g-3", 2_500, Operation::Reload),
            approved("g-4", 7_000, Operation::Sale),
            approved("g-6", 1_000, Operation::Refund),
            reversed("g-4", 7_000, Operation::Sale),
            reversed("g-3", 2_500, Operation::Reload),
        ]
    );
    assert!(bench.complaints.is_empty());
}

#[test]
fn a_gift_transaction_is_voided_as_one() {
    let mut bench = Bench::new();
    bench.done("GiftSale", "g-1", "10.00");
    bench.done("Sale", "a1-1", "10.00");
    assert_eq!(message(&bench.done("Void", "g-1", "10.00")), "Transaction not found");
    assert_eq!(message(&bench.done("GiftVoid", "a1-1", "10.00")), "Transaction not found");
}

#[test]
fn a_terminal_without_gift_cards_refuses_them() {
    let mut bench = Bench::new();
    let line = bench.run_on("2045", "GiftSale", "g-1", "10.00");
    assert_eq!(message(&bench.answer(line)), "Gift not supported");
}
