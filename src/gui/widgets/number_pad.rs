//! Twelve large keys for a finger.

use iced::widget::{Column, row};
use iced::{Element, Fill};

use super::focusable_button::sized;
use crate::gui::theme::{self, GAP, Role};

/// A key of the pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadKey {
    Digit(u8),
    DoubleZero,
    Backspace,
}

const ROWS: [[PadKey; 3]; 4] = [
    [PadKey::Digit(7), PadKey::Digit(8), PadKey::Digit(9)],
    [PadKey::Digit(4), PadKey::Digit(5), PadKey::Digit(6)],
    [PadKey::Digit(1), PadKey::Digit(2), PadKey::Digit(3)],
    [PadKey::DoubleZero, PadKey::Digit(0), PadKey::Backspace],
];

/// The pad fills its place. Its keys come after everything else in the Tab order, so they are built last.
pub fn number_pad<'a, Message: Clone + 'a>(
    backspace: String,
    on_press: impl Fn(PadKey) -> Message,
) -> Element<'a, Message> {
    let key = |key: PadKey| {
        let (id, label, size) = match key {
            PadKey::Digit(digit) => (format!("pad-{digit}"), digit.to_string(), 36.0),
            PadKey::DoubleZero => ("pad-00".to_owned(), "00".to_owned(), 36.0),
            PadKey::Backspace => ("pad-back".to_owned(), backspace.clone(), theme::BODY),
        };
        Element::from(sized(id, label, size, Role::Plain, Some(on_press(key))).height(Fill))
    };
    ROWS.iter()
        .fold(Column::new(), |pad, [a, b, c]| pad.push(row![key(*a), key(*b), key(*c)].spacing(GAP).height(Fill)))
        .spacing(GAP)
        .into()
}
