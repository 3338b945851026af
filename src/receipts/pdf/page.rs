//! What stands on each page, from the top down.

use std::sync::Arc;

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Name, Str};

use super::super::bitmap::Bitmap;
use super::super::code128;
use super::super::layout::Laid;
use super::super::qr_code::qr_code;
use super::super::slip::Weight;
use super::super::wrapping::wrap;
use super::FONT;
use super::font::Font;
use crate::domain::PaperWidth;

const POINTS_PER_MILLIMETRE: f32 = 72.0 / 25.4;
/// Of the printers whose dots the widths of paper are counted in.
const DOTS_PER_MILLIMETRE: f32 = 8.0;
/// White above the first line and below the last, in points.
const MARGIN: f32 = 10.0;
/// From line to line, in heights of the letters.
const LINE: f32 = 1.28;
/// Of the stroke around a bold letter, in heights of the letters.
const BOLD: f32 = 0.035;
/// The largest square of a QR code and the largest bar of a barcode, in dots.
const SQUARE: f32 = 6.0;
const BAR: f32 = 2.0;
/// White at each side of a barcode, in bars.
const QUIET: usize = 10;
/// A barcode's height, in dots.
const BARCODE: f32 = 64.0;

/// One page, and the pictures on it in the order of their names.
pub(super) struct Drawn {
    pub width: f32,
    pub height: f32,
    pub content: Vec<u8>,
    pub pictures: Vec<Arc<Bitmap>>,
}

/// As the page's own content calls it.
pub(super) fn picture_name(place: usize) -> String {
    format!("P{place}")
}

/// Something on the page, of this height in points.
struct Thing {
    height: f32,
    what: What,
}

enum What {
    Text {
        text: String,
        weight: Weight,
        centred: bool,
    },
    Rule {
        double: bool,
    },
    /// Each dot of it is so many points wide and high.
    Picture(Arc<Bitmap>, f32),
    /// Each bar is so many points wide.
    Bars(Vec<bool>, f32),
    Nothing,
}

/// All pages: at least one, none longer than `longest` points unless a single thing is.
pub(super) fn draw(laid: &[Laid], paper: PaperWidth, longest: f32, font: &mut Font) -> Vec<Drawn> {
    let sheet = Sheet::new(paper, font);
    let mut pages = Vec::new();
    let mut things: Vec<Thing> = Vec::new();
    for laid in laid {
        if *laid == Laid::Cut {
            pages.extend(sheet.page(std::mem::take(&mut things), font));
            continue;
        }
        for thing in sheet.things(laid, paper) {
            let height: f32 = things.iter().map(|thing| thing.height).sum();
            if height + thing.height + 2.0 * MARGIN > longest {
                pages.extend(sheet.page(std::mem::take(&mut things), font));
            }
            things.push(thing);
        }
    }
    pages.extend(sheet.page(things, font));
    if pages.is_empty() {
        pages.push(sheet.drawn(Vec::new(), font));
    }
    pages
}

/// Of one width of paper; everything in points.
struct Sheet {
    width: f32,
    /// Where letters begin, and how much room they have.
    left: f32,
    room: f32,
    letter: f32,
    size: f32,
    depth: f32,
}

impl Sheet {
    fn new(paper: PaperWidth, font: &Font) -> Sheet {
        let width = count(paper.millimetres() as usize) * POINTS_PER_MILLIMETRE;
        let room = dots(count(paper.dots()));
        let letter = room / count(paper.columns());
        let size = letter / font.letter_width();
        Sheet { width, left: (width - room) / 2.0, room, letter, size, depth: font.depth() * size }
    }

    fn things(&self, laid: &Laid, paper: PaperWidth) -> Vec<Thing> {
        match laid {
            Laid::Text { text, weight, centred } => vec![self.text(text, *weight, *centred)],
            Laid::Rule { double } => vec![self.line(What::Rule { double: *double })],
            Laid::Picture(picture) if picture.height() == 0 => Vec::new(),
            Laid::Picture(picture) => vec![self.picture(picture.clone(), dots(1.0))],
            Laid::QrCode(text) => match qr_code(text) {
                Some(code) => vec![self.picture(Arc::new(code), dots(SQUARE))],
                None => self.words(text, paper),
            },
            Laid::Barcode(text) => code128::bars(text)
                .map(|bars| self.bars(bars.into_iter().map(|bar| bar == 1).collect()))
                .into_iter()
                .chain(self.words(text, paper))
                .collect(),
            Laid::Feed => vec![self.line(What::Nothing)],
            Laid::Cut | Laid::OpenDrawer => Vec::new(),
        }
    }

    fn line(&self, what: What) -> Thing {
        Thing { height: self.size * LINE, what }
    }

    fn text(&self, text: &str, weight: Weight, centred: bool) -> Thing {
        let height = self.size * LINE * high(weight);
        Thing { height, what: What::Text { text: text.to_owned(), weight, centred } }
    }

