//! Who may import whom (DESIGN section 3), read from the `use` lines and paths of every source file, and what only the
//! journal may do.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Folder (or file) of `src` → what it may name of ours, besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("main.rs", &["gui", "cli", "settings"]),
    ("domain", &[]),
    ("journal", &["domain"]),
    ("receipts", &["domain", "texts"]),
    ("settings", &["domain", "protocols::protocol"]),
    ("protocols", &["domain"]),
    ("printing", &["links::printers", "receipts", "settings", "domain", "texts"]),
    // Of receipts the simulated printer alone, behind its door.
    ("links", &["protocols", "domain", "receipts::printer_simulator"]),
    ("terminal", &["protocols", "links", "journal", "domain", "settings", "receipts", "printing", "texts"]),
    ("logs", &["domain"]),
    ("support", &["doctor", "texts", "logs", "terminal::Discretion", "protocols", "journal", "settings", "domain"]),
    ("doctor", &["terminal", "protocols", "links", "domain", "settings", "texts"]),
    ("search", &["protocols", "links", "domain", "settings"]),
    ("texts", &["domain"]),
    (
        "cli",
        &[
            "gui",
            "doctor",
            "search",
            "logs",
            "support",
            "printing",
            "terminal",
            "settings",
            "receipts",
            "journal",
            "domain",
            "protocols",
            "links",
            "texts",
        ],
    ),
    (
        "gui",
        &[
            "doctor",
            "search",
            "logs",
            "support",
            "printing",
            "terminal",
            "settings",
            "receipts",
            "journal",
            "domain",
            "protocols::driver::Session",
            "protocols::find",
            // The form of a terminal is drawn from what its family tells of itself.
            "protocols::protocol",
            "protocols::registry",
            "protocols::Protocol",
            "texts",
        ],
    ),
];

/// Inside `protocols`, a protocol's folder may use the seams and never another protocol.
const SEAMS: &[&str] = &[
    "account",
    "driver",
    "frame",
    "framing",
    "json",
    "protocol",
    "recovery",
    "search",
    "simulator",
    "web_address",
    "words",
    "Protocol",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every `crate::a::b…` (or, in the binary, `checkstand::…`) of a file, with nested groups taken apart.
fn imports(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for root in ["crate::", "checkstand::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
                expand(&code[at + root.len()..], "", &mut found);
            }
        }
    }
    found
}

fn expand(rest: &str, prefix: &str, found: &mut Vec<String>) {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0_i32;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    if !group[start..at].trim().is_empty() {
                        expand(&group[start..at], prefix, found);
                    }
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        if !group[start..].trim().is_empty() {
            expand(&group[start..], prefix, found);
        }
        return;
    }
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}::{name}") };
    match rest[name.len()..].strip_prefix("::") {
        Some(further) if !name.is_empty() => expand(further, &path, found),
        _ => found.push(path),
    }
}

fn allowed(import: &str, may: &[&str]) -> bool {
    may.iter().any(|allowed| import == *allowed || import.starts_with(&format!("{allowed}::")))
}

#[test]
fn the_imports_are_read_out_of_nested_groups() {
    let text = "use crate::domain::{card::{a, b}, Money};\nlet x = crate::journal::open();";
    assert_eq!(imports(text), ["domain::card::a", "domain::card::b", "domain::Money", "journal::open"]);
}

