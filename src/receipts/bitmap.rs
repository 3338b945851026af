//! A picture in black and white, as receipt printers know no other.

/// Dots in rows, from the top left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    width: usize,
    dots: Vec<bool>,
}

impl Bitmap {
    /// All white, so many dots wide and high.
    pub fn white(width: usize, height: usize) -> Bitmap {
        Bitmap { width, dots: vec![false; width * height] }
    }

    /// In dots.
    pub fn width(&self) -> usize {
        self.width
    }

    /// In dots.
    pub fn height(&self) -> usize {
        self.dots.len().checked_div(self.width).unwrap_or_default()
    }

    /// Whether the dot is black; what lies outside is white.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dots.get(y * self.width + x).copied().unwrap_or_default()
    }

    /// Makes a dot black; outside there is none.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(dot) = self.dots.get_mut(y * self.width + x)
        {
            *dot = true;
        }
    }

    /// The white below it grows by so many dots.
    pub(super) fn lengthen(&mut self, by: usize) {
        self.dots.resize(self.dots.len() + self.width * by, false);
    }

    /// How many of its dots are black.
    pub(super) fn black_dots(&self) -> usize {
        self.dots.iter().filter(|dot| **dot).count()
    }

    /// Every dot as a square of so many dots.
    pub fn enlarged(&self, times: usize) -> Bitmap {
        let mut large = Bitmap::white(self.width * times, self.height() * times);
        for y in 0..large.height() {
            for x in 0..large.width() {
                if self.is_black(x / times, y / times) {
                    large.blacken(x, y);
                }
            }
        }
        large
    }

    /// Puts another one over this, from this place on.
    pub fn lay_over(&mut self, other: &Bitmap, left: usize, top: usize) {
        for y in 0..other.height() {
            for x in (0..other.width()).filter(|x| other.is_black(*x, y)) {
                self.blacken(left + x, top + y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stay_where_they_were_put_and_none_is_outside() {
        let mut small = Bitmap::white(2, 2);
        small.blacken(1, 0);
        small.blacken(2, 0);
        small.blacken(0, 2);
        let large = small.enlarged(3);
        assert_eq!((large.width(), large.height()), (6, 6));
        assert!(large.is_black(3, 0) && large.is_black(5, 2) && !large.is_black(2, 0) && !large.is_black(3, 3));
        let mut sheet = Bitmap::white(7, 7);
        sheet.lay_over(&large, 1, 1);
        assert!(sheet.is_black(4, 1) && !sheet.is_black(3, 1) && !sheet.is_black(9, 1));
        assert_eq!(Bitmap::white(0, 5).height(), 0);
    }
}
