//! What the till's listener and a simulator's host have in common: connections that cannot be used to exhaust us.
//!
//! Every connection has one deadline at a time: for the head of the next request (which includes idling and taking our
//! last answer), then for its body. While the handler thinks there is none; the handler has its own.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::protocols::frame::HttpResponse;

use super::accepting::{Place, Room, accept_all};
use super::http_body::{self, BodyError, PacedBody};
use super::wire::accepted;

/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;

#[derive(Debug, Clone, Copy)]
pub(super) struct ServerBounds {
    /// From the connection, or from the last answer, to the end of the next head.
    pub(super) head: Duration,
    /// From the end of the head to the end of the body.
    pub(super) body: Duration,
    /// In bytes.
    pub(super) largest_body: usize,
    pub(super) room: Room,
}

pub(super) trait Handler: Send + Sync + 'static {
    /// Refuses a request before its body is read.
    fn refusal(&self, head: &Parts) -> Option<StatusCode>;

    /// Dropped when the peer goes away.
    fn answer(&self, peer: IpAddr, head: Parts, body: Vec<u8>) -> impl Future<Output = Reply> + Send;
}

pub(super) enum Reply {
    Respond(Response<PacedBody>),
    /// Close the connection without another byte.
    Cut,
}

impl Reply {
    pub(super) fn status(status: StatusCode) -> Reply {
        Reply::Respond(bare(status))
    }

    pub(super) fn with_body(response: &HttpResponse, body: PacedBody) -> Reply {
        let mut built = bare(StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        *built.body_mut() = body;
        if !response.content_type.is_empty() {
            built.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(response.content_type));
        }
        Reply::Respond(built)
    }
}

fn bare(status: StatusCode) -> Response<PacedBody> {
    let mut response = Response::new(PacedBody::whole(Vec::new()));
    *response.status_mut() = status;
    response
}

/// Nothing more is read from a peer that is answered like this.
fn last(status: StatusCode) -> Response<PacedBody> {
    let mut response = bare(status);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Serves until it is dropped, which closes the socket and every connection. A change of `plug` breaks all connections
/// that stand. With `tls` nothing else is spoken.
pub(super) async fn serve<H: Handler>(
    socket: TcpListener,
    bounds: ServerBounds,
    handler: Arc<H>,
    plug: watch::Receiver<u64>,
    tls: Option<TlsAcceptor>,
) {
    let serve_one = |stream, place| {
        let (handler, plug, tls) = (handler.clone(), plug.clone(), tls.clone());
        connection(stream, place, bounds, handler, plug, tls)
    };
    accept_all(socket, bounds.room, serve_one).await;
}

async fn connection<H: Handler>(
    stream: TcpStream,
    place: Place,
    bounds: ServerBounds,
    handler: Arc<H>,
    mut plug: watch::Receiver<u64>,
    tls: Option<TlsAcceptor>,
) {
    plug.mark_unchanged();
    let peer = place.peer;
    let watchdog = Arc::new(Watchdog::within(bounds.head));
    let accepted = tokio::select! {
        accepted = accepted(stream, tls.as_ref()) => accepted,
        () = watchdog.bite() => return,
        Ok(()) = plug.changed() => return,
    };
    let Ok(wire) = accepted else { return };
    let cut = Arc::new(Notify::new());
    let service = service_fn(|request| {
        let (watchdog, cut, handler) = (watchdog.clone(), cut.clone(), handler.clone());
        async move {
            match exchange(peer, request, bounds, &*handler, &watchdog).await {
                Reply::Respond(response) => Ok::<_, Infallible>(response),
                Reply::Cut => {
                    cut.notify_one();
                    std::future::pending().await
                }
            }
        }
    });
    let mut serving = http1::Builder::new().max_buf_size(LARGEST_HEAD).serve_connection(TokioIo::new(wire), service);
    let broken_off = tokio::select! {
        _ = &mut serving => false,
        () = watchdog.bite() => false,
        () = cut.notified() => true,
        Ok(()) = plug.changed() => true,
    };
    if broken_off {
        // the peer shall see a broken line, not an orderly end
        let _ = serving.into_parts().io.inner().socket().set_zero_linger();
    }
}

async fn exchange<H: Handler>(
    peer: IpAddr,
    request: Request<Incoming>,
    bounds: ServerBounds,
    handler: &H,
    watchdog: &Watchdog,
) -> Reply {
    watchdog.expect_within(bounds.body);
    let (head, body) = request.into_parts();
    let reply = match handler.refusal(&head) {
        Some(status) => Reply::Respond(last(status)),
        None => match http_body::read(body, bounds.largest_body).await {
            Ok(body) => {
                watchdog.rest();
                handler.answer(peer, head, body).await
            }
            Err(BodyError::TooLarge) => Reply::Respond(last(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(BodyError::Broken) => Reply::Cut,
        },
    };
    watchdog.expect_within(bounds.head);
    reply
}

/// The one deadline that a connection has at a time, if any.
struct Watchdog(watch::Sender<Option<Instant>>);

impl Watchdog {
    fn within(bound: Duration) -> Self {
        Watchdog(watch::Sender::new(Some(Instant::now() + bound)))
    }

    fn expect_within(&self, bound: Duration) {
        self.0.send_replace(Some(Instant::now() + bound));
    }

    fn rest(&self) {
        self.0.send_replace(None);
    }

    /// Returns when a deadline has passed.
    async fn bite(&self) {
        let mut deadline = self.0.subscribe();
        loop {
            let current = *deadline.borrow_and_update();
            tokio::select! {
                () = sleep_until(current) => return,
                _ = deadline.changed() => {}
            }
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
