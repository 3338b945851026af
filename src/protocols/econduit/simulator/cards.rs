//! Cards that exist nowhere, and the gift card.

use serde::{Deserialize, Serialize};

use super::profile::GIFT_BALANCE;
use crate::protocols::simulator::Dice;

/// How a card met the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    Chip,
    Contactless,
    Swiped,
    Token,
}

impl Entry {
    /// `EntryMethod`
    pub fn word(self) -> &'static str {
        match self {
            Entry::Chip => "Chip",
            Entry::Contactless => "Contactless",
            Entry::Swiped => "Swiped",
            Entry::Token => "Token",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub brand: String,
    pub last4: String,
    pub aid: String,
    /// Cryptogram and counter of the chip, hexadecimal.
    pub cryptogram: String,
    pub counter: String,
}

/// Brand, application identifier.
const CARDS: [(&str, &str); 4] = [
    ("Visa", "A0000000031010"),
    ("MasterCard", "A0000000041010"),
    ("Amex", "A000000025010801"),
    ("Discover", "A0000001523010"),
];

impl Card {
    pub fn draw(dice: &mut Dice) -> Card {
        let (brand, aid) = CARDS[usize::try_from(dice.roll(CARDS.len() as u64)).unwrap_or_default()];
        Card {
            brand: brand.to_owned(),
            last4: dice.digits(4),
            aid: aid.to_owned(),
            cryptogram: dice.hex(16).to_uppercase(),
            counter: dice.hex(4).to_uppercase(),
        }
    }

    /// The one gift card there is.
    pub fn gift() -> Card {
        let nothing = String::new;
        Card {
            brand: "Gift".to_owned(),
            last4: "0001".to_owned(),
            aid: nothing(),
            cryptogram: nothing(),
            counter: nothing(),
        }
    }
}

/// What is on a gift card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCard {
    pub is_active: bool,
    pub balance_minor: i64,
}

impl Default for GiftCard {
    fn default() -> GiftCard {
        GiftCard { is_active: true, balance_minor: GIFT_BALANCE }
    }
}
