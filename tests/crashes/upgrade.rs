//! A program that brings a long journal of an older format up to date, killed in the midst of it: the older journal is whole, and
//! the next program does it.

use std::path::Path;
use std::process::Command;

use checkstand::domain::{Clue, Currency, Money, Operation, Outcome, PaymentEvent, PaymentRequest, Taken};
use checkstand::journal::{FILE_NAME, HistoryQuery, Journal, NewPayment};
use rusqlite::{Connection, ErrorCode};
use tempfile::TempDir;

use super::harness::Program;

/// More than pass before the program says anything.
const PAYMENTS: i64 = 6_000;
/// What came with the ninth format, taken away.
const WITHOUT_INDEX: &str =
    "DROP TABLE payment_words; DROP TABLE payment_index; DROP TABLE payment_classes; DROP TABLE payment_days;
    DELETE FROM meta WHERE key = 'search';
    CREATE TABLE search (seq INTEGER PRIMARY KEY, words TEXT NOT NULL);
    PRAGMA user_version = 8;";

fn taken(number: i64) -> (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>) {
    let money = Money::new(1_000 + number, Currency::SEK);
    let mut request = PaymentRequest::new(Operation::Sale, money);
    request.reference = Some(format!("order-{number}"));
    let at = "2026-03-14T09:42:31Z".parse().unwrap();
    let new = NewPayment { terminal: "front".to_owned(), protocol: "nexo".to_owned(), training: false, request, at };
    let approval = Outcome::approved(Taken::exactly(money));
    (new, vec![(PaymentEvent::Transmitted, None), (PaymentEvent::Approved, Some(approval))])
}

fn older_journal() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    Journal::open(folder.path()).unwrap().fill((1..=PAYMENTS).map(taken)).unwrap();
    raw(folder.path()).execute_batch(WITHOUT_INDEX).unwrap();
    folder
}

fn raw(folder: &Path) -> Connection {
    Connection::open(folder.join(FILE_NAME)).unwrap()
}

fn history(folder: &Path) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_checkstand"));
    command.arg("--data").arg(folder).args(["history", "--json", "--limit", "1"]);
    Program::start(&mut command, "")
}

fn format(folder: &Path) -> i64 {
    raw(folder).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Waits until another program has the journal to itself.
fn until_it_is_locked(folder: &Path, program: &mut Program) {
    let connection = raw(folder);
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    while program.is_running() {
        match connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK;") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return,
            other => other.unwrap(),
        }
        std::thread::yield_now();
    }
    panic!("it brings nothing up to date");
}

fn is_up_to_date_and_whole(folder: &Path) {
    let journal = Journal::open(folder).unwrap();
    assert_eq!(format(folder), 9);
    assert!(journal.verify().unwrap().is_whole());
    let newest = journal.history(&HistoryQuery { limit: 1, ..HistoryQuery::default() }).unwrap();
    assert_eq!(newest[0].id.as_str().split_once('-').unwrap().1, PAYMENTS.to_string());
    for number in [1, PAYMENTS / 2, PAYMENTS] {
        let search = Clue::without_days(&format!("order-{number}"));
        let found = journal.history(&HistoryQuery { search, limit: usize::MAX, ..HistoryQuery::default() }).unwrap();
        let wanted = Some(format!("order-{number}"));
        assert_eq!(found.iter().filter(|record| record.request.reference == wanted).count(), 1);
    }
}

#[test]
fn an_upgrade_that_is_killed_leaves_the_older_journal_whole_and_is_done_by_the_next_program() {
    let older = older_journal();
    let mut program = history(older.path());
    until_it_is_locked(older.path(), &mut program);
    program.kill();
    let connection = raw(older.path());
    assert_eq!(format(older.path()), 8);
    let tables =
        "SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('search', 'payment_index', 'payment_words')";
    let tables: String = connection.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, "search", "nothing is half done");
    let payments: i64 = connection.query_row("SELECT count(*) FROM payments", [], |row| row.get(0)).unwrap();
    assert_eq!(payments, PAYMENTS);
    drop(connection);
    // Once more, near its end.
    let mut program = history(older.path());
    program.until_it_says(&format!("({} payments)", "6,000"));
    program.kill();
    assert!([8, 9].contains(&format(older.path())), "all of it, or nothing");
    is_up_to_date_and_whole(older.path());
}

#[test]
fn a_program_that_brings_a_long_journal_up_to_date_says_so_once_and_then_does_its_work() {
    let older = older_journal();
    let ended = history(older.path()).end();
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert_eq!(ended.errors.matches("journal up to date").count(), 1, "{}", ended.errors);
    assert_eq!(ended.lines.len(), 1, "{:?}", ended.lines);
    is_up_to_date_and_whole(older.path());
    let ended = history(older.path()).end();
    assert_eq!((ended.status, ended.errors.as_str()), (Some(0), ""));
}
