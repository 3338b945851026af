//! `terminal add | list | show | remove`, which work beside a running program. `test` is in `examining.rs`, `pair` and `unpair`
//! are in `pairing.rs`, `find` and `find-again` in `find.rs`.

use std::time::Duration;

use crate::domain::Identity;
use crate::domain::outcome::{Explanation, Fault};
use crate::protocols::driver::Session;
use crate::protocols::protocol::{Field, FieldError, FieldKind, FieldProblem, FieldValues};
use crate::protocols::{self, Protocol};
use crate::settings::TerminalSettings;
use crate::terminal::TerminalHandle;
use crate::terminal::TillError;
use crate::terminal::setting_up::{self, Settled, SetupError, Wanted, checked_name};

use super::arguments::{TerminalAdd, TerminalCommand};
use super::context::{Context, Done, Failure};
use super::events::{Event, TerminalFields};
use super::examining;
use super::exit_status::ExitStatus;
use super::find;
use super::pairing;
use super::secrets;
use super::setting_up::{Recorder, permitted, set_up};

/// How long a terminal may take until it says who it is.
const REACHED_WITHIN: Duration = Duration::from_secs(35);

pub async fn terminal(context: &Context, asked: &TerminalCommand) -> Done {
    match asked {
        TerminalCommand::Add(asked) => add(context, asked).await,
        TerminalCommand::List => Ok(list(context)),
        TerminalCommand::Show { name } => show(context, name),
        TerminalCommand::Remove { name } => remove(context, name).await,
        TerminalCommand::Test { name } => examining::test(context, name).await,
        TerminalCommand::Find(asked) => find::find(context, asked).await,
        TerminalCommand::FindAgain(asked) => find::find_again(context, asked).await,
        TerminalCommand::Pair(asked) => pairing::pair(context, asked).await,
        TerminalCommand::Unpair { name } => pairing::unpair(context, name).await,
    }
}

async fn add(context: &Context, asked: &TerminalAdd) -> Done {
    let wrong = |error: SetupError| context.setup_failed(&error);
    let name = checked_name(&asked.name).map_err(wrong)?;
    let protocol = protocols::find(&asked.protocol).ok_or_else(|| no_such_protocol(context, &asked.protocol))?;
    let known = context.settings.terminal(name).filter(|known| known.protocol == protocol.id);
    let mut fields = known.map(|known| known.fields.clone()).unwrap_or_default();
    for assignment in &asked.fields {
        fields = with_assignment(context, protocol.fields, fields, assignment)?;
    }
    if asked.default && (protocol.face)(&fields).is_some() {
        return Err(context.till_failed(&TillError::Face(name.to_owned())));
    }
    let secrets = secrets::read(context, protocol, &asked.secrets, &mut std::io::stdin().lock())?;
    let protocol = protocol.id.to_owned();
    let (name_wanted, identity, default) = (name.to_owned(), Identity::default(), asked.default);
    let wanted = Wanted { name: name_wanted, protocol, fields, secrets, default, new: false, identity };
    set_up(context, permitted(context, wanted).await?).await?;
    context.output.progress(&context.texts().with("cli-terminal-saved", &[("terminal", name)]));
    Ok(ExitStatus::Done)
}

pub fn no_such_protocol(context: &Context, id: &str) -> Failure {
    let known: Vec<_> = protocols::registry().iter().map(|protocol| protocol.id).collect();
    context.usage("no-such-protocol", &[("protocol", id), ("known", &known.join(", "))])
}

/// One `FIELD=VALUE`; an empty value takes the field away, and its default counts again.
pub fn with_assignment(
    context: &Context,
    known: &[Field],
    mut fields: FieldValues,
    assignment: &str,
) -> Result<FieldValues, Failure> {
    let (name, value) =
        assignment.split_once('=').ok_or_else(|| context.usage("not-an-assignment", &[("text", assignment)]))?;
    let unknown = || context.field_wrong(&FieldError::new(name, FieldProblem::Unknown));
    let kind = known.iter().find(|field| field.name == name).ok_or_else(unknown)?.kind;
    if kind == FieldKind::Secret {
        return Err(context.usage("field-is-secret", &[("field", name)]));
    }
    if value.is_empty() {
        fields.unset(name);
        return Ok(fields);
    }
    match kind {
        FieldKind::File => {
            let file =
                wherever(value).ok_or_else(|| context.field_wrong(&FieldError::new(name, FieldProblem::Invalid)));
            fields.set(name, &file?);
        }
        _ => fields.set(name, value),
    }
    Ok(fields)
}

