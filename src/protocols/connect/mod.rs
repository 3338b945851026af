//! Paymentsense Connect: JSON-RPC 2.0 over a WebSocket with TLS to the cloud that drives the site's terminals. At the counter
//! (PAC, sections 1 to 5 of the reference) the till asks; at the tables (PAT, section 6) the card machines ask the till.

pub mod account;
pub mod codec;
pub mod day_ends;
pub mod driver;
pub mod last_transaction;
pub mod line;
pub mod messages;
pub mod outcomes;
pub mod receipts;
pub mod settings;
pub mod simulator;
pub mod tables;

use crate::protocols::driver::Driver;
use crate::protocols::protocol::{DriverSetup, FieldError, Picture, Protocol, no_face};
use crate::protocols::simulator::Door;

/// The plain one is for tests on one machine; the cloud has TLS only.
pub const DOORS: &[Door] = &[Door::guarded("plain", false), Door::guarded("tls", true)];

/// The registry's entry.
pub const PROTOCOL: Protocol = Protocol {
    id: "connect",
    name_key: "protocol-connect",
    picture: Picture::CloudTerminal,
    fields: settings::FIELDS,
    abilities: settings::abilities,
    peers: settings::peers,
    driver: create,
    simulator: simulator::create,
    simulator_options: simulator::KNOWN_OPTIONS,
    simulator_takes: &[],
    doors: DOORS,
    simulator_port: 8440,
    listener: None,
    face: no_face,
    pairing: None,
    search: None,
    account: Some(account::ACCOUNT),
};

/// By its kind.
fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    if settings::serves_tables(&setup.fields) { tables::create(setup) } else { driver::create(setup) }
}
