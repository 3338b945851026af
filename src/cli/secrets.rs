//! The secrets of `terminal add`: read from standard input, kept outside the settings file.

use std::io::BufRead;

use zeroize::Zeroizing;

use crate::domain::Secret;
use crate::protocols::Protocol;
use crate::protocols::protocol::{FieldError, FieldProblem};
use crate::settings::{SECRET_AT_MOST, SecretError};
use crate::terminal::setting_up::SecretChanges;

use super::context::{Context, Failure};
use super::exit_status::ExitStatus;

/// The named secrets, one a line; an empty line takes one away.
pub fn read(
    context: &Context,
    protocol: &Protocol,
    names: &[String],
    input: &mut impl BufRead,
) -> Result<SecretChanges, Failure> {
    let is_secret = |name: &&String| protocol.secret_fields().any(|field| field.name == **name);
    if let Some(stranger) = names.iter().find(|name| !is_secret(name)) {
        return Err(context.usage("no-such-secret", &[("field", stranger), ("protocol", protocol.id)]));
    }
    names.iter().map(|name| Ok((name.clone(), read_one(context, name, input)?))).collect()
}

fn read_one(context: &Context, name: &str, input: &mut impl BufRead) -> Result<Option<Secret>, Failure> {
    let prompt = context.texts().with("cli-type-secret", &[("field", name)]);
    let Some(line) = read_line(context, &prompt, input)? else {
        return Err(context.usage("secret-not-given", &[("field", name)]));
    };
    let text = line.trim_end_matches(['\r', '\n']);
    if text.len() > SECRET_AT_MOST || text.chars().any(char::is_control) {
        return Err(context.field_wrong(&FieldError::new(name, FieldProblem::Invalid)));
    }
    Ok((!text.is_empty()).then(|| Secret::new(text)))
}

/// A passphrase: the next line.
pub fn read_passphrase(context: &Context, input: &mut impl BufRead) -> Result<Secret, Failure> {
    let prompt = context.texts().get("cli-type-passphrase");
    let line = read_line(context, &prompt, input)?.unwrap_or_default();
    match line.trim_end_matches(['\r', '\n']) {
        "" => Err(context.usage("passphrase-not-given", &[])),
        text => Ok(Secret::new(text)),
    }
}

/// The mail server's password: the next line.
pub fn read_mail_password(context: &Context, input: &mut impl BufRead) -> Result<Secret, Failure> {
    let prompt = context.texts().get("cli-mail-type-password");
    let line = read_line(context, &prompt, input)?.unwrap_or_default();
    match line.trim_end_matches(['\r', '\n']) {
        text if text.is_empty() || text.len() > SECRET_AT_MOST || text.chars().any(char::is_control) => {
            Err(context.usage("mail-password-not-given", &[]))
        }
        text => Ok(Secret::new(text)),
    }
}

/// `None` where there is no line any more.
fn read_line(context: &Context, prompt: &str, input: &mut impl BufRead) -> Result<Option<Zeroizing<String>>, Failure> {
    if context.output.has_person() {
        context.output.progress(prompt);
    }
    let mut line = Zeroizing::new(String::new());
    match input.read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(line)),
        Err(error) => Err(context.failed("no-input", &[("problem", &error.to_string())])),
    }
}

