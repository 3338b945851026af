//! Terminals are found in a network of loopback addresses, with simulators and strangers in it, and found again after a move.

#![allow(clippy::unwrap_used, clippy::panic)]

mod harness;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use checkstand::domain::Currency;
use checkstand::links::{HostNews, SimulatorHost};
use checkstand::protocols;
use checkstand::protocols::protocol::SimulatorSetup;
use checkstand::protocols::simulator::{Carrier, Door};
use checkstand::search::{Family, Hit, Progress, Scope, SearchResult, search};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use harness::Program;

const SOON: Duration = Duration::from_secs(30);

/// What a simulator told, as far as it matters whether it was disturbed.
type Movements = Arc<Mutex<Vec<String>>>;

/// Different terminals for different seeds.
async fn terminal_at(host: Ipv4Addr, port: u16, id: &str, seed: u64, carries: Carrier) -> (SimulatorHost, Movements) {
    let protocol = protocols::find(id).unwrap();
    let options = BTreeMap::from([("query_data".to_owned(), "on".to_owned())]);
    let setup = SimulatorSetup { seed, speed: 20, memory: None, currency: Currency::USD, options };
    let door = Door { carries, ..protocol.doors[0] };
    let movements = Movements::default();
    let noted = movements.clone();
    let sink = move |news: HostNews| {
        if let HostNews::Ledger(entry) = news {
            noted.lock().unwrap().push(format!("{entry:?}"));
        }
    };
    let simulator = (protocol.simulator)(&setup);
    let started = SimulatorHost::start((host, port).into(), &[door], None, simulator, sink).await;
    (started.unwrap(), movements)
}

/// A subnet of its own for each test, so that they do not meet; and a port that is free in it.
async fn free_port(subnet: u8) -> (String, u16) {
    let taken = TcpListener::bind((Ipv4Addr::new(127, 7, subnet, 1), 0)).await.unwrap();
    (format!("127.7.{subnet}.0/28"), taken.local_addr().unwrap().port())
}

fn at(subnet: u8, last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 7, subnet, last)
}

fn scope(network: &str, port: u16, ids: &[&str]) -> Scope {
    let family = |id: &&str| Family::of(protocols::find(id).unwrap()).unwrap().at_ports(vec![port]);
    let families = ids.iter().map(family).collect();
    Scope { networks: vec![network.parse().unwrap()], families, ..Scope::default() }
}

async fn found(scope: &Scope) -> (SearchResult, Vec<Progress>) {
    let (tell, mut news) = mpsc::channel(4096);
    let result = timeout(SOON, search(scope, 7, tell)).await.unwrap();
    let mut told = Vec::new();
    while let Ok(progress) = news.try_recv() {
        told.push(progress);
    }
    (result, told)
}

fn hit_at<'a>(hits: &'a [Hit], address: Ipv4Addr, id: &str) -> Option<&'a Hit> {
    hits.iter().find(|hit| hit.address == address && hit.protocol == id)
}

/// Answers nothing, ever.
async fn silent_at(address: Ipv4Addr, port: u16) -> tokio::task::JoinHandle<()> {
    speaker_at(address, port, b"").await
}

/// Says this to whoever connects, and then reads.
async fn speaker_at(address: Ipv4Addr, port: u16, words: &'static [u8]) -> tokio::task::JoinHandle<()> {
    let listener = TcpListener::bind((address, port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(words).await;
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
            });
        }
    })
}

