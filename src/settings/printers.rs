//! The receipt printers: the `printers` list of the settings file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::file::Settings;
use crate::domain::{CodePage, PaperWidth};

/// One printer as the installer set it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterSettings {
    pub name: String,
    pub connection: PrinterConnection,
    #[serde(default)]
    pub paper: PaperWidth,
    #[serde(default)]
    pub code_page: CodePage,
    /// Whether it has a knife.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub cuts: bool,
    /// Whether a cash drawer hangs on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drawer: bool,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// How it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterConnection {
    /// ESC/POS over TCP; the port is 9100 where the address has none.
    Network { address: String },
    /// ESC/POS into a device of this computer, USB or serial.
    Device { path: String },
    /// A printer that the system knows.
    System {
        queue: String,
        #[serde(default)]
        document: SystemDocument,
    },
}

/// What a printer of the system is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemDocument {
    /// The bytes of a receipt printer, which the system hands on as they are.
    #[default]
    EscPos,
    /// A page as wide as the paper, for printers with a driver.
    Pdf,
}

impl PrinterSettings {
    /// The longest name, in characters.
    pub const NAME_AT_MOST: usize = 64;

    /// With wide paper and a knife, and no drawer.
    pub fn new(name: &str, connection: PrinterConnection) -> PrinterSettings {
        PrinterSettings {
            name: name.to_owned(),
            connection,
            paper: PaperWidth::default(),
            code_page: CodePage::default(),
            cuts: true,
            drawer: false,
            unknown: BTreeMap::new(),
        }
    }
}

impl PrinterSettings {
    /// Whether a printer can be called so.
    pub fn is_name(name: &str) -> bool {
        !name.is_empty()
            && name.trim() == name
            && name.chars().count() <= PrinterSettings::NAME_AT_MOST
            && !name.chars().any(char::is_control)
    }
}

impl PrinterConnection {
    /// Its address, its path, or what the system calls it.
    pub fn place(&self) -> &str {
        match self {
            PrinterConnection::Network { address: place }
            | PrinterConnection::Device { path: place }
            | PrinterConnection::System { queue: place, .. } => place,
        }
    }

    /// Whether nobody has said where the printer is.
    pub fn leads_nowhere(&self) -> bool {
        self.place().trim().is_empty()
    }
}

impl Settings {
    /// Replaces the printer of that name or adds it.
    pub fn put_printer(&mut self, printer: PrinterSettings) {
        match self.printers.iter_mut().find(|known| known.name == printer.name) {
            Some(known) => *known = printer,
            None => self.printers.push(printer),
        }
    }

    /// Takes it away, and its name wherever receipts are to be printed on it; whether there was one.
    pub fn remove_printer(&mut self, name: &str) -> bool {
        let before = self.printers.len();
        self.printers.retain(|printer| printer.name != name);
        let named = self.receipts.terminals.values_mut().map(|own| &mut own.printer);
        for place in named.chain([&mut self.receipts.printer]) {
            if place.as_deref() == Some(name) {
                *place = None;
            }
        }
        self.printers.len() < before
    }
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks for it
fn is_yes(value: &bool) -> bool {
    *value
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_is_written_as_it_was_read_with_what_is_not_known_of_it() {
        let text = r#"{"name":"bar","connection":{"kind":"network","address":"10.0.0.9"},"paper":32,"code_page":"pc437","tray":2}"#;
        let printer: PrinterSettings = serde_json::from_str(text).unwrap();
        assert_eq!(printer.paper, PaperWidth::Narrow);
        assert!(printer.cuts && !printer.drawer && printer.unknown.contains_key("tray"));
        assert_eq!(serde_json::to_string(&printer).unwrap(), text);
        let system = r#"{"name":"a","connection":{"kind":"system","queue":"Receipt"}}"#;
        let system: PrinterSettings = serde_json::from_str(system).unwrap();
        let document = SystemDocument::EscPos;
        assert_eq!(system, PrinterSettings::new("a", PrinterConnection::System { queue: "Receipt".into(), document }));
        assert!(serde_json::from_str::<PrinterSettings>(r#"{"name":"a","connection":{"kind":"fax"}}"#).is_err());
        let odd = r#"{"name":"a","connection":{"kind":"device","path":"/dev/usb/lp0"},"paper":40}"#;
        assert!(serde_json::from_str::<PrinterSettings>(odd).is_err());
    }

    #[test]
    fn a_printer_that_is_removed_is_named_nowhere_any_more() {
        let text = r#"{"printers":[{"name":"bar","connection":{"kind":"network","address":"h"}}],
            "receipts":{"printer":"bar","terminals":{"front":{"printer":"bar"},"back":{"printer":"desk"}}}}"#;
        let mut settings: Settings = serde_json::from_str(text).unwrap();
        assert!(settings.remove_printer("bar") && !settings.remove_printer("bar"));
        assert_eq!(
            (settings.receipts.printer_for(Some("front")), settings.receipts.printer_for(Some("back"))),
            (None, Some("desk"))
        );
    }
}
