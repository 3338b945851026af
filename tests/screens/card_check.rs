//! Is the card valid, and the card that is not here: what the window offers where a terminal can, and how it reads.

use checkstand::domain::{PaymentRequest, Tender};

use super::abilities::{able, paid};
use super::*;

/// A terminal that checks cards and has numbers keyed in, and little else.
pub fn checking() -> TerminalView {
    let mut view = terminal("front");
    view.abilities.operations =
        &[Operation::Sale, Operation::Refund, Operation::Preauth, Operation::Capture, Operation::CardCheck];
    view.abilities.keyed = true;
    view
}

pub fn checked(outcome: Outcome) -> TerminalView {
    let mut view = checking();
    let mut check = payment(Stage::Ended(outcome));
    (check.operation, check.amount) = (Operation::CardCheck, kr(0));
    view.payment = Some(check);
    view
}

fn check_record(outcome: Option<Outcome>) -> checkstand::domain::PaymentRecord {
    let mut check = record("K7M2-8", "front");
    check.request = PaymentRequest::new(Operation::CardCheck, kr(0));
    check.outcome = outcome;
    check
}

#[test]
fn a_card_is_checked_without_an_amount_whatever_was_typed() {
    let mut hand = Hand::at(checking());
    hand.typewrite("1250");
    hand.click("card-check");
    assert!(hand.sees("No money is moved") && !hand.sees_part("12.50"));
    assert!(hand.sees("Check the card  Enter"));
    let request = paid(&hand.tap(Named::Enter));
    assert_eq!(request, PaymentRequest::new(Operation::CardCheck, kr(0)));
    let mut hand = Hand::at(checking());
    hand.click("card-check");
    assert_eq!(started_requests(&hand.click("start")), [(Operation::CardCheck, 0)]);
}

#[test]
fn a_number_is_keyed_in_for_what_is_about_a_card_and_the_choice_is_seen() {
    for (key, operation) in
        [(None, Operation::Sale), (Some(Named::F2), Operation::Refund), (Some(Named::F4), Operation::Preauth)]
    {
        let mut hand = Hand::at(checking());
        key.map(|key| hand.tap(key));
        hand.control('k');
        assert!(hand.sees_part("the number is keyed in on the terminal"), "{operation:?}");
        hand.typewrite("1250");
        let request = paid(&hand.tap(Named::Enter));
        assert_eq!((request.operation, request.keyed), (operation, true));
        // The next customer's card is here.
        hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
        assert!(!hand.sees_part("the number is keyed in on the terminal"));
    }
}

#[test]
fn the_card_is_here_after_all_and_a_card_check_keys_nothing_in() {
    let mut hand = Hand::at(checking());
    hand.typewrite("1250");
    hand.click("keyed");
    hand.click("keyed");
    assert!(!paid(&hand.click("start")).keyed);
    let mut hand = Hand::at(checking());
    hand.click("keyed");
    hand.click("card-check");
    assert!(!hand.has("keyed"));
    assert!(!paid(&hand.click("start")).keyed);
}

#[test]
fn a_wallet_and_a_keyed_number_exclude_each_other() {
    let mut hand = Hand::at(able());
    hand.typewrite("1250");
    hand.click("tender-wallet");
    hand.click("keyed");
    assert!(!hand.has("code"));
    let request = paid(&hand.click("start"));
    assert_eq!((request.tender, request.keyed), (None, true));
    let mut hand = Hand::at(able());
    hand.click("keyed");
    hand.click("tender-wallet");
    assert!(hand.has("code") && !hand.sees_part("the number is keyed in on the terminal"));
    hand.click("tender-debit");
    hand.typewrite("1250");
    let request = paid(&hand.click("start"));
    assert_eq!((request.tender, request.keyed), (Some(Tender::Debit), false));
}

