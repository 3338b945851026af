//! The parts of the program whose logs can be made more or less detailed.

use std::fmt;
use std::str::FromStr;

/// One part; its word is the one of the command line, and the name of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Links,
    Protocols,
    Terminal,
    Journal,
    Settings,
    Gui,
    Cli,
}

impl Part {
    pub const ALL: [Part; 7] =
        [Part::Links, Part::Protocols, Part::Terminal, Part::Journal, Part::Settings, Part::Gui, Part::Cli];

    pub fn word(self) -> &'static str {
        match self {
            Part::Links => "links",
            Part::Protocols => "protocols",
            Part::Terminal => "terminal",
            Part::Journal => "journal",
            Part::Settings => "settings",
            Part::Gui => "gui",
            Part::Cli => "cli",
        }
    }

    /// What its events are known by.
    pub(super) fn target(self) -> String {
        format!("{}::{}", super::levels::PROGRAM, self.word())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Part {
    type Err = ();

    fn from_str(word: &str) -> Result<Part, ()> {
        Part::ALL.into_iter().find(|part| part.word() == word).ok_or(())
    }
}
