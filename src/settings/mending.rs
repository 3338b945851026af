//! The ways out of a settings file that cannot be believed. The broken one is kept aside; nobody's work is thrown away.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::changing::{Turn, last_good, put, unwritable};
use super::checking::{SettingsRules, check_settings};
use super::file::{Settings, SettingsError};
use super::reading;

/// How many broken files of one second are told apart.
const BROKEN_AT_MOST: u32 = 100;

/// What somebody chose to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mending {
    /// The copy of the newest settings that were good.
    LastGood,
    Empty,
    /// Somebody has mended the file by hand.
    ReadAgain,
}

/// When the copy of good settings was written; `None` where there is none that is good.
pub fn last_good_settings(file: &Path, rules: &SettingsRules) -> Option<Timestamp> {
    let copy = last_good(file);
    let text = reading::text_of(&copy).ok()??;
    check_settings(&copy, &text, rules).ok()?;
    fs::metadata(&copy).ok()?.modified().ok()?.try_into().ok()
}

/// Does what was chosen, and reads the settings then. Reads and writes files: never on the window's thread.
///
/// # Errors
/// [`SettingsError`]; the broken file is where it was then.
pub fn mend_settings(
    file: &Path,
    how: Mending,
    rules: &SettingsRules,
    now: Timestamp,
) -> Result<Settings, SettingsError> {
    let text = match how {
        Mending::ReadAgain => None,
        Mending::LastGood => {
            let copy = last_good(file);
            let text = reading::text_of(&copy)?.unwrap_or_else(|| "{}".to_owned());
            check_settings(&copy, &text, rules)?;
            Some(text)
        }
        Mending::Empty => Some(Settings::default().text().map_err(|cause| unwritable(file, &cause))?),
    };
    if let Some(text) = text {
        let _turn = Turn::wait_for(file)?;
        keep_aside(file, now).map_err(|cause| unwritable(file, &cause))?;
        match how {
            Mending::Empty => put_without_copy(file, &text)?,
            Mending::LastGood | Mending::ReadAgain => put(file, &text)?,
        }
    }
    Settings::load_checked(file, rules).map(|checked| checked.settings)
}

/// The last good settings stay what they are: whoever began anew by mistake has them still.
fn put_without_copy(file: &Path, text: &str) -> Result<(), SettingsError> {
    super::replacing::replace(file, text.as_bytes()).map_err(|cause| unwritable(file, &cause))
}

/// A copy: until the new file is in its place the broken one stays in its own, and no start finds none.
fn keep_aside(file: &Path, now: Timestamp) -> std::io::Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let named = |number: u32| -> PathBuf {
        let again = if number == 0 { String::new() } else { format!("-{number}") };
        file.with_extension(format!("json.broken-{stamp}{again}"))
    };
    let free = (0..BROKEN_AT_MOST).map(named).find(|aside| !aside.exists());
    let aside = free.ok_or(std::io::ErrorKind::AlreadyExists)?;
    fs::copy(file, &aside)?;
    fs::File::open(&aside)?.sync_all()
}
