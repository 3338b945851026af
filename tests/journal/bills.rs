//! Bills as the journal keeps them: paid, opened again, merged, locked, tampered with, brought along from earlier formats.

use checkstand::domain::bill::{BillStage, Discount, TableLock};
use checkstand::domain::{
    BillAccount, BillChange, BillError, BillId, BillPart, CASH, NewBill, NewLine, TableAsker, TableName, TableTaking,
};

use super::*;

fn table(name: &str) -> TableName {
    name.parse().unwrap()
}

/// A bill of so much at this table.
fn open(journal: &mut Journal, name: &str, minor: i64) -> BillId {
    let new =
        NewBill { table: Some(table(name)), lines: vec![NewLine::new("Dinner", minor)], ..NewBill::new(Currency::SEK) };
    journal.open_bill(new, at()).unwrap().bill.id
}

fn part(bill: &BillId, mut new: NewPayment) -> NewPayment {
    new.request.bill = Some(Box::new(BillPart::of(bill.clone())));
    new
}

fn on(terminal: &str, new: NewPayment) -> NewPayment {
    NewPayment { terminal: terminal.to_owned(), ..new }
}

fn cash(journal: &mut Journal, bill: &BillId, minor: i64) -> Result<PaymentId, JournalError> {
    let new = NewPayment { protocol: CASH.to_owned(), ..on(CASH, part(bill, sale(minor))) };
    journal.record_cash(new).map(|record| record.id)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, JournalError>) -> BillError {
    match result.unwrap_err() {
        JournalError::Bill(error) => error,
        other => panic!("{other:?}"),
    }
}

/// Paid, not known, due.
#[track_caller]
fn stands(journal: &Journal, bill: &BillId, stage: &BillStage, money: (i64, i64, i64)) -> BillAccount {
    let account = journal.bill_account(bill).unwrap();
    let told = &account.settlement;
    assert_eq!((told.paid_minor, told.pending_minor, told.due_minor), money);
    assert_eq!(account.bill.stage, *stage);
    account
}

fn lock(machine: &str) -> TableLock {
    TableLock { machine: machine.to_owned(), terminal: "tables".to_owned(), waiter: None, since: at() }
}

fn taking(name: &str, reference: &str, minor: i64) -> Entry {
    let taking = TableTaking {
        asker: TableAsker { machine: "70031204".to_owned(), waiter: None },
        table: name.to_owned(),
        reference: reference.to_owned(),
        amount: crowns(minor),
        outcome: approval(minor),
    };
    Entry::TakenAtTable { terminal: "tables".to_owned(), protocol: "connect".to_owned(), taking, at: at() }
}

