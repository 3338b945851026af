//! One HTTP exchange per channel, each on a connection of its own.
//!
//! What matters here is the border between "surely not sent" and "perhaps". reqwest connects and sends in one call, so a
//! layer around its connector (`announcing.rs`) tells when the line stands, which is when `Opened` is told and the request goes
//! to the socket; everything that goes wrong after that is *perhaps*. Nothing is ever tried twice: no redirects, no retries, no
//! reused connections that may turn out to be dead.

use std::error::Error;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Client, Method, Url, header};
use rustls::ClientConfig;
use rustls::pki_types::InvalidDnsNameError;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::protocols::driver::{LinkEvent, Loss, LossCause, Tls};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};

use super::announcing::Announce;
use super::connecting::{KEEP_ALIVE, connect_cause, not_connected_within};
use super::events::{ChannelEvents, no_answer_within, perhaps, surely_not};
use super::http_address::address;
use super::{content_type, tls, trust};

/// What to ask and the bounds of asking.
pub(super) struct Exchange {
    /// See [`address`].
    pub(super) url: String,
    pub(super) request: HttpRequest,
    pub(super) tls: Tls,
    /// For the name, the connection and the handshake of TLS together.
    pub(super) connect_within: Duration,
    /// For the whole answer, from the moment the line stands.
    pub(super) answer_within: Duration,
    /// The largest body of an answer, in bytes.
    pub(super) at_most: usize,
}

/// Carries out the exchange and tells the channel's story: `Opened`, when the line stood, and exactly one end.
pub(super) async fn run(exchange: Exchange, events: ChannelEvents) {
    let end = match perform(exchange, events.emit(LinkEvent::Opened)).await {
        Ok(response) => LinkEvent::Received(Frame::Response(response)),
        Err(loss) => LinkEvent::Lost(loss),
    };
    events.emit(end).await;
}

/// The exchange itself. `opened` is awaited beside it once the line stands, before this returns.
pub(super) async fn perform(exchange: Exchange, opened: impl Future<Output = ()>) -> Result<HttpResponse, Loss> {
    let begun = Instant::now();
    let url = address(&exchange.url, &exchange.tls, &exchange.request)?;
    let config = timeout(exchange.connect_within, trusting(&exchange.tls)).await;
    let config = config.map_err(|_| not_connected_within(exchange.connect_within))??;
    let connect_within = exchange.connect_within.saturating_sub(begun.elapsed());
    let (stands, mut standing) = oneshot::channel();
    let prepared = client(config, connect_within, Announce::to(stands))
        .and_then(|client| Ok((request(&client, url, &exchange.request)?, client)));
    let (request, client) =
        prepared.map_err(|error| surely_not(LossCause::HostUnknown, words(&error.without_url())))?;
    let mut asking = Box::pin(ask(client, request, exchange.at_most));
    let early = tokio::select! {
        biased;
        end = &mut asking => Some(end),
        Ok(()) = &mut standing => None,
    };
    match early {
        // as nothing had time to happen, the line stood only if the layer managed to say so meanwhile
        Some(Err(failure)) if standing.try_recv().is_err() => Err(failure.before_the_line_stood()),
        Some(end) => {
            opened.await;
            end.map_err(Failure::on_the_line)
        }
        None => {
            let (end, ()) = tokio::join!(timeout(exchange.answer_within, asking), opened);
            end.map_err(|_| no_answer_within(exchange.answer_within))?.map_err(Failure::on_the_line)
        }
    }
}

async fn trusting(tls: &Tls) -> Result<ClientConfig, Loss> {
    match tls {
        Tls::No => trust::nobody(),
        Tls::Yes { ca_file } => tls::trusting(ca_file.as_deref()).await,
    }
}

fn client(config: ClientConfig, connect_within: Duration, announce: Announce) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(connect_within)
        .tcp_nodelay(true)
        .tcp_keepalive(KEEP_ALIVE)
        .tcp_keepalive_interval(KEEP_ALIVE)
        .connector_layer(announce)
        .build()
}

fn request(client: &Client, url: Url, asked: &HttpRequest) -> Result<reqwest::Request, reqwest::Error> {
    let method = Method::from_bytes(asked.method.as_bytes()).unwrap_or(Method::POST);
    let bare = method == Method::GET && asked.body.is_empty();
    let mut building = client.request(method, url);
    if !bare {
        building = building.body(asked.body.clone());
    }
    if !asked.content_type.is_empty() {
        building = building.header(header::CONTENT_TYPE, asked.content_type);
    }
    building.build()
}

async fn ask(client: Client, request: reqwest::Request, at_most: usize) -> Result<HttpResponse, Failure> {
    let mut response = client.execute(request).await?;
    let status = response.status().as_u16();
    let date = response.headers().get(header::DATE).and_then(|value| date_in(value.to_str().ok()?));
    let content_type =
        content_type::known(response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()));
    if response.content_length().is_some_and(|length| length > at_most as u64) {
        return Err(Failure::TooLarge(at_most));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > at_most {
            return Err(Failure::TooLarge(at_most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(HttpResponse { date, ..HttpResponse::new(status, content_type, body) })
}

/// As servers write it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date_in(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

enum Failure {
    TooLarge(usize),
    Http(reqwest::Error),
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        Failure::Http(error.without_url())
    }
}

impl Failure {
    /// The connector never delivered a connection. Still only its own errors count as *surely not*.
    fn before_the_line_stood(self) -> Loss {
        match self {
            Failure::Http(error) if error.is_connect() => {
                let (cause, detail) = refusal(&error);
                surely_not(cause, detail)
            }
            Failure::Http(error) if error.is_builder() => surely_not(LossCause::HostUnknown, words(&error)),
            other => other.on_the_line(),
        }
    }

    fn on_the_line(self) -> Loss {
        match self {
            Failure::TooLarge(at_most) => {
                perhaps(LossCause::Garbled, format!("the answer is larger than {at_most} bytes"))
            }
            Failure::Http(error) if error.is_timeout() => perhaps(LossCause::TimedOut, words(&error)),
            Failure::Http(error) if is_not_http(&error) => {
                perhaps(LossCause::Garbled, format!("the peer does not speak HTTP: {}", words(&error)))
            }
            Failure::Http(error) => perhaps(LossCause::Broken, words(&error)),
        }
    }
}

fn refusal(error: &reqwest::Error) -> (LossCause, String) {
    // TLS looks at the name before anybody resolves it
    if error.is_dns() || chain(error).any(is_no_name) {
        return (LossCause::HostUnknown, words(error));
    }
    if error.is_timeout() {
        return (LossCause::TimedOut, words(error));
    }
    match chain(error).find_map(|source| source.downcast_ref::<io::Error>()).map(innermost) {
        Some(system) if tls::is_fault(system) => tls::fault(system),
        Some(system) => (connect_cause(system), system.to_string()),
        None => (LossCause::Unreachable, words(error)),
    }
}

fn is_no_name(error: &(dyn Error + 'static)) -> bool {
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<InvalidDnsNameError>() || inside.is_some_and(|inside| inside.is::<InvalidDnsNameError>())
}

/// Errors of TLS come wrapped once more, in a way that the chain of sources does not show.
fn innermost(error: &io::Error) -> &io::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => innermost(inner),
        None => error,
    }
}

fn is_not_http(error: &reqwest::Error) -> bool {
    chain(error).any(|source| source.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The system's own words, at the end of the chain; what the client library says around them helps nobody at a till.
fn words(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
