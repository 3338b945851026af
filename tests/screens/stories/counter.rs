//! The counter without a bill: an amount, what is done with it, and what was taken today.

use checkstand::domain::{PaymentRequest, PaymentState, PromptKind, ScannedCode, Tender};
use checkstand::terminal::Errand;

use super::super::abilities::{able, paid};
use super::*;

pub fn amounts_are_rung_up_and_started(tale: &Tale) {
    a_sale_by_key_and_by_finger(tale);
    everything_that_a_terminal_can_do(tale);
    cards_wallets_and_codes(tale);
    what_was_taken_today(tale);
    what_keeps_payments_from_starting(tale);
    a_scanned_code_is_rung_up_or_refused(tale);
}

fn a_scanned_code_is_rung_up_or_refused(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.type_focused("1250", 90);
    assert_eq!(hand.scan("7310865004703", 4), []);
    tale.reads(&hand, &tale.about("window-start-sale", 1250));
    assert_eq!(paid(&hand.tap_focused(Named::Enter)).reference.as_deref(), Some("7310865004703"));
    let mut hand = tale.at(vec![terminal("front")]);
    assert_eq!(hand.scan(&"12".repeat(100), 2), []);
    tale.sees(&hand, &["window-code-too-long"]);
    tale.reads(&hand, &tale.about("window-start-sale", 0));
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    let mut hand = tale.at(vec![view]);
    assert_eq!(hand.scan("7310865004703", 4), []);
    tale.sees(&hand, &["window-code-not-now"]);
}

fn what_keeps_payments_from_starting(tale: &Tale) {
    tale.sees(&tale.at(Vec::new()), &["window-no-terminal"]);
    let asks = TerminalView { errand: Some(Errand::Prompt(PromptKind::Input)), ..terminal("front") };
    let mut hand = tale.at(vec![asks]);
    tale.sees(&hand, &["window-state-prompting"]);
    hand.typewrite("1250");
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    let mut deaf = terminal("front");
    deaf.no_listener = Some("Address already in use".to_owned());
    let mut full = terminal("front");
    full.unsaved = true;
    let listener = tale.with("refusal-no-listener", &[("problem", "Address already in use")]);
    for (view, words) in [(deaf, listener), (full, tale.get("window-unsaved"))] {
        let mut hand = tale.at(vec![view]);
        tale.reads(&hand, &words);
        hand.typewrite("1250");
        assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    }
}