impl Context {
    /// What keeps secrets from being read or kept.
    pub fn secrets_failed(&self, error: &SecretError) -> Failure {
        Failure { code: error.key().to_owned(), message: self.secret_text(error), status: ExitStatus::Usage }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::output::Output;
    use crate::protocols::protocol::{Field, FieldKind, FieldValues, Secrets};
    use crate::settings::{Places, Settings, TerminalSettings, secrets_of};
    use crate::terminal::setting_up::{keep_secrets, secrets_after};
    use crate::texts::Texts;

    const FIELDS: &[Field] = &[secret("merchant_secret", true), secret("password", false)];

    const fn secret(name: &'static str, required: bool) -> Field {
        Field::new(name, FieldKind::Secret, None, required)
    }

    /// A family that has secrets, and for the rest is nexo.
    fn secretive() -> Protocol {
        Protocol { fields: FIELDS, ..*crate::protocols::find("nexo").unwrap() }
    }

    fn context(folder: &tempfile::TempDir) -> Context {
        Context {
            places: Places::in_folder(folder.path()).with_secrets_in_file(),
            settings: Settings::default(),
            output: Output::new(true, Texts::new(Some("en"))),
            operator: None,
            dropped: Vec::new(),
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn secrets_are_read_one_a_line_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let (context, protocol) = (context(&folder), secretive());
        let mut input = " a b \r\n\nrest".as_bytes();
        let read_two = read(&context, &protocol, &names(&["password", "merchant_secret"]), &mut input).unwrap();
        let expected = [("password", Some(" a b ")), ("merchant_secret", None)];
        assert_eq!(read_two, expected.map(|(name, text)| (name.to_owned(), text.map(Secret::new))));
        let error = read(&context, &protocol, &names(&["host"]), &mut "x".as_bytes()).unwrap_err();
        assert_eq!(error.code, "no-such-secret");
        let error = read(&context, &protocol, &names(&["password"]), &mut "".as_bytes()).unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("secret-not-given", ExitStatus::Usage));
        let error = read(&context, &protocol, &names(&["password"]), &mut "hun\tter2\n".as_bytes()).unwrap_err();
        assert!(!error.message.contains("ter2"), "{}", error.message);
    }

    #[test]
    fn a_required_secret_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (context, protocol) = (context(&folder), secretive());
        let error = secrets_after(&protocol, BTreeSet::new(), &Vec::new()).unwrap_err();
        let error = context.setup_failed(&error);
        assert_eq!((error.code.as_str(), error.status), ("field", ExitStatus::Usage));
        assert!(error.message.contains("merchant_secret"), "{}", error.message);
        let given = vec![("merchant_secret".to_owned(), Some(Secret::new("x")))];
        let has = secrets_after(&protocol, BTreeSet::new(), &given).unwrap();
        assert!(has.contains("merchant_secret"));
        let taken_away = vec![("merchant_secret".to_owned(), None)];
        assert!(secrets_after(&protocol, has, &taken_away).is_err());
    }

    #[tokio::test]
    async fn what_is_kept_reaches_the_driver_and_goes_with_the_terminal() {
        let folder = tempfile::tempdir().unwrap();
        let (context, protocol) = (context(&folder), secretive());
        let given = vec![("merchant_secret".to_owned(), Some(Secret::new("hunter2")))];
        keep_secrets(&context.places, "front", given).await.unwrap();
        let mut terminal = TerminalSettings::new("front", "nexo", FieldValues::default());
        assert_eq!(secrets_of(&context.places, &terminal).await, Ok(Secrets::default()));
        assert!(protocol.checked_secrets(Secrets::default()).is_err());
        terminal.secrets.insert("merchant_secret".to_owned());
        let secrets = protocol.checked_secrets(secrets_of(&context.places, &terminal).await.unwrap()).unwrap();
        assert_eq!(secrets.secret("merchant_secret"), Some(&Secret::new("hunter2")));
        assert!(!format!("{secrets:?}").contains("hunter2"));
        let gone = vec![("merchant_secret".to_owned(), None)];
        keep_secrets(&context.places, "front", gone).await.unwrap();
        let gone = secrets_of(&context.places, &terminal).await.unwrap_err();
        assert_eq!(gone, SecretError::Gone { field: "merchant_secret".to_owned() });
        let text = std::fs::read_to_string(context.places.secrets_file()).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn secrets_do_not_belong_into_the_settings_and_strangers_not_among_the_secrets() {
        let protocol = secretive();
        let mut fields = FieldValues::default();
        assert_eq!(protocol.checked(&fields), Ok(FieldValues::default()));
        fields.set("password", "hunter2");
        let error = protocol.checked(&fields).unwrap_err();
        assert_eq!((error.field.as_str(), error.problem), ("password", FieldProblem::Secret));
        let mut secrets = Secrets::default();
        secrets.set("merchant_secret", Secret::new("x"));
        secrets.set("host", Secret::new("x"));
        assert_eq!(protocol.checked_secrets(secrets).unwrap_err().problem, FieldProblem::Unknown);
    }
}
