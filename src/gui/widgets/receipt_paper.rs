//! A card receipt, or a report of the day, as the terminal made it.

use iced::widget::{container, text};
use iced::{Color, Element, Fill};

use crate::domain::{BillAccount, Copy, Receipt};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::slip_paper::{slip_paper, slip_paper_at_its_end};
use crate::receipts::{Marks, Slip};

/// The Fluent id of a copy's name.
pub fn copy_key(copy: Copy) -> &'static str {
    match copy {
        Copy::Merchant => "window-copy-merchant",
        Copy::Customer => "window-copy-customer",
    }
}

/// The receipt as it would be printed; it says TRAINING where it is not worth anything.
pub fn receipt_paper<'a, Message: 'a>(receipt: &Receipt, training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    slip_paper(&slip_of(receipt, training, scene), scene)
}

/// The same, rolled to its end: what was signed, and for how much.
pub fn slip_to_sign<'a, Message: 'a>(receipt: &Receipt, training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    slip_paper_at_its_end(&slip_of(receipt, training, scene), scene)
}

fn slip_of(receipt: &Receipt, training: bool, scene: Scene<'_>) -> Slip {
    scene.paper.receipt(receipt, Marks { training, duplicate: false }, scene.texts)
}

/// The receipt of a bill that is paid.
pub fn bill_paper<'a, Message: 'a>(account: &BillAccount, scene: Scene<'_>) -> Element<'a, Message> {
    slip_paper(&scene.paper.bill(account, scene.texts, &scene.clock.zone), scene)
}

/// The lines of a report as its terminal made them.
pub fn report_paper<'a, Message: 'a>(lines: &[String], training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    slip_paper(&scene.paper.report(lines, Marks { training, duplicate: false }, scene.texts), scene)
}

/// For a customer who wants no paper.
pub fn hand_out_button<'a, Message: Clone + 'a>(message: Option<Message>, scene: Scene<'_>) -> Element<'a, Message> {
    action("hand-out", scene.text("window-hand-out"), Role::Plain, message).into()
}

/// In the place of a receipt that does not exist (yet).
pub fn no_receipt<'a, Message: 'a>(scene: Scene<'_>) -> Element<'a, Message> {
    container(text(scene.text("window-no-receipt")).size(theme::BODY).color(Color::BLACK).center())
        .padding(14)
        .center_x(Fill)
        .style(theme::paper)
        .into()
}
