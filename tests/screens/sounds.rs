//! Which sound follows what: each outcome once, none for what was there before.

use super::*;
use checkstand::gui::sounds::Sound;

fn at_terminal() -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    view
}

fn changed(hand: &mut Hand, view: TerminalView) -> Vec<Sound> {
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    hand.heard()
}

#[test]
fn every_outcome_is_heard_once() {
    for (verdict, sound) in [
        (Verdict::Approved, Sound::Approved),
        (Verdict::Declined, Sound::NotPaid),
        (Verdict::Cancelled, Sound::NotPaid),
        (Verdict::NotCharged, Sound::NotPaid),
        (Verdict::InDoubt, Sound::Attention),
    ] {
        let outcome = match verdict {
            Verdict::Approved => approved(1250),
            _ => why(verdict, "explain-declined"),
        };
        let mut hand = Hand::at(at_terminal());
        let view = ended(outcome);
        assert_eq!(changed(&mut hand, view.clone()), [sound], "{verdict:?}");
        // The same picture again, with a notice, and looked at again a second later.
        assert_eq!(changed(&mut hand, view.clone()), []);
        let mut noticed = view;
        noticed.notices.push(Explanation::new("explain-late-answer", Fault::Terminal));
        assert_eq!(changed(&mut hand, noticed), []);
        hand.later(1);
        hand.feed(Message::Ticked);
        assert_eq!(hand.heard(), []);
    }
}

#[test]
fn an_outcome_that_was_there_at_the_start_is_not_heard() {
    let mut hand = Hand::at(ended(approved(1250)));
    assert_eq!(changed(&mut hand, ended(approved(1250))), []);
    let mut hand = Hand::at(terminal("back"));
    assert_eq!(changed(&mut hand, ended(approved(1250))), [], "a terminal that is new to the window");
}

#[test]
fn an_outcome_is_heard_even_where_no_picture_showed_its_payment_running() {
    let mut hand = Hand::at(terminal("front"));
    assert_eq!(changed(&mut hand, ended(approved(1250))), [Sound::Approved]);
}

#[test]
fn what_was_in_doubt_is_heard_again_when_it_is_known() {
    let mut hand = Hand::at(at_terminal());
    assert_eq!(changed(&mut hand, ended(why(Verdict::InDoubt, "explain-still-unknown"))), [Sound::Attention]);
    assert_eq!(changed(&mut hand, ended(approved(1250))), [Sound::Approved]);
}

#[test]
fn a_question_calls_the_cashier_once() {
    let mut hand = Hand::at(at_terminal());
    assert_eq!(changed(&mut hand, asking_for_a_signature()), [Sound::Attention]);
    assert_eq!(changed(&mut hand, asking_for_a_signature()), []);
    assert_eq!(changed(&mut hand, at_terminal()), []);
}

#[test]
fn a_key_that_does_nothing_is_heard_and_one_that_does_is_not() {
    let mut hand = Hand::at(terminal("front"));
    hand.tap(Named::Enter);
    assert_eq!(hand.heard(), [Sound::Refused], "there is no amount");
    hand.typewrite("1250");
    hand.tap(Named::Enter);
    assert_eq!(hand.heard(), []);
    hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::Gone)));
    assert_eq!(hand.heard(), [Sound::Refused]);
    hand.tell(desk::Message::ProblemRead);
    assert_eq!(hand.heard(), []);
}

#[test]
fn a_price_list_that_was_taken_over_is_no_refusal() {
    let mut hand = Hand::at(terminal("front"));
    hand.feed(Message::PricesImported(Ok(Arc::new(bench::prices()))));
    assert_eq!(hand.heard(), []);
}
