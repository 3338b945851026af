//! Receipts by mail, through a server of the test's own: what it gets, what is said where it does not, and what nobody hears.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::harness::{Ended, MailManner, MailServer, Program, Shop, pdf_text};

const PASSWORD: &str = "geheim-pl4nted";
const CUSTOMER: &str = "anna.lind@c.example";
/// The one place that has the password.
const KEPT_IN: &str = "secrets.json";

/// A shop whose every word is kept, with the most talkative log there is.
struct MailShop {
    shop: Shop,
    said: String,
}

impl MailShop {
    fn new() -> MailShop {
        MailShop { shop: Shop::of_training(), said: String::new() }
    }

    /// One whose mail goes through this server.
    fn through(server: &MailServer, security: &str) -> MailShop {
        let mut shop = MailShop::new();
        shop.set(server, security, PASSWORD).ended_with(0);
        shop
    }

    fn set(&mut self, server: &MailServer, security: &str, password: &str) -> Ended {
        let (port, ca_file) = (server.port.to_string(), server.ca_file(self.shop.path()));
        let mut set = vec!["mail", "set", "--host", "localhost", "--port", &port, "--security", security];
        set.extend(["--from", "Fjällboden <shop@b.example>", "--user", "shop", "--password-stdin", "--json"]);
        set.extend(["--ca-file", ca_file.to_str().unwrap()]);
        self.run_with(&set, &format!("{password}\n"))
    }

    fn run(&mut self, arguments: &[&str]) -> Ended {
        self.run_with(&[arguments, &["--json"]].concat(), "")
    }

    fn run_with(&mut self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.shop.command(arguments);
        command.env("CHECKSTAND_LOG", "trace").env("RUST_LOG", "trace");
        let ended = Program::start(&mut command, input).end();
        assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
        self.said.push_str(&ended.lines.join("\n"));
        self.said.push_str(&ended.errors);
        ended
    }

    fn sells(&mut self) -> String {
        let sale = self.run(&["sale", "12.40"]);
        sale.ended_with(0).outcome()["payment"].as_str().unwrap().to_owned()
    }

    /// What keeps a mail from going, by its code, and the text for a person.
    fn fails(&mut self, status: i32) -> (String, String) {
        let tested = self.run(&["mail", "test", CUSTOMER]);
        let code = tested.ended_with(status).refusal();
        (code, tested.event("error")["message"].as_str().unwrap().to_owned())
    }

