//! The till's own key, for which others seal secrets. Its private half lies among the secrets and never leaves the till.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;

use super::super::places::Places;
use super::super::secrets::{SecretError, SecretStore, TILL, TILL_KEY, with_secrets};
use crate::domain::Secret;

/// Both halves of it.
pub struct TillKey(Identity);

impl TillKey {
    pub(super) fn generate() -> TillKey {
        TillKey(Identity::generate())
    }

    /// The till's key; where it has none, one is made and kept.
    ///
    /// # Errors
    /// The store's.
    pub async fn make(places: &Places) -> Result<TillKey, SecretError> {
        with_secrets(places, |store| match kept(store)? {
            Some(key) => Ok(key),
            None => {
                let made = TillKey::generate();
                store.set(TILL, TILL_KEY, &Secret::new(made.0.to_string().expose_secret()))?;
                // What the store gives back is what will open what is sealed for it.
                kept(store)?.ok_or(SecretError::Gone { field: TILL_KEY.to_owned() })
            }
        })
        .await
    }

    /// `None` where none was made.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(places: &Places) -> Result<Option<TillKey>, SecretError> {
        with_secrets(places, kept).await
    }

    /// Its public half, for which others seal.
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.0
    }
}

/// One that cannot be read is as good as none: what was sealed for it must be sealed anew.
fn kept(store: &dyn SecretStore) -> Result<Option<TillKey>, SecretError> {
    Ok(store.secret(TILL, TILL_KEY)?.and_then(|secret| secret.reveal().parse().ok()).map(TillKey))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_till_keeps_the_key_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        assert!(TillKey::load(&places).await.unwrap().is_none());
        let made = TillKey::make(&places).await.unwrap().recipient();
        assert!(made.starts_with("age1"), "{made}");
        assert_eq!(TillKey::make(&places).await.unwrap().recipient(), made);
        assert_eq!(TillKey::load(&places).await.unwrap().unwrap().recipient(), made);
    }
}
