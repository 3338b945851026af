//! A simulator inside the program.
#![allow(clippy::unwrap_used)]

mod tiny;

use std::time::Duration;

use checkstand::links::{Links, MemoryLinks};
use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, LossCause, Tls};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use checkstand::protocols::simulator::LedgerEntry;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Receiver, UnboundedReceiver};
use tokio::time::timeout;

use tiny::{ANSWER, Tiny, entry};

const SOON: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(50);
const PAYMENT: Channel = Channel::new("payment", 1);

struct World {
    links: MemoryLinks,
    events: Receiver<(Channel, LinkEvent)>,
    changes: UnboundedReceiver<(Value, Vec<LedgerEntry>)>,
}

impl World {
    fn new() -> World {
        let (sender, events) = mpsc::channel(256);
        let (sink, changes) = mpsc::unbounded_channel();
        let links = MemoryLinks::new(sender, Box::new(Tiny::default()), move |simulator, entries| {
            drop(sink.send((simulator.memory(), entries.to_vec())));
        });
        World { links, events, changes }
    }

    fn ask(&mut self, body: &str, answer_within: Duration, at_most: usize) {
        let request = HttpRequest::post("/terminal", "", body.into());
        let url = "http://training".to_owned();
        let endpoint =
            Endpoint::Http { url, request, tls: Tls::No, pace: None, connect_within: SOON, answer_within, at_most };
        self.links.act(PAYMENT, LinkAction::Open(endpoint));
    }

    async fn event(&mut self) -> (Channel, LinkEvent) {
        timeout(SOON, self.events.recv()).await.unwrap().unwrap()
    }

    async fn end_of(&mut self, body: &str) -> LinkEvent {
        self.ask(body, SOON, 1024);
        assert_eq!(self.event().await, (PAYMENT, LinkEvent::Opened));
        self.event().await.1
    }

    async fn change(&mut self) -> (Value, Vec<LedgerEntry>) {
        timeout(SOON, self.changes.recv()).await.unwrap().unwrap()
    }
}

fn lost(event: LinkEvent) -> (Departure, LossCause) {
    match event {
        LinkEvent::Lost(loss) => (loss.departure, loss.cause),
        other => panic!("not lost: {other:?}"),
    }
}

fn response(body: &[u8]) -> LinkEvent {
    LinkEvent::Received(Frame::Response(HttpResponse::ok("", body.to_vec())))
}

#[tokio::test]
async fn answers_come_whole_also_when_sent_in_pieces() {
    let expected = HttpResponse::ok("application/xml; charset=utf-8", ANSWER.to_vec());
    for manner in ["pay", "pieces"] {
        assert_eq!(World::new().end_of(manner).await, LinkEvent::Received(Frame::Response(expected.clone())));
    }
}

#[tokio::test]
async fn money_is_told_before_the_driver_hears_of_it() {
    let mut world = World::new();
    world.end_of("pay").await;
    assert_eq!(world.changes.try_recv().unwrap(), (json!({ "taken": 1, "heard": [] }), vec![entry()]));
}

#[tokio::test]
async fn broken_answers_are_broken_lines() {
    for manner in ["half", "cut"] {
        assert_eq!(lost(World::new().end_of(manner).await), (Departure::Perhaps, LossCause::Broken));
    }
}

#[tokio::test]
async fn the_bounds_of_an_exchange_hold_in_memory_too() {
    let mut world = World::new();
    world.ask("mute", SHORT, 1024);
    assert_eq!(world.event().await.1, LinkEvent::Opened);
    assert_eq!(lost(world.event().await.1), (Departure::Perhaps, LossCause::TimedOut));
    assert_eq!(world.change().await.0, json!({ "taken": 0, "heard": ["closed"] }));
    let mut world = World::new();
    world.ask("pay", SOON, ANSWER.len() - 1);
    assert_eq!(world.event().await.1, LinkEvent::Opened);
    assert_eq!(lost(world.event().await.1), (Departure::Perhaps, LossCause::Garbled));
}

#[tokio::test]
async fn a_closed_channel_says_nothing_more_and_the_simulator_hears_of_it() {
    let mut world = World::new();
    world.ask("slow", SOON, 1024);
    assert_eq!(world.event().await.1, LinkEvent::Opened);
    world.links.act(PAYMENT, LinkAction::Close);
    assert_eq!(world.change().await.0, json!({ "taken": 0, "heard": ["closed"] }));
    assert!(timeout(SHORT, world.events.recv()).await.is_err());
}

#[tokio::test]
async fn the_simulator_gets_its_ticks_from_the_real_clock() {
    let expected = LinkEvent::Received(Frame::Response(HttpResponse::empty(204)));
    assert_eq!(World::new().end_of("slow").await, expected);
}

#[tokio::test]
async fn the_simulators_questions_arrive_inbound_and_are_answered_there() {
    let mut world = World::new();
    world.ask("ask the till", SOON, 1024);
    assert_eq!(world.event().await.1, LinkEvent::Opened);
    let (channel, event) = world.event().await;
    assert_eq!(channel.name, "inbound");
    assert_eq!(event, LinkEvent::Received(Frame::Request(HttpRequest::post("/till", "", b"sign?".to_vec()))));
    world.links.act(channel, LinkAction::Send(Frame::Response(HttpResponse::ok("", b"signed".to_vec()))));
    assert_eq!(world.event().await, (PAYMENT, response(b"signed")));
}

#[tokio::test]
async fn an_inbound_channel_that_is_closed_is_nobody_answering() {
    let mut world = World::new();
    world.ask("ask the till", SOON, 1024);
    assert_eq!(world.event().await.1, LinkEvent::Opened);
    let (channel, _) = world.event().await;
    world.links.act(channel, LinkAction::Close);
    assert_eq!(world.event().await, (PAYMENT, response(b"nobody")));
}

#[tokio::test]
async fn dropping_the_links_ends_the_simulator() {
    let mut world = World::new();
    assert_eq!(world.end_of("pay").await, answer());
    drop(world.links);
    timeout(SOON, async { while world.changes.recv().await.is_some() {} }).await.expect("the simulator lives on");
    timeout(SOON, async { while world.events.recv().await.is_some() {} }).await.expect("somebody may still speak");
}

fn answer() -> LinkEvent {
    LinkEvent::Received(Frame::Response(HttpResponse::ok("application/xml; charset=utf-8", ANSWER.to_vec())))
}
