//! How often a PIN may be tried: after five wrong ones in a row there is a wait, and each further one doubles it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::name::OperatorName;
use crate::domain::clock::{Instant, Now};

/// Wrong PINs in a row that cost no wait but the last one of them.
pub const FREE_TRIES: u32 = 5;
/// After the fifth.
const FIRST_WAIT: Duration = Duration::from_secs(60);
pub const WAIT_AT_MOST: Duration = Duration::from_secs(15 * 60);

/// How long nobody may try after so many wrong PINs in a row.
pub fn wait_after(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE_TRIES) {
        None => Duration::ZERO,
        // Beyond it every wait is the longest one, and nothing overflows.
        Some(doubled) => FIRST_WAIT.saturating_mul(1 << doubled.min(8)).min(WAIT_AT_MOST),
    }
}

/// What is known from before the program was started: the journal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongPins {
    /// In a row, up to the newest.
    pub wrong: u32,
    /// When the newest was typed.
    pub last: Timestamp,
}

/// Counts wrong PINs by operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PinGuard {
    counts: BTreeMap<OperatorName, Count>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    wrong: u32,
    /// By the clock that only goes forward: setting the computer's clock shortens nothing.
    until: Instant,
}

impl PinGuard {
    /// Goes on where an earlier run of the program stopped. What is left of a wait is told by the wall's clock, which may
    /// have been set; no wait becomes longer than it was.
    pub fn remember(&mut self, name: &OperatorName, before: WrongPins, now: Now) {
        let wait = wait_after(before.wrong);
        let passed = Duration::try_from(now.wall.duration_since(before.last)).unwrap_or(Duration::ZERO);
        let until = now.at + wait.saturating_sub(passed);
        let known = self.counts.get(name);
        if known.is_none_or(|known| known.wrong <= before.wrong && known.until <= until) {
            self.counts.insert(name.clone(), Count { wrong: before.wrong, until });
        }
    }

    /// How long nobody may try this operator's PIN; zero where it may be tried now.
    pub fn wait(&self, name: &OperatorName, now: Now) -> Duration {
        self.counts.get(name).map_or(Duration::ZERO, |count| count.until - now.at)
    }

    /// A wrong PIN was typed. How long nobody may try now.
    pub fn wrong(&mut self, name: &OperatorName, now: Now) -> Duration {
        let count = self.counts.entry(name.clone()).or_insert(Count { wrong: 0, until: now.at });
        count.wrong = count.wrong.saturating_add(1);
        count.until = now.at + wait_after(count.wrong);
        count.until - now.at
    }

    /// Tries that are left before there is a wait.
    pub fn left(&self, name: &OperatorName) -> u32 {
        FREE_TRIES.saturating_sub(self.counts.get(name).map_or(0, |count| count.wrong))
    }

    /// The PIN was right, or is another one now.
    pub fn forget(&mut self, name: &OperatorName) {
        self.counts.remove(name);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::SignedDuration;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Now {
        let start: Timestamp = "2026-03-14T09:42:31Z".parse().unwrap();
        let wall = start + SignedDuration::from_secs(i64::try_from(seconds).unwrap());
        Now { at: Instant::from_origin(Duration::from_secs(seconds)), wall, offset: Offset::UTC }
    }

    fn ada() -> OperatorName {
        "Ada".parse().unwrap()
    }

    fn seconds(wait: Duration) -> u64 {
        wait.as_secs()
    }

    #[test]
    fn five_wrong_pins_wait_a_minute_and_each_further_one_twice_as_long() {
        let mut guard = PinGuard::default();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = guard.wrong(&ada(), at(now));
            waits.push(seconds(wait));
            now += seconds(wait);
            assert_eq!(guard.wait(&ada(), at(now)), Duration::ZERO);
        }
        assert_eq!(waits, [0, 0, 0, 0, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(guard.left(&ada()), 0);
    }

    #[test]
    fn the_right_pin_begins_anew_and_nobody_pays_for_another() {
        let mut guard = PinGuard::default();
        for _ in 0..5 {
            guard.wrong(&ada(), at(0));
        }
        let eve: OperatorName = "Eve".parse().unwrap();
        assert_eq!((guard.left(&eve), guard.wait(&eve, at(0))), (5, Duration::ZERO));
        guard.forget(&ada());
        assert_eq!((guard.left(&ada()), guard.wait(&ada(), at(0))), (5, Duration::ZERO));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_wait_longer() {
        let mut guard = PinGuard::default();
        let tomorrow = WrongPins { wrong: 5, last: at(86_400).wall };
        guard.remember(&ada(), tomorrow, at(0));
        assert_eq!(seconds(guard.wait(&ada(), at(0))), 60);
        assert_eq!(seconds(guard.wait(&ada(), at(60))), 0);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_a_quarter_of_an_hour_and_none_shorter_than_the_one_before(wrong: u32) {
            prop_assert!(wait_after(wrong) <= WAIT_AT_MOST);
            prop_assert!(wait_after(wrong) <= wait_after(wrong.saturating_add(1)));
            prop_assert_eq!(wait_after(wrong).is_zero(), wrong < FREE_TRIES);
        }

        /// A till that is started anew after any of the tries lets nobody in earlier, and not later either.
        #[test]
        fn starting_the_program_anew_changes_no_wait(
            pauses in proptest::collection::vec(0_u64..2_000, 1..20),
            restarts in proptest::collection::vec(any::<bool>(), 20),
        ) {
            let (mut steady, mut restarted) = (PinGuard::default(), PinGuard::default());
            let (mut now, mut wrong) = (0, 0);
            for (pause, restarts) in pauses.into_iter().zip(restarts) {
                now += pause;
                if !steady.wait(&ada(), at(now)).is_zero() {
                    continue;
                }
                wrong += 1;
                let last = at(now).wall;
                steady.wrong(&ada(), at(now));
                restarted.wrong(&ada(), at(now));
                if restarts {
                    restarted = PinGuard::default();
                    restarted.remember(&ada(), WrongPins { wrong, last }, at(now));
                }
                prop_assert_eq!(&steady, &restarted);
            }
        }

        #[test]
        fn what_the_journal_says_never_shortens_a_wait(wrong in 0_u32..20, said in 0_u32..20, ago in 0_u64..2_000) {
            let mut guard = PinGuard::default();
            for _ in 0..wrong {
                guard.wrong(&ada(), at(5_000));
            }
            let before = guard.wait(&ada(), at(5_000));
            guard.remember(&ada(), WrongPins { wrong: said, last: at(5_000 - ago).wall }, at(5_000));
            prop_assert!(guard.wait(&ada(), at(5_000)) >= before);
        }
    }
}
