//! All chance of a story, from its seed. Each throw is known by what it is for and by its number, so that a fault taken out
//! of a story leaves the others where they were.

use std::collections::BTreeSet;

use super::faults::{FAULTS, Fault};

/// What a throw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum For {
    Latency,
    Delay,
    Request,
    Amount,
    Cashier,
    Shop,
    Pause,
}

const PURPOSES: usize = 7;

/// One occurrence of a fault in a story.
pub type Strike = (Fault, u32);

#[derive(Debug, Clone)]
pub struct Dice {
    seed: u64,
    occasions: [u32; FAULTS.len()],
    throws: [u64; PURPOSES],
    /// Per 10,000; zero for the faults this story does not have.
    odds: [u64; FAULTS.len()],
    /// No fault strikes any more.
    calm: bool,
    pub spared: BTreeSet<Strike>,
    pub struck: Vec<Strike>,
}

impl Dice {
    /// A story has about half of the faults, some of them five times as often: rare pairs meet more often so than if all
    /// were equally rare in every story.
    pub fn of_story(seed: u64) -> Dice {
        let mut odds = [0; FAULTS.len()];
        for (index, (_, usual, _)) in FAULTS.iter().enumerate() {
            odds[index] = match mixed(seed, 1_000 + index as u64, 0) % 8 {
                0..4 => 0,
                4..7 => *usual,
                _ => usual * 5,
            };
        }
        Dice { odds, ..Dice::quiet(seed) }
    }

    /// Nothing goes wrong.
    pub fn quiet(seed: u64) -> Dice {
        Dice {
            seed,
            occasions: [0; FAULTS.len()],
            throws: [0; PURPOSES],
            odds: [0; FAULTS.len()],
            calm: false,
            spared: BTreeSet::new(),
            struck: Vec::new(),
        }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether the fault happens at this occasion.
    pub fn strikes(&mut self, fault: Fault) -> bool {
        let index = fault as usize;
        if self.calm || self.odds[index] == 0 {
            return false;
        }
        let occasion = self.occasions[index];
        self.occasions[index] += 1;
        let struck = mixed(self.seed, index as u64, u64::from(occasion)) % 10_000 < self.odds[index];
        if !struck || self.spared.contains(&(fault, occasion)) {
            return false;
        }
        self.struck.push((fault, occasion));
        true
    }

    /// Between 0 and `below`.
    pub fn roll(&mut self, purpose: For, below: u64) -> u64 {
        let index = purpose as usize;
        self.throws[index] += 1;
        mixed(self.seed, 2_000 + index as u64, self.throws[index]) % below.max(1)
    }

    pub fn pick<T: Copy>(&mut self, purpose: For, of: &[T]) -> T {
        let index = self.roll(purpose, of.len() as u64);
        of[usize::try_from(index).expect("an index")]
    }

    /// From here on nothing goes wrong.
    pub fn calm_down(&mut self) {
        self.calm = true;
    }
}

/// splitmix64 over the three.
fn mixed(seed: u64, stream: u64, number: u64) -> u64 {
    let mut z = seed
        .wrapping_add(stream.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(number.wrapping_mul(0xd1b5_4a32_d192_ed03));
    for _ in 0..2 {
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    z
}
