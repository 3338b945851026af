//! WebSockets over TLS: whom the till trusts, and that it says nothing to anybody else.

use checkstand::protocols::driver::CertificateFault;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use super::certificates::*;
use super::*;

/// Where nothing but the handshake of TLS may be heard.
const UNTRUSTED: &str = "/pac?token=not-for-strangers";

fn secure(host: &str, address: SocketAddr, ca_file: Option<PathBuf>) -> Endpoint {
    let (path, query) = UNTRUSTED.split_once('?').unwrap();
    Endpoint::WebSocket {
        host: host.to_owned(),
        port: address.port(),
        target: Target::with_query(path, Secret::new(query)),
        tls: Tls::Yes { ca_file },
        connect_within: SOON,
        at_most: 1000,
        ping_every: None,
    }
}

fn impatient(mut endpoint: Endpoint) -> Endpoint {
    let Endpoint::WebSocket { connect_within, .. } = &mut endpoint else { panic!() };
    *connect_within = Duration::from_millis(300);
    endpoint
}

async fn echo(stream: Secured) {
    let mut socket = accept_async(stream).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() {
            socket.send(message).await.unwrap();
        }
    }
}

/// What becomes of a line to this server, which must hear nothing of it.
async fn refused(acceptor: tokio_rustls::TlsAcceptor, ca_file: Option<PathBuf>) -> Loss {
    let (address, heard) = listening(acceptor).await;
    let (opened, loss) = Driver::new().loss(secure("127.0.0.1", address, ca_file)).await;
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
async fn text_goes_both_ways_over_either_version_to_a_name_and_to_an_address() {
    let authority = Authority::new("ours");
    for version in EVERY_VERSION {
        for host in ["localhost", "127.0.0.1"] {
            let acceptor = authority.acceptor(&["localhost", "127.0.0.1"], VALID, &[version]);
            let (named, name) = tokio::sync::oneshot::channel();
            let address = secured(acceptor, move |stream| async move {
                let session = stream.get_ref().1;
                named.send((session.protocol_version(), session.server_name().map(str::to_owned))).unwrap();
                echo(stream).await;
            })
            .await;
            let mut driver = Driver::new();
            driver.open(PAYMENT, secure(host, address, authority.file()));
            assert_eq!(driver.event().await, LinkEvent::Opened);
            driver.send(PAYMENT, "{\"a\":\"ö\"}".as_bytes());
            assert_eq!(driver.message().await, "{\"a\":\"ö\"}".as_bytes());
            // addresses are not told as names
            let told = (host == "localhost").then(|| host.to_owned());
            assert_eq!(name.await.unwrap(), (Some(version.version), told));
        }
    }
}

#[tokio::test]
async fn a_message_of_many_records_arrives_whole() {
    let authority = Authority::new("ours");
    let address = secured(authority.usual(), |stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        let length = socket.next().await.unwrap().unwrap().len();
        socket.send(Message::text(length.to_string())).await.unwrap();
        let _ = socket.next().await;
    })
    .await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, secure("127.0.0.1", address, authority.file()));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.send(PAYMENT, &vec![b'x'; 3_000_000]);
    assert_eq!(driver.message().await, b"3000000");
}

#[tokio::test]
async fn closing_sends_what_waits_and_takes_leave_over_tls_too() {
    let authority = Authority::new("ours");
    let (sender, mut heard) = mpsc::channel(4);
    let address = secured(authority.usual(), |stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            sender.send(message).await.unwrap();
        }
    })
    .await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, secure("127.0.0.1", address, authority.file()));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.send(PAYMENT, b"last");
    driver.links.act(PAYMENT, LinkAction::Close);
    assert_eq!(timeout(SOON, heard.recv()).await.unwrap(), Some(Message::text("last")));
    assert!(timeout(SOON, heard.recv()).await.unwrap().unwrap().is_close());
    assert_eq!(timeout(SOON, heard.recv()).await.unwrap(), None);
    assert!(driver.hears_nothing_more().await);
}

#[tokio::test]
async fn a_line_of_tls_that_is_given_up_breaks_at_once() {
    let authority = Authority::new("ours");
    let (sender, mut heard) = mpsc::channel(4);
    let address = secured(authority.usual(), |stream| async move {
        let mut socket = accept_async(stream).await.unwrap();
        let end = socket.next().await.unwrap().map_err(|error| error.to_string());
        sender.send(end).await.unwrap();
    })
    .await;
    let mut driver = Driver::new();
    driver.open(PAYMENT, secure("127.0.0.1", address, authority.file()));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.links.act(PAYMENT, LinkAction::Abandon);
    let end = timeout(SOON, heard.recv()).await.unwrap().unwrap();
    assert!(end.unwrap_err().contains("reset"));
}

