//! Bills that wait at tables: parked, taken up, moved, merged, removed, locked by machines that are carried there.

use checkstand::domain::BillChange;
use checkstand::domain::bill::Hold;
use iced_test::futures::futures::executor::block_on;

use super::super::bench::{Bench, serving};
use super::super::tables::{lock, seat, taken};
use super::*;

pub fn bills_wait_at_tables(tale: &Tale) {
    a_bill_is_parked_and_taken_up(tale);
    a_table_is_found_by_its_number(tale);
    a_table_is_moved_merged_and_removed(tale);
    a_machine_locks_a_table_and_a_person_lifts_it(tale);
    a_bill_removed_elsewhere_leaves_the_counter(tale);
    a_payment_at_a_table_is_in_doubt(tale);
    machines_are_connected_or_not(tale);
}

fn table_of(bench: &Bench, place: usize) -> String {
    bench.open()[place].bill.table.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn a_bill_is_parked_and_taken_up(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), super::super::bench::training()]);
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-tables-none", "window-back"]);
    bench.tap(Named::Escape);
    bench.typewrite("1000+2000+");
    bench.tap(Named::PageDown);
    tale.sees(&bench.hand, &["window-park-title", "window-park-aside", "window-park"]);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-table-empty"]);
    bench.type_into("park-name", "terrace north");
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-table-too-long"]);
    bench.tap(Named::Escape);
    bench.click("park-bill");
    bench.type_into("park-name", "bar 2");
    bench.click("park");
    assert!(bench.hand.has("sale") && table_of(&bench, 0) == "bar 2", "the next customer begins");
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-tables-title"]);
    tale.reads(&bench.hand, "bar 2");
    tale.reads(&bench.hand, &tale.money(3_000));
    bench.tap(Named::ArrowDown);
    tale.sees(&bench.hand, &["window-table-take-up", "window-table-move", "window-table-merge", "window-table-remove"]);
    bench.tap(Named::Enter);
    assert_eq!(bench.newest().bill.held, Some(Hold::Till));
    tale.reads(&bench.hand, &tale.with("window-bill-at-table", &[("table", "bar 2")]));
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-table-here"]);
    bench.tap(Named::ArrowDown);
    tale.sees(&bench.hand, &["window-table-show"]);
    bench.tap(Named::Enter);
    bench.click("park-bill");
    bench.other_terminal();
    bench.typewrite("500+");
    bench.click("park-bill");
    bench.click("park-aside");
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-table-none", "window-training-short"]);
    bench.tap(Named::Escape);
    assert!(bench.hand.has("sale"));
}

fn a_table_is_found_by_its_number(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), terminal("back")]);
    for (table, minor) in [("bar", 100), ("12", 500), ("1", 900)] {
        seat(&mut bench, table, minor);
    }
    bench.go_to(Place::Tables);
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.about("window-split-due", 100));
    bench.tap(Named::Escape);
    for (key, minor) in [("1", 900), ("2", 500)] {
        bench.typewrite(key);
        tale.reads(&bench.hand, &tale.about("window-split-due", minor));
    }
    bench.typewrite("3");
    tale.reads(&bench.hand, &tale.with("window-tables-no-such", &[("table", "123")]));
    bench.tap(Named::Enter);
    assert!(!bench.hand.has("table-take-up"), "there is none");
    bench.tap(Named::Delete);
    bench.tap(Named::Enter);
    tale.reads(&bench.hand, &tale.with("window-bill-at-table", &[("table", "12")]));
    assert!(bench.open().iter().any(|account| account.bill.held == Some(Hold::Till)), "taken up");
}

fn a_table_is_moved_merged_and_removed(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), terminal("back")]);
    let four = seat(&mut bench, "4", 500);
    let seven = seat(&mut bench, "7", 900);
    bench.go_to(Place::Tables);
    bench.click(&format!("tile-{}", four.bill.id));
    bench.click("table-move");
    tale.sees(&bench.hand, &["window-table-move-to", "window-table-move-now", "window-close"]);
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-table-empty"]);
    bench.type_into("move-to", "7");
    bench.tap(Named::Enter);
    assert!(bench.hand.has("problem-read") && table_of(&bench, 0) == "4", "somebody sits there");
    bench.click("problem-read");
    bench.type_into("move-to", "0");
    bench.click("move");
    assert_eq!(table_of(&bench, 0), "70");
    bench.click("table-merge");
    tale.sees(&bench.hand, &["window-table-merge-into"]);
    let into = tale.with("window-bill-at-table", &[("table", "7")]);
    tale.reads(&bench.hand, &format!("{into}  {}", tale.money(900)));
    bench.click(&format!("merge-{}", seven.bill.id));
    assert_eq!(bench.open().iter().map(|account| account.sum.total_minor).collect::<Vec<_>>(), [1_400]);
    bench.click(&format!("tile-{}", seven.bill.id));
    bench.click("table-remove");
    tale.reads(&bench.hand, &tale.about("window-table-remove-really", 1_400));
    bench.tap(Named::Enter);
    assert_eq!(bench.open().len(), 1, "Enter discards nothing");
    tale.sees(&bench.hand, &["window-table-remove-yes", "window-bill-keep"]);
    bench.tap(Named::Escape);
    bench.click("table-remove");
    bench.click("form-keep");
    bench.tap(Named::F4);
    assert_eq!(bench.open().len(), 1, "nothing is asked");
    bench.click("table-remove");
    bench.tap(Named::F4);
    assert!(bench.open().is_empty());
    let four = seat(&mut bench, "4", 500);
    bench.tap(Named::Escape);
    bench.typewrite("1000+");
    bench.go_to(Place::Tables);
    bench.click(&format!("tile-{}", four.bill.id));
    bench.tap(Named::Enter);
    tale.sees(&bench.hand, &["window-bill-on-counter"]);
}

