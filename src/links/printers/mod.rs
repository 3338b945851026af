//! The ways to a printer: over the network (`network.rs`, with `status.rs` for what its bytes say and
//! `habits.rs` for what it never says), a device of this computer
//! (`device.rs`), and what the system prints with: CUPS (`system.rs`), or the spooler of Windows (`spooler.rs`). All carry bytes
//! that somebody else has made.

mod device;
mod fault;
mod habits;
#[cfg(not(windows))]
mod ipp;
mod network;
#[cfg(any(windows, test))]
mod spooler;
mod status;
#[cfg(not(windows))]
mod system;
#[cfg(windows)]
mod windows_spooler;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

pub use device::known_devices;
pub use fault::{PrinterBlame, PrinterFault, Unreachability};
pub use habits::PrinterHabits;
#[cfg(not(windows))]
pub use system::system_printers;

/// Where ESC/POS printers listen unless they are told otherwise.
pub const USUAL_PORT: u16 = 9100;

/// One of the system's that can be printed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemPrinter {
    /// What its queue is called.
    pub queue: String,
    /// What people call it.
    pub description: String,
}

/// What a call to a printer becomes.
pub type PrinterWork<'a, T> = Pin<Box<dyn Future<Output = Result<T, PrinterFault>> + Send + 'a>>;

/// One printer. Every call ends within a bound; when it is dropped nothing more is sent.
pub trait PrinterLink: Send + Sync {
    /// Sends the document. Only where it says so by [`PrinterFault::Interrupted`] may some of it be on paper after a fault.
    fn print(&self, document: Document) -> PrinterWork<'_, ()>;

    /// Asks the printer how it is; `false` where it is reached and does not say.
    fn ask(&self) -> PrinterWork<'_, bool>;
}

/// What is sent, as the printer understands it.
#[derive(Debug, Clone)]
pub struct Document {
    pub bytes: Arc<[u8]>,
    pub format: DocumentFormat,
    /// What queues of the system's list it by.
    pub title: String,
}

/// What the bytes are, for a system that wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    /// To be handed on as they are.
    Raw,
    Pdf,
}

/// How a printer is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterAddress {
    /// `host`, `host:port`, or an IPv6 address in brackets.
    Network(String),
    Device(PathBuf),
    System(String),
}

/// The way to the printer at this address. What it shows of itself is remembered in `habits`.
pub fn printer_link(address: &PrinterAddress, habits: &Arc<PrinterHabits>) -> Box<dyn PrinterLink> {
    match address {
        PrinterAddress::Network(address) => Box::new(network::NetworkPrinter::new(address, habits.clone())),
        PrinterAddress::Device(path) => Box::new(device::DevicePrinter::new(path)),
        PrinterAddress::System(queue) => queue_printer(queue),
    }
}

#[cfg(not(windows))]
fn queue_printer(queue: &str) -> Box<dyn PrinterLink> {
    Box::new(system::QueuePrinter::new(queue))
}

#[cfg(windows)]
fn queue_printer(queue: &str) -> Box<dyn PrinterLink> {
    Box::new(spooler::SpoolerQueue::new(windows_spooler::WindowsSpooler, queue))
}

/// The printers there are, by name.
///
/// # Errors
/// [`PrinterFault::System`] where the spooler does not answer.
#[cfg(windows)]
pub async fn system_printers() -> Result<Vec<SystemPrinter>, PrinterFault> {
    spooler::spooled_printers(windows_spooler::WindowsSpooler).await
}
