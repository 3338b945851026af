//! Pieces of the pages on which something is set: a sheet for each thing, with fields and choices on it.

use iced::widget::{Column, Row, TextInput, column, container, text, text_input};
use iced::{Element, Fill};

use super::focusable_button::action;
use crate::domain::Secret;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, BETWEEN, Role};

/// A sheet with a name and what belongs to it.
pub fn part<'a, Message: 'a>(
    key: &str,
    elements: impl IntoIterator<Item = Element<'a, Message>>,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let name = text(scene.text(key)).size(theme::BODY);
    let elements = Column::with_children(elements).spacing(BETWEEN).width(Fill);
    container(column![name, elements].spacing(4)).padding([8, 14]).width(Fill).style(theme::sheet).into()
}

/// One line to type in; Enter in it is `submitted`.
pub fn field<'a, Message: Clone + 'a>(
    id: impl Into<iced::widget::Id>,
    value: &str,
    typed: impl Fn(String) -> Message + 'a,
    submitted: Message,
) -> Element<'a, Message> {
    line(id, value, typed, submitted).into()
}

/// The same for what nobody may read over somebody's shoulder.
pub fn secret_field<'a, Message: Clone + 'a>(
    id: &'static str,
    value: &Secret,
    typed: fn(Secret) -> Message,
    submitted: Message,
) -> Element<'a, Message> {
    line(id, value.reveal(), move |words| typed(Secret::new(words)), submitted).secure(true).into()
}

fn line<'a, Message: Clone + 'a>(
    id: impl Into<iced::widget::Id>,
    value: &str,
    typed: impl Fn(String) -> Message + 'a,
    submitted: Message,
) -> TextInput<'a, Message> {
    text_input("", value).id(id).on_input(typed).on_submit(submitted).size(theme::BODY).padding(13).style(theme::field)
}

/// One of several values, `width` points wide.
pub fn choice<'a, Message: Clone + 'a>(
    id: &str,
    label: String,
    chosen: bool,
    message: Message,
    width: f32,
) -> Element<'a, Message> {
    let role = if chosen { Role::Chosen } else { Role::Plain };
    action(id.to_owned(), label, role, Some(message)).width(width).into()
}

/// Beside each other as far as there is room.
pub fn wrapped<'a, Message: 'a>(choices: impl Iterator<Item = Element<'a, Message>>) -> Element<'a, Message> {
    Row::with_children(choices).spacing(BETWEEN).wrap().vertical_spacing(BETWEEN).into()
}

/// What a field or a choice is about.
pub fn hint<'a, Message: 'a>(key: &str, scene: Scene<'a>) -> Element<'a, Message> {
    text(scene.text(key)).size(theme::SMALL).style(theme::quiet).into()
}
