//! Finding terminals. Without a login a terminal answers nothing about itself, and a login resets what it is doing (4.1), so none is
//! ever sent to find one: whoever answers HTTP at the port *may* be a terminal. One that is looked for again is asked for
//! what it last did for this till (5.3), which may be asked at any time: only the machine that still has the answer to a
//! payment under our POIID is the one.

use std::time::Duration;

use crate::domain::Identity;
use crate::protocols::driver::{Endpoint, Tls};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::protocol::FieldValues;
use crate::protocols::search::{Asking, Discovered, Heard, Search, SearchQuestion};

use super::codec;
use super::messages::{self, Body, Category, Header, Kind, Message, ResultCode};

const POIID: &str = "POIID";
/// Whoever searches has its own, shorter bounds.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

pub const SEARCH: Search = Search { ports: &[11_000], on_own_computer: false, questions, hear, identity };

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
