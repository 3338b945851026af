//! How long the cashier waits for the disk, and what a million payments do to opening and searching.
//! `CHECKSTAND_BENCH_PAYMENTS` shrinks (or grows) the long journal.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::OnceLock;

use checkstand::domain::{CardSummary, Clue, Currency, Money, Operation, Outcome, PaymentEvent, PaymentRequest, Taken};
use checkstand::journal::{Entry, HistoryQuery, Journal, NewPayment};
use divan::Bencher;
use tempfile::TempDir;

/// Written at a time, so that the write-ahead log does not hold the whole journal.
const CHUNK: usize = 20_000;

/// Built once, used by every benchmark that needs it.
static LONG: OnceLock<TempDir> = OnceLock::new();

fn main() {
    divan::main();
    // Nobody drops what is static, and this is gigabytes.
    if let Some(dir) = LONG.get() {
        std::fs::remove_dir_all(dir.path()).unwrap();
    }
}

fn sale(number: usize) -> NewPayment {
    let mut request = PaymentRequest::new(Operation::Sale, money(number));
    request.reference = Some(format!("order-{number}"));
    NewPayment {
        terminal: "Counter 1".to_owned(),
        protocol: "nexo".to_owned(),
        training: false,
        request,
        at: "2026-03-14T09:42:31.208Z".parse().unwrap(),
    }
}

fn money(number: usize) -> Money {
    Money::new(100 + (number % 100_000) as i64, Currency::SEK)
}

fn approval(number: usize) -> Outcome {
    Outcome {
        card: Some(CardSummary { last4: format!("{:04}", number % 10_000), brand: "Visa Debit".to_owned() }),
        auth_code: Some(format!("{:06}", number * 7 % 1_000_000)),
        terminal_reference: Some(format!("T-{number}")),
        ..Outcome::approved(Taken::exactly(money(number)))
    }
}

fn story(number: usize) -> (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>) {
    (sale(number), vec![(PaymentEvent::Transmitted, None), (PaymentEvent::Approved, Some(approval(number)))])
}

fn long_journal() -> &'static Path {
    LONG.get_or_init(|| {
        let count = std::env::var("CHECKSTAND_BENCH_PAYMENTS").ok().and_then(|count| count.parse().ok());
        let count: usize = count.unwrap_or(1_000_000);
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        for start in (0..count).step_by(CHUNK) {
            journal.fill((start..count.min(start + CHUNK)).map(story)).unwrap();
        }
        dir
    })
    .path()
}

fn search(journal: &Journal, text: &str) -> usize {
    let query = HistoryQuery { search: Clue::without_days(text), ..HistoryQuery::default() };
    journal.history(&query).unwrap().len()
}

/// The cashier's wait before the first byte may leave, and after the answer.
#[divan::bench]
fn record_and_commit_an_outcome_durably(bencher: Bencher) {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let recorded = journal.record(sale(number)).unwrap();
        let happened = |event, outcome| Entry::Payment { id: recorded.id.clone(), event, outcome, at: sale(0).at };
        journal.commit(&[happened(PaymentEvent::Transmitted, None)]).unwrap();
        journal.commit(&[happened(PaymentEvent::Approved, Some(approval(number)))]).unwrap();
    });
}

#[divan::bench(sample_count = 20)]
fn open_a_long_journal(bencher: Bencher) {
    let path = long_journal();
    bencher.bench(|| Journal::open(path).unwrap());
}

#[divan::bench]
fn first_page_of_a_long_history(bencher: Bencher) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    bencher.bench_local(|| journal.history(&HistoryQuery::default()).unwrap());
}

#[divan::bench]
fn record_in_a_long_journal(bencher: Bencher) {
    let mut journal = Journal::open(long_journal()).unwrap();
    bencher.bench_local(|| {
        let recorded = journal.record(sale(1)).unwrap();
        let (id, at) = (recorded.id.clone(), sale(0).at);
        journal.commit(&[Entry::Payment { id, event: PaymentEvent::NotCharged, outcome: None, at }]).unwrap();
    });
}

/// A day of five hundred payments behind a million older ones.
#[divan::bench(sample_count = 20)]
fn add_up_a_day_of_a_long_journal(bencher: Bencher) {
    let path = long_journal();
    let connection = rusqlite::Connection::open(path.join(checkstand::journal::FILE_NAME)).unwrap();
    let begins = "UPDATE meta SET value = (SELECT number FROM chain_head) WHERE key = 'days_after'";
    connection.execute_batch(begins).unwrap();
    drop(connection);
    let mut journal = Journal::open(path).unwrap();
    journal.fill((0..500).map(story)).unwrap();
    bencher.bench_local(|| journal.day_totals().unwrap());
}

/// Words that a hundred recent payments have.
#[divan::bench(sample_count = 20)]
fn search_for_what_is_common(bencher: Bencher) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    bencher.bench_local(|| search(&journal, "visa"));
}

/// Words that only the very first payment has: every row is looked at.
#[divan::bench(sample_count = 5)]
fn search_for_what_is_rare(bencher: Bencher) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    bencher.bench_local(|| search(&journal, "order-0"));
}

#[divan::bench(sample_count = 5)]
fn search_for_what_is_nowhere(bencher: Bencher) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    bencher.bench_local(|| search(&journal, "no such thing"));
}
