//! What somebody outside asks of the till as a terminal, carried out on a terminal of the till's own: like a cashier's payment,
//! with the same journal before the same wire. One task for each face; it ends with the till, and an order that it has given by
//! then goes on without it.

mod plan;
#[cfg(test)]
pub(super) mod tests;

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Commission, DayReport, Fulfilment, Operation, PaymentId, PaymentRecord, PaymentRequest, Task};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::protocols::recovery::SEEK_FOR;

use super::handle::TerminalHandle;
use super::view::{Stage, TerminalView};

pub use plan::{Asked, Face, Plan, Refused, is_ambiguous, is_disputed, pay, refused, status, which_one};

/// Commissions under way at once: a face has one, and beside it a cancel. More wait in their queue.
const AT_ONCE: usize = 4;
/// No terminal is longer at one payment; then it is told of as it stands.
const UNDER_WAY_AT_MOST: Duration = Duration::from_secs(900);

/// An order that comes before its cancel is taken on, or refused, sooner.
const BEGUN_WITHIN: Duration = Duration::from_secs(5);

/// A face, and the terminal that plays for it.
pub struct Bridge {
    pub face: TerminalHandle,
    pub player: TerminalHandle,
    pub journal: JournalHandle,
}

impl Bridge {
    /// Until nobody commissions anything any more. Each commission is fulfilled once.
    pub async fn serve(self, mut commissions: mpsc::Receiver<Commission>) {
        let mut under_way = FuturesUnordered::new();
        loop {
            tokio::select! {
                commission = commissions.recv(), if under_way.len() < AT_ONCE => match commission {
                    Some(commission) => under_way.push(self.carry_out(commission)),
                    None => return,
                },
                Some(()) = under_way.next() => {}
            }
        }
    }

    async fn carry_out(&self, commission: Commission) {
        let Commission { id, task } = commission;
        match task {
            Task::Pay { reference, operation, amount, tender, invoice } => {
                let asked = Asked { reference, operation, amount, tender, invoice };
                self.face.fulfil(id, self.pay(asked).await).await;
            }
            Task::Status { reference, operation } => {
                let (told, in_doubt) = self.status(&reference, operation).await;
                self.face.fulfil(id, told).await;
                if let Some(payment) = in_doubt {
                    // Whoever asks again is told what comes of it.
                    let _ = self.player.inquire(payment).await;
                }
            }
            Task::CloseDay => self.face.fulfil(id, self.close_day().await).await,
            Task::Cancel { reference } => {
                self.cancel(&reference).await;
                self.face.fulfil(id, Fulfilment::PassedOn).await;
            }
            // A terminal is either the till's own face or carried to the tables.
            Task::AtTable(_) => self.face.fulfil(id, Fulfilment::NotKnown).await,
        }
    }

    async fn pay(&self, asked: Asked) -> Fulfilment {
        let known = match self.known(&asked.reference).await {
            Ok(known) => known,
            Err(error) => return plan::unreadable(&error),
        };
        let at_hand = at_hand(&self.player.view().borrow());
        let number = self.number();
        let face = Face { name: self.face.name(), number: &number };
        match plan::pay(face, asked, &known, at_hand.as_ref()) {
            Plan::Make(request) => self.make(*request).await,
            Plan::Await(id) => self.outcome_of(&id).await,
            Plan::Tell(id) => self.tell(&id).await,
            Plan::Answer(fulfilment) => fulfilment,
        }
    }

    async fn make(&self, request: PaymentRequest) -> Fulfilment {
        match self.player.pay(request).await {
            Ok(running) => {
                // Without an outcome the journal has to say how it stands; so it has with one.
                let _ = timeout(UNDER_WAY_AT_MOST + SEEK_FOR, running.outcome).await;
                self.tell(&running.id).await
            }
            Err(refusal) => match plan::refused(refusal) {
                Refused::Made(id) => self.outcome_of(&id).await,
                Refused::Fulfilment(fulfilment) => fulfilment,
            },
        }
    }

