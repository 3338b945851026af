//! What somebody typed who looks for a payment. One field takes an amount, a reference, a card's last four digits, a
//! payment's number or a day; what could be several of them is looked for as each.

mod dates;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::request::PaymentId;

pub use dates::{DateOrder, day_of};

/// More characters than any reference has; the rest of what was typed is not read.
pub const TYPED_AT_MOST: usize = 60;
/// Minor units, and whole units, of more digits are no amount.
const DIGITS_AT_MOST: usize = 15;

/// One way in which what was typed can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// Folded by [`fold`]: a part of a reference or of a code, of the brand or of a terminal's name, or a verdict's word.
    Text(String),
    /// Exactly this amount, whatever the currency, as [`plain_amount`] writes it.
    Amount(String),
    /// The last four digits of the card.
    Card(String),
    Payment(PaymentId),
    /// Begun at or after `from` and before `until`.
    Day {
        from: Timestamp,
        until: Timestamp,
    },
}

/// Where and when somebody types: what a date without a year or a word such as “today” means.
#[derive(Debug, Clone)]
pub struct Here<'a> {
    pub today: Date,
    pub zone: &'a TimeZone,
    pub order: DateOrder,
    /// The language's words for today and yesterday.
    pub words: [&'a str; 2],
}

impl Clue {
    /// Everything that was typed can mean; nothing where nothing was typed.
    pub fn read(typed: &str, here: &Here<'_>) -> Vec<Clue> {
        let mut clues = Clue::without_days(typed);
        clues.extend(dates::typed_day(typed, here).and_then(|date| day_of(date, here.zone)));
        clues
    }

    /// When the day begins that is meant, if one is.
    pub fn begins(&self) -> Option<Timestamp> {
        if let Clue::Day { from, .. } = self { Some(*from) } else { None }
    }

    /// When it is over.
    pub fn ends(&self) -> Option<Timestamp> {
        if let Clue::Day { until, .. } = self { Some(*until) } else { None }
    }

    /// The same where nobody knows how dates are written.
    pub fn without_days(typed: &str) -> Vec<Clue> {
        let typed: String = typed.chars().filter(|c| !c.is_control()).take(TYPED_AT_MOST).collect();
        let folded = fold(&typed);
        if folded.is_empty() {
            return Vec::new();
        }
        let mut clues: Vec<Clue> = amounts(&folded).into_iter().map(Clue::Amount).collect();
        clues.extend(card(&folded).map(Clue::Card));
        clues.extend(payment(&folded).map(Clue::Payment));
        clues.push(Clue::Text(folded));
        clues
    }
}

/// A text as it is compared: lower case, nothing around it.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Decimal text without zeros that say nothing, so that `12.50`, `12.5` and `12.500` are the same amount.
pub fn plain_amount(decimal: &str) -> String {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// `12.50`, `12,50`, `1 250`, `1.250,00`, `€ 12`. One mark with three digits behind it may be decimals or thousands: both.
fn amounts(folded: &str) -> Vec<String> {
    let bare = folded.trim_matches(|c: char| matches!(c, '€' | '$' | '£' | '¥') || c.is_whitespace());
    let text: String = bare.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    if !fits || !begins || digits > DIGITS_AT_MOST {
        return Vec::new();
    }
    let Some(last) = text.rfind(['.', ',']) else { return vec![plain_amount(&text)] };
    let (whole, fraction) = (&text[..last], &text[last + 1..]);
    let thousands = whole.replace(['.', ','], "");
    let grouped = groups_of_three(whole);
    let mut found = Vec::new();
    if grouped && (1..=4).contains(&fraction.len()) {
        found.push(plain_amount(&format!("{thousands}.{fraction}")));
    }
    if groups_of_three(&text) {
        found.push(plain_amount(&text.replace(['.', ','], "")));
    }
    found
}

/// Whether every mark in it has exactly three digits behind it, or there is none.
fn groups_of_three(text: &str) -> bool {
    let mut parts = text.split(['.', ',']);
    let first = parts.next().unwrap_or_default();
    !first.is_empty() && parts.all(|part| part.len() == 3)
}

/// `4321`, or with a card's stars or dots before it.
fn card(folded: &str) -> Option<String> {
    let digits = folded.trim_start_matches(['*', '•', 'x', '.', ' ']);
    let four = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    four.then(|| digits.to_owned())
}

/// `K7M2-42`, `#42`, or the bare number.
fn payment(folded: &str) -> Option<PaymentId> {
    let is_number = |text: &str| !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = folded.strip_prefix('#').unwrap_or(folded);
    let number = match name.split_once('-') {
        Some((till, number)) => (till.len() == 4 && till.is_ascii()).then_some(number)?,
        None => name,
    };
    is_number(number).then(|| name.parse().unwrap_or_else(|never| match never {}))
}
