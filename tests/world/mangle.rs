//! What a protocol's wire can do to a message, in that protocol's own bytes. One entry for each protocol; a protocol without
//! one is played with the faults of line, machine and people alone.

use checkstand::protocols::frame::{Frame, HttpRequest, HttpResponse};
use checkstand::protocols::simulator::Line;
use serde_json::Value;

use super::faults::Fault;

pub struct Mangler {
    pub protocol: &'static str,
    /// The answer as the fault leaves it; `None` when there is nothing in it to spoil.
    pub answer: fn(Fault, &Frame) -> Option<Frame>,
    /// Whether a call of the terminal is a display message.
    pub is_display: fn(&HttpRequest) -> bool,
    /// Whether a payment's reference says that the terminal was seen to work on it.
    pub seen_alive: fn(&Value) -> bool,
    /// What the ledger calls this request about money, where it is not called by the till's own reference.
    pub name_of: fn(Line, request: &[u8]) -> Option<String>,
    /// The call that tells the till a new address, where the protocol has one.
    pub announcement: fn(host: &str, port: u16) -> Option<HttpRequest>,
}

const MANGLERS: [Mangler; 5] = [
    Mangler {
        protocol: "nexo",
        answer: nexo::answer,
        is_display: nexo::is_display,
        seen_alive: |reference| reference.get("alive") == Some(&Value::Bool(true)),
        name_of: |_, _| None,
        announcement: nexo::announcement,
    },
    Mangler {
        protocol: "connect",
        answer: connect::answer,
        is_display: |_| false,
        seen_alive: |reference| reference.get("card_read") == Some(&Value::Bool(true)),
        name_of: connect::name_of,
        announcement: |_, _| None,
    },
    Mangler {
        protocol: "econduit",
        answer: econduit::answer,
        is_display: |_| false,
        seen_alive: |_| true,
        name_of: econduit::name_of,
        announcement: |_, _| None,
    },
    Mangler {
        protocol: "valor",
        answer: valor::answer,
        is_display: |_| false,
        seen_alive: |reference| reference.get("shown").is_some(),
        name_of: |_, _| None,
        announcement: |_, _| None,
    },
    Mangler {
        protocol: "p3",
        answer: p3::answer,
        is_display: |_| false,
        seen_alive: |reference| reference.get("shown").is_some(),
        name_of: |_, _| None,
        announcement: |_, _| None,
    },
];

pub fn mangler_of(protocol: &str) -> Option<&'static Mangler> {
    MANGLERS.iter().find(|mangler| mangler.protocol == protocol)
}

/// A number that passes the Luhn check and must be seen nowhere.
pub const CLEAR_NUMBER: &str = "4999991234564321";

fn with_body(frame: &Frame, body: Vec<u8>) -> Option<Frame> {
    match frame {
        Frame::Response(response) => Some(Frame::Response(HttpResponse { body, ..response.clone() })),
        Frame::Bytes(_) => Some(Frame::Bytes(body)),
        Frame::Request(_) => None,
    }
}

fn replaced(frame: &Frame, from: &str, to: &str) -> Option<Frame> {
    let text = std::str::from_utf8(frame.body()).ok()?;
    let found = text.contains(from);
    found.then(|| with_body(frame, text.replace(from, to).into_bytes())).flatten()
}

/// The body with a byte in its middle that is no text.
fn without_text(frame: &Frame) -> Option<Frame> {
    let mut body = frame.body().to_vec();
    let middle = body.len() / 2;
    *body.get_mut(middle)? = 0xff;
    with_body(frame, body)
}

mod p3 {
    use checkstand::protocols::framing::length_prefix;

    use super::*;

    /// On TCP a message stands behind its length, which is right again after it was spoiled.
    pub fn answer(fault: Fault, frame: &Frame) -> Option<Frame> {
        let body = frame.body();
        if body.first() == Some(&b'{') {
            return spoiled(fault, frame);
        }
        let message = Frame::Bytes(body.get(4..)?.to_vec());
        let framed = length_prefix::framed(spoiled(fault, &message)?.body()).expect("a frame");
        Some(Frame::Bytes(framed))
    }

    fn spoiled(fault: Fault, frame: &Frame) -> Option<Frame> {
        match fault {
            Fault::AnswerOtherCurrency => replaced(frame, "\"currency\":\"SEK\"", "\"currency\":\"EUR\""),
            Fault::AnswerUnknownCode => replaced(frame, "\"status\":\"APPROVED\"", "\"status\":\"PERHAPS\"")
                .or_else(|| replaced(frame, "\"status\":\"DECLINED\"", "\"status\":\"WELL\"")),
            Fault::AnswerInvalidText => without_text(frame),
            Fault::AnswerClearNumber => {
                let text = std::str::from_utf8(frame.body()).ok()?;
                let at = text.find("\"maskedAccountNumber\":\"")? + 23;
                let masked = text.get(at..)?.split('"').next()?;
                replaced(frame, masked, CLEAR_NUMBER)
            }
            _ => None,
        }
    }
}

mod connect {
    use checkstand::protocols::connect::codec;
    use checkstand::protocols::connect::messages::Message;

    use super::*;

