//! A story in one of two languages. After every step somebody reads both screens: nothing is a raw key, nothing has a hole,
//! nothing is said in the other language. In the end every text of the story's screens has been read.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use checkstand::texts::{LOCALES, Texts};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::super::*;

pub const ENGLISH: &str = "en-GB";
pub const GERMAN: &str = "de";

/// So many letters of a text's own tell which language it is in.
const LETTERS_AT_LEAST: usize = 2;
/// Between the parts of which lines are put together.
const SEAMS: [&str; 6] = ["  ·  ", " · ", "   ", "  ", ": ", " ("];
/// Words that begin like this are keys of texts; a till shows the ones it lacks.
const AREAS: [&str; 13] = [
    "window-",
    "explain-",
    "refusal-",
    "display-",
    "customer-",
    "journal-",
    "bill-error-",
    "operator-",
    "operators-",
    "prices-",
    "receipt-",
    "till-",
    "secrets-",
];

/// A text as its file has it: what stands between what is put in.
struct Phrase {
    key: String,
    pieces: Vec<String>,
}

impl Phrase {
    fn of(key: String, pattern: &Pattern<String>) -> Phrase {
        let mut pieces = vec![String::new()];
        for element in &pattern.elements {
            let last = pieces.last_mut().unwrap();
            match element {
                PatternElement::TextElement { value } => last.push_str(value),
                PatternElement::Placeable {
                    expression: Expression::Inline(InlineExpression::StringLiteral { value }),
                } => last.push_str(&value.replace("\\u00A0", "\u{a0}")),
                PatternElement::Placeable { .. } => pieces.push(String::new()),
            }
        }
        Phrase { key, pieces }
    }

    fn is_telling(&self) -> bool {
        let letters = |piece: &String| piece.chars().filter(|letter| letter.is_alphabetic()).count();
        self.pieces.len() == 1 || self.pieces.iter().map(letters).sum::<usize>() >= LETTERS_AT_LEAST
    }

    fn is(&self, text: &str) -> bool {
        let (first, rest) = self.pieces.split_first().unwrap();
        let Some((last, between)) = rest.split_last() else { return text == first };
        let Some(mut left) = text.strip_prefix(first.as_str()).and_then(|text| text.strip_suffix(last.as_str())) else {
            return false;
        };
        between.iter().all(|piece| {
            let found = left.split_once(piece.as_str());
            left = found.map_or("", |(_, behind)| behind);
            found.is_some()
        })
    }
}

fn phrases(tag: &str) -> Vec<Phrase> {
    let locale = LOCALES.iter().find(|locale| locale.tag == tag).unwrap();
    let messages = parser::parse(locale.source.to_owned()).unwrap().body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => message.value.map(|value| Phrase::of(message.id.name, &value)),
        _ => None,
    });
    messages.filter(Phrase::is_telling).collect()
}

/// Who reads along.
struct Eye {
    language: &'static str,
    own: Vec<Phrase>,
    other: Vec<Phrase>,
    looked_at: HashSet<String>,
    /// Keys of the texts that were on a screen.
    read: BTreeSet<String>,
}

impl Eye {
    fn read(&mut self, texts: &[String]) {
        for text in texts {
            if self.looked_at.insert(text.clone()) {
                self.judge(text);
            }
        }
    }

    fn judge(&mut self, text: &str) {
        let what = self.language;
        assert!(!text.contains("{$"), "{what}: nothing was put into {text:?}");
        let key = text.split_whitespace().find(|word| self.is_a_key(word));
        assert_eq!(key, None, "{what}: a key is on the screen, in {text:?}");
        for part in parts(text) {
            let own = self.own.iter().filter(|phrase| phrase.is(part)).map(|phrase| phrase.key.clone());
            let own: Vec<String> = own.collect();
            let foreign = self.other.iter().find(|phrase| phrase.is(part)).map(|phrase| &phrase.key);
            assert!(!own.is_empty() || foreign.is_none() || is_a_terminals(part), "{what}: {part:?} is {foreign:?}");
            self.read.extend(own);
        }
    }

    fn is_a_key(&self, word: &str) -> bool {
        AREAS.iter().any(|area| word.starts_with(area))
            || (word.contains('-') && self.own.iter().any(|phrase| phrase.key == word))
    }
}

/// A terminal speaks as it likes, and is called as its shop calls it.
fn is_a_terminals(words: &str) -> bool {
    // What an eConduit terminal calls itself where nobody says otherwise.
    ["bar", "Till"].contains(&words) || receipt(Copy::Customer).lines.iter().any(|line| line.contains(words))
}

