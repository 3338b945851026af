//! One line of a bill.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BillError, BillId};
use crate::domain::tax_rate::TaxRate;

/// Characters of a label.
pub const LABEL_AT_MOST: usize = 80;
/// In minor units, of one piece and of a whole line: so that no sum of a bill outgrows an `i64`.
pub const PRICE_AT_MOST: i64 = 1_000_000_000_000;

/// How many, in thousandths: 0.350 kg is one line like two coffees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a number above zero with three decimals at most")]
pub struct QuantityError;

impl Quantity {
    pub const ONE: Quantity = Quantity(1_000);
    const AT_MOST: i64 = 100_000_000;

    /// From thousandths.
    ///
    /// # Errors
    /// Zero, less, or more than a hundred thousand.
    pub fn new(thousandths: i64) -> Result<Quantity, QuantityError> {
        if (1..=Quantity::AT_MOST).contains(&thousandths) { Ok(Quantity(thousandths)) } else { Err(QuantityError) }
    }

    pub fn thousandths(self) -> i64 {
        self.0
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    /// `2`, `0.35`, `0,350`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, decimals) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "0"));
        let is_number =
            |part: &str| !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > 3 {
            return Err(QuantityError);
        }
        format!("{whole}{decimals:0<3}").parse().map_err(|_| QuantityError).and_then(Quantity::new)
    }
}

impl fmt::Display for Quantity {
    /// Without zeros that say nothing: `2`, `0.35`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// Of what it is about.
    Percent(TaxRate),
    /// In minor units.
    Amount(i64),
}

impl Discount {
    /// What is taken off `of`, in minor units; at most all of it.
    pub fn off(self, of: i64) -> i64 {
        match self {
            Discount::Percent(rate) => rounded(i128::from(of) * i128::from(rate.thousandths()), 100_000),
            Discount::Amount(minor) => minor.min(of),
        }
    }

    pub(super) fn check(self, of: i64) -> Result<(), BillError> {
        match self {
            Discount::Percent(_) => Ok(()),
            Discount::Amount(minor) if minor < 0 => Err(BillError::NegativeAmount),
            Discount::Amount(minor) if minor > of => Err(BillError::NegativeTotal),
            Discount::Amount(_) => Ok(()),
        }
    }
}

/// A line about to be rung up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// Of the price list, where it comes from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub label: String,
    pub quantity: Quantity,
    /// Of one, in minor units.
    pub price_minor: i64,
    #[serde(default)]
    pub tax: TaxRate,
}

impl NewLine {
    /// One piece without tax.
    pub fn new(label: &str, price_minor: i64) -> NewLine {
        NewLine { code: None, label: label.to_owned(), quantity: Quantity::ONE, price_minor, tax: TaxRate::ZERO }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Counted from 1, never used again on its bill.
    pub number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub label: String,
    pub quantity: Quantity,
    /// Of one, in minor units.
    pub price_minor: i64,
    #[serde(default)]
    pub tax: TaxRate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voided: bool,
    /// What it was called before its bill was merged into this one: payments made then know it by that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<LineName>,
}

/// A line on a bill that it has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineName {
    pub bill: BillId,
    pub number: u32,
}

impl Line {
    pub(super) fn ring_up(number: u32, new: NewLine) -> Result<Line, BillError> {
        let label = crate::domain::card::mask_card_numbers(new.label.trim());
        if label.is_empty() {
            return Err(BillError::NoLabel);
        }
        if label.chars().count() > LABEL_AT_MOST || label.chars().any(char::is_control) {
            return Err(BillError::BadLabel);
        }
        if new.price_minor < 0 {
            return Err(BillError::NegativeAmount);
        }
        let line = Line {
            number,
            code: new.code,
            label,
            quantity: new.quantity,
            price_minor: new.price_minor,
            tax: new.tax,
            discount: None,
            voided: false,
            was: Vec::new(),
        };
        line.check()
    }

    /// Small enough to be added up.
    pub(super) fn check(self) -> Result<Line, BillError> {
        let exact = i128::from(self.price_minor) * i128::from(self.quantity.thousandths()) / 1_000;
        let fits = self.price_minor <= PRICE_AT_MOST && exact <= i128::from(PRICE_AT_MOST);
        if fits { Ok(self) } else { Err(BillError::TooLarge) }
    }

    /// Before any discount, in minor units.
    pub fn gross(&self) -> i64 {
        rounded(i128::from(self.price_minor) * i128::from(self.quantity.thousandths()), 1_000)
    }

    /// After the line's own discount, in minor units.
    pub fn discounted(&self) -> i64 {
        let gross = self.gross();
        gross - self.discount.map_or(0, |discount| discount.off(gross))
    }
}

/// Rounded to the nearest, halves up. Neither is below zero.
pub(super) fn rounded(exact: i128, by: i128) -> i64 {
    i64::try_from((exact * 2 + by) / (by * 2)).unwrap_or(i64::MAX)
}
