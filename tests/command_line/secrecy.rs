//! The terminal's secrets are in one file of their owner's, and in nothing else the program writes, whatever happens and
//! whatever a peer repeats of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::{Brand, Ended, Program, Shop};
use super::tellers::{self, Tale};

/// Has what is escaped in an address, in JSON and in both.
const KEY: &str = "t0ken+5b1f/6a0e=9d0c 4c55%77\"Q";
/// The one place (src/settings/secrets/file.rs).
const KEPT_IN: &str = "secrets.json";

fn percent_encoded(key: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    key.bytes().map(encoded).collect()
}

fn spellings() -> Vec<String> {
    let json = serde_json::Value::from(KEY).to_string().trim_matches('"').to_owned();
    let encoded = percent_encoded(KEY);
    let lower: String = encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
    vec![KEY.to_owned(), json.replace('/', "\\/"), json, encoded.replace("%20", "+"), encoded, lower]
}

/// A shop whose every word is kept, with the most talkative log there is.
struct Overheard {
    shop: Shop,
    said: String,
}

impl Overheard {
    fn new(shop: Shop, protocol: &str, secrets: &[&str]) -> Overheard {
        let mut overheard = Overheard { shop, said: String::new() };
        let adds = ["terminal", "add", "front", "--protocol", protocol];
        let adds: Vec<&str> = adds.into_iter().chain(secrets.iter().flat_map(|secret| ["--secret", secret])).collect();
        let added = overheard.start(&adds, &vec![KEY; secrets.len()].join("\n"));
        overheard.note(added.end()).ended_with(0);
        overheard
    }

    fn start(&self, arguments: &[&str], input: &str) -> Program {
        let mut command: Command = self.shop.command(arguments);
        command.env("CHECKSTAND_LOG", "trace").env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        Program::start(&mut command, &format!("{input}\n"))
    }

    fn note(&mut self, ended: Ended) -> Ended {
        assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
        self.said.push_str(&ended.lines.join("\n"));
        self.said.push_str(&ended.errors);
        ended
    }

    fn run(&mut self, arguments: &[&str]) -> Ended {
        let ended = self.start(arguments, "").end();
        self.note(ended)
    }

    /// Everything the program can be made to say about what happened.
    fn asks_around(&mut self) {
        for arguments in [
            &["history"][..],
            &["history", "--json"],
            &["reports", "--json"],
            &["terminal", "show", "front"],
            &["terminal", "show", "front", "--json"],
            &["terminal", "list", "--json"],
            &["terminal", "test", "front"],
            &["terminal", "test", "front", "--json"],
        ] {
            self.run(arguments);
        }
        for payment in self.shop.history() {
            self.run(&["receipt", payment["payment"].as_str().unwrap()]);
        }
    }

    #[track_caller]
    fn tells_nothing(&self, what: &str) {
        self.tells_none_of(&spellings(), what);
    }

