//! Paymentsense Connect at the seam: whatever a cloud, a line, a person and a clock do, in whatever order.

use std::time::Duration;

use checkstand::domain::{
    Answer, DayReport, Instant, Money, Now, OpenPayment, Operation, PaymentId, PaymentRequest, PaymentState,
    QuestionId, Secret, Verdict,
};
use checkstand::journal::{Journal, NewPayment};
use checkstand::protocols;
use checkstand::protocols::driver::{
    Command, Departure, Driver, Effect, Input, LinkAction, LinkEvent, Loss, LossCause, Report,
};
use checkstand::protocols::frame::{Channel, Frame};
use checkstand::protocols::protocol::{DriverSetup, FieldValues, Secrets};
use checkstand::terminal::Discretion;
use serde_json::{Value, json};

use super::desk::SECRET;
use super::dice::Dice;

/// Kept small; more are thrown with `CONNECT_STORIES`.
const STORIES: u64 = 150;
const STEPS: u32 = 150;
const CARD: &str = "4111111111111111";
const TIDS: [&str; 2] = ["70031188", "70031196"];
const MONEY: [&str; 5] = ["sale", "refund", "preAuth", "completion", "accountVerification"];

struct Hand {
    id: PaymentId,
    request: PaymentRequest,
    reference: Option<Value>,
    left: bool,
}

struct Story {
    dice: Dice,
    driver: Box<dyn Driver>,
    discretion: Discretion,
    fields: FieldValues,
    memory: Option<Value>,
    now: Now,
    journal: Journal,
    line: Option<Channel>,
    /// Numbers of the till's requests, newest last.
    asked: Vec<i64>,
    /// The method of the newest.
    method: String,
    stands: bool,
    hand: Option<Hand>,
    errand: bool,
    in_doubt: Vec<OpenPayment>,
    question: Option<QuestionId>,
    payments: u32,
}

fn secrets() -> Secrets {
    let mut secrets = Secrets::default();
    secrets.set("api_key", Secret::new(SECRET));
    secrets
}

fn driver(fields: &FieldValues, memory: Option<Value>) -> Box<dyn Driver> {
    let protocol = protocols::find("connect").unwrap();
    (protocol.driver)(&DriverSetup { fields: fields.clone(), secrets: secrets(), memory, seed: 7 }).unwrap()
}

impl Story {
    fn new(seed: u64) -> Story {
        let mut dice = Dice::new(seed);
        let mut given = FieldValues::default();
        given.set("host", "10.0.0.7");
        given.set("api_version", dice.one_of(&["v0", "v1", "v1"]));
        if dice.below(3) > 0 {
            given.set("terminal_id", TIDS[0]);
        }
        let fields = protocols::find("connect").unwrap().checked(&given).unwrap();
        let now = Now {
            at: Instant::ORIGIN,
            wall: "2026-03-14T09:00:00Z".parse().unwrap(),
            offset: jiff::tz::Offset::constant(0),
        };
        Story {
            driver: driver(&fields, None),
            discretion: Discretion::about(&secrets()),
            dice,
            fields,
            memory: None,
            now,
            journal: Journal::open_in_memory_as("K7M2").unwrap(),
            line: None,
            asked: Vec::new(),
            method: String::new(),
            stands: false,
            hand: None,
            errand: false,
            in_doubt: Vec::new(),
            question: None,
            payments: 0,
        }
    }

    fn play(mut self) {
        for _ in 0..STEPS {
            match self.dice.below(40) {
                0..=9 => self.cloud_does_its_work(),
                10..=17 => self.cloud_speaks(),
                18..=23 => self.line_changes(),
                24..=30 => self.somebody_acts(),
                31 if self.dice.below(3) == 0 => self.restarts(),
                _ => self.time_passes(),
            }
        }
    }

    fn step(&mut self, input: Input) {
        let loses_disk = self.dice.below(12) == 0;
        let mut held_back = None;
        for effect in self.driver.step(self.now, input) {
            match effect {
                Effect::Report(report) => self.hears(report),
                Effect::Link { channel, moves_money: true, .. } if loses_disk => held_back = Some(channel),
                Effect::Link { channel, action, moves_money } => self.carries_out(channel, action, moves_money),
            }
        }
        if let Some(channel) = held_back {
            let hand = self.hand.as_mut().unwrap();
            (hand.left, hand.reference) = (true, None);
            let loss = Loss { departure: Departure::SurelyNot, cause: LossCause::NotDurable, detail: String::new() };
            self.step(Input::Link(channel, LinkEvent::Lost(loss)));
            assert!(self.hand.is_none(), "nothing left, so that there is nothing to ask");
        }
        let waits = self.hand.is_some() || self.errand;
        assert!(!waits || self.driver.deadline().is_some(), "somebody waits and nothing will happen");
    }

