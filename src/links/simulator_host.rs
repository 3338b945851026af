//! A simulator behind real sockets. One task owns the simulator and the clock; the connections of the HTTP front give it
//! inputs and wait for what becomes of their line. A raw TCP front would give the same inputs.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header;
use hyper::http::request::Parts;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::simulator::{LedgerEntry, Line, Post, Simulator, SimulatorInput};

use super::http_body::PacedBody;
use super::http_client::{self, Exchange};
use super::http_server::{self, Handler, Reply, ServerBounds};
use super::simulator_task::{self, Answer, Front, LARGEST_BODY, TILL_ANSWERS_WITHIN, WAITING_INPUTS};
use super::{content_type, locked};

/// Lines that the simulator never answers end after this.
const LONGEST_LINE: Duration = Duration::from_secs(3600);
/// How long the simulator tries to reach the till.
const TILL_REACHED_WITHIN: Duration = Duration::from_secs(5);
/// Requests to the till that may wait for its answer.
const WAITING_POSTS: usize = 64;
/// How much of a body a summary shows, in characters.
const SUMMARY: usize = 160;

const BOUNDS: ServerBounds = ServerBounds {
    head: Duration::from_secs(30),
    body: Duration::from_secs(10),
    largest_body: LARGEST_BODY,
    connections_per_peer: 64,
    connections: 64,
};

/// What a simulator behind sockets has to tell. Summaries are one line each.
#[derive(Debug, Clone, PartialEq)]
pub enum HostNews {
    Ledger(LedgerEntry),
    /// The memory changed: it is what the terminal must be started with after a power cut.
    Memory(Value),
    Complaint(String),
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

/// A simulated terminal that listens. Dropping it closes the socket and every connection.
pub struct SimulatorHost {
    local: SocketAddr,
    inputs: mpsc::Sender<SimulatorInput>,
    lines: Arc<Lines>,
    plug: watch::Sender<u64>,
    tasks: JoinSet<()>,
}

impl SimulatorHost {
    /// Listens on `listen`. `till` is the base address of the till's listener, `http://127.0.0.1:11001`; without one, the
    /// till cannot be reached. `sink` hears of money before the till does, and must not block.
    ///
    /// Fails when the address cannot be listened on.
    pub async fn start(
        listen: SocketAddr,
        till: Option<String>,
        simulator: Box<dyn Simulator>,
        sink: impl FnMut(HostNews) + Send + 'static,
    ) -> io::Result<SimulatorHost> {
        let socket = TcpListener::bind(listen).await?;
        let local = socket.local_addr()?;
        let (inputs, waiting) = mpsc::channel(WAITING_INPUTS);
        let lines = Arc::<Lines>::default();
        let plug = watch::Sender::new(0);
        let front = HostFront { lines: lines.clone(), inputs: inputs.downgrade(), till, posts: JoinSet::new(), sink };
        let http = Arc::new(HttpFront { lines: lines.clone(), inputs: inputs.clone() });
        let mut tasks = JoinSet::new();
        tasks.spawn(simulator_task::run(simulator, waiting, front));
        tasks.spawn(http_server::serve(socket, BOUNDS, http, plug.subscribe()));
        Ok(SimulatorHost { local, inputs, lines, plug, tasks })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.local
    }

    /// Every connection breaks at once, and the simulator is told. The socket listens on: the power comes back.
    pub fn power_cut(&self) {
        locked(&self.lines.open).clear();
        self.plug.send_modify(|pulled| *pulled += 1);
        if let Err(TrySendError::Full(power_cut)) = self.inputs.try_send(SimulatorInput::PowerCut) {
            let inputs = self.inputs.clone();
            tokio::spawn(async move { inputs.send(power_cut).await });
        }
    }

    /// Returns when the socket and every connection are closed.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// The lines that wait for the simulator. Who removes one has the say about its end.
#[derive(Default)]
struct Lines {
    open: Mutex<HashMap<Line, oneshot::Sender<Answer>>>,
    last: AtomicU64,
}

/// Carries exchanges of the till as lines.
struct HttpFront {
    lines: Arc<Lines>,
    inputs: mpsc::Sender<SimulatorInput>,
}

impl Handler for HttpFront {
    fn refusal(&self, _head: &Parts) -> Option<StatusCode> {
        None
    }

