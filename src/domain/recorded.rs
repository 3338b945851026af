//! Rule 1 as a type: what is `Recorded` is on disk.

use std::ops::Deref;

/// A value whose record is durable. Only the journal makes one: `tests/architecture.rs` holds that
/// `Recorded::vouch` is called nowhere else, and outside the crate it cannot be called at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    /// For the journal, after the commit came back.
    pub(crate) fn vouch(value: T) -> Self {
        Recorded(value)
    }

    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Recorded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
