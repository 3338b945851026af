//! How slips look here: the shop's lines around them, and the language they are written in, which may be another than the
//! screen's.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::screens::hand_out::HandedOut;
use crate::domain::{BillAccount, PaperWidth, Receipt};
use crate::printing::shop_lines;
use crate::receipts::{
    BillCopy, Bitmap, Marks, ShopHead, Slip, address_in_qr, bill_slip, card_slip, lay_out, marked, receipt_in_qr,
    text_lines,
};
use crate::settings::{QrContent, ReceiptSettings, ShopSettings};
use crate::texts::Texts;

pub struct PaperLook {
    /// In the receipts' own language; none where that is the screen's.
    texts: Option<Texts>,
    pub head: ShopHead,
    code: Option<QrContent>,
    /// Customers can have their receipts without paper.
    pub hands_out: bool,
}

impl PaperLook {
    /// With a logo that has been read.
    pub fn of(shop: &ShopSettings, receipts: &ReceiptSettings, logo: Option<Arc<Bitmap>>) -> PaperLook {
        let head = shop_lines(shop.name.as_deref(), receipts, logo);
        PaperLook {
            texts: receipts.language.as_deref().map(|language| Texts::new(Some(language))),
            head,
            code: receipts.qr_code.clone(),
            hands_out: receipts.qr_code.is_some() || receipts.mail.is_some(),
        }
    }

    /// The words on slips, where those on the screen are these.
    pub fn words<'a>(&'a self, screen: &'a Texts) -> &'a Texts {
        self.texts.as_ref().unwrap_or(screen)
    }

    /// A card receipt.
    pub fn receipt(&self, receipt: &Receipt, marks: Marks, screen: &Texts) -> Slip {
        card_slip(receipt, &self.head, marks, self.words(screen))
    }

    /// What a telephone is to read of it, `None` inside where that is too long for a code; `None` where the shop wants no codes.
    pub fn in_code(&self, what: &HandedOut, screen: &Texts) -> Option<Option<String>> {
        let receipt = || {
            let marks = Marks { training: what.training, duplicate: what.duplicate };
            let laid = lay_out(&self.receipt(&what.receipt, marks, screen), PaperWidth::Narrow.columns());
            receipt_in_qr(&text_lines(&laid, PaperWidth::Narrow.columns()))
        };
        Some(match self.code.as_ref()? {
            QrContent::Receipt => receipt(),
            QrContent::Address(template) => address_in_qr(template, what.payment.as_str()),
        })
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
