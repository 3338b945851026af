//! Pay at table, the till and the cloud against each other in memory: every row of the scenario table as a transcript
//! (`tests/golden/tables`), and evenings in a restaurant in bad weather.

#![allow(clippy::unwrap_used)]

mod world;

#[path = "world/bad_tables.rs"]
mod bad_tables;

use std::time::Duration;

use checkstand::domain::bill::BillStage;
use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{BillAccount, Outcome, TableAsker, TableTaking, Taken, Verdict};
use checkstand::journal::Entry;
use checkstand::protocols;
use checkstand::protocols::connect::codec;
use checkstand::protocols::simulator::Scenario;
use checkstand::terminal::{Told, Turn};
use world::dice::{Dice, For};
use world::{Counter, World};

/// Evenings that are always the same, and some new with every run; `TABLE_EVENINGS` asks for more.
const KNOWN: u64 = 150;
const FRESH: u64 = 30;
/// In minor units.
const DEAREST: u64 = 20_000;
const ROUNDS: u32 = 12;
/// A bad driver must be caught within so many evenings.
const CAUGHT_WITHIN: u64 = 300;
/// What wraps the bad drivers must not be what is caught.
const INNOCENT: u64 = 20;
/// Longer than every lock's way to its end and every back-off.
const CALM: Duration = Duration::from_secs(900);

const FIELDS: &[(&str, &str)] = &[
    ("host", "10.0.0.7"),
    ("port", "8441"),
    ("software_house_id", "L"),
    ("installer_id", "L"),
    ("kind", "pat"),
    ("final_receipt", "true"),
    ("currency", "GBP"),
];

fn counter() -> Counter {
    let protocol = protocols::find("connect").unwrap();
    Counter { protocol, fields: FIELDS, others: &[], describe: |body| codec::scrubbed(body) }
}

/// One table that comes to so much, from the first list to when nothing happens any more.
fn one_table(minor: i64, options: &[(&'static str, &str)]) -> (World, BillAccount) {
    let mut world = World::of_tables(counter(), Dice::quiet(1), options, true);
    let bill = world.seat("12", minor);
    world.serve_tables();
    world.run_for(Duration::from_secs(45));
    let account = world.account(&bill);
    (world, account)
}

fn standing(world: &World, account: &BillAccount) -> String {
    let settlement = account.settlement;
    let held = account.bill.lock().map(|lock| format!(", locked by {}", lock.shown())).unwrap_or_default();
    let mut lines = vec![format!(
        "bill: {} of {}, paid {}, pending {}, due {}{held}",
        account.bill.stage.word(),
        account.total(),
        settlement.paid_minor,
        settlement.pending_minor,
        settlement.due_minor
    )];
    lines.extend(
        world
            .ledger
            .iter()
            .map(|entry| format!("ledger: {} {} {:?}", entry.till_reference, entry.amount_minor, entry.state)),
    );
    lines.extend(world.complaints.iter().map(|complaint| format!("complaint: {complaint}")));
    lines.extend(world.till().station.view().notices.iter().map(|notice| format!("notice: {}", notice.key)));
    lines.join("\n")
}

#[test]
fn every_scenario_at_a_table_is_as_it_was() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden/tables");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (cents, _) in Scenario::TABLE {
            let (world, account) = one_table(12_000 + cents, &[]);
            let told = format!("{}\n{}", world.transcript, standing(&world, &account));
            insta::assert_snapshot!(format!("{cents:02}"), told);
        }
    });
}

#[test]
fn a_table_is_paid_in_every_spelling_with_and_without_ids() {
    for names in ["profile", "variant"] {
        for outcome in ["request", "notification"] {
            for unlock in ["notification", "request"] {
                for ids in ["counted", "random"] {
                    let options = [("names", names), ("outcome", outcome), ("unlock", unlock), ("ids", ids)];
                    let (mut world, account) = one_table(12_000, &options);
                    assert_eq!(account.bill.stage, BillStage::Closed, "{options:?}\n{}", world.transcript);
                    assert!(world.complaints.is_empty(), "{options:?} {:?}", world.complaints);
                    world.judge_the_restaurant();
                    assert!(world.violations.is_empty(), "{:?}", world.violations);
                }
            }
        }
    }
}

