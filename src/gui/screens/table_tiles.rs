//! Tables at a glance, payments at them, and the machines that serve them. Part of the tables' screen.

use iced::widget::{Column, container, row, text};
use iced::{Center, Element, Fill, Right};

use super::tables::Message;
use crate::domain::{BillAccount, BillId, Operation, PaymentRecord};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::verdict_band::sign;
use crate::terminal::{Session, TerminalView};

/// Where it is, what is due, who has it and for how long.
pub fn tile<'a>(
    account: &'a BillAccount,
    marked: bool,
    on_counter: Option<&BillId>,
    width: f32,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let bill = &account.bill;
    let name = match &bill.table {
        Some(table) => table.to_string(),
        None => scene.text("window-table-none"),
    };
    let training = bill.training.then(|| text(scene.text("window-training-short")).size(theme::SMALL));
    let waiter = bill.waiter.clone().map(|waiter| text(waiter).size(theme::SMALL).wrapping(text::Wrapping::None));
    let age = text(scene.age(bill.opened_at)).size(theme::SMALL);
    let parted = account.settlement.spoken_for_minor() != 0;
    let sums = parted.then(|| {
        let sum = |key, money| scene.texts.with(key, &[("amount", &scene.texts.money(money))]);
        let sums = [sum("window-bill-total", account.total()), sum("window-bill-paid", account.paid())];
        text(sums.join("\n")).size(theme::SMALL)
    });
    let name = container(text(name).size(theme::LARGE).wrapping(text::Wrapping::None)).width(Fill).clip(true);
    let words = Column::new()
        .push(row![name].push(training).push(age).spacing(6.0).align_y(Center))
        .push(text(scene.texts.money(account.due())).size(theme::LARGE))
        .push(waiter)
        .push(sums)
        .push(state(account, on_counter, scene));
    let role = match bill.lock() {
        _ if marked => Role::Chosen,
        Some(_) => Role::Plain,
        None => Role::Bare,
    };
    let message = Some(Message::TilePicked(bill.id.clone()));
    FocusableButton::new(format!("tile-{}", bill.id), container(words).clip(true), role, message)
        .width(width)
        .height(180)
        .into()
}

/// Who has it in hand, as a mark.
pub fn state<'a>(account: &BillAccount, on_counter: Option<&BillId>, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let words = match account.bill.lock() {
        Some(lock) => {
            let key = if account.settlement.pending_minor != 0 { "window-table-paying" } else { "window-table-locked" };
            scene.texts.with(key, &[("machine", lock.shown())])
        }
        None if on_counter == Some(&account.bill.id) => scene.text("window-table-here"),
        None if account.settlement.pending_minor != 0 => {
            scene.texts.with("window-bill-pending", &[("amount", &scene.texts.money(account.pending()))])
        }
        None => return None,
    };
    Some(match account.bill.lock() {
        Some(_) => mark(|colours| colours.in_doubt, "⚠", words, theme::SMALL),
        None => mark(|colours| colours.notice, "●", words, theme::SMALL),
    })
}

/// What was paid of it, where and how.
pub fn payment_line<'a>(payment: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let taken = payment.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let amount = scene.texts.money(taken.unwrap_or(payment.request.amount));
    let place = match (&payment.request.origin, payment.terminal.as_str()) {
        (Some(origin), _) => scene.text(&format!("window-origin-short-{}", origin.from.word())),
        (None, crate::domain::CASH) => scene.text("window-cash-word"),
        (None, name) => scene.terminal(name, payment.training),
    };
    let operation = payment.request.operation;
    let place = if operation == Operation::Sale { place } else { format!("{} · {place}", scene.operation(operation)) };
    let words = row![
        text(sign(payment.verdict())).font(MONO).size(theme::BODY),
        text(scene.short(payment.at)).size(theme::BODY),
        container(text(place).size(theme::BODY).wrapping(text::Wrapping::None)).width(Fill).clip(true),
        text(scene.became(payment)).size(theme::SMALL),
        text(amount).size(theme::BODY).align_x(Right),
    ];
    words.spacing(GAP).align_y(Center).into()
}

/// How the terminal stands whose machines are carried to the tables.
pub fn served_by<'a>(terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let (sign, words, can_connect, key) = match &terminal.session {
        Some(Session::Ready(_)) => ("●", scene.text("window-tables-online"), false, ""),
        Some(Session::Connecting) | None => ("…", scene.text("window-state-connecting"), false, ""),
        Some(Session::Offline(why)) => ("✘", scene.explain(why), true, "window-connect"),
        Some(Session::Refused(why)) => ("✘", scene.explain(why), true, "window-tables-take-back"),
        Some(Session::Maintenance) => ("✘", scene.text("window-maintenance"), true, "window-connect"),
    };
    let connect = can_connect.then(|| {
        let message = Some(Message::ConnectPressed(terminal.name.clone()));
        action(format!("tables-connect-{}", terminal.name), scene.text(key), Role::Bare, message).width(240)
    });
    let line = row![text(sign).font(MONO).size(theme::BODY), text(terminal.name.clone()).size(theme::BODY)]
        .push(text(words).size(theme::BODY).width(Fill))
        .push(connect)
        .spacing(GAP)
        .align_y(Center);
    let style =
        if can_connect { theme::band(|colours| colours.declined) } else { theme::band(|colours| colours.notice) };
    container(line).padding([4, 14]).width(Fill).style(style).into()
}
