//! A payment while it runs, and what it asks.

use checkstand::terminal::PaymentView;

use super::super::hand::Tool;
use super::super::signing;
use super::*;

pub fn with(stage: Stage, change: impl FnOnce(&mut PaymentView)) -> TerminalView {
    let mut view = terminal("front");
    let mut running = payment(stage);
    change(&mut running);
    view.payment = Some(running);
    view
}

pub fn changed(hand: &mut Hand, view: &TerminalView) {
    hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
}

fn cancel() -> Effect {
    Effect::Cancel { terminal: "front".to_owned() }
}

pub fn a_payment_runs_and_asks(tale: &Tale) {
    the_keyboard_alone_goes_from_the_amount_to_the_outcome_and_on(tale);
    it_is_followed_and_cancelled(tale);
    a_terminal_that_is_stopped_by_hand(tale);
    it_asks_about_a_signature(tale);
    it_asks_a_question(tale);
    the_customer_signs_on_the_screen(tale);
}

fn the_keyboard_alone_goes_from_the_amount_to_the_outcome_and_on(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.typewrite("1250");
    hand.tab_to("start");
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    changed(&mut hand, &with(Stage::AtTerminal, |_| {}));
    hand.tab_to("abort");
    assert_eq!(hand.tap_focused(Named::Space), [cancel()]);
    changed(&mut hand, &ended(approved(1250)));
    hand.reads();
    hand.tab_to("new");
    assert_eq!(hand.tap_focused(Named::Enter), [Effect::Dismiss { terminal: "front".to_owned() }]);
    tale.reads(&hand, &tale.about("window-start-sale", 0));
}

fn it_is_followed_and_cancelled(tale: &Tale) {
    let mut hand = tale.at(vec![with(Stage::Starting, |payment| payment.cashback = Some(kr(2000)))]);
    tale.sees(&hand, &["window-waiting-sending", "window-starting", "window-abort", "window-operation-sale"]);
    let both = [("amount", tale.money(1250)), ("cashback", tale.money(2000))];
    tale.reads(
        &hand,
        &tale.with("window-amount-with-cashback", &both.each_ref().map(|(name, money)| (*name, money.as_str()))),
    );
    changed(&mut hand, &with(Stage::AtTerminal, |_| {}));
    tale.sees(&hand, &["window-waiting-terminal", "window-at-terminal"]);
    tale.reads(&hand, &tale.money(1250));
    hand.later(65);
    tale.reads(&hand, "1:05");
    let shows = |payment: &mut PaymentView| {
        payment.displays = shown([
            Display::state("display-present-card", "PRESENT_CARD"),
            Display::Words("Geben Sie die PIN ein / Enter PIN".to_owned()),
            Display::state("display-pin-entry", "PIN_ENTRY"),
        ]);
    };
    changed(&mut hand, &with(Stage::AtTerminal, shows));
    tale.sees(&hand, &["window-waiting-customer", "window-terminal-shows", "window-terminal-showed"]);
    tale.sees(&hand, &["display-present-card", "display-pin-entry"]);
    assert_eq!(hand.tap(Named::Escape), [cancel()]);
    assert!(hand.tap(Named::Escape).is_empty() && hand.click("abort").is_empty(), "it is asked once");
    changed(&mut hand, &with(Stage::AtTerminal, |payment| payment.cancel_requested = true));
    tale.sees(&hand, &["window-waiting-cancel", "window-cancelling"]);
    let lost = Stage::Seeking(Explanation::new("explain-answer-lost", Fault::Link));
    changed(&mut hand, &with(lost, |payment| payment.id = id("K7M2-43")));
    tale.sees(&hand, &["window-waiting-answer", "window-asking", "window-seeking", "explain-answer-lost"]);
    tale.sees(&hand, &["window-stop-seeking"]);
    hand.tab_to("abort");
    assert_eq!(hand.tap_focused(Named::Space), [cancel()]);
    assert!(hand.has("abort"), "it still asks");
    let mut hand = tale.at(vec![terminal("front")]);
    hand.typewrite("4200");
    changed(&mut hand, &cloud::foreign(Stage::AtTerminal));
    let origin = [("reference", "a1-000117"), ("face", "cloud")];
    tale.reads(&hand, &tale.with("window-origin-cloud", &origin));
    tale.sees(&hand, &["window-rung-up-kept"]);
}

fn a_terminal_that_is_stopped_by_hand(tale: &Tale) {
    let mut view = with(Stage::AtTerminal, |_| {});
    view.abilities.abort = false;
    view.payment.as_mut().unwrap().stopping = Stopping::Impossible("explain-press-red-key");
    let mut hand = tale.at(vec![view.clone()]);
    tale.sees(&hand, &["explain-press-red-key", "window-abort"]);
    assert!(hand.tap(Named::Escape).is_empty() && hand.click("abort").is_empty());
    assert_eq!(hand.click("stop-waiting"), [cancel()]);
    view.payment.as_mut().unwrap().cancel_requested = true;
    changed(&mut hand, &view);
    tale.sees(&hand, &["window-stop-waiting"]);
    assert_eq!(hand.click("abort"), [cancel()]);
    assert!(hand.click("abort").is_empty());
}

