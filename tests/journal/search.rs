//! The history searched by what people type, and filtered: against a plain look at every payment.

use std::collections::BTreeSet;

use checkstand::domain::Ending;
use checkstand::domain::clue::{DateOrder, Here, day_of, fold, plain_amount};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const TERMINALS: [&str; 3] = ["Counter 1", "Bar", "Training"];
const BRANDS: [&str; 3] = ["Visa Debit", "Mastercard", ""];

/// What became of one payment, and what it is called.
#[derive(Debug, Clone)]
struct Story {
    terminal: usize,
    operation: Operation,
    minor: i64,
    tip: i64,
    reference: Option<String>,
    last4: u16,
    brand: usize,
    code: String,
    /// Hours after the first.
    hours: i64,
    end: Option<PaymentEvent>,
}

fn story() -> impl Strategy<Value = Story> {
    let reference = proptest::option::of(prop_oneof![
        "[a-cÅ]{1,5}-?[0-9]{0,3}".prop_map(|text: String| text),
        Just("T1".to_owned()),
        Just("100%_\"'*".to_owned()),
    ]);
    let end = prop_oneof![
        5 => Just(Some(PaymentEvent::Approved)),
        1 => Just(Some(PaymentEvent::Declined)),
        1 => Just(Some(PaymentEvent::Cancelled)),
        1 => Just(Some(PaymentEvent::NotCharged)),
    ];
    let operation =
        prop_oneof![4 => Just(Operation::Sale), 1 => Just(Operation::Refund), 1 => Just(Operation::CardCheck)];
    ((0..3_usize, operation, 0_i64..3_000, 0_i64..3, reference), (0_u16..40, 0..3_usize, "[0-9a]{2,4}", 0_i64..90, end))
        .prop_map(|((terminal, operation, minor, tip, reference), (last4, brand, code, hours, end))| Story {
            terminal,
            operation,
            minor,
            tip,
            reference,
            last4,
            brand,
            code,
            hours,
            end,
        })
}

fn began(story: &Story) -> Timestamp {
    at() + jiff::SignedDuration::from_hours(story.hours)
}

fn told(story: &Story) -> NewPayment {
    NewPayment {
        terminal: TERMINALS[story.terminal].to_owned(),
        protocol: "nexo".to_owned(),
        training: TERMINALS[story.terminal] == "Training",
        request: PaymentRequest {
            reference: story.reference.clone(),
            ..PaymentRequest::new(story.operation, crowns(story.minor))
        },
        at: began(story),
    }
}

fn outcome(story: &Story) -> Outcome {
    let taken = Taken { tip_minor: story.tip, ..Taken::exactly(crowns(story.minor + story.tip)) };
    Outcome {
        card: Some(CardSummary { last4: format!("{:04}", story.last4), brand: BRANDS[story.brand].to_owned() }),
        auth_code: Some(story.code.clone()),
        ..Outcome::approved(taken)
    }
}

fn play(journal: &mut Journal, story: &Story) -> PaymentId {
    let id = record(journal, told(story));
    let Some(end) = story.end else { return id };
    let said = (end == PaymentEvent::Approved).then(|| outcome(story));
    journal.commit(&[happened(&id, PaymentEvent::Transmitted, None), happened(&id, end, said)]).unwrap();
    id
}

fn all(journal: &Journal) -> Vec<PaymentRecord> {
    journal.history(&HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() }).unwrap()
}

fn ids(records: Vec<PaymentRecord>) -> Vec<PaymentId> {
    records.into_iter().map(|record| record.id).collect()
}

fn found(journal: &Journal, search: Vec<Clue>) -> Vec<PaymentId> {
    ids(journal.history(&HistoryQuery { limit: usize::MAX, search, ..HistoryQuery::default() }).unwrap())
}

fn here(zone: &TimeZone) -> Here<'_> {
    Here { today: at().to_zoned(zone.clone()).date(), zone, order: DateOrder::DayFirst, words: ["today", "yesterday"] }
}

