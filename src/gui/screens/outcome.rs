//! A payment that has ended: what became of it, large and unmistakable. Part of the payment screen.

use iced::widget::{Column, container, row, scrollable, text};
use iced::{Element, Fill};

use super::follow_up::About;
use super::outcome_buttons::buttons;
use super::payment::{Message, Payment};
use crate::domain::{Copy, DayReport, Money, Operation, Outcome, Verdict};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::payment_facts::{outcome_facts, table};
use crate::gui::widgets::receipt_paper::{copy_key, hand_out_button, no_receipt, receipt_paper};
use crate::gui::widgets::verdict_band::{amount_line, verdict_band};
use crate::terminal::{PaymentView, TerminalView};

/// From this width on the receipt stands beside the verdict.
const PAPER_BESIDE: f32 = 1_180.0;

/// Where an outcome leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    /// To the next customer.
    Next,
    /// To its bill, of which more is to be paid.
    Bill,
    /// To the receipt of its bill, which is paid.
    Receipt,
    /// To the set-up, whose test payment it is.
    SetUp,
}

/// What can be done behind an outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Another request can go to this terminal now.
    pub ready: bool,
    pub onward: Onward,
    /// What can be rung up again, since nothing of it was taken.
    pub again: Option<Money>,
    /// It is a test payment that is still to be given back.
    pub owed: bool,
}

/// Whether it must be read before anything takes it from the screen.
pub fn must_be_read(payment: &PaymentView) -> bool {
    payment.approved_after_cancel() || payment.outcome().is_some_and(|outcome| outcome.verdict == Verdict::InDoubt)
}

/// Whether a stray Enter or digit must not take this outcome from the screen.
pub fn holds(payment: &PaymentView) -> bool {
    must_be_read(payment) || rest_due(payment).is_some()
}

/// Whether it is known that no money has moved.
pub fn took_nothing(payment: &PaymentView) -> bool {
    let verdict = payment.outcome().map(|outcome| outcome.verdict);
    matches!(verdict, Some(Verdict::Declined | Verdict::Cancelled | Verdict::NotCharged))
}

/// What the customer still owes after a partial approval (rule 5).
pub fn rest_due(payment: &PaymentView) -> Option<Money> {
    // What somebody else asked for is theirs to ask for again.
    let own_sale = payment.operation == Operation::Sale && payment.origin.is_none();
    let taken = payment.outcome().filter(|_| own_sale)?.taken?;
    let currency = taken.total.currency();
    let extra = Money::new(taken.tip_minor.saturating_add(taken.surcharge_minor), currency);
    let asked = match payment.cashback {
        Some(cashback) => payment.amount.checked_add(cashback).ok()?,
        None => payment.amount,
    };
    asked.checked_sub(taken.total.checked_sub(extra).ok()?).ok().filter(|rest| rest.is_positive())
}

/// What a void would give back.
pub fn taken(payment: &PaymentView) -> Money {
    payment.outcome().and_then(|outcome| outcome.taken).map_or(payment.amount, |taken| taken.total)
}

/// Whether a void can be offered here.
pub fn can_void(payment: &PaymentView, terminal: &TerminalView) -> bool {
    let approved = payment.outcome().is_some_and(|outcome| outcome.verdict == Verdict::Approved);
    payment.operation.is_voidable() && approved && terminal.abilities.can(Operation::Void)
}

/// What else can be done about it, when it took something.
pub fn about(payment: &PaymentView) -> Option<About> {
    let taken = payment.outcome().filter(|outcome| outcome.verdict == Verdict::Approved)?.taken?;
    Some(About { payment: payment.id.clone(), operation: payment.operation, taken: taken.total })
}

/// Whether the terminal takes no cards until its day is closed, and closes it when asked to.
pub(super) fn wants_settling(ended: &Outcome, terminal: &TerminalView) -> bool {
    let why = ended.explanation.as_ref().map(|explanation| explanation.key.as_str());
    why == Some("explain-please-settle") && terminal.abilities.reports.contains(&DayReport::EndOfDay)
}

/// The whole screen.
pub fn view<'a>(
    state: &'a Payment,
    payment: &'a PaymentView,
    ended: &'a Outcome,
    terminal: &TerminalView,
    ahead: Ahead,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let paper = if scene.is_wide() { 420.0 } else { 330.0 };
    let receipts = container(receipts(state, payment, terminal, scene)).width(paper);
    let buttons = container(buttons(state, payment, ended, terminal, ahead, scene)).padding([0, 16]);
    let facts = Column::new()
        .push(explanation(ended, scene))
        .push(table(facts(payment, ended, scene)))
        .spacing(GAP)
        .width(Fill);
    let facts = scrollable(facts).style(theme::scroll).width(Fill).height(Fill);
    // The paper is as long as the window where that leaves the band its size.
    let beside = scene.room.width >= PAPER_BESIDE && !scene.is_low();
    let room = iced::Size::new(scene.room.width - if beside { paper + 32.0 } else { 0.0 }, scene.room.height);
    let scene = Scene { room, ..scene };
    let amount = amount_line(ended, payment.amount, payment.operation, scene);
    let under = under(payment, ended, terminal, scene);
    let band = verdict_band(ended.verdict, payment.operation, amount, under, scene);
    let above = Column::new().push(band).extend(warnings(payment, ahead, scene));
    let body: Element<'a, Message> = if beside {
        let left = above.push(container(facts).padding(16)).height(Fill);
        row![left, container(receipts).padding(16).height(Fill)].height(Fill).into()
    } else {
        let padding = if scene.is_low() { 8 } else { 16 };
        above.push(row![facts, receipts].spacing(GAP * 2.0).padding([padding, 16]).height(Fill)).height(Fill).into()
    };
    let below = iced::widget::space().height(if scene.is_low() { 8 } else { 16 });
    Column::new().push(body).push(buttons).push(below).height(Fill).into()
}

