//! What is put into a text: words as they are, and numbers, by which a text may choose its plural.

use fluent_bundle::FluentValue;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

use super::formats::drawable;

/// A placeable's value. Never an amount of money: that goes in as words, by [`Texts::money`](super::Texts::money).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    Words(&'a str),
    /// How many there are of something. Numbers that only name a thing (a day's, a line's) are words.
    Count(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(words: &'a str) -> Value<'a> {
        Value::Words(words)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(words: &'a String) -> Value<'a> {
        Value::Words(words)
    }
}

impl From<i64> for Value<'_> {
    fn from(count: i64) -> Self {
        Value::Count(count)
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Value::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Value::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl<'a> From<Value<'a>> for FluentValue<'a> {
    fn from(value: Value<'a>) -> FluentValue<'a> {
        match value {
            Value::Words(words) => words.into(),
            Value::Count(count) => count.into(),
        }
    }
}

/// Counts in a text are grouped as its language does it.
pub(super) fn written(value: &FluentValue, memory: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let number: Decimal = number.as_string().parse().ok()?;
    memory.with_try_get::<Counts, _, _>((), |counts| drawable(counts.0.format(&number).to_string())).ok()
}

struct Counts(DecimalFormatter);

impl Memoizable for Counts {
    type Args = ();
    type Error = ();

    fn construct(language: LanguageIdentifier, _: ()) -> Result<Counts, ()> {
        let locale = Locale::try_from_str(&language.to_string()).map_err(|_| ())?;
        DecimalFormatter::try_new(locale.into(), Default::default()).map(Counts).map_err(|_| ())
    }
}
