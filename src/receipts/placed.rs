//! What is laid out, as it comes to stand on paper of a certain width: everything that a printer and a picture of the paper have in
//! common.

use super::bitmap::Bitmap;
use super::code_page::legible;
use super::code128::Bars;
use super::layout::Laid;
use super::letters::{self, Shape};
use super::qr_code::qr_code;
use super::shrinking::narrowed;
use super::slip::Weight;
use super::wrapping::{centre, wrap};
use crate::domain::{CodePage, PaperWidth};

/// The largest square of a code, in dots: about a millimetre.
const LARGEST_SQUARE: usize = 8;

/// One line of the paper, or one thing on it.
pub(super) enum Placed {
    /// With its margin as spaces.
    Line {
        text: String,
        weight: Weight,
    },
    /// With its margin as white.
    Picture(Bitmap),
    /// In the middle.
    Bars(Bars),
    Feed,
    Cut,
    OpenDrawer,
}

/// Everything on this paper; letters that the page lacks are the plain ones that say the same, where there are any.
pub(super) fn placed(laid: &[Laid], paper: PaperWidth, page: CodePage) -> Vec<Placed> {
    let place = |laid: &Laid| match laid {
        Laid::Text { text, weight, centred } => text_lines(&legible(text, page), *weight, *centred, paper),
        Laid::Rule { double } => rule(*double, paper),
        Laid::Picture(picture) => vec![Placed::Picture(in_the_middle(&narrowed(picture, paper.dots()), paper))],
        Laid::QrCode(text) => match code(text, paper) {
            Some(code) => vec![Placed::Picture(in_the_middle(&code, paper))],
            None => in_words(&legible(text, page), paper),
        },
        Laid::Barcode(text) => match Bars::of(text, paper.dots()) {
            Some(bars) => vec![Placed::Bars(bars)],
            None => in_words(&legible(text, page), paper),
        },
        Laid::Feed => vec![Placed::Feed],
        Laid::Cut => vec![Placed::Cut],
        Laid::OpenDrawer => vec![Placed::OpenDrawer],
    };
    laid.iter().flat_map(place).collect()
}

/// One line; several where it was laid out for wider paper.
fn text_lines(text: &str, weight: Weight, centred: bool, paper: PaperWidth) -> Vec<Placed> {
    let columns = weight.columns(paper.columns());
    let letters: Vec<char> = text.trim_end().chars().collect();
    let line = |piece: &[char]| {
        let text: String = piece.iter().collect();
        Placed::Line { text: if centred { centre(&text, columns) } else { text }, weight }
    };
    match letters.is_empty() {
        true => vec![Placed::Feed],
        false => letters.chunks(columns).map(line).collect(),
    }
}

fn rule(double: bool, paper: PaperWidth) -> Vec<Placed> {
    let text = if double { "=" } else { "-" }.repeat(paper.columns());
    vec![Placed::Line { text, weight: Weight::Plain }]
}

/// What a code would have said.
fn in_words(text: &str, paper: PaperWidth) -> Vec<Placed> {
    let line = |text| Placed::Line { text, weight: Weight::Plain };
    wrap(text, paper.columns()).into_iter().map(line).collect()
}

/// About five eighths of the paper's width; more where its squares would be too small for telephones.
fn code(text: &str, paper: PaperWidth) -> Option<Bitmap> {
    let code = qr_code(text)?;
    let times = (paper.dots() * 5 / 8 / code.width()).clamp(2, LARGEST_SQUARE);
    (code.width() * times <= paper.dots()).then(|| code.enlarged(times))
}

/// With white at its left, and none at its right.
pub(super) fn in_the_middle(picture: &Bitmap, paper: PaperWidth) -> Bitmap {
    let left = paper.dots().saturating_sub(picture.width()) / 2;
    let mut whole = Bitmap::white(left + picture.width(), picture.height());
    whole.lay_over(picture, left, 0);
    whole
}

/// The line as dots.
pub(super) fn drawn_line(text: &str, weight: Weight) -> Bitmap {
    letters::line(text, Shape::of(weight))
}
