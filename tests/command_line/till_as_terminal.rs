//! The till as a terminal of eConduit's cloud: a POS elsewhere asks the cloud, the cloud asks `serve`, and a terminal of any
//! family in the shop takes the card.

use std::thread;

use serde_json::Value;

use super::harness::{Brand, Ended, Program, Shop, Wiring, free_port};
use super::minor;

const SERIAL: &str = "TILL-7";

/// A family that plays for the cloud.
#[derive(Debug, Clone, Copy)]
struct Player {
    brand: Option<Brand>,
    transport: &'static str,
    more: &'static [&'static str],
    currency: &'static str,
    voids: bool,
    captures: bool,
    tips: bool,
    closes: bool,
    /// What 100.56 comes to.
    part: i64,
}

const VALOR: Player = Player {
    brand: Some(Brand::Valor),
    transport: "tcp",
    more: &[],
    currency: "USD",
    voids: true,
    captures: true,
    tips: true,
    closes: true,
    part: 5_028,
};
const NEXO: Player = Player { brand: None, currency: "SEK", captures: false, tips: false, closes: false, ..VALOR };
const P3: Player = Player {
    brand: Some(Brand::P3),
    transport: "websocket",
    more: &["tip_adjustable=true"],
    currency: "EUR",
    closes: false,
    ..VALOR
};
const CONNECT: Player = Player {
    brand: Some(Brand::Connect),
    transport: "plain",
    currency: "GBP",
    voids: false,
    tips: false,
    part: 10_056,
    ..VALOR
};
const ECONDUIT: Player = Player { brand: Some(Brand::Econduit), transport: "json", ..VALOR };
const EVERY_PLAYER: [Player; 5] = [VALOR, NEXO, P3, CONNECT, ECONDUIT];

impl Player {
    fn shop(self, speed: &str) -> Shop {
        match self.brand {
            None => Shop::with_terminal(Wiring::Light),
            Some(brand) => Shop::with_simulator(brand, self.transport, self.more, &["--speed", speed]),
        }
    }
}

/// The POS with the cloud beside it, and the shop whose till is the terminal.
struct Chain {
    player: Player,
    pos: Shop,
    till: Shop,
}

impl Chain {
    fn of(player: Player, speed: &str) -> Chain {
        Chain::with(player, speed, &[])
    }

    /// The cloud with more arguments.
    fn with(player: Player, speed: &str, more: &[&str]) -> Chain {
        let paired = format!("paired=2050:{SERIAL}");
        let simulate = [&["--currency", player.currency, "--option", &paired], more].concat();
        let currency = format!("currency={}", player.currency);
        let pos = Shop::with_simulator(Brand::Econduit, "json", &["terminal_id=2050", &currency], &simulate);
        let chain = Chain { player, till: player.shop(speed), pos };
        let ports = &chain.pos.simulator().ports;
        chain.with_face("cloud", SERIAL, ports[0], ports[1], &[]);
        chain
    }

    fn with_face(&self, name: &str, serial: &str, port: u16, secondary: u16, more: &[&str]) {
        let fields = [
            "role=terminal".to_owned(),
            format!("terminal_id={serial}"),
            "through=front".to_owned(),
            "host=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("secondary=127.0.0.1:{secondary}"),
            format!("currency={}", self.player.currency),
        ];
        let fields = fields.iter().map(String::as_str).chain(more.iter().copied());
        let adds = ["terminal", "add", name, "--protocol", "econduit"].into_iter();
        let adds: Vec<&str> = adds.chain(fields.flat_map(|field| ["--set", field])).collect();
        self.till.run(&adds).ended_with(0);
    }

    fn serve(&self) -> Program {
        let mut serving = self.till.start_json(&["serve", "cloud"]);
        is_told(&mut serving, "online", "POS Online");
        serving
    }

    /// One payment of the POS, and what it comes to.
    #[track_caller]
    fn sells(&self, arguments: &[&str], status: i32, verdict: &str, taken: Option<i64>) -> Value {
        let outcome = self.pos.json(arguments).ended_with(status).outcome();
        assert_eq!(outcome["outcome"], verdict, "{:?} {arguments:?} {outcome}", self.player.brand);
        assert_eq!(minor(&outcome), taken, "{:?} {arguments:?} {outcome}", self.player.brand);
        outcome
    }

