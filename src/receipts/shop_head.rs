//! What a shop puts on its own slips, above and below.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::slip::{Slip, Weight};
use crate::texts::Texts;

/// Everything may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShopHead {
    pub logo: Option<Arc<Bitmap>>,
    pub name: Option<String>,
    /// Below the name: address, telephone, opening hours.
    pub header: Vec<String>,
    pub tax_number: Option<String>,
    /// Below everything else.
    pub footer: Vec<String>,
}

impl ShopHead {
    /// The slip with the shop's lines around it.
    pub fn around(&self, slip: Slip, texts: &Texts) -> Slip {
        let mut whole = self.above(texts);
        whole.append(slip);
        if !self.footer.is_empty() {
            whole.feed();
        }
        self.footer.iter().for_each(|line| whole.centred(line, Weight::Plain));
        whole
    }

    /// The slip with the lines above it: what the shop keeps for itself thanks nobody.
    pub fn over(&self, slip: Slip, texts: &Texts) -> Slip {
        let mut whole = self.above(texts);
        whole.append(slip);
        whole
    }

    fn above(&self, texts: &Texts) -> Slip {
        let mut above = Slip::default();
        if let Some(logo) = &self.logo {
            above.picture(logo.clone());
        }
        if let Some(name) = &self.name {
            above.centred(name, Weight::Tall);
        }
        self.header.iter().for_each(|line| above.centred(line, Weight::Plain));
        if let Some(number) = &self.tax_number {
            above.centred(&texts.with("receipt-tax-number", &[("number", number)]), Weight::Plain);
        }
        if !above.pieces.is_empty() {
            above.feed();
        }
        above
    }
}
