//! All secrets of a till from one store to the other: copied, read back, remembered where they are, and only then taken away.

use std::io::Read;

use super::super::places::Places;
use super::super::replacing::replace;
use super::{SecretError, SecretStore, SecretsPlace, TILL, TILLS_OWN, on_a_thread, store_in};

/// In bytes; it is one word.
const MARK_AT_MOST: u64 = 16;

/// What became of the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MovedSecrets {
    /// `left_behind`, terminal and field: they are in the new place, and could not be taken from the old one.
    All { moved: usize, left_behind: Vec<(String, String)> },
    /// This one could not be moved, so none was.
    None { terminal: String, field: String, error: SecretError },
}

/// Moves these secrets, each a terminal and a field, and remembers the place. What is there already stays there.
///
/// # Errors
/// No answer, or the place cannot be remembered; all secrets are where they were then.
pub async fn move_secrets(
    places: &Places,
    named: Vec<(String, String)>,
    to: SecretsPlace,
) -> Result<MovedSecrets, SecretError> {
    let (old, new) = (store_in(places, to.other()), store_in(places, to));
    let places = places.clone();
    on_a_thread(move || {
        let named = with_tills_own(old.as_ref(), named)?;
        move_between(old.as_ref(), new.as_ref(), &named, || remember(&places, to))
    })
    .await
}

