//! Peers that repeat the till's own secret wherever they can say something.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

const TID: &str = "70031188";

/// How a cloud tells on the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tale {
    /// It refuses the WebSocket.
    AtTheDoor,
    /// It lists terminals by that name, and refuses the list.
    InTheList,
    /// It refuses the sale.
    InTheError,
    /// It approves, and says it in notifications, receipts, numbers and texts.
    InTheResult,
    /// It says it where nothing is understood.
    InNonsense,
}

impl Tale {
    pub const ALL: [Tale; 5] =
        [Tale::AtTheDoor, Tale::InTheList, Tale::InTheError, Tale::InTheResult, Tale::InNonsense];
}

/// A cloud of Connect that knows the key in these spellings, and tells it to whoever calls. Its port; it ends with the test.
pub fn cloud(tale: Tale, spellings: Vec<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let said = format!("your key {} is told", spellings.join(" or "));
        for stream in listener.incoming().map_while(Result::ok) {
            let said = said.clone();
            std::thread::spawn(move || serve(tale, stream, &said));
        }
    });
    port
}

fn serve(tale: Tale, mut stream: TcpStream, said: &str) {
    if tale == Tale::AtTheDoor {
        let body = json!({ "userMessage": said }).to_string();
        let _ = stream.read(&mut [0; 4096]);
        let _ = write!(stream, "HTTP/1.1 401 {said}\r\nX-Said: {said}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        return;
    }
    let Ok(mut line) = tungstenite::accept(stream) else { return };
    while let Ok(message) = line.read() {
        if let Message::Text(text) = message {
            let request: Value = serde_json::from_str(&text).unwrap();
            for answer in answers(tale, &request, said) {
                let _ = line.send(Message::text(answer));
            }
        }
    }
}

fn answers(tale: Tale, request: &Value, said: &str) -> Vec<String> {
    let response = |result: Value| json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }).to_string();
    let error = |message: &str| {
        let error = json!({ "code": -32001, "message": message, "userMessage": said, "data": { "userMessage": said } });
        json!({ "jsonrpc": "2.0", "id": request["id"], "error": error }).to_string()
    };
    // Only with its right word is it a refusal, and no reason to ask for a minute.
    let refusal = || error("TERMINAL_UNAVAILABLE");
    let terminal = json!({ "tid": TID, "status": "AVAILABLE", "currency": "GBP" });
    match (tale, request["method"].as_str().unwrap_or_default()) {
        (Tale::InTheList, "connectedTerminals") => {
            let stranger = json!({ "tid": said, "status": said, "currency": said });
            vec![response(json!([terminal, stranger]))]
        }
        (Tale::InTheError, "connectedTerminals") if request["id"] != 1 => vec![error(said)],
        (Tale::InNonsense, "sale") => vec![said.to_owned(), format!("{{\"{said}\": "), refusal()],
        (_, "connectedTerminals") => vec![response(json!([terminal]))],
        (_, "terminalDetails") => vec![response(terminal)],
        (Tale::InTheResult, "sale") => {
            let told = [said, "APPROVED"].map(notification);
            told.into_iter().chain([response(result(request, said))]).collect()
        }
        (_, "sale") => vec![refusal()],
        _ => vec![error(said)],
    }
}

fn notification(value: &str) -> String {
    let params = json!({ "tid": TID, "notificationValue": value });
    json!({ "jsonrpc": "2.0", "method": "terminalNotification", "params": params }).to_string()
}

fn result(request: &Value, said: &str) -> Value {
    let amount = &request["params"]["amount"];
    let lines = json!([{ "type": "TEXT", "value": said }, { "type": said, "value": said }]);
    json!({
        "tid": TID, "transactionResult": "SUCCESSFUL", "transactionType": "SALE", "currency": "GBP",
        "amountBase": amount, "amountTotal": amount, "authCode": said, "cardSchemeName": said,
        "primaryAccountNumber": "************4417", "cardHolderVerificationMethod": said, "paymentMethod": said,
        "transactionId": said, "transactionNumber": said, "transactionTime": said, "userMessage": said, "said": said,
        "receiptLines": { "MERCHANT": lines, "CUSTOMER": lines },
    })
}

/// A PayServer that refuses the login, or else the sale, with the merchant's secret in its words.
pub fn payserver(lets_in: bool, said: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let Ok(line) = tungstenite::accept(stream) else { continue };
            let said = said.clone();
            std::thread::spawn(move || tell_on_merchant(line, lets_in, &said));
        }
    });
    port
}

fn tell_on_merchant(mut line: WebSocket<TcpStream>, lets_in: bool, said: &str) {
    while let Ok(message) = line.read() {
        let Message::Text(text) = message else { continue };
        let request: Value = serde_json::from_str(&text).unwrap();
        let kind = request["type"].as_str().unwrap().replace("REQUEST", "RESPONSE");
        let refusal = |word: &str| {
            json!({ "type": kind, "tag": request["tag"], "status": "error",
            "error": { "type": word, "message": said, "developerMessage": said } })
        };
        let devices = json!([{ "name": said, "identifier": "mock1", "resource": "devices/mock1", "type": "MOCK", "comlink": said }]);
        let answer = match kind.as_str() {
            "LOGIN_MERCHANT_RESPONSE" if lets_in => json!({ "type": kind, "tag": request["tag"], "status": "OK",
                "loginMerchantResponse": { "information": { "location": said }, "devices": devices } }),
            "LOGIN_MERCHANT_RESPONSE" => refusal("POS_SERVER_AUTHENTICATION_FAILED"),
            _ => refusal("POS_TRANSACTION_DECLINED"),
        };
        let _ = line.send(Message::text(answer.to_string()));
    }
}

/// An eConduit that says the secrets in all its words, and the address it was called by, which has them too.
pub fn econduit(status: &'static str, said: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let said = said.clone();
            std::thread::spawn(move || answer_of_econduit(stream, status, &said));
        }
    });
    port
}

fn answer_of_econduit(stream: TcpStream, status: &str, said: &str) -> Option<()> {
    let mut reader = BufReader::new(&stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if header.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let said = format!("{said} {} {}", line.trim(), String::from_utf8_lossy(&body));
    let answer = if status.starts_with("200") {
        json!({ "ResultCode": "Declined", "ResultFinal": true, "Message": said, "AuthCode": said,
            "CardType": said, "Last4": said, "receiptTerminal": said, "merchantReceipt": said, "UserInput": said,
            "ErrorMessage": said, "Status": "Error", "Features": [said], "ResultCodeCredit": "0", "MessageCredit": said,
            "ResultCodeGift": "0", "MessageGift": said })
        .to_string()
    } else {
        format!("<html><body>No such page: {said}</body></html>")
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    (&stream).write_all(format!("{head}{answer}").as_bytes()).ok()
}
