//! Taking connections, and never more than there are places for.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::locked;

/// A pause after the system could not accept a connection, for example for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How many connections may stand at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) connections_per_peer: usize,
    pub(super) connections: usize,
}

/// Runs `connection` for each that has a place, until this is dropped, which closes the socket and every connection.
pub(super) async fn accept_all<F>(socket: TcpListener, room: Room, mut connection: impl FnMut(TcpStream, Place) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let places = Places { taken: Arc::default(), room };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                // without a place the connection is dropped here, which closes it
                Ok((stream, peer)) => if let Some(place) = places.take(canonical(peer)) {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(connection(stream, place));
                },
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// IPv4 peers of a dual-stack socket as what they are.
fn canonical(peer: SocketAddr) -> IpAddr {
    peer.ip().to_canonical()
}

/// Counts the connections that stand.
struct Places {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    room: Room,
}

impl Places {
    fn take(&self, peer: IpAddr) -> Option<Place> {
        let mut taken = locked(&self.taken);
        let in_all: usize = taken.values().sum();
        let of_peer = taken.get(&peer).copied().unwrap_or_default();
        if in_all >= self.room.connections || of_peer >= self.room.connections_per_peer {
            return None;
        }
        taken.insert(peer, of_peer + 1);
        Some(Place { taken: self.taken.clone(), peer })
    }
}

/// Given back when dropped.
pub(super) struct Place {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    pub(super) peer: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = locked(&self.taken);
        match taken.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&self.peer)),
        }
    }
}
