//! The settings file, where it lies, and the secrets that are not in it.

mod file;
mod places;
mod secrets;

pub use file::{Settings, SettingsError, TerminalSettings};
pub use places::Places;
pub use secrets::{SECRETS_IN, SecretError, SecretStore, secrets_of, with_secrets};
