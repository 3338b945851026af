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

/// What the screen that is told in words says of a code that means nothing there.
const NOT_NOW: &str = "Scan it again afterwards";

fn refused(hand: &mut Hand) {
    assert!(hand.sees_part(NOT_NOW), "{:?}", hand.texts());
    assert_eq!(hand.heard(), [checkstand::gui::sounds::Sound::Refused]);
}

/// The bill with its cash, its parts, its discount or its table being typed.
fn at_sheet(open: fn(&mut bench::Bench)) -> bench::Bench {
    let mut bench = bench::Bench::new();
    bench.typewrite("500+");
    open(&mut bench);
    bench.hand.heard();
    bench
}

#[test]
fn a_scan_right_behind_the_key_for_cash_is_no_cash() {
    for gap in [0, 4, 12] {
        let mut bench = at_sheet(|_| {});
        // Nobody looks between the key and the scan.
        let effects = bench.hand.press_focused(Named::F1);
        assert_eq!(effects, []);
        bench.hand.heard();
        bench.scan_at(LONG, gap);
        assert!(!bench.hand.sees("Given"), "{gap}: {:?}", bench.hand.texts());
        refused(&mut bench.hand);
        assert!(bench.newest().payments.is_empty());
    }
}

#[test]
fn a_scan_is_no_cash_no_part_no_discount_and_no_table() {
    let sheets: [fn(&mut bench::Bench); 4] = [
        |bench| bench.tap(Named::F1),
        |bench| {
            bench.tap(Named::F3);
            bench.tap(Named::F3);
        },
        |bench| bench.click("edit-bill"),
        |bench| bench.click("park-bill"),
    ];
    for open in sheets {
        for enter in [true, false] {
            let mut bench = at_sheet(open);
            let before = bench.hand.texts();
            if enter {
                bench.scan(SHORT);
            } else {
                bench.hand.type_focused(SHORT, 4);
                bench.hand.wait_focused(100);
            }
            refused(&mut bench.hand);
            let lost: Vec<_> = before.iter().filter(|text| !bench.hand.sees(text)).collect();
            assert!(lost.is_empty(), "{lost:?}");
            assert!(bench.newest().payments.is_empty() && bench.newest().bill.discount.is_none());
            bench.scan(SHORT);
            refused(&mut bench.hand);
        }
    }
}

#[test]
fn a_scan_is_refused_in_every_place_that_does_not_look_for_codes() {
    for place in [Place::Tables, Place::Unresolved, Place::Day, Place::Settings, Place::Diagnostics] {
        let mut hand = Hand::at(terminal("front"));
        hand.go_to(place);
        hand.heard();
        assert_eq!(hand.scan(LONG, 4), [], "{place:?}");
        refused(&mut hand);
    }
}

#[test]
fn a_scan_while_a_tip_is_typed_is_no_tip() {
    let mut hand = Hand::at(abilities::able_and_ended(Operation::Sale));
    hand.click("tip");
    hand.heard();
    assert_eq!(hand.scan(LONG, 4), []);
    refused(&mut hand);
    assert!(hand.has("follow-up-amount") && hand.click("follow-up-yes").is_empty());
}

#[test]
fn a_code_without_an_enter_and_an_enter_that_comes_late_start_nothing() {
    let mut hand = Hand::at(terminal("front"));
    assert_eq!(hand.type_focused(LONG, 5), []);
    assert_eq!(hand.wait_focused(100), []);
    assert!(hand.sees(LONG) && hand.sees("0.00 SEK"), "{:?}", hand.texts());
    assert_eq!(hand.tap_focused(Named::Enter), []);
    assert!(!hand.sees_part("Type an amount first"), "the Enter was the scanner's");
    hand.type_focused("1250", 90);
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
}

#[test]
fn a_code_with_a_key_in_between_is_dropped_with_a_sentence() {
    let mut hand = Hand::at(terminal("front"));
    hand.type_focused("731", 4);
    hand.press_focused(Named::F2);
    hand.type_focused("0865004703", 4);
    assert_eq!(hand.tap_focused(Named::Enter), []);
    assert!(hand.sees("0.00 SEK") && hand.sees_part("was not read whole"), "{:?}", hand.texts());
}

#[test]
fn the_fastest_typist_is_no_scanner() {
    let mut hand = Hand::at(terminal("front"));
    // Rolling fingers: two keys at once, and again.
    for pair in ["12", "34", "56", "78", "9"] {
        hand.type_focused(pair, 8);
        assert_eq!(hand.wait_focused(35), []);
    }
    assert!(hand.sees("1,234,567.89 SEK"), "{:?}", hand.texts());
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 123_456_789)]);
}

#[test]
fn a_character_with_ctrl_goes_into_no_field() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    hand.tab_to("search");
    hand.control_focused('1');
    assert!(hand.sees("0.00 SEK"), "to the counter");
    hand.tab_to("reference");
    hand.control_focused('d');
    hand.type_focused("1250", 90);
    hand.tap_focused(Named::Escape);
    assert!(!hand.sees("d1250") && hand.sees("1250"));
}

#[test]
fn the_ring_goes_with_a_change_of_place_with_esc_and_with_the_first_digit() {
    let leave: [fn(&mut Hand); 3] = [
        |hand| drop((hand.control_focused('2'), hand.control_focused('1'))),
        |hand| drop(hand.tap_focused(Named::Escape)),
        |_| {},
    ];
    for leave in leave {
        let mut hand = Hand::at(terminal("front"));
        hand.tab_to("to-counter");
        leave(&mut hand);
        hand.type_focused("1250", 90);
        assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
    }
}

#[test]
fn what_a_key_did_wrong_is_said_until_the_next_key() {
    let mut hand = Hand::at(terminal("front"));
    hand.tap(Named::Enter);
    assert!(hand.sees_part("Type an amount first"));
    hand.control('2');
    hand.control('1');
    assert!(!hand.sees_part("Type an amount first"));
}
