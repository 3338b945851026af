//! What a field of a row may be.

use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::price_fault::{Column, PriceProblem};
use crate::domain::price_list::LABEL_AT_MOST;
use crate::domain::tax_rate::{TaxRate, TaxRateError};

pub(super) fn label(text: &str) -> Result<String, PriceProblem> {
    match text.chars().count() {
        0 => Err(PriceProblem::LabelMissing),
        1..=LABEL_AT_MOST => Ok(text.to_owned()),
        _ => Err(PriceProblem::LabelTooLong { at_most: LABEL_AT_MOST }),
    }
}

pub(super) fn price(text: &str, currency: Currency) -> Result<Money, PriceProblem> {
    if text.is_empty() {
        return Err(PriceProblem::PriceMissing);
    }
    match Money::parse_typed(text, currency) {
        Ok(money) if money.minor() < 0 => Err(PriceProblem::PriceNegative(quoted(text))),
        Ok(money) => Ok(money),
        Err(MoneyError::TooManyDecimals { .. }) => Err(PriceProblem::PriceDecimals { price: quoted(text), currency }),
        Err(MoneyError::Overflow) => Err(PriceProblem::PriceTooLarge(quoted(text))),
        Err(_) => Err(PriceProblem::PriceUnreadable(quoted(text))),
    }
}

/// Nothing is no tax.
pub(super) fn tax(text: &str) -> Result<TaxRate, PriceProblem> {
    if text.is_empty() {
        return Ok(TaxRate::ZERO);
    }
    text.parse().map_err(|error| match error {
        TaxRateError::NotANumber => PriceProblem::TaxUnreadable(quoted(text)),
        TaxRateError::TooManyDecimals => PriceProblem::TaxDecimals(quoted(text)),
        TaxRateError::OutOfRange => PriceProblem::TaxOutOfRange(quoted(text)),
    })
}

/// The text, if a person can see all of it.
pub(super) fn visible(column: Column, text: &str) -> Result<&str, PriceProblem> {
    match text.chars().find(|c| c.is_control()) {
        None => Ok(text),
        Some('\n' | '\r') => Err(PriceProblem::LineBreak(column)),
        Some(_) => Err(PriceProblem::ControlCharacter(column)),
    }
}

pub(super) fn quoted(text: &str) -> String {
    text.chars().take(PriceProblem::QUOTED_AT_MOST).collect()
}
