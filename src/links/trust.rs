//! Whom a TLS line of ours trusts. The only place that makes a configuration for one.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::protocols::driver::{CertificateFault, Loss, LossCause};

use super::events::surely_not;

/// The largest file of certificate authorities, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// TLS 1.2 and 1.3, for servers whose certificate is signed by somebody the system trusts, or by one of `ca_file`.
///
/// Reads files and takes milliseconds, so it is not for the threads of the runtime. Made anew for each line: what the
/// system or the file says now is what counts.
///
/// # Errors
/// [`LossCause::CaFile`] when the file cannot be read or holds anything but certificates, and
/// [`CertificateFault::UnknownIssuer`] when there is nobody at all to trust.
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, Loss> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(ca_file, provider.clone())?;
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = config
        .map_err(nobody_to_trust)?
        // the library's word for any verifier but its own; this one is the system's and checks everything
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// For clients that want a configuration although their line has no TLS: no peer at all is trusted.
///
/// # Errors
/// None in practice: the provider is able to do what TLS needs.
pub(super) fn nobody() -> Result<ClientConfig, Loss> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(nobody_to_trust)?;
    Ok(config.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn verifier(ca_file: Option<&Path>, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Loss> {
    let authorities = ca_file.map(authorities_of).transpose()?.unwrap_or_default();
    let verifier = Verifier::new_with_extra_roots(authorities, provider).map_err(nobody_to_trust)?;
    Ok(Arc::new(verifier))
}

fn nobody_to_trust(error: rustls::Error) -> Loss {
    surely_not(LossCause::Certificate(CertificateFault::UnknownIssuer), error.to_string())
}

fn authorities_of(file: &Path) -> Result<Vec<CertificateDer<'static>>, Loss> {
    let unusable = |problem: String| surely_not(LossCause::CaFile, format!("{}: {problem}", file.display()));
    let pem = contents(file).map_err(|error| unusable(error.to_string()))?;
    let authorities: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let authorities = authorities.map_err(|error| unusable(error.to_string()))?;
    if authorities.is_empty() {
        return Err(unusable("no certificate in it".to_owned()));
    }
    let mut usable = RootCertStore::empty();
    for authority in &authorities {
        usable.add(authority.clone()).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(authorities)
}

fn contents(file: &Path) -> std::io::Result<Vec<u8>> {
    // opening what is no file, a pipe for example, may wait for ever
    if !std::fs::metadata(file)?.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    let mut pem = Vec::new();
    if File::open(file)?.take(LARGEST_FILE + 1).read_to_end(&mut pem)? as u64 > LARGEST_FILE {
        return Err(std::io::ErrorKind::FileTooLarge.into());
    }
    Ok(pem)
}
