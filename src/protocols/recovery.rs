//! Recovery policy, in one place: what is asked when the answer about money is lost, how often, and when it stops.
//!
//! | what the terminal says | then |
//! |---|---|
//! | nothing: it cannot be reached | asked again after 1, 2, 5, 10, 10 … s, each a little different, for ever |
//! | busy, or still in progress | asked again after 2 s; the cashier may cancel |
//! | it does not know it | the protocol's own rule (nexo 11.2), after 5 s; believed only when nothing of the request can still be under way |
//! | it refuses to tell | asked again every 5 s for 5 minutes, then a person decides |
//!
//! Meanwhile the cashier sees *seeking*, with the reason and the time. Who waits for the outcome is told *in doubt* after
//! [`SEEK_FOR`] (or [`SEEK_AFTER_CANCEL`] after a cancel while the terminal cannot be reached); the machine goes on asking,
//! the payment stands among the unresolved, blocks its terminal and nothing else, and ends when the machine finds out or
//! a person decides. Whoever asks by hand, and a till that was started again, keeps to [`RateLimit`].

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Outcome, Verdict};

/// A payment command seeks the truth for so long after a loss, then ends in doubt (DESIGN section 5).
pub const SEEK_FOR: Duration = Duration::from_secs(60);
/// … and for so long after a cancel, while the terminal cannot be reached.
pub const SEEK_AFTER_CANCEL: Duration = Duration::from_secs(9);
/// The terminal is busy, or still working on it.
pub const BUSY_PAUSE: Duration = Duration::from_secs(2);
/// The terminal does not know it, or does not say.
pub const UNKNOWN_PAUSE: Duration = Duration::from_secs(5);
/// Bytes in a dead program's socket, or in one given up on a silent line, are sent again by the system for about so long:
/// before, "I do not know it" may only mean that the request has not arrived yet.
pub const FLIGHT: Duration = Duration::from_secs(30);
/// After so many refusals in a row, five minutes of them, a person decides. Counted and not timed: a machine that slept for
/// hours has not asked meanwhile.
pub const REFUSALS: u32 = 60;

/// In a driver's memory.
const LAST_ASKED: &str = "last_asked";
/// Vendors name no limit; a cashier who presses again and again must not keep a terminal busy.
pub const ASK_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// Milliseconds.
const UNREACHABLE_PAUSES: [u64; 4] = [1_000, 2_000, 5_000, 10_000];
/// Pauses are shorter by up to so many hundredths: tills that lost the same switch do not all come back at once.
const JITTER: u64 = 15;

/// What becomes of a payment the journal holds no reference of. It is durable before the first byte leaves, so that nothing
/// has left; but an outcome the journal knows already (`settled`) is not contradicted.
pub fn without_reference(settled: bool) -> Outcome {
    let (verdict, key) = if settled {
        (Verdict::InDoubt, "explain-still-unknown")
    } else {
        (Verdict::NotCharged, "explain-nothing-sent")
    };
    Outcome::without_money(verdict, Explanation::new(key, Fault::Nobody))
}

/// The pauses between questions that reach nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backoff {
    failures: usize,
}

impl Backoff {
    /// Whether the last question reached nobody.
    pub fn is_failing(self) -> bool {
        self.failures > 0
    }

    /// Somebody answered.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after one more failure. `dice` is any number that differs between tills.
    pub fn next(&mut self, dice: u64) -> Duration {
        let pause = UNREACHABLE_PAUSES[self.failures.min(UNREACHABLE_PAUSES.len() - 1)];
        self.failures += 1;
        let thrown = dice.wrapping_add(self.failures as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let shorter = pause * (thrown % (JITTER + 1)) / 100;
        Duration::from_millis(pause - shorter)
    }
}

/// The least time between two questions, by the wall's clock, so that it can be remembered over a restart.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    least: Duration,
    last: Option<Timestamp>,
}

impl RateLimit {
    /// `last` as it was remembered.
    pub fn new(least: Duration, last: Option<Timestamp>) -> RateLimit {
        RateLimit { least, last }
    }

    /// As [`RateLimit::remember`] left it in a driver's memory.
    pub fn remembered(least: Duration, memory: Option<&Value>) -> RateLimit {
        let last = memory.and_then(|memory| memory.get(LAST_ASKED)?.as_str()?.parse().ok());
        RateLimit::new(least, last)
    }

    /// Writes itself into a driver's memory.
    pub fn remember(self, memory: &mut Map<String, Value>) {
        if let Some(last) = self.last {
            memory.insert(LAST_ASKED.to_owned(), Value::String(last.to_string()));
        }
    }

    /// What is to be remembered.
    pub fn last(self) -> Option<Timestamp> {
        self.last
    }

    pub fn note(&mut self, now: Timestamp) {
        self.last = Some(now);
    }

    /// How long to wait before the next one. A clock that was set back forbids nothing.
    pub fn wait(self, now: Timestamp) -> Duration {
        let passed = self.last.map(|last| Duration::try_from(now.duration_since(last)));
        match passed {
            Some(Ok(passed)) => self.least.saturating_sub(passed),
            Some(Err(_)) | None => Duration::ZERO,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_ten_seconds_and_are_never_longer() {
        for dice in 0..500 {
            let mut backoff = Backoff::default();
            for longest in [1_000, 2_000, 5_000, 10_000, 10_000, 10_000] {
                let pause = u64::try_from(backoff.next(dice).as_millis()).unwrap();
                assert!(pause <= longest && pause * 100 >= longest * (100 - JITTER), "{pause} of {longest}");
            }
            backoff.reset();
            assert!(!backoff.is_failing());
            assert!(backoff.next(dice) <= Duration::from_secs(1));
        }
    }

    #[test]
    fn tills_that_lost_the_same_switch_come_back_at_different_times() {
        let pauses: std::collections::BTreeSet<Duration> =
            (0..100).map(|dice| Backoff { failures: 3 }.next(dice)).collect();
        assert!(pauses.len() > 10);
    }

    #[test]
    fn a_limit_holds_over_a_restart_and_a_clock_set_back_does_not_lock_it() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut limit = RateLimit::new(Duration::from_secs(5), None);
        assert_eq!(limit.wait(at(1000)), Duration::ZERO);
        limit.note(at(1000));
        let restarted = RateLimit::new(Duration::from_secs(5), limit.last());
        assert_eq!(restarted.wait(at(1002)), Duration::from_secs(3));
        assert_eq!(restarted.wait(at(1005)), Duration::ZERO);
        assert_eq!(restarted.wait(at(900)), Duration::ZERO);
    }
}
