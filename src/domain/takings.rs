//! Sums of money that was taken and given back, in minor units of one currency.

use serde::{Deserialize, Serialize};

use super::money::Money;

/// Counts are of payments; what is voided counts where it is voided, and is not taken out of what was counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Takings {
    /// Everything that moved money, or changed what was reserved or loaded.
    pub payments: i64,
    pub taken: i64,
    /// With tips, cashback and surcharges.
    pub taken_minor: i64,
    /// Refunds and voids; a refund that was voided is out of it.
    pub given_back: i64,
    pub given_back_minor: i64,
    /// Parts of what was taken, less what was voided.
    pub tip_minor: i64,
    pub cashback_minor: i64,
    pub surcharge_minor: i64,
}

impl Takings {
    pub fn net_minor(&self) -> i64 {
        self.taken_minor.saturating_sub(self.given_back_minor)
    }

    /// A sum too large to be counted stays at the largest there is.
    pub fn add(&mut self, other: &Takings) {
        let sums = [
            (&mut self.payments, other.payments),
            (&mut self.taken, other.taken),
            (&mut self.taken_minor, other.taken_minor),
            (&mut self.given_back, other.given_back),
            (&mut self.given_back_minor, other.given_back_minor),
            (&mut self.tip_minor, other.tip_minor),
            (&mut self.cashback_minor, other.cashback_minor),
            (&mut self.surcharge_minor, other.surcharge_minor),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
    }
}

/// How many, and how much in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    pub count: i64,
    pub minor: i64,
}

impl Tally {
    /// One more (`sign` is one), or one less (minus one).
    pub fn of(sign: i64, money: Money) -> Tally {
        Tally { count: sign, minor: sign * money.minor() }
    }

    pub fn add(&mut self, other: Tally) {
        self.count = self.count.saturating_add(other.count);
        self.minor = self.minor.saturating_add(other.minor);
    }
}
