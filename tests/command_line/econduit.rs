//! The till as a POS of eConduit's cloud: the scenario table in both flavours of the interface, and what only it does.

use std::thread;

use serde_json::Value;

use super::harness::{Brand, Ended, Shop};
use super::minor;

/// Both flavours without and with TLS.
const EVERY_WAY: [&str; 4] = ["classic", "json", "tls", "json, tls"];
pub const PAIRING: [&str; 11] = [
    "serial_number=77002046",
    "reference_id=SHOP-7",
    "business_name=Corner Cafe",
    "contact_name=Ada",
    "address=1 Main St",
    "city=Reno",
    "state=NV",
    "zip_code=89501",
    "country=USA",
    "email=ada@example.com",
    "phone=5551234",
];

fn shop(more: &[&str]) -> Shop {
    Shop::with_brand(Brand::Econduit, "classic", more)
}

/// A payment that ends so, in the books too.
#[track_caller]
fn sells(shop: &Shop, arguments: &[&str], status: i32, verdict: &str, taken: Option<i64>) -> Ended {
    let ended = shop.json(arguments);
    let outcome = ended.ended_with(status).outcome();
    assert_eq!(outcome["outcome"], verdict, "{outcome}");
    assert_eq!(minor(&outcome), taken, "{outcome}");
    assert_eq!(shop.history().last().unwrap()["outcome"], verdict);
    if verdict != "in_doubt" {
        shop.every_payment_agrees();
    }
    ended
}

/// Rows of the scenario table, each on every transport at once: exit status, outcome, and what was taken, if anything.
fn scenarios(rows: &[(&str, i32, &str, Option<i64>)]) {
    thread::scope(|scope| {
        for transport in EVERY_WAY {
            scope.spawn(move || {
                let mut shop = Shop::with_brand(Brand::Econduit, transport, &[]);
                for (amount, status, verdict, taken) in rows {
                    sells(&shop, &["sale", amount], *status, verdict, *taken);
                }
                shop.end_uncomplaining();
            });
        }
    });
}

fn id(outcome: &Value) -> &str {
    outcome["payment"].as_str().unwrap()
}

