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
            let gone = || SettingsError::Unreadable {
                file: copy.display().to_string(),
                cause: std::io::ErrorKind::NotFound.to_string(),
            };
            let text = reading::text_of(&copy)?.ok_or_else(gone)?;
            Settings::load_usable(&copy, rules)?;
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
    Settings::load_usable(file, rules)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::changing::change_settings;
    use super::*;

    const BROKEN: &str = "{\"terminals\": [";

    fn rules() -> SettingsRules {
        SettingsRules { find: |_| None, reserved: &[], secret: Vec::new() }
    }

    fn now() -> Timestamp {
        "2026-11-22T15:00:00Z".parse().unwrap()
    }

    /// Settings that were good, and then somebody broke them.
    fn broken(folder: &tempfile::TempDir) -> PathBuf {
        let file = folder.path().join("settings.json");
        change_settings(&file, |settings| {
            settings.language = Some("sv".to_owned());
            Some(())
        })
        .unwrap();
        fs::write(&file, BROKEN).unwrap();
        file
    }

    #[test]
    fn the_last_good_settings_come_back_and_the_broken_file_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = broken(&folder);
        assert!(last_good_settings(&file, &rules()).is_some());
        let mended = mend_settings(&file, Mending::LastGood, &rules(), now()).unwrap();
        assert_eq!(mended.language.as_deref(), Some("sv"));
        assert_eq!(Settings::load(&file).unwrap(), mended);
        let aside = folder.path().join("settings.json.broken-20261122T150000Z");
        assert_eq!(fs::read_to_string(aside).unwrap(), BROKEN);
    }

    #[test]
    fn empty_settings_leave_the_last_good_ones_and_no_broken_file_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = broken(&folder);
        for again in ["", "-1"] {
            fs::write(&file, format!("{BROKEN}{again}")).unwrap();
            assert_eq!(mend_settings(&file, Mending::Empty, &rules(), now()).unwrap(), Settings::default());
            let aside = folder.path().join(format!("settings.json.broken-20261122T150000Z{again}"));
            assert_eq!(fs::read_to_string(aside).unwrap(), format!("{BROKEN}{again}"));
        }
        assert_eq!(Settings::load(&last_good(&file)).unwrap().language.as_deref(), Some("sv"));
    }

    #[test]
    fn what_somebody_mended_by_hand_is_read_and_what_is_broken_still_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = broken(&folder);
        assert_eq!(mend_settings(&file, Mending::ReadAgain, &rules(), now()).unwrap_err().key(), "settings-faulty");
        fs::write(&file, "{\"language\": \"fi\"}").unwrap();
        let mended = mend_settings(&file, Mending::ReadAgain, &rules(), now()).unwrap();
        assert_eq!(mended.language.as_deref(), Some("fi"));
    }

    #[test]
    fn where_there_are_no_good_settings_nothing_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = broken(&folder);
        fs::write(last_good(&file), BROKEN).unwrap();
        assert_eq!(last_good_settings(&file, &rules()), None);
        assert!(mend_settings(&file, Mending::LastGood, &rules(), now()).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), BROKEN);
        assert_eq!(
            fs::read_dir(folder.path())
                .unwrap()
                .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().contains("broken-") })
                .count(),
            0
        );
    }
}
