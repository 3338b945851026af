//! What bills and tables are called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names one bill: a till's four characters and a number, for example `K7M2-B7`. Never used twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BillId(String);

impl BillId {
    /// `till` is the journal's own four characters, `number` the bill's place in that journal.
    pub fn new(till: &str, number: i64) -> Self {
        BillId(format!("{till}-B{number}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bill's place in the journal of this till.
    pub fn number_in(&self, till: &str) -> Option<i64> {
        let digits = self.0.strip_prefix(till)?.strip_prefix("-B")?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    }
}

impl fmt::Display for BillId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BillId {
    type Err = std::convert::Infallible;

    /// Takes any text; whether there is such a bill is for the journal to say.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(BillId(text.trim().to_ascii_uppercase()))
    }
}

/// How a table is called. It has to fit the small screen of a card machine (Connect's reference, 6.1), and two tables never
/// differ in capitals or spaces alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableNameError {
    #[error("a table needs a name")]
    Empty,
    #[error("a table's name has ten characters at most")]
    TooLong,
    #[error("a table's name has no such characters")]
    Unprintable,
}

impl TableName {
    pub const AT_MOST: usize = 10;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for every way of writing the name.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.chars().any(|letter| letter.is_control()) {
            return Err(TableNameError::Unprintable);
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.chars().count() {
            0 => Err(TableNameError::Empty),
            1..=TableName::AT_MOST => Ok(TableName(name)),
            _ => Err(TableNameError::TooLong),
        }
    }
}

impl TryFrom<String> for TableName {
    type Error = TableNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TableName> for String {
    fn from(name: TableName) -> String {
        name.0
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
