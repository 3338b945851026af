//! A wire between two programs, which tells the watch every step of what it carries: an HTTP exchange per connection, or
//! bytes both ways.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::stream;
use super::watch::{Moment, Watch};

/// No connection outlives this, whatever happens at its ends.
const AT_MOST: Duration = Duration::from_secs(90);

/// What goes over a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// One exchange per connection, begun by the till.
    ExchangeOfTill,
    /// The same, begun by the terminal.
    ExchangeOfTerminal,
    Stream,
}

/// Listens on a port of the system's choice and passes everything on to one address. Dropping it closes the port.
pub struct Relay {
    pub port: u16,
    closing: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Relay {
    pub fn start(carries: Carries, to: u16, watch: &Arc<Watch>) -> Relay {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing = Arc::new(AtomicBool::new(false));
        let (told, watch) = (closing.clone(), watch.clone());
        let wire = Wire { to: SocketAddr::from((Ipv4Addr::LOCALHOST, to)), carries };
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let watch = watch.clone();
                std::thread::spawn(move || wire.carry(stream, &watch));
            }
        });
        Relay { port, closing, accepting: Some(accepting) }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // A caller is what the accepting thread waits for.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

#[derive(Clone, Copy)]
struct Wire {
    to: SocketAddr,
    carries: Carries,
}

impl Wire {
    /// One connection. Whatever is under way when it ends early is lost, and the caller sees a broken line.
    fn carry(self, caller: TcpStream, watch: &Watch) {
        let carried = match self.carries {
            Carries::ExchangeOfTill | Carries::ExchangeOfTerminal => self.exchange(&caller, watch),
            Carries::Stream => stream::carry(&caller, self.to, watch),
        };
        if carried.is_err() {
            let _ = socket2::SockRef::from(&caller).set_linger(Some(Duration::ZERO));
        }
    }

    fn exchange(self, mut caller: &TcpStream, watch: &Watch) -> io::Result<()> {
        bounded(caller)?;
        self.step(watch, Moment::Connected)?;
        let request = message(caller)?;
        self.step(watch, Moment::UnderWay)?;
        let callee = TcpStream::connect(self.to)?;
        bounded(&callee)?;
        (&callee).write_all(&request)?;
        watch.happens(Moment::Arrived);
        let _hanging_up = HangUp::with(caller, &callee)?;
        let answer = match message(&callee) {
            Ok(answer) => answer,
            Err(error) => {
                watch.happens(Moment::LineLost);
                return Err(error);
            }
        };
        self.step(watch, Moment::UnderWay)?;
        caller.write_all(&answer)?;
        watch.happens(Moment::Arrived);
        Ok(())
    }

    /// What a till that is killed has just sent, or was just going to get, is lost on the way; the other half of the
    /// story, in which it arrives, is the next event. What the terminal began arrives as far as it can.
    fn step(self, watch: &Watch, moment: Moment) -> io::Result<()> {
        let lost = watch.happens(moment);
        if lost && self.carries == Carries::ExchangeOfTill { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

pub fn bounded(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(AT_MOST))?;
    stream.set_write_timeout(Some(AT_MOST))
}

/// A whole message as it came. Both programs say in its head how long it is.
fn message(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    let mut body = 0;
    loop {
        let start = bytes.len();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = String::from_utf8_lossy(&bytes[start..]).to_ascii_lowercase();
        if let Some(length) = line.strip_prefix("content-length:") {
            body = length.trim().parse().map_err(io::Error::other)?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let head = bytes.len();
    bytes.resize(head + body, 0);
    reader.read_exact(&mut bytes[head..])?;
    Ok(bytes)
}

/// A caller that goes away hangs up on the callee too, also while the callee thinks.
struct HangUp(TcpStream);

impl HangUp {
    fn with(caller: &TcpStream, callee: &TcpStream) -> io::Result<HangUp> {
        let (mut listening, hung_up) = (caller.try_clone()?, callee.try_clone()?);
        std::thread::spawn(move || {
            // One exchange per connection: the caller has nothing more to say than that it has gone.
            let _ = listening.read(&mut [0]);
            let _ = hung_up.shutdown(Shutdown::Both);
        });
        caller.try_clone().map(HangUp)
    }
}

impl Drop for HangUp {
    /// Ends the thread; what was written before is still delivered.
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Read);
    }
}
