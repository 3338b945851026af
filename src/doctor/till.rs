//! What lies on this till: the terminal's settings and secrets.

use crate::domain::outcome::Fault;
use crate::links::probe;
use crate::protocols::driver::Tls;
use crate::protocols::protocol::{FieldError, FieldProblem, Peer, Protocol};
use crate::settings::secrets_of;
use crate::terminal::TillError;

use super::examination::Subject;
use super::notebook::Note;

/// A file of authorities belongs to the settings that name it.
pub async fn settings(subject: &Subject) -> Note {
    let Some(protocol) = subject.protocol() else {
        return Note::fault("doctor-settings-protocol", Fault::Settings).with("protocol", &subject.terminal.protocol);
    };
    // what the driver says is said first: it has seen the secrets too
    match (&subject.opened, &protocol.checked(&subject.terminal.fields)) {
        (Err(TillError::Field { error, .. }), _) | (_, Err(error)) => match error.problem {
            FieldProblem::Missing if is_paired_for(protocol, &error.field) => {
                Note::fault("doctor-settings-unpaired", Fault::Settings).with("field", &error.field)
            }
            _ => wrong_field(error),
        },
        (_, Ok(fields)) => match files(&subject.peers()).await {
            None if (protocol.abilities)(fields).pretends => Note::doubt("doctor-settings-pretends"),
            None => Note::fine("doctor-settings-fine"),
            Some(wrong) => wrong,
        },
    }
}

/// What nobody has to type who pairs the terminal.
fn is_paired_for(protocol: &Protocol, field: &str) -> bool {
    protocol.pairing.is_some_and(|pairing| pairing.gives.contains(&field))
}

/// What is wrong with a file that the settings name.
async fn files(peers: &[Peer]) -> Option<Note> {
    for peer in peers {
        if let Tls::Yes { ca_file: Some(file) } = &peer.tls
            && let Err(loss) = probe::authorities(file).await
        {
            return Some(Note::of(&loss.explain(peer.stranger)));
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_till_that_does_not_open_for_reasons_of_others_is_told_so() {
        let note = not_opened(&TillError::SeveralTerminals(vec!["front".to_owned(), "back".to_owned()]));
        assert_eq!(note.key, "doctor-session-no-till");
        assert!(note.detail.is_some_and(|detail| detail.contains("front, back")));
    }
}
