//! A cloud with thousands of terminals: one simulator process, each terminal on a line of its own over loopback.

#![allow(clippy::unwrap_used)]

mod harness;

use std::io::Read;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use harness::{ECONDUIT_CLASSIC, Simulator};

const TERMINALS: usize = 2_000;
/// Connects at a time, below what the system lets wait.
const AT_ONCE: usize = 100;
const HEARTBEATS: usize = 3;
const WITHIN: Duration = Duration::from_secs(50);
/// Of the whole process, in KiB, for each line that stands.
const MEMORY_AT_MOST: u64 = 64;
/// (2.2)
const END: &[u8] = b"\x04\x04";

/// One terminal on its line.
struct Terminal(TcpStream);

impl Terminal {
    async fn registered(port: u16, number: usize) -> std::io::Result<Terminal> {
        let line = TcpStream::connect(("127.0.0.1", port)).await?;
        // So many ports that linger would leave none for other tests.
        line.set_zero_linger()?;
        let mut terminal = Terminal(line);
        let registration = format!(
            r#"{{"Command":"Register","TerminalType":"Checkstand","TerminalModel":"Till","TerminalID":"HUB-{number:05}","SoftwareVersion":"1","AckHeartbeat":"true"}}"#
        );
        assert_eq!(terminal.asked(&registration).await?, "OK-REGISTRATION", "{number}");
        Ok(terminal)
    }

    async fn asked(&mut self, message: &str) -> std::io::Result<String> {
        self.0.write_all(message.as_bytes()).await?;
        self.0.write_all(END).await?;
        let mut heard = Vec::new();
        while !heard.ends_with(END) {
            heard.push(self.0.read_u8().await?);
        }
        heard.truncate(heard.len() - END.len());
        Ok(String::from_utf8(heard).unwrap())
    }

    async fn beats(&mut self) -> std::io::Result<()> {
        assert_eq!(self.asked(r#"{"Command":"TerminalHeartbeat"}"#).await?, r#"{"Status":"OK"}"#);
        Ok(())
    }
}

/// Resident memory of the process in KiB, where the system tells.
fn memory(process: u32) -> Option<u64> {
    let mut status = String::new();
    std::fs::File::open(format!("/proc/{process}/status")).ok()?.read_to_string(&mut status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[test]
fn two_thousand_terminals_stand_at_one_cloud_and_each_heartbeat_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let simulator = Simulator::start_of(&ECONDUIT_CLASSIC, folder.path(), 0, "1");
    let before = memory(simulator.id());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    let terminals = runtime.block_on(async { tokio::time::timeout(WITHIN, crowd(simulator.port)).await });
    let terminals = terminals.unwrap().unwrap();
    let after = memory(simulator.id());
    assert_eq!(terminals.len(), TERMINALS);
    println!("{TERMINALS} terminals, {} heartbeats in {:?}", TERMINALS * HEARTBEATS, begun.elapsed());
    if let Some((before, after)) = before.zip(after) {
        let bytes = after.saturating_sub(before) * 1_024 / TERMINALS as u64;
        println!("{before} KiB before, {after} KiB after: {bytes} bytes a terminal");
        assert!(bytes <= MEMORY_AT_MOST * 1_024, "{bytes} bytes a terminal");
    }
    drop(terminals);
    let errors = simulator.end().errors;
    assert!(!errors.lines().any(|line| line.starts_with('!')), "the cloud disliked something");
}

/// All registered, and then all say that they are there, some times, at once.
async fn crowd(port: u16) -> std::io::Result<Vec<Terminal>> {
    let mut terminals = Vec::new();
    while terminals.len() < TERMINALS {
        let numbers = terminals.len()..terminals.len() + AT_ONCE;
        terminals.extend(try_join_all(numbers.map(|number| Terminal::registered(port, number))).await?);
    }
    for _ in 0..HEARTBEATS {
        try_join_all(terminals.iter_mut().map(Terminal::beats)).await?;
    }
    Ok(terminals)
}
