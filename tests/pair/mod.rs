//! A till and a simulated terminal in one process, on a pretend clock and a network that loses nothing: the real
//! station, driver, journal and simulator, thousands of times faster than the counter.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use checkstand::domain::{
    Answer, Currency, Instant, Money, Now, Operation, Original, Outcome, PaymentId, PaymentRecord, PaymentRequest,
};
use checkstand::journal::{Journal, NewPayment};
use checkstand::protocols::Protocol;
use checkstand::protocols::driver::{Command, Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::protocol::{DriverSetup, FieldValues, SimulatorSetup};
use checkstand::protocols::simulator::{
    LedgerEntry, LedgerState, Line, Post, Simulator, SimulatorEffect, SimulatorInput,
};
use checkstand::terminal::{Signal, Station, TerminalView, Turn};

/// How long a message takes from one end to the other.
const LATENCY: Duration = Duration::from_millis(5);
/// No story may be longer.
const STORY_AT_MOST: Duration = Duration::from_secs(3600);

/// What the cashier does, and when (after the start of the payment).
#[derive(Debug, Clone, Default)]
pub struct Cashier {
    pub answer: Option<Answer>,
    pub cancel_after: Option<Duration>,
}

pub struct Pair {
    pub now: Now,
    pub station: Station,
    pub journal: Journal,
    pub simulator: Box<dyn Simulator>,
    pub ledger: Vec<LedgerEntry>,
    pub complaints: Vec<String>,
    pub transcript: Vec<String>,
    /// The line to the terminal is dead: nothing arrives, nothing closes, connecting times out.
    pub cable_pulled: bool,
    protocol: &'static Protocol,
    fields: FieldValues,
    queue: BTreeMap<(Instant, u64), Event>,
    counter: u64,
    lines: HashMap<Channel, Line>,
    channels: HashMap<Line, Channel>,
    posts: HashMap<Channel, Post>,
    conclusions: VecDeque<(PaymentId, Outcome)>,
    describe: fn(&[u8]) -> String,
    started: Instant,
}

#[derive(Debug)]
enum Event {
    ToSimulator(SimulatorInput),
    ToStation(Channel, LinkEvent),
    /// The bound of an exchange.
    TimeOut(Channel),
    Answer(checkstand::domain::QuestionId, Answer),
    Cancel,
}

impl Pair {
    pub fn new(protocol: &'static Protocol, fields: &[(&str, &str)], describe: fn(&[u8]) -> String) -> Pair {
        let mut given = FieldValues::default();
        for (name, text) in fields {
            given.set(name, text);
        }
        let fields = protocol.checked(&given).expect("settings");
        let simulator =
            (protocol.simulator)(&SimulatorSetup { seed: 1, speed: 1, memory: None, currency: Currency::SEK });
        let station = station(protocol, &fields, None);
        Pair {
            now: Now {
                at: Instant::ORIGIN,
                wall: "2026-03-14T09:00:00Z".parse().expect("a time"),
                offset: jiff::tz::Offset::constant(1),
            },
            station,
            journal: Journal::open_in_memory().expect("a journal"),
            simulator,
            ledger: Vec::new(),
            complaints: Vec::new(),
            transcript: Vec::new(),
            cable_pulled: false,
            protocol,
            fields,
            queue: BTreeMap::new(),
            counter: 0,
            lines: HashMap::new(),
            channels: HashMap::new(),
            posts: HashMap::new(),
            conclusions: VecDeque::new(),
            describe,
            started: Instant::ORIGIN,
        }
    }

    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, Currency::SEK)
    }

    /// Takes one payment from start to outcome.
    pub fn pay(&mut self, request: PaymentRequest, cashier: &Cashier) -> PaymentRecord {
        let id = self.start(request, cashier);
        self.run_until_concluded(&id, cashier);
        self.record(&id)
    }

    pub fn sale(&mut self, minor: i64, cashier: &Cashier) -> PaymentRecord {
        self.pay(PaymentRequest::new(Operation::Sale, self.money(minor)), cashier)
    }

    pub fn void(&mut self, original: &PaymentRecord) -> PaymentRecord {
        let taken = original.outcome.as_ref().and_then(|outcome| outcome.taken).expect("an approval").total;
        let mut request = PaymentRequest::new(Operation::Void, taken);
        request.of = Some(Original {
            payment: original.id.clone(),
            operation: original.request.operation,
            taken,
            reference: original.reference.clone(),
        });
        self.pay(request, &Cashier::default())
    }

    pub fn start(&mut self, request: PaymentRequest, cashier: &Cashier) -> PaymentId {
        self.station.check(&request).expect("a request the station takes");
        let view = self.station.view();
        let new = NewPayment {
            terminal: view.name.clone(),
            protocol: view.protocol.to_owned(),
            training: true,
            request,
            at: self.now.wall,
        };
        let recorded = self.journal.record(new).expect("a record");
        let id = recorded.id.clone();
        self.started = self.now.at;
        let turn = self.station.start(self.now, recorded);
        self.carry_out(turn, cashier);
        if let Some(after) = cashier.cancel_after {
            self.enqueue(after, Event::Cancel);
        }
        id
    }

    pub fn inquire(&mut self, id: &PaymentId) -> PaymentRecord {
        let record = self.record(id);
        let turn = self.station.inquire(self.now, &record);
        self.carry_out(turn, &Cashier::default());
        self.run_until_concluded(id, &Cashier::default());
        self.record(id)
    }

    pub fn command(&mut self, command: Command) {
        let turn = self.station.command(self.now, command);
        self.carry_out(turn, &Cashier::default());
    }

    /// The till is killed and started again: what is only in memory is gone.
    pub fn restart_till(&mut self) {
        self.say("-- the till is killed and started again".to_owned());
        self.queue.retain(|_, event| matches!(event, Event::ToSimulator(SimulatorInput::Received(..))));
        let gone: Vec<Line> = self.channels.keys().copied().collect();
        for line in gone {
            self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Closed(line)));
        }
        for (_, post) in std::mem::take(&mut self.posts) {
            self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Answered(post, None)));
        }
        self.lines.clear();
        self.channels.clear();
        let memory = self.journal.memory("terminal").expect("memory");
        self.station = station(self.protocol, &self.fields, memory);
        for record in self.journal.open_payments(None).expect("open payments") {
            let turn = self.station.take_up(self.now, &record);
            self.carry_out(turn, &Cashier::default());
        }
    }

    pub fn power_cut(&mut self) {
        self.say("-- the terminal's plug is pulled".to_owned());
        let effects = self.simulator.step(self.now, SimulatorInput::PowerCut);
        self.act_for_simulator(effects);
    }

    pub fn record(&self, id: &PaymentId) -> PaymentRecord {
        self.journal.payment(id).expect("the journal").expect("the payment")
    }

    /// Sum of what the ledger says was taken and not given back, by the till's reference.
    pub fn charged(&self, id: &PaymentId) -> i64 {
        let entries = self.ledger.iter().filter(|entry| entry.till_reference == id.as_str());
        entries
            .map(|entry| match entry.state {
                LedgerState::Approved => entry.amount_minor,
                LedgerState::Reversed => -entry.amount_minor,
            })
            .sum()
    }

    pub fn run_until_concluded(&mut self, id: &PaymentId, cashier: &Cashier) {
        let begun = self.now.at;
        while !self.conclusions.iter().any(|(concluded, _)| concluded == id) {
            assert!(self.now.at - begun < STORY_AT_MOST, "no end:\n{}", self.transcript.join("\n"));
            assert!(self.advance(cashier), "nothing more happens:\n{}", self.transcript.join("\n"));
        }
        self.conclusions.clear();
    }

    /// Runs to the conclusion unless it is there already.
    pub fn run_until_concluded_or_done(&mut self, id: &PaymentId) {
        if self.record(id).state.is_final() {
            self.conclusions.clear();
        } else {
            self.run_until_concluded(id, &Cashier::default());
        }
    }

    /// Lets time pass.
    pub fn run_for(&mut self, time: Duration, cashier: &Cashier) {
        let until = self.now.at + time;
        while self.next_moment().is_some_and(|at| at <= until) {
            self.advance(cashier);
        }
        self.move_clock(until);
    }

    fn next_moment(&self) -> Option<Instant> {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        [queued, self.station.deadline(), self.simulator.deadline()].into_iter().flatten().min()
    }

    /// The next thing that happens. `false` when nothing is left to happen.
    fn advance(&mut self, cashier: &Cashier) -> bool {
        let Some(at) = self.next_moment() else { return false };
        self.move_clock(at);
        if let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= at) {
            let event = entry.remove();
            self.on_event(event, cashier);
        } else if self.simulator.deadline().is_some_and(|due| due <= at) {
            let effects = self.simulator.step(self.now, SimulatorInput::Tick);
            assert!(self.simulator.deadline().is_none_or(|due| due > at), "the simulator's deadline stands still");
            self.act_for_simulator(effects);
        } else {
            let turn = self.station.tick(self.now);
            assert!(self.station.deadline().is_none_or(|due| due > at), "the station's deadline stands still");
            self.carry_out(turn, cashier);
        }
        true
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            let passed = at - self.now.at;
            self.now.wall += jiff::SignedDuration::try_from(passed).expect("a span");
            self.now.at = at;
        }
    }

    fn on_event(&mut self, event: Event, cashier: &Cashier) {
        match event {
            Event::ToSimulator(input) => {
                let effects = self.simulator.step(self.now, input);
                self.act_for_simulator(effects);
            }
            Event::ToStation(channel, event) => {
                // Nothing comes of a channel that was closed meanwhile.
                let known = channel.name == "inbound" || self.lines.contains_key(&channel);
                if known {
                    if matches!(event, LinkEvent::Received(Frame::Response(_)) | LinkEvent::Lost(_)) {
                        self.forget(channel);
                    }
                    let turn = self.station.link(self.now, channel, event);
                    self.carry_out(turn, cashier);
                }
            }
            Event::TimeOut(channel) => {
                if let Some(line) = self.lines.get(&channel).copied() {
                    self.enqueue(Duration::ZERO, Event::ToSimulator(SimulatorInput::Closed(line)));
                    let loss = lost(Departure::Perhaps, LossCause::TimedOut);
                    self.enqueue(Duration::ZERO, Event::ToStation(channel, loss));
                }
            }
            Event::Answer(id, answer) => {
                self.say(format!("cashier: {answer:?}"));
                let turn = self.station.command(self.now, Command::Answer(id, answer));
                self.carry_out(turn, cashier);
            }
            Event::Cancel => {
                self.say("cashier: cancel".to_owned());
                let turn = self.station.cancel(self.now);
                self.carry_out(turn, cashier);
            }
        }
    }

    fn forget(&mut self, channel: Channel) {
        if let Some(line) = self.lines.remove(&channel) {
            self.channels.remove(&line);
        }
    }

    /// Durable first, then the wire (rule 1).
    pub fn carry_out(&mut self, turn: Turn, cashier: &Cashier) {
        self.journal.commit(&turn.entries).expect("a commit");
        for order in turn.links {
            self.act_for_station(order.channel, order.action);
        }
        for signal in turn.signals {
            if let Signal::Question { question, .. } = &signal
                && let Some(answer) = cashier.answer
            {
                self.enqueue(Duration::from_secs(2), Event::Answer(question.id, answer));
            }
            self.say(describe_signal(&signal));
        }
        self.conclusions.extend(turn.conclusions);
    }

    fn act_for_station(&mut self, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Http { request, connect_within, answer_within, .. }) => {
                self.say(format!("till → terminal  {}", (self.describe)(&request.body)));
                self.counter += 1;
                let line = Line(self.counter);
                self.lines.insert(channel, line);
                if self.cable_pulled {
                    let loss = lost(Departure::SurelyNot, LossCause::TimedOut);
                    return self.enqueue(connect_within, Event::ToStation(channel, loss));
                }
                self.channels.insert(line, channel);
                self.enqueue(LATENCY, Event::ToStation(channel, LinkEvent::Opened));
                self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Received(line, Frame::Request(request))));
                self.enqueue(connect_within + answer_within, Event::TimeOut(channel));
            }
            LinkAction::Open(Endpoint::Tcp { .. }) => unimplemented!("no protocol uses TCP yet"),
            LinkAction::Send(frame) => {
                if let (Some(post), Frame::Response(response)) = (self.posts.remove(&channel), frame) {
                    self.say(format!("till = {} {}", response.status, (self.describe)(&response.body)));
                    self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Answered(post, Some(response))));
                }
            }
            LinkAction::Close => {
                if let Some(line) = self.lines.get(&channel).copied() {
                    self.forget(channel);
                    self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Closed(line)));
                }
                if let Some(post) = self.posts.remove(&channel) {
                    self.enqueue(LATENCY, Event::ToSimulator(SimulatorInput::Answered(post, None)));
                }
            }
        }
    }

    fn act_for_simulator(&mut self, effects: Vec<SimulatorEffect>) {
        for effect in effects {
            match effect {
                SimulatorEffect::Send(line, frame) => self.answer(line, "", frame),
                SimulatorEffect::SendInPieces(line, frame) => self.answer(line, " (in single bytes)", frame),
                SimulatorEffect::SendHalf(line, _) => self.cut(line, "half an answer, then the line breaks"),
                SimulatorEffect::Cut(line) => self.cut(line, "the line breaks"),
                SimulatorEffect::Post(post, request) => {
                    self.say(format!("terminal → till  {}", (self.describe)(&request.body)));
                    if self.cable_pulled {
                        self.enqueue(Duration::from_secs(5), Event::ToSimulator(SimulatorInput::Answered(post, None)));
                        continue;
                    }
                    self.counter += 1;
                    let channel = Channel::new("inbound", self.counter);
                    self.posts.insert(channel, post);
                    self.enqueue(LATENCY, Event::ToStation(channel, LinkEvent::Received(Frame::Request(request))));
                }
                SimulatorEffect::Ledger(entry) => {
                    self.say(format!(
                        "ledger: {:?} {} {} minor units ({})",
                        entry.operation,
                        entry.terminal_reference,
                        entry.amount_minor,
                        describe_state(entry.state)
                    ));
                    self.ledger.push(entry);
                }
                SimulatorEffect::Complaint(text) => {
                    self.say(format!("terminal dislikes: {text}"));
                    self.complaints.push(text);
                }
            }
        }
    }

    fn answer(&mut self, line: Line, how: &str, frame: Frame) {
        let Frame::Response(response) = &frame else { return };
        self.say(format!("terminal = {} {}{how}", response.status, (self.describe)(&response.body)));
        if let Some(channel) = self.channels.get(&line).copied().filter(|_| !self.cable_pulled) {
            self.enqueue(LATENCY, Event::ToStation(channel, LinkEvent::Received(frame)));
        }
    }

    fn cut(&mut self, line: Line, what: &str) {
        self.say(format!("terminal: {what}"));
        if let Some(channel) = self.channels.get(&line).copied() {
            self.enqueue(LATENCY, Event::ToStation(channel, lost(Departure::Perhaps, LossCause::Broken)));
        }
    }

    fn enqueue(&mut self, after: Duration, event: Event) {
        self.counter += 1;
        self.queue.insert((self.now.at + after, self.counter), event);
    }

    fn say(&mut self, what: String) {
        if what.is_empty() {
            return;
        }
        let passed = self.now.at - self.started;
        self.transcript.push(format!("{:>7.2}  {what}", passed.as_secs_f64()));
    }
}

