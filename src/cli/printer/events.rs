//! What programs are told of printers.

use serde::Serialize;

use crate::domain::{CodePage, PaperWidth};
use crate::printing::Kept;
use crate::settings::{PrinterConnection, PrinterSettings};

/// A printer that is set up.
#[derive(Debug, Serialize)]
pub struct PrinterFields {
    pub printer: String,
    pub connection: PrinterConnection,
    pub paper: PaperWidth,
    pub code_page: CodePage,
    pub cuts: bool,
    pub drawer: bool,
    pub default: bool,
}

impl PrinterFields {
    pub fn new(printer: &PrinterSettings, default: bool) -> PrinterFields {
        PrinterFields {
            printer: printer.name.clone(),
            connection: printer.connection.clone(),
            paper: printer.paper,
            code_page: printer.code_page,
            cuts: printer.cuts,
            drawer: printer.drawer,
            default,
        }
    }
}

/// One that could be set up.
#[derive(Debug, Serialize)]
pub struct FoundPrinterFields {
    /// `device` or `system`.
    pub kind: &'static str,
    /// Path or queue.
    pub place: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What waits for a printer.
#[derive(Debug, Serialize)]
pub struct PrintJobFields {
    pub id: u64,
    pub printer: String,
    pub title: String,
    pub state: Kept,
    pub made_at: String,
}
