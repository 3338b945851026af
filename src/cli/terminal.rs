//! `terminal add | list | show | remove | test`. All but `test` work beside a running program. `pair` and `unpair` are in
//! `pairing.rs`.

use std::time::Duration;

use crate::domain::CASH;
use crate::domain::outcome::{Explanation, Fault};
use crate::protocols::driver::Session;
use crate::protocols::protocol::{Field, FieldError, FieldKind, FieldProblem, FieldValues};
use crate::protocols::{self, Protocol};
use crate::settings::{Settings, TERMINAL_NAME_AT_MOST, TerminalSettings, change_settings};
use crate::terminal::TerminalHandle;
use crate::terminal::{TRAINING, TillError, Which};

use super::arguments::{TerminalAdd, TerminalCommand};
use super::context::{Context, Done, Failure};
use super::events::{Event, TerminalFields};
use super::exit_status::ExitStatus;
use super::pairing;
use super::secrets;
use super::serve::{Link, say_link};

/// How long a terminal may take until it says who it is.
const REACHED_WITHIN: Duration = Duration::from_secs(35);

pub async fn terminal(context: &Context, asked: &TerminalCommand) -> Done {
    match asked {
        TerminalCommand::Add(asked) => add(context, asked).await,
        TerminalCommand::List => Ok(list(context)),
        TerminalCommand::Show { name } => show(context, name),
        TerminalCommand::Remove { name } => remove(context, name).await,
        TerminalCommand::Test { name } => test(context, name).await,
        TerminalCommand::Pair(asked) => pairing::pair(context, asked).await,
        TerminalCommand::Unpair { name } => pairing::unpair(context, name).await,
    }
}

async fn add(context: &Context, asked: &TerminalAdd) -> Done {
    let name = checked_name(context, &asked.name)?;
    let protocol = protocols::find(&asked.protocol).ok_or_else(|| no_such_protocol(context, &asked.protocol))?;
    let known = context.settings.terminal(name).filter(|known| known.protocol == protocol.id);
    let mut fields = known.map(|known| known.fields.clone()).unwrap_or_default();
    for assignment in &asked.fields {
        fields = with_assignment(context, protocol.fields, fields, assignment)?;
    }
    if asked.default && (protocol.face)(&fields).is_some() {
        return Err(context.till_failed(&TillError::Face(name.to_owned())));
    }
    let given = secrets::read(context, protocol, &asked.secrets, &mut std::io::stdin().lock())?;
    protocol.checked(&fields).map_err(|error| context.field_wrong(&error))?;
    let had = known.map(|known| known.secrets.clone()).unwrap_or_default();
    let has = secrets::names_after(context, protocol, had, &given)?;
    // What the terminal was before it changed its family leaves no secrets behind.
    let before = context.settings.terminal(name).filter(|before| before.protocol != protocol.id);
    let changes = before.map(secrets::all_gone).unwrap_or_default().into_iter().chain(given).collect();
    secrets::keep(context, name, changes).await?;
    save(context, |settings| {
        settings.put(TerminalSettings { secrets: has, ..TerminalSettings::new(name, protocol.id, fields) });
        if asked.default {
            settings.default_terminal = Some(name.to_owned());
        }
    })?;
    context.output.progress(&context.texts().with("cli-terminal-saved", &[("terminal", name)]));
    Ok(ExitStatus::Done)
}

fn checked_name<'a>(context: &Context, name: &'a str) -> Result<&'a str, Failure> {
    let trimmed = name.trim();
    if trimmed == TRAINING || trimmed == CASH {
        return Err(context.usage("name-reserved", &[("terminal", trimmed)]));
    }
    if trimmed.is_empty() || trimmed.chars().count() > TERMINAL_NAME_AT_MOST || trimmed.chars().any(char::is_control) {
        return Err(context.usage("name-not-usable", &[("terminal", trimmed)]));
    }
    Ok(trimmed)
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

/// Read again: while secrets were typed, a window may have changed them.
fn save(context: &Context, change: impl FnOnce(&mut Settings)) -> Result<(), Failure> {
    let file = context.places.settings_file();
    let changed = change_settings(&file, |settings| {
        change(settings);
        Some(())
    });
    changed.map(|_| ()).map_err(|error| context.settings_failed(&error))
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
    let known = context.settings.terminal(name).ok_or_else(|| context.no_such_terminal(name))?;
    let open = context.journal()?.open_payments(Some(name)).map_err(|error| context.journal_failed(&error))?;
    if let Some(payment) = open.first() {
        return Err(context.usage("terminal-in-doubt", &[("terminal", name), ("payment", payment.id.as_str())]));
    }
    secrets::keep(context, name, secrets::all_gone(known)).await?;
    save(context, |settings| {
        settings.remove(name);
    })?;
    context.output.progress(&context.texts().with("cli-terminal-removed", &[("terminal", name)]));
    Ok(ExitStatus::Done)
}

async fn test(context: &Context, name: &str) -> Done {
    if name != TRAINING && context.settings.terminal(name).is_none() {
        return Err(context.no_such_terminal(name));
    }
    let till = context.open_till(Which::Only(name.to_owned())).await?;
    let done = match context.handle(&till, name) {
        Ok(handle) => reach(context, handle).await.map(|description| {
            let is_face = handle.view().borrow().face.is_some();
            say_link(context, name, &Link::of(context, is_face, &Session::Ready(description)));
            ExitStatus::Done
        }),
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
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
    let fault = context.output.fault(explanation.fault);
    let code = explanation.key.trim_start_matches("explain-").to_owned();
    let placeables = [("terminal", terminal), ("text", text.as_str()), ("fault", fault.as_str())];
    let failure = context.failed("not-reached", &placeables).with_code(&code);
    let status = if explanation.fault == Fault::Settings { ExitStatus::Usage } else { ExitStatus::Failed };
    Failure { status, ..failure }
}
