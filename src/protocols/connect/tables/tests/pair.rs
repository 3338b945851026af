//! Driver and simulated machines on a pretend network; the test is the shop with its bills.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::tz::Offset;

use super::bench::setup;
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Currency, DayEnd, Fulfilment, Instant, Money, Now, PrintedLine, TableAnswer, TableTaking, TableTask, Task, Verdict,
};
use crate::protocols::connect::{DOORS, simulator, tables};
use crate::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, LossCause, Report, Session,
};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{LedgerEntry, Line, Simulator, SimulatorEffect, SimulatorInput};

#[derive(Debug)]
pub struct Bill {
    pub total: i64,
    pub paid: i64,
    pub locked_by: Option<String>,
}

enum Event {
    Driver(Input),
    Simulator(SimulatorInput),
}

pub struct Pair {
    now: Now,
    driver: Box<dyn Driver>,
    simulator: Box<dyn Simulator>,
    queue: VecDeque<Event>,
    line: Option<(Channel, Line)>,
    lines: u64,
    pub bills: BTreeMap<String, Bill>,
    /// By reference, as the journal keeps them.
    pub takings: BTreeMap<String, TableTaking>,
    pub times_told: usize,
    pub tables_told: BTreeSet<String>,
    pub prints: Vec<bool>,
    pub locks_refused: usize,
    pub ledger: Vec<LedgerEntry>,
    pub complaints: Vec<String>,
    pub alarms: Vec<Explanation>,
    pub days: Vec<DayEnd>,
    pub session: Option<Session>,
    /// What was said on the wire, either way.
    pub wire: Vec<String>,
}

impl Pair {
    pub fn new(fields: &[(&str, &str)], options: &[(&str, &str)], bills: &[(&str, i64)]) -> Pair {
        let options = options.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect();
        let setup_of_cloud = SimulatorSetup { seed: 5, speed: 1, memory: None, currency: Currency::GBP, options };
        let bill =
            |(table, total): &(&str, i64)| ((*table).to_owned(), Bill { total: *total, paid: 0, locked_by: None });
        let wall = "2026-03-14T21:00:00Z".parse().unwrap();
        let mut pair = Pair {
            now: Now { at: Instant::ORIGIN, wall, offset: Offset::constant(0) },
            driver: tables::create(&setup(fields)).unwrap(),
            simulator: simulator::create(&setup_of_cloud),
            queue: VecDeque::new(),
            line: None,
            lines: 0,
            bills: bills.iter().map(bill).collect(),
            takings: BTreeMap::new(),
            times_told: 0,
            tables_told: BTreeSet::new(),
            prints: Vec::new(),
            locks_refused: 0,
            ledger: Vec::new(),
            complaints: Vec::new(),
            alarms: Vec::new(),
            days: Vec::new(),
            session: None,
            wire: Vec::new(),
        };
        pair.command(Command::Connect);
        pair
    }

    pub fn command(&mut self, command: Command) {
        self.queue.push_back(Event::Driver(Input::Command(command)));
        self.settle();
    }

    pub fn power_cut(&mut self) {
        self.queue.push_back(Event::Simulator(SimulatorInput::PowerCut));
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(event) = self.queue.pop_front() {
            match event {
                Event::Driver(input) => {
                    for effect in self.driver.step(self.now, input) {
                        self.driver_did(effect);
                    }
                }
                Event::Simulator(input) => {
                    for effect in self.simulator.step(self.now, input) {
                        self.simulator_did(effect);
                    }
                }
            }
        }
    }

