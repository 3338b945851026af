//! What card machines took at tables: recorded once, however often it is told.

use crate::domain::{
    Bill, BillPart, Operation, Origin, Outcome, PaymentEvent, PaymentId, PaymentRequest, TableName, TableTaking, Taken,
    Whence,
};

use super::apply::{Writing, masked};
use super::bill_row;
use super::entry::{Contradiction, NewPayment};
use super::error::JournalError;
use super::origins;
use super::row::{PaymentRow, to_json};

/// A machine told a payment once more, and not as it had.
const TOLD_OTHERWISE: &str = "told-otherwise";

impl Writing<'_> {
    /// The till hears of it when it is over: its whole life is written at once, for the bill that is open at that table. Told
    /// again it is the same payment; told otherwise, that is a contradiction, unless nobody knew its end before.
    pub fn taken_at_table(
        &self,
        terminal: &str,
        protocol: &str,
        taking: &TableTaking,
        at: jiff::Timestamp,
    ) -> Result<Option<Contradiction>, JournalError> {
        let request = PaymentRequest { bill: self.bill_at(taking)?, ..request(terminal, protocol, taking) };
        if let Some(made) = origins::made_before(self.connection, &request)? {
            return self.told_again(&PaymentId::new(self.till, made), taking, at);
        }
        let (terminal, protocol) = (terminal.to_owned(), protocol.to_owned());
        let mut row = self.record(&NewPayment { terminal, protocol, training: false, request, at })?;
        self.end_at_once(&mut row, taking.outcome.clone(), at)?;
        Ok(None)
    }

    fn told_again(
        &self,
        payment: &PaymentId,
        taking: &TableTaking,
        at: jiff::Timestamp,
    ) -> Result<Option<Contradiction>, JournalError> {
        let row = self.load(payment)?;
        let known = row.standing.outcome.as_ref().and_then(|outcome| outcome.taken);
        let is_the_same = known == taking.outcome.taken && row.standing.state.verdict() == taking.outcome.verdict;
        if is_the_same && row.request.amount == taking.amount {
            return Ok(None);
        }
        let event = PaymentEvent::from(taking.outcome.verdict);
        if !row.standing.state.is_final() {
            return self.happened(payment, event, Some(taking.outcome.clone()), at);
        }
        let body = serde_json::json!({ "told": taking });
        if !self.was_noted(row.seq, &body)? {
            self.note(&row.terminal, Some(payment), TOLD_OTHERWISE, &body, at)?;
        }
        Ok(Some(Contradiction { payment: payment.clone(), state: row.standing.state, event }))
    }

    /// A machine that insists is written down once.
    fn was_noted(&self, seq: i64, body: &serde_json::Value) -> Result<bool, JournalError> {
        const NOTED: &str = "SELECT EXISTS (SELECT 1 FROM events INDEXED BY events_payment
            WHERE payment = ?1 AND class = 'note' AND kind = ?2 AND body = ?3)";
        let body = to_json(&masked(body))?;
        let mut statement = self.connection.prepare_cached(NOTED)?;
        Ok(statement.query_row(rusqlite::params![seq, TOLD_OTHERWISE, body], |row| row.get(0))?)
    }

    /// Where no bill of that currency is open at the table, the payment is nobody's bill's: the money was taken all the same.
    fn bill_at(&self, taking: &TableTaking) -> Result<Option<Box<BillPart>>, JournalError> {
        let Ok(table) = taking.table.parse::<TableName>() else { return Ok(None) };
        let found = match bill_row::at_table(self.connection, &table) {
            // A bill that cannot be believed keeps no payment from being written.
            Err(JournalError::Damaged { .. }) => None,
            found => found?,
        };
        let fits = |bill: &Bill| bill.currency == taking.amount.currency() && !bill.training;
        Ok(found.filter(|(_, bill)| fits(bill)).map(|(_, bill)| Box::new(BillPart::of(bill.id))))
    }

    /// Cash is taken as soon as it is written.
    pub fn pass(&self, row: &mut PaymentRow, at: jiff::Timestamp) -> Result<(), JournalError> {
        let taken = Taken::exactly(row.request.amount);
        self.end_at_once(row, Outcome::approved(taken), at)
    }

    fn end_at_once(&self, row: &mut PaymentRow, outcome: Outcome, at: jiff::Timestamp) -> Result<(), JournalError> {
        let at = at.to_string();
        self.step(row, PaymentEvent::Transmitted, None, None, &at)?;
        let event = PaymentEvent::from(outcome.verdict);
        self.step(row, event, Some(outcome), None, &at)?;
        Ok(())
    }
}

fn request(terminal: &str, protocol: &str, taking: &TableTaking) -> PaymentRequest {
    let origin = Origin {
        from: Whence::Table,
        face: terminal.to_owned(),
        // Their numbers of payments are their own whichever machine told them.
        number: protocol.to_owned(),
        reference: taking.reference.clone(),
    };
    PaymentRequest {
        origin: Some(Box::new(origin)),
        operator: taking.asker.waiter.clone(),
        reference: Some(taking.table.clone()),
        ..PaymentRequest::new(Operation::Sale, taking.amount)
    }
}
