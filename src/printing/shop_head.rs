//! What the settings say is on every receipt of the shop.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::domain::PaperWidth;
use crate::receipts::{Bitmap, ShopHead, bitmap_of_png};
use crate::settings::{ReceiptSettings, Settings};
use crate::texts::Texts;

/// Of a logo's file, in bytes; larger ones are refused.
const READ_AT_MOST: u64 = (8 << 20) + 1;

/// All that is the same on every slip of the shop's: its lines, and the words in which the till writes.
pub struct ShopPaper {
    pub head: ShopHead,
    pub texts: Texts,
}

impl ShopPaper {
    /// Reads the logo's file: never on the window's thread.
    pub fn of(settings: &Settings) -> ShopPaper {
        ShopPaper { head: shop_head(settings), texts: receipt_texts(settings) }
    }
}

/// A logo that cannot be read is left out, and the log says why.
fn shop_head(settings: &Settings) -> ShopHead {
    let receipts = &settings.receipts;
    let logo = receipts.logo.as_ref().and_then(|file| {
        let read = read_logo(Path::new(file));
        read.inspect_err(|problem| tracing::warn!(file, problem, "the logo cannot be used")).ok()
    });
    shop_lines(settings.shop.name.as_deref(), receipts, logo)
}

/// The shop's own lines, with a logo that has been read.
pub fn shop_lines(name: Option<&str>, receipts: &ReceiptSettings, logo: Option<Arc<Bitmap>>) -> ShopHead {
    ShopHead {
        logo,
        name: name.map(str::to_owned),
        header: receipts.header.clone(),
        tax_number: receipts.tax_number.clone(),
        footer: receipts.footer.clone(),
    }
}

/// As wide as the widest paper at most.
///
/// # Errors
/// What is wrong with the file, in the words of system or picture.
pub fn read_logo(file: &Path) -> Result<Arc<Bitmap>, String> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| open.take(READ_AT_MOST).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    let logo = bitmap_of_png(&bytes, PaperWidth::Wide.dots()).map_err(|fault| fault.to_string())?;
    Ok(Arc::new(logo))
}

/// The texts of the till's own lines on paper, whatever language the screen has.
pub fn receipt_texts(settings: &Settings) -> Texts {
    Texts::new(settings.receipts.language.as_deref().or(settings.language.as_deref()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_shops_lines_and_the_language_of_its_receipts_are_those_of_the_settings() {
        let text = r#"{"language": "sv", "shop": {"name": "Kiosk"},
            "receipts": {"header": ["Main Street 1"], "footer": ["Bye"], "tax_number": "7", "language": "de"}}"#;
        let mut settings: Settings = serde_json::from_str(text).unwrap();
        let head = shop_head(&settings);
        assert_eq!((head.name.as_deref(), head.tax_number.as_deref()), (Some("Kiosk"), Some("7")));
        assert_eq!((head.header, head.footer), (vec!["Main Street 1".to_owned()], vec!["Bye".to_owned()]));
        assert_eq!(receipt_texts(&settings).get("receipt-duplicate"), Texts::new(Some("de")).get("receipt-duplicate"));
        settings.receipts.language = None;
        assert_eq!(receipt_texts(&settings).get("receipt-duplicate"), Texts::new(Some("sv")).get("receipt-duplicate"));
    }
}
