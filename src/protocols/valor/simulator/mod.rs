//! A Valor terminal without hardware: section 10 of the reference, the scenarios of DESIGN section 6. Several tills may be
//! connected; one transaction runs at a time.

mod cards;
mod lines;
mod requests;
mod responses;
mod running;
mod script;
mod store;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::lines::{Lines, Sent};
use self::running::Running;
use self::store::Store;
use super::CANCEL_DOOR;
use super::codec;
use super::messages::{ACK, Members, name};
use crate::domain::{Currency, Instant, Now};
use crate::protocols::frame::Frame;
use crate::protocols::protocol::{SimulatorOption, SimulatorSetup};
use crate::protocols::simulator::{Carrier, Dice, Line, Simulator, SimulatorEffect, SimulatorInput};

/// (7.14) Real terminals of one kind only acknowledge a query; those of the vendor's document describe themselves.
const QUERY_DATA: &str = "query_data";
const ON: &str = "on";

/// What can be chosen of it.
pub const SIMULATOR_OPTIONS: &[SimulatorOption] = &[SimulatorOption { name: QUERY_DATA, words: &["off", ON] }];

/// The registry's constructor.
pub fn create(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(Terminal::new(setup))
}

/// One terminal.
pub struct Terminal {
    speed: u32,
    currency: Currency,
    dice: Dice,
    store: Store,
    lines: Lines,
    running: Option<Running>,
    describes_itself: bool,
    effects: Vec<SimulatorEffect>,
}

impl Simulator for Terminal {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.perform_due(&now);
        match input {
            SimulatorInput::Opened(line, door) if door.carries == Carrier::Http => {
                self.effects.push(SimulatorEffect::Close(line));
            }
            SimulatorInput::Opened(line, door) => self.lines.opened(line, door),
            SimulatorInput::Received(line, Frame::Bytes(piece)) => self.received(&now, line, &piece),
            SimulatorInput::Knocked(line, ..) => self.effects.push(SimulatorEffect::Close(line)),
            SimulatorInput::Received(line, _) => self.effects.push(SimulatorEffect::Cut(line)),
            SimulatorInput::Closed(line) => self.closed(line),
            SimulatorInput::PowerCut => self.power_cut(),
            SimulatorInput::Answered(..) | SimulatorInput::Tick => {}
        }
        self.perform_due(&now);
        std::mem::take(&mut self.effects)
    }

    fn deadline(&self) -> Option<Instant> {
        self.running.as_ref().map(Running::wake)
    }

    fn memory(&self) -> Value {
        self.store.to_memory()
    }
}

impl Terminal {
    fn new(setup: &SimulatorSetup) -> Self {
        let mut dice = Dice::new(setup.seed);
        Terminal {
            speed: setup.speed.max(1),
            currency: setup.currency,
            store: Store::restored(setup.memory.as_ref(), &mut dice),
            dice,
            lines: Lines::default(),
            running: None,
            describes_itself: setup.options.get(QUERY_DATA).is_some_and(|word| word == ON),
            effects: Vec::new(),
        }
    }

    fn complain(&mut self, what: &str) {
        self.effects.push(SimulatorEffect::complaint(what));
    }

    fn say(&mut self, line: Line, message: &Members) {
        self.effects.push(SimulatorEffect::Send(line, Frame::Bytes(codec::encode(message))));
    }

    fn received(&mut self, now: &Now, line: Line, piece: &[u8]) {
        let Some(sent) = self.lines.push(line, piece) else {
            self.complain("an object that is too large");
            self.lines.closed(line);
            return self.effects.push(SimulatorEffect::Cut(line));
        };
        for sent in sent {
            match sent {
                // (2.1) The real failure: acknowledged, and nothing else ever happens.
                Sent::Framed => {
                    self.complain("STX and ETX around a request");
                    self.say(line, &responses::acknowledgement());
                }
                Sent::Object(object) => self.object(now, line, &object),
            }
        }
    }

    fn object(&mut self, now: &Now, line: Line, object: &[u8]) {
        let Ok(request) = codec::decode(object) else {
            return self.complain("something that is no JSON object");
        };
        if request.is(name::MSG, ACK) {
            return;
        }
        if self.lines.door(line) == Some(CANCEL_DOOR) {
            self.cancel(now, line, &request);
        } else {
            self.request(now, line, &request);
        }
    }

    /// A transaction whose line is gone goes on, and its result is kept (10.6).
    fn closed(&mut self, line: Line) {
        self.lines.closed(line);
        if let Some(running) = &mut self.running {
            running.leave(line);
        }
    }

    /// What was decided is kept; what was not is cancelled.
    fn power_cut(&mut self) {
        if let Some(running) = self.running.take() {
            running.cut_short(&mut self.store);
        }
        let lines = self.lines.drain();
        self.effects.extend(lines.into_iter().map(SimulatorEffect::Cut));
    }
}
