//! Doors that speak TLS, reached by the till's own links.

use std::path::PathBuf;

use checkstand::domain::Secret;
use checkstand::protocols::driver::{CertificateFault, Loss};
use tempfile::NamedTempFile;

use super::standing_lines::Terminal;
use super::*;

const SECURE: Door = Door::guarded("secure", true);
const UNGUARDED: Door = Door { guarded: false, ..SECURE };

/// A terminal behind TLS and a till that trusts it.
struct Pair {
    terminal: Terminal,
    ca_file: NamedTempFile,
    links: NetworkLinks,
    events: Receiver<(Channel, LinkEvent)>,
    calls: u64,
}

impl Pair {
    async fn with(door: Door) -> Pair {
        let terminal = Terminal::with(&[door]).await;
        let ca_file = NamedTempFile::new().unwrap();
        std::fs::write(ca_file.path(), terminal.host.certificate_authority().unwrap()).unwrap();
        let (sender, events) = mpsc::channel(256);
        Pair { terminal, ca_file, links: links(sender), events, calls: 0 }
    }

    fn call(&mut self, host: &str, path: &str, ca_file: Option<PathBuf>) {
        let endpoint = Endpoint::WebSocket {
            host: host.to_owned(),
            port: self.terminal.host.local_address().port(),
            target: Target::with_query(path, Secret::new("token=x")),
            tls: Tls::Yes { ca_file },
            connect_within: SOON,
            at_most: 1000,
            ping_every: None,
        };
        self.calls += 1;
        self.links.act(self.channel(), LinkAction::Open(endpoint));
    }

    /// The latest; each is opened once.
    fn channel(&self) -> Channel {
        Channel::new("payment", self.calls)
    }

    fn trusting(&self) -> Option<PathBuf> {
        Some(self.ca_file.path().to_owned())
    }

    async fn event(&mut self) -> LinkEvent {
        timeout(SOON, self.events.recv()).await.unwrap().unwrap().1
    }

    async fn loss(&mut self) -> Loss {
        match self.event().await {
            LinkEvent::Lost(loss) => loss,
            other => panic!("{other:?}"),
        }
    }

    /// On a line that stands, says this and hears what becomes of it.
    async fn after(&mut self, said: &str) -> LinkEvent {
        self.call("localhost", "/pac", self.trusting());
        assert_eq!(self.event().await, LinkEvent::Opened);
        self.links.act(self.channel(), LinkAction::Send(Frame::Bytes(said.into())));
        self.event().await
    }
}

fn answer() -> LinkEvent {
    LinkEvent::Received(Frame::Bytes(ANSWER.to_vec()))
}

#[tokio::test]
async fn a_till_that_trusts_the_simulators_authority_reaches_it_by_name_and_address() {
    for host in ["localhost", "127.0.0.1"] {
        let mut pair = Pair::with(SECURE).await;
        pair.call(host, "/eager", pair.trusting());
        assert_eq!(pair.event().await, LinkEvent::Opened);
        assert_eq!(pair.event().await, answer());
        pair.links.act(pair.channel(), LinkAction::Close);
        pair.terminal.has_heard(&["knocked secure /eager?token=x", "closed"]).await;
    }
}

#[tokio::test]
async fn a_door_without_a_guard_may_speak_tls() {
    assert_eq!(Pair::with(UNGUARDED).await.after("pay").await, answer());
}

#[tokio::test]
async fn a_till_that_does_not_trust_the_authority_says_nothing_to_it() {
    let mut pair = Pair::with(SECURE).await;
    pair.call("127.0.0.1", "/pac", None);
    let loss = pair.loss().await;
    assert_eq!(loss.cause, LossCause::Certificate(CertificateFault::UnknownIssuer));
    // and neither does one that trusts the authority of another run
    let other = Pair::with(SECURE).await;
    pair.call("127.0.0.1", "/pac", other.trusting());
    assert_eq!(pair.loss().await.cause, LossCause::Certificate(CertificateFault::UnknownIssuer));
    pair.call("127.0.0.1", "/refuse", pair.trusting());
    pair.loss().await;
    pair.terminal.has_heard(&["knocked secure /refuse?token=x"]).await;
}

#[tokio::test]
async fn a_refusal_comes_through_tls_with_its_words() {
    let mut pair = Pair::with(SECURE).await;
    pair.call("localhost", "/refuse", pair.trusting());
    let loss = pair.loss().await;
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Upgrade(401)));
    assert_eq!(loss.detail, "no such key");
}

#[tokio::test]
async fn pieces_through_tls_make_a_whole() {
    assert_eq!(Pair::with(SECURE).await.after("pieces").await, answer());
}

#[tokio::test]
async fn half_a_message_through_tls_is_none() {
    let mut pair = Pair::with(SECURE).await;
    assert!(is_broken(&pair.after("half").await));
}

#[tokio::test]
async fn a_line_of_tls_that_is_cut_has_no_last_words() {
    let LinkEvent::Lost(loss) = Pair::with(SECURE).await.after("cut").await else { panic!() };
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
    assert!(!loss.detail.contains("1000"), "{}", loss.detail);
}

#[tokio::test]
async fn a_line_of_tls_that_is_closed_has() {
    let mut pair = Pair::with(SECURE).await;
    assert_eq!(pair.after("close").await, answer());
    assert_eq!(pair.loss().await.detail, "closed by the peer: 1000");
}

#[tokio::test]
async fn a_power_cut_breaks_lines_of_tls_and_the_same_authority_comes_back() {
    let mut pair = Pair::with(SECURE).await;
    assert_eq!(pair.after("pay").await, answer());
    pair.terminal.host.power_cut();
    assert!(matches!(pair.event().await, LinkEvent::Lost(loss) if loss.cause == LossCause::Broken));
    assert_eq!(pair.after("pay").await, answer());
}

#[tokio::test]
async fn what_does_not_speak_tls_is_sent_away() {
    let mut pair = Pair::with(SECURE).await;
    let mut till = pair.terminal.stream().await;
    till.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let _ = timeout(SOON, till.read_to_end(&mut Vec::new())).await.unwrap();
    assert_eq!(pair.after("pay").await, answer());
}

#[tokio::test]
async fn only_a_host_with_such_a_door_has_an_authority() {
    let terminal = Terminal::with(&[Door::guarded("plain", false)]).await;
    assert_eq!(terminal.host.certificate_authority(), None);
}