fn asking(kind: QuestionKind, seconds: Option<i64>) -> TerminalView {
    let mut view = asking_for_a_signature();
    let question = view.payment.as_mut().unwrap().question.as_mut().unwrap();
    question.kind = kind;
    question.text = "K7M2?".to_owned();
    question.until = seconds.map(|seconds| hand::now() + jiff::SignedDuration::from_secs(seconds));
    view
}

fn answer(answer: Answer) -> [Effect; 1] {
    [Effect::Answer { terminal: "front".to_owned(), question: QuestionId(7), answer }]
}

fn it_asks_about_a_signature(tale: &Tale) {
    for (button, key, expected) in [("accept", Named::F1, Answer::Accept), ("reject", Named::F2, Answer::Reject)] {
        let mut by_key = tale.at(vec![asking(QuestionKind::Signature, Some(80))]);
        let mut by_finger = tale.at(vec![asking(QuestionKind::Signature, Some(80))]);
        for hand in [&mut by_key, &mut by_finger] {
            tale.sees(hand, &["window-question-signature", "window-signature-accept", "window-signature-reject"]);
            tale.sees(hand, &["receipt-signature", "window-question-silence"]);
            tale.reads(hand, "K7M2?");
            assert!(hand.tap(Named::Enter).is_empty() && hand.tap(Named::F3).is_empty(), "that vouches for nothing");
        }
        assert!(by_key.counts_seconds());
        for (passed, left) in [(0, 80_i64), (1, 79), (75, 5), (200, 0)] {
            by_key.later(passed);
            tale.reads(&by_key, &tale.texts.with_values("window-question-seconds", &[("seconds", left.into())]));
        }
        assert_eq!(by_key.tap(key), answer(expected));
        assert!(by_key.tap(key).is_empty(), "once");
        by_finger.tab_to(button);
        assert_eq!(by_finger.click(button), answer(expected));
        assert!(by_finger.click(button).is_empty(), "once");
    }
    let hand = tale.at(vec![asking(QuestionKind::Signature, None)]);
    tale.lacks(&hand, &["window-question-silence"]);
    assert!(!tale.says(&hand, "window-question-seconds"), "nothing is counted down");
    let mut hand = tale.at(vec![asking(QuestionKind::Signature, Some(80))]);
    changed(&mut hand, &ended(approved(1250)));
    assert!(!hand.counts_seconds(), "it has ended");
}

fn it_asks_a_question(tale: &Tale) {
    let mut hand = tale.at(vec![asking(QuestionKind::Confirmation, Some(80))]);
    tale.sees(&hand, &["window-question-confirmation", "window-yes", "window-no"]);
    tale.lacks(&hand, &["window-question-silence", "window-signature-accept"]);
    assert!(tale.says(&hand, "window-question-seconds"));
    assert_eq!(hand.tap(Named::F2), answer(Answer::Reject));
    hand.tell(desk::Message::AnswerRefused(Refusal::NoSuchQuestion));
    tale.sees(&hand, &["refusal-no-such-question"]);
}

fn the_customer_signs_on_the_screen(tale: &Tale) {
    const NAME: &[(f32, f32)] = &[(0.2, 0.6), (0.25, 0.3), (0.3, 0.6), (0.35, 0.4), (0.5, 0.6), (0.7, 0.5)];
    let mut view = signing::asking_to_sign();
    let question = view.payment.as_mut().unwrap().question.as_mut().unwrap();
    question.until = Some(hand::now() + jiff::SignedDuration::from_secs(80));
    let mut hand = tale.at(vec![view]);
    tale.sees(&hand, &["window-sign-on-screen"]);
    hand.tap(Named::F3);
    assert!(!hand.has("accept"));
    hand.later(30);
    tale.reads(&hand, &tale.texts.with_values("window-question-seconds", &[("seconds", 50_i64.into())]));
    tale.sees(&hand, &["window-sign-here", "window-sign-done", "window-sign-clear", "window-sign-back"]);
    tale.reads(&hand, &tale.money(1250));
    assert!(hand.tap(Named::F1).is_empty(), "nothing is no signature");
    hand.draw_on("pad", Tool::Finger, NAME);
    hand.tap(Named::Delete);
    assert!(hand.click("sign-done").is_empty(), "it is gone");
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-signature-accept"]);
    hand.click("sign");
    hand.draw_on("pad", Tool::Mouse, NAME);
    assert!(matches!(hand.tap(Named::F1).as_slice(), [Effect::Sign { question: QuestionId(7), .. }]));
    hand.tell(desk::Message::SigningFailed(QuestionId(7)));
    tale.sees(&hand, &["window-signing-failed"]);
    assert_eq!(hand.click("accept"), answer(Answer::Accept));
}
