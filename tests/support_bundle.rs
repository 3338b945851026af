//! Card numbers, keys, passwords and PINs are planted wherever somebody could leave them, and none comes out of the bundle.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::path::Path;

use checkstand::domain::{Currency, Money, Operation, PaymentEvent, PaymentId, PaymentRequest, Secret};
use checkstand::journal::{Entry, Journal, NewPayment};
use checkstand::settings::Places;
use checkstand::support::{Asked, Gate, SupportError, TillFacts, default_name, make};
use jiff::{Timestamp, Zoned};
use serde_json::json;

const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7pl4nt3dK3yM4t3r1al\nq83vAAECAwQFBgcICQ\n-----END RSA PRIVATE KEY-----";

/// What is planted, and what of it must not come out.
const PLANTS: [(&str, &[&str]); 26] = [
    ("4111111111111111", &["4111111111111111"]),
    ("card 5555 5555 5555 4444 ok", &["5555 5555"]),
    ("378282-246310-005", &["378282"]),
    ("4012.8888/8888_1881", &["4012.8888"]),
    ("4012%208888%208888%201881", &["4012%208888"]),
    ("4917\n6100\n0000\n0000", &["4917\n6100", r"4917\n6100"]),
    (r#"{"first":"60111111","second":"11111117"}"#, &["60111111"]),
    (";5105105105105100=29081010000012345678?", &["5105105105105100", "29081010000012345678"]),
    ("%B4222222222222^DOE/JANE^29081010000?", &["4222222222222", "DOE/JANE", "29081010000"]),
    ("https://pay.example/p?number=30569309025904&x=1", &["30569309025904"]),
    ("sk_live_51H8xPlantedKeyAbCdEf", &["PlantedKey", "51H8x"]),
    ("api_key=pl4nted-short", &["pl4nted-short"]),
    (r#"{"apiPassword": "geheim-pl4nted"}"#, &["geheim-pl4nted"]),
    ("password hunter2pl4nted", &["hunter2pl4nted"]),
    ("Authorization: Bearer pl4ntedBearer", &["pl4ntedBearer"]),
    ("Bearer otherpl4nted", &["otherpl4nted"]),
    ("wss://cloud.example/pac?token=pl4ntedQuery&v=1", &["pl4ntedQuery"]),
    ("https://ada:pl4ntedLogin@cloud.example/x", &["pl4ntedLogin"]),
    ("the PIN is 58213", &["58213"]),
    (r#""pin": "47119""#, &["47119"]),
    (PEM, &["MIIEpAIBAAKCAQEA7pl4nt3dK3yM4t3r1al", "q83vAAECAwQFBgcICQ"]),
    ("<Password>pl4ntedElement</Password>", &["pl4ntedElement"]),
    ("550 <anna.lind@customer.example> unknown", &["anna.lind", "customer.example"]),
    ("rcpt=bo%2Bkvitto%40egen.example&x=1", &["kvitto%40", "egen.example"]),
    // Nothing but the till's own knowledge says that this is a password.
    ("535 fjallbodenpost refused", &["fjallbodenpost"]),
    (
        "535 AUTH PLAIN AHNob3AAZmphbGxib2RlbnBvc3Q= LOGIN ZmphbGxib2RlbnBvc3Q=",
        &["AHNob3AAZmph", "ZmphbGxib2RlbnBvc3Q"],
    ),
];

/// The second one is of the server through which receipts are mailed.
const SECRETS: &str = r#"{"front":{"key":"known-s3cret"},"":{"mail-password":"fjallbodenpost"}}"#;

/// A till with all of it everywhere.
struct Till {
    folder: tempfile::TempDir,
    payment: PaymentId,
}

impl Till {
    fn planted() -> Till {
        let folder = tempfile::tempdir().unwrap();
        let places = Till::places_in(folder.path());
        let all: Vec<&str> = PLANTS.iter().map(|(plant, _)| *plant).collect();
        write_settings(&places, &all);
        fs::write(places.operators_file(), "{\"version\": 1, \"operators\": [{\"pin\": \"$argon2id$pl4ntedHash\"}]}")
            .unwrap();
        write_secrets(&places);
        fs::create_dir(folder.path().join("print-queue")).unwrap();
        fs::write(folder.path().join("print-queue").join("000000000001.json"), all.join("\n")).unwrap();
        fs::write(places.prices_file(), all.join("\n")).unwrap();
        fs::write(places.window_file(), all[0]).unwrap();
        fs::write(folder.path().join("4111111111111111.txt"), "").unwrap();
        fs::create_dir(places.logs()).unwrap();
        let lines: Vec<String> =
            all.iter().map(|plant| format!("INFO links - front: peer said words={plant}")).collect();
        let today = Zoned::now().date();
        fs::write(places.logs().join(format!("checkstand-{today}-01.log")), lines.join("\n")).unwrap();
        fs::write(places.logs().join("4111111111111111.log"), "").unwrap();
        let payment = write_journal(&places, &all);
        Till { folder, payment }
    }

    fn places_in(folder: &Path) -> Places {
        Places::in_folder(folder).with_secrets_in_file()
    }

    async fn bundle(&self, asked: Asked) -> Vec<(String, String)> {
        let facts = TillFacts::gather(&Till::places_in(self.folder.path())).await;
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join(default_name(&Zoned::now()));
        let made = make(&facts, &asked, &file).unwrap();
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        }
        assert!(matches!(make(&facts, &asked, &file), Err(SupportError::Exists { .. })));
        let parts = unzipped(&file);
        assert_eq!(made.parts, parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
        parts
    }
}

/// As the till does: secrets that others can read it does not read itself.
fn write_secrets(places: &Places) {
    fs::write(places.secrets_file(), SECRETS).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(places.secrets_file(), fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn write_settings(places: &Places, plants: &[&str]) {
    let terminals: Vec<_> = plants
        .iter()
        .map(|plant| json!({ "name": plant, "protocol": "p3", "fields": { "host": plant, "key": "misplaced-s3cret", "stranger": plant } }))
        .collect();
    let settings = json!({
        "terminals": terminals, "default_terminal": plants[0], "language": plants[1],
        "stranger": plants, "password": "pl4ntedSetting", plants[0]: 1,
        "window": { "stranger": plants },
        "shop": { "name": plants[22] },
        "receipts": {
            "header": plants, "footer": plants, "stranger": plants[22],
            "mail": { "host": "mail.example", "security": "tls", "user": plants[22], "from": "kassa@butik-pl4nted.example",
                "password": "pl4ntedSetting" },
        },
    });
    fs::write(places.settings_file(), settings.to_string()).unwrap();
}

/// A payment that has ended, with words of a hostile terminal; and one in doubt.
fn write_journal(places: &Places, plants: &[&str]) -> PaymentId {
    let mut journal = Journal::open(&places.journal_file()).unwrap();
    let now = Timestamp::now();
    let new = |reference: &str| NewPayment {
        terminal: plants.join(" "),
        protocol: "p3".to_owned(),
        training: false,
        request: PaymentRequest {
            reference: Some(reference.to_owned()),
            ..PaymentRequest::new(Operation::Sale, Money::new(1_250, Currency::SEK))
        },
        at: now,
    };
    let id = journal.record(new(plants[10])).unwrap().id.clone();
    let mut entries = vec![Entry::Payment { id: id.clone(), event: PaymentEvent::Transmitted, outcome: None, at: now }];
    for plant in plants {
        entries.push(Entry::Note {
            terminal: "front".to_owned(),
            payment: Some(id.clone()),
            kind: "display".to_owned(),
            body: json!({ "words": plant, "key": "explain-terminal-busy" }),
            at: now,
        });
        entries.push(Entry::Message {
            terminal: "front".to_owned(),
            payment: Some(id.clone()),
            channel: "main".to_owned(),
            sent: false,
            body: format!("<Text>{plant}</Text>").into_bytes(),
            at: now,
        });
    }
    journal.commit(&entries).unwrap();
    id
}

fn unzipped(file: &Path) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let numbers = 0..zip.len();
    let part = |number| {
        let mut part = zip.by_index(number).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        (part.name().unwrap().into_owned(), text)
    };
    numbers.map(part).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn nothing_that_was_planted_comes_out() {
    let till = Till::planted();
    let parts = till.bundle(Asked { days: 7, payments: vec![till.payment.clone()] }).await;
    let mut leaks = Vec::new();
    for (name, text) in &parts {
        let forbidden = PLANTS.iter().flat_map(|(_, forbidden)| forbidden.iter().copied());
        let more = ["known-s3cret", "misplaced-s3cret", "pl4ntedSetting", "pl4ntedHash", "argon2", "butik-pl4nted"];
        for secret in forbidden.chain(more) {
            leaks.extend(text.find(secret).map(|at| {
                let around: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                format!("{name}: {secret} behind {around:?}")
            }));
            assert!(!name.contains(secret), "{name}");
        }
        for line in text.lines() {
            for number in
                ["4111111111111111", "555555555555", "37828224631", "401288888888", "491761000000", "601111111111"]
            {
                if digits(line).contains(number) {
                    leaks.push(format!("{name}: {number} in {line}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[tokio::test]
async fn what_support_needs_is_there() {
    let till = Till::planted();
    let parts = till.bundle(Asked::default()).await;
    let part = |name: &str| &parts.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}")).1;
    assert!(part("README.txt").contains("journal.txt"));
    assert!(part("machine.txt").contains(&format!("checkstand {}", env!("CARGO_PKG_VERSION"))));
    assert!(part("machine.txt").contains("MiB free of") && part("machine.txt").contains("rusqlite 0."));
    assert!(part("settings.json").contains("\"protocol\": \"p3\""));
    assert!(part("journal.txt").contains("payments ever: 1") && part("journal.txt").contains("chain: whole"));
    let story = part(&format!("transcripts/{}.txt", till.payment));
    assert!(story.contains("transmitted") && story.contains("explain-terminal-busy"), "{story}");
    let log = format!("logs/checkstand-{}-01.log", Zoned::now().date());
    assert!(part(&log).lines().count() >= PLANTS.len());
}

#[tokio::test]
async fn broken_settings_and_a_broken_journal_are_told_and_keep_nothing_else_out() {
    let till = Till::planted();
    let places = Till::places_in(till.folder.path());
    fs::write(places.settings_file(), "{\n \"terminals\": 5}").unwrap();
    fs::remove_file(places.journal_file()).unwrap();
    fs::write(places.journal_file(), "no journal").unwrap();
    let parts = till.bundle(Asked { days: 1, payments: vec![till.payment.clone()] }).await;
    let part = |name: &str| &parts.iter().find(|(known, _)| known == name).unwrap().1;
    assert!(part("settings.json").contains("line 2"));
    assert!(part("journal.txt").contains("cannot be read"));
    assert!(part("README.txt").contains("transcripts: the journal cannot be read"));
}

#[tokio::test]
async fn a_payment_that_is_not_there_and_a_folder_that_is_not_there_are_refused() {
    let till = Till::planted();
    let facts = TillFacts::gather(&Till::places_in(till.folder.path())).await;
    let unknown = Asked { payments: vec!["ZZZZ-9999".parse().unwrap()], ..Asked::default() };
    let file = till.folder.path().join("bundle.zip");
    assert!(matches!(make(&facts, &unknown, &file), Err(SupportError::UnknownPayment(_))));
    let nowhere = till.folder.path().join("none").join("bundle.zip");
    assert!(matches!(make(&facts, &Asked::default(), &nowhere), Err(SupportError::Unwritable { .. })));
    assert!(!file.exists());
}

proptest::proptest! {
    #[test]
    fn a_card_number_split_anywhere_never_passes_the_gate(
        number in proptest::sample::select(vec!["4111111111111111", "5555555555554444", "378282246310005", "6011000990139424"]),
        splits in proptest::collection::vec((1_usize..15, "[ ./_:,;|\n\t'-]{1,5}"), 0..5),
        before in "[a-z {\":<>]{0,12}",
        after in "[a-z }\",<>]{0,12}",
    ) {
        let mut split = number.to_owned();
        let mut places = splits;
        places.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
        places.dedup_by_key(|(place, _)| *place);
        places.iter().for_each(|(place, between)| split.insert_str(*place, between));
        let passed = Gate::new([]).pass(&format!("{before}{split}{after}"));
        proptest::prop_assert!(digits(passed.as_str()).len() <= 4, "{:?} -> {:?}", split, passed);
    }

    #[test]
    fn a_known_secret_never_passes_the_gate(secret in "[a-zA-Z0-9+/=!-]{4,30}", before in "[ -~]{0,20}", after in "[ -~]{0,20}") {
        let gate = Gate::new([Secret::new(secret.clone())]);
        let passed = gate.pass(&format!("{before}{secret}{after}"));
        proptest::prop_assert!(!passed.as_str().to_lowercase().contains(&secret.to_lowercase()) || secret == "***");
    }
}
