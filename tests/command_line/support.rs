//! The log files, their levels, and the support bundle, as somebody far away has them made.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::harness::{Shop, Wiring};

fn logged(shop: &Shop) -> String {
    let files = fs::read_dir(shop.path().join("logs")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn what_became_of_a_payment_is_logged_under_its_id() {
    let shop = Shop::with_terminal(Wiring::Full);
    let payment = shop.json(&["sale", "100.00"]).ended_with(0).event("outcome")["payment"].as_str().unwrap().to_owned();
    let log = logged(&shop);
    let about: Vec<&str> = log.lines().filter(|line| line.split_whitespace().nth(3) == Some(&payment)).collect();
    assert!(about.iter().any(|line| line.contains("recorded and starts") && line.contains(" front: ")), "{log}");
    assert!(about.iter().any(|line| line.contains("verdict=approved")), "{log}");
    assert!(log.contains("the program starts version=") && log.contains("the program ends"), "{log}");
    let lines = log.lines().count();
    shop.json(&["history"]).ended_with(0);
    assert_eq!(logged(&shop).lines().count(), lines, "who only reads writes no log");
}

#[test]
fn levels_are_kept_and_what_is_more_than_usual_ends() {
    let shop = Shop::of_training();
    shop.json(&["sale", "12.00"]).ended_with(0);
    assert!(!logged(&shop).contains("DEBUG"));
    let chosen = shop.json(&["log", "level", "terminal", "debug"]).ended_with(0).event("log_level");
    assert_eq!((&chosen["part"], &chosen["level"]), (&json!("terminal"), &json!("debug")));
    assert!(chosen["until"].is_string());
    let shown = shop.json(&["log", "show"]).ended_with(0).events_of("log_level");
    assert_eq!(shown.iter().filter(|level| level["level"] == "debug").count(), 1);
    shop.json(&["sale", "12.00"]).ended_with(0);
    assert!(logged(&shop).contains("DEBUG terminal "));
    shop.json(&["log", "level", "all", "info"]).ended_with(0);
    let shown = shop.json(&["log", "show"]).ended_with(0).events_of("log_level");
    assert!(shown.iter().all(|level| level["level"] == "info"));
    shop.run(&["log", "level", "nobody", "debug"]).ended_with(2);
}

#[test]
fn whoever_follows_the_log_reads_what_was_and_what_comes() {
    let shop = Shop::of_training();
    let first = shop.json(&["sale", "12.00"]).ended_with(0).event("outcome")["payment"].as_str().unwrap().to_owned();
    let mut all = shop.start_json(&["log", "follow", "--lines", "1000"]);
    let is_about = |payment: &str| {
        let payment = payment.to_owned();
        move |event: &serde_json::Value| event["line"].as_str().is_some_and(|line| line.contains(&payment))
    };
    all.event_with("log_line", is_about(&first));
    let second = shop.json(&["sale", "13.00"]).ended_with(0).event("outcome")["payment"].as_str().unwrap().to_owned();
    all.event_with("log_line", is_about(&second));
    all.interrupt();
    assert_eq!(all.end().status, Some(0));
    let mut one = shop.start_json(&["log", "follow", "--lines", "1000", "--payment", &first]);
    one.event_with("log_line", is_about(&first));
    one.interrupt();
    let lines = one.end().lines;
    assert!(!lines.is_empty() && lines.iter().all(|line| line.contains(&first)), "{lines:?}");
}

#[test]
fn a_log_that_cannot_be_written_stops_no_payment() {
    let shop = Shop::of_training();
    fs::write(shop.path().join("logs"), "no folder").unwrap();
    shop.json(&["sale", "12.00"]).ended_with(0);
}

#[test]
fn a_bundle_is_made_beside_a_running_program_and_with_broken_settings() {
    let shop = Shop::with_terminal(Wiring::Full);
    let payment = shop.json(&["sale", "100.00"]).ended_with(0).event("outcome")["payment"].as_str().unwrap().to_owned();
    let mut running = shop.start_json(&["serve"]);
    running.event("link");
    let bundle = |name: &str| {
        let file = shop.path().join(name).display().to_string();
        shop.json(&["support-bundle", &file, "--payment", &payment, "--days", "2"])
            .ended_with(0)
            .event("support_bundle")
    };
    let made = bundle("one.zip");
    let parts: Vec<&str> = made["parts"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
    assert!(parts.contains(&format!("transcripts/{payment}.txt").as_str()), "{parts:?}");
    assert!(parts.iter().any(|part| part.starts_with("logs/")), "{parts:?}");
    running.interrupt();
    running.end();
    let again = shop.path().join("one.zip").display().to_string();
    assert_eq!(shop.json(&["support-bundle", &again]).ended_with(2).event("error")["code"], "bundle-exists");
    fs::write(shop.path().join("settings.json"), "{").unwrap();
    bundle("two.zip");
    let three = shop.path().join("three.zip").display().to_string();
    let nobody = shop.json(&["support-bundle", &three, "--payment", "ZZZZ-99"]);
    assert_eq!(nobody.ended_with(2).event("error")["code"], "unknown-payment");
}
