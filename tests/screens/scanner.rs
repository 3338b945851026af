//! A barcode scanner that types like a keyboard: its code is never an amount, and its Enter never starts a payment.

use super::*;

/// An EAN-13 and an EAN-8.
const LONG: &str = "7310865004703";
const SHORT: &str = "96385074";

fn references(effects: &[Effect]) -> Vec<Option<String>> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Pay { request, .. } => Some(request.reference.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_scanned_code_goes_into_the_reference_and_leaves_the_amount_alone() {
    for code in [LONG, SHORT, "AB-12.3 $/+%z"] {
        let mut hand = Hand::at(terminal("front"));
        hand.type_focused("1250", 90);
        assert!(hand.sees("12.50 SEK"));
        assert_eq!(hand.scan(code, 4), []);
        assert!(hand.sees("12.50 SEK"), "{code}");
        let started = hand.tap_focused(Named::Enter);
        assert_eq!(started_requests(&started), [(Operation::Sale, 1250)]);
        assert_eq!(references(&started), [Some(code.to_owned())]);
    }
}

#[test]
fn a_scan_shows_no_digit_of_its_own_while_it_comes() {
    let mut hand = Hand::at(terminal("front"));
    for part in ["731", "0865", "004703"] {
        assert_eq!(hand.type_focused(part, 12), []);
        assert!(hand.sees("0.00 SEK"));
    }
    assert_eq!(hand.tap_focused(Named::Enter), []);
    assert!(hand.sees("0.00 SEK") && !hand.sees("The amount is missing."));
}

#[test]
fn a_person_types_an_amount_as_before() {
    let mut hand = Hand::at(terminal("front"));
    hand.type_focused("1250", 30);
    assert!(hand.sees("12.50 SEK"));
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
}

#[test]
fn the_enter_of_a_burst_that_is_too_short_for_a_code_starts_nothing() {
    let mut hand = Hand::at(terminal("front"));
    assert_eq!(hand.scan("1250", 4), []);
    assert!(hand.sees("12.50 SEK"));
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
}

#[test]
fn a_scan_while_the_reference_has_the_focus_is_there_once() {
    let mut hand = Hand::at(terminal("front"));
    hand.type_focused("1250", 90);
    hand.tab_to("reference");
    hand.type_focused("Table 4", 60);
    assert!(hand.sees("Table 4"));
    assert_eq!(hand.scan(LONG, 4), []);
    assert!(hand.sees(LONG));
    assert_eq!(references(&hand.click("start")), [Some(LONG.to_owned())]);
}

#[test]
fn a_scan_while_the_start_button_has_the_focus_starts_nothing() {
    let mut hand = Hand::at(terminal("front"));
    hand.type_focused("1250", 90);
    hand.tab_to("start");
    assert_eq!(hand.scan(LONG, 4), []);
    assert_eq!(hand.scan("AB 12 34 56", 4), []);
    assert_eq!(references(&hand.tap_focused(Named::Enter)), [Some("AB 12 34 56".to_owned())]);
}

#[test]
fn a_scan_in_the_history_is_typed_into_the_search_without_its_enter() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    hand.tab_to("search");
    hand.scan(SHORT, 4);
    assert!(hand.sees(SHORT));
    hand.tap_focused(Named::Escape);
    hand.tap_focused(Named::Escape);
    assert!(hand.sees("0.00 SEK"));
}

#[test]
fn a_scan_puts_away_what_has_ended_and_is_the_next_customers() {
    let mut hand = Hand::at(ended(Outcome::approved(Taken::exactly(kr(1250)))));
    let effects = hand.scan(LONG, 4);
    assert!(matches!(effects.as_slice(), [Effect::Dismiss { .. }]), "{effects:?}");
    assert!(hand.sees(LONG) && hand.sees("0.00 SEK"));
}

#[test]
fn a_scan_answers_no_question() {
    let mut hand = Hand::at(asking_for_a_signature());
    assert_eq!(hand.scan(LONG, 4), []);
}

#[test]
fn a_click_right_behind_a_digit_pays_with_the_digit() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("125");
    let effects = hand.type_and_click("0", "start");
    assert_eq!(started_requests(&effects), [(Operation::Sale, 1250)]);
}
