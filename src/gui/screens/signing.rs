//! The customer signs on the screen instead of on paper. Part of the payment's screen.

use iced::widget::{column, container, row, text};
use iced::{Center, Element, Fill};

use crate::domain::{Question, QuestionId, QuestionKind};
use crate::gui::drawing::{Drawing, Pen};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::sized;
use crate::gui::widgets::signature_pad::signature_pad;

/// The pad, while it is open, and the question it is for.
#[derive(Debug, Clone, Default)]
pub struct Signing(Option<(QuestionId, Drawing)>);

#[derive(Debug, Clone)]
pub enum Message {
    OpenPressed,
    Drawn(Pen),
    ClearPressed,
    DonePressed,
    BackPressed,
}

/// Whether a question can be answered here.
pub fn offers(question: &Question) -> bool {
    question.kind == QuestionKind::Signature && question.on_screen
}

impl Signing {
    pub fn is_open_for(&self, question: QuestionId) -> bool {
        self.0.as_ref().is_some_and(|(of, _)| *of == question)
    }

    /// Throws away what was drawn.
    pub fn close(&mut self) {
        self.0 = None;
    }

    /// What a key means on the pad. Not those of the question behind it, except to go on: a key pressed once too often
    /// must not reject what was just signed.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Function(1) => Some(Message::DonePressed),
            Press::Delete => Some(Message::ClearPressed),
            Press::Escape => Some(Message::BackPressed),
            _ => None,
        }
    }

    /// What was drawn, when it is done.
    pub fn update(&mut self, message: Message, question: QuestionId) -> Option<Drawing> {
        match (message, &mut self.0) {
            (Message::OpenPressed, _) => self.0 = Some((question, Drawing::default())),
            (Message::Drawn(pen), Some((_, drawing))) => drawing.follow(pen),
            (Message::ClearPressed, Some((_, drawing))) => drawing.clear(),
            (Message::DonePressed, Some((_, drawing))) if drawing.is_signature() => {
                return self.0.take().map(|(_, drawing)| drawing);
            }
            (Message::BackPressed, _) => self.close(),
            (Message::Drawn(_) | Message::ClearPressed | Message::DonePressed, _) => {}
        }
        None
    }

    /// The pad and its buttons, while it is open for this question.
    pub fn view<'a>(&'a self, question: QuestionId, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let (_, drawing) = self.0.as_ref().filter(|(of, _)| *of == question)?;
        let button = |id: &'static str, key: &str, role, message| {
            sized(id, scene.text(key), theme::LARGE, role, message).height(92)
        };
        let done = drawing.is_signature().then_some(Message::DonePressed);
        let clear = (!drawing.is_empty()).then_some(Message::ClearPressed);
        let prompt = text(scene.text("window-sign-here")).size(theme::LARGE).center().width(Fill);
        let pad = column![prompt, signature_pad(drawing, Message::Drawn)].spacing(GAP).align_x(Center);
        let pad = container(pad).padding(14).width(Fill).height(Fill).style(theme::sheet);
        let buttons = row![
            button("sign-done", "window-sign-done", Role::Go, done),
            button("sign-clear", "window-sign-clear", Role::Plain, clear),
            button("sign-back", "window-sign-back", Role::Plain, Some(Message::BackPressed)),
        ];
        Some(column![pad, buttons.spacing(GAP * 2.0)].spacing(GAP).height(Fill).into())
    }
}
