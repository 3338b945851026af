//! Settings files that are checked, broken by hand, and written by other versions; and secrets that are moved.

use serde_json::json;

use super::harness::Shop;

fn settings_file(shop: &Shop) -> std::path::PathBuf {
    shop.path().join("settings.json")
}

const WRONG: &str = r#"{
  "terminals": [
    {"name": "front", "protocol": "valor", "fields": {"host": "10.0.0.7", "prt": "5000", "port": "many"}},
    {"name": "front", "protocol": "telepathy"},
    {"name": "training", "protocol": "valor", "fields": {"host": "10.0.0.8"}}
  ]
}
"#;

#[test]
fn everything_that_is_wrong_in_a_file_is_told_with_line_and_column() {
    let shop = Shop::of_training();
    let file = shop.path().join("another.json");
    std::fs::write(&file, WRONG).unwrap();
    let checked = shop.json(&["config", "check", file.to_str().unwrap()]);
    checked.ended_with(2);
    let faults = checked.events_of("config_fault");
    let told: Vec<_> = faults
        .iter()
        .map(|fault| {
            (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap(), fault["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, 82, "field-unknown"),
            (3, 98, "field-invalid"),
            (4, 14, "same-name"),
            (4, 35, "unknown-protocol"),
            (5, 14, "reserved-name"),
        ]
    );
    assert_eq!(checked.event("error")["code"], "settings");
    let told = shop.run(&["config", "check", file.to_str().unwrap()]).ended_with(2).lines.join("\n");
    assert!(told.contains("   4 |     {\"name\": \"front\"") && told.contains('^'), "{told}");
}

#[test]
fn a_file_in_order_is_told_and_what_is_not_known_in_it_is_warned_of() {
    let shop = Shop::of_training();
    std::fs::write(settings_file(&shop), "{\n  \"window\": {\"theme\": \"dark\",\n    \"glow\": 1}\n}").unwrap();
    let checked = shop.json(&["config", "check"]);
    checked.ended_with(0);
    let warned = checked.event("config_warning");
    assert_eq!((warned["line"].as_u64(), warned["column"].as_u64()), (Some(3), Some(13)));
    assert!(warned["message"].as_str().unwrap().contains("window.glow"));
    assert_eq!(checked.event("config_checked")["terminals"], 0);
    assert_eq!(shop.json(&["config", "check", "/nowhere/settings.json"]).ended_with(2).refusal(), "config-no-file");
}

#[test]
fn settings_that_cannot_be_used_keep_commands_from_their_work_and_stay_as_they_are() {
    let shop = Shop::of_training();
    for wrong in [WRONG, "{\"version\": 99}", "{\"shop\": {\"currency\": \"CROWNS\"}}", "{"] {
        std::fs::write(settings_file(&shop), wrong).unwrap();
        for command in [&["sale", "10.00"][..], &["terminal", "list"], &["terminal", "remove", "front"]] {
            assert_eq!(shop.json(command).ended_with(2).refusal(), "settings");
        }
        assert_eq!(std::fs::read_to_string(settings_file(&shop)).unwrap(), wrong);
    }
}

#[test]
fn a_terminal_that_is_set_up_wrongly_keeps_no_other_from_working() {
    let shop = Shop::of_training();
    let wrong =
        r#"{"terminals": [{"name": "front", "protocol": "valor", "fields": {"host": "10.0.0.7", "port": "many"}}]}"#;
    std::fs::write(settings_file(&shop), wrong).unwrap();
    assert_eq!(shop.json(&["terminal", "list"]).ended_with(0).event("terminal")["terminal"], "front");
    shop.json(&["history"]).ended_with(0);
    assert_eq!(shop.json(&["sale", "10.00", "--terminal", "front"]).ended_with(2).refusal(), "field");
    assert_eq!(shop.json(&["config", "check"]).ended_with(2).event("config_fault")["code"], "field-invalid");
}

#[test]
fn a_secret_that_somebody_wrote_into_the_file_is_not_repeated() {
    let shop = Shop::of_training();
    let wrong = "{\"terminals\": [\n{\"name\": \"front\", \"protocol\": \"p3\", \"fields\": {\"merchant_secret\": \"hunter2\"}}]}";
    std::fs::write(settings_file(&shop), wrong).unwrap();
    for command in [&["config", "check"][..], &["config", "check", "--json"], &["terminal", "test", "front"]] {
        let ended = shop.run(command);
        ended.ended_with(2);
        assert!(!format!("{ended:?}").contains("hunter2"), "{ended:?}");
    }
}

#[test]
fn an_older_file_is_brought_up_to_date_with_the_next_change() {
    let shop = Shop::of_training();
    std::fs::write(settings_file(&shop), "{\"training_currency\": \"NOK\", \"loyalty\": {\"rate\": 1}}").unwrap();
    shop.run(&["terminal", "add", "front", "--protocol", "valor", "--set", "host=127.0.0.1"]).ended_with(0);
    let kept: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(settings_file(&shop)).unwrap()).unwrap();
    assert_eq!((&kept["version"], &kept["shop"]["currency"]), (&1.into(), &"NOK".into()));
    assert_eq!(kept["loyalty"]["rate"], 1);
    let copy = std::fs::read(shop.path().join("settings.json.last-good")).unwrap();
    assert_eq!(copy, std::fs::read(settings_file(&shop)).unwrap());
}

#[test]
fn what_another_program_wrote_into_a_terminals_entry_is_warned_of_and_kept() {
    let shop = Shop::of_training();
    let entry = |name: &str| {
        json!({ "name": name, "protocol": "valor", "fields": { "host": "10.0.0.7" }, "identity": { "serial": "7" },
            "desk": { "floor": 1 } })
    };
    let written = json!({ "version": 1, "terminals": [entry("front"), entry("back")] });
    std::fs::write(settings_file(&shop), format!("{written:#}")).unwrap();
    let warned = shop.json(&["config", "check"]).ended_with(0).events_of("config_warning");
    let told: Vec<_> = warned.iter().map(|warning| warning["message"].as_str().unwrap()).collect();
    assert!(
        told.len() == 2 && told[0].contains("terminals.0.desk") && told[1].contains("terminals.1.desk"),
        "{told:?}"
    );
    assert!(warned.iter().all(|warning| warning["line"].is_u64()), "{warned:?}");
    let kept = || -> serde_json::Value {
        let settings: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(settings_file(&shop)).unwrap()).unwrap();
        settings["terminals"].clone()
    };
    let add = |name: &str, set: &str| {
        shop.run(&["terminal", "add", name, "--protocol", "valor", "--set", set]).ended_with(0);
    };
    add("side", "host=10.0.0.9");
    assert_eq!((&kept()[0], &kept()[1]), (&entry("front"), &entry("back")), "somebody else was added");
    for host in ["host=10.0.0.7", "host=10.0.0.8"] {
        add("front", host);
        assert_eq!(kept()[0]["desk"], entry("front")["desk"]);
        assert!(kept()[0].get("identity").is_none(), "it may have been exchanged: who is there tells its next test");
    }
}

