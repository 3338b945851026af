//! Paymentsense Connect: JSON-RPC 2.0 over a WebSocket with TLS to the cloud that drives the site's terminals. Pay at counter
//! (PAC), sections 1 to 5 of the reference; pay at table has its place in section 6 and is not built yet.

pub mod codec;
pub mod driver;
pub mod last_transaction;
pub mod messages;
pub mod outcomes;
pub mod receipts;
pub mod settings;
pub mod simulator;

use crate::protocols::protocol::{Protocol, no_face};
use crate::protocols::simulator::Door;

/// The plain one is for tests on one machine; the cloud has TLS only.
pub const DOORS: &[Door] = &[Door::guarded("plain", false), Door::guarded("tls", true)];

/// The registry's entry.
pub const PROTOCOL: Protocol = Protocol {
    id: "connect",
    name_key: "protocol-connect",
    fields: settings::FIELDS,
    abilities: settings::abilities,
    driver: driver::create,
    simulator: simulator::create,
    simulator_options: simulator::KNOWN_OPTIONS,
    doors: DOORS,
    simulator_port: 8440,
    listener: None,
    face: no_face,
    pairing: None,
};
