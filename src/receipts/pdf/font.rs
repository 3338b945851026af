//! The font of a document: as much of the bundled one as its letters need.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Rect, Ref, Str};
use subsetter::{GlyphRemapper, subset};
use ttf_parser::{Face, GlyphId};

use super::{Document, PdfError, packed};

const BYTES: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSansMono.ttf");
/// Six letters before the name say that it is a part of the font.
const NAME: Name<'static> = Name(b"CHKSTD+DejaVuSansMono");
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// In the thousandths of an em that documents count in.
const THOUSAND: f32 = 1_000.0;

pub(super) struct Font {
    face: Face<'static>,
    glyphs: GlyphRemapper,
    /// What each shape means, for whoever copies the text; a letter that the font lacks is an empty box and means nothing.
    meaning: BTreeMap<u16, char>,
}

impl Font {
    pub fn new() -> Result<Font, PdfError> {
        let face = Face::parse(BYTES, 0).map_err(|error| PdfError::Font(error.to_string()))?;
        Ok(Font { face, glyphs: GlyphRemapper::new(), meaning: BTreeMap::new() })
    }

    /// The text as numbers of shapes, two bytes each.
    pub fn shapes(&mut self, text: &str) -> Vec<u8> {
        text.chars().flat_map(|letter| self.shape(letter).to_be_bytes()).collect()
    }

    fn shape(&mut self, letter: char) -> u16 {
        let Some(GlyphId(glyph)) = self.face.glyph_index(letter) else { return 0 };
        let shape = self.glyphs.remap(glyph);
        self.meaning.entry(shape).or_insert(letter);
        shape
    }

    /// Of every letter, in ems. Whole thousandths: some readers take no others for a width.
    pub fn letter_width(&self) -> f32 {
        let advance = self.face.glyph_index('0').and_then(|glyph| self.face.glyph_hor_advance(glyph));
        (self.ems(advance.unwrap_or_default()) * THOUSAND).round() / THOUSAND
    }

    /// What hangs below the line, in ems.
    pub fn depth(&self) -> f32 {
        self.ems(self.face.descender().unsigned_abs())
    }

    fn ems(&self, units: impl Into<f32>) -> f32 {
        units.into() / f32::from(self.face.units_per_em())
    }

    /// Writes the font's part into the document.
    pub fn embed(&self, document: &mut Document) -> Result<Ref, PdfError> {
        let [font, cid_font, descriptor, file, meaning] = std::array::from_fn(|_| document.number());
        let part = subset(BYTES, 0, &self.glyphs).map_err(|error| PdfError::Font(error.to_string()))?;
        let part = packed(&part)?;
        document.pdf.stream(file, &part).filter(Filter::FlateDecode);
        let mut written = document.pdf.type0_font(font);
        written.base_font(NAME).encoding_predefined(Name(b"Identity-H"));
        written.descendant_font(cid_font).to_unicode(meaning);
        written.finish();
        let mut written = document.pdf.cid_font(cid_font);
        written.subtype(CidFontType::Type2).base_font(NAME).system_info(IDENTITY).font_descriptor(descriptor);
        written.default_width((self.letter_width() * THOUSAND).round()).cid_to_gid_map_predefined(Name(b"Identity"));
        written.finish();
        self.describe(document, descriptor, file);
        let mut map = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        self.meaning.iter().for_each(|(shape, letter)| map.pair(*shape, *letter));
        let map = packed(map.finish().as_slice())?;
        document.pdf.cmap(meaning, &map).filter(Filter::FlateDecode);
        Ok(font)
    }

    fn describe(&self, document: &mut Document, descriptor: Ref, file: Ref) {
        let thousandths = |units: i16| self.ems(units) * THOUSAND;
        let bounds = self.face.global_bounding_box();
        let [left, bottom, right, top] = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(thousandths);
        let mut written = document.pdf.font_descriptor(descriptor);
        written
            .name(NAME)
            .flags(FontFlags::FIXED_PITCH | FontFlags::SYMBOLIC)
            .bbox(Rect::new(left, bottom, right, top));
        written.italic_angle(0.0).ascent(thousandths(self.face.ascender()));
        written.descent(thousandths(self.face.descender()));
        written.cap_height(thousandths(self.face.capital_height().unwrap_or_default())).stem_v(80.0).font_file2(file);
    }
}
