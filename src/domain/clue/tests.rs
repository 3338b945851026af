#![allow(clippy::unwrap_used)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn here(zone: &TimeZone, order: DateOrder) -> Here<'_> {
    Here { today: date(2026, 11, 22), zone, order, words: ["Idag", "igår"] }
}

fn day(typed: &str, order: DateOrder) -> Option<Date> {
    dates::typed_day(typed, &here(&TimeZone::UTC, order))
}

fn amounts_of(typed: &str) -> Vec<String> {
    let clues = Clue::without_days(typed).into_iter();
    clues.filter_map(|clue| if let Clue::Amount(amount) = clue { Some(amount) } else { None }).collect()
}

#[test]
fn an_amount_is_understood_however_it_is_written() {
    for (typed, amounts) in [
        ("12.50", vec!["12.5"]),
        ("12,50", vec!["12.5"]),
        (" 12,5 ", vec!["12.5"]),
        ("1250", vec!["1250"]),
        ("1 250,00", vec!["1250"]),
        ("1.250,75", vec!["1250.75"]),
        ("1,250.75", vec!["1250.75"]),
        ("1.250", vec!["1.25", "1250"]),
        ("€ 12", vec!["12"]),
        ("0,5", vec!["0.5"]),
        ("1'234.50", vec!["1234.5"]),
        ("12.5.7", vec![]),
        ("12.50 or so", vec![]),
        (".", vec![]),
        ("-5", vec![]),
        ("1234567890123456", vec![]),
    ] {
        assert_eq!(amounts_of(typed), amounts, "{typed}");
    }
}

#[test]
fn four_digits_are_an_amount_a_card_a_number_and_a_text() {
    let expected = vec![
        Clue::Amount("4321".to_owned()),
        Clue::Card("4321".to_owned()),
        Clue::Payment("4321".parse().unwrap()),
        Clue::Text("4321".to_owned()),
    ];
    assert_eq!(Clue::without_days("4321"), expected);
    assert!(Clue::without_days("•••• 0042").contains(&Clue::Card("0042".to_owned())));
    assert!(Clue::without_days("****0042").contains(&Clue::Card("0042".to_owned())));
    assert!(Clue::without_days("k7m2-42").contains(&Clue::Payment("K7M2-42".parse().unwrap())));
    assert!(Clue::without_days("#42").contains(&Clue::Payment("42".parse().unwrap())));
    assert_eq!(Clue::without_days("Order Å"), [Clue::Text("order å".to_owned())]);
    assert_eq!(Clue::without_days("  "), []);
}

#[test]
fn a_day_is_understood_in_the_order_of_the_language() {
    use DateOrder::{DayFirst, MonthFirst};
    let november = Some(date(2026, 11, 22));
    for (typed, order, expected) in [
        ("idag", DayFirst, november),
        ("IGÅR", DayFirst, Some(date(2026, 11, 21))),
        ("2026-11-22", MonthFirst, november),
        ("22-11-2026", DayFirst, november),
        ("2026/11/22", DayFirst, november),
        ("22.11.", DayFirst, november),
        ("22.11.", MonthFirst, november),
        ("22.11.26", DayFirst, november),
        ("22.11.2026.", DayFirst, november),
        ("22/11", DayFirst, november),
        ("11/22", MonthFirst, november),
        ("22/11", MonthFirst, None),
        ("5/6", DayFirst, Some(date(2026, 6, 5))),
        ("5/6", MonthFirst, Some(date(2026, 5, 6))),
        // There has been none this year yet.
        ("24/12", DayFirst, Some(date(2025, 12, 24))),
        ("29.2.", DayFirst, Some(date(2024, 2, 29))),
        ("22.11", DayFirst, None),
        ("31/2", DayFirst, None),
        ("2026-13-01", DayFirst, None),
        ("-", DayFirst, None),
        ("today", DayFirst, None),
        ("", DayFirst, None),
    ] {
        assert_eq!(day(typed, order), expected, "{typed} {order:?}");
    }
}

#[test]
fn a_day_is_as_long_as_it_is_in_that_zone() {
    let Ok(zone) = TimeZone::get("Europe/Stockholm") else { return };
    let Some(Clue::Day { from, until }) = day_of(date(2026, 3, 29), &zone) else { panic!("a day") };
    assert_eq!((until.as_second() - from.as_second()) / 3600, 23);
    let clues = Clue::read("29.3.", &here(&zone, DateOrder::DayFirst));
    assert_eq!(clues.last(), Some(&Clue::Day { from, until }));
}

#[test]
fn what_was_typed_is_read_so_far_and_no_further() {
    let clues = Clue::without_days(&"9".repeat(10_000));
    assert_eq!(clues, [Clue::Text("9".repeat(TYPED_AT_MOST))]);
}

proptest! {
    #[test]
    fn nothing_that_can_be_typed_is_too_much(typed in "\\PC{0,80}") {
        let clues = Clue::read(&typed, &here(&TimeZone::UTC, DateOrder::DayFirst));
        prop_assert_eq!(clues.is_empty(), typed.chars().take(TYPED_AT_MOST).all(char::is_whitespace));
    }

    #[test]
    fn every_amount_is_found_as_it_is_printed(minor in 0_i64..10_000_000_000, decimals in 0_u32..=3) {
        let currency = ["JPY", "SEK", "SEK", "KWD"][decimals as usize].parse().unwrap();
        let printed = crate::domain::Money::new(minor, currency);
        let stored = plain_amount(&printed.to_decimal());
        for (mark, group) in [(".", ""), (",", ""), (".", ","), (",", "."), (",", "\u{a0}")] {
            prop_assert!(amounts_of(&printed.to_localized(mark, group)).contains(&stored));
        }
    }
}
