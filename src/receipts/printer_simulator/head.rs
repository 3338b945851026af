//! The print head: commands to dots and lines of text.

use crate::domain::PaperWidth;
use crate::receipts::bitmap::Bitmap;
use crate::receipts::code_page;
use crate::receipts::code128;
use crate::receipts::letters::{self, LETTER_WIDTH, LINE_HEIGHT, Shape};
use crate::receipts::qr_code;

use super::command::Command;
use super::reading::read;
use super::sheet::Sheet;

/// What stands for a byte that the code page does not have.
const UNKNOWN: char = '\u{fffd}';
/// Places of tabs, in letters.
const TAB: usize = 8;
/// `GS k`: Code 128.
const CODE_128: u8 = 73;
/// `GS ( k`: QR codes, and three of their functions.
const QR: u8 = 49;
const QR_SIZE: u8 = 67;
const QR_STORE: u8 = 80;
const QR_PRINT: u8 = 81;

/// How it prints, as it was last told.
#[derive(Debug, Clone)]
struct Manner {
    code_page: u8,
    shape: Shape,
    align: u8,
    line_spacing: usize,
    bar_height: usize,
    bar_thickness: usize,
    has_bar_text: bool,
    code: Vec<u8>,
    code_size: usize,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            code_page: 0,
            shape: Shape { bold: false, wide: 1, high: 1 },
            align: 0,
            line_spacing: LINE_HEIGHT,
            bar_height: 162,
            bar_thickness: 3,
            has_bar_text: false,
            code: Vec::new(),
            code_size: 3,
        }
    }
}

#[derive(Debug)]
pub(super) struct Head {
    paper: PaperWidth,
    manner: Manner,
    /// Of the line that is not printed yet.
    letters: Vec<(char, Shape)>,
    sheet: Sheet,
    complaints: Vec<String>,
}

impl Head {
    pub(super) fn new(paper: PaperWidth) -> Head {
        let (manner, sheet) = (Manner::default(), Sheet::white(paper));
        Head { paper, manner, letters: Vec::new(), sheet, complaints: Vec::new() }
    }

