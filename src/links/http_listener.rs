//! The till's listener: terminals ask here. It stands on the shop's LAN, so everything that comes is suspect.
//!
//! One socket per address for the whole program; each terminal has a seat at it. A request is refused before its body
//! is read when its head is wrong ([`super::request_guard`]), then told apart by the key in its body, and only handed
//! to the driver when it comes from that terminal's machine. What a request may change is the driver's business.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header;
use hyper::http::request::Parts;
use tokio::net::TcpListener;
use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::protocols::driver::{LinkEvent, LossCause};
use crate::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};

use super::accepting::Room;
use super::events::perhaps;
use super::http_body::PacedBody;
use super::http_server::{self, Handler, Reply, ServerBounds};
use super::peer_address::ExpectedPeer;
use super::{LinkSender, content_type, locked, next_inbound, request_guard};

/// How much the listener bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerBounds {
    /// From the connection, or from the last answer, to the end of the next request's head.
    pub head_within: Duration,
    /// From the end of the head to the end of the body.
    pub body_within: Duration,
    /// How long the driver may think; a question stays open while a cashier does.
    pub answer_within: Duration,
    /// In bytes.
    pub largest_body: usize,
    pub connections_per_peer: usize,
    pub connections: usize,
    /// Requests of one seat that may wait for the driver.
    pub waiting_per_seat: usize,
}

impl Default for ListenerBounds {
    fn default() -> Self {
        ListenerBounds {
            head_within: Duration::from_secs(5),
            body_within: Duration::from_secs(5),
            answer_within: Duration::from_secs(600),
            largest_body: 1024 * 1024,
            connections_per_peer: 16,
            connections: 64,
            waiting_per_seat: 8,
        }
    }
}

impl ListenerBounds {
    fn server(&self) -> ServerBounds {
        ServerBounds {
            head: self.head_within,
            body: self.body_within,
            largest_body: self.largest_body,
            room: Room { connections_per_peer: self.connections_per_peer, connections: self.connections },
        }
    }
}

/// One terminal's place at the listener.
pub struct Seat {
    /// Where the till listens, `0.0.0.0:11000`. Port 0 takes any free one.
    pub address: String,
    /// The only path answered for this seat; a slash behind it is tolerated.
    pub path: &'static str,
    /// By which this terminal's requests are known.
    pub key: String,
    pub key_of_request: fn(&[u8]) -> Option<String>,
    /// Host name or address of the terminal; `None` takes requests from anywhere.
    pub peer: Option<String>,
    /// Where a request's body says that its sender is, if it says so: such a request is only taken from there.
    pub claimed_host: fn(&[u8]) -> Option<String>,
}

/// Why the till cannot listen. The fault is the settings' or another program's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    #[error("another program already listens on {address}")]
    AddressInUse { address: String },
    #[error("{address} is not an address of this computer")]
    AddressNotOurs { address: String },
    #[error("cannot listen on {address}: {detail}")]
    Other { address: String, detail: String },
}

impl ListenError {
    fn new(address: &str, error: &io::Error) -> Self {
        let address = address.to_owned();
        match error.kind() {
            io::ErrorKind::AddrInUse => ListenError::AddressInUse { address },
            io::ErrorKind::AddrNotAvailable => ListenError::AddressNotOurs { address },
            _ => ListenError::Other { address, detail: error.to_string() },
        }
    }
}

/// Every listening socket of the program. Clones are the same.
#[derive(Clone)]
pub struct Listeners {
    shared: Arc<Shared>,
}

struct Shared {
    bounds: ListenerBounds,
    /// Held while binding, so that two seats with one address do not both try.
    binding: tokio::sync::Mutex<()>,
    sockets: Mutex<Sockets>,
}

#[derive(Default)]
struct Sockets {
    open: Vec<OpenSocket>,
    /// Told to stop, but perhaps not yet closed.
    closing: Vec<JoinHandle<()>>,
}

struct OpenSocket {
    asked: SocketAddr,
    local: SocketAddr,
    seats: Seats,
    serving: JoinHandle<()>,
}

type Seats = Arc<Mutex<Vec<Arc<Seated>>>>;

impl Default for Listeners {
    fn default() -> Self {
        Listeners::new()
    }
}

impl Listeners {
    pub fn new() -> Self {
        Listeners::with_bounds(ListenerBounds::default())
    }

    pub fn with_bounds(bounds: ListenerBounds) -> Self {
        Listeners {
            shared: Arc::new(Shared { bounds, binding: tokio::sync::Mutex::default(), sockets: Mutex::default() }),
        }
    }

