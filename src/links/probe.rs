//! Looks at a peer without speaking its protocol: whether a name has addresses, whether somebody listens, what speaks there,
//! and whom its certificate names. For the doctor; nothing that is said here means anything to a terminal.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::protocols::driver::{Loss, LossCause};

use super::connecting::{connect_to_any, not_connected_within};
use super::events::surely_not;
use super::{tls, trust};

/// How long a name, a connection or a TLS handshake may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How long somebody is listened to who may speak first.
const FIRST_WORDS: Duration = Duration::from_millis(500);
/// How long an answer to a plain request may take.
const ANSWER: Duration = Duration::from_secs(2);
/// What no terminal takes for a payment, and every web server answers.
const PLAIN_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: terminal\r\nConnection: close\r\n\r\n";
/// The part of an answer that is looked at, in bytes.
const BEGINNING: usize = 512;
/// The longest piece of it that is told, in characters.
const TOLD: usize = 80;

/// What speaks at a port that should have spoken a terminal's protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// Takes the connection and says nothing, whatever it is told.
    Silent,
    /// Ends the connection before or as soon as it is spoken to.
    HangsUp,
    /// With the first line of its answer.
    Web(String),
    Tls,
    Ssh,
    /// Something else, with the beginning of what it said.
    Stranger(String),
}

/// What a TLS server showed that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// When the first certificate of the chain ends, in seconds since 1970; `None` where none could be read.
    pub ends: Option<i64>,
}

/// Every address of a name, in the system's order and each once.
///
/// # Errors
/// [`LossCause::HostUnknown`], or [`LossCause::TimedOut`] where nobody answered who might know.
pub async fn addresses(host: &str) -> Result<Vec<IpAddr>, Loss> {
    let looked_up = timeout(WITHIN, tokio::net::lookup_host((host, 0))).await;
    let found = looked_up.map_err(|_| surely_not(LossCause::TimedOut, "no answer about the name"))?;
    let found = found.map_err(|error| surely_not(LossCause::HostUnknown, error.to_string()))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.map(|address| address.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(surely_not(LossCause::HostUnknown, "the name has no address"));
    }
    Ok(addresses)
}

/// Connects and hangs up. How long the connecting took.
///
/// # Errors
/// Why nobody could be connected to.
pub async fn knock(host: &str, port: u16) -> Result<Duration, Loss> {
    let began = Instant::now();
    let line = bounded(connect_to_any(host, port)).await?;
    let took = began.elapsed();
    drop(line);
    Ok(took)
}

/// What the peer is that did not speak the terminal's protocol.
///
/// # Errors
/// Why nobody could be connected to any more.
pub async fn speaker(host: &str, port: u16) -> Result<Speaker, Loss> {
    let mut line = bounded(connect_to_any(host, port)).await?;
    match heard(&mut line, FIRST_WORDS).await {
        Heard::Words(words) => return Ok(named(&words)),
        Heard::End => return Ok(Speaker::HangsUp),
        Heard::Nothing => {}
    }
    let answer = match line.write_all(PLAIN_REQUEST).await {
        Ok(()) => heard(&mut line, ANSWER).await,
        Err(_) => Heard::End,
    };
    drop(line);
    match answer {
        Heard::Words(words) => Ok(named(&words)),
        _ if speaks_tls(host, port).await => Ok(Speaker::Tls),
        Heard::End => Ok(Speaker::HangsUp),
        Heard::Nothing => Ok(Speaker::Silent),
    }
}

/// Whether a file of certificate authorities can be used.
///
/// # Errors
/// [`LossCause::CaFile`] where it cannot.
pub async fn authorities(ca_file: &Path) -> Result<(), Loss> {
    match tls::trusting(Some(ca_file)).await {
        Err(loss) if loss.cause == LossCause::CaFile => Err(loss),
        _ => Ok(()),
    }
}

/// Shakes hands with a TLS server as a terminal's line would, and says no word inside.
///
/// # Errors
/// As the line itself would be lost; [`LossCause::Garbled`] where no TLS is spoken.
pub async fn certificate(host: &str, port: u16, ca_file: Option<&Path>) -> Result<Shown, Loss> {
    let stream = bounded(tls::connect(host, port, ca_file)).await?;
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let ends = chain.iter().filter_map(|certificate| {
        let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
        Some(certificate.validity().not_after.timestamp())
    });
    Ok(Shown { ends: ends.min() })
}

async fn bounded<T>(connecting: impl Future<Output = Result<T, Loss>>) -> Result<T, Loss> {
    timeout(WITHIN, connecting).await.unwrap_or_else(|_| Err(not_connected_within(WITHIN)))
}

enum Heard {
    Words(Vec<u8>),
    End,
    Nothing,
}

async fn heard(line: &mut TcpStream, within: Duration) -> Heard {
    let mut beginning = vec![0; BEGINNING];
    match timeout(within, line.read(&mut beginning)).await {
        Err(_) => Heard::Nothing,
        Ok(Ok(0) | Err(_)) => Heard::End,
        Ok(Ok(length)) => {
            beginning.truncate(length);
            Heard::Words(beginning)
        }
    }
}

fn named(words: &[u8]) -> Speaker {
    match words {
        [b'H', b'T', b'T', b'P', b'/', ..] => Speaker::Web(first_line(words)),
        [0x15, 0x03, ..] => Speaker::Tls,
        [b'S', b'S', b'H', b'-', ..] => Speaker::Ssh,
        _ => Speaker::Stranger(first_line(words)),
    }
}

/// Printable, short, and of the first line only: the rest may be anything.
fn first_line(words: &[u8]) -> String {
    let text = String::from_utf8_lossy(words);
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(TOLD).collect()
}

/// Whether a greeting of TLS is answered in TLS. Nobody is trusted, so nothing more is said.
async fn speaks_tls(host: &str, port: u16) -> bool {
    let (Ok(config), Ok(line)) = (trust::nobody(), bounded(connect_to_any(host, port)).await) else { return false };
    let Ok(name) = ServerName::try_from(host.to_owned()) else { return false };
    match timeout(ANSWER, TlsConnector::from(Arc::new(config)).connect(name, line)).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => matches!(tls::fault(&error).0, LossCause::Certificate(_)),
        Err(_) => false,
    }
}

/// Whether the till could listen at this address now; the socket is closed again at once.
///
/// # Errors
/// The system's.
pub async fn could_listen(address: SocketAddr) -> std::io::Result<()> {
    tokio::net::TcpListener::bind(address).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_something_is_named_by_how_it_begins() {
        assert_eq!(named(b"HTTP/1.1 404 Not Found\r\nServer: x"), Speaker::Web("HTTP/1.1 404 Not Found".to_owned()));
        assert_eq!(named(b"\x15\x03\x03\x00\x02"), Speaker::Tls);
        assert_eq!(named(b"SSH-2.0-OpenSSH_9.7\r\n"), Speaker::Ssh);
        assert_eq!(named(b"220 \x07mail\r\n"), Speaker::Stranger("220 mail".to_owned()));
        let Speaker::Stranger(told) = named(&[b'a'; 500]) else { panic!() };
        assert_eq!(told.len(), TOLD);
    }
}
