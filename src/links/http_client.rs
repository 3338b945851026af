//! One HTTP exchange per channel, each on a connection of its own.
//!
//! What matters here is the border between "surely not sent" and "perhaps". reqwest connects and sends in one call, so a
//! layer around its connector tells when the line stands, which is when `Opened` is told and the request goes to the
//! socket; everything that goes wrong after that is *perhaps*. Nothing is ever tried twice: no redirects, no retries, no
//! reused connections that may turn out to be dead.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::{Client, Method, Url, header};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tower_layer::Layer;
use tower_service::Service;

use crate::protocols::driver::{LinkEvent, Loss, LossCause};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};

use super::connecting::{KEEP_ALIVE, connect_cause};
use super::events::{ChannelEvents, no_answer_within, perhaps, surely_not};
use super::{content_type, locked};

/// What to ask and the bounds of asking.
pub(super) struct Exchange {
    /// Either a base without a path, then the request's path is put after it, or the whole address.
    pub(super) url: String,
    pub(super) request: HttpRequest,
    /// For the name and the connection together.
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
    let (stands, mut standing) = oneshot::channel();
    let (client, request) =
        prepare(&exchange, stands).map_err(|error| surely_not(LossCause::HostUnknown, words(&error)))?;
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

fn prepare(exchange: &Exchange, stands: oneshot::Sender<()>) -> Result<(Client, reqwest::Request), reqwest::Error> {
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(exchange.connect_within)
        .tcp_nodelay(true)
        .tcp_keepalive(KEEP_ALIVE)
        .tcp_keepalive_interval(KEEP_ALIVE)
        .connector_layer(Announce(Arc::new(Mutex::new(Some(stands)))))
        .build()?;
    let request = &exchange.request;
    let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::POST);
    let mut building = client.request(method, address(&exchange.url, &request.path)).body(request.body.clone());
    if !request.content_type.is_empty() {
        building = building.header(header::CONTENT_TYPE, request.content_type);
    }
    let request = building.build()?;
    Ok((client, request))
}

fn address(url: &str, path: &str) -> String {
    match Url::parse(url) {
        Ok(parsed) if parsed.path() == "/" && parsed.query().is_none() => {
            format!("{}/{}", url.trim_end_matches('/'), path.trim_start_matches('/'))
        }
        _ => url.to_owned(),
    }
}

async fn ask(client: Client, request: reqwest::Request, at_most: usize) -> Result<HttpResponse, Failure> {
    let mut response = client.execute(request).await?;
    let status = response.status().as_u16();
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
    Ok(HttpResponse { status, content_type, body })
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
            Failure::Http(error) if error.is_connect() => surely_not(refusal_cause(&error), words(&error)),
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
            Failure::Http(error) if is_not_http(&error) => perhaps(LossCause::Garbled, words(&error)),
            Failure::Http(error) => perhaps(LossCause::Broken, words(&error)),
        }
    }
}

fn refusal_cause(error: &reqwest::Error) -> LossCause {
    if error.is_dns() {
        return LossCause::HostUnknown;
    }
    if error.is_timeout() {
        return LossCause::TimedOut;
    }
    chain(error).find_map(|source| source.downcast_ref::<io::Error>()).map_or(LossCause::Unreachable, connect_cause)
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

/// Says once that the connector delivered a connection.
#[derive(Clone)]
struct Announce(Arc<Mutex<Option<oneshot::Sender<()>>>>);

impl<S> Layer<S> for Announce {
    type Service = Announcing<S>;

    fn layer(&self, connector: S) -> Announcing<S> {
        Announcing { connector, stands: self.clone() }
    }
}

#[derive(Clone)]
struct Announcing<S> {
    connector: S,
    stands: Announce,
}

impl<S, R> Service<R> for Announcing<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.connector.call(target);
        let stands = self.stands.0.clone();
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(stands) = locked(&stands).take() {
                let _ = stands.send(());
            }
            Ok(connection)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_put_after_a_base_and_a_whole_address_is_left_alone() {
        assert_eq!(address("http://10.0.0.1:11000", "/EPAS/3.1"), "http://10.0.0.1:11000/EPAS/3.1");
        assert_eq!(address("http://10.0.0.1:11000/", "/EPAS/3.1"), "http://10.0.0.1:11000/EPAS/3.1");
        assert_eq!(address("http://10.0.0.1:11000/EPAS/3.1", "/EPAS/3.1"), "http://10.0.0.1:11000/EPAS/3.1");
    }
}
