//! The journal from outside: what it keeps, what it refuses, and what it says when the disk has been damaged.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{
    CardSummary, Clue, Copy, Currency, DayEnd, DayReport, DayVerdict, Decision, Money, Operation, Original, Outcome,
    PaymentEvent, PaymentId, PaymentRecord, PaymentRequest, PaymentState, Receipt, ScannedCode, Taken, Tender, Verdict,
};
use checkstand::journal::{Contradiction, Entry, FILE_NAME, HistoryQuery, Journal, JournalError, Misfit, NewPayment};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

/// What came with the sixth format, taken away.
const WITHOUT_BILLS: &str =
    "DROP TABLE bills; DROP INDEX events_bills; DROP INDEX events_closings; DROP INDEX payments_bill;";

fn at() -> Timestamp {
    "2026-03-14T09:42:31.208123456Z".parse().unwrap()
}

fn crowns(minor: i64) -> Money {
    Money::new(minor, Currency::SEK)
}

fn request(operation: Operation, minor: i64) -> NewPayment {
    NewPayment {
        terminal: "Counter 1".to_owned(),
        protocol: "nexo".to_owned(),
        training: false,
        request: PaymentRequest {
            reference: Some("Order Åäö-7".to_owned()),
            ..PaymentRequest::new(operation, crowns(minor))
        },
        at: at(),
    }
}

#[path = "journal/bills.rs"]
mod bills;
#[path = "journal/days.rs"]
mod days;
#[path = "journal/operators.rs"]
mod operators;
#[path = "journal/origins.rs"]
mod origins;
#[path = "journal/search.rs"]
mod search;
#[path = "journal/tables.rs"]
mod tables;

/// Takes a journal back to the seventh format, and with [`WITHOUT_DAYS`] to the sixth.
const WITHOUT_OPERATORS: &str =
    "DROP INDEX events_operators; DROP INDEX events_sign_ins; ALTER TABLE events DROP COLUMN operator;";

/// Takes a journal of the seventh format back to the sixth.
const WITHOUT_DAYS: &str = "DROP INDEX events_takings; DROP INDEX events_shop_days;
    DELETE FROM meta WHERE key = 'days_after';";

fn sale(minor: i64) -> NewPayment {
    request(Operation::Sale, minor)
}

fn approval(minor: i64) -> Outcome {
    Outcome {
        card: Some(CardSummary { last4: "4321".to_owned(), brand: "Visa Debit".to_owned() }),
        auth_code: Some("AC77".to_owned()),
        terminal_reference: Some("T-0815".to_owned()),
        ..Outcome::approved(Taken::exactly(crowns(minor)))
    }
}

fn doubt() -> Outcome {
    Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-lost", Fault::Link))
}

fn happened(id: &PaymentId, event: PaymentEvent, outcome: Option<Outcome>) -> Entry {
    Entry::Payment { id: id.clone(), event, outcome, at: at() }
}

fn record(journal: &mut Journal, new: NewPayment) -> PaymentId {
    journal.record(new).unwrap().id.clone()
}

/// A payment that went through.
fn approved(journal: &mut Journal, new: NewPayment) -> PaymentId {
    let minor = new.request.amount.minor();
    let id = record(journal, new);
    let entries = [
        happened(&id, PaymentEvent::Transmitted, None),
        Entry::Reference { id: id.clone(), reference: json!({ "stan": 17 }), at: at() },
        happened(&id, PaymentEvent::Approved, Some(approval(minor))),
    ];
    assert_eq!(journal.commit(&entries).unwrap(), []);
    id
}

fn payment(journal: &Journal, id: &PaymentId) -> PaymentRecord {
    journal.payment(id).unwrap().unwrap()
}

fn decision(paid: bool) -> Decision {
    Decision { paid, by: "Åsa".to_owned(), reason: "the slip says so".to_owned(), at: at() }
}

