//! What is wrong about the printers of a settings file, and with what names them.

use std::collections::BTreeSet;

use super::fault::WrongSetting;
use super::file::Settings;
use super::printers::PrinterSettings;

/// Each fault with the names of the members that lead to its place.
pub(super) fn wrong(settings: &Settings) -> Vec<(Vec<String>, WrongSetting)> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for (number, printer) in settings.printers.iter().enumerate() {
        let name = printer.name.as_str();
        let mut say = |member: &str, what| faults.push((path(&["printers", &number.to_string(), member]), what));
        if !PrinterSettings::is_name(name) {
            say("name", WrongSetting::UnusablePrinterName(name.to_owned()));
        } else if !names.insert(name) {
            say("name", WrongSetting::SamePrinter(name.to_owned()));
        }
        if printer.connection.leads_nowhere() {
            say("connection", WrongSetting::NoWayToPrinter(name.to_owned()));
        }
    }
    let is_missing = |name: &&String| settings.printer(name).is_none();
    if let Some(name) = settings.receipts.printer.as_ref().filter(is_missing) {
        faults.push((path(&["receipts", "printer"]), WrongSetting::NoSuchPrinter(name.clone())));
    }
    for (terminal, own) in &settings.receipts.terminals {
        if let Some(name) = own.printer.as_ref().filter(is_missing) {
            let place = path(&["receipts", "terminals", terminal, "printer"]);
            faults.push((place, WrongSetting::NoSuchPrinter(name.clone())));
        }
    }
    faults
}

fn path(members: &[&str]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}
