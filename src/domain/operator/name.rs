//! What an operator is called: on the tile, on the command line, in the journal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::OperatorError;
use crate::domain::card::mask_card_numbers;

/// In characters; what fits on a tile.
const AT_MOST: usize = 24;

/// Upper and lower case are the same name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperatorName(String);

impl OperatorName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both mean the same person.
    pub fn is(&self, other: &str) -> bool {
        self.0.to_lowercase() == other.trim().to_lowercase()
    }
}

impl FromStr for OperatorName {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<OperatorName, OperatorError> {
        let name = text.trim();
        let has_letter = name.chars().any(char::is_alphabetic);
        let fits = name.chars().count() <= AT_MOST && !name.chars().any(char::is_control);
        // The journal would not keep it as it is.
        if !has_letter || !fits || name.starts_with('-') || mask_card_numbers(name) != name {
            return Err(OperatorError::BadName);
        }
        Ok(OperatorName(name.to_owned()))
    }
}

impl TryFrom<String> for OperatorName {
    type Error = OperatorError;

    fn try_from(text: String) -> Result<OperatorName, OperatorError> {
        text.parse()
    }
}

impl From<OperatorName> for String {
    fn from(name: OperatorName) -> String {
        name.0
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_letter_and_fits_on_a_tile() {
        for good in ["Ada", "  Åsa B. ", "7 of 9", "ÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅÅ"] {
            assert_eq!(good.parse::<OperatorName>().unwrap().as_str(), good.trim());
        }
        for bad in ["", "  ", "1234", "--role", "A\nB", "Ada 4111111111111111", "aaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(bad.parse::<OperatorName>(), Err(OperatorError::BadName), "{bad}");
        }
    }

    #[test]
    fn a_name_is_the_same_in_capitals() {
        let name: OperatorName = "Åsa".parse().unwrap();
        assert!(name.is(" åSA ") && !name.is("Asa"));
    }
}
