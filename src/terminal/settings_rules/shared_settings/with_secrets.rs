//! Sealed secrets come with the settings they were signed with, or not at all.

use super::*;
use crate::domain::Secret;
use crate::settings::{SealFor, TillKey, secrets_of, with_secrets};

/// Two terminals whose families have secrets.
fn office() -> Settings {
    let mut settings = Settings::default();
    for (name, protocol, fields) in [
        ("front", "connect", &[("host", "10.0.0.7"), ("terminal_id", "T1")][..]),
        ("bar", "p3", &[("host", "10.0.0.8"), ("merchant_id", "M1")][..]),
    ] {
        let mut values = FieldValues::default();
        for (field, text) in fields {
            values.set(field, text);
        }
        settings.put(TerminalSettings::new(name, protocol, values));
    }
    settings
}

fn secret(terminal: &str, field: &str, text: &str) -> SharedSecrets {
    let fields = [(field.to_owned(), Secret::new(text))].into_iter().collect();
    [(terminal.to_owned(), fields)].into_iter().collect()
}

impl Tills {
    async fn sealed(&self, secrets: &SharedSecrets) -> String {
        let recipient = TillKey::make(&self.places()).await.unwrap().recipient();
        shared_text(&office(), Some((secrets, &SealFor::tills(&[recipient]).unwrap())), Some(&self.key)).unwrap()
    }

    async fn open_and_take(&self, text: &str, open: &[&str]) -> Result<Taken, SharingError> {
        let (rules, trusted) = (settings_rules(), [self.key.public()]);
        let shared = read_shared((Path::new("given.json"), text), Some(&trusted), &rules)?;
        let till = TillKey::load(&self.places()).await?.unwrap();
        let secrets = shared.sealed().map(|sealed| sealed.open_as(&till)).transpose()?.unwrap_or_default();
        shared.take(&self.places(), secrets, &rules, |name| open.contains(&name)).await
    }

    /// As the till's settings name them.
    async fn secret(&self, terminal: &str, field: &str) -> Option<String> {
        let settings = Settings::load(&self.own()).unwrap();
        let secrets = secrets_of(&self.places(), settings.terminal(terminal)?).await.unwrap();
        secrets.secret(field).map(|secret| secret.reveal().to_owned())
    }
}

#[tokio::test]
async fn sealed_secrets_are_the_terminals_own_afterwards_and_stand_in_no_file_of_settings() {
    let tills = Tills::new();
    let given = tills.sealed(&secret("front", "api_key", "hunter2")).await;
    let taken = tills.open_and_take(&given, &[]).await.unwrap();
    assert_eq!((taken.terminals, taken.secrets, taken.left_behind), (2, 1, None));
    assert_eq!(tills.secret("front", "api_key").await.as_deref(), Some("hunter2"));
    let without = shared_text(&office(), None, Some(&tills.key)).unwrap();
    tills.open_and_take(&without, &[]).await.unwrap();
    assert_eq!(tills.secret("front", "api_key").await.as_deref(), Some("hunter2"), "those it has stay");
    assert!(!given.contains("hunter2") && !fs::read_to_string(tills.own()).unwrap().contains("hunter2"));
}

#[tokio::test]
async fn secrets_cannot_be_taken_out_of_a_signed_file_nor_put_into_one() {
    let tills = Tills::new();
    let [given, other] = [
        tills.sealed(&secret("front", "api_key", "hunter2")).await,
        tills.sealed(&secret("front", "api_key", "hunter3")).await,
    ];
    let line_of = |text: &str| text.lines().find(|line| line.contains("\"sealed\"")).unwrap().to_owned();
    let plain = shared_text(&office(), None, Some(&tills.key)).unwrap();
    let put_in = plain.replacen("\"key\"", &format!("{}\n\"key\"", line_of(&given)), 1);
    for text in [
        given.replace(&line_of(&given), ""),
        given.replace(&line_of(&given), &line_of(&other)),
        put_in,
        given.replace("10.0.0.7", "10.0.0.6"),
    ] {
        assert_eq!(tills.open_and_take(&text, &[]).await.unwrap_err().code(), "shared-altered", "{text}");
    }
    assert!(!tills.own().exists());
}

#[tokio::test]
async fn a_secret_that_fits_no_terminal_refuses_the_whole_file() {
    let tills = Tills::new();
    for (terminal, field) in [("back", "api_key"), ("bar", "api_key"), ("front", "host"), ("", "recipient-key")] {
        let given = tills.sealed(&secret(terminal, field, "hunter2")).await;
        assert_eq!(tills.open_and_take(&given, &[]).await.unwrap_err().code(), "sealed-stray");
    }
    assert!(!tills.own().exists());
}

#[tokio::test]
async fn a_terminal_with_an_open_payment_keeps_its_secret_and_everything_stays_as_it_was() {
    let tills = Tills::new();
    let first = tills.sealed(&secret("front", "api_key", "hunter2")).await;
    tills.open_and_take(&first, &[]).await.unwrap();
    let before = fs::read(tills.own()).unwrap();
    let second = tills.sealed(&secret("front", "api_key", "hunter3")).await;
    let refused = tills.open_and_take(&second, &["front"]).await.unwrap_err();
    assert_eq!(refused, SharingError::OpenPayment { terminal: "front".to_owned() });
    assert_eq!(tills.secret("front", "api_key").await.as_deref(), Some("hunter2"));
    assert_eq!(fs::read(tills.own()).unwrap(), before);
    tills.open_and_take(&first, &["front"]).await.unwrap();
    tills.open_and_take(&second, &["bar"]).await.unwrap();
    assert_eq!(tills.secret("front", "api_key").await.as_deref(), Some("hunter3"));
}

#[tokio::test]
async fn where_the_settings_are_not_taken_after_all_the_old_secrets_are_back() {
    let tills = Tills::new();
    let first = tills.sealed(&secret("front", "api_key", "hunter2")).await;
    tills.open_and_take(&first, &[]).await.unwrap();
    let mut both = secret("front", "api_key", "hunter3");
    both.extend(secret("bar", "merchant_secret", "hunter4"));
    let second = tills.sealed(&both).await;
    // A payment begins between the look at the journal and the settings.
    let (rules, looks) = (settings_rules(), std::cell::Cell::new(0));
    let shared = read_shared((Path::new("given.json"), &second), None, &rules).unwrap();
    let secrets = shared.sealed().unwrap().open_as(&TillKey::load(&tills.places()).await.unwrap().unwrap()).unwrap();
    let begins = |_: &str| looks.replace(looks.get() + 1) > 0;
    let refused = shared.take(&tills.places(), secrets, &rules, begins).await.unwrap_err();
    assert_eq!(refused, SharingError::OpenPayment { terminal: "front".to_owned() });
    assert_eq!(tills.secret("front", "api_key").await.as_deref(), Some("hunter2"));
    let bar = with_secrets(&tills.places(), |store| store.secret("bar", "merchant_secret")).await.unwrap();
    assert_eq!(bar, None);
}

#[tokio::test]
async fn secrets_of_terminals_that_are_gone_go_with_them() {
    let tills = Tills::new();
    let given = tills.sealed(&secret("front", "api_key", "hunter2")).await;
    tills.open_and_take(&given, &[]).await.unwrap();
    tills.take(&tills.given(), None, &[]).await.unwrap();
    let kept = with_secrets(&tills.places(), |store| store.secret("front", "api_key")).await.unwrap();
    assert_eq!(kept, None, "it is of another family now");
}
