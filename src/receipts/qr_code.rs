//! A text as a code that telephones read.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::bitmap::Bitmap;

/// The white around a code, in squares; without it none is found.
const QUIET: usize = 4;

/// One dot for each square, with the white around it. `None` where the text is too long for any code (about 2900 bytes).
pub fn qr_code(text: &str) -> Option<Bitmap> {
    let levels = [EcLevel::M, EcLevel::L];
    let code = levels.into_iter().find_map(|level| QrCode::with_error_correction_level(text, level).ok())?;
    let side = code.width();
    let mut bitmap = Bitmap::white(side + 2 * QUIET, side + 2 * QUIET);
    for (place, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            bitmap.blacken(QUIET + place % side, QUIET + place / side);
        }
    }
    Some(bitmap)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_has_a_code_with_white_around_it_and_a_very_long_one_none() {
        let code = qr_code("https://shop.example/r/K7M2-41").unwrap();
        assert_eq!(code.width(), code.height());
        assert!((0..code.width()).all(|x| (0..QUIET).all(|y| !code.is_black(x, y))));
        // The corner squares by which it is found.
        assert!((0..7).all(|x| code.is_black(QUIET + x, QUIET)));
        assert!(qr_code(&"x".repeat(2_900)).is_some());
        assert!(qr_code(&"x".repeat(3_000)).is_none());
    }
}
