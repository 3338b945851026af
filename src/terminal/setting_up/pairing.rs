//! One exchange with the account gives the till its credentials, or takes them away.

use super::saving::{Settled, change};
use super::secrets::{SecretChanges, keep_secrets};
use super::{SetupError, Step};
use crate::domain::outcome::Explanation;
use crate::links::{self, Pacing};
use crate::protocols::Protocol;
use crate::protocols::driver::{Departure, Endpoint};
use crate::protocols::protocol::{FieldValues, Paired, Pairing, Secrets};
use crate::settings::{Places, TerminalSettings, secrets_of, with_secrets};
use crate::terminal::Discretion;

/// Said of whoever answers and does not speak the protocol.
const STRANGER: &str = "explain-not-a-terminal";

/// A terminal that is set up, and how its family is paired.
pub struct Subject {
    pub known: TerminalSettings,
    pub pairing: Pairing,
    protocol: &'static Protocol,
    fields: FieldValues,
}

impl Subject {
    /// Secrets it lacks do not matter: pairing is what gives them.
    ///
    /// # Errors
    /// A field that is wrong, or [`SetupError::NoPairing`].
    pub fn of(known: &TerminalSettings, protocol: &'static Protocol) -> Result<Subject, SetupError> {
        let fields = protocol.checked(&known.fields)?;
        let is_face = (protocol.face)(&fields).is_some();
        let pairing = protocol.pairing.filter(|_| !is_face);
        let pairing = pairing.ok_or_else(|| SetupError::NoPairing(known.name.clone()))?;
        Ok(Subject { known: known.clone(), pairing, protocol, fields })
    }
}

/// Asks the account for credentials and keeps them. `told` is what has to be told besides the settings.
///
/// # Errors
/// A [`SetupError`]. After [`SetupError::PairedWithoutSecrets`] the account has done it all the same, and what else is known of
/// it is kept.
pub async fn pair(
    places: &Places,
    subject: &Subject,
    told: &FieldValues,
    settled: &Settled,
) -> Result<Paired, SetupError> {
    debug_assert_eq!(settled.terminal(), subject.known.name);
    let told = subject.pairing.checked(told)?;
    can_keep_secrets(places, subject).await?;
    // Those that are gone nobody can repeat.
    let kept = secrets_of(places, &subject.known).await.unwrap_or_default();
    let endpoint = (subject.pairing.pair)(&subject.fields, &told)?;
    let paired = answer(places, subject, endpoint, Step::Pair, &kept).await?;
    keep_paired(places, subject, &paired).await?;
    Ok(paired)
}

/// Gives the credentials back to the account and forgets them.
///
/// # Errors
/// A [`SetupError`].
pub async fn unpair(places: &Places, subject: &Subject, settled: &Settled) -> Result<(), SetupError> {
    debug_assert_eq!(settled.terminal(), subject.known.name);
    let kept = secrets_of(places, &subject.known).await?;
    let endpoint = (subject.pairing.unpair)(&subject.fields, &kept)?;
    answer(places, subject, endpoint, Step::Unpair, &kept).await?;
    forget(places, subject).await
}

/// Asked before the account is, because it may give its secrets only once.
async fn can_keep_secrets(places: &Places, subject: &Subject) -> Result<(), SetupError> {
    let Some(field) = subject.protocol.secret_fields().next().map(|field| field.name) else { return Ok(()) };
    let name = subject.known.name.clone();
    Ok(with_secrets(places, move |store| store.secret(&name, field).map(drop)).await?)
}

async fn answer(
    places: &Places,
    subject: &Subject,
    endpoint: Endpoint,
    step: Step,
    kept: &Secrets,
) -> Result<Paired, SetupError> {
    let failed = |is_known: bool, why: Explanation| {
        // A peer may repeat what it was told.
        let why = Discretion::about(kept).explanation(why);
        SetupError::NotExchanged { step, is_known, terminal: subject.known.name.clone(), why }
    };
    let exchanged = links::exchange(endpoint, Pacing::in_folder(places.shared())).await;
    let frame = exchanged.map_err(|loss| failed(loss.departure == Departure::SurelyNot, loss.explain(STRANGER)))?;
    (subject.pairing.answer)(&frame).map_err(|why| failed(true, why))
}

/// Keeps what an account gave. Credentials that nobody can keep do not undo the pairing, so what else is known of it is kept
/// all the same.
///
/// # Errors
/// [`SetupError::PairedWithoutSecrets`], or the settings'.
pub async fn keep_paired(places: &Places, subject: &Subject, paired: &Paired) -> Result<(), SetupError> {
    let name = &subject.known.name;
    let changes: SecretChanges =
        paired.secrets.iter().map(|(field, secret)| ((*field).to_owned(), Some(secret.clone()))).collect();
    let kept = keep_secrets(places, name, changes).await;
    let are_kept = kept.is_ok();
    let (fields, secrets) = (paired.fields.clone(), paired.secrets.clone());
    change_terminal(places, name, move |terminal| {
        fields.iter().for_each(|(field, text)| terminal.fields.set(field, text));
        if are_kept {
            terminal.secrets.extend(secrets.iter().map(|(field, _)| (*field).to_owned()));
        }
    })
    .await?;
    kept.map_err(|error| SetupError::PairedWithoutSecrets { terminal: name.clone(), error })
}

async fn forget(places: &Places, subject: &Subject) -> Result<(), SetupError> {
    let name = &subject.known.name;
    let gives = subject.pairing.gives;
    let gone = subject.known.secrets.iter().filter(|field| gives.contains(&field.as_str()));
    keep_secrets(places, name, gone.map(|field| (field.clone(), None)).collect()).await?;
    change_terminal(places, name, move |terminal| {
        gives.iter().for_each(|field| terminal.fields.unset(field));
        terminal.secrets.retain(|field| !gives.contains(&field.as_str()));
    })
    .await
}

/// Into the file as it is now: the exchange may have taken minutes.
async fn change_terminal(
    places: &Places,
    name: &str,
    change_it: impl FnOnce(&mut TerminalSettings) + Send + 'static,
) -> Result<(), SetupError> {
    let name = name.to_owned();
    change(places, move |settings| {
        let terminal = settings.terminals.iter_mut().find(|terminal| terminal.name == name);
        change_it(terminal.ok_or(SetupError::UnknownTerminal(name))?);
        Ok(())
    })
    .await
}
