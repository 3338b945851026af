//! Channels over real loopback sockets against small servers that misbehave: what is said about a request that may or
//! may not have left must be right.
#![allow(clippy::unwrap_used)]

#[path = "links/byte_streams.rs"]
mod byte_streams;
#[path = "links/certificates.rs"]
mod certificates;
#[path = "links/discretion.rs"]
mod discretion;
#[path = "links/https.rs"]
mod https;
#[path = "links/mail.rs"]
mod mail;
#[path = "links/paced.rs"]
mod paced;
#[path = "links/refusals.rs"]
mod refusals;
#[path = "links/tls.rs"]
mod tls;
#[path = "links/websockets.rs"]
mod websockets;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use checkstand::domain::Secret;
use checkstand::links::{LinkSender, Links, Listeners, NetworkLinks, Pacing, Seat};
use checkstand::protocols::driver::{Departure, Endpoint, LinkAction, LinkEvent, Loss, LossCause, Target, Tls};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::timeout;

const PAYMENT: Channel = Channel::new("payment", 1);
const ABORT: Channel = Channel::new("abort", 2);
/// For things that must happen; nothing waits this long when all is well.
const SOON: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(50);

struct Driver {
    links: NetworkLinks,
    events: Receiver<(Channel, LinkEvent)>,
}

impl Driver {
    /// Of requests without a limit.
    fn new() -> Driver {
        Driver::sharing(Path::new("/dev/null"))
    }

    /// Limits are shared with whoever has the same folder.
    fn sharing(folder: &Path) -> Driver {
        let (sender, events) = mpsc::channel(256);
        Driver { links: NetworkLinks::new(sender, None, Pacing::in_folder(folder)), events }
    }

    fn open(&mut self, channel: Channel, endpoint: Endpoint) {
        self.links.act(channel, LinkAction::Open(endpoint));
    }

    async fn event(&mut self) -> LinkEvent {
        timeout(SOON, self.events.recv()).await.unwrap().unwrap().1
    }

    fn send(&mut self, channel: Channel, bytes: &[u8]) {
        self.links.act(channel, LinkAction::Send(Frame::Bytes(bytes.to_vec())));
    }

    async fn message(&mut self) -> Vec<u8> {
        match self.event().await {
            LinkEvent::Received(Frame::Bytes(message)) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// The end of a line that stood.
    async fn end(&mut self) -> Loss {
        match self.event().await {
            LinkEvent::Lost(loss) => loss,
            other => panic!("not lost: {other:?}"),
        }
    }

    async fn hears_nothing_more(&mut self) -> bool {
        timeout(SHORT, self.events.recv()).await.is_err()
    }

    /// Everything that becomes of one exchange, `Opened` and the end.
    async fn exchange(&mut self, endpoint: Endpoint) -> (bool, LinkEvent) {
        self.open(PAYMENT, endpoint);
        let first = self.event().await;
        let opened = first == LinkEvent::Opened;
        let end = if opened { self.event().await } else { first };
        assert!(self.hears_nothing_more().await);
        (opened, end)
    }

    async fn loss(&mut self, endpoint: Endpoint) -> (bool, Loss) {
        match self.exchange(endpoint).await {
            (opened, LinkEvent::Lost(loss)) => (opened, loss),
            other => panic!("not lost: {other:?}"),
        }
    }
}

fn http(address: SocketAddr) -> Endpoint {
    http_to(&address.to_string(), SOON, 1024)
}

fn http_to(address: &str, answer_within: Duration, at_most: usize) -> Endpoint {
    let request = HttpRequest::post("/EPAS/3.1", "application/xml; charset=utf-8", b"<ask/>".to_vec());
    let url = format!("http://{address}");
    Endpoint::Http { url, request, tls: Tls::No, pace: None, connect_within: SOON, answer_within, at_most }
}

async fn socket() -> (TcpListener, SocketAddr) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// A port on which nobody listens, held so that nobody begins to.
fn closed_port() -> (socket2::Socket, SocketAddr) {
    let holder = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    holder.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = holder.local_addr().unwrap().as_socket().unwrap();
    (holder, address)
}

/// Accepts one connection, reads the request and lets `answer` do what it likes with the stream.
async fn server<F>(answer: impl FnOnce(TcpStream, String) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        answer(stream, request).await;
    });
    address
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"<ask/>") {
        bytes.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

/// A request up to its body.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

async fn answering(text: &'static str) -> SocketAddr {
    server(move |mut stream, _| async move { stream.write_all(text.as_bytes()).await.unwrap() }).await
}

#[tokio::test]
async fn an_exchange_tells_opened_and_then_the_response() {
    let address =
        answering("HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 6\r\n\r\n<done>").await;
    let (opened, end) = Driver::new().exchange(http(address)).await;
    assert!(opened);
    let expected = HttpResponse::ok("application/xml; charset=utf-8", b"<done>".to_vec());
    assert_eq!(end, LinkEvent::Received(Frame::Response(expected)));
}

#[tokio::test]
async fn the_request_has_the_headers_of_the_reference_and_is_not_chunked() {
    let (sender, mut requests) = mpsc::channel(1);
    let address = server(move |mut stream, request| async move {
        sender.send(request).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    })
    .await;
    let (_, end) = Driver::new().exchange(http(address)).await;
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::empty(204))));
    let request = requests.recv().await.unwrap().to_lowercase();
    assert!(request.starts_with("post /epas/3.1 http/1.1\r\n"), "{request}");
    for header in [
        "accept: */*".to_owned(),
        "content-type: application/xml; charset=utf-8".to_owned(),
        "content-length: 6".to_owned(),
        format!("host: {address}"),
    ] {
        assert!(request.contains(&format!("\r\n{header}\r\n")), "{header} in {request}");
    }
    assert!(!request.contains("transfer-encoding"), "{request}");
}

