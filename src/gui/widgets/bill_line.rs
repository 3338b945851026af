//! A line of a bill.

use iced::alignment::Horizontal;
use iced::widget::{container, row, text};
use iced::{Center, Element, Fill, Right};

use super::fitted::fitted;
use crate::domain::bill::{Discount, Line};
use crate::domain::{BillAccount, Money};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP};

/// Quantity, name, discount and price of a line.
pub fn line_words<'a, M: 'a>(line: &'a Line, account: &BillAccount, paid: bool, scene: Scene<'a>) -> Element<'a, M> {
    let sum = account.sum.lines.iter().find(|sum| sum.number == line.number);
    let total = Money::new(sum.map_or(0, |sum| sum.total_minor), account.bill.currency);
    let quantity = format!("{} ×", scene.texts.decimal(&line.quantity.to_string()));
    let note = match line.discount {
        _ if paid => Some(scene.text("window-line-paid")),
        Some(discount) => Some(discount_words(discount, account, scene)),
        None => None,
    };
    let words = row![
        text(quantity).size(theme::BODY).width(64),
        fitted(line.label.clone(), theme::BODY).across(Horizontal::Left),
    ]
    .push(note.map(|note| text(note).size(theme::SMALL)))
    .push(text(scene.texts.number(total)).size(theme::BODY).width(120).align_x(Right))
    .spacing(GAP)
    .align_y(Center);
    container(words).center_y(Fill).clip(true).into()
}

/// `−10%` or `−5.00`.
pub fn discount_words(discount: Discount, account: &BillAccount, scene: Scene<'_>) -> String {
    match discount {
        Discount::Percent(rate) => format!("−{}", scene.texts.percent(&rate.to_string())),
        Discount::Amount(minor) => format!("−{}", scene.texts.number(account.money(minor))),
    }
}
