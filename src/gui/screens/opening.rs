//! While the till opens, and what keeps it from opening.

use iced::widget::{Column, center, column, container, progress_bar, row, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::focusable_button::action;
use crate::journal::Upgrading;

/// Why the till did not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A Fluent id.
    pub key: String,
    /// The system's own words.
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Opening {
    #[default]
    Opening,
    /// The journal is of an older format, and is brought up to date.
    Upgrading(Upgrading),
    Failed(Problem),
}

#[derive(Debug, Clone)]
pub enum Message {
    /// How far it is, where there is something to bring up to date.
    Upgrading(Option<Upgrading>),
    RetryPressed,
    LeavePressed,
    Failed(Problem),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Open,
    Leave,
}

impl Opening {
    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        (press == Press::Enter && matches!(self, Opening::Failed(_))).then_some(Message::RetryPressed)
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Upgrading(upgrading) => {
                // One that comes after the end says nothing new.
                if let Some(upgrading) = upgrading.filter(|_| !matches!(self, Opening::Failed(_))) {
                    *self = Opening::Upgrading(upgrading);
                }
                Action::None
            }
            Message::RetryPressed => {
                *self = Opening::Opening;
                Action::Open
            }
            Message::LeavePressed => Action::Leave,
            Message::Failed(problem) => {
                *self = Opening::Failed(problem);
                Action::None
            }
        }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        match self {
            Opening::Opening => center(text(scene.text("window-opening")).size(40)).into(),
            Opening::Upgrading(upgrading) => under_way(*upgrading, scene),
            Opening::Failed(problem) => failed(problem, scene),
        }
    }
}

/// How far it is, in figures and as a bar.
fn under_way<'a>(upgrading: Upgrading, scene: Scene<'a>) -> Element<'a, Message> {
    let figures = [("done", upgrading.done.into()), ("payments", upgrading.of.into())];
    let bar = progress_bar(0.0..=1_000.0, f32::from(upgrading.permille())).style(theme::progress);
    let card = column![
        text(scene.text("window-upgrading")).size(40).center(),
        bar.length(520),
        text(scene.texts.with_values("window-upgrading-done", &figures)).size(theme::LARGE).center(),
        text(scene.text("window-upgrading-wait")).size(theme::BODY).style(theme::quiet).center(),
    ];
    let card = card.spacing(GAP * 2.0).align_x(Center).max_width(760);
    center(container(card).padding(28).style(theme::sheet)).padding(20).width(Fill).into()
}

fn failed<'a>(problem: &'a Problem, scene: Scene<'a>) -> Element<'a, Message> {
    let words = match scene.texts.has(&problem.key) {
        true => scene.texts.with(&problem.key, &[("problem", &problem.detail)]),
        false => String::new(),
    };
    // Some texts have the system's words in them.
    let detail = (!words.contains(&problem.detail)).then(|| problem.detail.clone());
    let card = Column::new()
        .push(text("!").font(MONO).size(72))
        .push(text(scene.text("window-opening-failed")).size(40).center())
        .push((!words.is_empty()).then(|| text(words).size(theme::LARGE).center()))
        .push(detail.map(|detail| text(detail).size(theme::BODY).style(theme::quiet).center()))
        .push(
            row![
                action("retry", scene.text("window-retry"), Role::Go, Some(Message::RetryPressed)).height(64),
                action("leave", scene.text("window-leave"), Role::Plain, Some(Message::LeavePressed)).height(64),
            ]
            .spacing(GAP),
        )
        .spacing(GAP * 2.0)
        .align_x(Center)
        .max_width(760);
    center(container(card).padding(28).style(theme::sheet)).padding(20).width(Fill).into()
}
