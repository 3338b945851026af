//! A payment that runs: what stands there of the terminal, and what stops it.

use super::*;

pub fn unstoppable(why: &'static str, abort: bool) -> TerminalView {
    let mut view = terminal("front");
    view.abilities.abort = abort;
    view.payment = Some(payment(Stage::AtTerminal));
    view.payment.as_mut().unwrap().stopping = Stopping::Impossible(why);
    view
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
fn what_the_network_says_is_for_support_and_what_the_terminal_says_is_for_the_cashier() {
    let mut lost = Explanation::new("explain-answer-lost", Fault::Link);
    lost.detail = Some("the peer closed the line".to_owned());
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::Seeking(lost.clone())));
    view.session = Some(Session::Offline(lost));
    let mut hand = Hand::at(view);
    assert!(hand.sees("Asking what became of it") && !hand.sees_part("the peer closed"), "{:?}", hand.texts());
    hand.tap(Named::F12);
    assert!(hand.sees_part("the peer closed the line"), "{:?}", hand.texts());
    let mut declined = why(Verdict::Declined, "explain-declined");
    declined.explanation.as_mut().unwrap().detail = Some("Do not honour".to_owned());
    assert!(Hand::at(ended(declined)).sees_part("Do not honour"));
}
