//! What the settings say is on every receipt of the shop.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::domain::PaperWidth;
use crate::receipts::{Bitmap, PictureFault, ShopHead, bitmap_of_png};
use crate::settings::{ReceiptSettings, Settings};
use crate::texts::Texts;

/// Of a logo's file, in bytes; larger ones are refused.
const READ_AT_MOST: u64 = (8 << 20) + 1;

/// All that is the same on every slip of the shop's: its lines, and the words in which the till writes.
pub struct ShopPaper {
    pub head: ShopHead,
    pub texts: Texts,
    /// Why the logo of the settings is left out, if it is.
    pub no_logo: Option<LogoFault>,
}

/// Why a logo cannot be used: the fault of whoever chose the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoFault {
    /// With what the system says.
    #[error("the file cannot be read: {0}")]
    File(String),
    #[error(transparent)]
    Picture(#[from] PictureFault),
}

impl LogoFault {
    /// What is wrong and what to do.
    pub fn words(&self, texts: &Texts) -> String {
        match self {
            LogoFault::File(problem) => texts.with("receipt-logo-file", &[("problem", problem)]),
            LogoFault::Picture(fault) => texts.with_words(fault.key(), &fault.placeables()),
        }
    }
}

impl ShopPaper {
    /// Reads the logo's file: never on the window's thread. A logo that cannot be used is left out.
    pub fn of(settings: &Settings) -> ShopPaper {
        let receipts = &settings.receipts;
        let read = receipts.logo.as_ref().map(|file| {
            read_logo(Path::new(file)).inspect_err(|fault| tracing::warn!(file, %fault, "the logo cannot be used"))
        });
        let (logo, no_logo) = match read {
            Some(Ok(logo)) => (Some(logo), None),
            Some(Err(fault)) => (None, Some(fault)),
            None => (None, None),
        };
        let head = shop_lines(settings.shop.name.as_deref(), receipts, logo);
        ShopPaper { head, texts: receipt_texts(settings), no_logo }
    }
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
/// A [`LogoFault`].
pub fn read_logo(file: &Path) -> Result<Arc<Bitmap>, LogoFault> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| open.take(READ_AT_MOST).read_to_end(&mut bytes));
    read.map_err(|error| LogoFault::File(error.to_string()))?;
    Ok(Arc::new(bitmap_of_png(&bytes, PaperWidth::Wide.dots())?))
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
        let head = ShopPaper::of(&settings).head;
        assert_eq!((head.name.as_deref(), head.tax_number.as_deref()), (Some("Kiosk"), Some("7")));
        assert_eq!((head.header, head.footer), (vec!["Main Street 1".to_owned()], vec!["Bye".to_owned()]));
        assert_eq!(receipt_texts(&settings).get("receipt-duplicate"), Texts::new(Some("de")).get("receipt-duplicate"));
        settings.receipts.language = None;
        assert_eq!(receipt_texts(&settings).get("receipt-duplicate"), Texts::new(Some("sv")).get("receipt-duplicate"));
    }
    #[test]
    fn a_logo_that_cannot_be_used_is_left_out_and_says_why_in_the_language_of_the_reader() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logo.png");
        let mut settings = Settings::default();
        settings.receipts.logo = Some(file.display().to_string());
        let words = |settings: &Settings, language| {
            let paper = ShopPaper::of(settings);
            assert_eq!(paper.head.logo, None);
            paper.no_logo.unwrap().words(&Texts::new(Some(language)))
        };
        assert!(words(&settings, "de").contains("Datei"));
        std::fs::write(&file, "no picture").unwrap();
        assert!(words(&settings, "sv").contains("PNG"));
        std::fs::write(&file, vec![0; (8 << 20) + 1]).unwrap();
        assert!(words(&settings, "fi").contains("8 Mi"));
        std::fs::write(&file, Bitmap::white(5000, 1).png()).unwrap();
        assert!(words(&settings, "fr").contains("5000") && words(&settings, "es").contains("4096"));
        std::fs::write(&file, Bitmap::white(8, 8).png()).unwrap();
        assert!(ShopPaper::of(&settings).no_logo.is_none());
    }
}
