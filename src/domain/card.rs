//! What we may know of a card: the brand and the last four digits (rule 8).

use serde::{Deserialize, Serialize};

/// Lengths of a card number.
const SHORTEST: usize = 12;
const LONGEST: usize = 19;
/// Digits of it that stay in clear.
const KEPT: usize = 4;

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

/// A card's number, masked or (wrongly) clear, with all digits hidden but the last four.
pub fn last_four(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let mut to_hide = digits.saturating_sub(KEPT);
    let hide = |c: char| match c {
        '0'..='9' if to_hide > 0 => {
            to_hide -= 1;
            '*'
        }
        other => other,
    };
    number.chars().map(hide).collect()
}

/// What a customer may read: of every masked number (12 to 19 places, some of them hidden) the last four digits at most.
pub fn mask_but_last_four(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let places = run(&letters, at, is_digit_or_hidden);
        at = places.last().map_or(at, |last| *last) + 1;
        let hidden = places.iter().find(|place| !letters[**place].is_ascii_digit()).map(|place| letters[*place]);
        if let Some(hidden) = hidden.filter(|_| (SHORTEST..=LONGEST).contains(&places.len())) {
            let shown = places.len() - KEPT;
            places[..shown].iter().for_each(|place| letters[*place] = hidden);
        }
    }
    letters.into_iter().collect()
}

/// A digit of a masked number, or what hides one.
fn is_digit_or_hidden(letter: &char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '*' | 'x' | 'X' | '#' | '•' | '·')
}

/// Replaces the middle of everything that looks like a clear card number: 12 to 19 digits, single spaces or hyphens
/// between their groups allowed, that pass the Luhn check, whatever groups of digits stand beside them. The last four
/// digits stay. Numbers a terminal already masked have no run this long. What names a card's application is none, and
/// has to be on receipts.
pub fn mask_card_numbers(text: &str) -> String {
    if !has_long_run(text) {
        return text.to_owned();
    }
    let mut masked = mask_once(text);
    // What is left beside a masked number may look like another.
    loop {
        let again = mask_once(&masked);
        if again == masked {
            return masked;
        }
        masked = again;
    }
}

/// Whether there are enough digits together for a card number; most texts have not.
fn has_long_run(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let bridges = matches!(byte, b' ' | b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => run += 1,
            _ if bridges => {}
            _ => run = 0,
        }
        if run >= SHORTEST {
            return true;
        }
    }
    false
}

fn mask_once(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let digits = run(&chars, at, char::is_ascii_digit);
        at = digits.last().map_or(at, |last| *last) + 1;
        if digits.len() >= SHORTEST {
            mask_run(&mut chars, &digits);
        }
    }
    chars.into_iter().collect()
}

/// Whether these digits are those of an application's name: an AID, a word of its own that is `A` and digits of which the first
/// three are noughts. Behind all its noughts there is too little left for a card number that was filled up with noughts.
fn is_application(chars: &[char], positions: &[usize]) -> bool {
    let Some(&from) = positions.first() else { return false };
    let before = |places: usize| from.checked_sub(places).and_then(|place| chars.get(place));
    let is_word = before(1) == Some(&'A') && !before(2).is_some_and(|letter| letter.is_alphanumeric());
    let rest = positions.iter().skip_while(|&&at| chars[at] == '0').count();
    is_word && chars[from..].starts_with(&['0'; 3]) && rest < SHORTEST
}

/// Positions of what belongs to a number that starts at `from`; single spaces and hyphens may stand between.
fn run(chars: &[char], from: usize, belongs: fn(&char) -> bool) -> Vec<usize> {
    let mut positions = Vec::new();
    for at in from..chars.len() {
        if belongs(&chars[at]) {
            positions.push(at);
        } else {
            let bridges =
                matches!(chars[at], ' ' | '-') && !positions.is_empty() && chars.get(at + 1).is_some_and(belongs);
            if !bridges {
                break;
            }
        }
    }
    positions
}

fn mask_run(chars: &mut [char], positions: &[usize]) {
    let numbers: Vec<u32> = positions.iter().filter_map(|&at| chars[at].to_digit(10)).collect();
    let mut hidden = vec![false; positions.len()];
    for (from, to) in candidates(positions) {
        if passes_luhn(&numbers[from..to]) && !is_application(chars, &positions[from..to]) {
            hidden[from..to - KEPT].fill(true);
        }
    }
    for (&at, _) in positions.iter().zip(hidden).filter(|(_, hidden)| *hidden) {
        chars[at] = '*';
    }
}

