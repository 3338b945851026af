//! Paymentsense Connect: its scenario table, what only it does, and both versions of its interface.

use std::thread;

use serde_json::Value;

use super::harness::{Brand, Ended, Program, Shop};
use super::minor;

const EVERY_WAY: [&str; 2] = ["plain", "tls"];
/// The other terminal of the simulated site.
const SIDE: &str = "70031196";
const DEMO: &str = "VCMDEMO";

fn shop(more: &[&str]) -> Shop {
    Shop::with_brand(Brand::Connect, "plain", more)
}

/// One row of the scenario table with and without TLS: exit status, outcome, and what was taken, if anything.
fn scenario(amount: &str, status: i32, verdict: &str, taken: Option<i64>) {
    for transport in EVERY_WAY {
        sells(&Shop::with_brand(Brand::Connect, transport, &[]), &["sale", amount], status, verdict, taken);
    }
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
        shop.every_payment_agrees_by_number();
    }
    ended
}

fn until_card_wanted(program: &mut Program) {
    program.event_with("display", |display| display["text"].as_str().is_some_and(|text| text.contains("tap, insert")));
}

/// Who talks to the cloud, as the terminals know them.
fn terminals_of_ledger(shop: &Shop) -> Vec<String> {
    let tid = |entry: &Value| entry["till_reference"].as_str().unwrap().split('/').next().unwrap().to_owned();
    shop.ledger().iter().map(tid).collect()
}

