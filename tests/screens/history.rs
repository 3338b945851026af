//! The list of payments: searched, filtered, scrolled through a million of them by key and by wheel, on a real journal.

use checkstand::domain::{Ending, PaymentEvent, PaymentRecord, PaymentRequest};
use checkstand::gui::history_link;
use checkstand::gui::keys::Press;
use checkstand::gui::scene::Clock;
use checkstand::gui::screens::history::{History, LIST, PAGE};
use checkstand::gui::screens::history_filters::{Days, Filters};
use checkstand::gui::screens::history_rows::{KEPT, ROW};
use checkstand::journal::{Journal, NewPayment};
use checkstand::texts::Texts;
use jiff::tz::TimeZone;

use super::*;

/// A window whose readings are carried out on a journal at once.
pub struct Shop {
    pub hand: Hand,
    texts: Texts,
    pub journal: Journal,
    /// Pages that were read since somebody looked.
    pub pages: Vec<Page>,
    /// Where the list was told to go.
    pub scrolled: Vec<f32>,
}

fn clock() -> Clock {
    Clock { now: hand::now(), zone: TimeZone::UTC }
}

/// Sale `number` of 10.00 and as many öre, an hour after the one before.
pub fn sale(number: i64) -> (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>) {
    let mut request = PaymentRequest::new(Operation::Sale, kr(1_000 + number));
    request.reference = Some(format!("order-{number}"));
    let at = hand::now() - jiff::SignedDuration::from_hours(24 * 40) + jiff::SignedDuration::from_hours(number);
    let training = number % 7 == 0;
    let terminal = if training { "training" } else { "front" }.to_owned();
    let new = NewPayment { terminal, protocol: "nexo".to_owned(), training, request, at };
    let end = if number % 5 == 0 {
        (PaymentEvent::Declined, None)
    } else {
        (PaymentEvent::Approved, Some(approved(1_000 + number)))
    };
    (new, vec![(PaymentEvent::Transmitted, None), end])
}

impl Shop {
    pub fn with(payments: i64) -> Shop {
        Shop::of(payments, Texts::new(Some("en")), Hand::at_terminals(vec![terminal("front"), terminal("back")]))
    }

    /// The same with this window, which speaks so.
    pub fn of(payments: i64, texts: Texts, hand: Hand) -> Shop {
        let mut journal = Journal::open_in_memory_as("K7M2").unwrap();
        journal.fill((1..=payments).map(sale)).unwrap();
        let mut shop = Shop { hand, texts, journal, pages: Vec::new(), scrolled: Vec::new() };
        let effects = shop.hand.go_to(Place::History);
        shop.carry_out(effects);
        shop
    }

    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut waiting: std::collections::VecDeque<Effect> = effects.into();
        let mut readings = 0;
        while let Some(effect) = waiting.pop_front() {
            let effects = match effect {
                Effect::ReadHistory(page) => {
                    readings += 1;
                    assert!(readings < 100, "the list never stops reading");
                    let rows = self.journal.history(&page.query(&self.texts, &clock())).unwrap();
                    self.pages.push(page.clone());
                    self.say(history::Message::Read(page, Ok(rows)))
                }
                Effect::ReadPayment(payment) => {
                    let dossier = history_link::dossier(&self.journal, &payment).unwrap();
                    told(&mut self.hand, dossier)
                }
                Effect::Scroll(id, y) => {
                    assert_eq!(id, LIST);
                    self.scrolled.push(y);
                    Vec::new()
                }
                _ => Vec::new(),
            };
            waiting.extend(effects);
        }
    }

    pub fn say(&mut self, message: history::Message) -> Vec<Effect> {
        self.hand.tell(desk::Message::History(message))
    }

    pub fn tap(&mut self, key: Named) {
        let effects = self.hand.tap(key);
        self.carry_out(effects);
    }

    /// A key, as the list hears it.
    pub fn press(&mut self, press: Press) {
        let effects = self.say(History::key(press).unwrap());
        self.carry_out(effects);
    }

    pub fn click(&mut self, id: &str) {
        let effects = self.hand.click(id);
        self.carry_out(effects);
    }

    pub fn type_in(&mut self, text: &str) {
        let effects = self.hand.type_into("search", text);
        self.carry_out(effects);
    }

    /// What the wheel does: the list is now there.
    pub fn scroll(&mut self, top: f32) {
        let effects = self.say(history::Message::Scrolled { top, height: 500.0 });
        self.carry_out(effects);
    }

    pub fn happens(&mut self) {
        let effects = self.hand.tell(desk::Message::JournalChanged);
        self.carry_out(effects);
    }

    pub fn shows(&self, number: i64) -> bool {
        self.hand.has(&format!("row-K7M2-{number}"))
    }
}

