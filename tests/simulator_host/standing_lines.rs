//! Doors for byte streams and WebSockets.

use std::io::ErrorKind;
use std::net::SocketAddr;

use checkstand::protocols::framing::Framing;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::*;

const MAIN: Door = Door::new("main", Carrier::Tcp);
const CANCEL: Door = Door::new("cancel", Carrier::Tcp);
const SOCKET: Door = Door::new("socket", Carrier::WebSocket);

pub type Socket = WebSocketStream<TcpStream>;

pub struct Terminal {
    pub host: SimulatorHost,
    pub news: UnboundedReceiver<HostNews>,
}

impl Terminal {
    pub async fn with(doors: &[Door]) -> Terminal {
        let (sink, news) = mpsc::unbounded_channel();
        let sink = move |news| drop(sink.send(news));
        let listen = "127.0.0.1:0".parse().unwrap();
        let host = SimulatorHost::start(listen, doors, None, Box::new(Tiny::default()), sink).await.unwrap();
        Terminal { host, news }
    }

    /// Everything the simulator has heard, once it has heard this.
    pub async fn has_heard(&mut self, wanted: &[&str]) {
        let wanted = json!(wanted);
        loop {
            match timeout(SOON, self.news.recv()).await.expect("it hears something else").unwrap() {
                HostNews::Memory(memory) if memory["heard"] == wanted => return,
                _ => {}
            }
        }
    }

    pub async fn stream(&self) -> TcpStream {
        TcpStream::connect(self.host.local_address()).await.unwrap()
    }

    async fn socket(&self) -> Socket {
        let address = self.host.local_address();
        client_async(format!("ws://{address}/"), self.stream().await).await.unwrap().0
    }
}

/// A stream that has said this.
pub async fn saying(terminal: &Terminal, text: &str) -> TcpStream {
    let mut till = terminal.stream().await;
    till.write_all(text.as_bytes()).await.unwrap();
    till
}

async fn calling(terminal: &Terminal, text: &str) -> Socket {
    let mut till = terminal.socket().await;
    till.send(Message::text(text)).await.unwrap();
    till
}

async fn bytes(till: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    timeout(SOON, till.read_exact(&mut bytes)).await.unwrap().unwrap();
    bytes
}

/// What comes until the stream ends, and whether it ended in order.
pub async fn rest(till: &mut TcpStream) -> (Vec<u8>, Result<usize, ErrorKind>) {
    let mut bytes = Vec::new();
    let end = timeout(SOON, till.read_to_end(&mut bytes)).await.unwrap();
    (bytes, end.map_err(|error| error.kind()))
}

pub async fn message(till: &mut Socket) -> Option<Message> {
    timeout(SOON, till.next()).await.unwrap().and_then(Result::ok)
}

#[tokio::test]
async fn a_stream_is_told_carries_many_answers_and_is_told_closed() {
    let mut terminal = Terminal::with(&[MAIN]).await;
    let mut till = saying(&terminal, "twice").await;
    assert_eq!(bytes(&mut till, 18).await, ANSWER.repeat(2));
    till.write_all(b"pay").await.unwrap();
    assert_eq!(bytes(&mut till, 9).await, ANSWER);
    drop(till);
    terminal.has_heard(&["opened main Tcp", "closed"]).await;
}

#[tokio::test]
async fn pieces_of_a_stream_are_the_whole() {
    let terminal = Terminal::with(&[MAIN]).await;
    assert_eq!(bytes(&mut saying(&terminal, "pieces").await, 9).await, ANSWER);
}

#[tokio::test]
async fn half_an_answer_on_a_stream_is_half_the_bytes_and_a_broken_line() {
    let terminal = Terminal::with(&[MAIN]).await;
    let (bytes, end) = rest(&mut saying(&terminal, "half").await).await;
    assert_eq!((bytes.as_slice(), end), (&b"<ans"[..], Err(ErrorKind::ConnectionReset)));
}

