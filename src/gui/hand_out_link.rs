//! A receipt on its way to a customer's mailbox.

use iced::Task;

use super::app::Message;
use super::desk;
use super::mail_link;
use super::problem::Problem;
use super::screens::hand_out::{self, HandedOut};
use super::till_link::Link;
use crate::journal::JournalError;
use crate::terminal::send_receipt;

/// A mail with this receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct MailOrder {
    pub what: HandedOut,
    pub to: String,
}

/// With the settings as the file has them now. What is heard of it comes within the mail's own bounds.
pub fn mail(link: &Link, order: MailOrder) -> Task<Message> {
    let (journal, places) = (link.journal().clone(), link.places().clone());
    let (id, to) = (order.what.payment.clone(), order.to.clone());
    let sent = async move {
        let HandedOut { payment, receipt, duplicate, .. } = order.what;
        let read = journal.read(move |journal| journal.payment(&payment)?.ok_or(JournalError::Unknown(payment))).await;
        let record = read.and_then(|record| record).map_err(|error| Problem::from(&error))?;
        let settings = mail_link::read(&places).await?;
        let sent = send_receipt(&places, &settings, &record, &receipt, duplicate, &order.to).await;
        sent.map_err(|error| mail_link::not_sent(&error))
    };
    Task::perform(sent, move |sent| {
        Message::Desk(desk::Message::HandOut(hand_out::Message::Sent(id.clone(), to.clone(), sent)))
    })
}
