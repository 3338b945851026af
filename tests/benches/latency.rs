//! What a cashier waits for that is not the customer: from the order to the first byte on the wire (with the durable write
//! in between), from the terminal's last byte to the published picture (outcome durable before it), and from a display
//! message to the picture. Real sockets on loopback, real journal on disk. Prints medians; asserts nothing.

use std::time::{Duration, Instant};

use checkstand::domain::{Currency, Money, Operation, PaymentRequest};
use checkstand::protocols::nexo::codec;
use checkstand::protocols::nexo::messages::{
    Body, Header, Kind, LoginResponse, Message, PaymentResponse, Response, TransactionId,
};
use checkstand::protocols::protocol::FieldValues;
use checkstand::settings::{Places, Settings, TerminalSettings};
use checkstand::terminal::{Stage, TerminalHandle, Till, Which};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const ROUNDS: usize = 200;
const LISTENER: &str = "127.91.0.1:11000";

struct Seen {
    first_byte: Instant,
    answer: tokio::sync::oneshot::Sender<tokio::sync::oneshot::Sender<Instant>>,
}

fn main() {
    // `cargo test` runs benches once, too: then one round is enough.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 3 };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(measure(rounds));
}

async fn measure(rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = server.local_addr().expect("an address").port();
    let (seen, mut payments) = mpsc::channel(4);
    tokio::spawn(serve(server, seen));

    let settings = settings(port);
    let till =
        Till::open(&Places::in_folder(folder.path()), &settings, Which::Only("bench".into())).await.expect("a till");
    let terminal = till.terminal("bench").expect("the terminal").clone();

    let mut to_wire = Vec::new();
    let mut to_picture = Vec::new();
    let mut display = Vec::new();
    for _ in 0..rounds {
        let ordered = Instant::now();
        let request = PaymentRequest::new(Operation::Sale, Money::new(24_950, Currency::SEK));
        let running = terminal.pay(request).await.expect("a payment");
        let payment: Seen = payments.recv().await.expect("a request");
        to_wire.push(payment.first_byte - ordered);

        display.push(show(&terminal).await);

        let (sent, last_byte) = tokio::sync::oneshot::channel();
        let mut view = terminal.view();
        let _ = payment.answer.send(sent);
        let ended = |stage: &Stage| matches!(stage, Stage::Ended(_));
        view.wait_for(|view| {
            view.payment.as_ref().is_some_and(|payment| payment.id == running.id && ended(&payment.stage))
        })
        .await
        .expect("a picture");
        let published = Instant::now();
        to_picture.push(published - last_byte.await.expect("a time"));
        running.outcome.await.expect("an outcome");
    }
    println!("{rounds} rounds                                     median        p99        max");
    report("order -> first byte on the wire, durable", to_wire);
    report("last byte -> outcome durable and shown", to_picture);
    report("display message -> shown", display);
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!("{what:<42} {:>9.0?}  {:>9.0?}  {:>9.0?}", at(50), at(99), times[times.len() - 1]);
}

fn settings(port: u16) -> Settings {
    let mut fields = FieldValues::default();
    fields.set("host", "127.0.0.1");
    fields.set("port", &port.to_string());
    fields.set("poi_id", "BENCH");
    fields.set("listener", LISTENER);
    fields.set("listener_peer", "any");
    let mut settings = Settings::default();
    settings.put(TerminalSettings::new("bench", "nexo", fields));
    settings
}

/// Sends one DisplayRequest as the terminal would, and waits for it in the picture.
async fn show(terminal: &TerminalHandle) -> Duration {
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let text = format!("Text {}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let body = format!(
        r#"<SaleToPOIRequest><MessageHeader MessageClass="Device" MessageCategory="Display" MessageType="Request" ServiceID="1" DeviceID="1" SaleID="CHECKSTAND" POIID="BENCH"/><DisplayRequest><DisplayOutput ResponseRequiredFlag="false" Device="CashierDisplay" InfoQualify="Status"><OutputContent OutputFormat="Text"><OutputText>{text}</OutputText></OutputContent></DisplayOutput></DisplayRequest></SaleToPOIRequest>"#
    );
    let mut stream = TcpStream::connect(LISTENER).await.expect("the till's listener");
    let mut view = terminal.view();
    let sent = Instant::now();
    let request = format!(
        "POST /EPASSaleToPOI/3.1 HTTP/1.1\r\nHost: {LISTENER}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("a request");
    view.wait_for(|view| {
        view.payment
            .as_ref()
            .is_some_and(|payment| payment.displays.last().is_some_and(|shown| shown.display.said() == text))
    })
    .await
    .expect("a picture");
    sent.elapsed()
}

async fn serve(server: TcpListener, seen: mpsc::Sender<Seen>) {
    while let Ok((stream, _)) = server.accept().await {
        tokio::spawn(exchange(stream, seen.clone()));
    }
}

/// One HTTP exchange of a terminal that approves at once.
async fn exchange(mut stream: TcpStream, seen: mpsc::Sender<Seen>) {
    let mut request = vec![0; 1];
    if stream.read_exact(&mut request).await.is_err() {
        return;
    }
    let first_byte = Instant::now();
    let body = loop {
        let text = String::from_utf8_lossy(&request);
        if let Some(end) = text.find("</SaleToPOIRequest>") {
            let start = text.find("\r\n\r\n").map_or(0, |at| at + 4);
            break request[start..end + "</SaleToPOIRequest>".len()].to_vec();
        }
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let message = codec::decode(&body).expect("a nexo message");
    let header = Header { kind: Kind::Response, ..message.header };
    let (answer, notify) = match message.body {
        Body::LoginRequest(_) => {
            (Body::LoginResponse(LoginResponse { response: Response::success(), system: None }), None)
        }
        Body::PaymentRequest(payment) => {
            let (answer, go) = tokio::sync::oneshot::channel();
            if seen.send(Seen { first_byte, answer }).await.is_err() {
                return;
            }
            let Ok(notify) = go.await else { return };
            (Body::PaymentResponse(Box::new(approval(payment.sale_transaction))), Some(notify))
        }
        _ => return,
    };
    let body = codec::encode(&Message { header, body: answer });
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    let whole = [head.as_bytes(), &body].concat();
    let _ = stream.write_all(&whole).await;
    if let Some(notify) = notify {
        let _ = notify.send(Instant::now());
    }
}

/// The reference's own example with both receipts, about the sale that was asked.
fn approval(sale_transaction: TransactionId) -> PaymentResponse {
    let example = include_bytes!("../vectors/nexo/5.1.1-payment-response-approved.xml");
    match codec::decode(example).expect("the example").body {
        Body::PaymentResponse(answer) => PaymentResponse { sale_transaction: Some(sale_transaction), ..*answer },
        other => unreachable!("{other:?}"),
    }
}
