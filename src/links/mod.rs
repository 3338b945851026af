//! The only code that opens sockets.
//!
//! A driver asks for channels with [`LinkAction`]s and hears of them with [`LinkEvent`]s; see `protocols/driver.rs` for
//! that contract. [`NetworkLinks`] carries the actions out with real sockets, [`MemoryLinks`] plays them against a
//! simulator inside the program. Both are made and used inside a tokio runtime, never block, and close everything they
//! opened when they are dropped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::protocols::driver::{LinkAction, LinkEvent};
use crate::protocols::frame::Channel;

mod accepting;
mod announcing;
mod clock;
mod connecting;
mod content_type;
mod events;
mod exchange;
mod http_address;
mod http_body;
mod http_client;
mod http_listener;
mod http_server;
mod mail;
mod memory;
mod network;
mod outgoing;
mod own_networks;
mod pacing;
mod peer_address;
mod peer_words;
mod printer_door;
pub mod printers;
pub mod probe;
mod pulse;
mod request_guard;
mod simulator_host;
mod simulator_task;
mod single_line;
mod tcp;
mod tls;
mod trust;
mod upgrade;
mod websocket;
mod wire;

pub use clock::SystemClock;
pub use exchange::exchange;
pub use http_listener::{InboundReplies, ListenError, ListenerBounds, Listeners, Seat};
pub use mail::{Mail, MailAttachment, MailFault, MailLine, MailServer, is_mail_address, send_mail};
pub use memory::MemoryLinks;
pub use network::NetworkLinks;
pub use own_networks::{OwnNetwork, own_networks};
pub use pacing::Pacing;
pub use printer_door::PrinterDoor;
pub use simulator_host::{HostNews, SimulatorHost};
pub use single_line::{SingleLine, knock};

/// Where links tell what happened. Bounded (the actor takes 256): a channel that cannot be heard waits, the listener
/// answers 503.
pub type LinkSender = tokio::sync::mpsc::Sender<(Channel, LinkEvent)>;

/// Carries out what a driver asks of its channels.
pub trait Links: Send {
    /// Never blocks and never fails; results come as events. After `Close` no further event of the channel is queued.
    fn act(&mut self, channel: Channel, action: LinkAction);
}

/// The name of channels on which requests arrive at the till.
const INBOUND: &str = "inbound";

/// A channel for one request to the till; its number is unique in the program.
fn next_inbound() -> Channel {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Channel::new(INBOUND, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A poisoned lock is taken all the same: what these locks guard is consistent after every statement.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
