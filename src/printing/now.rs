//! Printing at once, for whoever waits for it: nothing is kept, and a fault is told.

use std::sync::Arc;

use crate::links::printers::{PrinterFault, PrinterHabits};
use crate::receipts::Slip;
use crate::settings::PrinterSettings;

use super::job::JobTitle;
use super::reaching::way_to;
use super::rendering::rendered;

/// # Errors
/// What keeps the printer from it; `Interrupted` where it is printed, perhaps.
pub async fn print_now(printer: &PrinterSettings, slip: &Slip, title: &JobTitle) -> Result<(), PrinterFault> {
    print_on(printer, &Arc::default(), slip, title).await
}

/// The same for whoever prints more than once, and learns from it.
pub(super) async fn print_on(
    printer: &PrinterSettings,
    habits: &Arc<PrinterHabits>,
    slip: &Slip,
    title: &JobTitle,
) -> Result<(), PrinterFault> {
    way_to(printer, habits).print(rendered(slip, printer, title.for_queues())?).await
}

/// Asks a printer how it is; `false` where it is reached and does not say.
///
/// # Errors
/// What would keep it from printing.
pub async fn ask_printer(printer: &PrinterSettings) -> Result<bool, PrinterFault> {
    way_to(printer, &Arc::default()).ask().await
}
