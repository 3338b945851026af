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

/// What becomes of a table that a machine has locked; otherwise what the amount says (8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableScript {
    #[default]
    Cents,
    Pay,
    Half,
    /// Two payments in one message.
    Split,
    Decline,
    Abandon,
    Over,
    /// The same payment is told twice.
    Twice,
    LostUnlock,
    /// Told after the line was lost, and after the table was unlocked.
    LatePayment,
    /// Another till takes the tables over in the middle.
    Takeover,
    UnknownMethod,
    EndOfDay,
    /// A second machine wants the table that the first one has.
    TwoMachines,
    /// A table is wanted, and paid for, that nobody has.
    GoneTable,
    Euro,
}

const TABLE_SCRIPTS: [(&str, TableScript); 16] = [
    ("cents", TableScript::Cents),
    ("pay", TableScript::Pay),
    ("half", TableScript::Half),
    ("split", TableScript::Split),
    ("decline", TableScript::Decline),
    ("abandon", TableScript::Abandon),
    ("over", TableScript::Over),
    ("twice", TableScript::Twice),
    ("lost_unlock", TableScript::LostUnlock),
    ("late_payment", TableScript::LatePayment),
    ("takeover", TableScript::Takeover),
    ("unknown_method", TableScript::UnknownMethod),
    ("end_of_day", TableScript::EndOfDay),
    ("two_machines", TableScript::TwoMachines),
    ("gone_table", TableScript::GoneTable),
    ("euro", TableScript::Euro),
];

/// The card machines for the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableOptions {
    pub script: TableScript,
    pub has_two: bool,
    /// The only table that is taken; otherwise the first one offered.
    pub table: Option<String>,
    pub waiter: Option<String>,
    /// Methods in another case of letters (6.0).
    pub varies_names: bool,
    /// (6.4) What was taken is told without an id.
    pub tells_without_id: bool,
    /// (6.6) An unlock asks to be answered.
    pub unlocks_with_id: bool,
}

/// How a cloud is set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    pub mode: Mode,
    /// The one right token; where there is none every token is right but `wrong`.
    pub token: Option<Secret>,
    pub unsigned: Unsigned,
    /// A terminal that waits for a card tells so 200 times a second for ten seconds.
    pub floods: bool,
    /// The cloud's own ids are random texts; otherwise they count from 1 on each line, and meet the till's (3.2).
    pub random_ids: bool,
    pub tables: TableOptions,
}

/// The options by name, for the registry.
pub const KNOWN_OPTIONS: &[SimulatorOption] = &[
    SimulatorOption { name: "mode", words: &["strict", "lenient", "mute"] },
    SimulatorOption { name: "unsigned", words: &["accepted", "reversed"] },
    SimulatorOption { name: "ids", words: &["counted", "random"] },
    SimulatorOption { name: "displays", words: &["usual", "flood"] },
    SimulatorOption { name: "token", words: &[] },
    SimulatorOption {
        name: "tables",
        words: &[
            "cents",
            "pay",
            "half",
            "split",
            "decline",
            "abandon",
            "over",
            "twice",
            "lost_unlock",
            "late_payment",
            "takeover",
            "unknown_method",
            "end_of_day",
            "two_machines",
            "gone_table",
            "euro",
        ],
    },
    SimulatorOption { name: "machines", words: &["1", "2"] },
    SimulatorOption { name: "table", words: &[] },
    SimulatorOption { name: "waiter", words: &[] },
    SimulatorOption { name: "names", words: &["profile", "variant"] },
    SimulatorOption { name: "outcome", words: &["request", "notification"] },
    SimulatorOption { name: "unlock", words: &["notification", "request"] },
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
            floods: word("displays") == Some("flood"),
            random_ids: word("ids") == Some("random"),
            tables: TableOptions::chosen(word),
        }
    }
}

impl TableOptions {
    fn chosen<'a>(word: impl Fn(&str) -> Option<&'a str>) -> TableOptions {
        let script = word("tables").and_then(|chosen| TABLE_SCRIPTS.into_iter().find(|(name, _)| *name == chosen));
        let script = script.map(|(_, script)| script).unwrap_or_default();
        TableOptions {
            script,
            has_two: word("machines") == Some("2") || script == TableScript::TwoMachines,
            table: word("table").map(str::to_owned),
            waiter: word("waiter").map(str::to_owned),
            varies_names: word("names") == Some("variant"),
            tells_without_id: word("outcome") == Some("notification"),
            unlocks_with_id: word("unlock") == Some("request"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
        let scripts = KNOWN_OPTIONS.iter().find(|option| option.name == "tables").unwrap();
        assert!(scripts.words.iter().eq(TABLE_SCRIPTS.iter().map(|(name, _)| name)));
        assert_eq!(of("token", "k").token, Some(Secret::new("k")));
        assert_eq!(of("colour", "red"), Options::default());
    }
}
