//! One driver on a pretend clock. The test writes what the cloud says, and answers as the till.

use std::time::Duration;

use jiff::tz::Offset;
use serde_json::{Value, json};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Commission, CommissionId, Currency, DayEnd, Fulfilment, Instant, Money, Now, Outcome, Secret, TableAnswer,
    TableAsker, TableTaking, TableTask, Task,
};
use crate::protocols::connect::settings::FIELDS;
use crate::protocols::connect::tables::create;
use crate::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, LossCause, Report, Session,
};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::{DriverSetup, FieldValues, Secrets};

pub const TID: &str = "70031204";
pub const KEY: &str = "5b1f6a0e-9d0c-4c55";

pub struct Bench {
    pub now: Now,
    driver: Box<dyn Driver>,
    line: Option<Channel>,
    /// What was asked for, with its credentials, and when, in milliseconds.
    pub opened: Vec<(String, u64)>,
    /// What left, and whether it waited for the disk.
    pub sent: Vec<(Value, bool)>,
    pub sessions: Vec<Session>,
    pub commissions: Vec<Commission>,
    pub takings: Vec<TableTaking>,
    pub outcomes: Vec<Outcome>,
    pub days: Vec<DayEnd>,
    pub alarms: Vec<Explanation>,
    pub notices: Vec<Explanation>,
    /// How lines were ended by the till.
    pub ended: Vec<&'static str>,
    /// The disk is full.
    pub is_full: bool,
}

pub fn setup(further: &[(&str, &str)]) -> DriverSetup {
    let mut fields = FieldValues::default();
    for field in FIELDS {
        field.default.into_iter().for_each(|default| fields.set(field.name, default));
    }
    let own = [("host", "h"), ("kind", "pat"), ("software_house_id", "L"), ("installer_id", "L")];
    own.iter().chain(further).for_each(|(name, text)| fields.set(name, text));
    let mut secrets = Secrets::default();
    secrets.set("api_key", Secret::new(KEY));
    DriverSetup { fields, secrets, memory: None, seed: 11 }
}

impl Bench {
    pub fn with(further: &[(&str, &str)]) -> Bench {
        let wall = "2026-03-14T21:00:00Z".parse().unwrap();
        Bench {
            now: Now { at: Instant::ORIGIN, wall, offset: Offset::constant(0) },
            driver: create(&setup(further)).unwrap(),
            line: None,
            opened: Vec::new(),
            sent: Vec::new(),
            sessions: Vec::new(),
            commissions: Vec::new(),
            takings: Vec::new(),
            outcomes: Vec::new(),
            days: Vec::new(),
            alarms: Vec::new(),
            notices: Vec::new(),
            ended: Vec::new(),
            is_full: false,
        }
    }

    pub fn new() -> Bench {
        Bench::with(&[])
    }

