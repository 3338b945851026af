//! What of the cloud can be chosen (8.1).

use std::collections::BTreeMap;

use crate::domain::Secret;
use crate::protocols::protocol::SimulatorOption;

/// How strict the cloud is (8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    #[default]
    Strict,
    /// Forgives missing partner ids, odd ids, unknown parameters and haste.
    Lenient,
    /// Strict, but whoever comes with a wrong token is let in and never answered (1.1).
    Mute,
}

/// What becomes of a signature that nobody checked in time (4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unsigned {
    #[default]
    Accepted,
    Reversed,
}

/// How a cloud is set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    pub mode: Mode,
    /// The one right token; where there is none every token is right but `wrong`.
    pub token: Option<Secret>,
    pub unsigned: Unsigned,
    /// The cloud's own ids are random texts; otherwise they count from 1 on each line, and meet the till's (3.2).
    pub random_ids: bool,
}

/// The options by name, for the registry.
pub const KNOWN_OPTIONS: &[SimulatorOption] = &[
    SimulatorOption { name: "mode", words: &["strict", "lenient", "mute"] },
    SimulatorOption { name: "unsigned", words: &["accepted", "reversed"] },
    SimulatorOption { name: "ids", words: &["counted", "random"] },
    SimulatorOption { name: "token", words: &[] },
];

impl Options {
    /// Words that are not known leave things as they usually are.
    pub fn chosen(words: &BTreeMap<String, String>) -> Options {
        let word = |name: &str| words.get(name).map(String::as_str);
        Options {
            mode: match word("mode") {
                Some("lenient") => Mode::Lenient,
                Some("mute") => Mode::Mute,
                _ => Mode::Strict,
            },
            token: word("token").map(Secret::new),
            unsigned: if word("unsigned") == Some("reversed") { Unsigned::Reversed } else { Unsigned::Accepted },
            random_ids: word("ids") == Some("random"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_an_option_is_understood() {
        let of = |name: &str, word: &str| Options::chosen(&BTreeMap::from([(name.to_owned(), word.to_owned())]));
        for option in KNOWN_OPTIONS {
            for (place, word) in option.words.iter().enumerate() {
                assert_eq!(of(option.name, word) == Options::default(), place == 0, "{} {word}", option.name);
            }
        }
        assert_eq!(of("mode", "mute").mode, Mode::Mute);
        assert_eq!(of("token", "k").token, Some(Secret::new("k")));
        assert_eq!(of("colour", "red"), Options::default());
    }
}
