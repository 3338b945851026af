//! An amount as large as its place permits.

use iced::widget::{column, container, text};
use iced::{Element, Fill, Right};

use crate::gui::scene::fit;
use crate::gui::theme;

/// `width` is what there is, `largest` the size nothing goes beyond.
pub fn amount_display<'a, Message: 'a>(
    label: String,
    amount: String,
    width: f32,
    largest: f32,
) -> Element<'a, Message> {
    let size = fit(&amount, width - 40.0, largest);
    let words = column![text(label).size(theme::BODY).style(theme::quiet), text(amount).size(size).line_height(1.1)]
        .align_x(Right)
        .width(Fill);
    container(words).padding([8, 18]).width(Fill).style(theme::amount).into()
}
