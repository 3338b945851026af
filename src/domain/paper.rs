//! The paper of a receipt printer, and the letters it has.

use serde::{Deserialize, Serialize};

/// Of the paper, by how many plain letters stand on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum PaperWidth {
    /// 58 mm: 32 letters, 384 dots.
    Narrow,
    /// 80 mm on printers of 512 dots: 42 letters.
    Medium,
    /// 80 mm: 48 letters, 576 dots.
    #[default]
    Wide,
}

impl PaperWidth {
    pub const ALL: [PaperWidth; 3] = [PaperWidth::Narrow, PaperWidth::Medium, PaperWidth::Wide];

    /// Plain letters on a line.
    pub fn columns(self) -> usize {
        usize::from(u8::from(self))
    }

    /// Dots on a line that can be printed on.
    pub fn dots(self) -> usize {
        match self {
            PaperWidth::Narrow => 384,
            PaperWidth::Medium => 512,
            PaperWidth::Wide => 576,
        }
    }

    /// Of the roll, in millimetres.
    pub fn millimetres(self) -> u32 {
        match self {
            PaperWidth::Narrow => 58,
            PaperWidth::Medium | PaperWidth::Wide => 80,
        }
    }
}

impl TryFrom<u8> for PaperWidth {
    type Error = &'static str;

    fn try_from(columns: u8) -> Result<PaperWidth, Self::Error> {
        let found = PaperWidth::ALL.into_iter().find(|width| width.columns() == usize::from(columns));
        found.ok_or("paper has 32, 42 or 48 columns")
    }
}

impl From<PaperWidth> for u8 {
    fn from(width: PaperWidth) -> u8 {
        match width {
            PaperWidth::Narrow => 32,
            PaperWidth::Medium => 42,
            PaperWidth::Wide => 48,
        }
    }
}

/// The letters that the printer has besides those of ASCII. What is in none is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePage {
    /// United States.
    Pc437,
    /// Western Europe.
    Pc850,
    /// Central Europe.
    Pc852,
    /// Western Europe with the euro.
    #[default]
    Pc858,
    /// Nordic.
    Pc865,
    /// Windows, Western Europe.
    Wpc1252,
    /// None: everything that is not ASCII is drawn.
    Ascii,
}

impl CodePage {
    pub const ALL: [CodePage; 7] = [
        CodePage::Pc437,
        CodePage::Pc850,
        CodePage::Pc852,
        CodePage::Pc858,
        CodePage::Pc865,
        CodePage::Wpc1252,
        CodePage::Ascii,
    ];

    /// As printers call it; the one without letters has no name.
    pub fn name(self) -> Option<&'static str> {
        match self {
            CodePage::Pc437 => Some("PC437"),
            CodePage::Pc850 => Some("PC850"),
            CodePage::Pc852 => Some("PC852"),
            CodePage::Pc858 => Some("PC858"),
            CodePage::Pc865 => Some("PC865"),
            CodePage::Wpc1252 => Some("WPC1252"),
            CodePage::Ascii => None,
        }
    }
}
