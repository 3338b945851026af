//! Every text there is in every language, and every text the code names.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use checkstand::domain::{
    BillError, DayEnd, DayReport, DayVerdict, Ending, Operation, PaymentEvent, Tender, Verdict, Whence,
};
use checkstand::texts::LANGUAGES;

/// What Fluent keys of ours begin with. Other quoted words with dashes are ids of widgets, words of a wire, options.
const AREAS: [&str; 14] = [
    "explain-",
    "window-",
    "cli-",
    "refusal-",
    "till-",
    "secrets-",
    "journal-",
    "receipt-",
    "protocol-",
    "field-",
    "display-",
    "card-",
    "bill-",
    "prices-",
];

/// Names of things that begin alike and are no texts.
const NO_TEXTS: [&str; 4] = ["card-check", "field-is-secret", "journal-reader", "journal-search"];

/// What a terminal of the family `connect` says that it is doing (reference 4.8).
const NOTIFICATIONS: &str = "request-sent transaction-started present-card insert-card re-present-card
    present-only-one-card bad-swipe card-error card-expired card-not-supported enter-cashback pin-entry please-wait
    connecting connection-made retrying processing-error approved declined declined-by-card signature-verification
    signature-verification-in-progress signature-verification-process-completed
    signature-verification-process-could-not-be-completed signature-verification-timeout remove-card replace-paper
    attempting-cancel cancelling unable-to-cancel transaction-finished report-started report-finished";

fn keys(source: &str) -> Vec<String> {
    let named = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
    source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(named).collect()
}

/// The keys some language lacks.
fn missing(wanted: impl IntoIterator<Item = String>) -> Vec<String> {
    let languages = LANGUAGES.map(|(tag, source)| (tag, keys(source)));
    let lacks = |key: &String| -> Vec<String> {
        let without = languages.iter().filter(|(_, keys)| !keys.contains(key));
        without.map(|(tag, _)| format!("{tag}: {key}")).collect()
    };
    wanted.into_iter().flat_map(|key| lacks(&key)).collect()
}

/// What stands in quotation marks behind each of these beginnings.
fn behind(text: &str, beginning: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.split(beginning).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Whole keys between quotation marks, outside tests.
fn quoted(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_key = |word: &&str| {
        AREAS.iter().any(|area| word.starts_with(area))
            && !NO_TEXTS.contains(word)
            && !word.ends_with('-')
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    code.split('"').filter(is_key).map(str::to_owned).collect()
}

#[test]
fn all_languages_have_the_same_texts_in_the_same_order_and_none_twice() {
    let [(_, english), (_, swedish)] = LANGUAGES;
    assert_eq!(keys(english), keys(swedish));
    let mut sorted = keys(english);
    sorted.sort();
    let twice: Vec<_> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_text_the_code_names_is_there() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let code = sources.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let named: Vec<String> = code.flat_map(|path| quoted(&fs::read_to_string(path).unwrap())).collect();
    assert!(named.len() > 300, "{}", named.len());
    assert_eq!(missing(named), Vec::<String>::new());
}

#[test]
fn every_failure_of_the_command_line_and_every_refusal_has_its_text() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let commands = sources(&src.join("cli")).into_iter().map(|path| read(&path));
    let failures = commands.flat_map(|text| [".usage(\"", ".failed(\""].map(|call| behind(&text, call)).concat());
    let mut wanted: Vec<String> = failures.map(|code| format!("cli-{code}")).collect();
    let order = read(&src.join("terminal/order.rs"));
    let codes = behind(&order, "=> \"");
    assert!(wanted.len() > 20 && codes.len() > 25, "{} {}", wanted.len(), codes.len());
    wanted.extend(codes.into_iter().map(|code| format!("refusal-{code}")));
    assert_eq!(missing(wanted), Vec::<String>::new());
}

#[test]
fn every_text_whose_name_is_put_together_is_there() {
    let mut wanted = Vec::new();
    for area in ["window", "cli"] {
        let word = |operation: Operation| operation.word().replace('_', "-");
        wanted.extend(Operation::ALL.map(|operation| format!("{area}-operation-{}", word(operation))));
        wanted.extend([Whence::Cloud, Whence::Table].map(|from| format!("{area}-origin-{}", from.word())));
        wanted.extend(Tender::ALL.map(|tender| format!("{area}-tender-{}", tender.word())));
        wanted.extend(DayReport::ALL.map(|report| format!("{area}-report-{}", report.word())));
        let verdicts = [
            DayVerdict::Closed,
            DayVerdict::Reported,
            DayVerdict::NothingToClose,
            DayVerdict::NotClosed,
            DayVerdict::Unknown,
        ];
        for (report, verdict) in DayReport::ALL.into_iter().flat_map(|report| verdicts.map(|verdict| (report, verdict)))
        {
            wanted.push(format!("{area}-day-{}", DayEnd { report, ..DayEnd::bare(verdict) }.key()));
        }
    }
    wanted.extend(Verdict::ALL.map(|verdict| format!("cli-verdict-{}", verdict.word().replace('_', "-"))));
    wanted.extend([Whence::Cloud, Whence::Table].map(|from| format!("window-origin-short-{}", from.word())));
    wanted.extend(Ending::ALL.map(|ending| format!("window-ending-{}", ending.word().replace('_', "-"))));
    wanted.extend(["all", "today", "yesterday", "week"].map(|days| format!("window-days-{days}")));
    let life = PaymentEvent::ALL.map(|event| serde_json::to_value(event).unwrap());
    let events = life.iter().filter_map(|word| word.as_str()).map(|word| word.replace('_', "-"));
    wanted.extend(events.map(|word| format!("window-event-{word}")));
    wanted.extend(BillError::ALL_CODES.map(|code| format!("bill-error-{code}")));
    wanted.extend(NOTIFICATIONS.split_whitespace().map(|word| format!("display-{word}")));
    assert_eq!(missing(wanted), Vec::<String>::new());
}
