//! A terminal does not answer any more: an installer looks for it at another address, and says whether that counts.

use std::net::Ipv4Addr;

use checkstand::doctor::{Check, Judgement, Told};
use checkstand::domain::Identity;
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::screens::search;
use checkstand::gui::search_again_link::{Moved, Sought};
use checkstand::gui::setting_up::{Done, KnownTerminals, News, SetUpOrder};
use checkstand::protocols::protocol::FieldValues;
use checkstand::search::{Hit, Network, Progress, Stretch};
use checkstand::settings::TerminalSettings;
use checkstand::terminal::Session;

use super::terminals::{finding, news};
use super::*;

const EPI: &str = "2310045675";

pub fn known() -> TerminalSettings {
    let mut fields = FieldValues::default();
    fields.set("host", "192.168.7.5");
    let identity = Identity::default().with("EPI", EPI);
    TerminalSettings { identity, ..TerminalSettings::new("front", "valor", fields) }
}

pub fn moved() -> Box<Moved> {
    let hit = Hit {
        protocol: "valor",
        name_key: "protocol-valor",
        address: Ipv4Addr::new(192, 168, 7, 23),
        port: 5000,
        certain: true,
        identity: Identity::default().with("EPI", EPI),
        fields: FieldValues::default(),
    };
    Box::new(Moved { known: known(), from: "192.168.7.5:5000".to_owned(), hit })
}

/// The views of the till when the terminal does not answer.
pub fn away() -> Vec<TerminalView> {
    let mut view = terminal("front");
    view.session = Some(Session::Offline(Explanation::new("explain-link-unreachable", Fault::Link)));
    vec![view]
}

/// At the list of terminals, of which one is set up.
pub fn at_the_list(mut hand: Hand) -> Hand {
    hand.go_to(Place::Settings);
    hand.click("terminals");
    let known = KnownTerminals { terminals: vec![known()], default: Some("front".to_owned()), currency: None };
    news(&mut hand, News::Read(Ok(known)));
    hand
}

pub fn heard(hand: &mut Hand, sought: Sought) {
    assert!(news(hand, News::Sought("front".to_owned(), sought)).is_empty());
}

/// The search for it has begun.
pub fn seeking(hand: Hand) -> Hand {
    let mut hand = at_the_list(hand);
    assert_eq!(hand.click("terminal-find-again-front"), [Effect::FindAgain("front".to_owned())]);
    hand
}

pub fn a_terminal_is_found_again(tale: &Tale) {
    it_moves_after_somebody_said_yes(tale);
    a_payment_in_doubt_keeps_it_where_it_is(tale);
    it_is_where_it_was_or_nowhere(tale);
    the_search_is_stopped_and_begun_again(tale);
    a_test_leads_to_it(tale);
    only_who_can_be_told_from_others_is_looked_for(tale);
    there_is_one_search_at_a_time(tale);
}

fn it_moves_after_somebody_said_yes(tale: &Tale) {
    let mut hand = seeking(tale.at(away()));
    tale.reads(&hand, &tale.with("window-find-again-title", &[("terminal", "front")]));
    let about = [("terminal", "front"), ("identity", &format!("EPI {EPI}"))];
    tale.reads(&hand, &tale.with("window-find-again-about", &about));
    tale.sees(&hand, &["window-search-stop"]);
    heard(&mut hand, Sought::Asked { done: 100, of: 254 });
    heard(&mut hand, Sought::Moved(moved()));
    let words = [about[0], about[1], ("from", "192.168.7.5:5000"), ("to", "192.168.7.23:5000")];
    tale.reads(&hand, &tale.with("window-find-again-moved", &words));
    tale.sees(&hand, &["window-find-again-take", "window-find-again-leave"]);
    assert!(hand.tap(Named::Enter).is_empty(), "a key that is pressed by habit moves nothing");
    assert_eq!(hand.tap(Named::F4), [Effect::SetUp(SetUpOrder::Move(moved()))]);
    assert!(!hand.has("find-again-take"), "it is said once");
    let effects = news(&mut hand, News::Done(Ok(Done::Moved("front".to_owned()))));
    assert_eq!(effects, [Effect::SetUp(SetUpOrder::Read), Effect::TakeUpSettings(["front".to_owned()].into())]);
    let mut hand = seeking(tale.at(away()));
    heard(&mut hand, Sought::Moved(moved()));
    assert_eq!(hand.click("find-again-leave"), [Effect::SetUp(SetUpOrder::Read)], "nothing was changed");
}

fn a_payment_in_doubt_keeps_it_where_it_is(tale: &Tale) {
    let mut hand = seeking(tale.at(away()));
    heard(&mut hand, Sought::Moved(moved()));
    hand.click("find-again-take");
    let terminal = ("terminal", Placeable::Words("front".to_owned()));
    let payment = ("payment", Placeable::Payment(id("K7M2-41")));
    let open = Problem { placeables: vec![terminal, payment], ..Problem::new("window-terminal-payment-open") };
    news(&mut hand, News::Done(Err(open)));
    let words = [("terminal", "front"), ("payment", "K7M2-41")];
    tale.reads(&hand, &tale.with("window-terminal-payment-open", &words));
}

