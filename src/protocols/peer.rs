//! Where a terminal is reached, as its settings say it: what the doctor has to know to look there without a driver.

use super::driver::Tls;

/// What is spoken at a peer's port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    Http,
    WebSocket,
    /// A byte stream of the protocol's own.
    Bytes,
}

/// What would be missing without this port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    Main,
    /// Serves in the place of the main one while that cannot be reached.
    StandIn,
    /// One thing beside the payments, for example their cancelling.
    Beside,
}

/// One port of a terminal or its cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub host: String,
    pub port: u16,
    pub spoken: Spoken,
    pub tls: Tls,
    pub part: Part,
    /// The settings field that names the port.
    pub field: &'static str,
    /// What the driver says of a peer that does not speak its protocol (see [`super::driver::Loss::explain`]).
    pub stranger: &'static str,
}
