//! Card numbers that are not written in one piece: with anything between their groups, over several lines, fields and
//! addresses, or as the track of a magnetic stripe.

use std::ops::Range;

use crate::domain::card::passes_luhn;

const LONGEST: usize = 19;
/// Digits of a number that stay in clear.
const KEPT: usize = 4;
/// Signs between two groups of one number, where no letter is among them.
const GAP: usize = 12;
/// The same with letters, as between two fields or two lines of a log.
const WIDE_GAP: usize = 90;
/// Such a number is in a few large pieces; single digits in prose are no number.
const WIDE_PIECE: usize = 4;
const WIDE_PIECES: usize = 4;
/// Beginnings of the digits of other scripts.
const ZEROS: [u32; 5] = [0x30, 0x660, 0x6f0, 0x966, 0xff10];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Digit(u32),
    Letter,
    Sign,
    /// A date or time: no part of a number, and no hindrance to one.
    Time,
}

/// One letter as it is meant, however it is escaped.
struct Atom {
    range: Range<usize>,
    kind: Kind,
}

/// Digits that stand together: their place among the atoms.
struct Group {
    atoms: Vec<usize>,
    /// To the group before.
    gap: Gap,
}

#[derive(Clone, Copy, PartialEq)]
enum Gap {
    Narrow,
    Wide,
    TooFar,
}

/// Masks every digit but the last four of what may be a card number, wherever its digits stand.
pub(super) fn masked_trails(text: &str) -> String {
    let atoms = atoms(text);
    let groups = groups(&atoms);
    let mut hidden = vec![false; atoms.len()];
    for first in 0..groups.len() {
        hide_from(&groups[first..], &atoms, &mut hidden);
    }
    let mut masked = String::with_capacity(text.len());
    for (atom, hidden) in atoms.iter().zip(hidden) {
        masked.push_str(if hidden { "*" } else { &text[atom.range.clone()] });
    }
    masked
}

fn hide_from(groups: &[Group], atoms: &[Atom], hidden: &mut [bool]) {
    let mut places: Vec<usize> = Vec::new();
    let mut wide = false;
    for (number, group) in groups.iter().enumerate() {
        let gap = if number == 0 { Gap::Narrow } else { group.gap };
        wide |= gap == Gap::Wide;
        places.extend(&group.atoms);
        if gap == Gap::TooFar || (number > 0 && places.len() > LONGEST) {
            return;
        }
        let in_pieces = number < WIDE_PIECES && groups[..=number].iter().all(|group| group.atoms.len() >= WIDE_PIECE);
        if (!wide || in_pieces) && (places.len() > LONGEST || is_card_number(&places, atoms)) {
            places[..places.len() - KEPT].iter().for_each(|&place| hidden[place] = true);
        }
    }
}

/// By check digit, and by the first digits and lengths that issuers use.
fn is_card_number(places: &[usize], atoms: &[Atom]) -> bool {
    let digits: Vec<u32> = places
        .iter()
        .filter_map(|&place| match atoms[place].kind {
            Kind::Digit(digit) => Some(digit),
            _ => None,
        })
        .collect();
    let [a, b, c, d, ..] = digits[..] else { return false };
    let (two, four, length) = (a * 10 + b, a * 1000 + b * 100 + c * 10 + d, digits.len());
    let is_usual = match a {
        2 => (2221..=2720).contains(&four) && length == 16,
        3 if two == 34 || two == 37 => length == 15,
        3 if matches!(two, 30 | 35 | 36 | 38 | 39) => (14..=19).contains(&length),
        4 => matches!(length, 13 | 16 | 19),
        5 if (51..=55).contains(&two) => length == 16,
        5 if matches!(two, 50 | 56..=58) => (12..=19).contains(&length),
        6 => (12..=19).contains(&length),
        _ => false,
    };
    is_usual && passes_luhn(&digits)
}

fn groups(atoms: &[Atom]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut signs, mut letters) = (0, false);
    let mut joined = false;
    for (place, atom) in atoms.iter().enumerate() {
        match atom.kind {
            Kind::Digit(_) if joined => groups.last_mut().into_iter().for_each(|group| group.atoms.push(place)),
            Kind::Digit(_) => {
                let gap = match (signs, letters) {
                    (0..=GAP, false) => Gap::Narrow,
                    (0..=WIDE_GAP, _) => Gap::Wide,
                    _ => Gap::TooFar,
                };
                groups.push(Group { atoms: vec![place], gap });
                (signs, letters) = (0, false);
            }
            Kind::Letter => (signs, letters) = (signs + 1, true),
            Kind::Sign => signs += 1,
            Kind::Time => {}
        }
        joined = matches!(atom.kind, Kind::Digit(_));
    }
    groups
}

fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut behind_digit = false;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let (length, kind) = match time_at(rest).filter(|_| !behind_digit) {
            Some(length) => (length, Kind::Time),
            None => escaped(rest).unwrap_or((letter.len_utf8(), kind_of(letter))),
        };
        behind_digit = matches!(kind, Kind::Digit(_));
        atoms.push(Atom { range: at..at + length, kind });
        at += length;
    }
    atoms
}

fn kind_of(letter: char) -> Kind {
    let digit = |zero: &u32| u32::from(letter).checked_sub(*zero).filter(|digit| *digit < 10);
    match ZEROS.iter().find_map(digit) {
        Some(digit) => Kind::Digit(digit),
        None if letter.is_alphanumeric() => Kind::Letter,
        None => Kind::Sign,
    }
}

