//! What could not be written yet. It goes out with the next turn, in the order in which it happened.

use crate::journal::Entry;

/// Entries kept for a disk that refuses them; beyond that notes are dropped, and never what is about money.
const NOTES_AT_MOST: usize = 4096;

#[derive(Debug, Default)]
pub struct Backlog(Vec<Entry>);

impl Backlog {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the next commit has to write: what waits, then the turn's own.
    pub fn and(&self, entries: &[Entry]) -> Vec<Entry> {
        self.0.iter().chain(entries).cloned().collect()
    }

    /// Everything is on disk.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The disk refused these.
    pub fn keep(&mut self, entries: Vec<Entry>) {
        self.0.extend(entries.into_iter().filter(|entry| !entry.can_wait()));
        if self.0.len() > NOTES_AT_MOST {
            self.0.retain(|entry| !matches!(entry, Entry::Note { .. }));
        }
    }
}
