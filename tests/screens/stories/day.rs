//! The end of a day: the shop's, and the terminals' own.

use checkstand::domain::{DayEnd, DayReport, DayTotals, DayVerdict, PaymentRecord, TerminalAnswer};
use checkstand::gui::screens::{day, reports};
use checkstand::terminal::Errand;

use super::super::day as days;
use super::super::day_reports::{asked, kept, read, report};
use super::*;

fn said_of(tale: &Tale, key: &str, terminal: &str) -> String {
    tale.with(key, &[("terminal", terminal)])
}

pub fn the_shops_day_is_closed(tale: &Tale) {
    let three = vec![days::reporting("front"), days::reporting("bar"), terminal("till")];
    let mut hand = days::looking(tale.at(three));
    tale.sees(&hand, &["window-shop-day-title", "window-shop-day-now", "window-shop-day-close"]);
    tale.reads(&hand, &tale.texts.number(kr(125_000)));
    tale.sees(&hand, &["receipt-day-by-tender"]);
    tale.reads(&hand, &tale.with("receipt-day-group", &[("name", "Visa Debit"), ("number", "1")]));
    assert!(hand.tell(desk::Message::JournalChanged).contains(&Effect::ReadDay), "it follows what is paid");
    hand.click("day-2");
    let told = tale.money(14_000);
    let differs = [("terminal", "front"), ("told", told.as_str()), ("journal", &tale.money(10_000))];
    tale.reads(&hand, &tale.with("window-shop-day-differs", &differs));
    tale.reads(&hand, &said_of(tale, "window-shop-day-still-open", "bar"));
    tale.sees(&hand, &["receipt-day-different"]);
    tale.reads(&hand, &tale.texts.number(kr(48_210)));
    hand.click("day-1");
    tale.sees(&hand, &["receipt-day-equal"]);
    tale.lacks(&hand, &["receipt-day-different"]);
    tale.reads(&hand, &tale.with("window-shop-day-past", &[("number", "1")]));
    hand.click("day-now");
    tale.reads(&hand, &tale.with("receipt-day-so-far", &[("number", "3")]));
    hand.tab_to("shop-day-close");
    assert!(hand.tap_focused(Named::Enter).is_empty());
    tale.sees(&hand, &["window-shop-day-really", "window-close-day-keep"]);
    assert!(hand.tap(Named::Escape).is_empty() && hand.has("day-now"), "no, and still there");
    tale.lacks(&hand, &["window-shop-day-really"]);
    hand.tap(Named::F9);
    hand.click("shop-day-no");
    tale.lacks(&hand, &["window-shop-day-really"]);
    hand.tap(Named::ArrowDown);
    tale.sees(&hand, &["receipt-day-different"]);
    hand.tap(Named::ArrowUp);
    hand.tap(Named::F9);
    assert_eq!(hand.tap(Named::F9), [Effect::CloseShopDay]);
    assert!(hand.click("shop-day-close").is_empty(), "once is enough");
    let answered = |terminal: &str| TerminalAnswer { terminal: terminal.to_owned(), end: days::closed(14_000) };
    days::told(&mut hand, day::Message::Told(answered("front")));
    tale.reads(&hand, &tale.with("window-shop-day-asking", &[("terminals", "bar")]));
    tale.reads(&hand, &said_of(tale, "window-day-closed", "front"));
    assert!(hand.feed(Message::CloseRequested).is_empty(), "leaving asks first");
    hand.tell(desk::Message::StayPressed);
    days::told(&mut hand, day::Message::Told(answered("bar")));
    tale.sees(&hand, &["window-shop-day-writing"]);
    let both = vec![days::said("front", days::closed(125_000), 125_000)];
    days::told(&mut hand, day::Message::Closed(Ok(days::close(3, 125_000, both))));
    tale.sees(&hand, &["receipt-day-equal"]);
    assert!(hand.has("day-3"));
    tale.lacks(&hand, &["window-shop-day-writing"]);
    hand.tap(Named::Escape);
    assert!(hand.has("start"));
    let mut hand = days::closing(tale.at(vec![days::reporting("front")]));
    days::told(&mut hand, day::Message::Closed(Err("journal-disk-full".to_owned())));
    tale.sees(&hand, &["journal-disk-full"]);
    assert!(hand.has("shop-day-close"));
    days::read(&mut hand, DayTotals::default());
    // On paper the sentence has several lines.
    let nothing = tale.get("receipt-day-nothing");
    tale.reads(&hand, &nothing.split(' ').take(3).collect::<Vec<_>>().join(" "));
    assert!(hand.click("shop-day-close").is_empty() && !hand.has("shop-day-yes"), "an empty day is not closed");
    tale.sees(&hand, &["window-shop-day-nothing"]);
    let practised = PaymentRecord { training: true, ..record("K7M2-50", "training") };
    let later = PaymentRecord { at: hand::now() + jiff::SignedDuration::from_hours(48), ..practised };
    hand.tell(desk::Message::RecentRead(Ok(vec![later])));
    tale.sees(&hand, &["window-shop-day-training-only"]);
    days::told(&mut hand, day::Message::Read(Err("journal-locked".to_owned())));
    tale.sees(&hand, &["journal-locked"]);
}

pub fn terminals_make_reports(tale: &Tale) {
    a_report_is_chosen_and_made(tale);
    the_end_of_day_is_asked_twice(tale);
    a_terminal_with_one_report_is_not_asked_which(tale);
    kept_reports_are_read(tale);
}

