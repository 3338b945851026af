//! Card machines that are carried to the tables (6, 8.7). Once a till stands at `/pat`, each lists the tables, takes one, has it
//! locked, its bill printed, it paid, tells what was taken, and unlocks it, again and again while there are tables.

mod answers;
mod asking;
mod machine;
mod payments;
mod plan;

use std::time::Duration;

use serde_json::{Value, json};

pub use self::machine::Machine;
use self::machine::{Asked, State, Visit};
use self::plan::Deed;
use super::lines::About;
use super::{Cloud, profile, texts};
use crate::domain::Now;
use crate::protocols::connect::codec;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::{Line, SimulatorEffect};

/// What a machine does besides its table, in a till's words.
const STRANGE_METHODS: [&str; 2] = ["loyaltyCardRequest", "batteryNotification"];

impl Cloud {
    /// (1.5) The newest till for the tables is the one that is asked.
    pub(super) fn tables_taken_over(&mut self, now: &Now, newest: Line) {
        let older = |(line, client): (&Line, &super::lines::Client)| {
            (*line != newest && client.serves_tables && !client.is_mute).then_some(*line)
        };
        let older: Vec<Line> = self.clients.iter().filter_map(older).collect();
        for line in older {
            self.discontinue(line);
        }
        for (place, machine) in self.machines.iter_mut().enumerate() {
            if machine.wake.is_none() {
                let wait = Duration::from_millis(profile::TABLES_FIRST * (place as u64 + 1)) / self.speed;
                machine.wake = Some(now.at + wait);
            }
        }
    }

    /// (3.6) The close that follows has no code here: simulators end lines in one way.
    fn discontinue(&mut self, line: Line) {
        let error = RpcError::new(ErrorCode::ConnectionDiscontinued, Some(texts::TABLES_TAKEN_OVER));
        self.send(line, &Message::Response { id: Value::Null, answer: Err(error) });
        self.effects.push(SimulatorEffect::Close(line));
        self.clients.remove(&line);
        self.tables_line_lost(line);
    }

    /// The line on which the machines ask.
    fn tables_line(&self) -> Option<Line> {
        let found = self.clients.iter().find(|(_, client)| client.serves_tables && !client.is_mute);
        found.map(|(line, _)| *line)
    }

    /// What was asked on it gets no answer. A machine that has a table keeps it.
    pub(super) fn tables_line_lost(&mut self, lost: Line) {
        for machine in &mut self.machines {
            let State::Waiting { line, for_what, .. } = &machine.state else { continue };
            if *line != lost {
                continue;
            }
            let again = match for_what {
                Asked::Tell => Some(Deed::Tell),
                Asked::Unlock => Some(Deed::Unlock),
                _ => None,
            };
            if let (Some(visit), Some(deed)) = (&mut machine.visit, again) {
                visit.deeds.push_front(deed);
            }
            machine.state = State::Working;
            machine.wake = None;
        }
    }

    /// Everything whose time has come.
    pub(super) fn machines_do(&mut self, now: &Now) {
        for place in 0..self.machines.len() {
            while self.machines.get(place).is_some_and(|machine| machine.wake.is_some_and(|wake| wake <= now.at)) {
                let Some(machine) = self.machines.get_mut(place) else { return };
                machine.wake = None;
                match machine.state.clone() {
                    State::Waiting { line, id, for_what } => {
                        machine.state = State::Working;
                        self.unanswered(now, place, line, &id, &for_what);
                    }
                    State::Working => self.go_on(now, place),
                }
            }
        }
    }

    fn go_on(&mut self, now: &Now, place: usize) {
        let Some(machine) = self.machines.get_mut(place) else { return };
        let next = machine.visit.as_mut().map(|visit| visit.deeds.pop_front());
        match next {
            Some(Some(deed)) => self.perform_deed(now, place, deed),
            Some(None) => {
                machine.visit = None;
                self.rest(now, place);
            }
            None => self.begin_visit(now, place),
        }
    }

    /// Until it looks for a table again.
    fn rest(&mut self, now: &Now, place: usize) {
        let wait = Duration::from_millis(profile::TABLES_AGAIN + self.dice.roll(profile::TABLES_LATER));
        let wake = now.at + self.scaled(wait);
        self.wake(place, wake);
    }

    fn wake(&mut self, place: usize, at: crate::domain::Instant) {
        if let Some(machine) = self.machines.get_mut(place) {
            machine.state = State::Working;
            machine.wake = Some(at);
        }
    }

    fn next(&mut self, now: &Now, place: usize) {
        self.wake(place, now.at);
    }

