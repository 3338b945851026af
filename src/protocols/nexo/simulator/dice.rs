//! Dice from the seed, and the invented cards they choose.

use serde::{Deserialize, Serialize};

/// SplitMix64: enough to vary cards and codes, the same for the same seed.
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
}

/// A card that exists nowhere. Its number is known only in the terminal's masked form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub brand: String,
    pub first6: String,
    pub last4: String,
    pub aid: String,
}

/// Brand, first six digits, application identifier.
const CARDS: [(&str, &str, &str); 5] = [
    ("Polarkort Debit", "990134", "A0009901340001"),
    ("Kustbanken Kredit", "990277", "A0009902770001"),
    ("Fjord Debit", "990351", "A0009903510002"),
    ("Skogskortet", "990468", "A0009904680001"),
    ("Lagom Business", "990519", "A0009905190003"),
];

impl Card {
    pub fn draw(dice: &mut Dice) -> Self {
        let (brand, first6, aid) = CARDS[usize::try_from(dice.roll(CARDS.len() as u64)).unwrap_or_default()];
        Card { brand: brand.to_owned(), first6: first6.to_owned(), last4: dice.digits(4), aid: aid.to_owned() }
    }

    /// As in XML and on the merchant's copy: first six and last four.
    pub fn for_merchant(&self) -> String {
        format!("{}******{}", self.first6, self.last4)
    }

    /// As on the customer's copy: last four only.
    pub fn for_customer(&self) -> String {
        format!("************{}", self.last4)
    }
}
