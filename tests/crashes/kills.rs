//! SIGKILL at every step of the conversation, then a restart, then the books.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::harness::{Ended, Family, NEXO_FULL, NEXO_LIGHT, free_port};
use super::stand::{Stand, end_of};
use super::watch::{Moment, Trigger};

/// Points tried at once. Most of their time they wait: a till leaves a terminal that knows nothing some seconds.
const AT_ONCE: usize = 24;
/// Two runs of a story do not have exactly as many steps: so many points in all must not come before it is over.
const MISSES: usize = 4;

/// A story with something done to the till at one point of it. It gets the point and a port for the till, and says what
/// came out of it, if the point came.
type Story<'a> = Box<dyn Fn(usize, u16) -> Option<String> + Sync + 'a>;

/// A story told with every point.
pub struct Walk<'a> {
    what: String,
    at_least: usize,
    story: Story<'a>,
    next: AtomicUsize,
    misses: AtomicUsize,
    ends: Mutex<BTreeMap<String, usize>>,
}

impl<'a> Walk<'a> {
    pub fn new(what: &str, at_least: usize, story: impl Fn(usize, u16) -> Option<String> + Sync + 'a) -> Walk<'a> {
        let (next, misses, ends) = (AtomicUsize::default(), AtomicUsize::default(), Mutex::default());
        Walk { what: what.to_owned(), at_least, story: Box::new(story), next, misses, ends }
    }

    /// Tries the points from 0 on until runs end before their points come.
    fn go(&self, till: u16) {
        while self.misses.load(Ordering::Relaxed) < MISSES {
            match (self.story)(self.next.fetch_add(1, Ordering::Relaxed), till) {
                Some(end) => *self.ends.lock().unwrap().entry(end).or_default() += 1,
                None => drop(self.misses.fetch_add(1, Ordering::Relaxed)),
            }
        }
    }

    fn told(&self) {
        let ends = self.ends.lock().unwrap();
        let survived: usize = ends.values().sum();
        println!("{}: {survived} points survived: {ends:?}", self.what);
        assert!(survived >= self.at_least, "{}: only {survived} points", self.what);
    }
}

/// All of them on every thread, each from another one on: the long waits of all begin early.
pub fn walk_all(walks: &[Walk]) {
    std::thread::scope(|scope| {
        for first in 0..AT_ONCE {
            scope.spawn(move || {
                let till = free_port();
                walks.iter().cycle().skip(first).take(walks.len()).for_each(|walk| walk.go(till));
            });
        }
    });
    walks.iter().for_each(Walk::told);
}

pub fn at_every_point(what: &str, at_least: usize, story: impl Fn(usize, u16) -> Option<String> + Sync) {
    walk_all(&[Walk::new(what, at_least, story)]);
}

#[test]
fn a_sale_in_full_integration_survives_a_kill_at_every_step() {
    at_every_point("sale, full", 25, |point, till| killed(&["sale", "10.00"], &NEXO_FULL, point, till));
}

#[test]
fn a_sale_in_light_integration_survives_a_kill_at_every_step() {
    at_every_point("sale, light", 8, |point, till| killed(&["sale", "10.00"], &NEXO_LIGHT, point, till));
}

#[test]
fn a_rejected_signature_survives_a_kill_at_every_step_of_sale_and_reversal() {
    let sale = ["sale", "100.55", "--answer", "reject"];
    at_every_point("signature rejected, light", 12, |point, till| killed(&sale, &NEXO_LIGHT, point, till));
}

/// The terminal asks about the signature after it had the receipt printed (reference 7.2, 7.3). A till that is killed
/// between the two, or while the receipt is under way, does not know after its restart what the question is about, takes
/// it for a plain confirmation, and `--answer` leaves it open: `status` ends with 13 until the terminal gives up after
/// two minutes. No money is lost over it, and a person at the window can answer.
#[test]
fn a_rejected_signature_in_full_integration_survives_a_kill_at_every_step() {
    let sale = ["sale", "100.55", "--answer", "reject"];
    at_every_point("signature rejected, full", 25, |point, till| killed(&sale, &NEXO_FULL, point, till));
}

pub fn killed(command: &[&str], family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(family, till);
    let told = format!("{command:?} {}, killed at point {point}", family.name);
    let (struck, said) = stand.run_and_kill(command, Trigger::Number(point));
    let newest = stand.settle(&said, &told);
    struck.then(|| end_of(newest.as_ref()))
}

#[test]
fn a_void_survives_a_kill_at_every_step() {
    at_every_point("void, full", 12, |point, till| void_killed(&NEXO_FULL, point, till));
}

#[test]
fn a_void_in_light_integration_survives_a_kill_at_every_step() {
    at_every_point("void, light", 8, |point, till| void_killed(&NEXO_LIGHT, point, till));
}

fn void_killed(family: &Family, point: usize, till: u16) -> Option<String> {
    later_killed(&["void"], family, point, till)
}

/// A command about an earlier sale, whose id is put behind its words.
pub fn later_killed(words: &[&str], family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(family, till);
    let told = format!("{words:?} {}, killed at point {point}", family.name);
    let sale = stand.run(&["sale", "10.00"]).ended_with(0).outcome();
    let command = [words, &[sale["payment"].as_str().unwrap()]].concat();
    let (struck, said) = stand.run_and_kill(&command, Trigger::Number(point));
    let newest = stand.settle(&said, &told);
    struck.then(|| end_of(newest.as_ref()))
}

#[test]
fn the_recovery_itself_survives_a_kill_at_every_step() {
    at_every_point("recovery", 6, |point, till| {
        let newest = recovery_killed(&NEXO_FULL, point, till)?;
        assert_eq!(newest, "sale approved");
        Some(newest)
    });
}

/// A till is killed when its line is lost, behind which the payment is approved, and again while it finds that out.
pub fn recovery_killed(family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(family, till);
    let said = stand.run_until_the_line_is_lost(&["sale", "100.61"]);
    asking_killed(&stand, said, &format!("{}, answer lost", family.name), point)
}

/// The same when the request has arrived, and nothing came back.
pub fn recovery_without_an_answer_killed(family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(family, till);
    let (arrived, said) = stand.run_and_kill(&["sale", "10.00"], Trigger::First(Moment::Arrived));
    assert!(arrived);
    asking_killed(&stand, said, &format!("{}, no answer", family.name), point)
}

fn asking_killed(stand: &Stand, said: Ended, told: &str, point: usize) -> Option<String> {
    let told = format!("{told}, recovery killed at point {point}");
    let (struck, found) = stand.run_and_kill(&["status", "--answer", "accept"], Trigger::Number(point));
    let said = Ended { lines: [said.lines, found.lines].concat(), ..found };
    let newest = stand.settle(&said, &told);
    struck.then(|| end_of(newest.as_ref()))
}
