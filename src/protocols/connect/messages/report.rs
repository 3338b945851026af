//! What a terminal tells of its day (4.13).

use serde_json::Value;

use super::receipt::ReceiptLine;
use crate::protocols::words::words;

words! {
    ReportKind {
        EndOfDay = "END_OF_DAY",
        Banking = "BANKING",
        XBalance = "X_BALANCE",
        ZBalance = "Z_BALANCE",
    }
}

words! {
    ReportResult {
        Complete = "COMPLETE",
        TimedOut = "TIMED_OUT",
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    pub tid: Option<String>,
    pub kind: Option<ReportKind>,
    pub result: Option<ReportResult>,
    /// `YYYY-MM-DDThh:mm:ss`, the terminal's own time.
    pub time: Option<String>,
    pub lines: Vec<ReceiptLine>,
    /// Local totals, in minor units; kept as they came.
    pub balances: Option<Value>,
    /// The acquirers' totals, in minor units; kept as they came.
    pub banking: Option<Value>,
    pub user_message: Option<String>,
}
