#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::receipts::printer_simulator::{PrinterNews, PrinterSimulator, Sheet};
use crate::receipts::{Bitmap, Slip, draw, lay_out};

/// The letters of our languages, and what stands between them.
const LETTERS: &str = "abcxyzABCXYZ0123456789 .,:;!?#%&/()=+*@<>|~^{}[]\\'\"-_$\
    åäöÅÄÖéÉèêëàâçÇîïôùûüÜœŒæÆßẞñÑáíóúÁÍÓÚ¿¡øØ€£·×°§–—’‘“”„…ŠšŽž\u{a0}ΩЖ";

fn printer(paper: PaperWidth, code_page: CodePage) -> EscPosPrinter {
    EscPosPrinter { paper, code_page, cuts: true, drawer: true }
}

/// What a simulated printer makes of it.
fn printed(laid: &[Laid], printer: &EscPosPrinter) -> Vec<PrinterNews> {
    let mut simulator = PrinterSimulator::new(printer.paper);
    simulator.receive(&escpos(laid, printer));
    simulator.work(None);
    simulator.hung_up();
    simulator.tear_off();
    simulator.take_news()
}

fn one_sheet(laid: &[Laid], printer: &EscPosPrinter) -> Sheet {
    match printed(laid, printer).as_slice() {
        [PrinterNews::Sheet(sheet)] => sheet.clone(),
        other => panic!("{other:?}"),
    }
}

fn text(text: &str, weight: Weight) -> Laid {
    Laid::Text { text: text.to_owned(), weight, centred: false }
}

/// Typographic letters as their plain likes, so that both ways to print them are the same.
fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        '\u{2010}'..='\u{2015}' => '-',
        '’' | '‘' => '\'',
        '“' | '”' | '„' => '"',
        'ẞ' => 'ß',
        letter if letter.is_whitespace() || letter.is_control() => ' ',
        letter => letter,
    };
    text.chars().map(plain).collect::<String>().trim().to_owned()
}

fn any_printer() -> impl Strategy<Value = EscPosPrinter> {
    let paper = proptest::sample::select(PaperWidth::ALL.to_vec());
    let page = proptest::sample::select(CodePage::ALL.to_vec());
    (paper, page, any::<bool>()).prop_map(|(paper, page, cuts)| EscPosPrinter { cuts, ..printer(paper, page) })
}