    #[track_caller]
    fn tells_none_of(&self, spellings: &[String], what: &str) {
        assert!(self.said.len() > 1000, "{what}: the log is kept");
        let written = files(self.shop.path()).into_iter().filter(|file| file.file_name().unwrap() != KEPT_IN);
        let written = written.map(|file| (file.display().to_string(), std::fs::read(&file).unwrap()));
        for (place, bytes) in written.chain([("what was said".to_owned(), self.said.clone().into_bytes())]) {
            for spelling in spellings {
                let found =
                    bytes.windows(spelling.len()).position(|part| part.eq_ignore_ascii_case(spelling.as_bytes()));
                if let Some(at) = found {
                    let around = &bytes[at.saturating_sub(300)..(at + 100).min(bytes.len())];
                    panic!("{what}: {spelling} is in {place}:\n{}", String::from_utf8_lossy(around));
                }
            }
        }
        let kept = std::fs::read(self.shop.path().join(KEPT_IN)).unwrap();
        assert!(!kept.is_empty());
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn of_connect(transport: &str, more: &[&str], simulate: &[&str]) -> Overheard {
    Overheard::new(Shop::with_simulator(Brand::Connect, transport, more, simulate), "connect", &["api_key"])
}

#[test]
fn the_key_of_connect_is_nowhere_after_payments_that_were_taken_lost_and_killed() {
    for transport in ["plain", "tls"] {
        let mut shop = of_connect(transport, &[], &[]);
        for amount in ["10.00", "100.51", "100.61", "100.67", "100.72", "100.73"] {
            shop.run(&["sale", amount, "--json"]);
        }
        shop.run(&["sale", "100.55", "--answer", "accept"]).ended_with(0);
        shop.run(&["close-day"]).ended_with(0);
        let mut killed = shop.start(&["sale", "100.64", "--json"], "");
        killed.event_with("display", |display| display["text"] == "Calling the bank …");
        let killed = killed.kill();
        shop.note(killed);
        // Also what SQLite has not put into its place yet.
        shop.tells_nothing("a killed sale");
        shop.run(&["status", "--json"]).ended_with(0);
        shop.asks_around();
        shop.tells_nothing(transport);
    }
}

#[test]
fn the_key_of_connect_is_nowhere_after_a_refusal() {
    let another = ["--option", "token=another"];
    let mistrusted = ["ca_file="];
    for (what, transport, more, simulate) in [
        ("a wrong key", "plain", &[][..], &another[..]),
        ("no partner", "tls", &["installer_id="], &[]),
        ("another path", "plain", &["url=ws://127.0.0.1:1/pat"], &[]),
        ("no trust", "tls", &mistrusted, &[]),
    ] {
        let mut shop = of_connect(transport, more, simulate);
        shop.run(&["sale", "10.00", "--json"]).ended_with(12);
        shop.run(&["close-day"]);
        shop.asks_around();
        shop.tells_nothing(what);
    }
}

#[test]
fn a_cloud_that_repeats_the_key_makes_the_till_repeat_nothing() {
    for tale in Tale::ALL {
        let port = tellers::cloud(tale, spellings());
        let shop = Shop::of_training();
        shop.add_of_brand("front", Brand::Connect, "plain", &[port, port], &[]).ended_with(0);
        let mut shop = Overheard::new(shop, "connect", &["api_key"]);
        shop.asks_around();
        shop.run(&["close-day", "--json"]);
        let sale = shop.run(&["sale", "10.00", "--json"]);
        let outcome = sale.outcome();
        match tale {
            Tale::InTheResult => assert_eq!(outcome["amount_minor"], 1_000, "{outcome}"),
            _ => assert_eq!(outcome["outcome"], "not_charged", "{tale:?} {outcome}"),
        }
        assert!(sale.lines.join("\n").contains("***"), "{tale:?}: {:#?}", sale.lines);
        shop.asks_around();
        shop.tells_nothing(&format!("{tale:?}"));
    }
}

#[test]
fn a_payserver_that_repeats_the_secret_makes_the_till_repeat_nothing() {
    for lets_in in [false, true] {
        let port = tellers::payserver(lets_in, spellings().join(" or "));
        let shop = Shop::of_training();
        shop.add_of_brand("front", Brand::P3, "websocket", &[port, port], &[]).ended_with(0);
        let mut shop = Overheard::new(shop, "p3", &["merchant_secret"]);
        let sale = shop.run(&["sale", "10.00", "--json"]);
        assert!(sale.lines.join("\n").contains("***"), "{:#?}", sale.lines);
        shop.asks_around();
        shop.tells_nothing(&format!("lets in: {lets_in}"));
    }
}

/// Both secrets are the same, and the account takes no others.
fn of_econduit(transport: &str, simulate: &[&str]) -> Overheard {
    let account = format!("account={KEY}:{KEY}");
    let simulate: Vec<&str> = ["--option", &account].into_iter().chain(simulate.iter().copied()).collect();
    let shop = Shop::with_simulator(Brand::Econduit, transport, &["gift=true"], &simulate);
    Overheard::new(shop, "econduit", &["key", "password"])
}

/// Nobody was told the whole address of a call, or its body; in the journal there are stars in their secrets' places.
#[track_caller]
fn tells_no_call(shop: &Overheard, what: &str) {
    for word in ["password=", "runTransaction2?", "checkStatus?", "\"Password\":", "getTerminalFeatures?"] {
        assert!(!shop.said.contains(word), "{what}: {word}");
    }
}

#[test]
fn the_credentials_of_econduit_are_nowhere_after_payments_that_were_taken_lost_and_killed() {
    for transport in ["classic", "json", "json, tls"] {
        let mut shop = of_econduit(transport, &["--speed", "5"]);
        shop.run(&["sale", "10.00", "--json"]).ended_with(0);
        for amount in ["100.51", "100.61", "100.67", "100.73", "100.76", "100.83"] {
            shop.run(&["sale", amount, "--json"]);
        }
        shop.run(&["gift", "balance"]).ended_with(0);
        shop.run(&["close-day"]).ended_with(0);
        shop.run(&["ask", "input", "--title", "Code", "--type", "digits"]).ended_with(0);
        shop.run(&["show", "--line", "Tea=1.00"]).ended_with(0);
        let mut killed = shop.start(&["sale", "100.00", "--json"], "");
        killed.event("reference");
        shop.shop.simulator_mut().until_it_says("closeBatch");
        shop.shop.simulator_mut().until_it_says("runTransaction2");
        let killed = killed.kill();
        shop.note(killed);
        // Also what SQLite has not put into its place yet.
        shop.tells_nothing("a killed sale");
        shop.run(&["status", "--json"]).ended_with(0);
        shop.asks_around();
        shop.tells_nothing(transport);
        tells_no_call(&shop, transport);
    }
}

#[test]
fn the_credentials_of_econduit_are_nowhere_after_a_refusal() {
    let away = format!("url=http://127.0.0.1:{}/services/api.asmx/", super::harness::free_port());
    for (what, transport, more) in [
        ("a wrong key", "classic", &[][..]),
        ("a wrong key", "json", &[]),
        ("nobody there", "classic", &[away.as_str()]),
        ("no trust", "tls", &["ca_file="]),
    ] {
        let shop = Shop::with_brand(Brand::Econduit, transport, more);
        let mut shop = Overheard::new(shop, "econduit", &["key", "password"]);
        shop.run(&["sale", "10.00", "--json"]).ended_with(12);
        shop.run(&["close-day"]);
        shop.run(&["terminal", "unpair", "front"]);
        shop.asks_around();
        shop.tells_nothing(what);
        tells_no_call(&shop, what);
    }
}

/// A server may repeat the address it was called by.
#[test]
fn an_econduit_that_repeats_the_credentials_makes_the_till_repeat_nothing() {
    for flavour in ["classic", "json"] {
        for status in ["200 OK", "404 Not Found", "503 Service Unavailable"] {
            let port = tellers::econduit(status, spellings().join(" or "));
            let shop = Shop::of_training();
            shop.add_of_brand("front", Brand::Econduit, flavour, &[port; 4], &[]).ended_with(0);
            let mut shop = Overheard::new(shop, "econduit", &["key", "password"]);
            shop.run(&["close-day", "--json"]);
            shop.run(&["ask", "input", "--title", "Code", "--type", "digits"]);
            shop.run(&["terminal", "unpair", "front"]);
            let mut sale = shop.start(&["sale", "10.00", "--json"], "");
            sale.event("reference");
            // Where it is not known yet the till asks for a minute.
            let sale = if status.starts_with('5') { sale.kill() } else { sale.end() };
            shop.note(sale);
            shop.asks_around();
            let what = format!("{flavour}, {status}");
            shop.tells_nothing(&what);
            // The peer says it, and the till repeats it without the secrets.
        }
    }
}

#[test]
fn what_the_cloud_gives_when_a_terminal_is_paired_is_kept_in_one_place() {
    for transport in ["classic", "json"] {
        let mut shop = of_econduit(transport, &[]);
        let pairs: Vec<&str> = ["terminal", "pair", "front"]
            .into_iter()
            .chain(super::econduit::PAIRING.iter().flat_map(|field| ["--set", field]))
            .collect();
        shop.run(&pairs).ended_with(0);
        let kept: serde_json::Value =
            serde_json::from_slice(&std::fs::read(shop.shop.path().join(KEPT_IN)).unwrap()).unwrap();
        let given: Vec<String> = texts(&kept).into_iter().filter(|text| text != KEY).collect();
        assert_eq!(given.len(), 2, "key and password");
        shop.run(&["sale", "100.61", "--json"]).ended_with(0);
        shop.asks_around();
        shop.run(&["terminal", "unpair", "front"]).ended_with(0);
        shop.tells_nothing(transport);
        shop.tells_none_of(&given, transport);
        let kept = std::fs::read_to_string(shop.shop.path().join(KEPT_IN)).unwrap();
        assert!(given.iter().all(|secret| !kept.contains(secret.as_str())), "unpaired, and still kept");
    }
}

fn texts(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Object(members) => members.values().flat_map(texts).collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
