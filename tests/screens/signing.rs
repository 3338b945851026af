//! The customer signs on the screen.

use checkstand::gui::drawing::Drawing;

use super::hand::Tool;
use super::*;

/// A hand that signs: up and down, and a stroke below.
const NAME: &[(f32, f32)] = &[
    (0.20, 0.66),
    (0.23, 0.34),
    (0.27, 0.62),
    (0.31, 0.40),
    (0.34, 0.62),
    (0.40, 0.56),
    (0.43, 0.62),
    (0.48, 0.50),
    (0.53, 0.60),
    (0.60, 0.55),
    (0.72, 0.58),
];
const STROKE: &[(f32, f32)] = &[(0.22, 0.72), (0.74, 0.67)];

pub fn asking_to_sign() -> TerminalView {
    let mut view = asking_for_a_signature();
    let payment = view.payment.as_mut().unwrap();
    payment.receipts.clear();
    payment.displays = shown([Display::Words("Signature required".to_owned())]);
    let question = payment.question.as_mut().unwrap();
    question.on_screen = true;
    question.text.clear();
    view
}

pub fn signed(mut hand: Hand) -> Hand {
    hand.click("sign");
    hand.draw_on("pad", Tool::Mouse, NAME);
    hand.draw_on("pad", Tool::Finger, STROKE);
    hand
}

#[track_caller]
fn handed_in(effects: Vec<Effect>) -> Drawing {
    match effects.as_slice() {
        [Effect::Sign { terminal, question: QuestionId(7), drawing }] if terminal == "front" => drawing.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_drawn_with_mouse_and_finger_is_handed_in_once() {
    let mut hand = signed(Hand::at(asking_to_sign()));
    let drawing = handed_in(hand.click("sign-done"));
    assert_eq!(drawing.strokes().iter().map(Vec::len).collect::<Vec<_>>(), [NAME.len(), STROKE.len()]);
    assert!(drawing.to_picture().is_some());
    assert!(!hand.has("pad"), "it is on its way");
    for dead in ["sign", "accept", "reject"] {
        assert!(hand.click(dead).is_empty(), "{dead}");
    }
    assert!(!hand.has("pad"));
}

#[test]
fn nothing_or_a_dot_is_no_signature() {
    let mut hand = Hand::at(asking_to_sign());
    hand.tap(Named::F3);
    assert!(hand.click("sign-done").is_empty() && hand.tap(Named::F1).is_empty());
    hand.draw_on("pad", Tool::Mouse, &[(0.5, 0.5)]);
    assert!(hand.click("sign-done").is_empty() && hand.tap(Named::F1).is_empty() && hand.has("pad"));
    hand.draw_on("pad", Tool::Mouse, NAME);
    handed_in(hand.tap(Named::F1));
}

#[test]
fn a_customer_begins_again_or_signs_on_paper_after_all() {
    let mut hand = signed(Hand::at(asking_to_sign()));
    hand.click("sign-clear");
    assert!(hand.click("sign-done").is_empty());
    hand.draw_on("pad", Tool::Finger, STROKE);
    hand.click("sign-back");
    assert!(!hand.has("pad"));
    hand.tap(Named::F3);
    assert!(hand.click("sign-done").is_empty(), "what was drawn before is gone");
    // On the pad this key rejects nothing.
    assert!(hand.tap(Named::F2).is_empty());
    hand.tap(Named::Escape);
    let paper = Effect::Answer { terminal: "front".to_owned(), question: QuestionId(7), answer: Answer::Accept };
    assert_eq!(hand.tap(Named::F1), [paper]);
}

#[test]
fn the_pad_closes_with_its_question_and_opens_empty_for_the_next() {
    let mut hand = signed(Hand::at(asking_to_sign()));
    let mut view = asking_to_sign();
    view.payment.as_mut().unwrap().question = None;
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(!hand.has("pad") && hand.has("abort"));
    let mut view = asking_to_sign();
    view.payment.as_mut().unwrap().question.as_mut().unwrap().id = QuestionId(8);
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(!hand.has("pad") && hand.has("sign"));
    hand.click("sign");
    assert!(hand.has("pad") && hand.click("sign-done").is_empty());
}

#[test]
fn the_pad_of_one_terminal_is_not_seen_at_another() {
    let mut other = asking_to_sign();
    other.name = "back".to_owned();
    other.payment.as_mut().unwrap().id = id("K7M2-43");
    let mut hand = signed(Hand::at_terminals(vec![asking_to_sign(), other]));
    hand.other_terminal();
    assert!(!hand.has("pad") && hand.has("sign"));
    hand.other_terminal();
    assert!(hand.has("pad"));
}

#[test]
fn the_pad_is_large_and_its_buttons_are_reached_in_the_smallest_window() {
    let mut hand = signed(Hand::speaking("sv", vec![asking_to_sign()]));
    for wanted in ["sign-done", "sign-clear", "sign-back"] {
        hand.tab_to(wanted);
    }
    hand.size = iced::Size::new(800.0, 600.0);
    for id in ["pad", "sign-done", "sign-clear", "sign-back"] {
        let bounds = hand.bounds(id);
        assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
    }
    let pad = hand.bounds("pad");
    assert!(pad.width > 600.0 && pad.height > 200.0, "{pad:?}");
}
