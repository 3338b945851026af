//! Follows one payment from its start to its end: says what happens, passes answers and the wish to cancel on.

use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::receipt::Copy;
use crate::domain::{
    Answer, Money, Operation, Outcome, PaymentId, PaymentRequest, Question, QuestionKind, Receipt, Verdict,
};
use crate::terminal::{Running, Signal, TerminalHandle};

use super::arguments::{AnswerWord, Answering};
use super::context::{Context, Done};
use super::deeds::Deeds;
use super::events::{Event, Started};
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::keyboard::{Keyboard, answer_of};

/// How long the last signals may come after the outcome.
const LAST_SIGNALS_WITHIN: Duration = Duration::from_millis(300);

/// One terminal's signals, as the command line shows them.
pub struct Follower<'a> {
    context: &'a Context,
    handle: &'a TerminalHandle,
    deeds: Deeds,
    answering: Answering,
    pub keyboard: Keyboard,
    open_question: Option<Question>,
    customer_receipts: Vec<Receipt>,
    cancelled: bool,
    /// Why the answer is sought, as it was said last.
    sought_for: Option<Explanation>,
}

impl<'a> Follower<'a> {
    pub fn new(context: &'a Context, handle: &'a TerminalHandle, deeds: Deeds, answering: Answering) -> Self {
        Follower {
            context,
            handle,
            deeds,
            answering,
            keyboard: Keyboard::default(),
            open_question: None,
            customer_receipts: Vec::new(),
            cancelled: false,
            sought_for: None,
        }
    }

    /// Starts the payment and stays with it until its outcome.
    pub async fn pay(mut self, request: PaymentRequest, interrupts: &mut Interrupts) -> Done {
        let asked = (request.operation, request.amount);
        let mut signals = self.handle.signals();
        let running = self.handle.pay(request).await.map_err(|refusal| self.context.refused(&refusal))?;
        let id = running.id.clone();
        let outcome = self.follow(running, &mut signals, Some(interrupts)).await;
        Ok(self.end(&id, asked, outcome))
    }

    /// Stays with a payment until its outcome, which it leaves to the caller to say.
    pub async fn follow(
        &mut self,
        running: Running,
        signals: &mut broadcast::Receiver<Signal>,
        mut interrupts: Option<&mut Interrupts>,
    ) -> Outcome {
        let Running { id, mut outcome } = running;
        let mut ended = false;
        let mut open = true;
        let result = loop {
            tokio::select! {
                biased;
                signal = signals.recv(), if open => match signal {
                    Ok(signal) => ended |= self.say(&signal, &id).await,
                    Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "signals were missed"),
                    Err(RecvError::Closed) => open = false,
                },
                result = &mut outcome => break result,
                () = next_of(&mut interrupts) => self.cancel().await,
                line = self.keyboard.line() => self.typed(&line).await,
            }
        };
        let last = async {
            while !ended {
                match signals.recv().await {
                    Ok(signal) => ended = self.say(&signal, &id).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => break,
                }
            }
        };
        let _ = tokio::time::timeout(LAST_SIGNALS_WITHIN, last).await;
        // An actor that ended without a word leaves the truth to the next start.
        result.unwrap_or_else(|_| {
            Outcome::without_money(Verdict::InDoubt, Explanation::new("cli-task-ended", Fault::Program))
        })
    }

    fn end(self, id: &PaymentId, asked: (Operation, Money), mut outcome: Outcome) -> ExitStatus {
        if self.cancelled && outcome.verdict == Verdict::Approved && outcome.explanation.is_none() {
            outcome.explanation = Some(Explanation::new("cli-approved-after-cancel", Fault::Nobody));
        }
        self.context.output.outcome(id.as_str(), Some(asked), &outcome);
        if !self.context.output.is_json() {
            self.customer_receipts.iter().for_each(|receipt| self.context.output.receipt(id.as_str(), receipt));
        }
        ExitStatus::of_verdict(outcome.verdict)
    }

    /// Says one signal; true for the outcome of this payment, which is said by the caller.
    async fn say(&mut self, signal: &Signal, id: &PaymentId) -> bool {
        match signal {
            Signal::Outcome { payment, .. } if payment == id => return true,
            Signal::Question { payment, question } => self.ask(payment, question).await,
            Signal::QuestionClosed { .. } => self.open_question = None,
            Signal::Receipt { payment, receipt } => self.take_receipt(payment, receipt),
            Signal::Seeking { explanation, .. } if self.sought_for.as_ref() == Some(explanation) => {}
            Signal::Seeking { explanation, .. } => {
                self.sought_for = Some(explanation.clone());
                say(self.context, self.handle.name(), signal, None);
            }
            other => say(self.context, self.handle.name(), other, None),
        }
        false
    }

    /// Says one signal of a terminal that is served, whatever payment it is about.
    pub async fn say_served(&mut self, signal: &Signal) {
        match signal {
            Signal::Question { payment, question } => self.ask(payment, question).await,
            Signal::QuestionClosed { .. } => self.open_question = None,
            other => say(self.context, self.handle.name(), other, Some(self.handle.name())),
        }
    }

    async fn cancel(&mut self) {
        self.cancelled = true;
        self.context.output.progress(&self.context.texts().get("cli-cancelling"));
        self.deeds.cancel(self.handle).await;
    }

    async fn ask(&mut self, payment: &PaymentId, question: &Question) {
        self.context.output.question(payment.as_str(), question);
        let automatic = self.answering.answer.filter(|_| question.kind == QuestionKind::Signature);
        match automatic {
            Some(AnswerWord::Accept) => self.answer(question, Answer::Accept).await,
            Some(AnswerWord::Reject) => self.answer(question, Answer::Reject).await,
            None if self.context.output.has_person() => {
                self.open_question = Some(question.clone());
                self.keyboard.listen();
                self.context.output.line(&self.context.texts().get("cli-yes-or-no"));
            }
            None => {}
        }
    }

    /// A person typed something.
    pub async fn typed(&mut self, line: &str) {
        let Some(question) = self.open_question.clone() else { return };
        match answer_of(line, self.context.texts()) {
            Some(answer) => self.answer(&question, answer).await,
            None => self.context.output.line(&self.context.texts().get("cli-yes-or-no")),
        }
    }

    async fn answer(&mut self, question: &Question, answer: Answer) {
        self.open_question = None;
        if let Err(refusal) = self.deeds.answer(self.handle, question.id, answer).await {
            self.context.output.progress(&self.context.refused(&refusal).message);
        }
    }

    /// People get the customer's copy last, and the other one at once where it has to be signed, or where the terminal does
    /// not print it.
    fn take_receipt(&mut self, payment: &PaymentId, receipt: &Receipt) {
        let at_once = receipt.signature_line || (receipt.from_till && receipt.copy == Copy::Merchant);
        if self.context.output.is_json() || at_once {
            self.context.output.receipt(payment.as_str(), receipt);
        } else if receipt.copy == Copy::Customer {
            self.customer_receipts.push(receipt.clone());
        }
    }
}