/// Stretches of a run that may be a card number: those that begin and end where a group does, and in a group that is
/// longer than a card number those that begin or end with it.
fn candidates(positions: &[usize]) -> Vec<(usize, usize)> {
    let begins = |at: usize| at == 0 || positions[at] > positions[at - 1] + 1;
    let ends = |at: usize| at == positions.len() || begins(at);
    let mut found = Vec::new();
    for from in 0..positions.len() {
        for to in (from + SHORTEST)..=(from + LONGEST).min(positions.len()) {
            let inside_long = !(from + 1..to).any(begins) && is_in_long_group(positions, from);
            if (begins(from) && ends(to)) || (inside_long && (begins(from) || ends(to))) {
                found.push((from, to));
            }
        }
    }
    found
}

fn is_in_long_group(positions: &[usize], at: usize) -> bool {
    let joined = |pair: &&[usize]| pair[1] == pair[0] + 1;
    let before = positions[..=at].windows(2).rev().take_while(joined).count();
    let after = positions[at..].windows(2).take_while(joined).count();
    before + 1 + after > LONGEST
}

/// Whether the last digit is the check digit of those before it, as in every card number.
pub fn passes_luhn(digits: &[u32]) -> bool {
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
    fn a_customer_reads_four_digits_of_a_masked_number_at_most() {
        for (given, shown) in [
            ("499999******4321", "************4321"),
            ("Visa 4999 99xx xxxx 4321 PIN", "Visa xxxx xxxx xxxx 4321 PIN"),
            ("4999-99##-####-4321", "####-####-####-4321"),
            ("**** 4321", "**** 4321"),
            ("499999******", "************"),
            ("AID: A0000000031010 2026-03-14", "AID: A0000000031010 2026-03-14"),
            ("Ref.nr: 4312070041", "Ref.nr: 4312070041"),
        ] {
            assert_eq!(mask_but_last_four(given), shown);
        }
    }

    #[test]
    fn a_clear_number_keeps_its_last_four_digits_only() {
        assert_eq!(mask_card_numbers("PAN 4111111111111111!"), "PAN ************1111!");
        assert_eq!(mask_card_numbers("4111 1111 1111 1111"), "**** **** **** 1111");
        assert_eq!(mask_card_numbers("378282246310005"), "***********0005");
    }

    #[test]
    fn digits_beside_a_number_do_not_hide_it() {
        for (text, masked) in [
            ("4111111111111111 12/29", "************1111 12/29"),
            ("Ref 1-4111111111111111", "Ref 1-************1111"),
            ("100 4111 1111 1111 1111 20260314", "100 **** **** **** 1111 20260314"),
        ] {
            assert_eq!(mask_card_numbers(text), masked);
        }
        assert!(!mask_card_numbers("41111111111111111229").contains("411111"));
        assert!(!mask_card_numbers("00004111111111111111").contains("411111"));
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for text in ["499999******4321", "4312070041", "2026-03-14 10:42", "A0000000031010", "", "åäö 12"] {
            assert_eq!(mask_card_numbers(text), text);
        }
    }

    #[test]
    fn the_name_of_a_cards_application_is_no_card_number() {
        // Dankort's, and others that pass the check by chance.
        for text in ["AID: A0000001211010", "A0000002282010", "AID A0000000049999 TVR 0000008000"] {
            assert_eq!(mask_card_numbers(text), text);
        }
        assert_eq!(mask_card_numbers("A0000001211010 4111111111111111"), "A0000001211010 ************1111");
        assert_eq!(mask_card_numbers("PANA4111111111111111"), "PANA************1111");
        for filled_up in
            ["A00004111111111111111", "A0004111111111111111", "VISA0004111111111111111", "VISA0000001211010"]
        {
            assert_ne!(mask_card_numbers(filled_up), filled_up);
            assert!(!mask_card_numbers(filled_up).contains("411111"));
        }
        assert_ne!(mask_card_numbers("B0000001211010"), "B0000001211010");
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
