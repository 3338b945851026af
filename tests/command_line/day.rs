//! The shop's day: what it adds up to, its close with the terminals' own, and where they differ.

use serde_json::{Value, json};

use checkstand::domain::{BillPart, bill::NewLine};
use checkstand::domain::{CASH, Currency, Money, NewBill, Operation, PaymentRequest};
use checkstand::journal::{Journal, NewPayment};

use super::harness::{Brand, Shop};

fn currency(day: &Value) -> &Value {
    assert_eq!(day["currencies"].as_array().map(Vec::len), Some(1), "{day:#}");
    &day["currencies"][0]
}

fn group<'a>(day: &'a Value, groups: &str, name: &str) -> &'a Value {
    let all = currency(day)[groups].as_array().unwrap();
    all.iter().find(|group| group["name"] == name).unwrap_or_else(|| panic!("no {name} among {groups}: {day:#}"))
}

fn so_far(shop: &Shop) -> Value {
    shop.json(&["day", "x"]).ended_with(0).event("day")
}

#[test]
fn a_day_is_added_up_closed_and_begins_anew() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    assert_eq!(so_far(&shop)["currencies"], json!([]));
    shop.json(&["sale", "100.00"]).ended_with(0);
    let voided = shop.json(&["sale", "20.00"]).ended_with(0).outcome();
    shop.json(&["sale", "30.51"]).ended_with(10);
    shop.json(&["void", voided["payment"].as_str().unwrap()]).ended_with(0);
    shop.json(&["refund", "5.00"]).ended_with(0);
    shop.json(&["sale", "9.00", "--terminal", "training"]).ended_with(0);
    let day = so_far(&shop);
    let sums = currency(&day);
    assert_eq!((&day["number"], day.get("since")), (&json!(1), None));
    assert_eq!((&sums["taken"], &sums["taken_minor"]), (&json!(2), &json!(12_000)), "{day:#}");
    assert_eq!(
        (&sums["given_back"], &sums["given_back_minor"], &sums["net_minor"]),
        (&json!(2), &json!(2_500), &json!(9_500))
    );
    for (groups, name) in [("terminals", "front"), ("tenders", "card")] {
        assert_eq!(group(&day, groups, name)["net_minor"], 9_500, "{groups}");
    }
    assert_eq!(group(&day, "kinds", "void")["given_back_minor"], 2_000);
    assert_eq!(sums["operators"][0].get("name"), None, "nobody is signed in");

    let ended = shop.json(&["day", "z", "--by", "Ada"]);
    let closed = ended.ended_with(0).event("day_closed");
    assert_eq!(ended.events().last(), Some(&closed), "it comes last");
    assert_eq!((&closed["number"], &closed["by"]), (&json!(1), &json!("Ada")));
    assert!(closed["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    let end = ended.event("day_end");
    assert_eq!(
        (&end["terminal"], &end["verdict"], &end["total_minor"]),
        (&json!("front"), &json!("closed"), &json!(9_500))
    );
    let difference = ended.event("difference");
    assert_eq!(difference["comparison"], "equal", "{difference:#}");
    assert_eq!((&difference["journal_minor"], &difference["terminal_minor"]), (&json!(9_500), &json!(9_500)));
    assert_eq!((&difference["journal_transactions"], &difference["terminal_transactions"]), (&json!(2), &json!(2)));
    assert_eq!(currency(&ended.event("day")), sums);

    let next = so_far(&shop);
    assert_eq!((&next["number"], &next["currencies"]), (&json!(2), &json!([])));
    assert_eq!(next["since"], closed["at"]);
    assert_eq!(shop.json(&["day", "z"]).ended_with(1).refusal(), "empty-day");
    let reports = shop.json(&["reports"]).ended_with(0).events_of("day_end");
    assert_eq!(reports.len(), 1, "no terminal was asked for an empty day");
}

/// A bill of 12.50 with 25 % tax in it, paid in cash.
fn pay_a_bill_in_cash(shop: &Shop) {
    let at = jiff::Timestamp::now();
    let mut journal = Journal::open(shop.path()).unwrap();
    let mut line = NewLine::new("Soup", 1_250);
    line.tax = "25".parse().unwrap();
    let bill = NewBill { lines: vec![line], ..NewBill::new(Currency::USD) };
    let bill = journal.open_bill(bill, at).unwrap().bill.id;
    let mut request = PaymentRequest::new(Operation::Sale, Money::new(1_250, Currency::USD));
    request.bill = Some(Box::new(BillPart { given_minor: Some(2_000), ..BillPart::of(bill) }));
    request.operator = Some("Ada".to_owned());
    let (terminal, protocol) = (CASH.to_owned(), CASH.to_owned());
    journal.record_cash(NewPayment { terminal, protocol, training: false, request, at }).unwrap();
}

#[test]
fn cash_and_the_taxes_of_bills_are_in_the_day_and_not_in_the_terminals() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    shop.json(&["sale", "3.00"]).ended_with(0);
    pay_a_bill_in_cash(&shop);
    let ended = shop.json(&["day", "z"]);
    let day = ended.ended_with(0).event("day");
    let sums = currency(&day);
    assert_eq!((&sums["net_minor"], &sums["drawer_minor"]), (&json!(1_550), &json!(1_250)), "{day:#}");
    assert_eq!(sums["taxes"], json!([{ "rate": "25", "net_minor": 1_000, "tax_minor": 250 }]));
    assert_eq!((&sums["bills"]["count"], &sums["bills"]["total_minor"]), (&json!(1), &json!(1_250)));
    assert_eq!(group(&day, "tenders", "cash")["net_minor"], 1_250);
    assert_eq!(group(&day, "operators", "Ada")["net_minor"], 1_250);
    let difference = ended.event("difference");
    assert_eq!((&difference["comparison"], &difference["journal_minor"]), (&json!("equal"), &json!(300)));
}

