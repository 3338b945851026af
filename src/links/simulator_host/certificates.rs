//! The certificates with which a simulator's doors speak TLS: a certificate authority of its own, made anew each time.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Clocks that are behind, and systems that take no certificate for longer than 825 days, shall take it.
const VALID: (Duration, Duration) = (DAY, DAY.saturating_mul(365));

/// What a door needs to speak TLS, and what its client needs to trust it.
pub(super) struct OwnCertificates {
    pub(super) acceptor: TlsAcceptor,
    /// The authority's certificate. Its key is forgotten once the doors have theirs.
    pub(super) authority_pem: String,
}

impl OwnCertificates {
    /// For this machine by its usual names, and for the address it listens on.
    pub(super) fn made_for(listen: IpAddr) -> io::Result<OwnCertificates> {
        let authority = authority().map_err(io::Error::other)?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = leaf(listen).and_then(|leaf| leaf.signed_by(&key, &authority)).map_err(io::Error::other)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key))
            .map_err(io::Error::other)?;
        Ok(OwnCertificates { acceptor: TlsAcceptor::from(Arc::new(config)), authority_pem: authority.pem() })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    // a name of its own, so that the authority of an earlier run is not taken for this one
    let name = format!("Checkstand simulator {}", Uuid::new_v4());
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    now(&mut params);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(listen: IpAddr) -> Result<CertificateParams, rcgen::Error> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), listen.to_string()];
    names.sort();
    names.dedup();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Checkstand simulator");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    now(&mut params);
    Ok(params)
}

fn now(params: &mut CertificateParams) {
    let now = SystemTime::now();
    params.not_before = (now - VALID.0).into();
    params.not_after = (now + VALID.1).into();
}
