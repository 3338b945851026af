//! The till in the middle: two real stations over one real journal, with what the actors do around them and a plug to pull at
//! every step.

use std::collections::BTreeMap;
use std::time::Duration;

use checkstand::domain::{Answer, Instant, PaymentId, PaymentState, QuestionId};
use checkstand::journal::Journal;
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::Command;
use checkstand::protocols::frame::Channel;
use checkstand::protocols::protocol::FieldValues;
use checkstand::protocols::simulator::Line;
use checkstand::terminal::{Signal, Station, Turn};

use super::super::till::station;
use super::super::transcript::describe_signal;
use super::weather::Trouble;
use super::{Chain, Event, Side};

/// The cashier at the counter answers what the terminal asks.
const ANSWERED_AFTER: Duration = Duration::from_secs(1);
/// A till that was killed is started again within this.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

pub struct InnerTill {
    stations: [Station; 2],
    set_up: [(&'static Protocol, FieldValues); 2],
    pub journal: Journal,
    pub runs: bool,
    pub life: u32,
    pub channels: BTreeMap<(Side, Channel), Line>,
    /// Since when the till doubts.
    pub doubted: BTreeMap<PaymentId, Instant>,
    /// What the outside was told of payments that had ended.
    pub told: BTreeMap<PaymentId, PaymentState>,
}

impl InnerTill {
    pub fn new(set_up: [(&'static Protocol, FieldValues); 2]) -> InnerTill {
        let journal = Journal::open_in_memory_as("CCCC").expect("a journal");
        let stations = stations(&set_up, &journal);
        let (channels, doubted, told) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        InnerTill { stations, set_up, journal, runs: false, life: 0, channels, doubted, told }
    }

    pub fn station(&mut self, side: Side) -> &mut Station {
        &mut self.stations[side as usize]
    }

    pub fn counter(&self) -> &Station {
        &self.stations[Side::Counter as usize]
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.stations.iter().filter(|_| self.runs).filter_map(Station::deadline).min()
    }
}

fn stations(set_up: &[(&'static Protocol, FieldValues); 2], journal: &Journal) -> [Station; 2] {
    [Side::Cloud, Side::Counter].map(|side| {
        let (protocol, fields) = &set_up[side as usize];
        let memory = journal.memory(side.name()).expect("memory");
        station(side.name(), protocol, fields, memory, 500_000)
    })
}

impl Chain {
    pub(super) fn tick_the_till(&mut self) {
        for side in [Side::Cloud, Side::Counter] {
            let now = self.now;
            if !self.till.runs || self.till.station(side).deadline().is_none_or(|due| due > now.at) {
                continue;
            }
            let turn = self.till.station(side).tick(now);
            self.carry_out(side, turn);
        }
    }

    /// Durable first, then the wire (rule 1).
    pub(super) fn carry_out(&mut self, side: Side, mut turn: Turn) {
        if self.is_killed(Trouble::KilledBeforeWriting) {
            return;
        }
        for contradiction in self.till.journal.commit(&turn.entries).expect("a commit") {
            self.wrong.push(format!("the terminal contradicts the till's journal about {}", contradiction.payment));
            let signal = self.till.station(side).contradicted(&contradiction);
            turn.signals.push(signal);
        }
        if self.is_killed(Trouble::KilledBeforeSending) {
            return;
        }
        for order in turn.links {
            self.act_for_till(side, order.channel, order.action);
            if self.is_killed(Trouble::KilledWhileSending) {
                return;
            }
        }
        self.note_doubts();
        for signal in turn.signals {
            self.hear(signal);
        }
        for (id, _) in turn.conclusions {
            self.concluded(&id);
        }
        let life = self.till.life;
        for commission in turn.commissions {
            self.enqueue(super::bridge::HOP, Event::Commissioned(life, commission));
        }
        if let Some(end) = turn.errand {
            self.errand_ends(end);
        }
        self.ask_the_next();
    }

    fn ask_the_next(&mut self) {
        while let Some(id) = self.till.counter().next_to_ask().filter(|_| self.till.runs) {
            let record = self.till.journal.payment(&id).expect("the journal").expect("the payment");
            if record.state.is_final() {
                self.till.station(Side::Counter).no_need_to_ask(&id);
            } else {
                let turn = self.till.station(Side::Counter).inquire(self.now, &record);
                self.carry_out(Side::Counter, turn);
            }
        }
    }

    fn note_doubts(&mut self) {
        let now = self.now.at;
        let doubts: Vec<PaymentId> =
            self.till.counter().view().unresolved.iter().map(|doubt| doubt.id.clone()).collect();
        self.till.doubted.retain(|id, _| doubts.contains(id));
        for id in doubts {
            self.till.doubted.entry(id).or_insert(now);
        }
    }

    fn hear(&mut self, signal: Signal) {
        if !matches!(signal, Signal::Display { .. }) {
            self.say(describe_signal(&signal));
        }
        if let Signal::Question { question, .. } = signal {
            let life = self.till.life;
            self.enqueue(ANSWERED_AFTER, Event::Answer(life, question.id, Answer::Accept));
        }
    }

    pub(super) fn answer(&mut self, question: QuestionId, answer: Answer) {
        let turn = self.till.station(Side::Counter).command(self.now, Command::Answer(question, answer));
        self.carry_out(Side::Counter, turn);
    }

    fn is_killed(&mut self, trouble: Trouble) -> bool {
        if self.till.runs && !self.weather.strikes(trouble) {
            return false;
        }
        if self.till.runs {
            let pause = self.weather.wait(STARTED_WITHIN);
            self.kill_till(pause);
        }
        true
    }

    /// What is only in memory is gone, and every line of it breaks.
    pub(super) fn kill_till(&mut self, pause: Duration) {
        if !self.till.runs {
            return;
        }
        self.say("-- the till in the middle is killed".to_owned());
        self.till.runs = false;
        self.till.life += 1;
        self.till.doubted.clear();
        self.waits.clear();
        for line in std::mem::take(&mut self.till.channels).into_values() {
            self.close_wire(line);
        }
        self.hang_up();
        self.enqueue(pause, Event::TillStarts);
    }

    pub(super) fn start_till(&mut self) {
        if self.till.runs {
            return;
        }
        self.say("-- the till in the middle starts".to_owned());
        self.till.stations = stations(&self.till.set_up, &self.till.journal);
        self.till.runs = true;
        let life = self.till.life;
        for record in self.till.journal.open_payments(Some(Side::Counter.name())).expect("open payments") {
            let turn = self.till.station(Side::Counter).take_up(self.now, &record);
            self.carry_out(Side::Counter, turn);
            if self.till.life != life {
                return;
            }
        }
        let turn = self.till.station(Side::Cloud).command(self.now, Command::Connect);
        self.carry_out(Side::Cloud, turn);
        if self.till.life == life {
            self.ask_the_next();
        }
    }
}
