//! One line for whoever has no driver and asks a peer one thing.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::protocols::driver::{Endpoint, LinkAction, LinkEvent};
use crate::protocols::frame::{Channel, Frame};

use super::{Links, NetworkLinks, Pacing};

const LINE: Channel = Channel::new("search", 1);
/// More is not read before it was heard; a peer that talks on and on waits.
const EVENTS: usize = 4;

/// Whether anybody listens there. The connection ends at once, and nothing is said on it.
pub async fn knock(address: SocketAddr, within: Duration) -> bool {
    matches!(timeout(within, TcpStream::connect(address)).await, Ok(Ok(_)))
}

/// A line that is given up when it is dropped: nothing that waits to be sent leaves any more, and its socket is closed.
pub struct SingleLine {
    links: NetworkLinks,
    events: mpsc::Receiver<(Channel, LinkEvent)>,
}

impl SingleLine {
    /// Begins to connect. `pacing` is for endpoints that have a pace.
    pub fn open(endpoint: Endpoint, pacing: Pacing) -> SingleLine {
        let (sender, events) = mpsc::channel(EVENTS);
        let mut links = NetworkLinks::new(sender, None, pacing);
        links.act(LINE, LinkAction::Open(endpoint));
        SingleLine { links, events }
    }

    /// What happens next; `None` after the end.
    pub async fn event(&mut self) -> Option<LinkEvent> {
        self.events.recv().await.map(|(_, event)| event)
    }

    pub fn say(&mut self, frame: Frame) {
        self.links.act(LINE, LinkAction::Send(frame));
    }

    /// Takes leave of the peer in order.
    pub fn close(mut self) {
        self.links.act(LINE, LinkAction::Close);
    }
}

impl Drop for SingleLine {
    fn drop(&mut self) {
        self.links.act(LINE, LinkAction::Abandon);
    }
}
