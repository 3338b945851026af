//! nexo messages to bytes and back (reference sections 3 and 18).
//!
//! Writing keeps the schema's order, because the terminal's parser wants it. Reading is lenient where the reference
//! says so and strict where money hangs on it: a message with two results is an error, not a choice.

mod aliases;
pub mod characters;
mod decoding;
mod encoding;
mod scrubbing;
#[cfg(test)]
mod tests;
pub mod tree;

use super::messages::Message;

pub use scrubbing::scrubbed;

/// Why bytes are not a message. The text says what is wrong and carries no card data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("the message is too large ({bytes} bytes)")]
    TooLarge { bytes: usize },
    #[error("not well-formed XML: {detail}")]
    NotXml { detail: String },
    #[error("the message has a document type declaration, which is refused")]
    DoctypeRefused,
    #[error("the elements are nested too deeply")]
    TooDeep,
    #[error("the root element is {root}, not SaleToPOIRequest or SaleToPOIResponse")]
    NotNexo { root: String },
    #[error("MessageHeader is missing")]
    NoHeader,
    #[error("the element {wanted} is missing")]
    MissingBody { wanted: String },
    #[error("{}", missing(.element, .attribute.as_deref()))]
    Missing { element: String, attribute: Option<String> },
    #[error("{element} stands there more than once")]
    Twice { element: String },
    #[error("{element} has an unknown value in {attribute}")]
    UnknownValue { element: String, attribute: String },
}

fn missing(element: &str, attribute: Option<&str>) -> String {
    match attribute {
        Some(attribute) => format!("{element} has no {attribute}"),
        None => format!("the element {element} is missing"),
    }
}

/// UTF-8 in the schema's order (section 18), without namespace and byte order mark.
pub fn encode(message: &Message) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.push_str(&encoding::document(message).to_xml());
    out.into_bytes()
}

/// Lenient (3.1): any order, unknown elements, attributes and comments ignored, the spellings of section 19 accepted.
pub fn decode(bytes: &[u8]) -> Result<Message, CodecError> {
    let mut root = tree::parse(bytes)?;
    aliases::correct(&mut root);
    decoding::message(&root)
}

/// The header's `POIID`, read without the rest of the message; for the listener's routing.
pub fn poi_id_of(body: &[u8]) -> Option<String> {
    tree::first_start(body, "MessageHeader")?.attribute("POIID").map(str::to_owned)
}
