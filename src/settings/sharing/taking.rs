//! Taking shared settings: the whole file or nothing of it.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::changing::change_settings;
use super::super::checking::{SettingsRules, check_settings};
use super::super::fault::FaultPlace;
use super::super::file::{Settings, TerminalSettings};
use super::super::places::Places;
use super::super::secrets::SecretError;
use super::keys::is_signed;
use super::sealing::{SealedSecrets, SealingError, SharedSecrets};
use super::taken_secrets::TakenSecrets;
use super::{FORMAT, Read, SharingError, settings_in_shared, signed};

/// A file for other tills that is to be believed, with settings in order. Nothing of it was taken yet.
#[derive(Debug)]
pub struct SharedFile {
    file: String,
    settings: Settings,
    unknown: Vec<(String, Option<FaultPlace>)>,
    sealed: Option<SealedSecrets>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The fields of the file that are not known; they are not taken.
    pub unknown: Vec<(String, Option<FaultPlace>)>,
    /// How many terminals there are now.
    pub terminals: usize,
    /// How many secrets the file brought.
    pub secrets: usize,
    /// Secrets that nobody needs any more could not be taken away.
    pub left_behind: Option<SecretError>,
}

/// Reads such a file. `trusted`: whose files are taken; `None` where a person says that it need not be signed.
///
/// # Errors
/// [`SharingError`].
pub fn read_shared(
    (file, text): (&Path, &str),
    trusted: Option<&[String]>,
    rules: &SettingsRules,
) -> Result<SharedFile, SharingError> {
    let name = file.display().to_string();
    let sealed = believed(&name, text, trusted)?.map(|text| SealedSecrets { file: name.clone(), text });
    let not_shared = || SharingError::NotShared { file: name.clone(), cause: "settings".to_owned() };
    let placed = settings_in_shared(text).ok_or_else(not_shared)?;
    let checked = check_settings(file, &placed, rules)?;
    Ok(SharedFile { file: name, settings: checked.settings, unknown: checked.unknown, sealed })
}

impl SharedFile {
    /// The secrets it brings, which have to be opened first.
    pub fn sealed(&self) -> Option<&SealedSecrets> {
        self.sealed.as_ref()
    }

    /// Puts the settings into the place of this till's own. The window stays as it is, and a terminal that stays what it is
    /// keeps those of its secrets that the file does not bring. `is_open`: whether a terminal has a payment that has not ended.
    ///
    /// # Errors
    /// [`SharingError`]; nothing was changed then.
    pub async fn take(
        self,
        places: &Places,
        secrets: SharedSecrets,
        rules: &SettingsRules,
        is_open: impl Fn(&str) -> bool,
    ) -> Result<Taken, SharingError> {
        self.check(&secrets, rules)?;
        let own = places.settings_file();
        let refuse = |terminal| SharingError::OpenPayment { terminal };
        let is_busy = |name: &String| is_open(name);
        // Looked at before secrets are replaced, and once more when the settings are nobody else's.
        if let Some(terminal) = touched(&Settings::load(&own)?, &self.settings).find(is_busy) {
            return Err(refuse(terminal));
        }
        let count = secrets.values().map(|fields| fields.len()).sum();
        let brought = TakenSecrets::compare(places, secrets).await?;
        if let Some(terminal) = brought.changed().find(is_busy) {
            return Err(refuse(terminal));
        }
        brought.keep(places).await?;
        let terminals = self.settings.terminals.len();
        let mut refused = None;
        let done = change_settings(&own, |settings| {
            refused = touched(settings, &self.settings).chain(brought.changed()).find(is_busy);
            refused.is_none().then(|| put(settings, self.settings, &brought))
        });
        match (done, refused) {
            (Ok(Some(gone)), _) => {
                let left_behind = brought.forget(places, gone).await.err();
                Ok(Taken { unknown: self.unknown, terminals, secrets: count, left_behind })
            }
            (done, refused) => {
                brought.put_back(places).await?;
                Err(done.err().map_or_else(|| refuse(refused.unwrap_or_default()), SharingError::from))
            }
        }
    }

    /// Every secret belongs to a terminal of the file whose family has such a one.
    fn check(&self, secrets: &SharedSecrets, rules: &SettingsRules) -> Result<(), SharingError> {
        for (terminal, fields) in secrets {
            let protocol = self.settings.terminal(terminal).and_then(|known| (rules.find)(&known.protocol));
            let is_known =
                |name: &String| protocol.is_some_and(|of| of.secret_fields().any(|field| field.name == name.as_str()));
            if let Some(field) = fields.keys().find(|field| !is_known(field)) {
                let (file, terminal, field) = (self.file.clone(), terminal.clone(), field.clone());
                return Err(SealingError::Stray { file, terminal, field }.into());
            }
        }
        Ok(())
    }
}

/// What is sealed in the file, once its signature was found good.
fn believed(file: &str, text: &str, trusted: Option<&[String]>) -> Result<Option<String>, SharingError> {
    let name = || file.to_owned();
    let read: Read = serde_json::from_str(text)
        .map_err(|cause| SharingError::NotShared { file: name(), cause: cause.to_string() })?;
    if read.checkstand_settings > FORMAT {
        return Err(SharingError::Newer { file: name() });
    }
    let Some(trusted) = trusted else { return Ok(read.sealed) };
    let (Some(key), Some(signature)) = (read.key, read.signature) else {
        return Err(SharingError::Unsigned { file: name() });
    };
    if !trusted.contains(&key) {
        return Err(SharingError::Foreign { file: name(), key });
    }
    match is_signed(&key, signed(read.settings.get(), read.sealed.as_deref()).as_bytes(), &signature) {
        true => Ok(read.sealed),
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

/// Gives back the terminals that there are no longer, or that belong to another family now.
fn put(settings: &mut Settings, mut new: Settings, brought: &TakenSecrets) -> Vec<TerminalSettings> {
    let stays = |known: &&TerminalSettings| new.terminal(&known.name).is_some_and(|new| new.protocol == known.protocol);
    let gone = settings.terminals.iter().filter(|known| !stays(known)).cloned().collect();
    for terminal in &mut new.terminals {
        let known = settings.terminal(&terminal.name).filter(|known| known.protocol == terminal.protocol);
        terminal.secrets = known.map_or_else(BTreeSet::new, |known| known.secrets.clone());
        terminal.secrets.extend(brought.fields_of(&terminal.name));
        let same = known.filter(|known| known.fields == terminal.fields);
        terminal.identity = same.map(|known| known.identity.clone()).unwrap_or_default();
        terminal.unknown = known.map(|known| known.unknown.clone()).unwrap_or_default();
    }
    settings.terminals = new.terminals;
    settings.default_terminal = new.default_terminal;
    settings.language = new.language;
    settings.shop = new.shop;
    settings.training_currency = new.training_currency;
    gone
}
