//! Taking shared settings: the whole file or nothing of it.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::changing::change_settings;
use super::super::checking::{SettingsRules, check_settings};
use super::super::fault::FaultPlace;
use super::super::file::{Settings, TerminalSettings};
use super::keys::is_signed;
use super::{FORMAT, Read, SharingError, settings_in_shared, signed};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The fields of the file that are not known; they are not taken.
    pub unknown: Vec<(String, Option<FaultPlace>)>,
    /// Terminals that there are no longer, or that belong to another family now, with the names of the secrets they had.
    pub gone: Vec<TerminalSettings>,
    /// How many terminals there are now.
    pub terminals: usize,
}

/// Puts the settings of a shared file into the place of this till's own. The window stays as it is, and a terminal that stays
/// what it is keeps its secrets. `trusted`: whose files are taken; `None` where a person says that it need not be signed.
/// `is_open`: whether a terminal has a payment that has not ended.
///
/// # Errors
/// [`SharingError`]; nothing was changed then.
pub fn take_settings(
    own: &Path,
    (file, text): (&Path, &str),
    trusted: Option<&[String]>,
    rules: &SettingsRules,
    is_open: impl Fn(&str) -> bool,
) -> Result<Taken, SharingError> {
    is_to_be_believed(file, text, trusted)?;
    let not_shared = || SharingError::NotShared { file: file.display().to_string(), cause: "settings".to_owned() };
    let placed = settings_in_shared(text).ok_or_else(not_shared)?;
    let checked = check_settings(file, &placed, rules)?;
    let terminals = checked.settings.terminals.len();
    let mut refused = None;
    let gone = change_settings(own, |settings| {
        refused = touched(settings, &checked.settings).find(|name| is_open(name));
        refused.is_none().then(|| put(settings, checked.settings))
    })?;
    match (gone, refused) {
        (Some(gone), _) => Ok(Taken { unknown: checked.unknown, gone, terminals }),
        (None, Some(terminal)) => Err(SharingError::OpenPayment { terminal }),
        (None, None) => Err(not_shared()),
    }
}

fn is_to_be_believed(file: &Path, text: &str, trusted: Option<&[String]>) -> Result<(), SharingError> {
    let name = || file.display().to_string();
    let read: Read = serde_json::from_str(text)
        .map_err(|cause| SharingError::NotShared { file: name(), cause: cause.to_string() })?;
    if read.checkstand_settings > FORMAT {
        return Err(SharingError::Newer { file: name() });
    }
    let Some(trusted) = trusted else { return Ok(()) };
    let (Some(key), Some(signature)) = (read.key, read.signature) else {
        return Err(SharingError::Unsigned { file: name() });
    };
    if !trusted.contains(&key) {
        return Err(SharingError::Foreign { file: name(), key });
    }
    match is_signed(&key, signed(read.settings.get()).as_bytes(), &signature) {
        true => Ok(()),
        false => Err(SharingError::Altered { file: name() }),
    }
}

/// The terminals there are that would be others then, or none.
fn touched<'a>(old: &'a Settings, new: &'a Settings) -> impl Iterator<Item = String> + 'a {
    let same = |known: &TerminalSettings| {
        let new = new.terminal(&known.name);
        new.is_some_and(|new| new.protocol == known.protocol && new.fields == known.fields)
    };
    old.terminals.iter().filter(move |known| !same(known)).map(|known| known.name.clone())
}

/// Gives back the terminals whose secrets nobody needs any more.
fn put(settings: &mut Settings, mut new: Settings) -> Vec<TerminalSettings> {
    let stays = |known: &&TerminalSettings| new.terminal(&known.name).is_some_and(|new| new.protocol == known.protocol);
    let gone = settings.terminals.iter().filter(|known| !stays(known)).cloned().collect();
    for terminal in &mut new.terminals {
        let known = settings.terminal(&terminal.name).filter(|known| known.protocol == terminal.protocol);
        terminal.secrets = known.map_or_else(BTreeSet::new, |known| known.secrets.clone());
    }
    settings.terminals = new.terminals;
    settings.default_terminal = new.default_terminal;
    settings.language = new.language;
    settings.shop = new.shop;
    settings.training_currency = new.training_currency;
    gone
}