    fn hears(&mut self, report: Report) {
        // As the desk passes it on.
        let report = self.discretion.report(report);
        let said = format!("{report:?}");
        assert!(!said.contains(SECRET) && !said.contains(CARD), "{said}");
        match report {
            Report::Reference(reference) => self.hand.as_mut().unwrap().reference = Some(reference),
            Report::Remember(memory) => self.memory = Some(memory),
            Report::Question(question) => self.question = Some(question.id),
            Report::QuestionClosed(id) => self.question = self.question.filter(|open| *open != id),
            Report::DayEnd(_) => assert!(std::mem::take(&mut self.errand), "one end for each errand"),
            Report::Outcome(outcome) => {
                let hand = self.hand.take().expect("one outcome for each payment");
                assert!(hand.left || outcome.taken.is_none());
                assert!(outcome.taken.is_none_or(|taken| taken.total.minor() >= 0));
                assert!(self.question.take().is_none(), "a question about a payment that has ended");
                if outcome.verdict == Verdict::InDoubt {
                    self.doubts(hand);
                }
            }
            _ => {}
        }
    }

    fn doubts(&mut self, hand: Hand) {
        self.in_doubt.push(OpenPayment {
            id: hand.id,
            request: hand.request,
            state: PaymentState::InDoubt,
            reference: hand.reference,
            at: self.now.wall,
        });
    }

    fn carries_out(&mut self, channel: Channel, action: LinkAction, moves_money: bool) {
        match action {
            LinkAction::Open(_) => assert_eq!(self.line.replace(channel), None, "one line at a time"),
            LinkAction::Close | LinkAction::Abandon => assert_eq!(self.line.take(), Some(channel)),
            LinkAction::Send(frame) => {
                assert_eq!(self.line, Some(channel));
                let sent: Value = serde_json::from_slice(frame.body()).unwrap();
                let is_money = sent["method"].as_str().is_some_and(|method| MONEY.contains(&method));
                assert_eq!(is_money, moves_money, "{sent}");
                if is_money {
                    let hand = self.hand.as_mut().unwrap();
                    assert!(hand.reference.is_some() && !std::mem::replace(&mut hand.left, true), "sent twice");
                }
                if let (Some(id), true) = (sent["id"].as_i64(), sent["method"].is_string()) {
                    assert!(!self.asked.contains(&id), "a number of this line twice");
                    self.asked.push(id);
                    self.method = sent["method"].as_str().unwrap().to_owned();
                }
            }
        }
        if self.line.is_none() {
            self.forgets_the_line();
        }
    }

    fn forgets_the_line(&mut self) {
        (self.line, self.stands) = (None, false);
        self.asked.clear();
    }

    /// Time goes to the next deadline, or by it, or not so far. A tick moves the deadline.
    fn time_passes(&mut self) {
        let wait = Duration::from_millis(self.dice.one_of(&[1, 100, 100, 100, 1_000, 2_000, 6_000, 40_000, 400_000]));
        let until = match self.driver.deadline() {
            Some(at) if at - self.now.at < Duration::from_secs(6) || self.dice.below(8) == 0 => at,
            _ => self.now.at + wait,
        };
        if until > self.now.at {
            self.now.wall += jiff::SignedDuration::try_from(until - self.now.at).unwrap();
            self.now.at = until;
        }
        for ticks in 0.. {
            assert!(ticks < 10, "busy without an end");
            let Some(due) = self.driver.deadline().filter(|at| *at <= self.now.at) else { break };
            self.step(Input::Tick);
            assert!(self.driver.deadline().is_none_or(|next| next > due), "a tick that moves no deadline");
        }
    }

    fn line_changes(&mut self) {
        let Some(line) = self.line else { return };
        if self.dice.below(10) > 0 {
            if !std::mem::replace(&mut self.stands, true) {
                self.step(Input::Link(line, LinkEvent::Opened));
            }
            return;
        }
        let is_new = self.asked.is_empty();
        let departure = if is_new { Departure::SurelyNot } else { Departure::Perhaps };
        let cause = self.dice.one_of(&[
            LossCause::Broken,
            LossCause::TimedOut,
            LossCause::Refused,
            LossCause::Upgrade(401),
            LossCause::Upgrade(503),
            LossCause::CaFile,
        ]);
        self.forgets_the_line();
        self.step(Input::Link(line, LinkEvent::Lost(Loss { departure, cause, detail: format!("?token={SECRET}") })));
    }

    fn restarts(&mut self) {
        self.driver = driver(&self.fields, self.memory.clone());
        (self.errand, self.question) = (false, None);
        self.forgets_the_line();
        if let Some(hand) = self.hand.take().filter(|hand| hand.reference.is_some()) {
            self.doubts(hand);
        }
    }