#[test]
fn what_is_recorded_and_committed_is_read_back_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let id = approved(&mut journal, sale(24_950));
    let receipt = Receipt::new(Copy::Customer, ["Thank you".to_owned(), "4111111111111111".to_owned()]);
    let note = |kind: &str| Entry::Note {
        terminal: "Counter 1".to_owned(),
        payment: Some(id.clone()),
        kind: kind.to_owned(),
        body: json!({ "text": "card 4111 1111 1111 1111" }),
        at: at(),
    };
    let message = Entry::Message {
        terminal: "Counter 1".to_owned(),
        payment: Some(id.clone()),
        channel: "main".to_owned(),
        sent: true,
        body: b"<SensitiveCardData PAN=\"4111111111111111\"/>".to_vec(),
        at: at(),
    };
    let memory = Entry::Memory { terminal: "Counter 1".to_owned(), memory: json!({ "session": 3 }) };
    let receipt_entry = Entry::Receipt { id: id.clone(), receipt: receipt.clone(), at: at() };
    journal.commit(&[receipt_entry, note("display"), message, memory]).unwrap();
    let till = journal.till().to_owned();
    drop(journal);

    let journal = Journal::open(&dir.path().join(FILE_NAME)).unwrap();
    assert_eq!(journal.till(), till);
    let found = payment(&journal, &id);
    let expected = PaymentRecord {
        id: id.clone(),
        terminal: "Counter 1".to_owned(),
        protocol: "nexo".to_owned(),
        training: false,
        request: sale(24_950).request,
        state: PaymentState::Approved,
        outcome: Some(approval(24_950)),
        reference: Some(json!({ "stan": 17 })),
        at: at(),
        decision: None,
        voided_by: None,
    };
    assert_eq!(found, expected);
    assert_eq!(journal.receipts(&id).unwrap(), [receipt]);
    assert_eq!(journal.messages(&id).unwrap()[0].body, "<SensitiveCardData PAN=\"***\"/>");
    assert_eq!(journal.memory("Counter 1").unwrap(), Some(json!({ "session": 3 })));
    let events = journal.events(&id).unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["recorded", "transmitted", "reference", "approved", "receipt", "display"]);
    assert_eq!(events[5].body, json!({ "text": "card **** **** **** 1111" }));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_terminal_takes_one_payment_at_a_time_whoever_asks() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Journal::open(dir.path()).unwrap();
    let mut second = Journal::open(dir.path()).unwrap();
    let id = record(&mut first, sale(100));
    assert_eq!(second.record(sale(100)), Err(JournalError::Occupied { payment: id.clone() }));
    record(&mut second, NewPayment { terminal: "Bar".to_owned(), ..sale(100) });
    first
        .commit(&[happened(&id, PaymentEvent::Transmitted, None), happened(&id, PaymentEvent::Lost, Some(doubt()))])
        .unwrap();
    assert!(matches!(second.record(sale(100)), Err(JournalError::Occupied { .. })), "in doubt bars it too");
    first.commit(&[happened(&id, PaymentEvent::Approved, Some(approval(100)))]).unwrap();
    second.record(sale(100)).unwrap();
}

#[test]
fn nothing_final_changes_and_what_contradicts_it_is_told() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = approved(&mut journal, sale(100));
    let before = payment(&journal, &id);
    let declined = Outcome::without_money(Verdict::Declined, Explanation::new("explain-declined", Fault::Nobody));
    let told = journal
        .commit(&[
            happened(&id, PaymentEvent::Declined, Some(declined)),
            happened(&id, PaymentEvent::Approved, Some(approval(100))),
            happened(&id, PaymentEvent::Approved, Some(approval(50))),
        ])
        .unwrap();
    let contradiction = |event| Contradiction { payment: id.clone(), state: PaymentState::Approved, event };
    assert_eq!(told, [contradiction(PaymentEvent::Declined), contradiction(PaymentEvent::Approved)]);
    assert_eq!(payment(&journal, &id), before);
    let forbidden: Vec<_> = journal.events(&id).unwrap().iter().map(|event| event.forbidden).collect();
    assert_eq!(forbidden, [false, false, false, false, true, false, true]);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_doubt_keeps_its_newest_explanation_until_it_is_settled() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = record(&mut journal, sale(100));
    let newer = Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-not-found", Fault::Terminal));
    journal
        .commit(&[
            happened(&id, PaymentEvent::Transmitted, None),
            happened(&id, PaymentEvent::Lost, Some(doubt())),
            happened(&id, PaymentEvent::LeftInDoubt, Some(newer.clone())),
        ])
        .unwrap();
    assert_eq!(payment(&journal, &id).outcome, Some(newer));
    let open = journal.open_payments(Some("Counter 1")).unwrap();
    assert_eq!((open.len(), open[0].state), (1, PaymentState::InDoubt));
    assert_eq!(journal.open_payments(None).unwrap(), open);
    assert_eq!(journal.open_payments(Some("Bar")).unwrap(), []);
    journal.commit(&[happened(&id, PaymentEvent::Approved, Some(approval(100)))]).unwrap();
    assert_eq!(payment(&journal, &id).outcome, Some(approval(100)));
    assert_eq!(journal.open_payments(None).unwrap(), []);
}

