//! How a receipt of the till's own would be printed with what has been typed.

use iced::Element;

use crate::domain::{Copy, Currency, Money, Receipt};
use crate::gui::receipts_link::KnownReceipts;
use crate::gui::scene::Scene;
use crate::gui::widgets::slip_paper::slip_paper;
use crate::printing::shop_lines;
use crate::receipts::{Marks, ShopHead, card_slip};
use crate::texts::Texts;

/// Paid in the example.
const EXAMPLE_MINOR: i64 = 1_840;

/// The paper. A new logo is there once it has been saved.
pub fn view<'a, Message: 'a>(wanted: &KnownReceipts, texts: &Texts, scene: Scene<'_>) -> Element<'a, Message> {
    let slip = card_slip(&example(texts, scene), &head(wanted), Marks::default(), texts);
    slip_paper(&slip, scene)
}

fn head(wanted: &KnownReceipts) -> ShopHead {
    let logo = wanted.logo.clone().filter(|_| wanted.receipts.logo.is_some());
    shop_lines(wanted.shop.as_deref(), &wanted.receipts, logo)
}

fn example(texts: &Texts, scene: Scene<'_>) -> Receipt {
    let mut receipt = Receipt::new(Copy::Customer, []);
    receipt.heading("receipt-operation-sale");
    receipt.heading("receipt-verdict-approved");
    receipt.label("receipt-date", &texts.date_time(&scene.clock.now.to_zoned(scene.clock.zone.clone())));
    receipt.label("receipt-card", "Visa ************4242");
    receipt.label("receipt-total", &texts.money(Money::new(EXAMPLE_MINOR, Currency::EUR)));
    receipt
}
