//! What becomes of payments whose program or terminal went away, and who may ask and decide.

use super::harness::{Shop, Wiring};
use super::minor;

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

#[test]
fn a_terminal_becomes_no_other_one_while_a_payment_on_it_is_in_doubt() {
    let shop = Shop::with_terminal(Wiring::Full);
    let doubt = shop.json(&["sale", "100.74"]).ended_with(13).outcome()["payment"].as_str().unwrap().to_owned();
    let before = shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal");
    let add = |protocol: &str, more: &[&str]| {
        shop.json(&[&["terminal", "add", "front", "--protocol", protocol], more].concat())
    };
    for (protocol, set) in [("nexo", "host=10.0.0.8"), ("nexo", "poi_id=OTHER"), ("valor", "host=10.0.0.8")] {
        let refused = add(protocol, &["--set", set]);
        assert_eq!(refused.ended_with(2).refusal(), "terminal-in-doubt", "{protocol} {set}");
        assert!(refused.event("error")["message"].as_str().unwrap().contains(&doubt), "{:?}", refused.lines);
    }
    assert_eq!(shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal"), before);
    // It stays the machine it was, and another one is nobody's business.
    add("nexo", &["--set", &format!("host={}", before["fields"]["host"].as_str().unwrap()), "--default"]).ended_with(0);
    shop.json(&["terminal", "add", "back", "--protocol", "valor", "--set", "host=10.0.0.8"]).ended_with(0);
    shop.json(&["resolve", &doubt, "--as", "paid", "--by", "Ada", "--reason", "slip printed"]).ended_with(0);
    add("valor", &["--set", "host=10.0.0.9"]).ended_with(0);
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
