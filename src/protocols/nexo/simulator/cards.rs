//! Cards that exist nowhere, chosen by dice.

use serde::{Deserialize, Serialize};

use crate::protocols::simulator::Dice;

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
