//! Outcomes that can be heard: which sound follows what has happened, the tones themselves, and the player. The desk names
//! a sound once, when something has changed; drawing again plays nothing.

mod player;
mod tone;

pub use player::{Player, Program};
pub use tone::{RATE, wave};

use super::standing::Happening;
use crate::domain::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sound {
    /// What was wanted is not done.
    Refused,
    Approved,
    /// Declined, cancelled, or never started.
    NotPaid,
    /// Somebody must look: the outcome is in doubt, or the terminal asks something.
    Attention,
}

impl Sound {
    pub const ALL: [Sound; 4] = [Sound::Refused, Sound::Approved, Sound::NotPaid, Sound::Attention];

    /// The most urgent sound of what has happened at once.
    pub fn of(happened: &[Happening]) -> Option<Sound> {
        happened.iter().map(Sound::of_one).max()
    }

    fn of_one(happening: &Happening) -> Sound {
        match happening {
            Happening::Ended { verdict: Verdict::Approved, .. } | Happening::CashTaken(_) => Sound::Approved,
            Happening::Ended { verdict: Verdict::InDoubt, .. } | Happening::Asked => Sound::Attention,
            Happening::Ended { .. } => Sound::NotPaid,
            Happening::Refused => Sound::Refused,
        }
    }

    /// Of its file.
    fn word(self) -> &'static str {
        match self {
            Sound::Refused => "refused",
            Sound::Approved => "approved",
            Sound::NotPaid => "not-paid",
            Sound::Attention => "attention",
        }
    }
}
