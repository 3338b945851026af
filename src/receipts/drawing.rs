//! The paper as it will look.

use super::bitmap::Bitmap;
use super::code128::BAR_HEIGHT;
use super::layout::Laid;
use super::letters::LINE_HEIGHT;
use super::placed::{Placed, drawn_line, in_the_middle, placed};
use crate::domain::{CodePage, PaperWidth};

/// The line where the paper is cut: so many dots black, and as many white.
const DASH: usize = 6;

/// Everything from the first line to the last, as wide as can be printed on. A cut is a dashed line, except at the end; the drawer is not
/// seen.
pub fn draw(laid: &[Laid], paper: PaperWidth) -> Bitmap {
    let mut sheet = Bitmap::white(paper.dots(), 0);
    // The page with the most letters that are not ASCII's: nothing is made plainer than on paper.
    let pieces = placed(laid, paper, CodePage::Wpc1252);
    let last = pieces.iter().rposition(|piece| !matches!(piece, Placed::Cut | Placed::OpenDrawer));
    for piece in pieces.into_iter().take(last.map_or(0, |last| last + 1)) {
        match piece {
            Placed::Line { text, weight } => put(&mut sheet, &drawn_line(&text, weight)),
            Placed::Picture(picture) => put(&mut sheet, &picture),
            Placed::Bars(bars) => put(&mut sheet, &in_the_middle(&bars.bitmap(BAR_HEIGHT), paper)),
            Placed::Feed => sheet.lengthen(LINE_HEIGHT),
            Placed::Cut => put(&mut sheet, &dashes(paper)),
            Placed::OpenDrawer => {}
        }
    }
    sheet
}

/// Below everything else.
fn put(sheet: &mut Bitmap, piece: &Bitmap) {
    let top = sheet.height();
    sheet.lengthen(piece.height());
    sheet.lay_over(piece, 0, top);
}

fn dashes(paper: PaperWidth) -> Bitmap {
    let mut dashes = Bitmap::white(paper.dots(), LINE_HEIGHT);
    for x in (0..paper.dots()).filter(|x| (x / DASH).is_multiple_of(2)) {
        dashes.blacken(x, LINE_HEIGHT / 2);
    }
    dashes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::receipts::{Slip, Weight, lay_out};

    #[test]
    fn a_sheet_is_as_wide_as_the_paper_and_as_long_as_what_stands_on_it() {
        let mut slip = Slip::default();
        slip.centred("Köp", Weight::Large);
        slip.rule(false);
        slip.picture(Arc::new(Bitmap::white(2_000, 1_000)));
        slip.feed();
        slip.cut();
        slip.open_drawer();
        for paper in PaperWidth::ALL {
            let sheet = draw(&lay_out(&slip, paper.columns()), paper);
            assert_eq!(sheet.width(), paper.dots());
            assert_eq!(sheet.height(), 48 + 30 + paper.dots() / 2 + 30);
            // The large letters stand in the middle: as much white at either side, but for half a letter.
            let black = |x: &usize| (0..48).any(|y| sheet.is_black(*x, y));
            let (first, last) = ((0..paper.dots()).find(black), (0..paper.dots()).rfind(black));
            let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
            assert!(first.abs_diff(paper.dots() - last) <= 26, "{paper:?} {first} {last}");
        }
        assert_eq!(draw(&[], PaperWidth::Narrow).height(), 0);
    }
}
