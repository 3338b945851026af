//! The other commands: terminals, history, receipts, simulator, standing connections, wrong usage.

use checkstand::domain::{
    Currency, DayEnd, DayReport, DayVerdict, Money, Operation, Outcome, PaymentEvent, PaymentRequest, Taken,
};
use checkstand::journal::{Entry, Journal, NewPayment};
use serde_json::json;

use super::harness::{Program, Shop, Wiring, free_port};

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
        let ended = Program::start(&mut command, "").end();
        assert_eq!(ended.ended_with(0).events_of("payment").len(), 1, "{arguments:?}");
    }
    let mut command = std::process::Command::new(binary);
    command.env("CHECKSTAND_DATA", folder).args(["history", "--json"]);
    assert_eq!(Program::start(&mut command, "").end().ended_with(0).events_of("payment").len(), 1);
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

    assert_eq!(references(&["history", "--search", "20,51"]), ["second"]);
    assert_eq!(references(&["history", "--search", "econ"]), ["second"], "a part of it");
    assert_eq!(references(&["history", "--verdict", "declined"]), ["second"]);
    assert_eq!(references(&["history", "--verdict", "not_charged"]), [""; 0]);
    assert_eq!(references(&["history", "--operation", "sale", "--terminal", "training"]), ["first", "second", "third"]);
    assert_eq!(references(&["history", "--from", "2020-01-01", "--search", "ec"]), [""; 0], "too short for a part");
    assert_eq!(references(&["history", "--to", "2020-01-01"]), [""; 0]);
    assert_eq!(references(&["history", "--from", "2020-01-01", "--to", "2199-12-31"]).len(), 3);
    for wrong in [["--from", "yesterday-ish"], ["--operation", "theft"], ["--verdict", "maybe"]] {
        shop.json(&["history", wrong[0], wrong[1]]).ended_with(2);
    }
}

#[test]
fn the_timeline_of_a_payment_tells_every_event_and_on_demand_its_messages() {
    let shop = Shop::of_training();
    shop.json(&["sale", "10.00"]);
    let payment = shop.history()[0]["payment"].as_str().unwrap().to_owned();
    let run = shop.json(&["timeline", &payment, "--messages"]);
    let told = run.ended_with(0);
    let kinds: Vec<_> = told.events_of("happened").iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds[0], "recorded");
    assert!(kinds.contains(&"transmitted".into()), "{kinds:?}");
    assert!(kinds.contains(&"approved".into()), "{kinds:?}");
    let messages = told.events_of("message");
    assert!(messages.iter().any(|message| message["sent"] == true), "{messages:?}");
    let plain = shop.run(&["timeline", &payment]).ended_with(0).lines.join("\n");
    assert!(plain.contains("Recorded, before anything was sent") && plain.contains("Approved"), "{plain}");
    shop.json(&["timeline", "K7M2-4711"]).ended_with(2);
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
    shop.json(&["terminal", "test", "front"]).ended_with(0);
}

#[test]
fn a_report_the_terminal_does_not_make_is_refused_and_says_which_it_makes() {
    let shop = Shop::with_terminal(Wiring::Light);
    for report in ["x", "z", "banking"] {
        let error = shop.json(&["close-day", "--report", report]).ended_with(2).event("error");
        assert_eq!(error["code"], "not-able");
        assert!(error["message"].as_str().is_some_and(|text| text.contains("end-of-day")), "{error}");
    }
    assert_eq!(shop.json(&["close-day", "--report", "y"]).ended_with(2).refusal(), "usage");
    shop.json(&["close-day", "--report", "end-of-day"]).ended_with(0);
    assert!(shop.json(&["reports"]).ended_with(0).lines.is_empty(), "a logout is no report");
    assert_eq!(shop.run(&["reports"]).ended_with(0).lines, ["There are no reports."]);
}

#[test]
fn a_card_is_checked_and_a_number_keyed_in_only_where_the_terminal_can() {
    let shop = Shop::with_terminal(Wiring::Light);
    assert_eq!(shop.json(&["check-card"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["check-card", "--terminal", "side"]).ended_with(2).refusal(), "unknown-terminal");
    assert_eq!(shop.json(&["check-card", "10.00"]).ended_with(2).refusal(), "usage");
    for arguments in [["sale", "10.00", "--keyed"], ["refund", "10.00", "--keyed"]] {
        let error = shop.json(&arguments).ended_with(2).event("error");
        assert_eq!(error["code"], "not-keyed");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(arguments[0])), "{error}");
    }
    assert_eq!(shop.json(&["preauth", "10.00", "--keyed"]).ended_with(2).refusal(), "not-able");
    let both = ["refund", "10.00", "--keyed", "--of", "1"];
    assert_eq!(shop.json(&both).ended_with(2).refusal(), "usage");
    assert!(shop.history().is_empty());
}

