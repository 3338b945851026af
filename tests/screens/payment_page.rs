//! The page of one payment: its story, its messages, and what can be done about it.

use checkstand::domain::{Original, PaymentRecord, PaymentState};
use checkstand::journal::{JournalEvent, RawMessage};
use serde_json::{Value, json};

use super::*;

pub fn opened(view: TerminalView, dossier: Dossier) -> Hand {
    opened_by(Hand::at(view), dossier)
}

/// The page of a payment, found in the history.
pub fn opened_by(mut hand: Hand, dossier: Dossier) -> Hand {
    hand.go_to(Place::History);
    let row = dossier.record.clone();
    history_of(&mut hand, "", vec![row.clone()]);
    hand.click(&format!("row-{}", row.id));
    told(&mut hand, dossier);
    hand
}

pub fn event(kind: &str, seconds: i64, body: Value) -> JournalEvent {
    let at = hand::now() + jiff::SignedDuration::from_secs(seconds);
    JournalEvent { number: 1 + seconds, kind: kind.to_owned(), body, forbidden: false, at, operator: None }
}

pub fn able() -> TerminalView {
    let mut view = super::abilities::able();
    view.abilities.voids_last_only = false;
    view
}

/// Whether the button is there and can be pressed.
pub fn lives(hand: &mut Hand, id: &str) -> bool {
    assert!(hand.has(id), "{id} is not there");
    let effects = hand.click(id);
    let asked = hand.has("void-yes") || hand.has("follow-up-yes");
    if asked {
        hand.tap(Named::Escape);
    }
    asked || !effects.is_empty()
}

#[test]
fn the_story_of_a_payment_is_told_event_by_event_with_the_time() {
    let mut dossier = dossier(record("K7M2-8", "front"));
    dossier.events = vec![
        event("recorded", 0, json!({ "request": { "operator": "Åsa" } })),
        event("transmitted", 1, json!({ "state": "at_terminal" })),
        event("display", 2, json!("INSERT CARD")),
        event("display", 2, json!({ "key": "display-pin-entry", "word": "PIN_ENTRY" })),
        event("question", 3, json!({ "id": 1, "kind": "signature", "text": "Signature right?" })),
        event("answer", 4, json!("accept")),
        event("alarm", 5, json!({ "key": "explain-table-overpaid", "fault": "nobody" })),
        event("brand_new", 6, json!(null)),
        event(
            "person_decided_paid",
            90_000,
            json!({
                "state": "decided_paid",
                "outcome": approved(1250),
                "decision": { "paid": true, "by": "Bo", "reason": "the slip says so", "at": hand::now() },
            }),
        ),
        JournalEvent {
            forbidden: true,
            ..event("declined", 90_001, json!({ "state": "decided_paid", "forbidden": true }))
        },
    ];
    let mut hand = opened(terminal("front"), dossier);
    hand.size = iced::Size::new(1024.0, 1600.0);
    hand.click("page-timeline");
    for words in [
        "10:42:31",
        "10:42:33",
        "15/03/2026 11:42:31",
        "Recorded, before anything was sent",
        "by Åsa",
        "INSERT CARD",
        "Signature right?",
        "brand_new",
        "A person decided: it was paid",
        "by Bo",
        "the slip says so",
        "Visa Debit •••• 4321",
        "This contradicts what was known. It changed nothing.",
    ] {
        assert!(hand.sees(words), "{words}");
    }
    assert!(hand.sees_part("More was paid at a table") && !hand.sees_part("window-event"));
}

#[test]
fn the_messages_of_a_payment_are_there_for_support_and_where_none_are_kept_the_page_says_so() {
    let mut hand = opened(terminal("front"), dossier(record("K7M2-8", "front")));
    hand.click("page-messages");
    assert!(hand.sees_part("The journal has no messages of this payment"));
    let message = |sent, body: &str| RawMessage {
        terminal: "front".to_owned(),
        channel: "main".to_owned(),
        sent,
        body: body.to_owned(),
        at: hand::now(),
    };
    let mut with = dossier(record("K7M2-8", "front"));
    with.messages = vec![message(true, "<SaleToPOIRequest/>"), message(false, &"long ".repeat(5_000))];
    let mut hand = opened(terminal("front"), with);
    hand.click("page-messages");
    assert!(hand.sees("<SaleToPOIRequest/>") && hand.sees_part("till → terminal") && hand.sees_part("terminal → till"));
}

