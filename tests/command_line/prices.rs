//! The price list: imported, checked, listed, and left alone where the file has a fault.

use std::fs;

use serde_json::{Value, json};

use super::harness::{Shop, Wiring, free_port};

const GOOD: &str = "code;label;price;tax\r\n731;Kaffe, mörk;49,50;12\r\n732;Te;20;12\r\nP1;Påse;0,50;25\r\n";

/// A file of the shop's, by its path.
fn file(shop: &Shop, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = shop.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn codes(shop: &Shop, arguments: &[&str]) -> Vec<Value> {
    let listed = shop.json(&[&["prices", "list"], arguments].concat());
    listed.ended_with(0).events_of("price").iter().map(|price| price["code"].clone()).collect()
}

#[test]
fn an_imported_list_is_found_again_and_searched() {
    let shop = Shop::of_training();
    let imported = shop.json(&["prices", "import", &file(&shop, "list.csv", GOOD)]).ended_with(0).event("imported");
    assert_eq!(imported, json!({ "event": "imported", "items": 3, "currency": "SEK", "tax": "included" }));
    let listed = shop.json(&["prices", "list"]).ended_with(0).events_of("price");
    assert_eq!(
        listed[0],
        json!({ "event": "price", "code": "731", "label": "Kaffe, mörk", "price_minor": 4950, "currency": "SEK", "tax": "12" })
    );
    assert_eq!(codes(&shop, &[]), ["731", "732", "P1"]);
    assert_eq!(codes(&shop, &["--search", "PÅSE"]), ["P1"]);
    assert_eq!(codes(&shop, &["--search", "73", "--limit", "1"]), ["731"]);
    assert!(codes(&shop, &["--search", "mjölk"]).is_empty());
    let text = shop.run(&["prices", "list", "--limit", "1"]).ended_with(0).lines.join("\n");
    assert!(text.contains("Kaffe, mörk") && text.contains("49.50"), "{text}");
}

#[test]
fn an_import_replaces_the_whole_list() {
    let shop = Shop::of_training();
    shop.json(&["prices", "import", &file(&shop, "list.csv", GOOD)]).ended_with(0);
    let other = file(&shop, "other.csv", "9,Yen,250\n");
    let imported = shop.json(&["prices", "import", &other, "--currency", "jpy", "--tax", "added"]);
    let imported = imported.ended_with(0).event("imported");
    assert_eq!((&imported["currency"], &imported["tax"]), (&json!("JPY"), &json!("added")));
    assert_eq!(codes(&shop, &[]), ["9"]);
}

#[test]
fn a_list_with_faults_tells_them_all_by_line_and_changes_nothing() {
    let shop = Shop::of_training();
    shop.json(&["prices", "import", &file(&shop, "list.csv", GOOD)]).ended_with(0);
    let before = fs::read(shop.path().join("prices.json")).unwrap();
    let bad = file(&shop, "bad.csv", "code;label;price\n1;Tea;1\n;Milk;x\n1;Juice;-2\n");
    for command in ["import", "check"] {
        let refused = shop.json(&["prices", command, &bad]);
        assert_eq!(refused.ended_with(2).event("error")["code"], "price-list-refused");
        let faults: Vec<(Value, Value)> =
            refused.events_of("fault").iter().map(|fault| (fault["line"].clone(), fault["problem"].clone())).collect();
        let expected = [(3, "code_missing"), (3, "price_unreadable"), (4, "code_twice"), (4, "price_negative")]
            .map(|(line, word)| (json!(line), json!(word)));
        assert_eq!(faults, expected);
        let twice = refused.events_of("fault").swap_remove(2);
        assert!(twice["text"].as_str().is_some_and(|text| text.contains("line 2")), "{twice}");
    }
    assert_eq!(fs::read(shop.path().join("prices.json")).unwrap(), before);
    let text = shop.run(&["prices", "import", &bad]).ended_with(2).lines.join("\n");
    assert!(text.contains("Line 4:"), "{text}");
}

#[test]
fn a_check_imports_nothing() {
    let shop = Shop::of_training();
    let checked = shop.json(&["prices", "check", &file(&shop, "list.csv", GOOD)]).ended_with(0).event("checked");
    assert_eq!(checked["items"], 3);
    assert!(!shop.path().join("prices.json").exists());
    assert!(codes(&shop, &[]).is_empty());
}

#[test]
fn the_first_fifty_faults_are_told_and_how_many_more_there_are() {
    let shop = Shop::of_training();
    let text: String = (0..60).map(|number| format!("{number},Item,x\n")).collect();
    let refused = shop.json(&["prices", "import", &file(&shop, "bad.csv", text)]);
    refused.ended_with(2);
    assert_eq!(refused.events_of("fault").len(), 50);
    let message = refused.event("error")["message"].as_str().unwrap().to_owned();
    assert!(message.contains("60") && message.contains("10"), "{message}");
}

#[test]
fn another_encoding_is_refused_with_what_to_do() {
    let shop = Shop::of_training();
    let refused = shop.json(&["prices", "import", &file(&shop, "old.csv", b"code;label;price\n1;P\xe5se;1\n")]);
    let fault = refused.ended_with(2).event("fault");
    assert_eq!((&fault["line"], &fault["problem"]), (&json!(2), &json!("not_utf8")));
    assert!(fault["text"].as_str().is_some_and(|text| text.contains("CSV UTF-8")), "{fault}");
}

#[test]
fn the_currency_is_that_of_the_terminal_that_is_meant_unless_it_is_named() {
    let shop = Shop::of_training();
    shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
    shop.run(&["terminal", "add", "front", "--protocol", "nexo", "--set", "currency=EUR"]).ended_with(0);
    let list = file(&shop, "list.csv", "1,Tea,1\n");
    assert_eq!(shop.json(&["prices", "check", &list]).ended_with(0).event("checked")["currency"], "EUR");
    shop.add("back", free_port(), free_port(), Wiring::Light).ended_with(0);
    assert_eq!(shop.json(&["prices", "check", &list]).ended_with(2).refusal(), "several-terminals");
    assert_eq!(shop.json(&["prices", "check", &list, "--currency", "XXX"]).ended_with(2).refusal(), "no-such-currency");
    let checked = shop.json(&["prices", "check", &list, "--currency", "NOK"]).ended_with(0).event("checked");
    assert_eq!(checked["currency"], "NOK");
}

#[test]
fn a_file_that_is_not_there_and_a_damaged_list_say_so() {
    let shop = Shop::of_training();
    let nowhere = shop.path().join("nowhere.csv");
    assert_eq!(shop.json(&["prices", "import", nowhere.to_str().unwrap()]).ended_with(2).refusal(), "file");
    fs::write(shop.path().join("prices.json"), "{\"version\": 1,").unwrap();
    let damaged = shop.json(&["prices", "list"]);
    assert_eq!(damaged.ended_with(1).refusal(), "prices-kept-damaged");
    assert!(damaged.event("error")["message"].as_str().is_some_and(|text| text.contains("prices.json")));
    shop.json(&["prices", "import", &file(&shop, "list.csv", GOOD)]).ended_with(0);
    assert_eq!(codes(&shop, &[]).len(), 3);
}

#[test]
fn a_price_list_is_imported_beside_a_running_program() {
    let shop = Shop::with_terminal(Wiring::Light);
    let mut running = shop.start_json(&["serve"]);
    running.event("link");
    shop.json(&["prices", "import", &file(&shop, "list.csv", GOOD)]).ended_with(0);
    assert_eq!(codes(&shop, &[]).len(), 3);
    assert!(running.is_running());
    running.interrupt();
    running.end().ended_with(0);
}
