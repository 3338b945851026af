//! What stands around the screens: places and their keys, badges, the status below, questions that come in front, and
//! settings that work at once.

use super::*;

fn asking(terminal: &str, question: u64) -> TerminalView {
    let mut view = asking_for_a_signature();
    view.name = terminal.to_owned();
    view.payment.as_mut().unwrap().question.as_mut().unwrap().id = QuestionId(question);
    view
}

fn paying(name: &str) -> TerminalView {
    let mut view = terminal(name);
    view.payment = Some(payment(Stage::AtTerminal));
    view
}

fn changed(hand: &mut Hand, view: TerminalView) {
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
}

#[test]
fn the_keys_printed_in_the_rail_lead_where_they_say() {
    let mut hand = Hand::at(terminal("front"));
    assert_eq!(hand.tap(Named::F10), [Effect::ReadDay]);
    assert_eq!(hand.tap(Named::F12), [Effect::ReadDiagnostics]);
    assert!(hand.control('f').contains(&Effect::Focus("search")));
    assert!(hand.sees("Ctrl+F") && hand.sees("F10") && hand.sees("F12"));
}

#[test]
fn function_keys_choose_the_terminals_and_the_last_of_them_goes_on_through_the_rest() {
    let names = ["one", "two", "three", "four", "five", "six"];
    let mut hand = Hand::at_terminals(names.map(terminal).to_vec());
    let chosen = |hand: &Hand| hand.chosen();
    hand.tap(Named::F7);
    assert_eq!(chosen(&hand), "three");
    for name in ["four", "five", "six", "four"] {
        hand.tap(Named::F8);
        assert_eq!(chosen(&hand), name);
    }
    hand.tap(Named::F5);
    assert_eq!(chosen(&hand), "one");
}

#[test]
fn a_question_comes_in_front_of_everything_and_gives_the_place_back() {
    let mut hand = Hand::at_terminals(vec![terminal("front"), paying("back")]);
    hand.typewrite("75");
    hand.go_to(Place::Settings);
    changed(&mut hand, asking("back", 7));
    assert!(hand.has("accept") && hand.chosen() == "back");
    assert!(hand.tap(Named::F1).is_empty() && hand.click("accept").is_empty(), "meant for what was there before");
    hand.later(2);
    assert!(matches!(hand.tap(Named::F1).as_slice(), [Effect::Answer { answer: Answer::Accept, .. }]));
    changed(&mut hand, paying("back"));
    assert!(hand.sees("Colours") && hand.chosen() == "front");
    hand.go_to(Place::Counter);
    assert!(hand.sees("0.75 SEK"), "what was typed is still there");
}

#[test]
fn who_turns_away_from_a_question_is_fetched_only_by_the_next_one() {
    let mut hand = Hand::at_terminals(vec![terminal("front"), asking("back", 7)]);
    hand.tap(Named::F6);
    hand.tap(Named::F5);
    changed(&mut hand, asking("back", 7));
    assert_eq!(hand.chosen(), "front");
    changed(&mut hand, asking("back", 8));
    assert_eq!(hand.chosen(), "back");
}

#[test]
fn a_second_question_waits_until_the_first_is_answered() {
    let mut hand = Hand::at_terminals(vec![terminal("front"), paying("back"), paying("bar")]);
    changed(&mut hand, asking("back", 7));
    changed(&mut hand, asking("bar", 8));
    assert_eq!(hand.chosen(), "back");
    changed(&mut hand, paying("back"));
    assert_eq!(hand.chosen(), "bar");
    changed(&mut hand, paying("bar"));
    assert_eq!(hand.chosen(), "front");
}

#[test]
fn badges_say_what_waits_elsewhere() {
    let mut hand = Hand::at_terminals(vec![in_doubt("front"), paying("back")]);
    assert!(hand.sees("1"), "one payment in doubt");
    hand.go_to(Place::History);
    assert!(hand.sees("▶"), "one payment runs");
}

#[test]
fn the_status_below_says_what_is_wrong_wherever_the_cashier_is() {
    let mut view = terminal("front");
    view.session = Some(Session::Offline(Explanation::new("explain-link-unreachable", Fault::Link)));
    view.unsaved = true;
    view.no_listener = Some("in use".to_owned());
    let mut training = terminal("training");
    training.training = true;
    let mut hand = Hand::at_terminals(vec![view, training, cloud::offline()]);
    for place in Place::RAIL {
        hand.go_to(place);
        for words in ["front: Not reachable", "Journal: not written!", "Listener: no", "✘ cloud: POS Offline", "10:42"]
        {
            assert!(hand.sees(words), "{words} at {place:?}: {:?}", hand.texts());
        }
    }
    hand.tap(Named::F6);
    hand.go_to(Place::History);
    assert!(hand.sees("TRAINING"));
}

#[test]
fn the_last_outcome_is_still_read_while_the_next_amount_is_typed() {
    let mut hand = Hand::at(terminal("front"));
    assert!(!hand.has("last-payment"));
    hand.tell(desk::Message::RecentRead(Ok(vec![record("K7M2-41", "front")])));
    hand.typewrite("75");
    assert!(hand.sees("APPROVED") && hand.sees("12.50 SEK") && hand.sees("0.75 SEK"));
    assert!(hand.click("last-payment").contains(&Effect::ReadPayment(id("K7M2-41"))));
}
