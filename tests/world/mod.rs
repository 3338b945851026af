//! Tills and one simulated terminal in one process: the real station, driver, journal and simulator on a pretend clock and
//! a pretend network, everything from one seed. Without faults it is the terminal at a calm counter; with them, the world.

// Each test plays with its own part of the world.
#![allow(dead_code)]

pub mod cashier;
pub mod chain;
pub mod dice;
pub mod faults;
pub mod judge;
pub mod mangle;
pub mod network;
pub mod restaurant;
pub mod story;
pub mod till;
pub mod transcript;
pub mod waiters_ear;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use checkstand::domain::{
    Answer, Commission, Currency, Instant, Money, Now, Operation, Original, PaymentId, PaymentRecord, PaymentRequest,
    QuestionId,
};
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::{Command, LinkEvent};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::protocol::{FieldValues, SimulatorOption, SimulatorSetup};
use checkstand::protocols::simulator::{LedgerEntry, LedgerState, Line, Post, Simulator, SimulatorInput};

pub use cashier::Cashier;
use dice::Dice;
use faults::Fault;
use mangle::Mangler;
use network::Wire;
use till::Till;
use transcript::Transcript;

/// How long a message takes from one end to the other when nothing is wrong.
pub const LATENCY: Duration = Duration::from_millis(5);
/// No story may be longer.
const STORY_AT_MOST: Duration = Duration::from_secs(3600);

/// Ours is the first; a second one, where a story has it, is another till on the same terminal.
pub const OURS: usize = 0;

/// What stands at the counter.
#[derive(Clone, Copy)]
pub struct Counter {
    pub protocol: &'static Protocol,
    pub fields: &'static [(&'static str, &'static str)],
    /// The other till's fields; empty where the protocol knows none.
    pub others: &'static [(&'static str, &'static str)],
    pub describe: fn(&[u8]) -> String,
}

pub struct World {
    pub now: Now,
    pub tills: Vec<Till>,
    pub simulator: Box<dyn Simulator>,
    pub ledger: Vec<LedgerEntry>,
    /// Payments by the name the ledger has for them, of terminals that are not told the till's own.
    named: BTreeMap<String, PaymentId>,
    pub complaints: Vec<String>,
    pub transcript: Transcript,
    pub dice: Dice,
    /// The line to the terminal is dead: nothing arrives, nothing closes, connecting times out.
    pub cable_pulled: bool,
    /// What must not have happened.
    pub violations: Vec<String>,
    /// A violation ends the test at once; a story goes on to its judge, and is told.
    strict: bool,
    pub restarts: u32,
    /// Payments during which an answer was spoiled.
    pub spoiled: BTreeSet<PaymentId>,
    /// Somebody ended at the terminal what a person had decided about.
    pub red_key: bool,
    /// The till has said that a payment which the terminal denied is alive after all.
    pub late_sign: bool,
    /// Payments of our till, oldest first.
    pub asked: Vec<PaymentId>,
    /// How much of the clock the machine slept through.
    pub slept: Duration,
    /// Card machines at tables ask the till.
    has_tables: bool,
    /// What they asked and were not answered yet.
    overheard: BTreeMap<(Channel, String), waiters_ear::Asked>,
    /// Tables that a machine has given back, with how often the till had started by then.
    let_go: BTreeMap<String, (String, u32)>,
    counter: Counter,
    mangler: Option<&'static Mangler>,
    queue: BTreeMap<(Instant, u64), Event>,
    events: u64,
    wires: BTreeMap<Line, Wire>,
    older_answer: Option<Frame>,
    /// Where the terminal can be reached now.
    host: String,
    booted_at: Instant,
    started: Instant,
}

#[derive(Debug)]
pub(crate) enum Event {
    ToTerminal(SimulatorInput),
    /// To the till as it was started the given time; what was meant for an earlier life is lost.
    ToTill(usize, u32, Channel, LinkEvent),
    /// Out of a line at its till.
    ToTillInBytes(Line, Vec<Vec<u8>>),
    /// Bytes that waited for others go alone.
    GlueDries(Line),
    /// Out of a line at its till nothing more has come for a while.
    FallsSilent(Line),
    /// The bound of an exchange.
    TimeOut(Line),
    /// If nothing comes through there by then.
    PingsFail(Line),
    Answer(usize, u32, QuestionId, Answer),
    Cancel(usize, u32),
    Weather(Weather),
    WriteAgain(usize, u32),
    /// What a card machine at a table asks has reached the till's books.
    Commissioned(usize, u32, Commission),
    TillStarts(usize),
}