fn says(ended: &Ended, words: &str) {
    let message = ended.outcome()["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains(words), "{words} is not in {message}");
}

#[test]
fn a_sale_is_approved_and_the_history_says_everything_about_it() {
    for transport in EVERY_WAY {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &[]);
        let ended = sells(&shop, &["sale", "100.00", "--reference", "order 7"], 0, "approved", Some(10_000));
        let outcome = ended.outcome();
        assert_eq!((&outcome["amount"], &outcome["currency"]), (&"100.00".into(), &"USD".into()));
        for text in ["card", "brand", "terminal_reference", "auth_code"] {
            assert!(outcome[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {outcome}");
        }
        assert_eq!(ended.event("reference")["reference"], outcome["terminal_reference"]);
        assert_eq!(ended.events_of("receipt").len(), 2);
        let payment = &shop.history()[0];
        for (field, value) in [("terminal", "front"), ("operation", "sale"), ("reference", "order 7")] {
            assert_eq!(payment[field], value, "{payment}");
        }
        for same in ["payment", "outcome", "amount_minor", "card", "brand", "auth_code", "terminal_reference"] {
            assert_eq!(payment[same], outcome[same], "{same}");
        }
        let receipt = shop.run(&["receipt", id(&outcome), "--copy", "customer"]);
        assert!(receipt.ended_with(0).lines.iter().any(|line| line.contains("USD 100.00")), "{:#?}", receipt.lines);
        shop.end_uncomplaining();
    }
}

#[test]
fn what_is_approved_is_approved() {
    scenarios(&[
        ("100.50", 0, "approved", Some(10_050)),
        // eConduit's terminals take signatures themselves.
        ("100.55", 0, "approved", Some(10_055)),
        ("100.71", 0, "approved", Some(10_071)),
        ("100.73", 0, "approved", Some(10_073)),
        ("100.75", 0, "approved", Some(10_075)),
    ]);
}

#[test]
fn what_is_declined_or_cancelled_takes_nothing() {
    scenarios(&[
        ("100.51", 10, "declined", None),
        ("100.52", 10, "declined", None),
        ("100.53", 11, "cancelled", None),
        ("100.54", 11, "cancelled", None),
        ("100.70", 11, "cancelled", None),
    ]);
}

#[test]
fn a_terminal_that_cannot_charges_nothing() {
    scenarios(&[
        ("100.67", 12, "not_charged", None),
        ("100.68", 12, "not_charged", None),
        ("100.69", 12, "not_charged", None),
        ("100.77", 12, "not_charged", None),
        ("100.78", 12, "not_charged", None),
    ]);
}

#[test]
fn what_was_taken_is_booked_and_not_what_was_asked() {
    scenarios(&[
        ("100.56", 0, "approved", Some(5_028)),
        ("100.57", 0, "approved", Some(11_062)),
        ("100.58", 0, "approved", Some(10_460)),
        ("100.82", 0, "approved", Some(12_082)),
    ]);
    let shop = shop(&[]);
    assert_eq!(shop.json(&["sale", "100.57"]).outcome()["tip_minor"], 1_005);
    assert_eq!(shop.json(&["sale", "100.82"]).outcome()["cashback_minor"], 2_000);
    says(&shop.json(&["sale", "100.56"]), "only a part");
}

/// Each of them waits for its turn to ask.
#[test]
fn what_was_lost_on_the_way_is_found() {
    scenarios(&[
        ("100.61", 0, "approved", Some(10_061)),
        ("100.62", 10, "declined", None),
        ("100.72", 0, "approved", Some(10_072)),
        ("100.79", 0, "approved", Some(10_079)),
        ("100.80", 10, "declined", None),
        ("100.81", 0, "approved", Some(10_081)),
        ("100.83", 10, "declined", None),
    ]);
}

/// No other way to stop it than the terminal's red key.
#[test]
fn there_is_nothing_to_cancel_from_here_and_the_approval_counts() {
    for amount in ["100.65", "100.66"] {
        let shop = shop(&[]);
        sells(&shop, &["sale", amount], 0, "approved", Some(10_000 + if amount == "100.65" { 65 } else { 66 }));
    }
}

#[cfg(unix)]
#[test]
fn who_interrupts_once_is_told_of_the_red_key_and_the_payment_goes_on() {
    for transport in EVERY_WAY {
        let mut shop = Shop::with_simulator(Brand::Econduit, transport, &[], &["--speed", "10"]);
        let mut program = shop.start_json(&["sale", "100.70"]);
        program.event("reference");
        program.interrupt();
        let ended = program.end();
        assert_eq!(ended.ended_with(11).event("outcome")["outcome"], "cancelled", "{transport}");
        assert!(ended.errors.contains("red key"), "{transport}: {}", ended.errors);
        shop.end_uncomplaining();
    }
}

#[cfg(unix)]
#[test]
fn who_interrupts_twice_is_let_go_in_doubt_at_once_and_status_finds_the_truth() {
    for transport in ["classic", "json, tls"] {
        let mut shop = Shop::with_simulator(Brand::Econduit, transport, &[], &["--speed", "2"]);
        let mut program = shop.start_json(&["sale", "100.65"]);
        program.event("reference");
        let begun = std::time::Instant::now();
        program.interrupt();
        program.until_it_says("red key");
        program.interrupt();
        let ended = program.end();
        assert_eq!(ended.ended_with(13).event("outcome")["outcome"], "in_doubt", "{transport}");
        assert!(begun.elapsed().as_secs() < 10, "{transport}: {:?}", begun.elapsed());
        assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
        let outcome = shop.json(&["status"]).ended_with(0).event("outcome");
        assert_eq!((&outcome["outcome"], minor(&outcome)), (&"approved".into(), Some(10_065)), "{outcome}");
        shop.every_payment_agrees();
        shop.end_uncomplaining();
    }
}

#[test]
fn a_payment_whose_program_was_killed_is_settled_by_status() {
    for transport in EVERY_WAY {
        let mut shop = Shop::with_simulator(Brand::Econduit, transport, &[], &["--speed", "2"]);
        let mut program = shop.start_json(&["sale", "100.00"]);
        let payment = program.event("started")["payment"].clone();
        program.event("reference");
        // With the cloud when it has seen it.
        shop.simulator_mut().until_it_says("runTransaction2");
        program.kill();
        assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
        let outcome = shop.json(&["status"]).ended_with(0).event("outcome");
        assert_eq!((&outcome["payment"], minor(&outcome)), (&payment, Some(10_000)), "{transport}: {outcome}");
        shop.every_payment_agrees();
        shop.end_uncomplaining();
    }
}

#[test]
fn a_refund_a_void_a_capture_and_a_tip_are_payments_of_their_own() {
    for transport in EVERY_WAY {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &[]);
        sells(&shop, &["refund", "4.00"], 0, "approved", Some(400));
        let sale = sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000)).outcome();
        let tip = sells(&shop, &["tip", id(&sale), "5.00"], 0, "approved", Some(10_500)).outcome();
        assert_eq!(tip["tip_minor"], 500);
        sells(&shop, &["void", id(&sale)], 0, "approved", Some(10_500));
        assert_eq!(shop.json(&["void", id(&sale)]).ended_with(2).refusal(), "already-voided");

        let held = sells(&shop, &["preauth", "200.00"], 0, "approved", Some(20_000)).outcome();
        // A fifth more than was reserved.
        sells(&shop, &["capture", id(&held), "240.00"], 0, "approved", Some(24_000));
        assert_eq!(shop.json(&["capture", id(&held)]).ended_with(2).refusal(), "already-captured");
        let held = sells(&shop, &["preauth", "50.00"], 0, "approved", Some(5_000)).outcome();
        sells(&shop, &["capture", id(&held), "60.01"], 10, "declined", None);
        sells(&shop, &["void", id(&held)], 0, "approved", Some(5_000));

        let history = shop.history();
        let kinds: Vec<&str> = history.iter().map(|payment| payment["operation"].as_str().unwrap()).collect();
        let expected = ["refund", "sale", "tip", "void", "preauth", "capture", "preauth", "capture", "void"];
        assert_eq!(kinds, expected);
        assert_eq!((&history[3]["of"], &history[5]["of"]), (&history[1]["payment"], &history[4]["payment"]));
        shop.end_uncomplaining();
    }
}

