//! What may be shown of a message's text, for transcripts of tests and of support.

use crate::domain::card::mask_card_numbers;
use crate::protocols::json::{Json, tree};

/// Members that nobody may read, in small letters.
const HIDDEN: [&str; 12] = [
    "key",
    "password",
    "apikey",
    "apipassword",
    "track1",
    "track2",
    "cardtoken",
    "token",
    "expdate",
    "cardbin",
    "giftpan",
    "name",
];

/// Members of which only the size is shown, in small letters.
const LONG: [&str; 3] = ["signaturedata", "receiptterminal", "merchantreceipt"];

/// One message, JSON or not, in one line, without what nobody may read; members without a value are left out.
pub fn scrubbed(message: &[u8]) -> String {
    match tree::parse(message) {
        Ok(json) => mask_card_numbers(&shown(json).to_text()),
        Err(_) => mask_card_numbers(&String::from_utf8_lossy(message)),
    }
}

fn shown(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let there = members.into_iter().filter(|(_, value)| *value != Json::Null);
            Json::Object(there.map(|(name, value)| (name.clone(), shown_member(&name, value))).collect())
        }
        Json::List(items) => Json::List(items.into_iter().map(shown).collect()),
        plain => plain,
    }
}

fn shown_member(name: &str, value: Json) -> Json {
    let name = name.to_ascii_lowercase();
    match value {
        Json::Text(text) if LONG.contains(&name.as_str()) => Json::text(&format!("[{} letters]", text.len())),
        value if HIDDEN.contains(&name.as_str()) && value != Json::text("") => Json::text("***"),
        value => shown(value),
    }
}
