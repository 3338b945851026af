//! How long a terminal still waits for an answer, and what its patience ends in. Part of the payment's screen.

use iced::Element;
use iced::widget::{Column, text};

use crate::domain::{Question, QuestionKind};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP};

/// Nothing where nobody knows how long it waits.
pub fn time_left<'a, Message: 'a>(question: &Question, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let seconds = question.seconds_left(scene.clock.now)?;
    let seconds = scene.texts.with_values("window-question-seconds", &[("seconds", seconds.into())]);
    let silence = (question.kind == QuestionKind::Signature)
        .then(|| text(scene.text("window-question-silence")).size(theme::BODY));
    Some(Column::new().push(text(seconds).size(theme::LARGE)).push(silence).spacing(GAP / 2.0).into())
}
