//! The site's terminals (4.1, 4.2).

use crate::protocols::words::words;

words! {
    TerminalStatus {
        Available = "AVAILABLE",
        Busy = "BUSY",
    }
}

/// One terminal of the list. A terminal that is off, or in standalone mode, is not on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalInfo {
    pub tid: String,
    pub status: Option<TerminalStatus>,
    /// ISO 4217 letters.
    pub currency: Option<String>,
    /// v0 only.
    pub capabilities: Vec<String>,
}

impl TerminalInfo {
    pub fn is_available(&self) -> bool {
        self.status == Some(TerminalStatus::Available)
    }
}
