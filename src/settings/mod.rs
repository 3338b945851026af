//! The settings file, where it lies, the operators and the price list beside it, and the secrets that are not in it.

mod file;
mod operators;
mod pins;
mod places;
mod price_list;
mod replacing;
mod secrets;

pub use file::{Settings, SettingsError, TerminalSettings};
pub use operators::{OperatorsError, change_operators, load_operators};
pub use pins::{hash_pin, is_pin_of};
pub use places::Places;
pub use price_list::{KeptPrices, KeptPricesError, PriceFileError};
pub use secrets::{SECRETS_IN, SecretError, SecretStore, secrets_of, with_secrets};
