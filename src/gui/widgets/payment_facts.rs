//! What is known of a payment, a line each.

use iced::widget::{Column, row, text};
use iced::{Element, Fill, FillPortion};

use crate::domain::{Money, Outcome, PaymentRecord};
use crate::gui::scene::Scene;
use crate::gui::theme;

/// Name and value of a fact.
pub type Fact = (String, String);

/// The parts of what was taken, card and numbers.
pub fn outcome_facts(outcome: &Outcome, scene: Scene<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: Option<String>| facts.extend(value.map(|value| (scene.text(key), value)));
    if let Some(taken) = &outcome.taken {
        let currency = taken.total.currency();
        let part = |minor: i64| (minor != 0).then(|| scene.texts.money(Money::new(minor, currency)));
        fact("window-fact-tip", part(taken.tip_minor));
        fact("window-fact-cashback", part(taken.cashback_minor));
        fact("window-fact-surcharge", part(taken.surcharge_minor));
    }
    fact("window-fact-card", outcome.card.as_ref().map(|card| scene.texts.card(card)));
    fact("window-fact-card-balance", outcome.card_balance.map(|balance| scene.texts.money(balance)));
    fact("window-fact-auth-code", outcome.auth_code.clone());
    fact("window-fact-terminal-reference", outcome.terminal_reference.clone());
    facts
}

/// Everything the journal says of a payment.
pub fn record_facts(record: &PaymentRecord, scene: Scene<'_>) -> Vec<Fact> {
    let mut facts = vec![
        (scene.text("window-fact-number"), record.id.to_string()),
        (scene.text("window-fact-time"), scene.short(record.at)),
    ];
    if !record.is_cash() {
        facts.push((scene.text("window-fact-terminal"), scene.terminal(&record.terminal, record.training)));
    }
    let mut fact = |key: &str, value: Option<String>| facts.extend(value.map(|value| (scene.text(key), value)));
    let asked = || scene.texts.money(record.request.amount);
    fact("window-fact-asked", record.request.operation.has_amount().then(asked));
    let currency = record.request.amount.currency();
    let given = record.request.bill.as_ref().and_then(|part| part.given_minor);
    let change = given.and_then(|given| given.checked_sub(record.request.amount.minor()));
    let money = |minor: i64| scene.texts.money(Money::new(minor, currency));
    fact("window-cash-given", given.map(money));
    fact("window-cash-change", change.map(money));
    fact("window-fact-keyed", record.request.keyed.then(|| scene.text("window-keyed")));
    fact("window-fact-asked-cashback", record.request.cashback.map(|cashback| scene.texts.money(cashback)));
    fact("window-fact-reference", record.request.reference.clone());
    fact("window-fact-origin", record.request.origin.as_ref().map(|origin| scene.origin(origin)));
    fact("window-fact-of", record.request.of.as_ref().map(|original| original.payment.to_string()));
    fact("window-fact-voided-by", record.voided_by.as_ref().map(ToString::to_string));
    fact("window-fact-decided-by", record.decision.as_ref().map(|decision| decision.by.clone()));
    fact("window-fact-decided-reason", record.decision.as_ref().map(|decision| decision.reason.clone()));
    facts.extend(record.outcome.iter().flat_map(|outcome| outcome_facts(outcome, scene)));
    facts
}

/// What a payment was paid with, as short as it can be told: the card's last four digits, or that it was cash.
pub fn paid_with(record: &PaymentRecord, scene: Scene<'_>) -> Option<String> {
    if record.is_cash() {
        return Some(scene.text("window-cash-word"));
    }
    let card = record.outcome.as_ref().and_then(|outcome| outcome.card.as_ref())?;
    Some(format!("•••• {}", card.last4))
}

/// Names left, values right of them.
pub fn table<'a, Message: 'a>(facts: Vec<Fact>) -> Element<'a, Message> {
    facts
        .into_iter()
        .fold(Column::new(), |table, (name, value)| {
            let name = text(name).size(theme::BODY).style(theme::quiet).width(FillPortion(2));
            table.push(row![name, text(value).size(theme::BODY).width(FillPortion(3))].spacing(theme::GAP))
        })
        .spacing(4)
        .width(Fill)
        .into()
}
