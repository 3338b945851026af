//! Whom a till of Connect's trusts: without the right certificate not a word of the payment, and not the key, is said.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::harness::{Brand, Shop};

/// Calls of a `terminal test` and of a sale.
const CALLS: usize = 2;

/// A server of TLS that hears what it is told, and an authority whose certificate the till gets.
pub struct Server {
    pub port: u16,
    pub authority: String,
    /// What was said to it inside of TLS.
    pub heard: JoinHandle<Vec<u8>>,
}

impl Server {
    pub fn new(host: &str, (from, to): (i32, i32)) -> Server {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap().der().clone();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let heard = std::thread::spawn(move || heard_inside(&socket, &Arc::new(config)));
        Server { port, authority: issuer.pem(), heard }
    }
}

fn heard_inside(socket: &TcpListener, config: &Arc<ServerConfig>) -> Vec<u8> {
    let mut heard = Vec::new();
    for _ in 0..CALLS {
        let (stream, _) = socket.accept().unwrap();
        let mut line = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
        let _ = line.read_to_end(&mut heard);
    }
    heard
}

/// `terminal test` says so with this code, and a sale is not begun.
#[track_caller]
fn is_not_trusted(shop: &Shop, code: &str, status: i32) -> String {
    let tested = shop.json(&["terminal", "test", "front"]);
    assert_eq!(tested.ended_with(status).refusal(), code);
    let sale = shop.json(&["sale", "100.00"]);
    assert_eq!(sale.ended_with(12).outcome()["outcome"], "not_charged");
    assert!(sale.events_of("reference").is_empty());
    tested.event("error")["message"].as_str().unwrap().to_owned()
}

fn reaches(shop: &Shop, url: &str, ca_file: &Path) {
    let (url, ca_file) = (format!("url={url}"), format!("ca_file={}", ca_file.display()));
    let arguments = ["terminal", "add", "front", "--protocol", "connect", "--set", &url, "--set", &ca_file];
    shop.run(&arguments).ended_with(0);
}

#[test]
fn a_certificate_that_is_not_right_keeps_the_till_away_with_a_text_of_its_own() {
    let shop = Shop::with_brand(Brand::Connect, "tls", &[]);
    shop.json(&["sale", "10.00"]).ended_with(0);
    let mut told = vec![is_told(Server::new("pay.example", (2020, 2099)), "certificate-other-host", 2)];
    told.push(is_told(Server::new("localhost", (2020, 2021)), "certificate-out-of-date", 1));
    let mistrustful = Shop::with_brand(Brand::Connect, "tls", &["ca_file="]);
    told.push(is_not_trusted(&mistrustful, "certificate-unknown-issuer", 2));
    assert!(mistrustful.ledger().is_empty());
    let another = Shop::with_brand(Brand::Connect, "tls", &[]);
    let pem = another.path().join("other.pem");
    std::fs::write(&pem, Server::authority_of_nobody()).unwrap();
    reaches(&another, &format!("wss://localhost:{}", another.simulator().ports[1]), &pem);
    is_not_trusted(&another, "certificate-unknown-issuer", 2);
    reaches(&another, "wss://localhost:1", &another.path().join("gone.pem"));
    told.push(is_not_trusted(&another, "ca-file", 2));
    let distinct: std::collections::BTreeSet<&String> = told.iter().collect();
    assert_eq!(distinct.len(), told.len(), "{told:#?}");
}

impl Server {
    pub fn authority_of_nobody() -> String {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap().pem()
    }
}

fn is_told(server: Server, code: &str, status: i32) -> String {
    let shop = Shop::with_brand(Brand::Connect, "tls", &[]);
    let pem = shop.path().join("server.pem");
    std::fs::write(&pem, &server.authority).unwrap();
    reaches(&shop, &format!("wss://localhost:{}", server.port), &pem);
    let told = is_not_trusted(&shop, code, status);
    assert!(server.heard.join().unwrap().is_empty(), "something was said to it");
    told
}

/// The icon starts the till in another folder than the installer was in.
#[test]
fn a_relative_file_of_authorities_means_the_same_file_wherever_the_till_is_started() {
    let shop = Shop::with_brand(Brand::Connect, "tls", &[]);
    let mut adding = shop.command(&["terminal", "add", "front", "--protocol", "connect", "--set", "ca_file=ca.pem"]);
    super::harness::Program::start(adding.current_dir(shop.path()), "").end().ended_with(0);
    let mut selling = shop.command(&["sale", "10.00", "--json"]);
    super::harness::Program::start(selling.current_dir("/"), "").end().ended_with(0);
    let shown = shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal");
    let kept = shown["ca_file"].as_str().or(shown["fields"]["ca_file"].as_str()).unwrap().to_owned();
    assert!(Path::new(&kept).is_absolute() && kept.ends_with("ca.pem"), "{kept}");
}
