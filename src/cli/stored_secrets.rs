//! `secrets`: which are set and where they are kept, and moving them. Never what they are.

use crate::settings::{MovedSecrets, SecretsPlace, kept_in, move_secrets, with_secrets};

use super::config::words::{MoveSecrets, SecretsCommand};
use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;

pub async fn secrets(context: &Context, asked: &SecretsCommand) -> Done {
    match asked {
        SecretsCommand::List => list(context).await,
        SecretsCommand::Move(asked) => move_all(context, asked).await,
    }
}

/// Terminal and field of every secret that the settings name.
fn named(context: &Context) -> Vec<(String, String)> {
    let terminals = context.settings.terminals.iter();
    terminals.flat_map(|known| known.secrets.iter().map(|field| (known.name.clone(), field.clone()))).collect()
}

async fn list(context: &Context) -> Done {
    let place = kept_in(&context.places).map_err(|error| context.secrets_failed(&error))?;
    let named = named(context);
    if named.is_empty() {
        context.output.line(&context.texts().get("cli-secrets-none"));
        return Ok(ExitStatus::Done);
    }
    let asked = named.clone();
    let there = with_secrets(&context.places, move |store| {
        asked
            .iter()
            .map(|(terminal, field)| Ok(store.secret(terminal, field)?.is_some()))
            .collect::<Result<Vec<_>, _>>()
    });
    let there = there.await.map_err(|error| context.secrets_failed(&error))?;
    for ((terminal, field), is_set) in named.into_iter().zip(there) {
        let key = if is_set { "cli-secrets-line" } else { "cli-secrets-line-gone" };
        let placeables = [("terminal", terminal.as_str()), ("field", field.as_str()), ("place", place.word())];
        context.output.line(&context.texts().with(key, &placeables));
        context.output.event(&Event::Secret { terminal, field, place: place.word().to_owned(), is_set });
    }
    Ok(ExitStatus::Done)
}

async fn move_all(context: &Context, asked: &MoveSecrets) -> Done {
    let to = asked.to.place();
    let moved =
        move_secrets(&context.places, named(context), to).await.map_err(|error| context.secrets_failed(&error))?;
    match moved {
        MovedSecrets::All { moved, left_behind } => {
            for (terminal, field) in &left_behind {
                let placeables = [("terminal", terminal.as_str()), ("field", field.as_str())];
                context.output.warning(&context.texts().with("cli-secrets-left-behind", &placeables));
            }
            say_moved(context, moved, to);
            Ok(ExitStatus::Done)
        }
        MovedSecrets::None { terminal, field, error } => Err(not_moved(context, &terminal, &field, &error)),
    }
}

fn say_moved(context: &Context, moved: usize, to: SecretsPlace) {
    let count = i64::try_from(moved).unwrap_or(i64::MAX);
    let key = match to {
        SecretsPlace::Keyring => "cli-secrets-moved-to-keyring",
        SecretsPlace::File => "cli-secrets-moved-to-file",
    };
    context.output.line(&context.texts().with_values(key, &[("secrets", count.into())]));
    context.output.event(&Event::SecretsMoved { to: to.word().to_owned(), moved });
    // The environment has the last word, and it says something else.
    if kept_in(&context.places) != Ok(to) {
        context.output.warning(&context.texts().get("cli-secrets-environment"));
    }
}

fn not_moved(context: &Context, terminal: &str, field: &str, error: &crate::settings::SecretError) -> Failure {
    let problem = context.secret_text(error);
    context.usage("not-moved", &[("terminal", terminal), ("field", field), ("problem", &problem)])
}
