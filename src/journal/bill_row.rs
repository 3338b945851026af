//! One row of the bills table: read, written, sealed. Its body is what the bill's events add up to.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::domain::{Bill, BillError, BillId, TableName};

use super::error::JournalError;
use super::row::{from_json, to_json};

const COLUMNS: &str = "SELECT seq, stage, place, body, seal FROM bills";
/// Steps from a merged bill to the one that has its lines now.
const MERGES_AT_MOST: usize = 64;

/// The number of the next bill: never one that was used before.
pub(super) fn next_number(connection: &Connection) -> Result<i64, JournalError> {
    let used: Option<i64> = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'bills'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0) + 1)
}

pub(super) fn insert(connection: &Connection, seq: i64, bill: &Bill) -> Result<(), JournalError> {
    let body = to_json(bill)?;
    connection
        .prepare_cached("INSERT INTO bills (seq, stage, place, body, seal) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![seq, bill.stage.word(), place(bill), body, seal(seq, bill.stage.word(), &body)])?;
    Ok(())
}

pub(super) fn update(connection: &Connection, seq: i64, bill: &Bill) -> Result<(), JournalError> {
    let body = to_json(bill)?;
    connection
        .prepare_cached("UPDATE bills SET stage = ?2, place = ?3, body = ?4, seal = ?5 WHERE seq = ?1")?
        .execute(params![seq, bill.stage.word(), place(bill), body, seal(seq, bill.stage.word(), &body)])?;
    Ok(())
}

/// # Errors
/// `BillError::Unknown` for a bill of another till, or none.
pub(super) fn load(connection: &Connection, till: &str, id: &BillId) -> Result<(i64, Bill), JournalError> {
    let unknown = || JournalError::Bill(BillError::Unknown(id.to_string()));
    let seq = id.number_in(till).ok_or_else(unknown)?;
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE seq = ?1"))?;
    let mut rows = statement.query([seq])?;
    let bill = rows.next()?.map(read).transpose()?.ok_or_else(unknown)?;
    Ok((seq, bill))
}

/// The bill that has this one's lines by now: itself, unless it was merged.
pub(super) fn load_present(connection: &Connection, till: &str, id: &BillId) -> Result<(i64, Bill), JournalError> {
    use crate::domain::bill::BillStage;
    let (mut seq, mut bill) = load(connection, till, id)?;
    for _ in 0..MERGES_AT_MOST {
        let BillStage::MergedInto(next) = &bill.stage else { return Ok((seq, bill)) };
        (seq, bill) = load(connection, till, &next.clone())?;
    }
    Err(JournalError::damaged(format!("bill {id} is merged in a circle")))
}

/// The newest open bill at this table.
pub(super) fn at_table(connection: &Connection, table: &TableName) -> Result<Option<(i64, Bill)>, JournalError> {
    let sql = format!(
        "{COLUMNS} INDEXED BY bills_place WHERE stage = 'open' AND place IS NOT NULL AND place = ?1 ORDER BY seq DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([table.key()])?;
    rows.next()?.map(|row| Ok((row.get(0)?, read(row)?))).transpose()
}

/// Open bills, oldest first; of one that is damaged, its number.
pub(super) fn open(connection: &Connection) -> Result<Vec<Result<Bill, i64>>, JournalError> {
    let mut statement =
        connection.prepare_cached(&format!("{COLUMNS} INDEXED BY bills_open WHERE stage = 'open' ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut bills = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(bill) => bills.push(Ok(bill)),
            Err(error @ JournalError::Damaged { .. }) => {
                let seq = row.get(0)?;
                tracing::error!(bill = seq, %error, "an open bill cannot be read");
                bills.push(Err(seq));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(bills)
}

/// How many open bills have a table; those that are damaged are not counted.
pub(super) fn count_parked(connection: &Connection) -> Result<usize, JournalError> {
    let mut statement = connection.prepare_cached(&parked())?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(_) => count += 1,
            Err(JournalError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

fn parked() -> String {
    format!("{COLUMNS} INDEXED BY bills_place WHERE stage = 'open' AND place IS NOT NULL")
}

/// The newest bills whatever became of them, newest first.
pub(super) fn newest(connection: &Connection, limit: usize) -> Result<Vec<Bill>, JournalError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} ORDER BY seq DESC LIMIT ?1"))?;
    let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut bills = Vec::new();
    while let Some(row) = rows.next()? {
        bills.push(read(row)?);
    }
    Ok(bills)
}

pub(super) fn all_numbers(connection: &Connection) -> Result<Vec<i64>, JournalError> {
    let mut statement = connection.prepare_cached("SELECT seq FROM bills ORDER BY seq")?;
    let numbers: Result<Vec<i64>, _> = statement.query_map([], |row| row.get(0))?.collect();
    Ok(numbers?)
}

/// A row that does not fit its seal, or whose columns say otherwise than its body, is damaged and is not believed.
fn read(row: &Row) -> Result<Bill, JournalError> {
    let seq: i64 = row.get(0)?;
    let (stage, where_at): (String, Option<String>) = (row.get(1)?, row.get(2)?);
    let (body, sealed): (String, Vec<u8>) = (row.get(3)?, row.get(4)?);
    if sealed != seal(seq, &stage, &body) {
        return Err(JournalError::damaged(format!("bill {seq} does not fit its seal")));
    }
    let bill: Bill = from_json(&body)?;
    if bill.stage.word() != stage || place(&bill) != where_at {
        return Err(JournalError::damaged(format!("bill {seq} is not where it says")));
    }
    Ok(bill)
}

fn place(bill: &Bill) -> Option<String> {
    bill.table.as_ref().map(TableName::key)
}

fn seal(seq: i64, stage: &str, body: &str) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(seq.to_le_bytes());
    for field in [stage, body] {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    digest.finalize()[..16].to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::journal::Journal;
    use super::super::query_plan::plan;
    use super::*;

    #[test]
    fn bills_at_tables_are_counted_by_their_index_however_many_were_closed() {
        let journal = Journal::open_in_memory().expect("a journal");
        let plan = plan(&journal, &parked());
        assert!(plan.contains("bills_place") && !plan.contains("TEMP"), "{plan}");
    }
}