#[test]
fn a_batch_is_written_whole_or_not_at_all() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = record(&mut journal, sale(100));
    let nowhere: PaymentId = "4711".parse().unwrap();
    let refused = journal
        .commit(&[happened(&id, PaymentEvent::Transmitted, None), happened(&nowhere, PaymentEvent::Transmitted, None)]);
    assert_eq!(refused, Err(JournalError::Unknown(nowhere)));
    assert_eq!(payment(&journal, &id).state, PaymentState::Recorded);
    assert_eq!(journal.events(&id).unwrap().len(), 1);
}

#[test]
fn a_person_decides_only_what_is_in_doubt() {
    let mut journal = Journal::open_in_memory().unwrap();
    let mut new = sale(10_000);
    new.request.cashback = Some(crowns(2_000));
    new.request.tip = Some(crowns(500));
    let id = record(&mut journal, new);
    let state = PaymentState::Recorded;
    assert_eq!(journal.decide(&id, decision(true)), Err(JournalError::NotInDoubt { payment: id.clone(), state }));
    journal
        .commit(&[happened(&id, PaymentEvent::Transmitted, None), happened(&id, PaymentEvent::Lost, Some(doubt()))])
        .unwrap();
    let decided = journal.decide(&id, decision(true)).unwrap();
    assert_eq!(decided.state, PaymentState::DecidedPaid);
    assert_eq!(decided.verdict(), Verdict::Approved);
    assert_eq!(decided.decision, Some(decision(true)));
    let taken = decided.outcome.clone().unwrap().taken.unwrap();
    assert_eq!((taken.total, taken.tip_minor, taken.cashback_minor), (crowns(12_500), 500, 2_000));
    assert_eq!(payment(&journal, &id), decided);
    assert!(matches!(journal.decide(&id, decision(false)), Err(JournalError::NotInDoubt { .. })));
    let late = journal.commit(&[happened(&id, PaymentEvent::Declined, None)]).unwrap();
    assert_eq!(late.len(), 1, "a machine that says otherwise afterwards is told, not believed");
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_payment_left_at_the_terminal_can_be_decided_as_not_paid() {
    for events in [vec![PaymentEvent::Transmitted], vec![PaymentEvent::Transmitted, PaymentEvent::CancelRequested]] {
        let mut journal = Journal::open_in_memory().unwrap();
        let id = record(&mut journal, sale(100));
        let entries: Vec<_> = events.into_iter().map(|event| happened(&id, event, None)).collect();
        journal.commit(&entries).unwrap();
        let slip = Decision { reason: "slip of 4111111111111111 missing".to_owned(), ..decision(false) };
        let decided = journal.decide(&id, slip).unwrap();
        assert_eq!(decided.state, PaymentState::DecidedNotPaid);
        assert_eq!(decided.outcome.unwrap().explanation.unwrap().key, "explain-decided-not-paid");
        assert_eq!(decided.decision.unwrap().reason, "slip of ************1111 missing");
        assert!(journal.events(&id).unwrap().iter().any(|event| event.kind == "restarted"));
        journal.record(sale(100)).unwrap();
    }
}

#[test]
fn amounts_that_cannot_be_added_are_refused_before_anything_is_sent() {
    let mut journal = Journal::open_in_memory().unwrap();
    let mut new = sale(i64::MAX);
    new.request.tip = Some(crowns(1));
    assert_eq!(journal.record(new).unwrap_err().key(), "journal-unfit");
    assert_eq!(journal.history(&HistoryQuery::default()).unwrap(), []);
}

#[test]
fn a_payment_is_found_by_its_name_however_it_is_typed() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = record(&mut journal, sale(100));
    let typed = [id.to_string(), id.to_string().to_lowercase(), "1".to_owned(), " 1 ".to_owned()];
    for text in typed {
        assert_eq!(payment(&journal, &text.parse().unwrap()).id, id, "{text}");
        let raw: PaymentId = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(payment(&journal, &raw).id, id, "{text}, from a file");
    }
    for text in ["2", "", "-", "ZZZZZ-1", "1x", "99999999999999999999"] {
        assert_eq!(journal.payment(&text.parse().unwrap()).unwrap(), None, "{text}");
    }
}

#[test]
fn an_approved_void_shows_at_the_payment_it_is_of() {
    let mut journal = Journal::open_in_memory().unwrap();
    let id = approved(&mut journal, sale(100));
    assert_eq!(journal.last_approved("Counter 1").unwrap().unwrap().id, id);
    let mut void = request(Operation::Void, 100);
    void.request.of =
        Some(Original { payment: id.clone(), operation: Operation::Sale, taken: crowns(100), reference: None });
    let void_id = record(&mut journal, void);
    journal.commit(&[happened(&void_id, PaymentEvent::Transmitted, None)]).unwrap();
    assert_eq!(payment(&journal, &id).voided_by, None);
    journal.commit(&[happened(&void_id, PaymentEvent::Approved, Some(approval(100)))]).unwrap();
    assert_eq!(payment(&journal, &id).voided_by, Some(void_id.clone()));
    assert_eq!(journal.last_approved("Counter 1").unwrap().unwrap().id, void_id);
    assert_eq!(journal.last_approved("Bar").unwrap(), None);
}

