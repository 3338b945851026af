//! eConduit Cloud with its terminals, without hardware: part 3 of the reference, the scenarios of DESIGN section 6.
//!
//! Towards tills it is the web interface in both flavours; behind it are virtual terminals, and real ones that registered
//! over TCP. The table of DESIGN wins over the reference's cents, which are an option. What the reference leaves open is
//! decided in `profile.rs`.

mod accounts;
mod batch;
mod calls;
mod cards;
mod conduct;
mod deadlines;
mod follow_ups;
mod gift;
mod lines;
mod oddities;
mod options;
mod pairing;
mod pieces;
mod profile;
mod prompts;
mod receipts;
mod registration;
mod relay;
mod responses;
mod running;
mod script;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod texts;
mod transactions;
mod watch;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::options::SIMULATOR_OPTIONS;
pub use self::profile::TAKES;

use self::deadlines::{Alarm, Deadlines};
use self::lines::Lines;
use self::options::Options;
use self::relay::Errands;
use self::running::Running;
use self::store::Store;
use self::watch::Watch;
use crate::domain::{Currency, Instant, Now};
use crate::protocols::frame::{Frame, HttpResponse};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Dice, Line, Simulator, SimulatorEffect, SimulatorInput};

/// The registry's constructor.
pub fn create(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(Cloud::new(setup))
}

/// The cloud.
pub struct Cloud {
    speed: u32,
    currency: Currency,
    options: Options,
    dice: Dice,
    store: Store,
    watch: Watch,
    /// What virtual terminals do, by number.
    running: BTreeMap<u32, Running>,
    /// What real terminals were told to do.
    errands: Errands,
    /// Tills that wait, and for which terminal.
    waiting: BTreeMap<Line, u32>,
    /// What tills are told that have waited for too long.
    too_late: BTreeMap<Line, HttpResponse>,
    lines: Lines,
    deadlines: Deadlines,
    /// When the first thing happened.
    began: Option<Instant>,
    effects: Vec<SimulatorEffect>,
}

impl Simulator for Cloud {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.began.get_or_insert(now.at);
        self.perform_due(&now);
        match input {
            SimulatorInput::Opened(line, door) => self.opened(&now, line, door),
            SimulatorInput::Received(line, Frame::Request(request)) => self.exchange(&now, line, &request),
            SimulatorInput::Received(line, Frame::Bytes(piece)) => self.piece(&now, line, &piece),
            SimulatorInput::Received(line, Frame::Response(_)) => self.effects.push(SimulatorEffect::Cut(line)),
            // No door is guarded.
            SimulatorInput::Knocked(line, ..) => self.effects.push(SimulatorEffect::Close(line)),
            SimulatorInput::Closed(line) => self.closed(line),
            SimulatorInput::PowerCut => self.power_cut(),
            SimulatorInput::Answered(..) | SimulatorInput::Tick => {}
        }
        self.perform_due(&now);
        std::mem::take(&mut self.effects)
    }

    fn deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    fn memory(&self) -> Value {
        self.store.to_memory()
    }
}

impl Cloud {
    pub fn new(setup: &SimulatorSetup) -> Cloud {
        let options = Options::chosen(&setup.options);
        let mut store = Store::restored(setup.memory.as_ref());
        if let Some((number, serial)) = &options.paired {
            store.accounts.add_to_first(*number, serial);
        }
        if let Some((key, password)) = &options.account {
            store.accounts.give_first(key, password);
        }
        Cloud {
            speed: setup.speed.max(1),
            currency: setup.currency,
            options,
            dice: Dice::new(setup.seed),
            store,
            watch: Watch::default(),
            running: BTreeMap::new(),
            errands: Errands::default(),
            waiting: BTreeMap::new(),
            too_late: BTreeMap::new(),
            lines: Lines::default(),
            deadlines: Deadlines::default(),
            began: None,
            effects: Vec::new(),
        }
    }

    fn perform_due(&mut self, now: &Now) {
        while let Some(alarm) = self.deadlines.due(now.at) {
            match alarm {
                Alarm::Step(number) => self.carry_on(now, number),
                Alarm::TooLate(line) => {
                    if let Some(response) = self.too_late.remove(&line) {
                        self.respond(line, response);
                    }
                }
                Alarm::Command(number) => self.command_is_overdue(now, number),
                Alarm::Silence(line) => self.is_silent(line),
            }
        }
    }

    fn complain(&mut self, what: &str) {
        self.effects.push(SimulatorEffect::complaint(what));
    }

    fn respond(&mut self, line: Line, response: HttpResponse) {
        self.waiting.remove(&line);
        self.effects.push(SimulatorEffect::Send(line, Frame::Response(response)));
    }

    /// A till or a terminal went away. What a till has asked for goes on.
    fn closed(&mut self, line: Line) {
        if let Some(number) = self.waiting.remove(&line) {
            if let Some(running) = self.running.get_mut(&number) {
                running.leave(line);
            }
            self.errands.leave(number, line);
        } else if self.too_late.remove(&line).is_some() {
            self.deadlines.clear(Alarm::TooLate(line));
        } else {
            self.line_is_gone(line);
        }
    }

    /// Lines and what runs are gone; what was decided is stored, the rest took no money.
    fn power_cut(&mut self) {
        let tills = std::mem::take(&mut self.waiting).into_keys();
        let late = std::mem::take(&mut self.too_late).into_keys();
        let gone: Vec<Line> = tills.chain(late).chain(self.lines.drain()).collect();
        self.effects.extend(gone.into_iter().map(SimulatorEffect::Cut));
        self.running.clear();
        self.errands = Errands::default();
        self.deadlines = Deadlines::default();
        self.watch = Watch::default();
        self.store.forget_running();
    }
}
