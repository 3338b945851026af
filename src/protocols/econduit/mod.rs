//! eConduit Cloud: the till as a point of sale that asks the cloud for payments on a terminal of the cloud's (part 2 of the
//! reference), and the till as a terminal that plays what the cloud asks (part 1).

pub mod central_time;
pub mod codec;
pub mod driver;
pub mod face;
pub mod messages;
pub mod outcomes;
pub mod pairing;
pub mod receipts;
pub mod settings;
pub mod simulator;

use crate::protocols::driver::Driver;
use crate::protocols::protocol::{DriverSetup, FieldError, Picture, Protocol};
use crate::protocols::simulator::{Carrier, Door};

/// Registered at once, at one door.
const TERMINALS_AT_MOST: usize = 5_000;

/// Where the simulated cloud listens (reference part 3): for terminals twice, then for tills without and with TLS.
pub const DOORS: [Door; 4] = [
    Door::crowded("terminals", TERMINALS_AT_MOST),
    Door::crowded("secondary", TERMINALS_AT_MOST),
    Door::new("http", Carrier::Http),
    Door::https("https"),
];

/// The registry's entry.
pub const PROTOCOL: Protocol = Protocol {
    id: "econduit",
    name_key: "protocol-econduit",
    picture: Picture::Cloud,
    fields: settings::FIELDS,
    abilities: settings::abilities,
    peers: settings::peers,
    driver: create,
    simulator: simulator::create,
    simulator_options: simulator::SIMULATOR_OPTIONS,
    simulator_takes: simulator::TAKES,
    doors: &DOORS,
    simulator_port: 9001,
    listener: None,
    face: settings::face,
    pairing: Some(pairing::PAIRING),
    search: None,
    account: None,
};

/// By its role.
fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    if settings::is_face(&setup.fields) { face::create(setup) } else { driver::create(setup) }
}