/// What happens to the shop at some moment of a payment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Weather {
    CablePulled(Duration),
    CableBack,
    TerminalRebooted,
    AddressChanged,
    ClockJumps,
    Suspended,
    OtherTillPays,
    StartsAnother,
    Asks,
    AsksAboutAnOlderOne,
    Decides,
}

impl World {
    /// One till and one terminal, and nothing that goes wrong.
    pub fn calm(protocol: &'static Protocol, fields: &[(&str, &str)], describe: fn(&[u8]) -> String) -> World {
        let counter = Counter { protocol, fields: &[], others: &[], describe };
        let mut world = World::new(counter, Dice::quiet(1), fields);
        world.transcript = Transcript::kept();
        world.strict = true;
        world
    }

    /// One till whose card machines are carried to the tables, and a cloud with these options besides.
    pub fn of_tables(counter: Counter, dice: Dice, chosen: &[(&'static str, &str)], kept: bool) -> World {
        let mut world = World::new(counter, dice, counter.fields);
        let mut options = options(counter.protocol, &world.dice);
        options.extend(chosen.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())));
        let currency = world.abilities().currency;
        let setup = SimulatorSetup { seed: world.dice.seed(), speed: 1, memory: None, currency, options };
        world.simulator = (counter.protocol.simulator)(&setup);
        world.has_tables = true;
        if kept {
            world.transcript = Transcript::kept();
        }
        world
    }

    /// What a story takes place in.
    pub fn of_story(counter: Counter, dice: Dice, kept: bool) -> World {
        let mut world = World::new(counter, dice, counter.fields);
        if chain::is_one(counter.protocol) {
            // A request on its way while every clock jumps is noted by the cloud under another day than it is asked for by.
            world.dice.never(Fault::ClockJumps);
            // An obstacle's answer names no transaction (econduit 3.9): only its exchange says what it answers.
            world.dice.never(Fault::AnswerOfAnother);
        }
        if kept {
            world.transcript = Transcript::kept();
        }
        world
    }

    fn new(counter: Counter, dice: Dice, fields: &[(&str, &str)]) -> World {
        let fields = checked(counter.protocol, fields);
        let currency = fields.text("currency").map_or(Currency::SEK, |code| code.parse().expect("a currency"));
        let setup =
            SimulatorSetup { seed: 1, speed: 1, memory: None, currency, options: options(counter.protocol, &dice) };
        World {
            now: Now {
                at: Instant::ORIGIN,
                wall: "2026-03-14T09:00:00Z".parse().expect("a time"),
                offset: jiff::tz::Offset::constant(1),
            },
            host: fields.text_or_empty("host").to_owned(),
            tills: vec![Till::new(counter.protocol, &fields, 0)],
            simulator: (counter.protocol.simulator)(&setup),
            ledger: Vec::new(),
            named: BTreeMap::new(),
            complaints: Vec::new(),
            transcript: Transcript::default(),
            dice,
            cable_pulled: false,
            violations: Vec::new(),
            strict: false,
            restarts: 0,
            spoiled: BTreeSet::new(),
            red_key: false,
            late_sign: false,
            asked: Vec::new(),
            slept: Duration::ZERO,
            has_tables: false,
            overheard: BTreeMap::new(),
            let_go: BTreeMap::new(),
            mangler: mangle::mangler_of(counter.protocol.id),
            counter,
            queue: BTreeMap::new(),
            events: 0,
            wires: BTreeMap::new(),
            older_answer: None,
            booted_at: Instant::ORIGIN,
            started: Instant::ORIGIN,
        }
    }

    pub fn till(&self) -> &Till {
        &self.tills[OURS]
    }

