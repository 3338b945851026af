//! How long the till waits before it tries the cloud again (reference 1.6).

use std::time::Duration;

use crate::protocols::simulator::Dice;

/// In milliseconds; the last one again and again.
const PAUSES: [u64; 6] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/// Each is longer by up to so many hundredths: tills that lost the same switch do not all come back at once.
const JITTER: u64 = 20;
/// A line that was lost sooner did not last. Tills that throw each other out must not do it ever faster (1.5).
const LASTING: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Pauses {
    dice: Dice,
    failures: usize,
}

impl Pauses {
    pub fn new(seed: u64) -> Pauses {
        Pauses { dice: Dice::new(seed), failures: 0 }
    }

    /// A line that had stood for so long was lost; none was there for no time at all.
    pub fn after(&mut self, stood: Duration) -> Duration {
        if stood >= LASTING {
            self.failures = 0;
        }
        let pause = PAUSES[self.failures.min(PAUSES.len() - 1)];
        self.failures += 1;
        Duration::from_millis(pause + pause * self.dice.roll(JITTER + 1) / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_begin_anew_after_a_line_that_lasted() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..300 {
            let mut pauses = Pauses::new(seed);
            for expected in [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000] {
                let pause = pauses.after(Duration::ZERO).as_millis();
                assert!(pause >= expected && pause * 100 <= expected * 120, "{pause} of {expected}");
                seen.insert(pause * 100 / expected);
            }
            assert!(pauses.after(LASTING / 2) >= Duration::from_secs(30));
            assert!(pauses.after(LASTING) <= Duration::from_millis(1_200));
        }
        assert!(seen.len() > 10, "{seen:?}");
    }
}
