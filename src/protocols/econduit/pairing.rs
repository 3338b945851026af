//! How a till gets its credentials for a terminal, and gives them back (reference 3.5).

use crate::domain::outcome::{Explanation, Fault};
use crate::protocols::driver::Endpoint;
use crate::protocols::frame::Frame;
use crate::protocols::protocol::{Field, FieldError, FieldKind, FieldValues, Paired, Pairing, Secrets};

use super::codec;
use super::driver::{QUESTION_WITHIN, credentials, exchange};
use super::messages::{Call, Method, Value, parameter};
use super::outcomes::is_refused_by_status;
use super::settings::{Account, Site};

const COUNTRIES: &[&str] = &["USA", "Canada", "UK", "Australia", "New Zealand"];

/// (3.3) What is asked for; the names of the settings, and those of the wire.
const ASKED: [(&str, &str); 11] = [
    ("business_name", parameter::BUSINESS_NAME),
    ("contact_name", parameter::CONTACT_NAME),
    ("address", parameter::ADDRESS),
    ("city", parameter::CITY),
    ("state", parameter::STATE),
    ("zip_code", parameter::ZIP_CODE),
    ("email", parameter::EMAIL),
    ("phone", parameter::PHONE),
    ("reseller_name", parameter::RESELLER_NAME),
    ("reference_id", parameter::REFERENCE_ID),
    ("serial_number", parameter::TERMINAL_SERIAL_NUMBER),
];

const FIELDS: &[Field] = &[
    Field::new("serial_number", FieldKind::Text { at_most: 64 }, None, true),
    // The merchant's own, in the POS maker's books: never the same for two merchants.
    Field::new("reference_id", FieldKind::Text { at_most: 64 }, None, true),
    Field::new("business_name", FieldKind::Text { at_most: 100 }, None, true),
    Field::new("contact_name", FieldKind::Text { at_most: 100 }, None, true),
    Field::new("address", FieldKind::Text { at_most: 200 }, None, true),
    Field::new("city", FieldKind::Text { at_most: 100 }, None, true),
    Field::new("state", FieldKind::Text { at_most: 50 }, None, false),
    Field::new("zip_code", FieldKind::Text { at_most: 20 }, None, true),
    Field::new("country", FieldKind::Choice(COUNTRIES), None, false),
    Field::new("email", FieldKind::Text { at_most: 200 }, None, true),
    Field::new("phone", FieldKind::Text { at_most: 50 }, None, true),
    Field::new("reseller_name", FieldKind::Text { at_most: 100 }, None, false),
];

pub const PAIRING: Pairing =
    Pairing { fields: FIELDS, gives: &["terminal_id", "key", "password"], pair, unpair, answer };

fn pair(settings: &FieldValues, asked: &FieldValues) -> Result<Endpoint, FieldError> {
    let site = Site::from_fields(settings)?;
    let mut given: Vec<(&'static str, Value)> =
        ASKED.iter().map(|(name, wire)| (*wire, Value::from(asked.text_or_empty(name)))).collect();
    let method = match asked.text("country") {
        Some(country) => {
            given.push((parameter::COUNTRY, country.into()));
            Method::PairTerminalWithCountry
        }
        None => Method::PairTerminal,
    };
    Ok(exchange(&site, &Call::new(method, given), QUESTION_WITHIN, None))
}

fn unpair(settings: &FieldValues, secrets: &Secrets) -> Result<Endpoint, FieldError> {
    let site = Site::from_fields(settings)?;
    let account = Account::from_fields(settings, secrets)?;
    Ok(exchange(&site, &Call::new(Method::UnPairTerminal, credentials(&account)), QUESTION_WITHIN, None))
}

/// Of both: unpairing answers without credentials.
fn answer(frame: &Frame) -> Result<Paired, Explanation> {
    let refused = |detail: &str| Explanation::new("explain-econduit-not-paired", Fault::Settings).with_detail(detail);
    let Frame::Response(response) = frame else { return Err(refused("")) };
    if is_refused_by_status(response.status) {
        let key = "explain-not-econduit";
        return Err(Explanation::new(key, Fault::Settings).with_detail(&format!("HTTP {}", response.status)));
    }
    if !(200..300).contains(&response.status) {
        let key = "explain-econduit-unwell";
        return Err(Explanation::new(key, Fault::Link).with_detail(&format!("HTTP {}", response.status)));
    }
    let told = codec::pairing(&response.body)
        .map_err(|error| Explanation::new("explain-not-econduit", Fault::Settings).with_detail(&error.to_string()))?;
    if !told.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("Success")) {
        return Err(refused(told.error_message.as_deref().unwrap_or_default()));
    }
    let mut paired = Paired::default();
    if let (Some(terminal), Some(key), Some(password)) = (told.terminal_id, told.api_key, told.api_password) {
        paired.fields.push(("terminal_id", terminal));
        paired.secrets.extend([("key", key), ("password", password)]);
    }
    Ok(paired)
}
