#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::*;
use crate::doctor::finding::{Finding, Judgement};
use crate::protocols::protocol::Part;

const STRANGER: &str = "explain-not-a-terminal";

fn peer(port: u16, spoken: Spoken) -> Peer {
    let tls = Tls::No;
    Peer { host: "127.0.0.1".to_owned(), port, spoken, tls, part: Part::Main, field: "port", stranger: STRANGER }
}

fn refused(key: &str) -> Reached {
    Reached::Refused(Explanation::new(key, Fault::Settings))
}

/// Somebody at a port, who does this with each connection.
fn somebody(does: impl Fn(&mut TcpStream) + Send + 'static) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        // what is not kept hangs up
        let mut kept = Vec::new();
        for mut line in socket.incoming().flatten() {
            does(&mut line);
            kept.push(line);
        }
    });
    port
}

async fn found(peer: &Peer, reached: &Reached) -> Finding {
    let (tell, _) = tokio::sync::mpsc::channel(16);
    let mut notes = Notebook::new(tell);
    notes.look_at(Check::Speech).await;
    let _ = look_at_speech(peer, reached, &mut notes).await;
    notes.into_findings().pop().unwrap()
}

#[tokio::test]
async fn a_web_server_is_told_from_a_terminal_unless_the_terminal_is_one() {
    let port = somebody(|line| {
        let _ = line.read(&mut [0; 512]);
        let _ = line.write_all(b"HTTP/1.1 200 OK\r\nServer: router\r\n\r\n");
    });
    let finding = found(&peer(port, Spoken::Bytes), &refused(STRANGER)).await;
    assert_eq!(
        (finding.key.as_str(), finding.detail.as_deref()),
        ("doctor-speech-web-server", Some("HTTP/1.1 200 OK"))
    );
    assert_eq!(finding.judgement, Judgement::Fault(Fault::Settings));
    assert_eq!(found(&peer(port, Spoken::WebSocket), &refused(STRANGER)).await.key, "doctor-speech-web-server");
    for spoken in [Spoken::WebSocket, Spoken::Http] {
        assert_eq!(found(&peer(port, spoken), &refused("explain-link-broken")).await.key, "doctor-speech-fine");
    }
}

#[tokio::test]
async fn what_speaks_first_is_named() {
    let ssh = somebody(|line| drop(line.write_all(b"SSH-2.0-OpenSSH_9.7\r\n")));
    assert_eq!(found(&peer(ssh, Spoken::Bytes), &refused(STRANGER)).await.key, "doctor-speech-ssh");
    let mail = somebody(|line| drop(line.write_all(b"220 mail.shop ESMTP\r\n")));
    let finding = found(&peer(mail, Spoken::Bytes), &refused(STRANGER)).await;
    assert_eq!(finding.key, "doctor-speech-stranger");
    assert_eq!(finding.detail.as_deref(), Some("220 mail.shop ESMTP"));
}

#[tokio::test]
async fn who_hangs_up_is_told_from_who_says_nothing() {
    let port = somebody(|line| drop(line.shutdown(std::net::Shutdown::Both)));
    assert_eq!(found(&peer(port, Spoken::Bytes), &refused("explain-link-broken")).await.key, "doctor-speech-hangs-up");
    let port = somebody(|_| ());
    let finding = found(&peer(port, Spoken::Bytes), &Reached::NoAnswer).await;
    assert_eq!((finding.key.as_str(), finding.judgement), ("doctor-speech-silent", Judgement::Fault(Fault::Link)));
}

#[tokio::test]
async fn what_the_protocol_says_is_not_asked_about_again() {
    // nobody is there, so that asking would be seen
    for reached in [Reached::Ready(Vec::new()), refused("explain-secret-wrong")] {
        assert_eq!(found(&peer(1, Spoken::Bytes), &reached).await.key, "doctor-speech-fine");
    }
}

#[test]
fn what_speaks_no_tls_is_told_by_how_it_fails() {
    let lost = |cause| Loss { departure: crate::protocols::driver::Departure::SurelyNot, cause, detail: String::new() };
    let key = |cause| no_tls(&peer(1, Spoken::Http), &lost(cause)).key;
    assert_eq!(key(LossCause::Garbled), "doctor-speech-no-tls");
    assert_eq!(key(LossCause::TimedOut), "doctor-speech-silent");
    assert_eq!(key(LossCause::Broken), "doctor-speech-hangs-up");
}

#[test]
fn a_certificate_that_ends_within_two_weeks_is_a_doubt() {
    let now = 1_750_000_000;
    assert_eq!(holds_until(Some(now + 15 * DAY), now).key, "doctor-certificate-fine");
    let soon = holds_until(Some(now + 13 * DAY), now);
    assert_eq!((soon.key.as_str(), soon.judgement), ("doctor-certificate-ends", Judgement::Doubt));
    assert_eq!(soon.words, [("until", "2025-06-28".to_owned()), ("days", "13".to_owned())]);
    assert_eq!(holds_until(None, now).key, "doctor-certificate-trusted");
}

#[test]
fn a_login_is_told_as_the_terminal_tells_it() {
    assert_eq!(login(Reached::Ready(vec!["PAX".to_owned(), "A35".to_owned()])).detail.as_deref(), Some("PAX, A35"));
    assert_eq!(login(refused("explain-secret-wrong")).key, "explain-secret-wrong");
    assert_eq!(login(Reached::NoAnswer).key, "doctor-session-no-answer");
}
