//! Numbers, dates and times as a locale writes them, by the data of the Unicode CLDR. Formatters are made once and
//! kept: they are used for every line of every picture.

use std::str::FromStr;

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{T, YMD, YMDT};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::options::{TimePrecision, YearStyle};
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use jiff::Zoned;

use crate::domain::Money;

/// What CLDR has no data for is written as ISO 8601 and plain digits; its root locale keeps that from happening.
pub(super) struct Formats {
    numbers: Option<DecimalFormatter>,
    decimal_mark: String,
    date: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
    date_time: Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>,
    time: Option<NoCalendarFormatter<T>>,
    seconds: Option<NoCalendarFormatter<T>>,
}

impl Formats {
    pub fn new(locale: &Locale) -> Formats {
        let numbers = DecimalFormatter::try_new(locale.into(), Default::default()).ok();
        // A century that is not written makes 03/04/05 a riddle.
        let date = YMD::short().with_year_style(YearStyle::Full);
        let time = |precision| NoCalendarFormatter::try_new(locale.into(), T::short().with_time_precision(precision));
        Formats {
            decimal_mark: decimal_mark(numbers.as_ref()),
            numbers,
            date: FixedCalendarDateTimeFormatter::try_new(locale.into(), date).ok(),
            date_time: FixedCalendarDateTimeFormatter::try_new(locale.into(), date.with_time(TimePrecision::Minute))
                .ok(),
            time: time(TimePrecision::Minute).ok(),
            seconds: time(TimePrecision::Second).ok(),
        }
    }

    pub fn decimal_mark(&self) -> &str {
        &self.decimal_mark
    }

    /// With all decimals of the currency; made of the minor units, so that no float comes near.
    pub fn money(&self, money: Money) -> String {
        let decimals = i16::try_from(money.currency().decimals()).unwrap_or_default();
        let mut number = Decimal::from(money.minor());
        number.multiply_pow10(-decimals);
        number.pad_end(-decimals);
        self.number(&number)
    }

    pub fn count(&self, count: i64) -> String {
        self.number(&Decimal::from(count))
    }

    /// Plain decimal text, such as that of a tax rate; what is none stays as it is.
    pub fn decimal(&self, text: &str) -> String {
        Decimal::from_str(text).map_or_else(|_| text.to_owned(), |number| self.number(&number))
    }

    fn number(&self, number: &Decimal) -> String {
        match &self.numbers {
            Some(form) => drawable(form.format(number).to_string()),
            None => number.to_string(),
        }
    }

    pub fn date(&self, at: &Zoned) -> String {
        match (&self.date, date(at)) {
            (Some(form), Some(date)) => drawable(form.format(&date).to_string()),
            _ => at.strftime("%Y-%m-%d").to_string(),
        }
    }

    pub fn date_time(&self, at: &Zoned) -> String {
        match (&self.date_time, date(at), time(at)) {
            (Some(form), Some(date), Some(time)) => drawable(form.format(&DateTime { date, time }).to_string()),
            _ => at.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }

    pub fn time(&self, at: &Zoned) -> String {
        match (&self.time, time(at)) {
            (Some(form), Some(time)) => drawable(form.format(&time).to_string()),
            _ => at.strftime("%H:%M").to_string(),
        }
    }

    pub fn seconds(&self, at: &Zoned) -> String {
        match (&self.seconds, time(at)) {
            (Some(form), Some(time)) => drawable(form.format(&time).to_string()),
            _ => at.strftime("%H:%M:%S").to_string(),
        }
    }
}

/// Fira Sans and the printers' code pages have no narrow no-break space, only the ordinary one.
pub(super) fn drawable(text: String) -> String {
    if text.contains('\u{202f}') { text.replace('\u{202f}', "\u{a0}") } else { text }
}

/// What stands between the digits of one and a tenth.
fn decimal_mark(numbers: Option<&DecimalFormatter>) -> String {
    let mut number = Decimal::from(11);
    number.multiply_pow10(-1);
    let written = numbers.map(|form| form.format(&number).to_string()).unwrap_or_default();
    written.strip_prefix('1').and_then(|rest| rest.strip_suffix('1')).unwrap_or(".").to_owned()
}

fn date(at: &Zoned) -> Option<Date<Gregorian>> {
    let month = u8::try_from(at.month()).ok()?;
    Date::try_new_gregorian(at.year().into(), month, u8::try_from(at.day()).ok()?).ok()
}

fn time(at: &Zoned) -> Option<Time> {
    let part = |part: i8| u8::try_from(part).ok();
    Time::try_new(part(at.hour())?, part(at.minute())?, part(at.second())?, 0).ok()
}
