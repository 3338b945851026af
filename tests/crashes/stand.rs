//! A till and a terminal with watched wires between them, and the comparison of what both remember.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use checkstand::journal::Journal;
use checkstand::protocols;
use checkstand::protocols::simulator::Carrier;
use serde_json::Value;

use super::harness::{Ended, Family, Port, Program, Shop, Simulator};
use super::relay::{Carries, Relay};
use super::small_disk::SmallDisk;
use super::watch::{Moment, Trigger, Watch};

/// As fast as the simulated cardholder and host can be.
const SPEED: &str = "1000";
/// How often to look whether a program has ended by itself.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// What may stay in doubt (DESIGN section 4): it was sent, and no number came to ask by.
const PERSONS_REASON: &str = "explain-no-terminal-number";

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
    pub fn open(family: &Family, till: u16) -> Stand {
        Stand::build(family, till, false)
    }

    /// The till's data directory is a disk of its own, of a size that can be filled.
    pub fn on_small_disk(family: &Family, till: u16) -> Stand {
        Stand::build(family, till, true)
    }

    fn build(family: &Family, till: u16, small: bool) -> Stand {
        let watch = Arc::new(Watch::default());
        let shop = Shop::of_training();
        let disk = small.then(|| SmallDisk::mount(shop.path()));
        let ledger = tempfile::tempdir().unwrap();
        let mut wires = vec![Relay::start(Carries::ExchangeOfTerminal, till, &watch)];
        let simulator = Simulator::start_of(family, ledger.path(), wires[0].port, SPEED);
        let by_http = protocols::find(family.protocol).unwrap().doors.iter().any(|door| door.carries == Carrier::Http);
        let carries = if by_http { Carries::ExchangeOfTill } else { Carries::Stream };
        wires.extend(simulator.doors.iter().map(|(_, port)| Relay::start(carries, *port, &watch)));
        let doors: Vec<Port> =
            simulator.doors.iter().zip(&wires[1..]).map(|((door, _), wire)| (*door, wire.port)).collect();
        shop.add_of(family, "front", &doors, till).ended_with(0);
        Stand { simulator, _wires: wires, watch, disk, _ledger: ledger, shop }
    }

    /// Runs a command and kills it, with SIGKILL, in the chosen moment. Says whether that came before the command's own
    /// end, and what it had said by then.
    pub fn run_and_kill(&self, arguments: &[&str], when: Trigger) -> (bool, Ended) {
        let mut program = self.start(arguments, when);
        if self.comes_first(&mut program) {
            let ended = program.kill();
            self.watch.go_on(true);
            return (true, unpanicked(ended));
        }
        (false, unpanicked(program.end()))
    }

    /// Runs a command and kills it when its line is lost. What the terminal is asked by is known by then.
    pub fn run_until_the_line_is_lost(&self, arguments: &[&str]) -> Ended {
        let mut program = self.start(arguments, Trigger::First(Moment::LineLost));
        program.event("reference");
        assert!(self.comes_first(&mut program), "no line was lost");
        let ended = program.kill();
        self.watch.go_on(true);
        unpanicked(ended)
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

    /// The till finds out, the first time it is asked to, and no end changes. What may stay in doubt does, until a person
    /// has decided; after that an ordinary sale is approved. Returns the newest payment before that sale, if any was
    /// recorded.
    #[track_caller]
    pub fn settle(&self, said: &Ended, told: &str) -> Option<Value> {
        let before = self.shop.history();
        let asked = self.run(&["status", "--answer", "accept"]);
        let history = self.shop.history();
        self.agrees(&history, told);
        let seen = before.iter().cloned().chain(said.events_of("outcome")).chain(asked.events_of("outcome"));
        for end in seen.filter(|seen| seen["outcome"] != "in_doubt") {
            let kept = history.iter().find(|payment| payment["payment"] == end["payment"]);
            let kept = kept.unwrap_or_else(|| panic!("{told}: nothing is left of {end}"));
            assert_eq!(kept["outcome"], end["outcome"], "{told}: {kept}");
            assert_eq!(kept["amount_minor"], end["amount_minor"], "{told}: {kept}");
        }
        let doubts: Vec<&Value> = history.iter().filter(|payment| payment["outcome"] == "in_doubt").collect();
        let status = if doubts.is_empty() { 0 } else { 13 };
        assert_eq!(asked.status, Some(status), "{told}: {:#?}\n{}", asked.lines, asked.errors);
        for doubt in doubts {
            assert_eq!(self.reason_of(doubt).as_deref(), Some(PERSONS_REASON), "{told}: {doubt}");
            let decided = if self.is_done(doubt) { "paid" } else { "not-paid" };
            let resolve = ["resolve", text(doubt, "payment"), "--as", decided, "--by", "Ada", "--reason", "its slip"];
            self.run(&resolve).ended_with(0);
        }
        let sale = self.run(&["sale", "12.00"]);
        assert_eq!(sale.status, Some(0), "{told}: {:#?}\n{}", sale.lines, sale.errors);
        let after = self.shop.history();
        self.agrees(&after, told);
        assert_eq!(after.len(), history.len() + 1, "{told}");
        assert!(after.iter().all(|payment| payment["outcome"] != "in_doubt"), "{told}: {after:#?}");
        history.last().cloned()
    }

    /// What the till remembers is what the terminal did, and nothing is in doubt.
    #[track_caller]
    pub fn books_agree(&self, told: &str) {
        let history = self.shop.history();
        self.agrees(&history, told);
        assert!(history.iter().all(|payment| payment["outcome"] != "in_doubt"), "{told}: {history:#?}");
    }

    /// Nothing was charged twice, and what was charged is what the till booked, or stands in doubt.
    #[track_caller]
    fn agrees(&self, history: &[Value], told: &str) {
        let ledger = self.ledger();
        let said = format!("{told}\nhistory {history:#?}\nledger {ledger:#?}");
        let mut charged = charges(&ledger);
        for payment in history {
            let id = text(payment, "payment");
            let charge = charged.remove(id).unwrap_or_default();
            assert!(charge.approved.len() <= 1, "charged twice: {said}");
            assert!(charge.reversed.len() <= 1, "reversed twice: {said}");
            let voids: Vec<&Value> = history.iter().filter(|void| void["of"] == id && is_void(void)).collect();
            let voided = voids.iter().any(|void| void["outcome"] == "approved");
            let perhaps = voids.iter().any(|void| void["outcome"] == "in_doubt");
            match text(payment, "outcome") {
                "in_doubt" => {}
                "approved" if is_void(payment) => assert!(is_done(payment, &ledger), "{said}"),
                "approved" => {
                    assert_eq!(charge.approved, [payment["amount_minor"].as_i64().unwrap()], "{said}");
                    assert!(charge.reversed.is_empty() || charge.reversed == charge.approved, "{said}");
                    assert!(charge.reversed.is_empty() || voided || perhaps, "{said}");
                }
                _ => {
                    assert_eq!(charge.net(), 0, "{said}");
                    assert!(!voided, "{said}");
                }
            }
        }
        assert!(charged.is_empty(), "the till has never heard of some charges: {said}");
    }

    /// Whether the terminal did it.
    fn is_done(&self, payment: &Value) -> bool {
        is_done(payment, &self.ledger())
    }

    fn reason_of(&self, payment: &Value) -> Option<String> {
        let journal = Journal::open_reading(&self.shop.path().join("journal.sqlite")).unwrap();
        let record = journal.payment(&text(payment, "payment").parse().unwrap()).unwrap()?;
        Some(record.outcome?.explanation?.key)
    }
}

fn is_void(payment: &Value) -> bool {
    payment["operation"] == "void"
}

/// A void takes its original back, or gives its money back under its own name.
fn is_done(payment: &Value, ledger: &[Value]) -> bool {
    let changed = |reference: &Value, state: &str| {
        ledger.iter().any(|entry| entry["till_reference"] == *reference && entry["state"] == state)
    };
    changed(&payment["payment"], "approved") || is_void(payment) && changed(&payment["of"], "reversed")
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
