#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("journal")]
pub struct JournalError;
