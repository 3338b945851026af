//! What the window offers beyond sale, refund and void, where a terminal can do it and nowhere else.

use checkstand::domain::{DayReport, PaymentRequest, ScannedCode, Tender};

use super::*;

pub fn able() -> TerminalView {
    let mut view = terminal("front");
    view.abilities.operations = &Operation::ALL;
    view.abilities.refunds_earlier = true;
    view.abilities.tenders = &[Tender::Credit, Tender::Debit, Tender::Wallet];
    view.abilities.reports = &[DayReport::EndOfDay];
    view.abilities.keyed = true;
    view.abilities.scans = true;
    view
}

pub fn able_and_ended(operation: Operation) -> TerminalView {
    let mut ended = payment(Stage::Ended(approved(1250)));
    ended.operation = operation;
    TerminalView { payment: Some(ended), ..able() }
}

#[track_caller]
pub fn paid(effects: &[Effect]) -> PaymentRequest {
    match effects {
        [Effect::Pay { request, .. }] => request.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_terminal_that_cannot_is_offered_nothing() {
    let mut hand = Hand::at(terminal("front"));
    for absent in ["preauth", "activation", "reload", "tender-credit", "scan", "close-day", "card-check", "keyed"] {
        assert!(!hand.has(absent), "{absent}");
    }
    let mut view = ended(approved(1250));
    view.payment.as_mut().unwrap().operation = Operation::Sale;
    let outcome = Hand::at(view);
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![record("K7M2-8", "front")]);
    hand.click("row-K7M2-8");
    for absent in ["tip", "refund-of", "capture"] {
        assert!(!outcome.has(absent) && !hand.has(absent), "{absent}");
    }
}

#[test]
fn an_amount_is_reserved_and_a_gift_card_is_loaded() {
    let mut hand = Hand::at(able());
    hand.tap(Named::F4);
    hand.typewrite("1250");
    assert!(hand.sees("Reserve 12.50 SEK  Enter"));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Preauth, 1250)]);
    for (id, operation) in [("activation", Operation::Activation), ("reload", Operation::Reload)] {
        let mut hand = Hand::at(able());
        hand.click(id);
        assert!(!hand.has("tender-credit"), "a gift card is no choice there");
        hand.typewrite("5000");
        assert_eq!(started_requests(&hand.tap(Named::Enter)), [(operation, 5_000)]);
    }
}

#[test]
fn a_tender_is_chosen_and_taken_back() {
    let mut hand = Hand::at(able());
    hand.typewrite("1250");
    hand.click("tender-debit");
    assert_eq!(paid(&hand.click("start")).tender, Some(Tender::Debit));
    let mut hand = Hand::at(able());
    hand.typewrite("1250");
    hand.click("tender-debit");
    hand.click("tender-debit");
    assert_eq!(paid(&hand.click("start")).tender, None);
}

#[test]
fn the_reader_reads_into_the_code_of_a_wallet_else_into_the_reference() {
    let scanned = |hand: &mut Hand| {
        assert_eq!(hand.click("scan"), [Effect::Scan { terminal: "front".to_owned() }]);
        hand.tell(desk::Message::Scanned("front".to_owned(), Ok(Ok(ScannedCode::new("4006381333931")))));
        hand.typewrite("1250");
        paid(&hand.click("start"))
    };
    let mut hand = Hand::at(able());
    assert_eq!(scanned(&mut hand).reference.as_deref(), Some("4006381333931"));
    let mut hand = Hand::at(able());
    hand.click("tender-wallet");
    let request = scanned(&mut hand);
    assert_eq!((request.reference, request.code), (None, Some(ScannedCode::new("4006381333931"))));
}

#[test]
fn refusals_are_said_with_everything_in_them() {
    let mut hand = Hand::at(able());
    let payment = id("K7M2-8");
    for (refusal, words) in [
        (Refusal::RefundTooLarge { payment: payment.clone(), left: kr(2_000) }, "Of payment K7M2-8 20.00 SEK is left"),
        (Refusal::NotAble(Operation::Capture), "This terminal cannot do this: Capture."),
        (Refusal::NoTender(Tender::EbtCash), "On this terminal EBT cash cannot be chosen"),
        (
            Refusal::WrongKind { payment, kind: Operation::Preauth, asked: Operation::Tip },
            "Payment K7M2-8 is a Pre-authorisation; there is no Tip of it.",
        ),
    ] {
        hand.tell(desk::Message::Started("front".to_owned(), Err(refusal)));
        assert!(hand.sees_part(words), "{words}");
    }
}

#[test]
fn everything_is_reached_with_tab_and_fits_the_smallest_window() {
    let mut hand = Hand::at(able());
    for wanted in ["close-day", "reload", "card-check", "tender-wallet", "keyed", "scan"] {
        hand.tab_to(wanted);
    }
    hand.size = iced::Size::new(800.0, 600.0);
    for id in [
        "close-day",
        "to-history",
        "preauth",
        "reload",
        "card-check",
        "tender-wallet",
        "keyed",
        "scan",
        "start",
        "pad-00",
    ] {
        let bounds = hand.bounds(id);
        assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
        assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
    }
}
