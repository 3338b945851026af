use super::*;

#[test]
fn an_amount_typed_on_the_keyboard_is_started_with_enter() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    assert!(hand.sees("12.50 SEK"));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 1250)]);
}

#[test]
fn an_amount_is_rung_up_on_the_number_pad_with_a_finger() {
    let mut hand = Hand::at(terminal("front"));
    for key in ["1", "2", "5", "0", "00"] {
        hand.click(&format!("pad-{key}"));
    }
    assert!(hand.sees("1,250.00 SEK"));
    hand.click("pad-back");
    assert!(hand.sees("125.00 SEK"));
    assert_eq!(started_requests(&hand.click("start")), [(Operation::Sale, 12_500)]);
}

#[test]
fn a_decimal_comma_makes_whole_units_of_what_was_typed_before_it() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("12,5");
    assert!(hand.sees("12.50 SEK"));
    hand.tap(Named::Escape);
    assert!(hand.sees("0.00 SEK"));
}

#[test]
fn a_refund_is_chosen_with_a_function_key_and_started() {
    let mut hand = Hand::at(terminal("front"));
    hand.tap(Named::F2);
    hand.typewrite("500");
    assert!(hand.sees("Pay back 5.00 SEK  Enter"));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Refund, 500)]);
}

#[test]
fn pressing_start_twice_starts_one_payment() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    let mut effects = hand.tap(Named::Enter);
    effects.extend(hand.tap(Named::Enter));
    effects.extend(hand.click("start"));
    // The actor has taken it, but the terminal's picture does not show it yet.
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    hand.typewrite("1250");
    effects.extend(hand.tap(Named::Enter));
    assert_eq!(started_requests(&effects), [(Operation::Sale, 1250)]);
}

#[test]
fn two_presses_in_one_breath_start_one_payment() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    let effects = hand.press_without_a_look_between("start", 2);
    assert_eq!(started_requests(&effects), [(Operation::Sale, 1250)]);
}

#[test]
fn nothing_starts_without_an_amount_and_the_window_says_so() {
    let mut hand = Hand::at(terminal("front"));
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    assert!(hand.sees("Type an amount first."));
}

#[test]
fn cashback_and_reference_go_with_the_sale() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    hand.type_into("cashback", "20,00");
    hand.type_into("reference", "table 4");
    let effects = hand.click("start");
    let Some(Effect::Pay { request, .. }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(request.cashback, Some(kr(2000)));
    assert_eq!(request.reference.as_deref(), Some("table 4"));
}

#[test]
fn a_refusal_is_said_and_the_amount_stays() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    hand.tap(Named::Enter);
    hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::NotTheLast(id("K7M2-42")))));
    assert!(hand.sees("12.50 SEK"));
    assert!(hand.has("problem-read"));
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 1250)]);
}

#[test]
fn a_listener_that_cannot_be_opened_is_said_before_anybody_pays() {
    let mut view = terminal("front");
    view.no_listener = Some("Address already in use".to_owned());
    let mut hand = Hand::at(view);
    assert!(hand.sees_part("Address already in use"));
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
}

#[test]
fn an_outcome_that_is_not_on_disk_is_an_alarm_and_nothing_starts() {
    let mut view = terminal("front");
    view.unsaved = true;
    let mut hand = Hand::at(view);
    assert!(hand.sees_part("ALARM"));
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
}
