//! What the command line promises whatever family the terminal is of: Valor and P3, on each of their transports.

use super::harness::{Brand, Shop};
use super::minor;

const EVERY_WAY: [(Brand, &str); 4] =
    [(Brand::Valor, "tcp"), (Brand::Valor, "websocket"), (Brand::P3, "websocket"), (Brand::P3, "tcp")];

/// One row of the scenario table on every transport: exit status, outcome, and what was taken, if anything.
fn scenario(amount: &str, status: i32, verdict: &str, taken: Option<i64>) {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let outcome = shop.json(&["sale", amount]).ended_with(status).outcome();
        assert_eq!(outcome["outcome"], verdict, "{family:?} {transport} {outcome}");
        assert_eq!(minor(&outcome), taken, "{family:?} {transport} {outcome}");
        assert_eq!(shop.history()[0]["outcome"], verdict);
        shop.every_payment_agrees();
    }
}

#[test]
fn a_sale_is_approved_and_the_history_says_everything_about_it() {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let ended = shop.json(&["sale", "100.00", "--reference", "order 7"]);
        let outcome = ended.ended_with(0).outcome();
        let currency = if family == Brand::Valor { "USD" } else { "EUR" };
        assert_eq!((outcome["amount"].as_str(), minor(&outcome)), (Some("100.00"), Some(10_000)));
        assert_eq!(outcome["currency"], currency);
        for text in ["card", "brand", "terminal_reference", "auth_code"] {
            assert!(outcome[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {outcome}");
        }
        assert!(!ended.event("reference")["reference"].as_str().unwrap().is_empty());
        assert_eq!(ended.events_of("receipt").len(), 2);

        let history = shop.history();
        assert_eq!(history.len(), 1);
        let payment = &history[0];
        for (field, value) in
            [("terminal", "front"), ("operation", "sale"), ("reference", "order 7"), ("currency", currency)]
        {
            assert_eq!(payment[field], value, "{payment}");
        }
        for same in ["payment", "outcome", "amount", "amount_minor", "card", "brand", "auth_code", "terminal_reference"]
        {
            assert_eq!(payment[same], outcome[same], "{same}");
        }
        assert_eq!(payment["asked_minor"], 10_000);
        assert!(payment["at"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()));
        shop.every_payment_agrees();
    }
}

#[test]
fn a_decline_ends_with_10() {
    scenario("100.51", 10, "declined", None);
}

#[test]
fn the_customers_cancel_ends_with_11() {
    scenario("100.53", 11, "cancelled", None);
}

#[test]
fn half_of_the_amount_is_booked_as_half() {
    scenario("100.56", 0, "approved", Some(5_028));
}

#[test]
fn an_approval_behind_a_lost_line_is_found() {
    scenario("100.61", 0, "approved", Some(10_061));
}

#[test]
fn a_decline_behind_a_lost_line_is_found() {
    scenario("100.62", 10, "declined", None);
}

#[test]
fn a_busy_terminal_charges_nothing() {
    scenario("100.67", 12, "not_charged", None);
}

#[test]
fn an_answer_about_another_payment_is_not_taken_for_ours() {
    scenario("100.72", 0, "approved", Some(10_072));
}

#[test]
fn odd_spelling_and_single_byte_pieces_are_understood() {
    scenario("100.73", 0, "approved", Some(10_073));
}

#[test]
fn a_tip_given_on_the_terminal_is_booked() {
    for (family, transport) in EVERY_WAY {
        let ask = if family == Brand::Valor { "tip_on_terminal=true" } else { "tip=ask_tip" };
        let shop = Shop::with_brand(family, transport, &[ask]);
        let outcome = shop.json(&["sale", "100.57"]).ended_with(0).outcome();
        let tip = outcome["tip_minor"].as_i64().unwrap();
        assert!((1_005..=1_006).contains(&tip), "{outcome}");
        assert_eq!(minor(&outcome), Some(10_057 + tip));
        shop.every_payment_agrees();
    }
}

#[test]
fn a_refund_a_void_and_a_capture_are_payments_of_their_own() {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let refund = shop.json(&["refund", "4.00"]).ended_with(0).outcome();
        assert_eq!(minor(&refund), Some(400));

        let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
        let sale = sale["payment"].as_str().unwrap();
        let void = shop.json(&["void", sale]).ended_with(0).outcome();
        assert_eq!(minor(&void), Some(10_000), "{family:?} {void}");
        assert_eq!(shop.json(&["void", sale]).ended_with(2).refusal(), "already-voided");

        let held = shop.json(&["preauth", "200.00"]).ended_with(0).outcome();
        let held = held["payment"].as_str().unwrap();
        let capture = shop.json(&["capture", held, "150.00"]).ended_with(0).outcome();
        assert_eq!(minor(&capture), Some(15_000), "{family:?} {capture}");
        assert_eq!(shop.json(&["capture", held]).ended_with(2).refusal(), "already-captured");

        let history = shop.history();
        let kinds: Vec<&str> = history.iter().map(|payment| payment["operation"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["refund", "sale", "void", "preauth", "capture"]);
        assert_eq!((&history[2]["of"], &history[4]["of"]), (&history[1]["payment"], &history[3]["payment"]));
        shop.every_payment_agrees();
    }
}

#[test]
fn a_tip_is_added_to_an_earlier_payment() {
    for (family, transport) in EVERY_WAY {
        let adjustable: &[&str] = if family == Brand::P3 { &["tip_adjustable=true"] } else { &[] };
        let shop = Shop::with_brand(family, transport, adjustable);
        let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
        let sale = sale["payment"].as_str().unwrap();
        let tip = shop.json(&["tip", sale, "5.00"]).ended_with(0).outcome();
        assert_eq!(tip["tip_minor"], 500, "{family:?} {tip}");
        assert_eq!(minor(&tip), Some(10_500), "{family:?} {tip}");
        let history = shop.history();
        assert_eq!((&history[1]["of"], &history[1]["asked_minor"]), (&history[0]["payment"], &500.into()));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_a_payment_that_waits_for_the_card() {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let mut program = shop.start_json(&["sale", "100.70"]);
        program.event("reference");
        program.interrupt();
        let outcome = program.end().ended_with(11).event("outcome");
        assert_eq!(outcome["outcome"], "cancelled", "{family:?} {transport}");
        shop.every_payment_agrees();
    }
}

#[cfg(unix)]
#[test]
fn an_approval_after_a_cancel_is_an_approval() {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let mut program = shop.start_json(&["sale", "100.65"]);
        program.event("reference");
        program.interrupt();
        let outcome = program.end().ended_with(0).event("outcome");
        assert_eq!(minor(&outcome), Some(10_065), "{family:?} {transport} {outcome}");
        assert!(outcome["message"].is_string(), "{family:?} {transport} {outcome}");
        shop.every_payment_agrees();
    }
}

#[cfg(unix)]
#[test]
fn what_a_valor_terminal_took_and_denies_stays_in_doubt_until_a_person_decides() {
    took_and_denies(Brand::Valor, "tcp");
}

#[cfg(unix)]
#[test]
fn what_a_payserver_took_and_denies_stays_in_doubt_until_a_person_decides() {
    took_and_denies(Brand::P3, "websocket");
}

#[cfg(unix)]
fn took_and_denies(family: Brand, transport: &str) {
    let shop = Shop::with_brand(family, transport, &[]);
    let outcome = shop.json(&["sale", "100.74"]).ended_with(13).outcome();
    assert_eq!(outcome["outcome"], "in_doubt");
    assert!(outcome.get("amount_minor").is_none());
    let payment = outcome["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");

    let asking = shop.start_json(&["status"]);
    while !std::fs::read_to_string(shop.path().join("checkstand.lock")).is_ok_and(|pid| pid == asking.id().to_string())
    {
        std::thread::yield_now();
    }
    asking.interrupt();
    assert_eq!(asking.end().ended_with(13).event("outcome")["outcome"], "in_doubt");

    shop.json(&["resolve", payment, "--as", "paid", "--by", "Ada", "--reason", "slip printed"]).ended_with(0);
    let history = shop.history();
    assert_eq!((&history[0]["outcome"], minor(&history[0])), (&"approved".into(), Some(10_074)));
    shop.every_payment_agrees();
    shop.json(&["sale", "10.00"]).ended_with(0);
}

#[test]
fn a_payment_whose_program_was_killed_is_settled_by_status() {
    for (family, transport) in EVERY_WAY {
        let shop = Shop::with_brand(family, transport, &[]);
        let mut program = shop.start_json(&["sale", "100.71"]);
        let payment = program.event("started")["payment"].clone();
        program.event("reference");
        program.kill();
        assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
        let outcome = shop.json(&["status"]).ended_with(0).event("outcome");
        assert_eq!(outcome["payment"], payment);
        assert_ne!(outcome["outcome"], "in_doubt", "{family:?} {transport}");
        shop.every_payment_agrees();
    }
}
