//! The shop's day: so far, its close, and the days before.

use checkstand::domain::day_close::Held;
use checkstand::domain::movement::Ended;
use checkstand::domain::{
    DayClose, DayEnd, DayReport, DayTotals, DayVerdict, Difference, OpenDay, TerminalAnswer, TerminalDay,
};
use checkstand::gui::screens::day;

use super::*;

pub fn reporting(name: &str) -> TerminalView {
    TerminalView { name: name.to_owned(), ..day_reports::reporting() }
}

fn totals(minor: i64) -> DayTotals {
    let mut totals = DayTotals::default();
    let mut sale = record("K7M2-1", "front");
    sale.outcome = Some(approved(minor));
    totals.count(&Ended { payment: sale, original: None, tipped: None });
    totals
}

pub fn closed(minor: i64) -> DayEnd {
    DayEnd { total: Some(kr(minor)), transactions: Some(2), ..DayEnd::bare(DayVerdict::Closed) }
}

pub fn said(terminal: &str, end: DayEnd, minor: i64) -> TerminalDay {
    let held = [Held { net: kr(minor), standing: 2 }];
    let difference = Difference::between(&end, Some(&held));
    TerminalDay { answer: TerminalAnswer { terminal: terminal.to_owned(), end }, difference }
}

pub fn close(number: i64, minor: i64, terminals: Vec<TerminalDay>) -> DayClose {
    let at = hand::now() - jiff::SignedDuration::from_hours(24 * (4 - number));
    DayClose { number, at, by: None, totals: totals(minor), terminals }
}

fn closes() -> Vec<DayClose> {
    let lost = DayEnd::lost(DayReport::EndOfDay, Fault::Link);
    let second = vec![said("bar", lost, 100), said("front", closed(14_000), 10_000)];
    vec![close(2, 48_210, second), close(1, 30_000, vec![said("front", closed(30_000), 30_000)])]
}

pub fn read(hand: &mut Hand, totals: DayTotals) {
    let open = OpenDay { number: 3, since: Some(hand::now() - jiff::SignedDuration::from_hours(9)), totals };
    hand.tell(desk::Message::ShopDay(day::Message::Read(Ok((open, closes())))));
}

pub fn told(hand: &mut Hand, message: day::Message) -> Vec<Effect> {
    hand.tell(desk::Message::ShopDay(message))
}

/// The screen with today's totals and two days before.
pub fn looking(mut hand: Hand) -> Hand {
    assert_eq!(hand.tap(Named::F10), [Effect::ReadDay]);
    read(&mut hand, totals(125_000));
    hand
}

pub fn confirming(hand: Hand) -> Hand {
    let mut hand = looking(hand);
    assert!(hand.click("shop-day-close").is_empty());
    hand
}

pub fn closing(hand: Hand) -> Hand {
    let mut hand = confirming(hand);
    assert_eq!(hand.click("shop-day-yes"), [Effect::CloseShopDay]);
    let answer = TerminalAnswer { terminal: "front".to_owned(), end: closed(14_000) };
    told(&mut hand, day::Message::Told(answer));
    hand
}

/// A day on which one terminal differs and the other did not answer.
pub fn differing(hand: Hand) -> Hand {
    let mut hand = looking(hand);
    hand.click("day-2");
    hand
}

#[test]
fn the_close_goes_on_while_the_cashier_looks_elsewhere() {
    let mut hand = closing(Hand::at_terminals(vec![reporting("front"), reporting("bar")]));
    hand.tap(Named::Escape);
    assert!(hand.has("start"));
    hand.tap(Named::F10);
    assert!(hand.sees("Waiting for the terminals: bar"));
}

#[test]
fn a_second_look_does_not_outlive_the_screen() {
    let mut hand = confirming(Hand::at(terminal("front")));
    hand.tap(Named::Escape);
    hand.tap(Named::F10);
    assert!(!hand.has("shop-day-yes") && hand.has("shop-day-close"));
}

#[test]
fn everything_is_reached_with_tab_and_fits_the_smallest_window() {
    for size in [iced::Size::new(800.0, 600.0), iced::Size::new(1024.0, 768.0)] {
        let mut hand = confirming(Hand::speaking("sv", vec![reporting("front")]));
        hand.size = size;
        for wanted in ["back", "shop-day-no", "shop-day-yes", "day-now", "day-2"] {
            hand.tab_to(wanted);
            let bounds = hand.bounds(wanted);
            assert!(
                bounds.y + bounds.height <= size.height && bounds.x + bounds.width <= size.width,
                "{wanted}: {bounds:?}"
            );
            assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{wanted}: {bounds:?}");
        }
    }
}
