use super::*;

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