fn number(id: &PaymentId) -> Option<i64> {
    id.as_str().rsplit('-').next().unwrap().parse().ok()
}

/// What a clue means, without any index.
fn fits(record: &PaymentRecord, clue: &Clue) -> bool {
    let outcome = record.outcome.as_ref();
    let card = outcome.and_then(|outcome| outcome.card.as_ref());
    let taken = outcome.and_then(|outcome| outcome.taken).map(|taken| taken.total);
    match clue {
        Clue::Amount(amount) => {
            let amounts = [Some(record.request.amount), taken];
            record.request.operation.has_amount()
                && amounts.iter().flatten().any(|money| plain_amount(&money.to_decimal()) == *amount)
        }
        Clue::Card(last4) => card.is_some_and(|card| card.last4 == *last4),
        Clue::Payment(id) if id.as_str().contains('-') => *id == record.id,
        Clue::Payment(id) => number(id) == number(&record.id),
        Clue::Day { from, until } => record.at >= *from && record.at < *until,
        Clue::Text(text) => {
            let words = [record.request.reference.clone(), outcome.and_then(|outcome| outcome.auth_code.clone())];
            let short = text.chars().count() < 3;
            let word = |word: &String| if short { fold(word) == *text } else { fold(word).contains(text) };
            words.iter().flatten().any(word)
                || (!short && card.is_some_and(|card| fold(&card.brand).contains(text)))
                || fold(&record.terminal).contains(text)
                || Ending::from(record.state).word() == *text
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_payment_is_found_by_all_it_has_and_nothing_else_is(stories in proptest::collection::vec(story(), 1..30)) {
        let mut journal = Journal::open_in_memory().unwrap();
        for story in &stories {
            play(&mut journal, story);
        }
        // One that runs, and one nobody knows the end of.
        let open = Story { end: None, terminal: 0, ..stories[0].clone() };
        play(&mut journal, &open);
        let lost = play(&mut journal, &Story { terminal: 1, ..open });
        journal.commit(&[happened(&lost, PaymentEvent::Transmitted, None), happened(&lost, PaymentEvent::Lost, Some(doubt()))]).unwrap();

        let truth = all(&journal);
        let mut typed: BTreeSet<String> =
            ["vis", "debit", "bar", "approved", "in_doubt", "running", "100%_", "\"'*", "t1", "zzz", "1 ", "5/3", "15.3."]
                .into_iter().map(str::to_owned).collect();
        for record in &truth {
            typed.insert(record.id.to_string());
            typed.insert(record.request.amount.to_decimal());
            typed.insert(record.request.amount.to_localized(",", " "));
            typed.extend(record.request.reference.clone());
            typed.extend(record.request.reference.as_ref().map(|text| text.chars().skip(1).collect()));
            typed.insert(record.at.to_zoned(TimeZone::UTC).date().to_string());
            if let Some(card) = record.outcome.as_ref().and_then(|outcome| outcome.card.as_ref()) {
                typed.insert(card.last4.clone());
            }
        }
        for text in typed {
            let clues = Clue::read(&text, &here(&TimeZone::UTC));
            let expected: Vec<PaymentId> = truth.iter()
                .filter(|record| clues.is_empty() || clues.iter().any(|clue| fits(record, clue)))
                .map(|record| record.id.clone()).collect();
            prop_assert_eq!(found(&journal, clues), expected, "{}", text);
        }
    }

    #[test]
    fn filters_let_through_what_they_say(
        stories in proptest::collection::vec(story(), 1..30),
        terminal in proptest::option::of(0..3_usize),
        operation in proptest::option::of(prop_oneof![Just(Operation::Sale), Just(Operation::Refund)]),
        ending in proptest::option::of((0..6_usize).prop_map(|place| Ending::ALL[place])),
        training in proptest::option::of(any::<bool>()),
        days in proptest::option::of((0_i64..4, 1_i64..4)),
        text in prop_oneof![Just(""), Just("1"), Just("abc"), Just("visa"), Just("aa")],
    ) {
        let mut journal = Journal::open_in_memory().unwrap();
        for story in &stories {
            play(&mut journal, story);
        }
        play(&mut journal, &Story { end: None, ..stories[0].clone() });
        let midnight: Timestamp = "2026-03-14T00:00:00Z".parse().unwrap();
        let day = |days: i64| midnight + jiff::SignedDuration::from_hours(days * 24);
        let search = Clue::without_days(text);
        let query = HistoryQuery {
            limit: usize::MAX,
            search: search.clone(),
            terminal: terminal.map(|place| TERMINALS[place].to_owned()),
            operation,
            ending,
            training,
            since: days.map(|(from, _)| day(from)),
            until: days.map(|(from, number)| day(from + number)),
            ..HistoryQuery::default()
        };
        let expected: Vec<PaymentRecord> = all(&journal).into_iter()
            .filter(|record| query.terminal.as_ref().is_none_or(|wanted| *wanted == record.terminal))
            .filter(|record| operation.is_none_or(|wanted| wanted == record.request.operation))
            .filter(|record| ending.is_none_or(|wanted| wanted == Ending::from(record.state)))
            .filter(|record| training.is_none_or(|wanted| wanted == record.training))
            .filter(|record| query.since.is_none_or(|since| record.at >= since))
            .filter(|record| query.until.is_none_or(|until| record.at < until))
            .filter(|record| search.is_empty() || search.iter().any(|clue| fits(record, clue)))
            .collect();
        prop_assert_eq!(journal.history(&query).unwrap(), expected);
    }

    #[test]
    fn pages_show_every_payment_once_in_both_directions_while_others_begin(
        stories in proptest::collection::vec(story(), 1..40),
        limit in 1_usize..7,
        training in proptest::option::of(any::<bool>()),
    ) {
        let mut journal = Journal::open_in_memory().unwrap();
        for story in &stories {
            play(&mut journal, story);
        }
        let query = HistoryQuery { limit, training, ..HistoryQuery::default() };
        let truth = ids(journal.history(&HistoryQuery { limit: usize::MAX, ..query.clone() }).unwrap());
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = ids(journal.history(&HistoryQuery { before: before.clone(), ..query.clone() }).unwrap());
            play(&mut journal, &stories[0]);
            let Some(oldest) = page.last() else { break };
            before = Some(oldest.clone());
            seen.extend(page);
        }
        prop_assert_eq!(&seen, &truth);
        let Some(oldest) = truth.last().cloned() else { return Ok(()) };
        let (mut back, mut after) = (vec![oldest.clone()], oldest);
        while back.len() < truth.len() {
            let page = journal.history(&HistoryQuery { after: Some(after.clone()), ..query.clone() }).unwrap();
            let page = ids(page);
            prop_assert!(!page.is_empty() && page.len() <= limit);
            after = page[0].clone();
            back.splice(0..0, page);
        }
        back.drain(..back.len() - truth.len());
        prop_assert_eq!(back, truth);
    }
}

/// Everything in the index, whatever numbers its classes have.
fn index_of(dir: &Path) -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>) {
    let connection = Connection::open(dir.join(FILE_NAME)).unwrap();
    connection
        .execute_batch("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'payment_words', 'instance')")
        .unwrap();
    let rows = |sql: &str| -> BTreeSet<String> {
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    (
        rows(
            "SELECT concat_ws('|', kind, term, seq, terminal, operation, ending, training)
              FROM payment_index JOIN payment_classes USING (class)",
        ),
        rows("SELECT concat_ws('|', term, doc, col, offset) FROM temp.vocabulary WHERE col = 'words'"),
        rows("SELECT concat_ws('|', day, first, last) FROM payment_days"),
    )
}

fn stories() -> Vec<Story> {
    let base = Story {
        terminal: 0,
        operation: Operation::Sale,
        minor: 1_250,
        tip: 0,
        reference: Some("order-77".to_owned()),
        last4: 4321,
        brand: 0,
        code: "AC77".to_owned(),
        hours: 0,
        end: Some(PaymentEvent::Approved),
    };
    let declined = Story { end: Some(PaymentEvent::Declined), terminal: 1, hours: 30, ..base.clone() };
    let short = Story { reference: Some("T1".to_owned()), minor: 99, hours: 50, ..base.clone() };
    vec![base.clone(), declined, short, Story { end: None, ..base }]
}

#[test]
fn an_index_made_again_is_the_one_that_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    for story in &stories() {
        play(&mut journal, story);
    }
    let kept = index_of(dir.path());
    assert!(kept.0.len() > 10 && kept.1.len() > 10 && kept.2.len() == 3, "{kept:?}");
    journal.rebuild_search().unwrap();
    assert_eq!(index_of(dir.path()), kept);
    // And it is kept on.
    let more = Story { terminal: 2, ..stories()[0].clone() };
    play(&mut journal, &more);
    let kept = index_of(dir.path());
    journal.rebuild_search().unwrap();
    assert_eq!(index_of(dir.path()), kept);
}