/// The same file for a till that is started in another folder.
fn wherever(file: &str) -> Option<String> {
    std::path::absolute(file).ok()?.to_str().map(str::to_owned)
}

fn list(context: &Context) -> ExitStatus {
    for known in &context.settings.terminals {
        say(context, known, known.fields.clone());
    }
    if context.settings.terminals.is_empty() {
        context.output.line(&context.texts().get("cli-terminals-none"));
    }
    ExitStatus::Done
}

fn show(context: &Context, name: &str) -> Done {
    let known = context.settings.terminal(name).ok_or_else(|| context.no_such_terminal(name))?;
    let filled = protocols::find(&known.protocol).and_then(|protocol| protocol.checked(&known.fields).ok());
    let fields = filled.unwrap_or_else(|| known.fields.clone());
    for (field, text) in fields.iter() {
        context.output.line(&format!("{field} = {text}"));
    }
    for field in protocols::find(&known.protocol).into_iter().flat_map(Protocol::secret_fields) {
        let shown = if known.secrets.contains(field.name) { "***" } else { "-" };
        context.output.line(&format!("{} = {shown}", field.name));
    }
    context.output.event(&Event::Terminal(fields_of(context, known, fields)));
    Ok(ExitStatus::Done)
}

fn say(context: &Context, known: &TerminalSettings, fields: FieldValues) {
    let is_default = context.settings.default_terminal.as_deref() == Some(&known.name);
    let key = if is_default { "cli-terminal-line-default" } else { "cli-terminal-line" };
    let place = known.fields.text("host").or(known.fields.text("url")).unwrap_or_default();
    let placeables = [("terminal", known.name.as_str()), ("protocol", known.protocol.as_str()), ("place", place)];
    context.output.line(&context.texts().with(key, &placeables));
    context.output.event(&Event::Terminal(fields_of(context, known, fields)));
}

fn fields_of(context: &Context, known: &TerminalSettings, fields: FieldValues) -> TerminalFields {
    TerminalFields {
        terminal: known.name.clone(),
        protocol: known.protocol.clone(),
        default: context.settings.default_terminal.as_deref() == Some(&known.name),
        fields,
        secrets: known.secrets.iter().cloned().collect(),
    }
}

async fn remove(context: &Context, name: &str) -> Done {
    context.settings.terminal(name).ok_or_else(|| context.no_such_terminal(name))?;
    let settled = Settled::of(&context.journal()?, name).map_err(|error| context.setup_failed(&error))?;
    let recorder = Recorder::open(context)?;
    let removed = setting_up::remove(&context.places, settled).await.map_err(|error| context.setup_failed(&error))?;
    recorder.note(context, removed).await?;
    context.output.progress(&context.texts().with("cli-terminal-removed", &[("terminal", name)]));
    Ok(ExitStatus::Done)
}

/// Connects and waits until the terminal says who it is.
///
/// # Errors
/// Whose fault it is that it does not, and what to do.
pub async fn reach(context: &Context, handle: &TerminalHandle) -> Result<Vec<String>, Failure> {
    let mut view = handle.view();
    handle.connect().await;
    let reached = async {
        loop {
            let session = view.borrow_and_update().session.clone();
            match session {
                Some(Session::Ready(description)) => return Ok(description),
                Some(Session::Refused(explanation) | Session::Offline(explanation)) => return Err(Some(explanation)),
                Some(Session::Connecting | Session::Maintenance) | None => {}
            }
            if view.changed().await.is_err() {
                return Err(None);
            }
        }
    };
    match tokio::time::timeout(REACHED_WITHIN, reached).await {
        Ok(Ok(description)) => Ok(description),
        Ok(Err(Some(explanation))) => Err(not_reached(context, handle.name(), &explanation)),
        Ok(Err(None)) | Err(_) => Err(context.failed("no-answer", &[("terminal", handle.name())])),
    }
}

fn not_reached(context: &Context, terminal: &str, explanation: &Explanation) -> Failure {
    let text = context.texts().explain(explanation);
    not_usable(context, terminal, &text, explanation.fault).with_code(explanation.key.trim_start_matches("explain-"))
}

/// Why a terminal cannot be used, and who can do something about it.
pub fn not_usable(context: &Context, terminal: &str, text: &str, fault: Fault) -> Failure {
    let words = context.output.fault(fault);
    let failure = context.failed("not-reached", &[("terminal", terminal), ("text", text), ("fault", &words)]);
    let status = if fault == Fault::Settings { ExitStatus::Usage } else { ExitStatus::Failed };
    Failure { status, ..failure }
}
