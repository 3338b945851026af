//! Pay at table: `serve` holds the line to the cloud, card machines at the tables ask for the bills, and `bill` says how they stand.

use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::harness::{Brand, Program, Shop};
use super::minor;

const MACHINE: &str = "70031204";
/// Nothing here may take longer.
const PATIENCE: u32 = 600;

/// A restaurant whose card machines do this at the tables.
fn restaurant(script: &str) -> Shop {
    restaurant_with(script, &[])
}

fn restaurant_with(script: &str, options: &[&str]) -> Shop {
    let script = format!("tables={script}");
    Shop::with_simulator(Brand::Connect, "plain", &["kind=pat"], &[&["--option", script.as_str()], options].concat())
}

fn seat(shop: &Shop, table: &str, price: &str) -> Value {
    let line = format!("Plaice={price}");
    shop.json(&["bill", "open", table, "--line", &line]).ended_with(0).event("bill")
}

fn serve(shop: &Shop) -> Program {
    let mut program = shop.start_json(&["serve", "front"]);
    let online = program.event_with("link", |link| link["state"] == "online");
    assert_eq!(online["terminal"], "front");
    program
}

fn open_bills(shop: &Shop) -> Vec<Value> {
    shop.json(&["bill", "list"]).ended_with(0).events_of("bill")
}

/// Asks again and again, beside the running program.
#[track_caller]
fn until(shop: &Shop, so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..PATIENCE {
        let bills = open_bills(shop);
        if so(&bills) {
            return bills;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the bills stay {:?}", open_bills(shop));
}

/// What machines took is in the history, once, and nothing else.
fn books_agree(shop: &Shop) {
    let history = shop.history();
    let booked = |entry: &Value| {
        let of_it = |payment: &&Value| payment["origin_reference"] == entry["terminal_reference"];
        history.iter().filter(of_it).map(minor).collect::<Vec<_>>()
    };
    let ledger = shop.ledger();
    for entry in &ledger {
        assert_eq!(booked(entry), [entry["amount_minor"].as_i64()], "{entry} in {history:#?}");
    }
    assert_eq!(ledger.len(), history.len(), "{history:#?}");
}

#[test]
fn a_bill_is_paid_at_its_table_while_the_till_serves_and_everybody_sees_it() {
    let shop = restaurant("split");
    let bill = seat(&shop, "12", "64.80")["bill"].clone();
    let mut program = serve(&shop);
    let started = program.event("started");
    assert_eq!((started["origin"].as_str(), started["terminal"].as_str()), (Some("table"), Some("front")));
    assert_eq!((started["amount"].as_str(), started["operation"].as_str()), (Some("32.40"), Some("sale")));
    let outcome = program.event("outcome");
    assert_eq!((outcome["outcome"].as_str(), minor(&outcome)), (Some("approved"), Some(3_240)));
    until(&shop, <[Value]>::is_empty);
    let shown = shop.json(&["bill", "show", bill.as_str().unwrap()]).ended_with(0).event("bill");
    assert_eq!((shown["paid_minor"].as_i64(), shown["due_minor"].as_i64()), (Some(6_480), Some(0)));
    program.interrupt();
    program.end().ended_with(0);
    books_agree(&shop);
    let payment = &shop.history()[0];
    assert_eq!((payment["origin"].as_str(), payment["reference"].as_str()), (Some("table"), Some("12")));
    assert_eq!(payment["bill"], bill);
}

#[test]
fn a_locked_table_says_by_whom_cannot_be_changed_and_is_lifted_by_a_named_person() {
    let shop = restaurant("lost_unlock");
    seat(&shop, "12", "64.80");
    let mut program = serve(&shop);
    program.event("outcome");
    let locked = until(&shop, |bills| bills[0]["paid_minor"] == 6_480);
    assert_eq!(locked[0]["locked_by"], MACHINE);
    let changed = shop.json(&["bill", "add", "12", "--line", "Rioja=27.80"]);
    assert_eq!(changed.ended_with(2).refusal(), "locked");
    let removed = shop.json(&["bill", "remove", "12"]);
    assert_eq!(removed.ended_with(2).refusal(), "locked");
    let nameless = shop.json(&["bill", "unlock", "12", "--by", " ", "--reason", "battery"]);
    assert_eq!(nameless.ended_with(2).refusal(), "no-name");
    shop.json(&["bill", "unlock", "12", "--by", "Ann", "--reason", "battery"]).ended_with(0);
    // Paid before, it is closed now that nobody has it in hand.
    assert!(open_bills(&shop).is_empty());
    program.interrupt();
    program.end().ended_with(0);
    books_agree(&shop);
}

#[test]
fn what_was_paid_while_the_line_was_down_arrives_once() {
    for script in ["late_payment", "twice"] {
        let shop = restaurant(script);
        seat(&shop, "12", "64.80");
        let mut program = serve(&shop);
        program.event("outcome");
        until(&shop, <[Value]>::is_empty);
        program.interrupt();
        program.end().ended_with(0);
        books_agree(&shop);
    }
}

#[test]
fn a_till_whose_tables_another_took_over_says_so_and_does_not_fight() {
    let first = restaurant("pay");
    let second = Shop::of_training();
    second.add_of_brand("front", Brand::Connect, "plain", &first.simulator().ports, &["kind=pat"]).ended_with(0);
    let mut loser = serve(&first);
    let mut winner = serve(&second);
    let says = |link: &Value, words: &str| link["text"].as_str().is_some_and(|text| text.contains(words));
    let offline = loser.event_with("link", |link| says(link, "taken over"));
    assert_eq!(offline["state"], "offline");
    // The tables are the other one's from now on.
    seat(&second, "7", "10.00");
    winner.event("outcome");
    assert!(loser.is_running());
    for program in [loser, winner] {
        program.interrupt();
        program.end().ended_with(0);
    }
    assert!(first.history().is_empty());
    assert_eq!(second.history().len(), 1);
}

#[test]
fn a_till_that_is_killed_while_guests_pay_has_every_payment_once_when_it_serves_again() {
    // As a notification it would be lost with the till (`lost_unlock`), and the table would stay locked.
    let shop = restaurant_with("split", &["--option", "unlock=request"]);
    for (table, price) in [("1", "10.00"), ("2", "20.00"), ("3", "30.00")] {
        seat(&shop, table, price);
    }
    for pause in [40, 120, 200, 280, 360, 480, 600] {
        let program = serve(&shop);
        thread::sleep(Duration::from_millis(pause));
        program.kill();
    }
    let program = serve(&shop);
    until(&shop, <[Value]>::is_empty);
    program.interrupt();
    program.end().ended_with(0);
    books_agree(&shop);
    assert_eq!(shop.history().iter().filter_map(minor).sum::<i64>(), 6_000);
}

#[test]
fn a_machine_at_the_tables_is_no_terminal_to_pay_at() {
    let shop = restaurant("pay");
    let refused = shop.json(&["sale", "10.00", "--terminal", "front"]);
    assert!(refused.ended_with(2).event("error")["message"].as_str().unwrap().contains("tables"));
    // Without another real terminal only training is left.
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(0).event("started")["terminal"], "training");
    seat(&shop, "5", "10.00");
    let training = shop.json(&["bill", "pay", "5", "--terminal", "training"]);
    assert_eq!(training.ended_with(2).refusal(), "training");
    shop.json(&["bill", "pay", "5", "--cash", "20.00"]).ended_with(0);
}
