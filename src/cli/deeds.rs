//! What whoever is named does to a terminal: as from the window, it is in the journal as theirs. Nothing is written where nobody
//! is named.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::domain::operator::OperatorEvent;
use crate::domain::{Answer, DayReport, PaymentId, QuestionId};
use crate::journal::{Journal, JournalHandle};
use crate::terminal::{Refusal, TerminalHandle, Till};

use super::context::Context;

/// What is done waits so long for its record, and no longer: a disk that hangs must not keep anybody from the next interrupt.
const WRITTEN_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Deeds {
    operator: Option<String>,
    journal: JournalHandle,
}

impl Deeds {
    pub fn of(context: &Context, till: &Till) -> Deeds {
        Deeds { operator: context.operator.clone(), journal: till.journal().clone() }
    }

    /// Asks the terminal to stop what it is at. That waits for no disk.
    pub async fn cancel(&self, handle: &TerminalHandle) {
        let payment = at_hand(handle);
        handle.cancel().await;
        self.did(OperatorEvent::Cancelled { terminal: handle.name().to_owned() }, payment).await;
    }

    /// # Errors
    /// [`Refusal::NoSuchQuestion`] when it has been answered or closed meanwhile.
    pub async fn answer(&self, handle: &TerminalHandle, question: QuestionId, answer: Answer) -> Result<(), Refusal> {
        let payment = at_hand(handle);
        handle.answer(question, answer).await?;
        let terminal = handle.name().to_owned();
        let event = OperatorEvent::Answered { terminal, question: question.0, answer: json!(answer) };
        self.did(event, payment).await;
        Ok(())
    }

    /// The terminal is about to be asked to end its day, or to tell of it.
    pub async fn asked_for_the_day(&self, handle: &TerminalHandle, report: DayReport) {
        let (terminal, report) = (handle.name().to_owned(), report.word().to_owned());
        self.did(OperatorEvent::DayAsked { terminal, report }, None).await;
    }

    async fn did(&self, event: OperatorEvent, payment: Option<PaymentId>) {
        let Some(name) = self.operator.clone() else { return };
        let (by, at) = (self.operator.clone(), Timestamp::now());
        let write = move |journal: &mut Journal| journal.operator_did(&name, &event, payment.as_ref(), at);
        match tokio::time::timeout(WRITTEN_WITHIN, self.journal.change_as(by, write)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "what an operator did is not in the journal"),
            Err(_) => tracing::error!("what an operator did is not in the journal yet"),
        }
    }
}

fn at_hand(handle: &TerminalHandle) -> Option<PaymentId> {
    handle.view().borrow().payment.as_ref().map(|payment| payment.id.clone())
}
