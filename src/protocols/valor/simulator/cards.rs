//! Cards that exist nowhere, chosen by dice.

use serde::{Deserialize, Serialize};

use crate::protocols::simulator::Dice;

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
