//! Letters as dots, on the grid of a receipt printer's own: for what a printer has no letters for, and for pictures of the paper.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};

use super::bitmap::Bitmap;
use super::slip::Weight;

/// A plain letter, in dots.
pub(super) const LETTER_WIDTH: usize = 12;
const LETTER_HEIGHT: usize = 24;
/// From one line to the next, in dots; where letters are higher, it is they that count.
pub(super) const LINE_HEIGHT: usize = 30;
/// How much of a dot a letter has to cover: thin strokes stay, and narrow gaps too.
const COVERED: f32 = 0.4;

static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(include_bytes!("../../assets/fonts/DejaVuSansMono.ttf")).ok());

/// How letters are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub(super) bold: bool,
    /// How many times as wide as a plain letter.
    pub(super) wide: usize,
    /// How many times as high.
    pub(super) high: usize,
}

impl Shape {
    pub(super) fn of(weight: Weight) -> Shape {
        Shape { bold: weight != Weight::Plain, wide: weight.times_wide(), high: weight.times_high() }
    }

    /// Of a letter, in dots.
    pub(super) fn width(self) -> usize {
        LETTER_WIDTH * self.wide
    }

    /// Of a letter, in dots.
    pub(super) fn height(self) -> usize {
        LETTER_HEIGHT * self.high
    }

    /// Of a line, in dots.
    pub(super) fn line_height(self) -> usize {
        self.height().max(LINE_HEIGHT)
    }
}

/// The text in one line, as wide as its letters.
pub(super) fn line(text: &str, shape: Shape) -> Bitmap {
    let mut line = Bitmap::white(text.chars().count() * shape.width(), shape.line_height());
    for (column, letter) in text.chars().enumerate() {
        draw(letter, shape, &mut line, column * shape.width(), 0);
    }
    line
}

/// Puts a letter on the paper, with its upper left corner here. Never outside its place on the grid; what the font does not have is
/// an empty box.
pub(super) fn draw(letter: char, shape: Shape, paper: &mut Bitmap, left: usize, top: usize) {
    if letter.is_whitespace() || letter.is_control() {
        return;
    }
    let glyph = FONT.as_ref().map(|font| (font, font.glyph_id(letter))).filter(|(_, id)| *id != GlyphId(0));
    match glyph {
        Some((font, id)) => outline(font, id, shape, paper, left, top),
        None => missing(shape, paper, left, top),
    }
}

fn outline(font: &FontRef<'static>, id: GlyphId, shape: Shape, paper: &mut Bitmap, left: usize, top: usize) {
    let (Some(scale), height) = (scale(font, shape), shape.height()) else { return };
    let baseline = font.as_scaled(scale).ascent().round();
    let Some(outlined) = font.outline_glyph(id.with_scale_and_position(scale, point(0.0, baseline))) else { return };
    let corner = outlined.px_bounds().min;
    let thickness = if shape.bold { shape.wide } else { 0 };
    outlined.draw(|x, y, covered| {
        let (Some(x), Some(y)) = (dot(corner.x, x), dot(corner.y, y)) else { return };
        if covered < COVERED || y >= height {
            return;
        }
        for x in (x..=x + thickness).filter(|x| *x < shape.width()) {
            paper.blacken(left + x, top + y);
        }
    });
}

/// From the corner of a letter's place; nothing stands left of it or above.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few dots, and none below nought
fn dot(corner: f32, further: u32) -> Option<usize> {
    let place = corner as i64 + i64::from(further);
    usize::try_from(place).ok()
}

/// By which a letter is exactly as wide and high as its place.
#[allow(clippy::cast_precision_loss)] // a few dots
fn scale(font: &FontRef<'static>, shape: Shape) -> Option<PxScale> {
    let advance = font.h_advance_unscaled(font.glyph_id('n'));
    let height = font.height_unscaled();
    let is_usable = advance > 0.0 && height > 0.0;
    is_usable.then(|| PxScale { x: shape.width() as f32 * height / advance, y: shape.height() as f32 })
}

fn missing(shape: Shape, paper: &mut Bitmap, left: usize, top: usize) {
    let (right, bottom) = (shape.width() - 3, shape.height() - 5);
    for x in 2..=right {
        paper.blacken(left + x, top + 4);
        paper.blacken(left + x, top + bottom);
    }
    for y in 4..=bottom {
        paper.blacken(left + 2, top + y);
        paper.blacken(left + right, top + y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn black(text: &str, weight: Weight) -> usize {
        line(text, Shape::of(weight)).black_dots()
    }

    #[test]
    fn letters_have_their_sizes_and_bold_ones_more_black() {
        let plain = black("Köp", Weight::Plain);
        assert!(plain > 60, "{plain}");
        assert!(black("Köp", Weight::Bold) > plain * 6 / 5);
        assert!(black("Köp", Weight::Large) > plain * 3);
        let large = line("Köp", Shape::of(Weight::Large));
        assert_eq!((large.width(), large.height()), (72, 48));
        assert_eq!(line("Köp", Shape::of(Weight::Plain)).height(), LINE_HEIGHT);
    }

    #[test]
    fn what_the_font_does_not_have_is_a_box_and_a_space_is_nothing() {
        assert_eq!(black("漢", Weight::Plain), black("\u{10ffff}", Weight::Plain));
        assert!(black("漢", Weight::Plain) > 20);
        assert_eq!(black(" \u{a0}\u{2003}", Weight::Plain), 0);
    }

    #[test]
    fn no_letter_leaves_its_place() {
        for letter in ['█', 'W', 'Å', 'ǅ', '@', '▓', 'g', 'Ŵ'] {
            for weight in [Weight::Plain, Weight::Bold, Weight::Tall, Weight::Wide, Weight::Large] {
                let shape = Shape::of(weight);
                let mut paper = Bitmap::white(shape.width() * 3, shape.height() * 3);
                draw(letter, shape, &mut paper, shape.width(), shape.height());
                for y in 0..paper.height() {
                    for x in (0..paper.width()).filter(|x| paper.is_black(*x, y)) {
                        let is_inside = x / shape.width() == 1 && y / shape.height() == 1;
                        assert!(is_inside, "{letter} {weight:?} at {x} {y}");
                    }
                }
            }
        }
    }
}