#[tokio::test]
async fn a_refused_connection_surely_sent_nothing() {
    let (_holder, address) = closed_port();
    let (opened, loss) = Driver::new().loss(http(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Refused));
}

#[tokio::test]
async fn a_name_that_leads_nowhere_surely_sent_nothing() {
    for address in ["no-such-terminal.invalid:11000", "not a name:1", ""] {
        let (opened, loss) = Driver::new().loss(http_to(address, SOON, 1024)).await;
        assert_eq!(
            (opened, loss.departure, loss.cause),
            (false, Departure::SurelyNot, LossCause::HostUnknown),
            "{address}"
        );
    }
}

#[tokio::test]
async fn an_address_that_makes_no_sense_surely_sent_nothing() {
    for address in ["ftp://127.0.0.1:1/x", "https://127.0.0.1:1/x", "nonsense"] {
        let mut endpoint = http_to("", SOON, 1024);
        if let Endpoint::Http { url, .. } = &mut endpoint {
            *url = address.to_owned();
        }
        let (opened, loss) = Driver::new().loss(endpoint).await;
        assert_eq!((opened, loss.departure), (false, Departure::SurelyNot), "{address}");
    }
}

#[tokio::test]
async fn whoever_has_no_driver_makes_one_exchange_and_no_other_line() {
    let (listener, address) = socket().await;
    let server = tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        line.read_buf(&mut Vec::new()).await.unwrap();
        line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
    });
    let answer = checkstand::links::exchange(http(address), Pacing::in_folder(Path::new("/dev/null"))).await.unwrap();
    assert_eq!(answer.body(), b"ok");
    server.await.unwrap();
    let (_held, nobody) = closed_port();
    let loss = checkstand::links::exchange(http(nobody), Pacing::in_folder(Path::new("/dev/null"))).await.unwrap_err();
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Refused));
    let line = Endpoint::WebSocket {
        host: "127.0.0.1".to_owned(),
        port: nobody.port(),
        target: Target::path("/"),
        tls: Tls::No,
        connect_within: SOON,
        at_most: 1024,
        ping_every: None,
    };
    assert_eq!(
        checkstand::links::exchange(line, Pacing::in_folder(Path::new("/dev/null"))).await.unwrap_err().departure,
        Departure::SurelyNot
    );
}

#[tokio::test]
async fn a_connection_that_is_not_accepted_in_time_surely_sent_nothing() {
    let (_full, address) = full_backlog().await;
    let mut endpoint = http(address);
    if let Endpoint::Http { connect_within, .. } = &mut endpoint {
        *connect_within = SHORT;
    }
    let (opened, loss) = Driver::new().loss(endpoint).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
}

/// A listening socket whose queue of connections is full, so that the next ones wait.
async fn full_backlog() -> ((TcpListener, Vec<TcpStream>), SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    ((listener, waiting), address)
}

#[tokio::test]
async fn a_mute_terminal_perhaps_took_the_request() {
    let address = server(|stream, _| async move {
        tokio::time::sleep(SOON).await;
        drop(stream);
    })
    .await;
    let (opened, loss) = Driver::new().loss(http_to(&address.to_string(), SHORT, 1024)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::TimedOut));
}

#[tokio::test]
async fn a_terminal_that_stops_in_the_middle_of_its_answer_is_timed_out() {
    let address = server(|mut stream, _| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await.unwrap();
        tokio::time::sleep(SOON).await;
    })
    .await;
    let (opened, loss) = Driver::new().loss(http_to(&address.to_string(), SHORT, 1024)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::TimedOut));
}

