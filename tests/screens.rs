//! The real views, clicked and typed at without a display; hand-made pictures of terminals behind them.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used)]

#[path = "screens/hand.rs"]
mod hand;

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{
    Answer, CardSummary, Copy, Money, Operation, Outcome, PaymentId, Question, QuestionId, QuestionKind, Taken, Verdict,
};
use checkstand::gui::app::Message;
use checkstand::gui::desk;
use checkstand::gui::effect::Effect;
use checkstand::gui::screens::history::{self, Page};
use checkstand::terminal::{Refusal, Stage, TerminalView, Unresolved};
use hand::{Hand, SEK, id, kr, payment, receipt, record, terminal};
use iced::keyboard::key::Named;
use std::sync::Arc;

fn started_requests(effects: &[Effect]) -> Vec<(Operation, i64)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Pay { request, .. } => Some((request.operation, request.amount.minor())),
            _ => None,
        })
        .collect()
}

fn ended(outcome: Outcome) -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::Ended(outcome)));
    view
}

fn approved(total: i64) -> Outcome {
    let mut outcome = Outcome::approved(Taken::exactly(kr(total)));
    outcome.card = Some(CardSummary { last4: "4321".to_owned(), brand: "Visa Debit".to_owned() });
    outcome
}

fn why(verdict: Verdict, key: &str) -> Outcome {
    Outcome::without_money(verdict, Explanation::new(key, Fault::Nobody))
}

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
fn a_running_payment_shows_the_terminals_own_words() {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    running.displays = vec!["Present card".to_owned(), "Enter PIN: **".to_owned()];
    view.payment = Some(running);
    let mut hand = Hand::at(view);
    assert!(hand.sees("Enter PIN: **") && hand.sees("Present card") && hand.sees("12.50 SEK"));
    hand.later(65);
    assert!(hand.sees("1:05"));
}

#[test]
fn abort_is_asked_once_and_said() {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    let mut hand = Hand::at(view.clone());
    let cancel = Effect::Cancel { terminal: "front".to_owned() };
    assert_eq!(hand.tap(Named::Escape), [cancel]);
    assert!(hand.click("abort").is_empty());
    view.payment.as_mut().unwrap().cancel_requested = true;
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(hand.sees("Cancel asked. Waiting for the terminal’s answer; it may still approve."));
}

#[test]
fn a_terminal_that_cannot_be_aborted_from_here_says_where_to() {
    let mut view = terminal("front");
    view.abilities.abort = false;
    view.payment = Some(payment(Stage::AtTerminal));
    let mut hand = Hand::at(view);
    assert!(!hand.has("abort") && hand.tap(Named::Escape).is_empty());
    assert!(hand.sees("To stop this payment, press the red key on the terminal."));
}

fn asking_for_a_signature() -> TerminalView {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    let text = "Is the signature OK?".to_owned();
    running.question = Some(Question { id: QuestionId(7), kind: QuestionKind::Signature, text });
    let mut slip = receipt(Copy::Merchant);
    slip.signature_line = true;
    running.receipts = vec![slip];
    view.payment = Some(running);
    view
}

#[test]
fn a_signature_question_is_answered_once_and_never_by_enter_alone() {
    for (button, answer) in [("accept", Answer::Accept), ("reject", Answer::Reject)] {
        let mut hand = Hand::at(asking_for_a_signature());
        assert!(hand.sees("Is the signature right?") && hand.sees("Is the signature OK?"));
        assert!(hand.tap(Named::Enter).is_empty());
        let expected = Effect::Answer { terminal: "front".to_owned(), question: QuestionId(7), answer };
        assert_eq!(hand.click(button), [expected]);
        assert!(hand.click(button).is_empty());
    }
}

#[test]
fn a_signature_question_is_answered_with_function_keys() {
    let mut hand = Hand::at(asking_for_a_signature());
    assert!(matches!(hand.tap(Named::F7).as_slice(), [Effect::Answer { answer: Answer::Accept, .. }]));
    let mut hand = Hand::at(asking_for_a_signature());
    assert!(matches!(hand.tap(Named::F8).as_slice(), [Effect::Answer { answer: Answer::Reject, .. }]));
}