/// As a terminal that can do more than those there are yet would have left it.
fn journal_of_a_card_check_and_a_report(shop: &Shop) -> String {
    let at = "2026-03-14T22:58:31Z".parse().unwrap();
    let mut journal = Journal::open(shop.path()).unwrap();
    let new = NewPayment {
        terminal: "front".to_owned(),
        protocol: "nexo".to_owned(),
        training: false,
        request: PaymentRequest::new(Operation::CardCheck, Money::zero(Currency::SEK)),
        at,
    };
    let id = journal.record(new).unwrap().id.clone();
    let end = DayEnd {
        report: DayReport::X,
        lines: vec!["X BALANCE".to_owned(), "TOTAL    482.10".to_owned()],
        figures: Some(json!({ "totalAmount": 48_210 })),
        ..DayEnd::bare(DayVerdict::Reported)
    };
    let happened = |event, outcome| Entry::Payment { id: id.clone(), event, outcome, at };
    let approved = Outcome::approved(Taken::exactly(Money::zero(Currency::SEK)));
    let entries = [
        happened(PaymentEvent::Transmitted, None),
        happened(PaymentEvent::Approved, Some(approved)),
        Entry::Note { terminal: "front".to_owned(), payment: None, kind: "day-end".to_owned(), body: json!(end), at },
    ];
    journal.commit(&entries).unwrap();
    id.to_string()
}

#[test]
fn the_history_shows_a_card_check_without_an_amount_and_nothing_can_be_done_about_it() {
    let shop = Shop::of_training();
    shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
    let check = journal_of_a_card_check_and_a_report(&shop);
    let history = shop.run(&["history"]).ended_with(0).lines.join("\n");
    assert!(history.contains("card check  –  approved"), "{history}");
    let payment = &shop.history()[0];
    assert_eq!((&payment["operation"], &payment["amount_minor"]), (&"card_check".into(), &0.into()));
    assert_eq!(shop.json(&["void", &check]).ended_with(2).refusal(), "wrong-kind");
}

#[test]
fn a_kept_report_is_read_with_its_lines_and_figures() {
    let shop = Shop::of_training();
    journal_of_a_card_check_and_a_report(&shop);
    let kept = shop.json(&["reports"]).ended_with(0).event("day_end");
    assert_eq!((&kept["report"], &kept["verdict"]), (&"x".into(), &"reported".into()));
    assert_eq!((&kept["lines"][1], &kept["figures"]["totalAmount"]), (&"TOTAL    482.10".into(), &48_210.into()));
    assert_eq!(kept["at"], "2026-03-14T22:58:31.000Z");
    let read = shop.run(&["reports"]).ended_with(0).lines.clone();
    assert!(read[0].ends_with("front  X report") && read[0].starts_with("2026-03-1"), "{read:?}");
    assert!(read.contains(&"TOTAL    482.10".to_owned()), "{read:?}");
}

#[cfg(unix)]
#[test]
fn the_simulator_says_where_it_listens_and_ends_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_checkstand"));
    command.args(["simulate", "nexo", "--listen", "127.0.0.1:0"]).current_dir(folder.path());
    let mut program = Program::start(&mut command, "");
    let line = program.line(|_| true);
    assert!(line.starts_with("listening on 127.0.0.1:"), "{line}");
    program.interrupt();
    program.end().ended_with(0);
}

#[test]
fn a_transport_is_chosen_only_where_there_is_a_choice() {
    let shop = Shop::of_training();
    for word in ["tcp", "websocket"] {
        let refused = shop.json(&["simulate", "nexo", "--listen", "127.0.0.1:0", "--transport", word]);
        assert_eq!(refused.ended_with(2).refusal(), "no-choice-of-transport");
    }
    assert_eq!(shop.json(&["simulate", "nexo", "--transport", "pigeon"]).ended_with(2).refusal(), "usage");
}

#[test]
fn a_certificate_is_written_only_where_there_is_one() {
    let shop = Shop::of_training();
    let refused = shop.json(&["simulate", "nexo", "--listen", "127.0.0.1:0", "--ca-file", "ca.pem"]);
    assert_eq!(refused.ended_with(2).refusal(), "no-tls-door");
}

#[test]
fn an_option_is_chosen_only_where_the_simulator_has_it() {
    let shop = Shop::of_training();
    for chosen in [["--mode", "strict"], ["--option", "mode=strict"]] {
        let refused = shop.json(&["simulate", "nexo", "--listen", "127.0.0.1:0", chosen[0], chosen[1]]);
        assert_eq!(refused.ended_with(2).refusal(), "no-such-option");
    }
    let refused = shop.json(&["simulate", "nexo", "--option", "strict"]);
    assert_eq!(refused.ended_with(2).refusal(), "not-an-assignment");
}

#[test]
fn a_currency_that_is_none_is_refused() {
    let shop = Shop::of_training();
    let refused = shop.json(&["simulate", "nexo", "--currency", "crowns"]);
    assert_eq!(refused.ended_with(2).refusal(), "no-such-currency");
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
