//! Scenario 73: everything a reader must put up with (3.5).

use serde_json::{Map, Value, json};

/// Members whose word is replaced by one that stands in no list. Never `transactionResult`, which decides about money.
const STRANGE_WORDS: [(&str, &str); 2] = [("paymentMethod", "WRIST_IMPLANT"), ("cardSchemeName", "KUSTBANKEN KREDIT")];
/// The two spellings of the vendor's own texts.
const VERIFICATION: (&str, &str) = ("cardHolderVerificationMethod", "cardholderVerificationMethod");

/// The same message, with all a reader must understand and must ignore.
pub fn spelled_oddly(bytes: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(message) => format!(" \n{}\r\n", odd("", message)).into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

/// (3.5) A list of terminals in its envelope of the REST interface.
pub fn wrapped(list: Vec<Value>) -> Value {
    json!({ "terminals": list })
}

fn odd(name: &str, value: Value) -> Value {
    match value {
        Value::Object(line) if is_plain_text(&line) => line.get("value").cloned().unwrap_or_default(),
        Value::Object(members) => Value::Object(strangers(members)),
        Value::Array(items) => items.into_iter().map(|item| odd(name, item)).collect(),
        Value::String(word) => {
            let strange = STRANGE_WORDS.into_iter().find(|(member, _)| *member == name);
            Value::from(strange.map_or(word, |(_, strange)| strange.to_owned()))
        }
        other => other,
    }
}

/// A line of a slip that is nothing but its text.
fn is_plain_text(line: &Map<String, Value>) -> bool {
    line.get("type").and_then(Value::as_str) == Some("TEXT")
        && line.get("format").and_then(Value::as_array).is_some_and(Vec::is_empty)
}

fn strangers(members: Map<String, Value>) -> Map<String, Value> {
    let is_dictionary = |name: &str| matches!(name, "issuerTotals" | "waiterTotals" | "banking");
    let mut odd_members: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| match name.as_str() {
            inner if is_dictionary(inner) => (name, value),
            inner if inner == VERIFICATION.0 => (VERIFICATION.1.to_owned(), odd(inner, value)),
            inner => {
                let value = odd(inner, value);
                (name, value)
            }
        })
        .collect();
    odd_members.extend(unknown_members());
    odd_members
}

/// What is in no reference, and empty texts in place of what is not there.
pub fn unknown_members() -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("newInNextRelease".to_owned(), json!([null, true, { "amount": 12 }]));
    members.insert("location".to_owned(), Value::from(""));
    members
}
