//! What travels on a channel, whatever the link underneath. Shared by drivers, simulators and links.

use std::fmt;

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub method: String,
    pub path: String,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl HttpRequest {
    pub fn post(path: &str, content_type: &'static str, body: Vec<u8>) -> Self {
        HttpRequest { method: "POST".to_owned(), path: path.to_owned(), content_type, body }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl HttpResponse {
    pub fn ok(content_type: &'static str, body: Vec<u8>) -> Self {
        HttpResponse { status: 200, content_type, body }
    }

    pub fn empty(status: u16) -> Self {
        HttpResponse { status, content_type: "", body: Vec::new() }
    }
}

impl Frame {
    /// The bytes a transcript shows.
    pub fn body(&self) -> &[u8] {
        match self {
            Frame::Bytes(bytes) => bytes,
            Frame::Request(request) => &request.body,
            Frame::Response(response) => &response.body,
        }
    }
}
