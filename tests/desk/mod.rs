//! One till's desk on a pretend clock: the real station, driver and journal. The test is the terminal, and says each word
//! itself; every byte the till sends is kept.
#![allow(dead_code)]

pub mod connect_cloud;
pub mod econduit_cloud;
pub mod payserver;
pub mod valor_terminal;

use std::time::Duration;

use checkstand::domain::{
    Answer, Decision, Instant, Money, Now, Operation, Original, Outcome, PaymentId, PaymentRecord, PaymentRequest,
    Secret, Verdict,
};
use checkstand::journal::{Journal, NewPayment};
use checkstand::protocols;
use checkstand::protocols::driver::{Command, Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::framing::Cutter;
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Protocol, Secrets};
use checkstand::terminal::{Signal, Station, TerminalView, Turn};
use serde_json::Value;

const SEED: u64 = 1_000;
/// In every secret field.
pub const SECRET: &str = "s3cr3t-of-the-merchant";

pub struct Desk {
    pub now: Now,
    pub station: Station,
    pub journal: Journal,
    pub signals: Vec<Signal>,
    /// What left, in its order.
    pub sent: Vec<Sent>,
    /// Outcomes told to whoever waits for them.
    pub conclusions: Vec<Outcome>,
    /// Every line that was wanted, in its order.
    pub wanted: Vec<Channel>,
    lines: Vec<Line>,
    protocol: &'static Protocol,
    fields: FieldValues,
}

pub struct Sent {
    pub channel: Channel,
    pub bytes: Vec<u8>,
}

/// A line that the till wants or has.
struct Line {
    channel: Channel,
    endpoint: Endpoint,
    cutter: Option<Cutter>,
}

impl Sent {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }
}

fn station(protocol: &Protocol, fields: &FieldValues, memory: Option<Value>, seed: u64) -> Station {
    let mut secrets = Secrets::default();
    protocol.secret_fields().for_each(|field| secrets.set(field.name, Secret::new(SECRET)));
    let abilities = (protocol.abilities)(fields);
    let setup = DriverSetup { fields: fields.clone(), secrets, memory, seed };
    let view = TerminalView { training: true, ..TerminalView::new("terminal", protocol.id, abilities) };
    Station::new((protocol.driver)(&setup).unwrap(), view, &setup.secrets)
}

impl Desk {
    pub fn new(protocol: &str, fields: &[(&str, &str)]) -> Desk {
        let protocol = protocols::find(protocol).unwrap();
        let mut given = FieldValues::default();
        fields.iter().for_each(|(name, text)| given.set(name, text));
        let fields = protocol.checked(&given).unwrap();
        Desk {
            now: Now {
                at: Instant::ORIGIN,
                wall: "2026-03-14T09:00:00Z".parse().unwrap(),
                offset: jiff::tz::Offset::constant(1),
            },
            station: station(protocol, &fields, None, SEED),
            journal: Journal::open_in_memory_as("K7M2").unwrap(),
            signals: Vec::new(),
            sent: Vec::new(),
            conclusions: Vec::new(),
            wanted: Vec::new(),
            lines: Vec::new(),
            protocol,
            fields,
        }
    }

    /// The program ends and is started again, with what the journal remembers; nothing was open.
    pub fn restart(&mut self) {
        self.restart_with(SEED);
    }

    /// The same with other dice.
    pub fn restart_with(&mut self, seed: u64) {
        let memory = self.journal.memory("terminal").unwrap();
        self.lines.clear();
        self.station = station(self.protocol, &self.fields, memory, seed);
    }

    /// The same with other settings, beside those it had.
    pub fn restart_as(&mut self, fields: &[(&str, &str)]) {
        fields.iter().for_each(|(name, text)| self.fields.set(name, text));
        self.fields = self.protocol.checked(&self.fields).unwrap();
        self.restart();
    }

    /// Somebody asks about a payment by hand.
    pub fn inquire(&mut self, id: &PaymentId) {
        let turn = self.station.inquire(self.now, &self.record(id));
        self.carry_out(turn);
    }