#[tokio::test]
async fn a_half_open_line_over_tls_is_noticed_by_pings() {
    let authority = Authority::new("ours");
    let (kept, mut keeper) = mpsc::channel(1);
    let address = secured(authority.usual(), |stream| async move {
        // never read again
        kept.send(accept_async(stream).await.unwrap()).await.unwrap();
    })
    .await;
    let mut endpoint = secure("127.0.0.1", address, authority.file());
    let Endpoint::WebSocket { ping_every, .. } = &mut endpoint else { panic!() };
    *ping_every = Some(SHORT);
    let (opened, loss) = Driver::new().loss(endpoint).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::SurelyNot, LossCause::TimedOut));
    assert!(keeper.try_recv().is_ok());
}

#[tokio::test]
async fn a_peer_that_vanishes_without_a_farewell_breaks_the_line() {
    let authority = Authority::new("ours");
    let address = secured(authority.usual(), |stream| async move {
        let socket = accept_async(stream).await.unwrap();
        drop(socket);
    })
    .await;
    let (opened, loss) = Driver::new().loss(secure("127.0.0.1", address, authority.file())).await;
    assert_eq!((opened, loss.departure, loss.cause), (true, Departure::SurelyNot, LossCause::Broken));
    assert_eq!(loss.detail, "the peer closed the line");
}

#[tokio::test]
async fn the_certificate_of_another_host_is_not_trusted() {
    let authority = Authority::new("ours");
    for hosts in [&["pay.example"][..], &["127.0.0.2"], &[]] {
        let acceptor = authority.acceptor(hosts, VALID, EVERY_VERSION);
        assert_eq!(fault(acceptor, authority.file()).await, CertificateFault::OtherHost, "{hosts:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_not_trusted() {
    let authority = Authority::new("ours");
    let expired = authority.acceptor(&["127.0.0.1"], (2019, 2020), EVERY_VERSION);
    assert_eq!(fault(expired, authority.file()).await, CertificateFault::OutOfDate);
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_yet_is_not_trusted() {
    let authority = Authority::new("ours");
    let early = authority.acceptor(&["127.0.0.1"], (2090, 2099), EVERY_VERSION);
    assert_eq!(fault(early, authority.file()).await, CertificateFault::OutOfDate);
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_not_trusted() {
    assert_eq!(fault(self_signed(), None).await, CertificateFault::UnknownIssuer);
}

#[tokio::test]
async fn a_certificate_of_a_private_authority_is_not_trusted_without_its_file() {
    assert_eq!(fault(Authority::new("ours").usual(), None).await, CertificateFault::UnknownIssuer);
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_not_trusted_even_under_the_same_name() {
    for name in ["another", "ours"] {
        let ours = Authority::new("ours");
        assert_eq!(fault(Authority::new(name).usual(), ours.file()).await, CertificateFault::UnknownIssuer, "{name}");
    }
}

#[tokio::test]
async fn the_old_version_with_a_wrong_certificate_is_not_trusted_either() {
    let authority = Authority::new("ours");
    let acceptor = authority.acceptor(&["pay.example"], VALID, &[&rustls::version::TLS12]);
    assert_eq!(fault(acceptor, authority.file()).await, CertificateFault::OtherHost);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let (_mute, address) = socket().await;
    let (opened, loss) = Driver::new().loss(impatient(secure("127.0.0.1", address, None))).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
}

#[tokio::test]
async fn a_server_that_says_nothing_inside_tls_is_given_up_in_time() {
    let authority = Authority::new("ours");
    let (address, heard) = listening(authority.usual()).await;
    let (opened, loss) = Driver::new().loss(impatient(secure("127.0.0.1", address, authority.file()))).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::TimedOut));
    let heard = String::from_utf8(timeout(SOON, heard).await.unwrap().unwrap()).unwrap();
    assert!(heard.starts_with(&format!("GET {UNTRUSTED} HTTP/1.1\r\n")), "{heard}");
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
    let (opened, loss) = Driver::new().loss(secure("127.0.0.1", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Garbled));
    assert!(loss.detail.starts_with("the peer does not speak TLS"), "{}", loss.detail);
    let heard = timeout(SOON, heard).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&heard).contains("token"));
}

#[tokio::test]
async fn a_server_that_speaks_tls_is_no_peer_of_a_line_without() {
    let (address, heard) = listening(Authority::new("ours").usual()).await;
    let mut endpoint = secure("127.0.0.1", address, None);
    let Endpoint::WebSocket { tls, .. } = &mut endpoint else { panic!() };
    *tls = Tls::No;
    let (opened, loss) = Driver::new().loss(endpoint).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Garbled));
    assert_eq!(loss.detail, "TLS answers");
    assert_eq!(timeout(SOON, heard).await.unwrap().unwrap(), b"");
}