#[test]
fn the_history_is_paged_and_searched_newest_first() {
    let mut journal = Journal::open_in_memory().unwrap();
    let ids: Vec<_> = (1..=7).map(|number| approved(&mut journal, sale(number * 1_111))).collect();
    let numbers = |query: HistoryQuery| -> Vec<PaymentId> {
        journal.history(&query).unwrap().into_iter().map(|record| record.id).collect()
    };
    let page = numbers(HistoryQuery { limit: 3, ..HistoryQuery::default() });
    assert_eq!(page, [ids[6].clone(), ids[5].clone(), ids[4].clone()]);
    let next = numbers(HistoryQuery { limit: 3, before: Some(page[2].clone()), ..HistoryQuery::default() });
    assert_eq!(next, [ids[3].clone(), ids[2].clone(), ids[1].clone()]);
    let search = |text: &str| numbers(HistoryQuery { search: Clue::without_days(text), ..HistoryQuery::default() });
    assert_eq!(search("44.44"), [ids[3].clone()]);
    assert_eq!(search("44,44"), [ids[3].clone()]);
    for text in ["ÅÄÖ-7", "visa", "4321", "ac77", "t-0815", "approved", "counter 1", journal.till(), "  "] {
        assert_eq!(search(text).len(), 7, "{text}");
    }
    for text in ["declined", "%", "' OR 1", "\n\n"] {
        assert_eq!(search(text).len(), if text.trim().is_empty() { 7 } else { 0 }, "{text:?}");
    }
    let bar = HistoryQuery { terminal: Some("Bar".to_owned()), ..HistoryQuery::default() };
    assert_eq!(numbers(bar.clone()), []);
    assert_eq!(numbers(HistoryQuery { search: Clue::without_days("visa"), ..bar }), []);
    let page = HistoryQuery {
        search: Clue::without_days("visa"),
        limit: 2,
        before: Some(ids[5].clone()),
        terminal: Some("Counter 1".to_owned()),
        ..HistoryQuery::default()
    };
    assert_eq!(numbers(page), [ids[4].clone(), ids[3].clone()]);
}

/// A journal on disk with a few payments of every kind, closed.
fn full_of_life(dir: &Path) -> Vec<PaymentRecord> {
    let mut journal = Journal::open(dir).unwrap();
    for number in 1..=12 {
        approved(&mut journal, sale(number * 100));
    }
    let id = record(&mut journal, sale(77));
    journal.commit(&[happened(&id, PaymentEvent::Transmitted, None)]).unwrap();
    journal.history(&HistoryQuery::default()).unwrap()
}

