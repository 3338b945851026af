//! A payment nobody knows the outcome of: it blocks its terminal until somebody asks or decides.

use super::*;

pub fn a_payment_in_doubt_is_decided(tale: &Tale) {
    it_blocks_its_terminal(tale);
    it_is_asked_about_and_decided(tale);
    keys_ask_and_decide(tale);
    other_things_have_words_of_their_own(tale);
}

fn it_blocks_its_terminal(tale: &Tale) {
    let mut hand = tale.at(vec![in_doubt("front"), terminal("back")]);
    let amount = tale.money(1_261);
    tale.reads(&hand, &tale.with("window-blocked", &[("payment", "K7M2-41"), ("amount", &amount)]));
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    hand.other_terminal();
    let effects = hand.tap(Named::Enter);
    assert!(matches!(effects.as_slice(), [Effect::Pay { terminal, .. }] if terminal == "back"), "{effects:?}");
    let mut hand = tale.at(vec![terminal("front")]);
    hand.go_to(Place::Unresolved);
    tale.sees(&hand, &["window-unresolved-none"]);
    hand.tap(Named::Escape);
    assert!(hand.has("start"));
}

fn it_is_asked_about_and_decided(tale: &Tale) {
    let mut view = in_doubt("front");
    view.training = true;
    view.unresolved[0].explanation = None;
    let mut hand = tale.at(vec![view.clone()]);
    hand.go_to(Place::Unresolved);
    tale.sees(&hand, &["window-unresolved-title", "window-in-doubt-why-unknown", "window-in-doubt-next"]);
    tale.sees(&hand, &["window-training-short", "window-ask", "window-decide"]);
    tale.reads(&hand, &tale.texts.with_values("window-age-minutes", &[("number", 3_i64.into())]));
    tale.reads(&hand, &tale.money(1_261));
    for (seconds, key, number) in
        [(20, "window-age-seconds", 20_i64), (5 * 3_600, "window-age-hours", 5), (72 * 3_600, "window-age-days", 3)]
    {
        let mut aged = view.clone();
        aged.unresolved[0].since = hand::now() - jiff::SignedDuration::from_secs(seconds);
        hand.tell(desk::Message::TerminalChanged(Arc::new(aged)));
        tale.reads(&hand, &tale.texts.with_values(key, &[("number", number.into())]));
    }
    let expected = Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-41") };
    assert_eq!(hand.click("ask-K7M2-41"), [expected]);
    view.unresolved[0].seeking = true;
    view.unresolved[0].explanation = Some(Explanation::new("explain-still-unknown", Fault::Terminal));
    hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
    tale.sees(&hand, &["window-in-doubt-seeking", "explain-still-unknown"]);
    view.unresolved[0].seeking = false;
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
    hand.click("decide-K7M2-41");
    tale.sees(&hand, &["window-decide-slip", "window-decide-idle", "window-decide-amount", "window-decide-missing"]);
    tale.sees(&hand, &["window-decide-paid", "window-decide-not-paid", "window-close"]);
    hand.tap(Named::Escape);
    assert!(!hand.has("decide-paid"));
    hand.tab_to("decide-K7M2-41");
    hand.tap_focused(Named::Enter);
    assert!(hand.click("decide-paid").is_empty());
    hand.type_into("decide-name", "Åsa");
    assert!(hand.click("decide-paid").is_empty(), "a name is not enough");
    hand.type_into("decide-reason", "   ");
    assert!(hand.click("decide-not-paid").is_empty(), "nor is nothing a reason");
    hand.type_into("decide-reason", "K7");
    tale.lacks(&hand, &["window-decide-missing"]);
    let effects = hand.click("decide-not-paid");
    let [Effect::Decide { payment, paid: false, by, reason }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((payment.as_str(), by.as_str(), reason.as_str()), ("K7M2-41", "Åsa", "K7"));
    assert!(hand.click("decide-not-paid").is_empty(), "once");
    hand.tell(desk::Message::DecisionRecorded(Err("journal-disk-full".to_owned())));
    tale.sees(&hand, &["journal-disk-full"]);
    assert_eq!(hand.click("decide-paid").len(), 1, "and once more");
}

fn keys_ask_and_decide(tale: &Tale) {
    let mut back = in_doubt("back");
    back.unresolved[0].id = id("K7M2-43");
    let mut hand = tale.at(vec![in_doubt("front"), back]);
    hand.go_to(Place::Unresolved);
    let of_back = Effect::Inquire { terminal: "back".to_owned(), payment: id("K7M2-43") };
    hand.tap(Named::ArrowDown);
    hand.tap(Named::F4);
    assert!(hand.has("decide-paid"));
    hand.type_into("decide-name", "Åsa");
    hand.type_into("decide-reason", "K7");
    let effects = hand.tap(Named::F1);
    let [Effect::Decide { payment, paid: true, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(payment.as_str(), "K7M2-43");
    hand.tell(desk::Message::DecisionRecorded(Ok(())));
    hand.tap(Named::ArrowDown);
    assert_eq!(hand.tap(Named::F3), [of_back]);
    hand.go_to(Place::Unresolved);
    hand.tap(Named::ArrowUp);
    assert_eq!(hand.tap(Named::F3), [Effect::Inquire { terminal: "front".to_owned(), payment: id("K7M2-41") }]);
}

fn other_things_have_words_of_their_own(tale: &Tale) {
    let cases = [
        (Operation::CardCheck, "card-check", "valid", "not-valid"),
        (Operation::Balance, "balance", "balance-told", "balance-not-told"),
        (Operation::Deactivation, "deactivation", "deactivated", "not-deactivated"),
    ];
    for (operation, word, yes, no) in cases {
        let mut view = in_doubt("front");
        (view.unresolved[0].operation, view.unresolved[0].amount) = (operation, kr(0));
        let mut hand = tale.at(vec![view]);
        tale.reads(&hand, &tale.with(&format!("window-blocked-{word}"), &[("payment", "K7M2-41")]));
        hand.go_to(Place::Unresolved);
        hand.click("decide-K7M2-41");
        tale.reads(&hand, &tale.texts.operation("window", operation));
        tale.sees(&hand, &[&format!("window-decide-{yes}"), &format!("window-decide-{no}")]);
        tale.lacks(&hand, &["window-decide-paid", "window-decide-not-paid"]);
        assert!(!hand.sees_part(&tale.texts.number(kr(0))), "nothing there looks like an amount");
    }
}