    fn somebody_acts(&mut self) {
        let idle = self.hand.is_none() && !self.errand;
        match self.dice.below(10) {
            0..=2 if idle => self.pays(),
            3 if idle && !self.in_doubt.is_empty() => {
                let open = self.in_doubt.remove(0);
                let (id, request, reference) = (open.id.clone(), open.request.clone(), open.reference.clone());
                self.hand = Some(Hand { id, request, reference, left: true });
                self.step(Input::Command(Command::Recover(open)));
            }
            4 if idle => {
                self.errand = true;
                let report = self.dice.one_of(&DayReport::ALL);
                self.step(Input::Command(Command::EndDay(report)));
            }
            5 => self.step(Input::Command(Command::Cancel)),
            6 if self.hand.is_some() && self.dice.below(3) == 0 => {
                self.hand = None;
                self.question = None;
                self.step(Input::Command(Command::Forget));
            }
            7 => self.step(Input::Command(Command::Connect)),
            8 => self.step(Input::Command(Command::Disconnect)),
            _ => {
                let answer = self.dice.one_of(&[Answer::Accept, Answer::Reject]);
                if let Some(question) = self.question {
                    self.step(Input::Command(Command::Answer(question, answer)));
                }
            }
        }
    }

    fn pays(&mut self) {
        self.payments += 1;
        let operation = self.dice.one_of(&[Operation::Sale, Operation::Sale, Operation::Refund, Operation::CardCheck]);
        let minor = if operation == Operation::CardCheck {
            0
        } else {
            self.dice.one_of(&[1_000, 1_000, 1_000, 1_000, 100_000_000])
        };
        let request = PaymentRequest::new(operation, Money::new(minor, "GBP".parse().unwrap()));
        let new = NewPayment {
            // A desk of its own, so that the journal has nothing against it.
            terminal: format!("terminal {}", self.payments),
            protocol: "connect".to_owned(),
            training: true,
            request: request.clone(),
            at: self.now.wall,
        };
        let recorded = self.journal.record(new).unwrap();
        self.hand = Some(Hand { id: recorded.id.clone(), request, reference: None, left: false });
        self.step(Input::Command(Command::Start(recorded)));
    }

    /// The newest question gets an answer that fits it; a payment takes a while.
    fn cloud_does_its_work(&mut self) {
        let (Some(line), Some(newest)) = (self.line.filter(|_| self.stands), self.asked.last().copied()) else {
            return self.line_changes();
        };
        let result = match &*self.method {
            "connectedTerminals" => json!([{ "tid": TIDS[0], "status": "AVAILABLE" }]),
            "terminalDetails" | "terminalsDetails" => self.terminals(),
            _ if self.dice.below(3) > 0 => return,
            _ => self.transaction(),
        };
        let bytes = json!({ "id": newest, "result": result }).to_string().into_bytes();
        self.step(Input::Link(line, LinkEvent::Received(Frame::Bytes(bytes))));
    }

    fn cloud_speaks(&mut self) {
        let Some(line) = self.line.filter(|_| self.stands) else { return self.line_changes() };
        let message = match self.dice.below(10) {
            0..=5 => self.response(),
            6 | 7 => self.notification(),
            8 => self.request(),
            _ => {
                let junk = ["", "[]", "{}", "null", "[{\"id\":1}]", "{\"id\":2,\"result\":", "{\"method\":7,\"id\":1}"];
                let junk = self.dice.one_of(&junk).as_bytes().to_vec();
                return self.step(Input::Link(line, LinkEvent::Received(Frame::Bytes(junk))));
            }
        };
        let bytes = message.to_string().into_bytes();
        self.step(Input::Link(line, LinkEvent::Received(Frame::Bytes(bytes))));
    }

