//! What a card machine has taken at a table: told like a payment that began here, and what somebody has to look at.

use serde_json::json;

use super::{Station, Turn};
use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{BillAccount, Now, Outcome, PaymentRecord, Verdict};
use crate::journal::{Entry, Journal, JournalError};
use crate::terminal::view::Signal;

/// A payment that a card machine told of, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    protocol: String,
    reference: String,
    at: jiff::Timestamp,
}

impl Told {
    /// Those among what is written in one transaction.
    pub fn among(entries: &[Entry]) -> Vec<Told> {
        entries.iter().filter_map(Told::of).collect()
    }

    fn of(entry: &Entry) -> Option<Told> {
        let Entry::TakenAtTable { protocol, taking, at, .. } = entry else { return None };
        Some(Told { protocol: protocol.clone(), reference: taking.reference.clone(), at: *at })
    }

    /// The payment as it stands now, and the bill it is for.
    ///
    /// # Errors
    /// The disk's.
    pub fn look_up(&self, journal: &Journal) -> Result<Option<TableNews>, JournalError> {
        let known = journal.payments_from(&self.protocol, &self.reference)?;
        let Some(record) = known.into_iter().next_back() else { return Ok(None) };
        let account = match &record.request.bill {
            Some(part) => journal.bill_account(&part.bill).ok(),
            None => None,
        };
        Ok(Some(TableNews { is_new: record.at == self.at, record, account }))
    }
}

/// What is in the journal of a payment at a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableNews {
    pub record: PaymentRecord,
    /// `None` where the table has no bill.
    pub account: Option<BillAccount>,
    /// It was not told before.
    pub is_new: bool,
}

impl Station {
    /// It has just been written. What is told once more is news only where it ends what was in doubt.
    pub fn taken_at_table(&mut self, now: Now, news: &TableNews, turn: &mut Turn) {
        let TableNews { record, account, is_new } = news;
        let outcome = record.outcome.clone().unwrap_or_else(|| Outcome::bare(record.verdict()));
        if !is_new {
            let in_doubt = self.view.unresolved.len();
            self.view.unresolved.retain(|doubt| doubt.id != record.id || !record.state.is_final());
            if self.view.unresolved.len() < in_doubt {
                turn.signals.push(Signal::Outcome { payment: record.id.clone(), outcome });
            }
            return;
        }
        turn.signals.push(Signal::Started {
            payment: record.id.clone(),
            operation: record.request.operation,
            amount: record.request.amount,
            origin: record.request.origin.clone(),
        });
        if outcome.verdict == Verdict::InDoubt {
            self.note_unresolved(record, outcome.explanation.clone());
        }
        turn.signals.push(Signal::Outcome { payment: record.id.clone(), outcome });
        let table = record.request.reference.as_deref().unwrap_or_default();
        let alarm = match account {
            None => Some(Explanation::new("explain-table-gone", Fault::Nobody).with_detail(table)),
            Some(account) if account.settlement.over_minor() > 0 => {
                let over = account.money(account.settlement.over_minor());
                let detail = format!("{table}: {over}");
                Some(Explanation::new("explain-table-overpaid", Fault::Nobody).with_detail(&detail))
            }
            // Its lock was lifted: others may sit there by now.
            Some(account) if account.bill.lock().is_none() => {
                Some(Explanation::new("explain-table-not-locked", Fault::Nobody).with_detail(table))
            }
            Some(_) => None,
        };
        if let Some(alarm) = alarm {
            turn.entries.push(self.note("alarm", Some(record.id.clone()), json!(alarm), now));
            self.push_notice(alarm.clone());
            turn.signals.push(Signal::Notice(alarm));
        }
    }
}
