//! Swedbank Pay terminals: nexo Retailer 3.1, XML over HTTP, with a listener on the till.

pub mod codec;
pub mod driver;
pub mod messages;
pub mod outcomes;
pub mod receipts;
pub mod search;
pub mod settings;
pub mod simulator;

use crate::protocols::protocol::{ListenerNeeds, Picture, Protocol, no_face};
use crate::protocols::simulator::{Carrier, Door};

/// The registry's entry.
pub const PROTOCOL: Protocol = Protocol {
    id: "nexo",
    name_key: "protocol-nexo",
    picture: Picture::Countertop,
    fields: settings::FIELDS,
    abilities: settings::abilities,
    peers: settings::peers,
    driver: driver::create,
    simulator: simulator::create,
    simulator_options: &[],
    simulator_takes: &[],
    doors: &[Door::new("http", Carrier::Http)],
    simulator_port: 11_000,
    listener: Some(ListenerNeeds {
        path: messages::PATH,
        address: |fields| settings::is_full(fields).then(|| fields.text_or_empty("listener").to_owned()),
        key: |fields| fields.text_or_empty("poi_id").to_owned(),
        key_of_request: codec::poi_id_of,
        peer: settings::listener_peer,
        claimed_host: driver::announced_host,
    }),
    face: no_face,
    pairing: None,
    search: Some(search::SEARCH),
    account: None,
};