/// What is about an earlier payment is asked for by its name as well.
#[test]
fn the_loss_of_a_captures_answer_is_found_out() {
    let shop = shop(&[]);
    let held = sells(&shop, &["preauth", "200.00"], 0, "approved", Some(20_000)).outcome();
    sells(&shop, &["capture", id(&held), "150.61"], 0, "approved", Some(15_061));
    let held = sells(&shop, &["preauth", "200.00"], 0, "approved", Some(20_000)).outcome();
    sells(&shop, &["refund", "4.61"], 0, "approved", Some(461));
    sells(&shop, &["void", id(&held)], 0, "approved", Some(20_000));
}

#[test]
fn a_tip_of_a_cloud_that_takes_totals_is_the_same_tip() {
    let shop = Shop::with_simulator(Brand::Econduit, "json", &["tip_adjust=total"], &["--option", "tip_adjust=total"]);
    let sale = sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000)).outcome();
    let tip = sells(&shop, &["tip", id(&sale), "5.00"], 0, "approved", Some(10_500)).outcome();
    assert_eq!(tip["tip_minor"], 500);
}

#[test]
fn nothing_can_be_done_about_a_payment_whose_batch_is_closed() {
    let shop = shop(&[]);
    let sale = sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000)).outcome();
    let day = shop.json(&["close-day"]).ended_with(0).event("day_end");
    for (field, value) in [("verdict", "closed"), ("total", "100.00"), ("currency", "USD"), ("report", "end-of-day")] {
        assert_eq!(day[field], value, "{day}");
    }
    assert_eq!((&day["transactions"], &day["total_minor"]), (&1.into(), &10_000.into()));
    let void = sells(&shop, &["void", id(&sale)], 10, "declined", None);
    says(&void, "batch has been closed");
    sells(&shop, &["refund", "100.00"], 0, "approved", Some(10_000));
    shop.json(&["close-day"]).ended_with(0);
    let empty = shop.json(&["close-day"]).ended_with(0).event("day_end");
    assert_eq!(empty["verdict"], "nothing_to_close", "{empty}");
    assert_eq!(shop.json(&["reports"]).ended_with(0).events_of("day_end").len(), 3);
}

