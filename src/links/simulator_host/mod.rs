//! A simulator behind real sockets. One task owns the simulator and the clock; the connections of its doors give it inputs
//! and wait for what becomes of their lines.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::protocols::simulator::{Carrier, Door, Simulator, SimulatorInput};

use super::accepting::Room;
use super::http_server;
use super::simulator_task::{self, WAITING_INPUTS};
use certificates::OwnCertificates;
use front::HostFront;
use http_door::HttpFront;
use lines::Lines;
use standing_door::DoorSetup;
use tcp_line::TcpLine;
use websocket_line::WebSocketLine;

mod certificates;
mod front;
mod handles;
mod http_door;
mod knocking;
mod lines;
mod news;
mod sockets;
mod standing_door;
mod tcp_line;
mod websocket_line;

pub use news::HostNews;

/// How often clients of a guarded door are pinged.
const PING_EVERY: Duration = Duration::from_secs(15);

/// One client may have all of it: in a test everybody is one.
fn room_of(door: &Door) -> Room {
    Room { connections_per_peer: door.room, connections: door.room }
}

/// A simulated terminal that listens. Dropping it closes the sockets and every connection.
pub struct SimulatorHost {
    local: SocketAddr,
    doors: Vec<(Door, SocketAddr)>,
    inputs: mpsc::Sender<SimulatorInput>,
    lines: Arc<Lines>,
    plug: watch::Sender<u64>,
    tasks: JoinSet<()>,
    certificates: Option<OwnCertificates>,
}

impl SimulatorHost {
    /// Listens for the first door on `listen`, and for each further one a port above; port 0 takes free ones. A door for
    /// [`Carrier::TcpOrWebSocket`] is one for TCP. `till` is the base address of the till's listener,
    /// `http://127.0.0.1:11001`; without one, the till cannot be reached. `sink` hears of money before the till does, and
    /// must not block.
    ///
    /// # Errors
    /// The system's, when an address cannot be listened on or no certificate can be made.
    pub async fn start(
        listen: SocketAddr,
        doors: &[Door],
        till: Option<String>,
        simulator: Box<dyn Simulator>,
        sink: impl FnMut(HostNews) + Send + 'static,
    ) -> io::Result<SimulatorHost> {
        handles::make_room_for(doors.iter().map(|door| door.room).sum());
        let sockets = sockets::in_a_row(listen, doors.len()).await?;
        let local = sockets.first().map_or(Ok(listen), TcpListener::local_addr)?;
        let (inputs, waiting) = mpsc::channel(WAITING_INPUTS);
        let lines = Arc::<Lines>::default();
        let front = HostFront { lines: lines.clone(), inputs: inputs.downgrade(), till, posts: JoinSet::new(), sink };
        let certificates =
            doors.iter().any(|door| door.tls).then(|| OwnCertificates::made_for(local.ip())).transpose()?;
        let (plug, tasks) = (watch::Sender::new(0), JoinSet::new());
        let mut host = SimulatorHost { local, doors: Vec::new(), inputs, lines, plug, tasks, certificates };
        host.tasks.spawn(simulator_task::run(simulator, waiting, front));
        for (door, socket) in doors.iter().zip(sockets) {
            host.open(*door, socket)?;
        }
        Ok(host)
    }

    fn open(&mut self, mut door: Door, socket: TcpListener) -> io::Result<()> {
        if door.carries == Carrier::TcpOrWebSocket {
            door.carries = Carrier::Tcp;
        }
        self.doors.push((door, socket.local_addr()?));
        let (lines, inputs, plug) = (self.lines.clone(), self.inputs.clone(), self.plug.subscribe());
        let certificates = self.certificates.as_ref().filter(|_| door.tls);
        let tls = certificates.map(|certificates| certificates.acceptor.clone());
        match door.carries {
            Carrier::Http => {
                let http = Arc::new(HttpFront { lines, inputs });
                let bounds = http_door::bounds_of(&door);
                self.tasks.spawn(http_server::serve(socket, bounds, http, plug, tls));
            }
            Carrier::Tcp | Carrier::TcpOrWebSocket => {
                let setup = DoorSetup { door, lines, inputs, plug, tls: None, ping_every: None };
                self.tasks.spawn(standing_door::serve::<TcpLine>(socket, setup));
            }
            Carrier::WebSocket => {
                let ping_every = door.guarded.then_some(PING_EVERY);
                let setup = DoorSetup { door, lines, inputs, plug, tls, ping_every };
                self.tasks.spawn(standing_door::serve::<WebSocketLine>(socket, setup));
            }
        }
        Ok(())
    }

    /// The certificate (PEM) of the authority that vouches for the doors that speak TLS, where there are any. It is made
    /// anew by each host.
    pub fn certificate_authority(&self) -> Option<&str> {
        self.certificates.as_ref().map(|certificates| certificates.authority_pem.as_str())
    }

    /// Of the first door.
    pub fn local_address(&self) -> SocketAddr {
        self.local
    }

    /// Every door and where it is, in the order of the ports.
    pub fn local_addresses(&self) -> &[(Door, SocketAddr)] {
        &self.doors
    }

    /// Every connection breaks at once, and the simulator is told. The sockets listen on: the power comes back.
    pub fn power_cut(&self) {
        self.lines.clear();
        self.plug.send_modify(|pulled| *pulled += 1);
        if let Err(TrySendError::Full(power_cut)) = self.inputs.try_send(SimulatorInput::PowerCut) {
            let inputs = self.inputs.clone();
            tokio::spawn(async move { inputs.send(power_cut).await });
        }
    }

    /// Returns when the sockets and every connection are closed.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