#[test]
fn a_bill_is_after_a_restart_what_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let changes = [
        BillChange::LineAdded { line: NewLine::new("Wine", 4_000) },
        BillChange::LineDiscounted { line: 2, discount: Some(Discount::Amount(500)) },
        BillChange::Tipped { tip_minor: 300 },
        BillChange::WaiterNamed { waiter: Some("Åsa".to_owned()) },
    ];
    let before = journal.change_bill(&bill, &changes, at()).unwrap();
    drop(journal);
    let journal = Journal::open(dir.path()).unwrap();
    assert_eq!(journal.bill_account(&bill).unwrap(), before);
    assert_eq!(before.settlement.total_minor, 13_800);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn of_several_changes_all_are_made_or_none() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let changes = [BillChange::Tipped { tip_minor: 300 }, BillChange::LineVoided { line: 7 }];
    assert_eq!(refusal(journal.change_bill(&bill, &changes, at())), BillError::NoSuchLine(7));
    stands(&journal, &bill, &BillStage::Open, (0, 0, 10_000));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_bill_is_closed_by_the_payment_that_pays_the_rest_and_opened_again_by_its_void() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let first = approved(&mut journal, part(&bill, sale(4_000)));
    stands(&journal, &bill, &BillStage::Open, (4_000, 0, 6_000));
    assert_eq!(refusal(journal.record(part(&bill, sale(6_001)))), BillError::MoreThanDue);
    approved(&mut journal, part(&bill, sale(6_000)));
    let closed = stands(&journal, &bill, &BillStage::Closed, (10_000, 0, 0));
    assert_eq!(closed.bill.closing.unwrap().total_minor, 10_000);
    assert_eq!(refusal(journal.record(part(&bill, sale(1)))), BillError::NotOpen);

    let void = record(&mut journal, part(&bill, about(&first, Operation::Void, 4_000)));
    journal.commit(&[happened(&void, PaymentEvent::Transmitted, None)]).unwrap();
    // On its way back it is neither paid nor due.
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.settlement.paid_minor, account.settlement.pending_minor), (6_000, 4_000));
    journal.commit(&[happened(&void, PaymentEvent::Approved, Some(approval(4_000)))]).unwrap();
    let opened = stands(&journal, &bill, &BillStage::Open, (6_000, 0, 4_000));
    assert_eq!(opened.bill.closing, None);
    cash(&mut journal, &bill, 4_000).unwrap();
    stands(&journal, &bill, &BillStage::Closed, (10_000, 0, 0));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_payment_in_doubt_keeps_its_bill_open_until_somebody_knows() {
    for paid in [true, false] {
        let mut journal = Journal::open_in_memory().unwrap();
        let bill = open(&mut journal, "5", 10_000);
        let doubted = record(&mut journal, part(&bill, sale(7_000)));
        stands(&journal, &bill, &BillStage::Open, (0, 7_000, 3_000));
        let lost = [
            happened(&doubted, PaymentEvent::Transmitted, None),
            happened(&doubted, PaymentEvent::Lost, Some(doubt())),
        ];
        journal.commit(&lost).unwrap();
        cash(&mut journal, &bill, 3_000).unwrap();
        stands(&journal, &bill, &BillStage::Open, (3_000, 7_000, 0));
        assert_eq!(refusal(cash(&mut journal, &bill, 1)), BillError::NothingDue);
        assert_eq!(refusal(journal.close_bill(&bill, at())), BillError::StillDue);
        journal.decide(&doubted, decision(paid)).unwrap();
        match paid {
            true => stands(&journal, &bill, &BillStage::Closed, (10_000, 0, 0)),
            false => stands(&journal, &bill, &BillStage::Open, (3_000, 0, 7_000)),
        };
    }
}

