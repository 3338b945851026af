//! A shop of one till: its data folder, and the simulated terminal beside it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::families::{
    CONNECT, CONNECT_TLS, ECONDUIT_CLASSIC, ECONDUIT_CLASSIC_TLS, ECONDUIT_JSON, ECONDUIT_JSON_TLS, FIRST_DOOR, Family,
    NEXO_FULL, NEXO_LIGHT, P3_TCP, P3_WEBSOCKET, Port, VALOR_TCP, VALOR_WEBSOCKET, filled,
};
use super::program::{Ended, Program};
use super::ref_ids::with_payments;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brand {
    Valor,
    P3,
    Connect,
    Econduit,
}

impl Brand {
    fn family(self, transport: &str) -> &'static Family {
        match (self, transport) {
            (Brand::Valor, "websocket") => &VALOR_WEBSOCKET,
            (Brand::Valor, _) => &VALOR_TCP,
            (Brand::P3, "tcp") => &P3_TCP,
            (Brand::P3, _) => &P3_WEBSOCKET,
            (Brand::Connect, "tls") => &CONNECT_TLS,
            (Brand::Connect, _) => &CONNECT,
            (Brand::Econduit, "json") => &ECONDUIT_JSON,
            (Brand::Econduit, "tls") => &ECONDUIT_CLASSIC_TLS,
            (Brand::Econduit, "json, tls") => &ECONDUIT_JSON_TLS,
            (Brand::Econduit, _) => &ECONDUIT_CLASSIC,
        }
    }
}

pub struct Shop {
    folder: TempDir,
    /// What tills of one machine share: of this shop alone, unless it stands in another one's machine.
    shared: PathBuf,
    simulator: Option<Simulator>,
}

/// `checkstand simulate`, with its ledger and the ports it took.
pub struct Simulator {
    program: Program,
    /// Of its first door.
    pub port: u16,
    pub doors: Vec<Port>,
    /// Of every door.
    pub ports: Vec<u16>,
    ledger: PathBuf,
}

