//! Byte streams, cut into messages.

use checkstand::protocols::framing::Framing;

use super::*;

const OBJECTS: Framing = Framing::JsonObjects { at_most: 64 * 1024 };
const LENGTHS: Framing = Framing::LengthPrefix { at_most: 64 * 1024 };

const MARKS: Framing = Framing::EndMark { at_most: 64 * 1024, keywords: &["OK-REGISTRATION", "FAILED-REGISTRATION"] };

fn tcp(address: SocketAddr, framing: Framing) -> Endpoint {
    Endpoint::Tcp { host: address.ip().to_string(), port: address.port(), connect_within: SOON, framing }
}

/// A driver with a line to a peer that does as it likes.
async fn line_to<F>(framing: Framing, peer: impl FnOnce(TcpStream) -> F + Send + 'static) -> Driver
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = socket().await;
    tokio::spawn(async move { peer(socket.accept().await.unwrap().0).await });
    let mut driver = Driver::new();
    driver.open(PAYMENT, tcp(address, framing));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver
}

#[tokio::test]
async fn objects_are_cut_out_of_what_stands_between_them() {
    let mut driver = line_to(OBJECTS, |mut peer| async move {
        let mut asked = [0; 7];
        peer.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"{\"a\":1}");
        peer.write_all(b"\x02{\"b\":").await.unwrap();
        peer.write_all(b"{}}\r\n<ETX>{\"c\":2}{").await.unwrap();
    })
    .await;
    driver.send(PAYMENT, b"{\"a\":1}");
    assert_eq!(driver.message().await, b"{\"b\":{}}");
    assert_eq!(driver.message().await, b"{\"c\":2}");
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn messages_travel_behind_their_length_both_ways() {
    let mut driver = line_to(LENGTHS, |mut peer| async move {
        let mut asked = [0; 12];
        peer.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"\0\0\0\x02ab\0\0\0\x02cd");
        for byte in b"\0\0\0\x03yes\0\0\0\x02no" {
            peer.write_all(&[*byte]).await.unwrap();
        }
        let _ = peer.read(&mut [0]).await;
    })
    .await;
    driver.send(PAYMENT, b"ab");
    driver.send(PAYMENT, b"cd");
    assert_eq!(driver.message().await, b"yes");
    assert_eq!(driver.message().await, b"no");
}

#[tokio::test]
async fn messages_travel_before_their_end_mark_both_ways() {
    let mut driver = line_to(MARKS, |mut peer| async move {
        let mut asked = [0; 9];
        peer.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"{\"a\":1}\x04\x04");
        for byte in b"OK-REGISTRATION\x04\x04\r\n{\"b\":\"\x04\"}\x04\x04" {
            peer.write_all(&[*byte]).await.unwrap();
        }
        let _ = peer.read(&mut [0]).await;
    })
    .await;
    driver.send(PAYMENT, b"{\"a\":1}");
    assert_eq!(driver.message().await, b"OK-REGISTRATION");
    assert_eq!(driver.message().await, b"{\"b\":\"\x04\"}");
}

#[tokio::test]
async fn what_needs_no_mark_is_told_after_a_silence_and_at_the_end_of_the_line() {
    let mut driver = line_to(MARKS, |mut peer| async move {
        peer.write_all(b"OK-REGISTRATION").await.unwrap();
        // says nothing until it is asked, so that silence has to do
        peer.read_exact(&mut [0; 4]).await.unwrap();
        peer.write_all(b"FAILED-REGISTRATION").await.unwrap();
    })
    .await;
    assert_eq!(driver.message().await, b"OK-REGISTRATION");
    driver.send(PAYMENT, b"{}");
    assert_eq!(driver.message().await, b"FAILED-REGISTRATION");
    assert_eq!(driver.end().await.cause, LossCause::Broken);
}

#[tokio::test]
async fn a_text_without_end_is_given_up_at_its_bound() {
    let (sender, mut taken) = mpsc::channel(1);
    let mut driver = line_to(MARKS, move |peer| async move {
        sender.send(flood(peer, b"x", vec![b'x'; 64 * 1024]).await).await.unwrap();
    })
    .await;
    let loss = driver.end().await;
    assert_eq!((loss.cause, loss.detail.as_str()), (LossCause::Garbled, "a message is larger than 65536 bytes"));
    assert!(timeout(SOON, taken.recv()).await.unwrap().unwrap() < 64 * 1024 * 1024);
}

#[tokio::test]
async fn what_is_sent_before_the_line_stands_leaves_when_it_does() {
    let (socket, address) = socket().await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, tcp(address, OBJECTS));
    driver.send(PAYMENT, b"{}");
    let (mut peer, _) = socket.accept().await.unwrap();
    let mut asked = [0; 2];
    peer.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"{}");
}

/// Sends `piece` again and again, up to 1 GiB, and tells how much the other side and the system took.
async fn flood(mut peer: TcpStream, begin: &'static [u8], piece: Vec<u8>) -> usize {
    const GIGABYTE: usize = 1 << 30;
    let mut taken = begin.len();
    let mut next = begin;
    while taken < GIGABYTE && peer.write_all(next).await.is_ok() {
        taken += piece.len();
        next = &piece;
    }
    taken
}

