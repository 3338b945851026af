//! What only a PayServer does.

use super::harness::{Brand, Shop};
use super::minor;

fn shop(more: &[&str]) -> Shop {
    Shop::with_brand(Brand::P3, "websocket", more)
}

#[test]
fn a_payment_is_given_back_in_part_and_then_as_a_whole_and_never_more() {
    for transport in ["websocket", "tcp"] {
        let shop = Shop::with_brand(Brand::P3, transport, &[]);
        let sale = shop.json(&["sale", "100.00"]).ended_with(0).outcome();
        let sale = sale["payment"].as_str().unwrap();
        assert_eq!(shop.json(&["refund", "100.01", "--of", sale]).ended_with(2).refusal(), "refund-too-large");
        let part = shop.json(&["refund", "40.29", "--of", sale]).ended_with(0).outcome();
        assert_eq!(minor(&part), Some(4_029));
        assert_eq!(shop.json(&["refund", "59.72", "--of", sale]).ended_with(2).refusal(), "refund-too-large");
        let rest = shop.json(&["refund", "59.71", "--of", sale]).ended_with(0).outcome();
        assert_eq!(minor(&rest), Some(5_971));
        assert_eq!(shop.json(&["refund", "0.01", "--of", sale]).ended_with(2).refusal(), "refund-too-large");
        let history = shop.history();
        assert_eq!(history.len(), 3);
        assert!(history[1..].iter().all(|refund| refund["of"] == sale && refund["operation"] == "refund"));
        shop.every_payment_agrees();
    }
}

#[test]
fn a_barcode_is_scanned() {
    for transport in ["websocket", "tcp"] {
        let shop = Shop::with_brand(Brand::P3, transport, &[]);
        assert_eq!(shop.json(&["scan"]).ended_with(0).event("scanned")["code"], "4006381333931");
        assert!(shop.history().is_empty());
    }
}

#[test]
fn a_signature_is_accepted_or_rejected_by_the_word_of_the_command_line() {
    for (answer, status, taken) in [("accept", 0, Some(10_055)), ("reject", 12, None)] {
        let shop = shop(&[]);
        let ended = shop.json(&["sale", "100.55", "--answer", answer]);
        assert_eq!(minor(&ended.ended_with(status).outcome()), taken);
        assert_eq!(ended.event("question")["kind"], "signature");
        shop.every_payment_agrees();
    }
}

#[test]
fn both_lines_of_information_are_shown() {
    let ended = shop(&[]).json(&["sale", "100.00"]);
    let displays = ended.ended_with(0).events_of("display");
    assert!(displays.iter().any(|display| display["text"] == "Present card\nEUR 100.00"), "{displays:#?}");
}

#[test]
fn a_capture_takes_no_more_than_was_reserved() {
    let shop = shop(&[]);
    let held = shop.json(&["preauth", "100.00"]).ended_with(0).outcome();
    let held = held["payment"].as_str().unwrap();
    assert_eq!(shop.json(&["capture", held, "100.01"]).ended_with(2).refusal(), "capture-too-large");
    shop.json(&["capture", held]).ended_with(0);
    shop.every_payment_agrees();
}

#[test]
fn a_request_that_never_arrived_was_not_charged() {
    let shop = shop(&[]);
    let outcome = shop.json(&["sale", "100.63"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged");
    shop.every_payment_agrees();
}

#[test]
fn what_p3_lacks_is_a_clear_error() {
    let shop = shop(&[]);
    assert_eq!(shop.json(&["sale", "10.00", "--tip", "1.00"]).ended_with(2).refusal(), "no-tip");
    assert_eq!(shop.json(&["sale", "10.00", "--tender", "debit"]).ended_with(2).refusal(), "no-tender");
    assert_eq!(shop.json(&["gift", "reload", "10.00"]).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.json(&["close-day", "--report", "z"]).ended_with(2).refusal(), "not-able");
    let sale = shop.json(&["sale", "10.00"]).ended_with(0).outcome();
    let tip = ["tip", sale["payment"].as_str().unwrap(), "1.00"];
    assert_eq!(shop.json(&tip).ended_with(2).refusal(), "not-able");
    assert_eq!(shop.history().len(), 1);
}

#[test]
fn the_merchant_secret_is_in_one_file_of_its_owner_and_nowhere_else() {
    const SECRET: &str = "not so secret";
    let shop = shop(&[]);
    let ended = shop.json(&["sale", "100.00"]);
    assert!(!ended.ended_with(0).lines.join("\n").contains(SECRET) && !ended.errors.contains(SECRET));
    let shown = shop.json(&["terminal", "show", "front"]).ended_with(0).event("terminal");
    assert_eq!(shown["secrets"], serde_json::json!(["merchant_secret"]));
    let mut holders = Vec::new();
    for entry in walk(shop.path()) {
        if std::fs::read(&entry).unwrap().windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()) {
            holders.push(entry.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    assert_eq!(holders.len(), 1, "{holders:?}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
