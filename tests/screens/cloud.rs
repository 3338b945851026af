//! The till as a terminal of a POS in the cloud, and the payments that come from there.

use checkstand::domain::{DayReport, Origin, Whence};
use checkstand::protocols::protocol::TerminalFace;
use checkstand::terminal::Session;

use super::*;

pub fn cloud(session: Option<Session>) -> TerminalView {
    let mut view = terminal("cloud");
    view.abilities.operations = &[];
    view.abilities.reports = &[];
    view.session = session;
    view.face = Some(TerminalFace { number: "77031594".to_owned(), through: "front".to_owned() });
    view
}

pub fn online() -> TerminalView {
    cloud(Some(Session::Ready(Vec::new())))
}

pub fn offline() -> TerminalView {
    cloud(Some(Session::Offline(Explanation::new("explain-link-refused", Fault::Link))))
}

fn origin() -> Box<Origin> {
    Box::new(Origin {
        from: Whence::Cloud,
        face: "cloud".to_owned(),
        number: "77031594".to_owned(),
        reference: "a1-000117".to_owned(),
    })
}

/// The cloud's payment on the terminal that plays for it.
pub fn foreign(stage: Stage) -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(checkstand::terminal::PaymentView { origin: Some(origin()), ..payment(stage) });
    view
}

pub fn wants_settling() -> TerminalView {
    let mut view = ended(why(Verdict::NotCharged, "explain-please-settle"));
    view.abilities.reports = &DayReport::ALL;
    view
}

const ASKED: &str = "Asked by the cloud POS · reference a1-000117 · via cloud";

#[test]
fn nothing_is_paid_on_the_till_itself() {
    let mut hand = Hand::at_terminals(vec![online(), terminal("front"), terminal("bar")]);
    assert!(hand.has("start"), "the first terminal to pay on is meant");
    hand.click("terminal-cloud");
    for absent in ["start", "sale", "refund", "pad-1", "amount", "close-day"] {
        assert!(!hand.has(absent), "{absent}");
    }
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    hand.tap(Named::F6);
    assert!(hand.has("start") && !hand.sees_part("12.50"));
    hand.tap(Named::F5);
    assert!(!hand.has("start") && hand.sees("77031594"));
}

#[test]
fn the_number_and_the_cause_fit_the_smallest_window() {
    let mut hand = Hand::at(offline());
    hand.size = iced::Size::new(800.0, 600.0);
    let bounds = hand.bounds("connect-again");
    assert!(bounds.y + bounds.height <= 600.0 && bounds.height >= 48.0, "{bounds:?}");
    assert!(hand.sees("77031594") && hand.sees("POS Offline"));
}

#[test]
fn a_payment_from_the_cloud_says_whose_it_is_and_can_be_cancelled_like_any_other() {
    let mut hand = Hand::at(foreign(Stage::AtTerminal));
    assert!(hand.sees(ASKED) && hand.sees("12.50 SEK"));
    assert_eq!(hand.click("abort"), [Effect::Cancel { terminal: "front".to_owned() }]);
    assert!(Hand::at(foreign(Stage::Ended(approved(1250)))).sees(ASKED));
    assert!(!Hand::at(ended(approved(1250))).sees_part("cloud POS"));
}

#[test]
fn what_is_rung_up_outlives_a_payment_from_the_cloud() {
    for put_away in [Named::Enter, Named::F9] {
        let mut hand = Hand::at(terminal("front"));
        hand.typewrite("4200");
        hand.type_into("reference", "table 4");
        hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::AtTerminal))));
        assert!(hand.sees("What you have rung up is kept.") && !hand.sees("42.00 SEK"));
        hand.typewrite("7");
        hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::Ended(approved(1250))))));
        hand.reads();
        assert!(hand.sees("APPROVED"));
        assert_eq!(hand.tap(put_away), [Effect::Dismiss { terminal: "front".to_owned() }]);
        assert!(hand.sees("42.00 SEK"), "{put_away:?}");
        let Some(Effect::Pay { request, .. }) = hand.tap(Named::Enter).into_iter().next() else { panic!() };
        assert_eq!((request.amount, request.reference.as_deref()), (kr(4_200), Some("table 4")));
    }
}

#[test]
fn a_payment_that_came_too_late_behind_the_clouds_is_still_rung_up() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("4200");
    hand.tap(Named::Enter);
    hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::AtTerminal))));
    hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::Running)));
    assert!(hand.sees(ASKED) && hand.has("problem-read"));
    hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::Ended(approved(1250))))));
    hand.reads();
    hand.click("new");
    assert!(hand.sees("42.00 SEK"));
}

#[test]
fn asking_about_the_clouds_payment_keeps_what_is_rung_up_too() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("4200");
    let doubtful = foreign(Stage::Ended(why(Verdict::InDoubt, "explain-still-unknown")));
    hand.tell(desk::Message::TerminalChanged(Arc::new(doubtful)));
    assert!(matches!(hand.tap(Named::F3).as_slice(), [Effect::Inquire { .. }]));
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::Ended(approved(1250))))));
    hand.reads();
    hand.click("new");
    assert!(hand.sees("42.00 SEK"));
}

#[test]
fn a_digit_typed_at_the_end_of_the_clouds_payment_does_not_change_what_is_rung_up() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("4200");
    hand.tell(desk::Message::TerminalChanged(Arc::new(foreign(Stage::Ended(approved(1250))))));
    hand.reads();
    hand.typewrite("7");
    assert!(hand.sees("42.00 SEK"));
}

#[test]
fn the_rest_of_a_partial_approval_is_the_clouds_to_ask_for() {
    let hand = Hand::at(foreign(Stage::Ended(approved(625))));
    assert!(!hand.has("rest") && hand.sees("6.25 SEK"));
    assert!(Hand::at(ended(approved(625))).has("rest"));
}

#[test]
fn the_history_says_whose_payment_it_was() {
    let mut foreign = record("K7M2-8", "front");
    foreign.request.origin = Some(origin());
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![foreign, record("K7M2-7", "front")]);
    assert!(hand.sees("cloud POS"), "in the list");
    hand.click("row-K7M2-7");
    assert!(!hand.sees(ASKED));
    hand.click("close");
    hand.click("row-K7M2-8");
    assert!(hand.sees(ASKED));
}
