//! The request that makes a WebSocket of a line, and the answers to it.
//!
//! It is not left to the WebSocket library, which writes the whole request, and with it the credentials in its query, into
//! its log, and which throws away why a peer refused.

use std::error::Error as _;
use std::future::poll_fn;
use std::io;
use std::net::Ipv6Addr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::ext::ReasonPhrase;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::http::uri::Authority;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::protocols::driver::{Loss, LossCause, Target};

use super::connecting::{CLOSED, LAST_WORDS};
use super::events::surely_not;
use super::http_body;
use super::tls;
use super::wire::Wire;

/// The largest head of an answer, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;
/// The largest body of a refusal that is read, in bytes.
const LARGEST_REFUSAL: usize = 16 * 1024;

/// A request for a WebSocket, and the word that shows an answer to be one to it.
pub(super) struct Knock {
    request: Request<Empty<Bytes>>,
    accept: String,
}

/// How the records of TLS begin in which a server says that it was not spoken to in TLS.
const TLS_ALERT: &[u8] = b"\x15\x03";

type Asked = http1::Connection<TokioIo<Box<dyn Wire>>, Empty<Bytes>>;

/// A line whose peer agreed, and what it has said since.
pub(super) type Agreed = (Box<dyn Wire>, Vec<u8>);

impl Knock {
    /// # Errors
    /// [`LossCause::HostUnknown`] when host or target cannot stand in a request.
    pub(super) fn new(host: &str, port: u16, target: &Target) -> Result<Knock, Loss> {
        let impossible = || surely_not(LossCause::HostUnknown, "host, path or query cannot stand in a request");
        let host: Authority = authority(host, port).parse().map_err(|_| impossible())?;
        let host = HeaderValue::try_from(host.as_str()).map_err(|_| impossible())?;
        let target = Uri::try_from(target.reveal().reveal()).map_err(|_| impossible())?;
        let key = generate_key();
        let key_sent = HeaderValue::try_from(&key).map_err(|_| impossible())?;
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = target;
        *request.headers_mut() = HeaderMap::from_iter([
            (header::HOST, host),
            (header::CONNECTION, HeaderValue::from_static("Upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
            (header::SEC_WEBSOCKET_KEY, key_sent),
        ]);
        Ok(Knock { request, accept: derive_accept_key(key.as_bytes()) })
    }

    /// Asks. The caller bounds the time; reading why the peer refused takes at most `reasons_within`.
    pub(super) async fn at(self, wire: Box<dyn Wire>, reasons_within: Duration) -> Result<Agreed, Loss> {
        let mut asking = http1::Builder::new();
        asking.max_buf_size(LARGEST_HEAD).title_case_headers(true);
        let (mut sender, mut connection) = asking.handshake(TokioIo::new(wire)).await.map_err(|error| lost(&error))?;
        let answer = tokio::select! {
            answer = answer(sender.send_request(self.request), reasons_within) => answer,
            never = carried(&mut connection) => never,
        };
        let line = connection.into_parts();
        match answer {
            Ok(Answer::Switched(headers)) => {
                agrees(&headers, &self.accept).map_err(|missing| surely_not(LossCause::Garbled, missing))?;
                Ok((line.io.into_inner(), line.read_buf.into()))
            }
            Ok(Answer::Refused(status, reason)) => Err(surely_not(LossCause::Upgrade(status.as_u16()), reason)),
            Err(_) if line.read_buf.starts_with(TLS_ALERT) => Err(surely_not(LossCause::Garbled, "TLS answers")),
            Err(error) => Err(lost(&error)),
        }
    }
}

/// Moves the bytes. Never comes back: how the line ended is told with the answer.
async fn carried(connection: &mut Asked) -> Result<Answer, hyper::Error> {
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    std::future::pending().await
}

enum Answer {
    Switched(HeaderMap),
    /// With what the peer said about it.
    Refused(StatusCode, String),
}

async fn answer(
    asking: impl Future<Output = Result<Response<Incoming>, hyper::Error>>,
    reasons_within: Duration,
) -> Result<Answer, hyper::Error> {
    let (head, body) = asking.await?.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(Answer::Switched(head.headers));
    }
    let body = timeout(reasons_within.min(LAST_WORDS), http_body::read(body, LARGEST_REFUSAL)).await;
    let message = body.ok().and_then(Result::ok).and_then(|body| user_message(&body));
    Ok(Answer::Refused(head.status, message.unwrap_or_else(|| reason(&head))))
}

fn user_message(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("userMessage")?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn reason(head: &Parts) -> String {
    let own = head.extensions.get::<ReasonPhrase>().map(|reason| String::from_utf8_lossy(reason.as_bytes()));
    let usual = || head.status.canonical_reason().map(Into::into);
    let reason = own.filter(|reason| !reason.trim().is_empty()).or_else(usual);
    reason.map_or_else(|| format!("HTTP {}", head.status.as_u16()), |reason| reason.into_owned())
}

/// Whether the peer knows what it agreed to.
fn agrees(headers: &HeaderMap, accept: &str) -> Result<(), &'static str> {
    let names = |name: HeaderName, word: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|named| named.trim().eq_ignore_ascii_case(word))
    };
    if !names(header::UPGRADE, "websocket") || !names(header::CONNECTION, "upgrade") {
        return Err("the peer switched to another protocol");
    }
    let accepted = headers.get(header::SEC_WEBSOCKET_ACCEPT).is_some_and(|value| value.as_bytes() == accept.as_bytes());
    accepted.then_some(()).ok_or("the peer answered another request for a WebSocket")
}

/// What an error says that came in place of an answer.
fn lost(error: &hyper::Error) -> Loss {
    let below = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    let (cause, detail) = match below {
        Some(error) => tls::fault(error),
        None if error.is_parse() => (LossCause::Garbled, format!("no HTTP answer: {error}")),
        None => (LossCause::Broken, CLOSED.to_owned()),
    };
    surely_not(cause, detail)
}

/// The scope of an address is this machine's and means nothing to the peer.
fn authority(host: &str, port: u16) -> String {
    let address = host.split('%').next().unwrap_or(host);
    match address.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]:{port}"),
        Err(_) => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_colons_stand_in_brackets() {
        assert_eq!(authority("10.0.0.7", 5000), "10.0.0.7:5000");
        assert_eq!(authority("front.shop.example", 80), "front.shop.example:80");
        assert_eq!(authority("fd00::7", 5000), "[fd00::7]:5000");
        assert_eq!(authority("fe80::7%eth0", 5000), "[fe80::7]:5000");
    }

    #[test]
    fn only_a_text_under_the_right_name_is_a_message() {
        assert_eq!(user_message(br#"{"userMessage":" no such key "}"#).as_deref(), Some("no such key"));
        for body in [&br#"{"userMessage":7}"#[..], br#"{"userMessage":" "}"#, br#"["userMessage"]"#, b"<html>", b""] {
            assert_eq!(user_message(body), None);
        }
    }

    #[test]
    fn a_target_that_cannot_be_asked_for_is_not() {
        let refused = Knock::new("localhost", 1, &Target::path("/a b")).err();
        assert_eq!(refused.map(|loss| loss.cause), Some(LossCause::HostUnknown));
    }
}
