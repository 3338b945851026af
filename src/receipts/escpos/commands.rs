//! The commands themselves: the few that every receipt printer of the last twenty years knows.

use crate::receipts::bitmap::Bitmap;
use crate::receipts::slip::Weight;

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const FS: u8 = 0x1c;
const DLE: u8 = 0x10;
const NEW_LINE: u8 = b'\n';

/// Rows of a picture in one command, in dots: printers with little memory take no more.
const STRIP: usize = 128;
/// The widest picture of one command, in dots; no paper is as wide.
const WIDEST: usize = 8 * 255;
/// The pulse that opens a drawer, in units of two milliseconds: 50 ms on, 500 ms off.
const PULSE: [u8; 2] = [25, 250];

#[derive(Default)]
pub(super) struct Commands {
    bytes: Vec<u8>,
}

impl Commands {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// As a printer is after it was switched on, with its own distance of lines (a sixth of an inch: one that is told is in units which differ
    /// between models), its letters those of the code page, one byte each: printers for China would else take two.
    pub(super) fn begin(&mut self, code_page: Option<u8>) {
        self.bytes.extend([ESC, b'@', FS, b'.']);
        if let Some(number) = code_page {
            self.bytes.extend([ESC, b't', number]);
        }
    }

    /// A line in this weight, which ends with it. Centred lines have spaces at their left: what a printer centres by itself it centres on
    /// whatever it believes its paper to be.
    pub(super) fn text(&mut self, letters: &[u8], weight: Weight) {
        let size = match weight {
            Weight::Plain | Weight::Bold => 0x00,
            Weight::Tall => 0x01,
            Weight::Wide => 0x10,
            Weight::Large => 0x11,
        };
        let is_plain = weight == Weight::Plain;
        if !is_plain {
            self.bytes.extend([ESC, b'E', 1, GS, b'!', size]);
        }
        self.bytes.extend_from_slice(letters);
        self.new_line();
        if !is_plain {
            self.bytes.extend([ESC, b'E', 0, GS, b'!', 0]);
        }
    }

    pub(super) fn new_line(&mut self) {
        self.bytes.push(NEW_LINE);
    }

    pub(super) fn feed(&mut self, lines: u8) {
        self.bytes.extend([ESC, b'd', lines]);
    }

    /// The picture from the left edge on, strip by strip.
    pub(super) fn raster(&mut self, picture: &Bitmap) {
        let row_bytes = u8::try_from(picture.width().min(WIDEST).div_ceil(8)).unwrap_or(u8::MAX);
        if row_bytes == 0 {
            return;
        }
        for top in (0..picture.height()).step_by(STRIP) {
            let rows = STRIP.min(picture.height() - top);
            self.bytes.extend([GS, b'v', b'0', 0, row_bytes, 0, u8::try_from(rows).unwrap_or(u8::MAX), 0]);
            let row = |y: usize| (0..usize::from(row_bytes)).map(move |byte| black_bits(picture, byte * 8, y));
            let mut dots: Vec<u8> = (top..top + rows).flat_map(row).collect();
            quieten(&mut dots);
            self.bytes.extend(dots);
        }
    }

    /// With the text below it. Here the printer has to centre: how wide bars become it knows best.
    pub(super) fn code128(&mut self, text: &str, thinnest: usize, height: usize) {
        let mut data = b"{B".to_vec();
        for letter in text.bytes() {
            // A brace begins a change of the set; two are one.
            data.extend(std::iter::repeat_n(letter, if letter == b'{' { 2 } else { 1 }));
        }
        let Ok(length) = u8::try_from(data.len()) else { return };
        let small = |dots: usize| u8::try_from(dots).unwrap_or(u8::MAX);
        self.bytes.extend([ESC, b'a', 1, GS, b'h', small(height), GS, b'w', small(thinnest), GS, b'H', 2, GS, b'f', 0]);
        self.bytes.extend([GS, b'k', 73, length]);
        self.bytes.extend(data);
        self.bytes.extend([ESC, b'a', 0]);
    }

    /// As far as the knife, and all but one point of it.
    pub(super) fn cut(&mut self) {
        self.bytes.extend([GS, b'V', 66, 0]);
    }

    pub(super) fn kick_drawer(&mut self) {
        self.bytes.extend([ESC, b'p', 0]);
        self.bytes.extend(PULSE);
    }
}

fn black_bits(picture: &Bitmap, x: usize, y: usize) -> u8 {
    (0..8).fold(0, |bits, bit| bits << 1 | u8::from(picture.is_black(x + bit, y)))
}

/// Printers look for commands in real time everywhere, in pictures too, and one of them opens the drawer: there a single dot stays white.
fn quieten(dots: &mut [u8]) {
    for place in 1..dots.len() {
        if dots[place - 1] == DLE && matches!(dots[place], 0x04 | 0x05 | 0x14) {
            dots[place - 1] = 0;
        }
    }
}