#[test]
fn every_script_of_a_machine_leaves_books_that_fit() {
    let scripts = protocols::find("connect").unwrap().simulator_options;
    let scripts = scripts.iter().find(|option| option.name == "tables").unwrap().words;
    for script in scripts {
        let (mut world, _) = one_table(12_000, &[("tables", script), ("machines", "2")]);
        world.end_the_evening(CALM);
        let account = world.account(&world.till().journal.newest_bills(1).unwrap()[0].bill.id);
        world.judge_the_restaurant();
        assert!(world.violations.is_empty(), "{script}: {:?}\n{}", world.violations, world.transcript);
        let paid_in_full = !matches!(*script, "decline" | "abandon" | "euro" | "takeover");
        assert!(!paid_in_full || account.settlement.due_minor <= 0, "{script}\n{}", world.transcript);
        assert!(world.complaints.is_empty(), "{script} {:?}\n{}", world.complaints, world.transcript);
    }
}

#[test]
fn a_till_whose_tables_were_taken_over_does_not_fight_and_takes_them_back_when_it_is_told_to() {
    let (mut world, account) = one_table(12_000, &[("tables", "takeover")]);
    let refused = |world: &World| {
        matches!(world.till().station.view().session, Some(checkstand::protocols::driver::Session::Refused(_)))
    };
    assert!(refused(&world), "{}", world.transcript);
    let opened = world.transcript.to_string().matches("opens").count();
    world.run_for(Duration::from_secs(3 * 3600));
    assert_eq!(world.transcript.to_string().matches("opens").count(), opened, "it fights:\n{}", world.transcript);
    world.serve_tables();
    world.run_for(CALM);
    world.judge_the_restaurant();
    assert!(world.violations.is_empty(), "{:?}", world.violations);
    assert!(account.payments.len() <= world.till().payments().len());
}

/// What was told is on disk, whenever the till is killed: and what was not told is told again.
#[test]
fn a_till_that_is_killed_at_any_moment_of_a_table_has_every_payment_once() {
    for killed_after in (0..20_000).step_by(250) {
        let mut world = World::of_tables(counter(), Dice::quiet(1), &[("tables", "split")], true);
        let bill = world.seat("12", 12_000);
        world.serve_tables();
        world.run_for(Duration::from_millis(killed_after));
        world.kill_till(world::OURS);
        world.run_for(Duration::from_secs(30));
        world.start_till(world::OURS);
        world.end_the_evening(CALM);
        world.judge_the_restaurant();
        let account = world.account(&bill);
        assert!(world.violations.is_empty(), "{killed_after}: {:?}\n{}", world.violations, world.transcript);
        assert_eq!(account.bill.stage, BillStage::Closed, "{killed_after}\n{}", world.transcript);
    }
}

/// A machine tells first what nobody understands, and then how it was.
#[test]
fn what_was_in_doubt_at_a_table_and_is_told_again_is_in_doubt_no_more() {
    let mut world = World::of_tables(counter(), Dice::quiet(1), &[], true);
    let bill = world.seat("12", 1_000);
    let amount = world.money(1_000);
    let unclear = Explanation::new("explain-table-in-doubt", Fault::Terminal);
    let outcomes = [
        Outcome::without_money(Verdict::InDoubt, unclear),
        Outcome::approved(Taken::exactly(amount)),
        Outcome::approved(Taken::exactly(amount)),
    ];
    // Nobody has locked the table here, which is said with the first.
    for (minute, (outcome, told)) in outcomes.into_iter().zip([3, 1, 0]).enumerate() {
        let taking = TableTaking {
            asker: TableAsker { machine: "70031204".to_owned(), waiter: None },
            table: "12".to_owned(),
            reference: "a".to_owned(),
            amount,
            outcome,
        };
        let at = world.now.wall + Duration::from_secs(60) * u32::try_from(minute).unwrap();
        let (terminal, protocol) = ("terminal".to_owned(), "connect".to_owned());
        let entries = [Entry::TakenAtTable { terminal, protocol, taking, at }];
        let till = &mut world.tills[world::OURS];
        till.journal.commit(&entries).unwrap();
        let mut turn = Turn::default();
        for news in Told::among(&entries).iter().filter_map(|told| told.look_up(&till.journal).unwrap()) {
            till.station.taken_at_table(world.now, &news, &mut turn);
        }
        assert_eq!(turn.signals.len(), told, "{:?}", turn.signals);
        assert_eq!(till.station.view().unresolved.len(), usize::from(minute == 0));
    }
    assert_eq!(world.account(&bill).bill.stage, BillStage::Closed);
}

