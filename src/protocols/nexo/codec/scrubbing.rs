//! What of a message may be kept in journal, log and transcript (rule 8, reference section 13).

use super::characters::{from_base64, text_of};
use super::tree::{self, Element};
use crate::domain::card::mask_card_numbers;

const HIDDEN_ATTRIBUTES: [&str; 7] =
    ["PAN", "CardSeqNumb", "ExpiryDate", "ExpiryDateTime", "TokenValue", "PaymentAccountRef", "ValidityDate"];
const HIDDEN_TEXTS: [&str; 9] = [
    "TrackData",
    "DigitInput",
    "TextInput",
    "Password",
    "LoyaltyAccountID",
    "ProtectedCardData",
    "CapturedSignature",
    "ProtectedSignature",
    "SecurityTrailer",
];
/// Elements whose base64 may hold card data that masking by digits would not find.
const PACKED_TEXTS: [&str; 6] =
    ["OutputText", "SaleToAcquirerData", "SaleToIssuerData", "RejectedMessage", "Message", "OutputXHTML"];
const HIDDEN: &str = "***";
/// Shorter texts that happen to be base64 are words.
const PACKED_AT_LEAST: usize = 40;

/// The message with card data masked. Of what is not XML only the beginning, up to the header, is shown.
pub fn scrubbed(bytes: &[u8]) -> String {
    match tree::parse(bytes) {
        Ok(mut root) => {
            scrub(&mut root, false);
            root.to_xml()
        }
        Err(error) => format!("{}[{} bytes, {error}]", beginning(bytes), bytes.len()),
    }
}

fn scrub(element: &mut Element, hidden: bool) {
    let hidden = hidden || HIDDEN_TEXTS.contains(&element.name.as_str());
    for (name, value) in &mut element.attributes {
        *value = match name.as_str() {
            _ if HIDDEN_ATTRIBUTES.contains(&name.as_str()) => HIDDEN.to_owned(),
            "MaskedPAN" => super::decoding::masked(value),
            _ => mask_card_numbers(value),
        };
    }
    if hidden {
        if !element.text.is_empty() {
            element.text = HIDDEN.to_owned();
        }
    } else if PACKED_TEXTS.contains(&element.name.as_str()) && is_packed(&element.text) {
        element.text = format!("[{} bytes of base64]", element.text.len());
    } else {
        element.text = mask_card_numbers(&element.text);
    }
    element.children.iter_mut().for_each(|child| scrub(child, hidden));
}

fn is_packed(text: &str) -> bool {
    let text = text.trim();
    text.len() >= PACKED_AT_LEAST && !text.contains(' ') && from_base64(text).is_some()
}

/// A torn message: what stands before and in its header, nothing after it.
fn beginning(bytes: &[u8]) -> String {
    let text = text_of(&bytes[..bytes.len().min(1024)]);
    let header = text.find("<MessageHeader").and_then(|at| text[at..].find('>').map(|end| at + end + 1));
    header.map(|end| mask_card_numbers(&text[..end])).unwrap_or_default()
}
