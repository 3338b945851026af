//! What is on the shop's receipts, and when they are printed: the `receipts` table of the settings file. Everything in it may be
//! missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::Copy;

/// Lines above a receipt, and as many below.
pub const RECEIPT_LINES_AT_MOST: usize = 4;
/// Characters of one of them.
pub const RECEIPT_LINE_AT_MOST: usize = 64;

/// The shop's lines on its receipts, and what is printed unasked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiptSettings {
    /// Below the shop's name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub footer: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
    /// A PNG file of this computer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Of the till's own lines, as a BCP 47 tag; that of the screen when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Which printer is meant where none is named; none: nothing is printed unasked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(flatten)]
    pub printing: Printing,
    /// The receipt of a bill that is paid.
    #[serde(skip_serializing_if = "is_default")]
    pub bill: PrintWhen,
    /// Terminals at which something else holds, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub terminals: BTreeMap<String, TerminalPrinting>,
    /// What is shown to a customer who wants no paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_code: Option<QrContent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSettings>,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// By copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Printing {
    #[serde(skip_serializing_if = "is_default")]
    pub merchant_copy: PrintWhen,
    #[serde(skip_serializing_if = "is_default")]
    pub customer_copy: PrintWhen,
}

/// Whether a copy is printed when the payment has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintWhen {
    /// Where the terminal does not print it itself.
    #[default]
    Needed,
    Always,
    /// The cashier is asked with one key; of a bill's receipt nobody is asked, which has its key anyway.
    Ask,
    Never,
}

impl PrintWhen {
    pub const ALL: [PrintWhen; 4] = [PrintWhen::Needed, PrintWhen::Always, PrintWhen::Ask, PrintWhen::Never];
}

/// What differs at one terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TerminalPrinting {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_copy: Option<PrintWhen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_copy: Option<PrintWhen>,
}

/// What a customer's telephone reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrContent {
    /// The receipt itself, as text.
    Receipt,
    /// The shop's own web address; `{payment}` in it is the payment's number.
    Address(String),
}

/// Through which server receipts are sent. The password is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    pub host: String,
    /// 465 or 587, as the security has it, where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default)]
    pub security: MailSecurity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Who it comes from.
    pub from: String,
    /// A file with a certificate authority of the shop's own, which is trusted besides those of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
}

impl MailSettings {
    /// This server, with the usual port and security, and nobody to log in as.
    pub fn new(host: &str, from: &str) -> MailSettings {
        MailSettings {
            host: host.to_owned(),
            port: None,
            security: MailSecurity::default(),
            user: None,
            from: from.to_owned(),
            ca_file: None,
        }
    }

    /// The port, or the one that this way of security usually has.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            MailSecurity::Tls => 465,
            MailSecurity::StartTls => 587,
        })
    }
}

/// Nothing is sent in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// From the first byte.
    #[default]
    Tls,
    /// After a greeting in clear; given up where the server has none.
    StartTls,
}

impl ReceiptSettings {
    pub(super) fn is_default(&self) -> bool {
        *self == ReceiptSettings::default()
    }

    /// The names of what is not understood, as they stand in the file.
    pub(super) fn unknown_fields(&self) -> impl Iterator<Item = String> {
        self.unknown.keys().map(|name| format!("receipts.{name}"))
    }

    /// When this copy of a receipt of that terminal's is printed.
    pub fn when(&self, terminal: &str, copy: Copy) -> PrintWhen {
        let own = self.terminals.get(terminal);
        match copy {
            Copy::Merchant => own.and_then(|own| own.merchant_copy).unwrap_or(self.printing.merchant_copy),
            Copy::Customer => own.and_then(|own| own.customer_copy).unwrap_or(self.printing.customer_copy),
        }
    }

    /// On which printer receipts of that terminal's, or what is no terminal's, are printed; `None`: on none.
    pub fn printer_for(&self, terminal: Option<&str>) -> Option<&str> {
        let own = terminal.and_then(|name| self.terminals.get(name)).and_then(|own| own.printer.as_deref());
        own.or(self.printer.as_deref())
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_at_a_terminal_holds_there_only() {
        let text = r#"{"printer":"bar","merchant_copy":"never","terminals":{"front":{"printer":"desk","merchant_copy":"ask"}},"seal":1}"#;
        let receipts: ReceiptSettings = serde_json::from_str(text).unwrap();
        assert_eq!(receipts.when("front", Copy::Merchant), PrintWhen::Ask);
        assert_eq!(receipts.when("front", Copy::Customer), PrintWhen::Needed);
        assert_eq!(receipts.when("back", Copy::Merchant), PrintWhen::Never);
        assert_eq!(
            (receipts.printer_for(Some("front")), receipts.printer_for(Some("back"))),
            (Some("desk"), Some("bar"))
        );
        assert_eq!(receipts.unknown_fields().collect::<Vec<_>>(), ["receipts.seal"]);
        assert_eq!(serde_json::to_string(&receipts).unwrap(), text);
        assert!(serde_json::from_str::<ReceiptSettings>("{}").unwrap().is_default());
    }
}
