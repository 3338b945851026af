//! Pictures made small enough for the paper, and black and white.

use super::bitmap::Bitmap;

/// Of a shrunk black and white picture: thin lines stay, where a quarter of what was there is black.
const THIN_LINES_STAY: u8 = 191;
/// Between black and white.
const MIDDLE: i32 = 128;

/// Brightness in rows, from the top left: 0 is black.
#[derive(Debug, Clone)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) dots: Vec<u8>,
}

impl Grey {
    fn height(&self) -> usize {
        self.dots.len().checked_div(self.width).unwrap_or_default()
    }

    /// Not wider than this, its sides in proportion: each new dot has the average of those it stands for.
    pub(super) fn shrunk(&self, at_most: usize) -> Grey {
        let (width, height) = (self.width.min(at_most), self.height());
        if width == self.width || width == 0 {
            return self.clone();
        }
        let new_height = (height * width / self.width).max(1);
        let mut dots = Vec::with_capacity(width * new_height);
        for y in 0..new_height {
            for x in 0..width {
                let across = span(x, width, self.width);
                let down = span(y, new_height, height);
                dots.push(self.average(across, down));
            }
        }
        Grey { width, dots }
    }

    fn average(&self, across: std::ops::Range<usize>, down: std::ops::Range<usize>) -> u8 {
        let count = (across.len() * down.len()).max(1);
        let row = |y: usize| self.dots.get(y * self.width + across.start..y * self.width + across.end);
        let sum: usize = down.filter_map(row).flatten().map(|dot| usize::from(*dot)).sum();
        u8::try_from(sum / count).unwrap_or(u8::MAX)
    }

    /// Black is what is darker than this.
    fn cut_at(&self, brightness: u8) -> Bitmap {
        let mut bitmap = Bitmap::white(self.width, self.height());
        for (place, dot) in self.dots.iter().enumerate() {
            if *dot < brightness {
                bitmap.blacken(place % self.width, place / self.width);
            }
        }
        bitmap
    }

    /// In the manner of Floyd and Steinberg: what a dot is too dark or too bright goes to its neighbours.
    pub(super) fn dithered(&self) -> Bitmap {
        let mut bitmap = Bitmap::white(self.width, self.height());
        let mut rest = vec![0; self.width + 2];
        let mut below = vec![0; self.width + 2];
        for y in 0..self.height() {
            for x in 0..self.width {
                let value = i32::from(self.dots[y * self.width + x]) + rest[x + 1] / 16;
                let is_black = value < MIDDLE;
                if is_black {
                    bitmap.blacken(x, y);
                }
                let error = value - if is_black { 0 } else { 255 };
                rest[x + 2] += error * 7;
                below[x] += error * 3;
                below[x + 1] += error * 5;
                below[x + 2] += error;
            }
            rest = std::mem::replace(&mut below, vec![0; self.width + 2]);
        }
        bitmap
    }
}

/// The old dots that one new one stands for; never none.
fn span(place: usize, new: usize, old: usize) -> std::ops::Range<usize> {
    let start = place * old / new;
    start..((place + 1) * old / new).clamp(start + 1, old.max(start + 1))
}

/// The picture itself where it is narrow enough.
pub(super) fn narrowed(picture: &Bitmap, at_most: usize) -> Bitmap {
    if picture.width() <= at_most {
        return picture.clone();
    }
    let brightness = |place: usize| match picture.is_black(place % picture.width(), place / picture.width()) {
        true => 0,
        false => u8::MAX,
    };
    let dots = (0..picture.width() * picture.height()).map(brightness).collect();
    Grey { width: picture.width(), dots }.shrunk(at_most).cut_at(THIN_LINES_STAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions_and_its_thin_lines() {
        let mut frame = Bitmap::white(800, 400);
        for x in 0..800 {
            frame.blacken(x, 0);
            frame.blacken(x, 399);
        }
        let small = narrowed(&frame, 384);
        assert_eq!((small.width(), small.height()), (384, 192));
        assert!((0..384).all(|x| small.is_black(x, 0) && small.is_black(x, 191) && !small.is_black(x, 90)));
        assert_eq!(narrowed(&small, 384), small);
    }

    #[test]
    fn middle_grey_is_half_black() {
        let grey = Grey { width: 40, dots: vec![128; 1600] };
        let black = grey.dithered().black_dots();
        assert!((700..900).contains(&black), "{black}");
    }
}
