//! How SQLite would go about a query, for tests that hold it to an index.

use super::journal::Journal;

/// The steps of the plan, one after the other.
pub(super) fn plan(journal: &Journal, sql: &str) -> String {
    let mut statement = journal.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a query");
    // Whatever its values are, the plan is the same.
    let mut rows = statement.raw_query();
    let mut steps: Vec<String> = Vec::new();
    while let Some(row) = rows.next().expect("its plan") {
        steps.push(row.get(3).expect("a step"));
    }
    steps.join("; ")
}
