//! What terminals are called.

use super::SetupError;
use crate::domain::CASH;
use crate::settings::TerminalSettings;
use crate::terminal::TRAINING;

/// The longest name of a terminal, in characters.
const NAME_AT_MOST: usize = 64;

/// The name without the space around it.
///
/// # Errors
/// [`SetupError::NameReserved`], [`SetupError::NameNotUsable`].
pub fn checked_name(name: &str) -> Result<&str, SetupError> {
    let trimmed = name.trim();
    if trimmed == TRAINING || trimmed == CASH {
        return Err(SetupError::NameReserved(trimmed.to_owned()));
    }
    if trimmed.is_empty() || trimmed.chars().count() > NAME_AT_MOST || trimmed.chars().any(char::is_control) {
        return Err(SetupError::NameNotUsable(trimmed.to_owned()));
    }
    Ok(trimmed)
}

/// The word, or the word with the first number that makes it new.
pub fn proposed_name<'a>(word: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let numbered = (2..).map(|number: usize| format!("{word} {number}"));
    let mut names = std::iter::once(word.to_owned()).chain(numbered);
    names.find(|name| taken.clone().all(|other| other != name)).unwrap_or_default()
}

/// How a new terminal begins, before a person says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub name: String,
    /// It is the one meant when none is named.
    pub default: bool,
}

impl Proposal {
    /// Called by the word, with a number where it is not the first; the first of all is the one that is meant.
    pub fn of(word: &str, known: &[TerminalSettings]) -> Proposal {
        let name = proposed_name(word, known.iter().map(|terminal| terminal.name.as_str()));
        Proposal { name, default: known.is_empty() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_programs_own_and_what_cannot_be_read_are_no_names() {
        assert_eq!(checked_name("  bar 2 ").ok(), Some("bar 2"));
        assert!(matches!(checked_name(TRAINING), Err(SetupError::NameReserved(_))));
        assert!(matches!(checked_name(CASH), Err(SetupError::NameReserved(_))));
        for name in ["", "  ", "a\nb", &"x".repeat(65)] {
            assert!(matches!(checked_name(name), Err(SetupError::NameNotUsable(_))), "{name:?}");
        }
    }

    #[test]
    fn a_new_terminal_is_proposed_a_name_that_is_free() {
        assert_eq!(proposed_name("front", [].into_iter()), "front");
        assert_eq!(proposed_name("front", ["front", "front 3"].into_iter()), "front 2");
    }
}
