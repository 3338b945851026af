//! A Valor terminal played by hand.

use std::time::Duration;

use checkstand::domain::{Operation, PaymentId, PaymentRequest};
use checkstand::protocols::frame::Channel;
use serde_json::Value;

use super::Desk;

pub const ACK: &str = r#"{"STATE":"0","MSG":"ACK"}"#;
pub const ACCEPTED: &str =
    r#"{"STATE":"0","EPI":"2310045678","SERIAL_NO":"880012345501","STAN_NO":"118","MSG":"Payload Request Received"}"#;
pub const ACCEPTED_WITHOUT_STAN: &str =
    r#"{"STATE":"0","EPI":"2310045678","SERIAL_NO":"880012345501","MSG":"Payload Request Received"}"#;

pub fn desk(fields: &[(&str, &str)]) -> Desk {
    let fields: Vec<_> = [("host", "10.0.0.7")].iter().chain(fields).copied().collect();
    Desk::new("valor", &fields)
}

/// A sale that the terminal has got.
pub struct Sale {
    pub desk: Desk,
    pub id: PaymentId,
    pub line: Channel,
    /// `REQ_TXN_ID` of the newest attempt.
    pub attempt: String,
}

impl Sale {
    /// The request has just left.
    pub fn sent(minor: i64) -> Sale {
        let desk = desk(&[]);
        let request = desk.request(Operation::Sale, minor);
        Sale::begun(desk, request)
    }

    /// The same for any request.
    pub fn begun(mut desk: Desk, request: PaymentRequest) -> Sale {
        let id = desk.start(request);
        let line = desk.line("payment").unwrap();
        desk.opened(line);
        let attempt = id_of(&desk.sent.last().unwrap().json());
        Sale { desk, id, line, attempt }
    }

    /// What is done about it.
    pub fn about_it(&self, operation: Operation, minor: i64) -> PaymentRequest {
        PaymentRequest { of: Some(self.desk.original(&self.id)), ..self.desk.request(operation, minor) }
    }

    /// The terminal has given it the number 118.
    pub fn accepted(minor: i64) -> Sale {
        let mut sale = Sale::sent(minor);
        sale.hears(ACK);
        sale.hears(ACCEPTED);
        sale
    }

    pub fn hears(&mut self, words: &str) {
        self.desk.hears(self.line, words.as_bytes());
    }

    pub fn loses_its_line(&mut self) {
        self.desk.loses(self.line);
    }

    /// A final result of this sale with these members besides.
    pub fn result(&self, state: &str, members: &str) -> String {
        result(state, &self.attempt, members)
    }

    pub fn approval(&self, members: &str) -> String {
        let card = r#""TRAN_TYPE":"Credit","TRAN_METHOD":"Sale","MASKED_PAN":"5413 **** **** 0077","RRN":"629114000317","CODE":"SIM042","TRAN_NO":"7","BATCH_NO":"56","STAN_ID":"118""#;
        self.result("0", &format!("{card},{members}"))
    }

    /// Answers the question that is out, or the next one.
    pub fn is_asked_and_says(&mut self, words: &str) {
        for _ in 0..60 {
            if let Some(line) = self.desk.line("status") {
                self.desk.opened(line);
                assert_eq!(self.desk.sent.last().unwrap().text(), r#"{"TRAN_MODE":"90","STAN_NO":"118"}"#);
                return self.desk.hears(line, words.as_bytes());
            }
            self.desk.pass(Duration::from_secs(1));
        }
        panic!("nobody asks");
    }

    /// How often the request itself has left.
    pub fn times_sent(&self) -> usize {
        self.desk.sent.iter().filter(|sent| sent.json()["TRAN_CODE"] == "1").count()
    }
}

pub fn result(state: &str, attempt: &str, members: &str) -> String {
    format!(r#"{{"STATE":"{state}","EPI":"2310045678","SERIAL_NO":"880012345501","MER_TXN_ID":"{attempt}",{members}}}"#)
}

pub fn id_of(request: &Value) -> String {
    request["REQ_TXN_ID"].as_str().unwrap().to_owned()
}
