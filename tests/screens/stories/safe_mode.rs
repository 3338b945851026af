//! Somebody broke the settings by hand: the window says where, and offers the ways out.

use checkstand::gui::app;
use checkstand::gui::screens::safe_mode;
use checkstand::settings::{Mending, Settings, SettingsError, check_settings};
use checkstand::terminal::settings_rules;

use super::*;
use crate::hand::now;

const WRONG: &str = "{\n  \"terminals\": [\n    {\"name\": \"front\", \"protocol\": \"telepathy\"},\n    \
                     {\"name\": \"front\", \"protocol\": \"valor\", \"fields\": {\"host\": \"10.0.0.7\"}}\n  ]\n}\n";

fn error(text: &str) -> SettingsError {
    check_settings(std::path::Path::new("settings.json"), text, &settings_rules()).unwrap_err()
}

fn said(hand: &mut Hand, message: safe_mode::Message) -> Vec<Effect> {
    hand.feed(app::Message::SafeMode(message))
}

pub fn settings_are_mended(tale: &Tale) {
    let mut hand = tale.reading(Hand::in_safe_mode(tale.language, error(WRONG)));
    tale.sees(&hand, &["window-safe-mode", "window-safe-mode-no-payment", "window-safe-mode-kept"]);
    tale.sees(
        &hand,
        &["window-safe-mode-no-last-good", "window-safe-mode-again", "window-safe-mode-empty", "window-leave"],
    );
    tale.reads(&hand, &tale.with("settings-faulty", &[("file", "settings.json")]));
    let fault = tale.with("settings-fault-unknown-protocol", &[("terminal", "front"), ("protocol", "telepathy")]);
    tale.reads(&hand, &tale.with("settings-fault-at", &[("line", "3"), ("column", "35"), ("fault", &fault)]));
    tale.reads(&hand, &tale.with("window-safe-mode-others", &[("faults", "1")]));
    tale.reads(&hand, "   3 |     {\"name\": \"front\", \"protocol\": \"telepathy\"},");
    said(&mut hand, safe_mode::Message::LastGoodFound(Some(now())));
    hand.click("last-good");
    no_payment_is_possible(tale, &mut hand);
    every_way_out_is_taken(tale);
}

/// The keys of the counter mean nothing here.
fn no_payment_is_possible(tale: &Tale, hand: &mut Hand) {
    assert!(hand.typewrite("1250").is_empty());
    tale.sees(hand, &["window-safe-mode"]);
}

fn every_way_out_is_taken(tale: &Tale) {
    for (button, how) in [("last-good", Mending::LastGood), ("again", Mending::ReadAgain), ("empty", Mending::Empty)] {
        let mut hand = tale.reading(Hand::in_safe_mode(tale.language, error("{")));
        said(&mut hand, safe_mode::Message::LastGoodFound(Some(now())));
        assert_eq!(hand.click(button), [Effect::Mend(how)]);
        assert!(said(&mut hand, safe_mode::Message::Chosen(Mending::Empty)).is_empty(), "one thing at a time");
        said(&mut hand, safe_mode::Message::Mended(Err(error("{\"version\": 99}"))));
        tale.reads(&hand, &tale.with("settings-newer", &[("file", "settings.json"), ("version", "99")]));
        assert_eq!(hand.tap(Named::Enter), [Effect::Mend(Mending::ReadAgain)]);
        let settings = Settings { language: Some(tale.language.to_owned()), ..Settings::default() };
        let opened = said(&mut hand, safe_mode::Message::Mended(Ok(Box::new(settings.clone()))));
        assert_eq!(opened, [Effect::OpenWith(Box::new(settings))]);
        tale.sees(&hand, &["window-opening"]);
    }
    let mut hand = tale.reading(Hand::in_safe_mode(tale.language, error("{")));
    assert_eq!(hand.click("leave"), [Effect::Close]);
}
