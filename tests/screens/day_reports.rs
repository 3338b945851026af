//! What a terminal tells of its day: chosen, asked, shown, kept.

use checkstand::domain::{DayEnd, DayReport, DayVerdict};
use checkstand::gui::screens::reports;
use checkstand::journal::KeptDayEnd;
use checkstand::terminal::Errand;

use super::*;

pub fn reporting() -> TerminalView {
    let mut view = terminal("front");
    view.abilities.reports = &DayReport::ALL;
    view
}

pub fn asked(report: DayReport) -> [Effect; 1] {
    [Effect::EndDay { terminal: "front".to_owned(), report }]
}

pub fn report(report: DayReport, total: &str) -> DayEnd {
    let lines = ["CORNER SHOP", "", "X BALANCE", total].map(str::to_owned).to_vec();
    DayEnd { report, lines, ..DayEnd::bare(DayVerdict::Reported) }
}

pub fn kept(terminal: &str, minutes: i64, end: DayEnd) -> KeptDayEnd {
    KeptDayEnd { terminal: terminal.to_owned(), at: hand::now() - jiff::SignedDuration::from_mins(minutes), end }
}

pub fn read(hand: &mut Hand, all: Vec<KeptDayEnd>) {
    hand.tell(desk::Message::Reports(reports::Message::Read(Ok(all))));
}

/// The screen of kept reports with a few of them.
pub fn read_reports(mut hand: Hand) -> Hand {
    hand.go_to(Place::History);
    assert_eq!(hand.click("reports"), [Effect::ReadReports]);
    let closed = DayEnd {
        batch: Some("17".to_owned()),
        transactions: Some(3),
        total: Some(kr(30_000)),
        ..DayEnd::bare(DayVerdict::Closed)
    };
    let all = vec![
        kept("front", 5, report(DayReport::X, "TOTAL     482.10")),
        kept("bar", 90, report(DayReport::Banking, "TOTAL     120.00")),
        kept("front", 60 * 24, closed),
    ];
    read(&mut hand, all);
    hand
}

/// One that has just been made.
pub fn told(mut hand: Hand) -> Hand {
    hand.tell(desk::Message::DayEnded("front".to_owned(), Ok(report(DayReport::X, "TOTAL     482.10"))));
    hand
}

pub fn choosing(mut hand: Hand) -> Hand {
    hand.click("close-day");
    hand
}

#[test]
fn nothing_is_asked_of_another_terminal_than_was_looked_at() {
    let other = TerminalView { name: "bar".to_owned(), ..reporting() };
    let mut hand = choosing(Hand::at_terminals(vec![reporting(), other]));
    hand.other_terminal();
    assert!(!hand.has("report-x"));
}

#[test]
fn the_question_about_a_day_is_put_away_by_escape_and_by_the_next_sale() {
    let ask = |hand: &mut Hand| {
        hand.click("close-day");
        hand.click("report-end-of-day");
        assert!(hand.has("close-day-yes"));
    };
    let mut hand = Hand::at(reporting());
    hand.typewrite("1250");
    ask(&mut hand);
    assert!(hand.tap(Named::Escape).is_empty() && !hand.has("close-day-yes"));
    assert!(hand.sees_part("12.50"), "Escape was for the question alone");
    ask(&mut hand);
    assert_eq!(started_requests(&hand.tap(Named::Enter)), [(Operation::Sale, 1250)]);
    assert!(!hand.has("close-day-yes"), "it does not stand over the sale");
    let mut hand = Hand::at(reporting());
    ask(&mut hand);
    hand.go_to(Place::History);
    assert!(!hand.has("close-day-yes"));
    hand.go_to(Place::Counter);
    ask(&mut hand);
    let expected = Effect::EndDay { terminal: "front".to_owned(), report: DayReport::EndOfDay };
    assert_eq!(hand.tap(Named::F9), [expected]);
}

#[test]
fn a_terminal_that_makes_a_report_is_busy_whichever_it_is() {
    for report in DayReport::ALL {
        let mut hand = Hand::at(TerminalView { errand: Some(Errand::EndDay(report)), ..reporting() });
        let state = if report == DayReport::EndOfDay { "Closing the day" } else { "Making a report" };
        assert!(hand.sees(state), "{report:?}");
        hand.typewrite("1250");
        assert!(started_requests(&hand.tap(Named::Enter)).is_empty());
        assert!(hand.click("close-day").is_empty() && !hand.has("report-x") && !hand.has("close-day-yes"));
        assert!(hand.feed(Message::CloseRequested).is_empty(), "closing asks first");
    }
}

#[test]
fn a_report_is_read_on_paper_as_soon_as_it_has_been_made() {
    let mut hand = told(Hand::at(reporting()));
    assert!(hand.sees("Terminal front has made the report."));
    assert_eq!(hand.click("day-read"), [Effect::ReadReports]);
    let mine = kept("front", 1, report(DayReport::X, "TOTAL     482.10"));
    let later = kept("bar", 0, report(DayReport::Z, "TOTAL       1.00"));
    read(&mut hand, vec![later, mine]);
    assert!(hand.sees("TOTAL     482.10") && !hand.sees("TOTAL       1.00"));
    assert!(!hand.has("day-read"), "it is being read");
    hand.tap(Named::Escape);
    assert!(hand.has("start"));
}

#[test]
fn the_choice_is_reached_with_tab_and_fits_the_smallest_window() {
    let mut hand = choosing(Hand::speaking("sv", vec![reporting()]));
    for wanted in ["report-end-of-day", "report-banking", "close-day-no"] {
        hand.tab_to(wanted);
    }
    hand.size = iced::Size::new(800.0, 600.0);
    for id in ["report-end-of-day", "report-x", "report-z", "report-banking", "close-day-no", "start"] {
        let bounds = hand.bounds(id);
        assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
        assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
    }
    let mut hand = read_reports(Hand::speaking("sv", vec![reporting()]));
    hand.size = iced::Size::new(800.0, 600.0);
    assert!(hand.has("back") && hand.sees("TOTAL     482.10"));
}
