//! A rate of value-added or sales tax.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// In thousandths of a percent, so that 8.875 % is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxRate(u32);

/// What stands for 100 %.
const WHOLE: u32 = 100_000;
const DECIMALS: usize = 3;

/// Whether prices contain their tax, or it comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    #[default]
    Included,
    Added,
}

impl TaxMode {
    /// As files, events and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            TaxMode::Included => "included",
            TaxMode::Added => "added",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaxRateError {
    #[error("this is no rate")]
    NotANumber,
    #[error("a rate has three decimals at most")]
    TooManyDecimals,
    #[error("a rate is between 0 and 100 %")]
    OutOfRange,
}

impl TaxRate {
    pub const ZERO: TaxRate = TaxRate(0);

    /// From thousandths of a percent.
    ///
    /// # Errors
    /// More than 100 %.
    pub fn new(thousandths: u32) -> Result<TaxRate, TaxRateError> {
        if thousandths <= WHOLE { Ok(TaxRate(thousandths)) } else { Err(TaxRateError::OutOfRange) }
    }

    pub fn thousandths(self) -> u32 {
        self.0
    }
}

impl FromStr for TaxRate {
    type Err = TaxRateError;

    /// `20`, `5.5`, `8,875`, with or without a percent sign.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) {
            return Err(TaxRateError::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > DECIMALS {
            return Err(TaxRateError::TooManyDecimals);
        }
        let thousandths = format!("{whole}{decimals:0<DECIMALS$}").parse().map_err(|_| TaxRateError::OutOfRange)?;
        TaxRate::new(thousandths)
    }
}

impl fmt::Display for TaxRate {
    /// Without the percent sign and without zeros that say nothing: `5.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written_exactly() {
        for (text, thousandths, written) in [
            ("20", 20_000, "20"),
            ("5,5 %", 5_500, "5.5"),
            ("8.875%", 8_875, "8.875"),
            ("0", 0, "0"),
            ("100", WHOLE, "100"),
            ("2.10", 2_100, "2.1"),
        ] {
            let rate: TaxRate = text.parse().unwrap();
            assert_eq!((rate.thousandths(), rate.to_string().as_str()), (thousandths, written), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "%", "-5", "1e1", "twenty", ".", "5.", "+7"] {
            assert_eq!(text.parse::<TaxRate>(), Err(TaxRateError::NotANumber), "{text}");
        }
        assert_eq!("1.0001".parse::<TaxRate>(), Err(TaxRateError::TooManyDecimals));
        assert_eq!("100.001".parse::<TaxRate>(), Err(TaxRateError::OutOfRange));
        assert_eq!("99999999999999".parse::<TaxRate>(), Err(TaxRateError::OutOfRange));
    }
}
