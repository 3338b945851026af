//! One till: the real station over the real journal, with what the actor does around them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use checkstand::domain::{Instant, Now, Outcome, PaymentId, PaymentRecord, PaymentRequest, PaymentState, Secret};
use checkstand::journal::{Journal, NewPayment};
use checkstand::protocols::Protocol;
use checkstand::protocols::frame::Channel;
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Secrets};
use checkstand::protocols::simulator::{Line, SimulatorInput};
use checkstand::terminal::{Backlog, Signal, Station, TerminalView, Told, Turn};

use super::cashier::Cashier;
use super::dice::For;
use super::faults::Fault;
use super::transcript::describe_signal;
use super::{Event, LATENCY, OURS, OpenCall, World};

/// Must be seen nowhere.
pub const SECRET: &str = "s3cr3t-of-the-merchant";
/// What a till calls its terminal.
const NAME: &str = "terminal";
/// Of ours, and of the other one.
const SEEDS: [u64; 2] = [1_000, 77_000_000];
/// The actor's.
const WRITE_AGAIN: Duration = Duration::from_secs(2);

pub struct Till {
    pub station: Station,
    pub journal: Journal,
    pub cashier: Cashier,
    pub conclusions: VecDeque<(PaymentId, Outcome)>,
    /// Outcomes as they were when they became final.
    pub finals: BTreeMap<PaymentId, PaymentState>,
    /// Begins to count when the till says that it seeks an answer.
    pub seeking_since: Option<Instant>,
    /// Payments somebody waits for.
    pub waiting: BTreeSet<PaymentId>,
    pub contradictions: u32,
    pub runs: bool,
    pub(crate) channels: BTreeMap<Channel, Line>,
    pub(crate) calls: BTreeMap<Channel, OpenCall>,
    protocol: &'static Protocol,
    pub fields: FieldValues,
    backlog: Backlog,
    life: u32,
    number: usize,
}

impl Till {
    pub fn new(protocol: &'static Protocol, fields: &FieldValues, number: usize) -> Till {
        let journal = Journal::open_in_memory_as(["AAAA", "BBBB"][number]).expect("a journal");
        Till {
            station: station(NAME, protocol, fields, None, SEEDS[number]),
            journal,
            cashier: Cashier::default(),
            conclusions: VecDeque::new(),
            finals: BTreeMap::new(),
            seeking_since: None,
            waiting: BTreeSet::new(),
            contradictions: 0,
            runs: true,
            channels: BTreeMap::new(),
            calls: BTreeMap::new(),
            protocol,
            fields: fields.clone(),
            backlog: Backlog::default(),
            life: 0,
            number,
        }
    }

    pub fn record(&self, id: &PaymentId) -> PaymentRecord {
        self.journal.payment(id).expect("the journal").expect("the payment")
    }

    pub(crate) fn lives(&self, life: u32) -> bool {
        self.runs && self.life == life
    }

    pub(crate) fn life(&self) -> u32 {
        self.life
    }
}

impl World {
    /// Records and starts. `None` when the disk refused it.
    pub(crate) fn start_at(&mut self, index: usize, request: PaymentRequest, cashier: Cashier) -> Option<PaymentId> {
        if self.dice.strikes(Fault::DiskFails) {
            return None;
        }
        let till = &mut self.tills[index];
        let view = till.station.view();
        let new = NewPayment {
            terminal: view.name.clone(),
            protocol: view.protocol.to_owned(),
            training: true,
            request,
            at: self.now.wall,
        };
        let recorded = till.journal.record(new).expect("a record");
        let id = recorded.id.clone();
        let life = till.life;
        till.seeking_since = None;
        let cancels = [cashier.cancel_after, cashier.cancel_again_after];
        till.cashier = cashier;
        till.waiting.insert(id.clone());
        let turn = till.station.start(self.now, recorded);
        self.carry_out(index, turn);
        for after in cancels.into_iter().flatten() {
            self.enqueue(after, Event::Cancel(index, life));
        }
        Some(id)
    }

    pub(crate) fn cancel(&mut self, index: usize) {
        self.say_for(index, "cashier: cancel".to_owned());
        let turn = self.tills[index].station.cancel(self.now);
        self.carry_out(index, turn);
    }

    pub(crate) fn ask_about(&mut self, index: usize, id: &PaymentId) {
        let till = &mut self.tills[index];
        let record = till.record(id);
        till.waiting.insert(id.clone());
        let turn = till.station.inquire(self.now, &record);
        self.carry_out(index, turn);
    }

    /// Durable first, then the wire (rule 1); the way of the actor, with a plug to pull at every step.
    pub(crate) fn carry_out(&mut self, index: usize, turn: Turn) {
        let mut next = Some(turn);
        while let Some(mut turn) = next.take() {
            if self.is_killed(index, Fault::KilledBeforeWriting) {
                return;
            }
            next = self.write(index, &mut turn);
            if self.is_killed(index, Fault::KilledBeforeSending) {
                return;
            }
            for order in turn.links {
                self.act_for_station(index, order.channel, order.action);
                if self.is_killed(index, Fault::KilledWhileSending) {
                    return;
                }
            }
            if let Some((host, port)) = turn.moved {
                let till = &mut self.tills[index];
                till.fields.set("host", &host);
                till.fields.set("port", &port.to_string());
            }
            for signal in turn.signals {
                self.hear(index, &signal);
            }
            for (id, outcome) in turn.conclusions {
                self.concluded(index, id, outcome);
            }
            for commission in turn.commissions {
                self.commissioned(index, commission);
            }
        }
        self.ask_the_next(index);
    }

