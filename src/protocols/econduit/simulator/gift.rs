//! The gift card (reference 3.4).

use super::Cloud;
use super::cards::GiftCard;
use super::store::Record;
use super::texts;
use crate::protocols::econduit::messages::CommandWord;

impl Cloud {
    /// The balance afterwards, in minor units, or why it is declined.
    pub(super) fn on_gift_card(&mut self, command: &CommandWord, minor: i64) -> Result<i64, &'static str> {
        let card = &mut self.store.gift_card;
        if !card.is_active && *command != CommandWord::GiftActivate {
            return Err(texts::NOT_ACTIVE);
        }
        let balance = card.balance_minor;
        *card = match command {
            CommandWord::GiftSale if balance < minor => return Err(texts::NO_FUNDS),
            CommandWord::GiftSale => GiftCard { balance_minor: balance - minor, ..*card },
            CommandWord::GiftDeactivate => GiftCard { is_active: false, balance_minor: 0 },
            CommandWord::GiftBalance => *card,
            _ => GiftCard { is_active: true, balance_minor: balance.saturating_add(minor) },
        };
        Ok(card.balance_minor)
    }

    /// The balance once a transaction is taken back, in minor units.
    pub(super) fn undo_on_gift_card(&mut self, original: &Record) -> i64 {
        let card = &mut self.store.gift_card;
        let change = match original.key.command {
            CommandWord::GiftSale => original.total_minor,
            _ => -original.total_minor,
        };
        card.balance_minor = card.balance_minor.saturating_add(change);
        card.balance_minor
    }
}
