//! What lies on this till: the terminal's settings and secrets.

use crate::domain::outcome::Fault;
use crate::protocols::protocol::{FieldError, FieldProblem};
use crate::settings::secrets_of;
use crate::terminal::TillError;

use super::examination::Subject;
use super::notebook::Note;

pub fn settings(subject: &Subject) -> Note {
    let Some(protocol) = subject.protocol() else {
        return Note::fault("doctor-settings-protocol", Fault::Settings).with("protocol", &subject.terminal.protocol);
    };
    // what the driver says is said first: it has seen the secrets too
    match (&subject.opened, &protocol.checked(&subject.terminal.fields)) {
        (Err(TillError::Field { error, .. }), _) | (_, Err(error)) => wrong_field(error),
        _ => Note::fine("doctor-settings-fine"),
    }
}

fn wrong_field(error: &FieldError) -> Note {
    let key = match error.problem {
        FieldProblem::Missing => "doctor-settings-missing",
        FieldProblem::Invalid => "doctor-settings-invalid",
        FieldProblem::Unknown => "doctor-settings-unknown",
        FieldProblem::Secret => "doctor-settings-secret",
    };
    Note::fault(key, Fault::Settings).with("field", &error.field)
}

/// Read once more, even where the terminal runs: a keyring may have been locked since.
pub async fn secrets(subject: &Subject) -> Note {
    let error = match &subject.opened {
        Err(TillError::Secrets { error, .. }) => error.clone(),
        _ if subject.terminal.secrets.is_empty() => return Note::fine("doctor-secrets-none"),
        _ => match secrets_of(&subject.places, &subject.terminal).await {
            Ok(_) => return Note::fine("doctor-secrets-fine"),
            Err(error) => error,
        },
    };
    Note::fault(error.key(), Fault::Settings).saying(&error)
}

/// The terminal does not run, and nothing that was looked at says why.
pub fn not_opened(error: &TillError) -> Note {
    Note::fault("doctor-session-no-till", Fault::Program).saying(error)
}
