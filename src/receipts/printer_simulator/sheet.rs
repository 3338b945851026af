//! Paper that comes out.

use crate::domain::PaperWidth;
use crate::receipts::bitmap::Bitmap;

/// The longest sheet, in dots: about three metres. What comes then is not seen.
const LONGEST: usize = 24_000;

/// What is printed, from one cut to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// As text: codes as what they say, pictures as their sizes.
    pub lines: Vec<String>,
    /// As it looks.
    pub picture: Bitmap,
}

impl Sheet {
    pub(super) fn white(paper: PaperWidth) -> Sheet {
        Sheet { lines: Vec::new(), picture: Bitmap::white(paper.dots(), 0) }
    }

    pub(super) fn is_white(&self) -> bool {
        self.lines.is_empty()
    }

    /// White below everything.
    pub(super) fn feed(&mut self, dots: usize) {
        self.picture.lengthen(dots.min(LONGEST.saturating_sub(self.picture.height())));
    }

    /// Puts a picture below everything, from the left edge on or elsewhere.
    pub(super) fn put(&mut self, picture: &Bitmap, left: usize) {
        let top = self.picture.height();
        self.feed(picture.height());
        self.picture.lay_over(picture, left, top);
    }
}
