//! A slip as the bytes that a printer wants.

use crate::links::printers::{Document, DocumentFormat, PrinterFault};
use crate::receipts::{Slip, lay_out, text_lines};
use crate::settings::{PrinterConnection, PrinterSettings, SystemDocument};

/// What is sent to this printer; `title` is for the lists of the system.
pub(super) fn rendered(slip: &Slip, printer: &PrinterSettings, title: String) -> Result<Document, PrinterFault> {
    Ok(Document { bytes: document(slip, printer)?.into(), format: format(printer), title })
}

/// The bytes: of a page where the system has a driver for the printer, else those of a receipt printer.
fn document(slip: &Slip, printer: &PrinterSettings) -> Result<Vec<u8>, PrinterFault> {
    let columns = printer.paper.columns();
    let laid = lay_out(slip, columns);
    match format(printer) {
        DocumentFormat::Raw => Ok((text_lines(&laid, columns).join("\n") + "\n").into_bytes()),
        DocumentFormat::Pdf => Err(PrinterFault::NotMade("application/pdf".to_owned())),
    }
}

fn format(printer: &PrinterSettings) -> DocumentFormat {
    match &printer.connection {
        PrinterConnection::System { document: SystemDocument::Pdf, .. } => DocumentFormat::Pdf,
        _ => DocumentFormat::Raw,
    }
}