#[test]
fn a_merged_bill_brings_its_payments_also_those_that_end_later() {
    let mut journal = Journal::open_in_memory().unwrap();
    let (from, into) = (open(&mut journal, "5", 10_000), open(&mut journal, "6", 5_000));
    cash(&mut journal, &from, 2_000).unwrap();
    let under_way = record(&mut journal, part(&from, sale(8_000)));
    journal.commit(&[happened(&under_way, PaymentEvent::Transmitted, None)]).unwrap();
    journal.merge_bills(&from, &into, at()).unwrap();
    stands(&journal, &into, &BillStage::Open, (2_000, 8_000, 5_000));
    assert_eq!(journal.bill_account(&from).unwrap().bill.stage, BillStage::MergedInto(into.clone()));
    cash(&mut journal, &into, 5_000).unwrap();
    stands(&journal, &into, &BillStage::Open, (7_000, 8_000, 0));
    journal.commit(&[happened(&under_way, PaymentEvent::Approved, Some(approval(8_000)))]).unwrap();
    stands(&journal, &into, &BillStage::Closed, (15_000, 0, 0));
    let void = approved(&mut journal, part(&from, about(&under_way, Operation::Void, 8_000)));
    stands(&journal, &into, &BillStage::Open, (7_000, 0, 8_000));
    assert_eq!(payment(&journal, &under_way).voided_by, Some(void));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_table_has_one_open_bill_however_its_name_is_written() {
    let mut journal = Journal::open_in_memory().unwrap();
    let first = open(&mut journal, "Bar 2", 10_000);
    let other = open(&mut journal, "7", 500);
    let again = NewBill { table: Some(table(" bar   2")), ..NewBill::new(Currency::SEK) };
    assert_eq!(refusal(journal.open_bill(again.clone(), at())), BillError::TableTaken("bar 2".to_owned()));
    let moved = [BillChange::Seated { table: Some(table("BAR 2")) }];
    assert_eq!(refusal(journal.change_bill(&other, &moved, at())), BillError::TableTaken("BAR 2".to_owned()));
    // Its own table is nobody else's.
    journal.change_bill(&first, &moved, at()).unwrap();
    assert_eq!(journal.find_bill("bar 2").unwrap().bill.id, first);
    let paid = cash(&mut journal, &first, 10_000).unwrap();
    let second = journal.open_bill(again, at()).unwrap().bill.id;
    // What is opened again by a refund is found by its name; the table is the new bill's.
    let back = NewPayment { request: about(&paid, Operation::Refund, 100).request, ..on(CASH, part(&first, sale(1))) };
    journal.record_cash(part(&first, back)).unwrap();
    stands(&journal, &first, &BillStage::Open, (9_900, 0, 100));
    assert_eq!(journal.find_bill("bar 2").unwrap().bill.id, second);
    assert_eq!(journal.find_bill(first.as_str()).unwrap().bill.id, first);
    assert_eq!(refusal(journal.find_bill("nowhere")), BillError::Unknown("nowhere".to_owned()));
}

#[test]
fn what_a_card_machine_has_locked_is_its_own_until_it_unlocks_or_a_person_lifts_the_lock() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let lock_table =
        |journal: &mut Journal, machine: &str| journal.lock_table(&table("5"), lock(machine), Currency::SEK, at());
    assert_eq!(refusal(journal.lock_table(&table("5"), lock("1"), Currency::EUR, at())), BillError::OtherCurrency);
    assert_eq!(
        refusal(journal.lock_table(&table("9"), lock("1"), Currency::SEK, at())),
        BillError::Unknown("9".to_owned())
    );
    lock_table(&mut journal, "1").unwrap();
    // The same machine has restarted, and asks again.
    lock_table(&mut journal, "1").unwrap();
    let locked = BillError::Locked("1".to_owned());
    assert_eq!(refusal(lock_table(&mut journal, "2")), locked);
    assert_eq!(refusal(cash(&mut journal, &bill, 100)), locked);
    assert_eq!(refusal(journal.record(part(&bill, sale(100)))), locked);
    assert_eq!(refusal(journal.unlock_table(&table("5"), "2", at())), BillError::NotLocked);
    // What the machine took closes the bill when it has finished with it.
    journal.commit(&[taking("5", "r-1", 10_000)]).unwrap();
    journal.commit(&[taking("5", "r-1", 10_000)]).unwrap();
    stands(&journal, &bill, &BillStage::Open, (10_000, 0, 0));
    journal.unlock_table(&table("5"), "1", at()).unwrap();
    stands(&journal, &bill, &BillStage::Closed, (10_000, 0, 0));

    let other = open(&mut journal, "5", 700);
    lock_table(&mut journal, "1").unwrap();
    let nameless = BillChange::LockLifted { by: String::new(), reason: "lost".to_owned() };
    assert_eq!(refusal(journal.change_bill(&other, &[nameless], at())), BillError::NoName);
    let lifted = BillChange::LockLifted { by: "Åsa".to_owned(), reason: "lost".to_owned() };
    journal.change_bill(&other, &[lifted], at()).unwrap();
    cash(&mut journal, &other, 700).unwrap();
    // It took it all the same: the money is on the books, whoever is at the table now.
    journal.commit(&[taking("5", "r-2", 700)]).unwrap();
    assert_eq!(journal.history(&HistoryQuery::default()).unwrap().len(), 3);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_card_number_that_somebody_types_is_masked() {
    let dir = tempfile::tempdir().unwrap();
    let number = "4111111111111111";
    let mut journal = Journal::open(dir.path()).unwrap();
    let new = NewBill {
        table: Some(table("5")),
        waiter: Some(number.to_owned()),
        lines: vec![NewLine::new(&format!("Dinner {number}"), 500)],
        ..NewBill::new(Currency::SEK)
    };
    let bill = journal.open_bill(new, at()).unwrap().bill.id;
    journal.lock_table(&table("5"), lock("1"), Currency::SEK, at()).unwrap();
    let changes = [
        BillChange::LockLifted { by: format!("Åsa {number}"), reason: number.to_owned() },
        BillChange::LineAdded { line: NewLine::new(&format!("Wine {number}"), 500) },
        BillChange::WaiterNamed { waiter: Some(format!("Eva {number}")) },
    ];
    let bill = journal.change_bill(&bill, &changes, at()).unwrap().bill;
    assert_eq!(bill.waiter.as_deref(), Some("Eva ************1111"));
    drop(journal);
    for entry in fs::read_dir(dir.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(number.len()).any(|window| window == number.as_bytes()));
    }
    assert!(Journal::open(dir.path()).unwrap().verify().unwrap().is_whole());
}

