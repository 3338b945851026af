//! How far a journal of an older format is brought up to date, for whoever waits for it.

/// Payments between two words. A journal that has fewer is up to date before anybody could read that it is not yet.
pub(super) const TOLD_EVERY: u64 = 5_000;

/// So many payments are done of those there are. Nothing can be written meanwhile, and nothing is kept before all is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upgrading {
    pub done: u64,
    pub of: u64,
}

impl Upgrading {
    /// In thousandths, never more than all.
    pub fn permille(self) -> u16 {
        let permille = self.done.saturating_mul(1_000) / self.of.max(1);
        u16::try_from(permille.min(1_000)).unwrap_or(1_000)
    }
}
