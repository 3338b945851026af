//! An installer sets terminals up by the window alone.

use checkstand::doctor::{Check, Finding, Judgement, Told};
use checkstand::domain::Secret;
use checkstand::gui::problem::Problem;
use checkstand::gui::screens::terminal_fields as fields;
use checkstand::gui::screens::terminal_form;
use checkstand::gui::setting_up::{self, Done, KnownTerminals, News, SetUpOrder};
use checkstand::protocols::protocol::FieldValues;
use checkstand::settings::TerminalSettings;
use checkstand::terminal::setting_up::Wanted;

use super::*;

pub fn known() -> KnownTerminals {
    let with = |pairs: &[(&str, &str)]| {
        let mut fields = FieldValues::default();
        pairs.iter().for_each(|(field, text)| fields.set(field, text));
        fields
    };
    let front = TerminalSettings::new("front", "nexo", with(&[("host", "10.0.0.7"), ("poi_id", "P")]));
    let mut paired = TerminalSettings::new("garden", "econduit", with(&[("terminal_id", "2044")]));
    paired.secrets.insert("key".to_owned());
    let cloud = TerminalSettings::new("back", "econduit", FieldValues::default());
    KnownTerminals { terminals: vec![front, cloud, paired], default: Some("front".to_owned()), currency: None }
}

pub fn news(hand: &mut Hand, news: News) -> Vec<Effect> {
    hand.tell(desk::Message::SettingUp(setting_up::Message::News(news)))
}

/// At the list, with these terminals.
pub fn at_the_list(hand: &mut Hand) {
    hand.go_to(Place::Settings);
    hand.click("terminals");
    news(hand, News::Read(Ok(known())));
}

fn at(tale: &Tale) -> Hand {
    let mut hand = tale.at(vec![terminal("front"), terminal("back")]);
    hand.size = iced::Size::new(1280.0, 2200.0);
    hand
}

fn saved(effects: &[Effect]) -> Wanted {
    let [Effect::SetUp(SetUpOrder::Save(wanted))] = effects else { panic!("{effects:?}") };
    (**wanted).clone()
}

pub fn terminals_are_set_up(tale: &Tale) {
    the_first_one_is_added(tale);
    what_is_wrong_is_said_under_its_field(tale);
    those_there_are_are_changed(tale);
    one_is_paired(tale);
    one_is_tested(tale);
}

fn the_first_one_is_added(tale: &Tale) {
    let mut hand = at(tale);
    hand.go_to(Place::Settings);
    assert_eq!(hand.tap(Named::F2), [Effect::SetUp(SetUpOrder::Read)]);
    tale.sees(&hand, &["window-terminals-title", "window-terminals-none", "window-terminals-find"]);
    assert_eq!(hand.click("terminal-find"), [Effect::PlanSearch]);
    hand.click("back");
    hand.tap(Named::F1);
    tale.sees(
        &hand,
        &["window-terminals-family", "window-terminals-family-hint", "protocol-nexo", "protocol-econduit"],
    );
    assert_eq!(hand.typewrite("1"), [Effect::Focus("host")], "its number chooses it");
    tale.sees(&hand, &["window-terminals-new", "window-terminals-name", "window-terminals-name-help"]);
    tale.lacks(&hand, &["window-terminals-missing"]);
    assert_eq!(hand.tap(Named::Enter), [Effect::Focus("host")]);
    tale.sees(&hand, &["window-terminals-missing"]);
    hand.type_into("host", "10.0.0.7");
    hand.type_into("poi_id", "P-1");
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-terminals-unsaved", "window-terminals-stay"]);
    hand.tap(Named::Escape);
    tale.lacks(&hand, &["window-terminals-unsaved"]);
    let wanted = saved(&hand.tap(Named::Enter));
    tale.sees(&hand, &["window-terminals-saving"]);
    assert_eq!((wanted.name, wanted.new, wanted.default), (tale.get("window-terminals-first-name"), true, true));
    assert_eq!(wanted.fields.iter().collect::<Vec<_>>(), [("host", "10.0.0.7"), ("poi_id", "P-1")]);
    news(&mut hand, News::Done(Err(Problem::new("window-terminal-ended"))));
    tale.sees(&hand, &["window-terminal-ended"]);
    // The first letter takes the complaint away, and the next ones still find the field.
    hand.tab_to("poi_id");
    hand.type_focused("234", 150);
    assert_eq!(hand.focused(), Some("poi_id".into()));
    let wanted = saved(&hand.tap(Named::Enter));
    assert_eq!(wanted.fields.text("poi_id").map(str::len), Some(6));
    news(&mut hand, News::Done(Err(Problem::new("window-terminal-ended"))));
    saved(&hand.click("terminal-save"));
    let effects = news(&mut hand, News::Done(Ok(Done::Saved("front".to_owned()))));
    let renewed = ["front".to_owned()].into();
    assert_eq!(effects, [Effect::SetUp(SetUpOrder::Read), Effect::TakeUpSettings(renewed)]);
}

