//! Cards that exist nowhere, chosen by dice.

use serde::{Deserialize, Serialize};

use crate::protocols::p3::messages::Scheme;
use crate::protocols::simulator::Dice;

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
