//! The till's listener against hostile and clumsy peers, over real loopback sockets.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::time::Duration;

use checkstand::links::{InboundReplies, LinkSender, ListenError, ListenerBounds, Listeners, Seat};
use checkstand::protocols::driver::{Departure, LinkEvent, LossCause};
use checkstand::protocols::frame::{Channel, Frame, HttpResponse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::timeout;

const PATH: &str = "/EPASSaleToPOI/3.1";
const BODY: &str = "key=K1 hello";
/// For things that must happen; nothing waits this long when all is well.
const SOON: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(50);

fn key_of_request(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    Some(text.strip_prefix("key=")?.split(' ').next()?.to_owned())
}

fn seat(key: &str) -> Seat {
    Seat {
        address: "127.0.0.1:0".to_owned(),
        path: PATH,
        key: key.to_owned(),
        key_of_request,
        peer: Some("localhost".to_owned()),
        claimed_host: |_| None,
    }
}

struct Till {
    replies: InboundReplies,
    events: Receiver<(Channel, LinkEvent)>,
    _listeners: Listeners,
}

impl Till {
    async fn new() -> Till {
        Till::with(ListenerBounds::default(), seat("K1")).await
    }

    async fn bounded(bounds: ListenerBounds) -> Till {
        Till::with(bounds, seat("K1")).await
    }

    async fn with(bounds: ListenerBounds, seat: Seat) -> Till {
        let (sender, events) = mpsc::channel(256);
        let listeners = Listeners::with_bounds(bounds);
        Till { replies: listeners.seat(seat, sender).await.unwrap(), events, _listeners: listeners }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.replies.local_address()).await.unwrap()
    }

    async fn event(&mut self) -> (Channel, LinkEvent) {
        timeout(SOON, self.events.recv()).await.unwrap().unwrap()
    }

    /// The next event, which must be a request.
    async fn request(&mut self) -> (Channel, checkstand::protocols::frame::HttpRequest) {
        match self.event().await {
            (channel, LinkEvent::Received(Frame::Request(request))) => (channel, request),
            other => panic!("not a request: {other:?}"),
        }
    }

    /// Sends raw text and returns the status of the answer, 0 when the connection closed without one.
    async fn status_of(&self, request: &str) -> u16 {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        status(&mut stream).await
    }
}

async fn status(stream: &mut TcpStream) -> u16 {
    status_of(&head(stream).await)
}

fn status_of(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads to the end of the head, or of the connection.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !bytes.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => bytes.push(byte),
                Err(_) => return,
            }
        }
    };
    timeout(SOON, reading).await.expect("neither answered nor closed");
    String::from_utf8(bytes).unwrap()
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    timeout(SOON, stream.read_to_end(&mut rest)).await.is_ok() && rest.is_empty()
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:11000\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_request_reaches_the_driver_and_its_answer_the_terminal() {
    let mut till = Till::new().await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "Content-Type: text/xml\r\n", BODY).as_bytes()).await.unwrap();
    let (channel, request) = till.request().await;
    assert_eq!((channel.name, request.method.as_str(), request.path.as_str()), ("inbound", "POST", PATH));
    assert_eq!((request.content_type, request.body), ("application/xml; charset=utf-8", BODY.as_bytes().to_vec()));
    till.replies.reply(channel, HttpResponse::ok("application/xml; charset=utf-8", b"<a/>".to_vec()));
    let head = head(&mut terminal).await.to_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert!(head.contains("content-type: application/xml; charset=utf-8"), "{head}");
    assert!(head.contains("content-length: 4"), "{head}");
    let mut body = [0; 4];
    terminal.read_exact(&mut body).await.unwrap();
    assert_eq!(&body, b"<a/>");
}

#[tokio::test]
async fn one_connection_carries_several_requests_and_a_slash_behind_the_path() {
    let mut till = Till::new().await;
    let mut terminal = till.connect().await;
    for path in [PATH.to_owned(), format!("{PATH}/"), PATH.to_owned()] {
        terminal.write_all(post(&path, "", BODY).as_bytes()).await.unwrap();
        let (channel, request) = till.request().await;
        assert_eq!(request.path, PATH);
        till.replies.reply(channel, HttpResponse::empty(204));
        assert_eq!(status(&mut terminal).await, 204);
    }
}

