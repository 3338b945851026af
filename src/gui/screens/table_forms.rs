//! What is asked before a table is moved, merged or given up, or a machine's lock is lifted. Part of the tables' screen.

use iced::widget::{Column, column, row, scrollable, text, text_input};
use iced::{Element, Fill};

use super::park::name_problem;
use crate::domain::{BillAccount, BillChange, BillId};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::focusable_button::action;

/// Ids of the fields.
const MOVE_TO: &str = "move-to";
const LIFT_NAME: &str = "lift-name";
const LIFT_REASON: &str = "lift-reason";
const NAME_AT_MOST: usize = 60;
const REASON_AT_MOST: usize = 300;

#[derive(Debug, Clone, Default)]
pub enum Form {
    #[default]
    None,
    Moving {
        name: String,
        problem: Option<&'static str>,
    },
    Merging,
    Removing,
    Lifting {
        by: String,
        reason: String,
        /// Name and reason are there, and the warning is read.
        sure: bool,
        /// Whoever is signed in: their name need not be typed.
        named: bool,
    },
}

#[derive(Debug, Clone)]
pub enum Message {
    MovePressed,
    NameTyped(String),
    MoveConfirmed,
    MergePressed,
    MergeChosen(BillId),
    RemovePressed,
    RemoveConfirmed,
    LiftPressed,
    LiftNameTyped(String),
    LiftReasonTyped(String),
    /// The first of two steps.
    LiftContinued,
    LiftConfirmed,
    Kept,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Focus(&'static str),
    Change(BillChange),
    MergeInto(BillId),
}

impl Form {
    /// Whoever is signed in lifts the lock, and types no name.
    pub fn sign(&mut self, operator: &str) -> Action {
        match self {
            Form::Lifting { by, named: named @ false, .. } => {
                (*by, *named) = (operator.to_owned(), true);
                Action::Focus(LIFT_REASON)
            }
            _ => Action::None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Form::None)
    }

    /// What Enter means: nothing that cannot be taken back.
    pub fn enter(&self) -> Option<Message> {
        match self {
            Form::Moving { .. } => Some(Message::MoveConfirmed),
            Form::None | Form::Merging | Form::Removing | Form::Lifting { .. } => None,
        }
    }

    /// What the key means that answers a question with yes.
    pub fn yes(&self) -> Option<Message> {
        matches!(self, Form::Removing).then_some(Message::RemoveConfirmed)
    }

    pub fn update(&mut self, message: Message) -> Action {
        match (message, &mut *self) {
            (Message::MovePressed, _) => {
                *self = Form::Moving { name: String::new(), problem: None };
                return Action::Focus(MOVE_TO);
            }
            (Message::NameTyped(typed), Form::Moving { name, problem }) => (*name, *problem) = (typed, None),
            (Message::MoveConfirmed, Form::Moving { name, problem }) => match name.parse() {
                Ok(table) => return Action::Change(BillChange::Seated { table: Some(table) }),
                Err(error) => *problem = Some(name_problem(error)),
            },
            (Message::MergePressed, _) => *self = Form::Merging,
            (Message::MergeChosen(into), Form::Merging) => return Action::MergeInto(into),
            (Message::RemovePressed, _) => *self = Form::Removing,
            (Message::RemoveConfirmed, Form::Removing) => return Action::Change(BillChange::Removed),
            (Message::LiftPressed, _) => {
                *self = Form::Lifting { by: String::new(), reason: String::new(), sure: false, named: false };
                return Action::Focus(LIFT_NAME);
            }
            (Message::LiftNameTyped(typed), Form::Lifting { by, .. }) => {
                *by = typed.chars().take(NAME_AT_MOST).collect()
            }
            (Message::LiftReasonTyped(typed), Form::Lifting { reason, .. }) => {
                *reason = typed.chars().take(REASON_AT_MOST).collect();
            }
            (Message::LiftContinued, Form::Lifting { by, reason, sure, .. }) => *sure = is_complete(by, reason),
            (Message::LiftConfirmed, Form::Lifting { by, reason, sure: true, .. }) if is_complete(by, reason) => {
                let (by, reason) = (by.trim().to_owned(), reason.trim().to_owned());
                return Action::Change(BillChange::LockLifted { by, reason });
            }
            (Message::Kept, _) => *self = Form::None,
            _ => {}
        }
        Action::None
    }

