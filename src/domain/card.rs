//! What we may know of a card: the brand and the last four digits (rule 8).

use serde::{Deserialize, Serialize};

/// Brand and last four digits, nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSummary {
    /// The last four digits, or fewer where the terminal showed fewer.
    pub last4: String,
    /// The product's name as the terminal gave it, for example `Visa Debit`.
    pub brand: String,
}

impl CardSummary {
    /// Takes the last four digits of a masked (or, wrongly, clear) number and forgets the rest.
    pub fn from_masked(number: &str, brand: &str) -> Self {
        let tail: Vec<char> = number.chars().rev().take_while(char::is_ascii_digit).take(4).collect();
        CardSummary { last4: tail.into_iter().rev().collect(), brand: mask_card_numbers(brand.trim()) }
    }
}

/// Replaces the middle of everything that looks like a clear card number: 12 to 19 digits, single spaces or hyphens
/// between them allowed, that pass the Luhn check. The last four digits stay. Longer runs of digits are no card number,
/// and numbers a terminal already masked have no run this long.
pub fn mask_card_numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run = digit_run(&chars[at..]);
        if run.is_empty() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let end = at + run.last().map_or(0, |last| last + 1);
        push_run(&mut out, &chars[at..end], &run);
        at = end;
    }
    out
}

/// Positions of the digits of a run that starts at the first character.
fn digit_run(chars: &[char]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_ascii_digit() {
            positions.push(at);
        } else {
            let bridges = matches!(chars[at], ' ' | '-')
                && !positions.is_empty()
                && chars.get(at + 1).is_some_and(char::is_ascii_digit);
            if !bridges {
                break;
            }
        }
        at += 1;
    }
    positions
}

fn push_run(out: &mut String, run: &[char], digits: &[usize]) {
    let numbers: Vec<u32> = digits.iter().filter_map(|&at| run[at].to_digit(10)).collect();
    if !(12..=19).contains(&numbers.len()) || !passes_luhn(&numbers) {
        out.extend(run);
        return;
    }
    let keep_from = digits[digits.len() - 4];
    out.extend(run.iter().enumerate().map(|(at, &c)| if at < keep_from && c.is_ascii_digit() { '*' } else { c }));
}

fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_number_keeps_its_last_four_digits_only() {
        assert_eq!(mask_card_numbers("PAN 4111111111111111!"), "PAN ************1111!");
        assert_eq!(mask_card_numbers("4111 1111 1111 1111"), "**** **** **** 1111");
        assert_eq!(mask_card_numbers("378282246310005"), "***********0005");
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for text in ["499999******4321", "4312070041", "2026-03-14 10:42", "A0000000031010", "", "åäö 12"] {
            assert_eq!(mask_card_numbers(text), text);
        }
    }

    #[test]
    fn only_the_tail_of_a_number_is_kept_in_a_summary() {
        let card = CardSummary::from_masked("4111111111111111", "Visa");
        assert_eq!(card.last4, "1111");
        assert_eq!(CardSummary::from_masked("499999******4321", " Visa Debit ").last4, "4321");
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_changes_nothing_more(text in ".{0,60}") {
            let once = mask_card_numbers(&text);
            proptest::prop_assert_eq!(mask_card_numbers(&once), once);
        }
    }
}