fn a_sale_by_key_and_by_finger(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
    tale.sees(&hand, &["window-amount-missing", "window-operation-sale", "window-choose-refund", "window-pay-cash"]);
    hand.typewrite("1250");
    tale.reads(&hand, &tale.money(1250));
    tale.reads(&hand, &tale.about("window-start-sale", 1250));
    tale.lacks(&hand, &["window-amount-missing"]);
    hand.tap(Named::Escape);
    tale.reads(&hand, &tale.about("window-start-sale", 0));
    hand.typewrite("12,5");
    tale.reads(&hand, &tale.about("window-start-sale", 1250));
    hand.tap(Named::Backspace);
    tale.reads(&hand, &tale.about("window-start-sale", 1200));
    tale.reads(&hand, &tale.about("window-start-sale", 1200));
    hand.tap(Named::Delete);
    tale.reads(&hand, &tale.about("window-start-sale", 12));
    hand.tap(Named::Escape);
    for key in ["1", "2", "5", "0", "00"] {
        hand.click(&format!("pad-{key}"));
    }
    tale.reads(&hand, &tale.money(125_000));
    hand.click("pad-back");
    tale.reads(&hand, &tale.money(12_500));
    assert!(hand.sees("⌫"));
    assert_eq!(started_requests(&hand.click("start")), [(Operation::Sale, 12_500)]);
    let mut hand = tale.at(vec![terminal("front")]);
    hand.typewrite("1250");
    hand.type_into("cashback", "x2000");
    tale.reads(&hand, &tale.money(3_250));
    let both = [("amount", tale.money(1250)), ("cashback", tale.money(2_000))];
    let both = tale.with("window-amount-with-cashback", &both.each_ref().map(|(name, money)| (*name, money.as_str())));
    tale.reads(&hand, &format!("{}  ·  {both}", tale.get("window-operation-sale")));
    let number = |minor| tale.texts.number(kr(minor));
    let parts = [("total", tale.money(3_250)), ("amount", number(1250)), ("cashback", number(2_000))];
    let parts = parts.each_ref().map(|(name, money)| (*name, money.as_str()));
    tale.reads(&hand, &tale.with("window-start-with-cashback", &parts));
    hand.type_into("reference", "T4");
    let request = paid(&hand.click("start"));
    assert_eq!(
        (request.amount, request.cashback, request.reference.as_deref()),
        (kr(1250), Some(kr(2_000)), Some("T4"))
    );
    assert!(hand.tap(Named::Enter).is_empty() && hand.click("start").is_empty(), "once");
    hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::NotAble(Operation::Sale))));
    tale.reads(&hand, &tale.with("refusal-not-able", &[("operation", &tale.get("window-operation-sale"))]));
    tale.reads(&hand, &tale.money(1250));
    hand.click("problem-read");
    hand.tab_to("start");
    assert_eq!(started_requests(&hand.tap_focused(Named::Enter)), [(Operation::Sale, 1250)]);
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-42"))));
    tale.reads(&hand, &tale.about("window-start-sale", 0));
    hand.tap(Named::F4);
    tale.sees(&hand, &["window-cannot-do-that"]);
    assert!(hand.typewrite("*").is_empty());
    tale.sees(&hand, &["window-quantity-wrong"]);
}

fn everything_that_a_terminal_can_do(tale: &Tale) {
    let deeds = [
        ("sale", Operation::Sale, "window-start-sale"),
        ("refund", Operation::Refund, "window-start-refund"),
        ("preauth", Operation::Preauth, "window-start-preauth"),
        ("activation", Operation::Activation, "window-start-activation"),
        ("reload", Operation::Reload, "window-start-reload"),
        ("card-check", Operation::CardCheck, "window-start-card-check"),
        ("balance", Operation::Balance, "window-start-balance"),
        ("deactivation", Operation::Deactivation, "window-start-deactivation"),
    ];
    for (place, (id, operation, key)) in deeds.into_iter().enumerate() {
        let minor = if operation.has_amount() { 1250 } else { 0 };
        let mut by_finger = tale.at(vec![able()]);
        by_finger.typewrite("1250");
        by_finger.click(id);
        let mut by_key = tale.at(vec![able()]);
        by_key.typewrite("1250");
        match operation {
            Operation::Sale => Vec::new(),
            Operation::Refund => by_key.tap(Named::F2),
            _ => (1..place).flat_map(|_| by_key.tap(Named::F4)).collect(),
        };
        for hand in [&mut by_finger, &mut by_key] {
            tale.reads(hand, &tale.about(key, minor));
            tale.reads(hand, &tale.texts.operation("window", operation));
            if minor == 0 {
                tale.sees(hand, &["window-card-check-hint"]);
                assert!(!hand.sees_part(&tale.texts.number(kr(1250))), "nothing there looks like an amount");
                assert!(!hand.has("tender-credit") && !hand.has("keyed"), "{id}");
            }
            assert_eq!(paid(&hand.tap(Named::Enter)), PaymentRequest::new(operation, kr(minor)));
        }
    }
}

