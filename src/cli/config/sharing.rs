//! `config key | trust | recipient | export | import`: settings that other tills take.

use std::fs;
use std::path::Path;

use crate::domain::Secret;
use crate::settings::{
    PASSPHRASE_AT_LEAST, SealFor, SealingError, SharedFile, SharedSecrets, SharingError, ShopKey, Taken, TillKey,
    read_shared, secrets_of, settings_in_shared, shared_text, trust_key, trusted_keys,
};
use crate::terminal::settings_rules;

use super::super::context::{Context, Done, Failure};
use super::super::events::Event;
use super::super::exit_status::ExitStatus;
use super::super::secrets::read_passphrase;
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

pub async fn tell_recipient(context: &Context) -> Done {
    create_places(context)?;
    let key = TillKey::make(&context.places).await.map_err(|error| context.secrets_failed(&error))?;
    context.output.line(&key.recipient());
    context.output.event(&Event::ConfigRecipient { recipient: key.recipient() });
    Ok(ExitStatus::Done)
}

/// Signed with the key that is named, else with the shop's, where one was made here.
pub async fn export(context: &Context, asked: &ExportFile) -> Done {
    let own = context.places.shop_key_file();
    let key = match &asked.sign_with {
        Some(file) => Some(ShopKey::load(file)),
        None => own.exists().then(|| ShopKey::load(&own)),
    };
    let key = key.transpose().map_err(|error| refused(context, &error))?;
    let seal_for = seal_for(context, asked)?;
    let secrets = match &seal_for {
        Some(_) => all_secrets(context).await?,
        None => SharedSecrets::new(),
    };
    let sealed = seal_for.as_ref().map(|seal_for| (&secrets, seal_for));
    let text = shared_text(&context.settings, sealed, key.as_ref()).map_err(|error| refused(context, &error))?;
    let name = asked.file.display().to_string();
    fs::write(&asked.file, text)
        .map_err(|error| context.failed("config-not-written", &[("file", &name), ("problem", &error.to_string())]))?;
    if key.is_none() {
        context.output.warning(&context.texts().get("cli-config-exported-unsigned"));
    }
    say_exported(
        context,
        &name,
        key.is_some(),
        seal_for.is_some().then(|| secrets.values().map(|fields| fields.len()).sum()),
    );
    Ok(ExitStatus::Done)
}

fn say_exported(context: &Context, name: &str, is_signed: bool, secrets: Option<usize>) {
    context.output.line(&match secrets {
        None => context.texts().with("cli-config-exported", &[("file", name)]),
        Some(secrets) => {
            let count = i64::try_from(secrets).unwrap_or(i64::MAX);
            let placeables = [("file", name.into()), ("secrets", count.into())];
            context.texts().with_values("cli-config-exported-sealed", &placeables)
        }
    });
    context.output.event(&Event::ConfigExported { file: name.to_owned(), is_signed, secrets });
}

/// Who can open the secrets; `None` where they stay here.
fn seal_for(context: &Context, asked: &ExportFile) -> Result<Option<SealFor>, Failure> {
    let seal_for = match asked.seal_with_passphrase {
        true => SealFor::passphrase(&read_passphrase(context, &mut std::io::stdin().lock())?),
        false if asked.seal_for.is_empty() => return Ok(None),
        false => SealFor::tills(&asked.seal_for),
    };
    seal_for.map(Some).map_err(|error| refused(context, &error.into()))
}

async fn all_secrets(context: &Context) -> Result<SharedSecrets, Failure> {
    let mut all = SharedSecrets::new();
    for terminal in &context.settings.terminals {
        let secrets = secrets_of(&context.places, terminal).await.map_err(|error| context.secrets_failed(&error))?;
        let fields = secrets.names().filter_map(|name| Some((name.to_owned(), secrets.secret(name)?.clone())));
        all.insert(terminal.name.clone(), fields.collect());
    }
    Ok(all)
}

/// With what sealed secrets are opened.
pub enum Opening {
    /// Those that are sealed for this till.
    TillKey,
    Passphrase(Secret),
    /// They are left alone.
    None,
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
    let opening = match (asked.passphrase, asked.without_secrets) {
        (true, _) => Opening::Passphrase(read_passphrase(context, &mut std::io::stdin().lock())?),
        (false, true) => Opening::None,
        (false, false) => Opening::TillKey,
    };
    let taken = take(context, (&asked.file, &text), trusted.as_deref(), opening).await?;
    // They are in nobody's way; whoever wants them gone is told.
    if let Some(error) = &taken.left_behind {
        context.output.warning(&context.secrets_failed(error).message);
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

/// Takes the settings of a shared file's text with its secrets.
pub async fn take(
    context: &Context,
    given: (&Path, &str),
    trusted: Option<&[String]>,
    opening: Opening,
) -> Result<Taken, Failure> {
    let journal = context.journal()?;
    // A journal that cannot be asked says nothing of a payment that is not open.
    let is_open = |name: &str| journal.open_payments(Some(name)).map_or(true, |open| !open.is_empty());
    let rules = settings_rules();
    let refused = |error: SharingError| refused(context, &error);
    let shared = read_shared(given, trusted, &rules).map_err(refused)?;
    let secrets = open(context, &shared, opening).await.map_err(refused)?;
    shared.take(&context.places, secrets, &rules, is_open).await.map_err(refused)
}

async fn open(context: &Context, shared: &SharedFile, opening: Opening) -> Result<SharedSecrets, SharingError> {
    let Some(sealed) = shared.sealed() else { return Ok(SharedSecrets::new()) };
    match opening {
        Opening::None => Ok(SharedSecrets::new()),
        Opening::Passphrase(passphrase) if sealed.needs_passphrase()? => Ok(sealed.open_with(&passphrase)?),
        _ if sealed.needs_passphrase()? => Err(sealed.asks_passphrase().into()),
        _ => match TillKey::load(&context.places).await? {
            Some(till) => Ok(sealed.open_as(&till)?),
            None => Err(sealed.for_others().into()),
        },
    }
}

fn say_taken(context: &Context, name: &str, taken: &Taken) {
    for (field, _) in &taken.unknown {
        context.output.warning(&context.texts().with("cli-config-not-taken", &[("field", field)]));
    }
    let terminals = i64::try_from(taken.terminals).unwrap_or(i64::MAX);
    let placeables = [("file", name.into()), ("terminals", terminals.into())];
    context.output.line(&context.texts().with_values("cli-config-imported", &placeables));
    if taken.secrets > 0 {
        let secrets = i64::try_from(taken.secrets).unwrap_or(i64::MAX);
        context
            .output
            .line(&context.texts().with_values("cli-config-imported-secrets", &[("secrets", secrets.into())]));
    }
    let Taken { terminals, secrets, .. } = *taken;
    context.output.event(&Event::ConfigImported { file: name.to_owned(), terminals, secrets });
}

pub fn refused(context: &Context, error: &SharingError) -> Failure {
    match error {
        SharingError::Settings(error) => context.settings_failed(error),
        SharingError::Secrets(error) => context.secrets_failed(error),
        SharingError::Sealing(SealingError::ShortPassphrase) => {
            let characters = PASSPHRASE_AT_LEAST.to_string();
            context.usage(error.code(), &[("characters", &characters)])
        }
        error => context.usage(error.code(), &error.placeables()),
    }
}

/// The settings in a file for other tills, at the places they have in it; `None` where it is no such file.
pub fn in_shared(file: &Path) -> Option<String> {
    settings_in_shared(&read(file).ok()?)
}
