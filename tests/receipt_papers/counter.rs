//! The counters, and what is printed at each of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use checkstand::domain::{Answer, Operation, PaymentRecord, PaymentRequest, Receipt};
use checkstand::protocols;
use checkstand::protocols::simulator::Scenario;

use crate::world::{Cashier, World};

/// A protocol as it is set up there.
pub struct Counter {
    pub protocol: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

pub const COUNTERS: &[Counter] = &[
    Counter { protocol: "nexo", fields: &[("host", "10.0.0.7"), ("poi_id", "BUTIK7-K2"), ("operator_language", "en")] },
    Counter { protocol: "valor", fields: &[("host", "10.0.0.7"), ("currency", "SEK")] },
    Counter {
        protocol: "p3",
        fields: &[("host", "10.0.0.7"), ("currency", "SEK"), ("merchant_id", "mer-0815"), ("device", "mock1")],
    },
    Counter {
        protocol: "connect",
        fields: &[
            ("host", "10.0.0.7"),
            ("port", "8441"),
            ("software_house_id", "LUMEN07"),
            ("installer_id", "LUMEN07"),
            ("terminal_id", "70031188"),
            ("slips", "till"),
        ],
    },
    Counter { protocol: "econduit", fields: &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", "2044")] },
];

/// One copy, with the payment it is of.
pub struct Printed {
    pub outcome: String,
    pub record: PaymentRecord,
    pub receipt: Receipt,
    /// Of the card that paid, where one was seen.
    pub last4: String,
}

fn world(counter: &Counter) -> World {
    world_with(counter, &[])
}

fn world_with(counter: &Counter, more: &[(&str, &str)]) -> World {
    let protocol = protocols::find(counter.protocol).unwrap();
    let fields: Vec<(&str, &str)> = counter.fields.iter().chain(more).copied().collect();
    World::calm(protocol, &fields, |_| String::new())
}

/// The papers of a sale at a terminal that has one more setting.
pub fn sale_with(protocol: &str, setting: (&str, &str)) -> Vec<Printed> {
    let counter = COUNTERS.iter().find(|counter| counter.protocol == protocol).unwrap();
    let mut world = world_with(counter, &[setting]);
    let record = world.sale(10_000, &Cashier::default());
    printed(&world, "approved", &record)
}

fn printed(world: &World, outcome: &str, record: &PaymentRecord) -> Vec<Printed> {
    let receipts = world.till().journal.receipts(&record.id).unwrap();
    let card = record.outcome.as_ref().and_then(|outcome| outcome.card.clone());
    let last4 = card.map(|card| card.last4).unwrap_or_default();
    let printed =
        |receipt| Printed { outcome: outcome.to_owned(), record: record.clone(), receipt, last4: last4.clone() };
    receipts.into_iter().map(printed).collect()
}

/// The ends that a payment can have.
pub const OUTCOMES: [&str; 9] =
    ["approved", "contactless", "declined", "tip", "fee", "signature", "signature-rejected", "refund", "void"];

/// Papers by protocol, played once for all tests.
type Papers = LazyLock<BTreeMap<&'static str, Vec<Printed>>>;

static OF_OUTCOMES: Papers = LazyLock::new(|| COUNTERS.iter().map(|one| (one.protocol, play_outcomes(one))).collect());
static OF_SCENARIOS: Papers =
    LazyLock::new(|| COUNTERS.iter().map(|one| (one.protocol, play_scenarios(one))).collect());

/// The papers of each end that a payment can have.
pub fn outcomes(counter: &Counter) -> &'static [Printed] {
    &OF_OUTCOMES[counter.protocol]
}

/// The same, and the papers of every row of the scenario table, of sales and refunds.
pub fn every_scenario(counter: &Counter) -> impl Iterator<Item = &'static Printed> {
    outcomes(counter).iter().chain(&OF_SCENARIOS[counter.protocol])
}

fn play_outcomes(counter: &Counter) -> Vec<Printed> {
    let mut papers = Vec::new();
    let sales = [("approved", 10_000), ("contactless", 10_050), ("declined", 10_051), ("tip", 10_057), ("fee", 10_058)];
    for (outcome, minor) in sales {
        let mut world = world(counter);
        let record = world.sale(minor, &Cashier::playing(Scenario::of_amount(minor)));
        papers.extend(printed(&world, outcome, &record));
    }
    for (outcome, answer) in [("signature", Answer::Accept), ("signature-rejected", Answer::Reject)] {
        let mut world = world(counter);
        let record = world.sale(10_055, &Cashier { answer: Some(answer), ..Cashier::default() });
        papers.extend(printed(&world, outcome, &record));
    }
    let mut world = world(counter);
    let refund = world.pay(PaymentRequest::new(Operation::Refund, world.money(10_000)), &Cashier::default());
    papers.extend(printed(&world, "refund", &refund));
    if world.abilities().can(Operation::Void) {
        let sale = world.sale(10_000, &Cashier::default());
        let void = world.void(&sale);
        papers.extend(printed(&world, "void", &void));
    }
    papers
}

fn play_scenarios(counter: &Counter) -> Vec<Printed> {
    let mut papers = Vec::new();
    for (cents, scenario) in Scenario::TABLE {
        for operation in [Operation::Sale, Operation::Refund] {
            let mut world = world(counter);
            let request = PaymentRequest::new(operation, world.money(10_000 + cents));
            let record = world.pay(request, &Cashier::playing(scenario));
            papers.extend(printed(&world, &format!("{}-{cents:02}-{scenario:?}", operation.word()), &record));
        }
    }
    papers
}
