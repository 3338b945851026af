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
use crate::gui::widgets::receipt_paper::receipt_paper;
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
        let words = Column::new()
            .push(text(scene.text(key)).size(40.0 * scene.scale()))
            .push((!question.text.is_empty()).then(|| text(question.text.clone()).size(theme::LARGE)))
            .push(time_left(question, scene))
            .push(
                payment
                    .displays
                    .last()
                    .map(|shown| text(scene.texts.display(&shown.display)).size(theme::BODY).style(theme::quiet)),
            )
            .spacing(GAP)
            .width(Fill);
        let slip = payment
            .receipts
            .iter()
            .find(|receipt| receipt.signature_line)
            .filter(|_| question.kind == QuestionKind::Signature)
            .map(|receipt| container(receipt_paper(receipt, terminal.training, scene)).width(380));
        let can_answer = self.can_answer(payment, question.id);
        let button = |id: &'static str, key: &str, role, message| {
            sized(id, scene.text(key), theme::LARGE, role, can_answer.then_some(message)).height(92)
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
            container(body).padding(20).width(Fill).height(Fill).style(theme::sheet),
            row![answer("accept", yes, Role::Go, Answer::Accept)]
                .push(sign)
                .push(answer("reject", no, Role::Stop, Answer::Reject))
                .spacing(GAP * 2.0),
        ]
        .spacing(GAP)
        .padding(16)
        .height(Fill)
        .into()
    }
}
