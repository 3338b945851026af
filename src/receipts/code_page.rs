//! The letters a printer has besides those of ASCII, and their bytes.

use std::borrow::Cow;

use yore::CodePage as Table;
use yore::code_pages::{CP437, CP850, CP852, CP865, CP1252};

use crate::domain::CodePage;

/// PC858 is PC850 with the euro at the place of the dotless i.
const EURO: (char, u8) = ('€', 0xd5);
const DOTLESS_I: char = 'ı';

impl CodePage {
    /// Its number in `ESC t`, as Epson has it and most others; ASCII stays with what is there.
    pub(super) fn number(self) -> Option<u8> {
        match self {
            CodePage::Pc437 => Some(0),
            CodePage::Pc850 => Some(2),
            CodePage::Pc865 => Some(5),
            CodePage::Wpc1252 => Some(16),
            CodePage::Pc852 => Some(18),
            CodePage::Pc858 => Some(19),
            CodePage::Ascii => None,
        }
    }

    /// The byte by which the printer has this letter. Never one that could be a command.
    pub(super) fn byte(self, letter: char) -> Option<u8> {
        if letter.is_ascii() {
            return u8::try_from(letter).ok().filter(|byte| !byte.is_ascii_control());
        }
        if letter.is_control() {
            return None;
        }
        match self {
            CodePage::Ascii => None,
            CodePage::Pc437 => encoded(&CP437, letter),
            CodePage::Pc850 => encoded(&CP850, letter),
            CodePage::Pc852 => encoded(&CP852, letter),
            CodePage::Pc865 => encoded(&CP865, letter),
            CodePage::Wpc1252 => encoded(&CP1252, letter),
            CodePage::Pc858 if letter == EURO.0 => Some(EURO.1),
            CodePage::Pc858 if letter == DOTLESS_I => None,
            CodePage::Pc858 => encoded(&CP850, letter),
        }
    }
}

fn encoded(table: &dyn Table, letter: char) -> Option<u8> {
    let mut place = [0; 4];
    match table.encode(letter.encode_utf8(&mut place)) {
        Ok(Cow::Borrowed(&[byte])) if !byte.is_ascii() => Some(byte),
        Ok(Cow::Owned(bytes)) => bytes.first().copied().filter(|byte| bytes.len() == 1 && !byte.is_ascii()),
        Ok(Cow::Borrowed(_)) | Err(_) => None,
    }
}

/// What this byte is in the code page of that number; `None` where the page is not known, or has nothing there.
pub(super) fn letter(page: u8, byte: u8) -> Option<char> {
    if byte.is_ascii() {
        return Some(char::from(byte)).filter(|letter| !letter.is_control());
    }
    let table: &dyn Table = match page {
        0 => &CP437,
        2 => &CP850,
        5 => &CP865,
        16 => &CP1252,
        18 => &CP852,
        19 if byte == EURO.1 => return Some(EURO.0),
        19 => &CP850,
        _ => return None,
    };
    let byte = [byte];
    let text = table.decode(&byte).ok()?;
    text.chars().next().filter(|letter| !letter.is_control())
}

/// The text as a slip can have it. What could be a command or break a line is a space, so that columns stay; of dashes, quotation marks
/// and spaces that the page lacks, the plain ones say the same.
pub(super) fn legible(text: &str, page: CodePage) -> String {
    text.chars().map(|letter| if page.byte(letter).is_some() { letter } else { plain(letter) }).collect()
}

fn plain(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '‘' | '’' | '‚' | '‛' => '\'',
        '“' | '”' | '„' | '‟' => '"',
        // No code page has it, and the font does not either.
        'ẞ' => 'ß',
        letter if letter.is_control() || letter.is_whitespace() => ' ',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_bytes_of_the_vendors_tables() {
        let known = [
            (CodePage::Pc437, 'ä', 0x84),
            (CodePage::Pc437, 'ß', 0xe1),
            (CodePage::Pc850, 'Å', 0x8f),
            (CodePage::Pc850, 'ø', 0x9b),
            (CodePage::Pc858, '€', 0xd5),
            (CodePage::Pc858, 'é', 0x82),
            (CodePage::Pc865, 'Ø', 0x9d),
            (CodePage::Pc852, 'ő', 0x8b),
            (CodePage::Wpc1252, '€', 0x80),
            (CodePage::Wpc1252, 'œ', 0x9c),
        ];
        for (page, letter_, byte) in known {
            assert_eq!(page.byte(letter_), Some(byte), "{page:?} {letter_}");
            assert_eq!(letter(page.number().unwrap_or_default(), byte), Some(letter_));
        }
        for (page, letter) in
            [(CodePage::Pc850, '€'), (CodePage::Pc858, 'ı'), (CodePage::Ascii, 'é'), (CodePage::Pc437, 'õ')]
        {
            assert_eq!(page.byte(letter), None, "{page:?} {letter}");
        }
    }

    #[test]
    fn no_letter_of_any_page_is_a_command() {
        for page in CodePage::ALL {
            for letter in (0..=0xffff).filter_map(char::from_u32) {
                let byte = page.byte(letter);
                assert!(byte.is_none_or(|byte| byte >= 0x20 && byte != 0x7f), "{page:?} {letter:?}");
            }
        }
    }

    #[test]
    fn plain_likes_are_taken_only_where_the_page_has_no_better() {
        assert_eq!(legible("“a” – b\u{a0}c\u{1b}@", CodePage::Pc858), "\"a\" - b\u{a0}c @");
        assert_eq!(legible("“a” – b", CodePage::Wpc1252), "“a” – b");
        assert_eq!(legible("Ω…\n", CodePage::Ascii), "Ω… ");
    }
}
