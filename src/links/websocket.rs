//! A WebSocket to a terminal or a cloud.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tracing::info;

use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause, Target, Tls};
use crate::protocols::frame::Frame;

use super::connecting::{CLOSED, LAST_WORDS, connect_to_any, not_connected_within, until_hung_up};
use super::events::{ChannelEvents, loss, perhaps};
use super::outgoing::{HangUp, Outgoing};
use super::peer_words::Unspoken;
use super::pulse::Pulse;
use super::tls;
use super::upgrade::Knock;
use super::wire::Wire;

/// What is read at once, in bytes.
const PIECE: usize = 16 * 1024;
/// The largest message sent, with the answers to pings that a peer lets pile up, in bytes.
const LARGEST_SENT: usize = 4 * 1024 * 1024;
/// A frame of control is at most this long, whatever the bound of messages, in bytes.
const LARGEST_CONTROL: usize = 125;
/// The part of the time for connecting in which a peer may say why it refuses.
const REASONS: u32 = 4;

/// Where the line leads, and its bounds.
pub(super) struct Destination {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) target: Target,
    pub(super) tls: Tls,
    /// For the name, the connection and every handshake together.
    pub(super) connect_within: Duration,
    /// The size of the largest message received, in bytes.
    pub(super) at_most: usize,
    pub(super) ping_every: Option<Duration>,
}

/// The queue of a new line, what ends it, and the task that connects and carries it until it is lost or hung up.
pub(super) fn line(
    destination: Destination,
    events: ChannelEvents,
) -> (Outgoing<Vec<u8>>, HangUp, impl Future<Output = ()> + Send + 'static) {
    let (outgoing, waiting, overflow) = Outgoing::new();
    let (hang_up, hung_up) = oneshot::channel();
    let task = async move {
        let carrying = |socket| carry(socket, &destination, waiting, &overflow, &events);
        if let Some(mut loss) = until_hung_up(hung_up, connect(&destination), carrying).await {
            loss.detail = Unspoken::of(&destination.target).tell(&loss.detail);
            events.emit(LinkEvent::Lost(loss)).await;
        }
    };
    (outgoing, hang_up, task)
}

async fn connect(destination: &Destination) -> Result<WebSocketStream<Box<dyn Wire>>, Loss> {
    let within = destination.connect_within;
    timeout(within, reach(destination)).await.unwrap_or_else(|_| Err(not_connected_within(within)))
}

async fn reach(destination: &Destination) -> Result<WebSocketStream<Box<dyn Wire>>, Loss> {
    let Destination { host, port, target, tls, connect_within, at_most, .. } = destination;
    let knock = Knock::new(host, *port, target, tls)?;
    let wire: Box<dyn Wire> = match tls {
        Tls::No => Box::new(connect_to_any(host, *port).await?),
        Tls::Yes { ca_file } => Box::new(tls::connect(host, *port, ca_file.as_deref()).await?),
    };
    let (wire, heard) = knock.at(wire, *connect_within / REASONS).await?;
    Ok(WebSocketStream::from_partially_read(wire, heard, Role::Client, Some(bounds(*at_most))).await)
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

async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    socket: WebSocketStream<S>,
    destination: &Destination,
    waiting: mpsc::Receiver<Vec<u8>>,
    overflow: &Notify,
    events: &ChannelEvents,
) -> Loss {
    events.emit(LinkEvent::Opened).await;
    let handed_over = AtomicBool::new(false);
    let pulse = Pulse::default();
    let at_most = destination.at_most;
    let (to_peer, from_peer) = socket.split();
    let mut reading = pin!(read_all(from_peer, destination, &pulse, events));
    let (cause, detail) = tokio::select! {
        end = &mut reading => end,
        // the peer may have answered before it closed, and said why it did
        end = write_all(to_peer, at_most, &pulse, waiting, &handed_over) => {
            timeout(LAST_WORDS, &mut reading).await.unwrap_or(end)
        }
        () = pulse.stops(destination.ping_every) => (LossCause::TimedOut, "the peer does not answer pings".to_owned()),
        () = overflow.notified() => return perhaps(LossCause::Broken, "the peer does not take what is sent"),
    };
    let departure = if handed_over.load(Ordering::Relaxed) { Departure::Perhaps } else { Departure::SurelyNot };
    loss(departure, cause, detail)
}

async fn read_all(
    mut from_peer: impl Stream<Item = Result<Message, Error>> + Unpin,
    destination: &Destination,
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
                return (LossCause::Broken, words_of(farewell.as_ref(), &destination.target));
            }
            // an answer to a ping leaves while we read on
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            Err(error) => return fault(&error, destination.at_most),
        }
    }
    (LossCause::Broken, CLOSED.to_owned())
}

fn words_of(farewell: Option<&CloseFrame>, target: &Target) -> String {
    let words = match farewell {
        Some(CloseFrame { code, reason }) => format!("closed by the peer: {} {reason}", u16::from(*code)),
        None => "closed by the peer without a code".to_owned(),
    };
    let words = Unspoken::of(target).tell(words.trim_end());
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
    (LossCause::Broken, String::new())
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
        Error::Io(error) => tls::fault(error),
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

    use super::*;
    use crate::protocols::frame::Channel;

    const SHORT: Duration = Duration::from_millis(5);

    fn pinging() -> Destination {
        Destination {
            host: "peer".to_owned(),
            port: 1,
            target: Target::path("/"),
            tls: Tls::No,
            connect_within: SHORT,
            at_most: 100,
            ping_every: Some(SHORT),
        }
    }

    /// A line in memory that pings without pause, and the peer's end of it.
    async fn pinging_line() -> (WebSocketStream<DuplexStream>, Receiver<(Channel, LinkEvent)>, Outgoing<Vec<u8>>) {
        let (ours, theirs) = tokio::io::duplex(1024);
        let (sender, events) = mpsc::channel(16);
        let events_of_line = ChannelEvents::new(Channel::new("payment", 1), sender);
        let (outgoing, waiting, overflow) = Outgoing::new();
        let socket = WebSocketStream::from_raw_socket(ours, Role::Client, Some(bounds(100))).await;
        tokio::spawn(async move {
            let loss = carry(socket, &pinging(), waiting, &overflow, &events_of_line).await;
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
