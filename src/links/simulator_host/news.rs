//! What can be told of a simulator behind sockets.

use serde_json::Value;

use crate::links::simulator_task::Answer;
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::simulator::{LedgerEntry, Line, Post};

/// How much of a body a summary shows, in characters.
const SUMMARY: usize = 160;

/// What a simulator behind sockets has to tell. Summaries are one line each.
#[derive(Debug, Clone, PartialEq)]
pub enum HostNews {
    Ledger(LedgerEntry),
    /// The memory changed: it is what the terminal must be started with after a power cut.
    Memory(Value),
    Complaint(String),
    /// A line of a byte stream or WebSocket stands; exchanges are told by their request alone.
    Opened {
        line: Line,
        door: &'static str,
    },
    Received {
        line: Line,
        summary: String,
    },
    Sent {
        line: Line,
        summary: String,
    },
    /// Once when the request leaves for the till, and once when it is answered or not.
    Posted {
        post: Post,
        summary: String,
    },
}

pub(super) fn summary_of_answer(answer: &Answer) -> String {
    match answer {
        Answer::Whole(frame) => summary_of_frame(frame),
        Answer::InPieces(frame) => format!("in pieces: {}", summary_of_frame(frame)),
        Answer::Half(frame) => format!("only half: {}", summary_of_frame(frame)),
        Answer::Cut => "cut".to_owned(),
        Answer::Close => "closed".to_owned(),
    }
}

pub(super) fn summary_of_frame(frame: &Frame) -> String {
    match frame {
        Frame::Request(request) => summary_of_request(request),
        Frame::Response(response) => summary_of_response(response),
        Frame::Bytes(bytes) => beginning(bytes),
    }
}

pub(super) fn summary_of_request(request: &HttpRequest) -> String {
    format!("{} {} {}", request.method, request.path, beginning(&request.body))
}

pub(super) fn summary_of_response(response: &HttpResponse) -> String {
    format!("{} {}", response.status, beginning(&response.body))
}

fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let shown: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(SUMMARY).collect();
    format!("({} bytes) {shown}", body.len())
}
