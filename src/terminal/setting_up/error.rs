//! What keeps a terminal from being set up, by whose fault it is.

use crate::domain::PaymentId;
use crate::domain::outcome::Explanation;
use crate::journal::JournalError;
use crate::protocols::protocol::FieldError;
use crate::settings::{SecretError, SettingsError};

/// What an exchange with the account was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Pair,
    Unpair,
}

/// The settings are as they were, but for [`SetupError::PairedWithoutSecrets`].
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A name of the program's own.
    #[error("“{0}” is a name of the program’s own")]
    NameReserved(String),
    #[error("“{0}” cannot be a terminal’s name")]
    NameNotUsable(String),
    /// There is another terminal of this name already.
    #[error("there is a terminal “{0}” already")]
    NameTaken(String),
    /// It is not set up, or not any more.
    #[error("there is no terminal “{0}”")]
    UnknownTerminal(String),
    #[error("terminal “{terminal}”: there is no protocol “{protocol}”")]
    UnknownProtocol { terminal: String, protocol: String },
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Nothing is started on the till itself, so it cannot be what is meant when nobody says.
    #[error("terminal “{0}” is the till itself")]
    Face(String),
    /// Whoever has to ask about a payment needs the settings it was made with.
    #[error("payment {payment} on “{terminal}” is open")]
    PaymentOpen { terminal: String, payment: PaymentId },
    #[error("terminal “{0}” is not one that is paired")]
    NoPairing(String),
    /// The account refused, or was surely not reached; or nobody knows what it did.
    #[error("terminal “{terminal}”: {}", .why.key)]
    NotExchanged { step: Step, is_known: bool, terminal: String, why: Explanation },
    /// The account has done it, and what it gave could not be kept.
    #[error("terminal “{terminal}” is paired, and its secrets are lost: {error}")]
    PairedWithoutSecrets { terminal: String, error: SecretError },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Secrets(#[from] SecretError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The program's own fault: a thread of its own has ended.
    #[error("a task has ended early")]
    Ended,
}

impl SetupError {
    /// The Fluent id of the text for a person at the window.
    pub fn key(&self) -> &'static str {
        match self {
            SetupError::NameReserved(_) => "cli-name-reserved",
            SetupError::NameNotUsable(_) => "cli-name-not-usable",
            SetupError::NameTaken(_) => "window-terminal-name-taken",
            SetupError::UnknownTerminal(_) => "window-terminal-not-set-up",
            SetupError::UnknownProtocol { .. } => "till-unknown-protocol",
            SetupError::Field(_) => "window-terminal-field-wrong",
            SetupError::Face(_) => "till-face",
            SetupError::PaymentOpen { .. } => "window-terminal-payment-open",
            SetupError::NoPairing(_) => "cli-no-pairing",
            SetupError::NotExchanged { step, is_known, .. } => match (step, is_known) {
                (Step::Pair, true) => "cli-not-paired",
                (Step::Pair, false) => "cli-pairing-unknown",
                (Step::Unpair, true) => "cli-not-unpaired",
                (Step::Unpair, false) => "cli-unpairing-unknown",
            },
            SetupError::PairedWithoutSecrets { .. } => "cli-paired-without-secrets",
            SetupError::Settings(_) => "window-terminal-settings",
            SetupError::Secrets(error) => error.key(),
            SetupError::Journal(error) => error.key(),
            SetupError::Ended => "window-terminal-ended",
        }
    }
}
