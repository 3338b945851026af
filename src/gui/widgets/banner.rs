//! One line from edge to edge that says what cannot wait.

use iced::alignment::Horizontal;
use iced::widget::{container, row, text};
use iced::{Center, Element, Fill};

use super::fitted::fitted;
use super::focusable_button::action;
use crate::gui::theme::{self, Colours, GAP, Pair, Role};

/// What a person can do about a banner.
pub struct Remedy<Message> {
    pub id: &'static str,
    pub label: String,
    pub message: Message,
}

/// A banner in the colours chosen from the scheme.
pub fn banner<'a, Message: Clone + 'a>(
    colour: fn(&Colours) -> Pair,
    sign: &'static str,
    words: String,
    remedies: impl IntoIterator<Item = Remedy<Message>>,
) -> Element<'a, Message> {
    let mut line = row![text(sign).font(theme::MONO).size(theme::LARGE), text(words).size(theme::BODY).width(Fill)]
        .spacing(GAP)
        .align_y(Center);
    for Remedy { id, label, message } in remedies {
        line = line.push(action(id, label, Role::Bare, Some(message)).width(iced::Length::Fixed(190.0)));
    }
    container(line).padding([4, 14]).width(Fill).style(theme::band(colour)).into()
}

/// A mark inside of a screen: its sign says without colour what the colour says.
pub fn mark<'a, Message: 'a>(
    colour: fn(&Colours) -> Pair,
    sign: &'static str,
    words: String,
    size: f32,
) -> Element<'a, Message> {
    let words = fitted(words, size).across(Horizontal::Left);
    let line = row![text(sign).font(theme::MONO).size(size), words].spacing(GAP).align_y(Center);
    container(line).padding([4, 12]).width(Fill).style(theme::band(colour)).into()
}

/// All of it is practice.
pub fn training<'a, Message: 'a>(words: String, low: bool) -> Element<'a, Message> {
    let (size, above) = if low { (theme::BODY, 1.0) } else { (theme::LARGE, 3.0) };
    let line = text(words).size(size).line_height(1.25).width(Fill).center();
    container(line).padding([above, 14.0]).width(Fill).style(theme::band(|colours| colours.training)).into()
}
