//! Days as people type them.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Clue, Here, fold};

/// What stands first in a date of numbers with slashes: `22/11` or `11/22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// From the language's own word (`day-first`, `month-first`); the rest of the world begins with the day.
    pub fn named(word: &str) -> DateOrder {
        if word == "month-first" { DateOrder::MonthFirst } else { DateOrder::DayFirst }
    }
}

/// The day from its first moment to that of the next one, in that zone: 23, 24 or 25 hours.
pub fn day_of(date: Date, zone: &TimeZone) -> Option<Clue> {
    let begins = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
    Some(Clue::Day { from: begins(date)?, until: begins(date.tomorrow().ok()?)? })
}

/// `today`, `2026-11-22`, `22.11.`, `22.11.2026`, `22/11`, `11/22/26`. Two numbers with one dot are an amount.
pub(super) fn typed_day(typed: &str, here: &Here<'_>) -> Option<Date> {
    let text = fold(typed);
    let [today, yesterday] = here.words.map(fold);
    if !text.is_empty() && text == today {
        return Some(here.today);
    }
    if !text.is_empty() && text == yesterday {
        return here.today.yesterday().ok();
    }
    if text.contains('-') {
        return numbers(&text, '-').and_then(|parts| with_dashes(&parts));
    }
    if text.contains('/') {
        return numbers(&text, '/').and_then(|parts| ordered(&parts, here.order, here.today));
    }
    let dotted = text.strip_suffix('.').unwrap_or(&text);
    let parts = numbers(dotted, '.')?;
    let is_day = parts.len() == 3 || (parts.len() == 2 && text.ends_with('.'));
    is_day.then(|| ordered(&parts, DateOrder::DayFirst, here.today)).flatten()
}

/// Numbers of one to four digits, two or three of them, as they were typed.
fn numbers(text: &str, mark: char) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    ((2..=3).contains(&parts.len()) && parts.iter().all(is_number)).then_some(parts)
}

fn with_dashes(parts: &[&str]) -> Option<Date> {
    match parts {
        [year, month, day] if year.len() == 4 => date(year, month, day),
        [day, month, year] if year.len() == 4 => date(year, month, day),
        _ => None,
    }
}

fn ordered(parts: &[&str], order: DateOrder, today: Date) -> Option<Date> {
    if let [year, month, day] = parts
        && year.len() == 4
    {
        return date(year, month, day);
    }
    let (day, month) = match order {
        DateOrder::DayFirst => (parts.first()?, parts.get(1)?),
        DateOrder::MonthFirst => (parts.get(1)?, parts.first()?),
    };
    match parts.get(2) {
        Some(year) => date(year, month, day),
        None => newest(month, day, today),
    }
}

/// Of two digits this century's.
fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let number: i16 = year.parse().ok()?;
    let year = match year.len() {
        2 => 2000 + number,
        4 => number,
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The last such day there was; of the 29th of February the last one there is.
fn newest(month: &str, day: &str, today: Date) -> Option<Date> {
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let years = (0..8).filter_map(|back| today.checked_sub(back.years()).ok().map(|date| date.year()));
    years.filter_map(|year| Date::new(year, month, day).ok()).find(|date| *date <= today)
}
