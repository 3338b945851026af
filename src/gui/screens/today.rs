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
use crate::gui::widgets::payment_facts::paid_with;
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
    let cell = |words: String, size: f32, portion: u16, side: Horizontal| {
        container(fitted(words, size).across(side).on_one_line()).width(FillPortion(portion))
    };
    let large = |words: String, portion: u16, side: Horizontal| cell(words, theme::BODY, portion, side);
    let small = |words: String, portion: u16, side: Horizontal| cell(words, theme::SMALL - 1.0, portion, side);
    let (left, right) = (Horizontal::Left, Horizontal::Right);
    let amount = moved(verdict, operation, taken.unwrap_or(record.request.amount));
    let first = row![
        large(scene.short(record.at), 2, left),
        large(scene.operation(operation), 4, left),
        large(scene.amount(operation, amount), 4, right),
    ];
    // Which of two of the same amount is this customer's.
    let second = row![
        small(scene.became(record), 5, left),
        small(paid_with(record, scene).unwrap_or_default(), 3, left),
        small(record.id.to_string(), 2, right),
    ];
    let sign = text(sign_of(verdict, operation)).font(MONO).size(theme::BODY);
    let words = row![sign, column![first.spacing(GAP), second.spacing(GAP)]].spacing(GAP).align_y(Center);
    let id = format!("recent-{}", record.id);
    FocusableButton::new(
        id,
        container(words).center_y(Fill),
        Role::Bare,
        Some(Message::PaymentPicked(record.id.clone())),
    )
    .into()
}
