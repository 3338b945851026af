//! TLS over a connection to a peer, and what its errors say.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{AlertDescription, CertificateError, ClientConfig, Error};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use tokio::net::TcpStream;

use crate::protocols::driver::{CertificateFault, Loss, LossCause};

use super::connecting::{CLOSED, connect_to_any, standing_cause};
use super::events::surely_not;
use super::trust::client_config;

/// Connects to the host and sees that it is the one. The caller bounds the time.
pub(super) async fn connect(host: &str, port: u16, ca_file: Option<&Path>) -> Result<TlsStream<TcpStream>, Loss> {
    let config = trusting(ca_file).await?;
    secure(host, connect_to_any(host, port).await?, config).await
}

/// Sees that at the other end of the line is the host. The caller bounds the time.
pub(super) async fn secure(host: &str, stream: TcpStream, config: ClientConfig) -> Result<TlsStream<TcpStream>, Loss> {
    let name = name_of(host)?;
    let shaken = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    shaken.map_err(|error| {
        let (cause, detail) = fault(&error);
        surely_not(cause, detail)
    })
}

fn name_of(host: &str) -> Result<ServerName<'static>, Loss> {
    // the scope of an address is this machine's and stands in no certificate
    let name = host.split('%').next().unwrap_or(host).to_owned();
    ServerName::try_from(name).map_err(|error| surely_not(LossCause::HostUnknown, error.to_string()))
}

/// [`client_config`] off the threads of the runtime. The caller bounds the time.
pub(super) async fn trusting(ca_file: Option<&Path>) -> Result<ClientConfig, Loss> {
    let ca_file = ca_file.map(Path::to_owned);
    let made = tokio::task::spawn_blocking(move || client_config(ca_file.as_deref())).await;
    made.unwrap_or_else(|error| Err(surely_not(LossCause::Broken, error.to_string())))
}

/// Whether the error came of TLS, and not of the socket below.
pub(super) fn is_fault(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Error>()) || error.kind() == io::ErrorKind::UnexpectedEof
}

/// What an error says that came of a line, be it of TLS or of the socket below.
pub(super) fn fault(error: &io::Error) -> (LossCause, String) {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(error) => (cause_of(error), words_of(error)),
        // rustls says it of a line that ends without the farewell of TLS
        None if error.kind() == io::ErrorKind::UnexpectedEof => (LossCause::Broken, CLOSED.to_owned()),
        None => (standing_cause(error), error.to_string()),
    }
}

fn cause_of(error: &Error) -> LossCause {
    match error {
        Error::InvalidCertificate(error) => LossCause::Certificate(certificate_fault(error)),
        Error::NoCertificatesPresented => LossCause::Certificate(CertificateFault::Unusable),
        _ => LossCause::Garbled,
    }
}

fn certificate_fault(error: &CertificateError) -> CertificateFault {
    match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::OtherHost
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => CertificateFault::OutOfDate,
        // a bad signature is that of an authority which was made anew under its old name
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateFault::UnknownIssuer,
        _ => CertificateFault::Unusable,
    }
}

fn words_of(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => error.to_string(),
        Error::InvalidMessage(_) => format!("the peer does not speak TLS: {error}"),
        Error::AlertReceived(AlertDescription::UnrecognisedName) => "the peer knows no host of this name".to_owned(),
        _ => format!("TLS: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_certificate_and_one_for_another_use_are_unusable() {
        for error in [CertificateError::Revoked, CertificateError::InvalidPurpose, CertificateError::BadEncoding] {
            let cause = cause_of(&Error::InvalidCertificate(error));
            assert_eq!(cause, LossCause::Certificate(CertificateFault::Unusable));
        }
    }
}