fn station(protocol: &'static Protocol, fields: &FieldValues, memory: Option<serde_json::Value>) -> Station {
    let driver = (protocol.driver)(&DriverSetup { fields: fields.clone(), memory, seed: 1000 }).expect("a driver");
    Station::new(
        driver,
        TerminalView {
            name: "terminal".to_owned(),
            protocol: protocol.id,
            training: true,
            abilities: (protocol.abilities)(fields),
            session: None,
            payment: None,
            unresolved: Vec::new(),
            notices: Vec::new(),
            unsaved: false,
            no_listener: None,
        },
    )
}

fn lost(departure: Departure, cause: LossCause) -> LinkEvent {
    LinkEvent::Lost(Loss { departure, cause, detail: String::new() })
}

fn describe_state(state: LedgerState) -> &'static str {
    match state {
        LedgerState::Approved => "approved",
        LedgerState::Reversed => "reversed",
    }
}

fn describe_signal(signal: &Signal) -> String {
    match signal {
        Signal::Started { operation, amount, .. } => format!("** {} {amount}", operation.word()),
        Signal::Display { text, .. } => format!("   shown: {text}"),
        Signal::Question { question, .. } => format!("   question: {:?} {}", question.kind, question.text),
        Signal::QuestionClosed { .. } => "   question closed".to_owned(),
        Signal::Reference { reference, .. } => format!("   reference: {reference}"),
        Signal::Receipt { receipt, .. } => format!("   receipt: {:?}, {} lines", receipt.copy, receipt.lines.len()),
        Signal::Seeking { explanation, .. } => format!("   seeking: {}", explanation.key),
        Signal::Outcome { outcome, .. } => format!("** {}", describe_outcome(outcome)),
        Signal::Session(session) => {
            format!("   session: {}", format!("{session:?}").split(['(', ' ']).next().unwrap_or(""))
        }
        Signal::Notice(notice) => format!("   notice: {}", notice.key),
    }
}

pub fn describe_outcome(outcome: &Outcome) -> String {
    let mut text = outcome.verdict.word().to_owned();
    if let Some(taken) = outcome.taken {
        text += &format!(" {}", taken.total);
        for (name, minor) in
            [("tip", taken.tip_minor), ("cashback", taken.cashback_minor), ("surcharge", taken.surcharge_minor)]
        {
            if minor != 0 {
                text += &format!(", {name} {minor}");
            }
        }
    }
    if let Some(explanation) = &outcome.explanation {
        text += &format!(": {}", explanation.key);
    }
    text
}
