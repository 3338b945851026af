//! What a settings file is held to before terminals are made of it.

use crate::domain::CASH;
use crate::protocols::{self, Protocol};
use crate::settings::SettingsRules;

use super::till::TRAINING;

/// The protocols there are, the names that are taken, and what is nobody's to read.
pub fn settings_rules() -> SettingsRules {
    let secret = protocols::registry().iter().flat_map(Protocol::secret_fields).map(|field| field.name);
    SettingsRules { find: protocols::find, reserved: &[TRAINING, CASH], secret: secret.collect() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod shared_settings;