fn a_machine_locks_a_table_and_a_person_lifts_it(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), serving(Session::Ready(Vec::new()))]);
    let four = seat(&mut bench, "4", 5_000);
    bench.go_to(Place::Tables);
    lock(&mut bench, "4", "70031204");
    tale.reads(&bench.hand, &tale.with("window-table-locked", &[("machine", "70031204")]));
    taken(&mut bench, "4", 2_000);
    tale.reads(&bench.hand, &tale.about("window-bill-paid", 2_000));
    bench.click(&format!("tile-{}", four.bill.id));
    tale.sees(&bench.hand, &["window-origin-short-table", "window-table-lift"]);
    tale.reads(&bench.hand, &tale.about("window-split-due", 3_000));
    for dead in ["table-take-up", "table-move", "table-merge", "table-remove"] {
        bench.click(dead);
        assert!(bench.hand.has("table-take-up"), "{dead}");
    }
    bench.click("table-lift");
    tale.reads(&bench.hand, &tale.with("window-table-lift-warning", &[("machine", "70031204")]));
    tale.sees(&bench.hand, &["window-table-lift-go-on"]);
    bench.click("lift");
    assert!(!bench.hand.has("lift-yes"), "a name and a reason are needed");
    bench.type_into("lift-name", "K7");
    bench.type_into("lift-reason", "M2");
    bench.tap(Named::Enter);
    assert!(!bench.hand.has("lift-yes"), "Enter lifts nothing");
    bench.click("lift");
    tale.sees(&bench.hand, &["window-table-lift-really"]);
    bench.click("lift-yes");
    assert_eq!(bench.open()[0].bill.held, None);
}

fn a_bill_removed_elsewhere_leaves_the_counter(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), terminal("back")]);
    let four = seat(&mut bench, "4", 5_000);
    bench.go_to(Place::Tables);
    bench.click(&format!("tile-{}", four.bill.id));
    bench.click("table-take-up");
    block_on(bench.bills().change(&four.bill.id, vec![BillChange::Removed])).unwrap();
    bench.heard();
    tale.sees(&bench.hand, &["window-bill-gone"]);
    assert!(bench.hand.has("sale"));
}

fn a_payment_at_a_table_is_in_doubt(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), serving(Session::Ready(Vec::new()))]);
    seat(&mut bench, "4", 5_000);
    bench.go_to(Place::Tables);
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Enter);
    bench.typewrite("2000");
    bench.tap(Named::Enter);
    bench.doubts();
    bench.click("new");
    bench.click("park-bill");
    bench.go_to(Place::Tables);
    tale.reads(&bench.hand, &tale.about("window-bill-pending", 2_000));
    lock(&mut bench, "4", "70031204");
    tale.reads(&bench.hand, &tale.with("window-table-paying", &[("machine", "70031204")]));
}

fn machines_are_connected_or_not(tale: &Tale) {
    let mut bench = tale.bench(vec![terminal("front"), serving(Session::Ready(Vec::new()))]);
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-tables-online"]);
    let why = || Explanation::new("explain-link-unreachable", Fault::Link);
    for (session, key, remedy) in [
        (Session::Offline(why()), "explain-link-unreachable", "window-connect"),
        (Session::Maintenance, "window-maintenance", "window-connect"),
        (Session::Refused(why()), "explain-link-unreachable", "window-tables-take-back"),
    ] {
        bench.show("tables", |view| view.session = Some(session));
        tale.sees(&bench.hand, &[key, remedy]);
        bench.click("tables-connect-tables");
        assert_eq!(bench.other.pop(), Some(Effect::Connect { terminal: "tables".to_owned() }));
    }
    bench.tap(Named::Escape);
    tale.reads(&bench.hand, &tale.with("window-tables-lost", &[("terminal", "tables")]));
    bench.other_terminal();
    assert!(bench.hand.has("start"), "the keys of terminals pass them over");
    bench.show("tables", |view| view.session = Some(Session::Connecting));
    bench.go_to(Place::Tables);
    tale.sees(&bench.hand, &["window-state-connecting"]);
}