#[test]
fn what_was_on_the_screen_of_a_program_that_is_gone_is_put_back() {
    let mut journal = Journal::open_in_memory().unwrap();
    let (held, locked) = (open(&mut journal, "5", 100), open(&mut journal, "6", 100));
    journal.change_bill(&held, &[BillChange::TakenUp], at()).unwrap();
    journal.lock_table(&table("6"), lock("1"), Currency::SEK, at()).unwrap();
    journal.put_back_bills(at()).unwrap();
    assert_eq!(journal.bill_account(&held).unwrap().bill.held, None);
    assert!(journal.bill_account(&locked).unwrap().bill.lock().is_some());
}

#[test]
fn many_programs_that_take_cash_at_once_never_take_too_much() {
    let dir = tempfile::tempdir().unwrap();
    let bill = open(&mut Journal::open(dir.path()).unwrap(), "5", 1_000);
    let taken: usize = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let mut journal = Journal::open(dir.path()).unwrap();
                let bill = bill.clone();
                scope.spawn(move || (0..10).filter(|_| cash(&mut journal, &bill, 70).is_ok()).count())
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).sum()
    });
    assert_eq!(taken, 14);
    let journal = Journal::open(dir.path()).unwrap();
    stands(&journal, &bill, &BillStage::Open, (980, 0, 20));
    assert!(journal.verify().unwrap().is_whole());
}

/// Two bills, the first of them paid in part.
fn lively(dir: &Path) -> (BillId, BillId, PaymentId) {
    let mut journal = Journal::open(dir).unwrap();
    let (first, second) = (open(&mut journal, "5", 10_000), open(&mut journal, "6", 300));
    cash(&mut journal, &first, 1_000).unwrap();
    let under_way = record(&mut journal, part(&first, sale(9_000)));
    journal.commit(&[happened(&under_way, PaymentEvent::Transmitted, None)]).unwrap();
    (first, second, under_way)
}

const TAMPERED: [&str; 6] = [
    "UPDATE bills SET body = replace(body, '10000', '20000') WHERE seq = 1",
    "UPDATE bills SET stage = 'closed' WHERE seq = 1",
    "UPDATE bills SET place = '9' WHERE seq = 1",
    "UPDATE bills SET seal = (SELECT seal FROM bills WHERE seq = 2) WHERE seq = 1",
    "UPDATE bills SET (body, seal) = (SELECT body, seal FROM bills WHERE seq = 2) WHERE seq = 1",
    "UPDATE bills SET body = 'rubbish' WHERE seq = 1",
];