#[test]
fn secrets_are_listed_without_their_values_and_stay_where_they_cannot_be_moved() {
    let shop = Shop::of_training();
    assert!(shop.json(&["secrets", "list"]).ended_with(0).events_of("secret").is_empty());
    let add = ["terminal", "add", "cloud", "--protocol", "p3", "--set", "merchant_id=m", "--secret", "merchant_secret"];
    let mut command = shop.command(&add);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("XDG_RUNTIME_DIR");
    super::harness::Program::start(&mut command, "hunter2\n").end().ended_with(0);
    let listed = shop.json(&["secrets", "list"]);
    listed.ended_with(0);
    let secret = listed.event("secret");
    assert_eq!(
        (&secret["field"], &secret["place"], &secret["is_set"]),
        (&"merchant_secret".into(), &"file".into(), &true.into())
    );
    assert!(!format!("{listed:?}").contains("hunter2"));
    // Into the file where they are already: nothing is lost.
    let mut command = shop.command(&["secrets", "move", "--to", "keyring", "--json"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere").env_remove("XDG_RUNTIME_DIR");
    let refused = super::harness::Program::start(&mut command, "").end();
    refused.ended_with(2);
    assert_eq!(refused.refusal(), "not-moved");
    assert_eq!(shop.json(&["secrets", "list"]).ended_with(0).event("secret")["is_set"], true);
}

fn text(shop: &Shop, arguments: &[&str]) -> String {
    shop.run(arguments).ended_with(0).lines.join("\n")
}

#[test]
fn a_till_is_set_up_with_the_signed_settings_of_another() {
    let (office, till) = (Shop::of_training(), Shop::of_training());
    let key = text(&office, &["config", "key"]);
    assert_eq!(text(&office, &["config", "key"]), key, "there is one");
    office.run(&["terminal", "add", "front", "--protocol", "valor", "--set", "host=10.0.0.7"]).ended_with(0);
    let file = office.path().join("tills.json");
    let name = file.to_str().unwrap();
    assert_eq!(office.json(&["config", "export", name]).ended_with(0).event("config_exported")["is_signed"], true);
    assert_eq!(office.json(&["config", "check", name]).ended_with(0).event("config_checked")["terminals"], 1);
    assert_eq!(till.json(&["config", "import", name]).ended_with(2).refusal(), "shared-foreign");
    assert!(till.json(&["terminal", "list"]).ended_with(0).events_of("terminal").is_empty());
    till.run(&["config", "trust", &key]).ended_with(0);
    assert_eq!(till.json(&["config", "import", name]).ended_with(0).event("config_imported")["terminals"], 1);
    assert_eq!(till.json(&["terminal", "list"]).ended_with(0).event("terminal")["terminal"], "front");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap().replace("10.0.0.7", "10.0.0.8")).unwrap();
    assert_eq!(till.json(&["config", "import", name]).ended_with(2).refusal(), "shared-altered");
}

#[test]
fn an_unsigned_file_is_taken_where_a_person_says_so_and_a_wrong_one_never() {
    let (office, till) = (Shop::of_training(), Shop::of_training());
    let file = office.path().join("tills.json");
    let name = file.to_str().unwrap();
    office.run(&["terminal", "add", "front", "--protocol", "valor", "--set", "host=10.0.0.7"]).ended_with(0);
    assert_eq!(office.json(&["config", "export", name]).ended_with(0).event("config_exported")["is_signed"], false);
    assert_eq!(till.json(&["config", "import", name]).ended_with(2).refusal(), "shared-unsigned");
    till.run(&["config", "import", name, "--unsigned"]).ended_with(0);
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap().replace("valor", "telepathy")).unwrap();
    assert_eq!(till.json(&["config", "import", name, "--unsigned"]).ended_with(2).refusal(), "settings");
    assert_eq!(till.json(&["config", "check", name]).ended_with(2).event("config_fault")["code"], "unknown-protocol");
    assert_eq!(till.json(&["terminal", "list"]).ended_with(0).event("terminal")["protocol"], "valor");
}

