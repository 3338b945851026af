//! An installer looks for terminals in the network.

use std::net::Ipv4Addr;

use checkstand::domain::Identity;
use checkstand::gui::screens::search::{self, Plan};
use checkstand::protocols::protocol::FieldValues;
use checkstand::search::{Hit, Network, Progress, Stretch};

use super::*;

pub fn plan(network: &str) -> Plan {
    let stretch: Stretch = network.parse::<Network>().unwrap().stretch();
    let families = vec!["protocol-valor", "protocol-nexo", "protocol-p3"];
    Plan { stretches: vec![stretch], families, ports: vec![5000, 11_000, 4245] }
}

fn hit(last: u8, certain: bool) -> Hit {
    let mut fields = FieldValues::default();
    fields.set("host", &format!("192.168.7.{last}"));
    let identity = Identity::default().with("EPI", &format!("231004567{last}"));
    Hit {
        protocol: "valor",
        name_key: "protocol-valor",
        address: Ipv4Addr::new(192, 168, 7, last),
        port: 5000,
        certain,
        identity: if certain { identity } else { Identity::default() },
        fields,
    }
}

fn heard(hand: &mut Hand, message: search::Message) -> Vec<Effect> {
    hand.tell(desk::Message::Search(message))
}

fn opened(tale: &Tale) -> Hand {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.go_to(Place::Settings);
    hand.click("terminals");
    assert_eq!(hand.click("terminal-find"), [Effect::PlanSearch]);
    hand
}

/// A search that runs and has found three.
pub fn finding(mut hand: Hand) -> Hand {
    hand.tell(desk::Message::PlacePressed(Place::Search));
    heard(&mut hand, search::Message::Planned(Ok(plan("192.168.7.20/24"))));
    hand.click("search-start");
    heard(&mut hand, search::Message::Heard(Progress::Asked { done: 300, of: 762 }, None));
    heard(&mut hand, search::Message::Heard(Progress::Found(hit(2, true)), Some("front".to_owned())));
    heard(&mut hand, search::Message::Heard(Progress::Found(hit(5, true)), None));
    heard(&mut hand, search::Message::Heard(Progress::Found(hit(9, false)), None));
    hand
}

pub fn an_installer_looks_for_terminals(tale: &Tale) {
    nothing_is_asked_before_the_button(tale);
    answers_come_and_are_set_up(tale);
    a_search_is_stopped(tale);
    where_there_is_nothing_to_search_it_is_said(tale);
}

fn nothing_is_asked_before_the_button(tale: &Tale) {
    let mut hand = opened(tale);
    assert!(hand.click("search-start").is_empty(), "nobody knows yet what would be asked");
    assert!(heard(&mut hand, search::Message::Planned(Ok(plan("10.1.4.9/16")))).is_empty());
    tale.sees(&hand, &["window-search-title", "window-search-start", "window-search-narrowed"]);
    tale.sees(&hand, &["window-search-quiet-hour"]);
    tale.reads(&hand, &tale.with("window-search-networks", &[("networks", "10.1.4.0/24")]));
    let families = ["protocol-valor", "protocol-nexo", "protocol-p3"].map(|key| tale.get(key)).join(", ");
    let placeables = [("families", families.as_str()), ("ports", "5000, 11000, 4245")];
    tale.reads(&hand, &tale.with("window-search-families", &placeables));
    assert!(hand.tap(Named::Escape).is_empty());
    assert_eq!(hand.desk().place(), Place::Terminals);
}

fn answers_come_and_are_set_up(tale: &Tale) {
    let mut hand = finding(tale.at(vec![terminal("front")]));
    tale.sees(&hand, &["window-search-stop", "window-search-new", "window-search-perhaps"]);
    tale.reads(&hand, &tale.with("window-search-known", &[("terminal", "front")]));
    for words in ["192.168.7.2:5000", "EPI 2310045675"] {
        tale.reads(&hand, words);
    }
    hand.click("answer-192.168.7.2-5000");
    assert_eq!(hand.desk().place(), Place::Search, "it is set up already");
    assert!(hand.click("answer-192.168.7.5-5000").contains(&Effect::StopSearch));
    assert_eq!(hand.desk().place(), Place::Terminals);
    assert!(hand.has("terminal-save"), "its form is filled with what it told");
    hand.tell(desk::Message::PlacePressed(Place::Search));
    heard(&mut hand, search::Message::Ended { whole: true });
    tale.sees(&hand, &["window-search-ended", "window-search-start"]);
    assert!(heard(&mut hand, search::Message::Planned(Ok(plan("192.168.7.20/24")))).is_empty());
    assert_eq!(hand.click("search-start"), [Effect::StartSearch]);
    assert!(!hand.sees_part("192.168.7.5:5000"), "a new search begins with nothing");
    heard(&mut hand, search::Message::Ended { whole: true });
    tale.sees(&hand, &["window-search-nobody"]);
}

fn a_search_is_stopped(tale: &Tale) {
    let mut hand = finding(tale.at(vec![terminal("front")]));
    assert_eq!(hand.click("search-stop"), [Effect::StopSearch]);
    tale.sees(&hand, &["window-search-unfinished"]);
    heard(&mut hand, search::Message::Heard(Progress::Found(hit(77, true)), None));
    assert!(!hand.sees_part("192.168.7.77"), "it was on its way when the search was stopped");
    hand.click("search-start");
    assert_eq!(hand.tap(Named::Escape), [Effect::StopSearch], "Esc stops it first");
    assert!(hand.click("back").is_empty());
    assert_eq!(hand.desk().place(), Place::Terminals);
    let mut hand = finding(tale.at(vec![terminal("front")]));
    hand.go_to(Place::Counter);
    hand.tell(desk::Message::PlacePressed(Place::Search));
    heard(&mut hand, search::Message::Planned(Ok(plan("192.168.7.20/24"))));
    tale.sees(&hand, &["window-search-stop"]);
}

fn where_there_is_nothing_to_search_it_is_said(tale: &Tale) {
    let mut hand = opened(tale);
    heard(&mut hand, search::Message::Planned(Ok(Plan { stretches: Vec::new(), ..plan("10.0.0.1/24") })));
    tale.sees(&hand, &["window-search-no-network"]);
    assert!(hand.click("search-start").is_empty());
    heard(&mut hand, search::Message::Planned(Err("Function not implemented".to_owned())));
    tale.reads(&hand, &tale.with("window-search-no-plan", &[("problem", "Function not implemented")]));
}
