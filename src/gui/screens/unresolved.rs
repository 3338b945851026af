//! Payments nobody knows the outcome of: how old, why, what to do; and a named person's decision (rule 6).

use std::sync::Arc;

use iced::widget::{Column, Row, column, container, row, scrollable, space, text, text_input};
use iced::{Center, Element, Fill, FillPortion};

use crate::domain::{Operation, PaymentId};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;
use crate::terminal::{TerminalView, Unresolved as InDoubt};

const NAME_AT_MOST: usize = 60;
const REASON_AT_MOST: usize = 300;

#[derive(Debug, Clone, Default)]
pub struct Unresolved {
    /// The payment somebody is deciding about.
    deciding: Option<PaymentId>,
    /// The payment that the keys mean, unless it is known by now: then they mean the first.
    chosen: Option<PaymentId>,
    by: String,
    reason: String,
    /// The decision is on its way to the journal.
    sent: bool,
    /// Who is signed in: their name need not be typed.
    operator: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Message {
    AskPressed {
        terminal: String,
        payment: PaymentId,
    },
    DecidePressed(PaymentId),
    /// The keys mean this one from now on.
    Chosen(PaymentId),
    NameTyped(String),
    ReasonTyped(String),
    Decided {
        paid: bool,
    },
    BackPressed,
    /// Somebody is at the till, or nobody.
    SignedIn(Option<String>),
    /// The journal took the decision, or said why not.
    Recorded {
        taken: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Inquire { terminal: String, payment: PaymentId },
    Decide { payment: PaymentId, paid: bool, by: String, reason: String },
    Leave,
}

impl Unresolved {
    /// What a key means here.
    pub fn key(&self, press: Press, terminals: &[Arc<TerminalView>]) -> Option<Message> {
        let is_deciding = self.deciding.is_some();
        let meant = self.meant(terminals);
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Function(1) if is_deciding => Some(Message::Decided { paid: true }),
            Press::Function(2) if is_deciding => Some(Message::Decided { paid: false }),
            _ if is_deciding => None,
            // While the machine is asking, asking once more is no use.
            Press::Function(3) => meant.filter(|(_, doubt)| !doubt.seeking).map(|(terminal, doubt)| {
                Message::AskPressed { terminal: terminal.name.clone(), payment: doubt.id.clone() }
            }),
            Press::Function(4) => meant.map(|(_, doubt)| Message::DecidePressed(doubt.id.clone())),
            Press::Up => self.beside(-1, terminals).map(Message::Chosen),
            Press::Down => self.beside(1, terminals).map(Message::Chosen),
            _ => None,
        }
    }

    fn all(terminals: &[Arc<TerminalView>]) -> impl Iterator<Item = (&TerminalView, &InDoubt)> {
        let terminals = terminals.iter().map(Arc::as_ref);
        terminals.flat_map(|terminal: &TerminalView| terminal.unresolved.iter().map(move |doubt| (terminal, doubt)))
    }

    /// The payment that keys are about.
    fn meant<'a>(&self, terminals: &'a [Arc<TerminalView>]) -> Option<(&'a TerminalView, &'a InDoubt)> {
        let chosen = Unresolved::all(terminals).find(|(_, doubt)| self.chosen.as_ref() == Some(&doubt.id));
        chosen.or_else(|| Unresolved::all(terminals).next())
    }

