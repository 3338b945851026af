//! What must survive a power cut: the payments and everything that happened to them, in SQLite.
//!
//! * A payment is on disk before it is on the wire: only [`Journal::record`] makes a `Recorded<StartPayment>`, after
//!   the commit came back (write-ahead log, `synchronous=FULL`).
//! * Its events are append only, each with a hash over the one before ([`Journal::verify`]); the row of the payment is
//!   what the events add up to, under a seal, so that damage is noticed before it is believed.
//! * The lifecycle of `domain::lifecycle` is applied here, whoever writes: nothing final ever changes.
//! * Raw messages are scrubbed once more before they are written. They are no part of the chain, and the oldest go.
//! * What an operator did has their name beside it, in the same chain.
//! * One thread of a running program writes ([`JournalHandle`]); other programs may read, or decide, beside it.

mod apply;
mod bill_accounts;
mod bill_events;
mod bill_payments;
mod bill_row;
mod bills;
mod chain;
mod creation;
mod day_closes;
mod day_ends;
mod days;
mod decision;
mod entry;
mod error;
mod history;
#[allow(clippy::module_inception)]
mod journal;
mod keeper;
mod lock;
mod operators;
mod origins;
#[cfg(test)]
mod query_plan;
mod row;
mod schema;
mod scrub;
mod search;
mod search_index;
mod search_rebuild;
mod search_rows;
mod search_walks;
mod searcher;
mod standing;
mod stretch;
mod tables;
mod upgrading;
mod verify;

pub use creation::FILE_NAME;
pub use day_ends::KeptDayEnd;
pub use entry::{Contradiction, Entry, NewPayment};
pub use error::JournalError;
pub use history::{HistoryQuery, JournalEvent, RawMessage};
pub use journal::Journal;
pub use keeper::JournalHandle;
pub use lock::{DataLock, LockError};
pub use operators::Deed;
pub use scrub::{Treatment, unquoted, without_base64, without_named};
pub use upgrading::Upgrading;
pub use verify::{ChainReport, Misfit};
