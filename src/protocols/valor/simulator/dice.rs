//! Dice from the seed, and the invented cards they choose.

use serde::{Deserialize, Serialize};

/// Enough to vary cards and numbers, the same for the same seed (a linear congruence, high bits).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed ^ 0x5a17_0c0d_5a17_0c0d)
    }

    /// From zero up to, without, `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }

    /// A number of so many digits that does not begin with zero.
    pub fn number(&mut self, digits: u32) -> String {
        let lowest = 10_u64.pow(digits - 1);
        (lowest + self.roll(9 * lowest)).to_string()
    }
}

/// A card that exists nowhere, as the terminal shows it (6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub issuer: String,
    pub masked: String,
    pub aid: String,
}

/// Brand, first four digits, application identifier.
const CARDS: [(&str, &str, &str); 4] = [
    ("VISA", "4000", "A0000000031010"),
    ("MASTERCARD", "5413", "A0000000041010"),
    ("AMEX", "3742", "A000000025010801"),
    ("DISCOVER", "6011", "A0000001523010"),
];

impl Card {
    pub fn draw(dice: &mut Dice) -> Self {
        let (issuer, first, aid) = CARDS[usize::try_from(dice.roll(CARDS.len() as u64)).unwrap_or_default()];
        let masked = format!("{first} **** **** {:04}", dice.roll(10_000));
        Card { issuer: issuer.to_owned(), masked, aid: aid.to_owned() }
    }
}
