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
    /// Somebody asks a guarded door for a line; what the simulator says to it is told as sent.
    Knocked {
        line: Line,
        door: &'static str,
    },
    /// A line of a byte stream or WebSocket stands at a door without a guard; exchanges are told by their request alone.
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
        Answer::Admit => "admitted".to_owned(),
        Answer::Refuse(response) => format!("refused: {}", summary_of_response(response)),
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

/// Ends of the names of members whose values nobody may read over somebody's shoulder: secrets, and a drawn signature.
const SECRETS: [&str; 5] =
    ["Secret\":\"", "Key\":\"", "assword\":\"", "AccountIdentifier\":\"", "\"DIGITAL\",\"data\":\""];

/// A till's login, as a simulator shows it.
fn without_secrets(text: &str) -> String {
    let mut shown = text.to_owned();
    for name in SECRETS {
        let mut from = 0;
        while let Some(at) = shown.get(from..).and_then(|rest| rest.find(name)).map(|at| from + at + name.len()) {
            let length = shown.get(at..).and_then(|value| value.find('"')).unwrap_or(shown.len() - at);
            shown.replace_range(at..at + length, "***");
            from = at;
        }
    }
    shown
}

fn beginning(body: &[u8]) -> String {
    let text = without_secrets(&String::from_utf8_lossy(body));
    let shown: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(SUMMARY).collect();
    format!("({} bytes) {shown}", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_signature_is_not_shown() {
        let drawn = beginning(br#"{"submitSignatureRequest":{"type":"DIGITAL","data":"iVBORw0KGgo"}}"#);
        assert!(drawn.contains("DIGITAL") && !drawn.contains("iVBOR"), "{drawn}");
    }

    #[test]
    fn a_login_is_shown_without_its_secret() {
        let login = br#"{"merchantIdentifier":"m","merchantSecret":"s3cr3t","apiKey":"abc","x":1,"password":"cut"#;
        let shown = beginning(login);
        assert!(shown.contains("merchantIdentifier\":\"m\"") && shown.contains("\"x\":1"));
        for secret in ["s3cr3t", "abc", "cut"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