#[test]
fn a_sale_is_approved_and_the_history_says_everything_about_it() {
    for transport in EVERY_WAY {
        let shop = Shop::with_brand(Brand::Connect, transport, &[]);
        let ended = shop.json(&["sale", "100.00", "--reference", "order 7"]);
        let outcome = ended.ended_with(0).outcome();
        assert_eq!((outcome["amount"].as_str(), minor(&outcome)), (Some("100.00"), Some(10_000)));
        assert_eq!(outcome["currency"], "GBP");
        for text in ["card", "brand", "terminal_reference", "auth_code"] {
            assert!(outcome[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {outcome}");
        }
        assert_eq!(ended.event("reference")["reference"], outcome["terminal_reference"]);
        assert_eq!(ended.events_of("receipt").len(), 2);
        let texts: Vec<Value> = ended.events_of("display").iter().map(|display| display["text"].clone()).collect();
        assert!(texts.iter().any(|text| text == "Customer: tap, insert or swipe the card"), "{texts:?}");
        let payment = &shop.history()[0];
        for (field, value) in [("terminal", "front"), ("operation", "sale"), ("reference", "order 7")] {
            assert_eq!(payment[field], value, "{payment}");
        }
        for same in ["payment", "outcome", "amount_minor", "card", "brand", "auth_code", "terminal_reference"] {
            assert_eq!(payment[same], outcome[same], "{same}");
        }
        shop.every_payment_agrees_by_number();
    }
}

#[test]
fn contactless_is_approved() {
    scenario("100.50", 0, "approved", Some(10_050));
}

#[test]
fn a_decline_ends_with_10() {
    scenario("100.51", 10, "declined", None);
}

#[test]
fn a_decline_for_funds_ends_with_10_and_says_what_the_provider_says() {
    let ended = sells(&shop(&[]), &["sale", "100.52"], 10, "declined", None);
    assert!(ended.outcome()["message"].as_str().unwrap().contains("Not enough money"));
}

#[test]
fn the_customers_cancel_ends_with_11() {
    scenario("100.53", 11, "cancelled", None);
}

#[test]
fn a_card_that_never_comes_ends_with_11() {
    scenario("100.54", 11, "cancelled", None);
}

#[test]
fn what_connect_has_no_word_for_is_approved_as_asked() {
    for (amount, taken) in [("100.56", 10_056), ("100.58", 10_058), ("100.75", 10_075)] {
        sells(&shop(&[]), &["sale", amount], 0, "approved", Some(taken));
    }
}

#[test]
fn a_tip_given_on_the_terminal_is_booked() {
    let ended = sells(&shop(&[]), &["sale", "100.57"], 0, "approved", Some(11_062));
    assert_eq!(ended.outcome()["tip_minor"], 1_005);
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
    sells(&shop(&["terminal_id=70039990"]), &["sale", "10.00"], 12, "not_charged", None);
}

#[test]
fn a_terminal_that_is_not_there_charges_nothing() {
    scenario("100.68", 12, "not_charged", None);
    sells(&shop(&["terminal_id=70039999"]), &["sale", "10.00"], 12, "not_charged", None);
}

#[test]
fn a_terminal_without_its_host_charges_nothing() {
    scenario("100.69", 12, "not_charged", None);
}

#[test]
fn a_slow_terminal_is_waited_for() {
    scenario("100.71", 0, "approved", Some(10_071));
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
fn cashback_comes_on_top_and_may_be_refused() {
    let shop = shop(&[]);
    let ended = sells(&shop, &["sale", "100.00", "--cashback", "20"], 0, "approved", Some(12_000));
    assert_eq!(ended.outcome()["cashback_minor"], 2_000);
    let less = sells(&shop, &["sale", "100.82", "--cashback", "20"], 0, "approved", Some(10_082)).outcome();
    assert!(less["message"].as_str().is_some_and(|text| text.contains("less cashback")), "{less}");
    sells(&shop, &["sale", "100.00", "--cashback", "100.01"], 12, "not_charged", None);
}

#[test]
fn a_card_is_checked_and_the_number_of_one_that_is_not_here_is_keyed() {
    let shop = shop(&[]);
    sells(&shop, &["check-card"], 0, "approved", Some(0));
    sells(&shop, &["sale", "100.00", "--keyed"], 0, "approved", Some(10_000));
    sells(&shop, &["refund", "5.00", "--keyed"], 0, "approved", Some(500));
    sells(&shop, &["preauth", "50.00", "--keyed"], 0, "approved", Some(5_000));
}

#[test]
fn a_refund_a_reservation_and_its_capture_are_payments_of_their_own() {
    for transport in EVERY_WAY {
        let shop = Shop::with_brand(Brand::Connect, transport, &[]);
        sells(&shop, &["refund", "4.00"], 0, "approved", Some(400));
        let held = sells(&shop, &["preauth", "200.00"], 0, "approved", Some(20_000)).outcome();
        let held = held["payment"].as_str().unwrap();
        assert_eq!(shop.json(&["capture", held, "200.01"]).ended_with(2).refusal(), "capture-too-large");
        sells(&shop, &["capture", held, "150.00"], 0, "approved", Some(15_000));
        assert_eq!(shop.json(&["capture", held]).ended_with(2).refusal(), "already-captured");
        let history = shop.history();
        let kinds: Vec<&str> = history.iter().map(|payment| payment["operation"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["refund", "preauth", "capture"]);
        assert_eq!(history[2]["of"], history[1]["payment"]);
    }
}

#[test]
fn a_signature_is_accepted_or_rejected_by_the_word_of_the_command_line() {
    for (answer, status, verdict, taken) in
        [("accept", 0, "approved", Some(10_055)), ("reject", 12, "not_charged", None)]
    {
        for transport in EVERY_WAY {
            let shop = Shop::with_brand(Brand::Connect, transport, &[]);
            let ended = sells(&shop, &["sale", "100.55", "--answer", answer], status, verdict, taken);
            let question = ended.event("question");
            assert_eq!(question["kind"], "signature");
            assert!(question["seconds"].as_u64().is_some_and(|seconds| (70..=80).contains(&seconds)), "{question}");
        }
    }
}

#[test]
fn what_connect_lacks_is_a_clear_error() {
    let shop = shop(&[]);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let sale = sale["payment"].as_str().unwrap();
    for (arguments, code) in [
        (vec!["void", sale], "not-able"),
        (vec!["tip", sale, "1.00"], "not-able"),
        (vec!["refund", "10.00", "--of", sale], "no-refund-of-earlier"),
        (vec!["sale", "10.00", "--tip", "1.00"], "no-tip"),
        (vec!["sale", "10.00", "--tender", "debit"], "no-tender"),
        (vec!["scan"], "no-scanner"),
    ] {
        assert_eq!(shop.json(&arguments).ended_with(2).refusal(), code, "{arguments:?}");
    }
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn two_terminals_of_one_site_are_told_apart_by_name() {
    let shop = shop(&[]);
    let doors = &shop.simulator().ports;
    shop.add_of_brand("side", Brand::Connect, "plain", doors, &[&format!("terminal_id={SIDE}")]).ended_with(0);
    for (terminal, amount) in [("side", "11.00"), ("front", "12.00"), ("side", "13.00")] {
        shop.json(&["sale", amount, "--terminal", terminal]).ended_with(0);
    }
    assert_eq!(terminals_of_ledger(&shop), [SIDE, "70031188", SIDE]);
    shop.every_payment_agrees_by_number();
    shop.json(&["close-day", "--terminal", "side", "--report", "x"]).ended_with(0);
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(2).refusal(), "several-terminals");
}

/// (8.2)
#[test]
fn each_virtual_terminal_of_the_vendor_does_what_its_id_says() {
    let shop = shop(&["software_house_id=LUMEN07"]);
    for (code, status, verdict, taken) in [
        ("SIP0", 0, "approved", Some(2_000)),
        ("DIP0", 10, "declined", None),
        ("SCD0", 0, "approved", Some(2_000)),
        ("SIS0", 0, "approved", Some(2_000)),
        ("UIP0", 12, "not_charged", None),
    ] {
        let (name, tid) = (code.to_lowercase(), format!("terminal_id={DEMO}{code}"));
        shop.add_of_brand(&name, Brand::Connect, "plain", &shop.simulator().ports, &[&tid]).ended_with(0);
        let sale = ["sale", "20.00", "--terminal", &name, "--answer", "accept"];
        let ended = sells(&shop, &sale, status, verdict, taken);
        assert_eq!(ended.events_of("question").len(), usize::from(code == "SIS0"));
    }
    assert_eq!(terminals_of_ledger(&shop), ["VCMDEMOSIP0", "VCMDEMOSCD0", "VCMDEMOSIS0"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_a_payment_that_waits_for_the_card() {
    for (transport, more) in [("plain", vec![]), ("tls", vec![]), ("plain", vec!["api_version=v0"])] {
        let shop = Shop::with_brand(Brand::Connect, transport, &more);
        let mut program = shop.start_json(&["sale", "100.70"]);
        until_card_wanted(&mut program);
        program.interrupt();
        let outcome = program.end().ended_with(11).event("outcome");
        assert_eq!(outcome["outcome"], "cancelled", "{transport} {more:?}");
        assert!(shop.ledger().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn an_approval_after_a_cancel_is_an_approval() {
    for amount in ["100.65", "100.66"] {
        let shop = shop(&[]);
        let mut program = shop.start_json(&["sale", amount]);
        until_card_wanted(&mut program);
        program.interrupt();
        let outcome = program.end().ended_with(0).event("outcome");
        assert_eq!(outcome["outcome"], "approved", "{outcome}");
        shop.every_payment_agrees_by_number();
    }
}

#[test]
fn an_answer_that_never_came_is_asked_for_by_status() {
    for more in [&[][..], &["api_version=v0"]] {
        let shop = shop(more);
        let mut program = shop.start_json(&["sale", "100.64"]);
        let payment = program.event("started")["payment"].as_str().unwrap().to_owned();
        program.event_with("display", |display| display["text"] == "Calling the bank …");
        program.kill();
        assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
        let outcome = shop.json(&["status", &payment]).ended_with(0).event("outcome");
        assert_eq!((&outcome["outcome"], minor(&outcome)), (&"approved".into(), Some(10_064)), "{outcome}");
        assert!(shop.json(&["status"]).ended_with(0).events_of("outcome").is_empty());
        shop.every_payment_agrees_by_number();
        shop.json(&["sale", "10.00"]).ended_with(0);
    }
}

/// The till believes that nothing was done when nothing can be on its way any more, half a minute after the line was lost.
/// Nobody has to wait for that more than once.
#[test]
fn what_the_terminal_has_not_recorded_is_settled_after_half_a_minute() {
    thread::scope(|scope| {
        scope.spawn(a_request_that_never_arrived_was_not_charged);
        scope.spawn(what_the_terminal_took_and_denies_stays_in_doubt_until_a_person_decides);
        scope.spawn(a_payment_that_connect_gave_up_on_is_a_persons);
        scope.spawn(the_older_interface_recovers_too);
        scope.spawn(a_payment_whose_program_was_killed_is_settled_by_status);
        scope.spawn(super::connect_doors::a_mute_socket_is_noticed_before_money_goes_over_it);
    });
}

fn a_request_that_never_arrived_was_not_charged() {
    let shop = Shop::with_brand(Brand::Connect, "tls", &[]);
    sells(&shop, &["sale", "100.63"], 12, "not_charged", None);
    assert!(shop.ledger().is_empty());
}

fn the_older_interface_recovers_too() {
    let shop = shop(&["api_version=v0"]);
    sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000));
    sells(&shop, &["sale", "100.61"], 0, "approved", Some(10_061));
    sells(&shop, &["refund", "100.62"], 10, "declined", None);
    sells(&shop, &["sale", "100.63"], 12, "not_charged", None);
}

fn what_the_terminal_took_and_denies_stays_in_doubt_until_a_person_decides() {
    let shop = shop(&[]);
    let outcome = sells(&shop, &["sale", "100.74"], 13, "in_doubt", None).outcome();
    assert!(outcome["message"].as_str().is_some_and(|text| text.contains("Look at the terminal")), "{outcome}");
    let payment = outcome["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
    assert_eq!(shop.json(&["close-day"]).ended_with(13).refusal(), "in-doubt");
    shop.json(&["resolve", payment, "--as", "paid", "--by", "Ada", "--reason", "slip printed"]).ended_with(0);
    let history = shop.history();
    assert_eq!((&history[0]["outcome"], minor(&history[0])), (&"approved".into(), Some(10_074)));
    assert_eq!(shop.ledger()[0]["amount_minor"], 10_074);
    shop.json(&["sale", "10.00"]).ended_with(0);
}

/// (5.7)
fn a_payment_that_connect_gave_up_on_is_a_persons() {
    let shop = shop(&[&format!("terminal_id={DEMO}TIP0")]);
    let outcome = sells(&shop, &["sale", "20.00"], 13, "in_doubt", None).outcome();
    let payment = outcome["payment"].as_str().unwrap();
    shop.json(&["resolve", payment, "--as", "not-paid", "--by", "Ada", "--reason", "no slip"]).ended_with(0);
    assert_eq!(shop.json(&["status"]).ended_with(0).events_of("outcome").len(), 0);
    assert!(shop.ledger().is_empty());
}

fn a_payment_whose_program_was_killed_is_settled_by_status() {
    let shop = Shop::with_brand(Brand::Connect, "tls", &[]);
    let mut program = shop.start_json(&["sale", "100.70"]);
    let payment = program.event("started")["payment"].clone();
    until_card_wanted(&mut program);
    program.kill();
    let outcome = shop.json(&["status"]).ended_with(0).event("outcome");
    assert_eq!((&outcome["payment"], &outcome["outcome"]), (&payment, &"not_charged".into()));
    assert!(shop.ledger().is_empty());
}

#[test]
fn each_report_of_the_day_is_made_and_kept() {
    let shop = shop(&[]);
    shop.json(&["sale", "100.57"]).ended_with(0);
    shop.json(&["refund", "10.00"]).ended_with(0);
    let net = 11_062 - 1_000;
    for (word, verdict) in [("x", "reported"), ("banking", "reported"), ("end-of-day", "closed"), ("z", "reported")] {
        let made = shop.json(&["close-day", "--report", word]).ended_with(0).event("day_end");
        assert_eq!((&made["report"], &made["verdict"]), (&word.into(), &verdict.into()), "{made}");
        assert!(made["lines"].as_array().is_some_and(|lines| lines.len() > 3), "{made}");
        match word {
            "x" | "end-of-day" => assert_eq!((&made["total_minor"], &made["transactions"]), (&net.into(), &2.into())),
            "z" => assert!(made["total_minor"].is_i64(), "{made}"),
            _ => assert!(made["figures"]["banking"].is_object(), "{made}"),
        }
    }
    let kept = shop.json(&["reports"]).ended_with(0).events_of("day_end");
    let words: Vec<&str> = kept.iter().map(|kept| kept["report"].as_str().unwrap()).collect();
    assert_eq!(words, ["x", "banking", "end-of-day", "z"]);
    // The numbers began anew; what comes next is known all the same.
    sells(&shop, &["sale", "100.61"], 0, "approved", Some(10_061));
}

#[test]
fn the_older_interface_sells_and_says_what_it_cannot() {
    let shop = shop(&["api_version=v0", "software_house_id=", "installer_id="]);
    shop.json(&["terminal", "test", "front"]).ended_with(0);
    sells(&shop, &["sale", "100.00"], 0, "approved", Some(10_000));
    sells(&shop, &["sale", "100.55", "--answer", "reject"], 12, "not_charged", None);
    for arguments in [&["preauth", "10.00"][..], &["check-card"]] {
        assert_eq!(shop.json(arguments).ended_with(2).refusal(), "not-able");
    }
    assert_eq!(shop.json(&["sale", "10.00", "--cashback", "1.00"]).ended_with(2).refusal(), "no-cashback");
    assert_eq!(shop.json(&["sale", "10.00", "--keyed"]).ended_with(2).refusal(), "not-keyed");
    shop.json(&["close-day"]).ended_with(0);
}

#[test]
fn an_account_says_which_terminals_it_has() {
    for transport in EVERY_WAY {
        let shop = Shop::with_brand(Brand::Connect, transport, &[]);
        shop.run(&["terminal", "list"]).ended_with(0);
        let ended = shop.json(&["terminal", "find", "--accounts"]);
        let listed = ended.ended_with(0).events_of("listed");
        let of = |id: &str| listed.iter().find(|listed| listed["id"] == id).unwrap().clone();
        assert_eq!((&of("70031188")["known_as"], &of("70031188")["field"]), (&"front".into(), &"terminal_id".into()));
        assert!(of(SIDE)["known_as"].is_null() && of(SIDE)["about"].as_str().unwrap().contains("AVAILABLE"));
        assert!(shop.ledger().is_empty());
    }
}

#[test]
fn an_account_that_does_not_say_is_explained_and_no_account_is_told() {
    let only = ["--option", "token=5b1f6a0e-9d0c-4c55-8f0a-1b7f2d9c4e77"];
    let shop = Shop::with_simulator(Brand::Connect, "plain", &[], &only);
    let wrong = ["terminal", "add", "front", "--protocol", "connect", "--secret", "api_key"];
    shop.run_with_input(&wrong, "00000000-0000-4000-8000-000000000000\n").ended_with(0);
    let ended = shop.json(&["terminal", "find", "--accounts"]);
    assert_eq!(ended.refusal(), "api-key-wrong");
    assert!(!ended.errors.contains("00000000-0000"), "{}", ended.errors);
    let none = Shop::of_training().json(&["terminal", "find", "--accounts"]);
    assert_eq!((none.status, none.refusal()), (Some(1), "no-accounts".into()));
    let tables = shop.json(&["terminal", "find", "--accounts", "--protocol", "valor"]);
    assert_eq!(tables.refusal(), "no-accounts");
}
