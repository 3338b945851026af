//! The eConduit cloud played by hand, for a till that is its POS.

use std::time::Duration;

use checkstand::domain::{Operation, Original, PaymentId, PaymentRequest};
use checkstand::protocols::driver::{Endpoint, LinkEvent, Pace};
use checkstand::protocols::econduit::codec;
use checkstand::protocols::econduit::messages::ReceivedCall;
use checkstand::protocols::frame::{Channel, Frame, HttpResponse};
use checkstand::terminal::ErrandEnd;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Desk;

pub const TERMINAL: &str = "2044";

pub fn desk(fields: &[(&str, &str)]) -> Desk {
    let fields: Vec<_> = [("terminal_id", TERMINAL)].iter().chain(fields).copied().collect();
    Desk::new("econduit", &fields)
}

impl Desk {
    /// What is asked on the newest exchange of this name.
    pub fn asked(&self, name: &str) -> (Channel, ReceivedCall) {
        let channel = self.line(name).unwrap_or_else(|| panic!("no {name} is out"));
        let Endpoint::Http { request, .. } = self.endpoint(channel) else { panic!() };
        (channel, codec::received(request).unwrap())
    }

    pub fn pace(&self, name: &str) -> Option<Pace> {
        let Endpoint::Http { pace, .. } = self.endpoint(self.line(name).unwrap()) else { panic!() };
        pace.clone()
    }

    pub fn responds(&mut self, channel: Channel, status: u16, body: &str) {
        self.responds_at(channel, status, body, None);
    }

    /// The same with the time by the server's clock.
    pub fn responds_at(&mut self, channel: Channel, status: u16, body: &str, date: Option<Timestamp>) {
        let response = HttpResponse { date, ..HttpResponse::new(status, "", body.as_bytes().to_vec()) };
        self.lines.retain(|line| line.channel != channel);
        self.happens(channel, LinkEvent::Received(Frame::Response(response)));
    }

    /// The same, and what it brings whoever waits for the errand.
    pub fn responds_to_errand(&mut self, channel: Channel, body: &str) -> Option<ErrandEnd> {
        let response = HttpResponse::new(200, "", body.as_bytes().to_vec());
        self.lines.retain(|line| line.channel != channel);
        let event = LinkEvent::Received(Frame::Response(response));
        let turn = self.station.link(self.now, channel, event);
        let end = turn.errand.clone();
        self.carries_out(turn);
        end
    }

    /// The newest exchange of this name is answered.
    pub fn is_told(&mut self, name: &str, told: &Value) {
        let channel = self.line(name).unwrap_or_else(|| panic!("no {name} is out"));
        self.responds(channel, 200, &told.to_string());
    }
}

/// A payment that has just left.
pub struct Sent {
    pub desk: Desk,
    pub id: PaymentId,
    pub ref_id: String,
    pub command: String,
}

impl Sent {
    pub fn sale(minor: i64) -> Sent {
        let desk = desk(&[]);
        let request = desk.request(Operation::Sale, minor);
        Sent::begun(desk, request)
    }

    pub fn begun(mut desk: Desk, request: PaymentRequest) -> Sent {
        let id = desk.start(request);
        let (_, call) = desk.asked("payment");
        let (ref_id, command) = (call.text("refID").to_owned(), call.text("command").to_owned());
        Sent { desk, id, ref_id, command }
    }

    /// A void, capture or tip adjustment of a sale that was approved.
    pub fn about(operation: Operation, minor: i64) -> Sent {
        let mut sale = Sent::sale(1_840);
        let told = sale.approval("18.40");
        sale.desk.is_told("payment", &told);
        sale.desk.conclusions.clear();
        let of = sale.desk.original(&sale.id);
        let mut request = sale.desk.request(operation, minor);
        request.of = Some(Original { operation: Operation::Sale, ..of });
        Sent::begun(sale.desk, request)
    }

    /// The cloud's answer to it.
    pub fn told(&self, code: &str) -> Value {
        json!({ "TerminalID": TERMINAL, "ResultCode": code, "ResultFinal": true, "RefID": self.ref_id,
            "TransType": self.command, "Message": code })
    }

    pub fn approval(&self, amount: &str) -> Value {
        let mut told = self.told("Approved");
        told["AmountString"] = amount.into();
        told
    }

    /// The connection is gone before an answer came.
    pub fn loses_its_line(&mut self) {
        let channel = self.desk.line("payment").unwrap();
        self.desk.loses(channel);
    }

    /// Answers every question in this way for so long.
    pub fn questions_are_told(&mut self, told: &Value, within: Duration) {
        let until = self.desk.now.at + within;
        while self.desk.now.at < until && self.desk.conclusions.is_empty() {
            if self.desk.line("status").is_some() {
                self.desk.is_told("status", told);
            }
            self.desk.pass(Duration::from_millis(500));
        }
    }
}

pub fn not_found() -> Value {
    json!({ "ResultCode": "Error", "ResultFinal": true, "Message": "Transaction not found" })
}

pub fn not_final() -> Value {
    json!({ "ResultCode": "Error", "ResultFinal": false, "Message": "Terminal communication failed" })
}

pub fn features() -> Value {
    json!({ "TerminalID": TERMINAL, "ResultCode": "Success", "Message": "Success", "Features": ["LineItems"] })
}
