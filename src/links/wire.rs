//! What carries bytes to and from a peer: a socket, or TLS over one.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, client, server};

pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {
    /// The socket at the bottom, for its settings.
    fn socket(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Wire for client::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Wire for server::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// A connection to a server of ours, over TLS where it speaks that. The caller bounds the time.
///
/// # Errors
/// Whenever TLS does not come to stand.
pub(super) async fn accepted(stream: TcpStream, tls: Option<&TlsAcceptor>) -> io::Result<Box<dyn Wire>> {
    match tls {
        Some(tls) => Ok(Box::new(tls.accept(stream).await?)),
        None => Ok(Box::new(stream)),
    }
}
