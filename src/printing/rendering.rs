//! A slip as the bytes that a printer wants.

use jiff::Timestamp;

use crate::links::printers::{Document, DocumentFormat, PrinterFault};
use crate::receipts::{EscPosPrinter, PdfAbout, Slip, escpos, lay_out, pdf};
use crate::settings::{PrinterConnection, PrinterSettings, SystemDocument};

/// Of a page that nobody keeps.
const LANGUAGE: &str = "en";

/// What is sent to this printer; `title` is for the lists of the system.
pub(super) fn rendered(slip: &Slip, printer: &PrinterSettings, title: String) -> Result<Document, PrinterFault> {
    Ok(Document { bytes: document(slip, printer, &title)?.into(), format: format(printer), title })
}

/// The bytes: of a page where the system has a driver for the printer, else those of a receipt printer.
fn document(slip: &Slip, printer: &PrinterSettings, title: &str) -> Result<Vec<u8>, PrinterFault> {
    let PrinterSettings { paper, code_page, cuts, drawer, .. } = *printer;
    let laid = lay_out(slip, paper.columns());
    match format(printer) {
        DocumentFormat::Raw => Ok(escpos(&laid, &EscPosPrinter { paper, code_page, cuts, drawer })),
        DocumentFormat::Pdf => {
            let about = PdfAbout { title, language: LANGUAGE, created: Timestamp::UNIX_EPOCH };
            pdf(&laid, paper, &about).map_err(|error| PrinterFault::NotMade(error.to_string()))
        }
    }
}

fn format(printer: &PrinterSettings) -> DocumentFormat {
    match &printer.connection {
        PrinterConnection::System { document: SystemDocument::Pdf, .. } => DocumentFormat::Pdf,
        _ => DocumentFormat::Raw,
    }
}
