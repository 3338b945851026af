//! What window, command line and tests hold of a terminal.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::domain::{
    Answer, CommissionId, DayEnd, DayReport, Fulfilment, PaymentId, PaymentRequest, Prompt, QuestionId, SignatureImage,
};
use crate::protocols::driver::Session;

use super::order::{Order, Prompted, Refusal, Running, Scan};
use super::view::{Signal, TerminalView};

const PARTING_WORDS_WITHIN: Duration = Duration::from_secs(2);
/// A terminal that does not answer a logout is left alone.
const DISCONNECT_WITHIN: Duration = Duration::from_secs(12);
/// An actor that writes to a slow disk is waited for so long.
const RETIRED_WITHIN: Duration = Duration::from_secs(5);

/// A terminal's actor, from outside. Cheap to clone; every copy is equal.
#[derive(Debug, Clone)]
pub struct TerminalHandle {
    name: Arc<str>,
    orders: mpsc::Sender<Order>,
    view: watch::Receiver<Arc<TerminalView>>,
    signals: broadcast::Sender<Signal>,
}

impl TerminalHandle {
    pub(super) fn new(
        name: &str,
        orders: mpsc::Sender<Order>,
        view: watch::Receiver<Arc<TerminalView>>,
        signals: broadcast::Sender<Signal>,
    ) -> Self {
        TerminalHandle { name: name.into(), orders, view, signals }
    }

    /// The name in the settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The newest picture, and a way to wait for the next one.
    pub fn view(&self) -> watch::Receiver<Arc<TerminalView>> {
        self.view.clone()
    }

    /// Everything that happens from now on, in order. Who reads too slowly misses the oldest.
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Records the request, starts it and comes back; the outcome comes later through [`Running`].
    ///
    /// # Errors
    /// A [`Refusal`]: nothing was sent.
    pub async fn pay(&self, request: PaymentRequest) -> Result<Running, Refusal> {
        self.ask(|reply| Order::Pay { request, reply }).await
    }

    /// Asks the terminal what became of a payment, ended or not.
    ///
    /// # Errors
    /// A [`Refusal`] when a payment is running, or there is no such payment of this terminal.
    pub async fn inquire(&self, payment: PaymentId) -> Result<Running, Refusal> {
        self.ask(|reply| Order::Inquire { payment, reply }).await
    }

    /// Asks the terminal to stop the payment at hand. The outcome is still the terminal's to say (rule 4).
    pub async fn cancel(&self) {
        self.tell(Order::Cancel).await;
    }

    /// The same for this payment alone: when it has ended meanwhile, nothing is stopped.
    pub async fn cancel_payment(&self, payment: PaymentId) {
        self.tell(Order::CancelPayment(payment)).await;
    }

    /// # Errors
    /// [`Refusal::NoSuchQuestion`] when it has been answered or closed meanwhile.
    pub async fn answer(&self, question: QuestionId, answer: Answer) -> Result<(), Refusal> {
        self.ask(|reply| Order::Answer { question, answer, reply }).await
    }

    /// Hands in the signature that a customer drew on the screen.
    ///
    /// # Errors
    /// [`Refusal::NoSuchQuestion`] when it has been answered or closed meanwhile, or takes no drawn signature.
    pub async fn sign(&self, question: QuestionId, image: SignatureImage) -> Result<(), Refusal> {
        self.ask(|reply| Order::Sign { question, image, reply }).await
    }

    /// Closes the terminal's batch, or makes another report of its day, and waits for what became of it: minutes at most, and then `Unknown`.
    ///
    /// # Errors
    /// A [`Refusal`]: nothing was sent. The terminal has no batch, or is at work, or a payment on it is in doubt.
    pub async fn end_day(&self, report: DayReport) -> Result<DayEnd, Refusal> {
        self.ask(|reply| Order::EndDay { report, reply }).await
    }

    /// Reads one barcode with the terminal's reader. [`TerminalHandle::cancel`] stops it where the terminal can.
    ///
    /// # Errors
    /// A [`Refusal`]: nothing was sent. The terminal has no scanner, or is at work.
    pub async fn scan(&self) -> Result<Scan, Refusal> {
        self.ask(|reply| Order::Scan { reply }).await
    }

    /// Asks the customer something on the terminal, or shows it, and waits for what comes of it.
    /// [`TerminalHandle::cancel`] stops it where the terminal can.
    ///
    /// # Errors
    /// A [`Refusal`]: nothing was sent. The terminal cannot do that, or is at work.
    pub async fn prompt(&self, prompt: Prompt) -> Result<Prompted, Refusal> {
        self.ask(|reply| Order::Prompt { prompt, reply }).await
    }

    /// Tells what became of a commission.
    pub async fn fulfil(&self, id: CommissionId, fulfilment: Fulfilment) {
        self.tell(Order::Fulfil(id, fulfilment)).await;
    }

    /// Holds a session while idle.
    pub async fn connect(&self) {
        self.tell(Order::Connect).await;
    }

    /// Ends the session. Whether it has ended; a terminal that is paying or does not answer keeps it.
    pub async fn disconnect(&self) -> bool {
        self.tell(Order::Disconnect).await;
        let mut view = self.view.clone();
        let holds = |view: &TerminalView| matches!(view.session, Some(Session::Ready(_) | Session::Connecting));
        let ended = view.wait_for(|view| !holds(view) || view.is_paying());
        let ended = tokio::time::timeout(DISCONNECT_WITHIN, ended).await;
        ended.is_ok_and(|view| view.is_ok_and(|view| !holds(&view)))
    }

    /// Waits for what should leave before the program ends, for at most two seconds.
    pub async fn parting_words(&self) {
        let (reply, spoken) = oneshot::channel();
        self.tell(Order::PartingWords(reply)).await;
        let _ = tokio::time::timeout(PARTING_WORDS_WITHIN, spoken).await;
    }

    /// Whether something is under way that must not be disturbed.
    pub fn is_at_work(&self) -> bool {
        let view = self.view.borrow();
        view.is_paying() || view.errand.is_some() || view.unsaved
    }

    /// Ends the actor, so that another one can take the terminal over, unless something is under way: then it goes on as it
    /// was. Without a logout: the next one logs in again, as after a power cut. Whether it has ended.
    pub(super) async fn retire(&self) -> bool {
        if self.is_at_work() {
            return false;
        }
        self.parting_words().await;
        let (reply, ended) = oneshot::channel();
        self.tell(Order::Retire(reply)).await;
        let ended = tokio::time::timeout(RETIRED_WITHIN, ended).await;
        matches!(ended, Ok(Ok(true))) || self.orders.is_closed()
    }

    /// Takes the ended payment from the picture.
    pub async fn dismiss(&self) {
        self.tell(Order::Dismiss).await;
    }

    async fn tell(&self, order: Order) {
        // An actor that has ended has nothing left to be told.
        let _ = self.orders.send(order).await;
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<Result<T, Refusal>>) -> Order) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.orders.send(order(reply)).await.map_err(|_| Refusal::Gone)?;
        answer.await.unwrap_or(Err(Refusal::Gone))
    }
}
