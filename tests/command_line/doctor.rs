//! `terminal test` goes step by step and stops at the first fault, which it names with cause and cure.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use super::harness::{Brand, Ended, Shop, Wiring, free_port};

/// What was looked at, in its order.
fn checks(ended: &Ended) -> Vec<Value> {
    ended.events_of("check")
}

/// The last thing that was looked at is the fault, and nothing before it is one.
#[track_caller]
fn stops_at(shop: &Shop, check: &str, code: &str, status: i32) -> Value {
    let ended = shop.json(&["terminal", "test", "front"]);
    let found = checks(ended.ended_with(status));
    let (last, before) = found.split_last().unwrap();
    assert_eq!(
        (&last["check"], &last["code"], &last["result"]),
        (&check.into(), &code.into(), &"fault".into()),
        "{found:#?}"
    );
    assert!(before.iter().all(|found| found["result"] != "fault"), "{found:#?}");
    let text = last["text"].as_str().unwrap();
    let error = ended.event("error");
    assert!(text.len() > 40 && !error["message"].as_str().unwrap().is_empty(), "{text}");
    last.clone()
}

#[track_caller]
fn is_healthy(shop: &Shop, terminal: &str) -> Vec<Value> {
    let ended = shop.json(&["terminal", "test", terminal]);
    assert_eq!(ended.ended_with(0).event("link")["state"], "online");
    let found = checks(&ended);
    assert!(found.iter().all(|found| found["result"] != "fault"), "{found:#?}");
    assert!(found.iter().all(|found| found["ms"].is_u64() && found["terminal"] == terminal), "{found:#?}");
    found
}

fn words(found: &[Value]) -> Vec<&str> {
    found.iter().map(|found| found["check"].as_str().unwrap()).collect()
}

#[test]
fn a_healthy_terminal_of_any_family_is_examined_from_its_settings_to_its_speed() {
    let inner = ["settings", "secrets", "disk"];
    let outer = ["session", "identity", "clock", "round-trip"];
    for (brand, transport) in [
        (Brand::Valor, "tcp"),
        (Brand::Valor, "websocket"),
        (Brand::P3, "websocket"),
        (Brand::P3, "tcp"),
        (Brand::Connect, "plain"),
        (Brand::Connect, "tls"),
        (Brand::Econduit, "classic"),
        (Brand::Econduit, "json, tls"),
    ] {
        let shop = Shop::with_brand(brand, transport, &[]);
        let found = is_healthy(&shop, "front");
        let mut wanted = [&inner[..], &["name", "network", "port"], &["speech"]].concat();
        if brand == Brand::Valor {
            wanted.insert(6, "port");
        }
        if transport.contains("tls") {
            wanted.push("certificate");
        }
        wanted.extend(outer);
        assert_eq!(words(&found), wanted, "{brand:?} {transport}");
        assert!(shop.ledger().is_empty() && shop.history().is_empty());
    }
}

#[test]
fn a_nexo_terminal_says_who_it_is_and_what_time_it_has() {
    let shop = Shop::with_terminal(Wiring::Full);
    let found = is_healthy(&shop, "front");
    assert!(words(&found).contains(&"listener"));
    let said = |check: &str| found.iter().find(|found| found["check"] == check).unwrap().clone();
    let who = said("identity");
    assert!(who["text"].as_str().unwrap().contains("POI-front") && who["code"] == "identity-told", "{who}");
    assert_eq!(said("clock")["code"], "clock-fine");
    let light = Shop::with_terminal(Wiring::Light);
    assert!(!words(&is_healthy(&light, "front")).contains(&"listener"), "it never calls");
}

#[test]
fn training_has_no_network_to_look_at() {
    let found = is_healthy(&Shop::of_training(), "training");
    assert_eq!(words(&found), ["settings", "secrets", "disk", "session", "identity", "clock"]);
}

#[test]
fn a_person_reads_one_line_for_each_finding() {
    let shop = Shop::with_wrong_port();
    let ended = shop.run(&["terminal", "test", "front"]);
    let signs: Vec<char> = ended.ended_with(1).lines.iter().filter_map(|line| line.chars().next()).collect();
    assert_eq!(signs.iter().filter(|sign| **sign == '✗').count(), 1, "{:#?}", ended.lines);
    assert_eq!(signs.last(), Some(&'✗'), "{:#?}", ended.lines);
    assert!(signs.iter().filter(|sign| **sign == '✓').count() >= 5, "{:#?}", ended.lines);
}

