//! A Connect cloud played by hand.

use std::time::Duration;

use checkstand::domain::{Operation, PaymentId, PaymentRequest};
use checkstand::protocols::frame::Channel;
use serde_json::{Value, json};

use super::Desk;

pub const TID: &str = "70031188";

/// Clock of the desk when it starts, as the terminal writes it.
pub const TODAY: &str = "2026-03-14T";

pub fn desk(fields: &[(&str, &str)]) -> Desk {
    let own = [("host", "10.0.0.7"), ("software_house_id", "L"), ("installer_id", "L"), ("terminal_id", TID)];
    let kept = own.iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    let fields: Vec<_> = kept.chain(fields).copied().filter(|(_, text)| !text.is_empty()).collect();
    Desk::new("connect", &fields)
}

/// A payment that the cloud has got.
pub struct Paying {
    pub desk: Desk,
    pub id: PaymentId,
    pub line: Channel,
    /// Under which the request left.
    pub rpc: Value,
    read: usize,
}

/// Opens the newest line and answers the probe with these terminals.
pub fn lets_in(desk: &mut Desk, terminals: &Value) -> Channel {
    let line = desk.line("cloud").unwrap();
    desk.opened(line);
    let probe = desk.sent.last().unwrap().json();
    assert_eq!(probe["method"], "connectedTerminals");
    answers(desk, line, &probe["id"], &json!({ "result": terminals }));
    line
}

pub fn one_terminal(status: &str) -> Value {
    json!([{ "tid": TID, "status": status, "currency": "GBP" }])
}

fn answers(desk: &mut Desk, line: Channel, id: &Value, answer: &Value) {
    let mut message = json!({ "jsonrpc": "2.0", "id": id });
    for (member, value) in answer.as_object().unwrap() {
        message[member] = value.clone();
    }
    desk.hears(line, message.to_string().as_bytes());
}

impl Paying {
    /// A sale that has just left.
    pub fn sale(minor: i64) -> Paying {
        let desk = desk(&[]);
        let request = desk.request(Operation::Sale, minor);
        Paying::of(desk, request)
    }

    pub fn of(mut desk: Desk, request: PaymentRequest) -> Paying {
        let id = desk.start(request);
        let line = lets_in(&mut desk, &one_terminal("AVAILABLE"));
        desk.pass(Duration::from_millis(100));
        Paying::left(desk, id, line)
    }

    /// Another one on the line that stands.
    pub fn again(mut self, request: PaymentRequest) -> Paying {
        let id = self.desk.start(request);
        if self.desk.line("cloud") != Some(self.line) {
            self.line = lets_in(&mut self.desk, &one_terminal("AVAILABLE"));
        }
        self.desk.pass(Duration::from_millis(100));
        Paying::left(self.desk, id, self.line)
    }

    fn left(desk: Desk, id: PaymentId, line: Channel) -> Paying {
        let sent = desk.sent.last().unwrap().json();
        let rpc = sent["id"].clone();
        let read = desk.sent.len();
        Paying { desk, id, line, rpc, read }
    }

    pub fn hears(&mut self, message: &Value) {
        self.desk.hears(self.line, message.to_string().as_bytes());
    }

    pub fn is_notified(&mut self, value: &str) {
        self.hears(&json!({ "jsonrpc": "2.0", "method": "terminalNotification",
                            "params": { "tid": TID, "notificationValue": value } }));
    }

    pub fn answers(&mut self, id: &Value, answer: &Value) {
        answers(&mut self.desk, self.line, id, answer);
    }

    /// The response to the payment itself.
    pub fn responds(&mut self, result: &Value) {
        let rpc = self.rpc.clone();
        self.answers(&rpc, &json!({ "result": result }));
    }

    pub fn fails(&mut self, code: i64, message: &str) {
        let rpc = self.rpc.clone();
        self.answers(&rpc, &json!({ "error": { "code": code, "message": message } }));
    }

    /// The requests of this method that left.
    pub fn sent_of(&self, method: &str) -> Vec<Value> {
        self.desk.sent.iter().map(super::Sent::json).filter(|sent| sent["method"] == method).collect()
    }

    /// Lets time pass until something is asked that was not read yet, on a new line where that is needed.
    pub fn until_asked(&mut self) -> Value {
        for _ in 0..400 {
            if let Some(line) = self.desk.line("cloud").filter(|line| *line != self.line) {
                self.line = line;
                lets_in(&mut self.desk, &one_terminal("AVAILABLE"));
                self.read = self.desk.sent.len().min(self.read.max(self.desk.sent.len()));
                self.read = self.desk.sent.iter().rposition(is_probe).map_or(self.read, |at| at + 1);
            }
            if let Some(asked) = self.desk.sent.get(self.read) {
                self.read += 1;
                return asked.json();
            }
            self.desk.pass(Duration::from_secs(1));
        }
        panic!("nobody asks");
    }

    /// Answers the questions of an inquiry: the terminal is free, and this is its last transaction.
    pub fn is_asked_and_says(&mut self, last: &Value) {
        let asked = self.until_asked();
        assert_eq!(asked["method"], "terminalDetails", "{asked}");
        self.answers(&asked["id"], &json!({ "result": { "tid": TID, "status": "AVAILABLE", "currency": "GBP" } }));
        let asked = self.until_asked();
        assert_eq!(asked["method"], "duplicate", "{asked}");
        self.answers(&asked["id"], last);
    }
}

fn is_probe(sent: &super::Sent) -> bool {
    sent.json()["method"] == "connectedTerminals"
}

/// A transaction's result; the desk's clock starts at ten in the morning.
pub fn result(word: &str, minor: i64, number: &str) -> Value {
    json!({
        "tid": TID, "transactionResult": word, "transactionType": "SALE", "amountBase": minor, "amountCashback": 0,
        "amountGratuity": 0, "amountTotal": minor, "currency": "GBP", "authCode": "7K20PD", "cardSchemeName": "VISA",
        "cardHolderVerificationMethod": "PIN", "paymentMethod": "ICC_CHIP",
        "primaryAccountNumber": "************4417", "dateOfExpiry": "08/29",
        "transactionId": format!("22045{number}"), "transactionNumber": number,
        "transactionTime": format!("{TODAY}10:00:20"),
        "receiptLines": {
            "CUSTOMER": [{ "type": "TEXT", "format": ["BOLD"], "value": "THE COPPER KETTLE" }],
            "MERCHANT": [{ "type": "TEXT", "format": [], "value": "MERCHANT COPY" }, { "type": "TICKET_FEED", "value": "" }],
        },
    })
}

pub fn with(mut result: Value, member: &str, value: Value) -> Value {
    result[member] = value;
    result
}