    pub fn carries_out(&mut self, turn: Turn) {
        self.carry_out(turn);
    }

    /// After a restart: the till finds the payment open, and asks.
    pub fn takes_up(&mut self, id: &PaymentId) {
        let turn = self.station.take_up(self.now, &self.record(id));
        self.carry_out(turn);
        assert_eq!(self.station.next_to_ask().as_ref(), Some(id));
        let turn = self.station.inquire(self.now, &self.record(id));
        self.carry_out(turn);
    }

    pub fn request(&self, operation: Operation, minor: i64) -> PaymentRequest {
        PaymentRequest::new(operation, Money::new(minor, self.station.view().abilities.currency))
    }

    pub fn start(&mut self, request: PaymentRequest) -> PaymentId {
        self.station.check(&request).unwrap();
        let view = self.station.view();
        let new = NewPayment {
            terminal: view.name.clone(),
            protocol: view.protocol.to_owned(),
            training: true,
            request,
            at: self.now.wall,
        };
        let recorded = self.journal.record(new).unwrap();
        let id = recorded.id.clone();
        let turn = self.station.start(self.now, recorded);
        self.carry_out(turn);
        id
    }

    pub fn cancel(&mut self) {
        let turn = self.station.cancel(self.now);
        self.carry_out(turn);
    }

    pub fn command(&mut self, command: Command) {
        let turn = self.station.command(self.now, command);
        self.carry_out(turn);
    }

    /// A person decides that it was not paid; the terminal is told to stop.
    pub fn decides_not_paid(&mut self, id: &PaymentId) {
        let decision =
            Decision { paid: false, by: "Kim".to_owned(), reason: "the customer left".to_owned(), at: self.now.wall };
        let record = self.journal.decide(id, decision).unwrap();
        let turn = self.station.settled_elsewhere(self.now, &record);
        self.carry_out(turn);
    }

    /// Answers the question that is open.
    pub fn answer(&mut self, answer: Answer) {
        let question = self.station.view().payment.as_ref().and_then(|payment| payment.question.clone());
        self.command(Command::Answer(question.unwrap().id, answer));
    }

    /// The newest line of this name.
    pub fn line(&self, name: &str) -> Option<Channel> {
        self.lines.iter().rev().map(|line| line.channel).find(|channel| channel.name == name)
    }

    pub fn endpoint(&self, channel: Channel) -> &Endpoint {
        &self.lines.iter().find(|line| line.channel == channel).unwrap().endpoint
    }

    /// The line stands.
    pub fn opened(&mut self, channel: Channel) {
        self.happens(channel, LinkEvent::Opened);
    }

    /// The terminal writes bytes, which are cut into messages as the links do.
    pub fn hears(&mut self, channel: Channel, bytes: &[u8]) {
        let at = self.now.at;
        let Some(line) = self.lines.iter_mut().find(|line| line.channel == channel) else { return };
        let cutter = line.cutter.as_mut();
        let messages = cutter.map_or_else(|| vec![bytes.to_vec()], |cutter| cutter.push(at, bytes).unwrap());
        for message in messages {
            self.happens(channel, LinkEvent::Received(Frame::Bytes(message)));
        }
    }

    /// The terminal ends the line in the middle.
    pub fn loses(&mut self, channel: Channel) {
        self.ends(channel, Departure::Perhaps, LossCause::Broken);
    }

    /// The line is gone.
    pub fn ends(&mut self, channel: Channel, departure: Departure, cause: LossCause) {
        let loss = Loss { departure, cause, detail: "reset".to_owned() };
        let line = self.lines.iter_mut().find(|line| line.channel == channel);
        if let Some(last) = line.and_then(|line| line.cutter.as_mut()?.close()) {
            self.happens(channel, LinkEvent::Received(Frame::Bytes(last)));
        }
        self.lines.retain(|line| line.channel != channel);
        self.happens(channel, LinkEvent::Lost(loss));
    }