#[test]
fn a_port_where_nobody_listens_is_named_with_its_field() {
    let fault = stops_at(&Shop::with_wrong_port(), "port", "port-refused", 1);
    assert!(fault["text"].as_str().unwrap().contains("field port"), "{fault}");
}

#[test]
fn a_cancel_port_where_nobody_listens_is_a_doubt() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[&format!("cancel_port={}", free_port())]);
    let found = is_healthy(&shop, "front");
    let doubt = found.iter().find(|found| found["code"] == "port-beside").unwrap();
    assert_eq!(doubt["result"], "doubt");
    assert!(doubt["text"].as_str().unwrap().contains("cancel_port"), "{doubt}");
}

#[test]
fn a_name_that_leads_nowhere_is_told_before_anything_is_sent() {
    let url = format!("url=wss://{}.example", "x".repeat(64));
    let shop = Shop::with_brand(Brand::Connect, "plain", &[&url]);
    if checkstand::links::own_networks().is_ok_and(|own| own.is_empty()) {
        println!("NOT TESTED, this system is in no network: a name that leads nowhere");
        return;
    }
    stops_at(&shop, "name", "name-unknown", 2);
}

#[test]
fn settings_that_make_no_sense_are_told_by_the_field() {
    let shop = Shop::of_training();
    let settings = |change: &dyn Fn(&mut Value)| {
        let file = shop.path().join("settings.json");
        let _ = std::fs::remove_file(&file);
        shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
        let mut settings: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        change(&mut settings["terminals"][0]);
        std::fs::write(&file, settings.to_string()).unwrap();
    };
    settings(&|terminal| terminal["fields"]["port"] = "eleven".into());
    stops_at(&shop, "settings", "settings-invalid", 2);
    settings(&|terminal| terminal["fields"] = serde_json::json!({ "host": "127.0.0.1" }));
    stops_at(&shop, "settings", "settings-missing", 2);
    settings(&|terminal| terminal["fields"]["colour"] = "red".into());
    stops_at(&shop, "settings", "settings-unknown", 2);
    settings(&|terminal| terminal["protocol"] = "carrier-pigeon".into());
    stops_at(&shop, "settings", "settings-protocol", 2);
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    let file = shop.path().join("settings.json");
    let mut settings: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    settings["terminals"][0]["fields"]["merchant_secret"] = "planted".into();
    std::fs::write(&file, settings.to_string()).unwrap();
    stops_at(&shop, "settings", "settings-secret", 2);
}

#[cfg(unix)]
#[test]
fn a_file_of_secrets_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    let file = shop.path().join("secrets.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    stops_at(&shop, "secrets", "secrets-exposed", 2);
    std::fs::remove_file(&file).unwrap();
    stops_at(&shop, "secrets", "secrets-gone", 2);
    std::fs::write(&file, "no secrets").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    stops_at(&shop, "secrets", "secrets-file", 2);
}

#[test]
fn a_journal_that_cannot_be_opened_is_told() {
    let shop = Shop::with_wrong_port();
    std::fs::create_dir(shop.path().join("journal.sqlite")).unwrap();
    stops_at(&shop, "disk", "disk-journal", 1);
}

#[test]
fn a_port_for_the_listener_that_another_program_has_is_told_with_its_name() {
    let shop = Shop::of_training();
    let holding = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holding.local_addr().unwrap().port();
    shop.add("front", free_port(), taken, Wiring::Full).ended_with(0);
    let code = if cfg!(target_os = "linux") { "listener-taken-by" } else { "listener-taken" };
    let fault = stops_at(&shop, "listener", code, 2);
    if cfg!(target_os = "linux") {
        assert!(fault["text"].as_str().unwrap().contains(&std::process::id().to_string()), "{fault}");
    }
}

/// A terminal that answers every login as if it were this one.
fn nexo_terminal(poi_id: &'static str) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for line in socket.incoming().flatten() {
            let _ = answer_login(line, poi_id);
        }
    });
    port
}