#[test]
fn every_verdict_has_its_words_and_says_what_was_taken() {
    let cases = [
        (approved(1250), "APPROVED", "12.50 SEK"),
        (why(Verdict::Declined, "explain-declined"), "DECLINED", "Nothing was taken"),
        (why(Verdict::Cancelled, "explain-cancelled-by-customer"), "CANCELLED", "Nothing was taken"),
        (why(Verdict::NotCharged, "explain-terminal-busy"), "NOT CHARGED", "Nothing was taken"),
        (why(Verdict::InDoubt, "explain-still-unknown"), "NOT KNOWN YET", "12.50 SEK ?"),
    ];
    for (outcome, word, amount) in cases {
        let hand = Hand::at(ended(outcome));
        assert!(hand.sees(word) && hand.sees(amount), "{word} {amount}");
    }
}

#[test]
fn the_amount_really_taken_stands_there_with_its_parts() {
    let mut outcome = approved(1375);
    outcome.taken = Some(Taken { tip_minor: 125, ..Taken::exactly(kr(1375)) });
    let hand = Hand::at(ended(outcome));
    assert!(hand.sees("13.75 SEK") && hand.sees("asked 12.50 SEK   tip 1.25 SEK"));
    assert!(hand.sees("Visa Debit •••• 4321"));
}

#[test]
fn after_a_partial_approval_the_rest_is_named_and_rung_up_with_enter() {
    let mut hand = Hand::at(ended(approved(625)));
    assert!(hand.sees("6.25 SEK") && hand.sees("Only a part was taken. Still to pay: 6.25 SEK"));
    assert_eq!(hand.tap(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 625)]);
}

#[test]
fn an_approval_after_a_cancel_says_so_stays_and_offers_a_void() {
    let mut view = ended(approved(1250));
    view.payment.as_mut().unwrap().cancel_requested = true;
    let mut hand = Hand::at(view);
    assert!(hand.sees_part("Approved although you cancelled"));
    assert!(hand.tap(Named::Enter).is_empty() && hand.typewrite("5").is_empty());
    assert!(hand.sees("APPROVED"));
    assert!(hand.click("void").is_empty());
    let expected = Effect::Void { terminal: "front".to_owned(), payment: id("K7M2-42"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);
    assert!(!hand.has("void-yes"));
}

#[test]
fn the_next_digit_after_an_outcome_begins_a_new_amount() {
    let mut hand = Hand::at(ended(approved(1250)));
    assert_eq!(hand.typewrite("7"), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert!(hand.sees("0.07 SEK"));
}

#[test]
fn receipts_are_read_copy_by_copy() {
    let mut view = ended(approved(1250));
    let mut merchant = receipt(Copy::Merchant);
    merchant.lines.push("KEEP THIS".to_owned());
    view.payment.as_mut().unwrap().receipts = vec![merchant, receipt(Copy::Customer)];
    let mut hand = Hand::at(view);
    assert!(hand.sees("Corner Shop") && !hand.sees("KEEP THIS"));
    hand.click("copy-merchant");
    assert!(hand.sees("KEEP THIS"));
}

fn in_doubt(name: &str) -> TerminalView {
    let mut view = terminal(name);
    view.unresolved = vec![Unresolved {
        id: id("K7M2-41"),
        operation: Operation::Sale,
        amount: kr(1261),
        since: hand::now() - jiff::SignedDuration::from_mins(3),
        explanation: Some(Explanation::new("explain-still-unknown", Fault::Terminal)),
        seeking: false,
    }];
    view
}

#[test]
fn a_payment_in_doubt_blocks_its_terminal_and_no_other() {
    let mut hand = Hand::at_terminals(vec![in_doubt("front"), terminal("back")]);
    assert!(hand.sees_part("Nobody knows yet whether payment K7M2-41 (12.61 SEK) was paid."));
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    hand.tap(Named::F6);
    let effects = hand.tap(Named::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Pay { terminal, .. }] if terminal == "back"), "{effects:?}");
}

#[test]
fn a_decision_needs_a_name_and_a_reason() {
    let mut hand = Hand::at(in_doubt("front"));
    hand.tap(Named::F4);
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
    hand.tap(Named::F4);
    let expected = Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-41") };
    assert_eq!(hand.click("ask-K7M2-41"), [expected]);
}

fn history_of(hand: &mut Hand, search: &str, records: Vec<checkstand::domain::PaymentRecord>) {
    let page = Page { search: search.to_owned(), before: None };
    hand.tell(desk::Message::History(history::Message::Read(page, Ok(records))));
}