    fn write(&mut self, index: usize, turn: &mut Turn) -> Option<Turn> {
        let fails = self.dice.strikes(Fault::DiskFails);
        let till = &mut self.tills[index];
        if till.backlog.is_empty() && turn.entries.is_empty() {
            return None;
        }
        let mut next = None;
        if fails {
            let instead = till.station.not_durable(self.now, turn);
            till.backlog.keep(std::mem::take(&mut turn.entries));
            if !instead.entries.is_empty() || !instead.links.is_empty() {
                next = Some(instead);
            }
            let life = till.life;
            self.say_for(index, "-- the disk refuses".to_owned());
            self.enqueue(WRITE_AGAIN, Event::WriteAgain(index, life));
        } else {
            let waiting = if till.backlog.is_empty() { None } else { Some(till.backlog.and(&turn.entries)) };
            let entries = waiting.as_ref().unwrap_or(&turn.entries);
            let contradictions = till.journal.commit(entries).expect("a commit");
            let told = Told::among(entries);
            till.backlog.clear();
            for contradiction in &contradictions {
                till.contradictions += 1;
                turn.signals.push(till.station.contradicted(contradiction));
            }
            next = tell_of_tables(till, self.now, &told);
        }
        let till = &mut self.tills[index];
        till.station.set_unsaved(!till.backlog.is_empty());
        next
    }

    fn ask_the_next(&mut self, index: usize) {
        while let Some(id) = self.tills[index].station.next_to_ask() {
            let till = &mut self.tills[index];
            let record = till.record(&id);
            if record.state.is_final() {
                till.station.no_need_to_ask(&id);
            } else {
                let turn = till.station.inquire(self.now, &record);
                self.carry_out(index, turn);
            }
        }
        if let Some(turn) = self.tills[index].station.turn_to_the_session(self.now) {
            self.carry_out(index, turn);
        }
    }

    fn hear(&mut self, index: usize, signal: &Signal) {
        if self.transcript.is_kept() {
            self.say_for(index, describe_signal(signal));
        }
        match signal {
            Signal::Notice(notice) if notice.key == "explain-denied-and-alive" => self.late_sign = true,
            Signal::Question { question, .. } => self.plan_answers(index, question.id),
            Signal::Seeking { payment, .. } if self.tills[index].waiting.contains(payment) => {
                self.tills[index].seeking_since.get_or_insert(self.now.at);
            }
            _ => {}
        }
    }

    fn concluded(&mut self, index: usize, id: PaymentId, outcome: Outcome) {
        self.judge_the_wait(index);
        let till = &mut self.tills[index];
        till.seeking_since = None;
        till.waiting.remove(&id);
        till.conclusions.push_back((id, outcome));
        if till.conclusions.len() > 100 {
            till.conclusions.pop_front();
        }
    }

    fn is_killed(&mut self, index: usize, fault: Fault) -> bool {
        if index != OURS || !self.dice.strikes(fault) {
            return false;
        }
        let pause = Duration::from_millis(self.dice.roll(For::Pause, 60_000));
        self.kill_till(index);
        self.enqueue(pause, Event::TillStarts(index));
        true
    }

    /// What is only in memory is gone, and every line of it breaks.
    pub(crate) fn kill_till(&mut self, index: usize) {
        self.say_for(index, "-- the till is killed".to_owned());
        let till = &mut self.tills[index];
        till.runs = false;
        till.life += 1;
        till.backlog = Backlog::default();
        till.conclusions.clear();
        till.waiting.clear();
        till.seeking_since = None;
        let lines: Vec<Line> = std::mem::take(&mut till.channels).into_values().collect();
        let calls: Vec<OpenCall> = std::mem::take(&mut till.calls).into_values().collect();
        for line in lines {
            self.close_wire(line);
        }
        for call in calls {
            self.enqueue(LATENCY, Event::ToTerminal(SimulatorInput::Answered(call, None)));
        }
    }

    pub(crate) fn start_till(&mut self, index: usize) {
        self.restarts += 1;
        self.say_for(index, "-- the till starts again".to_owned());
        let till = &mut self.tills[index];
        let memory = till.journal.memory("terminal").expect("memory");
        till.station = station(NAME, till.protocol, &till.fields, memory, SEEDS[till.number]);
        till.runs = true;
        for record in till.journal.open_payments(None).expect("open payments") {
            let till = &mut self.tills[index];
            let turn = till.station.take_up(self.now, &record);
            self.carry_out(index, turn);
            if !self.tills[index].runs {
                return;
            }
        }
        self.ask_the_next(index);
    }

    /// The till is killed and started again at once.
    pub fn restart_till(&mut self) {
        self.kill_till(OURS);
        self.start_till(OURS);
    }
}

/// What the actor does with what was taken at tables, once it is on disk.
fn tell_of_tables(till: &mut Till, now: Now, told: &[Told]) -> Option<Turn> {
    let mut turn = Turn::default();
    for told in told {
        if let Some(news) = told.look_up(&till.journal).expect("the journal") {
            till.station.taken_at_table(now, &news, &mut turn);
        }
    }
    (!turn.signals.is_empty()).then_some(turn)
}

/// Something in every secret field.
fn secrets(protocol: &Protocol) -> Secrets {
    let mut secrets = Secrets::default();
    for field in protocol.secret_fields() {
        secrets.set(field.name, Secret::new(SECRET));
    }
    secrets
}

pub(crate) fn station(
    name: &str,
    protocol: &'static Protocol,
    fields: &FieldValues,
    memory: Option<serde_json::Value>,
    seed: u64,
) -> Station {
    let setup = DriverSetup { fields: fields.clone(), secrets: secrets(protocol), memory, seed };
    let driver = (protocol.driver)(&setup).expect("a driver");
    Station::new(
        driver,
        TerminalView { training: true, ..TerminalView::new(name, protocol.id, (protocol.abilities)(fields)) },
        &setup.secrets,
    )
}