    pub fn abilities(&self) -> checkstand::protocols::protocol::Abilities {
        self.till().station.view().abilities
    }

    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.abilities().currency)
    }

    /// Takes one payment from start to outcome.
    pub fn pay(&mut self, request: PaymentRequest, cashier: &Cashier) -> PaymentRecord {
        let id = self.start(request, cashier);
        self.run_until_concluded(&id);
        self.record(&id)
    }

    pub fn sale(&mut self, minor: i64, cashier: &Cashier) -> PaymentRecord {
        self.pay(PaymentRequest::new(Operation::Sale, self.money(minor)), cashier)
    }

    pub fn void(&mut self, original: &PaymentRecord) -> PaymentRecord {
        self.pay(void_of(original).expect("an approval"), &Cashier::default())
    }

    pub fn start(&mut self, request: PaymentRequest, cashier: &Cashier) -> PaymentId {
        self.tills[OURS].station.check(&request).expect("a request the station takes");
        self.started = self.now.at;
        self.start_at(OURS, request, cashier.clone()).expect("a disk that takes it")
    }

    /// Asks about a payment, and waits for what comes of it.
    pub fn inquire(&mut self, id: &PaymentId) -> PaymentRecord {
        self.ask_about(OURS, id);
        self.run_until_concluded(id);
        self.record(id)
    }

    pub fn command(&mut self, command: Command) {
        let turn = self.tills[OURS].station.command(self.now, command);
        self.carry_out(OURS, turn);
    }

    pub fn record(&self, id: &PaymentId) -> PaymentRecord {
        self.till().record(id)
    }

    /// Sum of what the ledger says was taken and not given back, by the till's reference. Some terminals undo a payment,
    /// others refund it under the void's own reference.
    pub fn charged(&self, id: &PaymentId) -> i64 {
        let of = |reference: &PaymentId| -> i64 {
            let entries = self.ledger.iter().filter(|entry| entry.till_reference == reference.as_str());
            entries
                .map(|entry| match entry.state {
                    LedgerState::Approved => entry.amount_minor,
                    LedgerState::Reversed => -entry.amount_minor,
                })
                .sum()
        };
        of(id) - self.record(id).voided_by.as_ref().map_or(0, of)
    }

    pub fn power_cut(&mut self) {
        self.say("-- the terminal's plug is pulled".to_owned());
        let effects = self.simulator.step(self.now, SimulatorInput::PowerCut);
        self.act_for_simulator(effects);
    }

    pub fn run_until_concluded(&mut self, id: &PaymentId) {
        let begun = self.now.at;
        while !self.till().conclusions.iter().any(|(concluded, _)| concluded == id) {
            assert!(self.now.at - begun < STORY_AT_MOST, "no end:\n{}", self.transcript);
            assert!(self.advance(), "nothing more happens:\n{}", self.transcript);
        }
        self.tills[OURS].conclusions.clear();
    }

    /// Runs to the conclusion unless it is there already.
    pub fn run_until_concluded_or_done(&mut self, id: &PaymentId) {
        if self.record(id).state.is_final() {
            self.tills[OURS].conclusions.clear();
        } else {
            self.run_until_concluded(id);
        }
    }

    /// Lets time pass.
    pub fn run_for(&mut self, time: Duration) {
        let until = self.now.at + time;
        while self.violations.is_empty() && self.next_moment().is_some_and(|at| at <= until) {
            self.advance();
        }
        self.move_clock(until);
    }

    /// Runs until it is so, for at most this long. Whether it is.
    pub fn run_until(&mut self, within: Duration, so: impl Fn(&World) -> bool) -> bool {
        let until = self.now.at + within;
        while !so(self) {
            if !self.violations.is_empty() || self.next_moment().is_none_or(|at| at > until) {
                self.move_clock(until);
                return so(self);
            }
            self.advance();
        }
        true
    }

    fn next_moment(&self) -> Option<Instant> {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        let tills = self.tills.iter().filter(|till| till.runs).filter_map(|till| till.station.deadline());
        tills.chain(queued).chain(self.simulator.deadline()).min()
    }

    /// The next thing that happens. `false` when nothing is left to happen.
    fn advance(&mut self) -> bool {
        let Some(at) = self.next_moment() else { return false };
        self.move_clock(at);
        if let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= at) {
            let event = entry.remove();
            self.on_event(event);
        } else if self.simulator.deadline().is_some_and(|due| due <= at) {
            let effects = self.simulator.step(self.now, SimulatorInput::Tick);
            assert!(self.simulator.deadline().is_none_or(|due| due > at), "the simulator's deadline stands still");
            self.act_for_simulator(effects);
        } else {
            self.tick_the_tills(at);
        }
        true
    }

    fn tick_the_tills(&mut self, at: Instant) {
        for index in 0..self.tills.len() {
            let till = &mut self.tills[index];
            if !till.runs || till.station.deadline().is_none_or(|due| due > at) {
                continue;
            }
            let turn = till.station.tick(self.now);
            if till.station.deadline().is_some_and(|due| due <= at) {
                self.violate(format!("the deadline of till {index} stands still"));
            }
            self.carry_out(index, turn);
        }
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            let passed = at - self.now.at;
            self.now.wall += jiff::SignedDuration::try_from(passed).expect("a span");
            self.now.at = at;
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::ToTerminal(input) => {
                let effects = self.simulator.step(self.now, input);
                self.act_for_simulator(effects);
            }
            Event::ToTill(index, life, channel, event) if self.tills[index].lives(life) => {
                self.arrive_at_till(index, channel, event);
            }
            Event::ToTillInBytes(line, pieces) => self.bytes_arrive(line, &pieces),
            Event::GlueDries(line) => self.glue_dries(line),
            Event::FallsSilent(line) => self.falls_silent(line),
            Event::TimeOut(line) => self.time_out(line),
            Event::PingsFail(line) => self.pings_fail(line),
            Event::Answer(index, life, question, answer) if self.tills[index].lives(life) => {
                self.say_for(index, format!("cashier: {answer:?}"));
                let turn = self.tills[index].station.command(self.now, Command::Answer(question, answer));
                self.carry_out(index, turn);
            }
            Event::Cancel(index, life) if self.tills[index].lives(life) => self.cancel(index),
            Event::WriteAgain(index, life) if self.tills[index].lives(life) => {
                self.carry_out(index, checkstand::terminal::Turn::default());
            }
            Event::Commissioned(index, life, commission) if self.tills[index].lives(life) => {
                self.look_into_the_books(index, commission);
            }
            Event::TillStarts(index) => self.start_till(index),
            Event::Weather(weather) => self.weather(weather),
            // For a till that is gone.
            Event::ToTill(..)
            | Event::Answer(..)
            | Event::Cancel(..)
            | Event::WriteAgain(..)
            | Event::Commissioned(..) => {}
        }
    }

    pub(crate) fn enqueue(&mut self, after: Duration, event: Event) {
        self.events += 1;
        self.queue.insert((self.now.at + after, self.events), event);
    }

    pub(crate) fn violate(&mut self, what: String) {
        self.say(format!("!! {what}"));
        assert!(!self.strict, "{what}\n{}", self.transcript);
        self.violations.push(what);
    }

    pub(crate) fn say(&mut self, what: String) {
        let passed = self.now.at - self.started;
        self.transcript.say(passed, &what);
    }

    pub(crate) fn say_for(&mut self, till: usize, what: String) {
        if till == OURS {
            self.say(what);
        } else {
            self.say(format!("[other till] {what}"));
        }
    }
}