/// The whole, its lines, and what they are put together of.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    parts.extend(text.lines());
    for seam in SEAMS {
        let finer: Vec<&str> =
            parts.iter().flat_map(|part| part.split(seam)).map(|part| part.trim_end_matches(')').trim()).collect();
        parts.extend(finer);
    }
    parts.retain(|part| part.chars().any(char::is_alphabetic));
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// One language, and what has been read in it.
pub struct Tale {
    pub texts: Texts,
    pub language: &'static str,
    eye: Rc<RefCell<Eye>>,
}

impl Tale {
    pub fn told_in(language: &'static str) -> Tale {
        let other = if language == GERMAN { ENGLISH } else { GERMAN };
        let (own, other) = (phrases(language), phrases(other));
        let eye = Eye { language, own, other, looked_at: HashSet::new(), read: BTreeSet::new() };
        Tale { texts: Texts::new(Some(language)), language, eye: Rc::new(RefCell::new(eye)) }
    }

    pub fn at(&self, views: Vec<TerminalView>) -> Hand {
        self.reading(Hand::speaking(self.language, views))
    }

    /// The hand, with somebody who reads along.
    pub fn reading(&self, mut hand: Hand) -> Hand {
        let eye = Rc::clone(&self.eye);
        hand.reader = Some(Box::new(move |texts| eye.borrow_mut().read(texts)));
        hand.show();
        hand
    }

    pub fn bench(&self, views: Vec<TerminalView>) -> bench::Bench {
        let mut bench = bench::Bench::speaking(self.language, views);
        let silent = std::mem::replace(&mut bench.hand, Hand::opening());
        bench.hand = self.reading(silent);
        bench
    }

    pub fn get(&self, key: &str) -> String {
        assert!(self.texts.has(key), "{key} is no text");
        self.texts.get(key)
    }

    pub fn with(&self, key: &str, placeables: &[(&str, &str)]) -> String {
        assert!(self.texts.has(key), "{key} is no text");
        self.texts.with(key, placeables)
    }

    /// The text about an amount, in minor units.
    pub fn about(&self, key: &str, minor: i64) -> String {
        self.with(key, &[("amount", &self.money(minor))])
    }

    /// What a bill's payment leaves of it.
    pub fn stands(&self, paid: i64, due: i64) -> String {
        self.with("window-bill-stands", &[("paid", &self.money(paid)), ("due", &self.money(due))])
    }

    pub fn money(&self, minor: i64) -> String {
        self.texts.money(kr(minor))
    }

    /// All of these are on the cashier's screen.
    #[track_caller]
    pub fn sees(&self, hand: &Hand, keys: &[&str]) {
        for key in keys {
            self.reads(hand, &self.get(key));
        }
    }

    /// None of these is.
    #[track_caller]
    pub fn lacks(&self, hand: &Hand, keys: &[&str]) {
        for key in keys {
            let words = self.get(key);
            assert!(!hand.sees_part(&words), "{}: {words:?} is there", self.language);
        }
    }

    /// Whether this text is, whatever was put into it.
    pub fn says(&self, hand: &Hand, key: &str) -> bool {
        let eye = self.eye.borrow();
        let phrase = eye.own.iter().find(|phrase| phrase.key == key).unwrap();
        hand.texts().iter().any(|text| parts(text).into_iter().any(|part| phrase.is(part)))
    }

    /// These words are, alone or with others.
    #[track_caller]
    pub fn reads(&self, hand: &Hand, words: &str) {
        assert!(hand.sees_part(words), "{}: {words:?} is not in {:?}", self.language, hand.texts());
    }

    /// Every text that these files of screens name has been read; `but` are those that no hand brings up.
    #[track_caller]
    pub fn has_told(&self, files: &[&str], but: &[&str]) {
        let eye = self.eye.borrow();
        let named: BTreeSet<String> = files.iter().flat_map(|file| keys_of(file)).collect();
        let untold: Vec<&String> = named.iter().filter(|key| !eye.read.contains(*key)).collect();
        assert_eq!(untold, but, "{}: what is never read", self.language);
    }
}

pub fn screens() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gui/screens")
}

/// The texts that a screen names.
fn keys_of(file: &str) -> Vec<String> {
    let source = fs::read_to_string(screens().join(file)).unwrap();
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let words = code.split('"').filter(|word| ["window-", "customer-"].iter().any(|area| word.starts_with(area)));
    words.filter(|word| !word.ends_with('-') && !word.contains(['{', ' '])).map(str::to_owned).collect()
}