/// The till's own go with them, which no settings name.
fn with_tills_own(
    old: &dyn SecretStore,
    mut named: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, SecretError> {
    for field in TILLS_OWN {
        if old.secret(TILL, field)?.is_some() {
            named.push((TILL.to_owned(), field.to_owned()));
        }
    }
    Ok(named)
}

fn move_between(
    old: &dyn SecretStore,
    new: &dyn SecretStore,
    named: &[(String, String)],
    remember: impl FnOnce() -> Result<(), SecretError>,
) -> Result<MovedSecrets, SecretError> {
    for (number, (terminal, field)) in named.iter().enumerate() {
        if let Err(error) = copy(old, new, terminal, field) {
            take_back(old, new, &named[..=number]);
            return Ok(MovedSecrets::None { terminal: terminal.clone(), field: field.clone(), error });
        }
    }
    if let Err(error) = remember() {
        take_back(old, new, named);
        return Err(error);
    }
    let stays = |(terminal, field): &&(String, String)| old.remove(terminal, field).is_err();
    Ok(MovedSecrets::All { moved: named.len(), left_behind: named.iter().filter(stays).cloned().collect() })
}

/// One that is only in the new place was moved by a program that did not come to its end.
fn copy(old: &dyn SecretStore, new: &dyn SecretStore, terminal: &str, field: &str) -> Result<(), SecretError> {
    let gone = || SecretError::Gone { field: field.to_owned() };
    let Some(secret) = old.secret(terminal, field)? else {
        return new.secret(terminal, field)?.map(drop).ok_or_else(gone);
    };
    new.set(terminal, field, &secret)?;
    match new.secret(terminal, field)? {
        Some(kept) if kept == secret => Ok(()),
        _ => Err(gone()),
    }
}

/// No secret lies in two places because one of them did not take all. What is in the new one only stays there.
fn take_back(old: &dyn SecretStore, new: &dyn SecretStore, named: &[(String, String)]) {
    for (terminal, field) in named {
        if matches!(old.secret(terminal, field), Ok(Some(_))) && new.remove(terminal, field).is_err() {
            tracing::warn!(terminal, field, "a secret that was to be moved is in both places");
        }
    }
}

fn remember(places: &Places, place: SecretsPlace) -> Result<(), SecretError> {
    let file = places.secrets_place_file();
    replace(&file, place.word().as_bytes())
        .map_err(|cause| SecretError::File { file: file.display().to_string(), cause: cause.to_string() })
}

/// Where the secrets were moved to; `None` where they never were.
///
/// # Errors
/// What is remembered is no place, or cannot be read: to guess would be to say that secrets are gone.
pub(super) fn remembered(places: &Places) -> Result<Option<SecretsPlace>, SecretError> {
    let file = places.secrets_place_file();
    let mut word = String::new();
    match std::fs::File::open(&file).and_then(|file| file.take(MARK_AT_MOST).read_to_string(&mut word)) {
        Ok(_) => SecretsPlace::of_word(word.trim()).map(Some).ok_or(SecretError::NoSuchStore(word)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(SecretError::File { file: file.display().to_string(), cause: cause.to_string() }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::TILL_KEY;
    use super::super::file::SecretFile;
    use super::super::keyring::tests::mocked;
    use super::*;
    use crate::domain::Secret;

    fn named() -> Vec<(String, String)> {
        [("front", "key"), ("back", "password")].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()
    }

    /// It keeps whatever it is given, and something else.
    struct Forgetful;

    impl SecretStore for Forgetful {
        fn secret(&self, _: &str, field: &str) -> Result<Option<Secret>, SecretError> {
            Ok((field == "password").then(|| Secret::new("other")))
        }
        fn set(&self, _: &str, _: &str, _: &Secret) -> Result<(), SecretError> {
            Ok(())
        }
        fn remove(&self, _: &str, _: &str) -> Result<(), SecretError> {
            Ok(())
        }
    }

    #[test]
    fn all_secrets_are_in_the_new_place_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretFile::new(folder.path().join("secrets.json"));
        let keyring = mocked(&keyring_core::mock::Store::new().unwrap());
        for (terminal, field) in named() {
            file.set(&terminal, &field, &Secret::new("hunter2")).unwrap();
        }
        let all = MovedSecrets::All { moved: 2, left_behind: Vec::new() };
        let stores: [(&dyn SecretStore, &dyn SecretStore); 2] = [(&file, &keyring), (&keyring, &file)];
        for (old, new) in stores {
            // The second time there is nothing left to do.
            for _ in 0..2 {
                assert_eq!(move_between(old, new, &named(), || Ok(())).unwrap(), all);
            }
            for (terminal, field) in named() {
                assert_eq!(old.secret(&terminal, &field).unwrap(), None);
                assert_eq!(new.secret(&terminal, &field).unwrap(), Some(Secret::new("hunter2")));
            }
        }
    }

    #[test]
    fn the_tills_own_key_goes_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretFile::new(folder.path().join("secrets.json"));
        assert_eq!(with_tills_own(&file, named()).unwrap(), named());
        file.set(TILL, TILL_KEY, &Secret::new("AGE-SECRET-KEY-1")).unwrap();
        let key = (TILL.to_owned(), TILL_KEY.to_owned());
        assert_eq!(with_tills_own(&file, Vec::new()).unwrap(), std::slice::from_ref(&key));
        let keyring = mocked(&keyring_core::mock::Store::new().unwrap());
        move_between(&file, &keyring, &[key], || Ok(())).unwrap();
        assert_eq!(keyring.secret(TILL, TILL_KEY).unwrap(), Some(Secret::new("AGE-SECRET-KEY-1")));
        assert_eq!(file.secret(TILL, TILL_KEY).unwrap(), None);
    }

    #[test]
    fn where_one_cannot_be_moved_it_is_named_and_all_stay() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretFile::new(folder.path().join("secrets.json"));
        file.set("front", "key", &Secret::new("hunter2")).unwrap();
        let keyring = mocked(&keyring_core::mock::Store::new().unwrap());
        let error = SecretError::Gone { field: "password".to_owned() };
        let none = MovedSecrets::None { terminal: "back".to_owned(), field: "password".to_owned(), error };
        assert_eq!(move_between(&file, &keyring, &named(), || Ok(())).unwrap(), none);
        assert_eq!(keyring.secret("front", "key").unwrap(), None);
        assert_eq!(file.secret("front", "key").unwrap(), Some(Secret::new("hunter2")));
        file.set("back", "password", &Secret::new("hunter3")).unwrap();
        assert!(matches!(move_between(&file, &Forgetful, &named(), || Ok(())).unwrap(), MovedSecrets::None { .. }));
        let refused = SecretError::NoAnswer("disk".to_owned());
        assert_eq!(move_between(&file, &keyring, &named(), || Err(refused.clone())), Err(refused));
        assert_eq!(file.secret("back", "password").unwrap(), Some(Secret::new("hunter3")));
        assert_eq!(keyring.secret("back", "password").unwrap(), None);
    }

    #[test]
    fn where_they_were_moved_to_is_remembered_and_what_is_no_place_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path());
        assert_eq!(remembered(&places), Ok(None));
        remember(&places, SecretsPlace::File).unwrap();
        assert_eq!(remembered(&places), Ok(Some(SecretsPlace::File)));
        std::fs::write(places.secrets_place_file(), "drawer").unwrap();
        assert_eq!(remembered(&places), Err(SecretError::NoSuchStore("drawer".to_owned())));
    }
}
