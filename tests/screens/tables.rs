//! Bills at tables: parked, taken up, moved, merged, given up, locked by card machines and unlocked by a person.

use checkstand::domain::bill::{BillStage, Hold, TableLock};
use checkstand::domain::{BillAccount, BillChange, Money, NewBill, NewLine, TableAsker, TableTaking};
use checkstand::gui::bill_link::BillOrder;
use checkstand::journal::Entry;
use iced_test::futures::futures::executor::block_on;

use super::bench::{Bench, serving};
use super::*;

/// Somebody else, such as a waiter's command line, opens a bill at a table.
pub fn seat(bench: &mut Bench, table: &str, minor: i64) -> BillAccount {
    let mut new = NewBill::new(SEK);
    new.table = Some(table.parse().unwrap());
    new.waiter = Some("Åsa".to_owned());
    new.lines = vec![NewLine::new("Menu", minor)];
    let account = block_on(bench.bills().open(new)).unwrap();
    bench.heard();
    account
}

/// A card machine at the table locks it.
pub fn lock(bench: &mut Bench, table: &str, machine: &str) {
    let lock =
        TableLock { machine: machine.to_owned(), terminal: "tables".to_owned(), waiter: None, since: hand::now() };
    block_on(bench.bills().lock(&table.parse().unwrap(), lock, SEK)).unwrap();
    bench.heard();
}

/// A card machine has taken so much at the table.
pub fn taken(bench: &mut Bench, table: &str, minor: i64) {
    let taking = TableTaking {
        asker: TableAsker { machine: "70031204".to_owned(), waiter: None },
        table: table.to_owned(),
        reference: format!("ref-{minor}"),
        amount: Money::new(minor, SEK),
        outcome: approved(minor),
    };
    let entry =
        Entry::TakenAtTable { terminal: "tables".to_owned(), protocol: "connect".to_owned(), taking, at: hand::now() };
    block_on(bench.journal.commit(vec![entry])).unwrap();
    bench.heard();
}

fn tile(account: &BillAccount) -> String {
    format!("tile-{}", account.bill.id)
}

#[test]
fn a_bill_is_parked_at_a_table_whose_name_is_typed_and_taken_up_again() {
    let mut bench = Bench::new();
    bench.typewrite("1000+2000+");
    bench.tap(Named::PageDown);
    bench.type_into("park-name", "bar 2");
    bench.tap(Named::Enter);
    let parked = bench.newest();
    assert_eq!(parked.bill.table.as_ref().unwrap().as_str(), "bar 2");
    assert_eq!(parked.bill.held, None);
    assert!(bench.hand.has("sale"), "the next customer begins");
    bench.go_to(Place::Tables);
    assert!(bench.hand.sees("bar 2") && bench.hand.sees("30.00 SEK"));
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.held, Some(Hold::Till));
    assert!(bench.hand.sees("Table bar 2  ·  To pay") && bench.hand.has("line-2"));
    bench.typewrite("500+");
    bench.click("park-bill");
    let parked = bench.newest();
    assert_eq!((parked.bill.held, parked.sum.total_minor), (None, 3_500));
}

#[test]
fn a_table_is_chosen_with_a_finger_and_a_taken_one_is_not_offered() {
    let mut bench = Bench::new();
    seat(&mut bench, "4", 500);
    bench.typewrite("1000+");
    bench.click("park-bill");
    bench.click("table-4");
    assert!(bench.hand.has("table-4"), "somebody sits there");
    bench.tap(Named::Escape);
    bench.click("park-bill");
    bench.type_into("park-name", "4");
    bench.tap(Named::Enter);
    assert!(bench.hand.sees_part("4") && bench.hand.has("problem-read"));
    bench.type_into("park-name", "2");
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.table.as_ref().unwrap().as_str(), "42");
}

#[test]
fn an_empty_bill_put_back_is_given_up() {
    let mut bench = Bench::new();
    let account = seat(&mut bench, "4", 500);
    bench.go_to(Place::Tables);
    bench.click(&tile(&account));
    bench.click("table-take-up");
    bench.click("line-1");
    bench.click("line-void");
    assert_eq!(bench.open().len(), 1, "a table may be empty while somebody sits there");
    bench.click("park-bill");
    assert!(bench.open().is_empty());
    assert_eq!(bench.newest().bill.stage, BillStage::Removed);
}

#[test]
fn taking_up_another_table_puts_the_one_on_the_counter_back() {
    let mut bench = Bench::new();
    let four = seat(&mut bench, "4", 500);
    let seven = seat(&mut bench, "7", 900);
    for account in [&four, &seven] {
        bench.go_to(Place::Tables);
        bench.click(&tile(account));
        bench.click("table-take-up");
    }
    assert!(bench.hand.sees("Table 7  ·  To pay"));
    let held: Vec<_> = bench.open().iter().map(|account| account.bill.held.clone()).collect();
    assert_eq!(held, [None, Some(Hold::Till)]);
}

#[test]
fn a_locked_table_says_by_whom_cannot_be_taken_up_and_its_payments_come_in_live() {
    let mut bench = Bench::at(vec![terminal("front"), serving(Session::Ready(Vec::new()))]);
    let four = seat(&mut bench, "4", 5_000);
    bench.go_to(Place::Tables);
    lock(&mut bench, "4", "70031204");
    assert!(bench.hand.sees_part("Locked by machine 70031204"));
    bench.click(&tile(&four));
    for dead in ["table-take-up", "table-move", "table-merge", "table-remove"] {
        bench.click(dead);
        assert!(bench.hand.has("table-take-up"), "{dead}");
    }
    bench.tap(Named::Enter);
    assert!(matches!(bench.open()[0].bill.held, Some(Hold::Machine(_))));
    taken(&mut bench, "4", 2_000);
    assert!(bench.hand.sees("Paid 20.00 SEK") && bench.hand.sees("at the table"), "live, without a press");
    assert!(bench.hand.sees("To pay: 30.00 SEK"));
}

