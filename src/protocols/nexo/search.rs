//! Finding terminals. Without a login a terminal answers nothing about itself, and a login resets what it is doing (4.1), so none is
//! ever sent to find one: whoever answers HTTP at the port *may* be a terminal. One that is looked for again is asked for
//! what it last did for this till (5.3), which may be asked at any time: only the machine that still has the answer to a
//! payment under our POIID is the one.

use std::time::Duration;

use crate::domain::Identity;
use crate::protocols::driver::{Endpoint, TerminalIdentity, Tls};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::protocol::FieldValues;
use crate::protocols::search::{Asking, Discovered, Heard, Search, SearchQuestion};

use super::codec;
use super::messages::{self, Body, Category, Header, Kind, Message, ResultCode};

const POIID: &str = "POIID";
/// Whoever searches has its own, shorter bounds.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

pub const SEARCH: Search = Search { ports: &[11_000], on_own_computer: false, questions, hear, identity, told };

fn questions(asking: &Asking<'_>) -> Vec<SearchQuestion> {
    let request = match asking.sought {
        Some(fields) => HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, status_request(asking, fields)),
        None => bare_request(),
    };
    let endpoint = Endpoint::Http {
        url: format!("http://{}:{}{}", asking.host, asking.port, messages::PATH),
        request,
        tls: Tls::No,
        pace: None,
        connect_within: CONNECT_WITHIN,
        answer_within: ANSWER_WITHIN,
        at_most: messages::BODY_AT_MOST,
    };
    vec![SearchQuestion { endpoint, frame: None, fields: &[] }]
}

/// (2.1) No message at all: terminals take only POST.
fn bare_request() -> HttpRequest {
    let (method, path) = ("GET".to_owned(), messages::PATH.to_owned());
    HttpRequest { method, path, query: None, content_type: "", body: Vec::new() }
}

/// (5.3) Its `ServiceID` is far above those the driver counts up.
fn status_request(asking: &Asking<'_>, fields: &FieldValues) -> Vec<u8> {
    let category = Category::TransactionStatus;
    let header = Header {
        class: category.class(),
        category,
        kind: Kind::Request,
        protocol_version: true,
        service_id: Some(service_id(asking)),
        device_id: None,
        sale_id: fields.text_or_empty("sale_id").to_owned(),
        poi_id: fields.text_or_empty("poi_id").to_owned(),
    };
    codec::encode(&Message { header, body: Body::TransactionStatusRequest { reference: None } })
}

fn service_id(asking: &Asking<'_>) -> String {
    (9_000_000_000 + asking.dice % 1_000_000_000).to_string()
}

fn hear(asking: &Asking<'_>, frame: &Frame) -> Heard {
    let Frame::Response(response) = frame else { return Heard::Stranger };
    match asking.sought {
        Some(fields) => known_again(asking, fields, response),
        // Nothing but 404 says that somebody else lives there; what a terminal answers to this is not documented.
        None if response.status == 404 => Heard::Stranger,
        None => Heard::Found(Discovered::default()),
    }
}

fn known_again(asking: &Asking<'_>, fields: &FieldValues, response: &HttpResponse) -> Heard {
    let Ok(message) = codec::decode(&response.body) else { return Heard::Stranger };
    let Body::TransactionStatusResponse(status) = message.body else { return Heard::Stranger };
    if message.header.service_id != Some(service_id(asking)) {
        return Heard::Stranger;
    }
    let ours = fields.text_or_empty("poi_id");
    let repeated = status.repeated.filter(|_| status.response.result == ResultCode::Success);
    match repeated.map(|repeated| repeated.header.poi_id) {
        Some(poi_id) if poi_id == ours && message.header.poi_id == ours => {
            let identity = Identity::default().with(POIID, ours);
            Heard::Found(Discovered { identity, ..Discovered::certain() })
        }
        _ => Heard::Found(Discovered::certain()),
    }
}

fn identity(fields: &FieldValues) -> Identity {
    Identity::default().with(POIID, fields.text_or_empty("poi_id"))
}

/// The serial number is no part of it: whoever is looked for again never answers with one, and a machine in the place of another
/// has its POIID.
fn told(terminal: &TerminalIdentity) -> Identity {
    Identity::default().with(POIID, terminal.id("poi_id"))
}

#[cfg(test)]
mod tests {
    use super::super::messages::{ErrorCondition, Response, TransactionStatusResponse};
    use super::*;

    fn sought() -> FieldValues {
        let mut fields = FieldValues::default();
        fields.set("poi_id", "BUTIK7-K2");
        fields.set("sale_id", "KASSA2");
        fields
    }

    /// What a terminal answers, that has the answer to a payment under this POIID, or none.
    fn said(poi_id: &str, has: Option<&str>) -> Heard {
        let fields = sought();
        let asking = Asking { host: "10.0.0.7", port: 11_000, sought: Some(&fields), dice: 41 };
        let Endpoint::Http { request, .. } = questions(&asking).remove(0).endpoint else { panic!() };
        let asked = codec::decode(&request.body).unwrap();
        assert_eq!(asked.body, Body::TransactionStatusRequest { reference: None });
        let header = Header { kind: Kind::Response, poi_id: poi_id.to_owned(), ..asked.header };
        let response = match has {
            Some(_) => Response::success(),
            None => Response::failure(ErrorCondition::NotFound, "Transaction not found"),
        };
        let repeated = has.map(|poi_id| Message {
            header: Header { category: Category::Logout, poi_id: poi_id.to_owned(), ..header.clone() },
            body: Body::LogoutResponse(Response::success()),
        });
        let body = Body::TransactionStatusResponse(Box::new(TransactionStatusResponse { response, repeated }));
        let answer = HttpResponse::ok(messages::CONTENT_TYPE, codec::encode(&Message { header, body }));
        hear(&asking, &Frame::Response(answer))
    }

    fn identity_of(heard: Heard) -> Option<Identity> {
        match heard {
            Heard::Found(found) => Some(found.identity).filter(|identity| !identity.is_empty()),
            Heard::Alive(_) | Heard::Stranger => None,
        }
    }

    #[test]
    fn only_whoever_has_the_answer_to_a_payment_of_ours_is_the_terminal() {
        assert_eq!(identity_of(said("BUTIK7-K2", Some("BUTIK7-K2"))), Some(identity(&sought())));
        assert_eq!(identity_of(said("BUTIK7-K2", None)), None);
        assert_eq!(identity_of(said("BUTIK7-K2", Some("BUTIK9-K1"))), None);
        assert_eq!(identity_of(said("BUTIK9-K1", Some("BUTIK7-K2"))), None);
    }

    #[test]
    fn a_general_search_sends_no_message_and_is_sure_of_nothing() {
        let asking = Asking { host: "10.0.0.7", port: 11_000, sought: None, dice: 41 };
        let Endpoint::Http { request, .. } = questions(&asking).remove(0).endpoint else { panic!() };
        assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
        let heard = |status| hear(&asking, &Frame::Response(HttpResponse::empty(status)));
        assert_eq!(heard(405), Heard::Found(Discovered::default()));
        assert_eq!(heard(404), Heard::Stranger);
    }
}
