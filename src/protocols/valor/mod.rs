//! Valor Connect terminals: JSON over TCP or WebSocket, the terminal listens. A second port takes nothing but the cancel.

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

/// Takes requests.
pub const MAIN_DOOR: &str = "main";
/// Takes cancels (7.16).
pub const CANCEL_DOOR: &str = "cancel";

/// The registry's entry.
pub const PROTOCOL: Protocol = Protocol {
    id: "valor",
    name_key: "protocol-valor",
    picture: Picture::Handheld,
    fields: settings::FIELDS,
    abilities: settings::abilities,
    peers: settings::peers,
    driver: driver::create,
    simulator: simulator::create,
    simulator_options: simulator::SIMULATOR_OPTIONS,
    simulator_takes: &[],
    doors: &[Door::new(MAIN_DOOR, Carrier::TcpOrWebSocket), Door::new(CANCEL_DOOR, Carrier::TcpOrWebSocket)],
    simulator_port: 5000,
    listener: None,
    face: no_face,
    pairing: None,
    search: Some(search::SEARCH),
    account: None,
};
