//! A till and a terminal with watched wires between them, and the comparison of what both remember.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::harness::{Ended, Program, Shop, Simulator, Wiring};
use super::relay::{Caller, Relay};
use super::small_disk::SmallDisk;
use super::watch::{Trigger, Watch};

/// As fast as the simulated cardholder and host can be.
const SPEED: &str = "1000";
/// How often to look whether a program has ended by itself.
const LOOK_EVERY: Duration = Duration::from_millis(5);

// What is dropped first stands first: programs before the disk that they use.
pub struct Stand {
    simulator: Simulator,
    _wires: Vec<Relay>,
    watch: Arc<Watch>,
    pub disk: Option<SmallDisk>,
    _ledger: tempfile::TempDir,
    pub shop: Shop,
}

impl Stand {
    /// `till` is the port on which the till listens for its terminal.
    pub fn open(wiring: Wiring, till: u16) -> Stand {
        Stand::build(wiring, till, false)
    }

    /// The till's data directory is a disk of its own, of a size that can be filled.
    pub fn on_small_disk(wiring: Wiring, till: u16) -> Stand {
        Stand::build(wiring, till, true)
    }

    fn build(wiring: Wiring, till: u16, small: bool) -> Stand {
        let watch = Arc::new(Watch::default());
        let shop = Shop::of_training();
        let disk = small.then(|| SmallDisk::mount(shop.path()));
        let ledger = tempfile::tempdir().unwrap();
        let to_till = Relay::start(Caller::Terminal, till, &watch);
        let simulator = Simulator::start_at_speed(ledger.path(), to_till.port, SPEED);
        let to_terminal = Relay::start(Caller::Till, simulator.port, &watch);
        shop.add("front", to_terminal.port, till, wiring).ended_with(0);
        Stand { simulator, _wires: vec![to_till, to_terminal], watch, disk, _ledger: ledger, shop }
    }

    /// Runs a command and kills it, with SIGKILL, in the chosen moment. Says whether that came before the command's own end.
    pub fn run_and_kill(&self, arguments: &[&str], when: Trigger) -> bool {
        let mut program = self.start(arguments, when);
        if self.comes_first(&mut program) {
            program.kill();
            self.watch.go_on(true);
            return true;
        }
        unpanicked(program.end());
        false
    }

    /// Runs a command to its end, and does something in the chosen moment. Says whether that came.
    pub fn run_and_do(&self, arguments: &[&str], when: Trigger, deed: impl FnOnce()) -> (bool, Ended) {
        let mut program = self.start(arguments, when);
        let came = self.comes_first(&mut program);
        if came {
            deed();
            self.watch.go_on(false);
        }
        (came, unpanicked(program.end()))
    }

    /// Runs a command undisturbed.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        unpanicked(self.shop.json(arguments))
    }

    pub fn ledger(&self) -> Vec<Value> {
        self.simulator.ledger()
    }

    fn start(&self, arguments: &[&str], when: Trigger) -> Program {
        self.watch.set(when);
        self.shop.start_json(arguments)
    }

    /// Whether the moment comes before the program ends. If so, the world stands still now.
    fn comes_first(&self, program: &mut Program) -> bool {
        loop {
            if self.watch.comes_within(LOOK_EVERY) {
                return true;
            }
            if !program.is_running() {
                // The terminal may still talk to a till that has gone.
                self.watch.go_on(false);
                return false;
            }
        }
    }

    /// The till finds out, the first time it is asked to.
    #[track_caller]
    pub fn recover(&self, told: &str) {
        let ended = self.run(&["status", "--answer", "accept"]);
        assert_eq!(ended.status, Some(0), "{told}: {:#?}\n{}", ended.lines, ended.errors);
    }

    /// What the till remembers is what the terminal did: nothing is in doubt, nothing was charged twice, and what was
    /// charged is what the till booked. Returns the newest payment, if any was recorded.
    #[track_caller]
    pub fn books_agree(&self, told: &str) -> Option<Value> {
        let (history, ledger) = (self.shop.history(), self.ledger());
        let said = format!("{told}\nhistory {history:#?}\nledger {ledger:#?}");
        let mut charged = charges(&ledger);
        for payment in history.iter().filter(|payment| payment["operation"] != "void") {
            let id = text(payment, "payment");
            let charge = charged.remove(id).unwrap_or_default();
            let voided = history.iter().any(|void| void["of"] == id && void["outcome"] == "approved");
            assert!(charge.approved.len() <= 1, "charged twice: {said}");
            assert_ne!(payment["outcome"], "in_doubt", "{said}");
            if payment["outcome"] == "approved" {
                assert_eq!(charge.approved, [payment["amount_minor"].as_i64().unwrap()], "{said}");
                assert_eq!(charge.reversed == charge.approved, voided, "{said}");
            } else {
                assert_eq!(charge.net(), 0, "{said}");
                assert!(!voided, "{said}");
            }
        }
        assert!(charged.is_empty(), "the till has never heard of some charges: {said}");
        let undecided = history.iter().find(|payment| payment["outcome"] == "in_doubt");
        assert_eq!(undecided, None, "{said}");
        history.last().cloned()
    }
}

/// What was done and what became of it, in two words.
pub fn end_of(payment: Option<&Value>) -> String {
    payment.map_or("nothing".to_owned(), |known| format!("{} {}", text(known, "operation"), text(known, "outcome")))
}

#[derive(Default)]
struct Charge {
    approved: Vec<i64>,
    reversed: Vec<i64>,
}

impl Charge {
    fn net(&self) -> i64 {
        self.approved.iter().sum::<i64>() - self.reversed.iter().sum::<i64>()
    }
}

/// The ledger's entries by the payment they belong to.
fn charges(ledger: &[Value]) -> BTreeMap<&str, Charge> {
    let mut charges = BTreeMap::<&str, Charge>::new();
    for entry in ledger {
        let charge = charges.entry(text(entry, "till_reference")).or_default();
        let amount = entry["amount_minor"].as_i64().unwrap();
        match text(entry, "state") {
            "approved" => charge.approved.push(amount),
            "reversed" => charge.reversed.push(amount),
            other => panic!("the ledger says {other}"),
        }
    }
    charges
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

#[track_caller]
fn unpanicked(ended: Ended) -> Ended {
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    ended
}
