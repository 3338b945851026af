//! WebSockets against another hand's server, and against what is no WebSocket at all.

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::*;

type Peer = WebSocketStream<TcpStream>;

const AT_MOST: usize = 1000;

fn websocket(address: SocketAddr) -> Endpoint {
    let (host, port) = (address.ip().to_string(), address.port());
    Endpoint::WebSocket {
        host,
        port,
        target: Target::path("/"),
        tls: Tls::No,
        connect_within: SOON,
        at_most: AT_MOST,
        ping_every: None,
    }
}

fn impatient(address: SocketAddr) -> Endpoint {
    let (host, port) = (address.ip().to_string(), address.port());
    Endpoint::WebSocket {
        host,
        port,
        target: Target::path("/"),
        tls: Tls::No,
        connect_within: SHORT,
        at_most: AT_MOST,
        ping_every: None,
    }
}

/// A driver with a line to a server that does as it likes.
async fn line_to<F>(peer: impl FnOnce(Peer) -> F + Send + 'static) -> Driver
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = socket().await;
    tokio::spawn(async move { peer(accept_async(socket.accept().await.unwrap().0).await.unwrap()).await });
    let mut driver = Driver::new();
    driver.open(PAYMENT, websocket(address));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver
}

async fn next(peer: &mut Peer) -> Message {
    timeout(SOON, peer.next()).await.unwrap().unwrap().unwrap()
}

/// Reads on until the other side is gone.
async fn stay(mut peer: Peer) {
    while let Some(Ok(_)) = peer.next().await {}
}

async fn send_fragments(peer: &mut Peer, kind: Data, pieces: &[&[u8]]) {
    for (number, piece) in pieces.iter().enumerate() {
        let kind = if number == 0 { kind } else { Data::Continue };
        let last = number + 1 == pieces.len();
        let frame = RawFrame::message(piece.to_vec(), OpCode::Data(kind), last);
        // what is too large may be given up in the middle
        let _ = peer.send(Message::Frame(frame)).await;
    }
}

#[tokio::test]
async fn text_goes_as_text_and_what_is_no_text_as_it_is() {
    let mut driver = line_to(|mut peer| async move {
        while let Some(Ok(message)) = peer.next().await {
            let kind = if message.is_text() { "text" } else { "binary" };
            peer.send(Message::text(kind)).await.unwrap();
            peer.send(message).await.unwrap();
        }
    })
    .await;
    driver.send(PAYMENT, "{\"a\":\"ö\"}".as_bytes());
    assert_eq!(driver.message().await, b"text");
    assert_eq!(driver.message().await, "{\"a\":\"ö\"}".as_bytes());
    driver.send(PAYMENT, b"\xff\xfe");
    assert_eq!(driver.message().await, b"binary");
    assert_eq!(driver.message().await, b"\xff\xfe");
}

#[tokio::test]
async fn fragments_are_one_message() {
    let mut driver = line_to(|mut peer| async move {
        send_fragments(&mut peer, Data::Text, &[b"{\"a\"", b":\"\xc3", b"\xb6\"}", b""]).await;
        send_fragments(&mut peer, Data::Binary, &[b"\xff", b"\xfe"]).await;
        stay(peer).await;
    })
    .await;
    assert_eq!(driver.message().await, "{\"a\":\"ö\"}".as_bytes());
    assert_eq!(driver.message().await, b"\xff\xfe");
}

#[tokio::test]
async fn a_ping_is_answered_while_the_driver_waits() {
    let mut driver = line_to(|mut peer| async move {
        peer.send(Message::Ping("there?".into())).await.unwrap();
        assert_eq!(next(&mut peer).await, Message::Pong("there?".into()));
        peer.send(Message::text("done")).await.unwrap();
        stay(peer).await;
    })
    .await;
    assert_eq!(driver.message().await, b"done");
}

#[tokio::test]
async fn a_message_larger_than_its_bound_is_garbled() {
    for pieces in [vec![AT_MOST + 1], vec![AT_MOST, 1], vec![1; AT_MOST + 1]] {
        let mut driver = line_to(move |mut peer| async move {
            let pieces: Vec<Vec<u8>> = pieces.into_iter().map(|length| vec![b'x'; length]).collect();
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            send_fragments(&mut peer, Data::Text, &pieces).await;
            stay(peer).await;
        })
        .await;
        let loss = driver.end().await;
        assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Garbled));
        assert_eq!(loss.detail, "a message is larger than 1000 bytes");
    }
}

#[tokio::test]
async fn a_message_as_large_as_its_bound_is_received() {
    let mut driver = line_to(|mut peer| async move {
        peer.send(Message::text("x".repeat(AT_MOST))).await.unwrap();
        stay(peer).await;
    })
    .await;
    assert_eq!(driver.message().await.len(), AT_MOST);
}

#[tokio::test]
async fn text_that_is_none_is_garbled() {
    let mut driver = line_to(|mut peer| async move {
        send_fragments(&mut peer, Data::Text, &[b"\xff"]).await;
        stay(peer).await;
    })
    .await;
    assert_eq!(driver.end().await.cause, LossCause::Garbled);
}

#[tokio::test]
async fn the_peers_last_words_are_told() {
    for (code, reason, detail) in
        [(1000_u16, "", "closed by the peer: 1000"), (4001, "wrong key", "closed by the peer: 4001 wrong key")]
    {
        let mut driver = line_to(move |mut peer| async move {
            next(&mut peer).await;
            peer.close(Some(CloseFrame { code: code.into(), reason: reason.into() })).await.unwrap();
            stay(peer).await;
        })
        .await;
        driver.send(PAYMENT, b"{}");
        let loss = driver.end().await;
        assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
        assert_eq!(loss.detail, detail);
    }
}

