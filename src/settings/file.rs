//! The settings file: terminals and preferences, as JSON that a person can read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::replacing::replace;
use super::window::WindowSettings;
use crate::protocols::protocol::FieldValues;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settings {
    #[serde(default)]
    pub terminals: Vec<TerminalSettings>,
    /// The terminal meant when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_terminal: Option<String>,
    /// Language of the texts on screen as a BCP 47 tag, for example `sv` or `en-US`; the system's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Currency of the training terminal; its protocol's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_currency: Option<String>,
    #[serde(default, skip_serializing_if = "WindowSettings::is_default")]
    pub window: WindowSettings,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// One terminal as the installer set it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalSettings {
    pub name: String,
    /// A protocol's id.
    pub protocol: String,
    /// Without the defaults; see `Protocol::checked`.
    #[serde(default)]
    pub fields: FieldValues,
    /// The secret fields that are set. Their values are elsewhere; see `secrets`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub secrets: BTreeSet<String>,
}

impl TerminalSettings {
    /// Without secrets.
    pub fn new(name: &str, protocol: &str, fields: FieldValues) -> TerminalSettings {
        TerminalSettings { name: name.to_owned(), protocol: protocol.to_owned(), fields, secrets: BTreeSet::new() }
    }
}

/// What keeps the settings from being read or written. The text names the file.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings in {file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("the settings in {file} cannot be saved: {cause}")]
    Unwritable { file: String, cause: String },
}

impl Settings {
    /// Reads the file; a file that does not exist is empty settings.
    ///
    /// # Errors
    /// [`SettingsError::Unreadable`] with line and column where the JSON is wrong.
    pub fn load(file: &Path) -> Result<Settings, SettingsError> {
        let unreadable = |cause: &dyn std::fmt::Display| SettingsError::Unreadable {
            file: file.display().to_string(),
            cause: cause.to_string(),
        };
        match fs::read_to_string(file) {
            Ok(text) => {
                let settings: Settings = serde_json::from_str(&text).map_err(|cause| unreadable(&cause))?;
                for field in settings.unknown_fields() {
                    tracing::warn!(field, "the settings have a field that this program does not know");
                }
                Ok(settings)
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Settings::default()),
            Err(cause) => Err(unreadable(&cause)),
        }
    }

    /// Writes a new file beside the old one and puts it in its place, so that a power cut leaves one of the two.
    ///
    /// # Errors
    /// [`SettingsError::Unwritable`].
    pub fn save(&self, file: &Path) -> Result<(), SettingsError> {
        self.write(file).map_err(|cause| SettingsError::Unwritable {
            file: file.display().to_string(),
            cause: cause.to_string(),
        })?;
        tracing::info!(terminals = self.terminals.len(), "the settings are saved");
        Ok(())
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        replace(file, text.as_bytes())
    }

    /// The names of what is not understood, as they stand in the file.
    pub fn unknown_fields(&self) -> Vec<String> {
        self.unknown.keys().cloned().chain(self.window.unknown_fields()).collect()
    }

    pub fn terminal(&self, name: &str) -> Option<&TerminalSettings> {
        self.terminals.iter().find(|terminal| terminal.name == name)
    }

    /// Replaces the terminal of that name or adds it.
    pub fn put(&mut self, terminal: TerminalSettings) {
        match self.terminals.iter_mut().find(|known| known.name == terminal.name) {
            Some(known) => *known = terminal,
            None => self.terminals.push(terminal),
        }
    }

    /// Whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.terminals.len();
        self.terminals.retain(|terminal| terminal.name != name);
        if self.default_terminal.as_deref() == Some(name) {
            self.default_terminal = None;
        }
        self.terminals.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        assert_eq!(Settings::load(&file).unwrap(), Settings::default());
        let mut fields = FieldValues::default();
        fields.set("host", "10.0.0.7");
        let mut settings = Settings::default();
        settings.put(TerminalSettings::new("front", "nexo", fields));
        settings.default_terminal = Some("front".into());
        settings.save(&file).unwrap();
        assert_eq!(Settings::load(&file).unwrap(), settings);
        assert!(settings.remove("front"));
        assert_eq!(settings.default_terminal, None);
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        fs::write(&file, "{\n \"terminals\": 5}").unwrap();
        let text = Settings::load(&file).unwrap_err().to_string();
        assert!(text.contains("settings.json") && text.contains("line 2"), "{text}");
    }
}