    async fn answer(&self, _peer: IpAddr, head: Parts, body: Vec<u8>) -> Reply {
        let content_type =
            content_type::known(head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()));
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let request = HttpRequest { method: head.method.to_string(), path, content_type, body };
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
        Answer::Cut => return Reply::Cut,
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
        let line = Line(front.lines.last.fetch_add(1, Ordering::Relaxed) + 1);
        let (answering, answer) = oneshot::channel();
        locked(&front.lines.open).insert(line, answering);
        received.send(SimulatorInput::Received(line, Frame::Request(request)));
        Some(WaitingLine { line, lines: front.lines.clone(), answer, closed: Some(closed) })
    }
}

impl Drop for WaitingLine {
    fn drop(&mut self) {
        let unanswered = locked(&self.lines.open).remove(&self.line).is_some();
        if let (true, Some(closed)) = (unanswered, self.closed.take()) {
            closed.send(SimulatorInput::Closed(self.line));
        }
    }
}

/// The simulator's side: answers its lines, posts to the till, tells the news.
struct HostFront<S> {
    lines: Arc<Lines>,
    /// Weak, so that the simulator's task ends with the host.
    inputs: mpsc::WeakSender<SimulatorInput>,
    till: Option<String>,
    posts: JoinSet<()>,
    sink: S,
}

impl<S: FnMut(HostNews) + Send + 'static> Front for HostFront<S> {
    fn arrives(&mut self, input: &SimulatorInput) {
        match input {
            SimulatorInput::Received(line, frame) => {
                (self.sink)(HostNews::Received { line: *line, summary: summary_of_frame(frame) });
            }
            SimulatorInput::Answered(post, response) => {
                let summary = response.as_ref().map_or("no answer".to_owned(), summary_of_response);
                (self.sink)(HostNews::Posted { post: *post, summary });
            }
            SimulatorInput::Opened(..)
            | SimulatorInput::Closed(_)
            | SimulatorInput::PowerCut
            | SimulatorInput::Tick => {}
        }
    }

    fn changed(&mut self, simulator: &dyn Simulator, entries: &[LedgerEntry]) {
        for entry in entries {
            (self.sink)(HostNews::Ledger(entry.clone()));
        }
        (self.sink)(HostNews::Memory(simulator.memory()));
    }

    fn complaint(&mut self, text: String) {
        (self.sink)(HostNews::Complaint(text));
    }

    async fn answer(&mut self, line: Line, answer: Answer) {
        let Some(waiting) = locked(&self.lines.open).remove(&line) else { return };
        (self.sink)(HostNews::Sent { line, summary: summary_of_answer(&answer) });
        // fails only when the till goes away in this very moment; to both sides the answer is lost on the way
        let _ = waiting.send(answer);
    }

    async fn post(&mut self, post: Post, request: HttpRequest) {
        (self.sink)(HostNews::Posted { post, summary: summary_of_request(&request) });
        while self.posts.try_join_next().is_some() {}
        let inputs = self.inputs.clone();
        let till = self.till.clone().filter(|_| self.posts.len() < WAITING_POSTS);
        self.posts.spawn(async move {
            let response = match till {
                Some(till) => http_client::perform(to_the_till(till, request), std::future::ready(())).await.ok(),
                None => None,
            };
            if let Some(inputs) = inputs.upgrade() {
                let _ = inputs.send(SimulatorInput::Answered(post, response)).await;
            }
        });
    }
}

fn to_the_till(base: String, request: HttpRequest) -> Exchange {
    Exchange {
        url: base,
        request,
        connect_within: TILL_REACHED_WITHIN,
        answer_within: TILL_ANSWERS_WITHIN,
        at_most: LARGEST_BODY,
    }
}

fn summary_of_answer(answer: &Answer) -> String {
    match answer {
        Answer::Whole(frame) => summary_of_frame(frame),
        Answer::InPieces(frame) => format!("in pieces: {}", summary_of_frame(frame)),
        Answer::Half(frame) => format!("only half: {}", summary_of_frame(frame)),
        Answer::Cut => "cut".to_owned(),
    }
}

fn summary_of_frame(frame: &Frame) -> String {
    match frame {
        Frame::Request(request) => summary_of_request(request),
        Frame::Response(response) => summary_of_response(response),
        Frame::Bytes(bytes) => beginning(bytes),
    }
}

fn summary_of_request(request: &HttpRequest) -> String {
    format!("{} {} {}", request.method, request.path, beginning(&request.body))
}

fn summary_of_response(response: &HttpResponse) -> String {
    format!("{} {}", response.status, beginning(&response.body))
}

fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let shown: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(SUMMARY).collect();
    format!("({} bytes) {shown}", body.len())
}