    /// Both journals tell the same of the same payments, one after the other, and the terminal took what they say.
    #[track_caller]
    fn books_agree(&self) {
        let told = |shop: &Shop| -> Vec<[Value; 3]> {
            let history = shop.history();
            let three = |payment: &Value| ["operation", "outcome", "amount_minor"].map(|field| payment[field].clone());
            history.iter().map(three).collect()
        };
        assert_eq!(told(&self.pos), told(&self.till), "{:?}", self.player.brand);
        assert!(
            self.till.history().iter().all(|payment| payment["origin"] == "cloud" && payment["terminal"] == "front")
        );
        match self.player.brand {
            Some(Brand::Connect) => self.till.every_payment_agrees_by_number(),
            _ => self.till.every_payment_agrees(),
        }
    }
}

fn is_told(serving: &mut Program, state: &str, text: &str) {
    serving.event_with("link", |link| link["terminal"] == "cloud" && link["state"] == state && link["text"] == text);
}

fn id(outcome: &Value) -> &str {
    outcome["payment"].as_str().unwrap()
}

fn with_every_player(story: impl Fn(Player) + Sync) {
    thread::scope(|scope| {
        for player in EVERY_PLAYER {
            let story = &story;
            scope.spawn(move || story(player));
        }
    });
}

#[test]
fn a_pos_elsewhere_is_paid_on_a_terminal_of_every_family() {
    with_every_player(|player| {
        let mut chain = Chain::of(player, "50");
        let serving = chain.serve();
        let sale = chain.sells(&["sale", "100.00"], 0, "approved", Some(10_000));
        for text in ["card", "brand", "auth_code"] {
            let same = [&chain.pos, &chain.till].map(|shop| shop.history()[0][text].clone());
            assert_eq!(same[0], same[1], "{text}");
        }
        if player.voids {
            chain.sells(&["void", id(&sale)], 0, "approved", Some(10_000));
        }
        chain.sells(&["sale", "100.51"], 10, "declined", None);
        chain.sells(&["sale", "100.53"], 11, "cancelled", None);
        chain.sells(&["sale", "100.67"], 12, "not_charged", None);
        chain.sells(&["sale", "100.56"], 0, "approved", Some(player.part));
        chain.sells(&["refund", "4.00"], 0, "approved", Some(400));
        if player.captures {
            let held = chain.sells(&["preauth", "50.00"], 0, "approved", Some(5_000));
            chain.sells(&["capture", id(&held), "40.00"], 0, "approved", Some(4_000));
        }
        if player.tips {
            let sale = chain.sells(&["sale", "30.00"], 0, "approved", Some(3_000));
            let tip = chain.sells(&["tip", id(&sale), "3.00"], 0, "approved", Some(3_300));
            assert_eq!(tip["tip_minor"], 300, "{:?}", player.brand);
        }
        let day = chain.pos.json(&["close-day"]);
        let verdict = day.events_of("day_end").first().map(|day| day["verdict"].clone());
        assert_eq!(verdict == Some("closed".into()), player.closes, "{:?} {:#?}", player.brand, day.lines);
        chain.books_agree();
        serving.terminate();
        let mut told = serving.end().ended_with(0).events_of("started");
        told.retain(|started| started["origin"] == "cloud");
        assert_eq!(told.len(), chain.pos.history().len());
        chain.pos.end_uncomplaining();
    });
}

#[test]
fn a_running_till_says_more_in_its_log_as_soon_as_somebody_else_wants_it() {
    let chain = Chain::of(EVERY_PLAYER[0], "50");
    let serving = chain.serve();
    let mut log = chain.till.start_json(&["log", "follow", "--lines", "1000"]);
    let mut reads = |words: &str| {
        let is_it = |event: &Value| event["line"].as_str().is_some_and(|line| line.contains(words));
        log.event_with("log_line", is_it);
    };
    let first = chain.sells(&["sale", "10.00"], 0, "approved", Some(1_000));
    reads("the payment has ended");
    chain.till.json(&["log", "level", "terminal", "debug"]).ended_with(0);
    reads("other levels hold in the log unusual=\"terminal=debug\"");
    chain.sells(&["void", id(&first)], 0, "approved", Some(1_000));
    reads(" DEBUG terminal ");
    chain.till.json(&["log", "level", "terminal", "info"]).ended_with(0);
    reads("other levels hold in the log");
    serving.terminate();
    serving.end().ended_with(0);
    log.interrupt();
    let lines = log.end().lines;
    let first_debug = lines.iter().position(|line| line.contains(" DEBUG ")).unwrap();
    let chosen = lines.iter().position(|line| line.contains("other levels hold")).unwrap();
    assert!(chosen < first_debug, "nothing more was said before: {lines:#?}");
}

