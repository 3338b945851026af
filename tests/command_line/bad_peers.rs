//! Peers that are no terminal, or a broken one: the program says so, ends with the right status, and the journal holds
//! the payment as it ended.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, WebSocket};

use super::harness::{Brand, Ended, Shop, free_port};

/// For what must happen; nothing waits this long when all is well.
const SOON: Duration = Duration::from_secs(30);

/// A listener that treats its first caller in its own way, and then is gone.
struct Peer {
    port: u16,
    /// Speaks when the caller has said something.
    heard: Receiver<()>,
}

impl Peer {
    fn new(behave: impl FnOnce(TcpStream, &Sender<()>) + Send + 'static) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (say, heard) = channel();
        std::thread::spawn(move || {
            let Ok((stream, _)) = listener.accept() else { return };
            drop(listener);
            behave(stream, &say);
        });
        Peer { port, heard }
    }

    /// The same behind a WebSocket's handshake.
    fn over_websocket(behave: impl FnOnce(&mut WebSocket<TcpStream>, &Sender<()>) + Send + 'static) -> Peer {
        Peer::new(move |stream, say| {
            if let Ok(mut line) = tungstenite::accept(stream) {
                behave(&mut line, say);
            }
        })
    }

    /// A shop whose only terminal is this peer. Nobody takes cancels.
    fn shop(&self, family: Brand, transport: &str) -> Shop {
        let shop = Shop::of_training();
        let ports = match family {
            Brand::Valor => [self.port, free_port()],
            _ => [self.port, self.port],
        };
        shop.add_of_brand("front", family, transport, &ports, &[]).ended_with(0);
        shop
    }
}

