//! How a machine's questions and news get to the till.

use super::super::lines::About;
use super::super::{Cloud, profile};
use super::machine::{Asked, State};
use super::plan::Deed;
use crate::domain::{Now, TableAsker};
use crate::protocols::connect::codec;
use crate::protocols::connect::messages::*;

impl Cloud {
    pub(super) fn asker(&self, place: usize) -> TableAsker {
        let machine = self.machines.get(place).map_or("", |machine| machine.tid);
        TableAsker { machine: machine.to_owned(), waiter: self.options.tables.waiter.clone() }
    }

    pub(super) fn table(&self, place: usize) -> Option<String> {
        self.machines.get(place)?.visit.as_ref().map(|visit| visit.table.clone())
    }

    /// Asks about a table, or waits for a line to ask on.
    pub(super) fn question(
        &mut self,
        now: &Now,
        place: usize,
        method: TableMethod,
        table: Option<String>,
        for_what: Asked,
    ) {
        let asker = match for_what {
            Asked::Rival => TableAsker { machine: profile::TABLE_MACHINES[1].to_owned(), waiter: None },
            _ => self.asker(place),
        };
        let question = TableQuestion { asker, table };
        let params = |version| codec::table_question_params(&question, version);
        self.ask_till(now, place, method, params, for_what);
    }

    pub(super) fn ask_till(
        &mut self,
        now: &Now,
        place: usize,
        method: TableMethod,
        params: impl Fn(Version) -> Params,
        for_what: Asked,
    ) {
        let Some((line, version)) = self.tables_line().and_then(|line| Some((line, self.clients.get(&line)?.version)))
        else {
            return self.put_off(place, &for_what);
        };
        let Some(tid) = self.machines.get(place).map(|machine| machine.tid.to_owned()) else { return };
        let name = self.name_of(method);
        let about = About::Table { tid, is_open: true };
        let Some(id) = self.ask(line, &name, params(version), about) else { return };
        if let Some(machine) = self.machines.get_mut(place) {
            machine.state = State::Waiting { line, id, for_what };
            machine.wake = Some(now.at + profile::TILL_ANSWERS_WITHIN);
        }
    }

    pub(super) fn tell_till(&mut self, method: TableMethod, params: impl Fn(Version) -> Params) -> bool {
        let Some((line, version)) = self.tables_line().and_then(|line| Some((line, self.clients.get(&line)?.version)))
        else {
            return false;
        };
        let method = self.name_of(method);
        self.send(line, &Message::Notification { method, params: params(version) });
        true
    }

    /// There is no line: once there is one, it is done then.
    pub(super) fn put_off(&mut self, place: usize, for_what: &Asked) {
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.wake = None;
        let deed = match for_what {
            Asked::Tell => Deed::Tell,
            Asked::TellAgain => Deed::TellAgain,
            Asked::Unlock => Deed::Unlock,
            Asked::EndOfDay => Deed::EndOfDay,
            Asked::Bill => Deed::Bill,
            Asked::Final => Deed::Final,
            Asked::Rival => Deed::Rival,
            Asked::Gone => Deed::LockGone,
            Asked::List | Asked::Lock(_) => return,
        };
        if let Some(visit) = &mut machine.visit {
            visit.deeds.push_front(deed);
        }
    }

    /// (6.0) Sources differ in the case of letters.
    pub(super) fn name_of(&self, method: TableMethod) -> String {
        let name = method.name();
        match (self.options.tables.varies_names, method) {
            (false, _) => name.to_owned(),
            (true, TableMethod::FinalReceipt) => "finalPosReceiptRequest".to_owned(),
            (true, _) => {
                let (first, rest) = name.split_at(1);
                format!("{}{rest}", first.to_ascii_uppercase())
            }
        }
    }
}
