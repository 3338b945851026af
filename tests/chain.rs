//! The till as a terminal of the cloud's, driven by the till as a point of sale: every row of the scenario table through the
//! whole chain, and the chain in bad weather. Golden files are in `tests/golden/chain`; `INSTA_UPDATE=always cargo test` writes
//! them anew.

#![allow(clippy::unwrap_used)]

mod world;

use checkstand::domain::{Operation, PaymentRequest, Verdict};
use checkstand::protocols::Protocol;
use checkstand::protocols::simulator::Scenario;
use world::story::Story;
use world::{Cashier, Counter, World, chain};

const FIELDS: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", chain::NUMBER), ("currency", "SEK")];

fn calm(protocol: &'static Protocol) -> World {
    let mut world = World::calm(protocol, FIELDS, describe);
    // The till in the middle connects and registers.
    world.run_for(std::time::Duration::from_secs(5));
    world
}

fn describe(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    checkstand::protocols::econduit::codec::scrubbed(text.trim().as_bytes())
}

const LOCALS: [(&str, &Protocol); 2] = [("valor", &chain::VALOR), ("nexo", &chain::NEXO)];

#[test]
fn look() {
    for (name, protocol) in LOCALS {
        for (cents, scenario) in Scenario::TABLE {
            let mut world = calm(protocol);
            let record = world.sale(10_000 + cents, &Cashier::default());
            let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total.minor());
            println!("{name} {cents} {scenario:?} {:?} {taken:?} charged {} wrong {}", record.verdict(), world.charged(&record.id), world.simulator.memory());
            if std::env::var("CENTS").is_ok_and(|wanted| wanted == cents.to_string()) { println!("{}", world.transcript); }
        }
    }
}
