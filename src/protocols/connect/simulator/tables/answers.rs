//! What the till answers a machine, and what is wrong with it (8.7).

use serde_json::Value;

use super::super::Cloud;
use super::machine::{Asked, State, Visit};
use super::plan;
use crate::domain::Now;
use crate::protocols::connect::codec;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::Line;

/// (6.1) What a machine's small screen shows of a table.
const LONGEST_TABLE: usize = 10;

impl Cloud {
    /// (6.0) Ten seconds have passed. The machine assumes that there is no table, or that it has none.
    pub(super) fn unanswered(&mut self, now: &Now, place: usize, line: Line, id: &Value, asked: &Asked) {
        if let Some(client) = self.clients.get_mut(&line) {
            client.close_question(id);
        }
        self.complain(&format!("{} was not answered within 10 s", name(asked)));
        self.without(now, place, asked);
    }

    /// What a machine does when it did not get what it asked for.
    fn without(&mut self, now: &Now, place: usize, asked: &Asked) {
        match asked {
            Asked::List | Asked::Lock(_) => self.rest(now, place),
            // It is told again with the next visit.
            _ => self.next(now, place),
        }
    }

    pub(in super::super) fn table_answered(
        &mut self,
        now: &Now,
        line: Line,
        id: &Value,
        tid: &str,
        is_open: bool,
        answer: Result<Value, RpcError>,
    ) {
        if !is_open {
            return self.complain("a question of a machine's was answered twice, or too late");
        }
        if let Some(client) = self.clients.get_mut(&line) {
            client.close_question(id);
        }
        let Some(place) = self.machines.iter().position(|machine| machine.tid == tid) else { return };
        let state = self.machines.get(place).map(|machine| machine.state.clone());
        let Some(State::Waiting { id: waited, for_what, .. }) = state else { return };
        if waited != *id {
            return;
        }
        match (for_what, answer) {
            (Asked::List, Ok(result)) => self.listed_tables(now, place, &result),
            (Asked::Lock(table), Ok(result)) => self.locked(now, place, table, &result),
            (asked @ (Asked::Bill | Asked::Final), Ok(result)) => {
                self.check_print(&result, &asked);
                self.next(now, place);
            }
            (Asked::Tell, answer) => self.acknowledged(now, place, answer),
            (Asked::Unlock, _) => {
                self.forget_lock(place);
                self.next(now, place);
            }
            (asked @ (Asked::Rival | Asked::Gone), answer) => {
                let confirmed = answer.is_ok_and(|result| codec::table_lock(&result).is_ok_and(|lock| lock.confirmed));
                if confirmed {
                    self.complain(&format!("{} was confirmed", name(&asked)));
                }
                self.next(now, place);
            }
            (asked, Err(_)) => self.without(now, place, &asked),
            (Asked::TellAgain | Asked::EndOfDay, Ok(_)) => self.next(now, place),
        }
    }

    fn listed_tables(&mut self, now: &Now, place: usize, result: &Value) {
        let list = match codec::table_list(result) {
            Ok(list) => list,
            Err(error) => {
                self.complain(&format!("a list of tables: {error}"));
                return self.rest(now, place);
            }
        };
        self.check_list(place, &list);
        let is_free = |table: &&String| {
            self.left.get(*table).is_none_or(|until| *until <= now.at) && !self.store.tables.lost.contains(*table)
        };
        let wanted = self.options.tables.table.as_ref();
        let mut offered = list.tables.iter().filter(|table| wanted.is_none_or(|wanted| wanted == *table));
        match offered.find(is_free).cloned() {
            Some(table) => {
                self.question(now, place, TableMethod::Lock, Some(table.clone()), Asked::Lock(table));
            }
            None => self.rest(now, place),
        }
    }

    fn check_list(&mut self, place: usize, list: &TableList) {
        let tid = self.machines.get(place).map_or("", |machine| machine.tid);
        let held = &self.store.tables.held;
        let is_anothers = |table: &String| held.iter().any(|(holder, held)| holder != tid && held == table);
        let names: std::collections::BTreeSet<&String> = list.tables.iter().collect();
        let faults = [
            (!list.tables.is_empty() && list.currency.is_none(), "a list of tables without a currency"),
            (list.tables.iter().any(is_anothers), "a list offers a table that another machine has"),
            (list.tables.iter().any(|table| table.chars().count() > LONGEST_TABLE), "a table's name is too long"),
            (list.tables.iter().any(|table| table.trim().is_empty()), "a table without a name"),
            (names.len() < list.tables.len(), "a table is listed twice"),
        ];
        faults.into_iter().filter(|(wrong, _)| *wrong).for_each(|(_, what)| self.complain(what));
    }

    fn locked(&mut self, now: &Now, place: usize, table: String, result: &Value) {
        let lock = match codec::table_lock(result) {
            Ok(lock) => lock,
            Err(error) => {
                self.complain(&format!("a lock: {error}"));
                return self.rest(now, place);
            }
        };
        if !lock.confirmed {
            return self.rest(now, place);
        }
        let (Some(due @ 1..), Some(currency)) = (lock.amount, lock.currency.clone()) else {
            self.complain("a lock was confirmed without amount or currency");
            return self.rest(now, place);
        };
        if currency != self.currency {
            self.complain("a lock was confirmed in another currency than the machine's");
        }
        if self.store.tables.held.values().any(|held| *held == table) {
            self.complain("a lock was confirmed for a table that another machine has");
        }
        let Some(machine) = self.machines.get_mut(place) else { return };
        self.store.tables.held.insert(machine.tid.to_owned(), table.clone());
        let deeds = plan::of(self.options.tables.script, due);
        machine.visit = Some(Visit { table, due, currency, taken: 0, deeds });
        self.next(now, place);
    }

    /// (4.10) What machines can print.
    fn check_print(&mut self, result: &Value, asked: &Asked) {
        match codec::table_print(result) {
            Ok(lines) => {
                let is_strange = |line: &ReceiptLine| {
                    let strange = matches!(line.kind, LineKind::Other(_) | LineKind::BoxDecline | LineKind::BoxVoid);
                    strange || line.format.iter().any(|format| matches!(format, Format::Other(_)))
                };
                if lines.iter().any(is_strange) {
                    self.complain(&format!("{} was answered with lines that no machine prints", name(asked)));
                }
            }
            Err(error) => self.complain(&format!("{}: {error}", name(asked))),
        }
    }

    /// What the till does not take is no better the next time.
    fn acknowledged(&mut self, now: &Now, place: usize, answer: Result<Value, RpcError>) {
        if let Err(error) = &answer {
            self.complain(&format!("what was taken was not accepted: {}", error.words()));
        }
        let told = self.machines.get(place).and_then(|machine| machine.told_last.clone());
        if let Some((_, payments)) = told {
            self.told(&payments);
        }
        self.next(now, place);
    }
}

fn name(asked: &Asked) -> &'static str {
    match asked {
        Asked::List => TableMethod::List.name(),
        Asked::Lock(_) => TableMethod::Lock.name(),
        Asked::Bill => TableMethod::Receipt.name(),
        Asked::Final => TableMethod::FinalReceipt.name(),
        Asked::Tell | Asked::TellAgain => TableMethod::Taken.name(),
        Asked::Unlock => TableMethod::Unlock.name(),
        Asked::EndOfDay => TableMethod::EndOfDay.name(),
        Asked::Rival => "the lock of a table that another machine has",
        Asked::Gone => "the lock of a table that there is not",
    }
}
