//! Cash: payments that no terminal takes. In the journal the drawer has a terminal's name and a protocol's id.

/// The drawer's name where terminals have theirs, and its id where protocols have theirs. No terminal can be called so.
pub const CASH: &str = "cash";
