//! What can go wrong with the journal, by whose fault it is.

use rusqlite::ErrorCode;

use crate::domain::{BillError, PaymentId, PaymentState};

/// Why the journal could not do what it was asked. Nothing was written when a writing call returns one of these.
///
/// The Fluent ids of [`JournalError::key`]: `journal-locked`, `journal-read-only`, `journal-disk-full`,
/// `journal-damaged`, `journal-newer`, `journal-occupied`, `journal-repeated`, `journal-not-in-doubt`, `journal-unknown-payment`,
/// `journal-empty-day`, `journal-unfit`, `bill-error-…`, `journal-io`, `journal-failed`, `journal-closed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another program held the journal longer than the five seconds we wait.
    #[error("another program is writing to the journal and does not let go")]
    Locked,
    /// The disk, the directory or the file cannot be written to.
    #[error("the journal cannot be written to: its disk or file is read-only")]
    ReadOnly,
    #[error("the journal cannot be written to: the disk is full")]
    DiskFull,
    /// What is on disk is not what was written there.
    #[error("the journal is damaged: {detail}")]
    Damaged { detail: String },
    /// Written by a newer version of the program.
    #[error("the journal was written by a newer version of the program (format {found}; this one knows {known})")]
    Newer { found: i64, known: i64 },
    /// An earlier payment on that terminal has not ended (rule 6).
    #[error("payment {payment} on this terminal has not ended yet")]
    Occupied { payment: PaymentId },
    /// Somebody outside asked for it before, under the same reference: what was made then is what is meant.
    #[error("this was asked for before; it is payment {payment}")]
    Repeated { payment: PaymentId },
    /// A person decides only about a payment in doubt.
    #[error("payment {payment} is not in doubt (it is {state:?})")]
    NotInDoubt { payment: PaymentId, state: PaymentState },
    #[error("there is no payment {0} in this journal")]
    Unknown(PaymentId),
    /// The bill does not allow it.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// Nothing has happened since the shop's day was closed.
    #[error("nothing has happened since the day was closed")]
    EmptyDay,
    /// What was to be written contradicts itself, for example amounts in two currencies.
    #[error("this cannot be recorded: {detail}")]
    Unfit { detail: String },
    /// The operating system could not read or write.
    #[error("the journal cannot be read or written: {detail}")]
    Io { detail: String },
    /// Anything else SQLite said.
    #[error("the journal failed: {detail}")]
    Sqlite { detail: String },
    /// The writer of this program has ended.
    #[error("the journal is closed")]
    Closed,
}

/// What is told of a reading that was broken off; nobody sees it.
const INTERRUPTED: &str = "interrupted";

impl JournalError {
    /// A message id of the Fluent files.
    pub fn key(&self) -> &'static str {
        match self {
            JournalError::Locked => "journal-locked",
            JournalError::ReadOnly => "journal-read-only",
            JournalError::DiskFull => "journal-disk-full",
            JournalError::Damaged { .. } => "journal-damaged",
            JournalError::Newer { .. } => "journal-newer",
            JournalError::Occupied { .. } => "journal-occupied",
            JournalError::Repeated { .. } => "journal-repeated",
            JournalError::NotInDoubt { .. } => "journal-not-in-doubt",
            JournalError::Unknown(_) => "journal-unknown-payment",
            JournalError::Bill(error) => error.key(),
            JournalError::EmptyDay => "journal-empty-day",
            JournalError::Unfit { .. } => "journal-unfit",
            JournalError::Io { .. } => "journal-io",
            JournalError::Sqlite { .. } => "journal-failed",
            JournalError::Closed => "journal-closed",
        }
    }

    /// Whether somebody broke the reading off.
    pub(super) fn is_interruption(&self) -> bool {
        *self == JournalError::Sqlite { detail: INTERRUPTED.to_owned() }
    }

    pub(super) fn damaged(detail: impl Into<String>) -> Self {
        JournalError::Damaged { detail: detail.into() }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match &error {
            E::SqliteFailure(failure, _) => from_code(failure.code, &error),
            // A broken schema shows as a statement that no longer compiles.
            E::SqlInputError { error: failure, .. } => from_code(failure.code, &error),
            E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::Utf8Error(..)
            | E::InvalidColumnType(..)
            | E::QueryReturnedNoRows => JournalError::damaged(error.to_string()),
            _ => JournalError::Sqlite { detail: error.to_string() },
        }
    }
}

fn from_code(code: ErrorCode, error: &rusqlite::Error) -> JournalError {
    let detail = error.to_string();
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            JournalError::Locked
        }
        ErrorCode::ReadOnly => JournalError::ReadOnly,
        ErrorCode::DiskFull => JournalError::DiskFull,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => JournalError::Damaged { detail },
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => JournalError::Io { detail },
        ErrorCode::Unknown if detail.starts_with("no such") || detail.contains("malformed") => {
            JournalError::Damaged { detail }
        }
        ErrorCode::OperationInterrupted => JournalError::Sqlite { detail: INTERRUPTED.to_owned() },
        _ => JournalError::Sqlite { detail },
    }
}

impl From<std::io::Error> for JournalError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => JournalError::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => JournalError::ReadOnly,
            _ => JournalError::Io { detail: error.to_string() },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sqlite(code: i32) -> JournalError {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into()
    }

    #[test]
    fn what_sqlite_says_is_told_by_whose_fault_it_is() {
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_FULL).key(), "journal-disk-full");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_READONLY).key(), "journal-read-only");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_CORRUPT).key(), "journal-damaged");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_NOTADB).key(), "journal-damaged");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_IOERR).key(), "journal-io");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_BUSY).key(), "journal-locked");
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_CANTOPEN).key(), "journal-io");
    }

    #[test]
    fn what_the_system_says_is_told_the_same_way() {
        let error = |kind| JournalError::from(std::io::Error::from(kind)).key();
        assert_eq!(error(std::io::ErrorKind::StorageFull), "journal-disk-full");
        assert_eq!(error(std::io::ErrorKind::ReadOnlyFilesystem), "journal-read-only");
        assert_eq!(error(std::io::ErrorKind::BrokenPipe), "journal-io");
    }
}