#[tokio::test]
async fn an_object_without_end_is_given_up_at_its_bound() {
    let (sender, mut taken) = mpsc::channel(1);
    let mut driver = line_to(OBJECTS, move |peer| async move {
        sender.send(flood(peer, b"{\"a\":\"", vec![b'x'; 64 * 1024]).await).await.unwrap();
    })
    .await;
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Garbled));
    assert_eq!(loss.detail, "a message is larger than 65536 bytes");
    let taken = timeout(SOON, taken.recv()).await.unwrap().unwrap();
    assert!(taken < 64 * 1024 * 1024, "{taken}");
}

#[tokio::test]
async fn a_length_beyond_its_bound_is_not_waited_for() {
    let mut driver = line_to(LENGTHS, |mut peer| async move {
        peer.write_all(&(1_u32 << 30).to_be_bytes()).await.unwrap();
        let _ = peer.read(&mut [0]).await;
    })
    .await;
    driver.send(PAYMENT, b"ask");
    assert_eq!(driver.end().await.cause, LossCause::Garbled);
}

#[tokio::test]
async fn a_message_of_no_bytes_is_garbled() {
    let mut driver = line_to(LENGTHS, |mut peer| async move {
        peer.write_all(&[0; 4]).await.unwrap();
        let _ = peer.read(&mut [0]).await;
    })
    .await;
    let loss = driver.end().await;
    assert_eq!((loss.cause, loss.detail.as_str()), (LossCause::Garbled, "a message of no bytes"));
}

#[tokio::test]
async fn noise_between_objects_does_no_harm() {
    let mut driver = line_to(Framing::JsonObjects { at_most: 16 }, |mut peer| async move {
        peer.write_all(&vec![b'\x06'; 4 * 1024 * 1024]).await.unwrap();
        peer.write_all(b"{}").await.unwrap();
        let _ = peer.read(&mut [0]).await;
    })
    .await;
    assert_eq!(driver.message().await, b"{}");
}

#[tokio::test]
async fn what_cannot_be_framed_costs_the_line_and_surely_did_not_leave() {
    let mut driver = line_to(LENGTHS, |mut peer| async move {
        let _ = peer.read(&mut [0]).await;
        let _ = peer.shutdown().await;
    })
    .await;
    driver.send(PAYMENT, b"");
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Broken));
}

#[tokio::test]
async fn a_byte_stream_that_ends_before_anything_was_sent_surely_sent_nothing() {
    let loss = line_to(OBJECTS, |peer| async move { drop(peer) }).await.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::SurelyNot, LossCause::Broken));
}

#[tokio::test]
async fn a_byte_stream_that_is_refused_surely_sent_nothing() {
    let (_holder, address) = closed_port();
    let (opened, loss) = Driver::new().loss(tcp(address, OBJECTS)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Refused));
    let host = "no-such-terminal.invalid".to_owned();
    let nowhere = Endpoint::Tcp { host, port: 1, connect_within: SOON, framing: OBJECTS };
    let (opened, loss) = Driver::new().loss(nowhere).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::HostUnknown));
}

#[tokio::test]
async fn a_byte_stream_that_cannot_take_more_is_lost() {
    let (_socket, address) = socket().await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, tcp(address, OBJECTS));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    for _ in 0..200 {
        driver.send(PAYMENT, &vec![0; 1024 * 1024]);
    }
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn what_was_sent_before_a_close_arrives() {
    let (sender, mut heard) = mpsc::channel(1);
    let mut driver = line_to(OBJECTS, move |mut peer| async move {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).await.unwrap();
        sender.send(all).await.unwrap();
    })
    .await;
    driver.send(PAYMENT, b"{\"STATE\":\"0\",\"MSG\":\"ACK\"}");
    driver.links.act(PAYMENT, LinkAction::Close);
    assert_eq!(timeout(SOON, heard.recv()).await.unwrap().unwrap(), b"{\"STATE\":\"0\",\"MSG\":\"ACK\"}");
}

#[tokio::test]
async fn a_line_that_is_given_up_takes_what_has_not_left_with_it() {
    let (sender, mut heard) = mpsc::channel(1);
    let mut driver = line_to(OBJECTS, move |mut peer| async move {
        // Reads nothing until the till has gone, so that the system holds what was sent.
        let mut over: mpsc::Receiver<()> = {
            let (gone, over) = mpsc::channel(1);
            sender.send(gone).await.unwrap();
            over
        };
        over.recv().await;
        let mut all = Vec::new();
        let end = peer.read_to_end(&mut all).await;
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    })
    .await;
    let gone: mpsc::Sender<()> = heard.recv().await.unwrap();
    driver.send(PAYMENT, b"{\"TRAN_MODE\":\"1\"}");
    driver.links.act(PAYMENT, LinkAction::Abandon);
    assert!(driver.hears_nothing_more().await);
    drop(gone);
}

#[tokio::test]
async fn a_server_of_another_protocol_is_a_stranger() {
    for greeting in [&b"HTTP/1.1 400 Bad Request\r\n\r\n{}"[..], b"\x15\x03\x03\x00\x02\x02\x16", b"SSH-2.0-x\r\n"] {
        let mut driver = line_to(OBJECTS, move |mut peer| async move {
            let _ = peer.read(&mut [0; 100]).await;
            for byte in greeting {
                let _ = peer.write_all(&[*byte]).await;
            }
        })
        .await;
        driver.send(PAYMENT, b"{\"TRAN_MODE\":\"96\"}");
        assert_eq!(driver.end().await.cause, LossCause::Stranger);
    }
}