#[test]
fn what_was_given_back_or_captured_before_is_dead_and_says_why() {
    let mut refund = record("K7M2-9", "front");
    refund.request.operation = Operation::Refund;
    let original = Original { payment: id("K7M2-8"), operation: Operation::Sale, taken: kr(1250), reference: None };
    refund.request.of = Some(original.clone());
    let mut refunded = dossier(record("K7M2-8", "front"));
    refunded.about = vec![refund];
    let mut hand = opened(able(), refunded);
    for id in ["void", "tip", "refund-of"] {
        assert!(!lives(&mut hand, id), "{id}");
    }
    assert!(hand.sees_part("K7M2-8") && hand.sees_part("refunded"), "and why");
    assert_eq!(hand.click("show-K7M2-9"), [Effect::ReadPayment(id("K7M2-9"))]);
    told(&mut hand, dossier(record("K7M2-9", "front")));
    assert!(hand.sees("K7M2-9") && !hand.sees("K7M2-8"));

    let fresh = dossier(record("K7M2-8", "front"));
    let mut hand = opened(able(), fresh);
    for id in ["void", "tip", "refund-of", "ask"] {
        assert!(lives(&mut hand, id), "{id}");
        if !hand.has(id) {
            hand = opened(able(), dossier(record("K7M2-8", "front")));
        }
    }
    assert!(!hand.has("capture") && !hand.has("decide"));
}

#[test]
fn only_the_last_payment_is_voided_where_the_terminal_can_do_no_other() {
    let mut older = dossier(record("K7M2-8", "front"));
    older.last_approved = Some(id("K7M2-9"));
    let mut hand = opened(terminal("front"), older);
    assert!(!lives(&mut hand, "void"));
    let mut last = dossier(record("K7M2-8", "front"));
    last.last_approved = Some(id("K7M2-8"));
    assert!(lives(&mut opened(terminal("front"), last), "void"));
}

#[test]
fn a_terminal_that_is_gone_or_busy_is_named_as_the_reason() {
    let mut hand = opened(terminal("front"), dossier(record("K7M2-8", "elsewhere")));
    assert!(!lives(&mut hand, "ask") && hand.sees("That payment was made on a terminal which is not set up any more."));
    let mut busy = able();
    busy.payment = Some(payment(Stage::AtTerminal));
    let mut hand = opened(busy, dossier(record("K7M2-8", "front")));
    assert!(!lives(&mut hand, "void") && hand.sees_part("That terminal is not free."));
}

#[test]
fn a_payment_in_doubt_is_asked_about_or_decided() {
    let doubtful = PaymentRecord { state: PaymentState::InDoubt, outcome: None, ..record("K7M2-41", "front") };
    let mut hand = opened(in_doubt("front"), dossier(doubtful));
    for absent in ["void", "tip", "refund-of", "capture"] {
        assert!(!hand.has(absent), "{absent}");
    }
    hand.click("decide");
    assert!(hand.has("decide-K7M2-41"), "where payments in doubt are decided");
}

#[test]
fn the_page_follows_the_journal_and_fits_the_smallest_window() {
    for language in ["en", "sv"] {
        let mut hand = Hand::speaking(language, vec![able()]);
        hand.go_to(Place::History);
        history_of(&mut hand, "", vec![record("K7M2-8", "front")]);
        hand.click("row-K7M2-8");
        assert!(hand.tell(desk::Message::JournalChanged).contains(&Effect::ReadPayment(id("K7M2-8"))));
        told(&mut hand, dossier(record("K7M2-8", "front")));
        hand.size = iced::Size::new(800.0, 600.0);
        for id in ["page-overview", "page-timeline", "page-messages", "void", "tip", "refund-of", "ask", "close"] {
            let bounds = hand.bounds(id);
            assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
            assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
        }
    }
}
