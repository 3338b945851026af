//! `operator`: who signs in at the till. Works beside a running program, which hears of it. It is the installer's, and asks
//! nobody for a PIN.

pub mod words;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::domain::operator::{OperatorBook, OperatorEvent, PinHash, Rights};
use crate::domain::{Operator, OperatorError, OperatorName, Pin, Right, Secret};
use crate::journal::{Journal, JournalHandle};
use crate::settings::{OperatorsError, change_operators, hash_pin, load_operators};

use super::context::{Context, Done, Failure};
use super::events::{Event, OperatorFields};
use super::exit_status::ExitStatus;
use words::{OperatorAdd, OperatorCommand, OperatorPin, OperatorRights, PinSource};

/// The longest line that is read for a PIN, in bytes.
const LINE_AT_MOST: usize = 64;
/// What is about no operator in particular.
const NOBODY: &str = "";

pub async fn operator(context: &Context, asked: &OperatorCommand) -> Done {
    match asked {
        OperatorCommand::Add(asked) => add(context, asked).await,
        OperatorCommand::List => list(context),
        OperatorCommand::Remove { name } => remove(context, name).await,
        OperatorCommand::Pin(asked) => set_pin(context, asked).await,
        OperatorCommand::Rights(asked) => rights(context, asked).await,
    }
}

/// The operator whose name is to stand in the journal: of those that are set up, where some are.
pub fn named(context: &Context, name: &str) -> Result<OperatorName, Failure> {
    let book = load(context)?;
    let wanted: OperatorName = name.parse().map_err(|error| refused(context, &error))?;
    if book.is_empty() {
        return Ok(wanted);
    }
    let unknown = || refused(context, &OperatorError::Unknown(wanted.to_string()));
    Ok(book.find(wanted.as_str()).ok_or_else(unknown)?.operator.name.clone())
}

async fn add(context: &Context, asked: &OperatorAdd) -> Done {
    let name: OperatorName = asked.name.parse().map_err(|error| refused(context, &error))?;
    let operator = Operator { name, role: asked.role.role() };
    // Who cannot be added is told before anybody types a PIN.
    let nothing = PinHash::new(String::new());
    load(context)?.add(operator.clone(), nothing).map_err(|error| refused(context, &error))?;
    let pin = hash_pin(&pin_from(context, &asked.pin)?).map_err(|problem| not_hashed(context, problem))?;
    let journal = open_journal(context)?;
    change(context, |book| book.add(operator.clone(), pin))?;
    note(context, journal, operator.name.as_str(), OperatorEvent::Added { role: operator.role }).await?;
    say(context, "cli-operator-added", &operator);
    Ok(ExitStatus::Done)
}

fn list(context: &Context) -> Done {
    let book = load(context)?;
    if book.is_empty() {
        context.output.line(&context.texts().get("cli-operators-none"));
    }
    book.iter().for_each(|operator| say(context, "cli-operator-line", operator));
    Ok(ExitStatus::Done)
}

async fn remove(context: &Context, name: &str) -> Done {
    let journal = open_journal(context)?;
    let (gone, left) = change(context, |book| Ok((book.remove(name)?, !book.is_empty())))?;
    note(context, journal, gone.name.as_str(), OperatorEvent::Removed).await?;
    context.output.event(&Event::OperatorRemoved { name: gone.name.to_string() });
    context.output.line(&context.texts().with("cli-operator-removed", &[("name", gone.name.as_str())]));
    if !left {
        context.output.warning(&context.texts().get("cli-operators-none"));
    }
    Ok(ExitStatus::Done)
}

async fn set_pin(context: &Context, asked: &OperatorPin) -> Done {
    let unknown = || refused(context, &OperatorError::Unknown(asked.name.trim().to_owned()));
    load(context)?.find(&asked.name).ok_or_else(unknown)?;
    let pin = hash_pin(&pin_from(context, &asked.pin)?).map_err(|problem| not_hashed(context, problem))?;
    let journal = open_journal(context)?;
    let operator = change(context, |book| book.set_pin(&asked.name, pin))?;
    note(context, journal, operator.name.as_str(), OperatorEvent::PinSet).await?;
    say(context, "cli-operator-pin-set", &operator);
    Ok(ExitStatus::Done)
}