fn a_terminal_with_one_report_is_not_asked_which(tale: &Tale) {
    let mut view = super::super::day_reports::reporting();
    view.abilities.reports = &[DayReport::X];
    let mut hand = tale.at(vec![view.clone()]);
    tale.sees(&hand, &["window-day-reports"]);
    tale.lacks(&hand, &["window-close-day"]);
    assert_eq!(hand.click("close-day"), asked(DayReport::X));
    view.abilities.reports = &[DayReport::EndOfDay];
    let mut hand = tale.at(vec![view]);
    assert!(hand.click("close-day").is_empty() && hand.has("close-day-yes"));
}

fn a_report_is_chosen_and_made(tale: &Tale) {
    for (made, key) in [
        (DayReport::X, "window-report-x"),
        (DayReport::Z, "window-report-z"),
        (DayReport::Banking, "window-report-banking"),
    ] {
        let mut hand = tale.at(vec![super::super::day_reports::reporting()]);
        tale.sees(&hand, &["window-close-day"]);
        hand.click("close-day");
        tale.sees(&hand, &["window-day-which", "window-close-day-keep", "window-report-end-of-day", key]);
        hand.tab_to(&format!("report-{}", made.word()));
        assert_eq!(hand.tap_focused(Named::Enter), asked(made));
        assert!(!hand.has("report-x") && !hand.has("close-day-yes"));
        let busy = TerminalView { errand: Some(Errand::EndDay(made)), ..super::super::day_reports::reporting() };
        hand.tell(desk::Message::TerminalChanged(Arc::new(busy)));
        tale.sees(&hand, &["window-state-reporting"]);
        let mut hand = super::super::day_reports::told(tale.at(vec![super::super::day_reports::reporting()]));
        tale.reads(&hand, &said_of(tale, "window-day-reported", "front"));
        assert_eq!(hand.click("day-read"), [Effect::ReadReports]);
    }
}

fn the_end_of_day_is_asked_twice(tale: &Tale) {
    let mut hand = tale.at(vec![super::super::day_reports::reporting()]);
    hand.click("close-day");
    hand.click("close-day-no");
    assert!(!hand.has("report-x"));
    hand.click("close-day");
    assert!(hand.click("report-end-of-day").is_empty() && !hand.has("report-x"));
    tale.sees(&hand, &["window-close-day-really"]);
    assert_eq!(hand.click("close-day-yes"), asked(DayReport::EndOfDay));
    let busy = Some(Errand::EndDay(DayReport::EndOfDay));
    let busy = TerminalView { errand: busy, ..super::super::day_reports::reporting() };
    hand.tell(desk::Message::TerminalChanged(Arc::new(busy)));
    tale.sees(&hand, &["window-state-closing-day"]);
    let end = DayEnd { batch: Some("17".to_owned()), ..days::closed(30_000) };
    hand.tell(desk::Message::DayEnded("front".to_owned(), Ok(end)));
    let figures = [
        said_of(tale, "window-day-closed", "front"),
        tale.with("window-day-batch", &[("figure", "17")]),
        tale.texts.with_values("window-day-transactions", &[("figure", 2_i64.into())]),
        tale.with("window-day-total", &[("figure", &tale.money(30_000))]),
    ];
    tale.reads(&hand, &figures.join("  "));
    hand.click("day-end-read");
    assert!(!hand.has("day-end-read"));
    for (end, key) in [
        (DayEnd::bare(DayVerdict::NothingToClose), "window-day-nothing-to-close"),
        (DayEnd::bare(DayVerdict::NotClosed), "window-day-not-closed"),
        (DayEnd::lost(DayReport::EndOfDay, Fault::Link), "window-day-unknown"),
        (DayEnd { report: DayReport::X, ..DayEnd::bare(DayVerdict::NotClosed) }, "window-day-not-reported"),
        (DayEnd::lost(DayReport::Z, Fault::Terminal), "window-day-report-unknown"),
    ] {
        let why = end.explanation.clone();
        hand.tell(desk::Message::DayEnded("front".to_owned(), Ok(end)));
        tale.reads(&hand, &said_of(tale, key, "front"));
        assert!(!hand.has("day-read") && hand.has("day-end-read"));
        if let Some(why) = why {
            tale.sees(&hand, &[why.key.as_str()]);
        }
    }
    hand.tell(desk::Message::DayEnded("front".to_owned(), Err(Refusal::InDoubt(id("K7M2-41")))));
    tale.reads(&hand, &tale.with("refusal-in-doubt", &[("payment", "K7M2-41")]));
}

fn kept_reports_are_read(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.go_to(Place::History);
    assert!(!hand.has("reports"), "no terminal makes any");
    let mut hand = tale.at(vec![super::super::day_reports::reporting()]);
    hand.go_to(Place::History);
    assert_eq!(hand.click("reports"), [Effect::ReadReports]);
    tale.sees(&hand, &["window-reports-title", "window-reports-empty"]);
    let all = vec![kept("front", 5, report(DayReport::X, "K7  482")), kept("bar", 90, days::closed(30_000))];
    read(&mut hand, all);
    tale.reads(&hand, "K7  482");
    tale.sees(&hand, &["window-report-x", "window-report-end-of-day"]);
    hand.click(&format!("report-bar-{}", hand::now() - jiff::SignedDuration::from_mins(90)));
    tale.sees(&hand, &["window-report-without-lines"]);
    tale.reads(&hand, &tale.with("window-day-total", &[("figure", &tale.money(30_000))]));
    assert!(hand.tell(desk::Message::JournalChanged).contains(&Effect::ReadReports), "it follows");
    hand.tell(desk::Message::Reports(reports::Message::Read(Err("journal-locked".to_owned()))));
    tale.sees(&hand, &["journal-locked"]);
    hand.tap(Named::Escape);
    assert!(!hand.has("report-bar"));
}
