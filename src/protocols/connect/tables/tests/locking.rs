//! Tables that a machine has, wants, or has finished with (6.2, 6.6, 6.8).

use serde_json::json;

use super::bench::*;
use crate::domain::{Fulfilment, Money, TableAnswer, TableTask};
use crate::protocols::driver::{Command, LossCause};

#[test]
fn a_lock_tells_what_is_due() {
    let mut bench = Bench::ready();
    bench.lock(503, "12");
    let task = bench.does(locked(6_480));
    assert_eq!(task, TableTask::Lock { asker: asker(), table: "12".to_owned() });
    assert_eq!(bench.said()["result"], json!({ "confirmed": true, "amount": 6_480, "currency": "GBP" }));
    bench.seconds(600);
    assert!(bench.commissions.is_empty(), "no lock expires by itself");
}

#[test]
fn a_table_locked_too_late_is_given_back_at_once() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (id, _) = bench.task();
    bench.seconds(5);
    assert_eq!(bench.said()["result"]["confirmed"], false);
    bench.seconds(60);
    bench.fulfils(id, locked(6_480));
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    assert!(bench.says_nothing());
    bench.seconds(60);
    assert!(bench.commissions.is_empty());
}

#[test]
fn a_table_locked_for_a_line_that_is_gone_is_given_back_at_once() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (id, _) = bench.task();
    bench.loses(LossCause::Broken, "reset");
    bench.fulfils(id, locked(6_480));
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    // one that was refused holds nothing
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (id, _) = bench.task();
    bench.loses(LossCause::Broken, "reset");
    bench.fulfils(id, Fulfilment::Busy(why("")));
    assert!(bench.commissions.is_empty());
}

