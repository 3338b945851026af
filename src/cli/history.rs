//! `history`: the payments, oldest first; `timeline`: what happened to one of them. Both work beside a running program.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::arguments::{EndingWord, History, Timeline};
use super::context::{Context, Done, Failure};
use super::events::{Event, HappenedFields, MessageFields};
use super::exit_status::ExitStatus;
use crate::domain::clue::{DateOrder, Here, day_of};
use crate::domain::{Clue, Ending, Operation};
use crate::journal::{HistoryQuery, JournalEvent};

pub fn history(context: &Context, asked: &History) -> Done {
    let query = query(context, asked)?;
    let payments = context.journal()?.history(&query).map_err(|error| context.journal_failed(&error))?;
    if payments.is_empty() {
        return Ok(nothing(context));
    }
    payments.iter().rev().for_each(|record| context.output.payment(record));
    Ok(ExitStatus::Done)
}

fn query(context: &Context, asked: &History) -> Result<HistoryQuery, Failure> {
    let zone = TimeZone::system();
    let texts = context.texts();
    let words = [texts.get("window-days-today"), texts.get("window-days-yesterday")];
    let here = Here {
        today: Timestamp::now().to_zoned(zone.clone()).date(),
        zone: &zone,
        order: DateOrder::named(&texts.get("date-order")),
        words: [&words[0], &words[1]],
    };
    let day = |typed: &Option<String>| typed.as_deref().map(|typed| date(context, typed, &zone)).transpose();
    let operation = asked.operation.as_deref().map(|word| operation(context, word)).transpose()?;
    Ok(HistoryQuery {
        limit: asked.limit.unwrap_or(u32::MAX) as usize,
        search: asked.search.as_deref().map(|typed| Clue::read(typed, &here)).unwrap_or_default(),
        terminal: asked.terminal.clone(),
        operation,
        ending: asked.verdict.map(ending),
        since: day(&asked.from)?.and_then(|day| day.begins()),
        until: day(&asked.to)?.and_then(|day| day.ends()),
        ..HistoryQuery::default()
    })
}

/// A day as programs write it.
fn date(context: &Context, typed: &str, zone: &TimeZone) -> Result<Clue, Failure> {
    let day = typed.trim().parse::<Date>().ok().and_then(|date| day_of(date, zone));
    day.ok_or_else(|| context.usage("not-a-date", &[("date", typed.trim())]))
}

fn operation(context: &Context, word: &str) -> Result<Operation, Failure> {
    let plain = word.trim().replace('-', "_");
    let found = Operation::ALL.into_iter().find(|operation| operation.word() == plain);
    found.ok_or_else(|| {
        let words = Operation::ALL.map(Operation::word).join(", ");
        context.usage("no-such-operation", &[("operation", word.trim()), ("operations", &words)])
    })
}

fn ending(word: EndingWord) -> Ending {
    match word {
        EndingWord::Approved => Ending::Approved,
        EndingWord::Declined => Ending::Declined,
        EndingWord::Cancelled => Ending::Cancelled,
        EndingWord::NotCharged => Ending::NotCharged,
        EndingWord::InDoubt => Ending::InDoubt,
        EndingWord::Running => Ending::Running,
    }
}

fn nothing(context: &Context) -> ExitStatus {
    context.output.line(&context.texts().get("cli-history-empty"));
    ExitStatus::Done
}

pub fn timeline(context: &Context, asked: &Timeline) -> Done {
    let record = context.payment(&asked.payment)?;
    let journal = context.journal()?;
    let failed = |error| context.journal_failed(&error);
    context.output.payment(&record);
    for event in journal.events(&record.id).map_err(failed)? {
        context.output.event(&Event::Happened(HappenedFields::new(&record.id, &event)));
        context.output.line(&in_words(context, &event));
    }
    if asked.messages {
        for message in journal.messages(&record.id).map_err(failed)? {
            let sent = if message.sent { "window-message-sent" } else { "window-message-received" };
            let head = [at(message.at), context.texts().get(sent), message.channel.clone()].join("  ");
            context.output.line(&head);
            context.output.line(&message.body);
            context.output.event(&Event::Message(MessageFields::new(&record.id, message)));
        }
    }
    Ok(ExitStatus::Done)
}

/// To the second, in this computer's time.
fn at(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same words as in the window; what was said with it as it was written.
fn in_words(context: &Context, event: &JournalEvent) -> String {
    let texts = context.texts();
    let key = format!("window-event-{}", event.kind.replace('_', "-"));
    let name = if texts.has(&key) { texts.get(&key) } else { event.kind.clone() };
    let mut parts = vec![at(event.at), name];
    if event.forbidden {
        parts.push(texts.get("window-event-forbidden"));
    }
    if event.kind != "recorded" {
        parts.push(event.body.to_string());
    }
    parts.join("  ")
}
