//! Large keys for a finger, as on keyboards.

use iced::widget::{Column, column, row, space};
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

/// The size of what stands on a key.
const FIGURE: f32 = 36.0;

/// The sign on the key that takes a digit back; the Delete key does the same.
const TAKE_BACK: &str = "⌫";

const ROWS: [[PadKey; 3]; 4] = [
    [PadKey::Digit(7), PadKey::Digit(8), PadKey::Digit(9)],
    [PadKey::Digit(4), PadKey::Digit(5), PadKey::Digit(6)],
    [PadKey::Digit(1), PadKey::Digit(2), PadKey::Digit(3)],
    [PadKey::DoubleZero, PadKey::Digit(0), PadKey::Backspace],
];

/// The words on those keys that have some.
pub struct PadWords {
    pub times: String,
    pub add: String,
}

/// The pad fills its place. Its keys come after everything else in the Tab order, so they are built last.
pub fn number_pad<'a, Message: Clone + 'a>(on_press: impl Fn(PadKey) -> Message) -> Element<'a, Message> {
    let key = |key: PadKey| key_of(key, Some(on_press(key)));
    ROWS.iter()
        .fold(Column::new(), |pad, [a, b, c]| pad.push(row![key(*a), key(*b), key(*c)].spacing(GAP).height(Fill)))
        .spacing(GAP)
        .into()
}

/// The same for a PIN: nobody means two of its digits with one key.
pub fn pin_pad<'a, Message: Clone + 'a>(on_press: impl Fn(PadKey) -> Message) -> Element<'a, Message> {
    let key = |key: PadKey| match key {
        PadKey::DoubleZero => Element::from(space().width(Fill)),
        key => key_of(key, Some(on_press(key))).into(),
    };
    ROWS.iter()
        .fold(Column::new(), |pad, [a, b, c]| pad.push(row![key(*a), key(*b), key(*c)].spacing(GAP).height(Fill)))
        .spacing(GAP)
        .into()
}

/// The same with the keys that make lines of a bill at its right, where keyboards have them: four rows stay tall enough
/// in a low window. Keys without a message are dead.
pub fn line_pad<'a, Message: Clone + 'a>(
    words: PadWords,
    on_press: impl Fn(PadKey) -> Option<Message>,
) -> Element<'a, Message> {
    let key = |key: PadKey| match key {
        PadKey::Times => sized("pad-times", words.times.clone(), theme::BODY, Role::Plain, on_press(key)).height(Fill),
        key => key_of(key, on_press(key)),
    };
    let digits = ROWS.iter().fold(Column::new(), |pad, [a, b, c]| {
        let last = if *c == PadKey::Backspace { None } else { Some(key(*c)) };
        let middle = key(*b).width(FillPortion(if last.is_some() { 1 } else { 2 }));
        pad.push(row![key(*a).width(FillPortion(1)), middle].push(last).spacing(GAP).height(Fill))
    });
    let add = sized("pad-add", words.add.clone(), theme::LARGE, Role::Plain, on_press(PadKey::Add));
    let lines = column![key(PadKey::Backspace), key(PadKey::Times), add.height(FillPortion(2))].spacing(GAP);
    row![digits.spacing(GAP).width(FillPortion(3)), lines.width(FillPortion(1))].spacing(GAP).into()
}

/// Figures, and the sign for taking one back.
fn key_of<'a, Message: Clone + 'a>(key: PadKey, message: Option<Message>) -> FocusableButton<'a, Message> {
    let (id, label) = match key {
        PadKey::Digit(digit) => (format!("pad-{digit}"), digit.to_string()),
        PadKey::DoubleZero => ("pad-00".to_owned(), "00".to_owned()),
        PadKey::Backspace | PadKey::Times | PadKey::Add => ("pad-back".to_owned(), TAKE_BACK.to_owned()),
    };
    sized(id, label, FIGURE, Role::Plain, message).height(Fill)
}
