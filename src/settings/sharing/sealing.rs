//! The terminals' secrets in a file for other tills: sealed in the age format, to the keys of the tills that may open them or
//! with a passphrase. What is sealed is signed together with the settings it belongs to.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::super::secrets::SECRET_AT_MOST;
use super::till_key::TillKey;
use crate::domain::Secret;

/// By terminal, then by field.
pub type SharedSecrets = BTreeMap<String, BTreeMap<String, Secret>>;

/// The shortest passphrase, in characters: a file can be tried for as long as somebody likes.
pub const PASSPHRASE_AT_LEAST: usize = 12;
/// What a passphrase costs whoever tries it: about a second and 128 MiB, as a power of two.
const WORK: u8 = 17;
/// What somebody else's file may ask for: eight times as much.
const WORK_AT_MOST: u8 = 20;
/// In bytes, of all secrets of a file.
const SECRETS_AT_MOST: u64 = 1 << 20;

/// Why secrets were not sealed or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    #[error("{0} is no till's key")]
    NotARecipient(String),
    #[error("the passphrase is too short")]
    ShortPassphrase,
    /// Nobody gave it.
    #[error("the secrets in {file} are sealed with a passphrase")]
    NeedsPassphrase { file: String },
    #[error("the secrets in {file} are sealed with another passphrase")]
    WrongPassphrase { file: String },
    #[error("the secrets in {file} are sealed for others")]
    ForOthers { file: String },
    #[error("the secrets in {file} cannot be read: {cause}")]
    Broken { file: String, cause: String },
    /// There is no such terminal, or its family has no such secret.
    #[error("{file} has a secret {field} for “{terminal}”")]
    Stray { file: String, terminal: String, field: String },
}

impl SealingError {
    /// What the command line calls it: `cli-<code>` is the text.
    pub fn code(&self) -> &'static str {
        match self {
            SealingError::NotARecipient(_) => "sealed-not-a-recipient",
            SealingError::ShortPassphrase => "sealed-short-passphrase",
            SealingError::NeedsPassphrase { .. } => "sealed-needs-passphrase",
            SealingError::WrongPassphrase { .. } => "sealed-wrong-passphrase",
            SealingError::ForOthers { .. } => "sealed-for-others",
            SealingError::Broken { .. } => "sealed-broken",
            SealingError::Stray { .. } => "sealed-stray",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, &str)> {
        match self {
            SealingError::NotARecipient(recipient) => vec![("recipient", recipient)],
            SealingError::ShortPassphrase => Vec::new(),
            SealingError::NeedsPassphrase { file }
            | SealingError::WrongPassphrase { file }
            | SealingError::ForOthers { file } => vec![("file", file)],
            SealingError::Broken { file, cause } => vec![("file", file), ("problem", cause)],
            SealingError::Stray { file, terminal, field } => {
                vec![("file", file), ("terminal", terminal), ("field", field)]
            }
        }
    }
}

/// Who can open what is sealed.
pub struct SealFor(Vec<Box<dyn Recipient>>);

impl SealFor {
    /// The tills with these keys, as [`TillKey::recipient`] tells them.
    ///
    /// # Errors
    /// [`SealingError::NotARecipient`].
    pub fn tills(words: &[String]) -> Result<SealFor, SealingError> {
        let parsed = words.iter().map(|word| {
            let recipient = word.trim().parse::<x25519::Recipient>();
            let recipient = recipient.map_err(|_| SealingError::NotARecipient(word.trim().to_owned()))?;
            Ok(Box::new(recipient) as Box<dyn Recipient>)
        });
        Ok(SealFor(parsed.collect::<Result<_, SealingError>>()?))
    }

    /// Whoever knows the passphrase.
    ///
    /// # Errors
    /// [`SealingError::ShortPassphrase`].
    pub fn passphrase(passphrase: &Secret) -> Result<SealFor, SealingError> {
        if passphrase.reveal().chars().count() < PASSPHRASE_AT_LEAST {
            return Err(SealingError::ShortPassphrase);
        }
        let mut recipient = scrypt::Recipient::new(of_age(passphrase));
        recipient.set_work_factor(WORK);
        Ok(SealFor(vec![Box::new(recipient)]))
    }

