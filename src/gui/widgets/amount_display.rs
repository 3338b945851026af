//! An amount as large as its place permits.

use iced::alignment::Horizontal;
use iced::widget::{Container, column, container, row};
use iced::{Center, Fill};

use super::fitted::fitted;
use crate::gui::scene::fit;
use crate::gui::theme;

/// `width` is what there is, `largest` the size nothing goes beyond.
pub fn amount_display<'a, Message: 'a>(
    label: String,
    amount: String,
    width: f32,
    largest: f32,
) -> Container<'a, Message> {
    let size = fit(&amount, width - 40.0, largest);
    let label = fitted(label, theme::BODY).across(Horizontal::Right).on_one_line().style(theme::quiet);
    let words = column![label, fitted(amount, size).across(Horizontal::Right).on_one_line()];
    container(words).padding([8, 18]).width(Fill).style(theme::amount)
}

/// What it is and the amount side by side, where there is little height.
pub fn amount_line<'a, Message: 'a>(label: String, amount: String) -> Container<'a, Message> {
    let label = fitted(label, theme::BODY).across(Horizontal::Left).style(theme::quiet);
    let words = row![label, fitted(amount, 40.0).across(Horizontal::Right).on_one_line()];
    container(words.spacing(theme::GAP).align_y(Center)).padding([4, 18]).width(Fill).style(theme::amount)
}
