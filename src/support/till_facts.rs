//! What a bundle is made from: the till's places, its settings as far as they can be read, and the gate that knows its secrets.

use std::time::Duration;

use super::doctor_part::Examined;
use super::scrub::Gate;
use crate::domain::{PaymentId, Secret};
use crate::protocols;
use crate::protocols::protocol::FieldKind;
use crate::settings::{Places, Settings, TerminalSettings, mail_password, secrets_of};

/// Days of logs, where nobody says how many.
pub const DAYS: u16 = 7;
/// Older logs are not kept anyway.
pub const DAYS_AT_MOST: u16 = 31;
/// A keyring that somebody would have to unlock is not waited for: what is in it has been struck out elsewhere, and the gate
/// knows secrets by their looks too.
const KEYRING_WITHIN: Duration = Duration::from_secs(5);

/// What somebody wants to have in the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of logs, today among them.
    pub days: u16,
    /// Payments whose transcripts go in, besides those that have not ended.
    pub payments: Vec<PaymentId>,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked { days: DAYS, payments: Vec::new() }
    }
}

/// One till, as support is told of it.
pub struct TillFacts {
    pub(super) places: Places,
    /// Or what is wrong with them.
    pub(super) settings: Result<Settings, String>,
    pub(super) gate: Gate,
    /// What the doctor found, where it was asked.
    pub(super) examined: Option<Vec<Examined>>,
}

impl TillFacts {
    /// Reads settings and secrets; settings that cannot be read are told as what is wrong with them. Waits for the keyring,
    /// and not long.
    pub async fn gather(places: &Places) -> TillFacts {
        let file = places.settings_file();
        let settings = match tokio::task::spawn_blocking(move || Settings::load(&file)).await {
            Ok(read) => read.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let mut own = Vec::new();
        if let Ok(Ok(password)) = tokio::time::timeout(KEYRING_WITHIN, mail_password(places)).await {
            own.extend(password);
        }
        for terminal in settings.iter().flat_map(|settings| &settings.terminals) {
            own.extend(misplaced(terminal));
            if let Ok(Ok(secrets)) = tokio::time::timeout(KEYRING_WITHIN, secrets_of(places, terminal)).await {
                own.extend(secrets.values().cloned());
            }
        }
        TillFacts { places: places.clone(), settings, gate: Gate::new(own), examined: None }
    }

    /// The settings, where they can be read.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref().ok()
    }

    /// The same with what the doctor found at the terminals.
    pub fn with_examined(self, examined: Vec<Examined>) -> TillFacts {
        TillFacts { examined: Some(examined), ..self }
    }
}

/// Secrets that somebody has written into the settings file.
fn misplaced(terminal: &TerminalSettings) -> impl Iterator<Item = Secret> {
    let protocol = protocols::find(&terminal.protocol);
    let is_secret = move |name: &str| {
        protocol.and_then(|protocol| protocol.field(name)).is_some_and(|field| field.kind == FieldKind::Secret)
    };
    terminal.fields.iter().filter(move |(name, _)| is_secret(name)).map(|(_, text)| Secret::new(text))
}
