//! `printer find`: the device files that may be printers, and the printers of the system.

use crate::printing::{known_devices, system_printers};

use super::super::context::Context;
use super::super::events::Event;
use super::super::exit_status::ExitStatus;
use super::events::FoundPrinterFields;

pub async fn find(context: &Context) -> ExitStatus {
    let mut found: Vec<FoundPrinterFields> = Vec::new();
    for device in known_devices() {
        let (place, description) = (device.display().to_string(), String::new());
        found.push(FoundPrinterFields { kind: "device", place, description });
    }
    match system_printers().await {
        Ok(printers) => found.extend(printers.into_iter().map(|printer| {
            let (place, description) = (printer.queue, printer.description);
            FoundPrinterFields { kind: "system", place, description }
        })),
        Err(fault) => context.output.warning(&super::sending::fault_text(context, &fault)),
    }
    if found.is_empty() {
        context.output.line(&context.texts().get("cli-printer-found-none"));
    }
    for printer in found {
        let placeables = [("kind", printer.kind), ("place", &printer.place), ("description", &printer.description)];
        context.output.line(context.texts().with("cli-printer-found", &placeables).trim_end());
        context.output.event(&Event::FoundPrinter(printer));
    }
    ExitStatus::Done
}
