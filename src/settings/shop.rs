//! What the settings say of the shop itself: the `shop` table of the settings file. Everything in it may be missing.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::domain::Currency;

/// The longest name of a shop, in characters; it stands on one line of a receipt.
pub const SHOP_NAME_AT_MOST: usize = 64;

/// Who the shop is, and what it counts in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopSettings {
    #[serde(deserialize_with = "name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The ISO 4217 code that new terminals, and training, start with; a protocol's own when absent.
    #[serde(deserialize_with = "currency", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

impl ShopSettings {
    pub(super) fn is_default(&self) -> bool {
        *self == ShopSettings::default()
    }

    /// The names of what is not understood, as they stand in the file.
    pub(super) fn unknown_fields(&self) -> impl Iterator<Item = String> {
        self.unknown.keys().map(|name| format!("shop.{name}"))
    }

    /// Whether a shop may be called that.
    pub fn is_name(name: &str) -> bool {
        !name.trim().is_empty() && name.chars().count() <= SHOP_NAME_AT_MOST && !name.chars().any(char::is_control)
    }
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    match name.as_deref().is_none_or(ShopSettings::is_name) {
        true => Ok(name),
        false => Err(D::Error::custom(format_args!("a shop's name has 1 to {SHOP_NAME_AT_MOST} characters"))),
    }
}

fn currency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let code = Option::<String>::deserialize(deserializer)?;
    match code.as_deref().is_none_or(|code| code.parse::<Currency>().is_ok()) {
        true => Ok(code),
        false => Err(D::Error::custom("the currency is none of ISO 4217")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_is_written_as_it_was_read_with_what_is_not_known_of_it() {
        let text = r#"{"name":"Café Linnéa","currency":"SEK","vat_number":"SE1"}"#;
        let shop: ShopSettings = serde_json::from_str(text).unwrap();
        assert_eq!((shop.name.as_deref(), shop.currency.as_deref()), (Some("Café Linnéa"), Some("SEK")));
        assert_eq!(shop.unknown_fields().collect::<Vec<_>>(), ["shop.vat_number"]);
        assert_eq!(serde_json::to_string(&shop).unwrap(), text);
        assert!(serde_json::from_str::<ShopSettings>("{}").unwrap().is_default());
    }

    #[test]
    fn a_name_that_is_none_and_a_currency_that_nobody_has_are_refused() {
        let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(SHOP_NAME_AT_MOST + 1));
        for text in [r#"{"name":" "}"#, r#"{"name":"a\nb"}"#, r#"{"currency":"KRONOR"}"#, r#"{"currency":5}"#, &long] {
            assert!(serde_json::from_str::<ShopSettings>(text).is_err(), "{text}");
        }
    }
}
