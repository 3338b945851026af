//! What card machines take at tables is in the journal once, and on the bill it is for.

use checkstand::domain::bill::BillStage;
use checkstand::domain::{
    BillAccount, BillChange, BillError, Fulfilment, NewBill, NewLine, PrintedLine, TableAnswer, TableAsker, TableName,
    TableTaking, TableTask, Whence,
};
use checkstand::terminal::TableDesk;

use super::*;

const MACHINE: &str = "70031204";

fn pounds(minor: i64) -> Money {
    Money::new(minor, Currency::GBP)
}

fn table(name: &str) -> TableName {
    name.parse().unwrap()
}

fn open(journal: &mut Journal, name: &str, minor: i64) -> BillAccount {
    let mut new = NewBill::new(Currency::GBP);
    new.table = Some(table(name));
    new.lines = vec![NewLine::new("Plaice", minor)];
    journal.open_bill(new, at()).unwrap()
}

fn asker(machine: &str) -> TableAsker {
    TableAsker { machine: machine.to_owned(), waiter: None }
}

fn desk() -> TableDesk {
    let print = |account: &BillAccount, paid: bool| vec![PrintedLine::plain(format!("{} {paid}", account.due()))];
    TableDesk { terminal: "tables".to_owned(), currency: Currency::GBP, print: std::sync::Arc::new(print) }
}

fn taking(reference: &str, name: &str, amount: i64, tip: i64) -> TableTaking {
    let taken = Taken { tip_minor: tip, ..Taken::exactly(pounds(amount + tip)) };
    TableTaking {
        asker: asker(MACHINE),
        table: name.to_owned(),
        reference: reference.to_owned(),
        amount: pounds(amount),
        outcome: Outcome::approved(taken),
    }
}

fn take(journal: &mut Journal, taking: TableTaking) -> Vec<Contradiction> {
    let (terminal, protocol) = ("tables".to_owned(), "connect".to_owned());
    journal.commit(&[Entry::TakenAtTable { terminal, protocol, taking, at: at() }]).unwrap()
}

fn lists(journal: &mut Journal, machine: &str) -> Vec<String> {
    match desk().answer(journal, TableTask::List { asker: asker(machine) }, at()) {
        Fulfilment::AtTable(TableAnswer::Tables(tables, _)) => tables,
        other => panic!("{other:?}"),
    }
}

fn locks(journal: &mut Journal, machine: &str, name: &str) -> Fulfilment {
    desk().answer(journal, TableTask::Lock { asker: asker(machine), table: name.to_owned() }, at())
}

fn unlocks(journal: &mut Journal, machine: &str, name: &str) -> Fulfilment {
    desk().answer(journal, TableTask::Unlock { asker: asker(machine), table: name.to_owned() }, at())
}

fn is_locked(fulfilment: &Fulfilment, minor: i64) -> bool {
    *fulfilment == Fulfilment::AtTable(TableAnswer::Locked(pounds(minor)))
}

