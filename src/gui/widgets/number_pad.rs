//! Large keys for a finger, as on keyboards.

use iced::widget::{Column, column, row};
use iced::{Element, Fill, FillPortion};

use super::focusable_button::{FocusableButton, sized};
use crate::gui::theme::{self, GAP, Role};

/// A key of the pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadKey {
    Digit(u8),
    DoubleZero,
    Backspace,
    /// What was typed is how many.
    Times,
    /// What was typed is the price of a line.
    Add,
}

const ROWS: [[PadKey; 3]; 4] = [
    [PadKey::Digit(7), PadKey::Digit(8), PadKey::Digit(9)],
    [PadKey::Digit(4), PadKey::Digit(5), PadKey::Digit(6)],
    [PadKey::Digit(1), PadKey::Digit(2), PadKey::Digit(3)],
    [PadKey::DoubleZero, PadKey::Digit(0), PadKey::Backspace],
];

/// The words on those keys that have some.
pub struct PadWords {
    pub backspace: String,
    pub add: String,
}

/// The pad fills its place. Its keys come after everything else in the Tab order, so they are built last.
pub fn number_pad<'a, Message: Clone + 'a>(
    backspace: String,
    on_press: impl Fn(PadKey) -> Message,
) -> Element<'a, Message> {
    digits(&backspace, &on_press).into()
}

/// The same with the keys that make lines of a bill at its right, where keyboards have them: four rows stay tall enough
/// in a low window.
pub fn line_pad<'a, Message: Clone + 'a>(
    words: PadWords,
    on_press: impl Fn(PadKey) -> Message,
) -> Element<'a, Message> {
    let key = |key: PadKey| key_of(key, &words.backspace, on_press(key));
    let digits = ROWS.iter().fold(Column::new(), |pad, [a, b, c]| {
        let last = if *c == PadKey::Backspace { None } else { Some(key(*c)) };
        let middle = key(*b).width(FillPortion(if last.is_some() { 1 } else { 2 }));
        pad.push(row![key(*a).width(FillPortion(1)), middle].push(last).spacing(GAP).height(Fill))
    });
    let add = sized("pad-add", words.add.clone(), theme::LARGE, Role::Plain, Some(on_press(PadKey::Add)));
    let lines = column![key(PadKey::Backspace), key(PadKey::Times), add.height(FillPortion(2))].spacing(GAP);
    row![digits.spacing(GAP).width(FillPortion(3)), lines.width(FillPortion(1))].spacing(GAP).into()
}

fn digits<'a, Message: Clone + 'a>(backspace: &str, on_press: &impl Fn(PadKey) -> Message) -> Column<'a, Message> {
    let key = |key: PadKey| key_of(key, backspace, on_press(key));
    ROWS.iter()
        .fold(Column::new(), |pad, [a, b, c]| pad.push(row![key(*a), key(*b), key(*c)].spacing(GAP).height(Fill)))
        .spacing(GAP)
}

fn key_of<'a, Message: Clone + 'a>(key: PadKey, backspace: &str, message: Message) -> FocusableButton<'a, Message> {
    let (id, label, size) = match key {
        PadKey::Digit(digit) => (format!("pad-{digit}"), digit.to_string(), 36.0),
        PadKey::DoubleZero => ("pad-00".to_owned(), "00".to_owned(), 36.0),
        PadKey::Times => ("pad-times".to_owned(), "×".to_owned(), 36.0),
        PadKey::Backspace | PadKey::Add => ("pad-back".to_owned(), backspace.to_owned(), theme::BODY),
    };
    sized(id, label, size, Role::Plain, Some(message)).height(Fill)
}
