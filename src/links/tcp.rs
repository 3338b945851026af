//! A byte stream to a terminal, cut into messages.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{sleep_until, timeout};

use crate::domain::Instant;
use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause};
use crate::protocols::frame::Frame;
use crate::protocols::framing::{Cutter, Framing, FramingError};

use super::connecting::{CLOSED, LAST_WORDS, connect_to_any, not_connected_within, standing_cause, until_hung_up};
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
    let mut incoming = Incoming { cutter: framing.cutter(), since: tokio::time::Instant::now(), events };
    let mut piece = vec![0; PIECE];
    let mut beginning = Vec::new();
    loop {
        let read = tokio::select! {
            biased;
            read = from_peer.read(&mut piece) => read,
            () = incoming.silence() => {
                incoming.fall_silent().await;
                continue;
            }
        };
        let read = match read {
            Ok(0) => break incoming.end((LossCause::Broken, CLOSED.to_owned())).await,
            Ok(length) => piece.get(..length).unwrap_or_default(),
            Err(error) => break incoming.end((standing_cause(&error), error.to_string())).await,
        };
        if let Some(stranger) = stranger(&mut beginning, read) {
            return (LossCause::Stranger, stranger.to_owned());
        }
        if let Err(error) = incoming.hear(read).await {
            return (LossCause::Garbled, error.to_string());
        }
    }
}

/// What the peer says, as messages. Time is that of the runtime.
struct Incoming<'a> {
    cutter: Cutter,
    since: tokio::time::Instant,
    events: &'a ChannelEvents,
}

impl Incoming<'_> {
    fn now(&self) -> Instant {
        Instant::from_origin(self.since.elapsed())
    }

    async fn hear(&mut self, bytes: &[u8]) -> Result<(), FramingError> {
        for message in self.cutter.push(self.now(), bytes)? {
            self.tell(message).await;
        }
        Ok(())
    }

    /// Returns when nothing more has come for long enough to mean something.
    async fn silence(&self) {
        match self.cutter.deadline() {
            Some(at) => sleep_until(self.since + at.since_origin()).await,
            None => std::future::pending().await,
        }
    }

    async fn fall_silent(&mut self) {
        if let Some(message) = self.cutter.tick(self.now()) {
            self.tell(message).await;
        }
    }

    /// Tells what the end completed, and hands the end back.
    async fn end(&mut self, end: (LossCause, String)) -> (LossCause, String) {
        if let Some(message) = self.cutter.close() {
            self.tell(message).await;
        }
        end
    }

    async fn tell(&self, message: Vec<u8>) {
        self.events.emit(LinkEvent::Received(Frame::Bytes(message))).await;
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
    (LossCause::Broken, String::new())
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::io::{DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::protocols::frame::Channel;

    const FRAMING: Framing = Framing::EndMark { at_most: 1024, keywords: &["OK-REGISTRATION"] };

    type Heard = mpsc::Receiver<(Channel, LinkEvent)>;

    fn reading() -> (DuplexStream, Heard) {
        let (peer, ours) = duplex(1024);
        let (sender, heard) = mpsc::channel(16);
        let events = ChannelEvents::new(Channel::new("standing", 1), sender);
        tokio::spawn(async move {
            let (cause, detail) = read_all(ours, FRAMING, &events).await;
            events.emit(LinkEvent::Lost(perhaps(cause, detail))).await;
        });
        (peer, heard)
    }

    async fn message(heard: &mut Heard) -> String {
        match heard.recv().await.unwrap().1 {
            LinkEvent::Received(Frame::Bytes(message)) => String::from_utf8(message).unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_without_its_mark_is_told_after_a_silence() {
        let (mut peer, mut heard) = reading();
        peer.write_all(b"OK-REGISTRATION").await.unwrap();
        let begun = tokio::time::Instant::now();
        assert_eq!(message(&mut heard).await, "OK-REGISTRATION");
        assert!(begun.elapsed() >= Duration::from_millis(200) && begun.elapsed() < Duration::from_millis(210));
        peer.write_all(b"{\"a\":1}\x04\x04").await.unwrap();
        assert_eq!(message(&mut heard).await, "{\"a\":1}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_mark_that_comes_a_little_later_belongs_to_the_message_before_it() {
        let (mut peer, mut heard) = reading();
        for piece in [&b"{\"a\":1}"[..], b"\x04", b"\x04"] {
            peer.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(150)).await;
        }
        assert_eq!(message(&mut heard).await, "{\"a\":1}");
        peer.write_all(b"{\"b\":2}\x04\x04").await.unwrap();
        assert_eq!(message(&mut heard).await, "{\"b\":2}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_alone_when_the_peer_closes_is_told_before_the_loss() {
        let (mut peer, mut heard) = reading();
        peer.write_all(b"OK-REGISTRATION").await.unwrap();
        drop(peer);
        assert_eq!(message(&mut heard).await, "OK-REGISTRATION");
        assert!(matches!(heard.recv().await, Some((_, LinkEvent::Lost(loss))) if loss.cause == LossCause::Broken));
    }
}