#[test]
fn a_file_in_the_tills_folder_is_taken_once_at_a_start() {
    let (office, till) = (Shop::of_training(), Shop::of_training());
    let key = text(&office, &["config", "key"]);
    office.run(&["terminal", "add", "front", "--protocol", "valor", "--set", "host=127.0.0.1"]).ended_with(0);
    till.run(&["config", "trust", &key]).ended_with(0);
    let folder = till.path().join("settings.d");
    std::fs::create_dir(&folder).unwrap();
    office.run(&["config", "export", folder.join("10-terminals.json").to_str().unwrap()]).ended_with(0);
    std::fs::write(folder.join("20-nonsense.json"), "{}").unwrap();
    // There is nobody of that name, so it ends by itself.
    let first = till.run(&["serve", "nobody"]);
    first.ended_with(2);
    assert!(first.errors.contains("10-terminals.json") && first.errors.contains("20-nonsense.json"), "{first:?}");
    assert_eq!(till.json(&["terminal", "list"]).ended_with(0).event("terminal")["terminal"], "front");
    till.run(&["terminal", "remove", "front"]).ended_with(0);
    let second = till.run(&["serve", "nobody"]);
    second.ended_with(2);
    assert!(!second.errors.contains("10-terminals.json"), "{second:?}");
    assert!(till.json(&["terminal", "list"]).ended_with(0).events_of("terminal").is_empty());
}

