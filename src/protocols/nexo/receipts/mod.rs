//! The terminal's receipts (section 12): JSON with ready-made lines, or with the facts to make them from.

mod composed;
mod facts;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::composed::composed;
use self::facts::Facts;
use crate::domain::card::mask_card_numbers;
use crate::domain::{Copy, Receipt};
use crate::protocols::nexo::codec::characters::text_of;
use crate::protocols::nexo::messages::{PaymentReceipt, PaymentResponse};

const LINES_AT_MOST: usize = 300;
const LINE_AT_MOST: usize = 200;
/// What stands before the number by which a payment is found for its refund (12.2).
const REFERENCE: &str = "Ref.nr:";
/// Neither a card nor a device with one: Swish and its like (5.1.1).
const ALTERNATIVE: &str = "Mobile";

/// One copy of a receipt and what the driver has to know from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NexoReceipt {
    pub copy: Copy,
    /// Ready to print; empty when nothing readable came.
    pub lines: Vec<String>,
    /// Whether a signature is needed (12.3); `None` when the receipt does not say or cannot be read.
    pub signature_block: Option<bool>,
    /// The host's reason, `00` for approved. Not in the XML.
    pub response_code: Option<String>,
    pub approval_code: Option<String>,
    /// `00`, or `91` on a reversal.
    pub debit_status: Option<String>,
    /// Equals the `POITransactionID`.
    pub receipt_number: Option<String>,
}

impl NexoReceipt {
    /// The receipt for journal, screen and printer; none without lines.
    pub fn printable(&self) -> Option<Receipt> {
        (!self.lines.is_empty()).then(|| {
            let mut receipt = Receipt::new(self.copy, self.lines.iter().cloned());
            receipt.signature_line = self.copy == Copy::Merchant && self.signature_block == Some(true);
            // (12.3) The POS prints.
            receipt.on_the_tills_paper()
        })
    }

    /// The same of a payment by an alternative method: its refund needs the reference, so that it is there to be read and to be
    /// scanned (12.2).
    fn printable_with_reference(&self) -> Option<Receipt> {
        let mut receipt = self.printable()?;
        let told = self.lines.iter().find_map(|line| line.trim().strip_prefix(REFERENCE)).map(str::trim);
        let reference = told.or(self.receipt_number.as_deref()).unwrap_or_default();
        if !receipt.lines.iter().any(|line| line.contains(reference)) {
            receipt.label("receipt-rrn", reference);
        }
        receipt.to_scan(reference);
        Some(receipt)
    }
}

/// What is to be printed of a payment.
pub fn receipts_of_payment(answer: &PaymentResponse) -> Vec<Receipt> {
    let instrument = answer.result.as_ref().map(|result| result.instrument.as_str()).unwrap_or_default();
    let is_alternative = instrument.eq_ignore_ascii_case(ALTERNATIVE);
    let read = answer.receipts.iter().map(receipt_of);
    let print = |read: NexoReceipt| if is_alternative { read.printable_with_reference() } else { read.printable() };
    read.filter_map(print).collect()
}

/// What is to be printed of anything else.
pub fn receipts_of(receipts: &[PaymentReceipt]) -> Vec<Receipt> {
    receipts.iter().filter_map(|receipt| receipt_of(receipt).printable()).collect()
}

/// Reads a receipt of a payment, a reversal or a print request. Never fails: what cannot be read has no lines.
pub fn receipt_of(receipt: &PaymentReceipt) -> NexoReceipt {
    let text = text_of(&receipt.content);
    let json: Option<Value> = serde_json::from_str(text.trim().trim_end_matches('\0')).ok().filter(Value::is_object);
    let mut found = match &json {
        Some(json) => from_json(json, &receipt.qualifier),
        None => from_text(&text, &receipt.qualifier),
    };
    if receipt.required_signature {
        found.signature_block = Some(true);
    }
    found
}

fn from_json(json: &Value, qualifier: &str) -> NexoReceipt {
    let merchant = json.get("Merchant");
    let root = merchant.or_else(|| json.get("Cardholder")).unwrap_or(json);
    let copy = copy_of(qualifier).unwrap_or(if merchant.is_some() { Copy::Merchant } else { Copy::Customer });
    let facts = Facts(root.get("Mandatory").unwrap_or(&Value::Null));
    let ready = root.pointer("/Optional/ReceiptString").or_else(|| root.get("ReceiptString")).and_then(ready_lines);
    let lines = ready.unwrap_or_else(|| composed(facts, copy));
    NexoReceipt {
        copy,
        lines: tidy(lines),
        signature_block: facts.flag("/Payment/SignatureBlock"),
        response_code: facts.some("/Outcome/AuthorisationResponseCode"),
        approval_code: facts.some("/Outcome/ApprovalCode"),
        debit_status: facts.some("/Outcome/DebitStatus"),
        receipt_number: facts.some("/Payment/ReceiptNumber"),
    }
}

/// What is no JSON but can be read is kept line by line.
fn from_text(text: &str, qualifier: &str) -> NexoReceipt {
    let readable = !text.chars().any(|c| (c.is_control() && !c.is_ascii_whitespace()) || c == '\u{fffd}');
    let broken_json = text.trim_start().starts_with('{');
    let lines =
        if readable && !broken_json { text.trim_end().lines().map(str::to_owned).collect() } else { Vec::new() };
    NexoReceipt {
        copy: copy_of(qualifier).unwrap_or(Copy::Merchant),
        lines: tidy(lines),
        signature_block: None,
        response_code: None,
        approval_code: None,
        debit_status: None,
        receipt_number: None,
    }
}

fn copy_of(qualifier: &str) -> Option<Copy> {
    match qualifier {
        "CashierReceipt" => Some(Copy::Merchant),
        "CustomerReceipt" => Some(Copy::Customer),
        _ => None,
    }
}

/// None when there is no list of lines, or nothing in it.
fn ready_lines(value: &Value) -> Option<Vec<String>> {
    let lines: Vec<String> = match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        _ => return None,
    };
    lines.iter().any(|line| !line.trim().is_empty()).then_some(lines)
}

/// Bounded, without control characters, card numbers masked.
fn tidy(lines: Vec<String>) -> Vec<String> {
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Vec::new();
    }
    let tidy_line = |line: String| {
        let plain: String = line.chars().filter(|c| !c.is_control()).take(LINE_AT_MOST).collect();
        mask_card_numbers(&plain)
    };
    lines.into_iter().take(LINES_AT_MOST).map(tidy_line).collect()
}
