//! What stands around the screens: places and their keys, badges, the status below, questions that come in front, and
//! settings that work at once.

use super::*;
use checkstand::gui::theme::Scheme;
use checkstand::settings::{ThemeChoice, WindowChange};

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
fn every_place_is_reached_by_its_key_and_by_its_button() {
    let titles = [
        (Place::Counter, "0.00 SEK"),
        (Place::Tables, "No bill is open."),
        (Place::History, "All days"),
        (Place::Unresolved, "No payment is in doubt."),
        (Place::Day, "The shop’s day"),
        (Place::Settings, "Colours"),
        (Place::Diagnostics, "Protocol"),
    ];
    for (place, title) in titles {
        let mut by_key = Hand::at(terminal("front"));
        by_key.go_to(place);
        let mut by_button = Hand::at(terminal("front"));
        by_button.click(place.id());
        for hand in [&mut by_key, &mut by_button] {
            assert!(hand.sees_part(title), "{place:?}");
            hand.tap(Named::Escape);
            assert!(hand.sees("0.00 SEK"), "Esc leads back from {place:?}");
        }
    }
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
fn a_setting_works_at_once_and_is_kept() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::Settings);
    let change = WindowChange::Theme(ThemeChoice::HighContrast);
    assert_eq!(hand.click("theme-high-contrast"), [Effect::KeepSetting(change)]);
    assert_eq!(hand.theme(), Scheme::HighContrast.theme());
    hand.click("language-sv");
    assert!(hand.sees("Färger"));
    hand.tap(Named::Escape);
    assert!(hand.sees("0,00 SEK"));
    assert_eq!(hand.tap(Named::F11), [Effect::FullScreen]);
    assert_eq!(hand.control('d'), [Effect::KeepSetting(WindowChange::Theme(ThemeChoice::Light))]);
}

#[test]
fn a_setting_that_cannot_be_kept_is_said() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::Settings);
    hand.feed(Message::SettingNotKept("no space".to_owned()));
    assert!(hand.sees_part("will be forgotten when the program ends"));
}

#[test]
fn the_last_receipt_is_one_key_away() {
    let mut hand = Hand::at(terminal("front"));
    hand.control('p');
    assert!(hand.sees_part("No payment has been taken yet"));
    hand.tell(desk::Message::RecentRead(Ok(vec![record("K7M2-41", "front")])));
    assert!(hand.control('p').contains(&Effect::ReadPayment(id("K7M2-41"))));
}

#[test]
fn diagnosis_tells_what_support_asks_for() {
    use checkstand::gui::screens::diagnostics;
    let mut hand = Hand::at(terminal("front"));
    assert_eq!(hand.tap(Named::F12), [Effect::ReadDiagnostics]);
    let facts = diagnostics::Facts {
        version: "9.9.9",
        system: "linux",
        till: "K7M2".to_owned(),
        folder: "/var/lib/checkstand".to_owned(),
        journal_bytes: Some(10_000),
        payments: 41,
    };
    hand.tell(desk::Message::Diagnostics(diagnostics::Message::Read(Ok(facts))));
    for words in ["9.9.9 (linux)", "K7M2", "/var/lib/checkstand", "41", "10 kB", "nexo", "Ready", "Ingenico"] {
        assert!(hand.sees(words), "{words}");
    }
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

#[test]
fn what_is_waited_for_is_said_and_what_the_terminal_showed_stays() {
    let mut view = paying("front");
    let running = view.payment.as_mut().unwrap();
    running.displays = shown(["Welcome", "Present card", "Enter PIN"].map(|words| Display::Words(words.to_owned())));
    let mut hand = Hand::at(view.clone());
    assert!(hand.sees("Waiting for the customer at the terminal"));
    for words in ["Enter PIN", "Present card", "Welcome", "It showed before"] {
        assert!(hand.sees(words), "{words}");
    }
    view.payment.as_mut().unwrap().cancel_requested = true;
    changed(&mut hand, view.clone());
    assert!(hand.sees("Waiting for the terminal to cancel"));
    view.payment.as_mut().unwrap().stage = Stage::Seeking(Explanation::new("explain-answer-lost", Fault::Link));
    changed(&mut hand, view);
    assert!(hand.sees("Asking what became of it"));
}
