//! Operators on the command line: added, listed, removed, given PINs and rights; and PINs that are nowhere.

use std::path::{Path, PathBuf};

use checkstand::journal::{HistoryQuery, Journal};
use serde_json::json;

use super::harness::{Ended, Program, Shop};

const PIN: &str = "58213964";
const OTHER_PIN: &str = "90417352";

/// With standard input, and with the most talkative log there is.
fn run(shop: &Shop, arguments: &[&str], input: &str) -> Ended {
    let mut command = shop.command(arguments);
    command.env("CHECKSTAND_LOG", "trace").env("RUST_BACKTRACE", "full");
    Program::start(&mut command, input).end()
}

fn add(shop: &Shop, name: &str, role: &str, pin: &str) -> Ended {
    run(shop, &["operator", "add", name, "--role", role, "--json"], &format!("{pin}\n"))
}

fn names(shop: &Shop) -> Vec<String> {
    let listed = shop.json(&["operator", "list"]).ended_with(0).events_of("operator");
    listed.iter().map(|operator| operator["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn operators_are_added_listed_and_removed() {
    let shop = Shop::of_training();
    assert!(names(&shop).is_empty());
    let added = add(&shop, "Eve", "supervisor", PIN).ended_with(0).event("operator");
    assert_eq!(added, json!({ "event": "operator", "name": "Eve", "role": "supervisor" }));
    add(&shop, "Ada", "cashier", OTHER_PIN).ended_with(0);
    assert_eq!(names(&shop), ["Eve", "Ada"]);
    let told = shop.run(&["operator", "list"]).ended_with(0).lines.join("\n");
    assert!(told.contains("Eve  supervisor") && told.contains("Ada  cashier"), "{told}");
    assert_eq!(shop.json(&["operator", "remove", "eve"]).ended_with(2).refusal(), "operator-last-manager");
    assert_eq!(shop.json(&["operator", "remove", "nobody"]).ended_with(2).refusal(), "operator-unknown");
    let gone = shop.json(&["operator", "remove", "ADA"]).ended_with(0).event("operator_removed");
    assert_eq!(gone["name"], "Ada");
    shop.json(&["operator", "remove", "Eve"]).ended_with(0);
    assert!(names(&shop).is_empty());
}

#[test]
fn what_cannot_be_is_refused_with_a_text_and_changes_nothing() {
    let shop = Shop::of_training();
    assert_eq!(add(&shop, "Ada", "cashier", PIN).ended_with(2).refusal(), "operator-first-manages");
    for (pin, code) in
        [("1234", "weak-pin"), ("000000", "weak-pin"), ("274", "bad-pin"), ("27x49", "bad-pin"), ("", "bad-pin")]
    {
        assert_eq!(add(&shop, "Eve", "supervisor", pin).ended_with(2).refusal(), format!("operator-{code}"));
    }
    let nothing = run(&shop, &["operator", "add", "Eve", "--role", "supervisor", "--json"], "");
    assert_eq!(nothing.ended_with(2).refusal(), "pin-not-given");
    assert_eq!(add(&shop, "12", "supervisor", PIN).ended_with(2).refusal(), "operator-bad-name");
    assert!(names(&shop).is_empty());
    add(&shop, "Eve", "supervisor", PIN).ended_with(0);
    assert_eq!(add(&shop, " EVE ", "installer", PIN).ended_with(2).refusal(), "operator-taken");
}

#[test]
fn a_pin_comes_from_standard_input_or_the_environment_and_never_from_an_argument() {
    let shop = Shop::of_training();
    let arguments = ["operator", "add", "Eve", "--role", "installer", "--pin-env", "EVES_PIN"];
    assert_eq!(shop.json(&arguments).ended_with(2).refusal(), "pin-not-given");
    let mut command = shop.command(&arguments);
    Program::start(command.env("EVES_PIN", PIN), "").end().ended_with(0);
    assert_eq!(names(&shop), ["Eve"]);
    let kept = || std::fs::read_to_string(shop.path().join("operators.json")).unwrap();
    let before = kept();
    run(&shop, &["operator", "pin", "Eve", "--json"], &format!("{OTHER_PIN}\n")).ended_with(0);
    assert_ne!(kept(), before);
    assert_eq!(run(&shop, &["operator", "pin", "Ada", "--json"], PIN).ended_with(2).refusal(), "operator-unknown");
    run(&shop, &["operator", "pin", "Eve", "--pin", PIN], "").ended_with(2);
}

#[test]
fn what_cashiers_may_is_set_and_told() {
    let shop = Shop::of_training();
    let rights = |arguments: &[&str]| {
        shop.json(&[&["operator", "rights"], arguments].concat()).ended_with(0).event("operator_rights")
    };
    let usual = rights(&[]);
    assert_eq!((&usual["cashier"], &usual["idle_minutes"]), (&json!(["discount"]), &json!(5)));
    assert_eq!(rights(&["--cashier", "void,refund"])["cashier"], json!(["refund", "void"]));
    assert_eq!(rights(&["--idle", "0"])["idle_minutes"], 0);
    assert_eq!(rights(&["--cashier", "none"])["cashier"], json!([]));
    let refused = |words: &str| shop.json(&["operator", "rights", "--cashier", words]).ended_with(2).refusal();
    assert_eq!(refused("refund,settings"), "operator-not-for-cashiers");
    assert_eq!(refused("everything"), "no-such-right");
    assert_eq!(rights(&[])["cashier"], json!([]));
}

#[test]
fn who_is_named_is_one_of_the_operators_where_there_are_some() {
    let shop = Shop::of_training();
    shop.json(&["sale", "1.00", "--operator", "Berta"]).ended_with(0);
    add(&shop, "Eve", "supervisor", PIN).ended_with(0);
    assert_eq!(shop.json(&["sale", "1.00", "--operator", "Berta"]).ended_with(2).refusal(), "operator-unknown");
    shop.json(&["--operator", "eve", "sale", "1.00"]).ended_with(0);
    // Nobody is asked for a PIN here.
    shop.json(&["sale", "1.00"]).ended_with(0);
    let sold: Vec<_> = shop.history().iter().map(|payment| payment["operation"].clone()).collect();
    assert_eq!(sold.len(), 3);
}

#[test]
fn what_is_done_has_the_name_of_whoever_is_named_beside_it() {
    let shop = Shop::of_training();
    add(&shop, "Eve", "supervisor", PIN).ended_with(0);
    for arguments in [
        &["bill", "open", "7", "--line", "Tea=2.00"][..],
        &["bill", "add", "7", "--line", "Cake=3.00"],
        &["bill", "discount", "7", "10%"],
        &["sale", "1.00"],
        &["operator", "rights", "--cashier", "refund"],
    ] {
        shop.json(&[&["--operator", "eve"], arguments].concat()).ended_with(0);
    }
    let journal = Journal::open_reading(shop.path()).unwrap();
    let deeds: Vec<_> = journal.deeds_of("Eve", 20).unwrap().into_iter().rev().map(|deed| deed.kind).collect();
    assert_eq!(deeds, ["opened", "line_added", "discounted", "recorded", "rights_set"]);
    let sold = journal.history(&HistoryQuery { limit: 1, ..HistoryQuery::default() }).unwrap().remove(0);
    assert_eq!(sold.request.operator.as_deref(), Some("Eve"));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn who_sets_a_terminal_up_changes_it_or_takes_it_away_is_found_later() {
    let shop = Shop::of_training();
    add(&shop, "Eve", "supervisor", PIN).ended_with(0);
    let terminal = |who: &[&str], arguments: &[&str], typed: &str| {
        run(&shop, &[who, &["terminal"], arguments, &["front"]].concat(), typed).ended_with(0);
    };
    let p3 = ["add", "--protocol", "p3", "--set", "merchant_id=m", "--secret", "merchant_secret"];
    terminal(&["--operator", "eve"], &p3, "hunter2\n");
    terminal(&["--operator", "eve"], &["add", "--protocol", "p3", "--set", "port=9", "--default"], "");
    terminal(&[], &["add", "--protocol", "p3", "--set", "port=8"], "");
    terminal(&["--operator", "eve"], &["remove"], "");
    let journal = Journal::open_reading(shop.path()).unwrap();
    let deeds: Vec<_> = journal.deeds_of("Eve", 20).unwrap().into_iter().rev().collect();
    assert!(deeds.iter().all(|deed| deed.kind == "terminal_set_up"), "{deeds:?}");
    let told: Vec<_> = deeds.iter().map(|deed| deed.body["terminal_set_up"].clone()).collect();
    let deed = |deed: &str, fields: &[&str]| json!({ "terminal": "front", "deed": deed, "fields": fields });
    let added = deed("added", &["merchant_id", "merchant_secret"]);
    assert_eq!(told, [added, deed("changed", &["port"]), deed("removed", &[])]);
    assert!(journal.verify().unwrap().is_whole());
    // Whoever is not named is in the log at least.
    let logs = files(&shop.path().join("logs"));
    let log: String = logs.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("somebody has set the terminal up")).collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines.iter().all(|line| line.contains(" front: ")) && lines[0].contains("operator=Eve"), "{lines:?}");
    assert!(lines[2].contains("deed=changed") && !lines[2].contains("Eve"), "{lines:?}");
    assert!(!log.contains("hunter2"));
}

/// What the journal has of whoever is named: kind, whether it is about a payment, and what it says.
fn deeds_of(shop: &Shop, name: &str) -> Vec<(String, bool)> {
    let journal = Journal::open_reading(shop.path()).unwrap();
    assert!(journal.verify().unwrap().is_whole());
    let deeds = journal.deeds_of(name, 50).unwrap();
    deeds.into_iter().rev().map(|deed| (deed.kind, deed.payment.is_some())).collect()
}

#[cfg(unix)]
#[test]
fn who_interrupts_answers_or_closes_the_day_is_in_the_journal() {
    let shop = Shop::of_training();
    add(&shop, "Eve", "supervisor", PIN).ended_with(0);
    let mut selling = shop.start_json(&["--operator", "eve", "sale", "100.70"]);
    selling.until_card_wanted();
    selling.interrupt();
    selling.end().ended_with(11);
    shop.json(&["--operator", "eve", "sale", "100.55", "--answer", "accept"]).ended_with(0);
    shop.json(&["--operator", "eve", "close-day"]).ended_with(0);
    let kinds =
        |named: &[(&str, bool)]| named.iter().map(|(kind, about)| ((*kind).to_owned(), *about)).collect::<Vec<_>>();
    let expected =
        [("recorded", true), ("cancelled", true), ("recorded", true), ("answered", true), ("day_asked", false)];
    assert_eq!(deeds_of(&shop, "Eve"), kinds(&expected));
    // Where nobody is named, nothing of the kind is written.
    let mut selling = shop.start_json(&["sale", "100.70"]);
    selling.until_card_wanted();
    selling.interrupt();
    selling.end().ended_with(11);
    shop.json(&["close-day"]).ended_with(0);
    assert_eq!(deeds_of(&shop, "Eve").len(), expected.len());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_pin_is_in_any_file_log_or_event() {
    let shop = Shop::of_training();
    let mut said = String::new();
    let mut note = |ended: Ended| {
        assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
        said.push_str(&ended.lines.join("\n"));
        said.push_str(&ended.errors);
    };
    note(add(&shop, "Eve", "supervisor", PIN));
    note(add(&shop, "Eve", "supervisor", OTHER_PIN));
    note(run(&shop, &["operator", "add", "Ada", "--role", "cashier"], &format!("{OTHER_PIN}\n")));
    note(run(&shop, &["operator", "pin", "Ada"], &format!("{PIN}0\n")));
    note(run(&shop, &["operator", "pin", "Ada"], &format!("{PIN}\n")));
    note(run(&shop, &["sale", "10.00", "--operator", "Ada", "--json"], ""));
    note(run(&shop, &["operator", "list", "--json"], ""));
    note(run(&shop, &["history", "--json"], ""));
    assert!(said.len() > 500, "the log is kept");
    let written =
        files(shop.path()).into_iter().map(|file| (file.display().to_string(), std::fs::read(&file).unwrap()));
    for (place, bytes) in written.chain([("what was said".to_owned(), said.into_bytes())]) {
        for pin in [PIN, OTHER_PIN] {
            let found = bytes.windows(pin.len()).any(|part| part == pin.as_bytes());
            assert!(!found, "{pin} is in {place}");
        }
    }
}
