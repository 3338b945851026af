//! The command line as other programs use it: the real binary against a simulated terminal on loopback.
#![allow(clippy::unwrap_used)]

mod harness;

use harness::{Shop, Wiring, free_port};
use serde_json::Value;

fn minor(outcome: &Value) -> Option<i64> {
    outcome["amount_minor"].as_i64()
}

/// One row of the scenario table on every wiring: exit status, outcome, and what was taken, if anything.
fn scenario(amount: &str, more: &[&str], status: i32, verdict: &str, taken: Option<i64>) {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let arguments: Vec<&str> = ["sale", amount].iter().chain(more).copied().collect();
        let ended = shop.json(&arguments);
        let outcome = ended.ended_with(status).outcome();
        assert_eq!(outcome["outcome"], verdict, "{wiring:?} {outcome}");
        assert_eq!(minor(&outcome), taken, "{wiring:?} {outcome}");
        shop.books_agree();
    }
}

#[test]
fn a_sale_is_approved_and_says_everything_a_program_wants_to_know() {
    let shop = Shop::with_terminal(Wiring::Full);
    let ended = shop.json(&["sale", "100.00", "--reference", "order 7"]);
    ended.ended_with(0);

    let started = ended.event("started");
    assert_eq!(ended.events()[0], started);
    assert_eq!(started["terminal"], "front");
    assert_eq!(started["operation"], "sale");
    assert_eq!(started["amount"], "100.00");
    assert_eq!(started["currency"], "SEK");
    assert!(!ended.events_of("display").is_empty(), "{:#?}", ended.lines);

    let outcome = ended.outcome();
    assert_eq!(outcome["payment"], started["payment"]);
    assert_eq!(outcome["outcome"], "approved");
    assert_eq!(outcome["amount"], "100.00");
    assert_eq!(minor(&outcome), Some(10_000));
    assert_eq!(outcome["currency"], "SEK");
    for absent in ["tip_minor", "cashback_minor", "surcharge_minor", "message"] {
        assert!(outcome.get(absent).is_none(), "{absent} in {outcome}");
    }
    for text in ["card", "brand", "auth_code", "terminal_reference"] {
        assert!(outcome[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {outcome}");
    }
    assert_eq!(outcome["card"].as_str().map(str::len), Some(4));

    let ledger = shop.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["amount_minor"], 10_000);
    assert_eq!(ledger[0]["terminal_reference"], outcome["terminal_reference"]);

    let history = shop.history();
    assert_eq!(history.len(), 1);
    let payment = &history[0];
    assert_eq!(payment["payment"], outcome["payment"]);
    assert_eq!(payment["reference"], "order 7");
    assert_eq!(payment["asked_minor"], 10_000);
    assert_eq!(payment["terminal"], "front");
    assert_eq!(payment["operation"], "sale");
    assert!(payment["at"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()), "{payment}");
    assert!(payment.get("of").is_none());
}

#[test]
fn a_light_terminal_sells_without_a_listener() {
    let shop = Shop::with_terminal(Wiring::Light);
    assert_eq!(minor(&shop.json(&["sale", "100"]).ended_with(0).outcome()), Some(10_000));
    shop.books_agree();
}

#[test]
fn without_a_terminal_training_takes_the_payment() {
    let shop = Shop::of_training();
    let ended = shop.json(&["sale", "12.00"]);
    ended.ended_with(0);
    assert_eq!(ended.event("started")["terminal"], "training");
    assert_eq!(minor(&ended.outcome()), Some(1_200));
}

#[test]
fn people_read_the_outcome_and_the_customers_receipt() {
    let shop = Shop::of_training();
    let ended = shop.run(&["sale", "12.00"]);
    let text = ended.ended_with(0).lines.join("\n");
    assert!(text.contains("12.00") && text.contains("approved") && text.contains("customer’s copy"), "{text}");
    assert!(!text.contains("{\""), "{text}");
}

#[test]
fn contactless_is_approved() {
    scenario("100.50", &[], 0, "approved", Some(10_050));
}

#[test]
fn a_decline_ends_with_10() {
    scenario("100.51", &[], 10, "declined", None);
}

#[test]
fn a_decline_for_funds_ends_with_10() {
    scenario("100.52", &[], 10, "declined", None);
}

#[test]
fn the_customers_cancel_ends_with_11() {
    scenario("100.53", &[], 11, "cancelled", None);
}

#[test]
fn a_card_that_never_comes_ends_with_11() {
    scenario("100.54", &[], 11, "cancelled", None);
}

#[test]
fn an_accepted_signature_is_an_approval() {
    scenario("100.55", &["--answer", "accept"], 0, "approved", Some(10_055));
}

#[test]
fn a_rejected_signature_takes_nothing() {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let ended = shop.json(&["sale", "100.55", "--answer", "reject"]);
        let outcome = ended.ended_with(12).outcome();
        assert_eq!(outcome["outcome"], "not_charged", "{wiring:?} {outcome}");
        assert_eq!(minor(&outcome), None);
        let question = ended.event("question");
        assert_eq!(question["kind"], "signature");
        assert!(question["id"].is_u64());
        shop.books_agree();
    }
}