#[tokio::test]
async fn half_an_answer_is_a_broken_line() {
    let address = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
    let (opened, loss) = Driver::new().loss(http(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn a_line_that_ends_without_an_answer_perhaps_took_the_request() {
    let address = answering("").await;
    let (opened, loss) = Driver::new().loss(http(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn a_reset_line_perhaps_took_the_request() {
    let address = server(|stream, _| async move { stream.set_zero_linger().unwrap() }).await;
    let (opened, loss) = Driver::new().loss(http(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn a_line_that_is_reset_at_once_surely_sent_nothing_only_if_it_never_stood() {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (stream, _) = socket.accept().await.unwrap();
        stream.set_zero_linger().unwrap();
    });
    // whether the reset is seen while connecting or after is up to the system
    let (opened, loss) = Driver::new().loss(http(address)).await;
    let departure = if opened { Departure::Perhaps } else { Departure::SurelyNot };
    assert_eq!((loss.departure, loss.cause), (departure, LossCause::Broken));
}

#[tokio::test]
async fn an_answer_larger_than_its_bound_is_garbled() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n1234567",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n3\r\n567\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n1234567",
    ] {
        let address = answering(answer).await;
        let (opened, loss) = Driver::new().loss(http_to(&address.to_string(), SOON, 6)).await;
        assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Garbled), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_garbled() {
    let address = answering("\u{4}\u{4} what is this\r\n\r\n").await;
    let (opened, loss) = Driver::new().loss(http(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Garbled));
}

#[tokio::test]
async fn single_bytes_make_a_whole_answer() {
    let address = server(|mut stream, _| async move {
        stream.set_nodelay(true).unwrap();
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<done>" {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    let (_, end) = Driver::new().exchange(http(address)).await;
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::ok("", b"<done>".to_vec()))));
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let address =
        answering("HTTP/1.1 307 Temporary\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    let (_, end) = Driver::new().exchange(http(address)).await;
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::empty(307))));
}

#[tokio::test]
async fn every_exchange_has_a_connection_of_its_own_and_closes_it() {
    let (socket, address) = socket().await;
    let (sender, mut closed) = mpsc::channel(4);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
            sender.send(()).await.unwrap();
        }
    });
    for _ in 0..2 {
        Driver::new().exchange(http(address)).await;
        timeout(SOON, closed.recv()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn closing_a_channel_cancels_the_exchange_without_an_event() {
    let (sender, mut closed) = mpsc::channel(1);
    let address = server(move |mut stream, _| async move {
        let _ = stream.read(&mut [0]).await;
        sender.send(()).await.unwrap();
    })
    .await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, http(address));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.links.act(PAYMENT, LinkAction::Close);
    timeout(SOON, closed.recv()).await.unwrap().unwrap();
    assert!(driver.hears_nothing_more().await);
}

#[tokio::test]
async fn dropping_the_links_closes_every_line() {
    let (sender, mut closed) = mpsc::channel(1);
    let address = server(move |mut stream, _| async move {
        let _ = stream.read(&mut [0]).await;
        sender.send(()).await.unwrap();
    })
    .await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, http(address));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    drop(driver.links);
    timeout(SOON, closed.recv()).await.unwrap().unwrap();
    assert_eq!(driver.events.recv().await, None);
}

#[tokio::test]
async fn an_abort_on_a_second_channel_overtakes_the_payment() {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut payment, _) = socket.accept().await.unwrap();
        read_request(&mut payment).await;
        let (mut abort, _) = socket.accept().await.unwrap();
        read_request(&mut abort).await;
        abort.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        let _ = abort.read(&mut [0]).await;
        payment.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    });
    let mut driver = Driver::new();
    driver.open(PAYMENT, http(address));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.open(ABORT, http(address));
    let mut ends = Vec::new();
    while ends.len() < 2 {
        let (channel, event) = timeout(SOON, driver.events.recv()).await.unwrap().unwrap();
        if let LinkEvent::Received(Frame::Response(response)) = event {
            ends.push((channel, response.status));
        }
    }
    assert_eq!(ends, [(ABORT, 204), (PAYMENT, 200)]);
}

#[tokio::test]
async fn a_request_to_the_till_is_answered_through_the_links() {
    let (sender, mut events): (LinkSender, _) = mpsc::channel(16);
    let seat = Seat {
        address: "127.0.0.1:0".to_owned(),
        path: "/EPAS/3.1",
        key: "<ask/>".to_owned(),
        key_of_request: |body| String::from_utf8(body.to_vec()).ok(),
        peer: None,
        claimed_host: |_| None,
    };
    let inbound = Listeners::new().seat(seat, sender.clone()).await.unwrap();
    let till = inbound.local_address();
    let mut links = NetworkLinks::new(sender, Some(inbound), Pacing::in_folder(Path::new("/dev/null")));
    let mut terminal = Driver::new();
    terminal.open(PAYMENT, http(till));
    let (channel, _) = timeout(SOON, events.recv()).await.unwrap().unwrap();
    links.act(channel, LinkAction::Send(Frame::Response(HttpResponse::ok("", b"yes".to_vec()))));
    assert_eq!(terminal.event().await, LinkEvent::Opened);
    let LinkEvent::Received(Frame::Response(told)) = terminal.event().await else { panic!("no response") };
    assert!(told.date.is_some(), "a server tells the time");
    assert_eq!(HttpResponse { date: None, ..told }, HttpResponse::ok("", b"yes".to_vec()));
    drop(links);
    let gone = async { while TcpStream::connect(till).await.is_ok() {} };
    timeout(SOON, gone).await.expect("the seat was not given up");
}