#[test]
fn a_table_is_listed_locked_paid_and_closed_when_the_machine_lets_go() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "12", 6_480).bill.id;
    assert_eq!(lists(&mut journal, MACHINE), ["12"]);
    assert!(is_locked(&locks(&mut journal, MACHINE, "12"), 6_480));
    assert!(take(&mut journal, taking("a", "12", 3_240, 400)).is_empty());
    let half = journal.bill_account(&bill).unwrap();
    assert_eq!(
        (half.settlement.paid_minor, half.settlement.due_minor, half.settlement.tips_minor),
        (3_240, 3_240, 400)
    );
    take(&mut journal, taking("b", "12", 3_240, 250));
    // The final receipt is asked for before the machine lets go.
    let paid = journal.find_bill("12").unwrap();
    assert!(paid.settlement.is_settled() && paid.bill.is_open());
    let printed = TableTask::Print { asker: asker(MACHINE), table: "12".to_owned(), paid: true };
    let said = Fulfilment::AtTable(TableAnswer::Printed(vec![PrintedLine::plain("0.00 GBP true")]));
    assert_eq!(desk().answer(&mut journal, printed, at()), said);
    assert_eq!(unlocks(&mut journal, MACHINE, "12"), Fulfilment::AtTable(TableAnswer::Unlocked));
    assert_eq!(journal.bill_account(&bill).unwrap().bill.stage, BillStage::Closed);
    assert!(lists(&mut journal, MACHINE).is_empty());
    let history = journal.history(&HistoryQuery::default()).unwrap();
    assert!(history.iter().all(|record| record.request.origin.as_ref().unwrap().from == Whence::Table));
    assert_eq!(history.len(), 2);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn told_twice_it_is_one_payment_and_told_otherwise_it_is_a_contradiction() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "12", 6_480).bill.id;
    take(&mut journal, taking("a", "12", 1_000, 0));
    assert!(take(&mut journal, taking("a", "12", 1_000, 0)).is_empty());
    assert_eq!(take(&mut journal, taking("a", "12", 2_000, 0)).len(), 1);
    let noted = |journal: &Journal| {
        let id = journal.payments_from("connect", "a").unwrap()[0].id.clone();
        journal.events(&id).unwrap().len()
    };
    let before = noted(&journal);
    // A machine that insists is told of again, and written down once.
    assert_eq!(take(&mut journal, taking("a", "12", 2_000, 0)).len(), 1);
    assert_eq!(noted(&journal), before);
    take(&mut journal, taking("a", "12", 3_000, 0));
    assert_eq!(noted(&journal), before + 1);
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.payments.len(), account.settlement.paid_minor), (1, 1_000));
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn what_nobody_understood_is_neither_paid_nor_due_until_it_is_told_or_decided() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "12", 1_000).bill.id;
    let unknown = Outcome::without_money(Verdict::InDoubt, Explanation::new("explain-answer-lost", Fault::Terminal));
    take(&mut journal, TableTaking { outcome: unknown.clone(), ..taking("a", "12", 1_000, 0) });
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.settlement.pending_minor, account.settlement.due_minor), (1_000, 0));
    assert!(account.bill.is_open());
    assert!(lists(&mut journal, MACHINE).is_empty());
    assert!(take(&mut journal, taking("a", "12", 1_000, 0)).is_empty());
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.settlement.paid_minor, account.bill.stage), (1_000, BillStage::Closed));
}

#[test]
fn two_machines_that_ask_for_one_table_get_it_one_after_the_other() {
    let mut journal = Journal::open_in_memory().unwrap();
    open(&mut journal, "12", 1_000);
    assert!(is_locked(&locks(&mut journal, MACHINE, "12"), 1_000));
    assert!(matches!(locks(&mut journal, "70031212", "12"), Fulfilment::Busy(_)));
    assert!(lists(&mut journal, "70031212").is_empty());
    // The first has restarted.
    assert!(is_locked(&locks(&mut journal, MACHINE, "12"), 1_000));
    unlocks(&mut journal, "70031212", "12");
    assert!(matches!(locks(&mut journal, "70031212", "12"), Fulfilment::Busy(_)));
    unlocks(&mut journal, MACHINE, "12");
    assert!(is_locked(&locks(&mut journal, "70031212", "12"), 1_000));
}

#[test]
fn a_locked_table_cannot_be_changed_or_paid_at_the_till_until_a_person_lifts_the_lock() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "12", 1_000).bill.id;
    locks(&mut journal, MACHINE, "12");
    let locked = JournalError::Bill(BillError::Locked(MACHINE.to_owned()));
    let more = BillChange::LineAdded { line: NewLine::new("Rioja", 2_780) };
    assert_eq!(journal.change_bill(&bill, &[more], at()).unwrap_err(), locked);
    let mut cash = request(Operation::Sale, 1_000);
    cash.request.amount = pounds(1_000);
    cash.request.bill = Some(Box::new(checkstand::domain::BillPart::of(bill.clone())));
    assert_eq!(journal.record_cash(cash.clone()).unwrap_err(), locked);
    assert_eq!(journal.record(cash.clone()).unwrap_err(), locked);
    let lifted = BillChange::LockLifted { by: "Åsa".to_owned(), reason: "battery".to_owned() };
    journal.change_bill(&bill, &[lifted], at()).unwrap();
    journal.record_cash(cash).unwrap();
    // What the machine took in the meantime comes all the same.
    take(&mut journal, taking("late", "12", 1_000, 0));
    let history = journal.history(&HistoryQuery::default()).unwrap();
    assert_eq!((history.len(), &history[0].request.bill), (2, &None));
    assert_eq!(history[0].verdict(), Verdict::Approved);
}