#[tokio::test]
async fn a_peer_that_vanishes_breaks_the_line() {
    let loss = line_to(|peer| async move { drop(peer) }).await.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Broken));
    let mut driver = line_to(|mut peer| async move {
        next(&mut peer).await;
        peer.get_ref().set_zero_linger().unwrap();
    })
    .await;
    driver.send(PAYMENT, b"{}");
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn closing_sends_what_waits_and_takes_leave() {
    let (sender, mut heard) = mpsc::channel(4);
    let mut driver = line_to(move |mut peer| async move {
        while let Some(Ok(message)) = peer.next().await {
            sender.send(message).await.unwrap();
        }
    })
    .await;
    driver.send(PAYMENT, b"last");
    driver.links.act(PAYMENT, LinkAction::Close);
    assert_eq!(timeout(SOON, heard.recv()).await.unwrap(), Some(Message::text("last")));
    let Some(Message::Close(Some(farewell))) = timeout(SOON, heard.recv()).await.unwrap() else { panic!() };
    assert_eq!(u16::from(farewell.code), 1000);
    assert_eq!(timeout(SOON, heard.recv()).await.unwrap(), None);
    assert!(driver.hears_nothing_more().await);
}

#[tokio::test]
async fn dropping_the_links_takes_leave_and_nothing_is_told() {
    let (sender, mut heard) = mpsc::channel(4);
    let mut driver = line_to(move |mut peer| async move {
        while let Some(Ok(message)) = peer.next().await {
            sender.send(message).await.unwrap();
        }
    })
    .await;
    drop(driver.links);
    assert!(matches!(timeout(SOON, heard.recv()).await.unwrap(), Some(Message::Close(_))));
    assert_eq!(timeout(SOON, driver.events.recv()).await.unwrap(), None);
}

#[tokio::test]
async fn a_line_that_is_closed_before_it_stands_sends_nothing() {
    let (socket, address) = socket().await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, websocket(address));
    driver.send(PAYMENT, b"never");
    let (mut peer, _) = socket.accept().await.unwrap();
    read_head(&mut peer).await;
    driver.links.act(PAYMENT, LinkAction::Close);
    assert!(!matches!(timeout(SOON, peer.read(&mut [0])).await.unwrap(), Ok(1)));
    assert!(driver.hears_nothing_more().await);
}

#[tokio::test]
async fn a_websocket_that_cannot_take_more_is_lost() {
    let (sender, mut over) = mpsc::channel::<()>(1);
    let mut driver = line_to(move |peer| async move {
        let _ = over.recv().await;
        drop(peer);
    })
    .await;
    for _ in 0..200 {
        driver.send(PAYMENT, &vec![b'x'; 1024 * 1024]);
    }
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
    drop(sender);
}

#[tokio::test]
async fn a_websocket_that_is_refused_surely_sent_nothing() {
    let (_holder, address) = closed_port();
    let (opened, loss) = Driver::new().loss(websocket(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Refused));
    for host in ["no-such-terminal.invalid", "not a name", ""] {
        let nowhere = Endpoint::WebSocket {
            host: host.to_owned(),
            port: 1,
            target: Target::path("/"),
            tls: Tls::No,
            connect_within: SOON,
            at_most: AT_MOST,
            ping_every: None,
        };
        let (opened, loss) = Driver::new().loss(nowhere).await;
        assert_eq!(
            (opened, loss.departure, loss.cause),
            (false, Departure::SurelyNot, LossCause::HostUnknown),
            "{host}"
        );
    }
}

/// A peer that answers the handshake with these bytes and closes.
async fn answering_handshake(answer: &'static [u8]) -> SocketAddr {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(answer).await.unwrap();
    });
    address
}

#[tokio::test]
async fn a_web_server_at_the_port_is_no_terminal() {
    for (answer, status, reason) in [
        (&b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"[..], 404, "Not Found"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", 200, "OK"),
        (b"HTTP/1.1 301 Moved Permanently\r\nLocation: /x\r\n\r\n", 301, "Moved Permanently"),
    ] {
        let address = answering_handshake(answer).await;
        let (opened, loss) = Driver::new().loss(websocket(address)).await;
        assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Upgrade(status)));
        assert_eq!(loss.detail, reason);
    }
}

#[tokio::test]
async fn a_handshake_that_is_none_is_garbled_or_broken() {
    for (answer, cause) in [
        (&b"\x04\x04 what is this\r\n\r\n"[..], LossCause::Garbled),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", LossCause::Garbled),
        (b"HTTP/1.1 101 Swit", LossCause::Broken),
        (b"", LossCause::Broken),
    ] {
        let address = answering_handshake(answer).await;
        let (opened, loss) = Driver::new().loss(websocket(address)).await;
        assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, cause), "{loss:?}");
    }
}

#[tokio::test]
async fn a_peer_that_closes_at_once_surely_took_nothing() {
    let (socket, address) = socket().await;
    tokio::spawn(async move { drop(socket.accept().await) });
    let (opened, loss) = Driver::new().loss(websocket(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Broken));
}

#[tokio::test]
async fn a_handshake_is_bounded_like_the_connection() {
    let (_mute, address) = socket().await;
    let (opened, loss) = Driver::new().loss(impatient(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
    let (_full, address) = full_backlog().await;
    let (opened, loss) = Driver::new().loss(impatient(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
}