async fn rights(context: &Context, asked: &OperatorRights) -> Done {
    let cashiers = asked.cashier.as_deref().map(|words| of_cashiers(context, words)).transpose()?;
    let book = if cashiers.is_some() || asked.idle.is_some() {
        let journal = open_journal(context)?;
        let book = change(context, |book| {
            book.cashiers = cashiers.unwrap_or_else(|| book.cashiers.clone());
            book.idle_minutes = asked.idle.unwrap_or(book.idle_minutes);
            Ok(book.clone())
        })?;
        let (cashiers, idle_minutes) = (book.cashiers.clone(), book.idle_minutes);
        note(context, journal, NOBODY, OperatorEvent::RightsSet { cashiers, idle_minutes }).await?;
        book
    } else {
        load(context)?
    };
    let words: Vec<&str> = book.cashiers.iter().map(Right::word).collect();
    context.output.event(&Event::OperatorRights { cashier: words.clone(), idle_minutes: book.idle_minutes });
    let shown = if words.is_empty() { context.texts().get("cli-operator-rights-none") } else { words.join(", ") };
    context.output.line(&context.texts().with("cli-operator-rights", &[("rights", &shown)]));
    let idle = match book.idle_minutes {
        0 => context.texts().get("cli-operator-idle-never"),
        minutes => context.texts().with("cli-operator-idle", &[("minutes", &minutes.to_string())]),
    };
    context.output.line(&idle);
    Ok(ExitStatus::Done)
}

fn of_cashiers(context: &Context, words: &[String]) -> Result<Rights, Failure> {
    let words: Vec<&str> = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect();
    if words == ["none"] {
        return Ok(Rights::none());
    }
    let rights = words.into_iter().map(|word| {
        let right = Right::from_word(word).ok_or_else(|| context.usage("no-such-right", &[("right", word)]))?;
        if Right::FOR_CASHIERS.contains(&right) {
            return Ok(right);
        }
        Err(refused(context, &OperatorError::NotForCashiers(right.word())))
    });
    Ok(Rights::of(rights.collect::<Result<Vec<_>, Failure>>()?))
}

fn pin_from(context: &Context, source: &PinSource) -> Result<Pin, Failure> {
    let text = match &source.pin_env {
        Some(variable) => {
            let given = std::env::var(variable).ok().map(Zeroizing::new);
            given.ok_or_else(|| context.usage("pin-not-given", &[]))?
        }
        None => from_input(context)?,
    };
    Pin::choose(Secret::new(text.trim())).map_err(|error| refused(context, &error))
}

fn from_input(context: &Context) -> Result<Zeroizing<String>, Failure> {
    if context.output.has_person() {
        context.output.progress(&context.texts().get("cli-type-pin"));
    }
    let mut line = Zeroizing::new(String::with_capacity(LINE_AT_MOST));
    let input = std::io::stdin().lock();
    match std::io::BufRead::read_line(&mut std::io::Read::take(input, LINE_AT_MOST as u64), &mut line) {
        Ok(0) => Err(context.usage("pin-not-given", &[])),
        Ok(_) => Ok(line),
        Err(error) => Err(context.failed("no-input", &[("problem", &error.to_string())])),
    }
}

fn load(context: &Context) -> Result<OperatorBook, Failure> {
    load_operators(&context.places.operators_file()).map_err(|error| failed(context, &error))
}

fn change<T>(
    context: &Context,
    change: impl FnOnce(&mut OperatorBook) -> Result<T, OperatorError>,
) -> Result<T, Failure> {
    change_operators(&context.places.operators_file(), change).map_err(|error| failed(context, &error))
}

/// A change that cannot stand in the journal is not made.
fn open_journal(context: &Context) -> Result<JournalHandle, Failure> {
    let journal = context.journal_for_writing().map_err(|error| context.journal_failed(&error))?;
    Ok(JournalHandle::start(journal))
}

/// A window that is open hears of it by this.
async fn note(context: &Context, journal: JournalHandle, name: &str, event: OperatorEvent) -> Result<(), Failure> {
    let (name, at) = (name.to_owned(), Timestamp::now());
    let write = move |journal: &mut Journal| journal.operator_did(&name, &event, None, at);
    let written = journal.change_as(context.operator.clone(), write).await;
    journal.close().await;
    written.map_err(|error| context.journal_failed(&error))
}

fn say(context: &Context, key: &str, operator: &Operator) {
    let role = context.texts().get(&format!("operator-role-{}", operator.role.word()));
    context.output.event(&Event::Operator(OperatorFields::of(operator)));
    context.output.line(&context.texts().with(key, &[("name", operator.name.as_str()), ("role", &role)]));
}

fn not_hashed(context: &Context, problem: String) -> Failure {
    failed(context, &OperatorsError::Check(problem))
}

fn refused(context: &Context, error: &OperatorError) -> Failure {
    failed(context, &OperatorsError::Refused(error.clone()))
}

fn failed(context: &Context, error: &OperatorsError) -> Failure {
    let status = match error {
        OperatorsError::Refused(_) | OperatorsError::Damaged { .. } | OperatorsError::Newer { .. } => ExitStatus::Usage,
        _ => ExitStatus::Failed,
    };
    let code = error.key().replace("operator-error-", "operator-");
    Failure { code, message: context.texts().with_words(&error.key(), &error.placeables()), status }
}
