//! Secrets of a terminal that is set up: kept outside the settings file, and before it says that there are any.

use std::collections::BTreeSet;

use super::SetupError;
use crate::domain::Secret;
use crate::protocols::Protocol;
use crate::protocols::protocol::{FieldError, FieldProblem};
use crate::settings::{Places, SecretError, TerminalSettings, with_secrets};

/// What becomes of one terminal's secrets, by field: a new value, or none any more.
pub type SecretChanges = Vec<(String, Option<Secret>)>;

/// Which secrets the terminal has after the changes. Those it cannot do without are among them.
///
/// # Errors
/// The field that is missing.
pub fn secrets_after(
    protocol: &Protocol,
    mut names: BTreeSet<String>,
    changes: &SecretChanges,
) -> Result<BTreeSet<String>, SetupError> {
    for (name, secret) in changes {
        match secret {
            Some(_) => names.insert(name.clone()),
            None => names.remove(name),
        };
    }
    match protocol.secret_fields().find(|field| field.required && !names.contains(field.name)) {
        Some(missing) => Err(FieldError::new(missing.name, FieldProblem::Missing).into()),
        None => Ok(names),
    }
}

/// Keeps and takes away, in this order, before the settings say so.
///
/// # Errors
/// The store's.
pub async fn keep_secrets(places: &Places, terminal: &str, changes: SecretChanges) -> Result<(), SecretError> {
    if changes.is_empty() {
        return Ok(());
    }
    let terminal = terminal.to_owned();
    with_secrets(places, move |store| {
        changes.iter().try_for_each(|(field, secret)| match secret {
            Some(secret) => store.set(&terminal, field, secret),
            None => store.remove(&terminal, field),
        })
    })
    .await
}

/// Every secret of a terminal goes.
pub fn all_gone(terminal: &TerminalSettings) -> SecretChanges {
    terminal.secrets.iter().map(|field| (field.clone(), None)).collect()
}