fn tamper_with_bill(dir: &Path, sql: &str) {
    let connection = Connection::open(dir.join(FILE_NAME)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

#[test]
fn a_bill_that_was_edited_is_not_believed_and_the_look_at_everything_finds_it() {
    for sql in TAMPERED {
        let dir = tempfile::tempdir().unwrap();
        let (first, second, _) = lively(dir.path());
        tamper_with_bill(dir.path(), sql);
        let mut journal = Journal::open(dir.path()).unwrap();
        assert_eq!(journal.verify().unwrap().misfit, Some(Misfit::Bill(first.clone())), "{sql}");
        assert!(matches!(journal.bill_account(&first), Err(JournalError::Damaged { .. })), "{sql}");
        assert!(matches!(cash(&mut journal, &first, 1), Err(JournalError::Damaged { .. })), "{sql}");
        cash(&mut journal, &second, 300).unwrap();
    }
}

#[test]
fn a_bill_that_is_damaged_keeps_no_outcome_from_being_written() {
    for sql in TAMPERED {
        let dir = tempfile::tempdir().unwrap();
        let (_, _, under_way) = lively(dir.path());
        tamper_with_bill(dir.path(), sql);
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.commit(&[happened(&under_way, PaymentEvent::Approved, Some(approval(9_000)))]).unwrap();
        assert_eq!(payment(&journal, &under_way).verdict(), Verdict::Approved, "{sql}");
        journal.commit(&[taking("5", "r-1", 100)]).unwrap();
        assert_eq!(journal.payments_from("connect", "r-1").unwrap().len(), 1, "{sql}");
    }
}

#[test]
fn a_bill_that_is_damaged_is_named_and_hides_none_of_the_others() {
    for sql in TAMPERED.into_iter().filter(|sql| !sql.contains("stage")) {
        let dir = tempfile::tempdir().unwrap();
        let (first, second, _) = lively(dir.path());
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.change_bill(&second, &[BillChange::TakenUp], at()).unwrap();
        tamper_with_bill(dir.path(), sql);
        let open: Vec<BillId> = journal.open_bills().unwrap().into_iter().map(|account| account.bill.id).collect();
        assert_eq!((open, journal.damaged_open_bills().unwrap()), (vec![second.clone()], vec![first]), "{sql}");
        assert_eq!(journal.parked_bills().unwrap(), 1, "it is none that waits: {sql}");
        journal.put_back_bills(at()).unwrap();
        assert_eq!(journal.bill_account(&second).unwrap().bill.held, None, "{sql}");
    }
    let dir = tempfile::tempdir().unwrap();
    let (first, second, _) = lively(dir.path());
    // One of its payments.
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    connection.execute("UPDATE payments SET seal = zeroblob(16) WHERE seq = 2", []).unwrap();
    let journal = Journal::open_reading(dir.path());
    if let Ok(journal) = journal {
        assert_eq!(journal.open_bills().unwrap()[0].bill.id, second);
        assert_eq!(journal.damaged_open_bills().unwrap(), [first]);
    }
}

#[test]
fn a_day_is_added_up_though_the_row_of_a_bill_in_it_is_damaged() {
    for sql in TAMPERED {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let bill = open(&mut journal, "5", 10_000);
        open(&mut journal, "6", 300);
        cash(&mut journal, &bill, 10_000).unwrap();
        let before = journal.day_totals().unwrap();
        tamper_with_bill(dir.path(), &sql.replace("'closed'", "'open'"));
        assert_eq!(journal.day_totals().unwrap(), before, "{sql}");
        assert_eq!(journal.close_shop_day(None, Vec::new(), at()).unwrap().totals, before.totals, "{sql}");
    }
}

#[test]
fn nothing_is_given_back_under_a_card_machine_that_has_the_table() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let card = approved(&mut journal, part(&bill, sale(4_000)));
    let coins = cash(&mut journal, &bill, 1_000).unwrap();
    journal.lock_table(&table("5"), lock("1"), Currency::SEK, at()).unwrap();
    let locked = BillError::Locked("1".to_owned());
    let refund = part(&bill, about(&card, Operation::Refund, 500));
    assert_eq!(refusal(journal.record(refund)), locked);
    assert_eq!(refusal(journal.record(part(&bill, about(&card, Operation::Void, 4_000)))), locked);
    assert_eq!(refusal(journal.record_cash(on(CASH, part(&bill, about(&coins, Operation::Refund, 100))))), locked);
    journal.unlock_table(&table("5"), "1", at()).unwrap();

    // What had begun before the machine came ends as it ends.
    let void = record(&mut journal, part(&bill, about(&card, Operation::Void, 4_000)));
    journal.commit(&[happened(&void, PaymentEvent::Transmitted, None)]).unwrap();
    journal.lock_table(&table("5"), lock("1"), Currency::SEK, at()).unwrap();
    journal.commit(&[happened(&void, PaymentEvent::Approved, Some(approval(4_000)))]).unwrap();
    stands(&journal, &bill, &BillStage::Open, (1_000, 0, 9_000));
    // A bill that others have in hand is another one's affair.
    let other = open(&mut journal, "6", 700);
    let paid = cash(&mut journal, &other, 700).unwrap();
    journal.record_cash(on(CASH, part(&other, about(&paid, Operation::Refund, 700)))).unwrap();
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_bill_that_is_opened_again_leaves_its_table_to_those_who_sit_there_now() {
    let mut journal = Journal::open_in_memory().unwrap();
    // Opened before, and moved to the table after the others had paid: the newer bill is not the one at the table.
    let moved = open(&mut journal, "7", 500);
    let first = open(&mut journal, "5", 10_000);
    let paid = approved(&mut journal, part(&first, sale(10_000)));
    journal.change_bill(&moved, &[BillChange::Seated { table: Some(table("5")) }], at()).unwrap();
    journal.lock_table(&table("5"), lock("70031204"), Currency::SEK, at()).unwrap();
    approved(&mut journal, part(&first, about(&paid, Operation::Void, 10_000)));
    assert_eq!(stands(&journal, &first, &BillStage::Open, (0, 0, 10_000)).bill.table, None);
    journal.commit(&[taking("5", "r-1", 500)]).unwrap();
    stands(&journal, &moved, &BillStage::Open, (500, 0, 0));
    journal.unlock_table(&table("5"), "70031204", at()).unwrap();
    stands(&journal, &moved, &BillStage::Closed, (500, 0, 0));
    stands(&journal, &first, &BillStage::Open, (0, 0, 10_000));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn who_gets_a_tip_back_as_well_owes_no_more_than_was_paid_of_the_bill() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 10_000);
    let tipped = Outcome::approved(Taken { tip_minor: 1_000, ..Taken::exactly(crowns(11_000)) });
    let sold = record(&mut journal, part(&bill, sale(10_000)));
    journal
        .commit(&[
            happened(&sold, PaymentEvent::Transmitted, None),
            happened(&sold, PaymentEvent::Approved, Some(tipped)),
        ])
        .unwrap();
    stands(&journal, &bill, &BillStage::Closed, (10_000, 0, 0));
    let back = record(&mut journal, part(&bill, about(&sold, Operation::Refund, 11_000)));
    journal.commit(&[happened(&back, PaymentEvent::Transmitted, None)]).unwrap();
    stands(&journal, &bill, &BillStage::Open, (0, 10_000, 0));
    journal.commit(&[happened(&back, PaymentEvent::Approved, Some(approval(11_000)))]).unwrap();
    stands(&journal, &bill, &BillStage::Open, (0, 0, 10_000));
    journal.change_bill(&bill, &[BillChange::Removed], at()).unwrap();
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn lines_that_were_paid_stay_paid_when_their_bill_is_merged() {
    let mut journal = Journal::open_in_memory().unwrap();
    let (middle, into) = (open(&mut journal, "6", 300), open(&mut journal, "7", 700));
    let from = open(&mut journal, "5", 100);
    let of = |bill: &BillId, line: u32, minor: i64| {
        let mut new = on(CASH, part(bill, sale(minor)));
        new.request.bill.as_mut().unwrap().lines = vec![line];
        new
    };
    journal.change_bill(&from, &[BillChange::LineAdded { line: NewLine::new("Wine", 50) }], at()).unwrap();
    journal.record_cash(of(&from, 2, 50)).unwrap();
    let merged = journal.merge_bills(&from, &middle, at()).unwrap();
    assert_eq!(merged.lines_spoken_for().into_iter().collect::<Vec<_>>(), [3]);
    journal.record_cash(of(&middle, 1, 300)).unwrap();
    let merged = journal.merge_bills(&middle, &into, at()).unwrap();
    // Plaice 700, dinner 300, dinner 100, wine 50.
    assert_eq!(merged.lines_spoken_for().into_iter().collect::<Vec<_>>(), [2, 4]);
    assert_eq!((merged.part_of(&[1]), merged.part_of(&[4])), (Ok(700), Err(BillError::NoSuchLine(4))));
    assert_eq!(refusal(journal.record_cash(of(&into, 2, 300))), BillError::NoSuchLine(2));
    journal.record_cash(of(&into, 1, 700)).unwrap();
    journal.record_cash(of(&into, 3, 100)).unwrap();
    stands(&journal, &into, &BillStage::Closed, (1_150, 0, 0));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn cash_goes_back_in_the_currency_in_which_it_came() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 1_000);
    let paid = cash(&mut journal, &bill, 1_000).unwrap();
    let mut back = on(CASH, part(&bill, about(&paid, Operation::Refund, 1_000)));
    back.request.amount = Money::new(1_000, Currency::EUR);
    assert_eq!(refusal(journal.record_cash(back)), BillError::OtherCurrency);
    stands(&journal, &bill, &BillStage::Closed, (1_000, 0, 0));
}

#[test]
fn no_sum_that_is_handed_over_breaks_a_bill() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "5", 1_000);
    for _ in 0..3 {
        let mut new = on(CASH, part(&bill, sale(100)));
        new.request.bill.as_mut().unwrap().given_minor = Some(i64::MAX);
        journal.record_cash(new).unwrap();
    }
    stands(&journal, &bill, &BillStage::Open, (300, 0, 700));
}

