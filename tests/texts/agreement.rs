//! What the languages say in the place of each other: as much, with the same things put in, and in their own words.

use std::collections::BTreeSet;

use checkstand::texts::{LOCALES, Texts};
use fluent_syntax::ast::{Expression, Pattern, PatternElement};

use crate::files::{expressions, full, keys, messages, pattern, placeables, resource, words};

/// Words that are the same in several languages; what consists of them alone, of digits and of signs is translated.
const SAME_EVERYWHERE: &str = include_str!("same_words.txt");

#[test]
fn every_file_is_read_without_a_fault_and_every_locale_has_a_name() {
    for locale in LOCALES {
        assert!(!resource(locale.source).body.is_empty(), "{}", locale.tag);
        assert!(!locale.name.is_empty());
    }
    let tags: BTreeSet<_> = Texts::locales().map(|(tag, _)| tag).collect();
    assert_eq!(tags.len(), LOCALES.len());
}

#[test]
fn an_overlay_has_only_texts_of_its_base_in_its_order_with_other_words() {
    for overlay in LOCALES.iter().filter(|locale| locale.overlay_of.is_some()) {
        let base = LOCALES.iter().find(|locale| Some(locale.tag) == overlay.overlay_of).unwrap();
        assert_eq!(base.overlay_of, None);
        let laid = keys(overlay.source);
        let order: Vec<_> = keys(base.source).into_iter().filter(|key| laid.contains(key)).collect();
        assert_eq!(laid, order, "{}", overlay.tag);
        let same = messages(overlay.source).into_iter().filter(|(key, text)| pattern(base.source, key) == *text);
        assert_eq!(same.map(|(key, _)| key).collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn the_same_things_are_put_into_a_text_in_every_language() {
    let mut differ = Vec::new();
    for locale in LOCALES {
        for ((key, text), english) in with_english(locale.source) {
            if placeables(&text) != placeables(&english) {
                differ.push(format!("{} {key}: {:?}", locale.tag, placeables(&text)));
            }
        }
    }
    assert_eq!(differ, Vec::<String>::new());
}

#[test]
fn every_selection_has_a_default_and_no_text_is_empty() {
    for locale in LOCALES {
        for (key, text) in messages(locale.source) {
            assert!(!words(&text).trim().is_empty() || !placeables(&text).is_empty(), "{} {key}", locale.tag);
            expressions(&text, &mut |expression| {
                if let Expression::Select { variants, .. } = expression {
                    assert_eq!(variants.iter().filter(|variant| variant.default).count(), 1, "{} {key}", locale.tag);
                }
            });
        }
    }
}

/// Keys of the keyboard stand behind two spaces on the window's buttons.
#[test]
fn every_language_names_a_key_of_the_keyboard_where_english_does() {
    let behind = |text: &Pattern<String>| {
        let mut literals = text.elements.iter().filter_map(|element| match element {
            PatternElement::TextElement { value } => Some(value),
            PatternElement::Placeable { .. } => None,
        });
        literals.any(|literal| literal.contains("  "))
    };
    for locale in LOCALES {
        for ((key, text), english) in with_english(locale.source).filter(|((key, _), _)| key.starts_with("window-")) {
            assert_eq!(behind(&text), behind(&english), "{} {key}", locale.tag);
        }
    }
}

/// The command line compares what was typed in lower case with these.
#[test]
fn what_is_typed_for_yes_is_never_typed_for_no() {
    for locale in full() {
        let typed = |key| words(&pattern(locale.source, key));
        let (yes, no) = (typed("cli-words-yes"), typed("cli-words-no"));
        assert_eq!((yes.to_lowercase(), no.to_lowercase()), (yes.clone(), no.clone()), "{}", locale.tag);
        assert!(!yes.split_whitespace().any(|word| no.split_whitespace().any(|other| other == word)), "{}", locale.tag);
    }
}

#[test]
fn nothing_is_left_in_english() {
    let same = SAME_EVERYWHERE.lines().filter(|line| !line.starts_with('#')).map(str::to_lowercase);
    let same: BTreeSet<String> = same.collect();
    let foreign = full().filter(|locale| locale.language() != "en");
    let mut english_still = Vec::new();
    for locale in foreign {
        for ((key, text), english) in with_english(locale.source) {
            let known = |word: &str| same.contains(word) || same.contains(&format!("{}: {word}", locale.tag));
            let words = words(&text);
            // Data, and nobody's words.
            let is_data = key == "date-order";
            if text == english && !is_data && !letters(&words.to_lowercase()).all(known) {
                english_still.push(format!("{} {key} = {words}", locale.tag));
            }
        }
    }
    assert_eq!(english_still, Vec::<String>::new());
}

fn letters(words: &str) -> impl Iterator<Item = &str> {
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic))
}

fn with_english(source: &str) -> impl Iterator<Item = ((String, Pattern<String>), Pattern<String>)> {
    let english: std::collections::BTreeMap<_, _> = messages(LOCALES[0].source).into_iter().collect();
    messages(source).into_iter().filter_map(move |(key, text)| {
        let english = english.get(&key)?.clone();
        Some(((key, text), english))
    })
}
