//! The end of a terminal's day: what its close of the batch said.

use serde::{Deserialize, Serialize};

use super::money::Money;
use super::outcome::Explanation;

/// What became of a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayVerdict {
    Closed,
    /// There was nothing to close.
    NothingToClose,
    /// The terminal refused; the batch is open.
    NotClosed,
    /// The answer was lost. Only the terminal or the vendor's portal can tell.
    Unknown,
}

/// What a terminal told of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEnd {
    pub verdict: DayVerdict,
    /// The terminal's number of the batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// How many transactions were closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transactions: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

impl DayEnd {
    pub fn without_figures(verdict: DayVerdict, explanation: Explanation) -> DayEnd {
        DayEnd { verdict, batch: None, transactions: None, total: None, explanation: Some(explanation) }
    }
}
