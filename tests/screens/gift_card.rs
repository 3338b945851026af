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
