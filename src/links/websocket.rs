//! A WebSocket to a terminal, without TLS.

use std::net::Ipv6Addr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tracing::info;

use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause};
use crate::protocols::frame::Frame;

use super::connecting::{LAST_WORDS, connect_to_any, not_connected_within, standing_cause, until_hung_up};
use super::events::{ChannelEvents, loss, perhaps, surely_not};
use super::outgoing::{HangUp, Outgoing};
use super::pulse::Pulse;

/// What is read at once, in bytes.
const PIECE: usize = 16 * 1024;
/// The largest message sent, with the answers to pings that a peer lets pile up, in bytes.
const LARGEST_SENT: usize = 4 * 1024 * 1024;
/// A frame of control is at most this long, whatever the bound of messages, in bytes.
const LARGEST_CONTROL: usize = 125;

const CLOSED: &str = "the peer closed the line";

/// Where the line leads, and its bounds.
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    /// For the name, the connection and the handshake together.
    pub(super) connect_within: Duration,
    /// The size of the largest message received, in bytes.
    pub(super) at_most: usize,
    pub(super) ping_every: Option<Duration>,
}

/// The queue of a new line, what ends it, and the task that connects and carries it until it is lost or hung up.
pub(super) fn line(
    target: Target,
    events: ChannelEvents,
) -> (Outgoing<Vec<u8>>, HangUp, impl Future<Output = ()> + Send + 'static) {
    let (outgoing, waiting, overflow) = Outgoing::new();
    let (hang_up, hung_up) = oneshot::channel();
    let task = async move {
        let carrying = |socket| carry(socket, target.at_most, target.ping_every, waiting, &overflow, &events);
        if let Some(loss) = until_hung_up(hung_up, connect(&target), carrying).await {
            events.emit(LinkEvent::Lost(loss)).await;
        }
    };
    (outgoing, hang_up, task)
}

async fn connect(target: &Target) -> Result<WebSocketStream<TcpStream>, Loss> {
    let within = target.connect_within;
    timeout(within, shake_hands(target)).await.unwrap_or_else(|_| Err(not_connected_within(within)))
}

async fn shake_hands(target: &Target) -> Result<WebSocketStream<TcpStream>, Loss> {
    let request = url(&target.host, target.port)
        .into_client_request()
        .map_err(|error| surely_not(LossCause::HostUnknown, error.to_string()))?;
    let stream = connect_to_any(&target.host, target.port).await?;
    let shaken = client_async_with_config(request, stream, Some(bounds(target.at_most))).await;
    shaken.map(|(socket, _)| socket).map_err(|error| {
        let (cause, detail) = no_handshake(&error, target.at_most);
        surely_not(cause, detail)
    })
}

fn url(host: &str, port: u16) -> String {
    // the scope of an address is this machine's and means nothing to the peer
    let address = host.split('%').next().unwrap_or(host);
    match address.parse::<Ipv6Addr>() {
        Ok(address) => format!("ws://[{address}]:{port}/"),
        Err(_) => format!("ws://{host}:{port}/"),
    }
}

/// What a WebSocket of ours, on either side, takes from its peer.
pub(super) fn bounds(at_most: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(PIECE)
        .write_buffer_size(0)
        .max_write_buffer_size(LARGEST_SENT)
        .max_message_size(Some(at_most))
        .max_frame_size(Some(at_most.max(LARGEST_CONTROL)))
}

fn no_handshake(error: &Error, at_most: usize) -> (LossCause, String) {
    match error {
        Error::Http(response) => (LossCause::Garbled, format!("no WebSocket: HTTP {}", response.status())),
        Error::Protocol(ProtocolError::HandshakeIncomplete) => (LossCause::Broken, CLOSED.to_owned()),
        other => fault(other, at_most),
    }
}

async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    socket: WebSocketStream<S>,
    at_most: usize,
    ping_every: Option<Duration>,
    waiting: mpsc::Receiver<Vec<u8>>,
    overflow: &Notify,
    events: &ChannelEvents,
) -> Loss {
    events.emit(LinkEvent::Opened).await;
    let handed_over = AtomicBool::new(false);
    let pulse = Pulse::default();
    let (to_peer, from_peer) = socket.split();
    let mut reading = pin!(read_all(from_peer, at_most, &pulse, events));
    let (cause, detail) = tokio::select! {
        end = &mut reading => end,
        // the peer may have answered before it closed, and said why it did
        end = write_all(to_peer, at_most, &pulse, waiting, &handed_over) => {
            timeout(LAST_WORDS, &mut reading).await.unwrap_or(end)
        }
        () = stops(&pulse, ping_every) => (LossCause::TimedOut, "the peer does not answer pings".to_owned()),
        () = overflow.notified() => return perhaps(LossCause::Broken, "the peer does not take what is sent"),
    };
    let departure = if handed_over.load(Ordering::Relaxed) { Departure::Perhaps } else { Departure::SurelyNot };
    loss(departure, cause, detail)
}

/// Comes back when the peer is lost for want of a pulse; never where none is asked for.
async fn stops(pulse: &Pulse, ping_every: Option<Duration>) {
    match ping_every {
        Some(every) => pulse.stops(every).await,
        None => std::future::pending().await,
    }
}

