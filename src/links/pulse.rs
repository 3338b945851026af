//! Noticing that nobody is there any more, although the line stands.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Pings in a row that may stay without a sign of life.
const MISSED_PINGS: u8 = 2;

/// Whether the peer gives signs of life. Whatever it sends is one, not only its answers to pings.
#[derive(Default)]
pub(super) struct Pulse {
    missed: AtomicU8,
    /// A ping is to be sent.
    due: Notify,
}

impl Pulse {
    pub(super) fn felt(&self) {
        self.missed.store(0, Ordering::Relaxed);
    }

    /// Returns when the next ping is to be sent.
    pub(super) async fn wants_ping(&self) {
        self.due.notified().await;
    }

    /// Asks for pings, and returns when too many stayed without a sign of life; never where none is asked for.
    pub(super) async fn stops(&self, ping_every: Option<Duration>) {
        let Some(ping_every) = ping_every else { return std::future::pending().await };
        loop {
            tokio::time::sleep(ping_every).await;
            if !self.beat() {
                return;
            }
        }
    }

    /// False when there is nothing to wait for any more.
    fn beat(&self) -> bool {
        let lives = self.missed.fetch_add(1, Ordering::Relaxed) < MISSED_PINGS;
        if lives {
            self.due.notify_one();
        }
        lives
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_missed_pings_are_the_end_and_any_sign_of_life_is_a_beginning() {
        let pulse = Pulse::default();
        assert!(pulse.beat() && pulse.beat());
        pulse.felt();
        assert!(pulse.beat() && pulse.beat() && !pulse.beat());
    }
}
