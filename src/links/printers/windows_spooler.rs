//! The print spooler of this Windows, by the `printers` crate.

use ::printers::common::base::job::{PrinterJobOptions, PrinterJobState};
use ::printers::common::converters::Converter;
use ::printers::{get_printer_by_name, get_printers};

use super::SystemPrinter;
use super::spooler::{Spooler, SpoolerJob, SpoolerPrinter};

/// What is handed in is for the printer as it is.
const RAW: [(&str, &str); 1] = [("document-format", "RAW")];

pub(super) struct WindowsSpooler;

impl Spooler for WindowsSpooler {
    fn printers(&self) -> Vec<SpoolerPrinter> {
        let known = |found: ::printers::common::base::printer::Printer| SpoolerPrinter {
            printer: SystemPrinter { queue: found.system_name, description: found.description },
            reasons: found.state_reasons,
        };
        get_printers().into_iter().map(known).collect()
    }

    fn hand_in(&self, queue: &str, title: &str, bytes: &[u8]) -> Result<u64, String> {
        let printer = get_printer_by_name(queue).ok_or_else(|| queue.to_owned())?;
        let options = PrinterJobOptions { name: Some(title), raw_properties: &RAW, converter: Converter::None };
        printer.print(bytes, options).map_err(|error| error.message)
    }

    fn job(&self, queue: &str, job: u64) -> Option<SpoolerJob> {
        let printer = get_printer_by_name(queue)?;
        let found = printer.get_job_history().into_iter().find(|known| known.id == job)?;
        Some(match found.state {
            PrinterJobState::PENDING | PrinterJobState::PAUSED => SpoolerJob::Waiting,
            PrinterJobState::COMPLETED => SpoolerJob::Printed,
            PrinterJobState::CANCELLED => SpoolerJob::Ended,
            PrinterJobState::PROCESSING | PrinterJobState::UNKNOWN => SpoolerJob::Sending,
        })
    }

    fn take_back(&self, queue: &str, job: u64) -> bool {
        get_printer_by_name(queue).is_some_and(|printer| printer.cancel_job(job).is_ok())
    }
}