#[test]
fn the_history_is_searched_in_the_journal_and_late_answers_are_ignored() {
    let mut hand = Hand::at(terminal("front"));
    assert!(hand.tap(Named::F3).contains(&Effect::ReadHistory(Page::default())));
    let effects = hand.type_into("search", "4321");
    let page = Page { search: "4321".to_owned(), before: None };
    assert_eq!(effects.last(), Some(&Effect::ReadHistory(page)));
    history_of(&mut hand, "432", vec![record("K7M2-9", "front")]);
    assert!(!hand.has("row-K7M2-9"));
    history_of(&mut hand, "4321", vec![record("K7M2-8", "front")]);
    assert!(hand.has("row-K7M2-8"));
}

#[test]
fn a_payment_is_found_in_the_history_voided_and_asked_about() {
    let mut hand = Hand::at_terminals(vec![terminal("front"), terminal("back")]);
    hand.tap(Named::F3);
    history_of(&mut hand, "", vec![record("K7M2-8", "back")]);
    assert_eq!(hand.click("row-K7M2-8"), [Effect::ReadReceipts(id("K7M2-8"))]);
    let receipts = history::Message::ReceiptsRead(id("K7M2-8"), Ok(vec![receipt(Copy::Customer)]));
    hand.tell(desk::Message::History(receipts));
    assert!(hand.sees("Corner Shop"));
    hand.click("void");
    let expected = Effect::Void { terminal: "back".to_owned(), payment: id("K7M2-8"), taken: kr(1250) };
    assert_eq!(hand.click("void-yes"), [expected]);

    let mut hand = Hand::at(terminal("front"));
    hand.tap(Named::F3);
    history_of(&mut hand, "", vec![record("K7M2-8", "front")]);
    hand.click("row-K7M2-8");
    assert_eq!(hand.click("ask"), [Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-8") }]);
}

#[test]
fn a_long_history_is_paged() {
    let mut hand = Hand::at(terminal("front"));
    hand.tap(Named::F3);
    let rows: Vec<_> = (0..history::PAGE).map(|number| record(&format!("K7M2-{}", 99 - number), "front")).collect();
    let oldest = rows.last().unwrap().id.clone();
    history_of(&mut hand, "", rows);
    let older = Page { search: String::new(), before: Some(oldest) };
    assert_eq!(hand.tap(Named::PageDown), [Effect::ReadHistory(older)]);
    assert_eq!(hand.tap(Named::PageUp), [Effect::ReadHistory(Page::default())]);
}

#[test]
fn training_is_written_on_every_screen_outcome_and_receipt() {
    let training = |payment: Option<Stage>| {
        let mut view = terminal("training");
        view.training = true;
        view.payment = payment.map(|stage| {
            let mut payment = hand::payment(stage);
            payment.receipts = vec![receipt(Copy::Customer)];
            payment
        });
        view
    };
    for stage in [None, Some(Stage::Starting), Some(Stage::AtTerminal)] {
        assert!(Hand::at(training(stage)).sees("TRAINING – no real money"));
    }
    let mut hand = Hand::at(training(Some(Stage::Ended(approved(1250)))));
    assert!(hand.sees("TRAINING – no real money was moved") && hand.sees("*** TRAINING – NOT A RECEIPT ***"));
    for key in [Named::F3, Named::F4] {
        hand.tap(key);
        assert!(hand.sees("TRAINING – no real money"));
    }
    let mut practised = record("K7M2-8", "training");
    practised.training = true;
    hand.tap(Named::F3);
    history_of(&mut hand, "", vec![practised]);
    assert!(hand.sees("TRAINING"));
}

#[test]
fn the_keyboard_alone_goes_from_the_amount_to_the_outcome_and_on() {
    let mut hand = Hand::at(terminal("front"));
    hand.typewrite("1250");
    hand.tab_to("start");
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    hand.tab_to("abort");
    assert_eq!(hand.tap_focused(Named::Space), [Effect::Cancel { terminal: "front".to_owned() }]);
    hand.tell(desk::Message::TerminalChanged(Arc::new(ended(approved(1250)))));
    hand.tab_to("new");
    assert_eq!(hand.tap_focused(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    assert!(hand.sees("0.00 SEK"));
}

#[test]
fn the_window_speaks_swedish() {
    let hand = Hand::speaking("sv", vec![ended(why(Verdict::Declined, "explain-declined"))]);
    assert!(hand.sees("NEKAT") && hand.sees("Kortet nekades. Be om ett annat kort eller ett annat sätt att betala."));
    let mut hand = Hand::speaking("sv", vec![terminal("front")]);
    hand.typewrite("125000");
    assert!(hand.sees("1\u{a0}250,00 SEK") && hand.sees("Ta betalt 1\u{a0}250,00 SEK  Enter"));
}

#[test]
fn both_languages_know_every_text_of_the_window() {
    let keys = |source: &str| -> Vec<String> {
        let lines = source.lines().filter(|line| line.starts_with("window-"));
        lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
    };
    let [(_, english), (_, swedish)] = checkstand::texts::LANGUAGES;
    assert_eq!(keys(english), keys(swedish));
    assert!(keys(english).len() > 100);
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

#[test]
fn a_notice_stays_until_somebody_has_read_it() {
    let mut view = terminal("front");
    view.notices = vec![Explanation::new("explain-card-still-in", Fault::Nobody)];
    let mut hand = Hand::at(view);
    assert!(hand.sees("Remind the customer to take the card."));
    hand.click("notice-read");
    assert!(!hand.sees("Remind the customer to take the card."));
}

#[test]
fn closing_the_window_during_a_payment_asks_first() {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    let mut hand = Hand::at(view);
    assert!(hand.feed(Message::CloseRequested).is_empty());
    assert!(hand.sees_part("A payment is running."));
    assert_eq!(hand.click("leave"), [Effect::Close]);
    assert_eq!(Hand::at(terminal("front")).feed(Message::CloseRequested), [Effect::Close]);
}

#[test]
fn what_keeps_the_till_from_opening_is_said_and_tried_again() {
    let mut hand = Hand::opening();
    assert!(hand.sees("Opening …"));
    hand.fail("journal-damaged", "page 7 is not what it was");
    assert!(hand.sees("The till cannot open") && hand.sees("page 7 is not what it was"));
    assert_eq!(hand.tap(Named::Enter), [Effect::Open]);
}

#[test]
fn the_largest_amount_fits_the_smallest_window() {
    let mut hand = Hand::at(terminal("front"));
    hand.size = iced::Size::new(800.0, 600.0);
    hand.typewrite("999999999999");
    assert!(hand.sees("9,999,999.99 SEK"));
    assert_eq!(Money::new(999_999_999, SEK), kr(999_999_999));
    for id in ["start", "sale", "refund", "pad-0", "pad-00"] {
        let bounds = hand.bounds(id);
        assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
        assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
    }
}

#[test]
fn pictures_of_the_screens_are_neither_blank_nor_of_another_size() {
    let mut running = terminal("front");
    let mut at_terminal = payment(Stage::AtTerminal);
    at_terminal.displays = vec!["Present card".to_owned()];
    running.payment = Some(at_terminal);
    let mut partial = ended(approved(625));
    partial.payment.as_mut().unwrap().receipts = vec![receipt(Copy::Customer)];
    let mut training = terminal("training");
    training.training = true;
    let pictures = [
        ("ring-up", vec![training]),
        ("running", vec![running]),
        ("signature", vec![asking_for_a_signature()]),
        ("partly-approved", vec![partial]),
        ("declined", vec![ended(why(Verdict::Declined, "explain-declined"))]),
        ("in-doubt", vec![in_doubt("front"), terminal("back")]),
    ];
    for (name, terminals) in pictures {
        let mut hand = Hand::at_terminals(terminals);
        match name {
            "ring-up" => drop(hand.typewrite("1250")),
            "in-doubt" => {
                hand.tap(Named::F4);
                hand.click("decide-K7M2-41");
            }
            _ => {}
        }
        hand.picture(name);
    }
}

#[test]
fn a_payment_id_is_a_text_to_search_for() {
    let mut hand = Hand::at(terminal("front"));
    let id: PaymentId = id("K7M2-8");
    hand.tell(desk::Message::RecentRead(Ok(vec![record(id.as_str(), "front")])));
    let effects = hand.click("recent-K7M2-8");
    let page = Page { search: "K7M2-8".to_owned(), before: None };
    assert_eq!(effects, [Effect::ReadHistory(page), Effect::ReadReceipts(id)]);
}
