//! What the page of a payment says where it was cash: no terminal had a part in it, and its receipt is its bill's.

use iced::widget::text;
use iced::{Element, Fill};

use super::payment_page::{Dossier, Message};
use crate::domain::{Operation, PaymentRecord};
use crate::gui::scene::Scene;
use crate::gui::theme;
use crate::gui::widgets::receipt_paper::{bill_paper, no_receipt};

/// Into the drawer, or out of it.
pub fn what_it_is<'a>(record: &PaymentRecord, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let key = match record.request.operation {
        Operation::Refund => "window-page-cash-given-back",
        _ => "window-page-cash",
    };
    record.is_cash().then(|| text(scene.text(key)).size(theme::BODY).width(Fill).into())
}

/// The receipt of the bill it was paid for.
pub fn receipt<'a>(dossier: Option<&Dossier>, scene: Scene<'a>) -> Element<'a, Message> {
    let Some(account) = dossier.and_then(|dossier| dossier.bill.as_ref()) else { return no_receipt(scene) };
    bill_paper(account, scene)
}
