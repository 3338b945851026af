use super::*;

#[test]
fn a_running_payment_shows_the_terminals_own_words() {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    running.displays = shown(["Present card", "Enter PIN: **"].map(|words| Display::Words(words.to_owned())));
    view.payment = Some(running);
    let mut hand = Hand::at(view);
    assert!(hand.sees("Enter PIN: **") && hand.sees("Present card") && hand.sees("12.50 SEK"));
    hand.later(65);
    assert!(hand.sees("1:05"));
}

#[test]
fn what_the_terminal_showed_before_stands_there_with_the_time_at_which_it_told_so() {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    running.displays =
        shown(["Welcome", "Present card", "Enter PIN: **"].map(|words| Display::Words(words.to_owned())));
    view.payment = Some(running);
    for (language, times) in [("en-GB", ["10:42:32", "10:42:37"]), ("en-US", ["10:42:32\u{a0}AM", "10:42:37\u{a0}AM"])]
    {
        let mut hand = Hand::speaking(language, vec![view.clone()]);
        // Whenever it is drawn.
        for passed in [0, 65] {
            hand.later(passed);
            assert!(times.iter().all(|time| hand.sees(time)), "{language}: {:?}", hand.texts());
        }
    }
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

pub fn unstoppable(why: &'static str, abort: bool) -> TerminalView {
    let mut view = terminal("front");
    view.abilities.abort = abort;
    view.payment = Some(payment(Stage::AtTerminal));
    view.payment.as_mut().unwrap().stopping = Stopping::Impossible(why);
    view
}

#[test]
fn an_abort_that_cannot_work_is_dead_and_says_why_and_escape_says_it_too() {
    const WHY: &str = "Too late to cancel: the card has been read. Wait for the terminal's answer.";
    let mut view = unstoppable("explain-too-late-to-cancel", true);
    let mut hand = Hand::at(view.clone());
    assert!(hand.sees(WHY) && hand.has("abort") && !hand.has("stop-waiting"));
    assert!(hand.click("abort").is_empty() && !hand.has("problem-read"));
    assert!(hand.tap(Named::Escape).is_empty());
    assert!(hand.has("problem-read") && hand.sees(WHY));
    // A card that could not be read: the terminal takes the wish again.
    view.payment.as_mut().unwrap().stopping = Stopping::Possible;
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(!hand.has("problem-read") && !hand.sees(WHY));
    assert_eq!(hand.click("abort"), [Effect::Cancel { terminal: "front".to_owned() }]);
}

#[test]
fn why_it_could_not_be_stopped_is_not_said_beside_its_outcome() {
    let mut view = unstoppable("explain-press-red-key", false);
    let mut hand = Hand::at(view.clone());
    hand.tap(Named::Escape);
    assert!(hand.has("problem-read"));
    view.payment.as_mut().unwrap().stage = Stage::Ended(approved(1250));
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(hand.sees("APPROVED") && !hand.has("problem-read"));
}

#[test]
fn what_is_sought_can_be_given_up_whatever_the_terminal_can_do() {
    let why = Explanation::new("explain-answer-lost", Fault::Link);
    for abort in [true, false] {
        let mut view = unstoppable("explain-not-stoppable-now", abort);
        view.payment.as_mut().unwrap().stage = Stage::Seeking(why.clone());
        let mut hand = Hand::at(view.clone());
        assert!(hand.sees(if abort { "Stop asking  Esc" } else { "Stop waiting  Esc" }));
        assert_eq!(hand.tap(Named::Escape), [Effect::Cancel { terminal: "front".to_owned() }]);
        let mut hand = Hand::at(view);
        assert_eq!(hand.click("abort"), [Effect::Cancel { terminal: "front".to_owned() }]);
    }
}

#[test]
fn a_terminal_that_cannot_be_aborted_from_here_says_where_to_and_is_left_in_two_steps() {
    const WHERE: &str = "The till cannot stop this payment. To cancel, press the red key on the terminal.";
    let mut view = unstoppable("explain-press-red-key", false);
    let mut hand = Hand::at(view.clone());
    let cancel = Effect::Cancel { terminal: "front".to_owned() };
    assert!(hand.sees(WHERE) && !hand.sees("Stop waiting  Esc"));
    assert!(hand.tap(Named::Escape).is_empty() && hand.click("abort").is_empty());
    assert_eq!(hand.click("stop-waiting"), std::slice::from_ref(&cancel));
    assert!(hand.click("stop-waiting").is_empty(), "asked twice before the terminal heard of it");
    view.payment.as_mut().unwrap().cancel_requested = true;
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(hand.sees("Stop waiting  Esc") && !hand.has("stop-waiting"));
    assert_eq!(hand.click("abort"), [cancel]);
    assert!(hand.click("abort").is_empty());
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
    assert!(matches!(hand.tap(Named::F1).as_slice(), [Effect::Answer { answer: Answer::Accept, .. }]));
    let mut hand = Hand::at(asking_for_a_signature());
    assert!(matches!(hand.tap(Named::F2).as_slice(), [Effect::Answer { answer: Answer::Reject, .. }]));
}

fn asking_until(seconds: Option<i64>, kind: QuestionKind) -> TerminalView {
    let mut view = asking_for_a_signature();
    let question = view.payment.as_mut().unwrap().question.as_mut().unwrap();
    question.until = seconds.map(|seconds| hand::now() + jiff::SignedDuration::from_secs(seconds));
    question.kind = kind;
    view
}

#[test]
fn a_question_with_an_end_counts_the_seconds_down_and_says_what_silence_may_mean() {
    let mut hand = Hand::at(asking_until(Some(80), QuestionKind::Signature));
    assert!(hand.counts_seconds());
    for (passed, words) in [(0, "80 s left to answer"), (1, "79 s left to answer"), (75, "5 s left to answer")] {
        hand.later(passed);
        assert!(hand.sees(words), "{words}");
    }
    hand.later(200);
    assert!(hand.sees("0 s left to answer"));
    assert!(hand.sees("If nobody answers in time, the terminal may take the signature as right."));
    let hand = Hand::at(asking_until(Some(80), QuestionKind::Confirmation));
    assert!(hand.sees("80 s left to answer") && !hand.sees_part("If nobody answers"));
}

#[test]
fn a_question_without_an_end_counts_nothing_down() {
    let hand = Hand::at(asking_until(None, QuestionKind::Signature));
    assert!(!hand.sees_part("left to answer") && !hand.sees_part("If nobody answers"));
}

#[test]
fn a_customer_who_signs_on_the_screen_sees_the_seconds_too() {
    let mut view = signing::asking_to_sign();
    let question = view.payment.as_mut().unwrap().question.as_mut().unwrap();
    question.until = Some(hand::now() + jiff::SignedDuration::from_secs(80));
    let mut hand = Hand::at(view);
    hand.tap(Named::F3);
    hand.later(30);
    assert!(hand.has("pad") && hand.sees("50 s left to answer"));
}

#[test]
fn nothing_ticks_once_the_payment_has_ended() {
    let mut view = asking_until(Some(80), QuestionKind::Signature);
    let mut hand = Hand::at(view.clone());
    assert!(hand.counts_seconds());
    let running = view.payment.as_mut().unwrap();
    (running.stage, running.question) = (Stage::Ended(approved(1250)), None);
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    assert!(!hand.counts_seconds() && !Hand::at(terminal("front")).counts_seconds());
}
