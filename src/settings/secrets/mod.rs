//! The secrets of the terminals: in the system's keyring, or in one file that only its owner can read. The settings file
//! knows which there are and no more.

mod file;
mod keyring;
mod mail_password;
mod moving;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::domain::Secret;
use crate::protocols::protocol::Secrets;

use super::file::TerminalSettings;
use super::places::Places;
use file::SecretFile;
use keyring::Keyring;
pub use mail_password::{keep_mail_password, mail_password};
pub use moving::{MovedSecrets, move_secrets};

/// `file` keeps secrets in a file of the data folder, where there is no keyring.
pub const SECRETS_IN: &str = "CHECKSTAND_SECRETS";
/// In the place of a terminal's name, for what belongs to the till itself: no terminal has an empty name.
pub(super) const TILL: &str = "";
/// The private half of the key for which others seal secrets.
pub(super) const TILL_KEY: &str = "recipient-key";
/// The password of the server through which receipts are mailed.
pub(super) const MAIL_PASSWORD: &str = "mail-password";
/// All secrets of the till itself.
pub(super) const TILLS_OWN: [&str; 2] = [TILL_KEY, MAIL_PASSWORD];
/// The longest secret, in bytes.
pub const SECRET_AT_MOST: usize = 1024;
/// A person may have to unlock the keyring first.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// The two places there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretsPlace {
    /// The system's.
    Keyring,
    /// One file of the data folder that only its owner can read.
    File,
}

impl SecretsPlace {
    /// As the environment and the command line name it.
    pub fn word(self) -> &'static str {
        match self {
            SecretsPlace::Keyring => "keyring",
            SecretsPlace::File => "file",
        }
    }

    fn of_word(word: &str) -> Option<SecretsPlace> {
        [SecretsPlace::Keyring, SecretsPlace::File].into_iter().find(|place| place.word() == word)
    }

    fn other(self) -> SecretsPlace {
        match self {
            SecretsPlace::Keyring => SecretsPlace::File,
            SecretsPlace::File => SecretsPlace::Keyring,
        }
    }
}

/// Where secrets are kept, by terminal and field. Every call may wait for the disk, for another program or for a person.
pub trait SecretStore: Send + Sync {
    /// `None` where there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    fn secret(&self, terminal: &str, field: &str) -> Result<Option<Secret>, SecretError>;

    /// Puts it there, in the place of an earlier one.
    ///
    /// # Errors
    /// The store cannot be written.
    fn set(&self, terminal: &str, field: &str, secret: &Secret) -> Result<(), SecretError>;

    /// Takes it away; there may be none.
    ///
    /// # Errors
    /// The store cannot be written.
    fn remove(&self, terminal: &str, field: &str) -> Result<(), SecretError>;
}

/// What keeps secrets from being read or kept. None of the texts holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("{0}")]
    NoKeyring(String),
    /// It is there and does not do what it is asked: locked, or somebody said no.
    #[error("{0}")]
    KeyringRefused(String),
    #[error("{0}")]
    NoAnswer(String),
    /// The file can be read by others than its owner.
    #[error("{file}")]
    Exposed { file: String },
    #[error("{file}: {cause}")]
    File { file: String, cause: String },
    /// The settings say that there is one.
    #[error("{field}")]
    Gone { field: String },
    #[error("{SECRETS_IN}={0}")]
    NoSuchStore(String),
}

impl SecretError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            SecretError::NoKeyring(_) => "secrets-no-keyring",
            SecretError::KeyringRefused(_) => "secrets-keyring-refused",
            SecretError::NoAnswer(_) => "secrets-no-answer",
            SecretError::Exposed { .. } => "secrets-exposed",
            SecretError::File { .. } => "secrets-file",
            SecretError::Gone { .. } => "secrets-gone",
            SecretError::NoSuchStore(_) => "secrets-no-such-store",
        }
    }
}

/// Works with the store of these places on a thread of its own, and not for longer than a person may take to unlock it.
/// The thread is left to itself then; the program may end without it.
///
/// # Errors
/// The store's, and `NoAnswer`.
pub async fn with_secrets<T: Send + 'static>(
    places: &Places,
    work: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let store = store_in(places, kept_in(places)?);
    on_a_thread(move || work(store.as_ref())).await
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let (reply, answer) = oneshot::channel();
    let thread = std::thread::Builder::new().name("secrets".to_owned()).spawn(move || {
        let _ = reply.send(work());
    });
    thread.map_err(|error| SecretError::NoAnswer(error.to_string()))?;
    let late = || SecretError::NoAnswer(format!("{} s", ANSWERED_WITHIN.as_secs()));
    match tokio::time::timeout(ANSWERED_WITHIN, answer).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) | Err(_) => Err(late()),
    }
}

/// The secrets a terminal has, as the settings list them. A terminal without any needs no store.
///
/// # Errors
/// The store's, and `Gone`.
pub async fn secrets_of(places: &Places, terminal: &TerminalSettings) -> Result<Secrets, SecretError> {
    if terminal.secrets.is_empty() {
        return Ok(Secrets::default());
    }
    let (name, fields) = (terminal.name.clone(), terminal.secrets.clone());
    with_secrets(places, move |store| {
        let mut secrets = Secrets::default();
        for field in fields {
            let secret = store.secret(&name, &field)?;
            secrets.set(&field, secret.ok_or(SecretError::Gone { field: field.clone() })?);
        }
        Ok(secrets)
    })
    .await
}

/// Where this till's secrets are kept: as the environment says, else where they were moved to, else in the keyring.
///
/// # Errors
/// `NoSuchStore` where that is no place.
pub fn kept_in(places: &Places) -> Result<SecretsPlace, SecretError> {
    if places.keeps_secrets_in_file() {
        return Ok(SecretsPlace::File);
    }
    match std::env::var(SECRETS_IN).unwrap_or_default().as_str() {
        "" => Ok(moving::remembered(places)?.unwrap_or(SecretsPlace::Keyring)),
        word => SecretsPlace::of_word(word).ok_or_else(|| SecretError::NoSuchStore(word.to_owned())),
    }
}

fn store_in(places: &Places, place: SecretsPlace) -> Arc<dyn SecretStore> {
    match place {
        SecretsPlace::Keyring => Arc::new(Keyring::of_system(places.keyring_service())),
        SecretsPlace::File => Arc::new(SecretFile::new(places.secrets_file())),
    }
}
