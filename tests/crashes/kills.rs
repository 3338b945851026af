//! SIGKILL at every step of the conversation, then a restart, then the books.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::harness::{Wiring, free_port};
use super::stand::{Stand, end_of};
use super::watch::{Moment, Trigger};

/// Points tried at once. Most of their time they wait: a till leaves a terminal that knows nothing some seconds.
const AT_ONCE: usize = 12;

/// Tries the points from 0 on until a run ends before its point comes, on every thread. Each story gets its point and a
/// port for the till, and says what came out of it, if the point came.
pub fn at_every_point(what: &str, at_least: usize, story: impl Fn(usize, u16) -> Option<String> + Sync) {
    let next = AtomicUsize::new(0);
    let ends = Mutex::new(BTreeMap::<String, usize>::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let till = free_port();
                while let Some(end) = story(next.fetch_add(1, Ordering::Relaxed), till) {
                    *ends.lock().unwrap().entry(end).or_default() += 1;
                }
            });
        }
    });
    let ends = ends.into_inner().unwrap();
    let survived: usize = ends.values().sum();
    println!("{what}: {survived} points survived: {ends:?}");
    assert!(survived >= at_least, "{what}: only {survived} points");
}

#[test]
fn a_sale_in_full_integration_survives_a_kill_at_every_step() {
    at_every_point("sale, full", 25, |point, till| killed(&["sale", "10.00"], Wiring::Full, point, till));
}

#[test]
fn a_sale_in_light_integration_survives_a_kill_at_every_step() {
    at_every_point("sale, light", 8, |point, till| killed(&["sale", "10.00"], Wiring::Light, point, till));
}

#[test]
fn a_rejected_signature_survives_a_kill_at_every_step_of_sale_and_reversal() {
    let sale = ["sale", "100.55", "--answer", "reject"];
    at_every_point("signature rejected, light", 12, |point, till| killed(&sale, Wiring::Light, point, till));
}

/// The terminal asks about the signature after it had the receipt printed (reference 7.2, 7.3). A till that is killed
/// between the two, or while the receipt is under way, does not know after its restart what the question is about, takes
/// it for a plain confirmation, and `--answer` leaves it open: `status` ends with 13 until the terminal gives up after
/// two minutes. No money is lost over it, and a person at the window can answer.
#[test]
fn a_rejected_signature_in_full_integration_survives_a_kill_at_every_step() {
    let sale = ["sale", "100.55", "--answer", "reject"];
    at_every_point("signature rejected, full", 25, |point, till| killed(&sale, Wiring::Full, point, till));
}

fn killed(command: &[&str], wiring: Wiring, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(wiring, till);
    let told = format!("{command:?} {wiring:?}, killed at point {point}");
    let struck = stand.run_and_kill(command, Trigger::Number(point));
    stand.recover(&told);
    let newest = stand.books_agree(&told);
    struck.then(|| end_of(newest.as_ref()))
}

#[test]
fn a_void_survives_a_kill_at_every_step() {
    at_every_point("void, full", 12, |point, till| void_killed(Wiring::Full, point, till));
}

#[test]
fn a_void_in_light_integration_survives_a_kill_at_every_step() {
    at_every_point("void, light", 8, |point, till| void_killed(Wiring::Light, point, till));
}

fn void_killed(wiring: Wiring, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(wiring, till);
    let told = format!("void {wiring:?}, killed at point {point}");
    let sale = stand.run(&["sale", "10.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let struck = stand.run_and_kill(&["void", payment], Trigger::Number(point));
    stand.recover(&told);
    let newest = stand.books_agree(&told);
    struck.then(|| end_of(newest.as_ref()))
}

#[test]
fn the_recovery_itself_survives_a_kill_at_every_step() {
    at_every_point("recovery", 6, |point, till| {
        let stand = Stand::open(Wiring::Full, till);
        let told = format!("a sale whose answer was lost, recovery killed at point {point}");
        // Behind the broken line the payment is approved, and nobody is left to ask.
        let lost = stand.run_and_kill(&["sale", "100.61"], Trigger::First(Moment::AnswerLost));
        assert!(lost, "{told}: no line broke");
        let asking = ["status", "--answer", "accept"];
        let struck = stand.run_and_kill(&asking, Trigger::Number(point));
        stand.recover(&told);
        let newest = stand.books_agree(&told);
        assert_eq!(newest.as_ref().unwrap()["outcome"], "approved", "{told}");
        struck.then(|| end_of(newest.as_ref()))
    });
}
