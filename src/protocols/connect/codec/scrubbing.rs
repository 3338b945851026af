//! What of a message may be kept in journal, log and transcript (rule 8).

use serde_json::Value;

use crate::domain::card::{last_four, mask_card_numbers};

/// Members whose value is hidden whole.
const HIDDEN: [&str; 3] = ["dateOfExpiry", "dateOfStart", "token"];
/// Members whose digits are no card's.
const VERBATIM: [&str; 5] = ["tid", "tpi", "transactionId", "transactionNumber", "applicationId"];
/// Of which the last four digits stay.
const NUMBER: &str = "primaryAccountNumber";
const STARS: &str = "***";

/// The message with card data hidden; of what is not JSON nothing is shown but its size.
pub fn scrubbed(bytes: &[u8]) -> String {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(message) => scrub(&message, "").to_string(),
        Err(_) => format!("[{} bytes, not JSON]", bytes.len()),
    }
}

/// The same value with everything masked that looks like a card number.
pub fn masked(value: &Value) -> Value {
    scrub(value, "")
}

fn scrub(value: &Value, name: &str) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        _ if HIDDEN.contains(&name) => Value::from(STARS),
        Value::String(text) if VERBATIM.contains(&name) => Value::from(text.as_str()),
        Value::String(text) if name == NUMBER => Value::from(last_four(text)),
        Value::String(text) => Value::from(mask_card_numbers(text)),
        Value::Number(number) => number_without_card(value, &number.to_string()),
        Value::Array(items) => items.iter().map(|item| scrub(item, name)).collect(),
        Value::Object(members) => {
            members.iter().map(|(inner, value)| (mask_card_numbers(inner), scrub(value, inner))).collect()
        }
    }
}

/// A number that looks like a card's becomes text.
fn number_without_card(value: &Value, text: &str) -> Value {
    let masked = mask_card_numbers(text);
    if masked == text { value.clone() } else { Value::from(masked) }
}
