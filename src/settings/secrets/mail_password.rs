//! The password of the mail server: a secret of the till itself, which no settings name.

use super::{MAIL_PASSWORD, SecretError, TILL, with_secrets};
use crate::domain::Secret;
use crate::settings::Places;

/// `None` where none is kept.
///
/// # Errors
/// The store's.
pub async fn mail_password(places: &Places) -> Result<Option<Secret>, SecretError> {
    with_secrets(places, |store| store.secret(TILL, MAIL_PASSWORD)).await
}

/// Keeps it in the place of an earlier one, or takes that away.
///
/// # Errors
/// The store's.
pub async fn keep_mail_password(places: &Places, password: Option<Secret>) -> Result<(), SecretError> {
    with_secrets(places, move |store| match &password {
        Some(password) => store.set(TILL, MAIL_PASSWORD, password),
        None => store.remove(TILL, MAIL_PASSWORD),
    })
    .await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_password_is_kept_until_it_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        assert_eq!(mail_password(&places).await.unwrap(), None);
        keep_mail_password(&places, Some(Secret::new("hunter2"))).await.unwrap();
        assert_eq!(mail_password(&places).await.unwrap(), Some(Secret::new("hunter2")));
        keep_mail_password(&places, None).await.unwrap();
        assert_eq!(mail_password(&places).await.unwrap(), None);
    }
}
