//! What a bill is called and how it stands: paid, not known yet, still due.

use iced::widget::{Column, Row, container, row, text};
use iced::{Center, Element, Fill};

use super::banner::mark;
use crate::domain::{Bill, BillAccount};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP};

/// Where it is.
pub fn name(bill: &Bill, scene: Scene<'_>) -> String {
    match &bill.table {
        Some(table) => scene.texts.with("window-bill-at-table", &[("table", table.as_str())]),
        None => scene.text("window-bill"),
    }
}

/// Where it is, and that it is practice.
pub fn title<'a, Message: 'a>(bill: &Bill, scene: Scene<'_>) -> Element<'a, Message> {
    let training = bill.training.then(|| {
        let word = text(scene.text("window-training-short")).size(theme::BODY);
        container(word).padding([2, 10]).style(theme::band(|colours| colours.training))
    });
    row![text(name(bill, scene)).size(theme::LARGE).width(Fill)].push(training).spacing(GAP).align_y(Center).into()
}

/// One line with what was paid and what nobody knows yet; nothing while all of it is due.
pub fn standing<'a, Message: 'a>(account: &BillAccount, scene: Scene<'_>) -> Option<Element<'a, Message>> {
    let settlement = &account.settlement;
    let extras = account.sum.tip_minor != 0 || account.bill.discount.is_some();
    if !settlement.has_payments && settlement.pending_minor == 0 && !extras {
        return None;
    }
    let part = |key: &str, minor: i64| {
        let amount = scene.texts.money(account.money(minor));
        (minor != 0).then(|| text(scene.texts.with(key, &[("amount", &amount)])).size(theme::BODY).into())
    };
    let known = [
        part("window-bill-total", settlement.total_minor),
        part("window-bill-tip", account.sum.tip_minor),
        part("window-bill-discount", -account.sum.discount_minor),
        part("window-bill-paid", settlement.paid_minor),
    ];
    let known = Row::with_children(known.into_iter().flatten()).spacing(GAP * 2.0).wrap();
    let size = if scene.is_low() { theme::SMALL } else { theme::BODY };
    let pending = (settlement.pending_minor != 0).then(|| {
        let amount = scene.texts.money(account.pending());
        let words = scene.texts.with("window-bill-pending", &[("amount", &amount)]);
        mark(|colours| colours.in_doubt, "?", words, size)
    });
    Some(Column::new().push(known).push(pending).spacing(4).into())
}

/// Why a part that is typed cannot be paid, on the button that is dead so long.
pub fn too_much(account: &BillAccount, scene: Scene<'_>) -> String {
    scene.texts.with("window-pay-too-much", &[("due", &scene.texts.money(account.due()))])
}
