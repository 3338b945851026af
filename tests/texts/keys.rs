//! Every text there is in every language, every text the code names, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use checkstand::doctor::Check;
use checkstand::domain::{
    BillError, DayEnd, DayReport, DayVerdict, Ending, Operation, OperatorError, PaymentEvent, Right, Role, Tender,
    Verdict, Whence,
};
use checkstand::protocols;
use checkstand::texts::LOCALES;

use crate::files::{full, keys};

/// What Fluent keys of ours begin with. Other quoted words with dashes are ids of widgets, words of a wire, options.
const AREAS: [&str; 20] = [
    "explain-",
    "window-",
    "cli-",
    "refusal-",
    "till-",
    "settings-",
    "secrets-",
    "journal-",
    "receipt-",
    "protocol-",
    "field-",
    "display-",
    "card-",
    "bill-",
    "prices-",
    "customer-",
    "operator-",
    "operators-",
    "doctor-",
    "printer-",
];

/// Names of things that begin alike and are no texts.
const NO_TEXTS: [&str; 13] = [
    "card-check",
    "field-is-secret",
    "journal-reader",
    "journal-search",
    "secrets-place",
    "settings-taken",
    "printer-unusable-name",
    "printer-no-way",
    "printer-none",
    "printer-which",
    "printer-queue-closed",
    "printer-failed",
    "printer-doubt",
];

/// What a terminal of the family `connect` says that it is doing (reference 4.8).
const NOTIFICATIONS: &str = "request-sent transaction-started present-card insert-card re-present-card
    present-only-one-card bad-swipe card-error card-expired card-not-supported enter-cashback pin-entry please-wait
    connecting connection-made retrying processing-error approved declined declined-by-card signature-verification
    signature-verification-in-progress signature-verification-process-completed
    signature-verification-process-could-not-be-completed signature-verification-timeout remove-card replace-paper
    attempting-cancel cancelling unable-to-cancel transaction-finished report-started report-finished";