fn what_is_wrong_is_said_under_its_field(tale: &Tale) {
    let mut hand = at(tale);
    at_the_list(&mut hand);
    let form = |hand: &mut Hand, message: fields::Message| {
        let message = setting_up::Message::Form(terminal_form::Message::Field(message));
        hand.tell(desk::Message::SettingUp(message));
    };
    let typed = |hand: &mut Hand, field: &'static str, text: &str| {
        form(hand, fields::Message::Typed(field, text.to_owned()));
    };
    hand.tap(Named::F1);
    hand.click("family-nexo");
    for (field, text, key) in [
        ("host", "http://x", "window-terminals-wrong-host"),
        ("port", "0", "window-terminals-wrong-port"),
        ("listener", "here", "window-terminals-wrong-address"),
        ("currency", "kronor", "window-terminals-wrong-currency"),
        ("maintenance_at", "25:00", "window-terminals-wrong-time"),
    ] {
        if field == "maintenance_at" {
            tale.sees(&hand, &["window-terminals-more"]);
            hand.tap(Named::F2);
            tale.sees(&hand, &["window-terminals-less"]);
        }
        typed(&mut hand, field, text);
        tale.sees(&hand, &[key]);
    }
    typed(&mut hand, "poi_id", &"x".repeat(33));
    tale.reads(&hand, &tale.with("window-terminals-wrong-text", &[("most", "32")]));
    assert!(hand.has("listener"));
    hand.click("integration-light");
    assert!(!hand.has("listener"), "it means nothing there");
    hand.tap(Named::Escape);
    hand.tap(Named::F4);
    hand.tap(Named::F1);
    hand.click("family-econduit");
    hand.click("role-terminal");
    hand.tap(Named::F2);
    typed(&mut hand, "heartbeat", "1");
    tale.reads(&hand, &tale.with("window-terminals-wrong-number", &[("least", "5"), ("most", "120")]));
    hand.click("role-pos");
    form(&mut hand, fields::Message::SecretTyped("key", Secret::new("a\u{1}")));
    tale.sees(&hand, &["window-terminals-wrong"]);
    hand.tap(Named::Escape);
    tale.reads(&hand, &tale.get("window-terminals-discard"));
    hand.click("form-leave");
}

fn those_there_are_are_changed(tale: &Tale) {
    let mut hand = at(tale);
    at_the_list(&mut hand);
    tale.sees(&hand, &["window-terminals-default", "window-terminals-make-default", "window-terminals-test"]);
    tale.reads(&hand, "10.0.0.7:11000");
    assert_eq!(hand.click("terminal-edit-front"), [Effect::Focus("host")]);
    tale.reads(&hand, &tale.with("window-terminals-change", &[("terminal", "front")]));
    let wanted = saved(&hand.click("terminal-save"));
    assert_eq!((wanted.name.as_str(), wanted.new, wanted.default), ("front", false, true));
    news(&mut hand, News::Done(Ok(Done::MadeDefault)));
    let default = hand.click("terminal-default-garden");
    assert_eq!(default, [Effect::SetUp(SetUpOrder::MakeDefault("garden".to_owned()))]);
    news(&mut hand, News::Done(Err(Problem::new("window-terminal-ended"))));
    tale.sees(&hand, &["window-terminal-ended"]);
    hand.click("terminal-remove-front");
    tale.reads(&hand, &tale.with("window-terminals-remove-really", &[("terminal", "front")]));
    tale.sees(&hand, &["window-close"]);
    hand.tap(Named::Escape);
    hand.click("terminal-remove-front");
    assert_eq!(hand.tap(Named::F4), [Effect::SetUp(SetUpOrder::Remove("front".to_owned()))]);
    news(&mut hand, News::Done(Ok(Done::Removed("front".to_owned()))));
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-settings-title"]);
}

