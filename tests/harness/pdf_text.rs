//! What stands in a PDF document, read by the letters' shapes as a reader of such documents does that copies text out of it.

use std::collections::HashMap;
use std::io::Read;

/// One line for each piece of text, in the order of the document.
pub fn pdf_text(document: &[u8]) -> String {
    assert!(document.starts_with(b"%PDF-") && document.trim_ascii_end().ends_with(b"%%EOF"), "no whole PDF");
    let streams = streams(document);
    let letters: HashMap<u16, char> = streams.iter().flat_map(|stream| meanings(stream)).collect();
    let shown = streams.iter().flat_map(|stream| shown(stream));
    let words = shown.map(|shapes| shapes.iter().filter_map(|shape| letters.get(shape)).collect::<String>());
    words.collect::<Vec<_>>().join("\n")
}

/// Those that are packed, unpacked.
fn streams(document: &[u8]) -> Vec<Vec<u8>> {
    let mut streams = Vec::new();
    let mut rest = document;
    while let Some(at) = find(rest, b"stream\n") {
        let (before, packed) = (&rest[..at], &rest[at + 7..]);
        let mut stream = Vec::new();
        if !before.ends_with(b"end") && flate2::read::ZlibDecoder::new(packed).read_to_end(&mut stream).is_ok() {
            streams.push(stream);
        }
        rest = packed;
    }
    streams
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// Which letter a shape is: `<0024> <0041>`.
fn meanings(stream: &[u8]) -> Vec<(u16, char)> {
    let text = String::from_utf8_lossy(stream);
    let Some((_, map)) = text.split_once("beginbfchar") else { return Vec::new() };
    let pair = |line: &str| {
        let (shape, letter) = line.trim().strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
        let letter = u32::from_str_radix(letter, 16).ok()?;
        Some((u16::from_str_radix(shape, 16).ok()?, char::from_u32(letter)?))
    };
    map.lines().filter_map(pair).collect()
}

/// The shapes of each `(…) Tj` and `<…> Tj`.
fn shown(stream: &[u8]) -> Vec<Vec<u16>> {
    let mut all = Vec::new();
    let mut rest = stream;
    while let Some(at) = find(rest, b" Tj") {
        let line = rest[..at].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let bytes = match line {
            [b'<', hex @ .., b'>'] => hex.chunks(2).filter_map(byte).collect(),
            _ => literal(&rest[..at]),
        };
        all.push(bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect());
        rest = &rest[at + 3..];
    }
    all
}

fn byte(hex: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

/// What stands in the round brackets that end here, without its escapes.
fn literal(before: &[u8]) -> Vec<u8> {
    // A line of its own begins with them; line breaks in a text are escaped.
    let Some(from) = before.windows(2).rposition(|pair| pair == b"\n(") else { return Vec::new() };
    let mut bytes = Vec::new();
    let mut inside = &before[from + 2..before.len().saturating_sub(1)];
    while let [first, behind @ ..] = inside {
        let (byte, length) = if *first == b'\\' { escaped(behind) } else { (*first, 1) };
        bytes.push(byte);
        inside = inside.get(length..).unwrap_or_default();
    }
    bytes
}

/// The byte that is meant, and the length of its escape: three octal digits, or a letter.
fn escaped(behind: &[u8]) -> (u8, usize) {
    let octal = behind.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
    if let Some(byte) = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
        return (byte, 4);
    }
    let byte = match behind.first() {
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'b') => 8,
        Some(b'f') => 12,
        other => other.copied().unwrap_or_default(),
    };
    (byte, 2)
}