/// The payment ended so, says why, and stands in the journal.
#[track_caller]
fn check(shop: &Shop, ended: &Ended, status: i32, verdict: &str) -> String {
    let outcome = ended.ended_with(status).event("outcome");
    assert_eq!(outcome["outcome"], verdict, "{outcome}");
    assert!(outcome.get("amount_minor").is_none());
    let history = shop.history();
    assert_eq!(history.len(), 1, "{history:#?}");
    assert_eq!((&history[0]["outcome"], &history[0]["asked_minor"]), (&verdict.into(), &10_000.into()));
    assert_eq!(history[0]["payment"], outcome["payment"]);
    let message = outcome["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains(' '), "no text says why: {outcome}");
    message
}

fn sale(shop: &Shop) -> Ended {
    shop.json(&["sale", "100.00"])
}

/// Waits until the caller has said something, with what it says.
fn hear(stream: &mut TcpStream) -> Vec<u8> {
    let mut piece = vec![0; 4096];
    let read = stream.read(&mut piece).unwrap_or_default();
    piece.truncate(read);
    piece
}

/// Keeps the line until the caller ends it.
fn stay(stream: &mut TcpStream) {
    while !hear(stream).is_empty() {}
}

/// Writes until the caller ends it.
fn flood(stream: &mut TcpStream, beginning: &[u8]) {
    let _ = stream.write_all(beginning);
    while stream.write_all(&[b'a'; 16 * 1024]).is_ok() {}
}

#[test]
fn a_web_server_at_the_wrong_port_is_told_from_a_terminal() {
    for (family, transport) in
        [(Brand::Valor, "tcp"), (Brand::Valor, "websocket"), (Brand::P3, "tcp"), (Brand::P3, "websocket")]
    {
        let peer = Peer::new(|mut stream, _| {
            hear(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stay(&mut stream);
        });
        let shop = peer.shop(family, transport);
        check(&shop, &sale(&shop), 12, "not_charged");
    }
}

#[test]
fn a_port_where_nobody_listens_charges_nothing() {
    for (family, transport) in [(Brand::Valor, "tcp"), (Brand::P3, "websocket")] {
        let shop = Shop::of_training();
        shop.add_of_brand("front", family, transport, &[free_port(), free_port()], &[]).ended_with(0);
        let message = check(&shop, &sale(&shop), 12, "not_charged");
        assert!(message.contains("port"), "{message}");
        let tested = shop.json(&["terminal", "test", "front"]);
        assert!([Some(1), Some(2)].contains(&tested.status));
        assert!(!tested.refusal().is_empty());
    }
}

/// The request of a Valor terminal may have left before the end of the line is seen.
#[test]
fn a_valor_peer_that_closes_after_the_request_leaves_it_in_doubt() {
    let peer = Peer::new(|mut stream, _| drop(hear(&mut stream)));
    let shop = peer.shop(Brand::Valor, "tcp");
    check(&shop, &sale(&shop), 13, "in_doubt");
    let peer = Peer::over_websocket(|line, _| drop(line.read()));
    let shop = peer.shop(Brand::Valor, "websocket");
    check(&shop, &sale(&shop), 13, "in_doubt");
}

#[test]
fn a_peer_that_closes_at_once_takes_no_money_from_a_p3_till() {
    let shop = Peer::new(|stream, _| drop(stream)).shop(Brand::P3, "tcp");
    check(&shop, &sale(&shop), 12, "not_charged");
    let shop = Peer::new(|stream, _| drop(stream)).shop(Brand::P3, "websocket");
    check(&shop, &sale(&shop), 12, "not_charged");
    let shop = Peer::over_websocket(|_, _| {}).shop(Brand::P3, "websocket");
    check(&shop, &sale(&shop), 12, "not_charged");
    let shop = Peer::new(|stream, _| drop(stream)).shop(Brand::Valor, "websocket");
    check(&shop, &sale(&shop), 12, "not_charged");
}

#[cfg(unix)]
#[test]
fn a_silent_peer_of_a_valor_till_ends_in_doubt_soon_after_an_interrupt() {
    let mute = |mut stream: TcpStream, say: &Sender<()>| {
        hear(&mut stream);
        let _ = say.send(());
        stay(&mut stream);
    };
    let peer = Peer::new(mute);
    let shop = peer.shop(Brand::Valor, "tcp");
    let program = shop.start_json(&["sale", "100.00"]);
    peer.heard.recv_timeout(SOON).unwrap();
    program.interrupt();
    check(&shop, &program.end(), 13, "in_doubt");
}

#[cfg(unix)]
#[test]
fn a_silent_peer_of_a_p3_till_gets_no_request_and_an_interrupt_ends_it() {
    let peer = Peer::new(|mut stream, say| {
        hear(&mut stream);
        let _ = say.send(());
        stay(&mut stream);
    });
    let shop = peer.shop(Brand::P3, "tcp");
    let program = shop.start_json(&["sale", "100.00"]);
    peer.heard.recv_timeout(SOON).unwrap();
    program.interrupt();
    check(&shop, &program.end(), 11, "cancelled");
}

#[test]
fn a_silent_peer_of_a_p3_till_is_given_up_by_itself() {
    let peer = Peer::over_websocket(|line, _| while line.read().is_ok() {});
    let shop = peer.shop(Brand::P3, "websocket");
    check(&shop, &sale(&shop), 12, "not_charged");
}

#[test]
fn endless_bytes_are_bounded() {
    let endless: [(Brand, &str, &[u8], i32, &str); 3] = [
        (Brand::Valor, "tcp", br#"{"STATE":"0","MSG":""#, 13, "in_doubt"),
        (Brand::P3, "tcp", &[0x7f, 0xff, 0xff, 0xff, b'{'], 12, "not_charged"),
        // Said to be endless, but the bound of what is kept is the same where it is not.
        (Brand::P3, "tcp", &[0x00, 0xff, 0xff, 0xff, b'{'], 12, "not_charged"),
    ];
    for (family, transport, beginning, status, verdict) in endless {
        let peer = Peer::new(move |mut stream, _| {
            hear(&mut stream);
            flood(&mut stream, beginning);
        });
        let shop = peer.shop(family, transport);
        check(&shop, &sale(&shop), status, verdict);
    }
}

/// Each of them is a message that can be read.
#[cfg(unix)]
#[test]
fn endless_messages_do_not_keep_an_interrupt_from_ending_it() {
    let valor = Peer::new(|mut stream, say| {
        hear(&mut stream);
        let _ = say.send(());
        while stream.write_all(br#"{"STATE":"0","MSG":"ACK"}"#).is_ok() {}
    });
    let p3 = Peer::new(|mut stream, say| {
        let tag = request_after_login(&mut stream);
        let update = json!({ "type": "EXECUTE_TRANSACTION_UPDATE", "tag": tag, "status": "OK",
            "executeTransactionUpdate": { "state": "PROCESSING", "information": ["Present card", ""],
                "abortable": true, "transaction": { "identifier": "abc", "status": "INITIALIZED" } } });
        let _ = say.send(());
        while stream.write_all(&framed(update.to_string().as_bytes())).is_ok() {}
    });
    for (family, peer) in [(Brand::Valor, valor), (Brand::P3, p3)] {
        let shop = peer.shop(family, "tcp");
        let program = shop.start_json(&["sale", "100.00"]);
        peer.heard.recv_timeout(SOON).unwrap();
        program.interrupt();
        let before = Instant::now();
        check(&shop, &program.end(), 13, "in_doubt");
        assert!(before.elapsed() < Duration::from_secs(20), "{family:?}: {:?}", before.elapsed());
    }
}

#[test]
fn an_endless_websocket_message_is_bounded() {
    for (family, status, verdict) in [(Brand::Valor, 13, "in_doubt"), (Brand::P3, 12, "not_charged")] {
        let peer = Peer::over_websocket(|line, _| {
            let _ = line.read();
            // One text frame that says it is of 2^40 bytes.
            flood(line.get_mut(), &[0x81, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0]);
        });
        let shop = peer.shop(family, "websocket");
        check(&shop, &sale(&shop), status, verdict);
    }
}

#[test]
fn what_is_no_json_or_no_text_settles_nothing() {
    let nonsense: [&[u8]; 3] = [b"{\"STATE\":\"\xff\xfe\"}", b"{\"STATE\":\"0\",}", b"{\"STATE\":{\"a\":[1,2]}}"];
    for bytes in nonsense {
        let peer = Peer::new(move |mut stream, _| {
            hear(&mut stream);
            let _ = stream.write_all(bytes);
        });
        let shop = peer.shop(Brand::Valor, "tcp");
        check(&shop, &sale(&shop), 13, "in_doubt");

        let peer = Peer::new(move |mut stream, _| {
            hear(&mut stream);
            let _ = stream.write_all(&framed(bytes));
        });
        let shop = peer.shop(Brand::P3, "tcp");
        check(&shop, &sale(&shop), 12, "not_charged");
    }
}

#[cfg(unix)]
#[test]
fn a_valor_result_with_members_of_the_wrong_type_settles_nothing() {
    let peer = Peer::new(|mut stream, say| {
        let request: Value = serde_json::from_slice(&hear(&mut stream)).unwrap();
        let result = json!({ "STATE": 0, "MER_TXN_ID": request["REQ_TXN_ID"], "MASKED_PAN": ["5413"], "RRN": { "a": 1 },
                             "TRAN_TYPE": true, "TRAN_NO": null, "TOTAL_AMOUNT": 100.005, "AMOUNT": ["10000"] });
        let accepted = r#"{"STATE":0,"STAN_NO":118,"MSG":"Payload Request Received"}"#;
        let _ = write!(stream, r#"{{"STATE":"0","MSG":"ACK"}}{accepted}{result}"#);
        let _ = say.send(());
        stay(&mut stream);
    });
    let shop = peer.shop(Brand::Valor, "tcp");
    let mut program = shop.start_json(&["sale", "100.00"]);
    assert_eq!(program.event("reference")["reference"], "118");
    peer.heard.recv_timeout(SOON).unwrap();
    program.interrupt();
    check(&shop, &program.end(), 13, "in_doubt");
}

#[cfg(unix)]
#[test]
fn a_p3_response_with_members_of_the_wrong_type_settles_nothing() {
    for transaction in [
        json!(5),
        json!({ "status": 5, "amount": "100.00" }),
        json!([]),
        json!({ "status": "APPROVED", "amount": [1] }),
    ] {
        let peer = Peer::new(move |mut stream, say| {
            let tag = request_after_login(&mut stream);
            let update = json!({ "type": "EXECUTE_TRANSACTION_UPDATE", "tag": tag, "status": "OK",
                "executeTransactionUpdate": { "state": "PROCESSING", "information": ["Present card", ""],
                    "abortable": false, "transaction": { "identifier": "abc", "status": "INITIALIZED" } } });
            let _ = stream.write_all(&framed(update.to_string().as_bytes()));
            let response = json!({ "type": "EXECUTE_TRANSACTION_RESPONSE", "tag": tag, "status": "OK",
                "executeTransactionResponse": { "state": "APPROVED", "transaction": transaction } });
            let _ = stream.write_all(&framed(response.to_string().as_bytes()));
            let _ = say.send(());
        });
        let shop = peer.shop(Brand::P3, "tcp");
        let mut program = shop.start_json(&["sale", "100.00"]);
        program.event("reference");
        peer.heard.recv_timeout(SOON).unwrap();
        program.interrupt();
        check(&shop, &program.end(), 13, "in_doubt");
    }
}

/// Lets the caller in, and returns the tag of its request.
fn request_after_login(stream: &mut TcpStream) -> Value {
    let login = unframed(stream);
    let devices = json!([{ "name": "Mock", "identifier": "mock1", "resource": "devices/mock1", "type": "MOCK", "comlink": "MOCK" }]);
    let answer = json!({ "type": "LOGIN_MERCHANT_RESPONSE", "tag": login["tag"], "status": "OK",
                         "loginMerchantResponse": { "devices": devices } });
    stream.write_all(&framed(answer.to_string().as_bytes())).unwrap();
    unframed(stream)["tag"].clone()
}

fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap();
    [&length.to_be_bytes(), message].concat()
}

fn unframed(stream: &mut TcpStream) -> Value {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut body = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn a_login_that_is_refused_says_so_and_sends_nothing() {
    for transport in ["websocket", "tcp"] {
        let shop = Shop::with_brand(Brand::P3, transport, &[]);
        let arguments = ["terminal", "add", "front", "--protocol", "p3", "--secret", "merchant_secret"];
        shop.run_with_input(&arguments, "wrong\n").ended_with(0);
        let ended = sale(&shop);
        let message = check(&shop, &ended, 12, "not_charged");
        assert!(message.to_lowercase().contains("secret"), "{message}");
        assert!(ended.events_of("reference").is_empty());
        assert!(shop.ledger().is_empty());
        let tested = shop.json(&["terminal", "test", "front"]);
        assert_eq!(tested.ended_with(2).refusal(), "secret-wrong");
    }
}

#[test]
fn a_device_that_is_gone_or_not_chosen_is_told_with_those_there_are() {
    for device in ["device=mock9", "device="] {
        let shop = Shop::with_brand(Brand::P3, "websocket", &[device]);
        let message = check(&shop, &sale(&shop), 12, "not_charged");
        assert!(message.contains("devices/mock1") && message.contains("devices/mock2"), "{message}");
        assert!(shop.ledger().is_empty());
    }
}

#[test]
fn a_payserver_without_its_secret_is_not_set_up() {
    let shop = Shop::of_training();
    let refused = shop.json(&["terminal", "add", "front", "--protocol", "p3", "--set", "merchant_id=mer-0815"]);
    let error = refused.ended_with(2).event("error");
    assert!(error["message"].as_str().unwrap().contains("merchant_secret"), "{error}");
}
