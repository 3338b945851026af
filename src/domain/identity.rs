//! By what a card machine is known again at another address.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The most that is kept of one machine; whoever answers a search may say anything.
const ENTRIES_AT_MOST: usize = 8;
/// The longest value, in characters.
const VALUE_AT_MOST: usize = 64;

/// What a machine says of itself by kind, for example `serial`: numbers that no other machine has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(BTreeMap<String, String>);

impl Identity {
    /// Adds what was told; what is empty, too long or not printable tells nothing.
    #[must_use]
    pub fn with(mut self, kind: &str, value: &str) -> Identity {
        let value = value.trim();
        let printable = !value.is_empty() && !value.chars().any(char::is_control);
        if printable && value.chars().count() <= VALUE_AT_MOST && self.0.len() < ENTRIES_AT_MOST {
            self.0.insert(kind.to_owned(), value.to_owned());
        }
        self
    }

    /// Both together; where they differ, `newer` counts.
    #[must_use]
    pub fn and(self, newer: &Identity) -> Identity {
        newer.iter().fold(self, |known, (kind, value)| known.with(kind, value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(kind, value)| (kind.as_str(), value.as_str()))
    }

    /// Whether both are one machine: they share a number, and contradict each other in none.
    pub fn is_same_machine(&self, other: &Identity) -> bool {
        let mut shared = self.0.iter().filter_map(|(kind, value)| Some(value == other.0.get(kind)?)).peekable();
        shared.peek().is_some() && shared.all(|same| same)
    }

    /// Whether both cannot be one machine.
    pub fn contradicts(&self, other: &Identity) -> bool {
        self.0.iter().any(|(kind, value)| other.0.get(kind).is_some_and(|told| told != value))
    }
}

/// `EPI 2310045678, serial 880012345501`
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (kind, value)) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            write!(f, "{comma}{kind} {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(pairs: &[(&str, &str)]) -> Identity {
        pairs.iter().fold(Identity::default(), |identity, (kind, value)| identity.with(kind, value))
    }

    #[test]
    fn a_machine_is_known_by_a_shared_number_and_no_other_that_differs() {
        let ours = known(&[("EPI", "23"), ("serial", "88")]);
        assert!(ours.is_same_machine(&known(&[("EPI", "23")])));
        assert!(!ours.is_same_machine(&known(&[("EPI", "23"), ("serial", "99")])));
        assert!(!ours.is_same_machine(&known(&[("POIID", "23")])));
        assert!(!ours.is_same_machine(&Identity::default()));
        assert!(!Identity::default().is_same_machine(&Identity::default()));
        assert!(ours.contradicts(&known(&[("serial", "99")])) && !ours.contradicts(&known(&[("POIID", "1")])));
    }

    #[test]
    fn what_a_stranger_says_of_itself_is_bounded() {
        let long = "9".repeat(VALUE_AT_MOST + 1);
        assert!(known(&[("EPI", ""), ("serial", &long), ("model", "a\u{7}b")]).is_empty());
        let many = (0..100).fold(Identity::default(), |identity, at| identity.with(&at.to_string(), "x"));
        assert_eq!(many.iter().count(), ENTRIES_AT_MOST);
        assert_eq!(known(&[("serial", " 88 ")]).to_string(), "serial 88");
    }
}
