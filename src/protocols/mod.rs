//! How terminals talk: pure state machines, no sockets, no clock, no sleep, no dice.
//!
//! A new protocol is a folder, a `pub mod` line and an entry of [`registry`].

pub mod driver;
pub mod frame;
pub mod framing;
pub mod json;
mod peer;
pub mod protocol;
pub mod recovery;
pub mod search;
pub mod simulator;
pub mod web_address;
pub mod words;

pub mod account;
pub mod connect;
pub mod econduit;
pub mod nexo;
pub mod p3;
pub mod valor;

pub use protocol::Protocol;

/// Every protocol the program speaks.
pub fn registry() -> &'static [Protocol] {
    static REGISTRY: [Protocol; 5] =
        [nexo::PROTOCOL, valor::PROTOCOL, p3::PROTOCOL, connect::PROTOCOL, econduit::PROTOCOL];
    &REGISTRY
}

/// The protocol with this id.
pub fn find(id: &str) -> Option<&'static Protocol> {
    registry().iter().find(|protocol| protocol.id == id)
}
