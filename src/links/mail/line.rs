//! A line to a mail server on which TLS stands.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::super::connecting::{connect_to_any, not_connected_within};
use super::super::tls::{secure, trusting};
use super::fault::legible;
use super::{MailFault, MailLine, MailServer, STEP_WITHIN};

/// The longest answer in clear, in bytes.
const CLEAR_AT_MOST: usize = 8 * 1024;
/// After STARTTLS no server greets a second time; whoever speaks next expects that one does.
const GREETING: &[u8] = b"220 TLS\r\n";

/// Connects, and sees that it is the server.
///
/// # Errors
/// The network's, or what is wrong with the server's TLS. Nothing but `EHLO` and `STARTTLS` has been said then.
pub async fn secured(server: &MailServer) -> Result<Line, MailFault> {
    let mut config = within(trusting(server.ca_file.as_deref())).await?.map_err(MailFault::of_loss)?;
    // It is no HTTP that is spoken.
    config.alpn_protocols.clear();
    let connected = timeout(STEP_WITHIN, connect_to_any(&server.host, server.port)).await;
    let connected = connected.unwrap_or_else(|_| Err(not_connected_within(STEP_WITHIN)));
    let mut stream = connected.map_err(|loss| MailFault::Unreachable(loss.detail))?;
    let greeting = match server.line {
        MailLine::Tls => &[][..],
        MailLine::StartTls => {
            ask_for_tls(&mut stream).await?;
            GREETING
        }
    };
    let stream = within(secure(&server.host, stream, config)).await?.map_err(MailFault::of_loss)?;
    Ok(Line { greeting, stream })
}

pub async fn within<T>(step: impl Future<Output = T>) -> Result<T, MailFault> {
    timeout(STEP_WITHIN, step).await.map_err(|_| MailFault::Silent)
}

/// What is said in clear, to whoever it is.
async fn ask_for_tls(stream: &mut TcpStream) -> Result<(), MailFault> {
    expect(&answer(stream).await?, "220")?;
    let offers = told(stream, b"EHLO [127.0.0.1]\r\n").await?;
    expect(&offers, "250")?;
    let has_tls =
        offers.lines().any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS")));
    if !has_tls {
        return Err(MailFault::NoTls);
    }
    match told(stream, b"STARTTLS\r\n").await?.starts_with("220") {
        true => Ok(()),
        false => Err(MailFault::NoTls),
    }
}

fn expect(answer: &str, code: &str) -> Result<(), MailFault> {
    if answer.starts_with(code) { Ok(()) } else { Err(MailFault::Refused(legible(answer, &[]))) }
}

async fn told(stream: &mut TcpStream, command: &[u8]) -> Result<String, MailFault> {
    within(stream.write_all(command)).await?.map_err(|error| broken(&error))?;
    answer(stream).await
}

/// Byte by byte: what comes behind the answer belongs to TLS, and is no answer to anything.
async fn answer(stream: &mut TcpStream) -> Result<String, MailFault> {
    let read = async {
        let mut bytes = Vec::new();
        let mut line = 0;
        while bytes.len() < CLEAR_AT_MOST {
            bytes.push(stream.read_u8().await?);
            if bytes.ends_with(b"\n") {
                if bytes.get(line + 3) != Some(&b'-') {
                    return Ok(String::from_utf8_lossy(&bytes).into_owned());
                }
                line = bytes.len();
            }
        }
        Err(io::Error::from(io::ErrorKind::InvalidData))
    };
    within(read).await?.map_err(|error| broken(&error))
}

fn broken(error: &io::Error) -> MailFault {
    MailFault::Broken(legible(&error.to_string(), &[]))
}

/// The line, and what is read from it first.
pub struct Line {
    greeting: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl fmt::Debug for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Line")
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, to);
        }
        let (now, later) = self.greeting.split_at(to.remaining().min(self.greeting.len()));
        to.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
