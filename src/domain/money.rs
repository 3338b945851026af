//! Money as an integer of minor units with an ISO 4217 currency. No float, ever (rule 9).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency with a defined number of decimals (0, 2, 3 or 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Swedish krona, the currency of a fresh nexo terminal.
    pub const GBP: Currency = Currency(iso_currency::Currency::GBP);
    pub const SEK: Currency = Currency(iso_currency::Currency::SEK);
    pub const NOK: Currency = Currency(iso_currency::Currency::NOK);
    pub const DKK: Currency = Currency(iso_currency::Currency::DKK);
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    pub const USD: Currency = Currency(iso_currency::Currency::USD);

    /// The three letters, for example `SEK`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: 2 for SEK, 0 for JPY, 3 for KWD.
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// Minor units in one major unit: 100 for SEK, 1 for JPY, 1000 for KWD.
    pub fn scale(self) -> i64 {
        10_i64.pow(self.decimals())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    /// Reads the three letters, in either case. Codes without decimals defined (gold, no currency) are refused.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(&text.trim().to_ascii_uppercase())
            .filter(|currency| currency.exponent().is_some())
            .map(Currency)
            .ok_or_else(|| MoneyError::UnknownCurrency(text.trim().to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What is wrong with an amount somebody typed or sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("“{0}” is not an amount")]
    NotANumber(String),
    #[error("“{text}” has more decimals than {currency} has ({allowed})")]
    TooManyDecimals { text: String, currency: Currency, allowed: u32 },
    #[error("the amount is too large")]
    Overflow,
    #[error("“{0}” is not an ISO 4217 currency")]
    UnknownCurrency(String),
    #[error("the amounts are in different currencies ({0} and {1})")]
    MixedCurrencies(Currency, Currency),
}

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` in minor units: `Money::new(24950, Currency::SEK)` is 249.50 SEK.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    pub fn zero(currency: Currency) -> Self {
        Money { minor: 0, currency }
    }

    /// In minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Reads plain decimal text: digits, at most one `.`, no grouping, an optional leading `-`.
    /// More decimals than the currency has are refused unless they are zeros.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let trimmed = text.trim();
        let not_a_number = || MoneyError::NotANumber(trimmed.to_owned());
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(not_a_number());
        }
        let decimals = currency.decimals() as usize;
        let (kept, surplus) = fraction.split_at(fraction.len().min(decimals));
        if surplus.bytes().any(|byte| byte != b'0') {
            return Err(MoneyError::TooManyDecimals {
                text: trimmed.to_owned(),
                currency,
                allowed: currency.decimals(),
            });
        }
        let minor =
            format!("{whole}{kept:0<decimals$}").trim_start_matches('0').parse_or_zero().ok_or(MoneyError::Overflow)?;
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }

    /// Reads what a person types: `,` or `.` before the decimals, spaces between groups, the minus sign too.
    /// Unlike [`Money::parse`] surplus decimals are refused even when they are zeros.
    pub fn parse_typed(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            .map(|c| match c {
                ',' => '.',
                '\u{2212}' => '-',
                other => other,
            })
            .collect();
        let typed_decimals = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let money = Money::parse(&plain, currency)?;
        if typed_decimals > currency.decimals() as usize {
            return Err(MoneyError::TooManyDecimals { text: plain, currency, allowed: currency.decimals() });
        }
        Ok(money)
    }

    /// Exact decimal text with `.` and all decimals of the currency: `249.50`, `250` (JPY), `1.250` (KWD).
    pub fn to_decimal(self) -> String {
        self.to_localized(".", "")
    }

    /// Decimal text with the given decimal mark and group separator: `1 249,50`.
    pub fn to_localized(self, decimal_mark: &str, group_separator: &str) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let absolute = self.minor.unsigned_abs();
        let scale = self.currency.scale().unsigned_abs();
        let whole = grouped(&(absolute / scale).to_string(), group_separator);
        match self.currency.decimals() as usize {
            0 => format!("{sign}{whole}"),
            decimals => format!("{sign}{whole}{decimal_mark}{:0decimals$}", absolute % scale),
        }
    }

    /// Sum of two amounts of the same currency.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Difference of two amounts of the same currency; may be negative.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::MixedCurrencies(self.currency, other.currency))
        }
    }
}

impl fmt::Display for Money {
    /// Exact decimal text and the currency: `249.50 SEK`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

fn grouped(digits: &str, separator: &str) -> String {
    if separator.is_empty() {
        return digits.to_owned();
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * separator.len());
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// `"".parse_or_zero()` is zero, what does not fit an `i64` is `None`.
trait ParseOrZero {
    fn parse_or_zero(&self) -> Option<i64>;
}

impl ParseOrZero for str {
    fn parse_or_zero(&self) -> Option<i64> {
        if self.is_empty() { Some(0) } else { self.parse().ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().expect("a currency")
    }

    #[test]
    fn amounts_with_zero_two_and_three_decimals_are_read_exactly() {
        assert_eq!(Money::parse("249.5", currency("SEK")).unwrap().minor(), 24_950);
        assert_eq!(Money::parse("250", currency("JPY")).unwrap().minor(), 250);
        assert_eq!(Money::parse("1.250", currency("KWD")).unwrap().minor(), 1_250);
        assert_eq!(Money::parse("56", currency("SEK")).unwrap().minor(), 5_600);
        assert_eq!(Money::parse(".5", currency("SEK")).unwrap().minor(), 50);
    }

    #[test]
    fn surplus_decimals_are_refused_unless_a_terminal_sent_zeros() {
        assert!(matches!(Money::parse("1.005", currency("SEK")), Err(MoneyError::TooManyDecimals { .. })));
        assert_eq!(Money::parse("1.000", currency("SEK")).unwrap().minor(), 100);
        assert!(matches!(Money::parse_typed("1,000", currency("SEK")), Err(MoneyError::TooManyDecimals { .. })));
        assert!(matches!(Money::parse("10.5", currency("JPY")), Err(MoneyError::TooManyDecimals { .. })));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "-", "1.2.3", "1e3", "12kr", "+5", "0x10", "１２"] {
            assert!(Money::parse(text, currency("SEK")).is_err(), "{text}");
        }
    }

    #[test]
    fn an_overflow_is_an_error() {
        assert_eq!(Money::parse("92233720368547758.08", currency("SEK")), Err(MoneyError::Overflow));
        assert_eq!(Money::parse("92233720368547758.07", currency("SEK")).unwrap().minor(), i64::MAX);
        let most = Money::new(i64::MAX, currency("SEK"));
        assert_eq!(most.checked_add(Money::new(1, currency("SEK"))), Err(MoneyError::Overflow));
    }

    #[test]
    fn currencies_do_not_mix() {
        let krona = Money::new(1, currency("SEK"));
        assert!(matches!(krona.checked_add(Money::new(1, currency("EUR"))), Err(MoneyError::MixedCurrencies(..))));
    }

    #[test]
    fn text_is_exact_and_localized() {
        let money = Money::new(123_456_789, currency("SEK"));
        assert_eq!(money.to_decimal(), "1234567.89");
        assert_eq!(money.to_localized(",", "\u{a0}"), "1\u{a0}234\u{a0}567,89");
        assert_eq!(Money::new(-5, currency("SEK")).to_decimal(), "-0.05");
        assert_eq!(Money::new(1234, currency("JPY")).to_localized(".", ","), "1,234");
    }

    proptest::proptest! {
        #[test]
        fn printing_and_reading_gives_the_same_amount(minor in -9_000_000_000_000_000_i64..9_000_000_000_000_000, pick in 0..4_usize) {
            let money = Money::new(minor, currency(["SEK", "JPY", "KWD", "EUR"][pick]));
            proptest::prop_assert_eq!(Money::parse(&money.to_decimal(), money.currency()), Ok(money));
            proptest::prop_assert_eq!(Money::parse_typed(&money.to_localized(",", "\u{a0}"), money.currency()), Ok(money));
        }
    }
}
