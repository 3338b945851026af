//! Payworks PayProtocol (P3): JSON with a PayServer, over a WebSocket or over TCP behind a length.

pub mod codec;
pub mod driver;
pub mod messages;
pub mod outcomes;
pub mod receipts;
pub mod search;
pub mod settings;
pub mod simulator;

use crate::protocols::protocol::{Picture, Protocol, no_face};
use crate::protocols::simulator::{Carrier, Door};

/// Both at once (1.3).
pub const DOORS: &[Door] = &[Door::new("websocket", Carrier::WebSocket), Door::new("tcp", Carrier::Tcp)];

/// The registry's entry. Ports are proposed (1.3).
pub const PROTOCOL: Protocol = Protocol {
    id: "p3",
    name_key: "protocol-p3",
    picture: Picture::PinPad,
    fields: settings::FIELDS,
    abilities: settings::abilities,
    peers: settings::peers,
    driver: driver::create,
    simulator: simulator::create,
    simulator_options: &[],
    simulator_takes: &[],
    doors: DOORS,
    simulator_port: 4245,
    listener: None,
    face: no_face,
    pairing: None,
    search: Some(search::SEARCH),
    account: None,
};
