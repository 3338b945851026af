//! The page of one payment: its story, its messages, and what can be done about it.

use checkstand::domain::Original;
use checkstand::journal::JournalEvent;
use serde_json::Value;

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