    pub(super) fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    pub(super) fn take_complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }

    /// `None` where nothing is printed.
    pub(super) fn tear_off(&mut self) -> Option<Sheet> {
        if !self.letters.is_empty() {
            self.new_line();
        }
        let sheet = std::mem::replace(&mut self.sheet, Sheet::white(self.paper));
        Some(sheet).filter(|sheet| !sheet.is_white())
    }

    pub(super) fn feed_dots(&mut self, dots: u8) {
        self.sheet.feed(dots.into());
    }

    /// How many lines it took.
    pub(super) fn carry_out(&mut self, command: Command) -> usize {
        match command {
            Command::Text(bytes) => return self.text(&bytes),
            Command::NewLine => return self.new_line(),
            Command::FeedLines(lines) => return (0..lines).map(|_| self.new_line()).sum(),
            Command::FeedDots(dots) => {
                let printed = if self.letters.is_empty() { 0 } else { self.new_line() };
                self.feed_dots(dots);
                return printed;
            }
            Command::Raster { row_bytes, wide, high, dots } => return self.raster(row_bytes, wide, high, &dots),
            Command::Columns { column_bytes, dots } => return self.columns(column_bytes, &dots),
            Command::Barcode { system, data } => return self.barcode(system, &data),
            Command::Code { family, function, data } => return self.code(family, function, data),
            Command::Tab => {
                let further = TAB - self.letters.len() % TAB;
                return self.text(&vec![b' '; further]);
            }
            Command::Initialise => {
                self.manner = Manner::default();
                self.letters.clear();
            }
            Command::CodePage(number) => self.manner.code_page = number,
            Command::Bold(bold) => self.manner.shape.bold = bold,
            Command::Mode { bold, wide, high } => self.manner.shape = Shape { bold, wide, high },
            Command::Size { wide, high } => self.manner.shape = Shape { wide, high, ..self.manner.shape },
            Command::Align(align) => self.manner.align = align,
            Command::LineSpacing(dots) => self.manner.line_spacing = dots.map_or(LINE_HEIGHT, usize::from),
            Command::BarHeight(dots) => self.manner.bar_height = dots.into(),
            Command::BarThickness(dots) => self.manner.bar_thickness = dots.into(),
            Command::BarText(place) => self.manner.has_bar_text = place != 0,
            // Not the head's, or without effect.
            _ => {}
        }
        0
    }

    fn text(&mut self, bytes: &[u8]) -> usize {
        let mut printed = 0;
        for byte in bytes {
            let letter = code_page::letter(self.manner.code_page, *byte).unwrap_or_else(|| {
                self.complaints.push(format!("no letter {byte:02x} in code page {}", self.manner.code_page));
                UNKNOWN
            });
            let shape = self.manner.shape;
            if self.width() + shape.width() > self.paper.columns() * LETTER_WIDTH {
                self.complaints.push("a line is wider than the paper".to_owned());
                printed += self.new_line();
            }
            self.letters.push((letter, shape));
        }
        printed
    }

    fn width(&self) -> usize {
        self.letters.iter().map(|(_, shape)| shape.width()).sum()
    }

    fn new_line(&mut self) -> usize {
        let letters = std::mem::take(&mut self.letters);
        let high = letters.iter().map(|(_, shape)| shape.height()).max().unwrap_or_default();
        let width = letters.iter().map(|(_, shape)| shape.width()).sum();
        let mut line = Bitmap::white(width, high.max(self.manner.line_spacing));
        let mut left = 0;
        for (letter, shape) in &letters {
            letters::draw(*letter, *shape, &mut line, left, 0);
            left += shape.width();
        }
        let text: String = letters.iter().map(|(letter, _)| letter).collect();
        if width == 0 {
            self.sheet.feed(self.manner.line_spacing);
        } else {
            self.sheet.put(&line, self.left(width));
        }
        self.sheet.lines.push(text.trim_end().to_owned());
        1
    }

    fn left(&self, width: usize) -> usize {
        let free = self.paper.dots().saturating_sub(width);
        match self.manner.align {
            1 => free / 2,
            2 => free,
            _ => 0,
        }
    }

    /// A picture is below the line that was begun.
    fn put(&mut self, picture: &Bitmap, told_as: String) -> usize {
        let printed = if self.letters.is_empty() { 0 } else { self.new_line() };
        if picture.width() > self.paper.dots().next_multiple_of(8) {
            self.complaints.push("a picture is wider than the paper".to_owned());
        }
        self.sheet.put(picture, self.left(picture.width()));
        self.sheet.lines.push(told_as);
        printed + picture.height().div_ceil(LINE_HEIGHT)
    }

    fn raster(&mut self, row_bytes: usize, wide: usize, high: usize, dots: &[u8]) -> usize {
        let rows = dots.len() / row_bytes;
        let mut picture = Bitmap::white(row_bytes * 8 * wide, rows * high);
        for y in 0..rows * high {
            for x in 0..row_bytes * 8 * wide {
                let byte = dots[y / high * row_bytes + x / wide / 8];
                if byte >> (7 - x / wide % 8) & 1 == 1 {
                    picture.blacken(x, y);
                }
            }
        }
        let told_as = read(&picture).unwrap_or_else(|| seen(&picture));
        self.put(&picture, told_as)
    }

    fn columns(&mut self, column_bytes: usize, dots: &[u8]) -> usize {
        let mut picture = Bitmap::white(dots.len() / column_bytes, column_bytes * 8);
        for (place, byte) in dots.iter().enumerate() {
            for bit in (0..8).filter(|bit| byte >> (7 - bit) & 1 == 1) {
                picture.blacken(place / column_bytes, place % column_bytes * 8 + bit);
            }
        }
        let told_as = seen(&picture);
        self.put(&picture, told_as)
    }

    fn barcode(&mut self, system: u8, data: &[u8]) -> usize {
        let text = String::from_utf8_lossy(data).into_owned();
        let Some(text) = text.strip_prefix("{B").filter(|_| system == CODE_128).map(|text| text.replace("{{", "{"))
        else {
            self.complaints.push(format!("bar code {system} is not drawn: {text:?}"));
            return 0;
        };
        let Some(bars) = code128::bars(&text) else {
            self.complaints.push(format!("no bars for {text:?}"));
            return 0;
        };
        let bars = code128::drawn(&bars, self.manner.bar_thickness, self.manner.bar_height);
        if bars.width() > self.paper.dots() {
            self.complaints.push("bars are wider than the paper".to_owned());
        }
        let plain = Shape { bold: false, wide: 1, high: 1 };
        let label = if self.manner.has_bar_text { letters::line(&text, plain) } else { Bitmap::default() };
        let width = bars.width().max(label.width());
        let mut whole = Bitmap::white(width, bars.height() + label.height());
        whole.lay_over(&bars, (width - bars.width()) / 2, 0);
        whole.lay_over(&label, (width - label.width()) / 2, bars.height());
        self.put(&whole, text)
    }

    fn code(&mut self, family: u8, function: u8, data: Vec<u8>) -> usize {
        match (family, function) {
            (QR, QR_SIZE) => self.manner.code_size = data.first().map_or(3, |size| usize::from(*size).clamp(1, 16)),
            (QR, QR_STORE) => self.manner.code = data.into_iter().skip(1).collect(),
            (QR, QR_PRINT) => {
                let text = String::from_utf8_lossy(&self.manner.code).into_owned();
                if let Some(code) = qr_code(&text) {
                    return self.put(&code.enlarged(self.manner.code_size), text);
                }
            }
            (QR, _) => {}
            _ => self.complaints.push(format!("code {family} is not drawn")),
        }
        0
    }
}

fn seen(picture: &Bitmap) -> String {
    format!("[picture {}×{}]", picture.width(), picture.height())
}
