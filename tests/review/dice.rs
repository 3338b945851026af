//! Dice of the stories at the seam: the simulators', with a choice among things.

use checkstand::protocols::simulator;

pub struct Dice(simulator::Dice);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(simulator::Dice::new(seed))
    }

    /// From zero up to, without, `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0.roll(sides)
    }

    pub fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()].clone()
    }
}
