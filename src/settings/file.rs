//! The settings file: terminals and preferences, as JSON that a person can read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::changing::{Turn, put, unwritable};
use super::fault::SettingsFault;
use super::migration::SettingsVersion;
use super::printers::PrinterSettings;
use super::reading;
use super::receipts::ReceiptSettings;
use super::shop::ShopSettings;
use super::window::WindowSettings;
use crate::domain::Identity;
use crate::protocols::protocol::FieldValues;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settings {
    #[serde(default)]
    pub version: SettingsVersion,
    #[serde(default)]
    pub terminals: Vec<TerminalSettings>,
    /// The terminal meant when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_terminal: Option<String>,
    /// Language of the texts on screen as a BCP 47 tag, for example `sv` or `en-US`; the system's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "ShopSettings::is_default")]
    pub shop: ShopSettings,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printers: Vec<PrinterSettings>,
    #[serde(default, skip_serializing_if = "ReceiptSettings::is_default")]
    pub receipts: ReceiptSettings,
    /// Currency of the training terminal; the shop's when absent, else its protocol's own.
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
    /// Who the machine said it is when it was searched for or tested; empty where it has not told.
    #[serde(default, skip_serializing_if = "Identity::is_empty")]
    pub identity: Identity,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

impl TerminalSettings {
    /// Without secrets, and of a machine that has not said who it is.
    pub fn new(name: &str, protocol: &str, fields: FieldValues) -> TerminalSettings {
        let (name, protocol) = (name.to_owned(), protocol.to_owned());
        let (secrets, identity, unknown) = Default::default();
        TerminalSettings { name, protocol, fields, secrets, identity, unknown }
    }

    /// Whether a terminal that was started with these settings need not be started anew for the others: what is remembered of
    /// the machine makes no difference to how it is spoken to.
    pub fn is_set_up_like(&self, other: &TerminalSettings) -> bool {
        let TerminalSettings { name, protocol, fields, secrets, identity: _, unknown: _ } = self;
        (name, protocol, fields, secrets) == (&other.name, &other.protocol, &other.fields, &other.secrets)
    }
}

/// What keeps the settings from being read or written. The text names the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings in {file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    /// Somebody has written something into it that is wrong.
    #[error("the settings in {file} are wrong: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faulty { file: String, faults: Vec<SettingsFault> },
    #[error("the settings in {file} were written by a newer version of the program ({version})")]
    Newer { file: String, version: u32 },
    #[error("the settings in {file} cannot be saved: {cause}")]
    Unwritable { file: String, cause: String },
}

impl SettingsError {
    /// The Fluent id of the text for a person; what is `Faulty` has a text for each fault besides.
    pub fn key(&self) -> &'static str {
        match self {
            SettingsError::Unreadable { .. } => "settings-unreadable",
            SettingsError::Faulty { .. } => "settings-faulty",
            SettingsError::Newer { .. } => "settings-newer",
            SettingsError::Unwritable { .. } => "settings-unwritable",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            SettingsError::Unreadable { file, cause } | SettingsError::Unwritable { file, cause } => {
                vec![("file", file.clone()), ("problem", cause.clone())]
            }
            SettingsError::Faulty { file, .. } => vec![("file", file.clone())],
            SettingsError::Newer { file, version } => vec![("file", file.clone()), ("version", version.to_string())],
        }
    }

    /// What is wrong in the file, where it could be read.
    pub fn faults(&self) -> &[SettingsFault] {
        match self {
            SettingsError::Faulty { faults, .. } => faults,
            _ => &[],
        }
    }
}

impl Settings {
    /// Reads the file, of whatever older version; a file that does not exist is empty settings.
    ///
    /// # Errors
    /// [`SettingsError::Faulty`] with line and column where the JSON is wrong, `Newer`, `Unreadable`.
    pub fn load(file: &Path) -> Result<Settings, SettingsError> {
        let Some(text) = reading::text_of(file)? else { return Ok(Settings::default()) };
        let settings = reading::settings(file, &text)?;
        for field in settings.unknown_fields() {
            tracing::warn!(field, "the settings have a field that this program does not know");
        }
        Ok(settings)
    }

    /// Writes a new file beside the old one and puts it in its place, so that a power cut leaves one of the two. What
    /// another program has changed since these were read is lost: see [`super::change_settings`].
    ///
    /// # Errors
    /// [`SettingsError::Unwritable`].
    pub fn save(&self, file: &Path) -> Result<(), SettingsError> {
        let _turn = Turn::wait_for(file)?;
        put(file, &self.text().map_err(|cause| unwritable(file, &cause))?)
    }

    /// As it stands in the file.
    pub(super) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The names of what is not understood, as they stand in the file; terminals are counted from 0.
    pub fn unknown_fields(&self) -> Vec<String> {
        let own = self.unknown.keys().cloned();
        let terminals = self.terminals.iter().enumerate().flat_map(|(number, terminal)| {
            terminal.unknown.keys().map(move |name| format!("terminals.{number}.{name}"))
        });
        let printers =
            self.printers.iter().enumerate().flat_map(|(number, printer)| {
                printer.unknown.keys().map(move |name| format!("printers.{number}.{name}"))
            });
        let terminals = terminals.chain(printers).chain(self.receipts.unknown_fields());
        own.chain(terminals).chain(self.shop.unknown_fields()).chain(self.window.unknown_fields()).collect()
    }

    pub fn terminal(&self, name: &str) -> Option<&TerminalSettings> {
        self.terminals.iter().find(|terminal| terminal.name == name)
    }

    pub fn printer(&self, name: &str) -> Option<&PrinterSettings> {
        self.printers.iter().find(|printer| printer.name == name)
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
    use std::fs;

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
    fn who_a_terminal_is_makes_no_difference_to_how_it_runs() {
        let front = TerminalSettings::new("front", "valor", FieldValues::default());
        let identity = Identity::default().with("EPI", "2310045678");
        assert!(front.is_set_up_like(&TerminalSettings { identity, ..front.clone() }));
        let mut elsewhere = front.clone();
        elsewhere.fields.set("host", "10.0.0.7");
        assert!(!front.is_set_up_like(&elsewhere));
        assert!(!front.is_set_up_like(&TerminalSettings { secrets: ["key".to_owned()].into(), ..front.clone() }));
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        fs::write(&file, "{\n \"terminals\": 5}").unwrap();
        let text = Settings::load(&file).unwrap_err().to_string();
        assert!(text.contains("settings.json") && text.contains("line 2"), "{text}");
    }

    #[test]
    fn what_a_newer_program_wrote_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let newer = "{\"version\": 2, \"terminals\": {\"front\": {}}}";
        fs::write(&file, newer).unwrap();
        let refused = Settings::load(&file).unwrap_err();
        assert_eq!((refused.key(), refused.faults()), ("settings-newer", &[][..]));
        assert_eq!(super::super::change_settings(&file, |_| Some(())).unwrap_err(), refused);
        assert_eq!(super::super::WindowChange::FullScreen(true).save(&file).unwrap_err(), refused);
        assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    }

    #[test]
    fn the_training_currency_of_an_older_program_is_the_shops() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        fs::write(&file, "{\"training_currency\": \"NOK\"}").unwrap();
        let settings = Settings::load(&file).unwrap();
        assert_eq!((settings.shop.currency.as_deref(), settings.training_currency), (Some("NOK"), None));
    }
}