    fn beside(&self, by: isize, terminals: &[Arc<TerminalView>]) -> Option<PaymentId> {
        let meant = &self.meant(terminals)?.1.id;
        let all: Vec<&PaymentId> = Unresolved::all(terminals).map(|(_, doubt)| &doubt.id).collect();
        let here = all.iter().position(|id| *id == meant)?;
        all.get(here.checked_add_signed(by)?).map(|id| (*id).clone())
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::AskPressed { terminal, payment } => return Action::Inquire { terminal, payment },
            Message::DecidePressed(payment) => {
                let (by, operator) = (std::mem::take(&mut self.by), self.operator.take());
                let (deciding, chosen) = (Some(payment.clone()), Some(payment));
                *self = Unresolved { deciding, chosen, by, operator, ..Unresolved::default() };
            }
            Message::Chosen(payment) => self.chosen = Some(payment),
            Message::NameTyped(by) => self.by = by.chars().take(NAME_AT_MOST).collect(),
            Message::ReasonTyped(reason) => self.reason = reason.chars().take(REASON_AT_MOST).collect(),
            Message::Decided { paid } => {
                if let Some(payment) = self.deciding.clone().filter(|_| self.is_complete()) {
                    self.sent = true;
                    let (by, reason) = (self.name().trim().to_owned(), self.reason.trim().to_owned());
                    return Action::Decide { payment, paid, by, reason };
                }
            }
            Message::SignedIn(operator) => *self = Unresolved { operator, ..Unresolved::default() },
            Message::Recorded { taken: true } => {
                *self = Unresolved { operator: self.operator.take(), ..Unresolved::default() };
            }
            Message::Recorded { taken: false } => self.sent = false,
            Message::BackPressed if self.deciding.is_some() => self.deciding = None,
            Message::BackPressed => return Action::Leave,
        }
        Action::None
    }

    /// A decision has a name and a reason.
    fn is_complete(&self) -> bool {
        !self.sent && !self.name().trim().is_empty() && !self.reason.trim().is_empty()
    }

    fn name(&self) -> &str {
        self.operator.as_deref().unwrap_or(&self.by)
    }

    pub fn view<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let meant = self.meant(terminals).map(|(_, doubt)| &doubt.id);
        let all = Unresolved::all(terminals);
        let cards = all.map(|(terminal, doubt)| self.card(terminal, doubt, meant == Some(&doubt.id), scene));
        let cards = Column::with_children(cards)
            .spacing(GAP * 1.5)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        let none = terminals.iter().all(|terminal| terminal.unresolved.is_empty());
        let title = if none { "window-unresolved-none" } else { "window-unresolved-title" };
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let head = row![text(scene.text(title)).size(theme::LARGE), space().width(Fill), back].align_y(Center);
        let cards = scrollable(cards).style(theme::scroll).height(Fill);
        container(visited_last::above(head, cards, GAP)).padding(scene.edge()).into()
    }

    fn card<'a>(
        &'a self,
        terminal: &'a TerminalView,
        doubt: &'a InDoubt,
        is_meant: bool,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let training = if terminal.training { scene.text("window-training-short") } else { String::new() };
        let title = row![
            text("?").font(theme::MONO).size(40),
            text(scene.operation(doubt.operation)).size(theme::LARGE),
            text(scene.amount(doubt.operation, doubt.amount)).size(40),
            text(training).size(theme::LARGE),
            space().width(Fill),
            text(scene.terminal(&terminal.name, terminal.training)).size(theme::BODY),
            text(doubt.id.to_string()).size(theme::BODY),
            text(scene.age(doubt.since)).size(theme::LARGE),
        ]
        .spacing(GAP * 1.5)
        .align_y(Center);
        let why = match &doubt.explanation {
            Some(explanation) => scene.explain(explanation),
            None => scene.text("window-in-doubt-why-unknown"),
        };
        let next = if doubt.seeking { "window-in-doubt-seeking" } else { "window-in-doubt-next" };
        let deciding = self.deciding.as_ref() == Some(&doubt.id);
        let below =
            if deciding { self.form(doubt.operation, scene) } else { buttons(terminal, doubt, is_meant, scene) };
        // The form says itself what to do; the answers under it must not slip off a small screen.
        let next = (!deciding).then(|| text(scene.text(next)).size(theme::BODY));
        let body = Column::new().push(text(why).size(theme::BODY)).push(next).push(below).spacing(GAP);
        container(column![
            container(title).padding([8, 16]).width(Fill).style(theme::band(|colours| colours.in_doubt)),
            container(body).padding(scene.edge()),
        ])
        .style(theme::sheet)
        .into()
    }

    /// The questions that help, the name, the reason, and the two answers.
    fn form<'a>(&'a self, operation: Operation, scene: Scene<'a>) -> Element<'a, Message> {
        let help = ["window-decide-slip", "window-decide-idle", "window-decide-amount"]
            .map(|key| text(scene.text(key)).size(theme::BODY).into());
        let field = |key: &str, value: &'a str, id: &'static str, typed: fn(String) -> Message| {
            text_input(&scene.text(key), value).id(id).on_input(typed).size(theme::BODY).padding(13).style(theme::field)
        };
        let answer = |id: &'static str, key: &str, paid: bool| {
            let message = self.is_complete().then_some(Message::Decided { paid });
            let press = Press::Function(if paid { 1 } else { 2 });
            action(id, scene.with_key(key, press), Role::Go, message).height(64)
        };
        let (yes, no) = match operation {
            Operation::CardCheck => ("window-decide-valid", "window-decide-not-valid"),
            Operation::Balance => ("window-decide-balance-told", "window-decide-balance-not-told"),
            Operation::Deactivation => ("window-decide-deactivated", "window-decide-not-deactivated"),
            _ => ("window-decide-paid", "window-decide-not-paid"),
        };
        let missing = (!self.sent && !self.is_complete())
            .then(|| text(scene.text("window-decide-missing")).size(theme::BODY).style(theme::quiet));
        Column::new()
            .extend(help)
            .push(
                Row::new()
                    .push(self.operator.is_none().then(|| {
                        field("window-decide-name", &self.by, "decide-name", Message::NameTyped).width(FillPortion(2))
                    }))
                    .push(
                        field("window-decide-reason", &self.reason, "decide-reason", Message::ReasonTyped)
                            .width(FillPortion(3)),
                    )
                    .spacing(GAP),
            )
            .push(missing)
            .push(
                row![
                    answer("decide-paid", yes, true),
                    answer("decide-not-paid", no, false),
                    action(
                        "decide-back",
                        scene.with_key("window-close", Press::Escape),
                        Role::Plain,
                        Some(Message::BackPressed)
                    )
                    .height(64),
                ]
                .spacing(GAP),
            )
            .spacing(GAP)
            .into()
    }
}

fn buttons<'a>(terminal: &TerminalView, doubt: &InDoubt, is_meant: bool, scene: Scene<'a>) -> Element<'a, Message> {
    // The keys stand on the buttons that they press.
    let label = |key: &str, number: u8| match is_meant {
        true => scene.with_key(key, Press::Function(number)),
        false => scene.text(key),
    };
    let ask = Message::AskPressed { terminal: terminal.name.clone(), payment: doubt.id.clone() };
    // While the machine is asking, asking once more is no use; deciding always is possible.
    let ask = (!doubt.seeking).then_some(ask);
    let decide = Some(Message::DecidePressed(doubt.id.clone()));
    row![
        action(format!("ask-{}", doubt.id), label("window-ask", 3), Role::Go, ask).height(60),
        action(format!("decide-{}", doubt.id), label("window-decide", 4), Role::Plain, decide).height(60),
    ]
    .spacing(GAP)
    .into()
}
