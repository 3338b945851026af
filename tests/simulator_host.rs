//! A simulator behind real sockets.
#![allow(clippy::unwrap_used)]

#[path = "simulator_host/counter_and_tables.rs"]
mod counter_and_tables;
#[path = "simulator_host/crowded_doors.rs"]
mod crowded_doors;
#[path = "simulator_host/guarded_doors.rs"]
mod guarded_doors;
#[path = "simulator_host/https_doors.rs"]
mod https_doors;
#[path = "simulator_host/standing_lines.rs"]
mod standing_lines;
mod tiny;
#[path = "simulator_host/tls_doors.rs"]
mod tls_doors;

use std::path::Path;
use std::time::Duration;

use checkstand::links::{HostNews, LinkSender, Links, Listeners, NetworkLinks, Pacing, Seat, SimulatorHost};
use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, LossCause, Target, Tls};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use checkstand::protocols::simulator::{Carrier, Door, Line, Post};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Receiver, UnboundedReceiver};
use tokio::time::timeout;

use tiny::{ANSWER, Tiny, entry};

const SOON: Duration = Duration::from_secs(10);
const HTTP: Door = Door::new("http", Carrier::Http);
const PAYMENT: Channel = Channel::new("payment", 1);

struct World {
    host: SimulatorHost,
    news: UnboundedReceiver<HostNews>,
    links: NetworkLinks,
    events: Receiver<(Channel, LinkEvent)>,
}

impl World {
    async fn new() -> World {
        World::with_till(None).await
    }

    async fn with_till(till: Option<String>) -> World {
        let (sink, news) = mpsc::unbounded_channel();
        let listen = "127.0.0.1:0".parse().unwrap();
        let sink = move |news| drop(sink.send(news));
        let host = SimulatorHost::start(listen, &[HTTP], till, Box::new(Tiny::default()), sink).await.unwrap();
        let (sender, events) = mpsc::channel(256);
        World { host, news, links: links(sender), events }
    }

    fn ask(&mut self, body: &str) {
        let request = HttpRequest::post("/terminal", "application/xml; charset=utf-8", body.into());
        let endpoint = Endpoint::Http {
            url: format!("http://{}", self.host.local_address()),
            request,
            tls: Tls::No,
            pace: None,
            connect_within: SOON,
            answer_within: SOON,
            at_most: 1024,
        };
        self.links.act(PAYMENT, LinkAction::Open(endpoint));
    }

    /// Responses without the time at which they were sent.
    async fn event(&mut self) -> LinkEvent {
        match timeout(SOON, self.events.recv()).await.unwrap().unwrap().1 {
            LinkEvent::Received(Frame::Response(told)) => {
                LinkEvent::Received(Frame::Response(HttpResponse { date: None, ..told }))
            }
            event => event,
        }
    }

    async fn end_of(&mut self, body: &str) -> LinkEvent {
        self.ask(body);
        assert_eq!(self.event().await, LinkEvent::Opened);
        self.event().await
    }

    async fn next_news(&mut self) -> HostNews {
        timeout(SOON, self.news.recv()).await.unwrap().unwrap()
    }

    async fn memory(&mut self) -> serde_json::Value {
        loop {
            if let HostNews::Memory(memory) = self.next_news().await {
                return memory;
            }
        }
    }
}

/// Of a till none of whose requests has a limit.
fn links(events: LinkSender) -> NetworkLinks {
    NetworkLinks::new(events, None, Pacing::in_folder(Path::new("/dev/null")))
}

fn answer() -> LinkEvent {
    LinkEvent::Received(Frame::Response(HttpResponse::ok("application/xml; charset=utf-8", ANSWER.to_vec())))
}

fn is_broken(event: &LinkEvent) -> bool {
    matches!(event, LinkEvent::Lost(loss)
        if loss.departure == Departure::Perhaps && loss.cause == LossCause::Broken)
}

#[tokio::test]
async fn money_is_told_before_the_answer_leaves() {
    let mut world = World::new().await;
    assert_eq!(world.end_of("pay").await, answer());
    let line = Line(1);
    let summary = "POST /terminal (3 bytes) pay".to_owned();
    assert_eq!(world.next_news().await, HostNews::Received { line, summary });
    assert_eq!(world.next_news().await, HostNews::Ledger(entry()));
    assert_eq!(world.next_news().await, HostNews::Memory(json!({ "taken": 1, "heard": [] })));
    assert_eq!(world.next_news().await, HostNews::Sent { line, summary: "200 (9 bytes) <answer/>".to_owned() });
}

#[tokio::test]
async fn pieces_make_a_whole_answer() {
    assert_eq!(World::new().await.end_of("pieces").await, answer());
}