    pub fn answer(fault: Fault, frame: &Frame) -> Option<Frame> {
        match fault {
            Fault::AnswerOtherCurrency => replaced(frame, "\"currency\":\"GBP\"", "\"currency\":\"EUR\""),
            Fault::AnswerUnknownCode => {
                replaced(frame, "\"transactionResult\":\"SUCCESSFUL\"", "\"transactionResult\":\"PERHAPS\"")
                    .or_else(|| replaced(frame, "\"transactionResult\":\"DECLINED\"", "\"transactionResult\":\"WELL\""))
            }
            Fault::AnswerInvalidText => without_text(frame),
            Fault::AnswerClearNumber => {
                let text = std::str::from_utf8(frame.body()).ok()?;
                let at = text.find("\"primaryAccountNumber\":\"")? + 24;
                let masked = text.get(at..)?.split('"').next()?;
                replaced(frame, masked, CLEAR_NUMBER)
            }
            _ => None,
        }
    }

    pub fn name_of(line: Line, request: &[u8]) -> Option<String> {
        let Ok(Message::Request { id, params, .. }) = codec::decode(request) else { return None };
        params.contains_key("currency").then(|| {
            let tid = params.get("tid").or_else(|| params.get("tpi")).and_then(Value::as_str);
            format!("{}/{}/{id}", tid.unwrap_or("?"), line.0)
        })
    }
}

mod valor {
    use super::*;

    pub fn answer(fault: Fault, frame: &Frame) -> Option<Frame> {
        match fault {
            Fault::AnswerUnknownCode => replaced(frame, "\"STATE\":\"0\"", "\"STATE\":\"7\"")
                .or_else(|| replaced(frame, "\"STATE\":\"-1\"", "\"STATE\":\"-9\"")),
            Fault::AnswerInvalidText => without_text(frame),
            Fault::AnswerClearNumber => {
                let text = std::str::from_utf8(frame.body()).ok()?;
                let at = text.find("\"MASKED_PAN\":\"")? + 14;
                let masked = text.get(at..)?.split('"').next()?;
                replaced(frame, masked, CLEAR_NUMBER)
            }
            // Amounts carry no currency.
            _ => None,
        }
    }
}

mod econduit {
    use super::*;

    pub fn answer(fault: Fault, frame: &Frame) -> Option<Frame> {
        match fault {
            Fault::AnswerUnknownCode => replaced(frame, "\"ResultCode\":\"Approved\"", "\"ResultCode\":\"Perhaps\"")
                .or_else(|| replaced(frame, "\"ResultCode\":\"Declined\"", "\"ResultCode\":\"Well\"")),
            Fault::AnswerInvalidText => without_text(frame),
            Fault::AnswerClearNumber => {
                let text = std::str::from_utf8(frame.body()).ok()?;
                let at = text.find("\"Last4\":\"")?;
                let digits = text.get(at..)?.split('"').nth(3)?;
                let told = format!("\"Last4\":\"{digits}\"");
                replaced(frame, &told, &format!("\"Last4\":\"{CLEAR_NUMBER}\""))
            }
            _ => None,
        }
    }

    /// The RefID, and the command of what has its original's.
    pub fn name_of(_: Line, request: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(request).ok()?;
        let query = text.split_once("runTransaction2?").map(|(_, query)| query);
        let value = |classic: &str, json: &str| match query {
            Some(query) => query.split('&').find_map(|pair| pair.strip_prefix(classic)).map(str::to_owned),
            None => Some(serde_json::from_str::<Value>(text).ok()?.get(json)?.as_str()?.to_owned()),
        };
        // a question names its day, and a transaction its amount
        value("amount=", "Amount")?;
        let (name, command) = (value("refID=", "RefId")?, value("command=", "Command")?);
        match command.as_str() {
            "Capture" | "TipAdjust" => Some(format!("{name}/{command}")),
            "Void" | "GiftVoid" => None,
            _ => Some(name),
        }
    }
}

mod nexo {
    use checkstand::protocols::nexo::codec;
    use checkstand::protocols::nexo::messages::{self, Body, Category, Header, Kind, Message};

    use super::*;

    pub fn answer(fault: Fault, frame: &Frame) -> Option<Frame> {
        match fault {
            Fault::AnswerOtherCurrency => replaced(frame, "Currency=\"SEK\"", "Currency=\"EUR\""),
            Fault::AnswerUnknownCode => replaced(frame, "Result=\"Success\"", "Result=\"Perhaps\"")
                .or_else(|| replaced(frame, "ErrorCondition=\"", "ErrorCondition=\"Un")),
            Fault::AnswerInvalidText => without_text(frame),
            Fault::AnswerClearNumber => {
                let text = std::str::from_utf8(frame.body()).ok()?;
                let at = text.find("******")?.checked_sub(6)?;
                let masked = text.get(at..at + 16)?;
                replaced(frame, masked, CLEAR_NUMBER)
            }
            _ => None,
        }
    }

    pub fn is_display(call: &HttpRequest) -> bool {
        std::str::from_utf8(&call.body).is_ok_and(|text| text.contains("MessageCategory=\"Display\""))
    }

    pub fn announcement(host: &str, port: u16) -> Option<HttpRequest> {
        let json = format!(
            r#"{{"saleTerminalconfiguration":{{"messageVersion":"1.0.0","ipEndPoint":{{"ipV4Address":"{host}","ipPort":"{port}"}}}}}}"#
        );
        let header = Header {
            class: Category::Transmit.class(),
            category: Category::Transmit,
            kind: Kind::Request,
            protocol_version: false,
            service_id: Some("1".to_owned()),
            device_id: Some("77".to_owned()),
            sale_id: "TILL".to_owned(),
            poi_id: "POI".to_owned(),
        };
        let body = Body::TransmitRequest { message: Some(json.into_bytes()) };
        let bytes = codec::encode(&Message { header, body });
        Some(HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, bytes))
    }
}