async fn read_all(
    mut from_peer: impl Stream<Item = Result<Message, Error>> + Unpin,
    at_most: usize,
    pulse: &Pulse,
    events: &ChannelEvents,
) -> (LossCause, String) {
    while let Some(message) = from_peer.next().await {
        pulse.felt();
        match message {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                events.emit(LinkEvent::Received(Frame::Bytes(message.into_data().into()))).await;
            }
            Ok(Message::Close(farewell)) => {
                // our answer to it leaves while we read on
                let _ = timeout(LAST_WORDS, from_peer.next()).await;
                return (LossCause::Broken, words_of(farewell.as_ref()));
            }
            // an answer to a ping leaves while we read on
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            Err(error) => return fault(&error, at_most),
        }
    }
    (LossCause::Broken, CLOSED.to_owned())
}

fn words_of(farewell: Option<&CloseFrame>) -> String {
    let words = match farewell {
        Some(CloseFrame { code, reason }) => format!("closed by the peer: {} {reason}", u16::from(*code)),
        None => "closed by the peer without a code".to_owned(),
    };
    let words = words.trim_end().to_owned();
    info!("WebSocket {words}");
    words
}

async fn write_all(
    mut to_peer: impl Sink<Message, Error = Error> + Unpin,
    at_most: usize,
    pulse: &Pulse,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    handed_over: &AtomicBool,
) -> (LossCause, String) {
    loop {
        let message = tokio::select! {
            bytes = waiting.recv() => match bytes {
                Some(bytes) => {
                    // set before, not after: a write that fails may have sent a part
                    handed_over.store(true, Ordering::Relaxed);
                    as_message(bytes)
                }
                None => break,
            },
            () = pulse.wants_ping() => Message::Ping(Bytes::new()),
        };
        if let Err(error) = to_peer.send(message).await {
            return fault(&error, at_most);
        }
    }
    let _ = to_peer.send(farewell()).await;
    (LossCause::Broken, "hung up".to_owned())
}

/// Text, as everybody sends it who speaks JSON; what is no text goes as it is.
pub(super) fn as_message(bytes: Vec<u8>) -> Message {
    match String::from_utf8(bytes) {
        Ok(text) => Message::text(text),
        Err(error) => Message::binary(error.into_bytes()),
    }
}

pub(super) fn farewell() -> Message {
    Message::Close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }))
}

/// What an error says that came on a line that stood.
fn fault(error: &Error, at_most: usize) -> (LossCause, String) {
    match error {
        Error::Io(error) => (standing_cause(error), error.to_string()),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            (LossCause::Garbled, format!("a message is larger than {at_most} bytes"))
        }
        Error::WriteBufferFull(_) => (LossCause::Broken, format!("more than {LARGEST_SENT} bytes were to be sent")),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing) => {
            (LossCause::Broken, CLOSED.to_owned())
        }
        other => (LossCause::Garbled, other.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::io::DuplexStream;
    use tokio::sync::mpsc::Receiver;
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;
    use crate::protocols::frame::Channel;

    const SHORT: Duration = Duration::from_millis(5);

    #[test]
    fn addresses_with_colons_stand_in_brackets() {
        assert_eq!(url("10.0.0.7", 5000), "ws://10.0.0.7:5000/");
        assert_eq!(url("front.shop.example", 80), "ws://front.shop.example:80/");
        assert_eq!(url("fd00::7", 5000), "ws://[fd00::7]:5000/");
        assert_eq!(url("fe80::7%eth0", 5000), "ws://[fe80::7]:5000/");
    }

    /// A line in memory that pings without pause, and the peer's end of it.
    async fn pinging_line() -> (WebSocketStream<DuplexStream>, Receiver<(Channel, LinkEvent)>, Outgoing<Vec<u8>>) {
        let (ours, theirs) = tokio::io::duplex(1024);
        let (sender, events) = mpsc::channel(16);
        let events_of_line = ChannelEvents::new(Channel::new("payment", 1), sender);
        let (outgoing, waiting, overflow) = Outgoing::new();
        let socket = WebSocketStream::from_raw_socket(ours, Role::Client, Some(bounds(100))).await;
        tokio::spawn(async move {
            let loss = carry(socket, 100, Some(SHORT), waiting, &overflow, &events_of_line).await;
            events_of_line.emit(LinkEvent::Lost(loss)).await;
        });
        (WebSocketStream::from_raw_socket(theirs, Role::Server, None).await, events, outgoing)
    }

    #[tokio::test]
    async fn a_peer_that_does_not_answer_pings_is_lost() {
        let (mut peer, mut events, _outgoing) = pinging_line().await;
        assert_eq!(events.recv().await.unwrap().1, LinkEvent::Opened);
        // nothing is read, so nothing is answered
        let (_, LinkEvent::Lost(loss)) = events.recv().await.unwrap() else { panic!() };
        assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::TimedOut));
        let mut pings = 0;
        while let Some(Ok(message)) = peer.next().await {
            assert!(message.is_ping());
            pings += 1;
        }
        assert!((1..=2).contains(&pings), "{pings}");
    }
}
