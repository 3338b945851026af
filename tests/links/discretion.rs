//! The credentials in a query stand in the request and nowhere else.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io;

use checkstand::protocols::frame::Query;
use futures_util::StreamExt;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::Request;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tracing_subscriber::fmt::MakeWriter;

use super::certificates::*;
use super::*;

const TOKEN: &str = "c0ffee42-9d0c-4c55-8f0a-1b7f2d9c4e77";

thread_local! {
    /// What is logged on this thread, on which a test and everything it spawns runs.
    static LOGGED: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn note(text: &str) {
    LOGGED.with_borrow_mut(|logged| {
        if let Some(logged) = logged {
            logged.push_str(text);
        }
    });
}

struct Note;

impl log::Log for Note {
    fn enabled(&self, _: &log::Metadata) -> bool {
        LOGGED.with_borrow(Option::is_some)
    }

    fn log(&self, record: &log::Record) {
        if self.enabled(record.metadata()) {
            note(&format!("log {}: {}\n", record.target(), record.args()));
        }
    }

    fn flush(&self) {}
}

impl io::Write for Note {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        note(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Note {
    type Writer = Note;

    fn make_writer(&self) -> Note {
        Note
    }
}

fn endpoint(host: &str, address: SocketAddr, tls: Tls) -> Endpoint {
    let query = Secret::new(format!("token={TOKEN}&api-version=v1"));
    Endpoint::WebSocket {
        host: host.to_owned(),
        port: address.port(),
        target: Target::with_query("/pac", query),
        tls,
        connect_within: SOON,
        at_most: 1000,
        ping_every: Some(SHORT),
    }
}

/// Everything that can be printed of a line until it is lost.
async fn told(endpoint: Endpoint) -> String {
    let mut told = format!("{endpoint:?} {endpoint:#?} {:?}", LinkAction::Open(endpoint.clone()));
    let mut driver = Driver::new();
    driver.open(PAYMENT, endpoint);
    loop {
        let event = driver.event().await;
        write!(told, "{event:?}").unwrap();
        if let LinkEvent::Lost(loss) = event {
            write!(told, "{loss:?} {:?}", loss.explain("stranger")).unwrap();
            return told;
        }
    }
}

/// An exchange that asks for the same with its query.
fn exchange(base: &str, tls: Tls) -> Endpoint {
    let query = Query::new(Secret::new(format!("key={TOKEN}")), "key=***".to_owned());
    let (url, request) = (base.to_owned(), HttpRequest::get("runTransaction2", query));
    Endpoint::Http { url, request, tls, pace: None, connect_within: SOON, answer_within: SOON, at_most: 100 }
}

/// Everything that can be printed of an exchange until it ends.
async fn told_of(endpoint: Endpoint) -> String {
    let told = format!("{endpoint:?} {endpoint:#?} {:?}", LinkAction::Open(endpoint.clone()));
    let (_, end) = Driver::new().exchange(endpoint).await;
    let explained = match &end {
        LinkEvent::Lost(loss) => format!("{:?}", loss.explain("stranger")),
        _ => String::new(),
    };
    format!("{told} {end:?} {explained}")
}

/// Exchanges that end in every way.
async fn exchanges() -> String {
    let authority = Authority::new("ours");
    let trusting = Tls::Yes { ca_file: authority.file() };
    let (asked, mut requests) = mpsc::channel(1);
    let stands = secured(authority.usual(), |mut stream| async move {
        let mut heard = vec![0; 200];
        let length = stream.read(&mut heard).await.unwrap();
        asked.send(String::from_utf8_lossy(&heard[..length]).into_owned()).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
    })
    .await;
    let mut texts = told_of(exchange(&format!("https://{stands}/api/"), trusting.clone())).await;
    assert!(requests.recv().await.unwrap().contains(TOKEN));
    for answer in [
        format!("{TOKEN}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nX: {TOKEN}\r\nContent-Length: 1000\r\n\r\n"),
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/?{TOKEN}\r\nContent-Length: 9\r\n\r\n"),
        String::new(),
    ] {
        texts += &told_of(exchange(&format!("http://{}/api/", saying(answer).await), Tls::No)).await;
    }
    let (stranger, _) = listening(Authority::new("another").usual()).await;
    texts += &told_of(exchange(&format!("https://{stranger}"), trusting.clone())).await;
    let (_holder, nobody) = closed_port();
    texts += &told_of(exchange(&format!("https://{nobody}"), trusting)).await;
    for wrong in ["http://no such host/", "https://127.0.0.1/", "http://127.0.0.1:99999/", "http://h/?a=b", ""] {
        texts += &told_of(exchange(wrong, Tls::No)).await;
    }
    let (secure, _) = listening(authority.usual()).await;
    texts + &told_of(exchange(&format!("http://{secure}"), Tls::No)).await
}

/// Answers a request with these bytes.
async fn saying(answer: String) -> SocketAddr {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        read_head(&mut stream).await;
        let _ = stream.write_all(answer.as_bytes()).await;
    });
    address
}

#[tokio::test]
async fn a_token_is_printed_nowhere() {
    let _ = log::set_logger(&Note);
    log::set_max_level(log::LevelFilter::Trace);
    LOGGED.set(Some(String::new()));
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(Note).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    tracing::trace!("logging");

    let authority = Authority::new("ours");
    let trusting = Tls::Yes { ca_file: authority.file() };
    let (asked, mut requests) = mpsc::channel(4);
    let stands = secured(authority.usual(), |stream| async move {
        #[allow(clippy::result_large_err, reason = "the library's own error")]
        let keep = |request: &Request, response| {
            asked.try_send(request.uri().to_string()).unwrap();
            Ok(response)
        };
        let mut socket = accept_hdr_async(stream, keep).await.unwrap();
        // it hears a ping, and says more than it should
        let _ = socket.next().await;
        let _ = socket.close(Some(CloseFrame { code: 4001.into(), reason: format!("bad {TOKEN}").into() })).await;
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let mut texts = told(endpoint("localhost", stands, trusting.clone())).await;
    assert!(requests.recv().await.unwrap().contains(TOKEN));
    assert!(texts.contains("closed by the peer: 4001 bad ***"), "{texts}");

    let echo = format!(r#"{{"userMessage":"{TOKEN}"}}"#);
    let refusal = format!("HTTP/1.1 401 {TOKEN}\r\nContent-Length: {}\r\n\r\n{echo}", echo.len());
    for answer in
        [refusal, format!("{TOKEN}\r\n\r\n"), format!("HTTP/1.1 101 {TOKEN}\r\nX: {TOKEN}\r\n\r\n"), String::new()]
    {
        texts += &told(endpoint("127.0.0.1", saying(answer).await, Tls::No)).await;
    }
    let (stranger, _) = listening(Authority::new("another").usual()).await;
    texts += &told(endpoint("127.0.0.1", stranger, trusting.clone())).await;
    let (_holder, nobody) = closed_port();
    texts += &told(endpoint("127.0.0.1", nobody, trusting)).await;
    texts += &told(endpoint("no such host", nobody, Tls::No)).await;
    let (secure, _) = listening(authority.usual()).await;
    texts += &told(endpoint("127.0.0.1", secure, Tls::No)).await;

    texts += &exchanges().await;

    let logged = LOGGED.take().unwrap();
    assert!(logged.contains("logging") && logged.contains("failed to verify"), "nothing is captured: {logged}");
    let told: Vec<&str> = logged.lines().filter(|line| line.contains(TOKEN)).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert!(!texts.contains(TOKEN), "{texts}");
}

#[test]
fn what_libraries_say_of_each_message_is_not_compiled() {
    assert!(log::STATIC_MAX_LEVEL <= log::LevelFilter::Info);
}