struct Evening {
    world: World,
}

impl Evening {
    fn begin(counter: Counter, seed: u64, kept: bool) -> Evening {
        let mut dice = Dice::of_story(seed);
        // Where the cloud is, its settings say.
        dice.never(world::faults::Fault::AddressChanged);
        let machines = if dice.roll(For::Shop, 2) == 0 { "1" } else { "2" };
        let names = if dice.roll(For::Shop, 2) == 0 { "profile" } else { "variant" };
        let unlock = if dice.roll(For::Shop, 2) == 0 { "notification" } else { "request" };
        let options = [("machines", machines), ("names", names), ("unlock", unlock)];
        Evening { world: World::of_tables(counter, dice, &options, kept) }
    }

    fn play(mut self) -> World {
        let world = &mut self.world;
        for table in 1..=world.dice.roll(For::Shop, 5) + 2 {
            let minor = i64::try_from(world.dice.roll(For::Amount, DEAREST)).unwrap() + 100;
            world.seat(&table.to_string(), minor);
        }
        world.serve_tables();
        for _ in 0..ROUNDS {
            world.plan_the_evening();
            let pause = Duration::from_millis(world.dice.roll(For::Pause, 40_000));
            world.run_for(pause);
            if world.till().runs {
                world.a_waiter_does_something();
            }
            if world.till().runs && world.dice.roll(For::Shop, 6) == 0 {
                world.serve_tables();
            }
            if !world.violations.is_empty() {
                return self.world;
            }
        }
        world.end_the_evening(CALM);
        world.judge_the_restaurant();
        world.judge_secrecy();
        self.world
    }
}

fn play_evenings(seeds: impl Iterator<Item = u64>) -> usize {
    let mut taken = 0;
    for seed in seeds {
        let world = Evening::begin(counter(), seed, false).play();
        if !world.violations.is_empty() {
            let told = Evening::begin(counter(), seed, true).play();
            panic!("seed {seed}: {:?}\n{}", told.violations, told.transcript);
        }
        let payments = world.till().payments();
        taken += payments.iter().filter(|payment| payment.verdict() == Verdict::Approved).count();
    }
    taken
}

#[test]
fn no_known_evening_loses_or_doubles_a_payment() {
    let more = std::env::var("TABLE_EVENINGS").ok().and_then(|text| text.parse().ok());
    let evenings = more.unwrap_or(KNOWN);
    let taken = play_evenings(0..evenings);
    assert!(taken as u64 > evenings, "only {taken} payments in {evenings} evenings");
    println!("{taken} payments in {evenings} evenings");
}

#[test]
fn no_fresh_evening_loses_or_doubles_a_payment() {
    let first = u64::from(std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos()) << 20;
    play_evenings(first..first + FRESH);
}

#[test]
fn an_evening_told_twice_is_the_same_word_for_word() {
    for seed in 500..506 {
        let told = || Evening::begin(counter(), seed, true).play().transcript.to_string();
        assert_eq!(told(), told());
    }
}

#[test]
fn every_bad_driver_of_tables_is_caught() {
    let innocent = bad_tables::counter(counter(), bad_tables::INNOCENT);
    for seed in 0..INNOCENT {
        let violations = Evening::begin(innocent, seed, false).play().violations;
        assert!(violations.is_empty(), "{seed}: {violations:?}");
    }
    for (mistake, driver) in bad_tables::BAD {
        let bad = bad_tables::counter(counter(), driver);
        let caught = (0..CAUGHT_WITHIN).find_map(|seed| {
            let world = Evening::begin(bad, seed, false).play();
            world.violations.first().map(|what| (seed, what.clone()))
        });
        let (seed, what) = caught.unwrap_or_else(|| panic!("nobody caught the driver that {mistake}"));
        println!("{mistake}: caught at seed {seed}: {what}");
    }
}
