//! Dice from the seed, and the invented cards they choose.

use serde::{Deserialize, Serialize};

use crate::protocols::p3::messages::Scheme;

/// SplitMix64: enough to vary cards, codes and identifiers, the same for the same seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// From zero up to, without, `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    pub fn digits(&mut self, count: u32) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.roll(10)).unwrap_or_default())).collect()
    }

    /// As the platform makes its identifiers (4.8): 32 hexadecimal digits.
    pub fn identifier(&mut self) -> String {
        (0..32).filter_map(|_| char::from_digit(u32::try_from(self.roll(16)).unwrap_or_default(), 16)).collect()
    }
}

/// A card that exists nowhere. Nothing but its last four digits is ever known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub scheme: Scheme,
    pub last4: String,
    /// The application's identifier on the chip.
    pub aid: String,
}

const SCHEMES: [(Scheme, &str); 4] = [
    (Scheme::Visa, "A0000000031010"),
    (Scheme::Mastercard, "A0000000041010"),
    (Scheme::Maestro, "A0000000043060"),
    (Scheme::AmericanExpress, "A00000002501"),
];

impl Card {
    pub fn draw(dice: &mut Dice) -> Self {
        let (scheme, aid) = &SCHEMES[usize::try_from(dice.roll(SCHEMES.len() as u64)).unwrap_or_default()];
        Card { scheme: scheme.clone(), last4: dice.digits(4), aid: (*aid).to_owned() }
    }

    /// A card or an account that has no chip.
    pub fn without_chip(scheme: Scheme, dice: &mut Dice) -> Self {
        Card { scheme, last4: dice.digits(4), aid: String::new() }
    }

    pub fn masked(&self) -> String {
        format!("************{}", self.last4)
    }
}
