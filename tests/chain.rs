//! The till as a terminal of the cloud's, driven by the till as a point of sale: every row of the scenario table through the
//! whole chain. Golden files are in `tests/golden/chain`; `INSTA_UPDATE=always cargo test` writes them anew. The chain in bad
//! weather is in `tests/chaos.rs`.

mod world;

use std::time::Duration;

use checkstand::domain::{Operation, Original, PaymentRecord, PaymentRequest, Verdict};
use checkstand::protocols::Protocol;
use checkstand::protocols::simulator::{LedgerState, Scenario};
use world::{Cashier, World, chain};

/// What plays at the counter of the till in the middle.
struct Local {
    name: &'static str,
    protocol: &'static Protocol,
    /// What a request comes to that was sent and of which no sign came back (DESIGN section 4, second row).
    without_a_sign: Verdict,
}

const LOCALS: [Local; 2] = [
    Local { name: "valor", protocol: &chain::VALOR, without_a_sign: Verdict::InDoubt },
    Local { name: "nexo", protocol: &chain::NEXO, without_a_sign: Verdict::NotCharged },
];

const FIELDS: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", chain::NUMBER), ("currency", "SEK")];

/// The till in the middle has registered.
fn world(local: &Local) -> World {
    let mut world = World::calm(local.protocol, FIELDS, describe);
    world.run_for(Duration::from_secs(5));
    world
}

/// The verdict and what is taken (DESIGN section 6), in minor units.
fn expected(local: &Local, scenario: Scenario, asked: i64) -> (Verdict, Option<i64>) {
    match scenario {
        Scenario::Decline | Scenario::DeclineForFunds | Scenario::LineDropsDeclined => (Verdict::Declined, None),
        Scenario::CustomerCancels | Scenario::NobodyPresentsCard => (Verdict::Cancelled, None),
        Scenario::Busy | Scenario::NotReady | Scenario::HostUnreachable => (Verdict::NotCharged, None),
        Scenario::LineDropsBeforeRequest => (local.without_a_sign, None),
        // No point of sale can cancel over the cloud; the terminal waits for longer than the cloud does.
        Scenario::LostForGood | Scenario::WaitsUntilCancelled => (Verdict::InDoubt, None),
        Scenario::ApprovesHalf => (Verdict::Approved, Some(asked / 2)),
        Scenario::AddsTip => (Verdict::Approved, Some(asked + asked / 10)),
        Scenario::AddsSurcharge => (Verdict::Approved, Some(asked + asked * 4 / 100)),
        _ => (Verdict::Approved, Some(asked)),
    }
}

fn check(local: &Local, world: &World, scenario: Scenario, asked: i64, record: &PaymentRecord) {
    let story = world.transcript.to_string();
    let (verdict, taken) = expected(local, scenario, asked);
    assert_eq!(record.verdict(), verdict, "{scenario:?}\n{story}");
    let booked = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total.minor());
    match verdict {
        Verdict::Approved => {
            let booked = booked.expect("an amount");
            assert!((booked - taken.expect("expected amount")).abs() <= 1, "{scenario:?}: {booked}\n{story}");
            assert_eq!(world.charged(&record.id), booked, "journal and ledger differ\n{story}");
        }
        Verdict::InDoubt => {}
        _ => assert_eq!(world.charged(&record.id), 0, "money was taken\n{story}"),
    }
    assert_eq!(booked, taken.and(booked), "{story}");
    let charges = world.ledger.iter().filter(|entry| entry.till_reference == record.id.as_str()).count();
    assert!(charges <= 1, "charged more than once\n{story}");
    assert!(world.complaints.is_empty(), "the cloud complains: {:?}\n{story}", world.complaints);
    if scenario != Scenario::WaitsUntilCancelled {
        nothing_is_wrong_inside(world);
    }
}

fn nothing_is_wrong_inside(world: &World) {
    let told = world.simulator.memory();
    assert_eq!(told["wrong"], serde_json::json!([]), "{}", world.transcript);
}

fn compare(local: &Local, name: &str, world: &World) {
    insta::with_settings!({
        snapshot_path => format!("golden/chain/{}", local.name),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, world.transcript);
    });
}

#[test]
fn every_scenario_of_the_table_comes_through_the_chain_as_the_table_says() {
    for local in &LOCALS {
        for (cents, scenario) in Scenario::TABLE {
            let mut world = world(local);
            let record = world.sale(10_000 + cents, &Cashier::default());
            check(local, &world, scenario, 10_000 + cents, &record);
            compare(local, &format!("sale-{cents:02}-{scenario:?}"), &world);
        }
    }
}

#[test]
fn refunds_play_the_same_table() {
    for local in &LOCALS {
        for (cents, scenario) in Scenario::TABLE {
            let mut world = world(local);
            let request = PaymentRequest::new(Operation::Refund, world.money(10_000 + cents));
            let record = world.pay(request, &Cashier::default());
            check(local, &world, scenario, 10_000 + cents, &record);
        }
    }
}

#[test]
fn a_payment_at_the_counter_is_voided_once_from_the_point_of_sale() {
    for local in &LOCALS {
        let mut world = world(local);
        let first = world.sale(10_000, &Cashier::default());
        let second = world.sale(20_000, &Cashier::default());
        let void = world.void(&second);
        assert_eq!(void.verdict(), Verdict::Approved, "{}", world.transcript);
        assert_eq!((world.charged(&first.id), world.charged(&second.id)), (10_000, 0), "{}", world.transcript);
        assert_eq!(world.record(&second.id).voided_by, Some(void.id));
        // What was voided is told once more, and not made again.
        world.void(&second);
        let reversed = world.ledger.iter().filter(|entry| entry.state == LedgerState::Reversed).count();
        assert_eq!(reversed, 1, "{}", world.transcript);
        nothing_is_wrong_inside(&world);
        compare(local, "void", &world);
    }
}

fn about(original: &PaymentRecord, operation: Operation, amount: checkstand::domain::Money) -> PaymentRequest {
    let mut request = PaymentRequest::new(operation, amount);
    request.of = Some(Original {
        payment: original.id.clone(),
        operation: original.request.operation,
        taken: original.request.amount,
        reference: original.reference.clone(),
    });
    request
}

#[test]
fn what_was_reserved_at_the_counter_is_captured_from_the_point_of_sale() {
    for local in &LOCALS {
        let mut world = world(local);
        let reserve = PaymentRequest::new(Operation::Preauth, world.money(10_000));
        let reserved = world.pay(reserve, &Cashier::default());
        if local.name == "nexo" {
            // Its terminals cannot (DESIGN section 4).
            assert_eq!(reserved.verdict(), Verdict::NotCharged, "{}", world.transcript);
            continue;
        }
        assert_eq!(reserved.verdict(), Verdict::Approved, "{}", world.transcript);
        let capture = about(&reserved, Operation::Capture, world.money(8_000));
        let captured = world.pay(capture, &Cashier::default());
        assert_eq!(captured.verdict(), Verdict::Approved, "{}", world.transcript);
        let booked = captured.outcome.and_then(|outcome| outcome.taken).map(|taken| taken.total.minor());
        assert_eq!((booked, world.charged(&captured.id)), (Some(8_000), 8_000), "{}", world.transcript);
        nothing_is_wrong_inside(&world);
        compare(local, "capture", &world);
    }
}

/// The same without what nobody may read, be it JSON, a query or neither.
fn describe(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    checkstand::protocols::econduit::codec::scrubbed(text.trim().as_bytes())
}
