//! Which family of terminals a new one is of: a tile for each, with its name and what its terminals look like.

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::terminal_picture::terminal_picture;
use crate::gui::widgets::visited_last;
use crate::protocols::{Protocol, registry};

#[derive(Debug, Clone)]
pub enum Message {
    /// A protocol's id.
    Chosen(&'static str),
    BackPressed,
}

/// What a key means here: the number on a tile chooses it.
pub fn key(press: Press) -> Option<Message> {
    match press {
        Press::Escape => Some(Message::BackPressed),
        Press::Digit(digit @ 1..) => {
            registry().get(usize::from(digit) - 1).map(|protocol| Message::Chosen(protocol.id))
        }
        _ => None,
    }
}

pub fn view<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
    let title = text(scene.text("window-terminals-family")).size(theme::LARGE).width(Fill);
    let head = row![title, back].spacing(GAP).align_y(Center);
    let hint = text(scene.text("window-terminals-family-hint")).size(theme::BODY).style(theme::quiet);
    let mut tiles = (1..).zip(registry()).map(|(number, protocol)| tile(number, protocol, scene));
    let mut rows = Column::new().push(hint).spacing(GAP).padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
    while let Some(first) = tiles.next() {
        rows = rows.push(Row::new().push(first).push(tiles.next()).spacing(GAP));
    }
    let body = scrollable(rows).style(theme::scroll).height(Fill);
    container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
}

fn tile<'a>(number: usize, protocol: &'static Protocol, scene: Scene<'a>) -> Element<'a, Message> {
    let name = text(scene.text(protocol.name_key)).size(theme::BODY).width(Fill);
    let key = text(number.to_string()).size(theme::SMALL);
    let content = row![terminal_picture(protocol.picture), column![name].width(Fill), key].spacing(14).align_y(Center);
    let message = Some(Message::Chosen(protocol.id));
    FocusableButton::new(format!("family-{}", protocol.id), content, Role::Plain, message).height(118).into()
}