fn tamper(dir: &Path, sql: &str) {
    let connection = Connection::open(dir.join(FILE_NAME)).unwrap();
    let drop_triggers = "DROP TRIGGER events_stay; DROP TRIGGER events_stay_as_they_are;
                         DROP TRIGGER payments_stay; DROP TRIGGER payments_final;";
    connection.execute_batch(drop_triggers).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn the_database_itself_refuses_to_rewrite_history() {
    let dir = tempfile::tempdir().unwrap();
    full_of_life(dir.path());
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    for sql in [
        "UPDATE events SET kind = 'declined' WHERE kind = 'approved'",
        "DELETE FROM events",
        "DELETE FROM payments",
        "UPDATE payments SET state = 'declined' WHERE state = 'approved'",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn the_chain_names_the_first_row_somebody_edited_or_removed() {
    let table = [
        ("UPDATE events SET body = replace(body, '200', '999') WHERE number = 5", Misfit::Event(5)),
        ("UPDATE events SET hash = zeroblob(32) WHERE number = 9", Misfit::Event(9)),
        ("DELETE FROM events WHERE number = 7", Misfit::Event(7)),
        ("DELETE FROM events WHERE number = (SELECT max(number) FROM events)", Misfit::Event(50)),
        ("UPDATE events SET payment = 2 WHERE number = 3", Misfit::Event(3)),
    ];
    for (sql, misfit) in table {
        let dir = tempfile::tempdir().unwrap();
        full_of_life(dir.path());
        let journal = Journal::open(dir.path()).unwrap();
        tamper(dir.path(), sql);
        assert_eq!(journal.verify().unwrap().misfit, Some(misfit), "{sql}");
        drop(journal);
        assert_eq!(Journal::open(dir.path()).unwrap_err().key(), "journal-damaged", "the newest rows: {sql}");
    }
}

#[test]
fn a_payment_that_was_edited_is_not_believed() {
    for sql in [
        "UPDATE payments SET outcome = replace(outcome, '300', '900') WHERE seq = 3",
        "UPDATE payments SET state = 'declined' WHERE seq = 3",
        "UPDATE payments SET seal = (SELECT seal FROM payments WHERE seq = 4) WHERE seq = 3",
        "DELETE FROM payments WHERE seq = 3",
    ] {
        let dir = tempfile::tempdir().unwrap();
        full_of_life(dir.path());
        let journal = Journal::open(dir.path()).unwrap();
        tamper(dir.path(), sql);
        let third: PaymentId = PaymentId::new(journal.till(), 3);
        assert!(!matches!(journal.payment(&third), Ok(Some(_))), "{sql}");
        assert_eq!(journal.verify().unwrap().misfit, Some(Misfit::Payment(third)), "{sql}");
    }
}

/// Copies the files of a journal that is still open, as a power cut leaves them.
fn snapshot_of_files(from: &Path, to: &Path) {
    for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// Whatever happened to the files: either the journal says that it is damaged, or what it tells is true.
fn assert_true_or_damaged(dir: &Path, truth: &[PaymentRecord], what: &str) {
    let journal = match Journal::open(dir) {
        Ok(journal) => journal,
        Err(
            JournalError::Damaged { .. }
            | JournalError::Io { .. }
            | JournalError::Newer { .. }
            | JournalError::Sqlite { .. },
        ) => return,
        Err(error) => panic!("{what}: {error:?}"),
    };
    let Ok(found) = journal.history(&HistoryQuery::default()) else { return };
    for record in found {
        let known = truth.iter().find(|known| known.id == record.id).unwrap_or_else(|| panic!("{what}: {record:?}"));
        if record.state.is_final() {
            // What voids a payment is looked up, not sealed; nothing is voided here.
            assert_eq!(
                (&record.state, &record.outcome, &record.request),
                (&known.state, &known.outcome, &known.request),
                "{what}"
            );
        }
    }
    let _ = journal.verify();
    let Ok(open) = journal.open_payments(None) else { return };
    for known in truth.iter().filter(|known| !known.state.is_final()) {
        assert!(open.iter().any(|record| record.id == known.id), "{what}: a payment in doubt is forgotten");
    }
}

#[test]
fn a_write_ahead_log_cut_off_anywhere_leaves_a_true_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let mut open = Journal::open(dir.path()).unwrap();
    for number in 1..=5 {
        approved(&mut open, sale(number * 100));
    }
    let truth = open.history(&HistoryQuery::default()).unwrap();
    let log = fs::metadata(dir.path().join(format!("{FILE_NAME}-wal"))).unwrap().len();
    assert!(log > 0);
    for step in 0..40 {
        let cut = tempfile::tempdir().unwrap();
        snapshot_of_files(dir.path(), cut.path());
        let length = log * step / 40 + step % 3;
        fs::OpenOptions::new()
            .write(true)
            .open(cut.path().join(format!("{FILE_NAME}-wal")))
            .unwrap()
            .set_len(length)
            .unwrap();
        let journal = Journal::open(cut.path()).unwrap();
        let report = journal.verify().unwrap();
        assert!(report.is_whole(), "cut at {length}: {report:?}");
        for record in journal.history(&HistoryQuery::default()).unwrap() {
            let known = truth.iter().find(|known| known.id == record.id).unwrap();
            assert_eq!(record.request, known.request);
            assert!(!record.state.is_final() || record.outcome == known.outcome, "cut at {length}");
        }
    }
}

#[test]
fn flipped_bits_are_noticed_or_change_nothing_that_counts() {
    let dir = tempfile::tempdir().unwrap();
    let truth = full_of_life(dir.path());
    let whole = fs::read(dir.path().join(FILE_NAME)).unwrap();
    let step = std::env::var("CHECKSTAND_BIT_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(251);
    let everywhere = (0..whole.len()).step_by(step).chain(0..100);
    for (turn, at) in everywhere.enumerate() {
        let hurt = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (turn % 8);
        fs::write(hurt.path().join(FILE_NAME), bytes).unwrap();
        assert_true_or_damaged(hurt.path(), &truth, &format!("bit {} of byte {at}", turn % 8));
    }
}

#[test]
fn a_shortened_file_is_damaged_or_true() {
    let dir = tempfile::tempdir().unwrap();
    let truth = full_of_life(dir.path());
    let whole = fs::read(dir.path().join(FILE_NAME)).unwrap();
    for length in (0..whole.len()).step_by(1_777) {
        let hurt = tempfile::tempdir().unwrap();
        fs::write(hurt.path().join(FILE_NAME), &whole[..length]).unwrap();
        assert_true_or_damaged(hurt.path(), &truth, &format!("cut at {length}"));
    }
}

#[test]
fn what_is_no_journal_is_refused_as_damaged() {
    let damaged = |dir: &Path| Journal::open(dir).unwrap_err().key() == "journal-damaged";
    for content in ["", "hello", &"no database ".repeat(1_000)] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE_NAME), content).unwrap();
        assert!(damaged(dir.path()), "{content:.20}");
        assert_eq!(fs::read_to_string(dir.path().join(FILE_NAME)).unwrap(), content, "left as it was");
    }
    let dir = tempfile::tempdir().unwrap();
    Connection::open(dir.path().join(FILE_NAME)).unwrap().execute_batch("CREATE TABLE other (a)").unwrap();
    assert!(damaged(dir.path()), "another program's database");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(format!("{FILE_NAME}-wal")), "left over").unwrap();
    assert!(damaged(dir.path()), "only the log is left");
}

