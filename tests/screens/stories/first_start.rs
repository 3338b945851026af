//! A new till, set up step by step: to a test payment in training, and to a real one that is given back.

use checkstand::domain::{Currency, Verdict};
use checkstand::settings::{PrinterConnection, PrinterSettings, WindowChange};
use checkstand::terminal::PaymentView;

use super::*;

fn guided(tale: &Tale, views: Vec<TerminalView>) -> Hand {
    let mut hand = tale.at(views);
    hand.size = iced::Size::new(1024.0, 1000.0);
    hand.control('6');
    hand.click("guide");
    hand
}

pub fn a_new_till_is_set_up(tale: &Tale) {
    let mut hand = guided(tale, vec![terminal("front"), bench::training()]);
    tale.sees(&hand, &["window-guide-title", "window-guide-language", "window-guide-language-question"]);
    let language = WindowChange::Language(Some(tale.language.to_owned()));
    assert_eq!(hand.click(&format!("guide-language-{}", tale.language)), [Effect::KeepSetting(language)]);
    assert_eq!(hand.tap(Named::Enter), [Effect::Focus("guide-name")]);
    the_shop_is_named(tale, &mut hand);
    a_printer_or_none(tale, &mut hand);
    tale.sees(&hand, &["window-guide-operators-question", "window-guide-operators-words"]);
    tale.sees(&hand, &["window-guide-operators-none"]);
    hand.click("guide-add-operator");
    tale.sees(&hand, &["window-operators-none"]);
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-guide-operators-question"]);
    hand.click("guide-next");
    tale.sees(&hand, &["window-guide-terminal-question", "window-guide-terminal-words"]);
    assert!(hand.sees_part("front"));
    hand.click("guide-add-terminal");
    assert!(!hand.has("guide-next"));
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-guide-terminal-question"]);
    hand.click("guide-before");
    tale.sees(&hand, &["window-guide-operators-question"]);
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-guide-left"]);
    assert!(hand.has("start"), "the counter is there at any point");
    the_test_payment_is_given_back(tale);
}

fn the_shop_is_named(tale: &Tale, hand: &mut Hand) {
    tale.sees(hand, &["window-guide-shop-question", "window-guide-shop-words", "window-guide-name"]);
    hand.type_into("guide-name", "Corner Shop");
    hand.type_into("guide-code", "qqx");
    tale.sees(hand, &["window-guide-currency-wrong"]);
    assert!(hand.tap(Named::Enter).is_empty());
    tale.sees(hand, &["window-guide-shop-question"]);
    let kept = hand.click("guide-currency-EUR");
    let name = WindowChange::ShopName(Some("Corner Shop".to_owned()));
    let currency = WindowChange::Currency(Some(Currency::EUR));
    assert_eq!(kept, [name, currency].map(Effect::KeepSetting));
    tale.lacks(hand, &["window-guide-currency-wrong"]);
    assert!(hand.tap(Named::Enter).is_empty(), "it is kept already");
}

fn a_printer_or_none(tale: &Tale, hand: &mut Hand) {
    tale.sees(hand, &["window-guide-printer", "window-guide-printer-question", "window-guide-printer-words"]);
    tale.sees(hand, &["window-guide-printer-set-up", "window-guide-printer-none"]);
    assert_eq!(hand.click("guide-set-up-printer"), [Effect::ReadReceipts]);
    let address = PrinterConnection::Network { address: "10.0.0.9".to_owned() };
    printers::read(hand, printers::known(vec![PrinterSettings::new("bar", address)]));
    assert!(hand.has("slip-printer-edit-bar") && !hand.has("guide-next"));
    hand.tap(Named::Escape);
    assert!(hand.sees_part("bar") && !hand.has("guide-no-printer"));
    printers::read(hand, printers::known(Vec::new()));
    hand.click("guide-no-printer");
}

/// A payment that was asked for gets its number, and ends like this.
fn ends(hand: &mut Hand, view: &TerminalView, number: &str, operation: Operation, outcome: Outcome) {
    hand.tell(desk::Message::Started(view.name.clone(), Ok(id(number))));
    let mut view = view.clone();
    let stages = [Stage::AtTerminal, Stage::Ended(outcome)];
    for stage in stages {
        view.payment = Some(PaymentView { id: id(number), operation, amount: kr(100), ..payment(stage) });
        hand.tell(desk::Message::TerminalChanged(Arc::new(view.clone())));
    }
    hand.reads();
}

