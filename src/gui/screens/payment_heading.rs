//! What stands above a payment: what is paid, for how long, whose it is, and what nobody knows yet.

use iced::widget::{Column, column, container, row, space, text};
use iced::{Center, Element, Fill};

use super::payment::Message;
use crate::domain::Origin;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO};
use crate::terminal::PaymentView;

/// What is being paid, and for how long.
pub(super) fn heading<'a>(payment: &PaymentView, scene: Scene<'a>) -> Element<'a, Message> {
    let amount = match payment.cashback {
        Some(cashback) => scene.texts.with(
            "window-amount-with-cashback",
            &[("amount", &scene.texts.money(payment.amount)), ("cashback", &scene.texts.money(cashback))],
        ),
        None => scene.amount(payment.operation, payment.amount),
    };
    // Where there is little height, what is asked or shown needs it more.
    let scale = if scene.is_low() { 0.75 } else { scene.scale() };
    let line = row![
        text(scene.operation(payment.operation)).size(40.0 * scale),
        // Larger than the terminal's words: a display that says Approved is no outcome.
        text(amount).size(56.0 * scale),
        space().width(Fill),
        text(scene.clock.stopwatch(payment.started_at)).font(MONO).size(theme::LARGE).style(theme::quiet),
    ]
    .spacing(24)
    .align_y(Center);
    let origin = payment.origin.as_ref().map(|origin| asked_elsewhere(origin, scene));
    Column::new().push(line).push(origin).spacing(4).into()
}

/// Whose payment it is, where it is not the cashier's, and that theirs waits behind it.
fn asked_elsewhere<'a>(origin: &Origin, scene: Scene<'a>) -> Element<'a, Message> {
    let words = column![
        text(scene.origin(origin)).size(theme::LARGE),
        text(scene.text("window-rung-up-kept")).size(theme::BODY),
    ];
    let words = row![text("i").font(MONO).size(theme::LARGE), words].spacing(GAP).align_y(Center);
    container(words).padding([6, 14]).width(Fill).style(theme::band(|colours| colours.notice)).into()
}

/// What nobody knows yet, and why.
pub(super) fn in_doubt_band<'a>(title: String, why: String) -> Element<'a, Message> {
    let words = column![text(title).size(theme::LARGE), text(why).size(theme::BODY)].spacing(4);
    let words = row![text("?").font(MONO).size(theme::LARGE), words].spacing(GAP).align_y(Center);
    container(words).padding(14).width(Fill).style(theme::band(|colours| colours.in_doubt)).into()
}