#[test]
fn nobody_imports_what_is_above_it() {
    let mut faults = Vec::new();
    for file in sources(&src()) {
        let place = file.strip_prefix(src()).unwrap().to_string_lossy().into_owned();
        let top = place.split('/').next().unwrap_or_default().to_owned();
        if top == "lib.rs" {
            continue;
        }
        let Some((_, may)) = MAY_IMPORT.iter().find(|(name, _)| *name == top) else {
            faults.push(format!("{place}: the folder is not in the table of this test"));
            continue;
        };
        let own = top.trim_end_matches(".rs");
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if !allowed(&import, &[own]) && !allowed(&import, may) {
                faults.push(format!("{place} imports {import}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_protocol_never_names_another_protocol() {
    let mut faults = Vec::new();
    let folder = src().join("protocols");
    for file in sources(&folder) {
        let place = file.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let Some((own, _)) = place.split_once('/') else { continue };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            let Some(inner) = import.strip_prefix("protocols::") else { continue };
            if !allowed(inner, &[own]) && !allowed(inner, SEAMS) {
                faults.push(format!("protocols/{place} imports {import}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What a screen has to know of a terminal comes with its picture: a new protocol needs no line there.
#[test]
fn the_window_names_no_protocol() {
    let ids: Vec<&str> = checkstand::protocols::registry().iter().map(|protocol| protocol.id).collect();
    let mut faults = Vec::new();
    for file in sources(&src().join("gui")) {
        let text = fs::read_to_string(&file).unwrap();
        let code: Vec<&str> = text.lines().filter_map(|line| line.split("//").next()).collect();
        let code = code.join("\n");
        let named =
            ids.iter().filter(|id| code.contains(&format!("\"{id}\"")) || code.contains(&format!("protocols::{id}")));
        faults.extend(named.map(|id| format!("{} names {id}", file.display())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_driver_and_its_simulator_share_messages_and_codec_and_nothing_else() {
    let mut faults = Vec::new();
    for file in sources(&src().join("protocols")) {
        let place = file.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let (side, forbidden): (&str, &[&str]) = if place.contains("/simulator/") {
            ("simulator", &["super::driver", "super::outcomes", "super::receipts::receipt_of"])
        } else if place.contains("/driver/") {
            ("driver", &["super::simulator"])
        } else {
            continue;
        };
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in forbidden {
            if body.contains(word) {
                faults.push(format!("{place} ({side}) uses {word}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_the_journal_says_that_something_is_recorded() {
    for file in sources(&src()) {
        let text = fs::read_to_string(&file).unwrap();
        let place = file.strip_prefix(src()).unwrap().to_string_lossy().into_owned();
        if text.contains("Recorded::vouch(") {
            assert!(place.starts_with("journal/"), "{place} vouches for a record");
        }
    }
}

#[test]
fn protocols_open_no_socket_read_no_clock_and_roll_no_dice() {
    for file in sources(&src().join("protocols")).into_iter().chain(sources(&src().join("domain"))) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in [
            "std::net::Tcp",
            "std::thread",
            "tokio::",
            "reqwest::",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "SystemTime",
            "rand::",
            "new_v4",
        ] {
            assert!(!code.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn the_links_alone_open_sockets() {
    for file in sources(&src()) {
        let place = file.strip_prefix(src()).unwrap().to_string_lossy().into_owned();
        // tests that have a file of their own open what they look at
        if place.starts_with("links/") || place.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["TcpStream", "TcpListener", "UdpSocket", "reqwest::", "hyper::", "rustls::"] {
            assert!(!code.contains(word), "{place} uses {word}");
        }
    }
}

#[test]
fn whom_tls_trusts_is_settled_in_one_place() {
    for file in sources(&src()) {
        let place = file.strip_prefix(src()).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        for word in ["dangerous(", "ClientConfig::builder", "install_default"] {
            assert!(place == "links/trust.rs" || !text.contains(word), "{place} uses {word}");
        }
    }
}

#[test]
fn no_file_is_called_by_what_says_nothing() {
    for file in sources(&src()) {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "helpers", "helper", "common", "misc", "manager", "types"].contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn the_top_folder_holds_what_it_may_hold() {
    let allowed =
        ["Cargo.toml", "Cargo.lock", "README.md", "LICENSE", "src", "assets", "i18n", "tests", "packaging", "target"];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || allowed.contains(&name.as_str()), "{name} does not belong at the top");
    }
}
