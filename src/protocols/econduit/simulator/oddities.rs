//! Answers a till must put up with, or must not fall for (reference 3.1, 3.4; scenarios 72 and 73).

use quick_xml::escape::escape;

use super::responses::as_ended;
use super::store::{Record, Store};
use crate::protocols::econduit::messages::{CommandWord, Response, ResultCode};
use crate::protocols::frame::HttpResponse;
use crate::protocols::json::{Amount, Json};

/// Another payment's answer: a true one where there is one.
pub fn foreign(store: &Store, own: &Record) -> Response {
    let other = |record: &&Record| {
        record.is_approved() && record.key.ref_id != own.key.ref_id && record.amount_minor != own.amount_minor
    };
    if let Some(record) = store.records().find(other) {
        return as_ended(record);
    }
    Response {
        terminal_id: Some(own.terminal.to_string()),
        result_code: Some(ResultCode::Approved),
        result_final: Some(true),
        message: Some("APPROVED".to_owned()),
        trans_type: Some(CommandWord::Sale),
        ref_id: Some("STALE-0001".to_owned()),
        auth_code: Some("000001".to_owned()),
        amount: Amount::from_number("1.00"),
        card_type: Some("Visa".to_owned()),
        last4: Some("0002".to_owned()),
        entry_method: Some("Chip".to_owned()),
        ..Response::default()
    }
}

/// The same answer with all that may be different about it, inside an XML element.
pub fn spelled_oddly(json: Json) -> HttpResponse {
    let text = odd(json).to_text();
    let wrapped = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<string xmlns=\"http://tempuri.org/\">{}</string>\r\n",
        escape(text.as_str())
    );
    HttpResponse::ok("text/xml", wrapped.into_bytes())
}

/// Numbers as texts, the terminal's number as one, nulls left out, names and codes in a strange case, and strangers, among
/// them what nobody may keep.
fn odd(json: Json) -> Json {
    let Json::Object(members) = json else { return json };
    let there = members.into_iter().filter(|(_, value)| *value != Json::Null);
    let mut odd: Vec<(String, Json)> = there.map(|(name, value)| odd_member(&name, value)).collect();
    let text = |name: &str, value: &str| (name.to_owned(), Json::text(value));
    odd.extend([
        text("Name", "NEMO/NOBODY"),
        text("CardBin", "476173"),
        text("ExpDate", "1231"),
        text("CardToken", "9f86d081884c7d65"),
        text("ProcessorExtraData1", "A=1|B=2"),
        ("NewInNextRelease".to_owned(), Json::List(vec![Json::Null, Json::Bool(true), Json::Number("1e2".to_owned())])),
        ("Vendor".to_owned(), Json::Object(vec![text("Amount", "1.00"), text("hint", "} in { text <b>")])),
    ]);
    Json::Object(odd)
}

fn odd_member(name: &str, value: Json) -> (String, Json) {
    let value = match value {
        Json::Text(number) if name == "TerminalID" && is_number(&number) => Json::Number(number),
        Json::Text(word) if name == "ResultCode" => Json::Text(word.to_uppercase()),
        Json::Number(number) => Json::Text(number),
        Json::Bool(flag) => Json::text(if flag { "True" } else { "False" }),
        other => other,
    };
    let name = match name {
        "ResultCode" | "ResultFinal" | "AmountString" => name.to_uppercase(),
        "RefID" | "Amount" => name.to_lowercase(),
        _ => name.to_owned(),
    };
    (name, value)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A page in place of an answer (3.1).
pub fn page(status: u16) -> HttpResponse {
    let title = if status == 200 { "Maintenance" } else { "Server Error in '/' Application." };
    let body =
        format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
    HttpResponse::new(status, "text/html", body.into_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::protocols::econduit::codec;
    use crate::protocols::econduit::simulator::responses::body;

    #[test]
    fn an_odd_spelling_means_the_same() {
        let answer = Response {
            terminal_id: Some("2044".to_owned()),
            result_code: Some(ResultCode::Approved),
            result_final: Some(true),
            trans_type: Some(CommandWord::Sale),
            ref_id: Some("a1-1".to_owned()),
            amount: Amount::from_number("100.73"),
            message: Some("A & B <".to_owned()),
            ..Response::default()
        };
        let odd = spelled_oddly(body(&answer));
        let text = String::from_utf8(odd.body.clone()).unwrap();
        assert!(text.starts_with("<?xml") && !text.contains(":null"), "{text}");
        let read = codec::response(&odd.body).unwrap();
        let plain = codec::response(body(&answer).to_text().as_bytes()).unwrap();
        assert_eq!(read, plain);
    }
}