/// A simulator that asks for credentials takes those of the tills.
/// One with faults of its own takes the story's seed.
fn options(protocol: &Protocol, dice: &Dice) -> BTreeMap<String, String> {
    let known = |option: &SimulatorOption| match option.name {
        "account" => Some(format!("{0}:{0}", till::SECRET)),
        "story" => Some(dice.seed().to_string()),
        _ => None,
    };
    let options = protocol.simulator_options.iter();
    options.filter_map(|option| Some((option.name.to_owned(), known(option)?))).collect()
}

/// Takes back what was approved; `None` when nothing was.
pub fn void_of(original: &PaymentRecord) -> Option<PaymentRequest> {
    let taken = original.outcome.as_ref()?.taken?.total;
    let mut request = PaymentRequest::new(Operation::Void, taken);
    request.of = Some(Original {
        payment: original.id.clone(),
        operation: original.request.operation,
        taken,
        reference: original.reference.clone(),
    });
    Some(request)
}

fn checked(protocol: &'static Protocol, fields: &[(&str, &str)]) -> FieldValues {
    let mut given = FieldValues::default();
    for (name, text) in fields {
        given.set(name, text);
    }
    protocol.checked(&given).expect("settings")
}

/// A call of the terminal that waits for the till's answer.
pub(crate) type OpenCall = Post;
