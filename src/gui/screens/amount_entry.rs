//! An amount while it is typed: digits move in from the right as on every till, until somebody types the decimal mark.

use crate::domain::{Currency, Money};

/// Digits taken at most, so that no amount overflows or leaves the screen.
const DIGITS_AT_MOST: usize = 9;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AmountEntry {
    digits: String,
    /// How many digits stand before the mark, once it was typed.
    mark: Option<usize>,
}

impl AmountEntry {
    /// An amount as if it had been typed.
    pub fn of(money: Money) -> Self {
        AmountEntry { digits: money.minor().max(0).to_string(), mark: None }
    }

    /// What was typed as a number of its own: `3`, `0.35`.
    pub fn typed(&self) -> String {
        match self.mark.filter(|mark| *mark <= self.digits.len()) {
            Some(mark) => {
                let (whole, decimals) = self.digits.split_at(mark);
                format!(
                    "{}.{}",
                    if whole.is_empty() { "0" } else { whole },
                    if decimals.is_empty() { "0" } else { decimals }
                )
            }
            None => self.digits.clone(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.digits.is_empty() && self.mark.is_none()
    }

    pub fn clear(&mut self) {
        *self = AmountEntry::default();
    }

    /// A digit too many is not taken.
    pub fn push(&mut self, digit: u8, currency: Currency) {
        let decimals = currency.decimals() as usize;
        let (room, decimals_full) = match self.mark {
            // What follows the mark is counted as whole units' digits and decimals.
            Some(mark) => (mark + decimals, self.digits.len() >= mark + decimals),
            None => (DIGITS_AT_MOST, false),
        };
        let leading_zero = digit == 0 && self.digits.is_empty() && self.mark.is_none();
        if digit < 10 && self.digits.len() < room && !decimals_full && !leading_zero {
            self.digits.push(char::from(b'0' + digit));
        }
    }

    /// What was typed so far becomes whole units: `12` `,` `5` is 12.50.
    pub fn push_mark(&mut self, currency: Currency) {
        let decimals = currency.decimals() as usize;
        if self.mark.is_none() && decimals > 0 && self.digits.len() + decimals <= DIGITS_AT_MOST {
            self.mark = Some(self.digits.len());
        }
    }

    /// Takes back what was typed last.
    pub fn pop(&mut self) {
        if self.mark == Some(self.digits.len()) {
            self.mark = None;
        } else {
            self.digits.pop();
        }
    }

    pub fn money(&self, currency: Currency) -> Money {
        let decimals = currency.decimals() as usize;
        let padding = self.mark.map_or(0, |mark| (mark + decimals).saturating_sub(self.digits.len()));
        let minor = format!("{}{}", self.digits, "0".repeat(padding)).parse().unwrap_or(0);
        Money::new(minor, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str, currency: &str) -> i64 {
        let currency: Currency = currency.parse().unwrap();
        let mut entry = AmountEntry::default();
        for key in keys.chars() {
            match key {
                '<' => entry.pop(),
                ',' | '.' => entry.push_mark(currency),
                digit => entry.push(digit as u8 - b'0', currency),
            }
        }
        entry.money(currency).minor()
    }

    #[test]
    fn digits_move_in_from_the_right() {
        assert_eq!(typed("1", "SEK"), 1);
        assert_eq!(typed("1250", "SEK"), 1250);
        assert_eq!(typed("1250", "JPY"), 1250);
        assert_eq!(typed("0001", "SEK"), 1);
    }

    #[test]
    fn a_typed_mark_makes_whole_units_of_what_stands_before_it() {
        assert_eq!(typed("12,5", "SEK"), 1250);
        assert_eq!(typed("12,", "SEK"), 1200);
        assert_eq!(typed("12.50", "SEK"), 1250);
        assert_eq!(typed("12.509", "SEK"), 1250);
        assert_eq!(typed("1.234", "KWD"), 1234);
        assert_eq!(typed(",5", "SEK"), 50);
        assert_eq!(typed("12.", "JPY"), 12);
    }

    #[test]
    fn backspace_takes_back_one_thing_at_a_time() {
        assert_eq!(typed("1250<", "SEK"), 125);
        assert_eq!(typed("12,5<", "SEK"), 1200);
        assert_eq!(typed("12,5<<", "SEK"), 12);
        assert_eq!(typed("<<1", "SEK"), 1);
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(typed("99999999999999999999", "SEK"), 999_999_999);
        assert_eq!(typed("9999999,99", "SEK"), 999_999_999);
        assert_eq!(typed("99999999,5", "SEK"), 999_999_995);
    }
}
