//! The settings file as text, as a document of which members are changed, and as settings.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;

use super::document::Document;
use super::fault::SettingsFault;
use super::file::{Settings, SettingsError};
use super::migration::{VERSION, migrate};

/// In bytes; the settings of a hundred terminals take a tenth of it.
const FILE_AT_MOST: u64 = 1 << 20;

#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    version: u32,
}

/// `None` where there is no file.
pub(super) fn text_of(file: &Path) -> Result<Option<String>, SettingsError> {
    let mut text = String::new();
    match File::open(file).and_then(|file| file.take(FILE_AT_MOST).read_to_string(&mut text)) {
        Ok(_) => Ok(Some(text)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(SettingsError::Unreadable { file: file.display().to_string(), cause: cause.to_string() }),
    }
}

/// The document as this program would write it, whatever program wrote it.
pub(super) fn document(file: &Path, text: &str) -> Result<Document, SettingsError> {
    let faulty = |cause: &serde_json::Error| SettingsError::Faulty {
        file: file.display().to_string(),
        faults: vec![SettingsFault::of_parser(cause, text)],
    };
    if let Ok(Versioned { version }) = serde_json::from_str(text)
        && version > VERSION
    {
        return Err(SettingsError::Newer { file: file.display().to_string(), version });
    }
    // Lines and columns are those that a person sees.
    serde_json::from_str::<Settings>(text).map_err(|cause| faulty(&cause))?;
    let Versioned { version } = serde_json::from_str(text).map_err(|cause| faulty(&cause))?;
    let mut document = Document::read(text).map_err(|cause| faulty(&cause))?;
    migrate(&mut document, version).map_err(|cause| faulty(&cause))?;
    Ok(document)
}

/// What the text says, brought up to date.
pub(super) fn settings(file: &Path, text: &str) -> Result<Settings, SettingsError> {
    let text = document(file, text)?.text();
    serde_json::from_str(&text).map_err(|cause| SettingsError::Faulty {
        file: file.display().to_string(),
        faults: vec![SettingsFault::of_parser(&cause, &text)],
    })
}