    /// What a code says, below it or in its place.
    fn words(&self, text: &str, paper: PaperWidth) -> Vec<Thing> {
        wrap(text, paper.columns()).iter().map(|line| self.text(line, Weight::Plain, true)).collect()
    }

    /// As large as it is meant to be, or as there is room.
    fn picture(&self, picture: Arc<Bitmap>, dot: f32) -> Thing {
        let dot = dot.min(self.room / count(picture.width().max(1)));
        Thing { height: dot * count(picture.height()) + self.size * LINE, what: What::Picture(picture, dot) }
    }

    fn bars(&self, bars: Vec<bool>) -> Thing {
        let bar = dots(BAR).min(self.width / count(bars.len() + 2 * QUIET));
        Thing { height: dots(BARCODE) + self.size * LINE * 0.5, what: What::Bars(bars, bar) }
    }

    /// None where nothing is on it.
    fn page(&self, things: Vec<Thing>, font: &mut Font) -> Option<Drawn> {
        let is_empty = things.iter().all(|thing| matches!(thing.what, What::Nothing));
        (!is_empty).then(|| self.drawn(things, font))
    }

    fn drawn(&self, things: Vec<Thing>, font: &mut Font) -> Drawn {
        let height = things.iter().map(|thing| thing.height).sum::<f32>() + 2.0 * MARGIN;
        let (mut content, mut pictures) = (Content::new(), Vec::new());
        let mut bottom = height - MARGIN;
        for thing in things {
            bottom -= thing.height;
            self.put(thing, bottom, &mut content, &mut pictures, font);
        }
        Drawn { width: self.width, height, content: content.finish().to_vec(), pictures }
    }

    fn put(&self, thing: Thing, bottom: f32, page: &mut Content, pictures: &mut Vec<Arc<Bitmap>>, font: &mut Font) {
        match thing.what {
            What::Text { text, weight, centred } => self.put_text(&text, weight, centred, bottom, page, font),
            What::Rule { double } => self.put_rule(double, bottom + thing.height / 2.0, page),
            What::Picture(picture, dot) => {
                let (width, height) = (dot * count(picture.width()), dot * count(picture.height()));
                let bottom = bottom + (thing.height - height) / 2.0;
                page.save_state().transform([width, 0.0, 0.0, height, (self.width - width) / 2.0, bottom]);
                page.x_object(Name(picture_name(pictures.len()).as_bytes())).restore_state();
                pictures.push(picture);
            }
            What::Bars(bars, bar) => self.put_bars(&bars, bar, bottom + thing.height - dots(BARCODE), page),
            What::Nothing => {}
        }
    }

    fn put_text(&self, text: &str, weight: Weight, centred: bool, bottom: f32, page: &mut Content, font: &mut Font) {
        let wide = count(weight.times_wide());
        let length = self.letter * wide * count(text.chars().count());
        let left = if centred { (self.width - length) / 2.0 } else { self.left };
        let base = bottom + self.depth * high(weight);
        page.begin_text().set_font(FONT, self.size);
        if weight != Weight::Plain {
            page.set_text_rendering_mode(TextRenderingMode::FillStroke).set_line_width(self.size * BOLD);
        } else {
            page.set_text_rendering_mode(TextRenderingMode::Fill);
        }
        page.set_text_matrix([wide, 0.0, 0.0, high(weight), left, base]);
        page.show(Str(&font.shapes(text))).end_text();
    }

    fn put_rule(&self, double: bool, middle: f32, page: &mut Content) {
        page.set_line_width(dots(1.0));
        let places: &[f32] = if double { &[-2.0, 2.0] } else { &[0.0] };
        for place in places {
            let y = middle + dots(*place);
            page.move_to(self.left, y).line_to(self.left + self.room, y).stroke();
        }
    }

    fn put_bars(&self, bars: &[bool], bar: f32, bottom: f32, page: &mut Content) {
        let left = (self.width - bar * count(bars.len())) / 2.0;
        let mut at = 0;
        // Neighbours are one bar: between two a reader might show a hair of white.
        for run in bars.chunk_by(|one, next| one == next) {
            if run[0] {
                page.rect(left + bar * count(at), bottom, bar * count(run.len()), dots(BARCODE));
            }
            at += run.len();
        }
        page.fill_nonzero();
    }
}

/// How many times higher than plain letters.
fn high(weight: Weight) -> f32 {
    count(weight.times_high())
}

/// A printer's dots in points.
fn dots(number: f32) -> f32 {
    number / DOTS_PER_MILLIMETRE * POINTS_PER_MILLIMETRE
}

#[allow(clippy::cast_precision_loss)] // of a slip's lines, letters and dots
fn count(number: usize) -> f32 {
    number as f32
}