#[test]
fn a_terminal_that_wants_to_settle_takes_no_card_until_its_day_is_closed() {
    for transport in ["classic", "json"] {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &[]);
        sells(&shop, &["sale", "20.00"], 0, "approved", Some(2_000));
        let settle = sells(&shop, &["sale", "100.76"], 12, "not_charged", None);
        says(&settle, "Close the day");
        says(&settle, "Please Settle");
        sells(&shop, &["sale", "10.00"], 12, "not_charged", None);
        let day = shop.json(&["close-day"]).ended_with(0).event("day_end");
        assert_eq!((&day["verdict"], &day["total_minor"]), (&"closed".into(), &2_000.into()));
        sells(&shop, &["sale", "10.00"], 0, "approved", Some(1_000));
        shop.end_uncomplaining();
    }
}

#[test]
fn a_gift_card_goes_through_its_whole_life() {
    for transport in ["classic", "json"] {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &["gift=true"]);
        let balance = |ended: Ended| ended.outcome()["balance_minor"].as_i64().unwrap();
        let full = balance(sells(&shop, &["gift", "balance"], 0, "approved", Some(0)));
        sells(&shop, &["gift", "deactivate"], 0, "approved", Some(0));
        sells(&shop, &["gift", "balance"], 10, "declined", None);
        sells(&shop, &["sale", "10.00", "--tender", "gift"], 10, "declined", None);
        assert_eq!(balance(sells(&shop, &["gift", "activate", "50.00"], 0, "approved", Some(5_000))), 5_000);
        let sale = sells(&shop, &["sale", "10.00", "--tender", "gift"], 0, "approved", Some(1_000));
        assert_eq!(balance(sale), 4_000);
        assert_eq!(balance(sells(&shop, &["gift", "reload", "5.00"], 0, "approved", Some(500))), 4_500);
        let refund = sells(&shop, &["refund", "3.00", "--tender", "gift"], 0, "approved", Some(300));
        assert_eq!(balance(refund), 4_800);
        sells(&shop, &["sale", "100.00", "--tender", "gift"], 10, "declined", None);
        let sale = sells(&shop, &["sale", "20.00", "--tender", "gift"], 0, "approved", Some(2_000)).outcome();
        assert_eq!(balance(sells(&shop, &["void", id(&sale)], 0, "approved", Some(2_000))), 4_800);
        assert_eq!(balance(sells(&shop, &["gift", "balance"], 0, "approved", Some(0))), 4_800);
        assert!(full > 4_800);
        shop.end_uncomplaining();
    }
}

