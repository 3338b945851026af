//! Shared settings are taken by the rules: whole, from whom the till trusts, and not under a payment.

use std::fs;
use std::path::{Path, PathBuf};

use super::settings_rules;
use crate::domain::Identity;
use crate::protocols::protocol::FieldValues;
use crate::settings::{
    Places, Settings, SharedSecrets, SharingError, ShopKey, Taken, TerminalSettings, ThemeChoice, change_settings,
    read_shared, shared_text, trust_key, trusted_keys,
};

mod with_secrets;

fn terminal(name: &str, host: &str) -> TerminalSettings {
    let mut fields = FieldValues::default();
    fields.set("host", host);
    TerminalSettings::new(name, "valor", fields)
}

struct Tills {
    folder: tempfile::TempDir,
    key: ShopKey,
}

impl Tills {
    fn new() -> Tills {
        let folder = tempfile::tempdir().unwrap();
        let key = ShopKey::make(&folder.path().join("shop-key")).unwrap();
        Tills { folder, key }
    }

    fn places(&self) -> Places {
        Places::in_folder(self.folder.path()).with_secrets_in_file()
    }

    fn own(&self) -> PathBuf {
        self.places().settings_file()
    }

    fn given(&self) -> String {
        let mut settings = Settings { language: Some("sv".to_owned()), ..Settings::default() };
        settings.window.theme = ThemeChoice::Dark;
        let mut front = terminal("front", "10.0.0.7");
        front.secrets.insert("password".to_owned());
        front.unknown.insert("note".to_owned(), "hunter2".into());
        front.identity = Identity::default().with("serial", "office-7");
        settings.put(front);
        shared_text(&settings, None, Some(&self.key)).unwrap()
    }

    async fn take(&self, text: &str, trusted: Option<&[String]>, open: &[&str]) -> Result<Taken, SharingError> {
        let rules = settings_rules();
        let shared = read_shared((Path::new("given.json"), text), trusted, &rules)?;
        shared.take(&self.places(), SharedSecrets::new(), &rules, |name| open.contains(&name)).await
    }
}

#[tokio::test]
async fn a_till_takes_what_a_key_signed_that_it_trusts_and_keeps_its_window_and_its_secrets() {
    let tills = Tills::new();
    change_settings(&tills.own(), |settings| {
        settings.window.theme = ThemeChoice::HighContrast;
        let mut front = terminal("front", "10.0.0.9");
        front.secrets.insert("key".to_owned());
        front.unknown.insert("desk".to_owned(), "2".into());
        settings.put(front);
        settings.put(terminal("back", "10.0.0.8"));
        Some(())
    })
    .unwrap();
    let taken = tills.take(&tills.given(), Some(&[tills.key.public()]), &[]).await.unwrap();
    assert_eq!((taken.terminals, taken.unknown.len()), (1, 0));
    assert_eq!((taken.secrets, taken.left_behind), (0, None));
    let settings = Settings::load(&tills.own()).unwrap();
    let front = settings.terminal("front").unwrap();
    assert_eq!(front.fields.text("host"), Some("10.0.0.7"));
    assert!(front.secrets.iter().eq(["key"]), "its own, and none of another till");
    assert!(front.unknown.keys().eq(["desk"]) && front.identity.is_empty());
    assert!(!tills.given().contains("hunter2") && !tills.given().contains("office-7"));
    assert_eq!((settings.window.theme, settings.language.as_deref()), (ThemeChoice::HighContrast, Some("sv")));
}

#[tokio::test]
async fn what_is_not_signed_by_a_trusted_key_or_was_changed_is_refused_and_changes_nothing() {
    let tills = Tills::new();
    let given = tills.given();
    let trusted = [tills.key.public()];
    let stranger = Tills::new().given();
    let unsigned = shared_text(&Settings::default(), None, None).unwrap();
    for (text, code) in [
        (given.replace("10.0.0.7", "10.0.0.6"), "shared-altered"),
        (given.replace("  ", " "), "shared-altered"),
        (stranger, "shared-foreign"),
        (unsigned.clone(), "shared-unsigned"),
        (given.replace("\"checkstand_settings\": 1", "\"checkstand_settings\": 3"), "shared-newer"),
        ("{\"terminals\": []}".to_owned(), "shared-none"),
    ] {
        assert_eq!(tills.take(&text, Some(&trusted), &[]).await.unwrap_err().code(), code);
        assert!(!tills.own().exists());
    }
    assert_eq!(
        tills.take(&given, Some(&[]), &[]).await.unwrap_err().code(),
        "shared-foreign",
        "nobody is trusted unasked"
    );
    assert_eq!(tills.take(&unsigned, None, &[]).await.unwrap().terminals, 0);
}

#[tokio::test]
async fn a_wrong_field_refuses_the_whole_file_with_the_line_of_the_file() {
    let tills = Tills::new();
    let mut settings = Settings::default();
    settings.put(terminal("front", "10.0.0.7"));
    settings.put(terminal("training", "10.0.0.8"));
    let text = shared_text(&settings, None, Some(&tills.key)).unwrap();
    let error = tills.take(&text, Some(&[tills.key.public()]), &[]).await.unwrap_err();
    let SharingError::Settings(error) = error else { panic!("{error}") };
    let line = text.lines().position(|line| line.contains("\"training\"")).unwrap() + 1;
    assert_eq!(error.faults()[0].place.map(|place| place.line), Some(line));
    assert!(!tills.own().exists());
}

#[tokio::test]
async fn a_terminal_with_an_open_payment_is_not_changed_and_one_that_stays_as_it_is_may_have_one() {
    let tills = Tills::new();
    change_settings(&tills.own(), |settings| {
        settings.put(terminal("front", "10.0.0.9"));
        Some(())
    })
    .unwrap();
    let before = fs::read(tills.own()).unwrap();
    let refused = tills.take(&tills.given(), None, &["front"]).await.unwrap_err();
    assert_eq!(refused, SharingError::OpenPayment { terminal: "front".to_owned() });
    assert_eq!(fs::read(tills.own()).unwrap(), before);
    tills.take(&tills.given(), None, &[]).await.unwrap();
    tills.take(&tills.given(), None, &["front"]).await.unwrap();
}

#[test]
fn keys_are_made_once_and_only_keys_are_trusted() {
    let tills = Tills::new();
    let again = ShopKey::make(&tills.folder.path().join("shop-key")).unwrap();
    assert_eq!(again.public(), tills.key.public());
    let file = tills.folder.path().join("trusted-keys");
    assert_eq!(trust_key(&file, "hunter2"), Err(SharingError::NotAKey));
    trust_key(&file, &again.public()).unwrap();
    trust_key(&file, &again.public()).unwrap();
    assert_eq!(trusted_keys(&file).unwrap(), [again.public()]);
    assert_eq!(ShopKey::load(&tills.folder.path().join("nowhere")).map(|_| ()).unwrap_err().code(), "shared-no-key");
    assert_eq!(ShopKey::load(&file).map(|_| ()).unwrap_err().code(), "shared-key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(tills.folder.path().join("shop-key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