#[test]
fn a_forgotten_lock_is_lifted_by_a_person_in_two_steps() {
    let mut bench = Bench::new();
    let four = seat(&mut bench, "4", 5_000);
    lock(&mut bench, "4", "70031204");
    bench.go_to(Place::Tables);
    bench.click(&tile(&four));
    bench.click("table-lift");
    assert!(bench.hand.sees_part("Machine 70031204 may still take money"));
    bench.click("lift");
    assert!(!bench.hand.has("lift-yes"), "a name and a reason are needed");
    bench.type_into("lift-name", "Åsa");
    bench.type_into("lift-reason", "Its battery is dead");
    bench.tap(Named::Enter);
    assert!(!bench.hand.has("lift-yes"), "Enter lifts nothing");
    bench.click("lift");
    assert!(matches!(bench.open()[0].bill.held, Some(Hold::Machine(_))));
    bench.click("lift-yes");
    assert_eq!(bench.open()[0].bill.held, None);
    bench.click("table-take-up");
    assert_eq!(bench.open()[0].bill.held, Some(Hold::Till));
}

#[test]
fn tables_can_be_taken_back_from_another_till() {
    let discontinued = Explanation::new("explain-no-such-text", Fault::Settings);
    let mut bench = Bench::at(vec![serving(Session::Refused(discontinued)), terminal("front")]);
    assert!(!bench.hand.has("terminal-tables"), "nobody pays on it");
    bench.typewrite("1250");
    bench.tap(Named::Enter);
    assert_eq!(bench.requests()[0].0, "front");
    bench.hand.tell(desk::Message::Started("front".to_owned(), Err(Refusal::Gone)));
    bench.click("tables-lost");
    assert!(bench.hand.sees("explain-no-such-text"));
    bench.click("tables-connect-tables");
    assert_eq!(bench.other.pop(), Some(Effect::Connect { terminal: "tables".to_owned() }));
}

#[test]
fn a_payment_taken_at_a_table_says_so_in_the_history() {
    use checkstand::domain::{Origin, Whence};
    let mut bench = Bench::new();
    let mut taken = record("K7M2-9", "tables");
    let reference = "abc".to_owned();
    let origin = Origin { from: Whence::Table, face: "tables".to_owned(), number: String::new(), reference };
    taken.request.origin = Some(Box::new(origin));
    bench.go_to(Place::History);
    history_of(&mut bench.hand, "", vec![taken]);
    assert!(bench.hand.sees("at the table"));
}

#[test]
fn everything_to_be_hit_among_tables_is_large_enough_and_inside_the_smallest_window() {
    let mut bench = Bench::at(vec![terminal("front"), serving(Session::Ready(Vec::new()))]);
    bench.hand.size = iced::Size::new(800.0, 600.0);
    let four = seat(&mut bench, "4", 5_000);
    seat(&mut bench, "7", 900);
    lock(&mut bench, "4", "70031204");
    let inside = |bench: &Bench, ids: &[&str]| {
        for id in ids {
            let bounds = bench.hand.bounds(id);
            assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
            assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
        }
    };
    inside(&bench, &["to-tables", "to-history"]);
    bench.go_to(Place::Tables);
    inside(&bench, &["back", &tile(&four)]);
    bench.click(&tile(&four));
    inside(&bench, &["table-take-up", "table-move", "table-merge", "table-remove", "table-lift"]);
    bench.click("table-lift");
    inside(&bench, &["lift-name", "lift-reason", "lift", "form-keep"]);
}

/// The rail's number, at the counter.
fn badge(bench: &Bench) -> Option<usize> {
    let texts = bench.hand.texts();
    let sign = texts.iter().position(|text| text == Place::Tables.sign()).unwrap();
    texts[sign + 1].parse().ok()
}

#[test]
fn the_rails_number_is_of_the_bills_at_tables_and_no_bill_is_read_for_it() {
    let mut bench = Bench::new();
    assert_eq!(badge(&bench), None);
    for (table, number) in [("5", 1), ("6", 2), ("7", 3)] {
        // Somebody else opens them, and the window has none of its own.
        seat(&mut bench, table, 1_000);
        assert_eq!(badge(&bench), Some(number));
    }
    bench.typewrite("1000+");
    assert_eq!(badge(&bench), Some(3), "one on the counter is at no table");
    let orders = bench.orders_after_a_change();
    assert!(orders.contains(&BillOrder::CountParked) && !orders.contains(&BillOrder::ReadOpen), "{orders:?}");
    let seated = bench.open().into_iter().find(|account| account.bill.table.is_some()).unwrap();
    block_on(bench.bills().change(&seated.bill.id, vec![BillChange::Removed])).unwrap();
    bench.heard();
    assert_eq!(badge(&bench), Some(2));
    bench.go_to(Place::Tables);
    assert!(bench.orders_after_a_change().contains(&BillOrder::ReadOpen), "who looks at them sees them as they are");
    bench.go_to(Place::Counter);
    assert_eq!(badge(&bench), Some(2), "and they are as many as were counted");
}