#[test]
fn the_list_is_scrolled_to_its_end_and_back_and_keeps_a_few_hundred_rows() {
    const ALL: i64 = 400;
    assert!(ALL as usize > KEPT);
    let mut shop = Shop::with(ALL);
    let at = |top: f32| ALL - (top / ROW) as i64;
    let end = ALL as f32 * ROW - 500.0;
    let mut top = 0.0;
    while top < end {
        shop.scroll(top);
        assert!(shop.shows(at(top)), "{top}");
        top += 900.0;
    }
    assert!(shop.pages.iter().all(|page| !matches!(page.edge, Edge::After(_))));
    shop.pages.clear();
    // All the way back, without a jump.
    while top > 1.0 {
        top = (top.min(end) - 900.0).max(1.0);
        shop.scroll(top);
        assert!(shop.shows(at(top)), "{top}");
    }
    assert!(shop.pages.iter().any(|page| matches!(page.edge, Edge::After(_))), "the newest were forgotten on the way");
    assert!(shop.scrolled.is_empty(), "nothing moved under the hand: {:?}", shop.scrolled);
}

#[test]
fn the_keys_go_down_the_list_open_a_payment_and_come_back_to_it() {
    let mut shop = Shop::with(120);
    shop.tap(Named::ArrowDown);
    shop.tap(Named::ArrowDown);
    shop.tap(Named::ArrowDown);
    shop.tap(Named::ArrowUp);
    shop.tap(Named::Enter);
    assert!(shop.hand.has("page-timeline") && shop.hand.sees("order-119"));
    shop.tap(Named::Escape);
    assert!(shop.shows(119) && !shop.hand.has("page-timeline"));
    shop.tap(Named::Escape);
    assert!(shop.hand.has("start"), "out of the history");
}

#[test]
fn a_page_of_keys_goes_on_to_the_oldest_payment_and_home_to_the_newest() {
    let mut shop = Shop::with(120);
    shop.scroll(0.0);
    for _ in 0..20 {
        shop.press(Press::PageDown);
    }
    assert!(shop.shows(1) && !shop.shows(120), "as far as it goes");
    assert!(!shop.scrolled.is_empty());
    shop.press(Press::Home);
    assert!(shop.shows(120) && !shop.shows(1));
    assert_eq!(shop.scrolled.last(), Some(&0.0));
}

#[test]
fn end_shows_the_oldest_payment_and_the_way_up_from_it_finds_the_newest() {
    let mut shop = Shop::with(400);
    shop.scroll(0.0);
    shop.press(Press::End);
    assert_eq!(shop.pages.last().unwrap().edge, Edge::Oldest);
    assert!(shop.shows(1) && !shop.shows(400));
    for _ in 0..60 {
        shop.press(Press::PageUp);
    }
    assert!(shop.shows(400) && !shop.shows(1));
}

#[test]
fn a_list_that_is_drawn_anew_stays_where_it_was() {
    let mut shop = Shop::with(400);
    shop.scroll(0.0);
    for _ in 0..60 {
        shop.press(Press::PageDown);
    }
    assert!(shop.shows(1));
    shop.press(Press::Enter);
    assert!(shop.hand.has("page-timeline"));
    shop.press(Press::Escape);
    // It says that it is at its top before it goes where it was.
    shop.scroll(0.0);
    assert!(shop.shows(1));
}

