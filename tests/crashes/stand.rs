//! A till and a terminal with watched wires between them, and the comparison of what both remember.

use std::sync::Arc;
use std::time::Duration;

use checkstand::journal::Journal;
use checkstand::protocols;
use checkstand::protocols::simulator::Carrier;
use serde_json::Value;

use super::books::{Books, text};
use super::harness::{CA_FILE, Ended, Family, NO_NUMBER, Port, Program, Shop, Simulator, SmallDisk};
use super::relay::{Carries, Relay};
use super::watch::{Moment, Trigger, Watch};

/// As fast as the simulated cardholder and host can be.
const SPEED: &str = "1000";
/// How often to look whether a program has ended by itself.
const LOOK_EVERY: Duration = Duration::from_millis(5);

// What is dropped first stands first: programs before the disk that they use.
pub struct Stand {
    family: Family,
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
        let ca_file = ledger.path().join(CA_FILE);
        if ca_file.exists() {
            std::fs::copy(ca_file, shop.path().join(CA_FILE)).unwrap();
        }
        let by_http = protocols::find(family.protocol).unwrap().doors.iter().any(|door| door.carries == Carrier::Http);
        let carries = if by_http { Carries::ExchangeOfTill } else { Carries::Stream };
        wires.extend(simulator.doors.iter().map(|(_, port)| Relay::start(carries, *port, &watch)));
        let doors: Vec<Port> =
            simulator.doors.iter().zip(&wires[1..]).map(|((door, _), wire)| (*door, wire.port)).collect();
        shop.add_of(family, "front", &doors, till).ended_with(0);
        Stand { family: *family, simulator, _wires: wires, watch, disk, _ledger: ledger, shop }
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

    /// Runs a command and kills it when its line is lost. What the terminal is asked by is known by then, where there is
    /// such a thing.
    pub fn run_until_the_line_is_lost(&self, arguments: &[&str]) -> Ended {
        let mut program = self.start(arguments, Trigger::First(Moment::LineLost));
        program.event(if self.family.names_payments { "reference" } else { "display" });
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
            assert_eq!(self.reason_of(doubt).as_deref(), Some(self.family.persons_reason), "{told}: {doubt}");
            let is_done = self.books(&history).is_done(doubt);
            assert!(
                self.family.persons_reason == NO_NUMBER || !is_done,
                "{told}: the terminal knows it, and the till could: {doubt}"
            );
            let decided = if is_done { "paid" } else { "not-paid" };
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
        self.books(history).agree(told);
    }

    fn books<'a>(&self, history: &'a [Value]) -> Books<'a> {
        Books::of(history, self.ledger(), self.family.names_payments)
    }

    fn reason_of(&self, payment: &Value) -> Option<String> {
        let journal = Journal::open_reading(&self.shop.path().join("journal.sqlite")).unwrap();
        let record = journal.payment(&text(payment, "payment").parse().unwrap()).unwrap()?;
        Some(record.outcome?.explanation?.key)
    }
}

/// What was done and what became of it, in two words.
pub fn end_of(payment: Option<&Value>) -> String {
    payment.map_or("nothing".to_owned(), |known| format!("{} {}", text(known, "operation"), text(known, "outcome")))
}

#[track_caller]
fn unpanicked(ended: Ended) -> Ended {
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    ended
}
