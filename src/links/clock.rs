//! The real clock. Everything above and beside the links is told the time.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::clock::{Instant, Now};

/// One origin for the whole program, so that instants of different holders of the clock can be compared.
static ORIGIN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);

/// The machine's clocks: a forward-only one for waiting, the wall's for dates.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    pub fn new() -> Self {
        SystemClock
    }

    pub fn now(&self) -> Now {
        let wall = Timestamp::now();
        Now {
            at: Instant::from_origin(ORIGIN.elapsed()),
            wall,
            // the system's zone is asked each time: summer time begins while the till runs
            offset: TimeZone::system().to_offset(wall),
        }
    }

    /// Returns at once when `at` has passed.
    pub async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep(self.until(at)).await;
    }

    fn until(self, at: Instant) -> Duration {
        at.since_origin().saturating_sub(ORIGIN.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clocks_count_from_the_same_origin() {
        let earlier = SystemClock::new().now();
        let later = SystemClock.now();
        assert!(later.at >= earlier.at);
        assert!(later.at - earlier.at < Duration::from_secs(60));
    }

    #[tokio::test]
    async fn a_sleep_until_the_past_returns_at_once() {
        SystemClock.sleep_until(Instant::ORIGIN).await;
    }

    #[tokio::test]
    async fn a_sleep_does_not_end_early() {
        let clock = SystemClock::new();
        let end = clock.now().at + Duration::from_millis(5);
        clock.sleep_until(end).await;
        assert!(clock.now().at >= end);
    }
}
