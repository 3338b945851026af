//! How SQLite would go about a query, for tests that hold it to an index.

use super::journal::Journal;

/// The steps of the plan, one after the other.
pub(super) fn plan(journal: &Journal, sql: &str) -> String {
    let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a query");
    let steps = statement.query_map([], |row| row.get::<_, String>(3)).expect("its plan");
    steps.map(|step| step.expect("a step")).collect::<Vec<_>>().join("; ")
}