fn cards_wallets_and_codes(tale: &Tale) {
    for tender in Tender::ALL {
        let mut view = able();
        view.abilities.tenders = &Tender::ALL;
        let mut hand = tale.at(vec![view]);
        hand.typewrite("1250");
        tale.sees(&hand, &[&format!("window-tender-{}", tender.word())]);
        hand.click(&format!("tender-{}", tender.word()));
        if tender != Tender::Wallet {
            assert_eq!(paid(&hand.click("start")).tender, Some(tender));
        }
    }
    let mut hand = tale.at(vec![able()]);
    hand.typewrite("1250");
    hand.click("tender-debit");
    tale.sees(&hand, &["window-tender-credit", "window-tender-debit", "window-tender-wallet", "window-scan"]);
    hand.control('t');
    assert!(started_requests(&hand.click("start")).is_empty());
    tale.sees(&hand, &["refusal-no-code"]);
    assert_eq!(hand.click("scan"), [Effect::Scan { terminal: "front".to_owned() }]);
    hand.tell(desk::Message::TerminalChanged(Arc::new(TerminalView { errand: Some(Errand::Scan), ..able() })));
    tale.sees(&hand, &["window-scan-stop", "window-state-scanning"]);
    assert!(hand.tap(Named::Enter).is_empty(), "nothing starts meanwhile");
    assert_eq!(hand.click("scan-stop"), [Effect::Cancel { terminal: "front".to_owned() }]);
    let why = Explanation::new("explain-cancelled-by-cashier", Fault::Nobody);
    hand.tell(desk::Message::Scanned("front".to_owned(), Ok(Err(why))));
    tale.sees(&hand, &["explain-cancelled-by-cashier"]);
    hand.tell(desk::Message::TerminalChanged(Arc::new(able())));
    hand.tell(desk::Message::Scanned("front".to_owned(), Ok(Ok(ScannedCode::new("28763")))));
    assert!(!hand.sees_part("28763"), "it is worth money");
    let effects = hand.click("start");
    assert!(!format!("{effects:?}").contains("28763"));
    let request = paid(&effects);
    assert_eq!((request.tender, request.code), (Some(Tender::Wallet), Some(ScannedCode::new("28763"))));
    let mut hand = tale.at(vec![able()]);
    hand.typewrite("1250");
    tale.sees(&hand, &["window-choose-keyed"]);
    hand.control('k');
    let sale = tale.get("window-operation-sale");
    tale.reads(&hand, &tale.with("window-keyed-heading", &[("operation", &sale)]));
    assert!(paid(&hand.tap(Named::Enter)).keyed);
    what_was_chosen_to_pay_with_is_forgotten(tale);
}

fn what_was_chosen_to_pay_with_is_forgotten(tale: &Tale) {
    let other = TerminalView { name: "back".to_owned(), ..able() };
    let forget: [fn(&mut Hand); 2] = [
        |hand| drop(hand.tap(Named::Escape)),
        |hand| {
            hand.other_terminal();
            hand.other_terminal();
        },
    ];
    for forget in forget {
        let mut hand = tale.at(vec![able(), other.clone()]);
        hand.click("tender-credit");
        forget(&mut hand);
        hand.typewrite("1250");
        assert_eq!(paid(&hand.tap(Named::Enter)).tender, None);
        let mut hand = tale.at(vec![able(), other.clone()]);
        hand.control('k');
        forget(&mut hand);
        hand.typewrite("1250");
        assert!(!paid(&hand.tap(Named::Enter)).keyed);
    }
}

fn what_was_taken_today(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    let mut declined = record("K7M2-41", "front");
    (declined.state, declined.outcome) = (PaymentState::Declined, Some(why(Verdict::Declined, "explain-declined")));
    hand.tell(desk::Message::RecentRead(Ok(vec![record("K7M2-42", "front"), declined])));
    tale.sees(&hand, &["window-today", "window-verdict-approved"]);
    assert_eq!(hand.click("recent-K7M2-41"), [Effect::ReadPayment(id("K7M2-41"))], "its page opens");
    hand.tap(Named::Escape);
    hand.tell(desk::Message::RecentRead(Err("journal-locked".to_owned())));
    tale.sees(&hand, &["journal-locked"]);
}
