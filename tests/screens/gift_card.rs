//! What a gift card still holds, one that is made void, and money that goes back to one.

use checkstand::domain::{PaymentRequest, Tender};

use super::abilities::{able, paid};
use super::*;

pub fn asked(operation: Operation, stage: Stage) -> TerminalView {
    let mut view = able();
    let mut inquiry = payment(stage);
    (inquiry.operation, inquiry.amount) = (operation, kr(0));
    view.payment = Some(inquiry);
    view
}

pub fn told(balance: i64) -> Outcome {
    Outcome { card_balance: Some(kr(balance)), ..Outcome::approved(Taken::exactly(kr(0))) }
}

#[test]
fn a_balance_and_a_deactivation_are_asked_without_an_amount_whatever_was_typed() {
    for (id, operation, words) in [
        ("balance", Operation::Balance, "Ask for the balance  Enter"),
        ("deactivation", Operation::Deactivation, "Make the gift card void  Enter"),
    ] {
        let mut hand = Hand::at(able());
        hand.typewrite("1250");
        hand.click(id);
        assert!(hand.sees(words) && !hand.sees_part("12.50"), "{id}");
        assert!(!hand.has("tender-credit") && !hand.has("keyed"), "{id}");
        assert_eq!(paid(&hand.tap(Named::Enter)), PaymentRequest::new(operation, kr(0)));
    }
    let hand = Hand::at(terminal("front"));
    assert!(!hand.has("balance") && !hand.has("deactivation"));
}

#[test]
fn a_balance_is_read_large_and_nothing_of_it_looks_like_a_payment() {
    let hand = Hand::at(asked(Operation::Balance, Stage::Ended(told(2_575))));
    assert!(hand.sees("BALANCE") && hand.sees("25.75 SEK left on the card") && !hand.sees_part("0.00 SEK"));
    for absent in ["void", "tip", "capture", "refund-of", "rest"] {
        assert!(!hand.has(absent), "{absent}");
    }
    let empty = Hand::at(asked(Operation::Balance, Stage::Ended(told(0))));
    assert!(empty.sees("0.00 SEK left on the card"));
    let silent = Hand::at(asked(Operation::Balance, Stage::Ended(approved(0))));
    assert!(silent.sees("No money was moved"));
    let refused = why(Verdict::NotCharged, "explain-terminal-busy");
    assert!(Hand::at(asked(Operation::Balance, Stage::Ended(refused))).sees("BALANCE NOT TOLD"));
}

#[test]
fn a_card_that_is_void_is_not_called_charged() {
    let hand = Hand::at(asked(Operation::Deactivation, Stage::Ended(approved(0))));
    assert!(hand.sees("CARD IS VOID") && !hand.sees("APPROVED") && !hand.has("void"));
    let refused = why(Verdict::NotCharged, "explain-terminal-busy");
    assert!(Hand::at(asked(Operation::Deactivation, Stage::Ended(refused))).sees("NOT DEACTIVATED"));
}

#[test]
fn a_gift_card_that_paid_says_what_is_left_on_it() {
    let mut outcome = approved(1_250);
    outcome.card_balance = Some(kr(2_575));
    let hand = Hand::at(ended(outcome));
    assert!(hand.sees("APPROVED") && hand.sees("Left on the card") && hand.sees("25.75 SEK"));
}

#[test]
fn what_nobody_knows_of_a_gift_card_is_asked_in_its_own_words() {
    for (operation, blocked, yes) in [
        (Operation::Balance, "balance inquiry K7M2-41", "The balance was told"),
        (Operation::Deactivation, "gift card deactivation K7M2-41", "The card is void"),
    ] {
        let mut view = in_doubt("front");
        (view.unresolved[0].operation, view.unresolved[0].amount) = (operation, kr(0));
        let mut hand = Hand::at(view);
        assert!(hand.sees_part(blocked), "{blocked}");
        hand.go_to(Place::Unresolved);
        hand.click("decide-K7M2-41");
        assert!(hand.sees(yes) && !hand.sees("It was paid"), "{yes}");
    }
}

#[test]
fn money_goes_back_to_a_gift_card_where_the_terminal_takes_some() {
    let mut view = able();
    let mut hand = Hand::at(view.clone());
    hand.tap(Named::F2);
    assert!(!hand.has("tender-credit") && !hand.has("tender-gift"));
    view.abilities.tenders = &[Tender::Gift, Tender::Wallet];
    let mut hand = Hand::at(view);
    hand.tap(Named::F2);
    assert!(!hand.has("tender-wallet"));
    hand.typewrite("1250");
    hand.click("tender-gift");
    let request = paid(&hand.click("start"));
    assert_eq!((request.operation, request.tender), (Operation::Refund, Some(Tender::Gift)));
}
