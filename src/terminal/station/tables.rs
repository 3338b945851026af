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

    /// The payment, unless it was told before, and the bill it is for.
    ///
    /// # Errors
    /// The disk's.
    pub fn look_up(&self, journal: &Journal) -> Result<Option<(PaymentRecord, Option<BillAccount>)>, JournalError> {
        let known = journal.payments_from(&self.protocol, &self.reference)?;
        let Some(record) = known.into_iter().next_back().filter(|record| record.at == self.at) else { return Ok(None) };
        let account = match &record.request.bill {
            Some(part) => journal.bill_account(&part.bill).ok(),
            None => None,
        };
        Ok(Some((record, account)))
    }
}

impl Station {
    /// `record` has just been written; `account` is its bill, if the table has one.
    pub fn taken_at_table(&mut self, now: Now, record: &PaymentRecord, account: Option<&BillAccount>, turn: &mut Turn) {
        let outcome = record.outcome.clone().unwrap_or_else(|| Outcome::bare(record.verdict()));
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
            Some(_) => None,
        };
        if let Some(alarm) = alarm {
            turn.entries.push(self.note("alarm", Some(record.id.clone()), json!(alarm), now));
            self.push_notice(alarm.clone());
            turn.signals.push(Signal::Notice(alarm));
        }
    }
}
