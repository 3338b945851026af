//! The settings file and where it lies.

mod file;
mod places;

pub use file::{Settings, SettingsError, TerminalSettings};
pub use places::Places;
