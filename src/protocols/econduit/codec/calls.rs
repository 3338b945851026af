//! Calls of the web interface as they travel in both flavours (reference 3.1).

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::CodecError;
use crate::domain::Secret;
use crate::protocols::econduit::messages::{Call, Flavour, Method, ReceivedCall, Value};
use crate::protocols::frame::{HttpRequest, Query};
use crate::protocols::json::{Json, tree};
use crate::protocols::web_address::escaped;

/// What a record shows of a value that nobody may read.
const HIDDEN: &str = "***";

/// The call as the query of the classic flavour: every parameter, also the empty ones.
pub fn query(call: &Call) -> Query {
    Query::new(Secret::new(pairs(call, |secret| secret.reveal().to_owned())), pairs(call, |_| HIDDEN.to_owned()))
}

fn pairs(call: &Call, hidden: fn(&Secret) -> String) -> String {
    let mut all = Vec::new();
    for (name, value) in &call.parameters {
        let texts = match value {
            Value::Text(text) => vec![text.clone()],
            Value::Hidden(secret) => vec![hidden(secret)],
            Value::Texts(texts) => texts.clone(),
        };
        all.extend(texts.into_iter().map(|text| format!("{name}={}", escaped(&text))));
    }
    all.join("&")
}

/// The call as the body of the JSON flavour: one flat object, without what is empty.
pub fn body(call: &Call) -> Vec<u8> {
    let given = call.parameters.iter().filter(|(_, value)| *value != Value::Text(String::new()));
    let member = |(name, value): &(&'static str, Value)| {
        let value = match value {
            Value::Text(text) => Json::text(text),
            Value::Hidden(secret) => Json::text(secret.reveal()),
            Value::Texts(texts) => Json::List(texts.iter().map(|text| Json::text(text)).collect()),
        };
        (json_name(name), value)
    };
    Json::Object(given.map(member).collect()).to_text().into_bytes()
}

/// `refID` is `RefId`, `terminalId` is `TerminalId` (3.1).
fn json_name(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let rest = letters.as_str();
    let rest = rest.strip_suffix("ID").map_or_else(|| rest.to_owned(), |stem| format!("{stem}Id"));
    format!("{first}{rest}")
}

/// A request as the cloud reads it: the flavour by its method, names whatever the case of their letters.
///
/// # Errors
/// When the body is no flat object.
pub fn received(request: &HttpRequest) -> Result<ReceivedCall, CodecError> {
    let word = request.path.rsplit('/').next().unwrap_or_default();
    let method = Method::read(word);
    if request.method == "POST" {
        let parameters = from_json(word, &request.body)?;
        return Ok(ReceivedCall { method, flavour: Flavour::Json, parameters });
    }
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let query = request.query.as_ref().map_or("", Query::reveal);
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        parameters.entry(name.to_ascii_lowercase()).or_default().push(text.into_owned());
    }
    Ok(ReceivedCall { method, flavour: Flavour::Classic, parameters })
}

fn from_json(method: &str, body: &[u8]) -> Result<BTreeMap<String, Vec<String>>, CodecError> {
    let Json::Object(members) = tree::parse(body)? else { return Err(CodecError::NoObject) };
    let mut parameters = BTreeMap::new();
    for (name, value) in members {
        let no_call = || CodecError::NoCall { method: method.to_owned(), parameter: name.clone() };
        let texts = match value {
            Json::Null => Vec::new(),
            Json::List(items) => {
                items.into_iter().map(|item| text(item).ok_or_else(no_call)).collect::<Result<_, _>>()?
            }
            single => vec![text(single).ok_or_else(no_call)?],
        };
        parameters.insert(name.to_ascii_lowercase(), texts);
    }
    Ok(parameters)
}

fn text(value: Json) -> Option<String> {
    match value {
        Json::Text(text) | Json::Number(text) => Some(text),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}
