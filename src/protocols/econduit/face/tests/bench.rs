//! One driver on a pretend clock. What the cloud writes is cut into messages as the links do.

use std::time::Duration;

use jiff::tz::Offset;
use serde_json::Value;

use crate::domain::{
    Commission, CommissionId, Currency, Fulfilment, Instant, Money, Now, Operation, Outcome, PaymentId, PaymentRecord,
    PaymentRequest, PaymentState, Receipt, Taken, Task,
};
use crate::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, LossCause, Report, Session,
};
use crate::protocols::econduit::face::create;
use crate::protocols::econduit::settings::FIELDS;
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::framing::Cutter;
use crate::protocols::protocol::{DriverSetup, FieldValues, Secrets};

pub const OK: &str = "OK-REGISTRATION\u{4}\u{4}";
pub const AT: &str = "2026-03-14T09:00:00Z";
pub const SERIAL: &str = "77031594";

pub struct Bench {
    pub now: Now,
    driver: Box<dyn Driver>,
    line: Option<(Channel, Cutter)>,
    /// Names of the endpoints, and when they were opened, in milliseconds.
    pub opened: Vec<(&'static str, u64)>,
    /// What left, line by line.
    pub sent: Vec<(Channel, Value)>,
    pub sessions: Vec<Session>,
    pub commissions: Vec<Commission>,
    pub outcomes: Vec<Outcome>,
    pub alarms: Vec<String>,
    /// How lines were ended by the till.
    pub ended: Vec<&'static str>,
}

pub fn setup(further: &[(&str, &str)]) -> DriverSetup {
    let mut fields = FieldValues::default();
    for field in FIELDS {
        field.default.into_iter().for_each(|default| fields.set(field.name, default));
    }
    let own = [("role", "terminal"), ("terminal_id", SERIAL), ("through", "counter")];
    own.iter().chain(further).for_each(|(name, text)| fields.set(name, text));
    DriverSetup { fields, secrets: Secrets::default(), memory: None, seed: 11 }
}

impl Bench {
    pub fn new() -> Bench {
        Bench {
            now: Now { at: Instant::ORIGIN, wall: AT.parse().unwrap(), offset: Offset::constant(1) },
            driver: create(&setup(&[])).unwrap(),
            line: None,
            opened: Vec::new(),
            sent: Vec::new(),
            sessions: Vec::new(),
            commissions: Vec::new(),
            outcomes: Vec::new(),
            alarms: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Connected, and let in by the primary.
    pub fn registered() -> Bench {
        let mut bench = Bench::new();
        bench.command(Command::Connect);
        bench.lets_in();
        bench
    }

    pub fn lets_in(&mut self) {
        self.opens();
        self.hears(OK);
        assert!(self.is_online());
        self.sent.clear();
    }

    pub fn is_online(&self) -> bool {
        matches!(self.sessions.last(), Some(Session::Ready(_)))
    }

    /// The key of why it is offline, or refused.
    pub fn why(&self) -> &str {
        match self.sessions.last() {
            Some(Session::Offline(why) | Session::Refused(why)) => &why.key,
            other => panic!("{other:?}"),
        }
    }

    pub fn millis(&self) -> u64 {
        u64::try_from(self.now.at.since_origin().as_millis()).unwrap()
    }

    /// The line stands.
    pub fn opens(&mut self) {
        self.happens(LinkEvent::Opened);
    }

    pub fn hears(&mut self, text: &str) {
        let (channel, cutter) = self.line.as_mut().unwrap();
        let channel = *channel;
        let messages = match cutter.push(self.now.at, text.as_bytes()) {
            Ok(messages) => messages,
            Err(_) => return self.loses(LossCause::Garbled),
        };
        for message in messages {
            if self.channel() == Some(channel) {
                self.happens(LinkEvent::Received(Frame::Bytes(message)));
            }
        }
    }

    /// A command of the cloud's, ended by its mark.
    pub fn asks(&mut self, command: &str) {
        self.hears(&format!("{command}\u{4}\u{4}"));
    }

    pub fn asks_for(&mut self, command: &str, reference: &str, amount: &str) {
        self.asks(&format!(
            r#"{{"Command":"{command}","TerminalID":"{SERIAL}","RefID":"{reference}","Amount":"{amount}","InvoiceNumber":"117","MerchantID":"","Token":"","ExpDate":""}}"#
        ));
    }

    pub fn channel(&self) -> Option<Channel> {
        self.line.as_ref().map(|(channel, _)| *channel)
    }

    pub fn loses(&mut self, cause: LossCause) {
        let loss = Loss { departure: Departure::Perhaps, cause, detail: "reset".to_owned() };
        let (channel, _) = self.line.take().unwrap();
        self.step(Input::Link(channel, LinkEvent::Lost(loss)));
    }

    pub fn happens(&mut self, event: LinkEvent) {
        let channel = self.channel().unwrap();
        self.step(Input::Link(channel, event));
    }

    pub fn command(&mut self, command: Command) {
        self.step(Input::Command(command));
    }

    pub fn pass(&mut self, time: Duration) {
        let until = self.now.at + time;
        while let Some(at) = self.driver.deadline().filter(|at| *at <= until) {
            self.move_clock(at);
            self.step(Input::Tick);
            assert!(self.driver.deadline() > Some(at) || self.driver.deadline().is_none());
        }
        self.move_clock(until);
    }

    pub fn owes_an_answer(&self) -> bool {
        self.driver.has_parting_words()
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(at - self.now.at).unwrap();
            self.now.at = at;
        }
    }

    pub fn step(&mut self, input: Input) {
        for effect in self.driver.step(self.now, input) {
            match effect {
                Effect::Link { channel, action, .. } => self.acts(channel, action),
                Effect::Report(Report::Session(session)) => self.sessions.push(session),
                Effect::Report(Report::Commission(commission)) => self.commissions.push(commission),
                Effect::Report(Report::Outcome(outcome)) => self.outcomes.push(outcome),
                Effect::Report(Report::Alarm(alarm)) => self.alarms.push(alarm.key),
                Effect::Report(other) => panic!("{other:?}"),
            }
        }
    }

    fn acts(&mut self, channel: Channel, action: LinkAction) {
        match action {
            LinkAction::Open(Endpoint::Tcp { framing, .. }) => {
                assert!(self.line.is_none(), "one line at a time");
                self.opened.push((channel.name, self.millis()));
                self.line = Some((channel, framing.cutter()));
            }
            LinkAction::Send(Frame::Bytes(bytes)) => {
                assert_eq!(Some(channel), self.channel());
                self.sent.push((channel, serde_json::from_slice(&bytes).unwrap()));
            }
            LinkAction::Close => {
                self.ended.push("closed");
                self.line = None;
            }
            LinkAction::Abandon => {
                self.ended.push("abandoned");
                self.line = None;
            }
            other => panic!("{other:?}"),
        }
    }

    /// The only answer since the last one was read.
    pub fn answer(&mut self) -> Value {
        assert_eq!(self.sent.len(), 1, "{:?}", self.sent);
        self.sent.remove(0).1
    }

    pub fn task(&mut self) -> (CommissionId, Task) {
        assert_eq!(self.commissions.len(), 1);
        let commission = self.commissions.remove(0);
        (commission.id, commission.task)
    }

    pub fn fulfils(&mut self, id: CommissionId, fulfilment: Fulfilment) {
        self.command(Command::Fulfil(id, fulfilment));
    }
}

pub fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// A payment of the journal's that took so much.
pub fn approved(operation: Operation, minor: i64) -> Fulfilment {
    payment(operation, PaymentState::Approved, Some(Outcome::approved(Taken::exactly(dollars(minor)))), Vec::new())
}

pub fn payment(
    operation: Operation,
    state: PaymentState,
    outcome: Option<Outcome>,
    receipts: Vec<Receipt>,
) -> Fulfilment {
    let record = PaymentRecord {
        id: PaymentId::new("K7M2", 1),
        terminal: "counter".to_owned(),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest { reference: Some("117".to_owned()), ..PaymentRequest::new(operation, dollars(1_840)) },
        state,
        outcome,
        reference: None,
        at: AT.parse().unwrap(),
        decision: None,
        voided_by: None,
    };
    Fulfilment::Payment(Box::new(record), receipts)
}
