//! Whatever machines, till and line do in whatever order: every question is answered once, and in the end a table is locked for
//! the machine that was told so, and for no other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bench::*;
use crate::domain::{Commission, CommissionId, Fulfilment, TableAnswer, TableTask, Task};
use crate::protocols::driver::{Command, LossCause};

const MACHINES: [&str; 2] = ["70031204", "70031212"];
const TABLES: [&str; 2] = ["4", "12"];

/// What a machine thinks of a table.
#[derive(Debug, Clone, PartialEq)]
enum Belief {
    HasNot,
    /// Asked under this id.
    Asks(i64),
    Has,
}

struct World {
    bench: Bench,
    ids: i64,
    beliefs: BTreeMap<(&'static str, &'static str), Belief>,
    /// What the till has not begun, and what it has done and not said yet.
    asked: Vec<(CommissionId, TableTask)>,
    done: Vec<(CommissionId, Fulfilment)>,
    locks: BTreeMap<String, String>,
    /// Questions on the line that stands, with how often they were answered.
    answered: BTreeMap<i64, usize>,
}

impl World {
    fn new() -> World {
        let bench = Bench::ready();
        let places = MACHINES.into_iter().flat_map(|machine| TABLES.map(|table| (machine, table)));
        World {
            bench,
            ids: 0,
            beliefs: places.map(|place| (place, Belief::HasNot)).collect(),
            asked: Vec::new(),
            done: Vec::new(),
            locks: BTreeMap::new(),
            answered: BTreeMap::new(),
        }
    }

    fn look(&mut self) {
        for Commission { id, task } in self.bench.commissions.drain(..) {
            let Task::AtTable(task) = task else { panic!() };
            self.asked.push((id, task));
        }
        for (said, _) in self.bench.sent.drain(..) {
            let id = said["id"].as_i64().unwrap();
            *self.answered.get_mut(&id).expect("an answer on the wrong line") += 1;
            for belief in self.beliefs.values_mut().filter(|belief| **belief == Belief::Asks(id)) {
                let confirmed = said["result"]["confirmed"] == true;
                *belief = if confirmed { Belief::Has } else { Belief::HasNot };
            }
        }
        assert!(self.answered.values().all(|times| *times <= 1));
    }

    fn asks(&mut self, machine: &str, method: &str, table: &str) -> i64 {
        self.ids += 1;
        self.answered.insert(self.ids, 0);
        self.bench.asks(&json!(self.ids), method, &json!({ "tid": machine, "tableId": table }));
        self.ids
    }

    fn wants(&mut self, machine: &'static str, table: &'static str) {
        let is_asking = matches!(self.beliefs[&(machine, table)], Belief::Asks(_));
        if self.bench.is_online() && !is_asking {
            self.beliefs.insert((machine, table), Belief::Asks(self.ids + 1));
            self.asks(machine, "tableLockRequest", table);
        }
    }

    fn gives_back(&mut self, machine: &'static str, table: &'static str, with_id: bool) {
        let is_asking = matches!(self.beliefs[&(machine, table)], Belief::Asks(_));
        if !self.bench.is_online() || is_asking {
            return;
        }
        self.beliefs.insert((machine, table), Belief::HasNot);
        if with_id {
            self.asks(machine, "tableUnlock", table);
        } else {
            self.bench.tells("tableUnlock", &json!({ "tid": machine, "tableId": table }));
        }
    }

    /// The till takes up any of the commissions it has.
    fn works(&mut self, which: usize, fails: bool) {
        if self.asked.is_empty() {
            return;
        }
        let (id, task) = self.asked.remove(which % self.asked.len());
        let fulfilment = match task {
            _ if fails => Fulfilment::Unknown(why("")),
            TableTask::List { .. } => Fulfilment::AtTable(TableAnswer::Tables(Vec::new(), pounds(0).currency())),
            TableTask::Print { .. } => Fulfilment::AtTable(TableAnswer::Printed(Vec::new())),
            TableTask::Lock { asker, table } => {
                let holder = self.locks.entry(table).or_insert_with(|| asker.machine.clone());
                if *holder == asker.machine { locked(1_000) } else { Fulfilment::Busy(why("")) }
            }
            TableTask::Unlock { asker, table } => {
                if self.locks.get(&table) == Some(&asker.machine) {
                    self.locks.remove(&table);
                }
                unlocked()
            }
        };
        self.done.push((id, fulfilment));
    }

