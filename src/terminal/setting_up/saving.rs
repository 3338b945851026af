//! Terminals in the settings file: put there, changed, taken away.

use super::secrets::{SecretChanges, all_gone, keep_secrets, secrets_after};
use super::{SetUpDeed, SetupError, checked_name};
use crate::domain::Identity;
use crate::domain::operator::TerminalDeed;
use crate::journal::Journal;
use crate::protocols::protocol::{DriverSetup, FieldValues, Secrets};
use crate::protocols::{self, Protocol};
use crate::settings::{Places, Settings, TerminalSettings, change_settings, secrets_of};

/// A terminal as somebody wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub name: String,
    /// A protocol's id.
    pub protocol: String,
    /// Without the defaults.
    pub fields: FieldValues,
    /// What becomes of its secrets; those that are not named stay as they are.
    pub secrets: SecretChanges,
    /// It is the one meant when none is named.
    pub default: bool,
    /// There must be none of this name yet.
    pub new: bool,
    /// Who it said it is, where it was found. What was known before goes: whoever saves a terminal may mean another machine at
    /// the same place, and its next test remembers it.
    pub identity: Identity,
}

impl Wanted {
    fn family(&self) -> Result<&'static Protocol, SetupError> {
        let unknown = || SetupError::UnknownProtocol { terminal: self.name.clone(), protocol: self.protocol.clone() };
        protocols::find(&self.protocol).ok_or_else(unknown)
    }
}

/// Nothing of this terminal's is open in the journal.
#[derive(Debug)]
pub struct Settled(String);

impl Settled {
    /// # Errors
    /// [`SetupError::PaymentOpen`], or the journal's own.
    pub fn of(journal: &Journal, terminal: &str) -> Result<Settled, SetupError> {
        match journal.open_payments(Some(terminal))?.first() {
            Some(open) => Err(SetupError::PaymentOpen { terminal: terminal.to_owned(), payment: open.id.clone() }),
            None => Ok(Settled(terminal.to_owned())),
        }
    }

    pub(super) fn terminal(&self) -> &str {
        &self.0
    }
}

/// Somebody wants it, and no payment in doubt speaks against it.
#[derive(Debug)]
pub struct Permitted(Wanted);

impl Permitted {
    /// Under a payment in doubt another machine must not come to stand: what it does not know was perhaps charged. `settled` is
    /// asked about the terminal where it would become another one. A key that has expired may always be replaced: without it
    /// nobody finds out.
    ///
    /// # Errors
    /// [`SetupError::PaymentOpen`], a name that is none, or what keeps settings or journal from being read.
    pub async fn of(
        places: &Places,
        wanted: Wanted,
        settled: impl AsyncFnOnce(String) -> Result<Settled, SetupError>,
    ) -> Result<Permitted, SetupError> {
        let name = checked_name(&wanted.name)?.to_owned();
        let known = known(places, &name).await?.filter(|_| !wanted.new);
        if known.is_some_and(|known| !is_same_machine(&known, &wanted.protocol, &wanted.fields)) {
            settled(name).await?;
        }
        Ok(Permitted(wanted))
    }
}

/// As far as settings can tell.
fn is_same_machine(known: &TerminalSettings, protocol: &str, fields: &FieldValues) -> bool {
    known.protocol == protocol && known.fields == *fields
}

/// Adds the terminal, or changes the one of this name: first its secrets, then the settings.
///
/// # Errors
/// A [`SetupError`]; nothing was written then, but perhaps secrets that no settings name.
pub async fn set_up(places: &Places, permitted: Permitted) -> Result<SetUpDeed, SetupError> {
    let Permitted(wanted) = permitted;
    let name = checked_name(&wanted.name)?.to_owned();
    let protocol = wanted.family()?;
    let Wanted { fields, secrets, default, new, identity, .. } = wanted;
    protocol.checked(&fields)?;
    if default && (protocol.face)(&fields).is_some() {
        return Err(SetupError::Face(name));
    }
    let settings = load(places).await?;
    if new && is_taken(&settings, &name) {
        return Err(SetupError::NameTaken(name));
    }
    let known = settings.terminal(&name);
    let of_this_family = known.filter(|known| known.protocol == protocol.id);
    let had = of_this_family.map(|known| known.secrets.clone()).unwrap_or_default();
    let has = secrets_after(protocol, had, &secrets)?;
    // What the terminal was before it changed its family leaves no secrets behind.
    let before = known.filter(|before| before.protocol != protocol.id);
    let given: Vec<String> = secrets.iter().map(|(field, _)| field.clone()).collect();
    let changes = before.map(all_gone).unwrap_or_default().into_iter().chain(secrets).collect();
    keep_secrets(places, &name, changes).await?;
    change(places, move |settings| {
        let mut terminal =
            TerminalSettings { secrets: has, identity, ..TerminalSettings::new(&name, protocol.id, fields) };
        let known = settings.terminal(&name);
        let deed = SetUpDeed::between(known, &terminal, given.iter().map(String::as_str));
        if let Some(known) = known {
            terminal.unknown.clone_from(&known.unknown);
        }
        settings.put(terminal);
        if default {
            settings.default_terminal = Some(name);
        }
        Ok(deed)
    })
    .await
}