#[test]
fn half_of_the_amount_is_booked_as_half() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.56"]).ended_with(0).outcome();
    assert_eq!(minor(&outcome), Some(5_028), "{outcome}");
    assert_eq!(outcome["amount"], "50.28");
    assert!(outcome["message"].is_string());
    assert_eq!(shop.history()[0]["asked_minor"], 10_056);
    shop.books_agree();
}

#[test]
fn a_tip_given_on_the_terminal_is_booked() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.57"]).ended_with(0).outcome();
    let tip = outcome["tip_minor"].as_i64().unwrap();
    assert!((1_005..=1_006).contains(&tip), "{outcome}");
    assert_eq!(minor(&outcome), Some(10_057 + tip));
    shop.books_agree();
}

#[test]
fn a_surcharge_is_booked() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.58"]).ended_with(0).outcome();
    let surcharge = outcome["surcharge_minor"].as_i64().unwrap();
    assert!((402..=403).contains(&surcharge), "{outcome}");
    assert_eq!(minor(&outcome), Some(10_058 + surcharge));
    shop.books_agree();
}

#[test]
fn cashback_comes_on_top() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.00", "--cashback", "50"]).ended_with(0).outcome();
    assert_eq!(minor(&outcome), Some(15_000), "{outcome}");
    assert_eq!(outcome["cashback_minor"], 5_000);
    shop.books_agree();
}

#[test]
fn an_approval_behind_a_lost_line_is_found() {
    scenario("100.61", &[], 0, "approved", Some(10_061));
}

#[test]
fn a_decline_behind_a_lost_line_is_found() {
    scenario("100.62", &[], 10, "declined", None);
}

#[test]
fn a_request_that_never_arrived_was_not_charged() {
    scenario("100.63", &[], 12, "not_charged", None);
}

#[test]
fn a_busy_terminal_charges_nothing() {
    scenario("100.67", &[], 12, "not_charged", None);
}

#[test]
fn a_terminal_that_is_not_ready_charges_nothing() {
    scenario("100.68", &[], 12, "not_charged", None);
}

#[test]
fn a_terminal_without_its_host_charges_nothing() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.69"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(shop.ledger().is_empty());
}

#[test]
fn a_slow_terminal_is_waited_for() {
    scenario("100.71", &[], 0, "approved", Some(10_071));
}

#[test]
fn an_answer_about_another_payment_is_not_taken_for_ours() {
    scenario("100.72", &[], 0, "approved", Some(10_072));
}

#[test]
fn odd_spelling_and_single_byte_pieces_are_understood() {
    scenario("100.73", &[], 0, "approved", Some(10_073));
}

