//! A shop of one till: its data folder, and the simulated terminal beside it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::families::{FIRST_DOOR, Family, NEXO_FULL, NEXO_LIGHT, Port, filled};
use super::program::{Ended, Program};

const BINARY: &str = env!("CARGO_BIN_EXE_checkstand");
/// How much faster than real time the simulated cardholder is.
const SPEED: &str = "50";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wiring {
    Full,
    Light,
}

impl Wiring {
    pub fn family(self) -> &'static Family {
        match self {
            Wiring::Full => &NEXO_FULL,
            Wiring::Light => &NEXO_LIGHT,
        }
    }
}

pub struct Shop {
    folder: TempDir,
    simulator: Option<Simulator>,
}

/// `checkstand simulate`, with its ledger and the ports it took.
pub struct Simulator {
    program: Program,
    /// Of its first door.
    pub port: u16,
    pub doors: Vec<Port>,
    ledger: PathBuf,
}

impl Shop {
    /// Nothing set up: payments go to the training terminal.
    pub fn of_training() -> Shop {
        Shop { folder: tempfile::tempdir().unwrap(), simulator: None }
    }

    /// One terminal `front`, in both ways of wiring, beside a simulator.
    pub fn with_terminal(wiring: Wiring) -> Shop {
        let mut shop = Shop::of_training();
        let till = free_port();
        let simulator = Simulator::start(shop.path(), till);
        shop.add("front", simulator.port, till, wiring).ended_with(0);
        shop.simulator = Some(simulator);
        shop
    }

    /// One terminal `front` at a port where nobody listens.
    pub fn with_wrong_port() -> Shop {
        let shop = Shop::of_training();
        shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
        shop
    }

    pub fn add(&self, name: &str, port: u16, till: u16, wiring: Wiring) -> Ended {
        self.add_of(wiring.family(), name, &[(FIRST_DOOR, port)], till)
    }

    /// The same with a terminal of any family, which has its doors at these ports.
    pub fn add_of(&self, family: &Family, name: &str, doors: &[Port], till: u16) -> Ended {
        let sets: Vec<String> =
            family.settings.iter().map(|field| filled(field, till, doors).replace("{name}", name)).collect();
        let sets = sets.iter().flat_map(|field| ["--set", field]);
        let secrets = family.secrets.iter().flat_map(|(field, _)| ["--secret", field]);
        let adds = ["terminal", "add", name, "--protocol", family.protocol];
        let arguments: Vec<&str> = adds.into_iter().chain(sets).chain(secrets).collect();
        let lines: String = family.secrets.iter().map(|(_, secret)| format!("{secret}\n")).collect();
        Program::start(&mut self.command(&arguments), &lines).end()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The binary with this shop's folder, which holds its secrets too.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.env_remove("CHECKSTAND_DATA").env("CHECKSTAND_SECRETS", "file").env("HOME", self.path());
        command.arg("--data").arg(self.path()).args(arguments);
        command
    }

    pub fn start(&self, arguments: &[&str]) -> Program {
        Program::start(&mut self.command(arguments), "")
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end()
    }

    /// The same with `--json`.
    pub fn json(&self, arguments: &[&str]) -> Ended {
        self.start_json(arguments).end()
    }

    pub fn start_json(&self, arguments: &[&str]) -> Program {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        self.start(&arguments)
    }

    /// The `payment` events of the history, oldest first.
    pub fn history(&self) -> Vec<Value> {
        self.json(&["history"]).ended_with(0).events_of("payment")
    }

    pub fn ledger(&self) -> Vec<Value> {
        self.simulator.as_ref().unwrap().ledger()
    }

    pub fn simulator(&self) -> &Simulator {
        self.simulator.as_ref().unwrap()
    }

    /// The terminal's plug is pulled, for good.
    pub fn lose_terminal(&mut self) {
        self.simulator.take().unwrap().program.kill();
    }

    /// What the terminal holds is what the journal says was taken.
    #[track_caller]
    pub fn books_agree(&self) {
        let in_ledger: i64 = self.ledger().iter().map(signed).sum();
        let in_journal: i64 = self.history().iter().map(signed_payment).sum();
        assert_eq!(in_ledger, in_journal, "{:#?}\n{:#?}", self.ledger(), self.history());
    }
}

impl Simulator {
    pub fn start(folder: &Path, till: u16) -> Simulator {
        Simulator::start_of(&NEXO_FULL, folder, till, SPEED)
    }

    /// One of any family, so many times faster than real time.
    pub fn start_of(family: &Family, folder: &Path, till: u16, speed: &str) -> Simulator {
        let ledger = folder.join("ledger.jsonl");
        let mut command = Command::new(BINARY);
        command
            .args(["simulate", family.protocol, "--listen", "127.0.0.1:0", "--speed", speed, "--seed", "7", "--json"])
            .args(family.simulate.iter().map(|argument| filled(argument, till, &[])))
            .arg("--ledger")
            .arg(&ledger);
        let mut program = Program::start(&mut command, "");
        let doors = checkstand::protocols::find(family.protocol).unwrap().doors;
        let doors: Vec<Port> = doors
            .iter()
            .enumerate()
            .map(|(number, door)| {
                let listening = program.event("listening");
                let address = listening["address"].as_str().unwrap().parse::<std::net::SocketAddr>().unwrap();
                (if number == 0 { FIRST_DOOR } else { door.name }, address.port())
            })
            .collect();
        Simulator { program, port: doors[0].1, doors, ledger }
    }

    /// Every movement of money, in its order.
    pub fn ledger(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.ledger).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn end(self) -> Ended {
        self.program.interrupt();
        self.program.end()
    }
}

/// A port below those the system hands out by itself, on which nobody listens now.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 15_000 + (std::process::id() % 1_000) as u16 * 16;
    loop {
        let port = start + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What an entry of the ledger means for the shop: a refund goes out, what is reversed never was.
fn signed(entry: &Value) -> i64 {
    let amount = entry["amount_minor"].as_i64().unwrap();
    let amount = if entry["operation"] == "refund" { -amount } else { amount };
    if entry["state"] == "reversed" { -amount } else { amount }
}

fn signed_payment(payment: &Value) -> i64 {
    let amount = payment["amount_minor"].as_i64().filter(|_| payment["outcome"] == "approved").unwrap_or(0);
    if payment["operation"] == "sale" { amount } else { -amount }
}
