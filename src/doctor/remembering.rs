//! Who the terminal is, kept in its settings: by that it is found again at another address, and told from another machine.

use std::path::PathBuf;

use crate::domain::Identity;
use crate::settings::{SettingsError, TerminalSettings, change_settings};

use super::examination::Subject;
use super::finding::Check;
use super::notebook::{Note, Notebook, Stop};
use super::terminal_word;

/// After an examination without a fault. A terminal whose family tells nothing of this kind is left out.
pub async fn look(subject: &Subject, notes: &mut Notebook) {
    let Some(told) = told(subject).filter(|told| !told.is_empty()) else { return };
    notes.look_at(Check::Remembered).await;
    let kept = keep(subject.places.settings_file(), subject.terminal.clone(), told).await;
    // nothing comes after it
    let _: Result<(), Stop> = notes.write(note_of(kept)).await;
}

fn note_of(kept: Result<Option<Identity>, SettingsError>) -> Note {
    match kept {
        Ok(Some(known)) => Note::fine("doctor-remembered-fine").with("identity", known),
        Ok(None) => Note::doubt("doctor-remembered-changed"),
        Err(error) => Note::doubt("doctor-remembered-not").saying(error),
    }
}

fn told(subject: &Subject) -> Option<Identity> {
    let told = terminal_word::identity(subject.opened.as_ref().ok()?)?;
    if subject.is_inside() {
        return None;
    }
    Some((subject.protocol()?.search?.told)(&told))
}

/// What is known of it now; `None` where it is no longer set up as it was when it was tested. Another machine's numbers never
/// take the place of those that are known: the examination has ended before with a fault.
async fn keep(file: PathBuf, tested: TerminalSettings, told: Identity) -> Result<Option<Identity>, SettingsError> {
    let known = tested.identity.clone().and(&told);
    if known == tested.identity {
        return Ok(Some(known));
    }
    let (path, new) = (file.clone(), known.clone());
    let change = move || {
        change_settings(&path, |settings| {
            let terminal = settings.terminals.iter_mut().find(|terminal| **terminal == tested)?;
            terminal.identity = new;
            Some(())
        })
    };
    let ended = |error: tokio::task::JoinError| SettingsError::Unwritable {
        file: file.display().to_string(),
        cause: error.to_string(),
    };
    Ok(tokio::task::spawn_blocking(change).await.map_err(ended)??.map(|()| known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::FieldValues;
    use crate::settings::Settings;

    fn known(serial: &str) -> TerminalSettings {
        let identity = Identity::default().with("serial", serial);
        TerminalSettings { identity, ..TerminalSettings::new("front", "valor", FieldValues::default()) }
    }

    #[tokio::test]
    async fn who_it_is_is_kept_where_nobody_changed_the_terminal_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let mut settings = Settings::default();
        settings.put(known(""));
        settings.put(TerminalSettings { name: "back".to_owned(), ..known("9") });
        settings.save(&file).unwrap();
        let told = Identity::default().with("serial", "7");
        let kept = keep(file.clone(), known("8"), told.clone().with("EPI", "1")).await;
        assert_eq!(note_of(kept), Note::doubt("doctor-remembered-changed"), "it is another now");
        assert_eq!(Settings::load(&file).unwrap(), settings);
        assert_eq!(keep(file.clone(), known(""), told.clone()).await, Ok(Some(told.clone())));
        settings.put(known("7"));
        assert_eq!(Settings::load(&file).unwrap(), settings);
        assert_eq!(keep(file.clone(), known("7"), told.clone()).await, Ok(Some(told)), "nothing is written");
    }
}
