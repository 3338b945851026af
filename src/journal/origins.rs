//! Payments that somebody outside asked for, by the outside's own reference. What was asked for once is never made again:
//! that is looked at inside the transaction that would record it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::{PaymentRecord, PaymentRequest};

use super::error::JournalError;
use super::journal::Journal;
use super::schema::{approved_states, open_states, origin_number, origin_reference};

/// Of one terminal of theirs and reference, by their own index. The partial index wants its condition said once more.
macro_rules! of_origin {
    () => {
        concat!(
            "INDEXED BY payments_origin WHERE ",
            origin_number!(),
            " = ?1 AND ",
            origin_reference!(),
            " = ?2 AND ",
            origin_reference!(),
            " IS NOT NULL"
        )
    };
}

const ALL: &str = concat!(of_origin!(), " ORDER BY p.seq");

/// A follow-up that took no effect may be tried again; what asks for a card, never.
const MADE: &str = concat!(
    "SELECT seq FROM payments ",
    of_origin!(),
    " AND operation = ?3 AND (?4 OR state IN ",
    open_states!(),
    " OR state IN ",
    approved_states!(),
    ") ORDER BY seq DESC LIMIT 1"
);

impl Journal {
    /// Every payment that was asked of the terminal that the outside calls `number`, under this reference of the outside's,
    /// ended or not, oldest first.
    ///
    /// # Errors
    /// The disk's; `Damaged` when one of them cannot be believed.
    pub fn payments_from(&self, number: &str, reference: &str) -> Result<Vec<PaymentRecord>, JournalError> {
        self.records(ALL, params![number, reference])
    }
}

/// The payment that this request from outside asks for once more.
pub(super) fn made_before(connection: &Connection, request: &PaymentRequest) -> Result<Option<i64>, JournalError> {
    let Some(origin) = &request.origin else { return Ok(None) };
    let whatever_became_of_it = !request.operation.is_follow_up();
    let asked = params![origin.number, origin.reference, request.operation.word(), whatever_became_of_it];
    Ok(connection.prepare_cached(MADE)?.query_row(asked, |row| row.get(0)).optional()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::journal::row;

    #[test]
    fn what_the_outside_asked_for_is_found_by_its_index_and_needs_no_sorting() {
        let journal = Journal::open_in_memory().unwrap();
        for sql in [format!("{} {ALL}", row::SELECT), MADE.to_owned()] {
            let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let wanted = statement.parameter_count();
            let nothing = vec![""; wanted];
            let lines =
                statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
            let plan = lines.map(Result::unwrap).collect::<Vec<_>>().join("; ");
            assert!(plan.contains("payments_origin (<expr>=? AND <expr>=?)") && !plan.contains("TEMP"), "{plan}");
        }
    }
}
