//! Bytes to text where the terminal's software disagrees with itself (12.1): UTF-8, else Windows-1252; lenient base64.

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The upper half of Windows-1252 from 0x80 to 0x9F; the rest is Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// UTF-8 without its byte order mark, or else Windows-1252.
pub fn text_of(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// White space and missing padding are forgiven.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    LENIENT.decode(compact.as_bytes()).ok()
}

/// Base64, or the text itself where it is none. A sentence of plain letters is valid base64 of garbage: words with
/// spaces between them count as base64 only if something readable comes of it.
pub fn from_base64_or_raw(text: &str) -> Vec<u8> {
    let several_words = text.trim().contains(' ');
    match from_base64(text) {
        Some(bytes) if !several_words || std::str::from_utf8(&bytes).is_ok() => bytes,
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_or_else_windows_1252() {
        assert_eq!(text_of("Köp ☎".as_bytes()), "Köp ☎");
        assert_eq!(text_of(b"K\xf6p 5 \x80"), "Köp 5 €");
        assert_eq!(text_of(b"\xef\xbb\xbfHej"), "Hej");
    }

    #[test]
    fn base64_is_read_with_white_space_and_without_padding() {
        assert_eq!(from_base64(" aGVq\n ISE"), Some(b"hej!!".to_vec()));
        assert_eq!(from_base64("aGVqISE="), Some(b"hej!!".to_vec()));
        assert_eq!(from_base64_or_raw("{\"a\":1}"), b"{\"a\":1}");
        assert_eq!(from_base64_or_raw("Tack for kopet i dag"), b"Tack for kopet i dag");
    }
}