#[tokio::test]
async fn only_post_is_answered() {
    let till = Till::new().await;
    for method in ["GET", "PUT", "OPTIONS", "DELETE"] {
        let request = format!("{method} {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assert_eq!(till.status_of(&request).await, 405, "{method}");
    }
}

#[tokio::test]
async fn only_the_path_is_answered() {
    let till = Till::new().await;
    for path in ["/", "/EPASSaleToPOI", "/EPASSaleToPOI/3.1//", "/EPASSaleToPOI/3.1/x", "/EPASSaleToPOI/3.1?x=1"] {
        assert_eq!(till.status_of(&post(path, "", BODY)).await, 404, "{path}");
    }
}

#[tokio::test]
async fn a_web_page_on_the_till_cannot_reach_it() {
    let till = Till::new().await;
    for header in
        ["Origin: http://127.0.0.1\r\n", "origin: null\r\n", "Sec-Fetch-Mode: cors\r\n", "sec-fetch-site: x\r\n"]
    {
        assert_eq!(till.status_of(&post(PATH, header, BODY)).await, 403, "{header}");
    }
    let preflight = format!("OPTIONS {PATH} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n");
    assert_eq!(till.status_of(&preflight).await, 403);
}

#[tokio::test]
async fn a_host_name_that_was_bent_to_the_till_is_refused() {
    let till = Till::new().await;
    let with_host = |host: &str| format!("POST {PATH} HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n");
    assert_eq!(till.status_of(&with_host("Host: evil.example\r\n")).await, 403);
    assert_eq!(till.status_of(&with_host("Host: evil.example:11000\r\n")).await, 403);
    assert_eq!(till.status_of(&with_host("")).await, 400);
    assert_eq!(till.status_of(&with_host("Host: 127.0.0.1\r\nHost: evil.example\r\n")).await, 400);
    let absolute = format!("POST http://evil.example{PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(till.status_of(&absolute).await, 403);
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let mut till = Till::new().await;
    let mut terminal = till.connect().await;
    let request = format!("POST {PATH} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{BODY}", BODY.len());
    terminal.write_all(request.as_bytes()).await.unwrap();
    let (channel, _) = till.request().await;
    till.replies.reply(channel, HttpResponse::empty(204));
    assert_eq!(status(&mut terminal).await, 204);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let till = Till::new().await;
    let mut terminal = till.connect().await;
    let request = format!("POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1048577\r\n\r\n");
    terminal.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(status(&mut terminal).await, 413);
    assert!(is_closed(&mut terminal).await);
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_cut_off() {
    let bounds = ListenerBounds { largest_body: 16, ..ListenerBounds::default() };
    let till = Till::bounded(bounds).await;
    let request =
        format!("POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{:032}\r\n", 0);
    assert_eq!(till.status_of(&request).await, 413);
}

#[tokio::test]
async fn the_largest_body_is_taken() {
    let mut till = Till::new().await;
    let body = format!("key=K1 {}", "x".repeat(1024 * 1024 - 7));
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", &body).as_bytes()).await.unwrap();
    let (channel, request) = till.request().await;
    assert_eq!(request.body.len(), 1024 * 1024);
    till.replies.reply(channel, HttpResponse::empty(204));
    assert_eq!(status(&mut terminal).await, 204);
}

#[tokio::test]
async fn a_head_that_does_not_end_is_closed() {
    let till = Till::bounded(ListenerBounds { head_within: SHORT, ..ListenerBounds::default() }).await;
    let mut silent = till.connect().await;
    let mut slow = till.connect().await;
    slow.write_all(b"POST / HTTP/1.1\r\nX-A: ").await.unwrap();
    assert!(is_closed(&mut silent).await);
    assert!(is_closed(&mut slow).await);
}

#[tokio::test]
async fn dripping_bytes_does_not_keep_a_head_open() {
    let till = Till::bounded(ListenerBounds { head_within: SHORT, ..ListenerBounds::default() }).await;
    let (mut from_till, mut to_till) = till.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        let _ = to_till.write_all(b"POST / HTTP/1.1\r\nX-A: ").await;
        while to_till.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let mut rest = Vec::new();
    let _ = timeout(SOON, from_till.read_to_end(&mut rest)).await.expect("still open");
    dripping.abort();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_body_that_does_not_end_is_closed() {
    let mut till = Till::bounded(ListenerBounds { body_within: SHORT, ..ListenerBounds::default() }).await;
    let mut terminal = till.connect().await;
    let request = format!("POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nkey=K1 ");
    terminal.write_all(request.as_bytes()).await.unwrap();
    assert!(is_closed(&mut terminal).await);
    assert!(till.events.try_recv().is_err());
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let mut till =
        Till::bounded(ListenerBounds { head_within: Duration::from_millis(200), ..Default::default() }).await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    let (channel, _) = till.request().await;
    till.replies.reply(channel, HttpResponse::empty(204));
    assert_eq!(status(&mut terminal).await, 204);
    assert!(is_closed(&mut terminal).await);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let till = Till::new().await;
    let mut terminal = till.connect().await;
    let _ = terminal.write_all(format!("POST {PATH} HTTP/1.1\r\nX-A: {}\r\n", "a".repeat(40_000)).as_bytes()).await;
    assert!(matches!(status(&mut terminal).await, 431 | 0));
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let mut till = Till::new().await;
    assert!(matches!(till.status_of("\x16\x03\x01\x02\x00\r\n\r\n").await, 400 | 0));
    assert!(matches!(till.status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, 400..=505 | 0));
    assert!(till.events.try_recv().is_err());
}

#[tokio::test]
async fn a_peer_gets_only_so_many_connections() {
    let bounds = ListenerBounds { connections_per_peer: 2, ..ListenerBounds::default() };
    refuses_the_third_connection(Till::bounded(bounds).await).await;
}

#[tokio::test]
async fn there_are_only_so_many_connections_in_all() {
    let bounds = ListenerBounds { connections: 2, ..ListenerBounds::default() };
    refuses_the_third_connection(Till::bounded(bounds).await).await;
}

async fn refuses_the_third_connection(mut till: Till) {
    let (first, second) = (till.connect().await, till.connect().await);
    let mut third = till.connect().await;
    assert!(is_closed(&mut third).await);
    drop(first);
    // the place is free as soon as the listener has seen the end of the first
    let mut terminal = till.connect().await;
    let _ = terminal.write_all(post(PATH, "", BODY).as_bytes()).await;
    while timeout(Duration::from_millis(20), till.events.recv()).await.is_err() {
        terminal = till.connect().await;
        let _ = terminal.write_all(post(PATH, "", BODY).as_bytes()).await;
    }
    drop(second);
}

#[tokio::test]
async fn an_unknown_key_is_refused_and_an_unreadable_body_is_bad() {
    let mut till = Till::new().await;
    assert_eq!(till.status_of(&post(PATH, "", "key=K2 x")).await, 403);
    assert_eq!(till.status_of(&post(PATH, "", "nonsense")).await, 400);
    assert_eq!(till.status_of(&post(PATH, "", "")).await, 400);
    assert!(till.events.try_recv().is_err());
}

#[tokio::test]
async fn a_request_from_another_machine_is_refused() {
    for stranger in ["10.255.255.1", "no-such-terminal.invalid"] {
        let peer = Some(stranger.to_owned());
        let mut till = Till::with(ListenerBounds::default(), Seat { peer, ..seat("K1") }).await;
        assert_eq!(till.status_of(&post(PATH, "", BODY)).await, 403, "{stranger}");
        assert!(till.events.try_recv().is_err());
    }
}

/// `key=K1 from=10.0.0.7`
fn claimed_host(body: &[u8]) -> Option<String> {
    Some(std::str::from_utf8(body).ok()?.split_once("from=")?.1.to_owned())
}

#[tokio::test]
async fn a_request_that_says_where_its_sender_is_must_come_from_there() {
    let mut till = Till::with(ListenerBounds::default(), Seat { peer: None, claimed_host, ..seat("K1") }).await;
    assert_eq!(till.status_of(&post(PATH, "", "key=K1 from=10.255.255.1")).await, 403);
    assert!(till.events.try_recv().is_err());
    let mut waiting = Vec::new();
    for honest in ["key=K1 from=127.0.0.1", "key=K1 x"] {
        let mut terminal = till.connect().await;
        terminal.write_all(post(PATH, "", honest).as_bytes()).await.unwrap();
        till.request().await;
        waiting.push(terminal);
    }
}

#[tokio::test]
async fn a_seat_without_a_peer_takes_requests_from_anywhere() {
    let mut till = Till::with(ListenerBounds::default(), Seat { peer: None, ..seat("K1") }).await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    till.request().await;
}

#[tokio::test]
async fn too_many_waiting_requests_are_turned_away() {
    let mut till = Till::new().await;
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut terminal = till.connect().await;
        terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
        waiting.push((terminal, till.request().await.0));
    }
    assert_eq!(till.status_of(&post(PATH, "", BODY)).await, 503);
    let (mut terminal, channel) = waiting.pop().unwrap();
    till.replies.reply(channel, HttpResponse::empty(204));
    assert_eq!(status(&mut terminal).await, 204);
    let mut next = till.connect().await;
    next.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    till.request().await;
}

#[tokio::test]
async fn a_driver_that_cannot_keep_up_is_not_waited_for() {
    let (sender, mut events) = mpsc::channel(2);
    sender.send((Channel::new("payment", 1), LinkEvent::Opened)).await.unwrap();
    let replies = Listeners::new().seat(seat("K1"), sender).await.unwrap();
    let mut terminal = TcpStream::connect(replies.local_address()).await.unwrap();
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    assert_eq!(status(&mut terminal).await, 503);
    assert_eq!(events.recv().await.unwrap().1, LinkEvent::Opened);
    assert!(events.try_recv().is_err());
}

#[tokio::test]
async fn a_driver_that_does_not_answer_closes_the_connection() {
    let mut till = Till::bounded(ListenerBounds { answer_within: SHORT, ..ListenerBounds::default() }).await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    let (channel, _) = till.request().await;
    assert!(is_closed(&mut terminal).await);
    let (lost, event) = till.event().await;
    assert_eq!(lost, channel);
    assert!(matches!(event, LinkEvent::Lost(loss) if loss.cause == LossCause::TimedOut));
}

#[tokio::test]
async fn the_driver_hears_when_the_terminal_goes_away_before_the_answer() {
    let mut till = Till::new().await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    let (channel, _) = till.request().await;
    drop(terminal);
    let (lost, event) = till.event().await;
    assert_eq!(lost, channel);
    let LinkEvent::Lost(loss) = event else { panic!("{event:?}") };
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
    // too late, and harmless
    till.replies.reply(channel, HttpResponse::empty(204));
}

#[tokio::test]
async fn a_request_closed_by_the_driver_gets_no_answer() {
    let mut till = Till::new().await;
    let mut terminal = till.connect().await;
    terminal.write_all(post(PATH, "", BODY).as_bytes()).await.unwrap();
    let (channel, _) = till.request().await;
    till.replies.close(channel);
    assert!(is_closed(&mut terminal).await);
    assert!(till.events.try_recv().is_err());
}

#[tokio::test]
async fn several_terminals_share_an_address_and_are_told_apart_by_their_key() {
    let listeners = Listeners::new();
    let (sender, mut first_events) = mpsc::channel(16);
    let first = listeners.seat(seat("K1"), sender).await.unwrap();
    let (sender, mut second_events) = mpsc::channel(16);
    let same_address = first.local_address().to_string();
    let second = listeners.seat(Seat { address: same_address, ..seat("K2") }, sender).await.unwrap();
    assert_eq!(first.local_address(), second.local_address());
    let mut one = TcpStream::connect(first.local_address()).await.unwrap();
    one.write_all(post(PATH, "", "key=K2 for the second").as_bytes()).await.unwrap();
    let mut other = TcpStream::connect(first.local_address()).await.unwrap();
    other.write_all(post(PATH, "", "key=K1 for the first").as_bytes()).await.unwrap();
    let (in_second, _) = timeout(SOON, second_events.recv()).await.unwrap().unwrap();
    let (in_first, _) = timeout(SOON, first_events.recv()).await.unwrap().unwrap();
    assert_ne!(in_first.number, in_second.number);
    drop(second);
    assert!(is_closed(&mut one).await);
    let mut late = TcpStream::connect(first.local_address()).await.unwrap();
    late.write_all(post(PATH, "", "key=K2 x").as_bytes()).await.unwrap();
    assert_eq!(status(&mut late).await, 403);
}

#[tokio::test]
async fn the_last_seat_closes_the_socket_and_it_can_be_taken_again_at_once() {
    let listeners = Listeners::new();
    let mut address = "127.0.0.1:0".to_owned();
    let mut last: Option<SocketAddr> = None;
    for _ in 0..20 {
        let replies = listeners.seat(Seat { address, ..seat("K1") }, sender()).await.unwrap();
        assert!(last.is_none_or(|last| last == replies.local_address()));
        last = Some(replies.local_address());
        address = replies.local_address().to_string();
    }
    let gone = async { while TcpStream::connect(last.unwrap()).await.is_ok() {} };
    timeout(SOON, gone).await.expect("the socket stayed open");
}

#[tokio::test]
async fn an_address_that_cannot_be_had_is_named() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let listen = async |address: &str| {
        let seat = Seat { address: address.to_owned(), ..seat("K1") };
        Listeners::new().seat(seat, sender()).await.err().unwrap()
    };
    assert_eq!(listen(&taken).await, ListenError::AddressInUse { address: taken.clone() });
    let foreign = "192.0.2.1:0".to_owned();
    assert_eq!(listen(&foreign).await, ListenError::AddressNotOurs { address: foreign.clone() });
    assert!(matches!(listen("nonsense").await, ListenError::Other { address, .. } if address == "nonsense"));
}

fn sender() -> LinkSender {
    mpsc::channel(16).0
}
