//! How long the till waits before it tries the cloud again (reference 2.3, 2.5).

use std::time::Duration;

use crate::protocols::simulator::Dice;

/// After both endpoints failed, in milliseconds; the last one again and again.
const UNREACHABLE: [u64; 5] = [1_000, 2_000, 4_000, 8_000, 10_000];
/// Each is longer or shorter by up to so many hundredths.
const JITTER: u64 = 20;
/// After a registration that was refused.
const REFUSED: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(30), Duration::from_secs(60)];
/// Until somebody has corrected the terminal type.
pub const INVALID_TYPE: Duration = Duration::from_secs(300);
/// A line that was lost sooner than this after its registration did not last.
const LASTING: Duration = Duration::from_secs(5);
/// So many lines in a row that did not last are replaced at once. More mean that somebody takes this till's place again and
/// again, for example another till with the same number, and that both would never stop.
const AT_ONCE: usize = 3;

#[derive(Debug)]
pub struct Pauses {
    dice: Dice,
    failures: usize,
    refusals: usize,
    short_lives: usize,
}

impl Pauses {
    pub fn new(seed: u64) -> Pauses {
        Pauses { dice: Dice::new(seed), failures: 0, refusals: 0, short_lives: 0 }
    }

    pub fn registered(&mut self) {
        (self.failures, self.refusals) = (0, 0);
    }

    /// Both endpoints failed.
    pub fn unreachable(&mut self) -> Duration {
        self.failures += 1;
        self.jittered(self.failures - 1)
    }

    pub fn refused(&mut self) -> Duration {
        self.refusals += 1;
        REFUSED[(self.refusals - 1).min(REFUSED.len() - 1)]
    }

    /// A registered line was lost after so long. Nothing to wait for, the first times.
    pub fn lost(&mut self, stood: Duration) -> Option<Duration> {
        self.short_lives = if stood < LASTING { self.short_lives + 1 } else { 0 };
        self.short_lives.checked_sub(AT_ONCE + 1).map(|over| self.jittered(over))
    }

    fn jittered(&mut self, times: usize) -> Duration {
        let pause = UNREACHABLE[times.min(UNREACHABLE.len() - 1)];
        Duration::from_millis(pause * (100 - JITTER + self.dice.roll(2 * JITTER + 1)) / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_ten_seconds_a_fifth_more_or_less_and_begin_anew() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..300 {
            let mut pauses = Pauses::new(seed);
            for expected in [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000] {
                let pause = pauses.unreachable().as_millis();
                assert!(pause * 100 >= expected * 80 && pause * 100 <= expected * 120, "{pause} of {expected}");
                seen.insert(pause * 100 / expected);
            }
            pauses.registered();
            assert!(pauses.unreachable() <= Duration::from_millis(1_200));
        }
        assert!(seen.first() <= Some(&81) && seen.last() >= Some(&119), "{seen:?}");
    }

    #[test]
    fn refusals_are_tried_again_after_ten_thirty_and_sixty_seconds() {
        let mut pauses = Pauses::new(7);
        let secs: Vec<u64> = (0..4).map(|_| pauses.refused().as_secs()).collect();
        assert_eq!(secs, [10, 30, 60, 60]);
    }

    #[test]
    fn lines_that_do_not_last_are_replaced_at_once_a_few_times_only() {
        let mut pauses = Pauses::new(7);
        let short = Duration::from_secs(1);
        let at_once: Vec<bool> = (0..6).map(|_| pauses.lost(short).is_none()).collect();
        assert_eq!(at_once, [true, true, true, false, false, false]);
        assert_eq!(pauses.lost(LASTING), None);
        assert_eq!(pauses.lost(short), None);
    }
}
