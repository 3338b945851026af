//! Laid out paper as a PDF document: a page as wide as the roll and as long as what stands on it.

mod font;
mod page;

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pdf_writer::{Date, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::bitmap::Bitmap;
use super::layout::Laid;
use crate::domain::PaperWidth;
use font::Font;
use page::{Drawn, draw};

/// The longest page a reader has to know, in points; what is longer goes on on the next one.
const LONGEST_PAGE: f32 = 14_000.0;
const FONT: Name<'static> = Name(b"F");

/// What the document says of itself. Nothing is taken from a clock: the same slip makes the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfAbout<'a> {
    pub title: &'a str,
    /// A BCP 47 tag.
    pub language: &'a str,
    pub created: Timestamp,
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The font that comes with the program cannot be used: its build is at fault.
    #[error("the program's font: {0}")]
    Font(String),
    #[error("the document cannot be packed: {0}")]
    Packing(String),
}

/// The document. Text can be selected, codes and pictures are as sharp as the reader wants; where the paper is cut a new page begins.
///
/// # Errors
/// [`PdfError`], which only a broken build knows.
pub fn pdf(laid: &[Laid], paper: PaperWidth, about: &PdfAbout<'_>) -> Result<Vec<u8>, PdfError> {
    let mut font = Font::new()?;
    let pages = draw(laid, paper, LONGEST_PAGE, &mut font);
    let mut document = Document::new();
    let font_id = font.embed(&mut document)?;
    let mut kids = Vec::new();
    for page in pages {
        kids.push(document.page(page, font_id)?);
    }
    Ok(document.finish(&kids, about))
}

/// The file as it grows, with the numbers of its objects.
struct Document {
    pdf: Pdf,
    next: Ref,
    pages: Ref,
}

impl Document {
    fn new() -> Document {
        let mut next = Ref::new(1);
        let pages = next.bump();
        Document { pdf: Pdf::new(), next, pages }
    }

    fn number(&mut self) -> Ref {
        self.next.bump()
    }

    fn page(&mut self, drawn: Drawn, font: Ref) -> Result<Ref, PdfError> {
        let (page, content) = (self.number(), self.number());
        let pictures = drawn.pictures.iter().map(|picture| self.picture(picture)).collect::<Result<Vec<Ref>, _>>()?;
        let mut written = self.pdf.page(page);
        written.parent(self.pages).media_box(Rect::new(0.0, 0.0, drawn.width, drawn.height)).contents(content);
        let mut resources = written.resources();
        resources.fonts().pair(FONT, font);
        let mut named = resources.x_objects();
        for (place, picture) in pictures.iter().enumerate() {
            named.pair(Name(page::picture_name(place).as_bytes()), *picture);
        }
        named.finish();
        resources.finish();
        written.finish();
        let packed = packed(&drawn.content)?;
        self.pdf.stream(content, &packed).filter(Filter::FlateDecode);
        Ok(page)
    }

    /// A stencil: its black dots are painted, the others let the paper through.
    fn picture(&mut self, bitmap: &Bitmap) -> Result<Ref, PdfError> {
        let id = self.number();
        let packed = packed(&stencil(bitmap))?;
        let mut image = self.pdf.image_xobject(id, &packed);
        image.filter(Filter::FlateDecode);
        image.width(bounded(bitmap.width())).height(bounded(bitmap.height()));
        image.image_mask(true).bits_per_component(1);
        Ok(id)
    }

    fn finish(mut self, kids: &[Ref], about: &PdfAbout<'_>) -> Vec<u8> {
        let (catalog, info) = (self.number(), self.number());
        self.pdf.pages(self.pages).kids(kids.iter().copied()).count(bounded(kids.len()));
        let mut written = self.pdf.catalog(catalog);
        written.pages(self.pages).lang(TextStr(about.language));
        written.viewer_preferences().display_doc_title(true);
        written.finish();
        let mut written = self.pdf.document_info(info);
        written.title(TextStr(about.title)).producer(TextStr("Checkstand")).creation_date(date(about.created));
        written.finish();
        self.pdf.finish()
    }
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map_err(|error| PdfError::Packing(error.to_string()))
}

/// One bit a dot, zero for black, each row from a new byte on.
fn stencil(bitmap: &Bitmap) -> Vec<u8> {
    let mut bytes = Vec::new();
    for y in 0..bitmap.height() {
        for first in (0..bitmap.width()).step_by(8) {
            let black = (0..8).filter(|bit| bitmap.is_black(first + bit, y));
            bytes.push(black.fold(0xff_u8, |byte, bit| byte & !(0x80 >> bit)));
        }
    }
    bytes
}

fn bounded(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn date(at: Timestamp) -> Date {
    let at = at.to_zoned(TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    Date::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
