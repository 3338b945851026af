//! `simulate`: a simulated terminal behind real sockets, until interrupted.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::domain::Currency;
use crate::links::{HostNews, SimulatorHost};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Carrier, Door, LedgerEntry};
use crate::protocols::{self, Protocol};

use super::arguments::{Simulate, TransportWord};
use super::certificate_file;
use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::simulate_printer;
use super::terminal::no_such_protocol;

pub async fn simulate(context: &Context, asked: &Simulate) -> Done {
    if asked.protocol == simulate_printer::PRINTER {
        return simulate_printer::simulate_printer(context, asked).await;
    }
    let protocol = protocols::find(&asked.protocol).ok_or_else(|| no_such_protocol(context, &asked.protocol))?;
    let doors = doors(context, protocol, asked.transport)?;
    if asked.ca_file.is_some() && !doors.iter().any(|door| door.tls) {
        return Err(context.usage("no-tls-door", &[("protocol", protocol.id)]));
    }
    if asked.papers.is_some() {
        return Err(context.usage("no-such-option", &[("protocol", protocol.id), ("option", "papers")]));
    }
    let currency = currency(context, protocol, asked)?;
    let memory = asked.memory.as_deref().map(|file| remembered(context, file)).transpose()?.flatten();
    let setup = SimulatorSetup {
        seed: asked.seed,
        speed: asked.speed,
        memory,
        currency,
        options: options(context, protocol, asked)?,
    };
    let mut book = Book::open(context, asked)?;
    let mut interrupts =
        Interrupts::listen().map_err(|error| context.failed("no-interrupts", &[("problem", &error.to_string())]))?;
    let till = protocol.listener.is_some().then(|| format!("http://{}", asked.till));
    let listen = asked.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, protocol.simulator_port).into());
    let host = SimulatorHost::start(listen, &doors, till, (protocol.simulator)(&setup), move |news| book.note(news))
        .await
        .map_err(|error| cannot_listen(context, listen, &error))?;
    let authority = host.certificate_authority();
    if let (Some(file), Some(authority)) = (&asked.ca_file, authority) {
        certificate_file::write(file, authority).map_err(|error| file_failed(context, file, &error.to_string()))?;
    }
    say_listening(context, host.local_addresses());
    for (field, text) in protocol.simulator_takes {
        tell(&context.texts().with("cli-simulator-takes", &[("field", field), ("text", text)]));
    }
    if authority.is_some() && asked.ca_file.is_none() {
        tell(&context.output.texts().get("cli-no-ca-file"));
    }
    interrupts.next().await;
    host.stop().await;
    Ok(ExitStatus::Done)
}

/// The protocol's doors, with what carries them settled.
fn doors(context: &Context, protocol: &Protocol, transport: Option<TransportWord>) -> Result<Vec<Door>, Failure> {
    let open = |door: &Door| door.carries == Carrier::TcpOrWebSocket;
    if transport.is_some() && !protocol.doors.iter().any(open) {
        return Err(context.usage("no-choice-of-transport", &[("protocol", protocol.id)]));
    }
    let chosen = match transport {
        Some(TransportWord::WebSocket) => Carrier::WebSocket,
        Some(TransportWord::Tcp) | None => Carrier::Tcp,
    };
    let settled = |door: &Door| if open(door) { Door { carries: chosen, ..*door } } else { *door };
    Ok(protocol.doors.iter().map(settled).collect())
}

fn currency(context: &Context, protocol: &Protocol, asked: &Simulate) -> Result<Currency, Failure> {
    let usual = protocol.field("currency").and_then(|field| field.default);
    let Some(code) = asked.currency.as_deref().or(usual) else { return Ok(Currency::SEK) };
    code.parse().map_err(|_| context.usage("no-such-currency", &[("currency", code)]))
}

/// What was chosen of the protocol's options.
fn options(context: &Context, protocol: &Protocol, asked: &Simulate) -> Result<BTreeMap<String, String>, Failure> {
    let mode = asked.mode.as_ref().map(|mode| format!("mode={mode}"));
    let mut options = BTreeMap::new();
    for assignment in asked.options.iter().chain(&mode) {
        let (name, word) =
            assignment.split_once('=').ok_or_else(|| context.usage("not-an-assignment", &[("text", assignment)]))?;
        let known = protocol.simulator_options.iter().find(|option| option.name == name && option.takes(word));
        let unknown = || context.usage("no-such-option", &[("protocol", protocol.id), ("option", name)]);
        options.insert(known.ok_or_else(unknown)?.name.to_owned(), word.to_owned());
    }
    Ok(options)
}

/// The first lines of standard output; programs wait for them, so they are the same in every language.
fn say_listening(context: &Context, doors: &[(Door, SocketAddr)]) {
    for (number, (door, address)) in doors.iter().enumerate() {
        let further = (number > 0).then_some(door.name);
        context.output.event(&Event::Listening { address: address.to_string(), door: further });
        let name = further.map(|name| format!(" ({name})")).unwrap_or_default();
        context.output.line(&format!("listening on {address}{name}"));
    }
}

pub(super) fn cannot_listen(context: &Context, listen: SocketAddr, error: &std::io::Error) -> Failure {
    context.usage("cannot-listen", &[("address", &listen.to_string()), ("problem", &error.to_string())])
}

/// What the terminal remembered; a file that is not there yet is an empty memory.
fn remembered(context: &Context, file: &Path) -> Result<Option<Value>, Failure> {
    let failed = |problem: String| file_failed(context, file, &problem);
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| failed(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error.to_string())),
    }
}

pub(super) fn file_failed(context: &Context, file: &Path, problem: &str) -> Failure {
    context.usage("file", &[("file", &file.display().to_string()), ("problem", problem)])
}

/// Ledger and memory on disk, the rest on standard error.
struct Book {
    ledger: Option<File>,
    memory: Option<PathBuf>,
}

impl Book {
    fn open(context: &Context, asked: &Simulate) -> Result<Book, Failure> {
        let open = |file: &PathBuf| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(file)
                .map_err(|error| file_failed(context, file, &error.to_string()))
        };
        Ok(Book { ledger: asked.ledger.as_ref().map(open).transpose()?, memory: asked.memory.clone() })
    }

    fn note(&mut self, news: HostNews) {
        let noted = match &news {
            HostNews::Ledger(entry) => self.enter(entry),
            HostNews::Memory(memory) => self.remember(memory),
            _ => Ok(()),
        };
        if let Err(error) = noted {
            tell(&format!("{error}"));
        }
        match news {
            HostNews::Complaint(text) => tell(&format!("! {text}")),
            HostNews::Memory(_) => {}
            other => tell(&format!("{other:?}")),
        }
    }

    /// On disk before anybody hears of it.
    fn enter(&mut self, entry: &LedgerEntry) -> std::io::Result<()> {
        let Some(file) = &mut self.ledger else { return Ok(()) };
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }

    fn remember(&self, memory: &Value) -> std::io::Result<()> {
        let Some(file) = &self.memory else { return Ok(()) };
        let beside = file.with_extension("new");
        let mut new = File::create(&beside)?;
        new.write_all(serde_json::to_string(memory)?.as_bytes())?;
        new.sync_data()?;
        std::fs::rename(&beside, file)
    }
}

pub(super) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