#[test]
fn money_for_a_table_that_is_gone_and_money_beyond_the_bill_is_booked_all_the_same() {
    let mut journal = Journal::open_in_memory().unwrap();
    take(&mut journal, taking("nobodys", "9", 500, 0));
    let bill = open(&mut journal, "12", 1_000).bill.id;
    locks(&mut journal, MACHINE, "12");
    take(&mut journal, taking("over", "12", 1_500, 0));
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.settlement.due_minor, account.settlement.over_minor()), (-500, 500));
    // Another currency is no money for this bill.
    let mut euro = taking("euro", "12", 100, 0);
    euro.amount = Money::new(100, "EUR".parse().unwrap());
    euro.outcome = Outcome::approved(Taken::exactly(euro.amount));
    take(&mut journal, euro);
    assert_eq!(journal.bill_account(&bill).unwrap().payments.len(), 1);
    assert_eq!(journal.history(&HistoryQuery::default()).unwrap().len(), 3);
}

#[test]
fn tables_in_another_currency_in_hand_at_the_till_in_training_and_of_another_waiter_are_not_offered() {
    let mut journal = Journal::open_in_memory().unwrap();
    let mut euro = NewBill::new("EUR".parse().unwrap());
    (euro.table, euro.lines) = (Some(table("euro")), vec![NewLine::new("Plaice", 100)]);
    journal.open_bill(euro, at()).unwrap();
    let mut training = NewBill::new(Currency::GBP);
    (training.training, training.table, training.lines) = (true, Some(table("train")), vec![NewLine::new("Plaice", 1)]);
    journal.open_bill(training, at()).unwrap();
    let held = open(&mut journal, "held", 100).bill.id;
    journal.change_bill(&held, &[BillChange::TakenUp], at()).unwrap();
    for (name, waiter) in [("seven", "7"), ("eight", "8"), ("ann", "Ann")] {
        let id = open(&mut journal, name, 100).bill.id;
        journal.change_bill(&id, &[BillChange::WaiterNamed { waiter: Some(waiter.to_owned()) }], at()).unwrap();
    }
    let asker = TableAsker { machine: MACHINE.to_owned(), waiter: Some("7".to_owned()) };
    let offered = desk().answer(&mut journal, TableTask::List { asker }, at());
    let names = vec!["seven".to_owned(), "ann".to_owned()];
    assert_eq!(offered, Fulfilment::AtTable(TableAnswer::Tables(names, Currency::GBP)));
    assert!(matches!(locks(&mut journal, MACHINE, "euro"), Fulfilment::Refused(_)));
    assert!(matches!(locks(&mut journal, MACHINE, "train"), Fulfilment::Refused(_)));
    assert!(matches!(locks(&mut journal, MACHINE, "held"), Fulfilment::Busy(_)));
    assert_eq!(locks(&mut journal, MACHINE, "13"), Fulfilment::NotKnown);
    assert_eq!(locks(&mut journal, MACHINE, " "), Fulfilment::NotKnown);
}

#[test]
fn a_table_that_was_paid_too_much_is_given_back_and_closed_all_the_same() {
    let mut journal = Journal::open_in_memory().unwrap();
    let bill = open(&mut journal, "12", 1_000).bill.id;
    locks(&mut journal, MACHINE, "12");
    take(&mut journal, taking("a", "12", 1_500, 0));
    assert_eq!(unlocks(&mut journal, MACHINE, "12"), Fulfilment::AtTable(TableAnswer::Unlocked));
    let account = journal.bill_account(&bill).unwrap();
    assert_eq!((account.bill.stage, account.bill.held, account.settlement.due_minor), (BillStage::Closed, None, -500));

    // Where the machine never lets go, a person does.
    let bill = open(&mut journal, "12", 1_000).bill.id;
    locks(&mut journal, MACHINE, "12");
    take(&mut journal, taking("b", "12", 1_500, 0));
    let lifted = BillChange::LockLifted { by: "Åsa".to_owned(), reason: "battery".to_owned() };
    journal.change_bill(&bill, &[lifted], at()).unwrap();
    assert_eq!(journal.bill_account(&bill).unwrap().bill.stage, BillStage::Closed);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn a_machine_that_does_not_tell_its_number_can_let_go_of_what_it_locked() {
    let mut journal = Journal::open_in_memory().unwrap();
    open(&mut journal, "12", 1_000);
    assert!(is_locked(&locks(&mut journal, "", "12"), 1_000));
    assert!(matches!(locks(&mut journal, MACHINE, "12"), Fulfilment::Busy(_)));
    // It may be another one that does not tell either.
    assert!(matches!(locks(&mut journal, "", "12"), Fulfilment::Busy(_)));
    assert!(lists(&mut journal, "").is_empty());
    unlocks(&mut journal, "", "12");
    assert!(is_locked(&locks(&mut journal, MACHINE, "12"), 1_000));
    unlocks(&mut journal, "", "12");
    assert_eq!(lists(&mut journal, MACHINE), ["12"]);
}