    /// Takes a seat at its address. The first one there opens the socket, the last one to leave closes it. Of two seats
    /// with the same path, key and peer, the newer one is asked.
    ///
    /// Each request that waits for the driver keeps a place of `events` for the news that its peer went away.
    pub async fn seat(&self, seat: Seat, events: LinkSender) -> Result<InboundReplies, ListenError> {
        let asked: SocketAddr = seat.address.parse().map_err(|_| ListenError::Other {
            address: seat.address.clone(),
            detail: "not an address of the form 0.0.0.0:11000".to_owned(),
        })?;
        let address = seat.address.clone();
        let seated = Arc::new(Seated::new(seat, events, &self.shared.bounds));

        let _binding = self.shared.binding.lock().await;
        if let Some(local) = self.join(asked, &seated) {
            return Ok(self.replies(seated, local));
        }
        self.closed().await;
        let socket = TcpListener::bind(asked).await.map_err(|error| ListenError::new(&address, &error))?;
        let local = socket.local_addr().map_err(|error| ListenError::new(&address, &error))?;
        self.open(asked, local, socket, seated.clone());
        tracing::info!(%local, "the till's listener is open");
        Ok(self.replies(seated, local))
    }

    fn join(&self, asked: SocketAddr, seated: &Arc<Seated>) -> Option<SocketAddr> {
        let sockets = locked(&self.shared.sockets);
        let socket = sockets.open.iter().find(|socket| socket.asked == asked || socket.local == asked)?;
        locked(&socket.seats).push(seated.clone());
        Some(socket.local)
    }

    /// Waits until sockets given up are really closed: a seat is often left and taken again at once.
    async fn closed(&self) {
        let closing = std::mem::take(&mut locked(&self.shared.sockets).closing);
        for task in closing {
            let _ = task.await;
        }
    }

    fn open(&self, asked: SocketAddr, local: SocketAddr, socket: TcpListener, first: Arc<Seated>) {
        let seats: Seats = Arc::new(Mutex::new(vec![first]));
        let handler = Arc::new(Front { seats: seats.clone() });
        // never pulled: only simulators lose their power
        let (_, plug) = watch::channel(0);
        let serving = tokio::spawn(http_server::serve(socket, self.shared.bounds.server(), handler, plug, None));
        locked(&self.shared.sockets).open.push(OpenSocket { asked, local, seats, serving });
    }

    fn replies(&self, seated: Arc<Seated>, local: SocketAddr) -> InboundReplies {
        InboundReplies { shared: self.shared.clone(), seated, local }
    }
}

/// A seat that is taken. Dropping it gives the seat up; requests still waiting are closed.
pub struct InboundReplies {
    shared: Arc<Shared>,
    seated: Arc<Seated>,
    local: SocketAddr,
}

impl InboundReplies {
    /// Answers the request that arrived on `channel`. Ignored when its peer has gone.
    pub fn reply(&mut self, channel: Channel, response: HttpResponse) {
        if let Some(peer) = self.seated.take_waiting(channel) {
            let _ = peer.send(response);
        }
    }

    /// Closes the connection of that request without an answer and without an event.
    pub fn close(&mut self, channel: Channel) {
        drop(self.seated.take_waiting(channel));
    }

    pub fn local_address(&self) -> SocketAddr {
        self.local
    }
}

impl Drop for InboundReplies {
    fn drop(&mut self) {
        let mut sockets = locked(&self.shared.sockets);
        for socket in &sockets.open {
            locked(&socket.seats).retain(|seated| !Arc::ptr_eq(seated, &self.seated));
        }
        let empty = |socket: &mut OpenSocket| locked(&socket.seats).is_empty();
        let left: Vec<OpenSocket> = sockets.open.extract_if(.., empty).collect();
        for socket in left {
            socket.serving.abort();
            sockets.closing.push(socket.serving);
        }
        sockets.closing.retain(|task| !task.is_finished());
        locked(&self.seated.waiting).clear();
    }
}

/// All seats at one socket.
struct Front {
    seats: Seats,
}

impl Front {
    fn seats_on(&self, head: &Parts) -> Vec<Arc<Seated>> {
        let seats = locked(&self.seats);
        seats.iter().filter(|seated| request_guard::is_path(head, seated.seat.path)).cloned().collect()
    }

