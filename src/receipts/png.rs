//! Pictures as PNG: the shop's logo is read, sheets of paper are written.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use super::bitmap::Bitmap;
use super::shrinking::Grey;

/// Of a file, in bytes.
const LARGEST_FILE: usize = 8 * 1024 * 1024;
/// Of a side, in dots.
const LONGEST_SIDE: u32 = 4096;
/// What reading may take besides the picture itself, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;

/// Why a picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    #[error("the file is larger than 8 MiB")]
    FileTooLarge,
    #[error("the picture has {0} × {1} dots, and 4096 × 4096 is the most")]
    TooManyDots(u32, u32),
    /// With what the library says.
    #[error("this is no PNG picture that can be read: {0}")]
    Unreadable(String),
}

impl PictureFault {
    /// The Fluent id of what is wrong and what to do.
    pub fn key(&self) -> &'static str {
        match self {
            PictureFault::FileTooLarge => "receipt-logo-file-too-large",
            PictureFault::TooManyDots(..) => "receipt-logo-too-many-dots",
            PictureFault::Unreadable(_) => "receipt-logo-no-picture",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            PictureFault::FileTooLarge => vec![("most", (LARGEST_FILE / (1024 * 1024)).to_string())],
            PictureFault::TooManyDots(width, height) => {
                vec![("width", width.to_string()), ("height", height.to_string()), ("most", LONGEST_SIDE.to_string())]
            }
            PictureFault::Unreadable(problem) => vec![("problem", problem.clone())],
        }
    }
}

impl Bitmap {
    /// As a file: one bit a dot.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        // PNG knows no empty picture.
        let (width, height) = (self.width().max(1), self.height().max(1));
        let mut dots: Vec<u8> = self.rows().flat_map(|row| row.chunks(8).map(white_bits)).collect();
        dots.resize(width.div_ceil(8) * height, u8::MAX);
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        let mut encoder = Encoder::new(&mut file, side(width), side(height));
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        // Into memory, with as many dots as it was told of: this does not fail.
        let _ = encoder.write_header().and_then(|mut writer| writer.write_image_data(&dots));
        file
    }
}

/// Of eight dots beside each other, or fewer at the end of a row.
fn white_bits(dots: &[bool]) -> u8 {
    dots.iter().enumerate().fold(u8::MAX, |bits, (place, black)| bits & !(u8::from(*black) << (7 - place)))
}

/// A picture of any kind of PNG in black and white, on white where it is transparent, and not wider than so many dots.
///
/// # Errors
/// It is too large, or no PNG: the fault of whoever chose the file.
pub fn bitmap_of_png(file: &[u8], at_most_width: usize) -> Result<Bitmap, PictureFault> {
    if file.len() > LARGEST_FILE {
        return Err(PictureFault::FileTooLarge);
    }
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let unreadable = |error: png::DecodingError| PictureFault::Unreadable(error.to_string());
    let head = decoder.read_header_info().map_err(unreadable)?;
    let (width, height) = (head.width, head.height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE {
        return Err(PictureFault::TooManyDots(width, height));
    }
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let size = reader.output_buffer_size().ok_or(PictureFault::TooManyDots(width, height))?;
    let mut dots = vec![0; size];
    let frame = reader.next_frame(&mut dots).map_err(unreadable)?;
    let samples = frame.color_type.samples();
    let dots = dots.chunks_exact(samples).map(brightness).collect();
    let grey = Grey { width: usize::try_from(width).unwrap_or_default(), dots };
    Ok(grey.shrunk(at_most_width.max(1)).dithered())
}

/// Of a dot's samples: grey or red, green and blue, with or without how opaque it is.
fn brightness(samples: &[u8]) -> u8 {
    let (light, opaque) = match *samples {
        [grey] => (u32::from(grey), 255),
        [grey, opaque] => (u32::from(grey), u32::from(opaque)),
        [red, green, blue] => (luma(red, green, blue), 255),
        [red, green, blue, opaque] => (luma(red, green, blue), u32::from(opaque)),
        _ => (255, 255),
    };
    u8::try_from((light * opaque + 255 * (255 - opaque)) / 255).unwrap_or(u8::MAX)
}

/// How bright a colour looks (ITU-R BT.601).
fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(color: ColorType, depth: BitDepth, width: u32, height: u32, dots: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 255, 255, 255]);
        }
        encoder.write_header().unwrap().write_image_data(dots).unwrap();
        file
    }

    #[test]
    fn what_was_written_is_read_again() {
        let mut bitmap = Bitmap::white(21, 9);
        (0..9).for_each(|place| bitmap.blacken(place * 2, place));
        assert_eq!(bitmap_of_png(&bitmap.png(), 384).unwrap(), bitmap);
        assert_eq!(bitmap_of_png(&Bitmap::default().png(), 384).unwrap(), Bitmap::white(1, 1));
    }

    #[test]
    fn every_kind_of_picture_is_black_where_it_is_dark_and_white_where_nothing_is() {
        let kinds = [
            file(ColorType::Grayscale, BitDepth::Eight, 2, 1, &[0, 255]),
            file(ColorType::Grayscale, BitDepth::Sixteen, 2, 1, &[0, 0, 255, 255]),
            file(ColorType::GrayscaleAlpha, BitDepth::Eight, 2, 1, &[0, 255, 0, 0]),
            file(ColorType::Rgb, BitDepth::Eight, 2, 1, &[0, 0, 90, 255, 255, 0]),
            file(ColorType::Rgba, BitDepth::Eight, 2, 1, &[9, 9, 9, 255, 0, 0, 0, 0]),
            file(ColorType::Indexed, BitDepth::One, 2, 1, &[0b0100_0000]),
        ];
        for (kind, file) in kinds.iter().enumerate() {
            let bitmap = bitmap_of_png(file, 384).unwrap();
            assert!(bitmap.is_black(0, 0) && !bitmap.is_black(1, 0), "kind {kind}");
        }
    }

    #[test]
    fn a_wide_picture_is_made_narrow() {
        let wide = file(ColorType::Grayscale, BitDepth::Eight, 1_000, 10, &[0; 10_000]);
        let bitmap = bitmap_of_png(&wide, 100).unwrap();
        assert_eq!((bitmap.width(), bitmap.height(), bitmap.black_dots()), (100, 1, 100));
    }

    #[test]
    fn no_bomb_and_nothing_broken_gets_in() {
        assert_eq!(bitmap_of_png(&vec![0; LARGEST_FILE + 1], 384), Err(PictureFault::FileTooLarge));
        let bomb = file(ColorType::Grayscale, BitDepth::One, 40_000, 1, &[0; 5_000]);
        assert_eq!(bitmap_of_png(&bomb, 384), Err(PictureFault::TooManyDots(40_000, 1)));
        let whole = file(ColorType::Rgb, BitDepth::Eight, 20, 20, &[7; 1_200]);
        for length in 0..whole.len().saturating_sub(12) {
            assert!(matches!(bitmap_of_png(&whole[..length], 384), Err(PictureFault::Unreadable(_))), "{length}");
        }
    }
}