/// Never comes back where somebody else listens for interrupts.
async fn next_of(interrupts: &mut Option<&mut Interrupts>) {
    match interrupts {
        Some(interrupts) => interrupts.next().await,
        None => std::future::pending().await,
    }
}

/// Says one signal that asks for nothing. `served` names the terminal where there may be several.
pub fn say(context: &Context, terminal: &str, signal: &Signal, served: Option<&str>) {
    let output = &context.output;
    match signal {
        Signal::Started { payment, operation, amount, origin } => {
            output.event(&Event::Started(Started {
                payment: payment.to_string(),
                terminal: terminal.to_owned(),
                operation: operation.word(),
                amount: amount.to_decimal(),
                currency: amount.currency().code(),
                origin: origin.as_ref().map(|origin| origin.from.word()),
            }));
            output.started(payment.as_str(), terminal, *operation, *amount);
            if let Some(origin) = origin {
                let key = format!("cli-origin-{}", origin.from.word());
                let placeables = [("reference", origin.reference.as_str()), ("face", origin.face.as_str())];
                output.line(&context.texts().with(&key, &placeables));
            }
        }
        Signal::Display { display, .. } => {
            let text = context.texts().display(display);
            output.event(&Event::Display { text: text.clone(), terminal: served.map(str::to_owned) });
            output.line(&text);
        }
        Signal::Reference { payment, reference } => {
            output.event(&Event::Reference { payment: payment.to_string(), reference: reference.clone() });
        }
        Signal::Question { payment, question } => output.question(payment.as_str(), question),
        Signal::Receipt { payment, receipt } => output.receipt(payment.as_str(), receipt),
        Signal::Outcome { payment, outcome } => output.outcome(payment.as_str(), None, outcome),
        Signal::Seeking { explanation, .. } | Signal::Notice(explanation) => {
            output.progress(&context.texts().explain(explanation));
        }
        Signal::DayEnd(end) => output.day_end(terminal, end),
        // A code is said to whoever asked for it.
        Signal::QuestionClosed { .. } | Signal::Session(_) | Signal::Scanned(_) | Signal::Prompted(_) => {}
    }
}
