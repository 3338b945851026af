//! Results as JSON (4.1, 4.9, 4.10, 4.12).

use serde_json::{Map, Value, json};

use super::receipts;
use super::store::Record;
use super::{inventory, profile};
use crate::protocols::connect::messages::*;

/// What a v0 terminal says it can (4.0).
const CAPABILITIES: [&str; 9] = [
    "SALE",
    "REFUND",
    "DUPLICATE",
    "CANCEL_TRANSACTION",
    "REPORT_END_OF_DAY",
    "REPORT_BANKING",
    "REPORT_X_BALANCE",
    "REPORT_Z_BALANCE",
    "TERMINAL_STATUS",
];
/// Of those, what needs an Ingenico.
const INGENICO_ONLY: [&str; 5] =
    ["DUPLICATE", "REPORT_END_OF_DAY", "REPORT_BANKING", "REPORT_X_BALANCE", "REPORT_Z_BALANCE"];

pub fn capabilities(terminal: &inventory::Terminal) -> Vec<&'static str> {
    CAPABILITIES.into_iter().filter(|word| terminal.is_ingenico || !INGENICO_ONLY.contains(word)).collect()
}

/// (4.1)
pub fn terminal(tid: &str, terminal: &inventory::Terminal, status: &TerminalStatus, version: Version) -> Value {
    let mut members = Map::new();
    members.insert(version.terminal_id().to_owned(), Value::from(tid));
    members.insert("status".to_owned(), Value::from(status.word()));
    members.insert("currency".to_owned(), Value::from(terminal.currency));
    if !version.is_full() {
        members.insert("capabilities".to_owned(), Value::from(capabilities(terminal)));
    }
    Value::Object(members)
}

/// (4.9)
pub fn transaction(record: &Record, version: Version) -> Value {
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    add(version.terminal_id(), Value::from(record.tid.as_str()));
    add("transactionResult", Value::from(record.result.word()));
    add("transactionType", Value::from(record.kind.word()));
    add("amountBase", Value::from(record.base));
    add("amountCashback", Value::from(record.cashback));
    add("amountGratuity", Value::from(record.gratuity));
    add("amountTotal", Value::from(record.total()));
    add("currency", Value::from(record.currency.as_str()));
    if let Some(text) = &record.user_message {
        add("userMessage", Value::from(text.as_str()));
    }
    if record.reached_host() {
        add("transactionId", Value::from(record.identifier.as_str()));
        add("transactionNumber", Value::from(record.number.as_str()));
        add("transactionTime", Value::from(record.time.as_str()));
        add("primaryAccountNumberSequence", Value::from("01"));
        add("dateOfExpiry", Value::from(profile::EXPIRES));
        add("dateOfStart", Value::from(profile::STARTED));
        let (merchant, customer) = (receipts::merchant(record), receipts::customer(record));
        add("receiptLines", json!({ "MERCHANT": lines(&merchant), "CUSTOMER": lines(&customer) }));
        members.extend(card(record));
    }
    Value::Object(members)
}

/// What is known of a card that was read.
fn card(record: &Record) -> Map<String, Value> {
    let mut members = Map::new();
    let mut add = |name: &str, value: &str| drop(members.insert(name.to_owned(), Value::from(value)));
    add("cardHolderVerificationMethod", record.verification.word());
    add("paymentMethod", record.entry.word());
    if let Some(code) = &record.auth_code {
        add("authCode", code);
    }
    if let Some(card) = &record.card {
        add("cardSchemeName", &card.scheme);
        add("primaryAccountNumber", &card.masked());
        if receipts::has_chip(record) {
            add("applicationId", &card.aid);
            add("applicationLabel", &card.label);
        }
    }
    members
}

/// (4.12)
pub fn signature_request(record: &Record, version: Version) -> Params {
    let mut params = card(record);
    let mut add = |name: &str, value: Value| drop(params.insert(name.to_owned(), value));
    add(version.terminal_id(), Value::from(record.tid.as_str()));
    add("transactionType", Value::from(record.kind.word()));
    add("amountTotal", Value::from(record.total()));
    add("receiptLines", json!({ "MERCHANT": lines(&receipts::merchant(record)) }));
    params
}

/// (4.8)
pub fn notification(tid: &str, value: &str, version: Version) -> Message {
    let mut params = Params::new();
    params.insert(version.terminal_id().to_owned(), Value::from(tid));
    params.insert("notificationValue".to_owned(), Value::from(value));
    Message::Notification { method: method::TERMINAL_NOTIFICATION.to_owned(), params }
}

/// (4.10)
pub fn lines(lines: &[ReceiptLine]) -> Value {
    lines.iter().map(line).collect()
}

fn line(line: &ReceiptLine) -> Value {
    let format: Vec<&str> = line.format.iter().map(Format::word).collect();
    json!({ "type": line.kind.word(), "format": format, "value": line.value })
}
