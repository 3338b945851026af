//! An installer asks an account which terminals it has, and chooses one of them.

use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::setting_up::{KnownTerminals, News, SetUpOrder};
use checkstand::search::account::ListedTerminal;
use checkstand::terminal::setting_up::Wanted;

use super::terminals::news;
use super::*;

const OURS: &str = "70031188";
const BESIDE: &str = "70031196";

/// The form of a terminal in the cloud, with everything by which its account can be asked.
pub fn filled(mut hand: Hand) -> Hand {
    hand.size = iced::Size::new(1280.0, 1800.0);
    hand.go_to(Place::Settings);
    hand.click("terminals");
    news(&mut hand, News::Read(Ok(KnownTerminals::default())));
    hand.click("terminal-add");
    hand.click("family-connect");
    hand.type_into("account", "hb442190gb01");
    hand.type_into("api_key", "5b1f6a0e");
    hand
}

fn asked(effects: &[Effect]) -> Wanted {
    let [Effect::ListAccount(wanted)] = effects else { panic!("{effects:?}") };
    (**wanted).clone()
}

fn listed() -> Vec<ListedTerminal> {
    let terminal = |id: &str, about: &str| ListedTerminal { id: id.to_owned(), about: about.to_owned() };
    vec![terminal(OURS, "AVAILABLE GBP"), terminal(BESIDE, "BUSY GBP")]
}

pub fn told(mut hand: Hand) -> Hand {
    asked(&hand.click("account-list"));
    assert!(news(&mut hand, News::Listed(Ok(listed()))).is_empty());
    hand
}

pub fn not_told(mut hand: Hand) -> Hand {
    asked(&hand.click("account-list"));
    let why = Explanation::new("explain-api-key-wrong", Fault::Settings);
    let placeables = vec![("text", Placeable::Explained(why)), ("fault", Placeable::Fault(Fault::Settings))];
    news(&mut hand, News::Listed(Err(Problem { placeables, ..Problem::new("window-account-not-listed") })));
    hand
}

pub fn an_account_says_its_terminals(tale: &Tale) {
    one_of_them_is_chosen(tale);
    what_is_missing_is_asked_for_first(tale);
    what_was_typed_since_leads_to_another_account(tale);
    an_account_that_says_nothing_is_explained(tale);
    only_where_an_account_can_be_asked(tale);
}

fn one_of_them_is_chosen(tale: &Tale) {
    let mut hand = filled(tale.at(vec![terminal("front")]));
    tale.sees(&hand, &["window-account-list", "window-account-help"]);
    let wanted = asked(&hand.click("account-list"));
    assert_eq!((wanted.protocol.as_str(), wanted.fields.text("account")), ("connect", Some("hb442190gb01")));
    assert!(wanted.secrets.iter().any(|(field, secret)| field == "api_key" && secret.is_some()));
    tale.sees(&hand, &["window-account-asked"]);
    assert!(hand.click("account-list").is_empty(), "it is asked once at a time");
    news(&mut hand, News::Listed(Ok(listed())));
    tale.sees(&hand, &["window-account-choose"]);
    tale.reads(&hand, &format!("{BESIDE}  BUSY GBP"));
    hand.click(&format!("account-{OURS}"));
    let saved = hand.click("terminal-save");
    let [Effect::SetUp(SetUpOrder::Save(wanted))] = saved.as_slice() else { panic!("{saved:?}") };
    assert_eq!(wanted.fields.text("terminal_id"), Some(OURS));
}

fn what_is_missing_is_asked_for_first(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.size = iced::Size::new(1280.0, 1800.0);
    hand.go_to(Place::Settings);
    hand.click("terminals");
    news(&mut hand, News::Read(Ok(KnownTerminals::default())));
    hand.click("terminal-add");
    hand.click("family-connect");
    assert_eq!(hand.click("account-list"), [Effect::Focus("api_key")]);
}

fn what_was_typed_since_leads_to_another_account(tale: &Tale) {
    let mut hand = filled(tale.at(vec![terminal("front")]));
    asked(&hand.click("account-list"));
    hand.type_into("account", "x");
    news(&mut hand, News::Listed(Ok(listed())));
    assert!(!hand.has(&format!("account-{OURS}")), "another account was asked");
    asked(&hand.click("account-list"));
    news(&mut hand, News::Listed(Ok(listed())));
    hand.type_into("terminal_id", "7");
    assert!(hand.has(&format!("account-{OURS}")), "it is the same account");
}

fn an_account_that_says_nothing_is_explained(tale: &Tale) {
    let hand = not_told(filled(tale.at(vec![terminal("front")])));
    let words = [("text", tale.get("explain-api-key-wrong")), ("fault", tale.get("cli-fault-settings"))];
    let words = words.each_ref().map(|(name, text)| (*name, text.as_str()));
    tale.reads(&hand, &tale.with("window-account-not-listed", &words));
    let mut hand = filled(tale.at(vec![terminal("front")]));
    hand.click("account-list");
    news(&mut hand, News::Listed(Ok(Vec::new())));
    tale.sees(&hand, &["window-account-none"]);
}

fn only_where_an_account_can_be_asked(tale: &Tale) {
    let mut hand = filled(tale.at(vec![terminal("front")]));
    hand.click("terminal-more");
    hand.click("kind-pat");
    assert!(!hand.has("account-list"), "its only line serves the tables");
    hand.tap(Named::Escape);
    hand.tap(Named::F4);
    hand.click("terminal-add");
    hand.click("family-valor");
    assert!(!hand.has("account-list"));
}