    /// With a line that stands.
    pub fn ready() -> Bench {
        let mut bench = Bench::new();
        bench.command(Command::Connect);
        bench.opens();
        assert!(bench.is_online());
        bench
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

    pub fn is_refused(&self) -> bool {
        matches!(self.sessions.last(), Some(Session::Refused(_)))
    }

    pub fn has_line(&self) -> bool {
        self.line.is_some()
    }

    pub fn opens(&mut self) {
        self.happens(LinkEvent::Opened);
    }

    pub fn happens(&mut self, event: LinkEvent) {
        let channel = self.line.unwrap();
        self.step(Input::Link(channel, event));
    }

    pub fn hears(&mut self, message: &Value) {
        self.hears_bytes(message.to_string().as_bytes());
    }

    pub fn hears_bytes(&mut self, bytes: &[u8]) {
        self.happens(LinkEvent::Received(Frame::Bytes(bytes.to_vec())));
    }

    pub fn loses(&mut self, cause: LossCause, detail: &str) {
        let loss = Loss { departure: Departure::Perhaps, cause, detail: detail.to_owned() };
        let channel = self.line.take().unwrap();
        self.step(Input::Link(channel, LinkEvent::Lost(loss)));
    }

    pub fn command(&mut self, command: Command) {
        self.step(Input::Command(command));
    }

    pub fn pass(&mut self, time: Duration) {
        let until = self.now.at + time;
        while let Some(at) = self.driver.deadline().filter(|at| *at <= until) {
            self.move_clock(at);
            self.step(Input::Tick);
            assert!(self.driver.deadline() > Some(at) || self.driver.deadline().is_none(), "the deadline stays");
        }
        self.move_clock(until);
    }

    pub fn seconds(&mut self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    fn move_clock(&mut self, at: Instant) {
        if at > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(at - self.now.at).unwrap();
            self.now.at = at;
        }
    }

    pub fn has_parting_words(&self) -> bool {
        self.driver.has_parting_words()
    }

    pub fn step(&mut self, input: Input) {
        let effects = self.driver.step(self.now, input);
        let mut held_back = Vec::new();
        for effect in effects {
            match effect {
                Effect::Link { channel, moves_money: true, .. } if self.is_full => held_back.push(channel),
                Effect::Link { channel, action, moves_money } => self.acts(channel, action, moves_money),
                Effect::Report(report) => self.told(report),
            }
        }
        for channel in held_back {
            let loss = Loss { departure: Departure::SurelyNot, cause: LossCause::NotDurable, detail: String::new() };
            self.step(Input::Link(channel, LinkEvent::Lost(loss)));
        }
    }

    fn told(&mut self, report: Report) {
        match report {
            Report::Session(session) => self.sessions.push(session),
            Report::Commission(commission) => self.commissions.push(commission),
            Report::TakenAtTable(taking) => self.takings.push(taking),
            Report::Outcome(outcome) => self.outcomes.push(outcome),
            Report::DayEnd(day) => self.days.push(day),
            Report::Alarm(alarm) => self.alarms.push(alarm),
            Report::Notice(notice) => self.notices.push(notice),
            other => panic!("{other:?}"),
        }
    }

    fn acts(&mut self, channel: Channel, action: LinkAction, moves_money: bool) {
        match action {
            LinkAction::Open(Endpoint::WebSocket { target, ping_every, .. }) => {
                assert!(self.line.is_none(), "one line at a time");
                assert!(ping_every.unwrap() * 3 <= Duration::from_secs(30));
                let at = u64::try_from(self.now.at.since_origin().as_millis()).unwrap();
                self.opened.push((target.reveal().reveal().to_owned(), at));
                self.line = Some(channel);
            }
            LinkAction::Send(frame) => {
                assert_eq!(Some(channel), self.line, "an answer on another line");
                self.sent.push((serde_json::from_slice(frame.body()).unwrap(), moves_money));
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

    pub fn asks(&mut self, id: &Value, method: &str, params: &Value) {
        self.hears(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    pub fn tells(&mut self, method: &str, params: &Value) {
        self.hears(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub fn list(&mut self, id: i64) {
        self.asks(&json!(id), "tableListRequest", &json!({ "tid": TID, "waiterId": "7" }));
    }

    pub fn lock(&mut self, id: i64, table: &str) {
        self.lock_by(id, TID, table);
    }

    pub fn lock_by(&mut self, id: i64, tid: &str, table: &str) {
        self.asks(&json!(id), "tableLockRequest", &json!({ "tid": tid, "tableId": table }));
    }

    pub fn unlock(&mut self, table: &str) {
        self.tells("tableUnlock", &json!({ "tid": TID, "tableId": table }));
    }

    /// What the till is asked to do, the only thing since it was last looked.
    pub fn task(&mut self) -> (CommissionId, TableTask) {
        assert_eq!(self.commissions.len(), 1, "{:?}", self.commissions);
        let Commission { id, task: Task::AtTable(task) } = self.commissions.remove(0) else { panic!() };
        (id, task)
    }

    pub fn fulfils(&mut self, id: CommissionId, fulfilment: Fulfilment) {
        self.command(Command::Fulfil(id, fulfilment));
    }

    /// The till answers what it is asked now.
    pub fn does(&mut self, fulfilment: Fulfilment) -> TableTask {
        let (id, task) = self.task();
        self.fulfils(id, fulfilment);
        task
    }

    /// The only message since one was read.
    pub fn said(&mut self) -> Value {
        assert_eq!(self.sent.len(), 1, "{:?}", self.sent);
        self.sent.remove(0).0
    }

    pub fn says_nothing(&self) -> bool {
        self.sent.is_empty()
    }

    pub fn alarm(&mut self) -> String {
        assert_eq!(self.alarms.len(), 1, "{:?}", self.alarms);
        self.alarms.remove(0).key
    }
}

pub fn asker() -> TableAsker {
    TableAsker { machine: TID.to_owned(), waiter: None }
}

pub fn pounds(minor: i64) -> Money {
    Money::new(minor, Currency::GBP)
}

pub fn locked(minor: i64) -> Fulfilment {
    Fulfilment::AtTable(TableAnswer::Locked(pounds(minor)))
}

pub fn unlocked() -> Fulfilment {
    Fulfilment::AtTable(TableAnswer::Unlocked)
}

pub fn unlocking(table: &str) -> TableTask {
    TableTask::Unlock { asker: asker(), table: table.to_owned() }
}

pub fn why(detail: &str) -> Explanation {
    Explanation::new("explain-terminal-busy", Fault::Nobody).with_detail(detail)
}

pub fn payment(id: &str, paid: i64, gratuity: i64) -> Value {
    json!({ "paymentId": id, "amountPaid": paid, "amountCashback": 0, "amountGratuity": gratuity, "currency": "GBP",
            "paymentMethod": "CONTACTLESS", "cardSchemeName": "MASTERCARD", "authCode": "110934",
            "primaryAccountNumber": "************0026", "transactionResult": "SUCCESSFUL",
            "time": "2026-03-14T21:15:44Z" })
}

/// A message that tells these payments of table 12.
pub fn outcome(payments: &[Value]) -> Value {
    let sum = |name: &str| payments.iter().filter_map(|payment| payment[name].as_i64()).sum::<i64>();
    json!({ "tid": TID, "waiterId": "7", "tableId": "12", "currency": "GBP", "amountPaid": sum("amountPaid"),
            "amountCashback": sum("amountCashback"), "amountGratuity": sum("amountGratuity"), "payments": payments })
}
