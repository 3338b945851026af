//! A terminal's question to the cashier, with what has to be seen before it is answered.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Element, Fill};

use super::payment::{Message, Payment};
use super::payment_heading::heading;
use super::signing;
use super::time_left::time_left;
use crate::domain::{Answer, Question, QuestionKind};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::sized;
use crate::gui::widgets::receipt_paper::slip_to_sign;
use crate::terminal::{PaymentView, TerminalView};

impl Payment {
    pub(super) fn question<'a>(
        &self,
        payment: &'a PaymentView,
        question: &'a Question,
        terminal: &TerminalView,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let key = match question.kind {
            QuestionKind::Signature => "window-question-signature",
            QuestionKind::Confirmation => "window-question-confirmation",
        };
        // It must be read whole, whatever else there is no room for.
        let size = if scene.is_low() { theme::LARGE } else { 40.0 * scene.scale() };
        let words = Column::new()
            .push(text(scene.text(key)).size(size).line_height(1.2))
            .push(asked_by_terminal(question, scene))
            .push(time_left(question, scene))
            .spacing(if scene.is_low() { 4.0 } else { GAP })
            .width(Fill);
        let slip = payment
            .receipts
            .iter()
            .find(|receipt| receipt.signature_line)
            .filter(|_| question.kind == QuestionKind::Signature)
            .map(|receipt| container(slip_to_sign(receipt, terminal.training, scene)).width(380));
        let height = if scene.is_low() { 72 } else { 92 };
        let can_answer = self.can_answer(payment, question.id);
        let button = |id: &'static str, key: &str, role, message| {
            sized(id, scene.text(key), theme::LARGE, role, can_answer.then_some(message)).height(height)
        };
        let answer =
            |id, key: &str, role, answer| Element::from(button(id, key, role, Message::Answered(question.id, answer)));
        let sign = signing::offers(question).then(|| {
            let message = Message::Signing(signing::Message::OpenPressed);
            button("sign", "window-sign-on-screen", Role::Plain, message)
        });
        let (yes, no) = match question.kind {
            QuestionKind::Signature => ("window-signature-accept", "window-signature-reject"),
            QuestionKind::Confirmation => ("window-yes", "window-no"),
        };
        let body = row![scrollable(words).style(theme::scroll).width(Fill)].push(slip).spacing(GAP * 2.0).height(Fill);
        column![
            heading(payment, scene),
            container(body).padding(if scene.is_low() { 10 } else { 20 }).width(Fill).height(Fill).style(theme::sheet),
            row![answer("accept", yes, Role::Go, Answer::Accept)]
                .push(sign)
                .push(answer("reject", no, Role::Stop, Answer::Reject))
                .spacing(GAP * 2.0),
        ]
        .spacing(GAP)
        .padding(scene.edge())
        .height(Fill)
        .into()
    }
}

/// The terminal's own words: the question itself, or beside ours, small and named as the terminal's.
fn asked_by_terminal<'a, M: 'a>(question: &Question, scene: Scene<'a>) -> Option<Element<'a, M>> {
    let words = question.text.trim();
    if words.is_empty() {
        return None;
    }
    let words = match question.kind {
        QuestionKind::Confirmation => text(words.to_owned()).size(theme::LARGE),
        QuestionKind::Signature => {
            text(scene.texts.with("window-terminal-asks", &[("words", words)])).size(theme::SMALL).style(theme::quiet)
        }
    };
    Some(words.into())
}
