//! How the window looks and sounds on this till: the `window` table of the settings file. Everything in it may be missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::customer_display::CustomerDisplaySettings;
use super::scale::Scale;

/// What an older version kept, and what nothing asks any more: `reduced_motion`, of a window in which nothing moves by itself.
const FORMER: [&str; 1] = ["reduced_motion"];

/// What this till's window is like, until somebody changes it there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    pub theme: ThemeChoice,
    pub text_size: TextSize,
    /// `None`: as large as the window has room for.
    pub scale: Option<Scale>,
    pub sounds: Loudness,
    /// The whole screen, without a frame (a kiosk).
    pub full_screen: bool,
    pub customer_display: CustomerDisplaySettings,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

impl WindowSettings {
    pub(super) fn is_default(&self) -> bool {
        *self == WindowSettings::default()
    }

    /// The names of what is not understood, as they stand in the file.
    pub(super) fn unknown_fields(&self) -> impl Iterator<Item = String> {
        let former = |name: &String| FORMER.contains(&name.as_str());
        self.strangers().filter(move |name| !former(name)).map(|name| format!("window.{name}"))
    }

    /// The same inside the window's table, with those of earlier versions.
    pub fn strangers(&self) -> impl Iterator<Item = String> {
        let inner = self.customer_display.unknown.keys().map(|name| format!("customer_display.{name}"));
        self.unknown.keys().cloned().chain(inner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    #[default]
    Light,
    Dark,
    HighContrast,
}

impl ThemeChoice {
    pub const ALL: [ThemeChoice; 3] = [ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::HighContrast];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    #[default]
    Normal,
    Large,
    Largest,
}

impl TextSize {
    pub const ALL: [TextSize; 3] = [TextSize::Normal, TextSize::Large, TextSize::Largest];

    /// How much larger than normal text is drawn.
    pub fn factor(self) -> f32 {
        match self {
            TextSize::Normal => 1.0,
            TextSize::Large => 1.15,
            TextSize::Largest => 1.3,
        }
    }
}

/// How loud outcomes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loudness {
    Off,
    Quiet,
    #[default]
    Normal,
}

impl Loudness {
    pub const ALL: [Loudness; 3] = [Loudness::Off, Loudness::Quiet, Loudness::Normal];
}
