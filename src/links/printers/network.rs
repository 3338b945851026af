//! A receipt printer in the network: bytes over TCP, to one till at a time.

use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::protocols::driver::LossCause;

use super::super::connecting::connect_to_any;
use super::fault::{PrinterFault, Unreachability};
use super::habits::PrinterHabits;
use super::status::{Ask, WHEN_DONE, is_done, is_status};
use super::{Document, PrinterLink, PrinterWork, USUAL_PORT};

const CONNECTED_WITHIN: Duration = Duration::from_secs(3);
/// A printer that does not answer by then knows no such question, and is believed to be fine.
const ANSWERED_WITHIN: Duration = Duration::from_millis(800);
/// So long another till may hold it.
const FREE_WITHIN: Duration = Duration::from_secs(10);
const TRIED_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// For all bytes of a document; a printer that is slow takes them slowly.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);
/// From the last byte until the printer says that it has worked it off.
const DONE_WITHIN: Duration = Duration::from_secs(15);
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// A printer whose paper has come to its end may have printed all before; what it then says of that is on its way.
const SAID_WITHIN: Duration = Duration::from_secs(3);
/// For the end of the line in good order.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

pub(super) struct NetworkPrinter {
    host: String,
    port: u16,
    habits: Arc<PrinterHabits>,
}

/// A line on which the printer was asked how it is.
struct Line {
    stream: TcpStream,
    answers: bool,
}

impl NetworkPrinter {
    pub(super) fn new(address: &str, habits: Arc<PrinterHabits>) -> NetworkPrinter {
        let (host, port) = host_and_port(address.trim());
        NetworkPrinter { host, port, habits }
    }

    /// A line to a printer that can print; one that another till holds is waited for.
    async fn line(&self) -> Result<Line, PrinterFault> {
        let until = Instant::now() + FREE_WITHIN;
        loop {
            match self.try_line().await {
                Err(fault) if may_be_held(&fault) && Instant::now() + TRIED_AGAIN_AFTER < until => {
                    sleep(TRIED_AGAIN_AFTER).await;
                }
                end => return end,
            }
        }
    }

    async fn try_line(&self) -> Result<Line, PrinterFault> {
        let unreachable = |why, detail: String| PrinterFault::Unreachable { why, detail };
        let connected = timeout(CONNECTED_WITHIN, connect_to_any(&self.host, self.port)).await;
        let connected = connected.map_err(|_| unreachable(Unreachability::NoAnswer, self.shown()))?;
        let mut stream = connected.map_err(|loss| match loss.cause {
            LossCause::Refused => unreachable(Unreachability::Refused, self.shown()),
            LossCause::HostUnknown => unreachable(Unreachability::NameUnknown, self.host.clone()),
            _ => unreachable(Unreachability::NoAnswer, format!("{}: {}", self.shown(), loss.detail)),
        })?;
        // What was sent has to arrive although the till hangs up.
        let _ = SockRef::from(&stream).set_linger(None);
        let answers = state(&mut stream).await?;
        Ok(Line { stream, answers })
    }

    /// Waits until it has printed what was sent, where it is one that says so.
    async fn ended(&self, stream: &mut TcpStream) -> Result<(), PrinterFault> {
        if self.habits.never_says_done(&self.shown()) {
            // All that is left is to see that nothing has happened.
            return match state(stream).await {
                Ok(true) => Ok(()),
                // It answered before the slip: it may have been switched off, with the slip in it.
                Ok(false) => Err(interrupted("no answer")),
                Err(fault) => Err(interrupted(fault.code())),
            };
        }
        let mut says_something = false;
        match timeout(DONE_WITHIN, done(stream, &mut says_something)).await {
            Ok(end) => end,
            // It may have been switched off, with the slip in it.
            Err(_) if !says_something => Err(interrupted("no answer")),
            Err(_) => {
                self.habits.did_not_say_done(self.shown());
                Ok(())
            }
        }
    }

    fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl PrinterLink for NetworkPrinter {
    fn print(&self, document: Document) -> PrinterWork<'_, ()> {
        Box::pin(async move {
            let mut line = self.line().await?;
            let written = timeout(TAKEN_WITHIN, line.stream.write_all(&document.bytes)).await;
            written.map_err(|_| interrupted("the printer takes no more"))?.map_err(|error| interrupted(&error))?;
            if line.answers {
                self.ended(&mut line.stream).await?;
            }
            hang_up(line.stream).await;
            Ok(())
        })
    }

    fn ask(&self) -> PrinterWork<'_, bool> {
        Box::pin(async move {
            let line = self.line().await?;
            hang_up(line.stream).await;
            Ok(line.answers)
        })
    }
}

/// Printers that let in one till refuse the next, or let it in and hang up.
fn may_be_held(fault: &PrinterFault) -> bool {
    matches!(fault, PrinterFault::Busy | PrinterFault::Unreachable { why: Unreachability::Refused, .. })
}

/// Whether it answers at all; what is wrong with it is the error.
async fn state(stream: &mut TcpStream) -> Result<bool, PrinterFault> {
    let until = Instant::now() + ANSWERED_WITHIN;
    let mut answers = false;
    for ask in Ask::ALL {
        stream.write_all(&ask.bytes()).await.map_err(|_| PrinterFault::Busy)?;
        match timeout_at(until, next_status(stream)).await {
            Err(_) => break,
            Ok(None) => return Err(PrinterFault::Busy),
            Ok(Some(answer)) => {
                answers = true;
                ask.fault(answer).map_or(Ok(()), Err)?;
            }
        }
    }
    Ok(answers)
}

/// `None` when the printer has hung up.
async fn next_status(stream: &mut TcpStream) -> Option<u8> {
    loop {
        match stream.read_u8().await {
            Ok(byte) if is_status(byte) => return Some(byte),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

/// Waits until the printer has worked off what was sent. Whoever waits gives up at some time.
async fn done(stream: &mut TcpStream, says_something: &mut bool) -> Result<(), PrinterFault> {
    let lost = |error: std::io::Error| interrupted(&error);
    stream.write_all(&WHEN_DONE).await.map_err(lost)?;
    let mut asked = [Ask::Paper, Ask::Cause].into_iter().cycle();
    let mut waiting_for = None;
    loop {
        match timeout(ASKED_AGAIN_AFTER, stream.read_u8()).await {
            Ok(Err(error)) => return Err(interrupted(&error)),
            Ok(Ok(byte)) if is_done(byte) => return Ok(()),
            Ok(Ok(byte)) if is_status(byte) => {
                *says_something = true;
                let fault = waiting_for.take().and_then(|ask: Ask| ask.fault(byte));
                if let Some(fault) = fault {
                    let is_done = timeout(SAID_WITHIN, says_done(stream)).await.unwrap_or(false);
                    return if is_done { Ok(()) } else { Err(interrupted(fault.code())) };
                }
            }
            Ok(Ok(_)) => {}
            Err(_) => {
                let ask = asked.next().unwrap_or(Ask::Paper);
                stream.write_all(&ask.bytes()).await.map_err(lost)?;
                waiting_for = Some(ask);
            }
        }
    }
}

/// `false` when the printer has hung up.
async fn says_done(stream: &mut TcpStream) -> bool {
    loop {
        match stream.read_u8().await {
            Ok(byte) if is_done(byte) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Takes leave, and waits until the printer has seen it.
async fn hang_up(mut stream: TcpStream) {
    let end = async {
        let _ = stream.shutdown().await;
        let mut rest = [0; 64];
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    };
    let _ = timeout(CLOSED_WITHIN, end).await;
}

fn interrupted(what: impl ToString) -> PrinterFault {
    PrinterFault::Interrupted(what.to_string())
}

/// `host`, `host:port`, `::1`, `[::1]:9100`.
fn host_and_port(address: &str) -> (String, u16) {
    if let Some((host, rest)) = address.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        let port = rest.strip_prefix(':').and_then(|port| port.parse().ok());
        return (host.to_owned(), port.unwrap_or(USUAL_PORT));
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host.to_owned(), port.parse().unwrap_or(USUAL_PORT)),
        _ => (address.to_owned(), USUAL_PORT),
    }
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