#[test]
fn payments_of_an_older_journal_are_found_after_it_was_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    for story in &stories() {
        play(&mut journal, story);
    }
    drop(journal);
    let kept = index_of(dir.path());
    let older =
        "DROP TABLE payment_words; DROP TABLE payment_index; DROP TABLE payment_classes; DROP TABLE payment_days;
        DELETE FROM meta WHERE key = 'search';
        CREATE TABLE search (seq INTEGER PRIMARY KEY, words TEXT NOT NULL);
        PRAGMA user_version = 8;";
    Connection::open(dir.path().join(FILE_NAME)).unwrap().execute_batch(older).unwrap();
    // A program that only reads brings it up to date too.
    let journal = Journal::open_reading(dir.path()).unwrap();
    assert_eq!(found(&journal, Clue::without_days("der-7")).len(), 3);
    assert_eq!(index_of(dir.path()), kept);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_damaged_index_keeps_no_payment_from_being_written_and_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let first = play(&mut journal, &stories()[0]);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    connection
        .execute_batch("UPDATE payment_words_data SET block = x'00' WHERE id > 1; DROP TABLE payment_days;")
        .unwrap();
    let second = play(&mut journal, &stories()[2]);
    assert_eq!(payment(&journal, &second).state, PaymentState::Approved);
    assert_eq!(ids(all(&journal)), [second.clone(), first]);
    let search = |journal: &Journal| {
        journal.history(&HistoryQuery { search: Clue::without_days("t1"), ..HistoryQuery::default() })
    };
    assert_eq!(search(&journal).unwrap_err().key(), "journal-damaged", "rather than not to find it");
    assert!(journal.verify().unwrap().is_whole(), "nothing that counts is damaged");
    drop(journal);
    let journal = Journal::open(dir.path()).unwrap();
    assert_eq!(ids(search(&journal).unwrap()), [second]);
}

#[test]
fn a_clock_that_was_wrong_hides_no_payment() {
    let mut journal = Journal::open_in_memory().unwrap();
    let hours = [0, 5, 24 * 400, 6, 30, -24 * 3_000, 31];
    let ids: Vec<_> = hours.map(|hours| play(&mut journal, &Story { hours, ..stories()[0].clone() })).into();
    for (place, hours) in hours.into_iter().enumerate() {
        let date = (at() + jiff::SignedDuration::from_hours(hours)).to_zoned(TimeZone::UTC).date();
        let day = day_of(date, &TimeZone::UTC).unwrap();
        assert!(found(&journal, vec![day]).contains(&ids[place]), "{hours}");
    }
}
