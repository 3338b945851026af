//! eConduit's cloud does not answer the till as it should, or is not there: each time a text of its own, and nothing is charged.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::connect_tls::Server;
use super::harness::{Brand, Shop, free_port};

/// What is tried, the shop, the code of `terminal test`, its exit status.
type Refused<'a> = (&'a str, Shop, &'a str, i32);

fn with(fields: &[&str]) -> Shop {
    Shop::with_brand(Brand::Econduit, "classic", fields)
}

fn at(url: &str) -> Shop {
    with(&[&format!("url={url}")])
}

/// A terminal without these credentials of the account's.
fn with_secrets(flavour: &str, lines: &str) -> Shop {
    let shop = Shop::with_brand(Brand::Econduit, flavour, &[]);
    let arguments = ["terminal", "add", "front", "--protocol", "econduit", "--secret", "key", "--secret", "password"];
    shop.run_with_input(&arguments, lines).ended_with(0);
    shop
}

/// Answers every request with this, and is no eConduit.
fn page(status: &'static str, body: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut seen = Vec::new();
            let mut chunk = [0; 4096];
            while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut chunk) {
                    Ok(length) if length > 0 => seen.extend_from_slice(&chunk[..length]),
                    _ => break,
                }
            }
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n");
            let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    port
}

/// `terminal test` fails with this code, and says so in a text that is returned.
#[track_caller]
fn tested((what, shop, code, status): &Refused) -> String {
    let tested = shop.json(&["terminal", "test", "front"]);
    assert_eq!(tested.ended_with(*status).refusal(), *code, "{what}");
    tested.event("error")["message"].as_str().unwrap().to_owned()
}

#[track_caller]
fn sells_nothing((what, shop, ..): &Refused) {
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged", "{what}: {outcome}");
    assert!(shop.json(&["status"]).ended_with(0).events_of("outcome").is_empty(), "{what}");
    assert!(shop.ledger().is_empty(), "{what}");
}

#[test]
fn each_reason_not_to_be_served_has_a_text_of_its_own() {
    let html = "<!DOCTYPE html><html><body><h1>Welcome to the router</h1></body></html>";
    let page_at = |status, body| format!("http://127.0.0.1:{}/services/api.asmx/", page(status, body));
    let refused: [Refused; 6] = [
        ("a wrong key", with_secrets("classic", "K-18\nP-17\n"), "econduit-credentials", 2),
        ("a host that is none", at(&format!("https://{}.example/1.0/", "x".repeat(64))), "link-unknown-host", 2),
        ("nobody there", at(&format!("http://127.0.0.1:{}/1.0/", free_port())), "link-refused", 1),
        ("another path", at(&page_at("404 Not Found", html)), "not-econduit", 2),
        ("a cloud that is unwell", at(&page_at("503 Service Unavailable", html)), "econduit-unwell", 1),
        ("a terminal that is not connected", with_offline_terminal(), "econduit-offline", 1),
    ];
    let mut told: Vec<String> = refused.iter().map(tested).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), refused.len(), "{told:#?}");
    // What a server in trouble did with a payment nobody knows.
    refused.iter().filter(|(what, ..)| *what != "a cloud that is unwell").for_each(sells_nothing);
    for (what, page_at) in [("a page", page_at("200 OK", html)), ("nothing", page_at("200 OK", ""))] {
        tested(&(what, at(&page_at), "not-econduit", 2));
    }
}

#[test]
fn a_wrong_password_and_a_terminal_of_another_account_are_refused_in_both_flavours() {
    for flavour in ["classic", "json"] {
        let wrong: Refused = ("a wrong password", with_secrets(flavour, "K-17\np-17\n"), "econduit-credentials", 2);
        tested(&wrong);
        sells_nothing(&wrong);
        let shop = Shop::with_brand(Brand::Econduit, flavour, &["terminal_id=2099"]);
        let ended = shop.json(&["terminal", "test", "front"]);
        assert_ne!(ended.status, Some(0), "{:#?}", ended.lines);
        shop.json(&["sale", "10.00"]).ended_with(12);
    }
}