#[test]
fn the_database_itself_refuses_to_lose_a_bill() {
    let dir = tempfile::tempdir().unwrap();
    lively(dir.path());
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    assert!(connection.execute("DELETE FROM bills", []).is_err());
}

#[test]
fn a_journal_of_the_fifth_format_gets_its_bills_and_keeps_its_payments() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let sold = approved(&mut journal, sale(10_000));
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    connection
        .execute_batch(&[WITHOUT_OPERATORS, WITHOUT_DAYS, WITHOUT_BILLS, "PRAGMA user_version = 5;"].concat())
        .unwrap();
    drop(connection);
    // Also by a program that only reads.
    assert!(Journal::open_reading(dir.path()).unwrap().open_bills().unwrap().is_empty());
    let mut journal = Journal::open(dir.path()).unwrap();
    assert_eq!(payment(&journal, &sold).verdict(), Verdict::Approved);
    let bill = open(&mut journal, "5", 500);
    cash(&mut journal, &bill, 500).unwrap();
    stands(&journal, &bill, &BillStage::Closed, (500, 0, 0));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn bills_at_tables_are_counted_as_they_are_listed() {
    let mut journal = Journal::open_in_memory().unwrap();
    let as_listed = |journal: &Journal| {
        let listed = journal.open_bills().unwrap().iter().filter(|account| account.bill.table.is_some()).count();
        assert_eq!(journal.parked_bills().unwrap(), listed);
        listed
    };
    assert_eq!(as_listed(&journal), 0);
    let (first, second) = (open(&mut journal, "5", 1_000), open(&mut journal, "6", 2_000));
    journal.open_bill(NewBill::new(Currency::SEK), at()).unwrap();
    assert_eq!(as_listed(&journal), 2, "one is at no table");
    journal.change_bill(&second, &[BillChange::TakenUp], at()).unwrap();
    assert_eq!(as_listed(&journal), 2, "the one on a screen has its table");
    journal.change_bill(&second, &[BillChange::Seated { table: None }], at()).unwrap();
    assert_eq!(as_listed(&journal), 1);
    cash(&mut journal, &first, 400).unwrap();
    assert_eq!(as_listed(&journal), 1, "a part is paid");
    cash(&mut journal, &first, 600).unwrap();
    assert_eq!(as_listed(&journal), 0);
}
