//! A slip of paper before anybody knows how wide the paper is: what stands on it, piece by piece.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bitmap::Bitmap;

/// One sheet, from its first piece to its last. Kept as it is where it waits for a printer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slip {
    pub(super) pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Piece {
    /// Broken between words.
    Text {
        text: String,
        weight: Weight,
        centred: bool,
    },
    /// Lines that somebody else has set: their spaces stay, and the block as a whole is in the middle.
    Block(Vec<String>),
    /// Label at the left, value at the right of its last line.
    Row {
        label: String,
        value: String,
        weight: Weight,
        indented: bool,
    },
    Rule {
        double: bool,
    },
    #[serde(with = "shared_picture")]
    Picture(Arc<Bitmap>),
    QrCode(String),
    Barcode(String),
    Feed,
    Cut,
    OpenDrawer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    Plain,
    Bold,
    /// Bold and twice as high.
    Tall,
    /// Bold, twice as high and twice as wide.
    Large,
}

impl Slip {
    pub fn centred(&mut self, text: &str, weight: Weight) {
        self.pieces.push(Piece::Text { text: legible(text), weight, centred: true });
    }

    pub fn rule(&mut self, double: bool) {
        self.pieces.push(Piece::Rule { double });
    }

    pub fn row(&mut self, label: &str, value: &str, weight: Weight) {
        self.pieces.push(Piece::Row { label: legible(label), value: legible(value), weight, indented: false });
    }

    /// The same, about the row above.
    pub fn detail(&mut self, label: &str, value: &str) {
        let (label, value, weight) = (legible(label), legible(value), Weight::Plain);
        self.pieces.push(Piece::Row { label, value, weight, indented: true });
    }

    /// Lines as somebody else has set them.
    pub fn block(&mut self, lines: impl IntoIterator<Item = String>) {
        let lines: Vec<String> = lines.into_iter().collect();
        if !lines.is_empty() {
            self.pieces.push(Piece::Block(lines));
        }
    }

    pub fn picture(&mut self, picture: Arc<Bitmap>) {
        self.pieces.push(Piece::Picture(picture));
    }

    pub fn qr_code(&mut self, text: &str) {
        self.pieces.push(Piece::QrCode(text.to_owned()));
    }

    /// Code 128.
    pub fn barcode(&mut self, text: &str) {
        self.pieces.push(Piece::Barcode(text.to_owned()));
    }

    pub fn feed(&mut self) {
        self.pieces.push(Piece::Feed);
    }

    /// Here the paper is cut, where the printer can.
    pub fn cut(&mut self) {
        self.pieces.push(Piece::Cut);
    }

    /// The cash drawer at the printer springs open.
    pub fn open_drawer(&mut self) {
        self.pieces.push(Piece::OpenDrawer);
    }

    /// What another slip has, below this one.
    pub fn append(&mut self, other: Slip) {
        self.pieces.extend(other.pieces);
    }
}

/// Printers know neither the no-break spaces of large amounts nor the minus sign.
fn legible(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2212}', "-")
}

/// As a picture of its own.
mod shared_picture {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::receipts::Bitmap;

    pub fn serialize<S: Serializer>(picture: &Arc<Bitmap>, serializer: S) -> Result<S::Ok, S::Error> {
        Bitmap::clone(picture).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Bitmap>, D::Error> {
        Bitmap::deserialize(deserializer).map(Arc::new)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_that_waits_for_a_printer_comes_back_as_it_was() {
        let mut slip = Slip::default();
        let mut picture = Bitmap::white(9, 2);
        picture.blacken(8, 1);
        slip.picture(Arc::new(picture));
        slip.centred("Grüße", Weight::Large);
        slip.row("Total", "18.40", Weight::Bold);
        slip.detail("tax", "1.40");
        slip.block(["as  set".to_owned()]);
        slip.rule(true);
        slip.qr_code("code");
        slip.barcode("123");
        slip.feed();
        slip.cut();
        slip.open_drawer();
        let text = serde_json::to_string(&slip).unwrap();
        assert_eq!(serde_json::from_str::<Slip>(&text).unwrap(), slip);
    }
}
