//! Listens to what machines at tables ask and what the till answers: an answer that promises something is held against the
//! books in the moment in which it leaves.

use checkstand::protocols::connect::codec;
use checkstand::protocols::connect::messages::{Message, TableMethod};
use checkstand::protocols::connect::outcomes::{AtTable, judge_at_table};
use checkstand::protocols::frame::Channel;
use serde_json::Value;

use super::{OURS, World};

/// A question of which the answer is a promise.
#[derive(Debug)]
pub(crate) enum Asked {
    Lock {
        machine: String,
        table: String,
    },
    /// By their references; what was not taken is not among them.
    Taken {
        table: Option<String>,
        references: Vec<String>,
    },
}

impl World {
    pub(crate) fn overhear_question(&mut self, till: usize, channel: Channel, message: &[u8]) {
        if till != OURS || !self.has_tables {
            return;
        }
        let (id, method, params) = match codec::decode(message) {
            Ok(Message::Request { id, method, params }) => (Some(id), method, params),
            Ok(Message::Notification { method, params }) => (None, method, params),
            _ => return,
        };
        let asked = match TableMethod::of_name(&method) {
            Some(TableMethod::Unlock) => {
                let question = codec::table_question(&params);
                let machine = (question.asker.machine, self.restarts);
                self.let_go.insert(question.table.unwrap_or_default(), machine);
                return;
            }
            Some(TableMethod::Lock) => {
                let question = codec::table_question(&params);
                self.let_go.remove(question.table.as_deref().unwrap_or_default());
                Asked::Lock { machine: question.asker.machine, table: question.table.unwrap_or_default() }
            }
            Some(TableMethod::Taken) => {
                let Ok(takings) = codec::takings(&params) else { return };
                let own = self.abilities().currency;
                let currency = takings.currency.as_deref().unwrap_or(own.code());
                let judged = takings.payments.iter().flatten();
                let judged = judged.map(|payment| judge_at_table(payment, takings.result.as_ref(), currency));
                let references = judged.filter_map(|judged| match judged {
                    AtTable::Told { reference, .. } => Some(reference),
                    _ => None,
                });
                Asked::Taken { references: references.collect(), table: takings.table.clone() }
            }
            _ => return,
        };
        if let Some(id) = id {
            self.overheard.insert((channel, id.to_string()), asked);
        }
    }

    pub(crate) fn overhear_answer(&mut self, till: usize, channel: Channel, message: &[u8]) {
        if till != OURS || !self.has_tables {
            return;
        }
        let Ok(Message::Response { id, answer: Ok(answer) }) = codec::decode(message) else { return };
        match self.overheard.remove(&(channel, id.to_string())) {
            Some(Asked::Lock { machine, table }) if answer.get("confirmed") == Some(&Value::Bool(true)) => {
                self.judge_a_promised_lock(&machine, &table, answer.get("amount").and_then(Value::as_i64));
            }
            Some(Asked::Taken { references, table }) => self.judge_an_acknowledgement(&references, table.as_deref()),
            _ => {}
        }
    }

    /// Tables that stay locked though their machine has said that it has finished with them, to a till that has run since.
    pub(crate) fn judge_forgotten_locks(&mut self) {
        for account in self.till().journal.open_bills().expect("the bills") {
            let Some((lock, table)) = account.bill.lock().zip(account.bill.table.as_ref()) else { continue };
            if self.let_go.get(table.as_str()) == Some(&(lock.machine.clone(), self.restarts)) {
                self.violate(format!("table {table} was given back and is locked by {} for ever", lock.machine));
            }
        }
    }

    fn judge_a_promised_lock(&mut self, machine: &str, table: &str, promised: Option<i64>) {
        let found = self.till().journal.find_bill(table).ok();
        let fits = found.as_ref().is_some_and(|account| {
            account.bill.lock().is_some_and(|lock| lock.machine == machine)
                && promised == Some(account.settlement.due_minor)
        });
        if !fits {
            let held = found.map(|account| (account.bill.held, account.settlement.due_minor));
            self.violate(format!("{machine} was promised table {table} for {promised:?}, and it is {held:?}"));
        }
    }

    fn judge_an_acknowledgement(&mut self, references: &[String], table: Option<&str>) {
        for reference in references {
            let booked = self.till().journal.payments_from("connect", reference).expect("the journal");
            match booked.as_slice() {
                [one] if one.request.reference.as_deref() == Some(table.unwrap_or_default()) => {}
                [one] => {
                    let at = one.request.reference.clone();
                    self.violate(format!("{} was taken at {table:?} and is booked at {at:?}", one.id));
                }
                _ => self.violate(format!("{reference} is acknowledged, and booked {} times", booked.len())),
            }
        }
    }
}