    /// Of a payment that may be under way: when it has ended, or nobody has found out for the usual minute.
    async fn outcome_of(&self, id: &PaymentId) -> Fulfilment {
        let mut view = self.player.view();
        let undisturbed =
            view.wait_for(|view| !matches!(stage_of(view, id), Some(Stage::Starting | Stage::AtTerminal)));
        let _ = timeout(UNDER_WAY_AT_MOST, undisturbed).await;
        let ended = view.wait_for(|view| matches!(stage_of(view, id), Some(Stage::Ended(_)) | None));
        let _ = timeout(SEEK_FOR, ended).await;
        self.tell(id).await
    }

    /// What is known, and what of it the terminal should be asked about.
    async fn status(&self, reference: &str, operation: Option<Operation>) -> (Fulfilment, Option<PaymentId>) {
        let known = match self.known(reference).await {
            Ok(known) => known,
            Err(error) => return (plan::unreadable(&error), None),
        };
        let Some(record) = plan::status(operation, &known) else { return (Fulfilment::NotKnown, None) };
        let view = self.player.view();
        let is_idle_doubt = view.borrow().unresolved.iter().any(|doubt| doubt.id == record.id && !doubt.seeking);
        let told = if operation.is_none() && plan::is_ambiguous(&known) {
            plan::which_one()
        } else {
            self.tell(&record.id).await
        };
        (told, is_idle_doubt.then(|| record.id.clone()))
    }

    async fn close_day(&self) -> Fulfilment {
        match self.player.end_day(DayReport::EndOfDay).await {
            Ok(end) => Fulfilment::DayEnd(end),
            Err(refusal) => match plan::refused(refusal) {
                Refused::Fulfilment(fulfilment) => fulfilment,
                Refused::Made(id) => self.tell(&id).await,
            },
        }
    }

    /// The cashier's own payments are not the outside's to cancel, and neither is what ended before the cancel came. One that
    /// is right behind its order waits until the terminal has that.
    async fn cancel(&self, reference: &str) {
        let mut view = self.player.view();
        let begun = view.wait_for(|view| self.at_hand_for(reference, view).is_some());
        let payment = match timeout(BEGUN_WITHIN, begun).await {
            Ok(Ok(view)) => self.at_hand_for(reference, &view),
            _ => None,
        };
        if let Some(payment) = payment {
            self.player.cancel_payment(payment).await;
        }
    }

    fn at_hand_for(&self, reference: &str, view: &TerminalView) -> Option<PaymentId> {
        let payment = view.payment.as_ref().filter(|_| view.is_paying())?;
        let origin = payment.origin.as_ref()?;
        (origin.number == self.number() && origin.reference == reference).then(|| payment.id.clone())
    }

    /// How a payment stands in the journal, and its receipts.
    async fn tell(&self, id: &PaymentId) -> Fulfilment {
        let wanted = id.clone();
        let read = move |journal: &Journal| -> Result<_, JournalError> {
            let Some(record) = journal.payment(&wanted)? else { return Ok(Fulfilment::NotKnown) };
            if plan::is_disputed(&record, &journal.events(&wanted)?) {
                let why = Explanation::new("explain-contradicts-journal", Fault::Terminal);
                return Ok(Fulfilment::Unknown(why.with_detail(wanted.as_str())));
            }
            let receipts = journal.receipts(&wanted)?;
            Ok(Fulfilment::Payment(Box::new(record), receipts))
        };
        let told = self.journal.read(read).await.and_then(|told| told);
        told.unwrap_or_else(|error| plan::unreadable(&error))
    }

    async fn known(&self, reference: &str) -> Result<Vec<PaymentRecord>, JournalError> {
        let (number, reference) = (self.number(), reference.to_owned());
        self.journal.read(move |journal| journal.payments_from(&number, &reference)).await?
    }

    /// How the outside calls this till.
    fn number(&self) -> String {
        self.face.view().borrow().face.as_ref().map(|face| face.number.clone()).unwrap_or_default()
    }
}

fn at_hand(view: &TerminalView) -> Option<PaymentId> {
    view.payment.as_ref().filter(|_| view.is_paying()).map(|payment| payment.id.clone())
}

fn stage_of<'a>(view: &'a TerminalView, id: &PaymentId) -> Option<&'a Stage> {
    view.payment.as_ref().filter(|payment| payment.id == *id).map(|payment| &payment.stage)
}
