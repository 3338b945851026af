//! Doors for HTTPS, reached by the till's own links.

use checkstand::domain::Secret;
use checkstand::protocols::driver::CertificateFault;
use checkstand::protocols::frame::Query;
use checkstand::protocols::simulator::{Simulator, SimulatorEffect, SimulatorInput};
use tempfile::NamedTempFile;

use super::*;

const API: Door = Door::https("api");

/// A cloud behind TLS and a till that trusts it.
struct Pair {
    host: SimulatorHost,
    ca_file: NamedTempFile,
    links: NetworkLinks,
    events: Receiver<(Channel, LinkEvent)>,
    calls: u64,
}

impl Pair {
    async fn with(simulator: Box<dyn Simulator>) -> Pair {
        let host = SimulatorHost::start("127.0.0.1:0".parse().unwrap(), &[API], None, simulator, |_| {}).await.unwrap();
        let ca_file = NamedTempFile::new().unwrap();
        std::fs::write(ca_file.path(), host.certificate_authority().unwrap()).unwrap();
        let (sender, events) = mpsc::channel(256);
        Pair { host, ca_file, links: links(sender), events, calls: 0 }
    }

    fn ask(&mut self, request: HttpRequest, trusting: bool) {
        let ca_file = trusting.then(|| self.ca_file.path().to_owned());
        let endpoint = Endpoint::Http {
            url: format!("https://localhost:{}/services/", self.host.local_address().port()),
            request,
            tls: Tls::Yes { ca_file },
            pace: None,
            connect_within: SOON,
            answer_within: SOON,
            at_most: 1024,
        };
        self.calls += 1;
        self.links.act(Channel::new("payment", self.calls), LinkAction::Open(endpoint));
    }

    async fn event(&mut self) -> LinkEvent {
        match timeout(SOON, self.events.recv()).await.unwrap().unwrap().1 {
            // without the time at which it was sent
            LinkEvent::Received(Frame::Response(told)) => {
                LinkEvent::Received(Frame::Response(HttpResponse { date: None, ..told }))
            }
            event => event,
        }
    }

    async fn end_of(&mut self, body: &str) -> LinkEvent {
        self.ask(HttpRequest::post("api", "application/json", body.into()), true);
        assert_eq!(self.event().await, LinkEvent::Opened);
        self.event().await
    }
}

/// Answers with the path and query it was asked by.
struct Mirror;

impl Simulator for Mirror {
    fn step(&mut self, _now: checkstand::domain::Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        let SimulatorInput::Received(line, Frame::Request(request)) = input else { return Vec::new() };
        let query = request.query.as_ref().map(Query::reveal).unwrap_or_default();
        let body = format!("{} {} {query} {request:?}", request.method, request.path).into_bytes();
        vec![SimulatorEffect::Send(line, Frame::Response(HttpResponse::ok("", body)))]
    }

    fn deadline(&self) -> Option<checkstand::domain::Instant> {
        None
    }

    fn memory(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}

#[tokio::test]
async fn a_simulator_hears_the_query_and_prints_it_nowhere() {
    let mut pair = Pair::with(Box::new(Mirror)).await;
    let query = Query::new(Secret::new("key=K-17&data=%26"), "***".to_owned());
    pair.ask(HttpRequest::get("checkStatus", query), true);
    assert_eq!(pair.event().await, LinkEvent::Opened);
    let LinkEvent::Received(Frame::Response(response)) = pair.event().await else { panic!() };
    let text = String::from_utf8(response.body).unwrap();
    assert!(text.starts_with("GET /services/checkStatus key=K-17&data=%26 HttpRequest"), "{text}");
    assert_eq!(text.matches("K-17").count(), 1, "{text}");
}

#[tokio::test]
async fn whole_answers_pieces_halves_and_cuts_come_through_tls() {
    let mut pair = Pair::with(Box::new(Tiny::default())).await;
    assert_eq!(pair.end_of("pay").await, answer());
    assert_eq!(pair.end_of("pieces").await, answer());
    assert!(is_broken(&pair.end_of("half").await));
    assert!(is_broken(&pair.end_of("cut").await));
}

#[tokio::test]
async fn a_till_that_does_not_trust_the_authority_says_nothing_to_it() {
    let mut pair = Pair::with(Box::new(Tiny::default())).await;
    pair.ask(HttpRequest::post("api", "", b"pay".to_vec()), false);
    let LinkEvent::Lost(loss) = pair.event().await else { panic!() };
    assert_eq!(loss.cause, LossCause::Certificate(CertificateFault::UnknownIssuer));
    assert_eq!(loss.departure, Departure::SurelyNot);
}

#[tokio::test]
async fn what_does_not_speak_tls_is_sent_away_and_a_power_cut_breaks_what_stands() {
    let mut pair = Pair::with(Box::new(Tiny::default())).await;
    let mut stranger = TcpStream::connect(pair.host.local_address()).await.unwrap();
    stranger.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\npay").await.unwrap();
    let mut heard = Vec::new();
    let _ = timeout(SOON, stranger.read_to_end(&mut heard)).await.unwrap();
    assert!(!String::from_utf8_lossy(&heard).contains("HTTP"));
    // one that says nothing, and one whose request waits
    let mut mute = TcpStream::connect(pair.host.local_address()).await.unwrap();
    pair.ask(HttpRequest::post("api", "", b"mute".to_vec()), true);
    assert_eq!(pair.event().await, LinkEvent::Opened);
    pair.host.power_cut();
    assert!(is_broken(&pair.event().await));
    let _ = timeout(SOON, mute.read_to_end(&mut Vec::new())).await.unwrap();
    assert_eq!(pair.end_of("pay").await, answer());
}
