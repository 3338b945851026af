//! Rows and the lines they begin in.

use csv::{Reader, ReaderBuilder, StringRecord};

/// The rows that are not blank, with the line in which each begins. Counted here: the reader's own count stands before the
/// blank lines that it passes over.
pub(super) struct Rows<'a> {
    text: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Up to here the line ends are counted.
    counted: usize,
    line: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn of(text: &'a str, separator: u8) -> Rows<'a> {
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
        Rows { text: text.as_bytes(), reader, counted: 0, line: 1 }
    }

    fn line_at(&mut self, byte: u64) -> usize {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.counted, self.text.len());
        let blank = self.text[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += line_ends(&self.text[self.counted..from + blank]);
        self.counted = from + blank;
        self.line
    }
}

impl Iterator for Rows<'_> {
    type Item = (usize, StringRecord);

    fn next(&mut self) -> Option<(usize, StringRecord)> {
        loop {
            let mut row = StringRecord::new();
            // What is read is memory, and text already.
            if !self.reader.read_record(&mut row).unwrap_or(false) {
                return None;
            }
            let begins = row.position().map_or(0, csv::Position::byte);
            let line = self.line_at(begins);
            if row.iter().any(|field| !field.trim().is_empty()) {
                return Some((line, row));
            }
        }
    }
}

/// `\n`, `\r\n` and `\r` each end one line.
pub(super) fn line_ends(bytes: &[u8]) -> usize {
    let ends = |(place, byte): (usize, &u8)| *byte == b'\n' || *byte == b'\r' && bytes.get(place + 1) != Some(&b'\n');
    bytes.iter().enumerate().filter(|(place, byte)| ends((*place, byte))).count()
}