    pub fn pass(&mut self, seconds: u64) {
        let end = self.now.at + Duration::from_secs(seconds);
        loop {
            let next = self.driver.deadline().into_iter().chain(self.simulator.deadline()).min();
            let Some(at) = next.filter(|at| *at <= end) else { break };
            self.move_clock(at);
            self.queue.push_back(Event::Driver(Input::Tick));
            self.queue.push_back(Event::Simulator(SimulatorInput::Tick));
            self.settle();
        }
        self.move_clock(end);
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(at - self.now.at).unwrap();
            self.now.at = at;
        }
    }

    fn driver_did(&mut self, effect: Effect) {
        match effect {
            Effect::Link { channel, action, .. } => self.link(channel, action),
            Effect::Report(Report::Session(session)) => self.session = Some(session),
            Effect::Report(Report::Alarm(alarm)) => self.alarms.push(alarm),
            Effect::Report(Report::DayEnd(day)) => self.days.push(day),
            Effect::Report(Report::TakenAtTable(taking)) => self.book(taking),
            Effect::Report(Report::Commission(commission)) => {
                let Task::AtTable(task) = commission.task else { panic!() };
                let fulfilment = self.does(task);
                self.queue.push_back(Event::Driver(Input::Command(Command::Fulfil(commission.id, fulfilment))));
            }
            Effect::Report(other) => panic!("{other:?}"),
        }
    }

    fn link(&mut self, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::WebSocket { target, .. }) => {
                self.lines += 1;
                self.line = Some((channel, Line(self.lines)));
                self.queue.push_back(Event::Simulator(SimulatorInput::Knocked(
                    Line(self.lines),
                    DOORS[0],
                    target.reveal(),
                )));
            }
            LinkAction::Send(frame) => {
                self.wire.push(String::from_utf8(frame.body().to_vec()).unwrap());
                let (_, line) = self.line.unwrap();
                self.queue.push_back(Event::Simulator(SimulatorInput::Received(line, frame)));
            }
            LinkAction::Close | LinkAction::Abandon => {
                if let Some((_, line)) = self.line.take() {
                    self.queue.push_back(Event::Simulator(SimulatorInput::Closed(line)));
                }
            }
            other @ LinkAction::Open(_) => panic!("{other:?}"),
        }
    }

    fn simulator_did(&mut self, effect: SimulatorEffect) {
        match effect {
            SimulatorEffect::Admit(_) => self.happens(LinkEvent::Opened),
            SimulatorEffect::Refuse(_, response) => self.loses(LossCause::Upgrade(response.status)),
            SimulatorEffect::Send(line, frame) | SimulatorEffect::SendInPieces(line, frame) => {
                self.arrives(line, frame);
            }
            SimulatorEffect::Cut(line) | SimulatorEffect::Close(line) => {
                if self.line.is_some_and(|(_, own)| own == line) {
                    self.loses(LossCause::Broken);
                }
            }
            SimulatorEffect::Ledger(entry) => self.ledger.push(entry),
            SimulatorEffect::Complaint(what) => self.complaints.push(what),
            other => panic!("{other:?}"),
        }
    }

    fn arrives(&mut self, line: Line, frame: Frame) {
        if self.line.is_some_and(|(_, own)| own == line) {
            self.wire.push(String::from_utf8(frame.body().to_vec()).unwrap());
            self.happens(LinkEvent::Received(frame));
        }
    }

    fn happens(&mut self, event: LinkEvent) {
        let (channel, _) = self.line.unwrap();
        self.queue.push_back(Event::Driver(Input::Link(channel, event)));
    }

    fn loses(&mut self, cause: LossCause) {
        self.happens(LinkEvent::Lost(Loss { departure: Departure::Perhaps, cause, detail: String::new() }));
        self.line = None;
    }

    fn book(&mut self, taking: TableTaking) {
        self.times_told += 1;
        self.tables_told.insert(taking.table.clone());
        if self.takings.contains_key(&taking.reference) {
            return;
        }
        if let Some(bill) = self.bills.get_mut(&taking.table)
            && taking.outcome.verdict == Verdict::Approved
        {
            bill.paid += taking.amount.minor();
        }
        self.takings.insert(taking.reference.clone(), taking);
    }

    fn does(&mut self, task: TableTask) -> Fulfilment {
        match task {
            TableTask::List { asker } => {
                let is_open = |bill: &Bill| {
                    bill.total > bill.paid && bill.locked_by.as_ref().is_none_or(|by| *by == asker.machine)
                };
                let tables = self.bills.iter().filter(|(_, bill)| is_open(bill)).map(|(table, _)| table.clone());
                Fulfilment::AtTable(TableAnswer::Tables(tables.collect(), Currency::GBP))
            }
            TableTask::Lock { asker, table } => {
                let Some(bill) = self.bills.get_mut(&table) else { return Fulfilment::NotKnown };
                if bill.locked_by.as_ref().is_some_and(|by| *by != asker.machine) {
                    self.locks_refused += 1;
                    return Fulfilment::Busy(Explanation::new("explain-terminal-busy", Fault::Nobody));
                }
                bill.locked_by = Some(asker.machine);
                Fulfilment::AtTable(TableAnswer::Locked(Money::new(bill.total - bill.paid, Currency::GBP)))
            }
            TableTask::Print { table, paid, .. } => {
                self.prints.push(paid);
                let lines = vec![PrintedLine::plain(table), PrintedLine::Rule { double: true }, PrintedLine::Feed];
                Fulfilment::AtTable(TableAnswer::Printed(lines))
            }
            TableTask::Unlock { asker, table } => {
                let Some(bill) = self.bills.get_mut(&table) else { return Fulfilment::NotKnown };
                bill.locked_by.take_if(|by| *by == asker.machine);
                Fulfilment::AtTable(TableAnswer::Unlocked)
            }
        }
    }

    /// References and sums, as the machines charged them and as the till booked them.
    pub fn charged(&self) -> BTreeMap<String, i64> {
        self.ledger.iter().map(|entry| (entry.terminal_reference.clone(), entry.amount_minor)).collect()
    }

    pub fn booked(&self) -> BTreeMap<String, i64> {
        let approved = self.takings.values().filter(|taking| taking.outcome.verdict == Verdict::Approved);
        approved.map(|taking| (taking.reference.clone(), taking.outcome.taken.unwrap().total.minor())).collect()
    }

    pub fn in_doubt(&self) -> usize {
        self.takings.values().filter(|taking| taking.outcome.verdict == Verdict::InDoubt).count()
    }

    pub fn said(&self, words: &str) -> usize {
        self.wire.iter().filter(|message| message.contains(words)).count()
    }
}

