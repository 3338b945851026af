//! Whether the window can draw what the texts say.

use std::collections::BTreeSet;

use checkstand::texts::{LOCALES, Texts};
use ttf_parser::Face;

use crate::files::{messages, words};

const MONO: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansMono.ttf");

/// Characters of the texts that neither font of the window has.
fn lacking(text: &str, fonts: &[Face]) -> BTreeSet<char> {
    let drawn = |c: char| c.is_control() || fonts.iter().any(|font| font.glyph_index(c).is_some());
    text.chars().filter(|c| !drawn(*c)).collect()
}

fn fonts() -> Vec<Face<'static>> {
    [iced_fira_sans(), MONO].map(|bytes| Face::parse(bytes, 0).unwrap()).into()
}

fn iced_fira_sans() -> &'static [u8] {
    iced::advanced::graphics::text::FIRA_SANS_REGULAR
}

#[test]
fn the_fonts_of_the_window_have_every_character_of_every_text() {
    let fonts = fonts();
    for locale in LOCALES {
        let texts = messages(locale.source).into_iter().map(|(_, text)| words(&text));
        let texts: String = texts.chain([locale.name.to_owned()]).collect();
        assert_eq!(lacking(&texts, &fonts), BTreeSet::new(), "{}", locale.tag);
    }
    let pseudo = Texts::pseudo();
    let dressed: String = messages(LOCALES[0].source).iter().map(|(key, _)| pseudo.get(key)).collect();
    assert_eq!(lacking(&dressed, &fonts), BTreeSet::new());
}

/// Not of a text, and drawn all the same.
#[test]
fn the_signs_on_buttons_are_in_a_font_of_the_window() {
    assert_eq!(lacking("⌫×✔✘▶☑☐⚠●", &fonts()), BTreeSet::new());
}

/// What is written about numbers and dates is read in tables and columns; it has to be of one font.
#[test]
fn fira_sans_alone_has_every_character_of_numbers_dates_and_times() {
    let fira = [Face::parse(iced_fira_sans(), 0).unwrap()];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/locales");
    let tables = std::fs::read_dir(folder).unwrap().map(|table| table.unwrap().path());
    for table in tables {
        let text = std::fs::read_to_string(&table).unwrap();
        // The sign with which the tables show a no-break space.
        assert_eq!(lacking(&text.replace('⍽', "\u{a0}"), &fira), BTreeSet::new(), "{}", table.display());
    }
}
