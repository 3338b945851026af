//! What the picture says of stopping a payment is what the terminal then does, on every protocol.
#![allow(clippy::unwrap_used)]

mod world;

#[path = "world/counters.rs"]
#[allow(dead_code)]
mod counters;

use std::time::Duration;

use checkstand::domain::{Operation, PaymentRequest, Verdict};
use checkstand::terminal::{Stage, Stopping};
use world::{Cashier, Counter, World};

const A_LOOK: Duration = Duration::from_millis(100);
/// No card is presented before the customer cancels, or the cashier.
const WAITS: i64 = 10_070;
const APPROVES: i64 = 10_000;

fn begin(counter: Counter, minor: i64, cashier: &Cashier) -> World {
    let mut world = World::calm(counter.protocol, counter.fields, counter.describe);
    let request = PaymentRequest::new(Operation::Sale, world.money(minor));
    world.start(request, cashier);
    world
}

fn stopping(world: &World) -> Option<Stopping> {
    let payment = world.till().station.view().payment.as_ref()?;
    (payment.stage == Stage::AtTerminal).then_some(payment.stopping)
}

/// After how long a payment that is approved cannot be stopped any more, and why.
fn unstoppable_after(counter: Counter) -> Option<(Duration, &'static str)> {
    let mut world = begin(counter, APPROVES, &Cashier::default());
    for looks in 1..600 {
        world.run_for(A_LOOK);
        if let Some(Stopping::Impossible(why)) = stopping(&world) {
            return Some((A_LOOK * looks, why));
        }
    }
    None
}

#[test]
fn while_the_card_is_awaited_a_payment_can_be_stopped_where_the_terminal_lets_it_and_then_it_is() {
    for counter in counters::all() {
        let after = Duration::from_secs(3);
        let mut world = begin(counter, WAITS, &Cashier { cancel_after: Some(after), ..Cashier::default() });
        let id = world.till().station.at_hand().unwrap().clone();
        world.run_for(after - A_LOOK);
        let what = counter.protocol.id;
        if world.abilities().abort {
            assert_eq!(stopping(&world), Some(Stopping::Possible), "{what}");
            world.run_until_concluded(&id);
            assert_eq!(world.record(&id).verdict(), Verdict::Cancelled, "{what}");
        } else {
            assert_eq!(stopping(&world), Some(Stopping::Impossible("explain-press-red-key")), "{what}");
        }
    }
}

#[test]
fn what_is_said_to_be_unstoppable_is_not_stopped() {
    let mut told = Vec::new();
    for counter in counters::all() {
        let what = counter.protocol.id;
        let Some((after, why)) = unstoppable_after(counter) else { continue };
        told.push((what, why));
        let mut world = begin(counter, APPROVES, &Cashier { cancel_after: Some(after), ..Cashier::default() });
        let id = world.till().station.at_hand().unwrap().clone();
        world.run_until_concluded(&id);
        assert_eq!(world.record(&id).verdict(), Verdict::Approved, "{what}");
    }
    told.dedup();
    let known = [
        ("p3", "explain-not-stoppable-now"),
        ("connect", "explain-too-late-to-cancel"),
        ("econduit", "explain-press-red-key"),
    ];
    assert_eq!(told, known);
}
