//! The settings of one till as a file for others: signed with the shop's key, without operators or the window's looks, and
//! with secrets only where they are sealed.

mod drop_in;
mod keys;
mod sealing;
mod taken_secrets;
mod taking;
mod till_key;

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::file::{Settings, SettingsError};
use super::secrets::SecretError;
use super::window::WindowSettings;
use crate::domain::Identity;
pub use drop_in::{Dropped, dropped_settings, remember_dropped};
pub use keys::{ShopKey, trust_key, trusted_keys};
pub use sealing::{PASSPHRASE_AT_LEAST, SealFor, SealedSecrets, SealingError, SharedSecrets};
pub use taking::{SharedFile, Taken, read_shared};
pub use till_key::TillKey;

/// The newest that this program reads: with sealed secrets. Without any it writes the one before.
const FORMAT: u32 = 2;
/// Before what is signed, so that no other file of the shop's is ever taken for settings, and none with secrets for one
/// without.
const SIGNED_AS: &str = "checkstand settings 1\n";
const SIGNED_WITH_SECRETS_AS: &str = "checkstand settings 2\n";

/// Why settings were not shared or not taken. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharingError {
    #[error("{file} holds no shared settings: {cause}")]
    NotShared { file: String, cause: String },
    #[error("{file} was written by a newer version of the program")]
    Newer { file: String },
    #[error("{file} is not signed")]
    Unsigned { file: String },
    /// By a key that this till does not trust.
    #[error("{file} is signed by {key}")]
    Foreign { file: String, key: String },
    #[error("{file} was changed after it was signed")]
    Altered { file: String },
    #[error("there is no key in {file}")]
    NoKey { file: String },
    #[error("the key in {file} cannot be used: {cause}")]
    Key { file: String, cause: String },
    #[error("that is no key")]
    NotAKey,
    /// A payment on a terminal that would be changed or removed has not ended.
    #[error("terminal “{terminal}” has an open payment")]
    OpenPayment { terminal: String },
    #[error(transparent)]
    Sealing(#[from] SealingError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Secrets(#[from] SecretError),
}

impl SharingError {
    fn key(file: &Path, cause: impl ToString) -> SharingError {
        SharingError::Key { file: file.display().to_string(), cause: cause.to_string() }
    }

    /// What the command line calls it: `cli-<code>` is the text.
    pub fn code(&self) -> &'static str {
        match self {
            SharingError::NotShared { .. } => "shared-none",
            SharingError::Newer { .. } => "shared-newer",
            SharingError::Unsigned { .. } => "shared-unsigned",
            SharingError::Foreign { .. } => "shared-foreign",
            SharingError::Altered { .. } => "shared-altered",
            SharingError::NoKey { .. } => "shared-no-key",
            SharingError::Key { .. } => "shared-key",
            SharingError::NotAKey => "shared-not-a-key",
            SharingError::OpenPayment { .. } => "shared-open-payment",
            SharingError::Sealing(error) => error.code(),
            SharingError::Settings(_) => "settings",
            SharingError::Secrets(error) => error.key(),
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, &str)> {
        match self {
            SharingError::NotShared { file, cause } | SharingError::Key { file, cause } => {
                vec![("file", file), ("problem", cause)]
            }
            SharingError::Newer { file }
            | SharingError::Unsigned { file }
            | SharingError::Altered { file }
            | SharingError::NoKey { file } => vec![("file", file)],
            SharingError::Foreign { file, key } => vec![("file", file), ("key", key)],
            SharingError::OpenPayment { terminal } => vec![("terminal", terminal)],
            SharingError::Sealing(error) => error.placeables(),
            SharingError::NotAKey | SharingError::Settings(_) | SharingError::Secrets(_) => Vec::new(),
        }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    checkstand_settings: u32,
    settings: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

/// What is signed are the bytes of `settings` as they stand in the file, after what is sealed.
#[derive(Deserialize)]
struct Read<'a> {
    checkstand_settings: u32,
    #[serde(borrow)]
    settings: &'a RawValue,
    sealed: Option<String>,
    key: Option<String>,
    signature: Option<String>,
}

/// A file for other tills; without a key it is not signed. `secrets`: those of its terminals, and who can open them.
///
/// # Errors
/// `NotShared` where it cannot be written as JSON, and [`SealingError`].
pub fn shared_text(
    settings: &Settings,
    secrets: Option<(&SharedSecrets, &SealFor)>,
    key: Option<&ShopKey>,
) -> Result<String, SharingError> {
    let not_shared =
        |error: serde_json::Error| SharingError::NotShared { file: String::new(), cause: error.to_string() };
    let mut given = Settings { window: WindowSettings::default(), ..settings.clone() };
    for terminal in &mut given.terminals {
        terminal.secrets.clear();
        // Other tills have machines of their own.
        terminal.identity = Identity::default();
        // Nobody knows what it is: perhaps something that is for nobody else.
        terminal.unknown.clear();
    }
    given.unknown.clear();
    let raw = RawValue::from_string(serde_json::to_string_pretty(&given).map_err(not_shared)?).map_err(not_shared)?;
    let sealed = secrets.map(|(secrets, to)| to.seal(secrets)).transpose()?;
    let sealed = sealed.as_deref();
    let signature = key.map(|key| key.sign(signed(raw.get(), sealed).as_bytes()));
    let checkstand_settings = if sealed.is_some() { FORMAT } else { FORMAT - 1 };
    let written = Written { checkstand_settings, settings: &raw, sealed, key: key.map(ShopKey::public), signature };
    serde_json::to_string_pretty(&written).map(|text| text + "\n").map_err(not_shared)
}

/// What is signed: no sealed text has a line break, so that it is told from the settings after it.
fn signed(settings: &str, sealed: Option<&str>) -> String {
    match sealed {
        None => format!("{SIGNED_AS}{settings}"),
        Some(sealed) => format!("{SIGNED_WITH_SECRETS_AS}{sealed}\n{settings}"),
    }
}

/// The settings in a shared file, with blanks for what stands before them: lines and columns are those of the file. `None`
/// where the text is no shared file.
pub fn settings_in_shared(text: &str) -> Option<String> {
    let read: Read = serde_json::from_str(text).ok()?;
    let inner = read.settings.get();
    let offset = (inner.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..offset)?;
    let blank: String = before.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    Some(blank + inner)
}
