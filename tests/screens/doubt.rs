use super::*;

#[test]
fn a_payment_in_doubt_blocks_its_terminal_and_no_other() {
    let mut hand = Hand::at_terminals(vec![in_doubt("front"), terminal("back")]);
    assert!(hand.sees_part("Nobody knows yet whether payment K7M2-41 (12.61 SEK) was paid."));
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    hand.other_terminal();
    let effects = hand.tap(Named::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Pay { terminal, .. }] if terminal == "back"), "{effects:?}");
}

#[test]
fn a_decision_needs_a_name_and_a_reason() {
    let mut hand = Hand::at(in_doubt("front"));
    hand.go_to(Place::Unresolved);
    assert!(hand.sees("3 min") && hand.sees("12.61 SEK"));
    hand.click("decide-K7M2-41");
    assert!(hand.click("decide-paid").is_empty());
    hand.type_into("decide-name", "Åsa");
    assert!(hand.click("decide-paid").is_empty());
    hand.type_into("decide-reason", "   ");
    assert!(hand.click("decide-not-paid").is_empty());
    hand.type_into("decide-reason", "no slip");
    let effects = hand.click("decide-not-paid");
    let [Effect::Decide { payment, paid: false, by, reason }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((payment.as_str(), by.as_str(), reason.as_str()), ("K7M2-41", "Åsa", "no slip"));
    assert!(hand.click("decide-not-paid").is_empty());
}

#[test]
fn the_terminal_is_asked_again_about_a_payment_in_doubt() {
    let mut hand = Hand::at(in_doubt("front"));
    hand.go_to(Place::Unresolved);
    let expected = Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-41") };
    assert_eq!(hand.click("ask-K7M2-41"), [expected]);
}
