//! Doors at which the simulator is asked before a line stands.

use std::io::ErrorKind;

use futures_util::SinkExt;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::standing_lines::{Socket, Terminal, message, rest, saying};
use super::tiny::refusal;
use super::*;

const GUARDED: Door = Door::guarded("guarded", false);

async fn knocking(terminal: &Terminal, target: &str) -> Result<Socket, Error> {
    let address = terminal.host.local_address();
    let asking = client_async(format!("ws://{address}{target}"), terminal.stream().await);
    timeout(SOON, asking).await.unwrap().map(|(socket, _)| socket)
}

fn request(target: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

#[tokio::test]
async fn a_line_that_is_admitted_is_a_line_like_any_other() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    let mut till = knocking(&terminal, "/pac?token=x&y").await.unwrap();
    till.send(Message::text("twice")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(message(&mut till).await, Some(Message::text("<answer/>")));
    }
    till.close(None).await.unwrap();
    assert_eq!(message(&mut till).await, Some(Message::Close(None)));
    terminal.has_heard(&["knocked guarded /pac?token=x&y", "closed"]).await;
}

#[tokio::test]
async fn what_is_said_with_the_admission_arrives_after_it() {
    let terminal = Terminal::with(&[GUARDED]).await;
    let mut till = knocking(&terminal, "/eager").await.unwrap();
    assert_eq!(message(&mut till).await, Some(Message::text("<answer/>")));
}

#[tokio::test]
async fn what_a_hasty_till_says_before_its_admission_is_not_lost() {
    let terminal = Terminal::with(&[GUARDED]).await;
    // a masked text of three bytes
    let pay = "\u{1}\u{3}";
    let mut till = terminal.stream().await;
    let mut bytes = request("/pac").into_bytes();
    bytes.extend([pay.as_bytes()[0] | 0x80, pay.as_bytes()[1] | 0x80, 0, 0, 0, 0]);
    bytes.extend(b"pay");
    till.write_all(&bytes).await.unwrap();
    let mut head = [0; 12];
    till.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 101");
    let mut heard = Vec::new();
    while !heard.ends_with(b"\x81\x09<answer/>") {
        heard.push(timeout(SOON, till.read_u8()).await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn a_refusal_is_told_whole_and_the_connection_ends_in_order() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    let mut till = saying(&terminal, &request("/refuse")).await;
    let (bytes, end) = rest(&mut till).await;
    let text = String::from_utf8(bytes).unwrap().to_lowercase();
    assert!(end.is_ok(), "{end:?}");
    assert!(text.starts_with("http/1.1 401 unauthorized\r\n"), "{text}");
    assert!(text.contains("\r\ncontent-type: application/json\r\n") && text.contains("\r\nconnection: close\r\n"));
    assert!(text.ends_with("\r\n\r\n{\"usermessage\":\"no such key\"}"), "{text}");
    drop(till);
    let Err(Error::Http(response)) = knocking(&terminal, "/refuse").await else { panic!() };
    assert_eq!((response.status().as_u16(), response.body().as_deref()), (401, Some(refusal().body.as_slice())));
    // the simulator ended it, so it is not told of the end
    terminal.has_heard(&["knocked guarded /refuse", "knocked guarded /refuse"]).await;
}

#[tokio::test]
async fn what_is_no_request_for_a_websocket_is_refused_without_asking() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    let (bytes, _) = rest(&mut saying(&terminal, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await).await;
    assert!(bytes.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&bytes));
    let (bytes, _) = rest(&mut saying(&terminal, "\x02{}\r\n\r\n").await).await;
    assert_eq!(bytes, b"");
    knocking(&terminal, "/pac").await.unwrap();
    terminal.has_heard(&["knocked guarded /pac", "closed"]).await;
}

#[tokio::test]
async fn an_endless_request_is_not_read_to_its_end() {
    let terminal = Terminal::with(&[GUARDED]).await;
    let mut till = saying(&terminal, "GET / HTTP/1.1\r\n").await;
    let flood = async { while till.write_all(b"X-More: of the same\r\n").await.is_ok() {} };
    timeout(SOON, flood).await.unwrap();
}

#[tokio::test]
async fn a_line_that_is_cut_at_the_door_ends_without_a_byte() {
    let terminal = Terminal::with(&[GUARDED]).await;
    for target in ["/cut", "/hasty"] {
        let (bytes, end) = rest(&mut saying(&terminal, &request(target)).await).await;
        assert_eq!((bytes.as_slice(), end), (&b""[..], Err(ErrorKind::ConnectionReset)), "{target}");
    }
}

#[tokio::test]
async fn a_line_that_is_closed_at_the_door_ends_in_order() {
    let terminal = Terminal::with(&[GUARDED]).await;
    assert_eq!(rest(&mut saying(&terminal, &request("/close")).await).await, (Vec::new(), Ok(0)));
}

#[tokio::test]
async fn the_simulator_hears_when_the_till_does_not_wait_for_its_answer() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    let till = saying(&terminal, &request("/mute")).await;
    terminal.has_heard(&["knocked guarded /mute"]).await;
    drop(till);
    terminal.has_heard(&["knocked guarded /mute", "closed"]).await;
}

#[tokio::test]
async fn a_power_cut_breaks_who_waits_at_the_door() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    let mut till = saying(&terminal, &request("/mute")).await;
    terminal.has_heard(&["knocked guarded /mute"]).await;
    terminal.host.power_cut();
    assert_eq!(rest(&mut till).await.0, b"");
    terminal.has_heard(&["knocked guarded /mute", "power cut"]).await;
    knocking(&terminal, "/pac").await.unwrap();
}

#[tokio::test]
async fn the_news_tell_who_knocked_and_not_with_what() {
    let mut terminal = Terminal::with(&[GUARDED]).await;
    drop(knocking(&terminal, "/refuse?token=s3cr3t").await);
    let mut news = Vec::new();
    while news.len() < 3 {
        news.push(timeout(SOON, terminal.news.recv()).await.unwrap().unwrap());
    }
    news.retain(|news| !matches!(news, HostNews::Memory(_)));
    let summary = "refused: 401 (29 bytes) {\"userMessage\":\"no such key\"}".to_owned();
    let wanted = [HostNews::Knocked { line: Line(1), door: "guarded" }, HostNews::Sent { line: Line(1), summary }];
    assert_eq!(news, wanted);
    assert!(!format!("{news:?}").contains("s3cr3t"));
}
