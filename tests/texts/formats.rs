//! What each locale makes of amounts, numbers, dates and times, compared with `tests/golden/locales`.

use std::fmt::Write;

use checkstand::domain::{Currency, Money};
use checkstand::texts::{LOCALES, Texts, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Amounts in hundredths: the sums of the table are written in the currency's own minor units below.
const HUNDREDTHS: [i64; 6] = [0, 5, 1_250, 123_450, 123_456_789, -1_250];
const CURRENCIES: [&str; 6] = ["SEK", "EUR", "GBP", "USD", "JPY", "KWD"];
/// A morning, an afternoon, midnight, and a day and month of one digit; at UTC.
const TIMES: [&str; 4] =
    ["2026-03-14T09:05:09Z", "2026-11-22T17:30:00Z", "2026-12-31T00:00:00Z", "2027-01-02T12:00:59Z"];

/// No-break spaces cannot be seen in a file.
fn visible(text: String) -> String {
    text.replace('\u{a0}', "⍽")
}

fn amount(hundredths: i64, currency: &str) -> Money {
    let currency: Currency = currency.parse().unwrap();
    let minor = match currency.decimals() {
        0 => hundredths / 100,
        2 => hundredths,
        3 => hundredths * 10,
        decimals => panic!("{decimals}"),
    };
    Money::new(minor, currency)
}

fn table(texts: &Texts) -> String {
    let mut table = String::new();
    for currency in CURRENCIES {
        for hundredths in HUNDREDTHS {
            writeln!(table, "{}", visible(texts.money(amount(hundredths, currency)))).unwrap();
        }
    }
    writeln!(table, "\nmark {}", texts.decimal_mark()).unwrap();
    for count in [1, 999, 1_000, 12_345, -1_234_567] {
        writeln!(table, "count {}", visible(texts.count(count))).unwrap();
    }
    for number in ["0.35", "12", "1234.5", "-3.125"] {
        writeln!(table, "number {}, percentage {}", visible(texts.decimal(number)), visible(texts.percent(number)))
            .unwrap();
    }
    for at in TIMES {
        let at = at.parse::<Timestamp>().unwrap().to_zoned(TimeZone::UTC);
        let written = [texts.date(&at), texts.time(&at), texts.time_with_seconds(&at), texts.date_time(&at)];
        writeln!(table, "{}", written.map(visible).join("  |  ")).unwrap();
    }
    table
}

#[test]
fn every_locale_writes_amounts_numbers_dates_and_times_as_its_table_says() {
    for locale in LOCALES {
        insta::with_settings!({ snapshot_path => "../golden/locales", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(locale.tag, table(&Texts::new(Some(locale.tag))));
        });
    }
}

#[test]
fn what_a_locale_writes_a_person_may_type() {
    for texts in LOCALES.iter().map(|locale| Texts::new(Some(locale.tag))) {
        for currency in CURRENCIES {
            // With groups an English amount would be a riddle: 1,234 is refused where there are decimals.
            for minor in [0, 5, 1_250, -1_250, 99_999] {
                let money = Money::new(minor, currency.parse().unwrap());
                let typed = texts.number(money);
                if typed.contains(texts.decimal_mark()) || money.currency().decimals() == 0 && minor.abs() < 1_000 {
                    assert_eq!(Money::parse_typed(&typed, money.currency()), Ok(money), "{} {typed}", texts.tag());
                }
            }
        }
    }
}

#[test]
fn the_region_that_was_asked_for_has_its_own_numbers() {
    let number = |tag| Texts::new(Some(tag)).number(Money::new(123_456_789, Currency::EUR));
    assert_eq!(number("en-IN"), "12,34,567.89");
    assert_eq!(number("sv-FI"), "1\u{a0}234\u{a0}567,89");
    assert_eq!(number("en_US.UTF-8"), "1,234,567.89");
}

#[test]
fn the_largest_and_the_smallest_amount_are_written_whole() {
    let texts = Texts::new(Some("en"));
    let number = |minor| texts.number(Money::new(minor, Currency::SEK));
    assert_eq!(number(i64::MAX), "92,233,720,368,547,758.07");
    assert_eq!(number(i64::MIN), "-92,233,720,368,547,758.08");
    assert_eq!(number(-1), "-0.01");
}

#[test]
fn a_count_is_a_number_to_the_text_and_words_are_not() {
    let texts = Texts::new(Some("sv"));
    let bills = |number: Value| texts.with_values("receipt-day-bills", &[("number", number)]);
    assert!(bills(12_345_u64.into()).contains("12\u{a0}345"));
    assert!(bills("12345".into()).contains("12345"));
}

#[test]
fn what_is_no_number_stays_as_it_was() {
    let texts = Texts::new(Some("sv"));
    assert_eq!(["12.", "", "abc", "1,5"].map(|text| texts.decimal(text)), ["12.", "", "abc", "1,5"]);
}
