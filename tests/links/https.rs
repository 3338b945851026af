//! HTTP exchanges over TLS, and with a query: whom the till trusts, and that it says nothing to anybody else.

use checkstand::protocols::driver::CertificateFault;
use checkstand::protocols::frame::Query;

use super::certificates::*;
use super::*;

const QUERY: &str = "key=K-17&password=not-for-strangers&data=a%20b";

fn asking() -> HttpRequest {
    HttpRequest::get("runTransaction2", Query::new(Secret::new(QUERY), "key=***".to_owned()))
}

fn endpoint(url: String, tls: Tls, request: HttpRequest) -> Endpoint {
    Endpoint::Http { url, request, tls, pace: None, connect_within: SOON, answer_within: SOON, at_most: 1024 }
}

fn https(host: &str, address: SocketAddr, ca_file: Option<PathBuf>) -> Endpoint {
    let url = format!("https://{host}:{}/services/api.asmx/", address.port());
    endpoint(url, Tls::Yes { ca_file }, asking())
}

fn impatient(mut endpoint: Endpoint) -> Endpoint {
    let Endpoint::Http { connect_within, .. } = &mut endpoint else { panic!() };
    *connect_within = Duration::from_millis(300);
    endpoint
}

async fn head_of(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Tells what it was asked, and answers with these bytes.
async fn answering_inside(acceptor: tokio_rustls::TlsAcceptor, answer: &'static str) -> (SocketAddr, Receiver<String>) {
    let (sender, heads) = mpsc::channel(1);
    let address = secured(acceptor, move |mut stream| async move {
        sender.send(head_of(&mut stream).await).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
    })
    .await;
    (address, heads)
}

/// What becomes of a request to this server, which must hear nothing of it.
async fn refused(acceptor: tokio_rustls::TlsAcceptor, ca_file: Option<PathBuf>) -> Loss {
    let (address, heard) = listening(acceptor).await;
    let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, ca_file)).await;
    assert_eq!((opened, loss.departure), (false, Departure::SurelyNot));
    let heard = timeout(SOON, heard).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&heard), "", "{loss:?}");
    loss
}

async fn fault(acceptor: tokio_rustls::TlsAcceptor, ca_file: Option<PathBuf>) -> CertificateFault {
    match refused(acceptor, ca_file).await.cause {
        LossCause::Certificate(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_request_with_a_query_is_answered_over_either_version_by_name_and_by_address() {
    let authority = Authority::new("ours");
    for version in EVERY_VERSION {
        for host in ["localhost", "127.0.0.1"] {
            let acceptor = authority.acceptor(&["localhost", "127.0.0.1"], VALID, &[version]);
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-odd\r\nContent-Length: 8\r\n\r\n{\"a\":1} ";
            let (address, mut heads) = answering_inside(acceptor, answer).await;
            let (opened, end) = Driver::new().exchange(https(host, address, authority.file())).await;
            assert!(opened);
            assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::ok("", b"{\"a\":1} ".to_vec()))));
            let head = heads.recv().await.unwrap();
            let line = format!("GET /services/api.asmx/runTransaction2?{QUERY} HTTP/1.1\r\n");
            assert!(head.starts_with(&line), "{head}");
            assert!(!head.to_lowercase().contains("content-length"), "{head}");
            assert!(head.to_lowercase().contains(&format!("\r\nhost: {host}:{}\r\n", address.port())), "{head}");
        }
    }
}

#[tokio::test]
async fn a_request_with_a_query_goes_over_a_line_without_tls_too() {
    let (socket, address) = socket().await;
    let asked = tokio::spawn(async move {
        let mut stream = socket.accept().await.unwrap().0;
        let head = head_of(&mut stream).await;
        stream.write_all(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        head
    });
    let (_, end) = Driver::new().exchange(endpoint(format!("http://{address}"), Tls::No, asking())).await;
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::empty(500))));
    let head = asked.await.unwrap();
    assert!(head.starts_with(&format!("GET /runTransaction2?{QUERY} HTTP/1.1\r\n")), "{head}");
}

