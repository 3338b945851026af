//! Reads lines that were sent as dots: where they are letters of the bundled font on the printer's grid, they are text again.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::receipts::bitmap::Bitmap;
use crate::receipts::letters::{self, Shape};
use crate::receipts::slip::Weight;

/// Letters, by how they look.
type Alphabet = HashMap<Vec<u8>, char>;

/// What a printer without a letter draws is no letter: told as this.
const UNKNOWN: char = '\u{fffd}';
/// So many dots may be missing: some are left white so that a picture is not taken for a command.
const MAY_DIFFER: u32 = 2;

/// Latin, Greek and Cyrillic with their signs, punctuation, currencies and arrows. Of those that look the same the first is meant: Latin
/// letters, and the usual dashes.
const KNOWN: [std::ops::RangeInclusive<u32>; 8] = [
    0x21..=0x24f,
    0x1e00..=0x1eff,
    0x370..=0x3ff,
    0x400..=0x4ff,
    0x2013..=0x2014,
    0x2010..=0x2044,
    0x20a0..=0x20bf,
    0x2190..=0x2193,
];

static ALPHABETS: LazyLock<Vec<(Shape, Alphabet)>> = LazyLock::new(|| {
    let shapes = [Weight::Plain, Weight::Bold, Weight::Tall, Weight::Wide, Weight::Large].map(Shape::of);
    shapes.into_iter().map(|shape| (shape, alphabet(shape))).collect()
});

fn alphabet(shape: Shape) -> Alphabet {
    let mut alphabet = HashMap::new();
    for letter in KNOWN.into_iter().flatten().filter_map(char::from_u32).filter(|letter| !letter.is_control()) {
        let drawn = letters::line(&letter.to_string(), shape);
        alphabet.entry(cell(&drawn, 0, shape)).or_insert(letter);
    }
    let missing = letters::line("\u{10ffff}", shape);
    alphabet.insert(cell(&missing, 0, shape), UNKNOWN);
    alphabet.insert(cell(&Bitmap::default(), 0, shape), ' ');
    alphabet
}

/// The line that this is; `None` where it is a picture.
pub(super) fn read(picture: &Bitmap) -> Option<String> {
    if picture.black_dots() == 0 {
        return None;
    }
    let fits = |shape: &Shape| shape.line_height() == picture.height();
    ALPHABETS.iter().filter(|(shape, _)| fits(shape)).find_map(|(shape, alphabet)| as_text(picture, *shape, alphabet))
}

fn as_text(picture: &Bitmap, shape: Shape, alphabet: &Alphabet) -> Option<String> {
    let below = (shape.height()..picture.height()).flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
    if below.into_iter().any(|(x, y)| picture.is_black(x, y)) {
        return None;
    }
    let letters = 0..picture.width().div_ceil(shape.width());
    let text: Option<String> = letters.map(|column| known(&cell(picture, column, shape), alphabet)).collect();
    text.map(|text| text.trim_end().to_owned())
}

fn known(cell: &Vec<u8>, alphabet: &Alphabet) -> Option<char> {
    let nearly = || {
        let near = alphabet.iter().map(|(known, letter)| (distance(known, cell), letter));
        near.filter(|(differing, _)| *differing <= MAY_DIFFER).min().map(|(_, letter)| letter)
    };
    alphabet.get(cell).or_else(nearly).copied()
}

fn distance(one: &[u8], other: &[u8]) -> u32 {
    one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
}

/// The dots of a letter's place, eight in a byte.
fn cell(picture: &Bitmap, column: usize, shape: Shape) -> Vec<u8> {
    let places = (0..shape.height()).flat_map(|y| (0..shape.width()).map(move |x| (x, y)));
    let mut bytes = vec![0; (shape.width() * shape.height()).div_ceil(8)];
    for (number, (x, y)) in places.enumerate() {
        if picture.is_black(column * shape.width() + x, y) {
            bytes[number / 8] |= 1 << (number % 8);
        }
    }
    bytes
}