    /// What is left of an earlier visit first: a machine forgets no payment.
    fn begin_visit(&mut self, now: &Now, place: usize) {
        let Some(machine) = self.machines.get_mut(place) else { return };
        let has_untold = self.store.tables.untold.iter().any(|record| record.tid == machine.tid);
        let held = self.store.tables.held.get(machine.tid);
        if has_untold || held.is_some() {
            let mut deeds = Vec::new();
            deeds.extend(has_untold.then_some(Deed::Tell));
            deeds.extend(held.map(|_| Deed::Unlock));
            let table = held.cloned().unwrap_or_default();
            let (due, currency, taken) = (0, self.currency.to_owned(), 0);
            machine.visit = Some(Visit { table, due, currency, taken, deeds: deeds.into() });
            return self.next(now, place);
        }
        self.question(now, place, TableMethod::List, None, Asked::List);
    }

    fn perform_deed(&mut self, now: &Now, place: usize, deed: Deed) {
        let table = self.table(place);
        match deed {
            Deed::Bill => return self.question(now, place, TableMethod::Receipt, table, Asked::Bill),
            Deed::Final if self.wants_final_receipt() => {
                return self.question(now, place, TableMethod::FinalReceipt, table, Asked::Final);
            }
            Deed::Rival => return self.question(now, place, TableMethod::Lock, table, Asked::Rival),
            Deed::LockGone => {
                let gone = Some(profile::FOREIGN_TABLE.0.to_owned());
                return self.question(now, place, TableMethod::Lock, gone, Asked::Gone);
            }
            Deed::Pause(millis) => {
                let wake = now.at + self.scaled(Duration::from_millis(millis));
                return self.wake(place, wake);
            }
            Deed::Tell => return self.tell(now, place),
            Deed::TellAgain => return self.tell_again(now, place),
            Deed::TellNothing => return self.tell_nothing(now, place),
            Deed::Unlock => return self.unlock(now, place),
            Deed::EndOfDay => return self.end_of_day(now, place),
            Deed::Take(part) => self.take(now, place, part),
            Deed::TakeUnclear => self.take_unclear(now, place),
            Deed::Try(result) => self.try_card(now, place, result),
            Deed::TakeForeign => self.take_foreign(now, place),
            Deed::Forget => self.forget_untold(place),
            Deed::Cut => self.tables_line().into_iter().for_each(|line| self.cut(line)),
            Deed::SpellOddly => self.spell_oddly(),
            Deed::AskStrangely => self.ask_strangely_at_table(),
            Deed::TakeOver => self.tables_line().into_iter().for_each(|line| self.discontinue(line)),
            Deed::KeepLocked => self.forget_lock(place),
            Deed::Leave => self.leave(now, table),
            Deed::Lose => self.store.tables.lost.extend(table),
            // Nobody wants it.
            Deed::Final => {}
        }
        self.next(now, place);
    }

    fn wants_final_receipt(&self) -> bool {
        let line = self.tables_line();
        line.and_then(|line| self.clients.get(&line)).is_some_and(|client| client.wants_final_receipt)
    }

    fn spell_oddly(&mut self) {
        let line = self.tables_line();
        if let Some(client) = line.and_then(|line| self.clients.get_mut(&line)) {
            client.is_odd = true;
        }
    }

    fn ask_strangely_at_table(&mut self) {
        let Some(line) = self.tables_line() else { return };
        let params = || Params::from_iter([("newInNextRelease".to_owned(), json!(true))]);
        let [asked, told] = STRANGE_METHODS;
        self.ask(line, asked, params(), About::Strange);
        self.send(line, &Message::Notification { method: told.to_owned(), params: params() });
    }

    fn leave(&mut self, now: &Now, table: Option<String>) {
        let until = now.at + self.scaled(Duration::from_millis(profile::LEFT_ALONE));
        self.left.retain(|_, until| *until > now.at);
        self.left.extend(table.map(|table| (table, until)));
    }

    fn unlock(&mut self, now: &Now, place: usize) {
        let table = self.table(place);
        if self.options.tables.unlocks_with_id {
            return self.question(now, place, TableMethod::Unlock, table, Asked::Unlock);
        }
        let question = TableQuestion { asker: self.asker(place), table };
        if self.tell_till(TableMethod::Unlock, |version| codec::table_question_params(&question, version)) {
            self.forget_lock(place);
            self.next(now, place);
        } else {
            self.put_off(place, &Asked::Unlock);
        }
    }

    fn forget_lock(&mut self, place: usize) {
        if let Some(machine) = self.machines.get(place) {
            self.store.tables.held.remove(machine.tid);
        }
    }

    /// (6.8) A machine ends its day whether or not anybody hears of it.
    fn end_of_day(&mut self, now: &Now, place: usize) {
        let line = self.tables_line().and_then(|line| self.clients.get(&line));
        let Some(version) = line.map(|client| client.version) else { return self.put_off(place, &Asked::EndOfDay) };
        let tid = self.asker(place).machine;
        let report = self.report_of(now, &tid, &ReportKind::EndOfDay, self.currency, version);
        let params = report.as_object().cloned().unwrap_or_default();
        self.tell_till(TableMethod::EndOfDay, |_| params.clone());
        self.next(now, place);
    }
}
