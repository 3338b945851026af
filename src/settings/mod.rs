//! The settings file, where it lies, the price list beside the journal, and the secrets that are not in it.

mod file;
mod places;
mod price_list;
mod replacing;
mod secrets;

pub use file::{Settings, SettingsError, TerminalSettings};
pub use places::Places;
pub use price_list::{KeptPrices, KeptPricesError, PriceFileError};
pub use secrets::{SECRETS_IN, SecretError, SecretStore, secrets_of, with_secrets};
