//! A door for HTTP: each exchange is a line.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header;
use hyper::http::request::Parts;
use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::domain::Secret;
use crate::links::content_type;
use crate::links::http_body::PacedBody;
use crate::links::http_server::{Handler, Reply, ServerBounds};
use crate::links::simulator_task::{Answer, LARGEST_BODY};
use crate::protocols::frame::{Frame, HttpRequest, Query};
use crate::protocols::simulator::{Door, Line, SimulatorInput};

use super::lines::{Lines, Way};
use super::room_of;

/// Lines that the simulator never answers end after this.
const LONGEST_LINE: Duration = Duration::from_secs(3600);

pub(super) fn bounds_of(door: &Door) -> ServerBounds {
    ServerBounds {
        head: Duration::from_secs(30),
        body: Duration::from_secs(10),
        largest_body: LARGEST_BODY,
        room: room_of(door),
    }
}

/// Carries exchanges of the till as lines.
pub(super) struct HttpFront {
    pub(super) lines: Arc<Lines>,
    pub(super) inputs: mpsc::Sender<SimulatorInput>,
}

impl Handler for HttpFront {
    fn refusal(&self, _head: &Parts) -> Option<StatusCode> {
        None
    }

    async fn answer(&self, _peer: IpAddr, head: Parts, body: Vec<u8>) -> Reply {
        let content_type =
            content_type::known(head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()));
        let query = head.uri.query().map(|query| Query::new(Secret::new(query), "***".to_owned()));
        let path = head.uri.path().to_owned();
        let request = HttpRequest { method: head.method.to_string(), path, query, content_type, body };
        let Some(mut waiting) = WaitingLine::open(self, request).await else { return Reply::Cut };
        match timeout(LONGEST_LINE, &mut waiting.answer).await {
            Ok(Ok(answer)) => as_reply(answer),
            Ok(Err(_)) | Err(_) => Reply::Cut,
        }
    }
}

fn as_reply(answer: Answer) -> Reply {
    let (frame, paced): (Frame, fn(Vec<u8>) -> PacedBody) = match answer {
        Answer::Whole(frame) => (frame, PacedBody::whole),
        Answer::InPieces(frame) => (frame, PacedBody::in_pieces),
        // there is no half of nothing
        Answer::Half(frame) if frame.body().is_empty() => return Reply::Cut,
        Answer::Half(frame) => (frame, PacedBody::half),
        // nobody knocks at an exchange
        Answer::Cut | Answer::Close | Answer::Admit | Answer::Refuse(_) => return Reply::Cut,
    };
    match frame {
        Frame::Response(response) => Reply::with_body(&response, paced(response.body.clone())),
        Frame::Request(_) | Frame::Bytes(_) => Reply::Cut,
    }
}

/// A line as its connection sees it. Dropped unanswered, because the till went away, it tells the simulator.
struct WaitingLine {
    line: Line,
    lines: Arc<Lines>,
    answer: oneshot::Receiver<Answer>,
    /// Reserved with the request, so that the news can neither block nor fail.
    closed: Option<OwnedPermit<SimulatorInput>>,
}

impl WaitingLine {
    /// `None` when the simulator is gone.
    async fn open(front: &HttpFront, request: HttpRequest) -> Option<WaitingLine> {
        let received = front.inputs.clone().reserve_owned().await.ok()?;
        let closed = front.inputs.clone().reserve_owned().await.ok()?;
        let (answering, answer) = oneshot::channel();
        let line = front.lines.add(Way::Exchange(answering));
        received.send(SimulatorInput::Received(line, Frame::Request(request)));
        Some(WaitingLine { line, lines: front.lines.clone(), answer, closed: Some(closed) })
    }
}

impl Drop for WaitingLine {
    fn drop(&mut self) {
        let unanswered = self.lines.remove(self.line);
        if let (true, Some(closed)) = (unanswered, self.closed.take()) {
            closed.send(SimulatorInput::Closed(self.line));
        }
    }
}
