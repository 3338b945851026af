//! The two lines of `information` (section 8). The PayServer's own words, so they are not ours to translate.

use crate::domain::Money;
use crate::protocols::p3::messages::{StatusCode, TransactionStatus};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Starting,
    Connecting,
    EnterTip,
    Registering,
    PresentCard,
    KeyCard,
    EnterPin,
    Sign,
    AskingHost,
    PleaseWait,
    RemoveCard,
    ScanBarcode,
}

impl Text {
    pub fn lines(self, amount: Option<Money>) -> Vec<String> {
        let amount = amount.map(as_shown).unwrap_or_default();
        let (first, second) = match self {
            Text::Starting => ("Starting transaction", amount.as_str()),
            Text::Connecting => ("Connecting to card reader", "Please wait"),
            Text::EnterTip => ("Customer enters tip", amount.as_str()),
            Text::Registering => ("Initializing transaction", amount.as_str()),
            Text::PresentCard => ("Present card", amount.as_str()),
            Text::KeyCard => ("Enter card data on reader", amount.as_str()),
            Text::EnterPin => ("Customer enters PIN", amount.as_str()),
            Text::Sign => ("Signature required", amount.as_str()),
            Text::AskingHost => ("Processing", "Waiting for approval"),
            Text::PleaseWait => ("Processing", "Please wait"),
            Text::RemoveCard => ("Remove card", ""),
            Text::ScanBarcode => ("Scan barcode", ""),
        };
        vec![first.to_owned(), second.to_owned()]
    }
}

fn as_shown(amount: Money) -> String {
    format!("{} {}", amount.currency(), amount.to_decimal())
}

/// The lines of the last response.
pub fn end_lines(status: &TransactionStatus, code: &StatusCode) -> Vec<String> {
    let first = match status {
        TransactionStatus::Approved => "Approved",
        TransactionStatus::Accepted => "Accepted offline",
        TransactionStatus::Declined => "Declined",
        TransactionStatus::Aborted => "Aborted",
        TransactionStatus::Error => "Failed",
        _ => "Result unknown",
    };
    vec![first.to_owned(), description(code)]
}

/// The code's own words, readable: `DECLINED_INSUFFICIENT_FUNDS` is `Insufficient funds`.
pub fn description(code: &StatusCode) -> String {
    let word = code.word();
    let words = ["DECLINED_", "ABORTED_", "ERROR_"].iter().find_map(|prefix| word.strip_prefix(prefix));
    let words = words.unwrap_or(word).replace('_', " ").to_ascii_lowercase();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_words() {
        assert_eq!(description(&StatusCode::DeclinedInsufficientFunds), "Insufficient funds");
        assert_eq!(description(&StatusCode::Approved), "Approved");
    }
}