#[tokio::test]
async fn a_body_is_posted_into_the_folder_of_the_service() {
    let authority = Authority::new("ours");
    let (sender, mut asked) = mpsc::channel(1);
    let address = secured(authority.usual(), move |mut stream| async move {
        let head = head_of(&mut stream).await;
        let mut body = [0; 9];
        stream.read_exact(&mut body).await.unwrap();
        sender.send((head, body)).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
    })
    .await;
    let request = HttpRequest::post("runTransaction", "application/json", b"{\"Key\":1}".to_vec());
    let url = format!("https://localhost:{}/1.0", address.port());
    let (_, end) = Driver::new().exchange(endpoint(url, Tls::Yes { ca_file: authority.file() }, request)).await;
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::ok("", b"{}".to_vec()))));
    let (head, body) = asked.recv().await.unwrap();
    assert!(head.starts_with("POST /1.0/runTransaction HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains("\r\ncontent-type: application/json\r\n"), "{head}");
    assert_eq!(&body, b"{\"Key\":1}");
}

#[tokio::test]
async fn opened_is_told_once_tls_stands_and_not_before() {
    let authority = Authority::new("ours");
    let (socket, address) = socket().await;
    let (proceed, may_proceed) = tokio::sync::oneshot::channel::<()>();
    let acceptor = authority.usual();
    tokio::spawn(async move {
        let stream = socket.accept().await.unwrap().0;
        may_proceed.await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        head_of(&mut stream).await;
    });
    let mut driver = Driver::new();
    driver.open(PAYMENT, https("127.0.0.1", address, authority.file()));
    assert!(driver.hears_nothing_more().await);
    proceed.send(()).unwrap();
    assert_eq!(driver.event().await, LinkEvent::Opened);
    let loss = driver.end().await;
    assert_eq!((loss.departure, loss.cause), (Departure::Perhaps, LossCause::Broken));
}

#[tokio::test]
async fn a_service_that_shows_no_certificate_to_be_trusted_hears_nothing() {
    let authority = Authority::new("ours");
    let of_ours = |hosts: &[&str], valid| authority.acceptor(hosts, valid, EVERY_VERSION);
    assert_eq!(fault(of_ours(&["pay.example"], VALID), authority.file()).await, CertificateFault::OtherHost);
    assert_eq!(fault(of_ours(&["127.0.0.1"], (2019, 2020)), authority.file()).await, CertificateFault::OutOfDate);
    assert_eq!(fault(of_ours(&["127.0.0.1"], (2090, 2099)), authority.file()).await, CertificateFault::OutOfDate);
    assert_eq!(fault(self_signed(), None).await, CertificateFault::UnknownIssuer);
    assert_eq!(fault(authority.usual(), None).await, CertificateFault::UnknownIssuer);
    for name in ["another", "ours"] {
        let fault = fault(Authority::new(name).usual(), authority.file()).await;
        assert_eq!(fault, CertificateFault::UnknownIssuer, "{name}");
    }
}

#[tokio::test]
async fn a_service_whose_authority_cannot_be_read_is_not_even_connected_to() {
    let folder = tempfile::tempdir().unwrap();
    for ca_file in [folder.path().join("none.pem"), folder.path().to_owned(), file_with(b"garbage").path().to_owned()] {
        let (socket, address) = socket().await;
        let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, Some(ca_file.clone()))).await;
        assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::CaFile));
        assert!(loss.detail.contains(&ca_file.display().to_string()), "{}", loss.detail);
        assert!(timeout(SHORT, socket.accept()).await.is_err());
    }
}

#[tokio::test]
async fn a_service_that_says_nothing_is_given_up_in_time() {
    let (_mute, address) = socket().await;
    let (opened, loss) = Driver::new().loss(impatient(https("127.0.0.1", address, None))).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
}

#[tokio::test]
async fn a_web_server_without_tls_is_no_peer_and_hears_no_request() {
    let (socket, address) = socket().await;
    let heard = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let mut heard = vec![0; 3];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        let _ = stream.read_to_end(&mut heard).await;
        heard
    });
    let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Garbled));
    assert!(loss.detail.starts_with("the peer does not speak TLS"), "{}", loss.detail);
    assert!(!String::from_utf8_lossy(&timeout(SOON, heard).await.unwrap().unwrap()).contains("strangers"));
}

#[tokio::test]
async fn a_service_that_speaks_tls_is_no_peer_of_a_request_without() {
    let (address, _heard) = listening(Authority::new("ours").usual()).await;
    let (opened, loss) = Driver::new().loss(endpoint(format!("http://{address}"), Tls::No, asking())).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Garbled));
    assert!(loss.detail.starts_with("the peer does not speak HTTP"), "{}", loss.detail);
}

#[tokio::test]
async fn a_service_that_closes_in_the_middle_of_tls_surely_was_told_nothing() {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        stream.read_exact(&mut [0; 100]).await.unwrap();
    });
    let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Broken));
}

#[tokio::test]
async fn nobody_listening_is_told_over_tls_as_without() {
    let (_holder, address) = closed_port();
    let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Refused));
    let (opened, loss) = Driver::new().loss(https("no-such-cloud.invalid", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::HostUnknown));
}

#[tokio::test]
async fn an_address_of_the_other_kind_is_not_followed() {
    let (socket, address) = socket().await;
    let kinds = [("https", Tls::No), ("http", Tls::Yes { ca_file: None })];
    for (scheme, tls) in kinds {
        let (opened, loss) = Driver::new().loss(endpoint(format!("{scheme}://{address}"), tls, asking())).await;
        assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::HostUnknown));
        assert!(loss.detail.contains("TLS"), "{}", loss.detail);
        assert!(timeout(SHORT, socket.accept()).await.is_err());
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_inside_tls_perhaps_came_of_the_request() {
    let authority = Authority::new("ours");
    for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"] {
        let (address, _heads) = answering_inside(authority.usual(), answer).await;
        let (opened, loss) = Driver::new().loss(https("127.0.0.1", address, authority.file())).await;
        assert_eq!((opened, loss.departure, loss.cause), (true, Departure::Perhaps, LossCause::Broken), "{answer}");
    }
}
