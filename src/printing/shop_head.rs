//! What the settings say is on every receipt of the shop.

use crate::receipts::ShopHead;
use crate::settings::Settings;
use crate::texts::Texts;

/// The shop's own lines.
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
