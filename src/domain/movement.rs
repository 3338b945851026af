//! What one approved payment moved.

use super::money::{Currency, Money};
use super::outcome::Taken;
use super::payment::PaymentRecord;
use super::request::Operation;
use super::takings::{Takings, Tally};

/// A payment that was approved, or that a person decided was paid, with what has to be known of its original.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    pub payment: PaymentRecord,
    /// What it is about, where it is about an earlier payment.
    pub original: Option<PaymentRecord>,
    /// The original's newest total by its tip adjustments before this payment; `None` where there were none.
    pub tipped: Option<Money>,
}

/// In minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub currency: Currency,
    pub takings: Takings,
    /// Reserved on cards, or not any more.
    pub reserved: Tally,
    /// Loaded on gift cards, or taken from them again.
    pub loaded: Tally,
    /// What a terminal's batch has one more, or one less, of: a void takes the voided out of it.
    pub standing: i64,
}

impl Ended {
    /// `None` for what moves no money, and for training.
    pub fn movement(&self) -> Option<Movement> {
        let payment = &self.payment;
        let operation = payment.request.operation;
        if payment.training || !operation.has_amount() {
            return None;
        }
        let taken = self.taken();
        let mut movement = Movement {
            currency: taken.total.currency(),
            takings: Takings { payments: 1, ..Takings::default() },
            reserved: Tally::default(),
            loaded: Tally::default(),
            standing: 0,
        };
        match operation {
            Operation::Sale => movement.take(taken, 1),
            Operation::Capture => {
                movement.take(taken, 1);
                movement.reserved = self.original_tally(-1);
            }
            Operation::Refund => movement.give_back(taken.total, 1),
            Operation::Preauth => movement.reserved = Tally::of(1, taken.total),
            Operation::Activation | Operation::Reload => movement.loaded = Tally::of(1, taken.total),
            Operation::Tip => movement.tip(self.tip_difference(taken)),
            Operation::Void => self.void(taken, &mut movement),
            Operation::CardCheck | Operation::Balance | Operation::Deactivation => return None,
        }
        Some(movement)
    }

    /// The money goes the way back; what the original held is what its tip adjustments had made of it.
    fn void(&self, own: Taken, movement: &mut Movement) {
        let voided = self.original.as_ref().map_or(Operation::Sale, |original| original.request.operation);
        let held = self.held().unwrap_or(Taken::exactly(own.total));
        movement.currency = held.total.currency();
        match voided {
            Operation::Refund => movement.give_back(held.total, -1),
            Operation::Preauth => movement.reserved = Tally::of(-1, held.total),
            Operation::Activation | Operation::Reload => movement.loaded = Tally::of(-1, held.total),
            _ => movement.take_back(held),
        }
    }

    /// What was taken. A person who decided that something was paid may have no other figure than what was asked.
    fn taken(&self) -> Taken {
        let said = self.payment.outcome.as_ref().and_then(|outcome| outcome.taken);
        said.unwrap_or_else(|| match (self.payment.request.operation, self.held()) {
            (Operation::Void, Some(held)) => held,
            (Operation::Tip, Some(held)) => {
                let total = held.total.minor() - held.tip_minor + self.payment.request.amount.minor();
                Taken::exactly(Money::new(total, held.total.currency()))
            }
            _ => asked(&self.payment),
        })
    }

    /// What the original held before this payment: of a tip adjustment's total everything besides the tip was there before.
    fn held(&self) -> Option<Taken> {
        let original = self.original.as_ref()?;
        let said = original.outcome.as_ref().and_then(|outcome| outcome.taken);
        let own = said.unwrap_or_else(|| asked(original));
        let Some(tipped) = self.tipped.filter(|tipped| tipped.currency() == own.total.currency()) else {
            return Some(own);
        };
        let tip_minor = own.tip_minor + tipped.minor() - own.total.minor();
        Some(Taken { total: tipped, tip_minor, ..own })
    }

    /// A tip adjustment tells the original's new total, of which all but the difference was counted before.
    fn tip_difference(&self, taken: Taken) -> i64 {
        let before = self.held().filter(|held| held.total.currency() == taken.total.currency());
        taken.total.minor() - before.map_or(0, |held| held.total.minor())
    }

    fn original_tally(&self, sign: i64) -> Tally {
        self.held().map_or(Tally::default(), |held| Tally::of(sign, held.total))
    }
}

impl Movement {
    fn take(&mut self, taken: Taken, standing: i64) {
        self.standing = standing;
        self.takings.taken = 1;
        self.takings.taken_minor = taken.total.minor();
        self.takings.tip_minor = taken.tip_minor;
        self.takings.cashback_minor = taken.cashback_minor;
        self.takings.surcharge_minor = taken.surcharge_minor;
    }

    fn take_back(&mut self, held: Taken) {
        self.standing = -1;
        self.takings.given_back = 1;
        self.takings.given_back_minor = held.total.minor();
        self.takings.tip_minor = -held.tip_minor;
        self.takings.cashback_minor = -held.cashback_minor;
        self.takings.surcharge_minor = -held.surcharge_minor;
    }

    fn give_back(&mut self, total: Money, sign: i64) {
        self.standing = sign;
        self.takings.given_back = sign;
        self.takings.given_back_minor = sign * total.minor();
    }

    fn tip(&mut self, difference: i64) {
        self.takings.taken_minor = difference;
        self.takings.tip_minor = difference;
    }
}

/// Everything that was asked for.
pub(super) fn asked(payment: &PaymentRecord) -> Taken {
    let request = &payment.request;
    let part = |part: Option<Money>| part.map_or(0, Money::minor);
    let (tip_minor, cashback_minor) = (part(request.tip), part(request.cashback));
    let total = Money::new(request.amount.minor() + tip_minor + cashback_minor, request.amount.currency());
    Taken { tip_minor, cashback_minor, ..Taken::exactly(total) }
}
