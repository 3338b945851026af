//! A PIN: digits that nobody prints and nobody guesses at once.

use super::error::OperatorError;
use crate::domain::Secret;

/// 4 to 8 digits, none of those that are tried first. Cannot be printed; its memory is wiped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin(Secret);

impl Pin {
    /// In digits.
    pub const SHORTEST: usize = 4;
    pub const LONGEST: usize = 8;

    /// A PIN that somebody wants to have.
    ///
    /// # Errors
    /// `BadPin`, `WeakPin`. They do not repeat it.
    pub fn choose(digits: Secret) -> Result<Pin, OperatorError> {
        let pin = Pin::tried(digits)?;
        if is_weak(pin.reveal().as_bytes()) { Err(OperatorError::WeakPin) } else { Ok(pin) }
    }

    /// A PIN that somebody types to sign in: weak ones are simply wrong.
    ///
    /// # Errors
    /// `BadPin` for what can be nobody's.
    pub fn tried(digits: Secret) -> Result<Pin, OperatorError> {
        let text = digits.reveal();
        let fits = (Pin::SHORTEST..=Pin::LONGEST).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Pin(digits))
        } else {
            Err(OperatorError::BadPin)
        }
    }

    /// For the hash and the check against it, and nothing else.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// One digit throughout, a run up or down, a pair or a half that is repeated, or a mirror such as 1221.
fn is_weak(digits: &[u8]) -> bool {
    let steps = |wanted: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == wanted);
    let repeats =
        |every: usize| digits.len().is_multiple_of(every) && digits.chunks(every).all(|part| part == &digits[..every]);
    let mirrored = digits.iter().eq(digits.iter().rev());
    // 0 stands behind 9 on the keys.
    let along_the_keys = [b"7890".as_slice(), b"0987", b"2580", b"0852", b"1379", b"1397"];
    steps(0)
        || steps(1)
        || steps(-1)
        || (1..=digits.len() / 2).any(repeats)
        || mirrored
        || along_the_keys.contains(&digits)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn choose(digits: &str) -> Result<Pin, OperatorError> {
        Pin::choose(Secret::new(digits))
    }

    #[test]
    fn a_pin_has_four_to_eight_digits() {
        for good in ["2749", "58213", "90417352"] {
            assert_eq!(choose(good).unwrap().reveal(), good);
        }
        for bad in ["", "274", "904173521", "27a9", "2 49", "٢٧٤٩", "-274"] {
            assert_eq!(choose(bad), Err(OperatorError::BadPin), "{bad}");
        }
    }

    #[test]
    fn the_pins_that_are_tried_first_are_refused() {
        for weak in
            ["0000", "1111", "1234", "4321", "12345678", "98765", "1212", "123123", "1221", "2580", "7890", "99999999"]
        {
            assert_eq!(choose(weak), Err(OperatorError::WeakPin), "{weak}");
            assert!(Pin::tried(Secret::new(weak)).is_ok(), "{weak}");
        }
        let weak = (0..10_000).filter(|number| choose(&format!("{number:04}")).is_err()).count();
        assert!(weak < 250, "{weak} of 10 000");
    }

    #[test]
    fn nothing_that_is_said_about_a_pin_repeats_it() {
        let pin = choose("2749").unwrap();
        assert!(!format!("{pin:?}").contains("2749"));
        for wrong in ["27490417352", "2749x"] {
            let error = choose(wrong).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("2749"));
        }
    }
}
