//! Bills when the power goes: the real binary killed at every change of its files and at every step on the wire, and the
//! journal's log cut off anywhere. A command has done all of its work or none of it, and what it told is done.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use checkstand::domain::bill::BillStage;
use checkstand::domain::{
    BillId, BillPart, CASH, Currency, Money, NewBill, NewLine, Operation, PaymentRequest, Verdict,
};
use checkstand::journal::{FILE_NAME, HistoryQuery, Journal, NewPayment};
use jiff::Timestamp;

use super::harness::{Ended, Family, NEXO_FULL, NEXO_LIGHT, Program, Shop, free_port, inside_namespace};
use super::kills::{Walk, at_every_point, walk_all};
use super::stand::{Stand, end_of};
use super::watch::Trigger;

/// What can be done to bills without a terminal.
const COMMANDS: [&[&str]; 6] = [
    &["bill", "open", "7", "--line", "Tea=2x12.00@12%", "--line", "Cake=30"],
    &["bill", "add", "5", "--line", "Wine=60", "--line", "Water=0.5x20"],
    &["bill", "pay", "5", "--cash", "200"],
    &["bill", "pay", "5", "--split", "2", "--cash", "100"],
    &["bill", "merge", "5", "6"],
    &["bill", "remove", "6"],
];

/// Changes that come fast upon each other are seen as one, and not in every run: so many runs end before their point.
const MISSES: usize = 4;

