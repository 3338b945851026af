//! What somebody wants done who has no right to it, in one sentence: whoever allows it reads what, how much and where before
//! they type their PIN.

use super::bill_link::BillOrder;
use super::closing_day::report_key;
use super::effect::Effect;
use super::scene::Scene;
use crate::domain::{BillChange, DayReport, Money, Operation};
use crate::terminal::TRAINING;

/// `None` for what needs no right.
pub fn sentence(effect: &Effect, operator: &str, scene: Scene<'_>) -> Option<String> {
    let say = |key: &str, placeables: &[(&str, &str)]| {
        let mut all = vec![("operator", operator)];
        all.extend_from_slice(placeables);
        Some(scene.texts.with(key, &all))
    };
    let money = |money: &Money| scene.texts.money(*money);
    let terminal = |name: &str| scene.terminal(name, name == TRAINING);
    match effect {
        Effect::Pay { terminal: name, request } => {
            let (amount, name) = (money(&request.amount), terminal(name));
            let placeables = [("amount", amount.as_str()), ("terminal", name.as_str())];
            match (&request.of, request.operation) {
                (Some(of), Operation::Refund) => {
                    let [amount, name] = placeables;
                    say("window-wish-refund-of", &[amount, name, ("payment", of.payment.as_str())])
                }
                (None, Operation::Refund) => say("window-wish-refund", &placeables),
                _ => None,
            }
        }
        Effect::Void { terminal: name, payment, taken } => {
            let (amount, name) = (money(taken), terminal(name));
            say("window-wish-void", &[("amount", &amount), ("terminal", &name), ("payment", payment.as_str())])
        }
        Effect::GiveBack { payment, amount } => {
            say("window-wish-cash", &[("amount", &money(amount)), ("payment", payment.as_str())])
        }
        Effect::EndDay { terminal: name, report: DayReport::EndOfDay } => {
            say("window-wish-end-day", &[("terminal", &terminal(name))])
        }
        Effect::EndDay { terminal: name, report } => {
            let report = scene.text(&report_key(*report));
            say("window-wish-report", &[("terminal", &terminal(name)), ("report", &report)])
        }
        Effect::CloseShopDay => say("window-wish-shop-day", &[]),
        Effect::Decide { payment, paid, .. } => {
            let key = if *paid { "window-wish-decide-paid" } else { "window-wish-decide-not-paid" };
            say(key, &[("payment", payment.as_str())])
        }
        Effect::ImportPrices(file) => {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
            say("window-wish-prices", &[("file", &name)])
        }
        Effect::ChangeOperators(_) => say("window-wish-operators", &[]),
        Effect::StartSearch | Effect::FindAgain(_) => say("window-wish-search", &[]),
        Effect::ListAccount(wanted) => say("window-wish-terminal", &[("terminal", &wanted.name)]),
        Effect::SetUp(order) => say("window-wish-terminal", &[("terminal", order.terminal())]),
        Effect::Bill(_, BillOrder::Change(bill, changes)) => {
            let lifts = changes.iter().any(|change| matches!(change, BillChange::LockLifted { .. }));
            let key = if lifts { "window-wish-lift-lock" } else { "window-wish-discount" };
            say(key, &[("bill", bill.as_str())])
        }
        _ => None,
    }
}