#[tokio::test]
async fn a_stream_that_is_cut_ends_without_a_byte() {
    let terminal = Terminal::with(&[MAIN]).await;
    let (bytes, end) = rest(&mut saying(&terminal, "cut").await).await;
    assert_eq!((bytes.as_slice(), end), (&b""[..], Err(ErrorKind::ConnectionReset)));
}

#[tokio::test]
async fn a_stream_that_is_closed_ends_in_order_after_its_last_answer() {
    let mut terminal = Terminal::with(&[MAIN]).await;
    let mut till = saying(&terminal, "close").await;
    assert_eq!(rest(&mut till).await, (ANSWER.to_vec(), Ok(9)));
    // the simulator ended it, so it is not told; the next one is another line
    drop(till);
    drop(saying(&terminal, "mute").await);
    terminal.has_heard(&["opened main Tcp", "opened main Tcp", "closed"]).await;
}

#[tokio::test]
async fn a_till_that_takes_nothing_loses_its_line() {
    let mut terminal = Terminal::with(&[MAIN]).await;
    let mut till = saying(&terminal, "flood").await;
    terminal.has_heard(&["opened main Tcp", "closed"]).await;
    assert!(rest(&mut till).await.1.is_err());
}

#[tokio::test]
async fn a_power_cut_breaks_streams_and_sockets() {
    let mut terminal = Terminal::with(&[MAIN, SOCKET]).await;
    let mut stream = saying(&terminal, "mute").await;
    let (_, address) = terminal.host.local_addresses()[1];
    let raw = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = client_async(format!("ws://{address}/"), raw).await.unwrap();
    terminal.has_heard(&["opened main Tcp", "opened socket WebSocket"]).await;
    terminal.host.power_cut();
    assert_eq!(rest(&mut stream).await.1, Err(ErrorKind::ConnectionReset));
    assert_eq!(message(&mut socket).await, None);
    terminal.has_heard(&["opened main Tcp", "opened socket WebSocket", "power cut"]).await;
    assert_eq!(bytes(&mut saying(&terminal, "pay").await, 9).await, ANSWER);
}

#[tokio::test]
async fn a_socket_is_told_carries_many_answers_and_is_told_closed() {
    let mut terminal = Terminal::with(&[SOCKET]).await;
    let mut till = calling(&terminal, "twice").await;
    till.send(Message::binary(b"pay".to_vec())).await.unwrap();
    for _ in 0..3 {
        assert_eq!(message(&mut till).await, Some(Message::text("<answer/>")));
    }
    till.send(Message::Ping("there?".into())).await.unwrap();
    assert_eq!(message(&mut till).await, Some(Message::Pong("there?".into())));
    till.close(None).await.unwrap();
    assert_eq!(message(&mut till).await, Some(Message::Close(None)));
    terminal.has_heard(&["opened socket WebSocket", "closed"]).await;
}

#[tokio::test]
async fn pieces_of_a_message_are_the_whole() {
    let terminal = Terminal::with(&[SOCKET]).await;
    assert_eq!(message(&mut calling(&terminal, "pieces").await).await, Some(Message::text("<answer/>")));
}