/// One bill: table, lines, total, paid, not known, due, and what became of it.
type Standing = (Option<String>, usize, i64, i64, i64, i64, &'static str);

/// Everything that is on the books.
#[derive(Debug, Clone, PartialEq)]
struct Books {
    bills: Vec<Standing>,
    /// Every payment with its amount.
    payments: Vec<(Verdict, i64)>,
}

/// Two bills, of which the first is paid in part.
fn prepare(folder: &Path) {
    let at = Timestamp::now();
    let mut journal = Journal::open(folder).unwrap();
    let mut open = |table: &str, minor: i64| -> BillId {
        let new = NewBill {
            training: true,
            table: Some(table.parse().unwrap()),
            lines: vec![NewLine::new("Dinner", minor), NewLine::new("Tea", 1_200)],
            ..NewBill::new(Currency::SEK)
        };
        journal.open_bill(new, at).unwrap().bill.id
    };
    let first = open("5", 10_000);
    open("6", 5_000);
    let amount = Money::new(1_000, Currency::SEK);
    let request =
        PaymentRequest { bill: Some(Box::new(BillPart::of(first))), ..PaymentRequest::new(Operation::Sale, amount) };
    let (terminal, protocol) = (CASH.to_owned(), CASH.to_owned());
    journal.record_cash(NewPayment { terminal, protocol, training: true, request, at }).unwrap();
}

/// Reads the books, and holds them to what is always true.
#[track_caller]
fn books(folder: &Path, told: &str) -> Books {
    let journal = Journal::open(folder).unwrap_or_else(|error| panic!("{told}: {error}"));
    assert!(journal.verify().unwrap().is_whole(), "{told}: {:?}", journal.verify());
    let mut bills = Vec::new();
    for account in journal.newest_bills(100).unwrap() {
        let money = account.settlement;
        assert_eq!(money.paid_minor + money.pending_minor + money.due_minor, money.total_minor, "{told}: {account:?}");
        // A bill that was merged shows what was paid of it once more; only the other one counts it.
        if !matches!(account.bill.stage, BillStage::MergedInto(_)) {
            assert!(money.paid_minor <= money.total_minor, "{told}: {account:?}");
        }
        bills.push((
            account.bill.table.as_ref().map(ToString::to_string),
            account.sum.lines.len(),
            money.total_minor,
            money.paid_minor,
            money.pending_minor,
            money.due_minor,
            account.bill.stage.word(),
        ));
    }
    let history = journal.history(&HistoryQuery { limit: 100, ..HistoryQuery::default() }).unwrap();
    let payments = history.iter().map(|payment| (payment.verdict(), payment.request.amount.minor())).collect();
    Books { bills, payments }
}

/// What the books are after the command was left to do its work.
fn undisturbed(command: &[&str]) -> (Books, Books) {
    let shop = Shop::of_training();
    prepare(shop.path());
    let before = books(shop.path(), "before");
    shop.json(command).ended_with(0);
    (before, books(shop.path(), "after"))
}

/// Sizes and times of the journal's files.
fn signature(folder: &Path) -> Vec<Option<(u64, SystemTime)>> {
    let look = |name: String| {
        let known = fs::metadata(folder.join(name)).ok()?;
        Some((known.len(), known.modified().ok()?))
    };
    ["", "-wal", "-shm"].into_iter().map(|end| look(format!("{FILE_NAME}{end}"))).collect()
}

/// Kills the command at so many changes of its files; `None` when it had ended before.
fn killed_at_change(shop: &Shop, command: &[&str], point: usize) -> Option<Ended> {
    let mut seen = signature(shop.path());
    let mut program: Program = shop.start_json(command);
    let mut changes = 0;
    while changes <= point {
        if !program.is_running() {
            return None;
        }
        let now = signature(shop.path());
        if now != seen {
            changes += 1;
            seen = now;
        }
        std::thread::yield_now();
    }
    Some(program.kill())
}

#[test]
fn what_is_done_to_bills_survives_a_kill_at_every_change_of_the_files() {
    for command in COMMANDS {
        let (before, after) = undisturbed(command);
        assert_ne!(before, after, "{command:?}");
        let (mut survived, mut misses) = (0, 0);
        for point in 0.. {
            let shop = Shop::of_training();
            prepare(shop.path());
            let told = format!("{command:?} killed at change {point}");
            let Some(said) = killed_at_change(&shop, command, point) else {
                misses += 1;
                if misses < MISSES { continue } else { break }
            };
            survived += 1;
            assert!(!said.errors.contains("panicked"), "{told}: {}", said.errors);
            let left = books(shop.path(), &told);
            assert!(left == before || left == after, "{told}: {left:#?}");
            if said.lines.iter().any(|line| line.ends_with('}')) {
                assert_eq!(left, after, "{told}: it had told {:#?}", said.lines);
            }
            // Whoever starts again finds what is still to be done, and does it once.
            if left == before {
                shop.json(command).ended_with(0);
            }
            assert_eq!(books(shop.path(), &told), after, "{told}, and done again");
        }
        println!("{command:?}: {survived} points survived");
        assert!(survived >= 1, "{command:?}: it was never caught");
    }
}

#[test]
fn a_log_that_is_cut_off_anywhere_has_all_of_a_command_or_none_of_it() {
    for command in COMMANDS {
        let shop = Shop::of_training();
        prepare(shop.path());
        let before = books(shop.path(), "before");
        // While somebody reads, the log is not written back.
        let reading = Journal::open_reading(shop.path()).unwrap();
        let log = |folder: &Path| folder.join(format!("{FILE_NAME}-wal"));
        let start = fs::metadata(log(shop.path())).map_or(0, |known| known.len());
        shop.json(command).ended_with(0);
        let end = fs::metadata(log(shop.path())).unwrap().len();
        assert!(end > start, "{command:?}");
        let copy = tempfile::tempdir().unwrap();
        let mut ends = [0, 0];
        for length in (start..end).step_by(733).chain([end]) {
            copy_journal(shop.path(), copy.path());
            fs::OpenOptions::new().write(true).open(log(copy.path())).unwrap().set_len(length).unwrap();
            let left = books(copy.path(), &format!("{command:?}, log cut at {length} of {end}"));
            if left != before {
                assert_eq!(length, end, "{command:?}: done before all of it was written: {left:#?}");
            }
            ends[usize::from(left != before)] += 1;
        }
        assert!(ends[0] > 1 && ends[1] == 1, "{command:?}: {ends:?}");
        drop(reading);
    }
}

fn copy_journal(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let name = format!("{FILE_NAME}{end}");
        let _ = fs::remove_file(to.join(&name));
        // The shared index is made anew from the log.
        if end != "-shm" {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

#[test]
fn paying_a_bill_on_a_terminal_survives_a_kill_at_every_step() {
    let walk = |family: &'static Family, at_least| {
        let what = format!("bill pay, {}", family.name);
        Walk::new(&what, at_least, move |point, till| paying_killed(family, point, till))
    };
    walk_all(&[walk(&NEXO_LIGHT, 8), walk(&NEXO_FULL, 20)]);
}

fn paying_killed(family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::open(family, till);
    let told = format!("bill pay, {}, killed at point {point}", family.name);
    let open = stand.run(&["bill", "open", "5", "--line", "Dinner=10.00", "--line", "Wine=5.00"]);
    let bill = open.ended_with(0).event("bill")["bill"].as_str().unwrap().to_owned();
    let (struck, said) = stand.run_and_kill(&["bill", "pay", "5", "10.00"], Trigger::Number(point));
    let money = |expected: Option<(i64, i64, i64)>| {
        let shown = stand.run(&["bill", "show", &bill]).ended_with(0).event("bill");
        let told_of = |field: &str| shown[field].as_i64().unwrap_or(0);
        let found = (told_of("paid_minor"), told_of("pending_minor"), told_of("due_minor"));
        assert_eq!(found.0 + found.1 + found.2, 1_500, "{told}: {shown:#}");
        if let Some(expected) = expected {
            assert_eq!(found, expected, "{told}: {shown:#}");
        }
    };
    // Nobody knows yet whether it was paid, so nobody pays it a second time.
    money(None);
    let newest = stand.settle(&said, &told);
    let paid = match newest.as_ref().map(|payment| payment["outcome"].as_str().unwrap()) {
        Some("approved") => 1_000,
        _ => 0,
    };
    money(Some((paid, 0, 1_500 - paid)));
    stand.run(&["bill", "pay", "5", "--cash", "20"]).ended_with(0);
    money(Some((1_500, 0, 0)));
    let journal = Journal::open_reading(&journal_of(&stand)).unwrap();
    assert!(journal.verify().unwrap().is_whole(), "{told}");
    struck.then(|| end_of(newest.as_ref()))
}

fn journal_of(stand: &Stand) -> PathBuf {
    stand.shop.path().join(FILE_NAME)
}

#[test]
fn cash_that_a_full_or_forbidden_disk_refuses_leaves_nothing_behind() {
    inside_namespace("bills::cash_that_a_full_or_forbidden_disk_refuses_leaves_nothing_behind", || {
        for forbidden in [false, true] {
            let stand = Stand::on_small_disk(&NEXO_LIGHT, free_port());
            stand.run(&["bill", "open", "5", "--line", "Dinner=10.00"]).ended_with(0);
            let disk = stand.disk.as_ref().unwrap();
            if forbidden {
                disk.forbid_writing()
            } else {
                disk.fill()
            }
            let refused = stand.run(&["bill", "pay", "5", "--cash", "20"]);
            let said = format!("{:?} {:#?}\n{}", refused.status, refused.lines, refused.errors);
            assert!(matches!(refused.status, Some(1 | 2)) && !refused.refusal().is_empty(), "{said}");
            if forbidden {
                disk.permit_writing()
            } else {
                disk.free()
            }
            assert!(stand.shop.history().is_empty());
            let left = stand.run(&["bill", "list"]).ended_with(0).event("bill");
            assert_eq!((&left["paid_minor"], &left["due_minor"]), (&0.into(), &1_000.into()), "{said}");
            stand.run(&["bill", "pay", "5", "--cash", "20"]).ended_with(0);
            assert_eq!(stand.shop.history().len(), 1);
            assert!(Journal::open_reading(&journal_of(&stand)).unwrap().verify().unwrap().is_whole());
        }
    });
}

#[test]
fn a_disk_that_gets_full_at_any_step_of_paying_a_bill_loses_nothing() {
    inside_namespace("bills::a_disk_that_gets_full_at_any_step_of_paying_a_bill_loses_nothing", || {
        at_every_point("disk full, bill", 8, |point, till| {
            let stand = Stand::on_small_disk(&NEXO_LIGHT, till);
            let told = format!("bill pay, disk full at point {point}");
            stand.run(&["bill", "open", "5", "--line", "Dinner=10.00"]).ended_with(0);
            let bill = stand.run(&["bill", "list"]).ended_with(0).event("bill")["bill"].as_str().unwrap().to_owned();
            let disk = stand.disk.as_ref().unwrap();
            let (came, ended) = stand.run_and_do(&["bill", "pay", "5"], Trigger::Number(point), || disk.fill());
            if came {
                disk.free();
            }
            let newest = stand.settle(&ended, &told);
            let paid = newest.as_ref().is_some_and(|payment| payment["outcome"] == "approved");
            let shown = stand.run(&["bill", "show", &bill]).ended_with(0).event("bill");
            let stage = if paid { "closed" } else { "open" };
            assert_eq!(
                (&shown["paid_minor"], &shown["state"]),
                (&(i64::from(paid) * 1_000).into(), &stage.into()),
                "{told}"
            );
            came.then(|| end_of(newest.as_ref()))
        });
    });
}
