//! How slips look here: the shop's lines around them, and the language they are written in, which may be another than the
//! screen's.

use std::sync::Arc;

use crate::receipts::{Bitmap, ShopHead};
use crate::settings::{ReceiptSettings, ShopSettings};
use crate::texts::Texts;

pub struct PaperLook {
    /// In the receipts' own language; none where that is the screen's.
    texts: Option<Texts>,
    pub head: ShopHead,
}

impl PaperLook {
    /// With a logo that has been read.
    pub fn of(shop: &ShopSettings, receipts: &ReceiptSettings, logo: Option<Arc<Bitmap>>) -> PaperLook {
        let head = ShopHead {
            logo,
            name: shop.name.clone(),
            header: receipts.header.clone(),
            tax_number: receipts.tax_number.clone(),
            footer: receipts.footer.clone(),
        };
        PaperLook { texts: receipts.language.as_deref().map(|language| Texts::new(Some(language))), head }
    }
    /// The words on slips, where those on the screen are these.
    pub fn words<'a>(&'a self, screen: &'a Texts) -> &'a Texts {
        self.texts.as_ref().unwrap_or(screen)
    }
}
