//! The settings file, where it lies, the operators beside it, price list and the window's place beside the journal, and the
//! secrets that are not in it.

mod changing;
mod checking;
mod customer_display;
mod document;
mod fault;
mod file;
mod mending;
mod migration;
mod operators;
mod pins;
mod places;
mod price_list;
mod printer_rules;
mod printers;
mod reading;
mod receipts;
mod remembered_window;
mod replacing;
mod scale;
mod secrets;
mod sharing;
mod shop;
mod versioned;
mod window;
mod window_change;

pub use changing::{change_settings, remember_as_good};
pub use checking::{CheckedSettings, SettingsRules, TERMINAL_NAME_AT_MOST, check_settings};
pub use customer_display::CustomerDisplaySettings;
pub use fault::{FaultPlace, SettingsFault, WrongSetting};
pub use file::{Settings, SettingsError, TerminalSettings};
pub use mending::{Mending, last_good_settings, mend_settings};
pub use migration::SettingsVersion;
pub use operators::{OperatorsError, change_operators, load_operators};
pub use pins::{hash_pin, is_pin_of};
pub use places::Places;
pub(crate) use places::owner_only;
pub use price_list::{KeptPrices, KeptPricesError, PriceFileError};
pub use printers::{PrinterConnection, PrinterSettings, SystemDocument};
pub use receipts::{
    MailSecurity, MailSettings, PrintWhen, Printing, QrContent, RECEIPT_LINE_AT_MOST, RECEIPT_LINES_AT_MOST,
    ReceiptSettings, TerminalPrinting,
};
pub use remembered_window::{Placing, RememberedWindow};
pub(crate) use replacing::replace_for_owner;
pub use scale::Scale;
pub use secrets::{
    MovedSecrets, SECRET_AT_MOST, SECRETS_IN, SecretError, SecretStore, SecretsPlace, keep_mail_password, kept_in,
    mail_password, move_secrets, secrets_of, with_secrets,
};
pub use sharing::{
    Dropped, PASSPHRASE_AT_LEAST, SealFor, SealedSecrets, SealingError, SharedFile, SharedSecrets, SharingError,
    ShopKey, Taken, TillKey, dropped_settings, read_shared, remember_dropped, settings_in_shared, shared_text,
    trust_key, trusted_keys,
};
pub use shop::{SHOP_NAME_AT_MOST, ShopSettings};
pub use window::{Loudness, TextSize, ThemeChoice, WindowSettings};
pub use window_change::WindowChange;
