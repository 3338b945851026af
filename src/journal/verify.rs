//! Looking at everything: the whole chain, and whether the payments stand as their events say.

use rusqlite::Connection;
use serde_json::Value;

use crate::domain::{BillId, PaymentId};

use super::bill_events;
use super::bill_row;
use super::chain::{self, StoredLink, class};
use super::error::JournalError;
use super::journal::Journal;
use super::row::{PaymentRow, from_json, number_in};
use super::standing::{LifeBody, Standing};

/// What [`Journal::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// How many events fit the chain, from the first.
    pub rows: i64,
    /// The first thing that does not fit; `None`: nobody has changed anything.
    pub misfit: Option<Misfit>,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The event with this number was edited, inserted or removed.
    Event(i64),
    /// The payment does not stand as its events say.
    Payment(PaymentId),
    /// The bill is not what its events add up to.
    Bill(BillId),
}

impl ChainReport {
    pub fn is_whole(&self) -> bool {
        self.misfit.is_none()
    }
}

impl Journal {
    /// Walks the whole chain, then replays the events of every payment. Takes seconds where there are many.
    ///
    /// # Errors
    /// The disk's, when it cannot even be read.
    pub fn verify(&self) -> Result<ChainReport, JournalError> {
        let snapshot = self.snapshot()?;
        let walk = chain::walk(&snapshot, 0)?;
        let misfit = match walk.misfit {
            Some(number) => Some(Misfit::Event(number)),
            None => match first_wrong(&snapshot)? {
                Some(seq) => Some(Misfit::Payment(PaymentId::new(&self.till, seq))),
                None => self.first_wrong_bill(&snapshot)?.map(Misfit::Bill),
            },
        };
        Ok(ChainReport { rows: walk.rows, misfit })
    }

    fn first_wrong_bill(&self, connection: &Connection) -> Result<Option<BillId>, JournalError> {
        for seq in bill_row::all_numbers(connection)? {
            if !bill_events::stands_as_told(connection, &self.till, seq)? {
                return Ok(Some(BillId::new(&self.till, seq)));
            }
        }
        Ok(None)
    }

    /// Whether one payment stands as its events say; for a look at the details.
    ///
    /// # Errors
    /// `Unknown`; otherwise the disk's.
    pub fn verify_payment(&self, id: &PaymentId) -> Result<bool, JournalError> {
        let seq = number_in(&self.till, id).ok_or_else(|| JournalError::Unknown(id.clone()))?;
        stands_as_told(&*self.snapshot()?, seq)
    }
}

/// The first number, in the payments or in the events, whose payment is missing or stands otherwise than told.
fn first_wrong(connection: &Connection) -> Result<Option<i64>, JournalError> {
    let mut statement = connection.prepare(
        "SELECT seq FROM payments NOT INDEXED
         UNION SELECT payment FROM events NOT INDEXED WHERE payment IS NOT NULL ORDER BY 1",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        if !stands_as_told(connection, seq)? {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

fn stands_as_told(connection: &Connection, seq: i64) -> Result<bool, JournalError> {
    let row = match PaymentRow::load(connection, seq) {
        Ok(Some(row)) => row,
        Ok(None) | Err(JournalError::Damaged { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let links = chain::links_of(connection, seq)?;
    let Some((first, later)) = links.split_first() else { return Ok(false) };
    if !began_as(&row, first)? {
        return Ok(false);
    }
    let mut standing = Standing::new();
    for link in later {
        replay(&mut standing, link)?;
    }
    Ok(standing == row.standing)
}

fn began_as(row: &PaymentRow, first: &StoredLink) -> Result<bool, JournalError> {
    let body: Value = from_json(&first.body)?;
    let request = serde_json::to_value(&row.request).ok();
    Ok(first.kind == "recorded"
        && first.terminal == row.terminal
        && first.at == row.at
        && body.get("protocol").and_then(Value::as_str) == Some(&row.protocol)
        && body.get("training").and_then(Value::as_bool) == Some(row.training)
        && body.get("request") == request.as_ref())
}

fn replay(standing: &mut Standing, link: &StoredLink) -> Result<(), JournalError> {
    match link.class.as_str() {
        class::LIFE => standing.take(&from_json::<LifeBody>(&link.body)?),
        class::REFERENCE => standing.reference = Some(from_json(&link.body)?),
        _ => {}
    }
    Ok(())
}
