//! What till and terminal said to each other about a payment, for support. The journal keeps the newest messages of all payments,
//! scrubbed of card data and secrets before they were written; of an old payment there may be none.

use iced::widget::{Column, column, container, scrollable, text};
use iced::{Element, Fill};

use super::payment_page::{Dossier, MESSAGES_AT_MOST, Message};
use crate::domain::PaymentRecord;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO};
use crate::journal::RawMessage;

/// Characters of one message; more is for the command line.
const SHOWN: usize = 4_000;

pub fn view<'a>(record: &'a PaymentRecord, dossier: Option<&'a Dossier>, scene: Scene<'a>) -> Element<'a, Message> {
    let Some(dossier) = dossier else { return text(scene.text("window-page-reading")).size(theme::LARGE).into() };
    let key = match dossier.messages.len() {
        0 => "window-messages-none",
        MESSAGES_AT_MOST => "window-messages-newest",
        _ => "window-messages-hint",
    };
    let hint = text(scene.text(key)).size(theme::BODY);
    let messages = dossier.messages.iter().map(|message| one(message, record, scene));
    let messages =
        Column::with_children(messages).spacing(GAP).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    column![hint, scrollable(messages).style(theme::scroll).height(Fill).width(Fill)].spacing(GAP).into()
}

fn one<'a>(message: &'a RawMessage, record: &PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let way = if message.sent { "window-message-sent" } else { "window-message-received" };
    let time = scene.to_the_second(message.at, record.at);
    let head = format!("{time}   {}   {}", scene.text(way), message.channel);
    let body: String = message.body.chars().take(SHOWN).collect();
    let body = text(body).font(MONO).size(theme::SMALL - 2.0).wrapping(text::Wrapping::Glyph);
    let sheet = container(body).padding(8).width(Fill).style(theme::sheet);
    column![text(head).size(theme::SMALL).style(theme::quiet), sheet].spacing(2).into()
}
