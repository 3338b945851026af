//! Certificates and servers of TLS, made by the test.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::*;

pub const EVERY_VERSION: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];
/// Years between which a certificate is valid.
pub const VALID: (i32, i32) = (2020, 2099);

pub type Secured = TlsStream<TcpStream>;

/// A certificate authority and the file with its certificate.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: tempfile::NamedTempFile,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = file_with(issuer.pem().as_bytes());
        Authority { issuer, file }
    }

    pub fn file(&self) -> Option<PathBuf> {
        Some(self.file.path().to_owned())
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server's certificate for these hosts.
    pub fn acceptor(
        &self,
        hosts: &[&str],
        valid: (i32, i32),
        versions: &[&'static SupportedProtocolVersion],
    ) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params(hosts, valid).signed_by(&key, &self.issuer).unwrap();
        acceptor(certificate.der().clone(), &key, versions)
    }

    pub fn usual(&self) -> TlsAcceptor {
        self.acceptor(&["127.0.0.1", "localhost"], VALID, EVERY_VERSION)
    }
}

pub fn self_signed() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params(&["127.0.0.1"], VALID).self_signed(&key).unwrap();
    acceptor(certificate.der().clone(), &key, EVERY_VERSION)
}

pub fn file_with(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn params(hosts: &[&str], (from, to): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

fn acceptor(
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server that does as it likes once TLS stands.
pub async fn secured<F>(acceptor: TlsAcceptor, serve: impl FnOnce(Secured) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, address) = socket().await;
    tokio::spawn(async move { serve(acceptor.accept(socket.accept().await.unwrap().0).await.unwrap()).await });
    address
}

/// A server that tells, once its client has gone, what it heard inside TLS.
pub async fn listening(acceptor: TlsAcceptor) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let (socket, address) = socket().await;
    (address, tokio::spawn(heard_inside(acceptor, socket)))
}

async fn heard_inside(acceptor: TlsAcceptor, socket: TcpListener) -> Vec<u8> {
    let (stream, _) = socket.accept().await.unwrap();
    let mut heard = Vec::new();
    if let Ok(mut stream) = acceptor.accept(stream).await {
        let _ = stream.read_to_end(&mut heard).await;
    }
    heard
}
