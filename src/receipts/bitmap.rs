//! A picture in black and white, as receipt printers know no other.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Dots in rows, from the top left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Packed", try_from = "Packed")]
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
        for (y, row) in other.rows().enumerate() {
            let start = (top + y) * self.width;
            let below =
                self.dots.get_mut((start + left).min(start + self.width)..start + self.width).unwrap_or_default();
            below.iter_mut().zip(row).filter(|(_, over)| **over).for_each(|(dot, _)| *dot = true);
        }
    }

    /// From the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dots.chunks(self.width.max(1))
    }
}

/// As it is kept: eight dots a byte, each row with bytes of its own.
#[derive(Serialize, Deserialize)]
struct Packed {
    width: usize,
    dots: String,
}

impl From<Bitmap> for Packed {
    fn from(bitmap: Bitmap) -> Packed {
        let packed = |dots: &[bool]| dots.iter().enumerate().fold(0_u8, |byte, (at, dot)| byte | u8::from(*dot) << at);
        let bytes: Vec<u8> = bitmap.rows().flat_map(|row| row.chunks(8).map(packed).collect::<Vec<_>>()).collect();
        Packed { width: bitmap.width, dots: STANDARD.encode(bytes) }
    }
}

impl TryFrom<Packed> for Bitmap {
    type Error = &'static str;

    fn try_from(packed: Packed) -> Result<Bitmap, Self::Error> {
        let bytes = STANDARD.decode(packed.dots).map_err(|_| "the dots of a picture are not base64")?;
        let in_a_row = packed.width.div_ceil(8);
        if bytes.is_empty() {
            return Ok(Bitmap { width: packed.width, dots: Vec::new() });
        }
        if in_a_row == 0 || bytes.len() % in_a_row != 0 {
            return Err("a picture has no whole rows");
        }
        let rows = bytes.chunks(in_a_row);
        let dots = rows.flat_map(|row| (0..packed.width).map(|x| row[x / 8] & (1 << (x % 8)) != 0));
        Ok(Bitmap { width: packed.width, dots: dots.collect() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_kept_small_and_comes_back_dot_by_dot() {
        let mut bitmap = Bitmap::white(11, 3);
        for (x, y) in [(0, 0), (10, 0), (8, 1), (3, 2)] {
            bitmap.blacken(x, y);
        }
        let text = serde_json::to_string(&bitmap).unwrap();
        assert_eq!(text, r#"{"width":11,"dots":"AQQAAQgA"}"#);
        assert_eq!(serde_json::from_str::<Bitmap>(&text).unwrap(), bitmap);
        for wrong in [r#"{"width":11,"dots":"AQQA"}"#, r#"{"width":0,"dots":"AQ=="}"#, r#"{"width":1,"dots":"?"}"#] {
            assert!(serde_json::from_str::<Bitmap>(wrong).is_err(), "{wrong}");
        }
    }

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
