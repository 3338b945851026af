//! The end of a terminal's day: what its close of the batch said.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::money::Money;
use super::outcome::{Explanation, Fault};

/// What a terminal can tell of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayReport {
    /// Closes the day: what waits is handed in, totals begin anew.
    #[default]
    EndOfDay,
    /// The totals so far.
    X,
    /// The totals, which begin anew.
    Z,
    /// What the acquirer has of the session.
    Banking,
}

impl DayReport {
    pub const ALL: [DayReport; 4] = [DayReport::EndOfDay, DayReport::X, DayReport::Z, DayReport::Banking];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            DayReport::EndOfDay => "end-of-day",
            DayReport::X => "x",
            DayReport::Z => "z",
            DayReport::Banking => "banking",
        }
    }
}

/// What became of a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayVerdict {
    Closed,
    /// The report was made; it closes nothing.
    Reported,
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
    #[serde(default)]
    pub report: DayReport,
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
    /// The report as the terminal prints it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The terminal's own figures, as it sent them, without card data; kept for reconciliation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Value>,
}

impl DayEnd {
    pub fn without_figures(verdict: DayVerdict, explanation: Explanation) -> DayEnd {
        DayEnd { explanation: Some(explanation), ..DayEnd::bare(verdict) }
    }

    /// The answer never came.
    pub fn lost(report: DayReport, fault: Fault) -> DayEnd {
        let key = match report {
            DayReport::EndOfDay => "explain-day-end-lost",
            DayReport::X | DayReport::Z | DayReport::Banking => "explain-report-lost",
        };
        DayEnd { report, ..DayEnd::without_figures(DayVerdict::Unknown, Explanation::new(key, fault)) }
    }

    /// What became of it, as the end of a Fluent key: a report that was not made leaves nothing open.
    pub fn key(&self) -> &'static str {
        match (self.verdict, self.report) {
            (DayVerdict::Closed, _) => "closed",
            (DayVerdict::Reported, _) => "reported",
            (DayVerdict::NothingToClose, _) => "nothing-to-close",
            (DayVerdict::NotClosed, DayReport::EndOfDay) => "not-closed",
            (DayVerdict::NotClosed, _) => "not-reported",
            (DayVerdict::Unknown, DayReport::EndOfDay) => "unknown",
            (DayVerdict::Unknown, _) => "report-unknown",
        }
    }

    /// Of [`DayReport::EndOfDay`], with nothing else known.
    pub fn bare(verdict: DayVerdict) -> DayEnd {
        DayEnd {
            report: DayReport::EndOfDay,
            verdict,
            batch: None,
            transactions: None,
            total: None,
            explanation: None,
            lines: Vec::new(),
            figures: None,
        }
    }
}
