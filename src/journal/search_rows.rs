//! What a search asks of a payment itself: of those that have not ended and are in no index, and of one that is looked up.

use crate::domain::{Clue, Ending};

use super::error::JournalError;
use super::row::{PaymentRow, SELECT, number_in, timestamp};
use super::schema::open_states;
use super::search::{Search, is_till};
use super::search_index::{Facts, Kind, has_parts};

impl Search<'_> {
    /// Payments that have not ended are in no index, and there is one to a terminal.
    pub(super) fn look_at_open(&mut self) -> Result<(), JournalError> {
        const OPEN: &str = concat!("INDEXED BY payments_open WHERE p.state IN ", open_states!(), " ORDER BY p.seq");
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} {OPEN}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let row = PaymentRow::read(row)?;
            if self.lets_through(&row)? && self.is_meant(&row)? {
                self.found.push(row.seq);
            }
        }
        Ok(())
    }

    /// Whether a payment lies in the stretch and passes the filters.
    pub(super) fn lets_through(&self, row: &PaymentRow) -> Result<bool, JournalError> {
        let query = self.query;
        let at = timestamp(&row.at)?;
        Ok(row.seq > self.stretch.after
            && row.seq < self.stretch.before
            && query.terminal.as_ref().is_none_or(|wanted| *wanted == row.terminal)
            && query.operation.is_none_or(|wanted| wanted == row.request.operation)
            && query.ending.is_none_or(|wanted| wanted == Ending::from(row.standing.state))
            && query.training.is_none_or(|wanted| wanted == row.training)
            && query.since.is_none_or(|since| at >= since)
            && query.until.is_none_or(|until| at < until))
    }

    fn is_meant(&self, row: &PaymentRow) -> Result<bool, JournalError> {
        let (facts, at) = (Facts::of(row), timestamp(&row.at)?);
        let has = |kind, term: &str| facts.terms.iter().any(|(other, word)| *other == kind && word == term);
        let is = |clue: &Clue| match clue {
            Clue::Amount(amount) => has(Kind::Amount, amount),
            Clue::Card(last4) => has(Kind::Card, last4),
            Clue::Payment(id) => number_in(self.till, id) == Some(row.seq),
            Clue::Day { from, until } => at >= *from && at < *until,
            Clue::Text(text) => {
                let brand = |(kind, word): &(Kind, String)| *kind == Kind::Brand && word.contains(text.as_str());
                Ending::from(row.standing.state).word() == *text
                    || row.terminal.to_lowercase().contains(text)
                    || is_till(self.till, text)
                    || has(Kind::Short, text)
                    || (has_parts(text) && (facts.words.contains(text) || facts.terms.iter().any(brand)))
            }
        };
        Ok(self.query.search.is_empty() || self.query.search.iter().any(is))
    }
}
