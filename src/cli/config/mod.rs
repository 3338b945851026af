//! `config`: the settings file itself, checked, and shared with other tills. Checking works without settings that can be used.

mod dropped;
mod sharing;
pub mod words;

use std::path::Path;

use serde::Serialize;

use crate::settings::{CheckedSettings, FaultPlace, Settings, SettingsError, SettingsFault, check_settings};
use crate::terminal::settings_rules;
use crate::texts::Texts;

use super::context::{Context, Done};
use super::events::Event;
use super::exit_status::ExitStatus;
pub use dropped::take_dropped;
use words::{CheckFile, ConfigCommand};

pub async fn config(context: &Context, asked: &ConfigCommand) -> Done {
    match asked {
        ConfigCommand::Check(asked) => check(context, asked),
        ConfigCommand::Key => sharing::make_key(context),
        ConfigCommand::Trust { key } => sharing::trust(context, key),
        ConfigCommand::Recipient => sharing::tell_recipient(context).await,
        ConfigCommand::Export(asked) => sharing::export(context, asked).await,
        ConfigCommand::Import(asked) => sharing::import(context, asked).await,
    }
}

/// One thing that is wrong in a settings file, or a field that is not known.
#[derive(Debug, Serialize)]
pub struct PlacedFields {
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is wrong, or `unknown-field` for what is only not known.
    pub code: String,
    pub message: String,
}

impl PlacedFields {
    fn new(file: &Path, place: Option<FaultPlace>, code: &str, message: String) -> PlacedFields {
        let (line, column) = (place.map(|place| place.line), place.map(|place| place.column));
        PlacedFields { file: file.display().to_string(), line, column, code: code.to_owned(), message }
    }
}

fn check(context: &Context, asked: &CheckFile) -> Done {
    let own = context.places.settings_file();
    let file = asked.file.as_deref().unwrap_or(&own);
    let name = file.display().to_string();
    if asked.file.is_some() && !file.exists() {
        return Err(context.usage("config-no-file", &[("file", &name)]));
    }
    match load(file) {
        Ok(CheckedSettings { settings, unknown }) => {
            for (field, place) in unknown {
                let text = context.texts().with("cli-config-unknown", &[("field", &field)]);
                let message = placed(context.texts(), place, &text);
                context.output.warning(&message);
                context.output.event(&Event::ConfigWarning(PlacedFields::new(file, place, "unknown-field", message)));
            }
            let terminals = settings.terminals.len();
            context.output.event(&Event::ConfigChecked { file: name.clone(), terminals });
            context.output.line(&context.texts().with("cli-config-good", &[("file", &name)]));
            Ok(ExitStatus::Done)
        }
        Err(error) => {
            for fault in error.faults() {
                say_fault(context, file, fault);
            }
            Err(context.settings_failed(&error))
        }
    }
}

/// A till's own settings, or what it would take from a shared file.
fn load(file: &Path) -> Result<CheckedSettings, SettingsError> {
    match sharing::in_shared(file) {
        Some(settings) => check_settings(file, &settings, &settings_rules()),
        None => Settings::load_checked(file, &settings_rules()),
    }
}

fn say_fault(context: &Context, file: &Path, fault: &SettingsFault) {
    let message = fault_text(context.texts(), fault);
    let code = fault.what.key().trim_start_matches("settings-fault-");
    context.output.event(&Event::ConfigFault(PlacedFields::new(file, fault.place, code, message.clone())));
    context.output.line(&message);
    fault.lines.iter().for_each(|line| context.output.line(line));
}

/// What is wrong with the settings, in one line.
pub fn error_text(texts: &Texts, error: &SettingsError) -> String {
    let text = texts.with_words(error.key(), &error.placeables());
    let faults = error.faults().iter().map(|fault| fault_text(texts, fault));
    [text].into_iter().chain(faults).collect::<Vec<_>>().join(" ")
}

/// One fault, with its place where it has one.
fn fault_text(texts: &Texts, fault: &SettingsFault) -> String {
    placed(texts, fault.place, &texts.with_words(fault.what.key(), &fault.what.placeables()))
}

fn placed(texts: &Texts, place: Option<FaultPlace>, text: &str) -> String {
    let Some(FaultPlace { line, column }) = place else { return text.to_owned() };
    let (line, column) = (line.to_string(), column.to_string());
    texts.with("settings-fault-at", &[("line", &line), ("column", &column), ("fault", text)])
}
