//! Cards that exist nowhere, chosen by dice.

use serde::{Deserialize, Serialize};

use crate::protocols::simulator::Dice;

/// Nothing but its last four digits is ever known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub scheme: String,
    pub label: String,
    pub last4: String,
    /// The application's identifier on the chip.
    pub aid: String,
}

const SCHEMES: [(&str, &str, &str); 4] = [
    ("VISA", "VISA DEBIT", "A0000000031010"),
    ("MASTERCARD", "DEBIT MASTERCARD", "A0000000041010"),
    ("MAESTRO", "MAESTRO", "A0000000043060"),
    ("AMEX", "AMERICAN EXPRESS", "A00000002501"),
];

impl Card {
    pub fn draw(dice: &mut Dice) -> Card {
        let (scheme, label, aid) = SCHEMES[usize::try_from(dice.roll(SCHEMES.len() as u64)).unwrap_or_default()];
        Card { scheme: scheme.to_owned(), label: label.to_owned(), last4: dice.digits(4), aid: aid.to_owned() }
    }

    pub fn masked(&self) -> String {
        format!("************{}", self.last4)
    }
}
