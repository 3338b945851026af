//! Printing at once, for whoever waits for it: nothing is kept, and a fault is told.

use crate::links::printers::PrinterFault;
use crate::receipts::Slip;
use crate::settings::PrinterSettings;

use super::job::JobTitle;
use super::reaching::way_to;
use super::rendering::rendered;

/// # Errors
/// What keeps the printer from it; `Interrupted` where it is printed, perhaps.
pub async fn print_now(printer: &PrinterSettings, slip: &Slip, title: &JobTitle) -> Result<(), PrinterFault> {
    way_to(printer).print(rendered(slip, printer, title.for_queues())?).await
}

/// Asks a printer how it is; `false` where it is reached and does not say.
///
/// # Errors
/// What would keep it from printing.
pub async fn ask_printer(printer: &PrinterSettings) -> Result<bool, PrinterFault> {
    way_to(printer).ask().await
}