fn any_slip() -> impl Strategy<Value = Slip> {
    let letter = proptest::sample::select(LETTERS.chars().collect::<Vec<char>>());
    let words = proptest::collection::vec(letter, 0..70).prop_map(|letters| letters.into_iter().collect::<String>());
    let weight = proptest::sample::select(vec![Weight::Plain, Weight::Bold, Weight::Tall, Weight::Wide, Weight::Large]);
    let piece = (words, weight, 0..6_u8).prop_map(|(text, weight, kind)| {
        let mut slip = Slip::default();
        match kind {
            0 => slip.centred(&text, weight),
            1 => slip.row(&text, "1 204.50", weight),
            2 => slip.detail(&text, ""),
            3 => slip.weighted_block([(text, weight)]),
            4 => slip.rule(weight == Weight::Bold),
            _ => slip.feed(),
        }
        slip
    });
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| {
        let mut whole = Slip::default();
        pieces.into_iter().for_each(|piece| whole.append(piece));
        whole
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_slip_comes_out_of_every_printer_as_it_was_laid_out(slip in any_slip(), printer in any_printer()) {
        let laid = lay_out(&slip, printer.paper.columns());
        let mut wanted: Vec<String> = laid.iter().map(|laid| match laid {
            Laid::Text { text, .. } => plain(text),
            Laid::Rule { double } => if *double { "=" } else { "-" }.repeat(printer.paper.columns()),
            _ => String::new(),
        }).collect();
        if !printer.cuts {
            wanted.extend(vec![String::new(); TO_TEAR_OFF.into()]);
        }
        let sheet = one_sheet(&laid, &printer);
        let lines: Vec<String> = sheet.lines.iter().map(|line| plain(line)).collect();
        prop_assert_eq!(lines, wanted);
        prop_assert_eq!(sheet.picture.width(), printer.paper.dots());
    }

    #[test]
    fn nothing_that_stands_in_a_text_is_a_command(
        hostile in "[\\x00-\\x20\\x7f-\\xa0@aptdV!vk01Eé€漢]{1,60}", printer in any_printer()
    ) {
        let laid = [
            text(&hostile, Weight::Plain),
            Laid::Text { text: hostile.clone(), weight: Weight::Large, centred: true },
            Laid::Barcode(hostile.clone()),
        ];
        for news in printed(&laid, &EscPosPrinter { cuts: true, ..printer }) {
            prop_assert!(matches!(news, PrinterNews::Sheet(_)), "{news:?}");
        }
    }

    #[test]
    fn the_paper_looks_as_it_is_drawn(slip in any_slip(), paper in proptest::sample::select(PaperWidth::ALL.to_vec())) {
        let laid = lay_out(&slip, paper.columns());
        let (sheet, drawn) = (one_sheet(&laid, &printer(paper, CodePage::Wpc1252)), draw(&laid, paper));
        prop_assert_eq!(sheet.picture.height(), drawn.height());
        prop_assert!(sheet.picture.black_dots().abs_diff(drawn.black_dots()) < 20);
    }
}

#[test]
fn a_pulse_goes_only_where_a_drawer_hangs() {
    let with = printer(PaperWidth::Wide, CodePage::Pc858);
    assert_eq!(printed(&[Laid::OpenDrawer], &with), [PrinterNews::DrawerOpened]);
    assert_eq!(printed(&[Laid::OpenDrawer], &EscPosPrinter { drawer: false, ..with }), []);
    assert!(escpos(&[Laid::OpenDrawer], &with).ends_with(&[0x1b, b'p', 0, 25, 250]));
}

#[test]
fn each_cut_is_a_sheet_and_the_last_one_is_cut_unasked() {
    let laid = [text("one", Weight::Plain), Laid::Cut, Laid::Cut, text("two", Weight::Plain)];
    let with = printer(PaperWidth::Wide, CodePage::Pc858);
    assert_eq!(printed(&laid, &with).len(), 2);
    assert!(escpos(&laid, &with).ends_with(&[0x1d, b'V', 66, 0]));
    let without = EscPosPrinter { cuts: false, ..with };
    assert!(!escpos(&laid, &without).windows(2).any(|bytes| bytes == [0x1d, b'V']));
    assert_eq!(printed(&laid, &without).len(), 1);
}

#[test]
fn a_picture_is_made_to_fit_and_sent_in_strips() {
    let mut picture = Bitmap::white(1_000, 600);
    (0..600).for_each(|y| (0..1_000).for_each(|x| picture.blacken(x, y)));
    let sheet = one_sheet(&[Laid::Picture(Arc::new(picture))], &printer(PaperWidth::Narrow, CodePage::Pc858));
    assert_eq!(sheet.lines, ["[picture 384×128]", "[picture 384×102]"]);
    assert_eq!(sheet.picture.black_dots(), 384 * 230);
}

#[test]
fn codes_fit_the_paper_or_are_told_in_words() {
    for paper in PaperWidth::ALL {
        let with = printer(paper, CodePage::Pc858);
        let short = one_sheet(&[Laid::QrCode("K7M2-41".to_owned())], &with);
        assert!(short.lines.iter().all(|line| line.starts_with("[picture")), "{:?}", short.lines);
        let long = one_sheet(&[Laid::QrCode("x".repeat(3_000))], &with);
        assert_eq!(long.lines.concat(), "x".repeat(3_000));
        let bars = one_sheet(&[Laid::Barcode("K7{M2}".to_owned())], &with);
        assert_eq!(bars.lines, ["K7{M2}"]);
        assert_eq!(bars.picture, draw(&[Laid::Barcode("K7{M2}".to_owned())], paper));
        let long = "0123456789".repeat(9);
        let words = one_sheet(&[Laid::Barcode(long.clone())], &with);
        assert_eq!(words.lines.concat(), long);
    }
}

#[test]
fn a_picture_never_holds_a_command_in_real_time() {
    // 10 14 01 00 01: the pulse that opens the drawer.
    let mut picture = Bitmap::white(40, 1);
    [3, 11, 13, 23, 39].into_iter().for_each(|x| picture.blacken(x, 0));
    let bytes = escpos(&[Laid::Picture(Arc::new(picture))], &printer(PaperWidth::Narrow, CodePage::Pc858));
    assert!(!bytes.windows(2).any(|bytes| bytes == [0x10, 0x14]), "{bytes:02x?}");
}

#[test]
fn what_was_laid_out_for_wider_paper_is_broken_anew() {
    let laid = [text(&"x".repeat(48), Weight::Plain), text(&"y".repeat(20), Weight::Large)];
    let sheet = one_sheet(&laid, &printer(PaperWidth::Narrow, CodePage::Pc858));
    assert_eq!(sheet.lines, ["x".repeat(32), "x".repeat(16), "y".repeat(16), "y".repeat(4)]);
}