    /// The seat a request is for, or the status that says why there is none.
    async fn seat_of(&self, peer: IpAddr, head: &Parts, body: &[u8]) -> Result<Arc<Seated>, StatusCode> {
        let mut readable = false;
        let mut candidates = Vec::new();
        for seated in self.seats_on(head) {
            let key = (seated.seat.key_of_request)(body);
            readable |= key.is_some();
            if key.is_some_and(|key| key == seated.seat.key) {
                candidates.push(seated);
            }
        }
        if !readable {
            return Err(StatusCode::BAD_REQUEST);
        }
        for seated in candidates.into_iter().rev() {
            if seated.admits(peer, body).await {
                return Ok(seated);
            }
        }
        Err(StatusCode::FORBIDDEN)
    }
}

impl Handler for Front {
    fn refusal(&self, head: &Parts) -> Option<StatusCode> {
        let paths: Vec<&'static str> = locked(&self.seats).iter().map(|seated| seated.seat.path).collect();
        request_guard::refusal(head, paths)
    }

    async fn answer(&self, peer: IpAddr, head: Parts, body: Vec<u8>) -> Reply {
        match self.seat_of(peer, &head, &body).await {
            Ok(seated) => seated.ask_driver(&head, body).await,
            Err(status) => Reply::status(status),
        }
    }
}

/// A seat and the requests that wait at it.
struct Seated {
    seat: Seat,
    expected: Option<ExpectedPeer>,
    events: LinkSender,
    waiting: Mutex<HashMap<Channel, oneshot::Sender<HttpResponse>>>,
    waiting_at_most: usize,
    answer_within: Duration,
}

impl Seated {
    fn new(mut seat: Seat, events: LinkSender, bounds: &ListenerBounds) -> Self {
        Seated {
            expected: seat.peer.take().map(ExpectedPeer::new),
            seat,
            events,
            waiting: Mutex::default(),
            waiting_at_most: bounds.waiting_per_seat,
            answer_within: bounds.answer_within,
        }
    }

    async fn admits(&self, peer: IpAddr, body: &[u8]) -> bool {
        if let Some(claimed) = (self.seat.claimed_host)(body)
            && !ExpectedPeer::new(claimed).is(peer).await
        {
            return false;
        }
        match &self.expected {
            Some(expected) => expected.is(peer).await,
            None => true,
        }
    }

    async fn ask_driver(self: Arc<Self>, head: &Parts, body: Vec<u8>) -> Reply {
        let content_type =
            content_type::known(head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()));
        let request = HttpRequest::post(self.seat.path, content_type, body);
        let answer_within = self.answer_within;
        let Some(mut question) = Question::put(self, request) else {
            return Reply::status(StatusCode::SERVICE_UNAVAILABLE);
        };
        match timeout(answer_within, &mut question.answer).await {
            Ok(Ok(response)) => Reply::with_body(&response, PacedBody::whole(response.body.clone())),
            // closed by the driver
            Ok(Err(_)) => Reply::Cut,
            Err(_) => {
                question.given_up(LossCause::TimedOut, "the till did not answer in time");
                Reply::Cut
            }
        }
    }

    fn take_waiting(&self, channel: Channel) -> Option<oneshot::Sender<HttpResponse>> {
        locked(&self.waiting).remove(&channel)
    }
}

/// A request that the driver has been told of. Dropped unanswered, because the peer went away, it tells the driver.
struct Question {
    seated: Arc<Seated>,
    channel: Channel,
    answer: oneshot::Receiver<HttpResponse>,
    /// Reserved with the request, so that the news of a lost peer can neither block nor fail.
    last_word: Option<OwnedPermit<(Channel, LinkEvent)>>,
}

impl Question {
    /// `None` when the driver has too much to do already.
    fn put(seated: Arc<Seated>, request: HttpRequest) -> Option<Question> {
        let first_word = seated.events.clone().try_reserve_owned().ok()?;
        let last_word = seated.events.clone().try_reserve_owned().ok()?;
        let channel = next_inbound();
        let (answering, answer) = oneshot::channel();
        {
            let mut waiting = locked(&seated.waiting);
            if waiting.len() >= seated.waiting_at_most {
                return None;
            }
            waiting.insert(channel, answering);
        }
        first_word.send((channel, LinkEvent::Received(Frame::Request(request))));
        Some(Question { seated, channel, answer, last_word: Some(last_word) })
    }

    fn given_up(&mut self, cause: LossCause, detail: &str) {
        // who takes the waiting entry has the say: an answer given meanwhile stands
        if self.seated.take_waiting(self.channel).is_none() {
            return;
        }
        if let Some(last_word) = self.last_word.take() {
            last_word.send((self.channel, LinkEvent::Lost(perhaps(cause, detail))));
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.given_up(LossCause::Broken, "the terminal went away before the answer");
    }
}
