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
    Block(Vec<SetLine>),
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

/// One of them; a plain one is kept as its text alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum SetLine {
    Plain(String),
    Weighted { text: String, weight: Weight },
}

impl SetLine {
    fn new(text: String, weight: Weight) -> SetLine {
        match weight {
            Weight::Plain => SetLine::Plain(text),
            _ => SetLine::Weighted { text, weight },
        }
    }

    pub(super) fn parts(&self) -> (&str, Weight) {
        match self {
            SetLine::Plain(text) => (text, Weight::Plain),
            SetLine::Weighted { text, weight } => (text, *weight),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    Plain,
    Bold,
    /// Bold and twice as high.
    Tall,
    /// Bold and twice as wide.
    Wide,
    /// Bold, twice as high and twice as wide.
    Large,
}

impl Weight {
    /// How many times as wide as plain letters.
    pub fn times_wide(self) -> usize {
        if matches!(self, Weight::Wide | Weight::Large) { 2 } else { 1 }
    }

    /// How many times as high.
    pub fn times_high(self) -> usize {
        if matches!(self, Weight::Tall | Weight::Large) { 2 } else { 1 }
    }

    /// The same in letters of the usual width.
    pub(super) fn narrow(self) -> Weight {
        match self {
            Weight::Wide => Weight::Bold,
            Weight::Large => Weight::Tall,
            narrow => narrow,
        }
    }
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
        self.weighted_block(lines.into_iter().map(|line| (line, Weight::Plain)));
    }

    /// The same, each line in its own weight.
    pub fn weighted_block(&mut self, lines: impl IntoIterator<Item = (String, Weight)>) {
        let lines: Vec<SetLine> = lines.into_iter().map(|(text, weight)| SetLine::new(text, weight)).collect();
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
        slip.weighted_block([("plain".to_owned(), Weight::Plain), ("wide".to_owned(), Weight::Wide)]);
        slip.rule(true);
        slip.qr_code("code");
        slip.barcode("123");
        slip.feed();
        slip.cut();
        slip.open_drawer();
        let text = serde_json::to_string(&slip).unwrap();
        assert_eq!(serde_json::from_str::<Slip>(&text).unwrap(), slip);
        // As older programs have left it.
        let mut old = Slip::default();
        old.block(["as  set".to_owned()]);
        assert_eq!(serde_json::to_string(&old).unwrap(), r#"[{"block":["as  set"]}]"#);
    }
}
