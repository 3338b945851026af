//! Settings files of older programs are brought up to date step by step; what is not understood in them stays as it was.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::document::Document;

/// What this program writes; files that say nothing are of version 0.
pub(super) const VERSION: u32 = 1;

/// From the version of its place in the list to the next.
type Step = fn(&mut Document) -> serde_json::Result<()>;

const STEPS: [Step; VERSION as usize] = [the_shop_has_a_currency];

/// The version in a file of settings; it is read from any, and this program's is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SettingsVersion;

impl Serialize for SettingsVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}

impl<'de> Deserialize<'de> for SettingsVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SettingsVersion, D::Error> {
        u32::deserialize(deserializer).map(|_| SettingsVersion)
    }
}

/// Brings a file of an older version up to date; of a newer one it changes nothing.
///
/// # Errors
/// Where something in it is not what a step needs.
pub(super) fn migrate(document: &mut Document, version: u32) -> serde_json::Result<()> {
    let steps = STEPS.iter().skip(version as usize);
    steps.clone().try_for_each(|step| step(document))?;
    match version < VERSION {
        true => document.set_first("version", &Value::from(VERSION)),
        false => Ok(()),
    }
}

/// The training terminal had a currency of its own. It is the shop's now, where the shop has no other.
fn the_shop_has_a_currency(document: &mut Document) -> serde_json::Result<()> {
    let Some(currency) = document.value(&["training_currency"])? else { return Ok(()) };
    if currency.is_string() && document.value(&["shop", "currency"])?.is_none() {
        document.set(&["shop", "currency"], &currency)?;
        document.unset(&["training_currency"])?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn migrated(old: &str, version: u32) -> String {
        let mut document = Document::read(old).unwrap();
        migrate(&mut document, version).unwrap();
        document.text()
    }

    #[test]
    fn version_0_becomes_version_1_and_what_is_not_known_stays_byte_for_byte() {
        let old = "{\n  \"terminals\": [ {\"name\": \"front\",   \"protocol\": \"valor\"} ],\n  \
                   \"training_currency\": \"NOK\",\n  \"loyalty\": {\"rate\": 1.50, \"on\":true}\n}\n";
        let new = "{\n  \"version\": 1,\n  \"terminals\": [ {\"name\": \"front\",   \"protocol\": \"valor\"} ],\n  \
                   \"loyalty\": {\"rate\": 1.50, \"on\":true},\n  \"shop\": {\n    \"currency\": \"NOK\"\n  }\n}\n";
        assert_eq!(migrated(old, 0), new);
        assert_eq!(migrated("{}", 0), "{\n  \"version\": 1\n}\n");
        assert_eq!(migrated(new, 1), new, "it is up to date");
    }

    #[test]
    fn a_shop_that_has_a_currency_keeps_it_and_training_its_own() {
        let old = "{\n  \"training_currency\": \"NOK\",\n  \"shop\": {\"currency\": \"SEK\"}\n}\n";
        assert_eq!(migrated(old, 0), old.replacen("{\n", "{\n  \"version\": 1,\n", 1));
    }
}
