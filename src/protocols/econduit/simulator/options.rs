//! What of the cloud can be chosen (reference, part 3).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::protocols::protocol::SimulatorOption;

/// Whose table of cents is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cents {
    /// DESIGN section 6.
    #[default]
    Scenario,
    /// The reference's, part 3.
    Vendor,
}

/// How the cloud's own texts go down a terminal's line (2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bytes {
    #[default]
    Whole,
    /// Byte by byte.
    Single,
    /// Two in one packet: a heartbeat's answer travels behind everything.
    Glued,
    /// Without end mark.
    Bare,
}

/// At which doors terminals are turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refuse {
    #[default]
    None,
    Primary,
    Both,
}

/// How a cloud is set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    pub cents: Cents,
    pub bytes: Bytes,
    pub refuse: Refuse,
    /// Counted from the first thing that happens to the cloud; `None` for ever.
    pub refuse_for: Option<Duration>,
    /// Heartbeats are not answered, as on a line that is half open.
    pub is_deaf: bool,
    /// The line of the next terminal that gets a command drops right behind it.
    pub drops: bool,
    /// A real terminal of the first account: its number and its serial number.
    pub paired: Option<(u32, String)>,
    /// Key and password of the first account.
    pub account: Option<(String, String)>,
    /// What a TipAdjust's amount is (3.4: unknown).
    pub tip_adjust_is_total: bool,
}

/// The options by name, for the registry.
pub const SIMULATOR_OPTIONS: &[SimulatorOption] = &[
    SimulatorOption { name: "cents", words: &["scenario", "vendor"] },
    SimulatorOption { name: "bytes", words: &["whole", "single", "glued", "bare"] },
    SimulatorOption { name: "refuse", words: &["none", "primary", "both"] },
    SimulatorOption { name: "refuse_for", words: &[] },
    SimulatorOption { name: "heartbeats", words: &["answered", "silent"] },
    SimulatorOption { name: "drop", words: &["none", "command"] },
    SimulatorOption { name: "paired", words: &[] },
    SimulatorOption { name: "account", words: &[] },
    SimulatorOption { name: "tip_adjust", words: &["tip", "total"] },
];

impl Options {
    /// Words that are not known leave things as they usually are.
    pub fn chosen(words: &BTreeMap<String, String>) -> Options {
        let word = |name: &str| words.get(name).map(String::as_str);
        Options {
            cents: if word("cents") == Some("vendor") { Cents::Vendor } else { Cents::Scenario },
            bytes: match word("bytes") {
                Some("single") => Bytes::Single,
                Some("glued") => Bytes::Glued,
                Some("bare") => Bytes::Bare,
                _ => Bytes::Whole,
            },
            refuse: match word("refuse") {
                Some("primary") => Refuse::Primary,
                Some("both") => Refuse::Both,
                _ => Refuse::None,
            },
            refuse_for: word("refuse_for").and_then(|text| text.parse().ok()).map(Duration::from_secs),
            is_deaf: word("heartbeats") == Some("silent"),
            drops: word("drop") == Some("command"),
            paired: word("paired").and_then(paired),
            account: word("account").and_then(account),
            tip_adjust_is_total: word("tip_adjust") == Some("total"),
        }
    }
}

/// `NUMBER:SERIAL`
fn paired(text: &str) -> Option<(u32, String)> {
    let (number, serial) = text.split_once(':')?;
    let number = number.parse().ok()?;
    (!serial.is_empty()).then(|| (number, serial.to_owned()))
}

/// `KEY:PASSWORD`
fn account(text: &str) -> Option<(String, String)> {
    let (key, password) = text.split_once(':')?;
    let there = !key.is_empty() && !password.is_empty();
    there.then(|| (key.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_an_option_is_understood() {
        let of = |name: &str, word: &str| Options::chosen(&BTreeMap::from([(name.to_owned(), word.to_owned())]));
        for option in SIMULATOR_OPTIONS {
            for (place, word) in option.words.iter().enumerate() {
                assert_eq!(of(option.name, word) == Options::default(), place == 0, "{} {word}", option.name);
            }
        }
        assert_eq!(of("refuse_for", "30").refuse_for, Some(Duration::from_secs(30)));
        assert_eq!(of("paired", "2050:77031594").paired, Some((2050, "77031594".to_owned())));
        assert_eq!(of("account", "K:P").account, Some(("K".to_owned(), "P".to_owned())));
        for nonsense in ["2050", "2050:", "x:77031594"] {
            assert_eq!(of("paired", nonsense), Options::default());
        }
        assert_eq!(of("colour", "red"), Options::default());
    }
}