/// A letter as addresses, JSON and XML may write it, with the length of that.
fn escaped(text: &str) -> Option<(usize, Kind)> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).map(kind_of);
    match text.as_bytes() {
        [b'%', ..] => Some((3, number(text.get(1..3)?, 16)?)),
        [b'\\', b'u', ..] => Some((6, number(text.get(2..6)?, 16)?)),
        [b'\\', b'x', ..] => Some((4, number(text.get(2..4)?, 16)?)),
        [b'\\', b'n' | b'r' | b't' | b'"' | b'\\' | b'/', ..] => Some((2, Kind::Sign)),
        [b'&', ..] => {
            let end = text.bytes().take(9).position(|byte| byte == b';')?;
            let name = text.get(1..end)?;
            let kind = match name.strip_prefix("#x").or(name.strip_prefix("#X")) {
                Some(code) => number(code, 16)?,
                None => name.strip_prefix('#').map_or(Some(Kind::Sign), |code| number(code, 10))?,
            };
            Some((end + 1, kind))
        }
        _ => None,
    }
}

/// The length of a date of this century, with the time behind it if there is one.
fn time_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is = |shape: &[u8], from: usize| {
        bytes.get(from..from + shape.len()).is_some_and(|found| {
            found
                .iter()
                .zip(shape)
                .all(|(byte, wanted)| if *wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted })
        })
    };
    let below = |from: usize, limit: u8| {
        text.get(from..from + 2).and_then(|two| two.parse::<u8>().ok()).is_some_and(|two| two < limit)
    };
    if !(text.starts_with("20") && is(b"0000-00-00", 0) && below(5, 13) && below(8, 32)) {
        return None;
    }
    let has_time = matches!(bytes.get(10), Some(b'T' | b' '))
        && is(b"00:00:00", 11)
        && below(11, 25)
        && below(14, 60)
        && below(17, 61);
    if !has_time {
        return bytes.get(10).is_none_or(|byte| !byte.is_ascii_digit()).then_some(10);
    }
    let fraction = bytes[19..].iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    let end = if bytes.get(19) == Some(&b'.') && (1..=9).contains(&fraction) { 20 + fraction } else { 19 };
    let zone = matches!(bytes.get(end), Some(b'+' | b'-')) && is(b"00:00", end + 1);
    Some(if zone { end + 6 } else { end })
}

/// What a magnetic stripe says behind its number, and the number.
pub(super) fn without_tracks(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', '^', 'D']) {
        let number = rest[..at].bytes().rev().take_while(|byte| byte.is_ascii_digit() || *byte == b'*').count();
        let behind = &rest[at + 1..];
        match (12..=LONGEST).contains(&number).then(|| track_end(&rest[at..at + 1], behind)).flatten() {
            Some(end) => {
                clean.push_str(&rest[..at - number]);
                clean.push_str("***");
                rest = &behind[end..];
            }
            None => {
                clean.push_str(&rest[..=at]);
                rest = behind;
            }
        }
    }
    clean.push_str(rest);
    clean
}

fn track_end(sign: &str, behind: &str) -> Option<usize> {
    if sign == "^" {
        return Some(behind.find(['?', '\n', '"', '<']).unwrap_or(behind.len()));
    }
    let digits = behind.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'*').count();
    (digits >= 4).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_whatever_stands_between_its_groups() {
        for (text, masked) in [
            ("4111.1111/1111_1111", "****.****/****_1111"),
            ("4111%201111%2d1111%201111", "****%20****%2d****%201111"),
            (r"4111\n1111\u00201111\n1111", r"****\n****\u0020****\n1111"),
            ("4111&#32;1111&nbsp;1111 1111", "****&#32;****&nbsp;**** 1111"),
            ("%34%31%31%31111111111111", "************1111"),
            ("４１１１１１１１１１１１１１１１", "************１１１１"),
            (r#"{"a":"41111111","b":"11111111"}"#, r#"{"a":"********","b":"****1111"}"#),
            ("3 7 8 2 8 2 2 4 6 3 1 0 0 0 5", "* * * * * * * * * * * 0 0 0 5"),
            ("41111111 2026-11-22T14:32:13.5+01:00 11111111", "******** 2026-11-22T14:32:13.5+01:00 ****1111"),
        ] {
            assert_eq!(masked_trails(text), masked);
        }
    }

    #[test]
    fn times_addresses_and_amounts_are_no_card_numbers() {
        for text in [
            "2026-11-22T14:32:13.123456+01:00 2026-11-22 14:32:13",
            "192.168.100.105:5000",
            "1 250,00 SEK 19.90",
            "STAN 004182",
        ] {
            assert_eq!(masked_trails(text), text);
        }
    }

    #[test]
    fn what_a_stripe_says_goes_whole() {
        assert_eq!(without_tracks(";4111111111111111=29081010000?"), ";***?");
        assert_eq!(without_tracks("%B4111111111111111^DOE/JANE^2908101?"), "%B***?");
        assert_eq!(without_tracks("************1111=2908 DEAD=beef"), "*** DEAD=beef");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9%&#;\\\\xun 20:T+å-]{0,80}") {
            masked_trails(&without_tracks(&text));
        }

        #[test]
        fn a_number_split_anywhere_never_comes_through(
            number in proptest::sample::select(vec!["4111111111111111", "378282246310005", "5555555555554444", "6011111111111117"]),
            splits in proptest::collection::vec((1_usize..14, "[ ./_:,;|\n\t\"'-]{1,4}"), 0..6),
        ) {
            let mut split = number.to_owned();
            let mut places = splits;
            places.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
            places.dedup_by_key(|(place, _)| *place);
            for (place, between) in places {
                split.insert_str(place, &between);
            }
            let masked = masked_trails(&split);
            let digits: String = masked.chars().filter(char::is_ascii_digit).collect();
            proptest::prop_assert!(digits.len() <= 4, "{} -> {}", split, masked);
        }
    }
}