    /// In the place of the buttons. `alive` is whether an answer can be given now.
    pub fn view<'a>(
        &'a self,
        account: &'a BillAccount,
        others: Vec<&'a BillAccount>,
        alive: bool,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let keep = if self.yes().is_some() { "window-bill-keep" } else { "window-close" };
        let keep = action("form-keep", scene.text(keep), Role::Plain, Some(Message::Kept)).height(64);
        let form: Element<'a, Message> = match self {
            Form::None => Column::new().into(),
            Form::Moving { name, problem } => moving(name, *problem, alive, scene),
            Form::Merging => merging(others, alive, scene),
            Form::Removing => removing(account, alive, scene),
            Form::Lifting { by, reason, sure, named } => {
                lifting(account, (!named).then_some(by), reason, (*sure, is_complete(by, reason)), alive, scene)
            }
        };
        column![form, keep].spacing(GAP).into()
    }
}

fn is_complete(by: &str, reason: &str) -> bool {
    !by.trim().is_empty() && !reason.trim().is_empty()
}

fn field<'a>(
    id: &'static str,
    key: &str,
    value: &'a str,
    typed: fn(String) -> Message,
    scene: Scene<'_>,
) -> iced::widget::TextInput<'a, Message> {
    text_input(&scene.text(key), value).id(id).on_input(typed).size(theme::BODY).padding(13).style(theme::field)
}

fn moving<'a>(name: &'a str, problem: Option<&'static str>, alive: bool, scene: Scene<'a>) -> Element<'a, Message> {
    Column::new()
        .push(text(scene.text("window-table-move-to")).size(theme::LARGE))
        .push(field(MOVE_TO, "window-park-name", name, Message::NameTyped, scene).on_submit(Message::MoveConfirmed))
        .push(problem.map(|key| text(scene.text(key)).size(theme::BODY)))
        .push(
            action("move", scene.text("window-table-move-now"), Role::Go, alive.then_some(Message::MoveConfirmed))
                .height(64),
        )
        .spacing(GAP)
        .into()
}

fn merging<'a>(others: Vec<&'a BillAccount>, alive: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let choices = others.into_iter().map(|other| {
        let name = match &other.bill.table {
            Some(table) => scene.texts.with("window-bill-at-table", &[("table", table.as_str())]),
            None => scene.text("window-table-none"),
        };
        let label = format!("{name}  {}", scene.texts.money(other.due()));
        let message = (alive && other.bill.lock().is_none()).then(|| Message::MergeChosen(other.bill.id.clone()));
        action(format!("merge-{}", other.bill.id), label, Role::Plain, message).height(56).into()
    });
    column![
        text(scene.text("window-table-merge-into")).size(theme::LARGE),
        scrollable(Column::with_children(choices).spacing(GAP)).style(theme::scroll).height(Fill)
    ]
    .spacing(GAP)
    .height(Fill)
    .into()
}

fn removing<'a>(account: &BillAccount, alive: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let words = scene.texts.with("window-table-remove-really", &[("amount", &scene.texts.money(account.total()))]);
    let yes = action(
        "remove-table",
        scene.text("window-table-remove-yes"),
        Role::Stop,
        alive.then_some(Message::RemoveConfirmed),
    );
    column![text(words).size(theme::LARGE), yes.height(64)].spacing(GAP).into()
}

/// Two steps: who and why, then once more with what may still happen.
fn lifting<'a>(
    account: &BillAccount,
    by: Option<&'a String>,
    reason: &'a str,
    (sure, complete): (bool, bool),
    alive: bool,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let machine = account.bill.lock().map(|lock| lock.shown().to_owned()).unwrap_or_default();
    let warning = scene.texts.with("window-table-lift-warning", &[("machine", &machine)]);
    let warning = mark(|colours| colours.in_doubt, "⚠", warning, theme::BODY);
    let step = match sure {
        true => action(
            "lift-yes",
            scene.text("window-table-lift-really"),
            Role::Stop,
            alive.then_some(Message::LiftConfirmed),
        ),
        false => action(
            "lift",
            scene.text("window-table-lift-go-on"),
            Role::Plain,
            complete.then_some(Message::LiftContinued),
        ),
    };
    Column::new()
        .push(warning)
        .push(by.map(|by| field(LIFT_NAME, "window-decide-name", by, Message::LiftNameTyped, scene)))
        .push(field(LIFT_REASON, "window-table-lift-reason", reason, Message::LiftReasonTyped, scene))
        .push(row![step.height(64)])
        .spacing(GAP)
        .into()
}