/// An approval with something to be done about it must not look like any other.
fn warnings<'a>(payment: &PaymentView, ahead: Ahead, scene: Scene<'a>) -> impl Iterator<Item = Element<'a, Message>> {
    let after_cancel = payment.approved_after_cancel().then(|| scene.text("window-approved-after-cancel"));
    let rest =
        rest_due(payment).map(|rest| scene.texts.with("window-rest-due", &[("amount", &scene.texts.money(rest))]));
    let owed = ahead.owed.then(|| scene.text("window-trial-owed"));
    after_cancel
        .into_iter()
        .chain(rest)
        .chain(owed)
        .map(|words| mark(|colours| colours.in_doubt, "⚠", words, theme::LARGE + 4.0))
}

/// The parts of the amount, under it.
fn under(payment: &PaymentView, ended: &Outcome, terminal: &TerminalView, scene: Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(terminal.training.then(|| scene.text("window-training-outcome")));
    lines.extend(terminal.pretends().then(|| scene.text("window-pretends-outcome")));
    lines.extend(payment.origin.as_ref().map(|origin| scene.origin(origin)));
    if let Some(taken) = ended.taken.filter(|taken| ended.verdict == Verdict::Approved && taken.total != payment.amount)
    {
        let asked = scene.texts.money(payment.amount);
        let currency = taken.total.currency();
        let mut parts = vec![scene.texts.with("window-part-asked", &[("amount", &asked)])];
        for (key, minor) in [
            ("window-part-tip", taken.tip_minor),
            ("window-part-cashback", taken.cashback_minor),
            ("window-part-surcharge", taken.surcharge_minor),
        ] {
            let part = scene.texts.money(Money::new(minor, currency));
            parts.extend((minor != 0).then(|| scene.texts.with(key, &[("amount", &part)])));
        }
        lines.push(parts.join("   "));
    }
    lines
}

fn explanation<'a>(ended: &Outcome, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let words = match (&ended.explanation, ended.verdict) {
        (Some(explanation), _) => scene.explain(explanation),
        (None, Verdict::InDoubt) => scene.text("window-in-doubt-next"),
        (None, _) => return None,
    };
    Some(text(words).size(theme::LARGE).into())
}

fn facts(payment: &PaymentView, ended: &Outcome, scene: Scene<'_>) -> Vec<(String, String)> {
    let asked = || (scene.text("window-fact-asked"), scene.texts.money(payment.amount));
    let mut facts: Vec<_> = payment.operation.has_amount().then(asked).into_iter().collect();
    facts.push((scene.text("window-fact-number"), payment.id.to_string()));
    facts.extend(outcome_facts(ended, scene));
    facts
}

fn receipts<'a>(
    state: &Payment,
    payment: &'a PaymentView,
    terminal: &TerminalView,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let chosen = state.copy.filter(|_| state.is_about(payment)).unwrap_or(Copy::Customer);
    let asks = state.is_about(payment) && state.asks();
    let tab = |copy: Copy, id: &'static str| {
        let role = if copy == chosen { Role::Chosen } else { Role::Plain };
        action(id, scene.text(copy_key(copy)), role, (!asks).then_some(Message::CopyChosen(copy)))
    };
    let receipt = payment.receipts.iter().rev().find(|receipt| receipt.copy == chosen);
    let paper = receipt.map_or_else(|| no_receipt(scene), |receipt| receipt_paper(receipt, terminal.training, scene));
    let is_customers = receipt.is_some_and(|receipt| receipt.copy == Copy::Customer);
    let hand_out = (is_customers && scene.paper.hands_out)
        .then(|| hand_out_button((!asks).then_some(Message::HandOutPressed), scene));
    let tabs = row![tab(Copy::Customer, "copy-customer"), tab(Copy::Merchant, "copy-merchant")];
    let tabs = tabs.push(hand_out).spacing(GAP);
    let from_till = receipt.is_some_and(|receipt| receipt.from_till);
    Column::new()
        .push(tabs)
        .push(from_till.then(|| text(scene.text("window-receipt-from-till")).size(theme::BODY)))
        .push(paper)
        .spacing(GAP)
        .height(Fill)
        .into()
}