    /// … and says so later.
    fn says(&mut self, which: usize) {
        if !self.done.is_empty() {
            let (id, fulfilment) = self.done.remove(which % self.done.len());
            self.bench.command(Command::Fulfil(id, fulfilment));
        }
    }

    fn loses_its_line(&mut self) {
        if self.bench.has_line() {
            self.bench.loses(LossCause::Broken, "reset");
            self.answered.clear();
            for belief in self.beliefs.values_mut().filter(|belief| matches!(belief, Belief::Asks(_))) {
                *belief = Belief::HasNot;
            }
        }
    }

    fn has_its_line(&mut self) {
        while !self.bench.is_online() {
            if self.bench.has_line() {
                self.bench.opens();
            } else {
                self.bench.seconds(1);
            }
        }
    }

    fn happens(&mut self, what: u8, which: u8) {
        let place = usize::from(which);
        let (machine, table) = (MACHINES[place % 2], TABLES[place / 2 % 2]);
        match what % 12 {
            0..=2 => self.wants(machine, table),
            3 | 4 => self.gives_back(machine, table, place > 127),
            5..=7 => self.works(place, which % 8 == 7),
            8 | 9 => self.says(place),
            10 => self.bench.pass(std::time::Duration::from_millis(u64::from(which) * 25)),
            _ if which < 32 => self.loses_its_line(),
            _ if self.bench.is_online() => drop(self.asks(machine, "tableListRequest", table)),
            _ => self.has_its_line(),
        }
        self.look();
    }

    /// The till carries out everything, and says so.
    fn comes_to_rest(&mut self) {
        self.has_its_line();
        for _ in 0..200 {
            self.works(0, false);
            self.says(0);
            self.look();
            self.bench.pass(std::time::Duration::from_millis(100));
            self.look();
        }
        assert!(self.asked.is_empty() && self.done.is_empty() && !self.bench.has_parting_words());
    }
}

#[test]
fn the_oracle_is_not_blind() {
    let mut world = World::new();
    world.happens(0, 0);
    assert_eq!(world.beliefs[&(MACHINES[0], TABLES[0])], Belief::Asks(1));
    world.happens(5, 0);
    world.happens(8, 0);
    assert_eq!(world.beliefs[&(MACHINES[0], TABLES[0])], Belief::Has);
    assert_eq!(world.locks, BTreeMap::from([(TABLES[0].to_owned(), MACHINES[0].to_owned())]));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 300, ..Default::default() })]

    #[test]
    fn in_the_end_a_table_is_locked_for_whoever_was_told_so(events in proptest::collection::vec((0..12_u8, 0..=255_u8), 1..120)) {
        let mut world = World::new();
        for (what, which) in events {
            world.happens(what, which);
        }
        world.comes_to_rest();
        proptest::prop_assert!(world.answered.values().all(|times| *times == 1), "{:?}", world.answered);
        for ((machine, table), belief) in &world.beliefs {
            let has = world.locks.get(*table).is_some_and(|holder| holder == machine);
            proptest::prop_assert_eq!(has, *belief == Belief::Has, "{} {} {:?}", machine, table, belief);
        }
    }

    #[test]
    fn no_message_of_the_clouds_brings_the_till_down(method in 0..9_usize, id in 0..5_usize, params in "\\PC{0,60}", member in 0..12_usize) {
        let methods = ["tableListRequest", "tableLockRequest", "posReceiptRequest", "transactionResponse",
            "finalPOSReceiptRequest", "tableUnlock", "endOfDayReport", "errorMessage", "x"];
        let ids = [json!(1), json!("a"), Value::Null, json!([]), json!(true)];
        let members = ["tid", "tableId", "payments", "amountPaid", "currency", "transactionResult", "paymentId",
            "reportType", "code", "message", "waiterId", "balances"];
        let value = serde_json::from_str::<Value>(&params).unwrap_or(json!(params));
        let mut bench = Bench::ready();
        let given = json!({ members[member]: value, "payments": [{ members[member]: value }] });
        bench.hears(&json!({ "jsonrpc": "2.0", "id": ids[id], "method": methods[method], "params": given }));
        bench.hears(&json!({ "jsonrpc": "2.0", "id": ids[id], "method": methods[method], "params": value }));
        bench.hears_bytes(params.as_bytes());
        bench.seconds(10);
        let is_owed = usize::from(!ids[id].is_null());
        proptest::prop_assert!(bench.sent.len() >= is_owed && bench.sent.len() <= 2 * is_owed, "{:?}", bench.sent);
    }
}