/// The keys some language lacks.
fn missing(wanted: impl IntoIterator<Item = String>) -> Vec<String> {
    let languages: Vec<_> = full().map(|locale| (locale.tag, keys(locale.source))).collect();
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

fn code() -> Vec<String> {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let code = sources.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    code.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn all_languages_have_the_same_texts_in_the_same_order_and_none_twice() {
    let english = keys(LOCALES[0].source);
    for locale in full() {
        assert_eq!(english, keys(locale.source), "{}", locale.tag);
    }
    let twice: Vec<_> = english.iter().filter(|key| english.iter().filter(|other| other == key).count() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_text_the_code_names_is_there() {
    let named: Vec<String> = code().iter().flat_map(|text| quoted(text)).collect();
    assert!(named.len() > 300, "{}", named.len());
    assert_eq!(missing(named), Vec::<String>::new());
}

fn failures_and_refusals() -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let commands = sources(&src.join("cli")).into_iter().map(|path| read(&path));
    let failures = commands.flat_map(|text| [".usage(\"", ".failed(\""].map(|call| behind(&text, call)).concat());
    let mut wanted: Vec<String> = failures.map(|code| format!("cli-{code}")).collect();
    let order = read(&src.join("terminal/order.rs"));
    let codes = behind(&order, "=> \"");
    assert!(wanted.len() > 20 && codes.len() > 25, "{} {}", wanted.len(), codes.len());
    wanted.extend(codes.into_iter().map(|code| format!("refusal-{code}")));
    wanted
}

#[test]
fn every_failure_of_the_command_line_and_every_refusal_has_its_text() {
    assert_eq!(missing(failures_and_refusals()), Vec::<String>::new());
}

fn put_together() -> Vec<String> {
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
    wanted.extend(OperatorError::ALL_CODES.map(|code| format!("operator-error-{code}")));
    wanted.extend(Right::ALL.map(|right| format!("operator-right-{}", right.word())));
    wanted.extend(Role::ALL.map(|role| format!("operator-role-{}", role.word())));
    wanted.extend(Ending::ALL.map(|ending| format!("window-ending-{}", ending.word().replace('_', "-"))));
    wanted.push("window-ending-any".to_owned());
    let notes =
        ["recorded", "reference", "receipt", "display", "question", "answer", "notice", "alarm", "told-otherwise"];
    wanted.extend(notes.map(|kind| format!("window-event-{kind}")));
    wanted.extend(["all", "today", "yesterday", "week"].map(|days| format!("window-days-{days}")));
    let life = PaymentEvent::ALL.map(|event| serde_json::to_value(event).unwrap());
    let events = life.iter().filter_map(|word| word.as_str()).map(|word| word.replace('_', "-"));
    wanted.extend(events.map(|word| format!("window-event-{word}")));
    wanted.extend(BillError::ALL_CODES.map(|code| format!("bill-error-{code}")));
    wanted.extend(NOTIFICATIONS.split_whitespace().map(|word| format!("display-{word}")));
    // Not every state of a terminal is the customer's; who has no words for one is told to wait.
    let customers = NOTIFICATIONS.split_whitespace().map(|word| format!("customer-display-{word}"));
    wanted.extend(customers.filter(|key| keys(LOCALES[0].source).contains(key)));
    wanted.extend(Check::ALL.map(|check| format!("doctor-check-{}", check.word())));
    wanted.extend(protocols::registry().iter().map(|protocol| format!("protocol-{}", protocol.id)));
    wanted.extend(operations_on_slips());
    wanted.extend(Check::ALL.map(|check| format!("doctor-check-{}", check.word())));
    wanted.extend(["closed", "removed", "merged"].map(|stage| format!("cli-bill-{stage}")));
    wanted
}

/// Every field of a form has its name and a line of help.
fn labels_of_fields() -> impl Iterator<Item = String> {
    let told = |protocol: &'static protocols::Protocol| protocol.pairing.map_or(&[][..], |pairing| pairing.fields);
    let fields = protocols::registry().iter().flat_map(move |protocol| protocol.fields.iter().chain(told(protocol)));
    let label = |field: &protocols::protocol::Field| format!("field-{}", field.name.replace('_', "-"));
    fields.map(label).flat_map(|label| [format!("{label}-help"), label])
}

/// A receipt of the till's own begins with what was asked for, whatever that was.
fn operations_on_slips() -> impl Iterator<Item = String> {
    Operation::ALL.into_iter().map(|operation| format!("receipt-operation-{}", operation.word().replace('_', "-")))
}

/// On paper there are fewer verdicts than on the screen.
fn verdicts_on_slips() -> impl Iterator<Item = String> {
    Verdict::ALL.into_iter().map(|verdict| format!("receipt-verdict-{}", verdict.word().replace('_', "-")))
}

#[test]
fn every_text_whose_name_is_put_together_is_there() {
    assert_eq!(missing(put_together().into_iter().chain(labels_of_fields())), Vec::<String>::new());
}

/// All quoted words: the command line's failures are named without their area.
fn words(code: &[String]) -> BTreeSet<&str> {
    code.iter().flat_map(|text| text.split('"')).collect()
}

#[test]
fn no_text_is_there_that_no_code_names() {
    let code = code();
    let words = words(&code);
    let wanted: BTreeSet<String> = failures_and_refusals()
        .into_iter()
        .chain(put_together())
        .chain(labels_of_fields())
        .chain(verdicts_on_slips())
        .collect();
    let failure = |key: &str| key.strip_prefix("cli-").is_some_and(|code| words.contains(code));
    let named = |key: &str| words.contains(key) || wanted.contains(key) || failure(key);
    let unused: Vec<_> = keys(LOCALES[0].source).into_iter().filter(|key| !named(key)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// A fault or doubt of the doctor's that nobody has provoked may never come up, or say the wrong thing when it does.
#[test]
fn everything_the_doctor_may_find_wrong_is_provoked_in_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let files = sources(&root.join("src/doctor")).into_iter().map(read);
    let inside = files.map(|text| match text.split_once("#[cfg(test)]") {
        Some((_, tests)) => tests.to_owned(),
        None if text.contains("#[tokio::test]") => text,
        None => String::new(),
    });
    let mut provoked: String = inside.collect();
    provoked.push_str(&read(root.join("tests/command_line/doctor.rs")));
    let is_told = |key: &str| {
        let code = key.trim_start_matches("doctor-");
        provoked.contains(&format!("\"{key}\"")) || provoked.contains(&format!("\"{code}\""))
    };
    let code = code().concat();
    let wrong: Vec<String> = keys(LOCALES[0].source)
        .into_iter()
        .filter(|key| ["fault(\"", "doubt(\""].iter().any(|call| code.contains(&format!("{call}{key}\""))))
        .collect();
    assert!(wrong.len() > 20, "{wrong:?}");
    let never: Vec<&String> = wrong.iter().filter(|key| !is_told(key)).collect();
    assert_eq!(never, Vec::<&String>::new());
}