#[tokio::test]
async fn terminals_are_found_among_strangers_with_who_they_are() {
    let (network, port) = free_port(1).await;
    let (valor, valor_money) = terminal_at(at(1, 2), port, "valor", 1, Carrier::Tcp).await;
    let (web, web_money) = terminal_at(at(1, 5), port, "valor", 2, Carrier::WebSocket).await;
    let (nexo, nexo_money) = terminal_at(at(1, 3), port, "nexo", 3, Carrier::Http).await;
    let (payserver, payserver_money) = terminal_at(at(1, 4), port, "p3", 4, Carrier::WebSocket).await;
    let web_server = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let strangers = [
        silent_at(at(1, 6), port).await,
        speaker_at(at(1, 7), port, b"SSH-2.0-OpenSSH_9.9\r\n").await,
        speaker_at(at(1, 8), port, web_server).await,
        speaker_at(at(1, 9), port, b"{{{{{{{{\xff\xfe\x00]]]").await,
    ];

    let (result, told) = found(&scope(&network, port, &["valor", "nexo", "p3"])).await;

    assert!(result.whole, "{result:?}");
    let first = hit_at(&result.hits, at(1, 2), "valor").unwrap();
    assert!(first.certain && first.identity.to_string().contains("EPI 2"), "{first:?}");
    assert_eq!(first.fields.text("host"), Some("127.7.1.2"));
    assert_eq!(first.fields.text("transport"), None, "it is the usual one");
    let second = hit_at(&result.hits, at(1, 5), "valor").unwrap();
    assert_eq!(second.fields.text("transport"), Some("websocket"));
    assert!(second.identity.contradicts(&first.identity));
    assert!(hit_at(&result.hits, at(1, 4), "p3").unwrap().certain);
    assert!(!hit_at(&result.hits, at(1, 3), "nexo").unwrap().certain, "without a login nobody knows");
    let sure: Vec<_> = result.hits.iter().filter(|hit| hit.certain).map(|hit| hit.address).collect();
    assert_eq!(sure.len(), 3, "{:?}", result.hits);
    for stranger in 6..=9 {
        assert!(result.hits.iter().all(|hit| hit.address != at(1, stranger)), "{stranger}: {:?}", result.hits);
    }
    let last = told.iter().rev().find_map(|progress| match progress {
        Progress::Asked { done, of } => Some((*done, *of)),
        Progress::Found(_) => None,
    });
    assert_eq!(last, Some((result.asked, result.asked)));
    assert_eq!(told.iter().filter(|progress| matches!(progress, Progress::Found(_))).count(), result.hits.len());
    for money in [valor_money, web_money, nexo_money, payserver_money] {
        assert!(money.lock().unwrap().is_empty(), "a search moves no money");
    }
    strangers.iter().for_each(tokio::task::JoinHandle::abort);
    for host in [valor, web, nexo, payserver] {
        host.stop().await;
    }
}

#[tokio::test]
async fn a_payment_of_another_till_goes_on_while_a_search_asks_its_terminal() {
    let (network, port) = free_port(2).await;
    let (host, money) = terminal_at(at(2, 2), port, "valor", 1, Carrier::Tcp).await;
    let mut till = TcpStream::connect((at(2, 2), port)).await.unwrap();
    let sale = br#"{"TRAN_MODE":"1","TRAN_CODE":"1","AMOUNT":"1271","REQ_TXN_ID":"OTHERTILL1"}"#;
    till.write_all(sale).await.unwrap();
    read_until(&mut till, "Payload Request Received").await;

    let (result, _) = found(&scope(&network, port, &["valor"])).await;

    assert_eq!(result.hits.len(), 1);
    read_until(&mut till, "MASKED_PAN").await;
    assert!(money.lock().unwrap().iter().all(|entry| entry.contains("OTHERTILL1")));
    assert!(!money.lock().unwrap().is_empty());
    host.stop().await;
}