#[tokio::test]
async fn a_server_that_closes_in_the_middle_of_tls_breaks_the_line() {
    let (socket, address) = socket().await;
    tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        stream.read_exact(&mut [0; 100]).await.unwrap();
    });
    let (opened, loss) = Driver::new().loss(secure("127.0.0.1", address, None)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Broken));
}

/// Nobody is even connected to where the authority cannot be read.
async fn unusable(ca_file: PathBuf) -> String {
    let (socket, address) = socket().await;
    let (opened, loss) = Driver::new().loss(secure("127.0.0.1", address, Some(ca_file))).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::CaFile));
    assert!(timeout(SHORT, socket.accept()).await.is_err());
    loss.detail
}

#[tokio::test]
async fn an_authority_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert!(unusable(folder.path().join("none.pem")).await.contains("none.pem"));
    assert!(unusable(folder.path().to_owned()).await.contains("not a file"));
}

#[tokio::test]
async fn an_empty_authority_is_told() {
    assert!(unusable(file_with(b"").path().to_owned()).await.contains("no certificate"));
}

#[tokio::test]
async fn an_authority_that_is_garbage_is_told() {
    let broken = b"-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n";
    let key = b"-----BEGIN PRIVATE KEY-----\nZ2FyYmFnZQ==\n-----END PRIVATE KEY-----\n";
    let endless = vec![b'\n'; 2 * 1024 * 1024];
    for bytes in [&broken[..], b"-----BEGIN CERTIFICATE-----\n!", b"\xff\xfegarbage", key, &endless] {
        unusable(file_with(bytes).path().to_owned()).await;
    }
}

#[tokio::test]
async fn one_of_several_authorities_is_enough_and_the_path_may_be_relative() {
    let (other, ours) = (Authority::new("other"), Authority::new("ours"));
    let file = file_with(format!("# two of them\n{}\n{}", other.pem(), ours.pem()).as_bytes());
    let up: PathBuf = std::env::current_dir().unwrap().components().skip(1).map(|_| "..").collect();
    let relative = up.join(file.path().strip_prefix("/").unwrap());
    assert!(relative.is_relative());
    for path in [file.path().to_owned(), relative] {
        let address = secured(ours.usual(), echo).await;
        let mut driver = Driver::new();
        driver.open(PAYMENT, secure("127.0.0.1", address, Some(path)));
        assert_eq!(driver.event().await, LinkEvent::Opened);
    }
}

/// Says to a test that runs in a process of its own where to call.
const CALL: &str = "CHECKSTAND_TEST_CALL";

/// The system's list is read from the environment, which only another process can have for itself.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_authority_of_the_system_is_trusted_without_a_file() {
    let authority = Authority::new("ours");
    let address = secured(authority.usual(), echo).await;
    let mut other = std::process::Command::new(std::env::current_exe().unwrap());
    other.args(["--exact", "tls::calls_whom_the_system_trusts", "--ignored"]);
    other.env("SSL_CERT_FILE", authority.file().unwrap()).env_remove("SSL_CERT_DIR").env(CALL, address.to_string());
    let ended = tokio::task::spawn_blocking(move || other.output()).await.unwrap().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

#[tokio::test]
#[ignore = "the other half of a test, in a process of its own"]
async fn calls_whom_the_system_trusts() {
    let address = std::env::var(CALL).unwrap().parse().unwrap();
    let mut driver = Driver::new();
    driver.open(PAYMENT, secure("localhost", address, None));
    assert_eq!(driver.event().await, LinkEvent::Opened);
    driver.send(PAYMENT, b"there?");
    assert_eq!(driver.message().await, b"there?");
}
