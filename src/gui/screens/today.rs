//! What was paid today, beside the amount. Part of the ring-up screen.

use iced::alignment::Horizontal;
use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use super::ring_up::Message;
use crate::domain::PaymentRecord;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::FocusableButton;
use crate::gui::widgets::verdict_band::{moved, sign_of};

/// Today's payments, newest first.
pub fn today<'a>(recent: &'a [PaymentRecord], scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let rows: Vec<_> =
        recent.iter().filter(|record| scene.clock.is_today(record.at)).map(|record| line(record, scene)).collect();
    // A heading over nothing looks like something that failed to load.
    if rows.is_empty() {
        return None;
    }
    let rows = Column::with_children(rows)
        .spacing(theme::BETWEEN)
        .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    let list = column![
        text(scene.text("window-today")).size(theme::BODY).style(theme::quiet),
        scrollable(rows).style(theme::scroll).height(Fill)
    ]
    .spacing(4)
    .height(Fill);
    Some(list.into())
}

fn line<'a>(record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let (verdict, operation) = (record.verdict(), record.request.operation);
    let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let at = |words: String, portion: u16, side: Horizontal| {
        container(fitted(words, theme::BODY).across(side)).width(FillPortion(portion))
    };
    let cell = |words: String, portion: u16| at(words, portion, Horizontal::Left);
    let words = row![
        text(sign_of(record.verdict(), operation)).font(MONO).size(theme::BODY),
        cell(scene.short(record.at), 2),
        cell(scene.operation(record.request.operation), 4),
        at(
            scene.amount(operation, moved(verdict, operation, taken.unwrap_or(record.request.amount))),
            3,
            Horizontal::Right
        ),
        cell(scene.verdict(record.verdict(), record.request.operation), 4),
    ]
    .spacing(GAP)
    .align_y(Center);
    let id = format!("recent-{}", record.id);
    FocusableButton::new(
        id,
        container(words).center_y(Fill),
        Role::Bare,
        Some(Message::PaymentPicked(record.id.clone())),
    )
    .into()
}