    fn happens(&mut self, channel: Channel, event: LinkEvent) {
        let turn = self.station.link(self.now, channel, event);
        self.carry_out(turn);
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: Duration) {
        let until = self.now.at + time;
        while let Some(at) = self.next_moment().filter(|at| *at <= until) {
            self.move_clock(at);
            self.lines_fall_silent();
            if self.station.deadline().is_some_and(|due| due <= at) {
                let turn = self.station.tick(self.now);
                self.carry_out(turn);
            }
        }
        self.move_clock(until);
    }

    fn next_moment(&self) -> Option<Instant> {
        let lines = self.lines.iter().filter_map(|line| line.cutter.as_ref()?.deadline());
        lines.chain(self.station.deadline()).min()
    }

    /// What came without its end and is followed by nothing is a message all the same.
    fn lines_fall_silent(&mut self) {
        let at = self.now.at;
        let silent: Vec<(Channel, Vec<u8>)> =
            self.lines.iter_mut().filter_map(|line| Some((line.channel, line.cutter.as_mut()?.tick(at)?))).collect();
        for (channel, message) in silent {
            self.happens(channel, LinkEvent::Received(Frame::Bytes(message)));
        }
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(at - self.now.at).unwrap();
            self.now.at = at;
        }
    }

    /// Durable first, then the wire, then the signals, as the actor does.
    fn carry_out(&mut self, turn: Turn) {
        assert!(self.journal.commit(&turn.entries).unwrap().is_empty(), "the journal contradicts");
        for order in turn.links {
            let channel = order.channel;
            match order.action {
                LinkAction::Open(endpoint) => {
                    let cutter = match &endpoint {
                        Endpoint::Tcp { framing, .. } => Some(framing.cutter()),
                        _ => None,
                    };
                    self.wanted.push(channel);
                    self.lines.push(Line { channel, endpoint, cutter });
                }
                LinkAction::Send(frame) => self.sent.push(Sent { channel, bytes: frame.body().to_vec() }),
                LinkAction::Close | LinkAction::Abandon => self.lines.retain(|line| line.channel != channel),
            }
        }
        self.signals.extend(turn.signals);
        self.conclusions.extend(turn.conclusions.into_iter().map(|(_, outcome)| outcome));
    }

    pub fn record(&self, id: &PaymentId) -> PaymentRecord {
        self.journal.payment(id).unwrap().unwrap()
    }

    /// What the journal says, and what it says was taken.
    pub fn books(&self, id: &PaymentId) -> (Verdict, Option<i64>) {
        let record = self.record(id);
        let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken);
        (record.verdict(), taken.map(|taken| taken.total.minor()))
    }

    /// The key of the newest explanation.
    pub fn reason(&self, id: &PaymentId) -> String {
        self.record(id).outcome.and_then(|outcome| outcome.explanation).map(|why| why.key).unwrap_or_default()
    }

    /// The terminal's number as the journal has it.
    pub fn number(&self, id: &PaymentId) -> Option<String> {
        Some(self.record(id).reference?.get("shown")?.as_str()?.to_owned())
    }

    pub fn displays(&self) -> Vec<&str> {
        self.signals
            .iter()
            .filter_map(|signal| match signal {
                Signal::Display { display, .. } => Some(display.said()),
                _ => None,
            })
            .collect()
    }

    /// The keys of what the cashier was to read besides.
    pub fn notices(&self) -> Vec<&str> {
        self.signals
            .iter()
            .filter_map(|signal| match signal {
                Signal::Notice(notice) => Some(notice.key.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether who waits was told that the answer may be lost.
    pub fn has_sought(&self, id: &PaymentId) -> bool {
        self.signals.iter().any(|signal| matches!(signal, Signal::Seeking { payment, .. } if payment == id))
    }

    /// How often a line of this name was wanted.
    pub fn times_wanted(&self, name: &str) -> usize {
        self.wanted.iter().filter(|channel| channel.name == name).count()
    }

    pub fn original(&self, id: &PaymentId) -> Original {
        let record = self.record(id);
        let taken = record.outcome.and_then(|outcome| outcome.taken).unwrap().total;
        Original { payment: record.id, operation: record.request.operation, taken, reference: record.reference }
    }
}
