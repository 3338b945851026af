//! What travels on a channel, whatever the link underneath. Shared by drivers, simulators and links.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::domain::Secret;

/// Names one channel of a driver. The number is never used twice by the same driver, so a late event of a closed
/// channel cannot be taken for one of a newer channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel {
    /// For transcripts and logs, for example `payment`.
    pub name: &'static str,
    pub number: u64,
}

impl Channel {
    pub const fn new(name: &'static str, number: u64) -> Self {
        Channel { name, number }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.name, self.number)
    }
}

/// What is handed over at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// One message of a byte stream or of a WebSocket. A simulator gets and sends the pieces of a byte stream as they are.
    Bytes(Vec<u8>),
    Request(HttpRequest),
    Response(HttpResponse),
}

#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub method: String,
    pub path: String,
    /// What stands behind the question mark, where something does.
    pub query: Option<Query>,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

/// What a request asks for in its address. It may carry credentials, so it goes nowhere but on the wire (rule 8).
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    wire: Secret,
    shown: String,
}

impl Query {
    /// `wire` is escaped and without its question mark; `shown` is what a record may say of it.
    pub fn new(wire: Secret, shown: String) -> Query {
        Query { wire, shown }
    }

    /// For the request that carries it, and nothing else.
    pub fn reveal(&self) -> &str {
        self.wire.reveal()
    }

    /// What a record may say of it.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Without the body, which may carry credentials.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HttpRequest");
        shown.field("method", &self.method).field("path", &self.path).field("query", &self.query);
        shown.field("content_type", &self.content_type).field("bytes", &self.body.len()).finish()
    }
}

impl HttpRequest {
    pub fn post(path: &str, content_type: &'static str, body: Vec<u8>) -> Self {
        HttpRequest { method: "POST".to_owned(), path: path.to_owned(), query: None, content_type, body }
    }

    pub fn get(path: &str, query: Query) -> Self {
        let (method, path) = ("GET".to_owned(), path.to_owned());
        HttpRequest { method, path, query: Some(query), content_type: "", body: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// What the server's clock said, where it told (its `Date`).
    pub date: Option<Timestamp>,
}

impl HttpResponse {
    pub fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        HttpResponse { status, content_type, body, date: None }
    }

    pub fn ok(content_type: &'static str, body: Vec<u8>) -> Self {
        HttpResponse::new(200, content_type, body)
    }

    pub fn empty(status: u16) -> Self {
        HttpResponse::new(status, "", Vec::new())
    }
}

impl Frame {
    /// What is handed over besides addresses and headers.
    pub fn body(&self) -> &[u8] {
        match self {
            Frame::Bytes(bytes) => bytes,
            Frame::Request(request) => &request.body,
            Frame::Response(response) => &response.body,
        }
    }

    /// The bytes a record shows: of a request that says everything in its address, that.
    pub fn record(&self) -> Cow<'_, [u8]> {
        match self {
            Frame::Request(HttpRequest { path, query: Some(query), body, .. }) if body.is_empty() => {
                Cow::Owned(format!("{path}?{}", query.shown()).into_bytes())
            }
            _ => Cow::Borrowed(self.body()),
        }
    }
}
