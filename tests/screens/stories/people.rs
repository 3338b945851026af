//! Who is at the till: they sign in, are allowed something, and are managed.

use checkstand::domain::bill::Discount;
use checkstand::domain::{BillChange, BillId, DayReport, Original, PaymentRequest, Right, Role};
use checkstand::gui::bill_link::{BillOrder, By};
use checkstand::gui::keys::Press;
use checkstand::gui::signing_in;
use checkstand::terminal::{OperatorsOrder, Tried};

use super::super::operators::{ADA, EVE, Shop};
use super::*;

fn two(tale: &Tale, views: Vec<TerminalView>) -> Shop {
    let mut shop = Shop::of_two(tale.language, views);
    let silent = std::mem::replace(&mut shop.hand, Hand::opening());
    shop.hand = tale.reading(silent);
    shop
}

pub fn a_cashier_signs_in_and_is_allowed_something(tale: &Tale) {
    they_sign_in_and_out(tale);
    a_payment_outlasts_who_began_it(tale);
    a_wrong_pin_is_waited_out(tale);
    somebody_else_allows_it(tale);
    what_is_to_be_allowed_is_said(tale);
}

fn they_sign_in_and_out(tale: &Tale) {
    let mut shop = two(tale, vec![terminal("front")]);
    tale.sees(&shop.hand, &["window-sign-in-title", "window-sign-in-choose", "window-status-journal"]);
    tale.reads(&shop.hand, "10:42");
    assert!(!shop.hand.has("start") && !shop.hand.has("sign-out"));
    let before = shop.hand.bounds("tile-Ada");
    shop.typewrite("e");
    tale.reads(&shop.hand, &tale.with("window-sign-in-pin", &[("name", "Eve")]));
    tale.sees(&shop.hand, &["window-sign-in-type", "window-sign-in-enter", "window-sign-in-other"]);
    assert!(shop.hand.sees("⌫") && !shop.hand.sees("00"));
    assert_eq!(shop.hand.bounds("tile-Ada"), before, "a second touch hits the same name");
    shop.tap(Named::Escape);
    tale.sees(&shop.hand, &["window-sign-in-choose"]);
    shop.click("tile-Ada");
    for digit in ADA.chars() {
        shop.click(&format!("pad-{digit}"));
    }
    assert!(shop.hand.sees("●●●●") && !shop.hand.sees_part(ADA));
    shop.hand.click("sign-in-enter");
    tale.sees(&shop.hand, &["window-sign-in-checking"]);
    let mut shop = two(tale, vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    assert_eq!(shop.signed_in().as_deref(), Some("Ada"));
    shop.typewrite("1250");
    shop.tap(Named::Enter);
    assert_eq!(shop.requests()[0].operator.as_deref(), Some("Ada"));
    let mut running = terminal("front");
    running.payment = Some(payment(Stage::AtTerminal));
    shop.show(running);
    shop.press(Press::Control('l'));
    tale.sees(&shop.hand, &["window-sign-out-running"]);
    shop.show(terminal("front"));
    shop.press(Press::Control('l'));
    tale.sees(&shop.hand, &["window-sign-in-title"]);
    assert!(shop.signed_in().is_none());
    shop.type_pin("Ada", ADA);
    tale.sees(&shop.hand, &["window-sign-out"]);
    shop.click("sign-out");
    assert!(shop.signed_in().is_none(), "by touch alone");
}

fn a_payment_outlasts_who_began_it(tale: &Tale) {
    let mut running = terminal("front");
    running.payment = Some(payment(Stage::AtTerminal));
    let mut shop = two(tale, vec![running]);
    tale.sees(&shop.hand, &["window-sign-in-later", "window-abort"]);
    assert!(!shop.hand.has("tile-Ada"));
    shop.show(terminal("front"));
    tale.sees(&shop.hand, &["window-sign-in-title"]);
}

fn a_wrong_pin_is_waited_out(tale: &Tale) {
    let mut shop = two(tale, vec![terminal("front")]);
    for left in ["4", "3", "2", "1"] {
        shop.type_pin("Ada", "9999");
        tale.reads(&shop.hand, &tale.with("window-sign-in-wrong", &[("left", left)]));
    }
    shop.type_pin("Ada", "9999");
    for (later, left) in [(0, "1:00"), (45, "0:15")] {
        shop.later(later);
        tale.reads(&shop.hand, &tale.with("window-sign-in-wait", &[("left", left)]));
    }
    shop.later(61);
    tale.sees(&shop.hand, &["window-sign-in-wrong-again"]);
    shop.tap(Named::Escape);
    shop.type_pin("Eve", EVE);
    assert_eq!(shop.signed_in().as_deref(), Some("Eve"), "others may");
}

fn somebody_else_allows_it(tale: &Tale) {
    let mut shop = two(tale, vec![terminal("front")]);
    shop.type_pin("Ada", ADA);
    shop.refund();
    assert_eq!(shop.requests(), []);
    let right = tale.get("operator-right-refund");
    tale.reads(&shop.hand, &tale.with("window-sign-in-allow", &[("right", &right)]));
    tale.sees(&shop.hand, &["window-sign-in-allow-enter", "window-sign-in-leave"]);
    assert!(!shop.hand.has("tile-Ada"), "only those who may");
    shop.click("sign-in-leave");
    assert!(shop.hand.has("start") && shop.requests().is_empty());
    shop.tap(Named::Enter);
    shop.click("tile-Eve");
    shop.hear(signing_in::Message::Tried("Eve".parse().unwrap(), Err(Tried::NoRight)));
    tale.reads(&shop.hand, &tale.with("window-sign-in-no-right", &[("name", "Eve")]));
    shop.type_pin("Eve", EVE);
    let requests = shop.requests();
    assert_eq!((requests[0].operation, requests[0].operator.as_deref()), (Operation::Refund, Some("Ada")));
    assert_eq!(shop.signed_in().as_deref(), Some("Ada"));
}

fn what_is_to_be_allowed_is_said(tale: &Tale) {
    let front = || "front".to_owned();
    let payment = || id("K7M2-8");
    let of = Original { payment: payment(), operation: Operation::Sale, taken: kr(1250), reference: None };
    let refund = PaymentRequest::new(Operation::Refund, kr(500));
    let refund_of = PaymentRequest { of: Some(of), ..refund.clone() };
    let decide = |paid| Effect::Decide { payment: payment(), paid, by: String::new(), reason: "slip".to_owned() };
    let change = |change| Effect::Bill(By::Counter, BillOrder::Change(BillId::new("K7M2", 3), vec![change]));
    let lifted = BillChange::LockLifted { by: String::new(), reason: "gone".to_owned() };
    let remove = OperatorsOrder::Remove { name: "Ada".parse().unwrap() };
    let five = tale.money(500);
    let (amount, terminal, payment_word) = (("amount", five.as_str()), ("terminal", "front"), ("payment", "K7M2-8"));
    let bill = ("bill", "K7M2-B3");
    let report = tale.get("window-report-z");
    for (right, effect, key, with) in [
        (Right::Refund, Effect::Pay { terminal: front(), request: refund }, "refund", vec![amount, terminal]),
        (
            Right::Refund,
            Effect::Pay { terminal: front(), request: refund_of },
            "refund-of",
            vec![amount, terminal, payment_word],
        ),
        (Right::Refund, Effect::GiveBack { payment: payment(), amount: kr(500) }, "cash", vec![amount, payment_word]),
        (
            Right::Void,
            Effect::Void { terminal: front(), payment: payment(), taken: kr(500) },
            "void",
            vec![amount, terminal, payment_word],
        ),
        (Right::DayEnd, Effect::EndDay { terminal: front(), report: DayReport::EndOfDay }, "end-day", vec![terminal]),
        (
            Right::DayEnd,
            Effect::EndDay { terminal: front(), report: DayReport::Z },
            "report",
            vec![terminal, ("report", report.as_str())],
        ),
        (Right::DayEnd, Effect::CloseShopDay, "shop-day", vec![]),
        (Right::Resolve, decide(true), "decide-paid", vec![payment_word]),
        (Right::Resolve, decide(false), "decide-not-paid", vec![payment_word]),
        (Right::Prices, Effect::ImportPrices("/home/shop/new.csv".into()), "prices", vec![("file", "new.csv")]),
        (Right::Operators, Effect::ChangeOperators(remove), "operators", vec![]),
        (
            Right::Discount,
            change(BillChange::Discounted { discount: Some(Discount::Amount(100)) }),
            "discount",
            vec![bill],
        ),
        (Right::LiftLock, change(lifted), "lift-lock", vec![bill]),
    ] {
        let mut shop = two(tale, vec![terminal_named("front")]);
        shop.type_pin("Ada", ADA);
        shop.hear(signing_in::Message::NotAllowed { right, effect: Box::new(effect) });
        let mut placeables = vec![("operator", "Ada")];
        placeables.extend(with);
        tale.reads(&shop.hand, &tale.with(&format!("window-wish-{key}"), &placeables));
    }
}

fn terminal_named(name: &str) -> TerminalView {
    super::terminal(name)
}

fn fill_in(shop: &mut Shop, fields: &[(&str, &str)]) {
    for (field, text) in fields {
        let effects = shop.hand.type_into(field, text);
        shop.carry_out(effects);
    }
}

pub fn a_supervisor_manages_operators(tale: &Tale) {
    the_first_one_is_added(tale);
    they_are_changed_and_removed(tale);
}

fn the_first_one_is_added(tale: &Tale) {
    let mut shop = Shop::empty(tale.language, vec![terminal("front")]);
    let silent = std::mem::replace(&mut shop.hand, Hand::opening());
    shop.hand = tale.reading(silent);
    shop.hand.go_to(Place::Settings);
    shop.click("operators");
    tale.sees(&shop.hand, &["window-operators-title", "window-operators-none", "window-operators-add"]);
    shop.click("manage-add");
    fill_in(&mut shop, &[("manage-name", "Eve"), ("manage-pin", "1234"), ("manage-pin-again", "1234")]);
    shop.click("manage-confirm");
    tale.sees(&shop.hand, &["window-operators-role-missing", "window-operators-save", "window-close"]);
    for role in Role::ALL {
        tale.sees(&shop.hand, &[&format!("operator-role-{}", role.word())]);
    }
    shop.click("role-supervisor");
    shop.click("manage-confirm");
    tale.sees(&shop.hand, &["operator-error-weak-pin"]);
    assert!(!shop.hand.sees_part("1234"), "nobody sees what they type");
    shop.tap(Named::Escape);
    shop.click("manage-add");
    fill_in(&mut shop, &[("manage-name", "Eve"), ("manage-pin", EVE), ("manage-pin-again", ADA)]);
    shop.click("role-supervisor");
    shop.click("manage-confirm");
    tale.sees(&shop.hand, &["window-operators-pins-differ"]);
    shop.click("manage-keep");
    shop.click("manage-add");
    fill_in(&mut shop, &[("manage-name", "Eve"), ("manage-pin", EVE), ("manage-pin-again", EVE)]);
    shop.click("role-supervisor");
    shop.click("manage-confirm");
    tale.sees(&shop.hand, &["window-sign-in-title"]);
    shop.type_pin("Eve", EVE);
    assert_eq!(shop.signed_in().as_deref(), Some("Eve"));
}

fn they_are_changed_and_removed(tale: &Tale) {
    let mut shop = two(tale, vec![terminal("front")]);
    shop.type_pin("Eve", EVE);
    shop.hand.go_to(Place::Settings);
    shop.click("operators");
    tale.sees(&shop.hand, &["window-operators-cashiers", "window-operators-new-pin", "window-operators-remove"]);
    for right in Right::FOR_CASHIERS {
        tale.sees(&shop.hand, &[&format!("operator-right-{}", right.word())]);
    }
    shop.click("cashiers-refund");
    assert!(shop.roster().cashiers.has(Right::Refund));
    tale.reads(&shop.hand, &tale.with("window-operators-idle", &[("minutes", "5")]));
    shop.click("idle-less");
    tale.sees(&shop.hand, &["window-operators-idle-never"]);
    shop.click("idle-more");
    shop.click("manage-add");
    fill_in(&mut shop, &[("manage-name", "Ada"), ("manage-pin", EVE), ("manage-pin-again", EVE)]);
    shop.click("role-cashier");
    shop.click("manage-confirm");
    tale.reads(&shop.hand, &tale.with("operator-error-taken", &[("what", "Ada")]));
    shop.tap(Named::Escape);
    shop.click("manage-pin-Ada");
    tale.reads(&shop.hand, &tale.with("window-operators-new-pin-of", &[("name", "Ada")]));
    fill_in(&mut shop, &[("manage-pin", EVE), ("manage-pin-again", EVE)]);
    shop.click("manage-confirm");
    assert!(!shop.hand.has("manage-confirm"), "it is changed");
    shop.click("manage-remove-Ada");
    tale.reads(&shop.hand, &tale.with("window-operators-remove-really", &[("name", "Ada")]));
    shop.tap(Named::Escape);
    assert_eq!(shop.roster().operators.len(), 2, "not without a second press");
    shop.click("manage-remove-Ada");
    shop.click("manage-confirm");
    assert_eq!(shop.roster().operators.len(), 1);
    shop.click("back");
    assert!(shop.hand.has("start"), "back at the counter");
}