    /// The secrets as one line of text.
    ///
    /// # Errors
    /// `Broken`, where nobody is named or the system has no random numbers.
    pub(super) fn seal(&self, secrets: &SharedSecrets) -> Result<String, SealingError> {
        let broken = |cause: &dyn ToString| SealingError::Broken { file: String::new(), cause: cause.to_string() };
        let text = written(secrets).map_err(|error| broken(&error))?;
        let recipients = self.0.iter().map(|recipient| &**recipient as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(|error| broken(&error))?;
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(|error| broken(&error))?;
        writer.write_all(text.as_bytes()).and_then(|()| writer.finish()).map_err(|error| broken(&error))?;
        Ok(STANDARD.encode(sealed))
    }
}

/// Sealed secrets of a file that is to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecrets {
    pub(super) file: String,
    pub(super) text: String,
}

impl SealedSecrets {
    /// Whether a passphrase opens them; else a till's key does.
    ///
    /// # Errors
    /// [`SealingError::Broken`].
    pub fn needs_passphrase(&self) -> Result<bool, SealingError> {
        let bytes = self.bytes()?;
        Ok(Decryptor::new(&bytes[..]).map_err(|error| self.broken(&error))?.is_scrypt())
    }

    /// # Errors
    /// [`SealingError::WrongPassphrase`], [`SealingError::Broken`].
    pub fn open_with(&self, passphrase: &Secret) -> Result<SharedSecrets, SealingError> {
        let mut identity = scrypt::Identity::new(of_age(passphrase));
        identity.set_max_work_factor(WORK_AT_MOST);
        self.open(&identity, || SealingError::WrongPassphrase { file: self.file.clone() })
    }

    /// # Errors
    /// [`SealingError::ForOthers`], [`SealingError::Broken`].
    pub fn open_as(&self, till: &TillKey) -> Result<SharedSecrets, SealingError> {
        self.open(till.identity(), || self.for_others())
    }

    /// What somebody is told who gave none.
    pub fn asks_passphrase(&self) -> SealingError {
        SealingError::NeedsPassphrase { file: self.file.clone() }
    }

    /// What a till is told that has no key of its own.
    pub fn for_others(&self) -> SealingError {
        SealingError::ForOthers { file: self.file.clone() }
    }

    fn open(
        &self,
        identity: &dyn Identity,
        not_ours: impl Fn() -> SealingError,
    ) -> Result<SharedSecrets, SealingError> {
        let bytes = self.bytes()?;
        let decryptor = Decryptor::new(&bytes[..]).map_err(|error| self.broken(&error))?;
        let reader = decryptor.decrypt(std::iter::once(identity)).map_err(|error| match error {
            DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
                not_ours()
            }
            other => self.broken(&other),
        })?;
        let mut text = Zeroizing::new(String::new());
        reader.take(SECRETS_AT_MOST).read_to_string(&mut text).map_err(|error| self.broken(&error))?;
        // The parser's words may quote what it could not read.
        read(&text).ok_or_else(|| self.broken(&"JSON"))
    }

    fn bytes(&self) -> Result<Vec<u8>, SealingError> {
        STANDARD.decode(&self.text).map_err(|error| self.broken(&error))
    }

    fn broken(&self, cause: &dyn ToString) -> SealingError {
        SealingError::Broken { file: self.file.clone(), cause: cause.to_string() }
    }
}

fn of_age(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.reveal().to_owned())
}

fn written(secrets: &SharedSecrets) -> serde_json::Result<Zeroizing<String>> {
    let fields = |fields: &BTreeMap<String, Secret>| {
        let fields = fields.iter().map(|(field, secret)| (field.clone(), Zeroizing::new(secret.reveal().to_owned())));
        fields.collect::<BTreeMap<_, _>>()
    };
    let plain: BTreeMap<_, _> = secrets.iter().map(|(terminal, of)| (terminal, fields(of))).collect();
    serde_json::to_string(&plain).map(Zeroizing::new)
}