#[test]
fn a_table_that_its_machine_wants_again_is_not_taken_away_by_an_older_lock() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (old, _) = bench.task();
    bench.seconds(5);
    bench.said();
    bench.lock(2, "12");
    let (new, _) = bench.task();
    bench.fulfils(old, locked(6_480));
    assert!(bench.commissions.is_empty(), "the second question decides");
    bench.fulfils(new, locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    // and the other way round
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (old, _) = bench.task();
    bench.seconds(5);
    bench.said();
    bench.lock(2, "12");
    let (new, _) = bench.task();
    bench.fulfils(new, locked(6_480));
    bench.fulfils(old, locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    assert!(bench.commissions.is_empty());
}

#[test]
fn a_machine_that_is_told_that_it_no_longer_has_its_table_does_not_have_it() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    bench.does(locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    // it was restarted, asks again, and gives up waiting
    bench.lock(2, "12");
    let (again, _) = bench.task();
    bench.seconds(5);
    assert_eq!(bench.said()["result"]["confirmed"], false);
    bench.fulfils(again, locked(6_480));
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    // or the till cannot say whether it has it
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    bench.does(locked(6_480));
    bench.said();
    bench.lock(2, "12");
    bench.does(Fulfilment::Unknown(why("")));
    assert_eq!(bench.said()["result"]["confirmed"], false);
    assert_eq!(bench.does(unlocked()), unlocking("12"));
}

#[test]
fn two_machines_do_not_take_each_other_for_one() {
    let mut bench = Bench::ready();
    bench.lock_by(1, "70031204", "12");
    let (late, _) = bench.task();
    bench.seconds(5);
    bench.said();
    bench.lock_by(2, "70031212", "12");
    let (other, _) = bench.task();
    bench.fulfils(other, Fulfilment::Busy(why("")));
    bench.said();
    bench.fulfils(late, locked(6_480));
    assert_eq!(bench.does(unlocked()), unlocking("12"));
}

#[test]
fn nothing_is_locked_that_no_machine_can_take_payment_for() {
    let yen = Money::new(6_480, "JPY".parse().unwrap());
    for due in [pounds(0), pounds(-100), pounds(100_000_000), yen] {
        let mut bench = Bench::ready();
        bench.lock(1, "12");
        bench.does(Fulfilment::AtTable(TableAnswer::Locked(due)));
        assert_eq!(bench.said()["result"]["confirmed"], false, "{due}");
        assert_eq!(bench.does(unlocked()), unlocking("12"));
    }
}

#[test]
fn an_unlock_is_passed_on_and_answered_only_if_it_asks() {
    let mut bench = Bench::ready();
    bench.unlock("12");
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    assert!(bench.says_nothing());
    bench.asks(&json!("u1"), "tableUnlock", &json!({ "tid": TID, "tableId": "12" }));
    assert!(bench.says_nothing());
    bench.does(unlocked());
    assert_eq!(bench.said(), json!({ "jsonrpc": "2.0", "id": "u1", "result": { "accepted": true } }));
    bench.asks(&json!("u2"), "tableUnlock", &json!({ "tid": TID, "tableId": "99" }));
    bench.does(Fulfilment::NotKnown);
    assert_eq!(bench.said()["error"]["code"], -32_020);
}

#[test]
fn an_unlock_that_the_till_could_not_carry_out_is_tried_again_for_a_while() {
    for fulfilment in [Fulfilment::Busy(why("")), Fulfilment::Unknown(why(""))] {
        let mut bench = Bench::ready();
        bench.unlock("12");
        bench.does(fulfilment.clone());
        bench.pass(std::time::Duration::from_millis(1_999));
        assert!(bench.commissions.is_empty() && bench.has_parting_words());
        bench.pass(std::time::Duration::from_millis(1));
        assert_eq!(bench.does(unlocked()), unlocking("12"));
        assert!(!bench.has_parting_words());
        bench.unlock("12");
        let mut tries = 0;
        while !bench.commissions.is_empty() {
            bench.does(fulfilment.clone());
            bench.seconds(2);
            tries += 1;
        }
        assert!((30..=60).contains(&tries), "{tries}");
        assert_eq!(bench.alarm(), "explain-table-not-unlocked");
    }
}

#[test]
fn an_unlock_goes_on_being_tried_while_the_line_is_away() {
    let mut bench = Bench::ready();
    bench.unlock("12");
    bench.does(Fulfilment::Unknown(why("")));
    bench.loses(LossCause::Broken, "reset");
    bench.seconds(2);
    assert_eq!(bench.does(unlocked()), unlocking("12"));
}

#[test]
fn an_old_unlock_never_takes_a_table_from_the_machine_that_wants_it_again() {
    let mut bench = Bench::ready();
    // that is to be tried again
    bench.unlock("12");
    bench.does(Fulfilment::Unknown(why("")));
    bench.lock(1, "12");
    bench.does(locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    bench.seconds(60);
    assert!(bench.commissions.is_empty());
    // that is being carried out
    bench.unlock("12");
    let (unlock, _) = bench.task();
    bench.lock(2, "12");
    assert!(bench.commissions.is_empty(), "the lock waits for it");
    bench.fulfils(unlock, unlocked());
    assert_eq!(bench.does(locked(6_480)), TableTask::Lock { asker: asker(), table: "12".to_owned() });
    assert_eq!(bench.said()["result"]["confirmed"], true);
    // that could not be carried out
    bench.unlock("12");
    let (unlock, _) = bench.task();
    bench.lock(3, "12");
    bench.fulfils(unlock, Fulfilment::Busy(why("")));
    bench.does(locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    bench.seconds(60);
    assert!(bench.commissions.is_empty());
}

#[test]
fn a_machine_that_gives_a_table_up_before_it_has_it_does_not_keep_it() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (lock, _) = bench.task();
    bench.unlock("12");
    assert_eq!(bench.said()["result"]["confirmed"], false);
    let (unlock, _) = bench.task();
    // the till carries them out in the other order
    bench.fulfils(unlock, unlocked());
    bench.fulfils(lock, locked(6_480));
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    // while the unlock is under way
    bench.lock(2, "12");
    let (lock, _) = bench.task();
    bench.unlock("12");
    bench.said();
    let (unlock, _) = bench.task();
    bench.fulfils(lock, locked(6_480));
    assert!(bench.commissions.is_empty());
    bench.fulfils(unlock, unlocked());
    assert_eq!(bench.does(unlocked()), unlocking("12"));
    assert!(bench.commissions.is_empty());
}

#[test]
fn a_lock_that_waits_for_an_unlock_is_answered_in_time_too() {
    let mut bench = Bench::ready();
    bench.unlock("12");
    let (unlock, _) = bench.task();
    bench.lock(1, "12");
    bench.seconds(5);
    assert_eq!(bench.said()["result"]["confirmed"], false);
    bench.fulfils(unlock, unlocked());
    assert!(bench.commissions.is_empty(), "nobody waits for it any more");
}

#[test]
fn a_till_that_is_to_stop_locks_nothing_more_and_answers_what_it_owes() {
    let mut bench = Bench::ready();
    bench.lock(1, "12");
    let (lock, _) = bench.task();
    bench.command(Command::Disconnect);
    assert!(bench.has_line() && bench.has_parting_words());
    bench.lock(2, "13");
    assert_eq!(bench.said()["result"]["confirmed"], false);
    assert!(bench.commissions.is_empty());
    bench.fulfils(lock, locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    assert!(!bench.has_line() && !bench.has_parting_words());
    assert_eq!(bench.ended, ["closed"]);
}

#[test]
fn of_two_machines_that_do_not_tell_their_numbers_one_does_not_take_the_others_table_away() {
    let mut bench = Bench::ready();
    let nameless = json!({ "tableId": "12" });
    bench.asks(&json!(1), "tableLockRequest", &nameless);
    bench.does(locked(6_480));
    assert_eq!(bench.said()["result"]["confirmed"], true);
    bench.asks(&json!(2), "tableLockRequest", &nameless);
    bench.does(Fulfilment::Busy(why("")));
    assert_eq!(bench.said()["result"]["confirmed"], false);
    assert!(bench.commissions.is_empty(), "the first one still has it");
    bench.tells("tableUnlock", &nameless);
    assert!(matches!(bench.task().1, TableTask::Unlock { .. }));
}
