//! An amount as large as its place permits.

use iced::alignment::Horizontal;
use iced::widget::{Container, column, container, row};
use iced::{Center, Fill};

use super::fitted::fitted;
use crate::gui::theme;

/// `largest` is the size nothing goes beyond.
pub fn amount_display<'a, Message: 'a>(label: String, amount: String, largest: f32) -> Container<'a, Message> {
    let label = fitted(label, theme::BODY).across(Horizontal::Right).on_one_line().style(theme::quiet);
    let words = column![label, fitted(amount, largest).across(Horizontal::Right).on_one_line()];
    container(words).padding([8, 18]).width(Fill).style(theme::amount)
}

/// What it is and the amount side by side, where there is little height.
pub fn amount_line<'a, Message: 'a>(label: String, amount: String) -> Container<'a, Message> {
    let label = fitted(label, theme::BODY).across(Horizontal::Left).style(theme::quiet);
    let words = row![label, fitted(amount, 40.0).across(Horizontal::Right).on_one_line()];
    container(words.spacing(theme::GAP).align_y(Center)).padding([4, 18]).width(Fill).style(theme::amount)
}
