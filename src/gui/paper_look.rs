//! How slips look here: the shop's lines around them, and the language they are written in, which may be another than the
//! screen's.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::{BillAccount, Receipt};
use crate::printing::shop_lines;
use crate::receipts::{BillCopy, Bitmap, Marks, ShopHead, Slip, bill_slip, card_slip, marked};
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
        let head = shop_lines(shop.name.as_deref(), receipts, logo);
        PaperLook { texts: receipts.language.as_deref().map(|language| Texts::new(Some(language))), head }
    }

    /// The words on slips, where those on the screen are these.
    pub fn words<'a>(&'a self, screen: &'a Texts) -> &'a Texts {
        self.texts.as_ref().unwrap_or(screen)
    }

    /// A card receipt.
    pub fn receipt(&self, receipt: &Receipt, marks: Marks, screen: &Texts) -> Slip {
        card_slip(receipt, &self.head, marks, self.words(screen))
    }

    /// The receipt of a bill that is paid, in the shop's name. Its own lines say TRAINING.
    pub fn bill(&self, account: &BillAccount, screen: &Texts, zone: &TimeZone) -> Slip {
        let texts = self.words(screen);
        self.head.around(bill_slip(account, texts, BillCopy::Paid, zone), texts)
    }

    /// The lines of a report as its terminal made them.
    pub fn report(&self, lines: &[String], marks: Marks, screen: &Texts) -> Slip {
        let mut slip = Slip::default();
        slip.block(lines.to_vec());
        marked(slip, marks, self.words(screen))
    }
}