#[tokio::test]
async fn half_a_message_is_none() {
    let terminal = Terminal::with(&[SOCKET]).await;
    let mut till = calling(&terminal, "half").await;
    let mut raw = Vec::new();
    let end = timeout(SOON, till.get_mut().read_to_end(&mut raw)).await.unwrap();
    // an unfinished text of four bytes
    assert_eq!(raw, b"\x01\x04<ans");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_socket_that_is_cut_has_no_last_words() {
    let terminal = Terminal::with(&[SOCKET]).await;
    assert_eq!(message(&mut calling(&terminal, "cut").await).await, None);
}

#[tokio::test]
async fn a_socket_that_is_closed_has() {
    let terminal = Terminal::with(&[SOCKET]).await;
    let mut till = calling(&terminal, "close").await;
    assert_eq!(message(&mut till).await, Some(Message::text("<answer/>")));
    let Some(Message::Close(Some(farewell))) = message(&mut till).await else { panic!() };
    assert_eq!(u16::from(farewell.code), 1000);
    assert_eq!(message(&mut till).await, None);
}

#[tokio::test]
async fn a_message_over_a_mebibyte_ends_the_line() {
    let mut terminal = Terminal::with(&[SOCKET]).await;
    let mut till = terminal.socket().await;
    let _ = till.send(Message::text("x".repeat(1024 * 1024 + 1))).await;
    terminal.has_heard(&["opened socket WebSocket", "closed"]).await;
}

#[tokio::test]
async fn what_is_no_websocket_is_sent_away() {
    let terminal = Terminal::with(&[SOCKET]).await;
    let mut till = saying(&terminal, "\x02{}\r\n\r\n").await;
    rest(&mut till).await.0.clear();
    assert_eq!(message(&mut calling(&terminal, "pay").await).await, Some(Message::text("<answer/>")));
}

#[tokio::test]
async fn several_doors_lie_on_ports_in_a_row_and_are_told_apart() {
    let mut terminal = Terminal::with(&[MAIN, CANCEL, HTTP]).await;
    let doors = terminal.host.local_addresses().to_vec();
    let first = terminal.host.local_address();
    for (number, (door, address)) in doors.iter().enumerate() {
        assert_eq!(address.port(), first.port() + number as u16, "{door:?}");
    }
    assert_eq!(doors.iter().map(|(door, _)| *door).collect::<Vec<_>>(), [MAIN, CANCEL, HTTP]);
    let _cancel = TcpStream::connect(doors[1].1).await.unwrap();
    terminal.has_heard(&["opened cancel Tcp"]).await;
    let _main = terminal.stream().await;
    terminal.has_heard(&["opened cancel Tcp", "opened main Tcp"]).await;
    let mut http = TcpStream::connect(doors[2].1).await.unwrap();
    http.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ncut").await.unwrap();
    assert_eq!(rest(&mut http).await.1, Err(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_door_that_leaves_it_open_is_one_for_tcp() {
    let open = Door::new("either", Carrier::TcpOrWebSocket);
    let terminal = Terminal::with(&[open]).await;
    assert_eq!(terminal.host.local_addresses()[0].0, Door::new("either", Carrier::Tcp));
    assert_eq!(bytes(&mut saying(&terminal, "pay").await, 9).await, ANSWER);
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let terminal = Terminal::with(&[MAIN, CANCEL]).await;
    let taken = terminal.host.local_address();
    let below = SocketAddr::new(taken.ip(), taken.port() - 1);
    for listen in [taken, below] {
        let started = SimulatorHost::start(listen, &[MAIN, CANCEL], None, Box::new(Tiny::default()), |_| {}).await;
        assert!(started.is_err_and(|error| error.kind() == ErrorKind::AddrInUse));
    }
}

#[tokio::test]
async fn the_tills_links_and_the_doors_understand_each_other() {
    let terminal = Terminal::with(&[MAIN, SOCKET]).await;
    let (host, at) = ("127.0.0.1".to_owned(), |number: usize| terminal.host.local_addresses()[number].1.port());
    let framing = Framing::JsonObjects { at_most: 1000 };
    let (sender, mut events) = mpsc::channel(256);
    let mut links = links(sender);
    for endpoint in [
        Endpoint::Tcp { host: host.clone(), port: at(0), connect_within: SOON, framing },
        Endpoint::WebSocket {
            host,
            port: at(1),
            target: Target::path("/"),
            tls: Tls::No,
            connect_within: SOON,
            at_most: 1000,
            ping_every: None,
        },
    ] {
        links.act(PAYMENT, LinkAction::Open(endpoint));
        links.act(PAYMENT, LinkAction::Send(Frame::Bytes(b"half".to_vec())));
        assert_eq!(timeout(SOON, events.recv()).await.unwrap().unwrap().1, LinkEvent::Opened);
        let (_, end) = timeout(SOON, events.recv()).await.unwrap().unwrap();
        assert!(is_broken(&end), "{end:?}");
    }
}
