//! Where a printer of the settings is.

use std::path::PathBuf;

use crate::links::printers::{PrinterAddress, PrinterLink, printer_link};
use crate::settings::{PrinterConnection, PrinterSettings};

pub(super) fn way_to(printer: &PrinterSettings) -> Box<dyn PrinterLink> {
    printer_link(&match &printer.connection {
        PrinterConnection::Network { address } => PrinterAddress::Network(address.clone()),
        PrinterConnection::Device { path } => PrinterAddress::Device(PathBuf::from(path)),
        PrinterConnection::System { queue, .. } => PrinterAddress::System(queue.clone()),
    })
}