/// Whether a driver can be made of it. What pairing will give may be missing.
///
/// # Errors
/// The field that is wrong, or what keeps the secrets from being read.
pub async fn try_out(places: &Places, permitted: &Permitted) -> Result<(), SetupError> {
    let Permitted(wanted) = permitted;
    checked_name(&wanted.name)?;
    let (protocol, fields, secrets) = secrets_wanted(places, wanted).await?;
    let gives = protocol.pairing.map_or(&[][..], |pairing| pairing.gives);
    let made = protocol
        .checked_secrets(secrets)
        .and_then(|secrets| (protocol.driver)(&DriverSetup { fields, secrets, memory: None, seed: 0 }).map(drop));
    match made {
        Err(error) if !gives.contains(&error.field.as_str()) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Its family, its checked fields, and its secrets: those that are kept, with what becomes of them.
///
/// # Errors
/// The field that is wrong, or what keeps the secrets from being read.
pub async fn secrets_wanted(
    places: &Places,
    wanted: &Wanted,
) -> Result<(&'static Protocol, FieldValues, Secrets), SetupError> {
    let protocol = wanted.family()?;
    let fields = protocol.checked(&wanted.fields)?;
    let known = known(places, wanted.name.trim()).await?;
    let known = known.filter(|known| !wanted.new && known.protocol == protocol.id);
    let replaced = |field: &String| wanted.secrets.iter().any(|(name, _)| name == field);
    let mut secrets = match known {
        Some(mut known) => {
            known.secrets.retain(|field| !replaced(field));
            secrets_of(places, &known).await?
        }
        None => Secrets::default(),
    };
    for (field, secret) in &wanted.secrets {
        if let Some(secret) = secret {
            secrets.set(field, secret.clone());
        }
    }
    Ok((protocol, fields, secrets))
}

/// The one meant when none is named.
///
/// # Errors
/// A [`SetupError`]; the settings are as they were.
pub async fn make_default(places: &Places, name: String) -> Result<SetUpDeed, SetupError> {
    change(places, move |settings| {
        let known = settings.terminal(&name).ok_or_else(|| SetupError::UnknownTerminal(name.clone()))?;
        if crate::terminal::face_of(known).is_some() {
            return Err(SetupError::Face(name));
        }
        let deed = SetUpDeed::new(&name, TerminalDeed::MadeDefault, []);
        settings.default_terminal = Some(name);
        Ok(deed)
    })
    .await
}

/// Takes the terminal away with its secrets.
///
/// # Errors
/// A [`SetupError`]; it is there as it was, but perhaps without its secrets.
pub async fn remove(places: &Places, settled: Settled) -> Result<SetUpDeed, SetupError> {
    let Settled(name) = settled;
    let known = known(places, &name).await?.ok_or_else(|| SetupError::UnknownTerminal(name.clone()))?;
    keep_secrets(places, &name, all_gone(&known)).await?;
    change(places, move |settings| {
        settings.remove(&name);
        Ok(SetUpDeed::new(&name, TerminalDeed::Removed, []))
    })
    .await
}

/// Nobody tells two terminals apart whose names differ in capitals only.
fn is_taken(settings: &Settings, name: &str) -> bool {
    let name = name.to_lowercase();
    settings.terminals.iter().any(|known| known.name.to_lowercase() == name)
}

/// As the file has it now.
async fn known(places: &Places, name: &str) -> Result<Option<TerminalSettings>, SetupError> {
    Ok(load(places).await?.terminal(name).cloned())
}

/// The settings as the file has them now, read beside the window.
///
/// # Errors
/// [`SetupError::Settings`].
pub async fn load(places: &Places) -> Result<Settings, SetupError> {
    let file = places.settings_file();
    Ok(tokio::task::spawn_blocking(move || Settings::load(&file)).await.map_err(|_| SetupError::Ended)??)
}

/// Reads the file as it is now, changes it and writes it: while secrets were typed, somebody else may have changed it.
pub(super) async fn change<T: Send + 'static>(
    places: &Places,
    change: impl FnOnce(&mut Settings) -> Result<T, SetupError> + Send + 'static,
) -> Result<T, SetupError> {
    let file = places.settings_file();
    let changed = move || {
        let mut refused = SetupError::Ended;
        let done = change_settings(&file, |settings| change(settings).map_err(|error| refused = error).ok())?;
        done.ok_or(refused)
    };
    tokio::task::spawn_blocking(changed).await.map_err(|_| SetupError::Ended)?
}
