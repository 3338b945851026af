//! What the settings say of the shop's own paper.

use crate::receipts::ShopHead;
use crate::settings::Settings;
use crate::texts::Texts;

/// What stands above and below the shop's own slips. Without its logo, which has to be read from a file first.
pub fn shop_head(settings: &Settings) -> ShopHead {
    let receipts = &settings.receipts;
    ShopHead {
        logo: None,
        name: settings.shop.name.clone(),
        header: receipts.header.clone(),
        tax_number: receipts.tax_number.clone(),
        footer: receipts.footer.clone(),
    }
}

/// The texts on receipts: in their own language, or in that of the screen.
pub fn receipt_texts(settings: &Settings) -> Texts {
    Texts::new(settings.receipts.language.as_deref().or(settings.language.as_deref()))
}
