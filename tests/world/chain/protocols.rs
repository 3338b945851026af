//! Copies of the registry's entry for the cloud, with the whole chain in the place of its simulator.

use std::collections::BTreeMap;

use checkstand::domain::Instant;
use checkstand::domain::Now;
use checkstand::protocols::econduit::{self, DOORS};
use checkstand::protocols::protocol::{SimulatorOption, SimulatorSetup};
use checkstand::protocols::simulator::{Carrier, Door, Simulator};
use checkstand::protocols::{self, Protocol};

use super::till::InnerTill;
use super::weather::Weather;
use super::{Chain, NUMBER, SERIAL};

/// The door at which the world says that nothing goes wrong any more.
pub const CALM: &str = "calm";
const WITH_CALM: [Door; 5] = [DOORS[0], DOORS[1], DOORS[2], DOORS[3], Door::new(CALM, Carrier::Http)];

const ACCOUNT: SimulatorOption = SimulatorOption { name: "account", words: &[] };
/// The seed of the story, for the chain's own faults.
const STORY: SimulatorOption = SimulatorOption { name: "story", words: &[] };

const CALM_WEATHER: Protocol = Protocol { simulator_options: &[ACCOUNT], doors: &WITH_CALM, ..econduit::PROTOCOL };
const BAD_WEATHER: Protocol = Protocol { simulator_options: &[ACCOUNT, STORY], ..CALM_WEATHER };

pub static VALOR: Protocol = Protocol { simulator: chain_of_valor, ..CALM_WEATHER };
pub static NEXO: Protocol = Protocol { simulator: chain_of_nexo, ..CALM_WEATHER };
pub static VALOR_IN_BAD_WEATHER: Protocol = Protocol { simulator: chain_of_valor, ..BAD_WEATHER };
pub static NEXO_IN_BAD_WEATHER: Protocol = Protocol { simulator: chain_of_nexo, ..BAD_WEATHER };

fn chain_of_valor(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(chain(setup, "valor", &[("host", "10.0.0.8"), ("currency", setup.currency.code())]))
}

fn chain_of_nexo(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    let fields = [("host", "10.0.0.8"), ("poi_id", "POI"), ("sale_id", "TILL"), ("currency", setup.currency.code())];
    Box::new(chain(setup, "nexo", &fields))
}

fn chain(setup: &SimulatorSetup, local: &str, fields: &[(&str, &str)]) -> Chain {
    let local = protocols::find(local).expect("a registered protocol");
    let cloud = protocols::find("econduit").expect("a registered protocol");
    let face = [
        ("role", "terminal"),
        ("terminal_id", SERIAL),
        ("host", "10.0.0.9"),
        ("port", "9001"),
        ("secondary", "10.0.0.9:9002"),
        ("through", "counter"),
        ("currency", setup.currency.code()),
    ];
    let mut options = setup.options.clone();
    let seed = options.remove("story").and_then(|seed| seed.parse().ok());
    options.insert("paired".to_owned(), format!("{NUMBER}:{SERIAL}"));
    let simulated = |protocol: &Protocol, options: BTreeMap<String, String>| {
        let (seed, speed, currency) = (setup.seed, setup.speed, setup.currency);
        (protocol.simulator)(&SimulatorSetup { seed, speed, memory: None, currency, options })
    };
    let now = Now {
        at: Instant::ORIGIN,
        wall: "2026-03-14T09:00:00Z".parse().expect("a time"),
        offset: jiff::tz::Offset::constant(1),
    };
    let mut chain = Chain {
        now,
        cloud: simulated(cloud, options),
        counter: simulated(local, BTreeMap::new()),
        local,
        till: InnerTill::new([
            (cloud, super::super::checked(cloud, &face)),
            (local, super::super::checked(local, fields)),
        ]),
        waits: Vec::new(),
        weather: Weather::of_story(seed),
        queue: BTreeMap::new(),
        events: 0,
        wires: BTreeMap::new(),
        calls: BTreeMap::new(),
        ledger: Vec::new(),
        wrong: Vec::new(),
        out: Vec::new(),
    };
    chain.start_till();
    chain
}