#[test]
fn a_wish_for_maintenance_does_not_disturb_an_approval() {
    scenario("100.75", &[], 0, "approved", Some(10_075));
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_a_payment_that_waits_for_the_card() {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let mut program = shop.start_json(&["sale", "100.70"]);
        program.event("started");
        program.interrupt();
        let outcome = program.end().ended_with(11).event("outcome");
        assert_eq!(outcome["outcome"], "cancelled", "{wiring:?}");
        assert!(shop.ledger().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn the_order_to_end_cancels_like_ctrl_c() {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.70"]);
    program.event("display");
    program.terminate();
    program.end().ended_with(11);
}

#[cfg(unix)]
#[test]
fn an_approval_after_a_cancel_is_an_approval() {
    for amount in ["100.65", "100.66"] {
        let shop = Shop::with_terminal(Wiring::Full);
        let mut program = shop.start_json(&["sale", amount]);
        program.until_card_wanted();
        program.interrupt();
        let outcome = program.end().ended_with(0).event("outcome");
        assert_eq!(outcome["outcome"], "approved", "{outcome}");
        assert!(outcome["message"].is_string(), "{outcome}");
        shop.books_agree();
    }
}

#[test]
fn a_wrong_port_charges_nothing_and_says_what_to_check() {
    let shop = Shop::with_wrong_port();
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(outcome["message"].as_str().is_some_and(|text| text.contains("port")), "{outcome}");
}

#[test]
fn an_unreachable_host_charges_nothing() {
    let shop = Shop::of_training();
    let fields = ["--set", "host=255.255.255.255", "--set", "poi_id=P1", "--set", "integration=light"];
    let arguments: Vec<&str> = ["terminal", "add", "far", "--protocol", "nexo"].into_iter().chain(fields).collect();
    shop.json(&arguments).ended_with(0);
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    assert!(outcome["message"].is_string());
}

#[test]
fn testing_a_terminal_at_a_wrong_port_says_whose_fault_it_is() {
    let shop = Shop::with_wrong_port();
    let ended = shop.json(&["terminal", "test", "front"]);
    assert!([Some(1), Some(2)].contains(&ended.status), "{:?}", ended.status);
    assert!(!ended.refusal().is_empty());
}

#[test]
fn testing_a_terminal_says_what_it_is() {
    let shop = Shop::with_terminal(Wiring::Full);
    let link = shop.json(&["terminal", "test", "front"]).ended_with(0).event("link");
    assert_eq!(link["state"], "online");
    assert_eq!(link["terminal"], "front");
    assert!(link["text"].as_str().is_some_and(|text| !text.is_empty()), "{link}");
}

#[test]
fn a_void_undoes_the_last_payment_once() {
    let shop = Shop::with_terminal(Wiring::Full);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let ended = shop.json(&["void", payment]);
    let void = ended.ended_with(0).outcome();
    assert_eq!(void["outcome"], "approved");
    assert_eq!(minor(&void), Some(10_000));
    assert_eq!(ended.event("started")["operation"], "void");
    assert_eq!(shop.history()[1]["of"], payment);
    assert_eq!(shop.json(&["void", payment]).ended_with(2).refusal(), "already-voided");
    shop.books_agree();
}

#[test]
fn only_the_last_payment_can_be_voided() {
    let shop = Shop::with_terminal(Wiring::Light);
    let first = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    shop.json(&["sale", "101.00"]).ended_with(0);
    let refused = shop.json(&["void", first["payment"].as_str().unwrap()]);
    assert_eq!(refused.ended_with(2).refusal(), "not-the-last");
}

#[test]
fn a_declined_payment_cannot_be_voided() {
    let shop = Shop::of_training();
    let sale = shop.json(&["sale", "100.51"]).ended_with(10).outcome();
    let refused = shop.json(&["void", sale["payment"].as_str().unwrap()]);
    assert_eq!(refused.ended_with(2).refusal(), "not-approved");
}

#[test]
fn a_refund_gives_back_no_more_than_was_taken() {
    let shop = Shop::with_terminal(Wiring::Full);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let refused = shop.json(&["refund", "100.01", "--of", payment]);
    assert_eq!(refused.ended_with(2).refusal(), "refund-too-large");
    let refund = shop.json(&["refund", "40.00", "--of", payment]).ended_with(0).outcome();
    assert_eq!(minor(&refund), Some(4_000));
    assert_eq!(shop.history()[1]["of"], payment);
    assert_eq!(shop.history()[1]["operation"], "refund");
    shop.books_agree();
}

#[test]
fn what_nexo_lacks_is_a_clear_error() {
    let shop = Shop::of_training();
    assert_eq!(shop.json(&["preauth", "100.00"]).ended_with(2).refusal(), "not-able");
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["capture", payment]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["tip", payment, "5.00"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["sale", "100.00", "--tip", "5"]).ended_with(2).refusal(), "no-tip");
    assert_eq!(shop.json(&["close-day", "--report", "z"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn amounts_that_are_none_are_refused_before_anything_happens() {
    let shop = Shop::of_training();
    for (amount, code) in [
        ("0", "amount-not-positive"),
        ("0.00", "amount-not-positive"),
        ("-5", "amount-not-positive"),
        ("1.005", "too-many-decimals"),
        ("1.000", "too-many-decimals"),
        ("12,50", "not-an-amount"),
        ("ten", "not-an-amount"),
        ("1e3", "not-an-amount"),
        ("99999999999999999999", "amount-too-large"),
    ] {
        assert_eq!(shop.json(&["sale", amount]).ended_with(2).refusal(), code, "{amount}");
        assert_eq!(shop.json(&["sale", "10", "--cashback", amount]).ended_with(2).refusal(), code, "{amount}");
        assert_eq!(shop.json(&["refund", amount]).ended_with(2).refusal(), code, "{amount}");
    }
    assert!(shop.history().is_empty());
}

#[test]
fn wrong_words_end_with_2() {
    let shop = Shop::of_training();
    shop.json(&["sale"]).ended_with(2);
    assert_eq!(shop.json(&["sale", "10", "--nonsense"]).ended_with(2).refusal(), "usage");
    assert_eq!(shop.json(&["sale", "10", "--terminal", "side"]).ended_with(2).refusal(), "unknown-terminal");
    assert_eq!(shop.json(&["void", "K7M2-9"]).ended_with(2).refusal(), "unknown-payment");
    assert_eq!(shop.json(&["status", "9"]).ended_with(2).refusal(), "unknown-payment");
    assert_eq!(shop.json(&["receipt", "9"]).ended_with(2).refusal(), "unknown-payment");
    let resolve = ["resolve", "9", "--as", "paid", "--by", "Ada", "--reason", "slip"];
    assert_eq!(shop.json(&resolve).ended_with(2).refusal(), "unknown-payment");
}

#[test]
fn several_terminals_without_a_default_must_be_named() {
    let shop = Shop::of_training();
    shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
    shop.add("back", free_port(), free_port(), Wiring::Light).ended_with(0);
    assert_eq!(shop.json(&["sale", "10"]).ended_with(2).refusal(), "several-terminals");
    let ended = shop.json(&["sale", "10", "--terminal", "training"]);
    assert_eq!(ended.ended_with(0).event("started")["terminal"], "training");
}

#[test]
fn terminals_are_added_listed_shown_changed_and_removed() {
    let shop = Shop::of_training();
    assert!(shop.json(&["terminal", "list"]).ended_with(0).lines.is_empty());
    shop.add("front", 12_000, 12_001, Wiring::Full).ended_with(0);
    shop.run(&["terminal", "add", "front", "--protocol", "nexo", "--set", "port=12002"]).ended_with(0);
    let listed = shop.json(&["terminal", "list"]).ended_with(0).event("terminal");
    assert_eq!(listed["terminal"], "front");
    assert_eq!(listed["protocol"], "nexo");
    let shown = shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal");
    assert_eq!(shown["fields"]["port"], "12002");
    assert_eq!(shown["fields"]["host"], "127.0.0.1");
    assert_eq!(shown["fields"]["currency"], "SEK", "the defaults are shown");
    shop.json(&["terminal", "remove", "front"]).ended_with(0);
    assert_eq!(shop.json(&["terminal", "remove", "front"]).ended_with(2).refusal(), "unknown-terminal");
}

#[test]
fn settings_that_are_wrong_name_the_field() {
    let shop = Shop::of_training();
    for (fields, name) in [
        (vec!["--set", "host=10.0.0.7"], "poi_id"),
        (vec!["--set", "host=10.0.0.7", "--set", "poi_id=P", "--set", "port=0"], "port"),
        (vec!["--set", "host=10.0.0.7", "--set", "poi_id=P", "--set", "colour=red"], "colour"),
        (vec!["--set", "host=10.0.0.7", "--set", "poi_id=P", "--secret", "api_key"], "api_key"),
    ] {
        let arguments: Vec<&str> =
            ["terminal", "add", "front", "--protocol", "nexo"].into_iter().chain(fields).collect();
        let error = shop.json(&arguments).ended_with(2).event("error");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(name)), "{error}");
    }
    assert_eq!(
        shop.json(&["terminal", "add", "training", "--protocol", "nexo"]).ended_with(2).refusal(),
        "name-reserved"
    );
    assert_eq!(
        shop.json(&["terminal", "add", "front", "--protocol", "smoke"]).ended_with(2).refusal(),
        "no-such-protocol"
    );
}

#[test]
fn the_data_folder_is_named_before_or_after_the_command_or_in_the_environment() {
    let shop = Shop::of_training();
    shop.json(&["sale", "12.00"]).ended_with(0);
    let binary = env!("CARGO_BIN_EXE_checkstand");
    let folder = shop.path().to_str().unwrap();
    for arguments in [
        vec!["history", "--json", "--data", folder],
        vec!["--data", folder, "--json", "history"],
        vec!["history", "--data", folder, "--json"],
    ] {
        let mut command = std::process::Command::new(binary);
        command.env("CHECKSTAND_DATA", "/nowhere/at/all").args(&arguments);
        let ended = harness::Program::start(&mut command, "").end();
        assert_eq!(ended.ended_with(0).events_of("payment").len(), 1, "{arguments:?}");
    }
    let mut command = std::process::Command::new(binary);
    command.env("CHECKSTAND_DATA", folder).args(["history", "--json"]);
    assert_eq!(harness::Program::start(&mut command, "").end().ended_with(0).events_of("payment").len(), 1);
}

#[test]
fn the_history_is_oldest_first_and_can_be_limited_and_searched() {
    let shop = Shop::of_training();
    for (amount, reference) in [("10.00", "first"), ("20.51", "second"), ("30.00", "third")] {
        shop.json(&["sale", amount, "--reference", reference]);
    }
    let references = |arguments: &[&str]| -> Vec<String> {
        let events = shop.json(arguments).ended_with(0).events_of("payment");
        events.iter().map(|event| event["reference"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(references(&["history"]), ["first", "second", "third"]);
    assert_eq!(references(&["history", "--limit", "2"]), ["second", "third"]);
    assert_eq!(references(&["history", "--search", "second"]), ["second"]);
    let history = shop.history();
    assert_eq!(history[1]["outcome"], "declined");
    assert!(history[1].get("amount_minor").is_none());
}

#[test]
fn receipts_can_be_read_again() {
    let shop = Shop::of_training();
    let sale = shop.json(&["sale", "12.00"]).ended_with(0).outcome();
    let payment = sale["payment"].as_str().unwrap();
    let number = payment.rsplit('-').next().unwrap();
    let both = shop.json(&["receipt", number]).ended_with(0).events_of("receipt");
    assert!(both.iter().all(|receipt| receipt["payment"] == payment), "{both:#?}");
    let customer = shop.json(&["receipt", payment, "--copy", "customer"]).ended_with(0).event("receipt");
    assert_eq!(customer["copy"], "customer");
    assert!(customer["lines"].as_array().is_some_and(|lines| !lines.is_empty()));
}

#[cfg(unix)]
#[test]
fn a_second_copy_that_would_talk_to_terminals_is_refused_and_others_are_not() {
    let shop = Shop::of_training();
    let mut first = shop.start_json(&["sale", "100.70"]);
    let payment = first.event("started")["payment"].as_str().unwrap().to_owned();
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(2).refusal(), "locked");
    assert_eq!(shop.history()[0]["outcome"], "in_doubt");
    shop.json(&["terminal", "list"]).ended_with(0);
    let resolve = ["resolve", &payment, "--as", "paid", "--by", "Ada", "--reason", "impatient"];
    assert_eq!(shop.json(&resolve).ended_with(2).refusal(), "resolve-running");
    first.interrupt();
    first.end().ended_with(11);
}

#[test]
fn a_payment_whose_program_was_killed_is_settled_by_status() {
    for wiring in [Wiring::Full, Wiring::Light] {
        let shop = Shop::with_terminal(wiring);
        let mut program = shop.start_json(&["sale", "100.71"]);
        let payment = program.event("started")["payment"].clone();
        program.event("reference");
        program.kill();

        let refused = shop.json(&["sale", "10.00"]);
        assert_eq!(refused.ended_with(13).refusal(), "in-doubt");

        let ended = shop.json(&["status"]);
        let outcome = ended.ended_with(0).event("outcome");
        assert_eq!(outcome["payment"], payment);
        assert_ne!(outcome["outcome"], "in_doubt");
        assert!(shop.json(&["status"]).ended_with(0).events_of("outcome").is_empty());
        shop.books_agree();
        shop.json(&["sale", "10.00"]).ended_with(0);
    }
}

#[test]
fn an_answer_that_never_came_is_asked_for_by_status() {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.64"]);
    let payment = program.event("started")["payment"].as_str().unwrap().to_owned();
    program.event_with("display", |display| display["text"] == "Approved");
    program.kill();
    let outcome = shop.json(&["status", &payment]).ended_with(0).event("outcome");
    assert_eq!(outcome["outcome"], "approved");
    assert_eq!(minor(&outcome), Some(10_064));
    assert_eq!(shop.history()[0]["outcome"], "approved");
    shop.books_agree();
}

#[test]
fn whenever_the_program_is_killed_the_books_agree_afterwards() {
    std::thread::scope(|scope| {
        for step in 1..=8 {
            scope.spawn(move || killed_after_line(step));
        }
    });
}

fn killed_after_line(step: usize) {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "10.00"]);
    let mut seen = 0;
    program.line(|_| {
        seen += 1;
        seen == step
    });
    program.kill();
    shop.json(&["status"]).ended_with(0);
    let history = shop.history();
    assert_eq!(history.len(), 1);
    assert_ne!(history[0]["outcome"], "in_doubt", "after line {step}");
    shop.books_agree();
}

#[test]
fn status_of_an_ended_payment_says_what_the_journal_says() {
    let shop = Shop::with_terminal(Wiring::Full);
    let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
    let again = shop.json(&["status", sale["payment"].as_str().unwrap()]).ended_with(0).event("outcome");
    assert_eq!(again, sale);
}

#[test]
fn what_the_terminal_took_and_denies_stays_in_doubt_until_a_person_decides() {
    let shop = Shop::with_terminal(Wiring::Full);
    let outcome = shop.json(&["sale", "100.74"]).ended_with(13).outcome();
    assert_eq!(outcome["outcome"], "in_doubt");
    assert!(outcome.get("amount_minor").is_none());
    let payment = outcome["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(13).refusal(), "in-doubt");
    assert_eq!(shop.history().len(), 1);
    assert_eq!(shop.json(&["terminal", "remove", "front"]).ended_with(2).refusal(), "terminal-in-doubt");

    let nobody = ["resolve", payment, "--as", "paid", "--by", " ", "--reason", "slip"];
    assert_eq!(shop.json(&nobody).ended_with(2).refusal(), "resolve-by-and-reason");
    shop.json(&["resolve", payment, "--as", "paid", "--by", "Ada", "--reason", "slip printed"]).ended_with(0);
    let history = shop.history();
    assert_eq!(history[0]["outcome"], "approved");
    assert_eq!(minor(&history[0]), Some(10_074));
    let again = ["resolve", payment, "--as", "not-paid", "--by", "Ada", "--reason", "slip"];
    assert_eq!(shop.json(&again).ended_with(2).refusal(), "resolve-ended");
    shop.books_agree();
    shop.json(&["sale", "10.00"]).ended_with(0);
}

#[cfg(unix)]
#[test]
fn a_terminal_that_is_gone_leaves_the_payment_in_doubt_soon_after_an_interrupt() {
    let mut shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.70"]);
    program.until_card_wanted();
    shop.lose_terminal();
    program.interrupt();
    let before = std::time::Instant::now();
    let outcome = program.end().ended_with(13).event("outcome");
    assert!(before.elapsed() < std::time::Duration::from_secs(12));
    assert_eq!(outcome["outcome"], "in_doubt");
}

#[cfg(unix)]
#[test]
fn status_can_be_interrupted_and_ends_with_13_while_the_terminal_is_gone() {
    let mut shop = Shop::with_terminal(Wiring::Full);
    let mut program = shop.start_json(&["sale", "100.70"]);
    program.until_card_wanted();
    program.kill();
    shop.lose_terminal();
    let mut asking = shop.start_json(&["status"]);
    while asking.is_running() && !is_held_by(&shop, asking.id()) {
        std::thread::yield_now();
    }
    asking.interrupt();
    let outcome = asking.end().ended_with(13).event("outcome");
    assert_eq!(outcome["outcome"], "in_doubt");
}

/// The data lock's file names the process that holds it.
#[cfg(unix)]
fn is_held_by(shop: &Shop, process: u32) -> bool {
    std::fs::read_to_string(shop.path().join("checkstand.lock")).is_ok_and(|holder| holder == process.to_string())
}

#[cfg(unix)]
#[test]
fn serve_holds_the_connection_until_interrupted() {
    let shop = Shop::with_terminal(Wiring::Full);
    let mut serving = shop.start_json(&["serve"]);
    let online = serving.event_with("link", |link| link["state"] == "online");
    assert_eq!(online["terminal"], "front");
    assert_eq!(shop.json(&["sale", "10.00"]).ended_with(2).refusal(), "locked");
    shop.history();
    serving.interrupt();
    serving.end().ended_with(0);
}

#[test]
fn serve_without_terminals_or_with_an_unknown_one_is_an_error() {
    let shop = Shop::of_training();
    assert_eq!(shop.json(&["serve"]).ended_with(2).refusal(), "no-terminal");
    assert_eq!(shop.json(&["serve", "side"]).ended_with(2).refusal(), "unknown-terminal");
}

#[test]
fn the_day_is_closed_by_logging_out() {
    let shop = Shop::with_terminal(Wiring::Full);
    shop.json(&["close-day"]).ended_with(0);
}

#[cfg(unix)]
#[test]
fn the_simulator_says_where_it_listens_and_ends_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_checkstand"));
    command.args(["simulate", "nexo", "--listen", "127.0.0.1:0"]).current_dir(folder.path());
    let mut program = harness::Program::start(&mut command, "");
    let line = program.line(|_| true);
    assert!(line.starts_with("listening on 127.0.0.1:"), "{line}");
    program.interrupt();
    program.end().ended_with(0);
}

#[cfg(not(feature = "gui"))]
#[test]
fn without_a_window_the_program_says_so() {
    let shop = Shop::of_training();
    shop.json(&[]).ended_with(2);
}

#[test]
fn broken_settings_are_told_with_file_and_line() {
    let shop = Shop::of_training();
    std::fs::write(shop.path().join("settings.json"), "{\n \"terminals\": 5}").unwrap();
    let error = shop.json(&["sale", "10.00"]).ended_with(2).event("error");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("settings.json") && text.contains("line 2")));
}
