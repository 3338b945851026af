//! Amounts of the wire: decimal numbers in major units, kept as their own text (rule 9).

use crate::domain::{Currency, Money, MoneyError};

/// The longest number taken for an amount, and the furthest its point may move.
const LONGEST: usize = 64;
const FURTHEST: i64 = 40;
const NEAREST: i64 = -FURTHEST;

/// An exact decimal number. Which money it is, is decided where the currency is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount(String);

impl Amount {
    /// With all decimals of its currency: `5.00`, `500` (JPY), `1.250` (KWD).
    pub fn of(money: Money) -> Amount {
        Amount(money.to_decimal())
    }

    /// From a JSON number's own text; an exponent is resolved exactly. `None` for what is none or absurdly long.
    pub fn from_number(text: &str) -> Option<Amount> {
        if text.len() > LONGEST {
            return None;
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        match exponent {
            0 => Some(Amount(mantissa.to_owned())),
            NEAREST..=FURTHEST => Some(Amount(format!("{sign}{}", shifted(whole, fraction, exponent)))),
            _ => None,
        }
    }

    /// # Errors
    /// When it is not an amount of this currency: more decimals than it has, or more money than there is.
    pub fn money(&self, currency: Currency) -> Result<Money, MoneyError> {
        Money::parse(&self.0, currency)
    }

    /// Whether it is the same number, however many zeros either was written with.
    pub fn is_same(&self, other: &Amount) -> bool {
        self.significant() == other.significant()
    }

    fn significant(&self) -> (bool, String, String) {
        let (negative, digits) = self.0.strip_prefix('-').map_or((false, self.0.as_str()), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        (negative && !is_zero, whole.to_owned(), fraction.to_owned())
    }

    /// Plain decimal text, a JSON number.
    pub fn as_text(&self) -> &str {
        &self.0
    }
}

/// The number with its point moved to the right (to the left for a negative `by`).
fn shifted(whole: &str, fraction: &str, by: i64) -> String {
    let zeros = |count: usize| "0".repeat(count);
    let steps = usize::try_from(by.unsigned_abs()).unwrap_or_default();
    let (whole, fraction) = if by < 0 {
        let padded = format!("{}{whole}", zeros((steps + 1).saturating_sub(whole.len())));
        let (left, right) = padded.split_at(padded.len() - steps);
        (left.to_owned(), format!("{right}{fraction}"))
    } else {
        let padded = format!("{fraction}{}", zeros(steps.saturating_sub(fraction.len())));
        let (left, right) = padded.split_at(steps);
        (format!("{whole}{left}"), right.to_owned())
    };
    let significant = whole.trim_start_matches('0');
    let whole = if significant.is_empty() { "0" } else { significant };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minor(number: &str, currency: &str) -> Option<i64> {
        Amount::from_number(number)?.money(currency.parse().unwrap()).ok().map(Money::minor)
    }

    #[test]
    fn amounts_that_a_float_gets_wrong_are_read_exactly() {
        for (number, expected) in [
            ("0.1", 10),
            ("0.2", 20),
            ("0.30", 30),
            ("0.29", 29),
            ("1.15", 115),
            ("8.20", 820),
            ("8.2", 820),
            ("4.35", 435),
            ("1.10", 110),
            ("5", 500),
            ("5.0", 500),
            ("5.000", 500),
            ("64.1", 6_410),
            ("9007199254740993.01", 900_719_925_474_099_301),
            ("92233720368547758.07", i64::MAX),
            ("-0.29", -29),
        ] {
            assert_eq!(minor(number, "EUR"), Some(expected), "{number}");
        }
        assert_eq!(minor("0.1", "EUR").unwrap() + minor("0.2", "EUR").unwrap(), minor("0.3", "EUR").unwrap());
        assert_eq!(minor("1.005", "KWD"), Some(1_005));
        assert_eq!(minor("500", "JPY"), Some(500));
    }

    #[test]
    fn exponents_are_resolved_exactly() {
        for (number, expected) in [
            ("2.350e1", 2_350),
            ("2.35E+1", 2_350),
            ("235e-1", 2_350),
            ("235E-2", 235),
            ("2e0", 200),
            ("29e-2", 29),
            ("0.0029e2", 29),
            ("1e2", 10_000),
            ("12.5e3", 1_250_000),
            ("-1e-2", -1),
            ("0e5", 0),
        ] {
            assert_eq!(minor(number, "EUR"), Some(expected), "{number}");
        }
    }

    #[test]
    fn what_is_no_amount_of_the_currency_is_never_rounded() {
        for number in ["1.005", "0.001", "8.200000000000001", "1e-3", "92233720368547758.08", "1e40"] {
            assert_eq!(minor(number, "EUR"), None, "{number}");
        }
        assert_eq!(minor("1.5", "JPY"), None);
    }

    #[test]
    fn what_is_no_number_or_absurd_is_none() {
        for text in ["", "-", ".5", "1e", "1e99999999999999999999", "1e41", "NaN", "0x1", "1,5", "--1", "1e2.5", "+1"] {
            assert_eq!(Amount::from_number(text), None, "{text}");
        }
        assert_eq!(Amount::from_number(&"9".repeat(65)), None);
    }

    #[test]
    fn zeros_at_the_ends_make_no_difference() {
        let same =
            |one: &str, other: &str| Amount::from_number(one).unwrap().is_same(&Amount::from_number(other).unwrap());
        assert!(same("18.4", "18.40") && same("0", "0.00") && same("-0", "0.0") && same("1.84e1", "018.4"));
        assert!(!same("18.4", "1.84") && !same("-1", "1") && !same("10", "1") && !same("0.01", "0.1"));
    }

    #[test]
    fn amounts_are_written_with_the_currencys_decimals() {
        for (minor, currency, text) in [(500, "EUR", "5.00"), (500, "JPY", "500"), (1_250, "KWD", "1.250")] {
            assert_eq!(Amount::of(Money::new(minor, currency.parse().unwrap())).as_text(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(minor in any::<i64>(), pick in 0..3_usize) {
            prop_assume!(minor > i64::MIN);
            let money = Money::new(minor, ["JPY", "EUR", "KWD"][pick].parse().unwrap());
            prop_assert_eq!(Amount::from_number(Amount::of(money).as_text()).unwrap().money(money.currency()), Ok(money));
        }

        #[test]
        fn moving_the_point_and_the_exponent_together_changes_nothing(minor in 0..i64::MAX, exponent in -20..20_i64) {
            let text = format!("{minor}e{}", exponent - 2);
            let moved = Amount::from_number(&text).unwrap();
            let back = Amount::from_number(&format!("{}e{}", moved.as_text(), -exponent));
            let Some(back) = back else { return Ok(()) };
            prop_assert_eq!(back.money(Currency::EUR).unwrap().minor(), minor);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE]{0,70}") {
            let _ = Amount::from_number(&text).map(|amount| amount.money(Currency::EUR));
        }
    }
}
