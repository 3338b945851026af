//! A PayServer played by hand.

use std::time::Duration;

use checkstand::domain::{Operation, PaymentId};
use checkstand::protocols::frame::Channel;
use serde_json::{Value, json};

use super::Desk;

/// The platform's name for the transaction.
pub const IDENTIFIER: &str = "5d0e4c2b9a3f47e8a1b2c3d4e5f60718";
pub const READER: &str =
    r#"{"name":"Till 2","identifier":"till2","resource":"devices/till2","type":"MIURA","comlink":"USB"}"#;

/// A sale the PayServer has got.
pub struct Sale {
    pub desk: Desk,
    pub id: PaymentId,
    pub line: Channel,
    pub tag: String,
    /// Questions that were read.
    answered: usize,
}

pub fn desk(fields: &[(&str, &str)]) -> Desk {
    let fields: Vec<_> = [("merchant_id", "mer-0815")].iter().chain(fields).copied().collect();
    Desk::new("p3", &fields)
}

/// Opens the line, and answers the login with these devices.
pub fn lets_in(desk: &mut Desk, devices: &str) -> Channel {
    let line = desk.line("payserver").unwrap();
    desk.opened(line);
    let login = desk.sent.last().unwrap().json();
    assert_eq!(login["type"], "LOGIN_MERCHANT_REQUEST");
    let tag = &login["tag"];
    let answer = format!(
        r#"{{"type":"LOGIN_MERCHANT_RESPONSE","tag":{tag},"status":"OK","loginMerchantResponse":{{"information":{{"location":"Shop"}},"devices":[{devices}]}}}}"#
    );
    desk.hears(line, answer.as_bytes());
    line
}

impl Sale {
    /// The request has just left.
    pub fn sent(minor: i64) -> Sale {
        let mut desk = desk(&[]);
        let id = desk.start(desk.request(Operation::Sale, minor));
        let line = lets_in(&mut desk, READER);
        let request = desk.sent.last().unwrap().json();
        assert_eq!(request["type"], "EXECUTE_TRANSACTION_REQUEST");
        let tag = request["tag"].as_str().unwrap().to_owned();
        Sale::known(desk, id, line, tag)
    }

    /// What left on this line under this tag.
    pub fn known(desk: Desk, id: PaymentId, line: Channel, tag: String) -> Sale {
        Sale { desk, id, line, tag, answered: 0 }
    }

    /// The transaction has its identifier, and waits for a card.
    pub fn under_way(minor: i64) -> Sale {
        let mut sale = Sale::sent(minor);
        sale.is_updated(true);
        sale
    }

    pub fn hears(&mut self, message: &Value) {
        self.desk.hears(self.line, message.to_string().as_bytes());
    }

    pub fn is_updated(&mut self, abortable: bool) {
        self.is_shown(abortable, &["Present card", "EUR"]);
    }

    pub fn is_shown(&mut self, abortable: bool, information: &[&str]) {
        let update = json!({
            "type": "EXECUTE_TRANSACTION_UPDATE", "tag": self.tag, "resource": "devices/till2", "status": "OK",
            "executeTransactionUpdate": {
                "state": "WAITING_FOR_CARD_PRESENTATION",
                "stateDetails": "PROCESSING_WAITING_FOR_CARD_PRESENTATION",
                "information": information, "abortable": abortable,
                "transaction": self.transaction("INITIALIZED", "INITIALIZED_AT_SERVER", "10.00"),
            },
        });
        self.hears(&update);
    }

    pub fn transaction(&self, status: &str, code: &str, amount: &str) -> Value {
        json!({
            "identifier": IDENTIFIER, "customIdentifier": self.id.as_str(), "type": "CHARGE", "status": status,
            "statusDetails": { "code": code, "description": code }, "mode": "ONLINE",
            "amount": amount.parse::<f64>().unwrap(), "currency": "EUR", "captured": true,
        })
    }

    /// The end of the operation, with what became of the transaction.
    pub fn responds(&mut self, header_status: &str, transaction: &Value) {
        let tag = self.tag.clone();
        self.hears(&response(&tag, header_status, transaction));
    }

    /// Answers the question that is out, or the next one, on a new line where that is needed.
    pub fn is_asked_and_says(&mut self, transactions: &[Value]) {
        let asked = self.until_asked();
        let answer = match asked["type"].as_str() {
            Some("GET_TRANSACTION_REQUEST") => {
                assert_eq!(asked["getTransactionRequest"]["transactionIdentifier"], IDENTIFIER);
                json!({ "type": "GET_TRANSACTION_RESPONSE", "tag": asked["tag"], "status": "OK",
                        "getTransactionResponse": { "transaction": transactions[0] } })
            }
            _ => {
                let filter = &asked["queryTransactionsRequest"]["filterParameters"];
                assert_eq!(filter["customIdentifier"], self.id.as_str());
                json!({ "type": "QUERY_TRANSACTIONS_RESPONSE", "tag": asked["tag"], "status": "OK",
                        "queryTransactionsResponse": { "transactions": transactions } })
            }
        };
        self.hears(&answer);
    }

    /// Lets time pass until a question is out that nobody has answered; the caller answers it.
    pub fn until_asked(&mut self) -> Value {
        let question = self.question_out();
        self.answered = self.questions().len();
        question
    }

    /// Lets time pass until a question is out that nobody has answered.
    pub fn question_out(&mut self) -> Value {
        for _ in 0..120 {
            self.bring_line_up();
            let questions = self.questions();
            if let Some(question) = questions.get(self.answered) {
                return question.clone();
            }
            self.desk.pass(Duration::from_secs(1));
        }
        panic!("nobody asks");
    }

    /// A new line is let in.
    pub fn bring_line_up(&mut self) {
        if let Some(line) = self.desk.line("payserver").filter(|line| *line != self.line) {
            self.line = line;
            lets_in(&mut self.desk, READER);
        }
    }

    fn questions(&self) -> Vec<Value> {
        self.desk.sent.iter().map(super::Sent::json).filter(is_question).collect()
    }

    /// The requests of this type that left.
    pub fn sent_of(&self, kind: &str) -> Vec<Value> {
        self.desk.sent.iter().map(super::Sent::json).filter(|sent| sent["type"] == kind).collect()
    }

    pub fn aborts(&self) -> Vec<Value> {
        self.sent_of("ABORT_OPERATION_REQUEST")
    }

    /// Answers the newest abort.
    pub fn answers_abort(&mut self, status: &str) {
        let abort = self.aborts().pop().unwrap();
        let answer = json!({ "type": "ABORT_OPERATION_RESPONSE", "tag": abort["tag"], "referenceTag": self.tag,
                             "status": "OK", "abortOperationResponse": { "abortStatus": status } });
        self.hears(&answer);
    }
}

fn is_question(sent: &Value) -> bool {
    ["GET_TRANSACTION_REQUEST", "QUERY_TRANSACTIONS_REQUEST"].contains(&sent["type"].as_str().unwrap())
}

pub fn response(tag: &str, header_status: &str, transaction: &Value) -> Value {
    let status = transaction["status"].as_str().unwrap_or("FAILED");
    let error = (header_status == "ERROR")
        .then(|| json!({ "type": "POS_TRANSACTION_ERROR", "message": "Something failed", "developerMessage": "late" }));
    json!({
        "type": "EXECUTE_TRANSACTION_RESPONSE", "tag": tag, "resource": "devices/till2", "status": header_status,
        "error": error,
        "executeTransactionResponse": {
            "state": status, "stateDetails": status, "information": ["Payment", status], "transaction": transaction,
        },
    })
}