/// Known to the cloud, and not registered there.
fn with_offline_terminal() -> Shop {
    let paired = ["--option", "paired=2050:77031594"];
    Shop::with_simulator(Brand::Econduit, "json", &["terminal_id=2050"], &paired)
}

#[test]
fn a_cloud_that_answers_with_a_page_where_a_payment_was_asked_for_leaves_it_in_doubt() {
    let port = page("200 OK", "<html><body>hello</body></html>");
    let shop = at(&format!("http://127.0.0.1:{port}/services/api.asmx/"));
    let mut program = shop.start_json(&["sale", "10.00"]);
    program.event("reference");
    program.until_it_says("asking again");
    program.kill();
    assert_eq!(shop.history()[0]["outcome"], "in_doubt");
}

#[test]
fn credentials_travel_without_tls_on_this_machine_only() {
    let shop = with(&[]);
    for url in ["url=http://10.0.0.7/1.0/", "url=http://econduitapp.com/services/api.asmx/", "url=ftp://127.0.0.1/"] {
        shop.run(&["terminal", "add", "front", "--protocol", "econduit", "--set", url]);
        assert!(!shop.json(&["sale", "10.00"]).ended_with(2).refusal().is_empty(), "{url}");
        assert_ne!(shop.json(&["terminal", "test", "front"]).status, Some(0), "{url}");
    }
    assert!(shop.history().is_empty());
}

#[test]
fn a_certificate_that_is_not_right_keeps_the_till_away_with_a_text_of_its_own() {
    let mut told = Vec::new();
    for (server, code, status) in [
        (Server::new("pay.example", (2020, 2099)), "certificate-other-host", 2),
        (Server::new("localhost", (2020, 2021)), "certificate-out-of-date", 1),
    ] {
        let shop = Shop::with_brand(Brand::Econduit, "tls", &[]);
        reaches(&shop, server.port, &server.authority);
        told.push(is_not_trusted(&shop, code, status));
        assert!(server.heard.join().unwrap().is_empty(), "something was said to it");
    }
    let mistrustful = Shop::with_brand(Brand::Econduit, "json, tls", &["ca_file="]);
    told.push(is_not_trusted(&mistrustful, "certificate-unknown-issuer", 2));
    let another = Shop::with_brand(Brand::Econduit, "tls", &[]);
    reaches(&another, another.simulator().ports[3], &Server::authority_of_nobody());
    is_not_trusted(&another, "certificate-unknown-issuer", 2);
    let gone = Shop::with_brand(Brand::Econduit, "tls", &["ca_file=gone.pem"]);
    told.push(is_not_trusted(&gone, "ca-file", 2));
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 4, "{told:#?}");
    for shop in [mistrustful, another, gone] {
        assert!(shop.ledger().is_empty());
    }
}

fn reaches(shop: &Shop, port: u16, authority: &str) {
    let pem = shop.path().join("server.pem");
    std::fs::write(&pem, authority).unwrap();
    let (url, ca_file) = (format!("url=https://localhost:{port}/1.0/"), format!("ca_file={}", pem.display()));
    let arguments = ["terminal", "add", "front", "--protocol", "econduit", "--set", &url, "--set", &ca_file];
    shop.run(&arguments).ended_with(0);
}

/// `terminal test` says so with this code, and nothing is asked of whoever is there.
#[track_caller]
fn is_not_trusted(shop: &Shop, code: &str, status: i32) -> String {
    let tested = shop.json(&["terminal", "test", "front"]);
    assert_eq!(tested.ended_with(status).refusal(), code);
    assert_eq!(shop.json(&["sale", "100.00"]).ended_with(12).outcome()["outcome"], "not_charged");
    tested.event("error")["message"].as_str().unwrap().to_owned()
}
