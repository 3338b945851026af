//! The events of bills in the chain: what a bill is was told there, and is held to it.

use rusqlite::Connection;

use crate::domain::{Bill, BillChange, BillId};

use super::bill_row;
use super::chain::{self, StoredLink};
use super::error::JournalError;
use super::row::from_json;

/// Whether the bill with this number is what its events add up to.
pub(super) fn stands_as_told(connection: &Connection, till: &str, seq: i64) -> Result<bool, JournalError> {
    let id = BillId::new(till, seq);
    let bill = match bill_row::load(connection, till, &id) {
        Ok((_, bill)) => bill,
        Err(JournalError::Damaged { .. } | JournalError::Bill(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let links = events(connection, &id)?;
    let Some((first, later)) = links.split_first() else { return Ok(false) };
    if first.kind != "opened" {
        return Ok(false);
    }
    let mut told: Bill = from_json(&first.body)?;
    for link in later {
        let change: BillChange = from_json(&link.body)?;
        // What is paid was looked at when it was written; here only the arithmetic counts.
        match told.apply(&change, 0) {
            Ok(next) => told = next,
            Err(_) => return Ok(false),
        }
    }
    Ok(told == bill)
}

/// The bill as it was when it was opened, of which currency and training never change. What its row says by now is not asked.
pub(super) fn as_opened(connection: &Connection, id: &BillId) -> Result<Bill, JournalError> {
    let mut statement = connection.prepare_cached(&format!("{} LIMIT 1", events_of()))?;
    let mut links = statement.query_map([id.as_str()], StoredLink::from_row)?;
    let link = links.next().transpose()?.filter(|link| link.kind == "opened");
    let link = link.ok_or_else(|| JournalError::damaged(format!("bill {id} was never opened")))?;
    link.check(&chain::hash_of(connection, link.number - 1)?)?;
    from_json(&link.body)
}

fn events(connection: &Connection, id: &BillId) -> Result<Vec<StoredLink>, JournalError> {
    let mut statement = connection.prepare_cached(&events_of())?;
    let links: Result<Vec<StoredLink>, _> = statement.query_map([id.as_str()], StoredLink::from_row)?.collect();
    Ok(links?)
}

fn events_of() -> String {
    let columns = chain::COLUMNS;
    format!(
        "SELECT {columns} FROM events INDEXED BY events_bills WHERE class = 'bill' AND terminal = ?1 ORDER BY number"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::journal::Journal;
    use super::super::query_plan::plan;
    use super::*;

    #[test]
    fn a_bills_events_are_found_by_their_index() {
        let journal = Journal::open_in_memory().unwrap();
        let plan = plan(&journal, &events_of().replace("?1", "'K7M2-B1'"));
        assert!(plan.contains("SEARCH events USING INDEX events_bills"), "{plan}");
        assert!(!plan.contains("TEMP") && !plan.contains("SCAN"), "{plan}");
    }
}
