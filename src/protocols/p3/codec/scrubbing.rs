//! What of a message may be kept in journal, log and transcript (rule 8).

use crate::domain::card::{last_four, mask_card_numbers};
use crate::protocols::json::{Json, tree};

/// Members whose value is hidden whole.
const HIDDEN: [&str; 11] = [
    "merchantSecret",
    "shopperAccountIdentifier",
    "shopperDetails",
    "cardHolderName",
    "expiryMonth",
    "expiryYear",
    "expiryDate",
    "fingerprint",
    "barcode",
    "countryCodeNumeric",
    "submitSignatureRequest.data",
];
/// Members of which the last four digits stay.
const NUMBERS: [&str; 2] = ["maskedAccountNumber", "maskedCardNumber"];
/// Identifiers: digits in them are no card.
const VERBATIM: [&str; 8] = [
    "tag",
    "referenceTag",
    "resource",
    "identifier",
    "customIdentifier",
    "transactionIdentifier",
    "referencedTransactionIdentifier",
    "sessionIdentifier",
];
const STARS: &str = "***";

/// The message with secrets and card data hidden; of what is not JSON nothing is shown but its size.
pub fn scrubbed(bytes: &[u8]) -> String {
    match tree::parse(bytes) {
        Ok(tree) => scrub(tree, "", "").to_text(),
        Err(error) => format!("[{} bytes, {error}]", bytes.len()),
    }
}

fn scrub(json: Json, parent: &str, name: &str) -> Json {
    let is_hidden = HIDDEN.contains(&name) || HIDDEN.contains(&format!("{parent}.{name}").as_str());
    match json {
        Json::Null => Json::Null,
        _ if is_hidden => Json::text(STARS),
        Json::Text(text) if NUMBERS.contains(&name) => Json::Text(last_four(&text)),
        Json::Text(text) if VERBATIM.contains(&name) => Json::Text(text),
        Json::Text(text) => Json::Text(mask_card_numbers(&text)),
        Json::Number(number) => number_without_card(number),
        Json::List(items) => Json::List(items.into_iter().map(|item| scrub(item, parent, name)).collect()),
        Json::Object(members) => {
            let member = |(inner, value): (String, Json)| (mask_card_numbers(&inner), scrub(value, name, &inner));
            Json::Object(members.into_iter().map(member).collect())
        }
        Json::Bool(flag) => Json::Bool(flag),
    }
}

/// A number that looks like a card's becomes text.
fn number_without_card(number: String) -> Json {
    let masked = mask_card_numbers(&number);
    if masked == number { Json::Number(number) } else { Json::Text(masked) }
}