#[test]
fn a_list_that_begins_in_the_middle_finds_its_beginning() {
    let mut shop = Shop::with(200);
    shop.tap(Named::End);
    let mut top = *shop.scrolled.last().unwrap();
    for _ in 0..100 {
        shop.scrolled.clear();
        top = (top - 400.0).max(0.0);
        shop.scroll(top);
        top = shop.scrolled.last().copied().unwrap_or(top);
        if shop.shows(200) {
            return;
        }
    }
    panic!("the newest payment never came into sight");
}

#[test]
fn what_is_typed_is_searched_for_and_filters_narrow_it() {
    let mut shop = Shop::with(60);
    shop.type_in("10,42");
    assert!(shop.shows(42) && !shop.shows(43));
    let mut shop = Shop::with(60);
    shop.type_in("der-17");
    assert!(shop.shows(17) && !shop.shows(18));
    let mut shop = Shop::with(60);
    shop.click("filter-ending");
    shop.click("ending-declined");
    assert!(shop.shows(60) && !shop.shows(59) && !shop.hand.has("ending-declined"), "the choices are closed");
    shop.click("filter-training");
    assert!(shop.shows(50) && !shop.shows(35), "35 was training");
    shop.click("filter-days");
    shop.tap(Named::Escape);
    assert!(!shop.hand.has("days-today") && shop.hand.has("search"), "Escape closes the choices first");
    shop.click("filter-days");
    shop.click("days-today");
    assert!(shop.hand.sees("No payments found."));
}

#[test]
fn every_choice_of_every_filter_can_be_reached_with_tab_alone() {
    let mut shop = Shop::with(3);
    for (filter, choice) in [
        ("filter-days", "days-week"),
        ("filter-ending", "ending-running"),
        ("filter-operation", "operation-deactivation"),
        ("filter-terminal", "of-terminal-back"),
    ] {
        shop.hand.tab_to(filter);
        shop.hand.tap_focused(Named::Enter);
        shop.hand.tab_to(choice);
        shop.hand.tap_focused(Named::Enter);
        assert!(!shop.hand.has(choice), "{choice}");
    }
}

#[test]
fn days_and_typed_dates_are_those_of_the_place() {
    let texts = Texts::new(Some("en"));
    // Half past eleven in the evening of the 13th, where it is the 14th in Stockholm.
    let now = "2026-03-13T23:30:00Z".parse().unwrap();
    let Ok(zone) = TimeZone::get("Europe/Stockholm") else { return };
    let clock = Clock { now, zone };
    let filters = Filters { days: Days::Yesterday, ending: Some(Ending::Declined), ..Filters::default() };
    let page = Page { search: "today".to_owned(), filters, ..Page::default() };
    let query = page.query(&texts, &clock);
    assert_eq!(query.since, Some("2026-03-12T23:00:00Z".parse().unwrap()));
    assert_eq!(query.until, Some("2026-03-13T23:00:00Z".parse().unwrap()));
    assert_eq!((query.ending, query.limit), (Some(Ending::Declined), PAGE));
    let today = query.search.iter().find_map(|clue| clue.begins());
    assert_eq!(today, query.until);
}

#[test]
fn the_list_follows_new_payments_at_its_top_and_says_so_further_down() {
    let mut shop = Shop::with(200);
    shop.journal.fill([sale(201)]).unwrap();
    shop.happens();
    assert!(shop.shows(201));
    shop.scroll(2_000.0);
    shop.pages.clear();
    shop.journal.fill([sale(202)]).unwrap();
    shop.happens();
    shop.happens();
    assert!(shop.pages.is_empty(), "nothing is read again down there");
    assert!(shop.hand.sees_part("New payments"));
    shop.click("history-news");
    assert!(shop.shows(202) && !shop.hand.sees_part("New payments"));
}

#[test]
fn a_late_answer_to_an_older_search_changes_nothing() {
    let mut hand = Hand::at(terminal("front"));
    hand.go_to(Place::History);
    hand.type_into("search", "43");
    history_of(&mut hand, "4", vec![record("K7M2-9", "front")]);
    assert!(!hand.has("row-K7M2-9"));
    let rows: Vec<PaymentRecord> = vec![record("K7M2-8", "front")];
    history_of(&mut hand, "43", rows);
    assert!(hand.has("row-K7M2-8"));
}