#[test]
fn a_terminal_without_gift_cards_says_so() {
    let shop = shop(&[]);
    assert_eq!(shop.json(&["gift", "balance"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["sale", "10.00", "--tender", "gift"]).ended_with(2).refusal(), "no-tender");
    // The settings say that there are some, and the terminal that there are none.
    let other = self::shop(&["gift=true", "terminal_id=2045"]);
    let ended = other.json(&["gift", "balance"]);
    assert_ne!(ended.status, Some(0), "{:#?}", ended.lines);
}

#[test]
fn the_customer_is_asked_and_shown_something() {
    for transport in ["classic", "json"] {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &[]);
        let asks = |kind: &str| shop.json(&["ask", "input", "--title", "How much?", "--type", kind]);
        let typed = asks("amount").ended_with(0).event("answered");
        assert_eq!((&typed["amount"], &typed["amount_minor"]), (&"3.50".into(), &350.into()), "{typed}");
        assert_eq!(asks("digits").ended_with(0).event("answered")["text"], "5551234");
        assert_eq!(asks("letters").ended_with(0).event("answered")["text"], "ABC");
        let choice = ["ask", "choice", "--title", "Size & taste?", "--option", "Small", "--option", "Large"];
        assert_eq!(shop.json(&choice).ended_with(0).event("answered")["text"], "Small");
        let picture = shop.path().join("signed.png");
        let signed = shop.json(&["ask", "signature", "--out", picture.to_str().unwrap()]);
        assert_eq!(signed.ended_with(0).event("answered")["kind"], "signature");
        assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
        let shown = ["show", "--title", "Corner \"Cafe\"", "--line", "2 x Espresso=6.40", "--line", "Thank you"];
        assert_eq!(shop.json(&shown).ended_with(0).event("answered")["kind"], "lines");
        let refused = shop.json(&["ask", "input", "--title", "cancel it", "--type", "any"]);
        assert_eq!(refused.ended_with(11).refusal(), "prompt-cancelled");
        assert!(shop.history().is_empty());
        shop.end_uncomplaining();
    }
}

#[test]
fn a_terminal_without_a_display_for_lines_says_so() {
    let shop = shop(&["terminal_id=2045"]);
    let ended = shop.json(&["show", "--line", "Tea=1.00"]);
    assert_eq!(ended.ended_with(1).lines.len(), 1);
    shop.json(&["sale", "10.00"]).ended_with(0);
}

#[test]
fn what_econduit_lacks_is_a_clear_error() {
    let shop = shop(&[]);
    let sale = sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000)).outcome();
    for (arguments, code) in [
        (vec!["refund", "10.00", "--of", id(&sale)], "no-refund-of-earlier"),
        (vec!["sale", "10.00", "--tip", "1.00"], "no-tip"),
        (vec!["sale", "10.00", "--cashback", "1.00"], "no-cashback"),
        (vec!["sale", "10.00", "--keyed"], "not-keyed"),
        (vec!["scan"], "no-scanner"),
        (vec!["check-card"], "not-able"),
        (vec!["close-day", "--report", "x"], "not-able"),
    ] {
        assert_eq!(shop.json(&arguments).ended_with(2).refusal(), code, "{arguments:?}");
    }
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn a_terminal_is_paired_takes_a_payment_and_is_unpaired() {
    for transport in ["classic", "json, tls"] {
        let mut shop = Shop::with_brand(Brand::Econduit, transport, &["terminal_id="]);
        let wipes = ["terminal", "add", "front", "--protocol", "econduit", "--secret", "key", "--secret", "password"];
        shop.run_with_input(&wipes, "\n\n").ended_with(0);
        let unpaired = shop.json(&["sale", "10.00"]);
        assert!(!unpaired.ended_with(2).refusal().is_empty());
        let pairs: Vec<&str> = ["terminal", "pair", "front"]
            .into_iter()
            .chain(PAIRING.iter().flat_map(|field| ["--set", field]))
            .collect();
        let paired = shop.json(&pairs).ended_with(0).event("paired");
        assert_eq!((&paired["terminal"], &paired["terminal_id"]), (&"front".into(), &"3001".into()), "{paired}");
        sells(&shop, &["sale", "10.00"], 0, "approved", Some(1_000));
        // Once more is the same terminal.
        assert_eq!(shop.json(&pairs).ended_with(0).event("paired"), paired);
        let shown = shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal");
        assert_eq!(shown["secrets"], serde_json::json!(["key", "password"]), "{shown}");
        let strange: Vec<&str> =
            pairs.iter().map(|word| if *word == PAIRING[0] { "serial_number=0" } else { word }).collect();
        assert_eq!(shop.json(&strange).ended_with(2).refusal(), "econduit-not-paired");
        assert_eq!(shop.json(&["terminal", "unpair", "front"]).ended_with(0).event("unpaired")["terminal"], "front");
        shop.json(&["sale", "10.00"]).ended_with(2);
        assert_eq!(shop.history().len(), 1);
        shop.end_uncomplaining();
    }
}

