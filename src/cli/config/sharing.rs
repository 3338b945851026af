//! `config key | trust | export | import`: settings that other tills take.

use std::fs;
use std::path::Path;

use crate::settings::{
    SharingError, ShopKey, Taken, dropped_settings, remember_dropped, settings_in_shared, shared_text, take_settings,
    trust_key, trusted_keys,
};
use crate::terminal::setting_up::{all_gone, keep_secrets};
use crate::terminal::settings_rules;

use super::super::context::{Context, Done, Failure};
use super::super::events::Event;
use super::super::exit_status::ExitStatus;
use super::words::{ExportFile, ImportFile};

/// In bytes, of a shared file.
const FILE_AT_MOST: u64 = 1 << 20;

pub fn make_key(context: &Context) -> Done {
    create_places(context)?;
    let key = ShopKey::make(&context.places.shop_key_file()).map_err(|error| refused(context, &error))?;
    context.output.line(&key.public());
    context.output.event(&Event::ConfigKey { key: key.public() });
    Ok(ExitStatus::Done)
}

pub fn trust(context: &Context, public: &str) -> Done {
    create_places(context)?;
    trust_key(&context.places.trusted_keys_file(), public).map_err(|error| refused(context, &error))?;
    context.output.line(&context.texts().get("cli-config-trusted"));
    Ok(ExitStatus::Done)
}

fn create_places(context: &Context) -> Result<(), Failure> {
    let folder = context.places.data().display().to_string();
    let problem =
        |error: std::io::Error| context.usage("no-folder", &[("folder", &folder), ("problem", &error.to_string())]);
    context.places.create().map_err(problem)
}

/// Signed with the key that is named, else with the shop's, where one was made here.
pub fn export(context: &Context, asked: &ExportFile) -> Done {
    let own = context.places.shop_key_file();
    let key = match &asked.sign_with {
        Some(file) => Some(ShopKey::load(file)),
        None => own.exists().then(|| ShopKey::load(&own)),
    };
    let key = key.transpose().map_err(|error| refused(context, &error))?;
    let text = shared_text(&context.settings, key.as_ref()).map_err(|error| refused(context, &error))?;
    let name = asked.file.display().to_string();
    fs::write(&asked.file, text)
        .map_err(|error| context.failed("config-not-written", &[("file", &name), ("problem", &error.to_string())]))?;
    if key.is_none() {
        context.output.warning(&context.texts().get("cli-config-exported-unsigned"));
    }
    context.output.line(&context.texts().with("cli-config-exported", &[("file", &name)]));
    context.output.event(&Event::ConfigExported { file: name, is_signed: key.is_some() });
    Ok(ExitStatus::Done)
}

pub async fn import(context: &Context, asked: &ImportFile) -> Done {
    let name = asked.file.display().to_string();
    let unread =
        |error: std::io::Error| context.usage("config-not-read", &[("file", &name), ("problem", &error.to_string())]);
    let text = read(&asked.file).map_err(unread)?;
    let trusted = match asked.unsigned {
        true => None,
        false => Some(trusted_keys(&context.places.trusted_keys_file()).map_err(|error| refused(context, &error))?),
    };
    let taken = take(context, (&asked.file, &text), trusted.as_deref())?;
    for gone in &taken.gone {
        // They are in nobody's way; whoever wants them gone is told.
        if let Err(error) = keep_secrets(&context.places, &gone.name, all_gone(gone)).await {
            context.output.warning(&context.secrets_failed(&error).message);
        }
    }
    say_taken(context, &name, &taken);
    Ok(ExitStatus::Done)
}

fn read(file: &Path) -> std::io::Result<String> {
    if fs::metadata(file)?.len() > FILE_AT_MOST {
        return Err(std::io::ErrorKind::FileTooLarge.into());
    }
    fs::read_to_string(file)
}

fn take(context: &Context, given: (&Path, &str), trusted: Option<&[String]>) -> Result<Taken, Failure> {
    let journal = context.journal()?;
    // A journal that cannot be asked says nothing of a payment that is not open.
    let is_open = |name: &str| journal.open_payments(Some(name)).map_or(true, |open| !open.is_empty());
    take_settings(&context.places.settings_file(), given, trusted, &settings_rules(), is_open)
        .map_err(|error| refused(context, &error))
}

fn say_taken(context: &Context, name: &str, taken: &Taken) {
    for (field, _) in &taken.unknown {
        context.output.warning(&context.texts().with("cli-config-not-taken", &[("field", field)]));
    }
    let terminals = i64::try_from(taken.terminals).unwrap_or(i64::MAX);
    let placeables = [("file", name.into()), ("terminals", terminals.into())];
    context.output.line(&context.texts().with_values("cli-config-imported", &placeables));
    context.output.event(&Event::ConfigImported { file: name.to_owned(), terminals: taken.terminals });
}

fn refused(context: &Context, error: &SharingError) -> Failure {
    if let SharingError::Settings(error) = error {
        return context.settings_failed(error);
    }
    context.usage(error.code(), &error.placeables())
}

/// Takes the files that wait in the till's folder, before anything is opened with its settings. What was taken or refused is
/// said; one that was refused is tried again at the next start.
pub fn take_dropped(context: &Context) -> Vec<String> {
    let (folder, remembered) = (context.places.dropped_settings_folder(), context.places.settings_taken_file());
    let mut all_said = Vec::new();
    let mut say = |said: String| {
        context.output.warning(&said);
        all_said.push(said);
    };
    let not_read = |problem: &dyn std::fmt::Display| {
        let placeables = [("file", folder.display().to_string()), ("problem", problem.to_string())];
        let placeables: Vec<_> = placeables.iter().map(|(name, text)| (*name, text.as_str())).collect();
        context.texts().with("cli-config-not-read", &placeables)
    };
    let dropped = match dropped_settings(&folder, &remembered) {
        Ok(dropped) => dropped,
        Err(error) => {
            say(not_read(&error));
            Vec::new()
        }
    };
    for dropped in dropped {
        let trusted = trusted_keys(&context.places.trusted_keys_file()).map_err(|error| refused(context, &error));
        let taken = trusted.and_then(|trusted| take(context, (&dropped.file, &dropped.text), Some(&trusted)));
        let said = match taken {
            Ok(taken) => {
                if let Err(error) = remember_dropped(&remembered, &dropped) {
                    say(not_read(&error));
                }
                let terminals = i64::try_from(taken.terminals).unwrap_or(i64::MAX);
                let file = dropped.file.display().to_string();
                let placeables = [("file", file.as_str().into()), ("terminals", terminals.into())];
                context.texts().with_values("cli-config-dropped", &placeables)
            }
            Err(failure) => failure.message,
        };
        say(said);
    }
    all_said
}

/// The settings in a file for other tills, at the places they have in it; `None` where it is no such file.
pub fn in_shared(file: &Path) -> Option<String> {
    settings_in_shared(&read(file).ok()?)
}