/// An office with a terminal that has a secret, and a till that trusts it.
fn office_and_till() -> (Shop, Shop) {
    let (office, till) = (Shop::of_training(), Shop::of_training());
    let add = ["terminal", "add", "front", "--protocol", "connect", "--set", "host=10.0.0.7", "--secret", "api_key"];
    office.run_with_input(&[&add[..], &["--set", "terminal_id=T1"]].concat(), "hunter2\n").ended_with(0);
    till.run(&["config", "trust", &text(&office, &["config", "key"])]).ended_with(0);
    (office, till)
}

fn kept_secrets(till: &Shop) -> String {
    std::fs::read_to_string(till.path().join("secrets.json")).unwrap_or_default()
}

#[test]
fn secrets_that_are_sealed_for_a_till_come_with_its_settings() {
    let (office, till) = office_and_till();
    let stranger = Shop::of_training();
    stranger.run(&["config", "trust", &text(&office, &["config", "key"])]).ended_with(0);
    let recipient = text(&till, &["config", "recipient"]);
    assert_eq!(till.json(&["config", "recipient"]).ended_with(0).event("config_recipient")["recipient"], recipient);
    let file = office.path().join("tills.json");
    let name = file.to_str().unwrap();
    let exported = office.json(&["config", "export", name, "--seal-for", &recipient]);
    assert_eq!(exported.ended_with(0).event("config_exported")["secrets"], 1);
    assert!(!std::fs::read_to_string(&file).unwrap().contains("hunter2"));
    assert_eq!(office.json(&["config", "check", name]).ended_with(0).event("config_checked")["terminals"], 1);
    assert_eq!(stranger.json(&["config", "import", name]).ended_with(2).refusal(), "sealed-for-others");
    text(&stranger, &["config", "recipient"]);
    assert_eq!(stranger.json(&["config", "import", name]).ended_with(2).refusal(), "sealed-for-others");
    assert!(stranger.json(&["terminal", "list"]).ended_with(0).events_of("terminal").is_empty());
    let without = stranger.json(&["config", "import", name, "--without-secrets"]);
    assert_eq!(without.ended_with(0).event("config_imported")["secrets"], 0);
    assert_eq!(till.json(&["config", "import", name]).ended_with(0).event("config_imported")["secrets"], 1);
    assert!(kept_secrets(&till).contains("hunter2"));
    assert_eq!(till.json(&["secrets", "list"]).ended_with(0).event("secret")["is_set"], true);
    let not = office.json(&["config", "export", name, "--seal-for", "age1nobody"]);
    assert_eq!(not.ended_with(2).refusal(), "sealed-not-a-recipient");
}

#[test]
fn secrets_that_are_sealed_with_a_passphrase_come_to_whoever_types_it() {
    let (office, till) = office_and_till();
    let file = office.path().join("tills.json");
    let name = file.to_str().unwrap();
    let export = ["config", "export", name, "--seal-with-passphrase", "--json"];
    assert_eq!(office.run_with_input(&export, "short\n").ended_with(2).refusal(), "sealed-short-passphrase");
    assert_eq!(office.run_with_input(&export, "").ended_with(2).refusal(), "passphrase-not-given");
    assert!(!file.exists());
    office.run_with_input(&export, "correct horse battery\n").ended_with(0);
    assert_eq!(till.json(&["config", "import", name]).ended_with(2).refusal(), "sealed-needs-passphrase");
    let import = ["config", "import", name, "--passphrase", "--json"];
    let wrong = till.run_with_input(&import, "correct horse staple\n");
    assert_eq!(wrong.ended_with(2).refusal(), "sealed-wrong-passphrase");
    assert_eq!(kept_secrets(&till), "");
    let taken = till.run_with_input(&import, "correct horse battery\n");
    assert_eq!(taken.ended_with(0).event("config_imported")["secrets"], 1);
    assert!(kept_secrets(&till).contains("hunter2"));
}

#[test]
fn a_file_in_the_tills_folder_brings_the_secrets_that_are_sealed_for_it() {
    let (office, till) = office_and_till();
    let recipient = text(&till, &["config", "recipient"]);
    let folder = till.path().join("settings.d");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("10.json");
    office.run(&["config", "export", file.to_str().unwrap(), "--seal-for", &recipient]).ended_with(0);
    till.run(&["serve", "nobody"]).ended_with(2);
    assert!(kept_secrets(&till).contains("hunter2"));
    assert_eq!(till.json(&["secrets", "list"]).ended_with(0).event("secret")["terminal"], "front");
}
