//! A slip as the bytes of a receipt printer (ESC/POS), for network, USB and serial printers alike.
//!
//! Written here and not by the crate `escpos` (0.20): its text goes out with the control characters it contains, what its code page lacks as
//! UTF-8; its drawer pulse lacks the two times and so swallows the next command; it has no Code 128, and rasters only with `image`.

mod commands;

use super::code_page::legible;
use super::code128::{BAR_HEIGHT, Bars};
use super::layout::Laid;
use super::placed::{Placed, drawn_line, placed};
use super::slip::Weight;
use crate::domain::{CodePage, PaperWidth};

use commands::Commands;

/// Lines below the last one before it is torn off by hand: from the printing line to the edge.
const TO_TEAR_OFF: u8 = 5;

/// What has to be known of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EscPosPrinter {
    pub paper: PaperWidth,
    pub code_page: CodePage,
    /// Whether it has a knife.
    pub cuts: bool,
    /// Whether a cash drawer hangs on it.
    pub drawer: bool,
}

/// The bytes of one job. It ends with a cut, whether the slip says so or not, where anything was printed. Nothing that stands in a text
/// is ever a command.
pub fn escpos(laid: &[Laid], printer: &EscPosPrinter) -> Vec<u8> {
    let mut job = Job { printer, out: Commands::default(), is_under_way: false };
    job.out.begin(printer.code_page.number());
    placed(laid, printer.paper, printer.code_page).iter().for_each(|piece| job.print(piece));
    job.cut();
    job.out.into_bytes()
}

struct Job<'a> {
    printer: &'a EscPosPrinter,
    out: Commands,
    /// Whether anything stands on this sheet.
    is_under_way: bool,
}

impl Job<'_> {
    fn print(&mut self, piece: &Placed) {
        match piece {
            Placed::Line { text, weight } => self.line(text, *weight),
            Placed::Picture(picture) => self.out.raster(picture),
            Placed::Bars(bars) => self.bars(bars),
            Placed::Feed => self.out.new_line(),
            Placed::Cut => return self.cut(),
            Placed::OpenDrawer if self.printer.drawer => return self.out.kick_drawer(),
            Placed::OpenDrawer => return,
        }
        self.is_under_way = true;
    }

    /// In the printer's own letters; where it lacks one, the whole line is drawn, on the same grid.
    fn line(&mut self, text: &str, weight: Weight) {
        let page = self.printer.code_page;
        let bytes: Option<Vec<u8>> = legible(text, page).chars().map(|letter| page.byte(letter)).collect();
        match bytes {
            Some(bytes) => self.out.text(&bytes, weight),
            None => self.out.raster(&drawn_line(text, weight)),
        }
    }

    fn bars(&mut self, bars: &Bars) {
        self.out.code128(&bars.text, bars.thinnest, BAR_HEIGHT);
    }

    fn cut(&mut self) {
        match (std::mem::take(&mut self.is_under_way), self.printer.cuts) {
            (false, _) => {}
            (true, true) => self.out.cut(),
            (true, false) => self.out.feed(TO_TEAR_OFF),
        }
    }
}

#[cfg(test)]
mod tests;
