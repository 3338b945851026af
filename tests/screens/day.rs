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
fn today_is_added_up_on_paper_and_reached_by_key_and_from_the_history() {
    let mut hand = looking(Hand::at(terminal("front")));
    assert!(hand.sees_part("Day 3, so far") && hand.sees_part("1,250.00"));
    assert!(hand.sees_part("By means of payment") && hand.sees_part("Visa Debit (1)"));
    assert!(hand.tell(desk::Message::JournalChanged).contains(&Effect::ReadDay), "it follows what is paid");
    hand.tap(Named::Escape);
    assert!(hand.has("start"));
    hand.go_to(Place::History);
    assert_eq!(hand.click("to-day"), [Effect::ReadDay]);
    assert!(hand.has("shop-day-close"));
}

#[test]
fn the_day_is_closed_after_a_second_look_and_the_terminals_are_followed() {
    let three = || Hand::at_terminals(vec![reporting("front"), reporting("bar"), terminal("till")]);
    let mut hand = confirming(three());
    hand.click("shop-day-no");
    assert!(!hand.has("shop-day-yes") && hand.has("shop-day-close"));
    let mut hand = closing(three());
    assert!(hand.sees("Waiting for the terminals: bar"), "till has no day of its own, front has answered");
    assert!(hand.sees_part("Terminal front has closed its batch."));
    assert!(hand.click("shop-day-close").is_empty() && !hand.has("shop-day-yes"), "once is enough");
    assert!(hand.feed(Message::CloseRequested).is_empty(), "leaving asks first");
    hand.tell(desk::Message::StayPressed);
    let answer = TerminalAnswer { terminal: "bar".to_owned(), end: closed(0) };
    told(&mut hand, day::Message::Told(answer));
    assert!(hand.sees("Closing the day…"));
    told(&mut hand, day::Message::Closed(Ok(close(3, 125_000, vec![said("front", closed(125_000), 125_000)]))));
    assert!(hand.sees_part("Terminal and journal agree.") && hand.has("day-3"));
    assert!(!hand.sees("Closing the day…"));
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
fn an_empty_day_cannot_be_closed_and_what_keeps_one_from_being_closed_is_said() {
    let mut hand = looking(Hand::at(terminal("front")));
    read(&mut hand, DayTotals::default());
    assert!(hand.sees_part("Nothing has been taken"));
    assert!(hand.click("shop-day-close").is_empty() && !hand.has("shop-day-yes"));
    let mut hand = closing(Hand::at(reporting("front")));
    told(&mut hand, day::Message::Closed(Err("journal-disk-full".to_owned())));
    assert!(hand.sees_part("disk") && hand.has("shop-day-close"));
    let mut hand = looking(Hand::at(terminal("front")));
    told(&mut hand, day::Message::Read(Err("journal-locked".to_owned())));
    assert!(hand.sees_part("Another program is writing to the journal"));
}

#[test]
fn an_earlier_day_shows_where_its_terminals_differ_and_which_are_open() {
    let hand = differing(Hand::at(terminal("front")));
    assert!(hand.sees_part("Terminal front says 140.00 SEK, the journal says 100.00 SEK."));
    assert!(hand.sees("Terminal bar has not ended its own day."));
    assert!(hand.sees_part("DIFFERENCE") && hand.sees_part("482.10"));
    let mut hand = looking(Hand::at(terminal("front")));
    hand.click("day-1");
    assert!(hand.sees_part("Terminal and journal agree.") && !hand.sees_part("DIFFERENCE"));
    hand.click("day-now");
    assert!(hand.sees_part("Day 3, so far"));
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