fn the_test_payment_is_given_back(tale: &Tale) {
    let (front, training) = (terminal("front"), bench::training());
    let mut hand = guided(tale, vec![front.clone(), training.clone()]);
    let taken_up = Effect::TakeUpSettings(std::collections::BTreeSet::new());
    assert_eq!(hand.click("guide-trial"), [taken_up], "training works in the currency that was chosen");
    tale.sees(&hand, &["window-guide-trial-question", "window-guide-trial-words"]);
    // In training there is nothing to give back.
    assert_eq!(started_requests(&hand.click("guide-try-training")), [(Operation::Sale, 100)]);
    ends(&mut hand, &training, "K7M2-1", Operation::Sale, approved(100));
    hand.tap(Named::Enter);
    assert!(tale.says(&hand, "window-guide-trial-trained"));
    assert!(!hand.has("guide-give-back"));
    the_outcome_leads_back(tale, &front);
    // Real money is.
    assert_eq!(started_requests(&hand.click("guide-try-front")), [(Operation::Sale, 100)]);
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-2"))));
    hand.tell(desk::Message::PlacePressed(desk::Place::Guide));
    assert!(tale.says(&hand, "window-guide-trial-running"));
    ends(&mut hand, &front, "K7M2-2", Operation::Sale, approved(100));
    assert!(tale.says(&hand, "window-guide-trial-taken"));
    let Some(Effect::Void { terminal, payment, taken }) = hand.click("guide-give-back").pop() else { panic!() };
    assert_eq!((terminal.as_str(), payment, taken), ("front", id("K7M2-2"), kr(100)));
    hand.tell(desk::Message::PlacePressed(desk::Place::Guide));
    assert!(tale.says(&hand, "window-guide-trial-giving-back"));
    ends(&mut hand, &front, "K7M2-3", Operation::Void, approved(100));
    assert!(tale.says(&hand, "window-guide-trial-given-back"));
    let taken_up = Effect::TakeUpSettings(std::collections::BTreeSet::new());
    assert_eq!(hand.tap(Named::Enter), [taken_up], "training works in the shop's currency from now on");
    tale.lacks(&hand, &["window-guide-left"]);
    other_ends_of_the_trial(tale);
}

/// Whoever leaves the outcome of a test payment by any way finds what is owed, and cannot take it twice.
pub fn the_outcome_leads_back(tale: &Tale, front: &TerminalView) {
    for key in [Named::Enter, Named::Escape] {
        let mut hand = guided(tale, vec![front.clone()]);
        hand.click("guide-trial");
        hand.click("guide-try-front");
        ends(&mut hand, front, "K7M2-2", Operation::Sale, approved(100));
        tale.sees(&hand, &["window-trial-owed", "window-back-to-set-up-enter"]);
        hand.tap(key);
        assert!(tale.says(&hand, "window-guide-trial-taken"));
        // Left, and opened anew.
        hand.tap(Named::Escape);
        tale.sees(&hand, &["window-guide-left-owing"]);
        hand.tell(desk::Message::PlacePressed(desk::Place::Settings));
        hand.click("guide");
        assert!(tale.says(&hand, "window-guide-trial-taken") && hand.has("guide-give-back"));
        assert!(!hand.has("guide-try-front"));
    }
    // Nothing was taken: the set-up says so, and the amount is not rung up for a customer.
    let mut hand = guided(tale, vec![front.clone()]);
    hand.click("guide-trial");
    hand.click("guide-try-front");
    let why = Explanation::new("explain-terminal-busy", Fault::Terminal);
    ends(&mut hand, front, "K7M2-2", Operation::Sale, Outcome::without_money(Verdict::Declined, why));
    tale.sees(&hand, &["window-back-to-set-up-enter"]);
    tale.lacks(&hand, &["window-trial-owed"]);
    hand.tap(Named::Enter);
    assert!(tale.says(&hand, "window-guide-trial-not-taken"));
}

fn tried(tale: &Tale, view: &TerminalView, outcome: Outcome) -> Hand {
    let mut hand = guided(tale, vec![view.clone()]);
    hand.click("guide-trial");
    hand.click("guide-try-front");
    ends(&mut hand, view, "K7M2-2", Operation::Sale, outcome);
    hand.tell(desk::Message::PlacePressed(desk::Place::Guide));
    hand
}

fn other_ends_of_the_trial(tale: &Tale) {
    let front = terminal("front");
    let why = |key| Explanation::new(key, Fault::Terminal);
    let declined = Outcome::without_money(Verdict::Declined, why("explain-terminal-busy"));
    assert!(tale.says(&tried(tale, &front, declined), "window-guide-trial-not-taken"));
    let doubt = Outcome::without_money(Verdict::InDoubt, why("explain-terminal-busy"));
    assert!(tale.says(&tried(tale, &front, doubt), "window-guide-trial-in-doubt"));
    let mut refunds = terminal("front");
    refunds.abilities.operations = &[Operation::Sale, Operation::Refund];
    let mut hand = tried(tale, &refunds, approved(100));
    assert!(tale.says(&hand, "window-guide-trial-taken-refund"));
    assert_eq!(started_requests(&hand.click("guide-give-back")), [(Operation::Refund, 100)]);
    let mut keeps = terminal("front");
    keeps.abilities.operations = &[Operation::Sale];
    let mut hand = tried(tale, &keeps, approved(100));
    assert!(tale.says(&hand, "window-guide-trial-taken-for-good") && !hand.has("guide-give-back"));
    assert!(tale.says(&hand, "window-guide-try-for-good"));
    hand.tap(Named::Enter);
    assert_eq!(hand.desk().place(), desk::Place::Counter, "finished");
}