fn answer_login(mut line: TcpStream, poi_id: &str) -> Option<()> {
    let (mut seen, mut piece) = (String::new(), [0; 4096]);
    while !seen.contains("</SaleToPOIRequest>") {
        let length = line.read(&mut piece).ok().filter(|length| *length > 0)?;
        seen.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    let attribute = |name: &str| seen.split(&format!("{name}=\"")).nth(1)?.split('"').next();
    let (service, sale) = (attribute("ServiceID")?, attribute("SaleID")?);
    let body = format!(
        r#"<SaleToPOIResponse><MessageHeader ProtocolVersion="3.1" MessageClass="Service" MessageCategory="Login" MessageType="Response" ServiceID="{service}" SaleID="{sale}" POIID="{poi_id}"/><LoginResponse><Response Result="Success"/><POISystemData><DateTime>2020-01-01T00:00:00.000Z</DateTime><POISoftware ProviderIdentification="Optomany" ApplicationName="axept" SoftwareVersion="1.3"/></POISystemData></LoginResponse></SaleToPOIResponse>"#
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    line.write_all(format!("{head}{body}").as_bytes()).ok()
}

#[test]
fn another_terminal_at_the_address_is_told_by_both_names() {
    let shop = Shop::of_training();
    shop.add("front", nexo_terminal("POI-BACK"), free_port(), Wiring::Light).ended_with(0);
    let fault = stops_at(&shop, "identity", "identity-other", 2);
    let text = fault["text"].as_str().unwrap();
    assert!(text.contains("POI-BACK") && text.contains("POI-front"), "{text}");
}

#[test]
fn a_terminal_whose_clock_is_years_behind_is_a_doubt() {
    let shop = Shop::of_training();
    shop.add("front", nexo_terminal("POI-front"), free_port(), Wiring::Light).ended_with(0);
    let found = is_healthy(&shop, "front");
    let clock = found.iter().find(|found| found["check"] == "clock").unwrap();
    assert_eq!((&clock["code"], &clock["result"]), (&"clock-behind".into(), &"doubt".into()));
}

/// Somebody at a port who does this with every connection.
fn somebody(does: fn(&mut TcpStream)) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut line in socket.incoming().flatten() {
            std::thread::spawn(move || does(&mut line));
        }
    });
    port
}