#[test]
fn what_the_terminal_took_and_the_journal_does_not_know_is_shown() {
    for brand in [Brand::Valor, Brand::Connect] {
        let shop = Shop::with_brand(brand, "", &[]);
        // Another till on the same terminal.
        let other = Shop::of_training();
        other.add_of_brand("front", brand, "", &shop.simulator().ports, &[]).ended_with(0);
        shop.json(&["sale", "100.00"]).ended_with(0);
        other.json(&["sale", "40.00"]).ended_with(0);
        let ended = shop.json(&["day", "z"]);
        let difference = ended.ended_with(0).event("difference");
        assert_eq!(difference["comparison"], "different", "{brand:?} {difference:#}");
        assert_eq!((&difference["journal_minor"], &difference["terminal_minor"]), (&json!(10_000), &json!(14_000)));
        assert_eq!((&difference["difference_minor"], &difference["still_open"]), (&json!(4_000), &json!(false)));
        // The next day is compared since the terminal's own last end.
        shop.json(&["sale", "7.00"]).ended_with(0);
        let next = shop.json(&["day", "z"]).ended_with(0).event("difference");
        assert_eq!((&next["comparison"], &next["journal_minor"]), (&json!("equal"), &json!(700)), "{brand:?} {next:#}");
    }
}

#[test]
fn a_terminal_that_cannot_be_reached_keeps_no_shop_from_closing_and_is_named() {
    let mut shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    shop.json(&["sale", "100.00"]).ended_with(0);
    shop.lose_terminal();
    let ended = shop.run(&["day", "z"]);
    let told = ended.ended_with(0).lines.join("\n");
    for words in ["Day 1 is closed.", "Terminal front has not ended its own day.", "Taken (1)", "100.00"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let kept = shop.json(&["day", "show", "1"]);
    let difference = kept.ended_with(0).event("difference");
    assert_eq!((&difference["comparison"], &difference["still_open"]), (&json!("not_comparable"), &json!(true)));
    assert_eq!((&difference["journal_minor"], difference.get("terminal_minor")), (&json!(10_000), None));
    assert_eq!(kept.event("day_end")["verdict"], "not_closed");
}

#[test]
fn a_payment_in_doubt_is_shown_apart_and_its_terminal_is_not_asked() {
    let mut shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    shop.json(&["sale", "10.00"]).ended_with(0);
    let mut paying = shop.start_json(&["sale", "30.70"]);
    let lost = paying.event("started");
    paying.event("reference");
    paying.kill();
    shop.lose_terminal();
    let day = so_far(&shop);
    assert_eq!(
        (&currency(&day)["in_doubt"], &currency(&day)["net_minor"]),
        (&json!({ "count": 1, "minor": 3_070 }), &json!(1_000))
    );
    let ended = shop.json(&["day", "z"]);
    let end = ended.ended_with(0).event("day_end");
    assert_eq!(end["verdict"], "not_closed", "{end:#}");
    let payment = lost["payment"].as_str().unwrap();
    shop.json(&["resolve", payment, "--as", "paid", "--by", "Ada", "--reason", "slip"]).ended_with(0);
    // Decided after the close: it belongs to the next day.
    assert_eq!(currency(&so_far(&shop))["taken_minor"], 3_070);
    assert_eq!(currency(&shop.json(&["day", "show", "1"]).ended_with(0).event("day"))["taken_minor"], 1_000);
}

#[cfg(unix)]
#[test]
fn days_are_listed_and_read_beside_a_running_program_and_closed_by_none() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    assert!(shop.json(&["day", "list"]).ended_with(0).lines.is_empty());
    for _ in 0..2 {
        shop.json(&["sale", "1.00"]).ended_with(0);
        shop.json(&["day", "z"]).ended_with(0);
    }
    shop.json(&["sale", "2.00"]).ended_with(0);
    let mut serving = shop.start_json(&["serve"]);
    serving.event_with("link", |link| link["state"] == "online");
    let listed = shop.json(&["day", "list"]).ended_with(0).events_of("day_closed");
    let numbers: Vec<_> = listed.iter().map(|day| day["number"].as_i64().unwrap()).collect();
    let newest = shop.json(&["day", "list", "--limit", "1"]).ended_with(0).events_of("day_closed");
    let today = so_far(&shop);
    let refused = shop.json(&["day", "z"]).ended_with(2).refusal();
    serving.interrupt();
    serving.end().ended_with(0);
    assert_eq!((numbers, newest), (vec![1, 2], listed[1..].to_vec()));
    assert_eq!((&today["number"], &currency(&today)["net_minor"]), (&json!(3), &json!(200)));
    assert_eq!(refused, "locked");
    assert_eq!(shop.json(&["day", "show", "3"]).ended_with(2).refusal(), "no-such-day");
    let told = shop.run(&["day", "list"]).ended_with(0).lines.join("\n");
    assert!(told.contains("Day 2") && told.contains("1.00 USD"), "{told}");
}
