//! A raw byte stream to a terminal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause};
use crate::protocols::frame::Frame;

use super::events::{ChannelEvents, loss, perhaps, surely_not};

/// Sends that may wait for a slow peer.
const WAITING_SENDS: usize = 64;
/// The largest piece handed up at once, in bytes.
const PIECE: usize = 16 * 1024;
/// A dead terminal is noticed although nobody speaks.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long the rest of what the peer said is read after it stopped listening.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The actor's end of the line's outgoing queue.
pub(super) struct Outgoing {
    queue: mpsc::Sender<Vec<u8>>,
    overflow: Arc<Notify>,
}

impl Outgoing {
    /// When the queue is full the line is lost: a frame left out in the middle would be worse.
    pub(super) fn hand_over(&self, bytes: Vec<u8>) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(bytes) {
            self.overflow.notify_one();
        }
    }
}

/// The queue of a new line, and the task that connects and carries it until it is lost.
pub(super) fn line(
    host: String,
    port: u16,
    connect_within: Duration,
    _framing: crate::protocols::framing::Framing,
    events: ChannelEvents,
) -> (Outgoing, impl Future<Output = ()> + Send + 'static) {
    let (queue, waiting) = mpsc::channel(WAITING_SENDS);
    let overflow = Arc::new(Notify::new());
    let outgoing = Outgoing { queue, overflow: overflow.clone() };
    let task = async move {
        let loss = match connect(&host, port, connect_within).await {
            Ok(stream) => carry(stream, waiting, &overflow, &events).await,
            Err(loss) => loss,
        };
        events.emit(LinkEvent::Lost(loss)).await;
    };
    (outgoing, task)
}

async fn connect(host: &str, port: u16, within: Duration) -> Result<TcpStream, Loss> {
    match timeout(within, connect_to_any(host, port)).await {
        Ok(result) => result,
        Err(_) => Err(surely_not(LossCause::TimedOut, format!("no connection within {within:?}"))),
    }
}

async fn connect_to_any(host: &str, port: u16) -> Result<TcpStream, Loss> {
    let addresses = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| surely_not(LossCause::HostUnknown, error.to_string()))?;
    let mut failure = surely_not(LossCause::HostUnknown, "the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                prepare(&stream);
                return Ok(stream);
            }
            Err(error) => failure = surely_not(connect_cause(&error), error.to_string()),
        }
    }
    Err(failure)
}

/// Both settings only make things quicker, so a system that refuses them does not cost the line.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let keep_alive = TcpKeepalive::new().with_time(KEEP_ALIVE).with_interval(KEEP_ALIVE);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keep_alive);
}

/// What an error says that came while no line stood.
pub(super) fn connect_cause(error: &io::Error) -> LossCause {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => LossCause::Refused,
        io::ErrorKind::TimedOut => LossCause::TimedOut,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => LossCause::Broken,
        _ => LossCause::Unreachable,
    }
}

async fn carry(
    mut stream: TcpStream,
    waiting: mpsc::Receiver<Vec<u8>>,
    overflow: &Notify,
    events: &ChannelEvents,
) -> Loss {
    events.emit(LinkEvent::Opened).await;
    let handed_over = AtomicBool::new(false);
    let (from_peer, to_peer) = stream.split();
    let mut reading = std::pin::pin!(read_all(from_peer, events));
    let (cause, detail) = tokio::select! {
        end = &mut reading => end,
        end = write_all(to_peer, waiting, &handed_over) => {
            // the peer may have answered before it closed
            let _ = timeout(LAST_WORDS, &mut reading).await;
            end
        }
        () = overflow.notified() => return perhaps(LossCause::Broken, "the peer does not take what is sent"),
    };
    let departure = if handed_over.load(Ordering::Relaxed) { Departure::Perhaps } else { Departure::SurelyNot };
    loss(departure, cause, detail)
}

async fn read_all(mut from_peer: impl AsyncRead + Unpin, events: &ChannelEvents) -> (LossCause, String) {
    let mut piece = vec![0; PIECE];
    loop {
        match from_peer.read(&mut piece).await {
            Ok(0) => return (LossCause::Broken, "the peer closed the line".to_owned()),
            Ok(length) => {
                let bytes = piece.get(..length).unwrap_or_default().to_vec();
                events.emit(LinkEvent::Received(Frame::Bytes(bytes))).await;
            }
            Err(error) => return (standing_cause(&error), error.to_string()),
        }
    }
}

async fn write_all(
    mut to_peer: impl AsyncWrite + Unpin,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    handed_over: &AtomicBool,
) -> (LossCause, String) {
    while let Some(bytes) = waiting.recv().await {
        // set before, not after: a write that fails may have sent a part
        handed_over.store(true, Ordering::Relaxed);
        if let Err(error) = to_peer.write_all(&bytes).await {
            return (standing_cause(&error), error.to_string());
        }
    }
    // the actor's end is gone, and with it soon this task
    std::future::pending().await
}

fn standing_cause(error: &io::Error) -> LossCause {
    if error.kind() == io::ErrorKind::TimedOut { LossCause::TimedOut } else { LossCause::Broken }
}
