//! What card machines took at tables: recorded once, however often it is told.

use crate::domain::{Operation, Origin, PaymentEvent, PaymentRequest, TableTaking, Whence};

use super::apply::Writing;
use super::entry::NewPayment;
use super::error::JournalError;
use super::origins;

impl Writing<'_> {
    /// The till hears of it when it is over: its whole life is written at once.
    pub fn taken_at_table(
        &self,
        terminal: &str,
        protocol: &str,
        taking: &TableTaking,
        at: jiff::Timestamp,
    ) -> Result<(), JournalError> {
        let request = request(terminal, protocol, taking);
        if origins::made_before(self.connection, &request)?.is_some() {
            return Ok(());
        }
        let (terminal, protocol) = (terminal.to_owned(), protocol.to_owned());
        let mut row = self.record(&NewPayment { terminal, protocol, training: false, request, at })?;
        let at = at.to_string();
        self.step(&mut row, PaymentEvent::Transmitted, None, None, &at)?;
        let event = PaymentEvent::from(taking.outcome.verdict);
        self.step(&mut row, event, Some(taking.outcome.clone()), None, &at)?;
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