#[tokio::test]
async fn pieces_come_with_a_length_and_byte_by_byte() {
    let world = World::new().await;
    let mut till = TcpStream::connect(world.host.local_address()).await.unwrap();
    till.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\npieces")
        .await
        .unwrap();
    let mut text = String::new();
    timeout(SOON, till.read_to_string(&mut text)).await.unwrap().unwrap();
    assert!(text.to_lowercase().contains("content-length: 9\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n<answer/>"), "{text}");
}

#[tokio::test]
async fn half_an_answer_is_half_the_body_and_a_broken_line() {
    let mut world = World::new().await;
    assert!(is_broken(&world.end_of("half").await));
    let mut till = TcpStream::connect(world.host.local_address()).await.unwrap();
    till.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhalf").await.unwrap();
    let mut bytes = Vec::new();
    let _ = timeout(SOON, till.read_to_end(&mut bytes)).await.unwrap();
    assert!(bytes.ends_with(b"\r\n\r\n<ans"), "{}", String::from_utf8_lossy(&bytes));
}

#[tokio::test]
async fn a_cut_line_ends_without_a_byte() {
    let mut world = World::new().await;
    assert!(is_broken(&world.end_of("cut").await));
    let mut till = TcpStream::connect(world.host.local_address()).await.unwrap();
    till.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ncut").await.unwrap();
    let error = timeout(SOON, till.read_u8()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn complaints_are_news() {
    let mut world = World::new().await;
    assert_eq!(world.end_of("complain").await, answer());
    assert!(matches!(world.next_news().await, HostNews::Received { .. }));
    assert_eq!(world.next_news().await, HostNews::Complaint("bad".to_owned()));
}

#[tokio::test]
async fn the_simulator_gets_its_ticks_from_the_real_clock() {
    let expected = LinkEvent::Received(Frame::Response(HttpResponse::empty(204)));
    assert_eq!(World::new().await.end_of("slow").await, expected);
}

#[tokio::test]
async fn the_simulator_hears_when_the_till_closes_first() {
    let mut world = World::new().await;
    world.ask("mute");
    assert_eq!(world.event().await, LinkEvent::Opened);
    assert!(matches!(world.next_news().await, HostNews::Received { .. }));
    world.links.act(PAYMENT, LinkAction::Close);
    assert_eq!(world.memory().await, json!({ "taken": 0, "heard": ["closed"] }));
}

#[tokio::test]
async fn a_power_cut_breaks_the_lines_and_the_terminal_comes_back() {
    let mut world = World::new().await;
    world.ask("mute");
    assert_eq!(world.event().await, LinkEvent::Opened);
    assert!(matches!(world.next_news().await, HostNews::Received { .. }));
    world.host.power_cut();
    assert!(is_broken(&world.event().await));
    assert_eq!(world.memory().await, json!({ "taken": 0, "heard": ["power cut"] }));
    assert_eq!(world.end_of("pay").await, answer());
}

#[tokio::test]
async fn the_simulator_asks_the_till_and_hears_its_answer() {
    let (sender, mut questions) = mpsc::channel(16);
    let seat = Seat {
        address: "127.0.0.1:0".to_owned(),
        path: "/till",
        key: "sign?".to_owned(),
        key_of_request: |body| String::from_utf8(body.to_vec()).ok(),
        peer: Some("localhost".to_owned()),
        claimed_host: |_| None,
    };
    let mut inbound = Listeners::new().seat(seat, sender).await.unwrap();
    let mut world = World::with_till(Some(format!("http://{}", inbound.local_address()))).await;
    world.ask("ask the till");
    let (channel, _) = timeout(SOON, questions.recv()).await.unwrap().unwrap();
    inbound.reply(channel, HttpResponse::ok("", b"signed".to_vec()));
    assert_eq!(world.event().await, LinkEvent::Opened);
    let expected = LinkEvent::Received(Frame::Response(HttpResponse::ok("", b"signed".to_vec())));
    assert_eq!(world.event().await, expected);
    assert!(matches!(world.next_news().await, HostNews::Received { .. }));
    let summary = "POST /till (5 bytes) sign?".to_owned();
    assert_eq!(world.next_news().await, HostNews::Posted { post: Post(7), summary });
    let summary = "200 (6 bytes) signed".to_owned();
    assert_eq!(world.next_news().await, HostNews::Posted { post: Post(7), summary });
}

#[tokio::test]
async fn a_till_that_cannot_be_reached_does_not_answer() {
    let expected = LinkEvent::Received(Frame::Response(HttpResponse::ok("", b"nobody".to_vec())));
    assert_eq!(World::new().await.end_of("ask the till").await, expected);
}

#[tokio::test]
async fn after_stopping_nobody_listens() {
    let world = World::new().await;
    let address = world.host.local_address();
    world.host.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}
