//! `terminal find --add`: what was found for certain and is nobody's yet is set up, as the window sets up what it found.

use crate::protocols::protocol::{Field, FieldKind};
use crate::search::Hit;
use crate::settings::Settings;
use crate::terminal::setting_up::{Proposal, SecretChanges, Wanted, try_out};

use super::context::{Context, Done, Failure};
use super::events::{AddedFields, Event, NotAddedFields};
use super::exit_status::ExitStatus;
use super::find::address_of;
use super::setting_up::{permitted, set_up};

/// Why a hit stays what it is.
enum Obstacle<'a> {
    /// Only its port speaks for it.
    Uncertain,
    /// Another address answered as the same machine.
    Twin,
    /// Another machine is set up there, under this name.
    Taken(&'a str),
    /// What no search finds out.
    Missing(Vec<&'static Field>),
}

/// Each of them that is not set up, one after the other.
///
/// # Errors
/// The first that could not be written; else, at the end, that some could not be added.
pub async fn add(context: &Context, hits: &[Hit]) -> Done {
    let mut left_out = false;
    for (number, hit) in hits.iter().enumerate() {
        // With those that were added just now.
        let settings = Settings::load(&context.places.settings_file());
        let settings = settings.map_err(|error| context.settings_failed(&error))?;
        if hit.known_as(&settings).is_some() {
            continue;
        }
        match obstacle(&settings, hits, number, hit) {
            None => add_one(context, &settings, hit).await?,
            Some(obstacle) => {
                left_out |= !matches!(obstacle, Obstacle::Uncertain);
                say_left_out(context, hit, &obstacle);
            }
        }
    }
    if left_out { Err(context.failed("found-not-added", &[])) } else { Ok(ExitStatus::Done) }
}

fn obstacle<'a>(settings: &'a Settings, hits: &[Hit], number: usize, hit: &Hit) -> Option<Obstacle<'a>> {
    if !hit.certain {
        return Some(Obstacle::Uncertain);
    }
    let is_twin = |(at, other): (usize, &Hit)| {
        at != number && other.protocol == hit.protocol && other.identity.is_same_machine(&hit.identity)
    };
    if hits.iter().enumerate().any(is_twin) {
        return Some(Obstacle::Twin);
    }
    if let Some(there) = settings.terminals.iter().find(|known| hit.is_at(known)) {
        return Some(Obstacle::Taken(&there.name));
    }
    let missing = hit.missing();
    (!missing.is_empty()).then_some(Obstacle::Missing(missing))
}

async fn add_one(context: &Context, settings: &Settings, hit: &Hit) -> Result<(), Failure> {
    let word = context.texts().get("window-terminals-first-name");
    let Proposal { name, default } = Proposal::of(&word, &settings.terminals);
    let wanted = Wanted {
        name: name.clone(),
        protocol: hit.protocol.to_owned(),
        fields: hit.fields.clone(),
        secrets: SecretChanges::new(),
        default,
        new: true,
        identity: hit.identity.clone(),
    };
    let permitted = permitted(context, wanted).await?;
    try_out(&context.places, &permitted).await.map_err(|error| context.setup_failed(&error))?;
    set_up(context, permitted).await?;
    let address = address_of(&hit.address.to_string(), &hit.port.to_string());
    let placeables = [("address", address.as_str()), ("terminal", &name)];
    context.output.line(&context.texts().with("cli-find-added", &placeables));
    let (protocol, host, port) = (hit.protocol, hit.address.to_string(), hit.port);
    context.output.event(&Event::Added(AddedFields { terminal: name, protocol, host, port }));
    Ok(())
}

fn say_left_out(context: &Context, hit: &Hit, obstacle: &Obstacle<'_>) {
    let address = address_of(&hit.address.to_string(), &hit.port.to_string());
    let identity = hit.identity.to_string();
    let (key, name, word) = match obstacle {
        Obstacle::Uncertain => ("cli-find-not-added-perhaps", "terminal", String::new()),
        Obstacle::Twin => ("cli-find-not-added-twin", "identity", identity),
        Obstacle::Taken(terminal) => ("cli-find-not-added-taken", "terminal", (*terminal).to_owned()),
        Obstacle::Missing(fields) => ("cli-find-not-added-missing", "command", command(hit, fields)),
    };
    let text = context.texts().with(key, &[("address", &address), (name, &word)]);
    let code = key.trim_start_matches("cli-find-");
    context.output.line(&text);
    let missing = match obstacle {
        Obstacle::Missing(fields) => fields.iter().map(|field| field.name).collect(),
        _ => Vec::new(),
    };
    let (protocol, host, port) = (hit.protocol, hit.address.to_string(), hit.port);
    context.output.event(&Event::NotAdded(NotAddedFields { protocol, host, port, code, text, missing }));
}

/// What somebody who knows the rest types. No secret stands in it: those come from standard input.
fn command(hit: &Hit, missing: &[&'static Field]) -> String {
    let known = hit.fields.iter().map(|(field, text)| format!(" --set {field}={text}"));
    let rest = missing.iter().map(|field| match field.kind {
        FieldKind::Secret => format!(" --secret {}", field.name),
        _ => format!(" --set {}=…", field.name),
    });
    let rest: String = known.chain(rest).collect();
    format!("checkstand terminal add NAME --protocol {}{rest}", hit.protocol)
}
