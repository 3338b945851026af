//! The mail server that receipts are sent through, set up by window or command line.

use crate::domain::Secret;
use crate::links::is_mail_address;
use crate::settings::{
    MailSettings, Places, SecretError, Settings, SettingsError, change_settings, keep_mail_password,
};

/// Why it was not set up.
#[derive(Debug, thiserror::Error)]
pub enum MailServerError {
    /// Nobody can send a mail from there.
    #[error("{0} is no address of a mailbox")]
    Sender(String),
    #[error(transparent)]
    Secrets(#[from] SecretError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The program ends.
    #[error("the program ends")]
    Ended,
}

/// Keeps it, or none. The password goes with the server it is for: another server, or another user, never gets an earlier one's,
/// and an earlier server never a new one. Without a new password the earlier one stays for the same server and user.
///
/// # Errors
/// [`MailServerError`]. The settings are then as they were, or the server is kept without its password.
pub async fn keep_mail_server(
    places: &Places,
    wanted: Option<MailSettings>,
    password: Option<Secret>,
) -> Result<(), MailServerError> {
    if let Some(from) = wanted.as_ref().map(|wanted| wanted.from.as_str())
        && !is_mail_address(mailbox(from))
    {
        return Err(MailServerError::Sender(from.to_owned()));
    }
    let file = places.settings_file();
    let earlier = on_disk(move || Settings::load(&file)).await?.receipts.mail;
    let is_the_same = match (&earlier, &wanted) {
        (Some(earlier), Some(wanted)) => (&earlier.host, &earlier.user) == (&wanted.host, &wanted.user),
        _ => false,
    };
    let has_login = wanted.as_ref().is_some_and(|wanted| wanted.user.is_some());
    // In this order: whatever fails, no server is left with another's password.
    if !is_the_same || !has_login {
        keep_mail_password(places, None).await?;
    }
    let file = places.settings_file();
    let change = move || {
        change_settings(&file, |settings| {
            settings.receipts.mail = wanted;
            Some(())
        })
    };
    on_disk(change).await?;
    if let Some(password) = password.filter(|_| has_login) {
        keep_mail_password(places, Some(password)).await?;
    }
    Ok(())
}

/// Without the name that may stand before it.
fn mailbox(from: &str) -> &str {
    from.rsplit_once('<').map_or(from, |(_, address)| address.trim_end_matches('>'))
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SettingsError> + Send + 'static,
) -> Result<T, MailServerError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MailServerError::Ended)?.map_err(MailServerError::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::settings::mail_password;

    fn server(host: &str, user: Option<&str>) -> Option<MailSettings> {
        Some(MailSettings { user: user.map(str::to_owned), ..MailSettings::new(host, "Shop <shop@shop.example>") })
    }

    #[tokio::test]
    async fn a_password_goes_to_no_other_server_and_no_other_user() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        places.create().unwrap();
        let kept = async || mail_password(&places).await.unwrap().map(|secret| secret.reveal().to_owned());
        let secret = || Some(Secret::new("hush"));
        keep_mail_server(&places, server("a.example", Some("ada")), secret()).await.unwrap();
        keep_mail_server(&places, server("a.example", Some("ada")), None).await.unwrap();
        assert_eq!(kept().await.as_deref(), Some("hush"), "the same server");
        for other in [server("b.example", Some("ada")), server("a.example", Some("eve")), None] {
            keep_mail_server(&places, server("a.example", Some("ada")), secret()).await.unwrap();
            keep_mail_server(&places, other, None).await.unwrap();
            assert_eq!(kept().await, None);
        }
        keep_mail_server(&places, server("a.example", None), secret()).await.unwrap();
        assert_eq!(kept().await, None, "there is nobody to log in as");
        let text = std::fs::read_to_string(places.settings_file()).unwrap();
        assert!(!text.contains("hush") && text.contains("a.example"), "{text}");
    }

    #[tokio::test]
    async fn a_sender_that_is_no_mailbox_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        for from in ["shop", "Shop <shop>", ""] {
            let wanted = Some(MailSettings::new("a.example", from));
            let refused = keep_mail_server(&places, wanted, None).await;
            assert!(matches!(refused, Err(MailServerError::Sender(_))), "{from}: {refused:?}");
        }
    }
}
