#![allow(clippy::unwrap_used)]

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::*;
use crate::receipts::{Slip, Weight, lay_out};

const ABOUT: PdfAbout<'static> = PdfAbout { title: "Receipt K7M2-41", language: "sv", created: Timestamp::UNIX_EPOCH };

fn slip() -> Slip {
    let mut slip = Slip::default();
    let mut logo = Bitmap::white(120, 24);
    (0..120).for_each(|x| logo.blacken(x, x / 5));
    slip.picture(std::sync::Arc::new(logo));
    slip.centred("Fjällboden Norr", Weight::Large);
    slip.centred("Tack för besöket", Weight::Tall);
    slip.rule(false);
    slip.row("Cappuccino", "18.50 SEK", Weight::Plain);
    slip.row("Total", "18.50 SEK", Weight::Bold);
    slip.rule(true);
    slip.barcode("K7M2-41");
    slip.qr_code("https://shop.example/r/K7M2-41");
    slip
}

fn document(slip: &Slip, paper: PaperWidth) -> Vec<u8> {
    pdf(&lay_out(slip, paper.columns()), paper, &ABOUT).unwrap()
}

fn has(document: &[u8], words: &str) -> bool {
    document.windows(words.len()).any(|window| window == words.as_bytes())
}

fn pages(document: &[u8]) -> usize {
    document.windows(12).filter(|window| window == b"/Type /Page\n").count()
}

#[test]
fn the_same_slip_makes_the_same_bytes_and_says_what_it_is() {
    let first = document(&slip(), PaperWidth::Wide);
    assert_eq!(first, document(&slip(), PaperWidth::Wide));
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(has(&first, "/Title (Receipt K7M2-41)") && has(&first, "/Lang (sv)"));
    assert!(has(&first, "/CreationDate (D:19700101000000"));
    // With a fraction it is no width to poppler, and every letter stands alone.
    assert!(has(&first, "/DW 602\n"));
    // The whole font has more than 300 kB.
    assert!(first.len() < 30_000, "{}", first.len());
    if let Some(folder) = std::env::var_os("CHECKSTAND_KEEP_PDF") {
        std::fs::write(std::path::Path::new(&folder).join("wide.pdf"), first).unwrap();
        let narrow = document(&slip(), PaperWidth::Narrow);
        std::fs::write(std::path::Path::new(&folder).join("narrow.pdf"), narrow).unwrap();
    }
}

#[test]
fn a_page_is_as_wide_as_the_roll_and_a_cut_begins_another_if_anything_follows() {
    for (paper, box_of) in [(PaperWidth::Narrow, "/MediaBox [0 0 164.4"), (PaperWidth::Wide, "/MediaBox [0 0 226.7")] {
        let mut whole = slip();
        whole.cut();
        let one = document(&whole, paper);
        assert!(has(&one, box_of), "{}", String::from_utf8_lossy(&one));
        assert_eq!(pages(&one), 1);
        whole.feed();
        whole.append(slip());
        assert_eq!(pages(&document(&whole, paper)), 2);
    }
    assert_eq!(pages(&document(&Slip::default(), PaperWidth::Wide)), 1);
}

#[test]
fn what_is_longer_than_a_page_may_be_goes_on_on_the_next() {
    let mut long = Slip::default();
    (0..2_000).for_each(|number| long.row("Coffee", &number.to_string(), Weight::Plain));
    assert_eq!(pages(&document(&long, PaperWidth::Wide)), 2);
}

#[test]
fn letters_the_font_lacks_and_codes_that_cannot_be_made_are_no_fault() {
    let mut odd = Slip::default();
    odd.centred("日本 \u{10ffff} ☎", Weight::Plain);
    odd.qr_code(&"x".repeat(3_000));
    odd.barcode("Ångström");
    odd.barcode("");
    odd.picture(std::sync::Arc::new(Bitmap::white(0, 0)));
    for paper in PaperWidth::ALL {
        assert_eq!(pages(&document(&odd, paper)), 1);
    }
}

/// What is drawn on its pages.
fn drawn(document: &[u8]) -> Vec<u8> {
    let (begin, mut drawn) = (b"stream\n", Vec::new());
    let begins = |place: &usize| document[*place..].starts_with(begin);
    for place in (0..document.len()).filter(begins) {
        // What is packed otherwise, or not at all, is none of it.
        let _ = ZlibDecoder::new(&document[place + begin.len()..]).read_to_end(&mut drawn);
    }
    drawn
}

#[test]
fn letters_are_as_wide_and_as_high_as_on_paper() {
    for (weight, matrix) in [
        (Weight::Bold, "1 0 0 1 "),
        (Weight::Wide, "2 0 0 1 "),
        (Weight::Tall, "1 0 0 2 "),
        (Weight::Large, "2 0 0 2 "),
    ] {
        let mut slip = Slip::default();
        slip.weighted_block([("CAFE".to_owned(), weight)]);
        let page = drawn(&document(&slip, PaperWidth::Wide));
        assert!(has(&page, matrix), "{weight:?}");
    }
}
