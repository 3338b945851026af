//! One thing that somebody changed in the window. The settings file is read, this one thing is put into it, and it is
//! written again: whatever else stands there, by hand or by a newer program, stays as it was, byte for byte.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::customer_display::CustomerDisplaySettings;
use super::document::Document;
use super::file::{Settings, SettingsError};
use super::replacing::replace;
use super::scale::Scale;
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
            WindowChange::ShopName(name) => settings.shop.name = name.clone(),
            WindowChange::Currency(currency) => {
                settings.shop.currency = currency.map(|currency| currency.code().to_owned())
            }
            _ => self.apply_to_window(&mut settings.window),
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
    /// [`SettingsError::Unreadable`] where the file is not the settings' (it stays as it is), [`SettingsError::Unwritable`].
    pub fn save(&self, file: &Path) -> Result<(), SettingsError> {
        let name = || file.display().to_string();
        let unreadable = |cause: String| SettingsError::Unreadable { file: name(), cause };
        let unwritable = |cause: String| SettingsError::Unwritable { file: name(), cause };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => "{}".to_owned(),
            Err(cause) => return Err(unreadable(cause.to_string())),
        };
        serde_json::from_str::<Settings>(&text).map_err(|cause| unreadable(cause.to_string()))?;
        let mut document = Document::read(&text).map_err(|cause| unreadable(cause.to_string()))?;
        self.put_into(&mut document).map_err(|cause| unwritable(cause.to_string()))?;
        // What would be refused at the next start is not written.
        let text = document.text();
        serde_json::from_str::<Settings>(&text).map_err(|cause| unwritable(cause.to_string()))?;
        replace(file, text.as_bytes()).map_err(|cause| unwritable(cause.to_string()))
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
