//! The binary: a command, or the window.

use std::process::ExitCode;

use checkstand::settings::{Places, Settings, SettingsError};

fn main() -> ExitCode {
    checkstand::cli::run(open_window)
}

#[cfg(feature = "gui")]
fn open_window(
    places: Places,
    settings: Result<Settings, SettingsError>,
    dropped: Vec<String>,
) -> Result<(), (&'static str, String)> {
    checkstand::gui::run(places, settings, dropped).map_err(|error| (error.key(), error.to_string()))
}

#[cfg(not(feature = "gui"))]
fn open_window(_: Places, _: Result<Settings, SettingsError>, _: Vec<String>) -> Result<(), (&'static str, String)> {
    Err((checkstand::cli::NO_WINDOW, String::new()))
}