#[test]
fn a_journal_whose_end_is_cut_off_is_damaged_wherever_it_was_cut() {
    let dir = tempfile::tempdir().unwrap();
    full_of_life(dir.path());
    let file = dir.path().join(FILE_NAME);
    let whole = fs::read(&file).unwrap();
    for lost in [1, 100, 4_095, 4_096, 4_097, whole.len() / 2] {
        fs::write(&file, &whole[..whole.len() - lost]).unwrap();
        assert_eq!(Journal::open(dir.path()).unwrap_err().key(), "journal-damaged", "{lost} bytes lost");
    }
    fs::write(&file, &whole).unwrap();
    Journal::open(dir.path()).unwrap();
}

#[test]
fn a_folder_in_the_journals_place_is_no_data_directory() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    fs::create_dir(&file).unwrap();
    assert!(matches!(Journal::open(&file), Err(JournalError::Damaged { .. })));
    assert!(matches!(Journal::open_reading(&file), Err(JournalError::Damaged { .. })));
    assert_eq!(fs::read_dir(&file).unwrap().count(), 0, "nothing was made in it");
}

#[test]
fn a_journal_of_a_newer_program_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    full_of_life(dir.path());
    Connection::open(dir.path().join(FILE_NAME)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Journal::open(dir.path()), Err(JournalError::Newer { found: 99, .. })));
    assert!(matches!(Journal::open_reading(dir.path()), Err(JournalError::Newer { found: 99, .. })));
}

#[test]
fn a_full_disk_stops_new_payments_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let id = approved(&mut journal, sale(100));
    journal.limit_pages(1).unwrap();
    let on_another = |number: i32| NewPayment { terminal: format!("T{number}"), ..sale(5) };
    let refused = (0..200).find_map(|number| journal.record(on_another(number)).err());
    assert_eq!(refused, Some(JournalError::DiskFull));
    assert_eq!(payment(&journal, &id).outcome, Some(approval(100)));
    assert!(journal.verify().unwrap().is_whole());
    journal.limit_pages(1_000_000).unwrap();
    journal.record(sale(100)).unwrap();
}

#[test]
fn reading_beside_a_running_program_sees_what_it_commits_and_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let nothing = Journal::open_reading(&dir.path().join(FILE_NAME)).unwrap();
    assert_eq!(nothing.history(&HistoryQuery::default()).unwrap(), []);
    assert!(!dir.path().join(FILE_NAME).exists(), "reading makes nothing");
    let mut writer = Journal::open(dir.path()).unwrap();
    let mut reader = Journal::open_reading(dir.path()).unwrap();
    let version = reader.version().unwrap();
    let id = approved(&mut writer, sale(100));
    assert_ne!(reader.version().unwrap(), version);
    assert_eq!(payment(&reader, &id), payment(&writer, &id));
    assert_eq!(reader.record(sale(100)), Err(JournalError::ReadOnly));
    drop(writer);
    drop(reader);
    assert_eq!(payment(&Journal::open_reading(dir.path()).unwrap(), &id).state, PaymentState::Approved);
}

#[test]
fn many_writers_at_once_make_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in 0..10 {
            let dir = dir.path();
            scope.spawn(move || {
                // They all come upon a directory without a journal.
                let mut journal = Journal::open(dir).unwrap();
                for _ in 0..10 {
                    approved(&mut journal, NewPayment { terminal: format!("T{number}"), ..sale(100) });
                }
            });
        }
    });
    let journal = Journal::open(dir.path()).unwrap();
    let report = journal.verify().unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.rows, 400);
    assert_eq!(journal.history(&HistoryQuery::default()).unwrap().len(), 100);
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name.to_string_lossy().starts_with(FILE_NAME)), "{names:?}");
}