#[test]
fn a_local_line_that_drops_is_found_out_behind_the_cloud() {
    with_every_player(|player| {
        let mut chain = Chain::of(player, "50");
        let serving = chain.serve();
        chain.sells(&["sale", "100.61"], 0, "approved", Some(10_061));
        chain.sells(&["sale", "100.62"], 10, "declined", None);
        chain.books_agree();
        drop(serving);
        chain.pos.end_uncomplaining();
    });
}

/// Wherever the till is killed, its terminal charges once, and both find out.
#[test]
fn a_till_that_is_killed_while_its_terminal_works_finds_out_and_tells_when_it_is_asked() {
    thread::scope(|scope| {
        for player in [VALOR, NEXO, P3, ECONDUIT] {
            for moment in ["started", "reference", "outcome"] {
                scope.spawn(move || killed(player, moment));
            }
        }
    });
}

fn killed(player: Player, moment: &str) {
    let told = format!("{:?}, killed at {moment}", player.brand);
    let mut chain = Chain::of(player, "5");
    let mut serving = chain.serve();
    let sale = chain.pos.start_json(&["sale", "100.00"]);
    serving.event(moment);
    serving.kill();
    let serving = chain.serve();
    let sale = sale.end();
    let outcome = if sale.status == Some(13) { asked_until_known(&chain.pos, &told) } else { sale.outcome() };
    drop(serving);
    chain.till.json(&["status"]);
    let history = chain.till.history();
    assert!(history.len() <= 1, "{told}: {history:#?}");
    let charges = chain.till.ledger().iter().filter(|entry| entry["state"] == "approved").count();
    assert!(charges <= 1, "{told}: charged twice");
    match (history.first(), outcome["outcome"].as_str()) {
        // Nothing tells a terminal's answer that never came with a number from one that never began (DESIGN section 4).
        (Some(payment), Some("in_doubt")) => assert_eq!(payment["outcome"], "in_doubt", "{told}"),
        (Some(payment), Some(verdict)) => {
            assert_eq!(
                (payment["outcome"].as_str(), &payment["amount_minor"]),
                (Some(verdict), &outcome["amount_minor"]),
                "{told}"
            );
            assert_eq!(charges, usize::from(verdict == "approved"), "{told}");
        }
        (None, verdict) => assert_ne!(verdict, Some("approved"), "{told}"),
        (Some(_), None) => panic!("{told}: {outcome}"),
    }
    chain.pos.end_uncomplaining();
}

fn asked_until_known(pos: &Shop, told: &str) -> Value {
    let asked = pos.json(&["status"]);
    let outcomes = asked.events_of("outcome");
    outcomes.last().unwrap_or_else(|| panic!("{told}: {:#?}", asked.lines)).clone()
}

#[test]
fn a_payment_in_the_way_is_a_busy_terminal() {
    let mut chain = Chain::of(ECONDUIT, "5");
    let serving = chain.serve();
    let mut first = chain.pos.start_json(&["sale", "100.71"]);
    first.event("reference");
    // A second till of the POS's asks for the same terminal.
    let mut second = Shop::of_training();
    second.share_machine_of(&chain.pos);
    let ports = chain.pos.simulator().ports.clone();
    second.add_of_brand("front", Brand::Econduit, "classic", &ports, &["terminal_id=2050"]).ended_with(0);
    let outcome = second.json(&["sale", "10.00"]).ended_with(12).outcome();
    assert!(outcome["message"].as_str().unwrap().contains("Terminal Is Busy"), "{outcome}");
    first.kill();
    let outcome = asked_until_known(&chain.pos, "killed");
    assert_eq!(minor(&outcome), Some(10_071), "{outcome}");
    drop(serving);
    assert_eq!(chain.till.ledger().len(), 1);
    chain.pos.end_uncomplaining();
}

