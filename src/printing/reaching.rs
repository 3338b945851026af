//! Where a printer of the settings is.

use std::path::PathBuf;
use std::sync::Arc;

use crate::links::printers::{PrinterAddress, PrinterHabits, PrinterLink, printer_link};
use crate::settings::{PrinterConnection, PrinterSettings};

pub(super) fn way_to(printer: &PrinterSettings, habits: &Arc<PrinterHabits>) -> Box<dyn PrinterLink> {
    let address = match &printer.connection {
        PrinterConnection::Network { address } => PrinterAddress::Network(address.clone()),
        PrinterConnection::Device { path } => PrinterAddress::Device(PathBuf::from(path)),
        PrinterConnection::System { queue, .. } => PrinterAddress::System(queue.clone()),
    };
    printer_link(&address, habits)
}
