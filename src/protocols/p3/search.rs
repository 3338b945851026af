//! Finding PayServers: a request for their devices, without a login. Before it a server answers with an error, and what matters
//! is that it answers in this protocol. Who it is it tells nobody but the merchant, and his secret is not sent to strangers.

use std::time::Duration;

use crate::domain::Identity;
use crate::protocols::driver::{Endpoint, Target, TerminalIdentity, Tls};
use crate::protocols::frame::Frame;
use crate::protocols::protocol::FieldValues;
use crate::protocols::search::{Asking, Discovered, Heard, Search, SearchQuestion};

use super::codec;
use super::messages::{Body, FRAME_AT_MOST, Header, Message, MessageType};

/// Whoever searches has its own, shorter bound.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// (1.3) Of the framed TCP no port is known.
pub const SEARCH: Search = Search { ports: &[4245, 8080], on_own_computer: true, questions, hear, identity, told };

fn questions(asking: &Asking<'_>) -> Vec<SearchQuestion> {
    let (host, port) = (asking.host.to_owned(), asking.port);
    let (target, tls, connect_within, at_most) = (Target::path("/"), Tls::No, CONNECT_WITHIN, FRAME_AT_MOST);
    let endpoint = Endpoint::WebSocket { host, port, target, tls, connect_within, at_most, ping_every: None };
    let header = Header::request(&tag(asking));
    let frame = Frame::Bytes(codec::encode(&Message { header, body: Body::GetDevicesRequest }));
    vec![SearchQuestion { endpoint, frame: Some(frame), fields: &[("transport", "websocket")] }]
}

fn tag(asking: &Asking<'_>) -> String {
    format!("search-{:x}", asking.dice)
}

fn hear(asking: &Asking<'_>, frame: &Frame) -> Heard {
    match codec::decode_header(frame.body()) {
        Ok((MessageType::GetDevicesResponse | MessageType::UnknownResponse, header)) if header.tag == tag(asking) => {
            Heard::Found(Discovered::certain())
        }
        _ => Heard::Stranger,
    }
}

fn identity(_: &FieldValues) -> Identity {
    Identity::default()
}

/// Whoever is searched for says nothing by which one server could be told from another.
fn told(_: &TerminalIdentity) -> Identity {
    Identity::default()
}