/// What has been taken, and whether the table is still locked, after a while.
fn played(cents: i64) -> Pair {
    let mut pair = Pair::new(&[("final_receipt", "true")], &[], &[("12", 5_000 + cents)]);
    pair.pass(300);
    assert_eq!(pair.complaints, [""; 0], "{cents}");
    pair
}

#[test]
fn whatever_is_due_the_till_books_what_was_charged_and_nothing_else() {
    for cents in 0..100 {
        let pair = played(cents);
        let bill = &pair.bills["12"];
        let is_left_locked = matches!(cents, 64 | 74);
        assert_eq!(bill.locked_by.is_some(), is_left_locked, "{cents}: {bill:?}");
        match cents {
            // never told, and told as unclear
            74 => assert_eq!((pair.ledger.len(), pair.takings.len()), (1, 0)),
            91 => assert_eq!((pair.ledger.len(), pair.in_doubt(), pair.booked().len()), (1, 1, 0)),
            92 => assert_eq!((pair.ledger.len(), pair.in_doubt(), pair.booked().len()), (0, 1, 0)),
            _ => assert_eq!((pair.charged(), pair.in_doubt()), (pair.booked(), 0), "{cents}"),
        }
        let unpaid = matches!(cents, 51..=54 | 62 | 63 | 67..=70 | 74 | 86..=92 | 94 | 98);
        assert_eq!(bill.paid, if unpaid { 0 } else { bill.total }, "{cents}");
        let charges = match cents {
            56 | 72 => 2,
            74 | 91 => 1,
            _ => usize::from(!unpaid),
        };
        assert_eq!(pair.ledger.len(), charges, "{cents}");
        let strange = matches!(cents, 73 | 99);
        assert_eq!(pair.alarms.is_empty(), !strange, "{cents}: {:?}", pair.alarms);
    }
}

#[test]
fn a_tip_is_on_top_of_the_bill() {
    let pair = played(57);
    assert_eq!(pair.ledger[0].amount_minor, 5_057 + 505);
    assert_eq!(pair.ledger[0].till_reference, "12");
    let taking = pair.takings.values().next().unwrap();
    assert_eq!((taking.amount.minor(), taking.outcome.taken.unwrap().tip_minor), (5_057, 505));
}

#[test]
fn what_was_taken_while_the_line_was_away_is_told_afterwards() {
    let pair = played(61);
    assert_eq!(pair.ledger.len(), 1);
    assert_eq!((pair.said("transactionResponse"), pair.booked().len()), (1, 1));
}

#[test]
fn a_payment_for_a_table_that_nobody_has_is_booked_too() {
    let pair = played(72);
    assert!(pair.tables_told.contains("GONE 9") && pair.tables_told.contains("12"));
}

#[test]
fn several_tables_are_paid_one_after_the_other_by_one_machine_or_two() {
    let bills: Vec<(String, i64)> = (1..=9).map(|table| (table.to_string(), 1_000 + table)).collect();
    let bills: Vec<(&str, i64)> = bills.iter().map(|(table, due)| (table.as_str(), *due)).collect();
    for machines in ["1", "2"] {
        let mut pair = Pair::new(&[], &[("machines", machines)], &bills);
        pair.pass(600);
        assert_eq!(pair.complaints, [""; 0]);
        assert!(pair.bills.values().all(|bill| bill.paid == bill.total && bill.locked_by.is_none()));
        assert_eq!(pair.charged(), pair.booked());
        let machines_seen: BTreeSet<&str> = pair.takings.values().map(|taking| taking.asker.machine.as_str()).collect();
        assert_eq!(machines_seen.len().to_string(), machines);
    }
}

