//! Code 128, for goods and numbers.

use barcoders::sym::code128::Code128;

use super::bitmap::Bitmap;
use super::letters::{self, Shape};
use super::slip::Weight;

/// The bars, in dots.
pub(super) const BAR_HEIGHT: usize = 80;
/// How wide the thinnest bar may be, in dots: thinner ones no scanner reads from thermal paper.
const THINNEST: [usize; 2] = [3, 2];
/// The white that a scanner needs at either side, in thinnest bars.
const QUIET: usize = 10;

/// How barcoders is told of the letters of set B.
const SET_B: char = '\u{181}';

/// A text as bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bars {
    pub(super) text: String,
    /// Of the thinnest bar, in dots.
    pub(super) thinnest: usize,
    bars: Vec<u8>,
}

impl Bars {
    /// `None` where the text has letters that the code lacks, or is too long for paper of so many dots.
    pub(super) fn of(text: &str, dots: usize) -> Option<Bars> {
        let bars = bars(text)?;
        let fits = |thinnest: &usize| (bars.len() + 2 * QUIET) * thinnest <= dots;
        let thinnest = THINNEST.into_iter().find(fits)?;
        Some(Bars { text: text.to_owned(), thinnest, bars })
    }

    /// With the text below it.
    pub(super) fn bitmap(&self, height: usize) -> Bitmap {
        let shape = Shape::of(Weight::Plain);
        let (bars, text) = (drawn(&self.bars, self.thinnest, height), letters::line(&self.text, shape));
        let width = bars.width().max(text.width());
        let mut whole = Bitmap::white(width, height + text.height());
        whole.lay_over(&bars, (width - bars.width()) / 2, 0);
        whole.lay_over(&text, (width - text.width()) / 2, height);
        whole
    }
}

/// 1 for black, in thinnest bars. Only the visible letters of ASCII.
pub(super) fn bars(text: &str) -> Option<Vec<u8>> {
    let is_of_set_b = !text.is_empty() && text.chars().all(|letter| (' '..='~').contains(&letter));
    is_of_set_b.then(|| Code128::new(format!("{SET_B}{text}")).ok()).flatten().map(|code| code.encode())
}

pub(super) fn drawn(bars: &[u8], thinnest: usize, height: usize) -> Bitmap {
    let mut bitmap = Bitmap::white(bars.len() * thinnest, height);
    for x in (0..bitmap.width()).filter(|x| bars.get(x / thinnest.max(1)) == Some(&1)) {
        (0..height).for_each(|y| bitmap.blacken(x, y));
    }
    bitmap
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_bars_of_the_standard() {
        let bars = bars("K7").unwrap();
        // Start B, K, 7, checksum (104 + 43 + 2 * 23 = 193, rest of 103: 90), stop.
        let wanted = "11010010000".to_owned() + "10110001110" + "11101101110" + "11011110110" + "1100011101011";
        assert_eq!(bars.iter().map(u8::to_string).collect::<String>(), wanted);
    }

    #[test]
    fn bars_are_as_thick_as_the_paper_permits_and_never_too_thin() {
        assert_eq!(Bars::of("K7M2", 576).map(|bars| bars.thinnest), Some(3));
        assert_eq!(Bars::of("K7M2-41-12345", 384).map(|bars| bars.thinnest), None);
        assert_eq!(Bars::of("K7M2-41-12", 384).map(|bars| bars.thinnest), Some(2));
        assert!(Bars::of("", 576).is_none() && Bars::of("ö", 576).is_none() && Bars::of("a\u{1b}", 576).is_none());
        let bitmap = Bars::of("K7M2-41-12", 384).unwrap().bitmap(BAR_HEIGHT);
        assert!(bitmap.width() <= 384);
    }
}