#[test]
fn a_terminal_that_can_do_neither_says_so_when_the_key_is_pressed() {
    for press in [|hand: &mut Hand| hand.tap(Named::F4), |hand: &mut Hand| hand.control('k')] {
        let mut hand = Hand::at(terminal("front"));
        assert!(!hand.has("card-check") && !hand.has("keyed"));
        press(&mut hand);
        assert!(hand.sees("This terminal cannot do that."));
        hand.typewrite("1250");
        let request = paid(&hand.tap(Named::Enter));
        assert_eq!((request.operation, request.keyed), (Operation::Sale, false));
    }
}

#[test]
fn nothing_on_the_screens_of_a_card_check_looks_like_an_amount() {
    let mut running = checked(approved(0));
    running.payment.as_mut().unwrap().stage = Stage::AtTerminal;
    let mut unresolved = Hand::at({
        let mut view = in_doubt("front");
        (view.unresolved[0].operation, view.unresolved[0].amount) = (Operation::CardCheck, kr(0));
        view
    });
    assert!(unresolved.sees_part("Nobody knows yet what became of card check K7M2-41."));
    unresolved.go_to(Place::Unresolved);
    let mut history = Hand::at(checking());
    history.go_to(Place::History);
    history_of(&mut history, "", vec![check_record(Some(approved(0)))]);
    let mut details = Hand::at(checking());
    details.go_to(Place::History);
    history_of(&mut details, "", vec![check_record(Some(approved(0)))]);
    details.click("row-K7M2-8");
    let mut today = Hand::at(checking());
    today.tell(desk::Message::RecentRead(Ok(vec![check_record(Some(approved(0)))])));
    today.click("card-check");
    for (name, hand) in [
        ("running", Hand::at(running)),
        ("valid", Hand::at(checked(approved(0)))),
        ("declined", Hand::at(checked(why(Verdict::Declined, "explain-declined")))),
        ("in doubt", Hand::at(checked(why(Verdict::InDoubt, "explain-still-unknown")))),
        ("unresolved", unresolved),
        ("history", history),
        ("details", details),
        ("today", today),
    ] {
        assert!(!hand.sees_part("0.00"), "{name}");
        let is_outcome = ["valid", "declined", "in doubt"].contains(&name);
        assert!(is_outcome || hand.sees_part("Card check"), "{name}");
    }
}

#[test]
fn the_outcome_of_a_card_check_says_what_it_means_and_offers_no_void() {
    let hand = Hand::at(checked(approved(0)));
    assert!(hand.sees("CARD IS VALID") && hand.sees("No money was moved") && hand.sees("Visa Debit •••• 4321"));
    for absent in ["void", "tip", "capture", "refund-of", "rest"] {
        assert!(!hand.has(absent), "{absent}");
    }
    assert!(Hand::at(checked(why(Verdict::NotCharged, "explain-terminal-busy"))).sees("NOT CHECKED"));
    let mut hand = Hand::at(checking());
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![check_record(Some(approved(0)))]);
    hand.click("row-K7M2-8");
    assert!(!hand.has("void") && hand.sees("CARD IS VALID"));
}

#[test]
fn the_history_says_that_a_number_was_keyed_in() {
    let mut keyed = record("K7M2-8", "front");
    let mut hand = Hand::at(checking());
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![keyed.clone()]);
    hand.click("row-K7M2-8");
    assert!(!hand.sees("keyed in at the terminal"));
    keyed.request.keyed = true;
    told(&mut hand, dossier(keyed));
    assert!(hand.sees("keyed in at the terminal"));
}

#[test]
fn refusals_about_checks_and_keyed_numbers_say_what_to_do() {
    let mut hand = Hand::at(checking());
    for (refusal, words) in [
        (Refusal::NotKeyed(Operation::Refund), "cannot be keyed in for this: Refund. Use the card itself."),
        (Refusal::AmountNotZero, "This is not about an amount."),
    ] {
        hand.tell(desk::Message::Started("front".to_owned(), Err(refusal)));
        assert!(hand.sees_part(words), "{words}");
    }
}
