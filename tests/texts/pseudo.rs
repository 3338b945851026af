//! The language nobody speaks.

use checkstand::domain::{Currency, Money};
use checkstand::texts::{LOCALES, Texts};

use crate::files::{messages, placeables, words};

#[test]
fn the_pseudo_locale_dresses_every_text_and_leaves_what_is_put_in() {
    let texts = Texts::pseudo();
    assert_eq!(texts.get("window-day-read"), "[Ŕéåð ŕéþöŕţ ····]");
    let pay = texts.with("window-pay-card", &[("amount", "12.50 SEK")]);
    assert_eq!(pay, "[Çåŕð 12.50 SEK  Éñţéŕ ····]");
    assert_eq!(texts.money(Money::new(123_450, Currency::SEK)), "1,234.50 SEK");
}

#[test]
fn no_text_of_the_pseudo_locale_has_a_plain_letter_and_all_are_longer() {
    let (plain, pseudo) = (Texts::new(Some("en-GB")), Texts::pseudo());
    for (key, text) in messages(LOCALES[0].source) {
        let names: Vec<_> = placeables(&text).into_iter().collect();
        let put_in: Vec<_> = names.iter().map(|name| (name.as_str(), "7")).collect();
        let [before, after] = [&plain, &pseudo].map(|texts| texts.with(&key, &put_in));
        assert!(!after.chars().any(|c| c.is_ascii_alphabetic()), "{key}: {after}");
        assert_eq!(after.matches('7').count(), before.matches('7').count(), "{key}: {after}");
        let letters = words(&text).chars().filter(|c| c.is_alphabetic()).count();
        assert!(after.chars().count() * 10 >= before.chars().count() * 10 + letters * 4, "{key}: {after}");
        assert_eq!(letters > 0, after.starts_with('[') && after.ends_with(']'), "{key}: {after}");
    }
}