#[test]
fn every_pair_of_events_can_be_written_and_replayed() {
    for first in PaymentEvent::ALL {
        for second in PaymentEvent::ALL {
            let mut journal = Journal::open_in_memory().unwrap();
            let id = record(&mut journal, sale(100));
            let events = [PaymentEvent::Transmitted, first, second];
            let entries: Vec<_> = events.into_iter().map(|event| happened(&id, event, None)).collect();
            journal.commit(&entries).unwrap();
            assert!(journal.verify().unwrap().is_whole(), "{first:?} {second:?}");
        }
    }
}

fn about(of: &PaymentId, operation: Operation, minor: i64) -> NewPayment {
    let mut new = request(operation, minor);
    new.request.of =
        Some(Original { payment: of.clone(), operation: Operation::Sale, taken: crowns(10_000), reference: None });
    new
}

#[test]
fn a_wallets_code_never_reaches_the_disk() {
    const CODE: &str = "2876342091550017";
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let mut new = sale(10_000);
    (new.request.tender, new.request.code) = (Some(Tender::Wallet), Some(ScannedCode::new(CODE)));
    let shown = format!("{new:?}");
    assert!(shown.contains("***") && !shown.contains(CODE), "{shown}");
    let recorded = journal.record(new).unwrap();
    assert_eq!(recorded.request.code.as_ref().map(ScannedCode::reveal), Some(CODE), "the request that leaves has it");
    let read = payment(&journal, &recorded.id);
    assert_eq!((read.request.tender, read.request.code), (Some(Tender::Wallet), None));
    drop(journal);
    for file in fs::read_dir(dir.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(CODE.len()).any(|window| window == CODE.as_bytes()));
    }
}

#[test]
fn a_drawn_signature_never_reaches_the_disk() {
    // The largest there is, and the smallest picture there can be: of one pixel, 67 bytes.
    for size in [256 * 1024, 67] {
        let picture: Vec<u8> = (0..size).map(|number: u32| (number * 31 % 251) as u8).collect();
        let base64 = STANDARD.encode(&picture);
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let id = record(&mut journal, sale(10_000));
        let body = format!(
            r#"{{"type":"SUBMIT_SIGNATURE_REQUEST","tag":"t-4","submitSignatureRequest":{{"type":"DIGITAL","data":"{base64}"}}}}"#
        );
        let message = Entry::Message {
            terminal: "Counter 1".to_owned(),
            payment: Some(id.clone()),
            channel: "payserver#1".to_owned(),
            sent: true,
            body: body.into_bytes(),
            at: at(),
        };
        journal.commit(&[message]).unwrap();
        assert!(format!("{:?}", journal.messages(&id).unwrap()).contains("DIGITAL"));
        drop(journal);
        let parts: Vec<&[u8]> = [0, base64.len() / 2].map(|from| &base64.as_bytes()[from..from + 24]).to_vec();
        for file in fs::read_dir(dir.path()).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            for part in &parts {
                assert!(!bytes.windows(part.len()).any(|window| window == *part));
            }
        }
    }
}

#[test]
fn everything_about_a_payment_is_found_oldest_first() {
    let mut journal = Journal::open_in_memory().unwrap();
    let first = approved(&mut journal, sale(10_000));
    let refund = approved(&mut journal, about(&first, Operation::Refund, 4_000));
    let other = approved(&mut journal, sale(20_000));
    let void = approved(&mut journal, about(&refund, Operation::Void, 4_000));
    let tip = approved(&mut journal, about(&first, Operation::Tip, 1_000));
    let found = |id: &PaymentId| -> Vec<PaymentId> {
        journal.payments_about(id).unwrap().into_iter().map(|record| record.id).collect()
    };
    assert_eq!(found(&first), [refund.clone(), tip]);
    assert_eq!(found(&refund), std::slice::from_ref(&void));
    assert_eq!(found(&other), []);
    assert_eq!(journal.payments_about(&first).unwrap()[0].voided_by, Some(void));
}