fn it_is_where_it_was_or_nowhere(tale: &Tale) {
    let mut hand = seeking(tale.at(away()));
    heard(&mut hand, Sought::Here("192.168.7.5:5000".to_owned()));
    let words = [("terminal", "front"), ("address", "192.168.7.5:5000")];
    tale.reads(&hand, &tale.with("window-find-again-here", &words));
    let several = ("addresses", Placeable::Words("192.168.7.5:5000, 192.168.7.9:5000".to_owned()));
    for (key, more) in [
        ("window-find-again-nobody", None),
        ("window-find-again-others", None),
        ("window-find-again-several", Some(several)),
        ("window-find-again-unknown", None),
    ] {
        tale.sees(&hand, &["window-find-again-repeat"]);
        assert_eq!(hand.tap(Named::F1), [Effect::FindAgain("front".to_owned())]);
        let terminal = ("terminal", Placeable::Words("front".to_owned()));
        let placeables = [terminal].into_iter().chain(more).collect();
        heard(&mut hand, Sought::NotFound(Problem { placeables, ..Problem::new(key) }));
        let words = [("terminal", "front"), ("addresses", "192.168.7.5:5000, 192.168.7.9:5000")];
        tale.reads(&hand, &tale.with(key, &words));
    }
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-terminals-title"]);
}

fn the_search_is_stopped_and_begun_again(tale: &Tale) {
    let mut hand = seeking(tale.at(away()));
    hand.go_to(Place::Counter);
    hand.tell(desk::Message::PlacePressed(Place::Terminals));
    tale.sees(&hand, &["window-search-stop"]);
    assert_eq!(hand.click("search-stop"), [Effect::StopSearch]);
    tale.sees(&hand, &["window-search-unfinished"]);
    heard(&mut hand, Sought::Moved(moved()));
    assert!(!hand.has("find-again-take"), "it was on its way when the search was stopped");
    assert_eq!(hand.click("find-again-repeat"), [Effect::FindAgain("front".to_owned())]);
    assert_eq!(hand.tap(Named::Escape), [Effect::StopSearch], "Esc stops it first");
    assert_eq!(hand.tap(Named::Escape), [Effect::SetUp(SetUpOrder::Read)]);
}

fn a_test_leads_to_it(tale: &Tale) {
    let mut hand = at_the_list(tale.at(away()));
    hand.click("terminal-test-front");
    let tell = |hand: &mut Hand, told| news(hand, News::Told("front".to_owned(), told));
    tell(&mut hand, Told::Found(finding(Check::Session, Judgement::Fine, "doctor-session-fine")));
    tale.lacks(&hand, &["window-find-again"]);
    let fault = finding(Check::Port, Judgement::Fault(Fault::Link), "doctor-session-no-answer");
    tell(&mut hand, Told::Found(fault));
    news(&mut hand, News::Examined("front".to_owned()));
    tale.sees(&hand, &["window-find-again"]);
    assert_eq!(hand.tap(Named::F3), [Effect::FindAgain("front".to_owned())]);
}

fn only_who_can_be_told_from_others_is_looked_for(tale: &Tale) {
    let hand = at_the_list(tale.at(vec![terminal("front")]));
    assert!(!hand.has("terminal-find-again-front"), "it answers");
    let mut hand = at_the_list(tale.at(away()));
    let stranger = TerminalSettings { identity: Identity::default(), ..known() };
    news(&mut hand, News::Read(Ok(KnownTerminals { terminals: vec![stranger], default: None, currency: None })));
    assert!(!hand.has("terminal-find-again-front"));
    hand.click("terminal-test-front");
    let fault = finding(Check::Port, Judgement::Fault(Fault::Link), "doctor-session-no-answer");
    news(&mut hand, News::Told("front".to_owned(), Told::Found(fault)));
    news(&mut hand, News::Examined("front".to_owned()));
    assert!(hand.tap(Named::F3).is_empty());
}

fn there_is_one_search_at_a_time(tale: &Tale) {
    let mut hand = seeking(tale.at(away()));
    hand.tell(desk::Message::PlacePressed(Place::Search));
    let stretch: Stretch = "192.168.7.0/24".parse::<Network>().unwrap().stretch();
    let plan = search::Plan { stretches: vec![stretch], families: vec!["protocol-valor"], ports: vec![5000] };
    hand.tell(desk::Message::Search(search::Message::Planned(Ok(plan))));
    assert_eq!(hand.click("search-start"), [Effect::StopSearch, Effect::StartSearch]);
    hand.tell(desk::Message::Search(search::Message::Heard(Progress::Asked { done: 1, of: 254 }, None)));
    hand.tell(desk::Message::PlacePressed(Place::Terminals));
    tale.sees(&hand, &["window-search-unfinished"]);
    let again = Effect::FindAgain("front".to_owned());
    assert_eq!(hand.click("find-again-repeat"), [Effect::StopSearch, again]);
    hand.tell(desk::Message::PlacePressed(Place::Search));
    tale.sees(&hand, &["window-search-start", "window-search-unfinished"]);
}