/// The cashier's own payment blocks the terminal for the cloud as well, until somebody has decided about it.
#[test]
fn the_cashiers_payment_in_doubt_keeps_the_cloud_away_from_its_terminal() {
    let mut chain = Chain::of(P3, "50");
    let own = chain.till.json(&["sale", "100.74", "--terminal", "front"]).ended_with(13).outcome();
    let serving = chain.serve();
    let outcome = chain.sells(&["sale", "10.00"], 12, "not_charged", None);
    assert!(outcome["message"].as_str().unwrap().contains("Terminal Is Busy"), "{outcome}");
    drop(serving);
    let resolve = ["resolve", id(&own), "--as", "paid", "--by", "Ada", "--reason", "its slip"];
    chain.till.json(&resolve).ended_with(0);
    let serving = chain.serve();
    chain.sells(&["sale", "10.00"], 0, "approved", Some(1_000));
    drop(serving);
    chain.till.every_payment_agrees();
    chain.pos.end_uncomplaining();
}

/// (2.6) What came of it meanwhile is kept, and given when the cloud asks for it.
#[test]
fn a_line_to_the_cloud_that_drops_while_the_terminal_works_costs_nothing() {
    thread::scope(|scope| {
        for (player, amount, status, verdict, taken) in [
            (VALOR, "100.00", 0, "approved", Some(10_000)),
            (P3, "100.51", 10, "declined", None),
            (ECONDUIT, "100.56", 0, "approved", Some(5_028)),
        ] {
            scope.spawn(move || {
                let mut chain = Chain::with(player, "20", &["--option", "drop=command"]);
                let mut serving = chain.serve();
                chain.sells(&["sale", amount], status, verdict, taken);
                is_told(&mut serving, "offline", "POS Offline");
                is_told(&mut serving, "online", "POS Online");
                chain.sells(&["sale", "20.00"], 0, "approved", Some(2_000));
                chain.books_agree();
                drop(serving);
                chain.pos.end_uncomplaining();
            });
        }
    });
}

#[test]
fn a_cloud_that_cannot_be_reached_is_pos_offline_and_the_second_endpoint_is_tried() {
    let chain = Chain::of(VALOR, "50");
    let ports = &chain.pos.simulator().ports;
    chain.with_face("cloud", SERIAL, free_port(), ports[1], &[]);
    let serving = chain.serve();
    chain.sells(&["sale", "10.00"], 0, "approved", Some(1_000));
    drop(serving);
    chain.with_face("cloud", SERIAL, free_port(), free_port(), &[]);
    let mut serving = chain.till.start_json(&["serve", "cloud"]);
    is_told(&mut serving, "offline", "POS Offline");
    let outcome = chain.pos.json(&["sale", "10.00"]).ended_with(12).outcome();
    assert!(outcome["message"].as_str().unwrap().contains("Terminal Is Offline"), "{outcome}");
    serving.terminate();
    serving.end().ended_with(0);
}

#[test]
fn a_cloud_that_goes_away_is_pos_offline() {
    let mut chain = Chain::of(VALOR, "50");
    let mut serving = chain.serve();
    chain.pos.lose_terminal();
    is_told(&mut serving, "offline", "POS Offline");
}

#[test]
fn a_refused_registration_says_why() {
    let chain = Chain::of(VALOR, "50");
    let ports = &chain.pos.simulator().ports;
    chain.with_face("cloud", SERIAL, ports[0], ports[1], &["terminal_type=BAD"]);
    let tested: Ended = chain.till.json(&["terminal", "test", "cloud"]);
    assert_ne!(tested.status, Some(0));
    let mut serving = chain.till.start_json(&["serve", "cloud"]);
    is_told(&mut serving, "offline", "POS Offline");
    serving.until_it_says("terminal_type");
    chain.with_face("cloud", "77002044", ports[0], ports[1], &["terminal_type=Checkstand"]);
    serving.terminate();
    serving.end().ended_with(0);
}