fn one_is_paired(tale: &Tale) {
    let mut hand = at(tale);
    at_the_list(&mut hand);
    tale.sees(&hand, &["window-terminals-pair", "window-terminals-unpair"]);
    assert!(hand.has("terminal-pair-garden"), "what pairing gave may have been taken back");
    assert!(hand.click("terminal-unpair-garden").is_empty());
    tale.reads(&hand, &tale.with("window-terminals-unpair-really", &[("terminal", "garden")]));
    assert_eq!(hand.click("terminal-yes"), [Effect::SetUp(SetUpOrder::Unpair("garden".to_owned()))]);
    news(&mut hand, News::Done(Ok(Done::Unpaired("garden".to_owned()))));
    hand.click("terminal-edit-garden");
    assert!(!hand.has("window-terminals-secret-set"));
    hand.tap(Named::Escape);
    assert_eq!(hand.click("terminal-pair-back"), [Effect::Focus("serial_number")]);
    tale.reads(&hand, &tale.with("window-terminals-pairing", &[("terminal", "back")]));
    tale.sees(&hand, &["field-serial-number-help"]);
    for field in ["serial_number", "reference_id", "business_name", "contact_name", "address", "city", "zip_code"] {
        hand.type_into(field, "7");
    }
    hand.type_into("email", "a");
    hand.type_into("phone", "1");
    let effects = hand.tap(Named::Enter);
    let [Effect::SetUp(SetUpOrder::Pair(name, told))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((name.as_str(), told.text("serial_number")), ("back", Some("7")));
    news(&mut hand, News::Done(Ok(Done::Paired("back".to_owned()))));
}

pub fn finding(check: Check, judgement: Judgement, key: &str) -> Finding {
    Finding { check, judgement, key: key.to_owned(), words: Vec::new(), detail: None, took: Default::default() }
}

fn one_is_tested(tale: &Tale) {
    let mut hand = at(tale);
    at_the_list(&mut hand);
    let tell = |hand: &mut Hand, told: Told| news(hand, News::Told("front".to_owned(), told));
    assert_eq!(hand.click("terminal-test-front"), [Effect::TestTerminal("front".to_owned())]);
    tale.reads(&hand, &tale.with("window-terminals-testing", &[("terminal", "front")]));
    tale.sees(&hand, &["window-terminals-test-runs"]);
    for check in Check::ALL {
        tell(&mut hand, Told::Looking(check));
        tale.sees(&hand, &[&format!("doctor-check-{}", check.word())]);
    }
    tell(&mut hand, Told::Found(finding(Check::Session, Judgement::Fine, "doctor-session-fine")));
    tell(&mut hand, Told::Found(finding(Check::Clock, Judgement::Doubt, "doctor-session-fine")));
    news(&mut hand, News::Examined("front".to_owned()));
    tale.sees(&hand, &["window-terminals-test-doubt", "doctor-session-fine", "window-terminals-edit"]);
    assert_eq!(hand.tap(Named::F1), [Effect::TestTerminal("front".to_owned())]);
    let fault = finding(Check::Session, Judgement::Fault(Fault::Link), "doctor-session-no-answer");
    tell(&mut hand, Told::Found(Finding { detail: Some("os error 111".to_owned()), ..fault }));
    news(&mut hand, News::Examined("front".to_owned()));
    tale.sees(&hand, &["window-terminals-test-again", "doctor-session-no-answer"]);
    let (check, cause) = (tale.get("doctor-check-session"), tale.get("doctor-session-no-answer"));
    let verdict = tale.with("window-terminals-test-fault", &[("check", &check), ("cause", &cause)]);
    tale.reads(&hand, &verdict);
    hand.tap(Named::F1);
    tell(&mut hand, Told::Found(finding(Check::Session, Judgement::Fine, "doctor-session-fine")));
    news(&mut hand, News::Examined("front".to_owned()));
    tale.sees(&hand, &["window-terminals-test-fine"]);
    assert_eq!(hand.tap(Named::F2), [Effect::Focus("host")], "what is wrong is mended at once");
    pairing_is_offered_where_it_is_missing(tale);
}

fn pairing_is_offered_where_it_is_missing(tale: &Tale) {
    let mut hand = at(tale);
    at_the_list(&mut hand);
    hand.click("terminal-test-back");
    let mut unpaired = finding(Check::Settings, Judgement::Fault(Fault::Settings), "doctor-settings-unpaired");
    unpaired.words = vec![("field", "key".to_owned())];
    hand.tell(desk::Message::SettingUp(setting_up::Message::News(News::Told(
        "back".to_owned(),
        Told::Found(unpaired),
    ))));
    assert!(hand.tap(Named::F4).is_empty(), "it is not over yet");
    news(&mut hand, News::Examined("back".to_owned()));
    let key = tale.get("field-key");
    tale.reads(&hand, &tale.with("doctor-settings-unpaired", &[("field", &key)]));
    assert_eq!(hand.tap(Named::F4), [Effect::Focus("serial_number")]);
}
