//! A byte stream to a terminal, cut into messages.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause};
use crate::protocols::frame::Frame;
use crate::protocols::framing::Framing;

use super::connecting::{LAST_WORDS, connect_to_any, not_connected_within, standing_cause, until_hung_up};
use super::events::{ChannelEvents, loss, perhaps};
use super::outgoing::{HangUp, Outgoing};

/// What is read at once, in bytes.
const PIECE: usize = 16 * 1024;

/// How servers of other protocols begin, and what they are: who says so has not taken what was sent.
const STRANGERS: [(&[u8], &str); 3] =
    [(b"HTTP/", "a web server answers"), (b"\x15\x03", "TLS answers"), (b"SSH-", "SSH answers")];

/// The queue of a new line, what ends it, and the task that connects and carries it until it is lost or hung up.
pub(super) fn line(
    host: String,
    port: u16,
    connect_within: Duration,
    framing: Framing,
    events: ChannelEvents,
) -> (Outgoing<Vec<u8>>, HangUp, impl Future<Output = ()> + Send + 'static) {
    let (outgoing, waiting, overflow) = Outgoing::new();
    let (hang_up, hung_up) = oneshot::channel();
    let task = async move {
        let carrying = |stream| carry(stream, framing, waiting, &overflow, &events);
        if let Some(loss) = until_hung_up(hung_up, connect(&host, port, connect_within), carrying).await {
            events.emit(LinkEvent::Lost(loss)).await;
        }
    };
    (outgoing, hang_up, task)
}

async fn connect(host: &str, port: u16, within: Duration) -> Result<TcpStream, Loss> {
    timeout(within, connect_to_any(host, port)).await.unwrap_or_else(|_| Err(not_connected_within(within)))
}

async fn carry(
    mut stream: TcpStream,
    framing: Framing,
    waiting: mpsc::Receiver<Vec<u8>>,
    overflow: &Notify,
    events: &ChannelEvents,
) -> Loss {
    events.emit(LinkEvent::Opened).await;
    let handed_over = AtomicBool::new(false);
    let (from_peer, to_peer) = stream.split();
    let mut reading = pin!(read_all(from_peer, framing, events));
    let (cause, detail) = tokio::select! {
        end = &mut reading => end,
        end = write_all(to_peer, framing, waiting, &handed_over) => {
            // the peer may have answered before it closed
            let _ = timeout(LAST_WORDS, &mut reading).await;
            end
        }
        () = overflow.notified() => return perhaps(LossCause::Broken, "the peer does not take what is sent"),
    };
    let departure = if handed_over.load(Ordering::Relaxed) { Departure::Perhaps } else { Departure::SurelyNot };
    loss(departure, cause, detail)
}

async fn read_all(
    mut from_peer: impl AsyncRead + Unpin,
    framing: Framing,
    events: &ChannelEvents,
) -> (LossCause, String) {
    let mut cutter = framing.cutter();
    let mut piece = vec![0; PIECE];
    let mut beginning = Vec::new();
    loop {
        let read = match from_peer.read(&mut piece).await {
            Ok(0) => return (LossCause::Broken, "the peer closed the line".to_owned()),
            Ok(length) => piece.get(..length).unwrap_or_default(),
            Err(error) => return (standing_cause(&error), error.to_string()),
        };
        if let Some(stranger) = stranger(&mut beginning, read) {
            return (LossCause::Stranger, stranger.to_owned());
        }
        let messages = match cutter.push(read) {
            Ok(messages) => messages,
            Err(error) => return (LossCause::Garbled, error.to_string()),
        };
        for message in messages {
            events.emit(LinkEvent::Received(Frame::Bytes(message))).await;
        }
    }
}

async fn write_all(
    mut to_peer: impl AsyncWrite + Unpin,
    framing: Framing,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    handed_over: &AtomicBool,
) -> (LossCause, String) {
    while let Some(message) = waiting.recv().await {
        let bytes = match framing.framed(message) {
            Ok(bytes) => bytes,
            Err(error) => return (LossCause::Broken, format!("what was to be sent cannot be: {error}")),
        };
        // set before, not after: a write that fails may have sent a part
        handed_over.store(true, Ordering::Relaxed);
        if let Err(error) = to_peer.write_all(&bytes).await {
            return (standing_cause(&error), error.to_string());
        }
    }
    let _ = to_peer.shutdown().await;
    (LossCause::Broken, "hung up".to_owned())
}

/// Who answers in place of a terminal, by the first bytes of the stream.
fn stranger(beginning: &mut Vec<u8>, read: &[u8]) -> Option<&'static str> {
    const ENOUGH: usize = 5;
    if beginning.len() >= ENOUGH {
        return None;
    }
    beginning.extend(read.iter().take(ENOUGH - beginning.len()));
    STRANGERS.iter().find(|(bytes, _)| beginning.starts_with(bytes)).map(|(_, words)| *words)
}
