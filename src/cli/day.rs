//! `day`: what the shop's day adds up to (x), its close (z), and the days that were closed. All but the close work beside a
//! running program.

use jiff::tz::TimeZone;

use crate::domain::{Comparison, DayClose, Money, TerminalAnswer, TerminalDay};
use crate::journal::JournalError;
use crate::printing::{JobTitle, ShopPaper};
use crate::receipts::{Slip, day_close_slip, lay_out, open_day_slip, text_lines};
use crate::terminal::Which;

use super::arguments::{DayCommand, DayShow};
use super::context::{Context, Done, Failure};
use super::day_events::{DayClosedFields, DayFields, DifferenceFields};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::printer::{Meant, meant, on_paper};
use super::receipt_files::{save_slip, shop_paper};

/// Characters on a line for people.
const COLUMNS: usize = 48;

pub async fn day(context: &Context, asked: &DayCommand) -> Done {
    match asked {
        DayCommand::X => so_far(context),
        DayCommand::Z(asked) => close(context, asked.by.clone().or_else(|| context.operator.clone())).await,
        DayCommand::List(asked) => list(context, asked.limit as usize),
        DayCommand::Show(asked) => show(context, asked).await,
    }
}

fn so_far(context: &Context) -> Done {
    let day = context.journal()?.day_totals().map_err(|error| context.journal_failed(&error))?;
    context.output.event(&Event::Day(Box::new(DayFields::open(&day))));
    print(context, &open_day_slip(&day, context.texts(), &TimeZone::system()));
    Ok(ExitStatus::Done)
}

async fn close(context: &Context, by: Option<String>) -> Done {
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::All).await?;
    let asked: Vec<&str> = till.with_a_day().iter().map(|handle| handle.name()).collect();
    if !asked.is_empty() {
        let placeables = [("terminals", asked.join(", "))];
        context.output.progress(&context.texts().with_words("cli-shop-day-closing", &placeables));
    }
    let told = |answer: &TerminalAnswer| context.output.day_end(&answer.terminal, &answer.end);
    let closed = till.close_shop_day(by, interrupts.next(), told).await;
    till.close().await;
    let close = closed.map_err(|error| not_closed(context, &error))?;
    tell(context, &close);
    Ok(ExitStatus::Done)
}

fn not_closed(context: &Context, error: &JournalError) -> Failure {
    match error {
        JournalError::EmptyDay => context.failed("empty-day", &[]),
        other => context.journal_failed(other),
    }
}

fn list(context: &Context, limit: usize) -> Done {
    let closes = context.journal()?.day_closes(limit).map_err(|error| context.journal_failed(&error))?;
    if closes.is_empty() {
        context.output.line(&context.texts().get("cli-shop-days-empty"));
    }
    for close in closes.iter().rev() {
        context.output.event(&Event::DayClosed(DayClosedFields::new(close)));
        context.output.line(&line(context, close));
    }
    Ok(ExitStatus::Done)
}

async fn show(context: &Context, asked: &DayShow) -> Done {
    let number = asked.number;
    let found = context.journal()?.day_close(number).map_err(|error| context.journal_failed(&error))?;
    let close = found.ok_or_else(|| context.usage("no-such-day", &[("number", &number.to_string())]))?;
    if let Meant::Paper(printer) = meant(context, &asked.paper, None)? {
        let shop = shop_paper(context);
        let mut slip = paper_of(&shop, &close);
        slip.cut();
        on_paper(context, printer, slip, &JobTitle::Day { number: Some(number) }).await?;
        return save_day(context, asked, &close);
    }
    if context.output.is_json() {
        close.terminals.iter().for_each(|day| context.output.day_end(&day.answer.terminal, &day.answer.end));
    }
    tell(context, &close);
    save_day(context, asked, &close)
}

/// In the shop's name.
fn paper_of(shop: &ShopPaper, close: &DayClose) -> Slip {
    shop.head.over(day_close_slip(close, &shop.texts, &TimeZone::system()), &shop.texts)
}

fn save_day(context: &Context, asked: &DayShow, close: &DayClose) -> Done {
    // Why a logo is left out concerns nobody who only looks.
    if asked.files.is_none() {
        return Ok(ExitStatus::Done);
    }
    let shop = shop_paper(context);
    let title = shop.texts.with("receipt-day-closed", &[("number", &close.number.to_string())]);
    save_slip(context, &asked.files, &paper_of(&shop, close), &title, close.at)?;
    Ok(ExitStatus::Done)
}

/// A closed day, whole; what the terminals said was said before.
fn tell(context: &Context, close: &DayClose) {
    let output = &context.output;
    output.event(&Event::Day(Box::new(DayFields::closed(close))));
    close.terminals.iter().for_each(|day| output.event(&Event::Difference(DifferenceFields::new(day))));
    output.line("");
    print(context, &day_close_slip(close, context.texts(), &TimeZone::system()));
    output.line("");
    close.terminals.iter().for_each(|day| say(context, day));
    output.event(&Event::DayClosed(DayClosedFields::new(close)));
    output.line(&context.texts().with("cli-shop-day-closed", &[("number", &close.number.to_string())]));
}

/// What somebody has to do about a terminal, where there is something.
fn say(context: &Context, day: &TerminalDay) {
    let texts = context.texts();
    let terminal = day.answer.terminal.as_str();
    if let (Comparison::Different, Some(told)) = (day.difference.comparison, day.difference.terminal) {
        let journal = day.difference.journal.unwrap_or(Money::zero(told.currency()));
        let (told, journal) = (texts.money(told), texts.money(journal));
        let placeables = [("terminal", terminal), ("told", told.as_str()), ("journal", journal.as_str())];
        context.output.line(&texts.with("cli-shop-day-different", &placeables));
    }
    if day.is_open() {
        context.output.line(&texts.with("cli-shop-day-still-open", &[("terminal", terminal)]));
    }
}

fn line(context: &Context, close: &DayClose) -> String {
    let texts = context.texts();
    let nets = close.totals.currencies.iter().map(|day| texts.money(Money::new(day.all.net_minor(), day.currency)));
    let net = nets.collect::<Vec<_>>().join("  ");
    let at = close.at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string();
    let placeables = [("number", close.number.to_string()), ("at", at), ("net", net)];
    texts.with_words("cli-shop-day-line", &placeables)
}

fn print(context: &Context, slip: &Slip) {
    text_lines(&lay_out(slip, COLUMNS), COLUMNS).iter().for_each(|line| context.output.line(line));
}