#[test]
fn the_paid_bill_is_printed_only_where_the_till_wanted_to_be_asked() {
    for (wants, prints) in [("true", vec![false, true]), ("false", vec![false])] {
        let mut pair = Pair::new(&[("final_receipt", wants)], &[], &[("12", 1_000)]);
        pair.pass(60);
        assert_eq!(pair.prints, prints);
    }
}

/// A script of its own, for a bill that would simply be paid.
fn scripted(script: &str) -> Pair {
    let mut pair = Pair::new(&[("final_receipt", "true")], &[("tables", script)], &[("12", 6_480)]);
    pair.pass(120);
    pair
}

#[test]
fn every_script_ends_with_what_was_charged_in_the_books() {
    for script in [
        "pay",
        "half",
        "split",
        "decline",
        "abandon",
        "over",
        "twice",
        "lost_unlock",
        "late_payment",
        "takeover",
        "unknown_method",
        "end_of_day",
        "two_machines",
        "gone_table",
        "euro",
    ] {
        let mut pair = scripted(script);
        if script == "takeover" {
            let Some(Session::Refused(why)) = &pair.session else { panic!("{:?}", pair.session) };
            assert_eq!(why.key, "explain-tables-discontinued");
            assert_eq!(pair.lines, 1);
            pair.command(Command::Connect);
            pair.pass(60);
        }
        assert_eq!(pair.complaints, [""; 0], "{script}");
        assert_eq!(pair.charged(), pair.booked(), "{script}");
        let bill = &pair.bills["12"];
        let paid = match script {
            "decline" | "abandon" => 0,
            "over" => 6_980,
            _ => 6_480,
        };
        assert_eq!(bill.paid, paid, "{script}");
        assert_eq!(bill.locked_by.is_some(), script == "lost_unlock", "{script}");
    }
    assert_eq!(scripted("split").said("amountPaid\":3240"), 1);
    let twice = scripted("twice");
    assert_eq!((twice.times_told, twice.booked().len()), (2, 1));
    assert!(scripted("two_machines").locks_refused > 0);
    assert_eq!(scripted("end_of_day").days.len(), 1);
    assert_eq!(scripted("euro").alarms[0].key, "explain-table-other-currency");
    assert!(scripted("half").ledger.len() >= 2);
}

#[test]
fn names_versions_and_kinds_of_messages_may_vary() {
    for options in [
        vec![("names", "variant")],
        vec![("outcome", "notification")],
        vec![("unlock", "request")],
        vec![("ids", "random"), ("waiter", "7")],
        vec![("names", "variant"), ("outcome", "notification"), ("unlock", "request"), ("machines", "2")],
    ] {
        for version in ["v0", "v1"] {
            let fields = [("api_version", version), ("final_receipt", "true")];
            let mut pair = Pair::new(&fields, &options, &[("12", 6_480), ("13", 1_161), ("14", 1_257)]);
            pair.pass(300);
            assert_eq!(pair.complaints, [""; 0], "{options:?} {version}");
            assert!(pair.bills.values().all(|bill| bill.paid == bill.total && bill.locked_by.is_none()));
            assert_eq!(pair.charged(), pair.booked());
            assert_eq!(pair.said("\"tpi\"") > 0, version == "v0");
        }
    }
}

#[test]
fn only_the_chosen_table_is_taken() {
    let mut pair = Pair::new(&[], &[("table", "BAR 2")], &[("12", 6_480), ("BAR 2", 1_000)]);
    pair.pass(120);
    assert_eq!((pair.bills["12"].paid, pair.bills["BAR 2"].paid), (0, 1_000));
}

#[test]
fn a_machine_whose_plug_was_pulled_tells_what_it_took_and_gives_its_table_back() {
    for moment in 1..20 {
        let mut pair = Pair::new(&[], &[], &[("12", 6_480)]);
        pair.pass(moment);
        pair.power_cut();
        pair.pass(300);
        assert_eq!(pair.complaints, [""; 0], "{moment}");
        assert_eq!((pair.ledger.len(), pair.bills["12"].paid), (1, 6_480), "{moment}");
        assert_eq!(pair.charged(), pair.booked());
        assert_eq!(pair.bills["12"].locked_by, None);
    }
}