#[test]
fn a_web_server_in_the_place_of_a_terminal_is_told_as_one() {
    let port = somebody(|line| {
        let _ = line.read(&mut [0; 4096]);
        let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    for (brand, transport) in [(Brand::Valor, "tcp"), (Brand::Valor, "websocket"), (Brand::P3, "websocket")] {
        let shop = Shop::of_training();
        shop.add_of_brand("front", brand, transport, &[port, port], &[]).ended_with(0);
        let fault = stops_at(&shop, "speech", "speech-web-server", 2);
        assert_eq!(shop.json(&["terminal", "test", "front"]).refusal(), "not-a-terminal", "{fault}");
    }
}

#[test]
fn a_server_of_tls_in_the_place_of_a_plain_terminal_is_told_as_one() {
    let cloud = Shop::with_brand(Brand::Connect, "tls", &[]);
    let port = cloud.simulator().ports[1];
    let shop = Shop::of_training();
    shop.add_of_brand("front", Brand::Valor, "tcp", &[port, port], &[]).ended_with(0);
    let ended = shop.json(&["terminal", "test", "front"]);
    assert_ne!(ended.status, Some(0));
    assert_eq!(checks(&ended).last().unwrap()["code"], "speech-tls-on-plain", "{:#?}", ended.lines);
}

#[test]
fn a_cloud_without_tls_where_it_should_have_some_is_told() {
    let cloud = Shop::with_brand(Brand::Connect, "tls", &[]);
    let url = format!("url=wss://localhost:{}", cloud.simulator().ports[0]);
    cloud.run(&["terminal", "add", "front", "--protocol", "connect", "--set", &url]).ended_with(0);
    let ended = cloud.json(&["terminal", "test", "front"]);
    let found = checks(&ended);
    let last = found.last().unwrap();
    assert_eq!(last["check"], "speech", "{last}");
    assert!(["speech-no-tls", "speech-hangs-up", "speech-silent"].contains(&last["code"].as_str().unwrap()), "{last}");
}

#[test]
fn a_certificate_that_is_not_right_is_told_after_the_port() {
    let mistrustful = Shop::with_brand(Brand::Connect, "tls", &["ca_file="]);
    let fault = stops_at(&mistrustful, "certificate", "certificate-unknown-issuer", 2);
    assert!(fault["text"].as_str().unwrap().contains("ca_file"), "{fault}");
}

#[test]
fn a_file_of_authorities_that_is_gone_is_told_with_the_settings() {
    let shop = Shop::with_brand(Brand::Econduit, "tls", &["ca_file=gone.pem"]);
    stops_at(&shop, "settings", "ca-file", 2);
}

#[test]
fn a_login_that_is_refused_is_told_as_the_terminal_tells_it() {
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    let arguments = ["terminal", "add", "front", "--protocol", "p3", "--secret", "merchant_secret"];
    shop.run_with_input(&arguments, "wrong\n").ended_with(0);
    stops_at(&shop, "session", "secret-wrong", 2);
}

/// A Valor terminal that describes itself; of another seed, it is another machine.
fn describing(seed: &str) -> Shop {
    Shop::with_simulator(Brand::Valor, "tcp", &[], &["--option", "query_data=on", "--seed", seed])
}

fn identity_of(shop: &Shop) -> Value {
    let settings = std::fs::read_to_string(shop.path().join("settings.json")).unwrap();
    serde_json::from_str::<Value>(&settings).unwrap()["terminals"][0]["identity"].clone()
}

fn remembered(found: &[Value]) -> &Value {
    found.iter().find(|found| found["check"] == "remembered").unwrap()
}

#[test]
fn a_terminal_that_was_tested_is_known_by_what_it_says_and_another_in_its_place_is_told() {
    let shop = describing("7");
    assert!(identity_of(&shop).is_null());
    let said = remembered(&is_healthy(&shop, "front")).clone();
    let known = identity_of(&shop);
    let [epi, serial] = ["EPI", "serial"].map(|kind| known[kind].as_str().unwrap().to_owned());
    assert_eq!((&said["code"], &said["result"]), (&"remembered-fine".into(), &"fine".into()));
    assert!(said["text"].as_str().unwrap().contains(&format!("EPI {epi}, serial {serial}")), "{said}");
    let text = std::fs::read_to_string(shop.path().join("settings.json")).unwrap();
    is_healthy(&shop, "front");
    assert_eq!(std::fs::read_to_string(shop.path().join("settings.json")).unwrap(), text, "it is known already");

    // another machine comes to stand in its place
    let other = describing("8");
    let settings = |port: u16| serde_json::json!({ "host": "127.0.0.1", "port": port.to_string() });
    let file = shop.path().join("settings.json");
    let mut moved: Value = serde_json::from_str(&text).unwrap();
    moved["terminals"][0]["fields"] = settings(other.simulator().port);
    std::fs::write(&file, moved.to_string()).unwrap();
    let fault = stops_at(&shop, "identity", "identity-replaced", 2);
    assert!(fault["text"].as_str().unwrap().contains(&epi), "{fault}");
    assert_eq!(shop.json(&["terminal", "test", "front"]).refusal(), "identity-replaced");
    assert_eq!(identity_of(&shop), known, "nobody is forgotten silently");

    // whoever saves the settings again means the new one
    shop.run(&["terminal", "add", "front", "--protocol", "valor"]).ended_with(0);
    is_healthy(&shop, "front");
    assert!(identity_of(&shop)["EPI"].is_string() && identity_of(&shop) != known);
}

#[test]
fn a_nexo_terminal_is_known_by_its_poiid_and_others_by_nothing() {
    let shop = Shop::with_terminal(Wiring::Light);
    is_healthy(&shop, "front");
    assert_eq!(identity_of(&shop), serde_json::json!({ "POIID": "POI-front" }));
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    assert!(!words(&is_healthy(&shop, "front")).contains(&"remembered"));
    assert!(identity_of(&shop).is_null());
}

#[test]
fn settings_that_cannot_be_written_are_a_doubt_and_the_terminal_works() {
    let shop = describing("9");
    let _ = std::fs::remove_file(shop.path().join("settings.lock"));
    std::fs::create_dir(shop.path().join("settings.lock")).unwrap();
    let found = is_healthy(&shop, "front");
    let doubt = remembered(&found);
    assert_eq!((&doubt["code"], &doubt["result"]), (&"remembered-not".into(), &"doubt".into()));
    assert!(identity_of(&shop).is_null());
}

#[test]
fn a_terminal_on_a_providers_test_system_is_a_doubt() {
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    let said = |shop: &Shop| {
        let found = is_healthy(shop, "front");
        (found[0]["code"].clone(), found[0]["result"].clone())
    };
    assert_eq!(said(&shop), ("settings-pretends".into(), "doubt".into()));
    let real = Shop::with_brand(Brand::P3, "tcp", &["provider_mode=LIVE"]);
    assert_eq!(said(&real), ("settings-fine".into(), "fine".into()));
}

#[test]
fn a_terminal_that_pairing_has_given_nothing_is_told_to_be_paired() {
    let shop = Shop::of_training();
    let add =
        ["terminal", "add", "front", "--protocol", "econduit", "--set", "url=http://127.0.0.1:9/services/api.asmx/"];
    shop.run(&add).ended_with(0);
    let fault = stops_at(&shop, "settings", "settings-unpaired", 2);
    assert!(fault["text"].as_str().unwrap().contains("key"), "{fault}");
}
