//! Secrets in the system's keyring. A store is looked for at every call, so that one that is unlocked or started later is
//! found without a restart.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{SecretError, SecretStore};
use crate::domain::Secret;

type Connect = Box<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>;

pub(super) struct Keyring {
    /// Tells the tills of one user apart.
    service: String,
    connect: Connect,
}

impl Keyring {
    pub fn of_system(service: String) -> Keyring {
        Keyring { service, connect: Box::new(system_store) }
    }

    /// A terminal's name may hold anything, a field's no slash: no two entries have the same name.
    fn entry(&self, terminal: &str, field: &str) -> Result<Entry, SecretError> {
        let store = (self.connect)().map_err(|error| SecretError::NoKeyring(error.to_string()))?;
        store.build(&self.service, &format!("{terminal}/{field}"), None).map_err(refused)
    }
}

impl SecretStore for Keyring {
    fn secret(&self, terminal: &str, field: &str) -> Result<Option<Secret>, SecretError> {
        match self.entry(terminal, field)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    fn set(&self, terminal: &str, field: &str, secret: &Secret) -> Result<(), SecretError> {
        self.entry(terminal, field)?.set_password(secret.reveal()).map_err(refused)
    }

    fn remove(&self, terminal: &str, field: &str) -> Result<(), SecretError> {
        match self.entry(terminal, field)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

/// The keyring's own words; what it found is wiped and not told.
fn refused(error: Error) -> SecretError {
    let text = error.to_string();
    if let Error::BadEncoding(found) | Error::BadDataFormat(found, _) = error {
        drop(Zeroizing::new(found));
    }
    SecretError::KeyringRefused(text)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn mocked(store: &Arc<keyring_core::mock::Store>) -> Keyring {
        let store = store.clone();
        Keyring { service: "checkstand".to_owned(), connect: Box::new(move || Ok(store.clone())) }
    }

    #[test]
    fn what_is_kept_is_read_again_and_can_be_taken_away() {
        let store = keyring_core::mock::Store::new().unwrap();
        let keyring = mocked(&store);
        assert_eq!(keyring.secret("front", "key").unwrap(), None);
        keyring.set("front", "key", &Secret::new("hunter2")).unwrap();
        assert_eq!(mocked(&store).secret("front", "key").unwrap(), Some(Secret::new("hunter2")));
        assert_eq!(keyring.secret("back", "key").unwrap(), None);
        keyring.remove("front", "key").unwrap();
        keyring.remove("front", "key").unwrap();
        assert_eq!(keyring.secret("front", "key").unwrap(), None);
    }

    #[test]
    fn a_keyring_that_is_not_there_or_locked_is_told() {
        let nowhere = Keyring { service: "checkstand".to_owned(), connect: Box::new(|| Err(Error::NoDefaultStore)) };
        assert_eq!(nowhere.secret("front", "key").unwrap_err().key(), "secrets-no-keyring");
        let store = keyring_core::mock::Store::new().unwrap();
        let keyring = mocked(&store);
        let entry = keyring.entry("front", "key").unwrap();
        let credential = entry.as_any().downcast_ref::<keyring_core::mock::Cred>().unwrap();
        credential.set_error(Error::NoStorageAccess("locked".into()));
        assert_eq!(keyring.secret("front", "key").unwrap_err().key(), "secrets-keyring-refused");
    }

    #[test]
    fn what_is_no_text_is_not_told() {
        let error = refused(Error::BadEncoding(b"hunter2\xFF".to_vec()));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}