async fn read_until(till: &mut TcpStream, words: &str) {
    let mut heard = String::new();
    let mut piece = [0; 1024];
    while !heard.contains(words) {
        let length = timeout(SOON, till.read(&mut piece)).await.unwrap().unwrap();
        assert!(length > 0, "the terminal hung up: {heard}");
        heard.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
}

#[tokio::test]
async fn a_search_that_is_dropped_closes_its_sockets() {
    let (network, port) = free_port(3).await;
    let listener = TcpListener::bind((at(3, 2), port)).await.unwrap();
    let scope = scope(&network, port, &["valor"]);
    let (tell, _news) = mpsc::channel(64);
    let searching = tokio::spawn(async move { search(&scope, 7, tell).await });
    let (mut peer, _) = timeout(SOON, listener.accept()).await.unwrap().unwrap();
    let mut asked = [0; 18];
    timeout(SOON, peer.read_exact(&mut asked)).await.unwrap().unwrap();
    assert_eq!(&asked, br#"{"TRAN_MODE":"96"}"#);
    searching.abort();
    let end = timeout(SOON, peer.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}

#[tokio::test]
async fn a_person_who_does_not_listen_holds_a_search_up_and_nothing_else() {
    let (network, port) = free_port(4).await;
    let scope = scope(&network, port, &["valor"]);
    let (tell, news) = mpsc::channel(1);
    drop(news);
    assert!(timeout(SOON, search(&scope, 7, tell)).await.unwrap().whole);
}

/// The installer's till, with a folder of its own.
struct Till(TempDir);

impl Till {
    fn new() -> Till {
        Till(tempfile::tempdir().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> harness::Ended {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_checkstand"));
        command.arg("--data").arg(self.0.path()).arg("--json").args(arguments);
        Program::start(&mut command, "").end()
    }

    fn host_of(&self, name: &str) -> String {
        let settings: Value =
            serde_json::from_slice(&std::fs::read(self.0.path().join("settings.json")).unwrap()).unwrap();
        let known = settings["terminals"].as_array().unwrap().iter().find(|known| known["name"] == name).unwrap();
        known["fields"]["host"].as_str().unwrap().to_owned()
    }
}

fn events(ended: &harness::Ended, kind: &str) -> Vec<Value> {
    let parsed = ended.lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    parsed.filter(|event| event["event"] == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_moved_is_found_again_by_who_it_is_and_an_impostor_is_not_taken() {
    let (network, port) = free_port(5).await;
    let till = Till::new();
    let number = port.to_string();
    let again = ["terminal", "find-again", "front", "--network", &network, "--port", &number];
    let (first, _) = terminal_at(at(5, 2), port, "valor", 11, Carrier::Tcp).await;
    let (host, own_port) = ("host=127.7.5.2", format!("port={port}"));
    let added = till.json(&["terminal", "add", "front", "--protocol", "valor", "--set", host, "--set", &own_port]);
    assert_eq!(added.status, Some(0), "{}", added.errors);

    // at its present address it says who it is
    let learned = till.json(&again);
    assert_eq!(learned.status, Some(0), "{}", learned.errors);
    let identity = events(&learned, "here")[0]["identity"].clone();
    assert!(identity["serial"].is_string(), "{identity}");

    // it moves, and another machine takes its address
    first.stop().await;
    let (impostor, _) = terminal_at(at(5, 2), port, "valor", 12, Carrier::Tcp).await;
    let lost = till.json(&again);
    assert_eq!(lost.status, Some(1));
    assert_eq!(events(&lost, "error")[0]["code"], "only-others-found");
    assert_eq!(till.host_of("front"), "127.7.5.2");
    let (moved, _) = terminal_at(at(5, 9), port, "valor", 11, Carrier::Tcp).await;
    let found = till.json(&again);
    assert_eq!(found.status, Some(0), "{}", found.errors);
    let event = &events(&found, "moved")[0];
    assert_eq!(event["from"], format!("127.7.5.2:{port}"));
    assert_eq!(event["to"], format!("127.7.5.9:{port}"));
    assert_eq!(event["identity"], identity);
    assert_eq!(till.host_of("front"), "127.7.5.9");

    // a general search knows it by the same
    let search = till.json(&["terminal", "find", "--protocol", "valor", "--network", &network, "--port", &number]);
    let hits = events(&search, "found");
    let known: Vec<_> = hits.iter().map(|hit| (hit["host"].as_str().unwrap(), hit["known_as"].as_str())).collect();
    assert!(known.contains(&("127.7.5.9", Some("front"))) && known.contains(&("127.7.5.2", None)), "{known:?}");

    // two that say the same are none
    let (twin, _) = terminal_at(at(5, 3), port, "valor", 11, Carrier::Tcp).await;
    let several = till.json(&again);
    assert_eq!(events(&several, "error")[0]["code"], "found-several");
    assert_eq!(till.host_of("front"), "127.7.5.9");
    for host in [impostor, moved, twin] {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_for_certain_is_set_up_and_what_was_not_is_named() {
    let (network, port) = free_port(6).await;
    let till = Till::new();
    let number = port.to_string();
    let find = ["terminal", "find", "--add", "--network", &network, "--port", &number];
    let (first, first_money) = terminal_at(at(6, 2), port, "valor", 31, Carrier::Tcp).await;
    let (second, _) = terminal_at(at(6, 3), port, "valor", 32, Carrier::WebSocket).await;
    let (nexo, _) = terminal_at(at(6, 4), port, "nexo", 33, Carrier::Http).await;
    let (payserver, _) = terminal_at(at(6, 5), port, "p3", 34, Carrier::WebSocket).await;

    let ended = till.json(&find);
    assert_eq!(ended.status, Some(1), "{}", ended.errors);
    assert_eq!(events(&ended, "error")[0]["code"], "found-not-added");
    let added = events(&ended, "added");
    let mut hosts: Vec<_> = added.iter().map(|added| added["host"].as_str().unwrap()).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, ["127.7.6.2", "127.7.6.3"], "{:?}", ended.lines);
    let left_out = events(&ended, "not_added");
    let of = |protocol: &str| left_out.iter().find(|left| left["protocol"] == protocol).unwrap();
    assert_eq!(of("nexo")["code"], "not-added-perhaps");
    assert_eq!(of("p3")["code"], "not-added-missing");
    assert_eq!(of("p3")["missing"], serde_json::json!(["merchant_id", "merchant_secret"]));
    let text = of("p3")["text"].as_str().unwrap();
    assert!(text.contains("--set host=127.7.6.5") && text.contains("--set merchant_id=… --secret merchant_secret"));

    // They are set up as they were found, and are known from now on.
    let settings: Value = serde_json::from_slice(&std::fs::read(till.0.path().join("settings.json")).unwrap()).unwrap();
    let known = settings["terminals"].as_array().unwrap();
    assert_eq!(known.len(), 2, "{settings}");
    assert!(known.iter().all(|known| known["protocol"] == "valor" && known["identity"]["EPI"].is_string()));
    let websocket = known.iter().find(|known| known["fields"]["host"] == "127.7.6.3").unwrap();
    assert_eq!(websocket["fields"]["transport"], "websocket");
    assert_eq!((settings["default_terminal"].as_str(), &known[1]["name"]), (Some("Front"), &"Front 2".into()));
    let tested = till.json(&["terminal", "test", "Front"]);
    assert_eq!(tested.status, Some(0), "{:?}", tested.lines);
    let again = till.json(&find);
    assert!(events(&again, "added").is_empty());
    assert_eq!(events(&again, "not_added").len(), 2);
    assert!(first_money.lock().unwrap().is_empty());
    for host in [first, second, nexo, payserver] {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_say_the_same_and_a_stranger_in_anothers_place_are_not_set_up() {
    let (network, port) = free_port(7).await;
    let till = Till::new();
    let number = port.to_string();
    let find = ["terminal", "find", "--add", "--protocol", "valor", "--network", &network, "--port", &number];
    let (first, _) = terminal_at(at(7, 2), port, "valor", 41, Carrier::Tcp).await;
    let (twin, _) = terminal_at(at(7, 3), port, "valor", 41, Carrier::Tcp).await;
    let codes = |ended: &harness::Ended| -> Vec<Value> {
        events(ended, "not_added").iter().map(|left| left["code"].clone()).collect()
    };
    assert_eq!(codes(&till.json(&find)), ["not-added-twin", "not-added-twin"]);
    twin.stop().await;
    let added = till.json(&find);
    assert_eq!((added.status, events(&added, "added").len()), (Some(0), 1), "{}", added.errors);
    first.stop().await;
    let (other, _) = terminal_at(at(7, 2), port, "valor", 42, Carrier::Tcp).await;
    let taken = till.json(&find);
    assert_eq!((taken.status, codes(&taken)), (Some(1), vec!["not-added-taken".into()]));
    assert!(events(&taken, "not_added")[0]["text"].as_str().unwrap().contains("Front"));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_searched_is_said_and_nothing_is_sent() {
    let till = Till::new();
    let code = |arguments: &[&str]| {
        let ended = till.json(&[&["terminal", "find"], arguments].concat());
        assert_eq!(ended.status, Some(2), "{}", ended.errors);
        events(&ended, "error")[0]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(&["--protocol", "econduit"]), "not-searchable");
    assert_eq!(code(&["--protocol", "connect"]), "not-searchable");
    assert_eq!(code(&["--network", "8.8.8.0/24"]), "network-public");
    assert_eq!(code(&["--network", "10.0.0.0"]), "not-a-network");
    assert_eq!(code(&["--network", "192.168.255.248/30"]), "network-not-ours");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_a_search_in_order() {
    let till = Till::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_checkstand"));
    command.arg("--data").arg(till.0.path()).args(["--json", "terminal", "find", "--network", "127.9.0.0/22"]);
    let mut searching = Program::start(&mut command, "");
    searching.until_it_says("Looking for terminals");
    searching.interrupt();
    let ended = searching.end();
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert!(ended.errors.contains("The search was stopped."), "{}", ended.errors);
}
