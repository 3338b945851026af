//! Lines of a slip or report (4.10).

use crate::protocols::words::words;

words! {
    /// What a line is.
    LineKind {
        Text = "TEXT",
        BoxDecline = "BOX_DECLINE",
        BoxVoid = "BOX_VOID",
        CarriageReturn = "CARRIAGE_RETURN",
        LineSeparatorSingle = "LINE_SEPARATOR_SINGLE",
        LineSeparatorDouble = "LINE_SEPARATOR_DOUBLE",
        /// Separates slips.
        TicketFeed = "TICKET_FEED",
        /// Only on what a till has printed at a table.
        ImageLogo = "IMAGE_LOGO",
        BarcodeCode25 = "BARCODE_CODE25",
        BarcodeCode39 = "BARCODE_CODE39",
        BarcodeCode128 = "BARCODE_CODE128",
    }
}

words! {
    /// How its text is printed.
    Format {
        Bold = "BOLD",
        DoubleHeight = "DOUBLE_HEIGHT",
        DoubleWidth = "DOUBLE_WIDTH",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub kind: LineKind,
    pub format: Vec<Format>,
    /// With card numbers masked, otherwise as it came.
    pub value: String,
}

impl ReceiptLine {
    pub fn text(value: &str) -> ReceiptLine {
        ReceiptLine { kind: LineKind::Text, format: Vec::new(), value: value.to_owned() }
    }
}

/// Both slips of a transaction; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptLines {
    pub merchant: Vec<ReceiptLine>,
    pub customer: Vec<ReceiptLine>,
}
