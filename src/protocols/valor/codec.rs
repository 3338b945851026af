//! Valor's JSON ("cJson"): flat objects whose members may come as text or number (2.5). What rule 8 forbids is left out here,
//! before anybody else sees it.

use serde_json::Value;

use crate::domain::card::mask_card_numbers;

use super::messages::{Members, name};

/// The largest object, in bytes (2.5).
pub const OBJECT_AT_MOST: usize = 64 * 1024;
/// Objects within objects that are looked into.
const DEPTH_AT_MOST: usize = 4;

/// Whom a card belongs to, until when, and what names it for ever (rule 8).
const FORBIDDEN: [&str; 6] = ["EXPIRY_DATE", "CUSTOMER_NAME", "CARDHOLDER_NAME", "TOKEN", "TOKEN_ID", "VAULT_ID"];
/// Members in words, in which a terminal may show a card's number.
const WORDS: [&str; 5] = [name::MSG, name::ERROR_MSG, name::AUTH_TEXT, name::ISSUER, name::CARD_BRAND];

/// What came is no object of JSON. The fault is the terminal's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON object: {0}")]
pub struct NotAnObject(String);

/// The message as it travels: one bare object without line breaks (2.1). Framing with STX and ETX is never sent: real
/// terminals acknowledge it and do nothing.
pub fn encode(members: &Members) -> Vec<u8> {
    let written: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{}", Value::String(name.to_owned()), Value::String(value.to_owned())))
        .collect();
    format!("{{{}}}", written.join(",")).into_bytes()
}

/// # Errors
/// [`NotAnObject`]. Members of a type nobody expects are left out.
pub fn decode(bytes: &[u8]) -> Result<Members, NotAnObject> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| NotAnObject(error.to_string()))?;
    let Value::Object(object) = value else { return Err(NotAnObject("something else".to_owned())) };
    let mut members = Members::default();
    flatten(&mut members, "", &object, 0);
    Ok(members)
}

fn flatten(members: &mut Members, above: &str, object: &serde_json::Map<String, Value>, depth: usize) {
    for (name, value) in object {
        let name = format!("{above}{name}");
        match value {
            Value::Object(inner) if depth < DEPTH_AT_MOST => flatten(members, &format!("{name}."), inner, depth + 1),
            Value::String(text) => keep(members, &name, text.clone()),
            Value::Number(number) => keep(members, &name, number.to_string()),
            Value::Bool(flag) => keep(members, &name, u8::from(*flag).to_string()),
            Value::Object(_) | Value::Array(_) | Value::Null => {}
        }
    }
}

fn keep(members: &mut Members, name: &str, text: String) {
    if FORBIDDEN.contains(&name) {
        return;
    }
    let text = match name {
        name::MASKED_PAN => last_four(&text),
        _ if WORDS.contains(&name) => mask_card_numbers(&text),
        _ => text,
    };
    members.put(name, text);
}

/// A masked number with its last four digits, whatever the terminal showed.
fn last_four(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let tail: String = digits[digits.len().saturating_sub(4)..].iter().collect();
    if tail.is_empty() { String::new() } else { format!("**** **** **** {tail}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_and_number_are_the_same_and_nested_objects_are_flattened() {
        let read = decode(br#"{"STATE":-1,"BATCH_NO":56,"TAXES":{"STATE_TAX":{"AMOUNT":"100"},"TOTAL_TAXES":"100"},"x":[1],"y":null}"#)
            .unwrap();
        assert_eq!(read.text("STATE"), Some("-1"));
        assert_eq!(read.text("BATCH_NO"), Some("56"));
        assert_eq!(read.text(name::TOTAL_TAXES), Some("100"));
        assert_eq!(read.text("x"), None);
    }

    #[test]
    fn card_data_does_not_get_past_the_codec() {
        let read = decode(
            br#"{"STATE":"0","MASKED_PAN":"4999991234564321","EXPIRY_DATE":"2911","CUSTOMER_NAME":"A B","TOKEN":"t","ERROR_MSG":"card 4999991234564321"}"#,
        )
        .unwrap();
        let text = format!("{read:?}");
        for secret in ["499999123456", "2911", "A B", "TOKEN"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(read.text(name::MASKED_PAN), Some("**** **** **** 4321"));
    }

    #[test]
    fn requests_are_bare_objects_of_text() {
        let query = Members::request("96", None);
        assert_eq!(encode(&query), br#"{"TRAN_MODE":"96"}"#);
        let odd = Members::request("1", Some("1")).with("INVOICENUMBER", "a\"b\\c\n");
        assert_eq!(decode(&encode(&odd)).unwrap().text("INVOICENUMBER"), Some("a\"b\\c"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn what_is_written_is_read(values in prop::collection::vec("[ -~]{1,20}", 0..8)) {
            let mut members = Members::default();
            for (at, value) in values.iter().enumerate() {
                members.put(&format!("N{at}"), value.trim());
            }
            let read = decode(&encode(&members)).unwrap();
            for (name, value) in members.iter() {
                prop_assert_eq!(read.text(name).unwrap_or_default(), value.trim());
            }
        }
    }
}