    fn response(&mut self) -> Value {
        let newest = self.asked.last().copied().unwrap_or(1);
        let own = self.hand.as_ref().and_then(|hand| hand.reference.as_ref()?.get("rpc_id").cloned());
        let any = if self.asked.is_empty() { 1 } else { self.dice.one_of(&self.asked) };
        let ids = [
            json!(newest),
            json!(newest),
            json!(newest),
            json!(any),
            own.unwrap_or(json!(any)),
            json!("1"),
            Value::Null,
        ];
        let id = self.dice.one_of(&ids);
        match self.dice.below(8) {
            0 => {
                let errors = [
                    (-32_001, "TERMINAL_UNAVAILABLE"),
                    (-32_002, "TERMINAL_BUSY"),
                    (-32_003, "UNABLE_TO_CANCEL"),
                    (-32_004, "NOT_SUPPORTED"),
                    (-32_006, "NO_LAST_TRANSACTION"),
                    (-32_601, "METHOD_NOT_FOUND"),
                    (-32_603, "INTERNAL_ERROR"),
                    (7, CARD),
                ];
                let (code, message) = self.dice.one_of(&errors);
                json!({ "id": id, "error": { "code": code, "message": message, "userMessage": format!("{SECRET} {CARD}") } })
            }
            1..=5 if self.method.starts_with("terminal") || self.method.starts_with("connected") => {
                json!({ "id": id, "result": self.terminals() })
            }
            1 => json!({ "id": id, "result": self.terminals() }),
            2 => {
                json!({ "id": id, "result": { "reportResult": "COMPLETE", "reportType": "END_OF_DAY", "reportLines": [CARD],
                         "balances": { "currency": "GBP", "totalAmount": i64::MAX, "totalSalesCount": u64::MAX } } })
            }
            _ => json!({ "id": id, "result": self.transaction() }),
        }
    }

    fn terminals(&mut self) -> Value {
        let status = self.dice.one_of(&["AVAILABLE", "AVAILABLE", "BUSY", "ASLEEP", SECRET]);
        let one = json!({ "tid": TIDS[0], "status": status, "currency": "GBP" });
        let choices = [
            json!([one]),
            json!([one]),
            one,
            json!({ "terminals": [{ "tpi": TIDS[0], "status": status }] }),
            json!([]),
        ];
        self.dice.one_of(&choices)
    }

    fn transaction(&mut self) -> Value {
        let words = ["SUCCESSFUL", "SUCCESSFUL", "DECLINED", "VOID", "CANCELLED", "TIMED_OUT", "UNSUCCESSFUL", CARD];
        let kinds = ["SALE", "SALE", "REFUND", "SALE_REVERSAL", "LOGON", "ACCOUNT_VERIFICATION"];
        let amounts = [
            json!(1_000),
            json!(1_000),
            json!(1_000),
            json!(1_000),
            json!(1_000),
            json!(1_000),
            json!(0),
            json!(-5),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(10.5),
            Value::Null,
        ];
        let numbers = ["0001", "0042", "0043", "9999", "4294967295", "A7", ""];
        let ahead = self.dice.one_of(&[0, 0, 0, -1, -90, 90, 3_600]);
        let time = (self.now.wall + jiff::SignedDuration::from_secs(ahead)).to_string();
        json!({
            "transactionResult": self.dice.one_of(&words), "transactionType": self.dice.one_of(&kinds),
            "amountBase": self.dice.one_of(&amounts), "amountTotal": self.dice.one_of(&amounts),
            "amountGratuity": self.dice.one_of(&[json!(0), json!(0), json!(0), Value::Null, json!(i64::MAX), json!(-1)]),
            "currency": self.dice.one_of(&["GBP", "GBP", "gbp", "EUR", ""]), "primaryAccountNumber": CARD,
            "transactionNumber": self.dice.one_of(&numbers), "transactionId": self.dice.one_of(&["a", "b", "c", ""]),
            "transactionTime": self.dice.one_of(&[&*time, &time.replace('Z', ""), "yesterday"]),
            "userMessage": format!("{SECRET} {CARD}"), "tid": self.dice.one_of(&[TIDS[0], TIDS[0], TIDS[1]]),
            "receiptLines": { "MERCHANT": [{ "value": CARD }, CARD, 7], "CUSTOMER": SECRET },
        })
    }

    fn notification(&mut self) -> Value {
        let values = ["PRESENT_CARD", "PIN_ENTRY", "APPROVED", "TRANSACTION_FINISHED", SECRET, CARD];
        let tid = self.dice.one_of(&[json!(TIDS[0]), json!(TIDS[1]), Value::Null, json!(70_031_188)]);
        let value = self.dice.one_of(&values);
        json!({ "method": "terminalNotification", "params": { "tid": tid, "notificationValue": value } })
    }

    fn request(&mut self) -> Value {
        let ids = [json!(1), json!("x"), json!(1.5), json!([1]), json!({ "a": 1 }), json!(u64::MAX), Value::Null];
        let method = self.dice.one_of(&["signatureVerificationRequest", "signatureVerificationRequest", "other", ""]);
        json!({ "id": self.dice.one_of(&ids), "method": method, "params": self.transaction() })
    }
}

#[test]
fn no_throw_of_the_dice_breaks_the_contract_of_the_seam() {
    let stories = std::env::var("CONNECT_STORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(STORIES);
    for seed in 0..stories {
        let played = std::panic::catch_unwind(|| Story::new(seed).play());
        assert!(played.is_ok(), "the story of seed {seed}");
    }
}
