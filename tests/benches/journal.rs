//! How long the cashier waits for the disk, and what a million payments do to opening and searching.
//! `CHECKSTAND_BENCH_PAYMENTS` shrinks (or grows) the long journal.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::OnceLock;

use checkstand::domain::{
    CardSummary, Clue, Currency, Ending, Money, Operation, Outcome, PaymentEvent, PaymentId, PaymentRequest, Taken,
};
use checkstand::journal::{Entry, HistoryQuery, Journal, NewPayment};
use divan::Bencher;
use tempfile::TempDir;

/// Written at a time, so that the write-ahead log does not hold the whole journal.
const CHUNK: usize = 20_000;

/// Built once by the journal's own writing, many payments to a transaction; used by every benchmark that needs it.
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
    let training = number.is_multiple_of(50);
    let terminal = if training { "training" } else { ["Counter 1", "Counter 2", "Bar"][number % 3] };
    NewPayment { terminal: terminal.to_owned(), protocol: "nexo".to_owned(), training, request, at: begins(number) }
}

/// A payment a minute: a million are two years of a busy shop.
fn begins(number: usize) -> jiff::Timestamp {
    let first: jiff::Timestamp = "2024-12-01T09:42:31.208Z".parse().unwrap();
    first + jiff::SignedDuration::from_mins(number as i64)
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

/// One in twenty is declined, and only at the counters.
fn story(number: usize) -> (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>) {
    let end = match number % 20 {
        7 if number % 3 != 2 => (PaymentEvent::Declined, None),
        _ => (PaymentEvent::Approved, Some(approval(number))),
    };
    (sale(number), vec![(PaymentEvent::Transmitted, None), end])
}

fn count() -> usize {
    let count = std::env::var("CHECKSTAND_BENCH_PAYMENTS").ok().and_then(|count| count.parse().ok());
    count.unwrap_or(1_000_000)
}

fn long_journal() -> &'static Path {
    LONG.get_or_init(|| {
        let count = count();
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

/// What is looked for, and how: most of it once where there is such a payment and once where there is none.
const SEARCHES: [&str; 12] = [
    "amount: hit 500.00",
    "amount: miss 5000.00",
    "card: hit 0042",
    "card: miss •••• 99999",
    "number: hit #500000",
    "number: miss #90000000",
    "reference, a part: common order-",
    "reference, a part: rare order-1234",
    "reference, a part: miss order-x",
    "reference, a part: miss redro-",
    "brand: common visa",
    "short: miss zz",
];

fn typed(what: &str) -> &str {
    what.split_once("hit ")
        .or_else(|| what.split_once("miss "))
        .or_else(|| what.split_once("common "))
        .or_else(|| what.split_once("rare "))
        .unwrap()
        .1
}

#[divan::bench(args = SEARCHES, sample_count = 20)]
fn search_a_long_history(bencher: Bencher, what: &str) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    bencher.bench_local(|| search(&journal, typed(what)));
}

/// The same behind filters: of real money, declined, at the counter, in one week.
#[divan::bench(args = SEARCHES, sample_count = 20)]
fn search_a_long_history_through_filters(bencher: Bencher, what: &str) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    let query = HistoryQuery {
        search: Clue::without_days(typed(what)),
        terminal: Some("Counter 1".to_owned()),
        ending: Some(Ending::Declined),
        operation: Some(Operation::Sale),
        training: Some(false),
        since: Some(begins(count() / 2)),
        until: Some(begins(count() / 2 + 7 * 24 * 60)),
        ..HistoryQuery::default()
    };
    bencher.bench_local(|| journal.history(&query).unwrap().len());
}

const FILTERS: [&str; 7] =
    ["real money", "declined", "declined at the bar: none", "refunds: none", "one day", "no such day", "in doubt"];

#[divan::bench(args = FILTERS, sample_count = 20)]
fn filter_a_long_history(bencher: Bencher, what: &str) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    let all = HistoryQuery::default();
    let query = match what {
        "real money" => HistoryQuery { training: Some(false), ..all },
        "declined" => HistoryQuery { ending: Some(Ending::Declined), ..all },
        "declined at the bar: none" => {
            HistoryQuery { ending: Some(Ending::Declined), terminal: Some("Bar".to_owned()), ..all }
        }
        "refunds: none" => HistoryQuery { operation: Some(Operation::Refund), ..all },
        "in doubt" => HistoryQuery { ending: Some(Ending::InDoubt), ..all },
        day => {
            let from = if day == "one day" { begins(count() / 3) } else { begins(count() * 2) };
            let until = from + jiff::SignedDuration::from_hours(24);
            HistoryQuery { since: Some(from), until: Some(until), ..all }
        }
    };
    bencher.bench_local(|| journal.history(&query).unwrap().len());
}

/// The ten thousandth page of fifty, by the payment before it, in both directions.
#[divan::bench(args = ["older", "newer", "older, real money", "newer, real money"])]
fn page_ten_thousand(bencher: Bencher, way: &str) {
    let journal = Journal::open_reading(long_journal()).unwrap();
    let there = PaymentId::new(journal.till(), (count() / 2) as i64);
    let (before, after) = if way.starts_with("older") { (Some(there), None) } else { (None, Some(there)) };
    let training = way.ends_with("real money").then_some(false);
    let query = HistoryQuery { limit: 50, before, after, training, ..HistoryQuery::default() };
    bencher.bench_local(|| journal.history(&query).unwrap());
}

/// What bringing a journal of an older format up to date takes.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn z_make_the_index_of_a_long_history(bencher: Bencher) {
    let mut journal = Journal::open(long_journal()).unwrap();
    bencher.bench_local(|| journal.rebuild_search().unwrap());
}