impl Shop {
    /// Nothing set up: payments go to the training terminal.
    pub fn of_training() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        Shop { shared: folder.path().join("shared"), folder, simulator: None }
    }

    /// From now on this shop's till is one of the other shop's machine, and shares its limits.
    pub fn share_machine_of(&mut self, other: &Shop) {
        self.shared.clone_from(&other.shared);
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

    /// One terminal `front` of another brand than nexo, beside its simulator.
    pub fn with_brand(brand: Brand, transport: &str, more: &[&str]) -> Shop {
        Shop::with_simulator(brand, transport, more, &[])
    }

    /// The same with more arguments of `simulate`.
    pub fn with_simulator(brand: Brand, transport: &str, more: &[&str], simulate: &[&str]) -> Shop {
        let mut shop = Shop::of_training();
        let simulator = Simulator::start_with(brand.family(transport), shop.path(), 0, SPEED, simulate);
        shop.add_of_brand("front", brand, transport, &simulator.ports, more).ended_with(0);
        shop.simulator = Some(simulator);
        shop
    }

    /// `ports` as the simulator's doors are in their order: Valor's main and cancel port, P3's for WebSocket and TCP,
    /// Connect's without and with TLS, eConduit's for terminals twice, then for tills without and with TLS.
    pub fn add_of_brand(&self, name: &str, brand: Brand, transport: &str, ports: &[u16], more: &[&str]) -> Ended {
        let family = brand.family(transport);
        let names: &[&'static str] = match brand {
            Brand::Valor => &[FIRST_DOOR, "cancel"],
            Brand::P3 => &[FIRST_DOOR, "tcp"],
            Brand::Connect => &[FIRST_DOOR, "tls"],
            Brand::Econduit => &[FIRST_DOOR, "secondary", "http", "https"],
        };
        let doors: Vec<Port> = names.iter().copied().zip(ports.iter().copied()).collect();
        self.add_of(family, name, &doors, 0).ended_with(0);
        let mut arguments = vec!["terminal", "add", name, "--protocol", family.protocol];
        arguments.extend(more.iter().flat_map(|field| ["--set", field]));
        self.run(&arguments)
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
        let sets: Vec<String> = family
            .settings
            .iter()
            .map(|field| filled(field, self.path(), till, doors).replace("{name}", name))
            .collect();
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
        command.env("CHECKSTAND_SHARED", &self.shared);
        command.arg("--data").arg(self.path()).args(arguments);
        command
    }

    pub fn start(&self, arguments: &[&str]) -> Program {
        Program::start(&mut self.command(arguments), "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        Program::start(&mut self.command(arguments), input).end()
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

    pub fn simulator_mut(&mut self) -> &mut Simulator {
        self.simulator.as_mut().unwrap()
    }

    /// The simulator is stopped, and has disliked nothing.
    #[track_caller]
    pub fn end_uncomplaining(&mut self) {
        let ended = self.simulator.take().unwrap().end();
        let complaints: Vec<&str> = ended.errors.lines().filter(|line| line.starts_with('!')).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
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

impl Shop {
    /// Every payment that was approved stands in the ledger once, with what was taken, and no other does. A void either
    /// reverses the original's entry or has one of its own.
    #[track_caller]
    pub fn every_payment_agrees(&self) {
        let history = self.history();
        let ledger = with_payments(&history, self.ledger());
        let approved: Vec<&Value> =
            history.iter().filter(|payment| payment["outcome"] == "approved" && moves_money(payment)).collect();
        assert_eq!(ledger.len(), approved.len(), "{ledger:#?}\n{history:#?}");
        for payment in approved {
            let is_void = payment["operation"] == "void";
            let fits = |entry: &&Value| {
                let own = entry["till_reference"] == payment["payment"] && entry["state"] == "approved";
                let reversed = is_void && entry["till_reference"] == payment["of"] && entry["state"] == "reversed";
                (own || reversed) && entry["amount_minor"] == payment["amount_minor"]
            };
            assert_eq!(ledger.iter().filter(fits).count(), 1, "{payment:#}\n{ledger:#?}");
        }
    }
}

impl Shop {
    /// The same where the terminal has no word of the till's: every approved payment that moves money stands in the ledger
    /// once, under the terminal's own number, with what was taken, and nothing else was kept.
    #[track_caller]
    pub fn every_payment_agrees_by_number(&self) {
        let (ledger, history) = (self.ledger(), self.history());
        let moves = |payment: &&Value| payment["outcome"] == "approved" && moves_money(payment);
        let approved: Vec<&Value> = history.iter().filter(moves).collect();
        let is_reversed = |entry: &Value| {
            let same = |other: &&Value| other["terminal_reference"] == entry["terminal_reference"];
            ledger.iter().filter(same).any(|other| other["state"] == "reversed")
        };
        let kept: Vec<&Value> = ledger.iter().filter(|entry| !is_reversed(entry)).collect();
        assert_eq!(kept.len(), approved.len(), "{ledger:#?}\n{history:#?}");
        for payment in approved {
            let fits = |entry: &&&Value| {
                ["terminal_reference", "operation", "amount_minor"].iter().all(|same| entry[same] == payment[same])
            };
            assert_eq!(kept.iter().filter(fits).count(), 1, "{payment:#}\n{ledger:#?}");
        }
    }
}

impl Simulator {
    pub fn start(folder: &Path, till: u16) -> Simulator {
        Simulator::start_of(&NEXO_FULL, folder, till, SPEED)
    }

    /// One of any family, so many times faster than real time.
    pub fn start_of(family: &Family, folder: &Path, till: u16, speed: &str) -> Simulator {
        Simulator::start_with(family, folder, till, speed, &[])
    }

    fn start_with(family: &Family, folder: &Path, till: u16, speed: &str, more: &[&str]) -> Simulator {
        let ledger = folder.join("ledger.jsonl");
        let mut command = Command::new(BINARY);
        command
            .args(["simulate", family.protocol, "--listen", "127.0.0.1:0", "--json"])
            .args(["--seed", "7"].into_iter().filter(|_| !more.contains(&"--seed")))
            .args(["--speed", speed].into_iter().filter(|_| !more.contains(&"--speed")))
            .args(family.simulate.iter().map(|argument| filled(argument, folder, till, &[])))
            .args(more)
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
        let ports: Vec<u16> = doors.iter().map(|(_, port)| *port).collect();
        Simulator { program, port: ports[0], doors, ports, ledger }
    }

    pub fn id(&self) -> u32 {
        self.program.id()
    }

    /// Every movement of money, in its order.
    pub fn ledger(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.ledger).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits until it tells on standard error of something with these words.
    pub fn until_it_says(&mut self, words: &str) {
        self.program.until_it_says(words);
    }

    /// Everything it disliked is on its standard error.
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

fn moves_money(payment: &Value) -> bool {
    !["card_check", "balance", "deactivation"].iter().any(|operation| payment["operation"] == *operation)
}

fn signed_payment(payment: &Value) -> i64 {
    let amount = payment["amount_minor"].as_i64().filter(|_| payment["outcome"] == "approved").unwrap_or(0);
    if payment["operation"] == "sale" { amount } else { -amount }
}
