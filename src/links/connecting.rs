//! How every line begins, and what the system's errors say about it.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::protocols::driver::{Loss, LossCause};

use super::events::surely_not;

/// A dead terminal is noticed although nobody speaks.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long the rest of what the peer said is read after it stopped listening, and how long an orderly end may take.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(1);
/// What is said of a peer that ended the line without a word.
pub(super) const CLOSED: &str = "the peer closed the line";

/// Tries the addresses of the name one after the other. The caller bounds the time.
pub(super) async fn connect_to_any(host: &str, port: u16) -> Result<TcpStream, Loss> {
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

/// Connects a line and carries it until it is lost; `None` when it was hung up.
pub(super) async fn until_hung_up<S, C: Future<Output = Loss>>(
    mut hung_up: oneshot::Receiver<Infallible>,
    connecting: impl Future<Output = Result<S, Loss>>,
    carry: impl FnOnce(S) -> C,
) -> Option<Loss> {
    let connected = tokio::select! {
        // first, so that nothing is sent on a line that was not wanted any more when it came to stand
        biased;
        _ = &mut hung_up => return None,
        connected = connecting => connected,
    };
    let mut carrying = match connected {
        Ok(line) => pin!(carry(line)),
        Err(loss) => return Some(loss),
    };
    tokio::select! {
        loss = &mut carrying => Some(loss),
        // the queue has ended, so that the line takes its leave by itself
        _ = &mut hung_up => {
            let _ = timeout(LAST_WORDS, carrying).await;
            None
        }
    }
}

pub(super) fn not_connected_within(bound: Duration) -> Loss {
    surely_not(LossCause::TimedOut, format!("no connection within {bound:?}"))
}

/// A line that is dropped without taking leave is reset, and what the system still holds of it is thrown away: a request
/// that was given up, or whose program died, must not arrive a minute later. The other settings only make things quicker, so
/// a system that refuses them does not cost the line.
fn prepare(stream: &TcpStream) {
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
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

/// What an error says that came on a line that stood.
pub(super) fn standing_cause(error: &io::Error) -> LossCause {
    if error.kind() == io::ErrorKind::TimedOut { LossCause::TimedOut } else { LossCause::Broken }
}
