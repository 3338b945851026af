//! The cloud of Paymentsense Connect with a site's terminals, without hardware: section 8 of the reference, the scenarios
//! of DESIGN section 6.
//!
//! The table of DESIGN wins over the reference's cents (8.3), which hold where it ends; machines at the tables (`tables/`) go by the
//! amount they are told. What the reference leaves open is
//! decided in `profile.rs`.

mod cards;
mod conduct;
mod door;
mod inventory;
mod lines;
mod oddities;
mod options;
mod profile;
mod receipts;
mod reports;
mod requests;
mod results;
mod running;
mod script;
mod signatures;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod texts;
mod totals;
mod transactions;
mod validation;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

pub use self::options::{KNOWN_OPTIONS, Mode, Options, TableOptions, TableScript, Unsigned};

use self::lines::Client;
use self::running::Running;
use self::store::Store;
use self::tables::Machine;
use crate::domain::{Instant, Now};
use crate::protocols::connect::messages::CURRENCIES;
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Dice, Line, Simulator, SimulatorEffect, SimulatorInput};

/// The registry's constructor.
pub fn create(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(Cloud::new(setup, Options::chosen(&setup.options)))
}

/// One site: the cloud and its terminals.
pub struct Cloud {
    speed: u32,
    /// Of the site's own terminals.
    currency: &'static str,
    options: Options,
    seed: u64,
    dice: Dice,
    store: Store,
    clients: BTreeMap<Line, Client>,
    /// At most one on each terminal.
    running: Vec<Running>,
    /// That are carried to the tables.
    machines: Vec<Machine>,
    /// Tables at which nothing was paid, left alone until then.
    left: BTreeMap<String, Instant>,
    effects: Vec<SimulatorEffect>,
}

impl Simulator for Cloud {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.perform_due(&now);
        self.machines_do(&now);
        match input {
            SimulatorInput::Knocked(line, _, target) => self.knocked(&now, line, &target),
            SimulatorInput::Received(line, frame) => self.received(&now, line, frame),
            SimulatorInput::Closed(line) => self.closed(line),
            SimulatorInput::PowerCut => self.power_cut(),
            // Nobody comes in but by the guarded door.
            SimulatorInput::Opened(line, _) if !self.clients.contains_key(&line) => {
                self.effects.push(SimulatorEffect::Close(line));
            }
            SimulatorInput::Opened(..) | SimulatorInput::Answered(..) | SimulatorInput::Tick => {}
        }
        self.perform_due(&now);
        self.machines_do(&now);
        std::mem::take(&mut self.effects)
    }

    fn deadline(&self) -> Option<Instant> {
        let running = self.running.iter().map(|running| running.wake);
        running.chain(self.machines.iter().filter_map(Machine::wake)).min()
    }

    fn memory(&self) -> Value {
        self.store.to_memory()
    }
}

impl Cloud {
    pub fn new(setup: &SimulatorSetup, options: Options) -> Cloud {
        let code = setup.currency.code();
        Cloud {
            speed: setup.speed.max(1),
            machines: Machine::all(options.tables.has_two),
            left: BTreeMap::new(),
            currency: CURRENCIES.into_iter().find(|known| *known == code).unwrap_or(CURRENCIES[0]),
            options,
            seed: setup.seed,
            dice: Dice::new(setup.seed),
            store: Store::restored(setup.memory.as_ref()),
            clients: BTreeMap::new(),
            running: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Customer's, machine's and acquirer's time.
    fn scaled(&self, wait: Duration) -> Duration {
        wait / self.speed
    }

    fn is_lenient(&self) -> bool {
        self.options.mode == Mode::Lenient
    }

    fn complain(&mut self, what: &str) {
        self.effects.push(SimulatorEffect::complaint(what));
    }

    /// Lines and what runs are gone; what was approved is stored already, the rest took no money.
    fn power_cut(&mut self) {
        let lines = std::mem::take(&mut self.clients);
        self.effects.extend(lines.into_keys().map(SimulatorEffect::Cut));
        self.running.clear();
        self.machines.iter_mut().for_each(Machine::power_cut);
    }
}

/// `YYYY-MM-DDThh:mm:ss`, local and without an offset (2).
fn local_time(now: &Now) -> String {
    now.local_rfc3339().chars().take(19).collect()
}
