//! The history between window and till: a page of it, and everything about one payment.

use iced::Task;

use super::app::Message;
use super::desk;
use super::screens::history::{self, Page};
use super::screens::payment_page::{Dossier, MESSAGES_AT_MOST};
use crate::domain::PaymentId;
use crate::journal::{HistoryQuery, Journal, JournalError, JournalHandle};

/// A page; nothing is said where a newer search has taken its place.
pub fn read(journal: JournalHandle, page: Page, query: HistoryQuery) -> Task<Message> {
    Task::future(async move { journal.search(query).await }).then(move |found| match found {
        Ok(None) => Task::none(),
        Ok(Some(rows)) => Task::done(said(history::Message::Read(page.clone(), Ok(rows)))),
        Err(error) => Task::done(said(history::Message::Read(page.clone(), Err(error.key().to_owned())))),
    })
}

pub fn read_payment(journal: JournalHandle, payment: PaymentId) -> Task<Message> {
    let wanted = payment.clone();
    let read = async move { journal.read(move |journal| dossier(journal, &wanted)).await.and_then(|inner| inner) };
    Task::perform(read, move |read| {
        let read = read.map(Box::new).map_err(|error| error.key().to_owned());
        said(history::Message::PaymentRead(payment.clone(), read))
    })
}

/// Everything the journal has about a payment.
pub fn dossier(journal: &Journal, payment: &PaymentId) -> Result<Dossier, JournalError> {
    let record = journal.payment(payment)?.ok_or_else(|| JournalError::Unknown(payment.clone()))?;
    // Its payments can be looked at even where a bill cannot be believed.
    let bill = record.request.bill.as_ref().and_then(|part| journal.bill_account(&part.bill).ok());
    Ok(Dossier {
        bill,
        about: journal.payments_about(payment)?,
        last_approved: journal.last_approved(&record.terminal)?.map(|record| record.id),
        events: journal.events(payment)?,
        receipts: journal.receipts(payment)?,
        messages: journal.newest_messages(payment, MESSAGES_AT_MOST)?,
        record,
    })
}

fn said(message: history::Message) -> Message {
    Message::Desk(desk::Message::History(message))
}