    /// Neither the program nor a file of its has the password, however it is written.
    #[track_caller]
    fn keeps_the_password(&self) {
        let plain = STANDARD.encode(format!("\0shop\0{PASSWORD}"));
        let spellings = [PASSWORD.to_owned(), STANDARD.encode(PASSWORD), plain];
        let files = files(self.shop.path()).into_iter().filter(|file| file.file_name().unwrap() != KEPT_IN);
        let files = files.map(|file| (file.display().to_string(), fs::read(&file).unwrap()));
        for (place, bytes) in files.chain([("what was said".to_owned(), self.said.clone().into_bytes())]) {
            for spelling in &spellings {
                let has = bytes.windows(spelling.len()).any(|part| part == spelling.as_bytes());
                assert!(!has, "{spelling} is in {place}");
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The parts of a mail behind their own heads, as they were before they were packed for the line.
fn parts(mail: &str) -> Vec<(String, Vec<u8>)> {
    let boundary = mail.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("several parts");
    let between = format!("--{boundary}");
    let parts = mail.split(&between).skip(1).filter_map(|part| part.split_once("\r\n\r\n"));
    parts.map(|(head, body)| (head.to_owned(), unpacked(head, body))).collect()
}

fn unpacked(head: &str, body: &str) -> Vec<u8> {
    if head.contains("Content-Transfer-Encoding: base64") {
        let packed: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
        return STANDARD.decode(packed).unwrap();
    }
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind.get(..2).filter(|_| *first == b'=' && head.contains("quoted-printable"));
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    bytes
}

#[test]
fn a_receipt_goes_to_the_customer_as_text_and_as_a_document() {
    for (security, starts_in_clear, ways) in
        [("tls", false, "PLAIN"), ("start-tls", true, "PLAIN LOGIN"), ("tls", false, "LOGIN")]
    {
        let server = MailServer::start(MailManner { starts_in_clear, ways, ..MailManner::default() });
        let mut shop = MailShop::through(&server, security);
        let payment = shop.sells();
        let sent = shop.run(&["receipt", &payment, "--copy", "merchant", "--mail", CUSTOMER]);
        assert!(sent.ended_with(0).errors.contains(CUSTOMER), "{}", sent.errors);
        let call = server.call();
        assert_eq!(call.in_clear, if starts_in_clear { "EHLO [127.0.0.1]\r\nSTARTTLS\r\n" } else { "" });
        let said = |word: &str| call.commands.iter().filter(|said| said.starts_with(word)).cloned().collect::<Vec<_>>();
        assert_eq!(said("MAIL"), ["MAIL FROM:<shop@b.example>"]);
        assert_eq!(said("RCPT"), [format!("RCPT TO:<{CUSTOMER}>")]);
        assert_eq!(said("QUIT").len(), 1);
        let mail = call.mail.expect("no mail came");
        assert!(mail.is_ascii() && mail.lines().all(|line| line.len() < 1000));
        let head = mail.split("\r\n\r\n").next().unwrap();
        assert!(head.contains("\r\nTo: anna.lind@c.example\r\n") && head.contains("<shop@b.example>"), "{head}");
        assert!(head.contains("Subject: Your receipt"), "{head}");
        let parts = parts(&mail);
        let text = String::from_utf8(parts[0].1.clone()).unwrap();
        assert!(parts[0].0.contains("text/plain") && text.contains("12,40") && text.contains("DUPLICATE"), "{text}");
        let (head, document) = &parts[1];
        assert!(head.contains("application/pdf") && head.contains(&format!("{payment}.pdf")), "{head}");
        let document = pdf_text(document);
        assert!(document.contains("12,40") && document.contains("DUPLICATE"), "{document}");
        assert!(server.is_left_alone());
        shop.keeps_the_password();
    }
}

#[test]
fn the_server_is_set_up_shown_changed_and_forgotten_and_only_a_test_mail_says_that_it_works() {
    let mut shop = MailShop::new();
    assert_eq!(shop.fails(2).0, "mail-not-set-up");
    let server = MailServer::start(MailManner::default());
    shop.set(&server, "tls", PASSWORD).ended_with(0);
    let shown = shop.run(&["mail", "show"]);
    let shown = shown.ended_with(0).event("mail");
    assert_eq!(
        (&shown["host"], &shown["security"], &shown["user"]),
        (&json!("localhost"), &json!("tls"), &json!("shop"))
    );
    shop.run(&["mail", "test", CUSTOMER]).ended_with(0);
    let mail = server.call().mail.unwrap();
    assert!(mail.contains("Subject: Test of the") && !mail.contains("application/pdf"), "{mail}");
    let with_password = fs::read_to_string(shop.shop.path().join(KEPT_IN)).unwrap();
    assert!(with_password.contains(PASSWORD));
    // Another server never gets the password of the first.
    shop.run(&["mail", "set", "--host", "127.0.0.1", "--from", "shop@b.example", "--user", "shop"]).ended_with(0);
    assert_eq!(shop.fails(2).0, "mail-no-password");
    shop.run(&["mail", "remove"]).ended_with(0);
    assert_eq!(shop.fails(2).0, "mail-not-set-up");
    assert!(!fs::read_to_string(shop.shop.path().join(KEPT_IN)).unwrap().contains(PASSWORD));
    assert!(server.is_left_alone());
    shop.keeps_the_password();
}

#[test]
fn what_makes_no_sense_is_refused_and_sets_nothing_up() {
    let mut shop = MailShop::new();
    let set = ["mail", "set", "--host", "localhost", "--from", "shop@b.example"];
    let from = ["mail", "set", "--host", "localhost", "--from", "the shop"];
    assert_eq!(shop.run(&from).ended_with(2).refusal(), "mail-address");
    for wrong in [&["--port", "0"][..], &["--security", "none"], &["--password-stdin"]] {
        shop.run(&[&set[..], wrong].concat()).ended_with(2);
    }
    let no_password = [&set[..], &["--user", "shop", "--password-stdin"]].concat();
    assert_eq!(shop.run(&no_password).ended_with(2).refusal(), "mail-password-not-given");
    assert_eq!(shop.fails(2).0, "mail-not-set-up");
    let payment = shop.sells();
    let sent = shop.run(&["receipt", &payment, "--mail", CUSTOMER]);
    assert_eq!(sent.ended_with(2).event("error")["code"], "mail-not-set-up");
    let server = MailServer::start(MailManner::default());
    shop.set(&server, "tls", PASSWORD).ended_with(0);
    let sent = shop.run(&["receipt", &payment, "--mail", "Anna\r\nBcc: all@c.example"]);
    assert_eq!(sent.ended_with(2).event("error")["code"], "mail-fault-address");
    assert!(server.is_left_alone());
}

/// The installer is in another folder than the till is started in.
#[test]
fn a_relative_file_of_the_authority_means_the_same_file_wherever_the_till_is_started() {
    let server = MailServer::start(MailManner { user: "", ..MailManner::default() });
    let shop = Shop::of_training();
    server.ca_file(shop.path());
    let port = server.port.to_string();
    let set = ["mail", "set", "--host", "localhost", "--port", &port, "--from", "shop@b.example"];
    let mut setting = shop.command(&[&set[..], &["--ca-file", "mail-ca.pem"]].concat());
    Program::start(setting.current_dir(shop.path()), "").end().ended_with(0);
    let mut testing = shop.command(&["mail", "test", CUSTOMER]);
    Program::start(testing.current_dir("/"), "").end().ended_with(0);
    assert!(!server.call().commands.iter().any(|said| said.starts_with("AUTH")), "nobody logs in");
}

#[test]
fn what_the_server_refuses_is_told_by_whose_fault_it_is_and_no_password_is_repeated() {
    let refusing = |command, words| MailManner { refuses: Some((command, words)), ..MailManner::default() };
    for (manner, code, words) in [
        (MailManner { password: "another", ..MailManner::default() }, "mail-fault-login", "not you"),
        (MailManner { ways: "LOGIN", user: "somebody", ..MailManner::default() }, "mail-fault-login", "not you"),
        (MailManner { ways: "CRAM-MD5", ..MailManner::default() }, "mail-fault-login", "No compatible"),
        (refusing("MAIL", "550 not from you"), "mail-fault-sender", "not from you"),
        (refusing("RCPT", "550 5.1.1 anna.lind@c.example is unknown"), "mail-fault-recipient", "is unknown"),
        (refusing(".", "554 looks like advertising"), "mail-fault-refused", "advertising"),
    ] {
        let server = MailServer::start(manner);
        let mut shop = MailShop::through(&server, "tls");
        let (told, message) = shop.fails(1);
        assert_eq!(told, code);
        assert!(message.contains(words) && message.contains("Nothing was sent"), "{message}");
        let call = server.call();
        assert_eq!(call.mail.is_some(), words == "advertising");
        shop.keeps_the_password();
        let logged = shop.said.lines().filter(|line| line.contains("a mail was not sent")).collect::<String>();
        assert!(!logged.contains("anna.lind"), "{logged}");
    }
}

#[test]
fn a_server_that_breaks_off_before_it_has_the_mail_did_not_send_it_and_behind_it_nobody_knows() {
    for (command, code, words) in [
        ("EHLO", "mail-fault-broken", "Nothing was sent"),
        ("RCPT", "mail-fault-broken", "Nothing was sent"),
        (".", "mail-fault-broken-with-the-mail", "Nobody knows"),
    ] {
        let server = MailServer::start(MailManner { hangs_up: Some(command), ..MailManner::default() });
        let (told, message) = MailShop::through(&server, "tls").fails(1);
        assert!(told == code && message.contains(words), "{command}: {told}: {message}");
    }
}

/// The one test that waits as long as the till does: ten seconds.
#[test]
fn a_silent_server_is_given_up_and_nothing_was_sent() {
    let server = MailServer::start(MailManner { falls_silent: Some("MAIL"), ..MailManner::default() });
    let (code, message) = MailShop::through(&server, "tls").fails(1);
    assert!(code == "mail-fault-silent" && message.contains("Nothing was sent"), "{code}: {message}");
}

#[test]
fn a_server_that_is_not_trusted_hears_neither_password_nor_mail() {
    let (server, other) = (MailServer::start(MailManner::default()), MailServer::start(MailManner::default()));
    for security in ["tls", "start-tls"] {
        let server = match security {
            "tls" => &server,
            _ => &MailServer::start(MailManner { starts_in_clear: true, ..MailManner::default() }),
        };
        let mut shop = MailShop::through(server, security);
        // Another authority's certificate lies where the right one was.
        other.ca_file(shop.shop.path());
        assert_eq!(shop.fails(1).0, "mail-fault-certificate");
        let call = server.call();
        assert_eq!((call.commands, call.mail), (Vec::new(), None));
        fs::remove_file(shop.shop.path().join("mail-ca.pem")).unwrap();
        assert_eq!(shop.fails(1).0, "mail-fault-ca-file");
        shop.keeps_the_password();
    }
}

#[test]
fn a_server_without_tls_gets_neither_password_nor_mail() {
    let server = MailServer::start(MailManner { starts_in_clear: true, has_tls: false, ..MailManner::default() });
    let mut shop = MailShop::through(&server, "start-tls");
    let (code, message) = shop.fails(1);
    assert!(code == "mail-fault-no-tls" && message.contains("Nothing was sent"), "{code}: {message}");
    let call = server.call();
    assert_eq!((call.in_clear.as_str(), call.commands.len(), call.mail), ("EHLO [127.0.0.1]\r\n", 0, None));
    // One that speaks in clear where TLS is expected hears no word of it either.
    shop.set(&server, "tls", PASSWORD).ended_with(0);
    assert_ne!(shop.fails(1).0, "mail-fault-no-tls");
    let heard = server.call().in_clear;
    assert!(!heard.contains("EHLO") && !heard.contains("AUTH"), "{heard}");
    shop.keeps_the_password();
}
