//! One thing that somebody changed in the window. The settings file is read, this one thing is put into it, and it is
//! written again: whatever else stands there, by hand or by a newer program, stays as it was, byte for byte.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::changing::change_document;
use super::customer_display::CustomerDisplaySettings;
use super::document::Document;
use super::file::{Settings, SettingsError};
use super::scale::Scale;
use super::shop::ShopSettings;
use super::window::{Loudness, TextSize, ThemeChoice, WindowSettings};
use crate::domain::Currency;

#[derive(Debug, Clone, PartialEq)]
pub enum WindowChange {
    Theme(ThemeChoice),
    TextSize(TextSize),
    /// `None`: as large as the window has room for.
    Scale(Option<Scale>),
    Sounds(Loudness),
    FullScreen(bool),
    CustomerDisplay(CustomerDisplaySettings),
    /// `None`: the system's.
    Language(Option<String>),
    /// `None`: it has no name of its own. What is no name ([`super::ShopSettings::is_name`]) is not kept.
    ShopName(Option<String>),
    /// The currency that new terminals start with; `None`: each protocol's own.
    Currency(Option<Currency>),
}

impl WindowChange {
    /// What the settings are after it.
    pub fn apply(&self, settings: &mut Settings) {
        match self {
            WindowChange::Language(language) => settings.language = language.clone(),
            WindowChange::ShopName(_) | WindowChange::Currency(_) => self.apply_to_shop(&mut settings.shop),
            _ => self.apply_to_window(&mut settings.window),
        }
    }

    /// The same for the shop's table.
    pub fn apply_to_shop(&self, shop: &mut ShopSettings) {
        match self {
            WindowChange::ShopName(name) => shop.name.clone_from(name),
            WindowChange::Currency(currency) => shop.currency = currency.map(|currency| currency.code().to_owned()),
            _ => {}
        }
    }

    /// The same for the window's own table; the language and the shop are not in it.
    pub fn apply_to_window(&self, window: &mut WindowSettings) {
        match self {
            WindowChange::Theme(theme) => window.theme = *theme,
            WindowChange::TextSize(size) => window.text_size = *size,
            WindowChange::Scale(scale) => window.scale = *scale,
            WindowChange::Sounds(sounds) => window.sounds = *sounds,
            WindowChange::FullScreen(full) => window.full_screen = *full,
            WindowChange::CustomerDisplay(display) => window.customer_display = display.clone(),
            WindowChange::Language(_) | WindowChange::ShopName(_) | WindowChange::Currency(_) => {}
        }
    }

    /// Writes it into the settings file. Reads and writes a file: never on the window's thread.
    ///
    /// # Errors
    /// As [`Settings::load`] where the file is not the settings' (it stays as it is), and [`SettingsError::Unwritable`].
    pub fn save(&self, file: &Path) -> Result<(), SettingsError> {
        change_document(file, |document| self.put_into(document))
    }

    fn put_into(&self, document: &mut Document) -> serde_json::Result<()> {
        let mut window = |name: &str, value: Value| document.set(&["window", name], &value);
        match self {
            WindowChange::Theme(theme) => window("theme", json(theme)?),
            WindowChange::TextSize(size) => window("text_size", json(size)?),
            WindowChange::Scale(scale) => window("scale", json(scale)?),
            WindowChange::Sounds(sounds) => window("sounds", json(sounds)?),
            WindowChange::FullScreen(full) => window("full_screen", json(full)?),
            WindowChange::CustomerDisplay(display) => match json(display)? {
                Value::Object(fields) => fields
                    .iter()
                    .try_for_each(|(name, value)| document.set(&["window", "customer_display", name], value)),
                _ => Ok(()),
            },
            WindowChange::Language(Some(language)) => document.set(&["language"], &json(language)?),
            WindowChange::Language(None) => document.unset(&["language"]),
            WindowChange::ShopName(Some(name)) => document.set(&["shop", "name"], &json(name)?),
            WindowChange::ShopName(None) => document.unset(&["shop", "name"]),
            WindowChange::Currency(Some(currency)) => document.set(&["shop", "currency"], &json(&currency.code())?),
            WindowChange::Currency(None) => document.unset(&["shop", "currency"]),
        }
    }
}

fn json(value: &impl Serialize) -> serde_json::Result<Value> {
    serde_json::to_value(value)
}

#[cfg(test)]
mod tests;
