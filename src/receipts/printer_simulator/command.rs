//! What a printer is told.

/// One command, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// Letters of the code page.
    Text(Vec<u8>),
    NewLine,
    Tab,
    Initialise,
    CodePage(u8),
    Bold(bool),
    /// Bold and sizes at once.
    Mode {
        bold: bool,
        wide: usize,
        high: usize,
    },
    /// How many times as wide and as high.
    Size {
        wide: usize,
        high: usize,
    },
    /// 0 left, 1 in the middle, 2 right.
    Align(u8),
    /// In dots; `None` is the usual distance of lines.
    LineSpacing(Option<u8>),
    FeedLines(u8),
    FeedDots(u8),
    /// After so many dots more.
    Cut {
        feed: u8,
    },
    Kick,
    /// In real time.
    KickAtOnce,
    /// Rows of bytes, from the top left; a bit is a dot, and 1 black.
    Raster {
        row_bytes: usize,
        wide: usize,
        high: usize,
        dots: Vec<u8>,
    },
    /// Columns of 8 or 24 dots.
    Columns {
        column_bytes: usize,
        dots: Vec<u8>,
    },
    BarHeight(u8),
    BarThickness(u8),
    /// Whether a bar code has its text below it, or above.
    BarText(u8),
    Barcode {
        system: u8,
        data: Vec<u8>,
    },
    /// `GS ( k`: codes in two dimensions.
    Code {
        family: u8,
        function: u8,
        data: Vec<u8>,
    },
    /// Transmit status, when its turn comes.
    Status(u8),
    RealTimeStatus(u8),
    /// Tell of changes: automatic status back.
    Tell(u8),
    /// Known, and without effect on this paper.
    Ignored,
    Unknown(Vec<u8>),
}