fn read(text: &str) -> Option<SharedSecrets> {
    let plain: BTreeMap<String, BTreeMap<String, Zeroizing<String>>> = serde_json::from_str(text).ok()?;
    let usable = |text: &str| !text.is_empty() && text.len() <= SECRET_AT_MOST && !text.chars().any(char::is_control);
    let fields = |fields: BTreeMap<String, Zeroizing<String>>| {
        let fields = fields.into_iter().map(|(field, text)| usable(&text).then(|| (field, Secret::new(text.as_str()))));
        fields.collect::<Option<BTreeMap<_, _>>>()
    };
    plain.into_iter().map(|(terminal, of)| Some((terminal, fields(of)?))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn secrets() -> SharedSecrets {
        let of = |field: &str, text: &str| BTreeMap::from([(field.to_owned(), Secret::new(text))]);
        BTreeMap::from([("front".to_owned(), of("key", "hunter2")), ("Bar «2»".to_owned(), of("password", "pä\"ss\\"))])
    }

    fn sealed(text: String) -> SealedSecrets {
        SealedSecrets { file: "tills.json".to_owned(), text }
    }

    #[test]
    fn each_till_it_is_sealed_for_opens_it_and_no_other() {
        let (one, two, stranger) = (TillKey::generate(), TillKey::generate(), TillKey::generate());
        let recipients = [one.recipient(), format!(" {}\n", two.recipient())];
        let sealed = sealed(SealFor::tills(&recipients).unwrap().seal(&secrets()).unwrap());
        assert_eq!(sealed.needs_passphrase(), Ok(false));
        for till in [one, two] {
            assert_eq!(sealed.open_as(&till).unwrap(), secrets());
        }
        assert_eq!(sealed.open_as(&stranger), Err(sealed.for_others()));
        assert_eq!(sealed.open_with(&Secret::new("correct horse")).unwrap_err().code(), "sealed-wrong-passphrase");
        assert!(!sealed.text.contains("front") && !format!("{sealed:?}").contains("hunter2"));
    }

    #[test]
    fn who_knows_the_passphrase_opens_it_and_a_short_one_is_refused() {
        let passphrase = Secret::new("correct horse battery");
        let sealed = sealed(SealFor::passphrase(&passphrase).unwrap().seal(&secrets()).unwrap());
        assert_eq!(sealed.needs_passphrase(), Ok(true));
        assert_eq!(sealed.open_with(&passphrase).unwrap(), secrets());
        assert_eq!(sealed.open_with(&Secret::new("correct horse")).unwrap_err().code(), "sealed-wrong-passphrase");
        assert_eq!(sealed.open_as(&TillKey::generate()), Err(sealed.for_others()));
        assert_eq!(SealFor::passphrase(&Secret::new("elevenchars")).err(), Some(SealingError::ShortPassphrase));
    }

    #[test]
    fn what_is_no_key_and_what_was_broken_is_told() {
        let not = SealFor::tills(&["age1hunter2".to_owned()]).err();
        assert_eq!(not, Some(SealingError::NotARecipient("age1hunter2".to_owned())));
        let till = TillKey::generate();
        let text = SealFor::tills(&[till.recipient()]).unwrap().seal(&secrets()).unwrap();
        let mut bytes = STANDARD.decode(&text).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        for broken in [STANDARD.encode(&bytes), STANDARD.encode(&bytes[..bytes.len() / 2]), "?".to_owned()] {
            assert_eq!(sealed(broken).open_as(&till).unwrap_err().code(), "sealed-broken");
        }
        assert!(SealFor::tills(&[]).unwrap().seal(&secrets()).is_err());
        for wrong in [r#"{"front": {"key": ""}}"#, r#"{"front": {"key": "a\nb"}}"#, r#"{"front": "key"}"#] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&format!(r#"{{"front": {{"key": "{}"}}}}"#, "x".repeat(1025))), None);
    }
}
