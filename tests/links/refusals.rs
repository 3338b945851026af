//! Peers that refuse a WebSocket, and what they say about it.

use super::*;

const TOKEN: &str = "5b1f6a0e-9d0c-4c55-8f0a-1b7f2d9c4e77";

fn with_token(address: SocketAddr) -> Endpoint {
    let query = format!("token={TOKEN}&api-version=v1&installer-id=LUMEN07");
    Endpoint::WebSocket {
        host: address.ip().to_string(),
        port: address.port(),
        target: Target::with_query("/pac", Secret::new(query)),
        tls: Tls::No,
        connect_within: SOON,
        at_most: 1000,
        ping_every: None,
    }
}

/// The status and the words of a refusal that is answered with these bytes.
async fn refusal(answer: impl Into<String>) -> (u16, String) {
    let answer = answer.into();
    refusal_by(move |mut stream| async move { drop(stream.write_all(answer.as_bytes()).await) }).await
}

async fn refusal_by<F>(answer: impl FnOnce(TcpStream) -> F + Send + 'static) -> (u16, String)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        read_head(&mut stream).await;
        answer(stream).await;
    });
    let (opened, loss) = Driver::new().loss(with_token(address)).await;
    assert_eq!((opened, loss.departure), (false, Departure::SurelyNot));
    match loss.cause {
        LossCause::Upgrade(status) => (status, loss.detail),
        other => panic!("{other:?}"),
    }
}

fn json(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn the_request_asks_for_the_whole_target() {
    let (socket, address) = socket().await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, with_token(address));
    let (mut stream, _) = timeout(SOON, socket.accept()).await.unwrap().unwrap();
    let head = timeout(SOON, read_head(&mut stream)).await.unwrap().to_lowercase();
    let wanted = format!("get /pac?token={TOKEN}&api-version=v1&installer-id=lumen07 http/1.1\r\n");
    assert!(head.starts_with(&wanted), "{head}");
    for line in [
        &format!("\r\nhost: {address}\r\n"),
        "\r\nconnection: upgrade\r\n",
        "\r\nupgrade: websocket\r\n",
        "\r\nsec-websocket-version: 13\r\n",
        "\r\nsec-websocket-key: ",
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    assert!(!head.contains("origin") && !head.contains("sec-websocket-protocol") && !head.contains("extensions"));
}

#[tokio::test]
async fn a_message_for_the_user_is_told() {
    let answer = json("401 Unauthorized", r#"{"userMessage":"No such API key","code":7}"#);
    assert_eq!(refusal(answer).await, (401, "No such API key".to_owned()));
}

#[tokio::test]
async fn a_message_in_chunks_is_told() {
    let chunks = "11\r\n{\"userMessage\":\"g\r\n6\r\none\\n\"\r\n1\r\n}\r\n0\r\n\r\n";
    let answer = format!("HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    assert_eq!(refusal(answer).await, (503, "gone".to_owned()));
}

#[tokio::test]
async fn without_a_message_the_reason_is_told() {
    for (answer, status, reason) in [
        (json("404 Not Found", "{}"), 404, "Not Found"),
        (json("422 Wrong Partner", "nothing"), 422, "Wrong Partner"),
        (json("500 Internal Server Error", r#"{"userMessage":null}"#), 500, "Internal Server Error"),
        ("HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n".to_owned(), 503, "Service Unavailable"),
        ("HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n".to_owned(), 599, "HTTP 599"),
        ("HTTP/1.0 403 Forbidden\r\n\r\n".to_owned(), 403, "Forbidden"),
    ] {
        assert_eq!(refusal(answer).await, (status, reason.to_owned()));
    }
}

#[tokio::test]
async fn a_secret_that_is_repeated_is_not_told() {
    let spread = TOKEN.replace('-', "\\u0000-");
    for body in [
        format!(r#"{{"userMessage":"bad token {TOKEN}"}}"#),
        format!(r#"{{"userMessage":"bad token {}"}}"#, TOKEN.to_uppercase()),
        format!(r#"{{"userMessage":"bad token {spread}"}}"#),
    ] {
        assert_eq!(refusal(json("401 Unauthorized", &body)).await, (401, "bad token ***".to_owned()));
    }
    assert_eq!(refusal(json(&format!("401 Bad {TOKEN}"), "")).await, (401, "Bad ***".to_owned()));
}

#[tokio::test]
async fn what_is_told_is_short_plain_and_without_card_numbers() {
    let body = format!(r#"{{"userMessage":"4111111111111111\u0007\n{}"}}"#, "x".repeat(1000));
    let (_, told) = refusal(json("500 Oops", &body)).await;
    assert_eq!(told.chars().count(), 200);
    assert!(!told.contains("41111111") && !told.contains(char::is_control), "{told}");
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    let flood = refusal_by(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 401 Unauthorized\r\n\r\n{\"userMessage\":\"").await;
        while stream.write_all(&[b'x'; 1024]).await.is_ok() {}
    });
    assert_eq!(flood.await, (401, "Unauthorized".to_owned()));
    let silence = refusal_by(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 401 Unauthorized\r\n\r\n{").await;
        let _ = stream.read_u8().await;
    });
    assert_eq!(silence.await, (401, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn an_endless_head_is_garbled() {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n").await;
        while stream.write_all(b"X-More: of the same\r\n").await.is_ok() {}
    });
    let (opened, loss) = Driver::new().loss(with_token(address)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Garbled));
}

#[tokio::test]
async fn another_protocol_than_the_one_asked_for_is_garbled() {
    for headers in
        ["Upgrade: h2c\r\nConnection: Upgrade", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x"]
    {
        let answer = format!("HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n\r\n");
        let (socket, address) = socket().await;
        tokio::spawn(async move {
            let (mut stream, _) = socket.accept().await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let (opened, loss) = Driver::new().loss(with_token(address)).await;
        assert_eq!(
            (opened, loss.departure, loss.cause),
            (false, Departure::SurelyNot, LossCause::Garbled),
            "{headers}"
        );
    }
}