#[test]
fn a_tip_adjustment_decided_as_paid_books_the_whole_sale_with_the_new_tip() {
    let mut journal = Journal::open_in_memory().unwrap();
    let sold = record(&mut journal, sale(10_000));
    let with_tip = Taken { tip_minor: 500, ..Taken::exactly(crowns(10_500)) };
    let approval = Outcome::approved(with_tip);
    let entries =
        [happened(&sold, PaymentEvent::Transmitted, None), happened(&sold, PaymentEvent::Approved, Some(approval))];
    journal.commit(&entries).unwrap();
    let tip = record(&mut journal, about(&sold, Operation::Tip, 1_500));
    let lost = [happened(&tip, PaymentEvent::Transmitted, None), happened(&tip, PaymentEvent::Lost, Some(doubt()))];
    journal.commit(&lost).unwrap();
    let decided = journal.decide(&tip, decision(true)).unwrap();
    let taken = decided.outcome.unwrap().taken.unwrap();
    assert_eq!(taken, Taken { tip_minor: 1_500, ..Taken::exactly(crowns(11_500)) });
}

fn day_end(terminal: &str, report: DayReport, line: &str) -> Entry {
    let end = DayEnd {
        report,
        lines: vec![line.to_owned()],
        total: Some(crowns(4_821)),
        ..DayEnd::bare(DayVerdict::Reported)
    };
    Entry::Note { terminal: terminal.to_owned(), payment: None, kind: "day-end".to_owned(), body: json!(end), at: at() }
}

#[test]
fn day_ends_are_kept_whole_and_read_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    journal.commit(&[day_end("Counter 1", DayReport::X, "X BALANCE")]).unwrap();
    approved(&mut journal, sale(10_000));
    journal
        .commit(&[day_end("Bar", DayReport::EndOfDay, "CARD 4111111111111111"), day_end("Bar", DayReport::Z, "Z")])
        .unwrap();
    let reading = Journal::open_reading(dir.path()).unwrap();
    let kept = |terminal, limit| -> Vec<(String, DayReport)> {
        let ends = reading.day_ends(terminal, limit).unwrap();
        ends.into_iter().map(|kept| (kept.terminal, kept.end.report)).collect()
    };
    let bar = |report| ("Bar".to_owned(), report);
    let counter = ("Counter 1".to_owned(), DayReport::X);
    assert_eq!(kept(None, 20), [bar(DayReport::Z), bar(DayReport::EndOfDay), counter.clone()]);
    assert_eq!(kept(None, 1), [bar(DayReport::Z)]);
    assert_eq!(kept(Some("Counter 1"), 20), [counter]);
    assert_eq!(kept(Some("Nowhere"), 20), []);
    let whole = reading.day_ends(Some("Bar"), 20).unwrap();
    assert_eq!((whole[1].at, whole[1].end.total), (at(), Some(crowns(4_821))));
    assert!(!whole[1].end.lines[0].contains("4111111111111111"), "{whole:?}");
}

#[test]
fn a_day_end_of_an_earlier_version_was_an_end_of_day() {
    let mut journal = Journal::open_in_memory().unwrap();
    let body = json!({ "verdict": "closed", "batch": "17" });
    let Entry::Note { terminal, payment, kind, at, .. } = day_end("Bar", DayReport::X, "") else { unreachable!() };
    journal.commit(&[Entry::Note { terminal, payment, kind, body, at }]).unwrap();
    let kept = journal.day_ends(None, 1).unwrap().remove(0);
    assert_eq!(kept.end, DayEnd { batch: Some("17".to_owned()), ..DayEnd::bare(DayVerdict::Closed) });
}

#[test]
fn a_day_end_that_was_edited_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    // More than are looked at when the journal is opened.
    journal.commit(&vec![day_end("Bar", DayReport::Z, "TOTAL 48.21"); 100]).unwrap();
    drop(journal);
    tamper(dir.path(), "UPDATE events SET body = replace(body, '48.21', '84.21') WHERE number = 1");
    let journal = Journal::open_reading(dir.path()).unwrap();
    assert_eq!(journal.day_ends(None, 20).unwrap().len(), 20);
    assert!(matches!(journal.day_ends(None, 100), Err(JournalError::Damaged { .. })));
}

#[test]
fn a_journal_of_the_first_format_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let sold = approved(&mut journal, sale(10_000));
    let refund = approved(&mut journal, about(&sold, Operation::Refund, 4_000));
    journal.commit(&[day_end("Bar", DayReport::X, "X")]).unwrap();
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    let older = "DROP INDEX payments_about; DROP INDEX events_day_ends; DROP INDEX payments_origin;
                 PRAGMA user_version = 1;";
    connection.execute_batch(&[WITHOUT_OPERATORS, WITHOUT_DAYS, WITHOUT_BILLS, older].concat()).unwrap();
    drop(connection);
    let journal = Journal::open_reading(dir.path()).unwrap();
    assert_eq!(journal.payments_about(&sold).unwrap()[0].id, refund);
    assert_eq!(journal.day_ends(None, 20).unwrap().len(), 1);
}
