use super::*;

#[test]
fn a_running_payment_shows_the_terminals_own_words() {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    running.displays = ["Present card", "Enter PIN: **"].map(|words| Display::Words(words.to_owned())).to_vec();
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