#[test]
fn a_terminal_in_doubt_is_neither_paired_nor_unpaired() {
    let shop = Shop::with_simulator(Brand::Econduit, "classic", &[], &["--speed", "1"]);
    let mut program = shop.start_json(&["sale", "100.00"]);
    program.event("reference");
    program.kill();
    assert_eq!(shop.json(&["terminal", "unpair", "front"]).ended_with(2).refusal(), "terminal-in-doubt");
}

/// The till believes that nothing was done a minute after it asked first, and waits for an answer at least as long. Nobody has
/// to wait for that more than once.
#[test]
fn what_the_cloud_does_not_tell_is_sought_for_a_minute() {
    thread::scope(|scope| {
        scope.spawn(an_answer_that_never_comes_is_asked_for_beside_the_request);
        scope.spawn(what_the_cloud_took_and_denies_stays_in_doubt_until_a_person_decides);
        scope.spawn(two_tills_of_one_account_in_doubt_at_once_keep_to_its_limit);
    });
}

fn an_answer_that_never_comes_is_asked_for_beside_the_request() {
    let mut shop = shop(&[]);
    sells(&shop, &["sale", "100.64"], 0, "approved", Some(10_064));
    shop.end_uncomplaining();
}

fn what_the_cloud_took_and_denies_stays_in_doubt_until_a_person_decides() {
    let mut shop = shop(&[]);
    let outcome = sells(&shop, &["sale", "100.74"], 13, "in_doubt", None).outcome();
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
    assert_eq!(shop.json(&["close-day"]).ended_with(13).refusal(), "in-doubt");
    shop.json(&["resolve", id(&outcome), "--as", "paid", "--by", "Ada", "--reason", "slip printed"]).ended_with(0);
    assert_eq!((&shop.history()[0]["outcome"], minor(&shop.history()[0])), (&"approved".into(), Some(10_074)));
    shop.every_payment_agrees();
    sells(&shop, &["sale", "10.00"], 0, "approved", Some(1_000));
    shop.end_uncomplaining();
}

/// The cloud says so when it is asked too often, and revokes an account that does it ten times.
fn two_tills_of_one_account_in_doubt_at_once_keep_to_its_limit() {
    let mut first = shop(&[]);
    let mut second = Shop::of_training();
    second.share_machine_of(&first);
    let ports = &first.simulator().ports;
    second.add_of_brand("side", Brand::Econduit, "json", ports, &["terminal_id=2045"]).ended_with(0);
    let sales = [(&first, "100.61"), (&second, "200.79")].map(|(shop, amount)| shop.start_json(&["sale", amount]));
    let outcomes = sales.map(|sale| sale.end().ended_with(0).outcome());
    assert_eq!(outcomes.each_ref().map(minor), [Some(10_061), Some(20_079)]);
    // Killed while they ask, and asked again at once.
    let killed = [(&first, "100.61"), (&second, "200.61")].map(|(shop, amount)| {
        let mut sale = shop.start_json(&["sale", amount]);
        sale.event("reference");
        sale
    });
    for _ in 0..2 {
        first.simulator_mut().until_it_says("\"cut\"");
    }
    killed.into_iter().for_each(|sale| drop(sale.kill()));
    for _ in 0..3 {
        let asking = [&first, &second].map(|shop| shop.start_json(&["status"]));
        asking.into_iter().for_each(|asking| drop(asking.kill()));
    }
    let asking = [&first, &second].map(|shop| shop.start_json(&["status"]));
    let found = asking.map(|asking| asking.end().ended_with(0).event("outcome"));
    assert_eq!(found.each_ref().map(minor), [Some(10_061), Some(20_061)]);
    first.end_uncomplaining();
}
