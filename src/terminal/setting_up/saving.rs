//! Terminals in the settings file: put there, changed, taken away.

use super::secrets::{SecretChanges, all_gone, keep_secrets, secrets_after};
use super::{SetupError, checked_name};
use crate::domain::Identity;
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
    /// Who it said it is, where it was found. What was known before goes: whoever sets a terminal up may mean another machine,
    /// and its next test remembers it.
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

/// Adds the terminal, or changes the one of this name: first its secrets, then the settings.
///
/// # Errors
/// A [`SetupError`]; nothing was written then, but perhaps secrets that no settings name.
pub async fn set_up(places: &Places, wanted: Wanted) -> Result<(), SetupError> {
    let name = checked_name(&wanted.name)?.to_owned();
    let protocol = wanted.family()?;
    let Wanted { fields, secrets, default, new, identity, .. } = wanted;
    protocol.checked(&fields)?;
    if default && (protocol.face)(&fields).is_some() {
        return Err(SetupError::Face(name));
    }
    let known = known(places, &name).await?;
    if new && known.is_some() {
        return Err(SetupError::NameTaken(name));
    }
    let of_this_family = known.as_ref().filter(|known| known.protocol == protocol.id);
    let had = of_this_family.map(|known| known.secrets.clone()).unwrap_or_default();
    let has = secrets_after(protocol, had, &secrets)?;
    // What the terminal was before it changed its family leaves no secrets behind.
    let before = known.as_ref().filter(|before| before.protocol != protocol.id);
    let changes = before.map(all_gone).unwrap_or_default().into_iter().chain(secrets).collect();
    keep_secrets(places, &name, changes).await?;
    change(places, move |settings| {
        settings.put(TerminalSettings { secrets: has, identity, ..TerminalSettings::new(&name, protocol.id, fields) });
        if default {
            settings.default_terminal = Some(name);
        }
        Ok(())
    })
    .await
}

/// Whether a driver can be made of it. What pairing will give may be missing.
///
/// # Errors
/// The field that is wrong, or what keeps the secrets from being read.
pub async fn try_out(places: &Places, wanted: &Wanted) -> Result<(), SetupError> {
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
pub async fn make_default(places: &Places, name: String) -> Result<(), SetupError> {
    change(places, move |settings| {
        let known = settings.terminal(&name).ok_or_else(|| SetupError::UnknownTerminal(name.clone()))?;
        if crate::terminal::face_of(known).is_some() {
            return Err(SetupError::Face(name));
        }
        settings.default_terminal = Some(name);
        Ok(())
    })
    .await
}

/// Takes the terminal away with its secrets.
///
/// # Errors
/// A [`SetupError`]; it is there as it was, but perhaps without its secrets.
pub async fn remove(places: &Places, settled: Settled) -> Result<(), SetupError> {
    let Settled(name) = settled;
    let known = known(places, &name).await?.ok_or_else(|| SetupError::UnknownTerminal(name.clone()))?;
    keep_secrets(places, &name, all_gone(&known)).await?;
    change(places, move |settings| {
        settings.remove(&name);
        Ok(())
    })
    .await
}

/// As the file has it now.
async fn known(places: &Places, name: &str) -> Result<Option<TerminalSettings>, SetupError> {
    let (file, name) = (places.settings_file(), name.to_owned());
    let read = move || Settings::load(&file).map(|settings| settings.terminal(&name).cloned());
    Ok(tokio::task::spawn_blocking(read).await.map_err(|_| SetupError::Ended)??)
}

/// Reads the file as it is now, changes it and writes it: while secrets were typed, somebody else may have changed it.
pub(super) async fn change(
    places: &Places,
    change: impl FnOnce(&mut Settings) -> Result<(), SetupError> + Send + 'static,
) -> Result<(), SetupError> {
    let file = places.settings_file();
    let changed = move || {
        let mut refused = Ok(());
        change_settings(&file, |settings| match change(settings) {
            Ok(()) => Some(()),
            Err(error) => {
                refused = Err(error);
                None
            }
        })?;
        refused
    };
    tokio::task::spawn_blocking(changed).await.map_err(|_| SetupError::Ended)?
}
