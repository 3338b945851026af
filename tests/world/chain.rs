//! The whole chain behind a point of sale of the cloud's, as one simulator: the simulated cloud, a till that is one of its
//! terminals (a face, and the terminal at its counter, over one real journal), the pure half of the bridge between the two, and
//! the simulated terminal at the counter. All on the world's clock, with a small network of their own.
//!
//! What the terminal at the counter takes is told under the cloud's names, so that the judge compares the two ends of the chain;
//! `memory` tells what is wrong in the middle of it.

mod bridge;
mod judge;
mod network;
mod protocols;
mod till;
mod weather;

use std::collections::BTreeMap;

use checkstand::domain::{
    Answer, Commission, CommissionId, Fulfilment, Instant, Now, PaymentId, PaymentState, QuestionId,
};
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::LinkEvent;
use checkstand::protocols::frame::Channel;
use checkstand::protocols::simulator::{LedgerEntry, Line, Post, Simulator, SimulatorEffect, SimulatorInput};
use serde_json::{Value, json};

use super::LATENCY;
use bridge::Wait;
use network::Wire;
use till::InnerTill;
use weather::Weather;

pub use network::SAID;
// Each test plays with its own part of them.
#[allow(unused_imports)]
pub use protocols::{CALM, NEXO, NEXO_IN_BAD_WEATHER, VALOR, VALOR_IN_BAD_WEATHER, is_one};

/// The cloud's number of the till, and the serial number it registers with.
pub const NUMBER: &str = "2050";
const SERIAL: &str = "70441922";
/// Things that happen at one moment; more is a circle.
const AT_ONE_MOMENT: usize = 100_000;

/// The two ends that the till between them talks to: the cloud through its face, the counter through its own terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Cloud,
    Counter,
}

impl Side {
    /// What the till calls its terminal there.
    fn name(self) -> &'static str {
        match self {
            Side::Cloud => "cloud",
            Side::Counter => "counter",
        }
    }
}

#[derive(Debug)]
enum Event {
    ToSimulator(Side, SimulatorInput),
    /// To the till as it was started the given time; what was meant for an earlier life is lost.
    ToTill(u32, Side, Channel, LinkEvent),
    OutOfLine(Line, Vec<Vec<u8>>),
    /// Both ends are told.
    Breaks(Line),
    FallsSilent(Line),
    TimeOut(Line),
    Commissioned(u32, Commission),
    Fulfilled(u32, CommissionId, Box<Fulfilment>),
    Answer(u32, QuestionId, Answer),
    Cancel(u32, PaymentId),
    TillStarts,
}

pub struct Chain {
    now: Now,
    cloud: Box<dyn Simulator>,
    counter: Box<dyn Simulator>,
    local: &'static Protocol,
    till: InnerTill,
    /// The bridge's, with the till's life.
    waits: Vec<Wait>,
    weather: Weather,
    queue: BTreeMap<(Instant, u64), Event>,
    events: u64,
    wires: BTreeMap<Line, Wire>,
    calls: BTreeMap<Channel, Post>,
    /// As the terminal at the counter wrote it.
    ledger: Vec<LedgerEntry>,
    /// A person has ended what the terminal at the counter was at, and its session with that.
    red_key: bool,
    /// What must not have happened.
    wrong: Vec<String>,
    out: Vec<SimulatorEffect>,
}

impl Simulator for Chain {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.now = now;
        self.catch_up();
        match input {
            SimulatorInput::Opened(_, door) if door.name == protocols::CALM => self.calm_down(),
            SimulatorInput::PowerCut => self.kill_till(LATENCY),
            SimulatorInput::Tick => {}
            input => self.tell_simulator(Side::Cloud, input),
        }
        self.catch_up();
        std::mem::take(&mut self.out)
    }

    fn deadline(&self) -> Option<Instant> {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        let own = [queued, self.cloud.deadline(), self.counter.deadline(), self.till.deadline()];
        own.into_iter()
            .flatten()
            .chain(self.waits.iter().filter_map(|wait| wait.until))
            .chain(self.person_comes())
            .min()
    }

    fn memory(&self) -> Value {
        json!({
            "wrong": self.what_is_wrong(),
            "decided": self.named(|record| record.state == PaymentState::DecidedPaid),
            "forgotten": self.named(|record| self.is_forgotten(record)),
        })
    }
}

impl Chain {
    fn catch_up(&mut self) {
        for _ in 0..AT_ONE_MOMENT {
            if !self.advance() {
                return;
            }
        }
        self.wrong.push("the chain goes round in a circle".to_owned());
    }

    /// The next thing that is due. `false` when nothing is.
    fn advance(&mut self) -> bool {
        let at = self.now.at;
        let is_due = |deadline: Option<Instant>| deadline.is_some_and(|due| due <= at);
        if let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= at) {
            let event = entry.remove();
            self.on_event(event);
        } else if is_due(self.cloud.deadline()) {
            self.tell_simulator(Side::Cloud, SimulatorInput::Tick);
        } else if is_due(self.counter.deadline()) {
            self.tell_simulator(Side::Counter, SimulatorInput::Tick);
        } else if is_due(self.till.deadline()) {
            self.tick_the_till();
        } else if is_due(self.person_comes()) {
            self.person_decides();
        } else {
            return self.look_at_waits();
        }
        self.look_at_waits();
        true
    }

    fn on_event(&mut self, event: Event) {
        let lives = |life: u32| self.till.runs && self.till.life == life;
        match event {
            Event::ToSimulator(side, input) => self.tell_simulator(side, input),
            Event::ToTill(life, side, channel, event) if lives(life) => self.arrive_at_till(side, channel, event),
            Event::OutOfLine(line, pieces) => self.out_of_line(line, &pieces),
            Event::Breaks(line) => self.break_line(line),
            Event::FallsSilent(line) => self.falls_silent(line),
            Event::TimeOut(line) => self.time_out(line),
            Event::Commissioned(life, commission) if lives(life) => self.commissioned(commission),
            Event::Fulfilled(life, id, fulfilment) if lives(life) => self.fulfilled(id, *fulfilment),
            Event::Answer(life, question, answer) if lives(life) => self.answer(question, answer),
            Event::Cancel(life, id) if lives(life) => self.cashier_cancels(&id),
            Event::TillStarts => self.start_till(),
            // For a till that is gone.
            Event::ToTill(..)
            | Event::Commissioned(..)
            | Event::Fulfilled(..)
            | Event::Answer(..)
            | Event::Cancel(..) => {}
        }
    }

    fn enqueue(&mut self, after: std::time::Duration, event: Event) {
        self.events += 1;
        self.queue.insert((self.now.at + after, self.events), event);
    }

    fn tell_simulator(&mut self, side: Side, input: SimulatorInput) {
        let simulator = match side {
            Side::Cloud => &mut self.cloud,
            Side::Counter => &mut self.counter,
        };
        let effects = simulator.step(self.now, input);
        self.act_for(side, effects);
    }
}
