//! The settings are read, changed and written in one go: programs that do so at once wait for each other, and lose nothing
//! of each other's.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::document::Document;
use super::file::{Settings, SettingsError};
use super::reading;
use super::replacing::replace;

/// Who changes settings has them for some milliseconds.
const A_TURN_WITHIN: Duration = Duration::from_secs(10);
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// The right to write a file, until it is dropped or the program ends in whatever way.
pub(super) struct Turn {
    _locked: File,
}

impl Turn {
    /// Waits for the programs that are at it, ten seconds at most.
    ///
    /// # Errors
    /// [`SettingsError::Unwritable`].
    pub(super) fn wait_for(file: &Path) -> Result<Turn, SettingsError> {
        Turn::at(file).map_err(|cause| unwritable(file, &cause))
    }

    /// The same for a file of ours that is not the settings.
    ///
    /// # Errors
    /// The system's; `TimedOut` where somebody is at it all the time.
    pub(super) fn at(file: &Path) -> io::Result<Turn> {
        Turn::within(file, A_TURN_WITHIN)
    }

    fn within(file: &Path, wait: Duration) -> io::Result<Turn> {
        let path = file.with_extension("lock");
        let locked = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        let until = Instant::now() + wait;
        loop {
            match locked.try_lock() {
                Ok(()) => return Ok(Turn { _locked: locked }),
                Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(LOOKS_AGAIN_AFTER),
                Err(TryLockError::WouldBlock) => return Err(ErrorKind::TimedOut.into()),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

/// Reads the settings, changes them and writes them anew, unless `change` says `None`.
///
/// # Errors
/// As [`Settings::load`] and [`Settings::save`]; the file is as it was then.
pub fn change_settings<T>(
    file: &Path,
    change: impl FnOnce(&mut Settings) -> Option<T>,
) -> Result<Option<T>, SettingsError> {
    let _turn = Turn::wait_for(file)?;
    let mut settings = Settings::load(file)?;
    let Some(done) = change(&mut settings) else { return Ok(None) };
    put(file, &settings.text().map_err(|cause| unwritable(file, &cause))?)?;
    Ok(Some(done))
}

/// The same for single members of the file: all others stay as they are, byte for byte.
pub(super) fn change_document(
    file: &Path,
    change: impl FnOnce(&mut Document) -> serde_json::Result<()>,
) -> Result<(), SettingsError> {
    let _turn = Turn::wait_for(file)?;
    let text = reading::text_of(file)?.unwrap_or_else(|| "{}".to_owned());
    let mut document = reading::document(file, &text)?;
    change(&mut document).map_err(|cause| unwritable(file, &cause))?;
    let text = document.text();
    // What would be refused at the next start is not written.
    serde_json::from_str::<Settings>(&text).map_err(|cause| unwritable(file, &cause))?;
    put(file, &text)
}

/// Writes whole settings, and keeps a copy of them for the day on which somebody breaks the file. Whoever calls has the turn.
pub(super) fn put(file: &Path, text: &str) -> Result<(), SettingsError> {
    replace(file, text.as_bytes()).map_err(|cause| unwritable(file, &cause))?;
    keep_as_good(file, text);
    tracing::info!("the settings are saved");
    Ok(())
}

/// Where the newest settings lie that were good.
pub(super) fn last_good(file: &Path) -> PathBuf {
    file.with_extension("json.last-good")
}

/// That there is no copy hinders nobody today.
fn keep_as_good(file: &Path, text: &str) {
    let copy = last_good(file);
    let is_there = fs::read(&copy).is_ok_and(|kept| kept == text.as_bytes());
    if !is_there && let Err(error) = replace(&copy, text.as_bytes()) {
        tracing::warn!(%error, "no copy of the good settings could be kept");
    }
}

/// Keeps a copy of settings that have just been found good, also of those that somebody wrote by hand.
///
/// # Errors
/// [`SettingsError`] where they cannot be read.
pub fn remember_as_good(file: &Path) -> Result<(), SettingsError> {
    let Some(text) = reading::text_of(file)? else { return Ok(()) };
    if fs::read(last_good(file)).is_ok_and(|kept| kept == text.as_bytes()) {
        return Ok(());
    }
    let _turn = Turn::wait_for(file)?;
    let text = reading::text_of(file)?.unwrap_or_default();
    reading::settings(file, &text)?;
    keep_as_good(file, &text);
    Ok(())
}

pub(super) fn unwritable(file: &Path, cause: &dyn std::fmt::Display) -> SettingsError {
    SettingsError::Unwritable { file: file.display().to_string(), cause: cause.to_string() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::file::TerminalSettings;
    use super::super::window_change::WindowChange;
    use super::*;
    use crate::protocols::protocol::FieldValues;

    #[test]
    fn a_window_and_commands_that_change_settings_at_once_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let file = &file;
                scope.spawn(move || {
                    change_settings(file, |settings| {
                        settings.put(TerminalSettings::new(&format!("{number}"), "valor", FieldValues::default()));
                        Some(())
                    })
                    .unwrap();
                });
                scope.spawn(move || WindowChange::Language(Some("sv".to_owned())).save(file).unwrap());
                scope.spawn(move || WindowChange::FullScreen(true).save(file).unwrap());
            }
        });
        let settings = Settings::load(&file).unwrap();
        assert_eq!(settings.terminals.len(), 8);
        assert_eq!((settings.language.as_deref(), settings.window.full_screen), (Some("sv"), true));
        assert_eq!(fs::read(last_good(&file)).unwrap(), fs::read(&file).unwrap());
    }

    #[test]
    fn whoever_gets_no_turn_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let held = Turn::wait_for(&file).unwrap();
        assert_eq!(Turn::within(&file, Duration::ZERO).map(|_| ()).unwrap_err().kind(), ErrorKind::TimedOut);
        drop(held);
        Turn::within(&file, Duration::ZERO).unwrap();
        assert_eq!(change_settings(&file, |_| None::<()>).unwrap(), None);
        assert!(!file.exists());
    }

    #[test]
    fn good_settings_of_a_hand_are_remembered_and_broken_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        remember_as_good(&file).unwrap();
        fs::write(&file, "{\"language\": \"sv\"}").unwrap();
        remember_as_good(&file).unwrap();
        fs::write(&file, "{\"language\": ").unwrap();
        assert!(remember_as_good(&file).is_err());
        assert_eq!(fs::read_to_string(last_good(&file)).unwrap(), "{\"language\": \"sv\"}");
    }
}
